//! The list, a refresh, a favourite. All block on files, keychain or network, so none runs on the main thread.

use mfa_tray_core::profile::{MfaCode, MfaSerial, ProfileName};
use mfa_tray_core::refresh::{self, Request, When};
use mfa_tray_core::settings::{self, Setting};
use tauri::{AppHandle, Manager as _};

use crate::desk::Desk;
use crate::dto::{Failure, FailureCode, Problem, Snapshot};

/// Everything the list shows, as it is now.
#[tauri::command]
pub(crate) async fn snapshot(app: AppHandle) -> Result<Snapshot, Failure> {
    off_the_main_thread(move || Ok(app.state::<Desk>().snapshot())).await
}

/// Makes a session for `profile` with a typed `code`, of the device `serial` if one was chosen.
#[tauri::command]
pub(crate) async fn refresh(
    app: AppHandle,
    profile: String,
    code: Option<String>,
    serial: Option<String>,
) -> Result<(), Failure> {
    let other = |error: mfa_tray_core::profile::Malformed| Failure::new(FailureCode::Other, error.to_string());
    let request = Request {
        profile: ProfileName::parse(&profile).map_err(other)?,
        code: code.as_deref().map(MfaCode::parse).transpose().map_err(other)?,
        serial: serial.as_deref().map(MfaSerial::parse).transpose().map_err(other)?,
        duration: None,
        target: None,
        // The person asked for a new one; without a code only what is missing is found out.
        when: When::Always,
    };
    off_the_main_thread(move || make_session(&app, &request)).await
}

/// Puts `profile` first in the list, or back.
#[tauri::command]
pub(crate) async fn set_favourite(app: AppHandle, profile: String, favourite: bool) -> Result<(), Failure> {
    let profile = ProfileName::parse(&profile).map_err(|error| Failure::new(FailureCode::Other, error.to_string()))?;
    off_the_main_thread(move || {
        let desk = app.state::<Desk>();
        settings::set(
            &desk.world.settings,
            &desk.world.state.locks(),
            &profile,
            &Setting::Favourite(favourite),
        )
        .map_err(|error| Failure::of_problem(FailureCode::File, &error.problem()))?;
        desk.nudge();
        Ok(())
    })
    .await
}

fn make_session(app: &AppHandle, request: &Request) -> Result<(), Failure> {
    let desk = app.state::<Desk>();
    let Some(_busy) = desk.begin(&request.profile) else {
        let message = "A session for this profile is being made already.";
        return Err(Failure::new(FailureCode::Other, message));
    };
    let result = refresh::refresh(&desk.world, request);
    let failure = result.as_ref().err().map(Failure::from);
    let network = failure
        .as_ref()
        .filter(|failure| failure.is_network())
        .map(|failure| Problem {
            code: "network".to_owned(),
            message: failure.message.clone(),
            hint: failure.hint.clone(),
        });
    desk.note_network(network);
    let outcome = failure
        .as_ref()
        .map_or("session made", |failure| failure.message.as_str());
    tracing::info!(profile = %request.profile, outcome, "refresh");
    failure.map_or(Ok(()), Err)
}

async fn off_the_main_thread<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, Failure> + Send + 'static,
) -> Result<T, Failure> {
    let done = tauri::async_runtime::spawn_blocking(work).await;
    done.unwrap_or_else(|_| {
        Err(Failure::new(
            FailureCode::Other,
            "MFA Tray failed inside. Nothing was lost; try again.",
        ))
    })
}
