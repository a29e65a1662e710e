//! Does what was shown, one call after the other, each written down before it is made.

use zeroize::Zeroizing;

use super::administrator::Administrator;
use super::plan::plan_as;
use super::record::{self, Run};
use super::{AccountError, Plan, Step, Wanted};
use crate::aws_error::AwsError;
use crate::lock::{self, Subject};
use crate::profile::{AccessKeyId, ProfileName};
use crate::secret::{AccessKey, ExposeSecret as _};
use crate::world::World;

/// What a run did.
#[derive(Debug)]
pub struct Applied {
    /// The account.
    pub account: String,
    /// The calls.
    pub done: Vec<Step>,
}

/// A new user's access key, to be kept before anything else happens.
pub struct MadeKey<'a> {
    /// Whose.
    pub user: &'a str,
    /// The key, with its secret.
    pub key: &'a AccessKey,
}

impl MadeKey<'_> {
    /// The key as the AWS console writes it into a file: whoever gets that can import it.
    pub fn text(&self) -> Zeroizing<String> {
        let secret = self.key.secret.expose_secret();
        Zeroizing::new(format!("Access key ID,Secret access key\n{},{secret}\n", self.key.id))
    }
}

/// Does what `shown` says, if that is still all there is to do. `told` hears of each call before it is made; `keep` saves
/// a new user's key, and a key that it cannot save is deleted again.
///
/// # Errors
/// [`AccountError`]. What was done until then stays, is on record, and can be undone; the same call goes on with the rest
/// once it was planned anew.
pub fn apply(
    world: &World,
    profile: &ProfileName,
    wanted: &Wanted,
    shown: &Plan,
    told: &dyn Fn(&Step),
    keep: &dyn Fn(&MadeKey<'_>) -> Result<(), String>,
) -> Result<Applied, AccountError> {
    let _alone = lock::take(&world.state.locks(), Subject::Account(&shown.account), lock::PATIENCE)?;
    let administrator = Administrator::find(world, profile)?;
    if plan_as(&administrator, wanted)? != *shown {
        return Err(AccountError::Changed);
    }
    let mut run = Run {
        account: shown.account.clone(),
        at: world.clock.now(),
        done: Vec::new(),
    };
    for step in &shown.steps {
        told(step);
        run.done.push(step.clone());
        record::write(&world.state, &run)?;
        match make(&administrator, step, keep) {
            Ok(None) => {}
            Ok(Some(id)) => {
                name_key(&mut run, &id);
                record::write(&world.state, &run)?;
            }
            Err(error) => {
                // What AWS refused, or never heard of, was not done; of anything else nobody knows.
                if !may_be_done(&error) {
                    run.done.pop();
                    record::write(&world.state, &run)?;
                }
                return Err(error);
            }
        }
    }
    Ok(Applied {
        account: run.account,
        done: run.done,
    })
}

fn may_be_done(error: &AccountError) -> bool {
    !matches!(
        error.refused(),
        None | Some(AwsError::Refused(_) | AwsError::NotMade(_) | AwsError::Unreachable { .. })
    )
}

fn name_key(run: &mut Run, made: &AccessKeyId) {
    if let Some(Step::CreateKey { id, .. }) = run.done.last_mut() {
        *id = Some(made.to_string());
    }
}

/// Makes the call; says which key it made.
fn make(
    administrator: &Administrator<'_>,
    step: &Step,
    keep: &dyn Fn(&MadeKey<'_>) -> Result<(), String>,
) -> Result<Option<AccessKeyId>, AccountError> {
    let (iam, caller) = (administrator.iam(), &administrator.caller);
    match step {
        Step::CreateUser { user } => administrator.ask("iam:CreateUser", iam.create_user(caller, user))?,
        Step::CreateKey { user, .. } => {
            let key = administrator.ask("iam:CreateAccessKey", iam.create_key_of(caller, user))?;
            if let Err(reason) = keep(&MadeKey { user, key: &key }) {
                administrator.ask("iam:DeleteAccessKey", iam.delete_key_of(caller, user, &key.id))?;
                let user = user.clone();
                return Err(AccountError::KeyNotKept { user, reason });
            }
            return Ok(Some(key.id));
        }
        Step::CreateGroup { group } => administrator.ask("iam:CreateGroup", iam.create_group(caller, group))?,
        Step::PutPolicy { group, document, .. } => {
            let put = iam.put_inline_policy(caller, group, group, document);
            administrator.ask("iam:PutGroupPolicy", put)?;
        }
        Step::CreatePolicy { arn, document } => {
            let name = arn.rsplit('/').next().unwrap_or(arn);
            let made = iam.create_managed_policy(caller, name, document);
            administrator.ask("iam:CreatePolicy", made)?;
        }
        Step::AttachPolicy { group, arn } => {
            administrator.ask("iam:AttachGroupPolicy", iam.attach_policy(caller, group, arn))?;
        }
        Step::AddMember { group, user } => {
            administrator.ask("iam:AddUserToGroup", iam.add_member(caller, group, user))?;
        }
    }
    Ok(None)
}
