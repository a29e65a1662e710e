//! What was done.

use std::io::Write as _;

use mfa_tray_core::activity::{as_csv, events};
use tauri::{AppHandle, Manager as _};

use crate::commands::sessions::off_the_main_thread;
use crate::desk::Desk;
use crate::dto::{Activity, Failure, FailureCode};
use crate::files;

/// All that is kept, the newest first.
#[tauri::command]
pub(crate) async fn activity(app: AppHandle) -> Result<Vec<Activity>, Failure> {
    off_the_main_thread(move || {
        let events = events(&app.state::<Desk>().world.state);
        Ok(events.into_iter().map(Activity::from).collect())
    })
    .await
}

/// Writes it as a table to a file that the person names; says which.
#[tauri::command]
pub(crate) async fn export_activity(app: AppHandle) -> Result<Option<String>, Failure> {
    let Some(path) = files::name_activity(&app).await else {
        return Ok(None);
    };
    off_the_main_thread(move || {
        let table = as_csv(&events(&app.state::<Desk>().world.state));
        let folder = path.parent().unwrap_or(&path);
        let written = tempfile::NamedTempFile::new_in(folder).and_then(|mut file| {
            file.write_all(table.as_bytes())?;
            file.persist(&path).map_err(|error| error.error)
        });
        written.map_err(|error| {
            let message = format!("{} cannot be written: {error}", path.display());
            Failure::new(FailureCode::File, message)
        })?;
        Ok(Some(path.display().to_string()))
    })
    .await
}
