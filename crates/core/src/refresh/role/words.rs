//! What is said of a role that was not taken, or not for as long as was asked.

use crate::plan::{First, Shortened};
use crate::problem::Problem;

const POLICIES: &str =
    "ask an administrator whether its trust policy and the caller's own policies allow sts:AssumeRole";

/// Why the session of the role `name` is shorter than was asked for.
pub(super) fn shorter(name: &str, why: Shortened, asked: u32) -> Problem {
    let (message, hint) = match why {
        Shortened::Chain => (
            format!("the session lasts an hour, not {asked} s: a role taken from another role lasts no longer"),
            "set duration_seconds = 3600 in the profile".to_owned(),
        ),
        Shortened::Limit(limit) => (
            format!("the session lasts {limit} s, not {asked} s: the role {name} allows no more"),
            format!(
                "set duration_seconds = {limit} in the profile, or have the role's maximum session duration raised"
            ),
        ),
        Shortened::Refused => (
            format!(
                "the session lasts an hour, not {asked} s: the role {name} allows less than that, and IAM does not \
                 tell how much"
            ),
            "set duration_seconds in the profile to what the role allows, or ask for iam:GetRole on it".to_owned(),
        ),
    };
    Problem::new("shorter", message, hint)
}

/// What it means that AWS denies the role `name` to the role `before` it, or to the user; and what to do.
pub(super) fn denied(name: &str, before: Option<&str>, first: First) -> (String, String) {
    match (before, first) {
        (Some(before), _) => (
            format!(
                "AWS does not let the role {before} take the role {name}: its trust policy may demand MFA, which a role \
                 that is taken from another role cannot have"
            ),
            format!("let source_profile name a profile with the user's keys, if {name} trusts the user, or {POLICIES}"),
        ),
        (None, First::Plain) => (
            format!(
                "AWS does not let the user take the role {name}; its trust policy may demand MFA, and no MFA device is \
                 known"
            ),
            format!("add mfa_serial to the profile, check its external_id, or {POLICIES}"),
        ),
        (None, First::Shared | First::Code) => (
            format!("AWS does not let the user take the role {name}"),
            format!("check role_arn and external_id in the profile, or {POLICIES}"),
        ),
    }
}
