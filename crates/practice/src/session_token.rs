//! GetSessionToken.

use jiff::Timestamp;

use crate::{
    answer::{AwsError, Xml},
    check::{CODE, Check, SERIAL_NUMBER},
    query::Parameters,
    signature::Caller,
    state::{HandedOn, Principal, World},
    sts::{issue, verify_mfa},
};

const DEFAULT_SECONDS: u64 = 43_200;
/// The longest a session of an account's root lasts. AWS shortens it without a word.
const ROOT_SECONDS: u64 = 3_600;

pub(crate) fn session_token(
    world: &mut World,
    caller: &Caller,
    parameters: &Parameters,
    now: Timestamp,
) -> Result<Xml, AwsError> {
    let mut check = Check::new(parameters);
    let seconds = check
        .number("DurationSeconds", 900..=129_600)
        .unwrap_or(DEFAULT_SECONDS);
    let serial = check.optional("SerialNumber", &SERIAL_NUMBER);
    let code = check.optional("TokenCode", &CODE);
    check.finish()?;
    if caller.is_session() {
        return Err(AwsError::access_denied(
            "Cannot call GetSessionToken with session credentials",
        ));
    }
    let mfa = verify_mfa(world, caller, serial, code, now)?;
    let root =
        matches!(&caller.principal, Principal::User(name) if world.users.get(name).is_some_and(|user| user.root));
    let seconds = if root { seconds.min(ROOT_SECONDS) } else { seconds };
    let credentials = issue(
        world,
        caller.principal.clone(),
        mfa.then_some(now),
        HandedOn::default(),
        seconds,
        now,
    )?;
    Ok(Xml::new().nest("Credentials", credentials))
}
