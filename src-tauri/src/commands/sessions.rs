//! The list, a refresh, a favourite. All block on files, keychain or network, so none runs on the main thread.

use mfa_tray_core::clear::clear;
use mfa_tray_core::profile::{MfaCode, MfaSerial, ProfileName};
use mfa_tray_core::refresh::{CodeFrom, Request, When};
use mfa_tray_core::settings::{self, Setting};
use tauri::{AppHandle, Manager as _};

use crate::commands::enroll::malformed;
use crate::desk::Desk;
use crate::dto::{Failure, FailureCode, Place, Problem, Snapshot};
use crate::round::Rounds;
use crate::window;
use crate::wizard::Wizard;

/// Everything the list shows, as it is now.
#[tauri::command]
pub(crate) async fn snapshot(app: AppHandle) -> Result<Snapshot, Failure> {
    off_the_main_thread(move || {
        let (enrolment, round) = (app.state::<Wizard>().shown(), app.state::<Rounds>().shown());
        Ok(app.state::<Desk>().look(enrolment, round).snapshot)
    })
    .await
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
    let request = Request {
        profile: ProfileName::parse(&profile).map_err(malformed)?,
        code: match code.as_deref() {
            Some(text) => CodeFrom::Person(MfaCode::parse(text).map_err(malformed)?),
            None => CodeFrom::Keychain,
        },
        serial: serial.as_deref().map(MfaSerial::parse).transpose().map_err(malformed)?,
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
    let profile = ProfileName::parse(&profile).map_err(malformed)?;
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
    desk.used();
    let Some(busy) = desk.begin(&request.profile) else {
        let message = "A session for this profile is being made already.";
        return Err(Failure::new(FailureCode::Other, message));
    };
    let result = busy.refresh(&desk.world, request);
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

/// Takes the session of `profile` out of the credentials file.
#[tauri::command]
pub(crate) async fn end_session(app: AppHandle, profile: String) -> Result<(), Failure> {
    let profile = ProfileName::parse(&profile).map_err(malformed)?;
    off_the_main_thread(move || {
        let desk = app.state::<Desk>();
        desk.used();
        let loaded = desk.world.load();
        let loaded = loaded.map_err(|error| Failure::of_problem(FailureCode::File, &error.problem()))?;
        let entry = loaded.catalog.find(&profile).and_then(|entry| entry.target.as_ref());
        let target = entry.map_or(&profile, |target| &target.section);
        let cleared = clear(&desk.world, &loaded, target);
        let cleared = cleared.map_err(|error| Failure::new(FailureCode::File, error.to_string()))?;
        desk.nudge();
        match cleared {
            Some(_) => Ok(()),
            None => Err(Failure::new(FailureCode::Other, "There is no session of this profile.")),
        }
    })
    .await
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
        desk.ask(Place::Row, &profile, failure);
        window::show_soon(&app);
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
