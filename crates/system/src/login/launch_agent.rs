//! A launch agent of the person's. One that they have switched off in the system's settings still counts as listed: there
//! is no asking about that without Apple's service management framework.

use std::path::PathBuf;

use super::{HIDDEN, LoginError, plist, single_file};

/// The bundle's identifier in tauri.conf.json.
const LABEL: &str = "dev.mfatray.MfaTray";

pub(super) fn has_us() -> Result<bool, LoginError> {
    Ok(single_file::read(&path()?)?.is_some())
}

pub(super) fn add(program: &str) -> Result<(), LoginError> {
    single_file::write(&path()?, &plist::launch_agent(LABEL, &[program, HIDDEN]))
}

pub(super) fn remove() -> Result<(), LoginError> {
    single_file::remove(&path()?)
}

pub(super) fn lasting(program: PathBuf) -> PathBuf {
    program
}

fn path() -> Result<PathBuf, LoginError> {
    let home = dirs::home_dir().ok_or(LoginError::NoHome)?;
    Ok(home.join("Library/LaunchAgents").join(format!("{LABEL}.plist")))
}
