//! The Python environment of the tests: the real AWS clients and moto's server, at the versions written down.

use std::fs;
use std::path::Path;

use anyhow::{Context as _, Result};

use crate::command::{command, run};
use crate::{places, stamp};

/// Makes the environment when the list of packages changed.
pub(crate) fn install() -> Result<()> {
    let folder = places::target().join("python");
    let list = places::root().join("tests").join("requirements.txt");
    stamp::unless_made(
        "python",
        std::slice::from_ref(&list),
        &folder.join("bin").join("aws"),
        || {
            if folder.exists() {
                fs::remove_dir_all(&folder)?;
            }
            run(command(python()).args(["-m", "venv"]).arg(&folder))
                .context("the tests need Python 3.10 or newer with `venv`")?;
            // Wheels only: nothing runs a package's own build script.
            run(command(folder.join("bin").join("pip"))
                .args([
                    "install",
                    "--quiet",
                    "--disable-pip-version-check",
                    "--no-deps",
                    "--only-binary=:all:",
                    "-r",
                ])
                .arg(&list))
        },
    )
}

/// The system's own Python, which has `venv` once its package is installed; a person's may come first in the path.
fn python() -> &'static str {
    if Path::new("/usr/bin/python3").exists() {
        "/usr/bin/python3"
    } else {
        "python3"
    }
}
