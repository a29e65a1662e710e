//! GetCallerIdentity and GetAccessKeyInfo.

use crate::{
    answer::{AwsError, Xml},
    check::{ACCESS_KEY_ID, Check},
    query::Parameters,
    signature::Caller,
    state::{Principal, World},
};

/// Says who is asking. No policy can forbid it, and a session without MFA may ask as well.
pub(crate) fn caller_identity(world: &World, caller: &Caller) -> Xml {
    Xml::new()
        .text("Arn", &world.arn(&caller.principal))
        .text("UserId", &world.unique_id(&caller.principal))
        .text("Account", &world.account(&caller.principal))
}

/// Names the account of any key, also of one that was switched off or deleted.
pub(crate) fn access_key_info(world: &World, caller: &Caller, parameters: &Parameters) -> Result<Xml, AwsError> {
    let mut check = Check::new(parameters);
    let id = check.required("AccessKeyId", &ACCESS_KEY_ID);
    check.finish()?;
    if caller.is_session() && matches!(caller.principal, Principal::User(_)) {
        return Err(AwsError::access_denied(
            "Cannot call GetAccessKeyInfo with session credentials",
        ));
    }
    let live = || Some(world.account(&Principal::User(world.keys.get(id)?.user.clone())));
    let session = || Some(world.account(&world.sessions.get(id)?.principal));
    let deleted = || world.deleted_keys.get(id).cloned();
    match live().or_else(session).or_else(deleted) {
        Some(account) => Ok(Xml::new().text("Account", &account)),
        // AWS reads the account out of the id itself; an id invented elsewhere holds none that we could read.
        None => Err(AwsError::validation(format!("Invalid access key id: {id}"))),
    }
}
