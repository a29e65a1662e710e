//! A part of the screen, chosen by the person in the system's own tool, read and deleted at once.
//!
//! Nothing here looks at the screen by itself: the system asks the person each time.

#[cfg(all(unix, not(target_os = "macos")))]
mod portal;
mod tool;

use std::io::Read as _;
use std::path::Path;
use std::time::Duration;

use mfa_tray_core::problem::Problem;

/// How long a person may take to choose.
const PATIENCE: Duration = Duration::from_secs(120);
/// No screenshot comes near this.
const LARGEST: u64 = 64 * 1024 * 1024;

/// Why there is no picture of the screen.
#[derive(Debug, thiserror::Error)]
pub enum ScreenshotError {
    /// The person, or a rule of the system, said no.
    #[error("no part of the screen was chosen")]
    Dismissed,
    /// Neither the desktop nor a program can do it.
    #[error("this desktop has no way to photograph a part of the screen")]
    NoTool,
    /// It took too long.
    #[error("nothing was chosen within two minutes")]
    TooLong,
    /// Anything else.
    #[error("the screen could not be photographed: {0}")]
    Failed(String),
}

impl ScreenshotError {
    /// The same for every front end.
    pub fn problem(&self) -> Problem {
        let hint = match self {
            ScreenshotError::Dismissed | ScreenshotError::TooLong => {
                "try again, or save the picture and choose its file"
            }
            ScreenshotError::NoTool => {
                "install gnome-screenshot, spectacle, xfce4-screenshooter, maim or scrot, or save the picture and choose its file"
            }
            ScreenshotError::Failed(_) => "save the picture and choose its file instead",
        };
        let code = match self {
            ScreenshotError::Dismissed => "dismissed",
            _ => "screenshot",
        };
        Problem::new(code, self.to_string(), hint)
    }
}

/// Lets the person choose a part of the screen; returns the picture of it. The file the tool saved is gone then.
///
/// # Errors
/// [`ScreenshotError`].
pub fn photograph() -> Result<Vec<u8>, ScreenshotError> {
    #[cfg(all(unix, not(target_os = "macos")))]
    match portal::photograph() {
        Err(ScreenshotError::NoTool) => {}
        answer => return answer,
    }
    tool::photograph()
}

/// Reads a picture the system has saved, and deletes it whatever comes of that.
fn take(path: &Path) -> Result<Vec<u8>, ScreenshotError> {
    let mut bytes = Vec::new();
    let read = std::fs::File::open(path).and_then(|file| file.take(LARGEST).read_to_end(&mut bytes));
    let failed = |error: std::io::Error| ScreenshotError::Failed(error.to_string());
    match std::fs::remove_file(path) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => return Err(failed(error)),
        _ => {}
    }
    match read {
        Ok(0) => Err(ScreenshotError::Dismissed),
        Ok(_) => Ok(bytes),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Err(ScreenshotError::Dismissed),
        Err(error) => Err(failed(error)),
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;

    use super::*;

    #[test]
    fn what_the_tool_saved_is_read_once_and_gone() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("shot.png");
        assert!(matches!(take(&path), Err(ScreenshotError::Dismissed)));
        std::fs::File::create(&path).unwrap();
        assert!(
            matches!(take(&path), Err(ScreenshotError::Dismissed)),
            "an empty one is none"
        );
        assert!(!path.exists());
        std::fs::File::create(&path).unwrap().write_all(b"picture").unwrap();
        assert!(matches!(take(&path), Ok(bytes) if bytes == b"picture"));
        assert!(!path.exists());
    }
}
