//! Settings, of all profiles and of one. They block on files, so none runs on the main thread.

use mfa_tray_core::profile::ProfileName;
use mfa_tray_core::refresh::try_target;
use mfa_tray_core::settings::{self, Setting, SettingsError};
use tauri::{AppHandle, Manager as _};

use crate::commands::enroll::malformed;
use crate::commands::sessions::off_the_main_thread;
use crate::desk::Desk;
use crate::dto::{Failure, FailureCode, Notice, ProfileChange, SettingsChange};
use crate::shortcut;

/// Changes a setting for all profiles.
#[tauri::command]
pub(crate) async fn change_settings(app: AppHandle, change: SettingsChange) -> Result<(), Failure> {
    if let SettingsChange::Shortcut(Some(keys)) = &change {
        shortcut::check(keys).map_err(|why| Failure::new(FailureCode::Other, why))?;
    }
    off_the_main_thread(move || {
        let desk = app.state::<Desk>();
        settings::set_general(&desk.world.settings, &desk.world.state.locks(), &change.into()).map_err(not_set)?;
        desk.used();
        Ok(())
    })
    .await
}

/// Changes a setting of `profile`.
#[tauri::command]
pub(crate) async fn change_profile(app: AppHandle, profile: String, change: ProfileChange) -> Result<(), Failure> {
    let profile = ProfileName::parse(&profile).map_err(malformed)?;
    let setting = Setting::try_from(change).map_err(malformed)?;
    off_the_main_thread(move || {
        let desk = app.state::<Desk>();
        if let Setting::Target(Some(target)) = &setting {
            try_out(&desk, &profile, target)?;
        }
        settings::set(&desk.world.settings, &desk.world.state.locks(), &profile, &setting).map_err(not_set)?;
        desk.used();
        Ok(())
    })
    .await
}

/// Says whether sessions of `profile` could be written to `target`; changes nothing.
#[tauri::command]
pub(crate) async fn check_target(app: AppHandle, profile: String, target: String) -> Result<(), Failure> {
    let profile = ProfileName::parse(&profile).map_err(malformed)?;
    let target = ProfileName::parse(&target).map_err(malformed)?;
    off_the_main_thread(move || try_out(&app.state::<Desk>(), &profile, &target)).await
}

/// The person knows, and need not be told again.
#[tauri::command]
pub(crate) async fn dismiss_banner(app: AppHandle, about: Notice) -> Result<(), Failure> {
    off_the_main_thread(move || {
        let desk = app.state::<Desk>();
        let dismissed = desk.world.state.remember_dismissed(about.word());
        dismissed.map_err(|error| Failure::new(FailureCode::File, error.to_string()))?;
        desk.nudge();
        Ok(())
    })
    .await
}

fn try_out(desk: &Desk, profile: &ProfileName, target: &ProfileName) -> Result<(), Failure> {
    let loaded = desk.world.load();
    let loaded = loaded.map_err(|error| Failure::of_problem(FailureCode::File, &error.problem()))?;
    try_target(&loaded, profile, target).map_err(|error| Failure::of_problem(FailureCode::Other, &error.problem()))
}

fn not_set(error: SettingsError) -> Failure {
    Failure::of_problem(FailureCode::File, &error.problem())
}
