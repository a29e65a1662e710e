//! The web UI, which the app carries inside.

use std::path::PathBuf;

use anyhow::{Context as _, Result};

use crate::command::{npm, run};
use crate::{places, stamp};

/// Installs the UI's packages when the lock file changed.
pub(crate) fn install() -> Result<()> {
    let ui = places::ui();
    let lock = ui.join("package-lock.json");
    stamp::unless_made("ui-packages", &[lock], &ui.join("node_modules"), || {
        run(npm().args(["ci", "--no-audit", "--no-fund"])).context("the web UI needs Node 20 or newer with npm")
    })
}

/// Builds the UI when one of its sources changed.
pub(crate) fn build() -> Result<()> {
    install()?;
    let product = places::ui().join("dist").join("index.html");
    stamp::unless_made("ui-build", &sources()?, &product, || run(npm().args(["run", "build"])))
}

/// Everything in the folder but what is made from it.
fn sources() -> Result<Vec<PathBuf>> {
    let mut sources = Vec::new();
    for entry in places::ui().read_dir()? {
        let path = entry?.path();
        if !path.ends_with("node_modules") && !path.ends_with("dist") {
            sources.push(path);
        }
    }
    sources.sort();
    Ok(sources)
}
