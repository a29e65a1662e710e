//! Variables that win over every profile.

use super::{Finding, Look, Severity};
use crate::profile::ProfileName;

/// The variables of AWS that are set. Names, and the one value that is a profile's name.
#[derive(Debug, Clone, Default)]
pub struct Environment {
    /// The names of those that are set and not empty.
    pub set: Vec<String>,
    /// `AWS_PROFILE`.
    pub profile: Option<String>,
}

/// Those that make tools look at no profile at all
/// (<https://docs.aws.amazon.com/sdkref/latest/guide/standardized-credentials.html>).
const WIN: &[&str] = &[
    "AWS_ACCESS_KEY_ID",
    "AWS_SECRET_ACCESS_KEY",
    "AWS_SESSION_TOKEN",
    "AWS_SECURITY_TOKEN",
];

pub(super) fn check(look: &mut Look<'_>, environment: &Environment) {
    let is_set = |name: &&&str| environment.set.iter().any(|set| set == **name);
    let winning: Vec<&str> = WIN.iter().filter(is_set).copied().collect();
    if !winning.is_empty() {
        let names = winning.join(", ");
        look.found.push(Finding {
            code: "environment",
            severity: Severity::Problem,
            profile: None,
            place: None,
            message: format!("this shell has {names}, which AWS tools use before any profile"),
            hint: format!("unset {}", winning.join(" ")),
            fix: None,
        });
    }
    let Some(name) = &environment.profile else { return };
    let known = ProfileName::parse(name).is_ok_and(|name| look.files().profile(&name).is_some());
    if !known {
        look.found.push(Finding {
            code: "environment",
            severity: Severity::Problem,
            profile: None,
            place: None,
            message: format!(
                "AWS_PROFILE names {}, and there is no such profile",
                name.escape_debug()
            ),
            hint: "unset AWS_PROFILE, or name one that `mfa-tray list` shows".to_owned(),
            fix: None,
        });
    }
}
