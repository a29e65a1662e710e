//! The benchmarks.

use std::process::ExitCode;

use anyhow::Result;

use crate::command::{cargo, run};

/// Runs the benchmarks of the core, which is where the budgets are.
pub(crate) fn bench() -> Result<ExitCode> {
    run(cargo().args(["bench", "--package", "mfa-tray-core"]))?;
    Ok(ExitCode::SUCCESS)
}
