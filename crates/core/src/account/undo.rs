//! Takes back what the last run in an account did, and nothing else.

use super::administrator::Administrator;
use super::record::{self, Run};
use super::{AccountError, Step};
use crate::aws_error::Reason;
use crate::lock::{self, Subject};
use crate::policy::is_same;
use crate::profile::{AccessKeyId, ProfileName};
use crate::world::World;

/// What would be taken back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Undo {
    /// The account.
    pub account: String,
    /// When the run was.
    pub at: jiff::Timestamp,
    /// What it did, the last first.
    pub steps: Vec<Step>,
}

/// What was taken back.
#[derive(Debug, Default)]
pub struct Undone {
    /// What is as it was before.
    pub done: Vec<Step>,
    /// What was left as it is, and why.
    pub left: Vec<(Step, String)>,
}

/// Says what [`undo`] would take back.
///
/// # Errors
/// [`AccountError`].
pub fn undo_plan(world: &World, profile: &ProfileName) -> Result<Undo, AccountError> {
    plan_of(world, &Administrator::find(world, profile)?)
}

fn plan_of(world: &World, administrator: &Administrator<'_>) -> Result<Undo, AccountError> {
    let run = record::last(&world.state, &administrator.identity.account)?;
    Ok(Undo {
        account: run.account,
        at: run.at,
        steps: run.done.into_iter().rev().collect(),
    })
}

/// Takes back what was `shown`. What was changed since, or is used by something else, stays, and is told.
///
/// # Errors
/// [`AccountError`]: what is not taken back yet stays on record.
pub fn undo(world: &World, profile: &ProfileName, shown: &Undo) -> Result<Undone, AccountError> {
    let _alone = lock::take(&world.state.locks(), Subject::Account(&shown.account), lock::PATIENCE)?;
    let administrator = Administrator::find(world, profile)?;
    if plan_of(world, &administrator)? != *shown {
        return Err(AccountError::Changed);
    }
    let mut run: Run = record::last(&world.state, &shown.account)?;
    let mut undone = Undone::default();
    while let Some(step) = run.done.pop() {
        match take_back(&administrator, &step) {
            Ok(None) => undone.done.push(step),
            Ok(Some(reason)) => undone.left.push((step, reason)),
            Err(error) if error.is(Reason::StillInUse) => {
                undone.left.push((step, "something else uses it".to_owned()));
            }
            Err(error) => return Err(error),
        }
        record::write(&world.state, &run)?;
    }
    Ok(undone)
}

/// Takes one step back; says why it was left, if it was. What is not there any more is taken back.
fn take_back(administrator: &Administrator<'_>, step: &Step) -> Result<Option<String>, AccountError> {
    let (iam, caller) = (administrator.iam(), &administrator.caller);
    let changed = || Ok(Some("it was changed since".to_owned()));
    match step {
        Step::CreateUser { user } => administrator.look("iam:DeleteUser", iam.delete_user(caller, user))?,
        // Whether it was made was never heard. A key that is there may also be somebody else's by now.
        Step::CreateKey { user, id: None } => {
            match administrator.look("iam:ListAccessKeys", iam.keys_of(caller, user))? {
                Some(keys) if !keys.is_empty() => return Ok(Some("which key it is was never heard".to_owned())),
                _ => None,
            }
        }
        Step::CreateKey { user, id: Some(id) } => match AccessKeyId::parse(id) {
            Ok(id) => administrator.look("iam:DeleteAccessKey", iam.delete_key_of(caller, user, &id))?,
            Err(_) => return changed(),
        },
        Step::CreateGroup { group } => administrator.look("iam:DeleteGroup", iam.delete_group(caller, group))?,
        Step::PutPolicy {
            group,
            before,
            document,
        } => {
            let there = administrator.look("iam:GetGroupPolicy", iam.inline_policy(caller, group, group))?;
            match (there, before) {
                (Some(there), _) if !is_same(&there, document) => return changed(),
                (None, None) => None,
                (None, Some(_)) => return changed(),
                (Some(_), None) => {
                    let gone = iam.delete_inline_policy(caller, group, group);
                    administrator.look("iam:DeleteGroupPolicy", gone)?
                }
                (Some(_), Some(before)) => {
                    let put = iam.put_inline_policy(caller, group, group, before);
                    administrator.look("iam:PutGroupPolicy", put)?
                }
            }
        }
        Step::CreatePolicy { arn, document } => {
            match administrator.look("iam:GetPolicyVersion", iam.managed_policy(caller, arn))? {
                Some(there) if !is_same(&there, document) => return changed(),
                Some(_) => administrator.look("iam:DeletePolicy", iam.delete_managed_policy(caller, arn))?,
                None => None,
            }
        }
        Step::AttachPolicy { group, arn } => {
            administrator.look("iam:DetachGroupPolicy", iam.detach_policy(caller, group, arn))?
        }
        Step::AddMember { group, user } => {
            administrator.look("iam:RemoveUserFromGroup", iam.remove_member(caller, group, user))?
        }
    };
    Ok(None)
}
