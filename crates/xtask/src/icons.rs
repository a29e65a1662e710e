//! The icons.

use std::process::ExitCode;

use anyhow::Result;

use crate::command::{command, run};
use crate::packages;

/// Draws every size and state again from the one source.
pub(crate) fn icons() -> Result<ExitCode> {
    packages::ensure_installed(&[packages::ICONS])?;
    run(command("node").arg("icons/make.mjs"))?;
    Ok(ExitCode::SUCCESS)
}
