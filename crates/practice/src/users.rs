//! Users, as an administrator makes and removes them, and the report about them.

use data_encoding::BASE64;
use http::StatusCode;
use jiff::Timestamp;

use crate::{
    answer::{AwsError, Xml},
    authorize::policies_of,
    check::{Check, NEW_USER_NAME, SOURCE_ARN, USER_NAME, only},
    evaluate::{Decision, Request, evaluate},
    iam::known_user,
    listing::Page,
    query::Parameters,
    signature::Caller,
    state::{Principal, World},
    time::iso,
};

/// What is told of a user.
pub(crate) fn described(world: &World, name: &str) -> Xml {
    let principal = Principal::User(name.to_owned());
    let created = world.users.get(name).map(|user| iso(user.created)).unwrap_or_default();
    Xml::new()
        .text("Path", "/")
        .text("UserName", name)
        .text("UserId", &world.unique_id(&principal))
        .text("Arn", &world.arn(&principal))
        .text("CreateDate", &created)
}

pub(crate) fn create(
    world: &mut World,
    caller: &Caller,
    parameters: &Parameters,
    now: Timestamp,
) -> Result<Xml, AwsError> {
    let name = only(parameters, "UserName", &NEW_USER_NAME)?;
    if world.users.keys().any(|known| known.eq_ignore_ascii_case(name)) {
        let message = format!("User with name {name} already exists.");
        return Err(AwsError::conflict("EntityAlreadyExists", message));
    }
    let account = world.account(&caller.principal);
    world.add_user(&account, name, now)?;
    if let Some(user) = world.users.get_mut(name) {
        user.by_policies = true;
    }
    Ok(Xml::new().nest("User", described(world, name)))
}

pub(crate) fn delete(world: &mut World, parameters: &Parameters) -> Result<(), AwsError> {
    let name = only(parameters, "UserName", &USER_NAME)?;
    known_user(world, name)?;
    let left = if world.keys.values().any(|key| key.user == name) {
        "must delete access keys first."
    } else if world.devices_of(name).next().is_some() {
        "must delete MFA device first."
    } else if world.groups.values().any(|group| group.members.contains(name)) {
        "must remove users from group first."
    } else {
        world.users.remove(name);
        return Ok(());
    };
    Err(AwsError::conflict(
        "DeleteConflict",
        format!("Cannot delete entity, {left}"),
    ))
}

pub(crate) fn list(world: &World, caller: &Caller, parameters: &Parameters) -> Result<Xml, AwsError> {
    let mut check = Check::new(parameters);
    let page = Page::read(&mut check);
    check.finish()?;
    let account = world.account(&caller.principal);
    let users = world
        .users
        .iter()
        .filter(|(_, user)| user.account == account && !user.root);
    page.of("Users", users.map(|(name, _)| described(world, name)).collect())
}

/// Starts the report; it is ready when it is asked for next.
pub(crate) fn generate_report(world: &mut World, now: Timestamp) -> Xml {
    let state = if world.report_asked.is_some() {
        "COMPLETE"
    } else {
        "STARTED"
    };
    world.report_asked.get_or_insert(now);
    Xml::new()
        .text("State", state)
        .text("Description", "No report exists. Starting a new report generation task")
}

/// The report, with those of AWS's columns that have something to say here.
pub(crate) fn report(world: &World, caller: &Caller, now: Timestamp) -> Result<Xml, AwsError> {
    let Some(made) = world.report_asked else {
        let message = "No report is present. Please generate a report.";
        return Err(AwsError::new(StatusCode::GONE, "ReportNotPresent", message));
    };
    let account = world.account(&caller.principal);
    let mut text = "user,arn,user_creation_time,mfa_active,access_key_1_active,access_key_1_last_rotated,\
                    access_key_2_active,access_key_2_last_rotated"
        .to_owned();
    for (name, user) in world.users.iter().filter(|(_, user)| user.account == account) {
        let shown = if user.root { "<root_account>" } else { name };
        let arn = world.arn(&Principal::User(name.clone()));
        let mfa = world.devices_of(name).next().is_some();
        text.push_str(&format!("\n{shown},{arn},{},{mfa}", iso(user.created)));
        let mut keys = world.keys.values().filter(|key| key.user == *name);
        for _ in 0..2 {
            match keys.next() {
                Some(key) => text.push_str(&format!(",{},{}", key.active, iso(key.created))),
                None => text.push_str(",false,N/A"),
            }
        }
    }
    Ok(Xml::new()
        .text("Content", &BASE64.encode(text.as_bytes()))
        .text("ReportFormat", "text/csv")
        .text("GeneratedTime", &iso(made.min(now))))
}

/// Says what a user's policies say to a request that is only described.
pub(crate) fn simulate(world: &World, parameters: &Parameters) -> Result<Xml, AwsError> {
    let source = only(parameters, "PolicySourceArn", &SOURCE_ARN)?;
    let user = source.rsplit('/').next().unwrap_or_default();
    if !world.users.contains_key(user) {
        return Err(AwsError::no_such_entity(format!("{source} does not exist")));
    }
    let context = (1..)
        .map_while(|number| {
            let of = |what: &str| parameters.value(&format!("ContextEntries.member.{number}.{what}"));
            let value = of("ContextKeyValues.member.1").unwrap_or_default();
            Some((of("ContextKeyName")?.to_ascii_lowercase(), value.to_owned()))
        })
        .collect();
    let policies = policies_of(world, user);
    let resource = parameters.value("ResourceArns.member.1").unwrap_or("*");
    let actions = (1..).map_while(|number| parameters.value(&format!("ActionNames.member.{number}")));
    let judged = actions.map(|action| {
        let request = Request {
            action,
            resource,
            context: &context,
        };
        let decision = match policies.as_ref().map(|policies| evaluate(policies, &request)) {
            None | Some(Decision::Allowed) => "allowed",
            Some(Decision::ExplicitDeny) => "explicitDeny",
            Some(Decision::ImplicitDeny) => "implicitDeny",
        };
        Xml::new()
            .text("EvalActionName", action)
            .text("EvalResourceName", resource)
            .text("EvalDecision", decision)
    });
    Ok(Xml::new()
        .list("EvaluationResults", judged)
        .text("IsTruncated", "false"))
}
