//! `mfa-tray policies check`.

use mfa_tray_core::account::{self, Enforced, Permission};
use mfa_tray_core::profile::ProfileName;
use mfa_tray_core::world::World;
use serde::Serialize;

use crate::exit::Failure;
use crate::output;

#[derive(Serialize)]
struct Answer {
    user: String,
    /// `null`: it could not be found out.
    enforced: Option<bool>,
    tried: Option<&'static str>,
    reason: Option<String>,
    permissions: Vec<Row>,
}

#[derive(Serialize)]
struct Row {
    action: &'static str,
    with_mfa: bool,
    allowed: Option<bool>,
}

pub(super) fn run(world: &World, profile: &ProfileName, json: bool) -> Result<(), Failure> {
    let coverage = account::coverage(world, profile)?;
    let (enforced, tried, reason) = match coverage.enforced {
        Enforced::Yes { action } => (Some(true), Some(action), None),
        Enforced::No { action } => (Some(false), Some(action), None),
        Enforced::Unknown { reason } => (None, None, Some(reason)),
    };
    if json {
        let row = |permission: &Permission| Row {
            action: permission.action,
            with_mfa: permission.with_mfa,
            allowed: permission.allowed,
        };
        return Ok(output::json(&Answer {
            user: coverage.arn,
            enforced,
            tried,
            reason,
            permissions: coverage.permissions.iter().map(row).collect(),
        })?);
    }
    let tried = tried.unwrap_or_default();
    output::line(&match enforced {
        Some(true) => format!(
            "MFA is demanded of {}: {tried} works with MFA and not without.",
            coverage.arn
        ),
        Some(false) => format!("MFA is NOT demanded of {}: {tried} works without it too.", coverage.arn),
        None => format!(
            "Whether MFA is demanded of {} cannot be told: {}.",
            coverage.arn,
            reason.unwrap_or_default()
        ),
    })?;
    let row = |permission: &Permission| {
        let with = if permission.with_mfa { "with MFA" } else { "without MFA" };
        let allowed = permission
            .allowed
            .map_or("not known", |yes| if yes { "allowed" } else { "MISSING" });
        vec![permission.action.to_owned(), with.to_owned(), allowed.to_owned()]
    };
    output::table(&coverage.permissions.iter().map(row).collect::<Vec<_>>())?;
    for missing in coverage
        .permissions
        .iter()
        .filter(|permission| permission.allowed == Some(false))
    {
        output::say(&format!(
            "Ask an administrator to allow {}:\n{}",
            missing.action, missing.statement
        ));
    }
    Ok(())
}
