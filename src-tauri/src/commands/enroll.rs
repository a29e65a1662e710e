//! The wizard: each takes what the person chose or typed, and what comes of it is in the snapshot.

use mfa_tray_core::enroll;
use mfa_tray_core::profile::{DeviceName, Malformed, MfaCode, MfaSerial, ProfileName};
use mfa_tray_core::secret::SecretString;
use mfa_tray_system::host_name;
use serde::Deserialize;
use tauri::{AppHandle, Manager as _};

use crate::commands::sessions::off_the_main_thread;
use crate::desk::Desk;
use crate::dto::{Failure, FailureCode, Offer};
use crate::files;
use crate::wizard::{self, Source};

/// Longer than any otpauth text, and short enough to be looked through.
const LONGEST_TEXT: usize = 64 * 1024;

pub(crate) fn malformed(error: Malformed) -> Failure {
    Failure::new(FailureCode::Other, error.to_string())
}

/// Where a picture is taken from.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum From {
    File,
    Clipboard,
    Screen,
}

/// What a new device for `profile` would mean.
#[tauri::command]
pub(crate) async fn enroll_offer(app: AppHandle, profile: String) -> Result<Offer, Failure> {
    let profile = ProfileName::parse(&profile).map_err(malformed)?;
    off_the_main_thread(move || {
        let offer = enroll::offer(&app.state::<Desk>().world, &profile, &host_name());
        offer.map(Offer::from).map_err(|error| Failure::of_enrolment(&error))
    })
    .await
}

/// Begins a new device, called `name` if the person has changed that.
#[tauri::command]
pub(crate) async fn enroll_create(app: AppHandle, profile: String, name: Option<String>) -> Result<(), Failure> {
    let profile = ProfileName::parse(&profile).map_err(malformed)?;
    let name = name.as_deref().map(DeviceName::parse).transpose().map_err(malformed)?;
    off_the_main_thread(move || wizard::begin(&app, &profile, name)).await
}

/// Goes on with an enrolment that was cut short.
#[tauri::command]
pub(crate) async fn enroll_resume(app: AppHandle, profile: String) -> Result<(), Failure> {
    let profile = ProfileName::parse(&profile).map_err(malformed)?;
    off_the_main_thread(move || wizard::resume(&app, &profile)).await
}

/// Removes the device that such an enrolment has made.
#[tauri::command]
pub(crate) async fn enroll_clean_up(app: AppHandle, profile: String) -> Result<(), Failure> {
    let profile = ProfileName::parse(&profile).map_err(malformed)?;
    off_the_main_thread(move || wizard::clean_up(&app, &profile)).await
}

/// Begins to use a device the person has.
#[tauri::command]
pub(crate) async fn enroll_use(app: AppHandle, profile: String) -> Result<(), Failure> {
    let profile = ProfileName::parse(&profile).map_err(malformed)?;
    wizard::begin_use(&app, &profile);
    Ok(())
}

/// Reads the QR code of a picture that the person chooses outside the window.
#[tauri::command]
pub(crate) async fn enroll_picture(app: AppHandle, from: From) -> Result<(), Failure> {
    let source = match from {
        From::Clipboard => Source::Clipboard,
        From::Screen => Source::Screen,
        From::File => {
            let Some(path) = files::choose_picture(&app).await else {
                return Err(Failure::new(FailureCode::Dismissed, "no picture was chosen"));
            };
            Source::File(path)
        }
    };
    off_the_main_thread(move || wizard::read(&app, source)).await
}

/// Reads a pasted otpauth text or secret.
#[tauri::command]
pub(crate) async fn enroll_text(app: AppHandle, text: String) -> Result<(), Failure> {
    let length = text.len();
    let text = SecretString::from(text);
    if length > LONGEST_TEXT {
        return Err(Failure::new(FailureCode::Other, "that is far longer than any secret"));
    }
    off_the_main_thread(move || wizard::read(&app, Source::Text(text))).await
}

/// Takes one of the seeds that were found.
#[tauri::command]
pub(crate) async fn enroll_choose(app: AppHandle, index: usize) -> Result<(), Failure> {
    off_the_main_thread(move || wizard::choose(&app, index)).await
}

/// Says which device the seed is of.
#[tauri::command]
pub(crate) async fn enroll_device(app: AppHandle, serial: String) -> Result<(), Failure> {
    let serial = MfaSerial::parse(&serial).map_err(malformed)?;
    off_the_main_thread(move || wizard::choose_device(&app, serial)).await
}

/// Gives a code of a device the user has, which AWS wants before another is added.
#[tauri::command]
pub(crate) async fn enroll_code(app: AppHandle, serial: String, code: String) -> Result<(), Failure> {
    let serial = MfaSerial::parse(&serial).map_err(malformed)?;
    let code = MfaCode::parse(&code).map_err(malformed)?;
    off_the_main_thread(move || wizard::give_code(&app, &serial, code)).await
}

/// Opens the picture in its own window.
#[tauri::command]
pub(crate) async fn enroll_show(app: AppHandle) -> Result<(), Failure> {
    wizard::show_picture(&app)
}

/// Goes on after the picture, or tries again.
#[tauri::command]
pub(crate) async fn enroll_go_on(app: AppHandle) -> Result<(), Failure> {
    wizard::go_on(&app)
}

/// Leaves the wizard.
#[tauri::command]
pub(crate) async fn enroll_stop(app: AppHandle) -> Result<(), Failure> {
    wizard::stop(&app);
    Ok(())
}
