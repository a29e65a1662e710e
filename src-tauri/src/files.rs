//! Files that the person chooses in the system's own dialog. The page names none.

use std::path::PathBuf;

use rfd::AsyncFileDialog;
use tauri::{AppHandle, Manager as _};

use crate::window;

const PICTURES: &[&str] = &["png", "jpg", "jpeg", "gif", "webp", "bmp"];

/// A picture of a QR code.
pub(crate) async fn choose_picture(app: &AppHandle) -> Option<PathBuf> {
    let dialog = dialog(app)
        .set_title("Picture of the QR code")
        .add_filter("Pictures", PICTURES);
    dialog.pick_file().await.map(|file| file.path().to_owned())
}

/// A backup to restore.
pub(crate) async fn choose_backup(app: &AppHandle) -> Option<PathBuf> {
    let dialog = dialog(app)
        .set_title("Backup to restore")
        .add_filter("Backups", &["age"]);
    dialog.pick_file().await.map(|file| file.path().to_owned())
}

/// A file to write a backup to.
pub(crate) async fn name_backup(app: &AppHandle) -> Option<PathBuf> {
    let dialog = dialog(app)
        .set_title("Write the backup")
        .set_file_name("mfa-tray-backup.age");
    dialog.save_file().await.map(|file| file.path().to_owned())
}

/// A file to write a policy to.
pub(crate) async fn name_policy(app: &AppHandle, group: &str) -> Option<PathBuf> {
    let dialog = dialog(app)
        .set_title("Save the policy")
        .set_file_name(format!("{group}.json"));
    dialog.save_file().await.map(|file| file.path().to_owned())
}

/// A file to write a new user's access key to.
pub(crate) async fn name_key(app: &AppHandle, user: &str) -> Option<PathBuf> {
    let dialog = dialog(app)
        .set_title("Save the access key")
        .set_file_name(format!("{user}_accessKeys.csv"));
    dialog.save_file().await.map(|file| file.path().to_owned())
}

/// A file to write the activity to.
pub(crate) async fn name_activity(app: &AppHandle) -> Option<PathBuf> {
    let dialog = dialog(app)
        .set_title("Export the activity")
        .set_file_name("mfa-tray-activity.csv");
    dialog.save_file().await.map(|file| file.path().to_owned())
}

fn dialog(app: &AppHandle) -> AsyncFileDialog {
    match app.get_webview_window(window::PANEL) {
        Some(panel) => AsyncFileDialog::new().set_parent(&panel),
        None => AsyncFileDialog::new(),
    }
}
