//! `mfa-tray console`.

use std::process::ExitCode;

use mfa_tray_core::console::sign_in;
use mfa_tray_core::secret::ExposeSecret as _;
use mfa_tray_system::browser;

use crate::args::Console;
use crate::commands::env::usable_here;
use crate::exit::{Exit, Failure};
use crate::output;

pub(crate) fn run(arguments: &Console) -> Result<ExitCode, Failure> {
    let world = crate::commands::world()?;
    let profile = &arguments.profile;
    // A user's session is refused before anybody types a code for it.
    mfa_tray_core::console::can_sign_in(&world, profile)?;
    usable_here(&world, profile)?;
    let address = sign_in(&world, profile, arguments.region.as_ref())?;
    if arguments.print {
        output::say("warning: for 15 minutes this address signs in whoever has it; keep it to yourself");
        output::line(address.expose_secret())?;
        return Ok(ExitCode::SUCCESS);
    }
    output::say(&format!("Opening the AWS console as {profile} in the browser…"));
    browser::open(&address).map_err(|error| {
        Failure::new(Exit::Failed, error.to_string()).with_hint("print the address instead: mfa-tray console … --print")
    })?;
    Ok(ExitCode::SUCCESS)
}
