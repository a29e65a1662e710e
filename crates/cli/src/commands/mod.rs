//! One file per verb.

mod asking;
mod change;
mod child;
pub(crate) mod clear;
pub(crate) mod code;
pub(crate) mod completions;
pub(crate) mod console;
pub(crate) mod convert;
pub(crate) mod credentials;
pub(crate) mod doctor;
pub(crate) mod enroll;
pub(crate) mod env;
pub(crate) mod exec;
pub(crate) mod keys;
pub(crate) mod lint;
pub(crate) mod list;
pub(crate) mod man;
pub(crate) mod policies;
pub(crate) mod practice;
pub(crate) mod profile;
pub(crate) mod refresh;
pub(crate) mod refresh_all;
pub(crate) mod setup;
pub(crate) mod show;
pub(crate) mod status;

use mfa_tray_core::activity::By;
use mfa_tray_core::profile::ProfileName;
use mfa_tray_core::world::World;
use mfa_tray_system::{PlaceError, environment};

use crate::exit::{Exit, Failure};

/// The world of this command line.
pub(crate) fn world() -> Result<World, PlaceError> {
    mfa_tray_system::world(By::CommandLine)
}

/// The profile that is meant when none is named: `AWS_PROFILE`, else `default`.
fn profile_or_default(named: Option<&ProfileName>) -> Result<ProfileName, Failure> {
    if let Some(name) = named {
        return Ok(name.clone());
    }
    let name = environment::profile().unwrap_or_else(|| "default".to_owned());
    ProfileName::parse(&name).map_err(|error| Failure::new(Exit::Usage, format!("AWS_PROFILE: {error}")))
}
