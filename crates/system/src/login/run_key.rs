//! The registry's `Run` key
//! (<https://learn.microsoft.com/en-us/windows/win32/setupapi/run-and-runonce-registry-keys>), and beside it what the
//! task manager keeps about what the person has switched off.

use std::io;
use std::path::PathBuf;

use windows_registry::CURRENT_USER;

use super::{HIDDEN, LoginError};

const RUN: &str = r"Software\Microsoft\Windows\CurrentVersion\Run";
const SWITCHES: &str = r"Software\Microsoft\Windows\CurrentVersion\Explorer\StartupApproved\Run";
const NAME: &str = "MFA Tray";
/// `ERROR_FILE_NOT_FOUND` as an `HRESULT`, which is how it arrives.
const FILE_NOT_FOUND: i32 = 0x8007_0002_u32.cast_signed();

pub(super) fn has_us() -> Result<bool, LoginError> {
    let entry = CURRENT_USER.open(RUN).and_then(|key| key.get_string(NAME));
    if found(entry)?.is_none() {
        return Ok(false);
    }
    let switch = CURRENT_USER.open(SWITCHES).and_then(|key| key.get_value(NAME));
    // Not documented, but what the task manager writes: an odd first byte means off.
    let is_off = found(switch)?.is_some_and(|switch| switch.first().is_some_and(|byte| byte % 2 == 1));
    Ok(!is_off)
}

pub(super) fn add(program: &str) -> Result<(), LoginError> {
    // A path on Windows holds no quotation mark.
    let command = format!("\"{program}\" {HIDDEN}");
    let written = CURRENT_USER.create(RUN).and_then(|key| key.set_string(NAME, command));
    written.map_err(|error| failed(error.into()))?;
    // The person has just said otherwise.
    forget(SWITCHES)
}

pub(super) fn remove() -> Result<(), LoginError> {
    forget(RUN)
}

pub(super) fn lasting(program: PathBuf) -> PathBuf {
    program
}

fn forget(key: &str) -> Result<(), LoginError> {
    let key = CURRENT_USER.options().read().write().open(key);
    found(key.and_then(|key| key.remove_value(NAME))).map(|_| ())
}

/// Nothing where there is no such key or value.
fn found<T>(answer: windows_registry::Result<T>) -> Result<Option<T>, LoginError> {
    match answer {
        Ok(found) => Ok(Some(found)),
        Err(error) if error.code().0 == FILE_NOT_FOUND => Ok(None),
        Err(error) => Err(failed(error.into())),
    }
}

fn failed(source: io::Error) -> LoginError {
    let place = format!(r"HKEY_CURRENT_USER\{RUN}");
    LoginError::Entry { place, source }
}
