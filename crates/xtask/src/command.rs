//! Running other programs so that a person sees which.

use std::env;
use std::ffi::OsStr;
use std::path::Path;
use std::process::{Command, ExitCode, Stdio};

use anyhow::{Context as _, Result, ensure};

use crate::places;

/// The cargo that runs us, in the repository.
pub(crate) fn cargo() -> Command {
    command(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()))
}

/// npm, in the UI's folder.
pub(crate) fn npm() -> Command {
    npm_in(&places::ui())
}

/// npm, in a folder with packages of its own.
pub(crate) fn npm_in(folder: &Path) -> Command {
    let mut npm = command(if cfg!(windows) { "npm.cmd" } else { "npm" });
    npm.current_dir(folder);
    npm
}

/// Any program, in the repository, without our standard input.
pub(crate) fn command(program: impl AsRef<OsStr>) -> Command {
    let mut command = Command::new(program);
    command.current_dir(places::root()).stdin(Stdio::null());
    command
}

/// Runs `command` to its end; fails when it fails.
pub(crate) fn run(command: &mut Command) -> Result<()> {
    let line = shown(command);
    eprintln!("$ {line}");
    let status = command.status().with_context(|| format!("{line} does not start"))?;
    ensure!(status.success(), "{line} failed ({status})");
    Ok(())
}

/// Whether `command` runs and succeeds, without showing anything.
pub(crate) fn succeeds(command: &mut Command) -> bool {
    command
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .is_ok_and(|status| status.success())
}

/// Goes on as `command`, so that Ctrl-C reaches it and nothing else stands in between.
#[cfg(unix)]
pub(crate) fn become_it(command: &mut Command) -> Result<ExitCode> {
    use std::os::unix::process::CommandExt as _;

    eprintln!("$ {}", shown(command));
    Err(command.stdin(Stdio::inherit()).exec()).with_context(|| format!("{} does not start", shown(command)))
}

/// Runs `command` to its end and passes its answer on: Windows cannot replace a process.
#[cfg(not(unix))]
pub(crate) fn become_it(command: &mut Command) -> Result<ExitCode> {
    eprintln!("$ {}", shown(command));
    let status = command.stdin(Stdio::inherit()).status()?;
    Ok(if status.success() {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}

fn shown(command: &Command) -> String {
    let program = Path::new(command.get_program());
    let inside = program.strip_prefix(places::root());
    let name = inside.ok().or(program.file_name().map(Path::new)).unwrap_or(program);
    let words = std::iter::once(name.as_os_str()).chain(command.get_args());
    words.map(|word| word.to_string_lossy()).collect::<Vec<_>>().join(" ")
}
