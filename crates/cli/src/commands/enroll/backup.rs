//! `mfa-tray enroll --backup FILE` and `--restore FILE`. The passphrase is asked for or piped in, never an argument.

use std::path::Path;
use std::process::ExitCode;

use mfa_tray_core::backup::{self, BackupError, Passphrase};
use mfa_tray_core::profile::MfaSerial;

use crate::exit::{Exit, Failure};
use crate::{output, prompt};

pub(super) fn write(file: &Path) -> Result<ExitCode, Failure> {
    let world = crate::commands::world()?;
    if world.state.enrolled_devices().is_empty() {
        return Err(BackupError::Nothing.into());
    }
    if std::fs::symlink_metadata(file).is_ok() {
        return Err(Failure::new(Exit::File, format!("{} is there already", file.display()))
            .with_hint("choose another name, or remove that file first"));
    }
    let text = prompt::secret("Passphrase of the backup: ")?;
    let again = match prompt::is_possible() {
        true => Some(prompt::secret("The same again: ")?),
        false => None,
    };
    let passphrase = Passphrase::to_write(text, again.as_ref())?;
    let devices = backup::back_up(&world, &passphrase, file)?;
    output::line(&format!("Wrote {} ({})", file.display(), names(&devices)))?;
    output::say("Without the passphrase nobody can open it, you included.");
    Ok(ExitCode::SUCCESS)
}

pub(super) fn restore(file: &Path) -> Result<ExitCode, Failure> {
    let world = crate::commands::world()?;
    if !file.exists() {
        return Err(BackupError::Missing(file.to_owned()).into());
    }
    let passphrase = Passphrase::to_open(prompt::secret("Passphrase of the backup: ")?);
    let restored = backup::restore(&world, &passphrase, file)?;
    for (devices, what) in [
        (&restored.restored, "Restored"),
        (&restored.kept, "Here already"),
        (&restored.differing, "Left alone, for another seed is here"),
    ] {
        if !devices.is_empty() {
            output::line(&format!("{what}: {}", names(devices)))?;
        }
    }
    Ok(ExitCode::SUCCESS)
}

fn names(devices: &[MfaSerial]) -> String {
    devices.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")
}
