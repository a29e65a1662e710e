//! A program of the desktop's that lets the person choose and saves a file, for desktops without a portal.

use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use crate::environment;
use crate::screenshot::{PATIENCE, ScreenshotError, take};

const PAUSE: Duration = Duration::from_millis(50);
/// What stands for the file in the arguments.
const FILE: &str = "FILE";

/// Programs that photograph what the person marks, and their arguments.
const TOOLS: &[(&str, &[&str])] = if cfg!(target_os = "macos") {
    &[("/usr/sbin/screencapture", &["-i", FILE])]
} else if cfg!(windows) {
    // Windows' own tool leaves its picture in the clipboard, where `paste` finds it.
    &[]
} else {
    &[
        ("gnome-screenshot", &["--area", "--file", FILE]),
        (
            "spectacle",
            &["--region", "--background", "--nonotify", "--output", FILE],
        ),
        ("xfce4-screenshooter", &["--region", "--save", FILE]),
        ("maim", &["--select", FILE]),
        ("scrot", &["--select", FILE]),
        // ImageMagick's.
        ("import", &[FILE]),
    ]
};

pub(super) fn photograph() -> Result<Vec<u8>, ScreenshotError> {
    let failed = |error: std::io::Error| ScreenshotError::Failed(error.to_string());
    // A folder that nobody else may enter, gone with whatever is in it when this returns.
    let folder = tempfile::Builder::new().prefix("mfa-tray-").tempdir().map_err(failed)?;
    let file = folder.path().join("screen.png");
    for (program, arguments) in TOOLS {
        match run(program, arguments, &file) {
            Err(ScreenshotError::NoTool) => {}
            Err(error) => return Err(error),
            Ok(()) => return take(&file),
        }
    }
    Err(ScreenshotError::NoTool)
}

fn run(program: &str, arguments: &[&str], file: &Path) -> Result<(), ScreenshotError> {
    let mut command = Command::new(program);
    for argument in arguments {
        if *argument == FILE {
            command.arg(file);
        } else {
            command.arg(argument);
        }
    }
    for name in environment::private_names() {
        command.env_remove(name);
    }
    let spawned = command
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn();
    let mut child = match spawned {
        Ok(child) => child,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Err(ScreenshotError::NoTool),
        Err(error) => return Err(ScreenshotError::Failed(error.to_string())),
    };
    let started = Instant::now();
    loop {
        match child.try_wait() {
            Ok(Some(status)) if status.success() => return Ok(()),
            Ok(Some(_)) => return Err(ScreenshotError::Dismissed),
            Ok(None) if started.elapsed() < PATIENCE => std::thread::sleep(PAUSE),
            _ => {
                // Ours, started above.
                let _ = child.kill();
                let _ = child.wait();
                return Err(ScreenshotError::TooLong);
            }
        }
    }
}
