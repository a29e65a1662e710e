//! `mfa-tray completions`.

use std::process::ExitCode;

use clap::CommandFactory as _;
use clap_complete::{Generator, Shell, generate};
use clap_complete_nushell::Nushell;

use crate::args::{Arguments, CompletedShell, Completions};
use crate::exit::Failure;
use crate::output;

pub(crate) fn run(arguments: &Completions) -> Result<ExitCode, Failure> {
    let script = match arguments.shell {
        CompletedShell::Bash => bash(),
        CompletedShell::Zsh => script(Shell::Zsh),
        CompletedShell::Fish => script(Shell::Fish),
        CompletedShell::Powershell => script(Shell::PowerShell),
        CompletedShell::Elvish => script(Shell::Elvish),
        CompletedShell::Nushell => script(Nushell),
    };
    output::data(&script)?;
    Ok(ExitCode::SUCCESS)
}

/// The generator takes the dash in our name for the border of a verb in half of the places
/// (<https://github.com/clap-rs/clap/issues/6421>), so that nothing would be completed after a verb.
fn bash() -> Vec<u8> {
    let script = String::from_utf8_lossy(&script(Shell::Bash)).into_owned();
    script.replace("mfa__subcmd__tray", "mfa__tray").into_bytes()
}

fn script(shell: impl Generator) -> Vec<u8> {
    let mut script = Vec::new();
    generate(shell, &mut Arguments::command(), "mfa-tray", &mut script);
    script
}
