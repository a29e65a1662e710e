//! `mfa-tray exec`: a command with a session in its environment, and with no other way to credentials there.

use std::ffi::OsStr;
use std::io;
use std::path::Path;
use std::process::{Command, ExitCode};

use mfa_tray_core::secret::ExposeSecret as _;
use mfa_tray_core::variables::{OTHER_WAYS, SHADOWING};

use crate::args::Exec;
use crate::commands::env::usable_here;
use crate::exit::{Exit, Failure};

pub(crate) fn run(arguments: &Exec) -> Result<ExitCode, Failure> {
    let (program, rest) = arguments.command.split_first().ok_or_else(no_command)?;
    let world = crate::commands::world()?;
    let variables = usable_here(&world, &arguments.profile)?;
    let mut command = Command::new(program);
    command.args(rest);
    for name in SHADOWING.iter().chain(OTHER_WAYS) {
        command.env_remove(name);
    }
    for (name, value) in variables.assignments() {
        command.env(name, value.expose_secret());
    }
    run_in_our_place(&mut command).map_err(|error| failure(program, &error))
}

/// Becomes the command: signals, job control and the exit code are its own. Returns only when that fails.
#[cfg(unix)]
fn run_in_our_place(command: &mut Command) -> io::Result<ExitCode> {
    use std::os::unix::process::CommandExt as _;
    Err(command.exec())
}

/// Runs the command to its end. Ctrl+C is said to both: it is the command's to answer.
#[cfg(not(unix))]
fn run_in_our_place(command: &mut Command) -> io::Result<ExitCode> {
    let told = std::sync::Arc::new(std::sync::atomic::AtomicBool::new(false));
    signal_hook::flag::register(signal_hook::consts::SIGINT, told)?;
    let status = command.spawn()?.wait()?;
    // Codes there have 32 bits, of which `ExitCode` keeps eight.
    std::process::exit(status.code().unwrap_or(Exit::Failed as i32))
}

fn failure(program: &OsStr, error: &io::Error) -> Failure {
    let path = Path::new(program);
    // Without a folder in its name it is looked for; with one, what is missing may be what the script names first.
    let is_there = path.components().count() > 1 && path.exists();
    match error.kind() {
        io::ErrorKind::NotFound if is_there => {
            let message = format!(
                "{} cannot be run: the interpreter it names is not there",
                path.display()
            );
            Failure::new(Exit::NotRunnable, message).with_hint("look at its first line")
        }
        io::ErrorKind::NotFound => Failure::new(Exit::NotFound, format!("there is no command {}", path.display()))
            .with_hint("name a program of PATH or its path; of a shell's own words, sh -c '…' runs them"),
        io::ErrorKind::PermissionDenied => {
            Failure::new(Exit::NotRunnable, format!("{} may not be run", path.display()))
                .with_hint("see its permissions")
        }
        _ => Failure::new(Exit::NotRunnable, format!("{} cannot be run: {error}", path.display())),
    }
}

fn no_command() -> Failure {
    Failure::new(Exit::Usage, "name a command: mfa-tray exec PROFILE -- COMMAND …")
}
