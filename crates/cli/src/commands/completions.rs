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
        CompletedShell::Bash => script(Shell::Bash),
        CompletedShell::Zsh => script(Shell::Zsh),
        CompletedShell::Fish => script(Shell::Fish),
        CompletedShell::Powershell => script(Shell::PowerShell),
        CompletedShell::Elvish => script(Shell::Elvish),
        CompletedShell::Nushell => script(Nushell),
    };
    output::data(&script)?;
    Ok(ExitCode::SUCCESS)
}

fn script(shell: impl Generator) -> Vec<u8> {
    let mut script = Vec::new();
    generate(shell, &mut Arguments::command(), "mfa-tray", &mut script);
    script
}
