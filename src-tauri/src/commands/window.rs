//! The window about itself.

use tauri::AppHandle;

/// Puts the panel away.
#[tauri::command]
pub(crate) fn hide_window(app: AppHandle) {
    crate::window::hide(&app);
}
