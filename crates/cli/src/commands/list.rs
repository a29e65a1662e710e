//! `mfa-tray list`.

use std::process::ExitCode;

use mfa_tray_core::status;

use crate::args::List;
use crate::exit::Failure;
use crate::output;
use crate::view::{self, ProfileJson};

pub(crate) fn run(arguments: &List) -> Result<ExitCode, Failure> {
    let world = crate::commands::world()?;
    let loaded = world.load()?;
    let now = world.aws_time();
    loaded.warnings().iter().for_each(output::warning);
    let rows = status::rows(&loaded, &world.state, now);
    if arguments.json {
        output::json(&rows.iter().map(ProfileJson::from).collect::<Vec<_>>())?;
    } else if rows.is_empty() {
        output::say(&format!(
            "There are no profiles in {} and {}.",
            world.paths.config.display(),
            world.paths.credentials.display()
        ));
        output::say("hint: `aws configure` adds one; `mfa-tray practice` lets you try without an account");
    } else {
        output::table(&view::table(&rows, now))?;
    }
    Ok(ExitCode::SUCCESS)
}
