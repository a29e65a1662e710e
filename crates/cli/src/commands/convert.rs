//! `mfa-tray convert`.

use std::process::ExitCode;

use mfa_tray_core::arrange;

use crate::args::Convert;
use crate::commands::change::agreed_and_written;
use crate::exit::Failure;
use crate::output;

pub(crate) fn run(arguments: &Convert) -> Result<ExitCode, Failure> {
    let world = crate::commands::world()?;
    let profile = &arguments.profile;
    let draft = match arguments.undo {
        false => arrange::convert(&world, profile)?,
        true => arrange::undo_convert(&world, profile)?,
    };
    agreed_and_written(&world, &draft, arguments.yes)?;
    arrange::settle_convert(&world, profile, !arguments.undo)?;
    output::say(&match arguments.undo {
        false => format!("AWS tools that use the profile {profile} use its session now, which MFA Tray keeps there."),
        true => format!("[{profile}] holds the long-term key again."),
    });
    Ok(ExitCode::SUCCESS)
}
