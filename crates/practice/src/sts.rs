//! The calls of STS.

use jiff::Timestamp;

use crate::{
    answer::{AwsError, Xml},
    assume_role::assume_role,
    device::Verdict,
    identity::{access_key_info, caller_identity},
    query::Parameters,
    random,
    session_token::session_token,
    signature::Caller,
    state::{HandedOn, Principal, Session, World},
    time::{after, iso},
};

pub(crate) const VERSION: &str = "2011-06-15";

/// Answers an action, or says `None` if STS has no such action here.
pub(crate) fn answer(
    world: &mut World,
    caller: &Caller,
    parameters: &Parameters,
    now: Timestamp,
) -> Option<Result<Option<Xml>, AwsError>> {
    let result = match parameters.action() {
        "GetSessionToken" => session_token(world, caller, parameters, now),
        "AssumeRole" => assume_role(world, caller, parameters, now),
        "GetCallerIdentity" => Ok(caller_identity(world, caller)),
        "GetAccessKeyInfo" => access_key_info(world, caller, parameters),
        _ => return None,
    };
    Some(result.map(Some))
}

/// Judges the code a request carries; says whether there was one. A code counts as tried from here on.
pub(crate) fn verify_mfa(
    world: &mut World,
    caller: &Caller,
    serial: Option<&str>,
    code: Option<&str>,
    now: Timestamp,
) -> Result<bool, AwsError> {
    let (serial, code) = match (serial, code) {
        (None, None) => return Ok(false),
        (Some(serial), Some(code)) => (serial, code),
        _ => {
            let message =
                "MultiFactorAuthentication failed, must provide both MFA serial number and one time pass code.";
            return Err(AwsError::access_denied(message));
        }
    };
    let verdict = match &caller.principal {
        Principal::User(user) => world.verify_code(user, serial, code, now),
        Principal::Role { .. } => Verdict::Unable,
    };
    match verdict {
        Verdict::Accepted => Ok(true),
        Verdict::Invalid => Err(AwsError::access_denied(
            "MultiFactorAuthentication failed with invalid MFA one time pass code.",
        )),
        Verdict::Unable => Err(AwsError::access_denied(
            "MultiFactorAuthentication failed, unable to validate MFA code.  Please verify your MFA serial number is \
             valid and associated with this user.",
        )),
    }
}

/// Makes a session and writes its `Credentials`. Practice AWS decides how long it lasts if it was told to.
pub(crate) fn issue(
    world: &mut World,
    principal: Principal,
    mfa_at: Option<Timestamp>,
    handed_on: HandedOn,
    seconds: u64,
    now: Timestamp,
) -> Result<Xml, AwsError> {
    let id = random::session_key_id()?;
    let session = Session {
        secret: random::secret_access_key()?,
        token: random::session_token()?,
        expires: after(now, world.options.session_seconds.unwrap_or(seconds)),
        principal,
        mfa_at,
        handed_on,
    };
    let xml = Xml::new()
        .text("AccessKeyId", &id)
        .text("SecretAccessKey", &session.secret)
        .text("SessionToken", &session.token)
        .text("Expiration", &iso(session.expires));
    world.sessions.insert(id, session);
    Ok(xml)
}
