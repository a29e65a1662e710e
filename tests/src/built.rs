use std::env;
use std::path::{Path, PathBuf};

use anyhow::{Result, ensure};

/// The repository's root.
#[must_use]
pub fn repository() -> PathBuf {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.parent().unwrap_or(here).to_path_buf()
}

/// Where pictures for people go.
#[must_use]
pub fn pictures() -> PathBuf {
    env::var_os("MFA_TRAY_PICTURES").map_or_else(|| repository().join("out"), PathBuf::from)
}

/// The command-line program.
pub fn cli() -> Result<PathBuf> {
    built("mfa-tray")
}

/// The tray app.
pub fn app() -> Result<PathBuf> {
    built("mfa-tray-app")
}

/// The WebDriver that starts the app.
pub fn tauri_driver() -> Result<PathBuf> {
    tool("tools/bin/tauri-driver")
}

/// A program of the Python environment, such as `aws`.
pub fn python(program: &str) -> Result<PathBuf> {
    tool(&format!("python/bin/{program}"))
}

/// The programs lie where the test itself was built: `target/<profile>`, whatever the profile.
fn built(name: &str) -> Result<PathBuf> {
    let test = env::current_exe()?;
    let profile = test.ancestors().find(|folder| folder.join("deps").is_dir());
    let path = profile.unwrap_or(&test).join(name);
    ensure!(
        path.is_file(),
        "{} is missing: run `cargo xtask test`, which builds it",
        path.display()
    );
    Ok(path)
}

fn tool(relative: &str) -> Result<PathBuf> {
    let target = env::var_os("CARGO_TARGET_DIR").map_or_else(|| repository().join("target"), PathBuf::from);
    let path = target.join(relative);
    ensure!(
        path.exists(),
        "{} is missing: run `cargo xtask test`, which makes it",
        path.display()
    );
    Ok(path)
}
