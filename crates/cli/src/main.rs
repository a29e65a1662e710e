//! `mfa-tray`: everything MFA Tray does, for the rest of the day's terminals and scripts.
//!
//! stdout carries data only; what is said to people goes to stderr.

mod args;
mod commands;
mod exit;
mod output;
mod prompt;
mod serve;
mod shell;
mod view;
mod wait;

use std::process::ExitCode;

use crate::args::{Arguments, Command};
use crate::exit::Failure;

fn main() -> ExitCode {
    if mfa_tray_system::pictures::serve_if_asked() {
        return ExitCode::SUCCESS;
    }
    let arguments = Arguments::typed();
    match arguments.command {
        Command::Exec(_) => mfa_tray_system::keep_own_memory_private(),
        _ => mfa_tray_system::keep_memory_private(),
    }
    match run(arguments.command) {
        Ok(code) => code,
        Err(failure) => {
            output::failure(&failure);
            failure.exit.into()
        }
    }
}

fn run(command: Command) -> Result<ExitCode, Failure> {
    match command {
        Command::List(arguments) => commands::list::run(&arguments),
        Command::Show(arguments) => commands::show::run(&arguments),
        Command::Refresh(arguments) if arguments.all => commands::refresh_all::run(&arguments),
        Command::Refresh(arguments) => commands::refresh::run(&arguments),
        Command::Enroll(arguments) => commands::enroll::run(&arguments),
        Command::Doctor(arguments) => commands::doctor::run(&arguments),
        Command::Lint(arguments) => commands::lint::run(&arguments),
        Command::Convert(arguments) => commands::convert::run(&arguments),
        Command::Profile(arguments) => commands::profile::run(&arguments),
        Command::Keys(arguments) => commands::keys::run(&arguments),
        Command::Code(arguments) => commands::code::run(&arguments),
        Command::Status(arguments) => commands::status::run(&arguments),
        Command::Clear(arguments) => commands::clear::run(&arguments),
        Command::Credentials(arguments) => commands::credentials::run(&arguments),
        Command::Setup(arguments) => commands::setup::run(&arguments),
        Command::Env(arguments) => commands::env::run(&arguments),
        Command::Exec(arguments) => commands::exec::run(&arguments),
        Command::Console(arguments) => commands::console::run(&arguments),
        Command::Completions(arguments) => commands::completions::run(&arguments),
        Command::Man(arguments) => commands::man::run(&arguments),
        Command::Policies(arguments) => commands::policies::run(&arguments),
        Command::Practice(arguments) => commands::practice::run(&arguments),
    }
}
