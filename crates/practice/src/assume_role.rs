//! AssumeRole: who a role trusts, and for how long.

use std::collections::BTreeMap;

use jiff::Timestamp;

use crate::{
    answer::{AwsError, Xml},
    check::{CODE, Check, EXTERNAL_ID, ROLE_ARN, SERIAL_NUMBER, SESSION_NAME, TAG_KEY, TAG_VALUE},
    query::Parameters,
    signature::{Caller, Presented},
    state::{HandedOn, Principal, Trust, World},
    sts::{issue, verify_mfa},
};

const DEFAULT_SECONDS: u64 = 3_600;
const CHAINED_SECONDS: u64 = 3_600;
const TAGS: usize = 50;

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
    let tags = tags(&mut check);
    let transitive = transitive_keys(&mut check);
    check.finish()?;
    if tags.len() > TAGS || transitive.len() > TAGS {
        return Err(AwsError::validation(format!(
            "No more than {TAGS} session tags may be given."
        )));
    }
    let inherited = world.sessions.get(&caller.access_key_id);
    let inherited = inherited.map(|session| session.handed_on.clone()).unwrap_or_default();

    let fresh = verify_mfa(world, caller, serial, code, now)?;
    let mfa_at = match (fresh, &caller.principal, caller.credentials) {
        (true, ..) => Some(now),
        (false, Principal::User(_), Presented::Session { mfa_at }) => mfa_at,
        _ => None,
    };
    let caller_arn = world.arn(&caller.principal);
    let identity = source_identity
        .map(str::to_owned)
        .or_else(|| inherited.source_identity.clone());
    let asked = Asked {
        principal: &caller.principal,
        session_name,
        external_id,
        source_identity: identity.as_deref(),
        tags: inherited.tags.iter().chain(&tags).collect(),
        mfa_age: mfa_at.map(|at| now.as_second() - at.as_second()),
    };
    let known = world
        .roles
        .get(arn)
        .filter(|known| trusts(world, &known.role.trust, &asked));
    let Some(known) = known else {
        return Err(AwsError::not_authorized(&caller_arn, "sts:AssumeRole", arn));
    };
    // Both go down a chain, and nobody on it may change them
    // (https://docs.aws.amazon.com/IAM/latest/UserGuide/id_session-tags.html#id_session-tags_role-chaining).
    if inherited.source_identity.is_some() && identity != inherited.source_identity {
        return Err(AwsError::not_authorized(&caller_arn, "sts:SetSourceIdentity", arn));
    }
    if tags.keys().any(|key| inherited.tags.contains_key(key)) {
        let message = "One of the specified transitive tag keys can't be set because it conflicts with a transitive tag key from the calling session.";
        return Err(AwsError::new(
            http::StatusCode::BAD_REQUEST,
            "InvalidParameterValue",
            message,
        ));
    }
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
    let mut handed_on = HandedOn {
        source_identity: identity,
        ..inherited
    };
    handed_on
        .tags
        .extend(tags.into_iter().filter(|(key, _)| transitive.contains(key)));
    // The code opens the role; the role's own later calls do not carry it.
    let credentials = issue(world, principal, None, handed_on, seconds, now)?;
    let xml = Xml::new()
        .nest("Credentials", credentials)
        .nest("AssumedRoleUser", user);
    Ok(match source_identity {
        Some(identity) => xml.text("SourceIdentity", identity),
        None => xml,
    })
}

/// What a trust policy can look at.
struct Asked<'a> {
    principal: &'a Principal,
    session_name: &'a str,
    external_id: Option<&'a str>,
    source_identity: Option<&'a str>,
    tags: BTreeMap<&'a String, &'a String>,
    /// Seconds since the code was given that the caller carries, if there is one.
    mfa_age: Option<i64>,
}

fn trusts(world: &World, trust: &Trust, asked: &Asked<'_>) -> bool {
    let everyone = format!("arn:aws:iam::{}:root", world.account(asked.principal));
    let arn = match asked.principal {
        Principal::User(_) => world.arn(asked.principal),
        Principal::Role { arn, .. } => arn.clone(),
    };
    let young = |most: u64| asked.mfa_age.is_some_and(|age| u64::try_from(age).unwrap_or(0) <= most);
    let is =
        |wanted: &Option<String>, given: Option<&str>| wanted.as_deref().is_none_or(|wanted| given == Some(wanted));
    trust
        .principals
        .iter()
        .any(|principal| *principal == arn || *principal == everyone)
        && (!trust.mfa || asked.mfa_age.is_some())
        && trust.mfa_age_seconds.is_none_or(young)
        && is(&trust.external_id, asked.external_id)
        && is(&trust.session_name, Some(asked.session_name))
        && is(&trust.source_identity, asked.source_identity)
        && trust
            .tags
            .iter()
            .all(|(key, value)| asked.tags.get(key).is_some_and(|given| *given == value))
}

fn tags(check: &mut Check<'_>) -> BTreeMap<String, String> {
    let mut tags = BTreeMap::new();
    // One more than is allowed, so that too many are seen.
    for number in 1..=TAGS + 1 {
        let Some(key) = check.optional(&format!("Tags.member.{number}.Key"), &TAG_KEY) else {
            break;
        };
        let value = check.required(&format!("Tags.member.{number}.Value"), &TAG_VALUE);
        tags.insert(key.to_owned(), value.to_owned());
    }
    tags
}

fn transitive_keys(check: &mut Check<'_>) -> Vec<String> {
    (1..=TAGS + 1)
        .map_while(|number| check.optional(&format!("TransitiveTagKeys.member.{number}"), &TAG_KEY))
        .map(str::to_owned)
        .collect()
}
