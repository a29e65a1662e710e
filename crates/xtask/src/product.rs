//! Building and testing the Rust part.
//!
//! Cargo compiles a dependency again when another choice of packages asks other features of it, and the AWS SDK takes
//! minutes. So everything here names packages whose features add up to the same: what `run` built, `test` reuses.

use std::process::Command;

use anyhow::Result;

use crate::command::{cargo, run};

/// Builds the app, the command line and what drives them on a virtual desktop.
pub(crate) fn build() -> Result<()> {
    run(&mut build_command())
}

/// The command that builds them.
pub(crate) fn build_command() -> Command {
    let mut build = cargo();
    build.arg("build");
    for package in ["mfa-tray-app", "mfa-tray-cli", "mfa-tray-tests"] {
        build.args(["--package", package]);
    }
    build
}

/// Builds app and command line as people get them.
pub(crate) fn build_for_people() -> Result<()> {
    run(cargo().args([
        "build",
        "--release",
        "--locked",
        "--package",
        "mfa-tray-app",
        "--package",
        "mfa-tray-cli",
    ]))
}

/// The command that runs every test of the workspace, those on a desktop included.
pub(crate) fn test_command(filters: &[String]) -> Command {
    let mut test = cargo();
    test.args(["test", "--workspace", "--no-fail-fast"]);
    if !filters.is_empty() {
        test.arg("--").args(filters);
    }
    test
}
