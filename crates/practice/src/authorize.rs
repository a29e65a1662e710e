//! Whether a caller may make a call.
//!
//! A user who was made by `CreateUser`, or who has any policy through a group, may do what policies say. The others, whom
//! practice AWS starts with and whom tests add, may do everything, as may roles: their stories are about codes, not about
//! permissions.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde_json::Value;

use crate::{
    answer::AwsError,
    evaluate::{Decision, Request, evaluate},
    query::Parameters,
    signature::{Caller, Presented},
    state::{Principal, World},
};

/// Refuses what the caller's policies do not allow.
pub(crate) fn authorize(
    world: &World,
    caller: &Caller,
    action: &str,
    resource: &str,
    now: Timestamp,
) -> Result<(), AwsError> {
    let Principal::User(name) = &caller.principal else {
        return Ok(());
    };
    let Some(policies) = policies_of(world, name) else {
        return Ok(());
    };
    let request = Request {
        action,
        resource,
        context: &context(world, caller, now),
    };
    let because = match evaluate(&policies, &request) {
        Decision::Allowed => return Ok(()),
        Decision::ExplicitDeny => "with an explicit deny in an identity-based policy".to_owned(),
        Decision::ImplicitDeny => format!("because no identity-based policy allows the {action} action"),
    };
    let arn = world.arn(&caller.principal);
    Err(AwsError::access_denied(format!(
        "User: {arn} is not authorized to perform: {action} on resource: {resource} {because}"
    )))
}

/// The policies a user has through groups; `None`: the user is judged by none.
pub(crate) fn policies_of(world: &World, user: &str) -> Option<Vec<Value>> {
    let groups = world.groups.values().filter(|group| group.members.contains(user));
    let documents = groups.flat_map(|group| {
        let attached = group.attached.iter().filter_map(|arn| world.policies.get(arn));
        group.inline.values().chain(attached.map(|policy| &policy.document))
    });
    let policies: Vec<Value> = documents.filter_map(|text| serde_json::from_str(text).ok()).collect();
    let is_judged = !policies.is_empty() || world.users.get(user).is_some_and(|user| user.by_policies);
    is_judged.then_some(policies)
}

/// What a request carries of its caller.
fn context(world: &World, caller: &Caller, now: Timestamp) -> BTreeMap<String, String> {
    let mut context = BTreeMap::new();
    let mut set = |key: &str, value: String| context.insert(key.to_owned(), value);
    if let Principal::User(name) = &caller.principal {
        set("aws:username", name.clone());
    }
    set("aws:principalarn", world.arn(&caller.principal));
    set("aws:userid", world.unique_id(&caller.principal));
    set("aws:principalaccount", world.account(&caller.principal));
    // A long-term key carries neither.
    if let Presented::Session { mfa_at } = caller.credentials {
        set("aws:multifactorauthpresent", mfa_at.is_some().to_string());
        if let Some(mfa_at) = mfa_at {
            set(
                "aws:multifactorauthage",
                now.duration_since(mfa_at).as_secs().to_string(),
            );
        }
    }
    context
}

/// The resource a call of IAM is about, as policies name it
/// (<https://docs.aws.amazon.com/service-authorization/latest/reference/list_awsidentityandaccessmanagementiam.html>).
pub(crate) fn resource_of(world: &World, caller: &Caller, parameters: &Parameters) -> String {
    let account = world.account(&caller.principal);
    let arn = |kind: &str, name: &str| format!("arn:aws:iam::{account}:{kind}/{name}");
    let value = |name: &str| parameters.value(name);
    let own = || match &caller.principal {
        Principal::User(name) => name.clone(),
        Principal::Role { .. } => String::new(),
    };
    match parameters.action() {
        "CreateVirtualMFADevice" => arn("mfa", value("VirtualMFADeviceName").unwrap_or_default()),
        "DeleteVirtualMFADevice" => value("SerialNumber").unwrap_or_default().to_owned(),
        "ListVirtualMFADevices"
        | "ListUsers"
        | "ListGroups"
        | "ListPolicies"
        | "ListAccountAliases"
        | "GenerateCredentialReport"
        | "GetCredentialReport" => "*".to_owned(),
        "GetRole" => arn("role", value("RoleName").unwrap_or_default()),
        "CreatePolicy" => arn("policy", value("PolicyName").unwrap_or_default()),
        "SimulatePrincipalPolicy" => value("PolicySourceArn").unwrap_or_default().to_owned(),
        _ => match (value("GroupName"), value("PolicyArn")) {
            (Some(group), _) => arn("group", group),
            (None, Some(policy)) => policy.to_owned(),
            (None, None) => arn("user", &value("UserName").map_or_else(own, str::to_owned)),
        },
    }
}
