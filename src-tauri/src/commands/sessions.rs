//! The list, a refresh, a favourite. All block on files, keychain or network, so none runs on the main thread.

use mfa_tray_core::profile::{MfaCode, MfaSerial, ProfileName};
use mfa_tray_core::refresh::{self, CodeFrom, RefreshError, Refreshed, Request, When};
use mfa_tray_core::settings::{self, Setting};
use tauri::{AppHandle, Manager as _};

use crate::desk::{Busy, Desk};
use crate::dto::{Failure, FailureCode, Problem, Snapshot};
use crate::window;
use crate::wizard::Wizard;

/// A seed gives another code every thirty seconds: more waits than this mean that something else is wrong.
const WAITS: u8 = 3;

/// Everything the list shows, as it is now.
#[tauri::command]
pub(crate) async fn snapshot(app: AppHandle) -> Result<Snapshot, Failure> {
    off_the_main_thread(move || Ok(app.state::<Desk>().snapshot(app.state::<Wizard>().shown()))).await
}

/// Makes a session for `profile` with a typed `code`, or one of the seed that is kept, of the device `serial` if one was
/// chosen.
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
        code: match code.as_deref() {
            Some(text) => CodeFrom::Person(MfaCode::parse(text).map_err(other)?),
            None => CodeFrom::Keychain,
        },
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
    let Some(busy) = desk.begin(&request.profile) else {
        let message = "A session for this profile is being made already.";
        return Err(Failure::new(FailureCode::Other, message));
    };
    let result = refreshed(&desk, &busy, request);
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

/// Tries again each time that only the next code is missing.
fn refreshed(desk: &Desk, busy: &Busy<'_>, request: &Request) -> Result<Refreshed, RefreshError> {
    let mut waits = 0;
    loop {
        match refresh::refresh(&desk.world, request) {
            Err(error) if waits < WAITS && error.wait().is_some() => {
                waits += 1;
                busy.wait(error.wait().unwrap_or_default());
            }
            result => return result,
        }
    }
}

/// What a click on a profile in the tray does: a session without a question where no code has to be typed, else the code entry.
pub(crate) fn refresh_or_ask(app: &AppHandle, profile: String) {
    let app = app.clone();
    tauri::async_runtime::spawn_blocking(move || {
        let desk = app.state::<Desk>();
        let failure = match ProfileName::parse(&profile) {
            Ok(name) if desk.needs_no_typing(&profile) => {
                let request = Request {
                    when: When::Always,
                    ..Request::of(&name)
                };
                match make_session(&app, &request) {
                    Ok(()) => return,
                    Err(failure) => Some(failure),
                }
            }
            _ => None,
        };
        desk.ask(&profile, failure);
        let on_main = app.clone();
        if let Err(error) = app.run_on_main_thread(move || window::show(&on_main)) {
            tracing::error!(%error, "the panel could not be shown");
        }
    });
}

pub(crate) async fn off_the_main_thread<T: Send + 'static>(
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
