//! An enrolled device: its code, its clock, its end.

use std::time::Duration;

use mfa_tray_core::enroll;
use mfa_tray_core::profile::ProfileName;
use mfa_tray_system::clipboard;
use tauri::{AppHandle, Manager as _};

use crate::commands::enroll::malformed;
use crate::commands::sessions::off_the_main_thread;
use crate::desk::Desk;
use crate::dto::{DeviceCode, Failure, FailureCode};
use crate::picture;

/// Waits for a next code: more mean that something else is wrong.
const WAITS: u8 = 2;
/// Seconds; no code lasts longer.
const LONGEST_WAIT: u64 = 60;

/// The code the device of `profile` shows now: the person has asked to see it.
#[tauri::command]
pub(crate) async fn device_code(app: AppHandle, profile: String) -> Result<DeviceCode, Failure> {
    let profile = ProfileName::parse(&profile).map_err(malformed)?;
    with_device(app, move |app| {
        let current = enroll::code(&app.state::<Desk>().world, &profile)?;
        Ok(DeviceCode {
            code: current.code.digits().to_owned(),
            seconds_left: current.seconds_left,
            period: current.period,
        })
    })
    .await
}

/// Lends that code to the clipboard for thirty seconds.
#[tauri::command]
pub(crate) async fn copy_code(app: AppHandle, profile: String) -> Result<(), Failure> {
    let profile = ProfileName::parse(&profile).map_err(malformed)?;
    off_the_main_thread(move || {
        let current = enroll::code(&app.state::<Desk>().world, &profile);
        let current = current.map_err(|error| Failure::of_enrolment(&error))?;
        clipboard::lend(&current.code).map_err(|error| Failure::of_problem(FailureCode::Other, &error.problem()))
    })
    .await
}

/// Tells AWS how wrong the device's clock is.
#[tauri::command]
pub(crate) async fn resync_device(app: AppHandle, profile: String) -> Result<(), Failure> {
    let profile = ProfileName::parse(&profile).map_err(malformed)?;
    with_device(app, move |app| {
        with_next_code(|| enroll::resync(&app.state::<Desk>().world, &profile))
    })
    .await
}

/// Removes the seed from this computer.
#[tauri::command]
pub(crate) async fn forget_seed(app: AppHandle, profile: String) -> Result<(), Failure> {
    let profile = ProfileName::parse(&profile).map_err(malformed)?;
    with_device(app, move |app| {
        enroll::forget(&app.state::<Desk>().world, &profile).map(drop)
    })
    .await
}

/// Deactivates and deletes the device at AWS; `typed` must be its name.
#[tauri::command]
pub(crate) async fn delete_device(app: AppHandle, profile: String, typed: String) -> Result<(), Failure> {
    let profile = ProfileName::parse(&profile).map_err(malformed)?;
    with_device(app, move |app| {
        with_next_code(|| enroll::delete(&app.state::<Desk>().world, &profile, &typed)).map(drop)
    })
    .await
}

/// Shows the seed again in the picture's window, where the system asks the person before it gives the seed out.
#[tauri::command]
pub(crate) async fn show_seed(app: AppHandle, profile: String) -> Result<(), Failure> {
    let profile = ProfileName::parse(&profile).map_err(malformed)?;
    if !app.state::<Desk>().world.keychain.asks_for_consent() {
        let message = "On this system only a backup gives a seed out again.";
        return Err(Failure::new(FailureCode::Refused, message));
    }
    off_the_main_thread(move || {
        let seed = enroll::seed(&app.state::<Desk>().world, &profile);
        let (serial, seed) = seed.map_err(|error| Failure::of_enrolment(&error))?;
        picture::show(&app, &serial, &seed).map_err(|error| Failure::new(FailureCode::Other, error.to_string()))
    })
    .await
}

/// Tries again each time that only the next code is missing. Blocks.
fn with_next_code<T>(mut work: impl FnMut() -> Result<T, enroll::EnrollError>) -> Result<T, enroll::EnrollError> {
    let mut waits = 0;
    loop {
        match work() {
            Err(error) if waits < WAITS && error.wait().is_some() => {
                waits += 1;
                let seconds = error.wait().unwrap_or_default().unsigned_abs();
                std::thread::sleep(Duration::from_secs(seconds.min(LONGEST_WAIT)));
            }
            result => return result,
        }
    }
}

async fn with_device<T: Send + 'static>(
    app: AppHandle,
    work: impl FnOnce(&AppHandle) -> Result<T, enroll::EnrollError> + Send + 'static,
) -> Result<T, Failure> {
    off_the_main_thread(move || {
        let result = work(&app).map_err(|error| Failure::of_enrolment(&error));
        app.state::<Desk>().nudge();
        result
    })
    .await
}
