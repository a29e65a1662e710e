//! A session as environment variables: what makes any AWS program use it, and what would keep it from doing so.
//!
//! Variables come before everything else wherever AWS's tools look for credentials, so a session that is said in full
//! needs no profile beside it.

use jiff::Timestamp;

use crate::profile::{Arn, ProfileName};
use crate::refresh::{RefreshError, Request, prepare};
use crate::secret::{AccessKey, SecretString};
use crate::session::{State, rfc3339};
use crate::store;
use crate::world::World;

/// What would shadow the session in a shell: some tools let a named profile win over keys, and botocore reads
/// `AWS_SECURITY_TOKEN` before `AWS_SESSION_TOKEN`.
pub const SHADOWING: &[&str] = &["AWS_PROFILE", "AWS_DEFAULT_PROFILE", "AWS_SECURITY_TOKEN"];

/// Other ways to credentials that a program may find in its environment, and which are not those it was given
/// (<https://docs.aws.amazon.com/sdkref/latest/guide/settings-reference.html>).
pub const OTHER_WAYS: &[&str] = &[
    "AWS_WEB_IDENTITY_TOKEN_FILE",
    "AWS_ROLE_ARN",
    "AWS_ROLE_SESSION_NAME",
    "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI",
    "AWS_CONTAINER_CREDENTIALS_FULL_URI",
    "AWS_CONTAINER_AUTHORIZATION_TOKEN",
    "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE",
];

/// The names of a session itself, beside [`SHADOWING`].
pub const KEYS: &[&str] = &[
    "AWS_ACCESS_KEY_ID",
    "AWS_SECRET_ACCESS_KEY",
    "AWS_SESSION_TOKEN",
    "AWS_CREDENTIAL_EXPIRATION",
];

/// A session that works.
#[derive(Debug)]
pub struct Variables {
    /// Of the session.
    pub key: AccessKey,
    /// When it ends.
    pub expires_at: Timestamp,
    /// Whether it is in its last minutes: another should be made, if one can.
    pub is_expiring: bool,
    /// Of the profile, else of the section that holds the session.
    pub region: Option<String>,
    /// Twelve digits: the role's account, or that of the device.
    pub account: Option<String>,
}

impl Variables {
    /// Names and values, in the order in which people write them.
    pub fn assignments(&self) -> Vec<(&'static str, SecretString)> {
        let mut assignments = vec![
            ("AWS_ACCESS_KEY_ID", self.key.id.as_str().into()),
            ("AWS_SECRET_ACCESS_KEY", self.key.secret.clone()),
        ];
        let token = self.key.session_token.clone();
        assignments.extend(token.map(|token| ("AWS_SESSION_TOKEN", token)));
        assignments.push(("AWS_CREDENTIAL_EXPIRATION", rfc3339(self.expires_at).into()));
        let region = self.region_assignments();
        assignments.extend(region.map(|(name, region)| (name, region.into())));
        assignments
    }

    /// The region alone, which is no secret.
    pub fn region_assignments(&self) -> impl Iterator<Item = (&'static str, &str)> {
        // The first is the SDKs', the second botocore's.
        let names = ["AWS_REGION", "AWS_DEFAULT_REGION"].into_iter();
        names.filter_map(|name| Some((name, self.region.as_deref()?)))
    }
}

/// The session that the target of `profile` holds, unless it is over or nothing says that it is the profile's.
///
/// # Errors
/// [`RefreshError`] when the files cannot be read, the profile can have no session, or the keychain that holds it gives
/// no answer.
pub fn variables(world: &World, profile: &ProfileName) -> Result<Option<Variables>, RefreshError> {
    let loaded = world.load()?;
    let prepared = prepare::prepare(&loaded, &Request::of(profile))?;
    let Some(session) = prepare::session_in_target(world, &loaded, &prepared) else {
        return Ok(None);
    };
    let state = session.state(world.aws_time(), loaded.settings.margin());
    let usable = matches!(state, State::Active | State::Expiring);
    let Some(expires_at) = session.expires_at.filter(|_| usable) else {
        return Ok(None);
    };
    let Some(key) = store::key(world, &loaded, &prepared.target)? else {
        return Ok(None);
    };
    let role = prepared.role.and_then(|role| Arn::parse(&role.arn));
    let arn = role.or_else(|| prepared.entry.serial.as_ref()?.arn());
    let of_target = || loaded.files.profile(&prepared.target.section)?.text("region");
    let region = loaded.text(prepared.entry, "region").or_else(of_target);
    Ok(Some(Variables {
        key,
        expires_at,
        is_expiring: state == State::Expiring,
        region: region.map(str::to_owned),
        account: arn.map(|arn| arn.account.to_owned()),
    }))
}
