//! The calls of IAM, and what they have in common.

use jiff::Timestamp;

use crate::{
    access_keys,
    answer::{AwsError, Xml},
    authorize::{authorize, resource_of},
    check::{Check, ROLE_NAME, USER_NAME},
    groups, listing, mfa_devices,
    query::Parameters,
    signature::{Caller, Presented},
    state::{Principal, World},
    users::{self, described},
};

pub(crate) const VERSION: &str = "2010-05-08";

/// Answers an action, or says `None` if IAM has no such action here.
pub(crate) fn answer(
    world: &mut World,
    caller: &Caller,
    parameters: &Parameters,
    now: Timestamp,
) -> Option<Result<Option<Xml>, AwsError>> {
    // A user's session that was opened without a code may not call IAM at all, whatever the action.
    let without_mfa = caller.credentials == Presented::Session { mfa_at: None };
    if without_mfa && matches!(caller.principal, Principal::User(_)) {
        return Some(Err(AwsError::invalid_token()));
    }
    let action = format!("iam:{}", parameters.action());
    let resource = resource_of(world, caller, parameters);
    if let Err(refused) = authorize(world, caller, &action, &resource, now) {
        return Some(Err(refused));
    }
    let silent = |result: Result<(), AwsError>| result.map(|()| None);
    Some(match parameters.action() {
        "GetUser" => user(world, caller, parameters).map(Some),
        "GetRole" => role(world, caller, parameters).map(Some),
        "ListAccountAliases" => account_aliases(world, caller, parameters).map(Some),
        "ListMFADevices" => listing::mfa_devices(world, caller, parameters).map(Some),
        "ListVirtualMFADevices" => listing::virtual_mfa_devices(world, caller, parameters).map(Some),
        "ListAccessKeys" => listing::access_keys(world, caller, parameters).map(Some),
        "CreateVirtualMFADevice" => mfa_devices::create(world, caller, parameters).map(Some),
        "EnableMFADevice" => silent(mfa_devices::enable(world, caller, parameters, now)),
        "DeactivateMFADevice" => silent(mfa_devices::deactivate(world, caller, parameters)),
        "DeleteVirtualMFADevice" => silent(mfa_devices::delete(world, parameters)),
        "ResyncMFADevice" => silent(mfa_devices::resync(world, caller, parameters, now)),
        "CreateAccessKey" => access_keys::create(world, caller, parameters, now).map(Some),
        "UpdateAccessKey" => silent(access_keys::update(world, caller, parameters)),
        "DeleteAccessKey" => silent(access_keys::delete(world, caller, parameters)),
        "GetAccessKeyLastUsed" => access_keys::last_used(world, parameters).map(Some),
        "CreateUser" => users::create(world, caller, parameters, now).map(Some),
        "DeleteUser" => silent(users::delete(world, parameters)),
        "ListUsers" => users::list(world, caller, parameters).map(Some),
        "GenerateCredentialReport" => Ok(Some(users::generate_report(world, now))),
        "GetCredentialReport" => users::report(world, caller, now).map(Some),
        "SimulatePrincipalPolicy" => users::simulate(world, parameters).map(Some),
        "CreateGroup" => groups::create(world, caller, parameters, now).map(Some),
        "DeleteGroup" => silent(groups::delete(world, parameters)),
        "GetGroup" => groups::get(world, parameters).map(Some),
        "ListGroups" => groups::list(world, caller, parameters).map(Some),
        "ListGroupsForUser" => groups::list_for_user(world, parameters).map(Some),
        "AddUserToGroup" => silent(groups::add_member(world, parameters)),
        "RemoveUserFromGroup" => silent(groups::remove_member(world, parameters)),
        "PutGroupPolicy" => silent(groups::put_inline(world, parameters)),
        "GetGroupPolicy" => groups::get_inline(world, parameters).map(Some),
        "DeleteGroupPolicy" => silent(groups::delete_inline(world, parameters)),
        "ListGroupPolicies" => groups::list_inline(world, parameters).map(Some),
        "CreatePolicy" => groups::create_policy(world, caller, parameters, now).map(Some),
        "GetPolicy" => groups::get_policy(world, parameters).map(Some),
        "GetPolicyVersion" => groups::get_version(world, parameters).map(Some),
        "DeletePolicy" => silent(groups::delete_policy(world, parameters)),
        "AttachGroupPolicy" => silent(groups::attach(world, parameters)),
        "DetachGroupPolicy" => silent(groups::detach(world, parameters)),
        "ListAttachedGroupPolicies" => groups::list_attached(world, parameters).map(Some),
        _ => return None,
    })
}

/// Returns the user a call is about: the one named, else the caller.
pub(crate) fn subject(world: &World, caller: &Caller, named: Option<&str>) -> Result<String, AwsError> {
    let name = match (named, &caller.principal) {
        (Some(name), _) => name,
        (None, Principal::User(name)) => name,
        (None, Principal::Role { .. }) => {
            return Err(AwsError::validation(
                "Must specify userName when calling with non-User credentials",
            ));
        }
    };
    known_user(world, name)?;
    Ok(name.to_owned())
}

/// Refuses a call about a user that there is not.
pub(crate) fn known_user(world: &World, name: &str) -> Result<(), AwsError> {
    match world.users.contains_key(name) {
        true => Ok(()),
        false => Err(AwsError::no_such_entity(format!(
            "The user with name {name} cannot be found."
        ))),
    }
}

fn user(world: &World, caller: &Caller, parameters: &Parameters) -> Result<Xml, AwsError> {
    let mut check = Check::new(parameters);
    let named = check.optional("UserName", &USER_NAME);
    check.finish()?;
    let name = subject(world, caller, named)?;
    Ok(Xml::new().nest("User", described(world, &name)))
}

/// Tells of a role of the caller's own account: by its name, which says nothing of another account.
fn role(world: &World, caller: &Caller, parameters: &Parameters) -> Result<Xml, AwsError> {
    let mut check = Check::new(parameters);
    let name = check.required("RoleName", &ROLE_NAME);
    check.finish()?;
    let own = format!("arn:aws:iam::{}:role/", world.account(&caller.principal));
    let found = world
        .roles
        .values()
        .find(|known| known.role.arn.starts_with(&own) && known.role.arn.rsplit('/').next() == Some(name));
    let Some(known) = found else {
        return Err(AwsError::no_such_entity(format!(
            "The role with name {name} cannot be found."
        )));
    };
    let path = known.role.arn[own.len() - 1..].trim_end_matches(name);
    let role = Xml::new()
        .text("Path", path)
        .text("RoleName", name)
        .text("RoleId", &known.id)
        .text("Arn", &known.role.arn)
        .text("CreateDate", "2020-01-01T00:00:00Z")
        .text("MaxSessionDuration", &known.role.max_session_seconds.to_string());
    Ok(Xml::new().nest("Role", role))
}

/// An account has one alias or none, so there is never a second page.
fn account_aliases(world: &World, caller: &Caller, parameters: &Parameters) -> Result<Xml, AwsError> {
    let mut check = Check::new(parameters);
    check.number("MaxItems", 1..=1000);
    check.finish()?;
    let mut aliases = Xml::new();
    if let Some(alias) = world.aliases.get(&world.account(&caller.principal)) {
        aliases = aliases.text("member", alias);
    }
    Ok(Xml::new().nest("AccountAliases", aliases).text("IsTruncated", "false"))
}
