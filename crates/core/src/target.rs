//! Which section a session is written to, and which it must never be written to.

use std::collections::HashMap;

use crate::aws_files::{AwsFiles, Properties};
use crate::problem::Problem;
use crate::process;
use crate::profile::{AccessKeyId, ProfileName};
use crate::session::{Format, MANAGER};
use crate::settings::Settings;

/// The suffix that broamski/aws-mfa gives the section with the long-term keys.
pub const LONG_TERM: &str = "-long-term";

/// Where a session goes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Target {
    /// The section of the credentials file.
    pub section: ProfileName,
    /// How the session is written there.
    pub format: Format,
    /// Where it is kept.
    pub store: Store,
    /// A second section it is written to: `[default]`, where the person uses the profile as default.
    pub second: Option<ProfileName>,
}

/// Where the session of a target is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Store {
    /// In the section of the credentials file.
    File,
    /// In the keychain: the section's profile has a `credential_process` that asks us for it.
    Keychain,
}

/// Chooses the target of `profile`: the one asked for, the one in the settings, the pair's own, the pattern's.
pub fn choose(
    profile: &ProfileName,
    is_pair: bool,
    asked: Option<&ProfileName>,
    files: &AwsFiles,
    settings: &Settings,
) -> Option<Target> {
    let chosen = asked.cloned().or_else(|| settings.target(profile));
    let format = |section: &ProfileName| {
        if is_pair && section == profile {
            Format::AwsMfa
        } else {
            Format::Ours
        }
    };
    let section = match chosen {
        Some(section) => section,
        None if is_pair => profile.clone(),
        None => settings.target_by_pattern(profile)?,
    };
    let serves = |properties: &Properties| served(properties).is_some_and(|served| served == *profile);
    let store = match files.profile(&section) {
        Some(properties) if serves(properties) => Store::Keychain,
        _ => Store::File,
    };
    let is_default = store == Store::File && settings.default_profile().is_some_and(|chosen| chosen == *profile);
    let second = ProfileName::default_profile();
    Some(Target {
        format: format(&section),
        second: Some(second).filter(|second| is_default && *second != section),
        section,
        store,
    })
}

/// The profile whose session AWS's tools get from us when they use a profile with these properties.
pub fn served(properties: &Properties) -> Option<ProfileName> {
    process::profile_of(properties.text("credential_process")?)
}

/// Whether the properties hold the long-term key of a user.
pub fn has_long_term_key(properties: &Properties) -> bool {
    let id = properties
        .text("aws_access_key_id")
        .and_then(|id| AccessKeyId::parse(id).ok());
    let token = properties.has("aws_session_token") || properties.has("aws_security_token");
    id.is_some_and(|id| !id.is_temporary()) && properties.has("aws_secret_access_key") && !token
}

/// Says why keys must not be taken out of a section with these properties, or nothing.
pub fn holds_long_term_key(properties: &Properties) -> Option<String> {
    let half = properties.has("aws_secret_access_key") && !properties.has("aws_access_key_id");
    (half || has_long_term_key(properties)).then(|| "it holds a long-term access key, which would be lost".to_owned())
}

/// Says why a session must not be written to a section with these properties, or nothing.
pub fn conflict(properties: &Properties) -> Option<String> {
    if let Some(reason) = holds_long_term_key(properties) {
        return Some(reason);
    }
    for key in [
        "role_arn",
        "credential_process",
        "web_identity_token_file",
        "login_session",
    ] {
        if properties.has(key) {
            return Some(format!(
                "it has {key}, which AWS tools would use instead of the session, or beside it"
            ));
        }
    }
    if properties.has_prefix("sso_") {
        return Some("it belongs to IAM Identity Center".to_owned());
    }
    match properties.text("manager") {
        Some(manager) if manager != MANAGER => Some(format!("it belongs to {manager}")),
        _ => None,
    }
}

/// Says what would keep AWS's tools from asking us for the session of a profile with these properties, or nothing
/// (the order in which they look is botocore's, `credentials.py`).
fn in_the_way(properties: &Properties) -> Option<String> {
    let key = [
        "role_arn",
        "web_identity_token_file",
        "aws_access_key_id",
        "login_session",
    ]
    .into_iter()
    .find(|key| properties.has(key))?;
    Some(format!(
        "it has {key}, which AWS tools use before its credential_process"
    ))
}

/// Checks that the session of `profile` may be written to `target`.
///
/// # Errors
/// A [`Problem`] with the reason and a free name.
pub fn check(
    files: &AwsFiles,
    profile: &ProfileName,
    target: &Target,
    shared_with: Option<&ProfileName>,
) -> Result<(), Problem> {
    let section = &target.section;
    let reason = match (shared_with, files.profile(section)) {
        (Some(other), _) => Some(format!("the session of {other} is written there")),
        (None, Some(properties)) if target.store == Store::Keychain => in_the_way(properties),
        (None, Some(properties)) => conflict(properties),
        (None, None) => None,
    };
    let Some(reason) = reason else { return Ok(()) };
    let free = free_name(files, profile);
    Err(Problem::new(
        "target",
        format!("the session cannot be written to [{section}]: {reason}"),
        format!("choose another target, for instance: mfa-tray refresh {profile} --target {free}"),
    ))
}

fn free_name(files: &AwsFiles, profile: &ProfileName) -> String {
    let candidate = |number: usize| match number {
        1 => format!("{profile}-session"),
        number => format!("{profile}-session-{number}"),
    };
    let taken = |name: &str| ProfileName::parse(name).is_ok_and(|name| files.profile(&name).is_some());
    (1..1000)
        .map(candidate)
        .find(|name| !taken(name))
        .unwrap_or_else(|| candidate(1000))
}

/// The sources of each target, to tell when two would write to one section.
pub type Sources = HashMap<ProfileName, Vec<ProfileName>>;

/// The other profile that writes to the target of `profile`, if there is one.
pub fn shared_with<'a>(sources: &'a Sources, profile: &ProfileName, target: &Target) -> Option<&'a ProfileName> {
    sources.get(&target.section)?.iter().find(|source| *source != profile)
}
