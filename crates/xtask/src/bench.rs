//! The benchmarks.

use std::process::ExitCode;

use anyhow::Result;

use crate::command::{cargo, run};
use crate::{packages, places, product, python, ui};

/// Runs the benchmarks of the core, then those of the programs as people get them.
pub(crate) fn bench() -> Result<ExitCode> {
    run(cargo().args(["bench", "--package", "mfa-tray-core"]))?;
    packages::ensure_installed(&[packages::BUILD, packages::TESTS])?;
    ui::build()?;
    python::install()?;
    product::build_for_people()?;
    // What measures need not be fast itself, and is built already where the tests were run.
    run(cargo()
        .args([
            "bench",
            "--profile",
            "dev",
            "--package",
            "mfa-tray-tests",
            "--bench",
            "start",
        ])
        .env("MFA_TRAY_MEASURED", places::release().join("mfa-tray")))?;
    Ok(ExitCode::SUCCESS)
}
