//! The built programs on a real desktop, as a person meets them. Each module is one story.
#![cfg(target_os = "linux")]
#![allow(
    clippy::disallowed_methods,
    clippy::disallowed_macros,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test plays the person and the other programs: it writes files as they do, prints what it saw, and stops \
              where something is not as expected"
)]

mod arranging;
mod desktop;
mod enrolment;
mod expiry;
mod gallery;
mod keyboard;
mod keyring;
mod main_job;
mod moto;
mod no_tray;
mod outside;
mod policies;
mod practice_app;
mod roles;
mod round;
mod second_start;
mod secrets;
mod settings;
mod tray;
mod waiting;
mod window_life;

use std::process::Command;

use mfa_tray_tests::built;
use mfa_tray_tests::desktop::Desktop;
use mfa_tray_tests::practice::Practice;
use mfa_tray_tests::process::Running;

/// Practice AWS without its app, for the tests that start the app themselves.
fn practice(desktop: &Desktop) -> Practice {
    Practice::start(desktop.command(built::cli().unwrap()), &["--no-app"], desktop.folder()).unwrap()
}

/// The app on practice AWS, started as the desktop starts it and not by a WebDriver.
fn app(desktop: &Desktop, practice: &Practice, arguments: &[&str]) -> Running {
    let mut command = app_command(desktop, practice);
    Running::start("app", command.args(arguments), desktop.folder()).unwrap()
}

fn app_command(desktop: &Desktop, practice: &Practice) -> Command {
    let mut command = desktop.command(built::app().unwrap());
    practice.dress(&mut command);
    command
}
