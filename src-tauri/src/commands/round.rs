//! *Refresh all*.

use mfa_tray_core::profile::MfaCode;
use tauri::AppHandle;

use crate::commands::enroll::malformed;
use crate::dto::Failure;
use crate::round;

/// Begins.
#[tauri::command]
pub(crate) fn refresh_all(app: AppHandle) {
    round::begin(&app);
}

/// Gives the code of the device that is asked for.
#[tauri::command]
pub(crate) fn round_code(app: AppHandle, serial: String, code: String) -> Result<(), Failure> {
    let code = MfaCode::parse(&code).map_err(malformed)?;
    round::give(&app, &serial, Some(code))
}

/// Goes on without that device.
#[tauri::command]
pub(crate) fn round_skip(app: AppHandle, serial: String) -> Result<(), Failure> {
    round::give(&app, &serial, None)
}

/// Leaves.
#[tauri::command]
pub(crate) fn round_close(app: AppHandle) {
    round::close(&app);
}
