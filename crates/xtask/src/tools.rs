//! Tools from npm that are no part of the UI, each in a folder with a lock file of its own.

use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};

use crate::command::{npm_in, run};
use crate::stamp;

/// Installs what the lock file in `folder` names when that changed; where it lies.
pub(crate) fn install(name: &str, folder: &Path) -> Result<PathBuf> {
    let (lock, modules) = (folder.join("package-lock.json"), folder.join("node_modules"));
    stamp::unless_made(name, &[lock], &modules, || {
        // Nothing of it runs while it is installed.
        run(npm_in(folder).args(["ci", "--no-audit", "--no-fund", "--ignore-scripts"]))
            .with_context(|| format!("the {name} needs Node 20 or newer with npm"))
    })?;
    Ok(modules)
}
