//! `tauri-driver`, through which the desktop tests drive the app's window.

use anyhow::Result;

use crate::command::{cargo, run};
use crate::places;

const VERSION: &str = "2.1.0";

/// Builds the driver unless it is there.
pub(crate) fn install() -> Result<()> {
    let tools = places::target().join("tools");
    if tools.join("bin").join("tauri-driver").exists() {
        return Ok(());
    }
    run(cargo()
        .args(["install", "--quiet", "--locked", "tauri-driver", "--version", VERSION, "--no-track", "--root"])
        .arg(&tools)
        // Beside the product's own build, not in it: its dependencies differ, and it is built once.
        .arg("--target-dir")
        .arg(tools.join("build")))
}
