//! Seeds in a file that a passphrase opens. The person chooses the file outside the window.

use mfa_tray_core::backup::{self, Passphrase};
use mfa_tray_core::profile::MfaSerial;
use mfa_tray_core::secret::SecretString;
use tauri::{AppHandle, Manager as _};

use crate::commands::sessions::off_the_main_thread;
use crate::desk::Desk;
use crate::dto::{BackupReport, Failure, RestoreReport};
use crate::files;

/// Writes all seeds to a file that the person names; `None` if none was named.
#[tauri::command]
pub(crate) async fn back_up(app: AppHandle, passphrase: String) -> Result<Option<BackupReport>, Failure> {
    let passphrase =
        Passphrase::to_write(SecretString::from(passphrase), None).map_err(|error| Failure::of_backup(&error))?;
    let Some(path) = files::name_backup(&app).await else {
        return Ok(None);
    };
    off_the_main_thread(move || {
        let devices = backup::back_up(&app.state::<Desk>().world, &passphrase, &path);
        let devices = devices.map_err(|error| Failure::of_backup(&error))?;
        Ok(Some(BackupReport {
            file: path.display().to_string(),
            devices: names(&devices),
        }))
    })
    .await
}

/// Restores the seeds of a file that the person chooses; `None` if none was chosen.
#[tauri::command]
pub(crate) async fn restore(app: AppHandle, passphrase: String) -> Result<Option<RestoreReport>, Failure> {
    let passphrase = Passphrase::to_open(SecretString::from(passphrase));
    let Some(path) = files::choose_backup(&app).await else {
        return Ok(None);
    };
    off_the_main_thread(move || {
        let desk = app.state::<Desk>();
        let restored = backup::restore(&desk.world, &passphrase, &path).map_err(|error| Failure::of_backup(&error))?;
        desk.nudge();
        Ok(Some(RestoreReport {
            restored: names(&restored.restored),
            kept: names(&restored.kept),
            differing: names(&restored.differing),
        }))
    })
    .await
}

fn names(devices: &[MfaSerial]) -> Vec<String> {
    devices.iter().map(ToString::to_string).collect()
}
