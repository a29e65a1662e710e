//! What would be done to an account so that it is as wanted.

use std::collections::BTreeSet;

use super::administrator::Administrator;
use super::{AccountError, Step};
use crate::policy::{self, Choices, INLINE_LIMIT, is_same, length};
use crate::profile::ProfileName;
use crate::world::World;

/// IAM takes no longer name of a user.
const LONGEST_NAME: usize = 64;

/// Where a group's policy is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Placement {
    /// In the group itself: it ends with the group.
    #[default]
    Inline,
    /// A managed policy of the account, attached to the group: others can use it too.
    Managed,
}

/// What an account shall have.
#[derive(Debug, Clone, Default)]
pub struct Wanted {
    /// The groups, by name.
    pub groups: Vec<String>,
    /// What was chosen about their policies; account and partition are found out.
    pub choices: Choices,
    /// Where the policies are.
    pub placement: Placement,
    /// Users who shall be members of all these groups.
    pub members: Vec<String>,
    /// Users who shall be made, and be members.
    pub new_users: Vec<String>,
    /// Whether each new user gets an access key.
    pub with_keys: bool,
}

/// What would be done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Plan {
    /// The account.
    pub account: String,
    /// Who would do it.
    pub arn: String,
    /// The calls, in order; none if everything is as wanted.
    pub steps: Vec<Step>,
}

/// Looks at the account of `profile` and says what is missing. Changes nothing.
///
/// # Errors
/// [`AccountError`].
pub fn plan(world: &World, profile: &ProfileName, wanted: &Wanted) -> Result<Plan, AccountError> {
    plan_as(&Administrator::find(world, profile)?, wanted)
}

pub(super) fn plan_as(administrator: &Administrator<'_>, wanted: &Wanted) -> Result<Plan, AccountError> {
    check(wanted)?;
    let mut steps = users(administrator, wanted)?;
    for name in &wanted.groups {
        steps.extend(group(administrator, wanted, name)?);
    }
    Ok(Plan {
        account: administrator.identity.account.clone(),
        arn: administrator.identity.arn.clone(),
        steps,
    })
}

fn check(wanted: &Wanted) -> Result<(), AccountError> {
    if wanted.groups.is_empty() && wanted.new_users.is_empty() {
        return Err(AccountError::Wanted("no group was chosen".to_owned()));
    }
    let mut seen = BTreeSet::new();
    for user in wanted.members.iter().chain(&wanted.new_users) {
        let of_iam = |letter: char| letter.is_ascii_alphanumeric() || "+=,.@_-".contains(letter);
        if user.is_empty() || user.len() > LONGEST_NAME || !user.chars().all(of_iam) {
            return Err(AccountError::Name(user.clone()));
        }
        if !seen.insert(user.to_ascii_lowercase()) {
            return Err(AccountError::Wanted(format!("the user {user} is named twice")));
        }
    }
    let names = wanted.groups.iter().map(|name| name.to_ascii_lowercase());
    if names.clone().collect::<BTreeSet<_>>().len() != wanted.groups.len() {
        return Err(AccountError::Wanted("a group is named twice".to_owned()));
    }
    for name in &wanted.groups {
        policy::group(name)?.document(&wanted.choices.of(policy::group(name)?))?;
    }
    Ok(())
}

fn users(administrator: &Administrator<'_>, wanted: &Wanted) -> Result<Vec<Step>, AccountError> {
    if wanted.members.is_empty() && wanted.new_users.is_empty() {
        return Ok(Vec::new());
    }
    let listed = administrator.iam().users(&administrator.caller);
    let listed = administrator.ask("iam:ListUsers", listed)?;
    let is_there = |name: &str| listed.iter().any(|user| user.name == name);
    if let Some(missing) = wanted.members.iter().find(|name| !is_there(name)) {
        return Err(AccountError::NoSuchUser(missing.clone()));
    }
    let mut steps = Vec::new();
    for user in &wanted.new_users {
        // Their names differ by more than case.
        if listed.iter().any(|known| known.name.eq_ignore_ascii_case(user)) {
            return Err(AccountError::Wanted(format!("there is a user {user} already")));
        }
        steps.push(Step::CreateUser { user: user.clone() });
        if wanted.with_keys {
            steps.push(Step::CreateKey {
                user: user.clone(),
                id: None,
            });
        }
    }
    Ok(steps)
}

fn group(administrator: &Administrator<'_>, wanted: &Wanted, name: &str) -> Result<Vec<Step>, AccountError> {
    let known = policy::group(name)?;
    let (account, partition) = (&administrator.identity.account, administrator.partition());
    let choices = wanted.choices.of(known).for_account(account)?.in_partition(partition)?;
    let document = known.document(&choices)?.text();
    let group = known.name().to_owned();
    let members = administrator.iam().members(&administrator.caller, &group);
    let members = administrator.look("iam:GetGroup", members)?;
    let mut steps = Vec::new();
    if members.is_none() {
        steps.push(Step::CreateGroup { group: group.clone() });
    }
    let is_new = members.is_none();
    steps.extend(match wanted.placement {
        Placement::Inline => Vec::from_iter(inline(administrator, &group, document, is_new)?),
        Placement::Managed => managed(administrator, &group, document, is_new)?,
    });
    let members = members.unwrap_or_default();
    let missing = wanted
        .members
        .iter()
        .chain(&wanted.new_users)
        .filter(|user| !members.contains(user));
    steps.extend(missing.map(|user| Step::AddMember {
        group: group.clone(),
        user: user.clone(),
    }));
    Ok(steps)
}

fn inline(
    administrator: &Administrator<'_>,
    group: &str,
    document: String,
    is_new: bool,
) -> Result<Option<Step>, AccountError> {
    let (iam, caller) = (administrator.iam(), &administrator.caller);
    let mut before = None;
    let mut others = 0;
    if !is_new {
        for policy in administrator.ask("iam:ListGroupPolicies", iam.inline_policies(caller, group))? {
            let text = administrator.ask("iam:GetGroupPolicy", iam.inline_policy(caller, group, &policy))?;
            if policy == group {
                before = Some(text);
            } else {
                others += length(&text);
            }
        }
    }
    if before.as_deref().is_some_and(|before| is_same(before, &document)) {
        return Ok(None);
    }
    let length = others + length(&document);
    if length > INLINE_LIMIT {
        return Err(AccountError::TooLong {
            group: group.to_owned(),
            length,
        });
    }
    Ok(Some(Step::PutPolicy {
        group: group.to_owned(),
        before,
        document,
    }))
}

fn managed(
    administrator: &Administrator<'_>,
    group: &str,
    document: String,
    is_new: bool,
) -> Result<Vec<Step>, AccountError> {
    let (iam, caller) = (administrator.iam(), &administrator.caller);
    let account = &administrator.identity.account;
    let arn = format!("arn:{}:iam::{account}:policy/{group}", administrator.partition());
    let mut steps = Vec::new();
    match administrator.look("iam:GetPolicyVersion", iam.managed_policy(caller, &arn))? {
        Some(there) if is_same(&there, &document) => {}
        Some(_) => return Err(AccountError::Differs(arn)),
        None => steps.push(Step::CreatePolicy {
            arn: arn.clone(),
            document,
        }),
    }
    let attached = match is_new {
        true => Vec::new(),
        false => administrator.ask("iam:ListAttachedGroupPolicies", iam.attached_policies(caller, group))?,
    };
    if !attached.contains(&arn) {
        steps.push(Step::AttachPolicy {
            group: group.to_owned(),
            arn,
        });
    }
    Ok(steps)
}
