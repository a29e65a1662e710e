//! `mfa-tray enroll PROFILE --forget`, `--resync` and `--delete NAME`.

use std::process::ExitCode;

use mfa_tray_core::enroll;
use mfa_tray_core::profile::ProfileName;

use crate::exit::Failure;
use crate::{output, wait};

pub(super) fn forget(profile: &ProfileName) -> Result<ExitCode, Failure> {
    let serial = enroll::forget(&crate::commands::world()?, profile)?;
    output::line(&format!("Forgot the seed of {serial}"))?;
    output::say("The device itself stays at AWS, and so do copies on a phone or in a backup.");
    Ok(ExitCode::SUCCESS)
}

pub(super) fn resync(profile: &ProfileName) -> Result<ExitCode, Failure> {
    let world = crate::commands::world()?;
    wait::for_codes(&world, || enroll::resync(&world, profile), |error| error.wait())?;
    output::line("AWS knows the device's clock again")?;
    Ok(ExitCode::SUCCESS)
}

pub(super) fn delete(profile: &ProfileName, name: &str) -> Result<ExitCode, Failure> {
    let world = crate::commands::world()?;
    let serial = wait::for_codes(&world, || enroll::delete(&world, profile, name), |error| error.wait())?;
    output::line(&format!("Deleted {serial}"))?;
    output::say("Sessions that were made with it work until they expire.");
    Ok(ExitCode::SUCCESS)
}
