//! AssumeRole: who a role trusts, and for how long.

use jiff::Timestamp;

use crate::{
    answer::{AwsError, Xml},
    check::{CODE, Check, EXTERNAL_ID, ROLE_ARN, SERIAL_NUMBER, SESSION_NAME},
    query::Parameters,
    signature::{Caller, Presented},
    state::{Principal, Role, World},
    sts::{issue, verify_mfa},
};

const DEFAULT_SECONDS: u64 = 3_600;
const CHAINED_SECONDS: u64 = 3_600;

/// Checks in this order: schema, code, trust, the role's longest session, the hour of chaining. The last three are an
/// observation; that a code is spent before trust is looked at is the harder case for a client, so it is the one here.
pub(crate) fn assume_role(
    world: &mut World,
    caller: &Caller,
    parameters: &Parameters,
    now: Timestamp,
) -> Result<Xml, AwsError> {
    let mut check = Check::new(parameters);
    let arn = check.required("RoleArn", &ROLE_ARN);
    let session_name = check.required("RoleSessionName", &SESSION_NAME);
    let seconds = check.number("DurationSeconds", 900..=43_200).unwrap_or(DEFAULT_SECONDS);
    let serial = check.optional("SerialNumber", &SERIAL_NUMBER);
    let code = check.optional("TokenCode", &CODE);
    let external_id = check.optional("ExternalId", &EXTERNAL_ID);
    let source_identity = check.optional("SourceIdentity", &SESSION_NAME);
    check.finish()?;

    let fresh = verify_mfa(world, caller, serial, code, now)?;
    let mfa_at = match (fresh, &caller.principal, caller.credentials) {
        (true, ..) => Some(now),
        (false, Principal::User(_), Presented::Session { mfa_at }) => mfa_at,
        _ => None,
    };
    let caller_arn = world.arn(&caller.principal);
    let known = world
        .roles
        .get(arn)
        .filter(|known| trusts(world, &known.role, caller, external_id, mfa_at, now));
    let Some(known) = known else {
        return Err(AwsError::not_authorized(&caller_arn, "sts:AssumeRole", arn));
    };
    if seconds > known.role.max_session_seconds {
        let message = "The requested DurationSeconds exceeds the MaxSessionDuration set for this role.";
        return Err(AwsError::validation(message));
    }
    if caller.is_session() && seconds > CHAINED_SECONDS {
        let message =
            "The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining.";
        return Err(AwsError::validation(message));
    }

    let principal = Principal::Role {
        arn: arn.to_owned(),
        session_name: session_name.to_owned(),
    };
    let user = Xml::new()
        .text("AssumedRoleId", &world.unique_id(&principal))
        .text("Arn", &world.arn(&principal));
    // The code opens the role; the role's own later calls do not carry it.
    let credentials = issue(world, principal, None, seconds, now)?;
    let xml = Xml::new()
        .nest("Credentials", credentials)
        .nest("AssumedRoleUser", user);
    Ok(match source_identity {
        Some(identity) => xml.text("SourceIdentity", identity),
        None => xml,
    })
}

fn trusts(
    world: &World,
    role: &Role,
    caller: &Caller,
    external_id: Option<&str>,
    mfa_at: Option<Timestamp>,
    now: Timestamp,
) -> bool {
    let trust = &role.trust;
    let everyone = format!("arn:aws:iam::{}:root", world.account(&caller.principal));
    let arn = match &caller.principal {
        Principal::User(_) => world.arn(&caller.principal),
        Principal::Role { arn, .. } => arn.clone(),
    };
    let age = mfa_at.map(|at| now.as_second() - at.as_second());
    let young = |most: u64| age.is_some_and(|age| u64::try_from(age).unwrap_or(0) <= most);
    trust
        .principals
        .iter()
        .any(|principal| *principal == arn || *principal == everyone)
        && (!trust.mfa || mfa_at.is_some())
        && trust.mfa_age_seconds.is_none_or(young)
        && trust
            .external_id
            .as_deref()
            .is_none_or(|wanted| external_id == Some(wanted))
}
