//! The window about itself.

use tauri::{AppHandle, Manager as _};

use crate::commands::sessions::off_the_main_thread;
use crate::desk::Desk;
use crate::dto::Failure;

/// Puts the panel away.
#[tauri::command]
pub(crate) fn hide_window(app: AppHandle) {
    crate::window::hide(&app);
}

/// Puts the question away that a waiting program has raised.
#[tauri::command]
pub(crate) async fn put_away(app: AppHandle) -> Result<(), Failure> {
    off_the_main_thread(move || {
        app.state::<Desk>().put_away();
        Ok(())
    })
    .await
}
