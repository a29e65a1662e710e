//! `mfa-tray exec`: a command with a session in its environment, and with no other way to credentials there.

use std::ffi::OsStr;
use std::io;
use std::path::Path;
use std::process::{Command, ExitCode};

use mfa_tray_core::lint;
use mfa_tray_core::profile::ProfileName;
use mfa_tray_core::secret::ExposeSecret as _;
use mfa_tray_core::variables::{KEYS, OTHER_WAYS, SHADOWING, Variables};
use mfa_tray_core::world::World;

use crate::args::{AskWhen, Exec};
use crate::commands::child;
use crate::commands::credentials::session;
use crate::commands::env::usable_here;
use crate::exit::{Exit, Failure};
use crate::serve::Endpoint;

pub(crate) fn run(arguments: &Exec) -> Result<ExitCode, Failure> {
    let (program, rest) = arguments.command.split_first().ok_or_else(no_command)?;
    let world = crate::commands::world()?;
    let variables = usable_here(&world, &arguments.profile)?;
    let mut command = Command::new(program);
    command.args(rest);
    for name in SHADOWING.iter().chain(OTHER_WAYS) {
        command.env_remove(name);
    }
    let outcome = if arguments.serve {
        serve(&mut command, world, &arguments.profile, &variables)?
    } else {
        for (name, value) in variables.assignments() {
            command.env(name, value.expose_secret());
        }
        run_in_our_place(&mut command)
    };
    outcome.map_err(|error| failure(program, &error))
}

/// Runs the command beside an endpoint that hands the session out, and renews it where nobody has to type.
fn serve(
    command: &mut Command,
    world: World,
    profile: &ProfileName,
    variables: &Variables,
) -> Result<io::Result<ExitCode>, Failure> {
    let shadowing = !lint::ways(&world.load()?.files, &ProfileName::default_profile()).is_empty();
    let asked = profile.clone();
    let sessions = Box::new(move || session(&world, &asked, AskWhen::Never, 0));
    let cannot = |error: io::Error| {
        Failure::new(Exit::Failed, format!("the endpoint could not be opened: {error}"))
            .with_hint("run the command without --serve")
    };
    let endpoint = Endpoint::open(sessions).map_err(cannot)?;
    for name in KEYS {
        command.env_remove(name);
    }
    command
        .env("AWS_CONTAINER_CREDENTIALS_FULL_URI", endpoint.uri())
        .env("AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE", endpoint.token_file());
    for (name, value) in variables.region_assignments() {
        command.env(name, value);
    }
    if shadowing {
        // The default profile has credentials, and files are looked at before the endpoint.
        command
            .env("AWS_CONFIG_FILE", endpoint.empty_file())
            .env("AWS_SHARED_CREDENTIALS_FILE", endpoint.empty_file());
    }
    Ok(child::run_beside(command))
}

/// Becomes the command: signals, job control and the exit code are its own. Returns only when that fails.
#[cfg(unix)]
fn run_in_our_place(command: &mut Command) -> io::Result<ExitCode> {
    use std::os::unix::process::CommandExt as _;
    Err(command.exec())
}

#[cfg(not(unix))]
fn run_in_our_place(command: &mut Command) -> io::Result<ExitCode> {
    child::run_beside(command)
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
