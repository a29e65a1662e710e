//! Groups with their members and policies, and managed policies.

use std::collections::{BTreeMap, BTreeSet};

use http::StatusCode;
use jiff::Timestamp;
use serde_json::Value;

use crate::{
    answer::{AwsError, Xml},
    check::{Check, DOCUMENT, GROUP_NAME, POLICY_ARN, POLICY_NAME, USER_NAME, VERSION_ID, only},
    evaluate::statements,
    iam::known_user,
    listing::Page,
    query::Parameters,
    random,
    signature::Caller,
    state::World,
    time::iso,
    users::described,
};

/// Characters of all inline policies of a group, white space aside
/// (<https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html>).
const INLINE: usize = 5120;
/// Characters of a managed policy.
const MANAGED: usize = 6144;
/// Managed policies of a group.
const ATTACHED: usize = 10;

/// A group.
pub(crate) struct Group {
    account: String,
    id: String,
    created: Timestamp,
    pub(crate) members: BTreeSet<String>,
    /// Documents by name.
    pub(crate) inline: BTreeMap<String, String>,
    /// ARNs.
    pub(crate) attached: BTreeSet<String>,
}

/// A managed policy; it has one version here.
pub(crate) struct ManagedPolicy {
    id: String,
    created: Timestamp,
    pub(crate) document: String,
}

pub(crate) fn create(
    world: &mut World,
    caller: &Caller,
    parameters: &Parameters,
    now: Timestamp,
) -> Result<Xml, AwsError> {
    let name = named(parameters)?;
    if world.groups.keys().any(|known| known.eq_ignore_ascii_case(&name)) {
        let message = format!("Group with name {name} already exists.");
        return Err(AwsError::conflict("EntityAlreadyExists", message));
    }
    let group = Group {
        account: world.account(&caller.principal),
        id: random::unique_id("AGPA")?,
        created: now,
        members: BTreeSet::new(),
        inline: BTreeMap::new(),
        attached: BTreeSet::new(),
    };
    let xml = Xml::new().nest("Group", tell(&name, &group));
    world.groups.insert(name, group);
    Ok(xml)
}

fn tell(name: &str, group: &Group) -> Xml {
    Xml::new()
        .text("Path", "/")
        .text("GroupName", name)
        .text("GroupId", &group.id)
        .text("Arn", &format!("arn:aws:iam::{}:group/{name}", group.account))
        .text("CreateDate", &iso(group.created))
}

pub(crate) fn delete(world: &mut World, parameters: &Parameters) -> Result<(), AwsError> {
    let name = named(parameters)?;
    let group = find(world, &name)?;
    let left = if !group.members.is_empty() {
        "must remove users from group first."
    } else if !group.inline.is_empty() {
        "must delete policies first."
    } else if !group.attached.is_empty() {
        "must detach all policies first."
    } else {
        world.groups.remove(&name);
        return Ok(());
    };
    Err(AwsError::conflict(
        "DeleteConflict",
        format!("Cannot delete entity, {left}"),
    ))
}

/// The group with its members.
pub(crate) fn get(world: &mut World, parameters: &Parameters) -> Result<Xml, AwsError> {
    let name = named(parameters)?;
    let mut check = Check::new(parameters);
    let page = Page::read(&mut check);
    check.finish()?;
    find(world, &name)?;
    let group = &world.groups[&name];
    let members = group.members.iter().map(|user| described(world, user)).collect();
    Ok(page.of("Users", members)?.nest("Group", tell(&name, group)))
}

pub(crate) fn list(world: &World, caller: &Caller, parameters: &Parameters) -> Result<Xml, AwsError> {
    let mut check = Check::new(parameters);
    let page = Page::read(&mut check);
    check.finish()?;
    let account = world.account(&caller.principal);
    let groups = world.groups.iter().filter(|(_, group)| group.account == account);
    page.of("Groups", groups.map(|(name, group)| tell(name, group)).collect())
}

pub(crate) fn list_for_user(world: &World, parameters: &Parameters) -> Result<Xml, AwsError> {
    let mut check = Check::new(parameters);
    let user = check.required("UserName", &USER_NAME);
    let page = Page::read(&mut check);
    check.finish()?;
    known_user(world, user)?;
    let groups = world.groups.iter().filter(|(_, group)| group.members.contains(user));
    page.of("Groups", groups.map(|(name, group)| tell(name, group)).collect())
}

pub(crate) fn add_member(world: &mut World, parameters: &Parameters) -> Result<(), AwsError> {
    let (group, user) = member(world, parameters)?;
    find(world, &group)?.members.insert(user);
    Ok(())
}

pub(crate) fn remove_member(world: &mut World, parameters: &Parameters) -> Result<(), AwsError> {
    let (group, user) = member(world, parameters)?;
    find(world, &group)?.members.remove(&user);
    Ok(())
}

fn member(world: &World, parameters: &Parameters) -> Result<(String, String), AwsError> {
    let group = named(parameters)?;
    let user = only(parameters, "UserName", &USER_NAME)?;
    known_user(world, user)?;
    Ok((group, user.to_owned()))
}

pub(crate) fn put_inline(world: &mut World, parameters: &Parameters) -> Result<(), AwsError> {
    let (name, policy) = (named(parameters)?, policy_name(parameters)?);
    let document = document(parameters)?;
    let group = find(world, &name)?;
    let others = group.inline.iter().filter(|(known, _)| **known != policy);
    let length = others.map(|(_, text)| length(text)).sum::<usize>() + length(&document);
    if length > INLINE {
        let message = format!("Maximum policy size of {INLINE} bytes exceeded for group {name}");
        return Err(AwsError::conflict("LimitExceeded", message));
    }
    group.inline.insert(policy, document);
    Ok(())
}

pub(crate) fn get_inline(world: &mut World, parameters: &Parameters) -> Result<Xml, AwsError> {
    let (name, policy) = (named(parameters)?, policy_name(parameters)?);
    let group = find(world, &name)?;
    let text = group.inline.get(&policy).ok_or_else(|| no_policy(&policy))?;
    Ok(Xml::new()
        .text("GroupName", &name)
        .text("PolicyName", &policy)
        .text("PolicyDocument", &encoded(text)))
}

pub(crate) fn delete_inline(world: &mut World, parameters: &Parameters) -> Result<(), AwsError> {
    let (name, policy) = (named(parameters)?, policy_name(parameters)?);
    let gone = find(world, &name)?.inline.remove(&policy);
    gone.map(drop).ok_or_else(|| no_policy(&policy))
}

pub(crate) fn list_inline(world: &mut World, parameters: &Parameters) -> Result<Xml, AwsError> {
    let name = named(parameters)?;
    let mut names = Xml::new();
    for policy in find(world, &name)?.inline.keys() {
        names = names.text("member", policy);
    }
    Ok(Xml::new().nest("PolicyNames", names).text("IsTruncated", "false"))
}

pub(crate) fn create_policy(
    world: &mut World,
    caller: &Caller,
    parameters: &Parameters,
    now: Timestamp,
) -> Result<Xml, AwsError> {
    let name = policy_name(parameters)?;
    let document = document(parameters)?;
    let arn = format!("arn:aws:iam::{}:policy/{name}", world.account(&caller.principal));
    if world.policies.contains_key(&arn) {
        let message = format!("A policy called {name} already exists. Duplicate names are not allowed.");
        return Err(AwsError::conflict("EntityAlreadyExists", message));
    }
    if length(&document) > MANAGED {
        let message = format!("Cannot exceed quota for PolicySize: {MANAGED}");
        return Err(AwsError::conflict("LimitExceeded", message));
    }
    let policy = ManagedPolicy {
        id: random::unique_id("ANPA")?,
        created: now,
        document,
    };
    let xml = Xml::new().nest("Policy", policy_told(world, &arn, &policy));
    world.policies.insert(arn, policy);
    Ok(xml)
}

fn policy_told(world: &World, arn: &str, policy: &ManagedPolicy) -> Xml {
    let uses = world
        .groups
        .values()
        .filter(|group| group.attached.contains(arn))
        .count();
    Xml::new()
        .text("PolicyName", arn.rsplit('/').next().unwrap_or_default())
        .text("PolicyId", &policy.id)
        .text("Arn", arn)
        .text("Path", "/")
        .text("DefaultVersionId", "v1")
        .text("AttachmentCount", &uses.to_string())
        .text("IsAttachable", "true")
        .text("CreateDate", &iso(policy.created))
        .text("UpdateDate", &iso(policy.created))
}

pub(crate) fn get_policy(world: &World, parameters: &Parameters) -> Result<Xml, AwsError> {
    let arn = policy_arn(parameters)?;
    let policy = world.policies.get(&arn).ok_or_else(|| no_policy(&arn))?;
    Ok(Xml::new().nest("Policy", policy_told(world, &arn, policy)))
}

pub(crate) fn get_version(world: &World, parameters: &Parameters) -> Result<Xml, AwsError> {
    let arn = policy_arn(parameters)?;
    let version = only(parameters, "VersionId", &VERSION_ID)?;
    let policy = world.policies.get(&arn).filter(|_| version == "v1");
    let policy = policy.ok_or_else(|| no_policy(&arn))?;
    let version = Xml::new()
        .text("Document", &encoded(&policy.document))
        .text("VersionId", "v1")
        .text("IsDefaultVersion", "true")
        .text("CreateDate", &iso(policy.created));
    Ok(Xml::new().nest("PolicyVersion", version))
}

pub(crate) fn delete_policy(world: &mut World, parameters: &Parameters) -> Result<(), AwsError> {
    let arn = policy_arn(parameters)?;
    if world.groups.values().any(|group| group.attached.contains(&arn)) {
        let message = "Cannot delete a policy attached to entities.";
        return Err(AwsError::conflict("DeleteConflict", message));
    }
    world.policies.remove(&arn).map(drop).ok_or_else(|| no_policy(&arn))
}

pub(crate) fn attach(world: &mut World, parameters: &Parameters) -> Result<(), AwsError> {
    let (name, arn) = (named(parameters)?, policy_arn(parameters)?);
    if !world.policies.contains_key(&arn) {
        return Err(no_policy(&arn));
    }
    let group = find(world, &name)?;
    if group.attached.len() >= ATTACHED {
        let message = format!("Cannot exceed quota for PoliciesPerGroup: {ATTACHED}");
        return Err(AwsError::conflict("LimitExceeded", message));
    }
    group.attached.insert(arn);
    Ok(())
}

pub(crate) fn detach(world: &mut World, parameters: &Parameters) -> Result<(), AwsError> {
    let (name, arn) = (named(parameters)?, policy_arn(parameters)?);
    match find(world, &name)?.attached.remove(&arn) {
        true => Ok(()),
        false => Err(no_policy(&arn)),
    }
}

pub(crate) fn list_attached(world: &mut World, parameters: &Parameters) -> Result<Xml, AwsError> {
    let name = named(parameters)?;
    let attached = find(world, &name)?.attached.iter().map(|arn| {
        Xml::new()
            .text("PolicyName", arn.rsplit('/').next().unwrap_or_default())
            .text("PolicyArn", arn)
    });
    Ok(Xml::new()
        .list("AttachedPolicies", attached)
        .text("IsTruncated", "false"))
}

fn named(parameters: &Parameters) -> Result<String, AwsError> {
    only(parameters, "GroupName", &GROUP_NAME).map(str::to_owned)
}

fn policy_name(parameters: &Parameters) -> Result<String, AwsError> {
    only(parameters, "PolicyName", &POLICY_NAME).map(str::to_owned)
}

fn policy_arn(parameters: &Parameters) -> Result<String, AwsError> {
    only(parameters, "PolicyArn", &POLICY_ARN).map(str::to_owned)
}

/// A document that has statements, each with an effect, something it is about, and where.
fn document(parameters: &Parameters) -> Result<String, AwsError> {
    let text = only(parameters, "PolicyDocument", &DOCUMENT)?;
    let malformed = |message: &str| AwsError::new(StatusCode::BAD_REQUEST, "MalformedPolicyDocument", message);
    let value: Value = serde_json::from_str(text).map_err(|_| malformed("This policy contains invalid Json"))?;
    let whole = |statement: &&Value| {
        let one = |with: &str, without: &str| statement[with].is_null() != statement[without].is_null();
        let effect = matches!(statement["Effect"].as_str(), Some("Allow" | "Deny"));
        effect && one("Action", "NotAction") && one("Resource", "NotResource")
    };
    let statements = statements(&value);
    if statements.is_empty() || !statements.iter().all(whole) {
        return Err(malformed("Syntax errors in policy."));
    }
    Ok(text.to_owned())
}

/// White space does not count.
fn length(text: &str) -> usize {
    text.chars().filter(|letter| !letter.is_whitespace()).count()
}

/// As IAM hands documents out: percent-encoded, a space too (RFC 3986).
fn encoded(text: &str) -> String {
    let encoded: String = form_urlencoded::byte_serialize(text.as_bytes()).collect();
    encoded.replace('+', "%20")
}

fn find<'a>(world: &'a mut World, name: &str) -> Result<&'a mut Group, AwsError> {
    let message = format!("The group with name {name} cannot be found.");
    world
        .groups
        .get_mut(name)
        .ok_or_else(|| AwsError::no_such_entity(message))
}

fn no_policy(name: &str) -> AwsError {
    AwsError::no_such_entity(format!("The policy {name} cannot be found."))
}
