//! The clients and the tools that people have already: each door used by real ones, and the same files by all in turn.
#![cfg(target_os = "linux")]
#![allow(
    clippy::disallowed_methods,
    clippy::disallowed_macros,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test plays the person and the other programs, and stops where something is not as expected"
)]

mod doors;
mod turns;

use std::process::Command;

use mfa_tray_tests::built;
use mfa_tray_tests::practice::Practice;
use mfa_tray_tests::process::output;
use tempfile::TempDir;

/// Practice AWS without a desktop, and the folder its words are kept in.
fn practice(arguments: &[&str]) -> (Practice, TempDir) {
    let folder = tempfile::tempdir().unwrap();
    let mut command = Command::new(built::cli().unwrap());
    command.env_clear().env("PATH", "/usr/bin:/bin");
    let arguments = [&["--no-app"], arguments].concat();
    let practice = Practice::start(command, &arguments, folder.path()).unwrap();
    (practice, folder)
}

/// A command of ours that must succeed.
fn ours(practice: &Practice, arguments: &[&str]) -> String {
    let mut command = practice.cli().unwrap();
    output(command.args(arguments).env("PATH", "/usr/bin:/bin")).unwrap()
}

/// The id in the target of `profile`, refreshed with a code of `serial`.
fn refresh(practice: &Practice, profile: &str, serial: &str) -> String {
    let code = practice.code(serial).unwrap();
    ours(practice, &["refresh", profile, "--code", &code])
}
