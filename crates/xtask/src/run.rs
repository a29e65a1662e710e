//! The app on practice AWS, from nothing.

use std::env;
use std::process::ExitCode;

use anyhow::Result;

use crate::command::become_it;
use crate::{command, packages, places, product, ui, webdriver};

/// Builds the app and opens it on practice AWS: on the person's desktop, else on a virtual one, where it drives the
/// main job once and leaves pictures of it.
pub(crate) fn run() -> Result<ExitCode> {
    if has_display() {
        packages::ensure_installed(&[packages::BUILD])?;
        build()?;
        println!("Opening the app on practice AWS. Ctrl-C ends both and removes what they made.");
        return become_it(command::command(places::program("mfa-tray")).arg("practice"));
    }
    packages::ensure_installed(&[packages::BUILD, packages::DESKTOP])?;
    build()?;
    webdriver::install()?;
    println!("No display here: the app runs on a virtual one and does the main job once.");
    let pictures = places::root().join("out");
    become_it(
        command::command(places::program("main-job"))
            .arg("--screenshots")
            .arg(pictures),
    )
}

fn build() -> Result<()> {
    ui::build()?;
    product::build()
}

fn has_display() -> bool {
    let set = |name| env::var_os(name).is_some_and(|value| !value.is_empty());
    !cfg!(target_os = "linux") || set("DISPLAY") || set("WAYLAND_DISPLAY")
}
