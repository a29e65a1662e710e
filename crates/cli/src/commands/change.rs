//! Changes of the person's files: shown, agreed to, written.

use mfa_tray_core::aws_files::FileKind;
use mfa_tray_core::draft::{Draft, backup_of};
use mfa_tray_core::file::Backup;
use mfa_tray_core::world::World;

use crate::exit::{Exit, Failure};
use crate::{output, prompt};

/// Shows a draft and, once the person agrees, writes it.
pub(super) fn agreed_and_written(world: &World, draft: &Draft, yes: bool) -> Result<(), Failure> {
    output::draft(draft);
    if !yes && !prompt::agreed("Change this?")? {
        return Err(Failure::new(Exit::Failed, "nothing was changed"));
    }
    draft.write(world, FileKind::Credentials, Backup::OnFirstTouch)?;
    for file in draft.diff() {
        if let Some(copy) = backup_of(&file.path) {
            output::say(&format!(
                "{} is as it was before MFA Tray first changed it.",
                copy.display()
            ));
        }
    }
    Ok(())
}
