use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};

use crate::desktop::Desktop;
use crate::process::output;
use crate::wait;

/// A window that a person at this desktop would see.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Window(String);

impl Window {
    /// Whether the keyboard goes to this window.
    pub fn has_focus(&self, desktop: &Desktop) -> Result<bool> {
        let mut xdotool = desktop.command("xdotool");
        Ok(output(xdotool.arg("getactivewindow")).is_ok_and(|id| id.trim() == self.0))
    }

    /// Closes the window as a person does, with Alt+F4.
    pub fn close(&self, desktop: &Desktop) -> Result<()> {
        output(desktop.command("xdotool").args(["windowactivate", "--sync", &self.0]))?;
        output(desktop.command("xdotool").args(["key", "alt+F4"]))?;
        Ok(())
    }

    /// Saves a picture of this window alone.
    pub fn picture(&self, desktop: &Desktop, file: &Path) -> Result<()> {
        picture(desktop, &self.0, file)
    }
}

/// The visible windows of one process.
pub fn windows(desktop: &Desktop, process: u32) -> Vec<Window> {
    let mut xdotool = desktop.command("xdotool");
    let process = process.to_string();
    // xdotool fails when there is none, which is an answer too.
    let found = output(xdotool.args(["search", "--onlyvisible", "--all", "--pid", &process, "--name", "."]));
    found
        .unwrap_or_default()
        .lines()
        .map(|id| Window(id.to_owned()))
        .collect()
}

/// Waits for the one window of a process.
pub fn window(desktop: &Desktop, process: u32) -> Result<Window> {
    wait::until("a window", wait::PROGRAM, || Ok(windows(desktop, process).pop()))
}

/// Waits until a process shows no window any more.
pub fn no_window(desktop: &Desktop, process: u32) -> Result<()> {
    wait::until_true("the window is gone", wait::ANSWER, || {
        windows(desktop, process).is_empty()
    })
}

/// Saves a picture of the whole screen.
pub fn whole(desktop: &Desktop, file: &Path) -> Result<()> {
    picture(desktop, "root", file)
}

fn picture(desktop: &Desktop, what: &str, file: &Path) -> Result<()> {
    let folder: PathBuf = file.parent().context("a picture needs a folder")?.to_path_buf();
    fs::create_dir_all(folder)?;
    output(desktop.command("import").args(["-window", what]).arg(file))?;
    Ok(())
}
