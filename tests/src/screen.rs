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

    /// Where the window's content is, and how large: `X=… Y=… WIDTH=… HEIGHT=…`.
    pub fn geometry(&self, desktop: &Desktop) -> Result<[i32; 4]> {
        let answer = output(
            desktop
                .command("xdotool")
                .args(["getwindowgeometry", "--shell", &self.0]),
        )?;
        let value = |key: &str| {
            let line = answer.lines().find_map(|line| line.strip_prefix(key));
            line.and_then(|value| value.parse().ok())
                .with_context(|| answer.clone())
        };
        Ok([value("X=")?, value("Y=")?, value("WIDTH=")?, value("HEIGHT=")?])
    }

    /// Moves the window, as a person drags it.
    pub fn move_to(&self, desktop: &Desktop, x: i32, y: i32) -> Result<()> {
        let (x, y) = (x.to_string(), y.to_string());
        output(
            desktop
                .command("xdotool")
                .args(["windowmove", "--sync", &self.0, &x, &y]),
        )?;
        Ok(())
    }

    /// Types into this window as a person does, and ends with the Enter key.
    pub fn type_line(&self, desktop: &Desktop, text: &str) -> Result<()> {
        self.keys(desktop, &[&["type", "--delay", "20", text], &["key", "Return"]])
    }

    /// Opens the file at `path` in this dialog.
    pub fn open_file(&self, desktop: &Desktop, path: &str) -> Result<()> {
        // Ctrl+L first: a field that the first letter opens loses the second.
        self.keys(desktop, &[&["key", "ctrl+l"], &["type", "--delay", "20", path]])?;
        self.agree(desktop)
    }

    /// Saves to the file at `path` in this dialog, in place of the name that it suggests.
    pub fn save_file(&self, desktop: &Desktop, path: &str) -> Result<()> {
        self.keys(desktop, &[&["key", "ctrl+a"], &["type", "--delay", "20", path]])?;
        self.agree(desktop)
    }

    /// Presses Enter until the dialog is gone: the first may only take what it has completed.
    fn agree(&self, desktop: &Desktop) -> Result<()> {
        wait::until_true("the dialog is gone", wait::PROGRAM, || {
            // It may be gone before the key arrives.
            let _gone = self.keys(desktop, &[&["key", "Return"]]);
            let info = output(desktop.command("xwininfo").args(["-id", &self.0]));
            !info.is_ok_and(|info| info.contains("IsViewable"))
        })
    }

    fn keys(&self, desktop: &Desktop, strokes: &[&[&str]]) -> Result<()> {
        output(desktop.command("xdotool").args(["windowactivate", "--sync", &self.0]))?;
        for stroke in strokes {
            // A dialog that has just opened is still reading its folder, and a person takes a moment too.
            std::thread::sleep(std::time::Duration::from_millis(700));
            output(desktop.command("xdotool").args(*stroke))?;
        }
        Ok(())
    }

    /// Clicks a place of this window, in pixels from its corner.
    pub fn click(&self, desktop: &Desktop, x: u32, y: u32) -> Result<()> {
        let (x, y) = (x.to_string(), y.to_string());
        output(
            desktop
                .command("xdotool")
                .args(["mousemove", "--window", &self.0, &x, &y, "click", "1"]),
        )?;
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

/// Waits for a window of a process whose title has `words` in it.
pub fn titled(desktop: &Desktop, process: u32, words: &str) -> Result<Window> {
    wait::until(&format!("a window called {words}"), wait::PROGRAM, || {
        Ok(named(desktop, process, words).pop())
    })
}

/// Waits for a window of any process whose title has `words` in it.
pub fn anybodys(desktop: &Desktop, words: &str) -> Result<Window> {
    wait::until(&format!("a window called {words}"), wait::PROGRAM, || {
        let found = output(
            desktop
                .command("xdotool")
                .args(["search", "--onlyvisible", "--name", words]),
        );
        Ok(found.unwrap_or_default().lines().next().map(|id| Window(id.to_owned())))
    })
}

/// Waits until a process has no window whose title has `words` in it.
pub fn none_titled(desktop: &Desktop, process: u32, words: &str) -> Result<()> {
    wait::until_true(&format!("no window called {words}"), wait::ANSWER, || {
        named(desktop, process, words).is_empty()
    })
}

fn named(desktop: &Desktop, process: u32, words: &str) -> Vec<Window> {
    let mut xdotool = desktop.command("xdotool");
    let process = process.to_string();
    let found = output(xdotool.args(["search", "--onlyvisible", "--all", "--pid", &process, "--name", words]));
    found
        .unwrap_or_default()
        .lines()
        .map(|id| Window(id.to_owned()))
        .collect()
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
