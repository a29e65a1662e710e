//! The life of a long-term access key.

use jiff::Timestamp;

use crate::{
    answer::{AwsError, Xml},
    check::{ACCESS_KEY_ID, Check, USER_NAME},
    iam::subject,
    query::Parameters,
    signature::Caller,
    state::{AccessKey, Principal, World},
    time::iso,
};

/// Keys a user may have, inactive ones included.
const KEYS: usize = 2;

pub(crate) fn create(
    world: &mut World,
    caller: &Caller,
    parameters: &Parameters,
    now: Timestamp,
) -> Result<Xml, AwsError> {
    let mut check = Check::new(parameters);
    let named = check.optional("UserName", &USER_NAME);
    check.finish()?;
    let user = subject(world, caller, named)?;
    if world.keys.values().filter(|key| key.user == user).count() >= KEYS {
        let message = format!("Cannot exceed quota for AccessKeysPerUser: {KEYS}");
        return Err(AwsError::conflict("LimitExceeded", message));
    }
    let key = world.add_key(&user, now)?;
    let xml = Xml::new()
        .text("UserName", &user)
        .text("AccessKeyId", &key.access_key_id)
        .text("Status", "Active")
        .text("SecretAccessKey", &key.secret_access_key)
        .text("CreateDate", &iso(now));
    Ok(Xml::new().nest("AccessKey", xml))
}

pub(crate) fn update(world: &mut World, caller: &Caller, parameters: &Parameters) -> Result<(), AwsError> {
    let mut check = Check::new(parameters);
    let named = check.optional("UserName", &USER_NAME);
    let id = check.required("AccessKeyId", &ACCESS_KEY_ID);
    let status = check.one_of("Status", &["Active", "Inactive"]);
    check.finish()?;
    let status = status.ok_or_else(|| AwsError::validation("The request must contain the parameter Status."))?;
    let user = subject(world, caller, named)?;
    key_of(world, id, &user)?.active = status == "Active";
    Ok(())
}

pub(crate) fn delete(world: &mut World, caller: &Caller, parameters: &Parameters) -> Result<(), AwsError> {
    let mut check = Check::new(parameters);
    let named = check.optional("UserName", &USER_NAME);
    let id = check.required("AccessKeyId", &ACCESS_KEY_ID);
    check.finish()?;
    let user = subject(world, caller, named)?;
    key_of(world, id, &user)?;
    let account = world.account(&Principal::User(user));
    world.keys.remove(id);
    world.deleted_keys.insert(id.to_owned(), account);
    Ok(())
}

pub(crate) fn last_used(world: &World, parameters: &Parameters) -> Result<Xml, AwsError> {
    let mut check = Check::new(parameters);
    let id = check.required("AccessKeyId", &ACCESS_KEY_ID);
    check.finish()?;
    let key = world.keys.get(id).ok_or_else(|| unknown(id))?;
    let used = match &key.last_used {
        Some(used) => Xml::new()
            .text("LastUsedDate", &iso(used.at))
            .text("ServiceName", &used.service)
            .text("Region", &used.region),
        // A key that was never used has no date, and says so in the other two.
        None => Xml::new().text("ServiceName", "N/A").text("Region", "N/A"),
    };
    Ok(Xml::new().text("UserName", &key.user).nest("AccessKeyLastUsed", used))
}

fn key_of<'a>(world: &'a mut World, id: &str, user: &str) -> Result<&'a mut AccessKey, AwsError> {
    world
        .keys
        .get_mut(id)
        .filter(|key| key.user == user)
        .ok_or_else(|| unknown(id))
}

fn unknown(id: &str) -> AwsError {
    AwsError::no_such_entity(format!("The Access Key with id {id} cannot be found."))
}
