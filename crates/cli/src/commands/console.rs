//! `mfa-tray console`.

use std::process::ExitCode;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use mfa_tray_core::console::sign_in;
use mfa_tray_core::secret::ExposeSecret as _;
use mfa_tray_system::browser;

use crate::args::Console;
use crate::commands::env::usable_here;
use crate::exit::{Exit, Failure};
use crate::output;

/// What ends a program that does nothing about it.
#[cfg(unix)]
const ENDINGS: &[i32] = &[
    signal_hook::consts::SIGINT,
    signal_hook::consts::SIGTERM,
    signal_hook::consts::SIGHUP,
];
#[cfg(not(unix))]
const ENDINGS: &[i32] = &[signal_hook::consts::SIGINT, signal_hook::consts::SIGTERM];

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
    // Ctrl+C and the like have to wait until the page is gone that holds the address.
    let told = Arc::new(AtomicUsize::new(0));
    for signal in ENDINGS {
        signal_hook::flag::register_usize(*signal, Arc::clone(&told), usize::try_from(*signal).unwrap_or(0))?;
    }
    let opened = browser::open(&address, &|| told.load(Ordering::SeqCst) != 0);
    if let Ok(signal @ 1..) = i32::try_from(told.load(Ordering::SeqCst)) {
        // Whoever waits for us sees what ended us.
        let _ = signal_hook::low_level::emulate_default_handler(signal);
    }
    opened.map_err(|error| {
        Failure::new(Exit::Failed, error.to_string()).with_hint("print the address instead: mfa-tray console … --print")
    })?;
    Ok(ExitCode::SUCCESS)
}
