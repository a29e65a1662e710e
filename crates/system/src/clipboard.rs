//! The clipboard: a picture or text out of it, a code into it for thirty seconds.

use std::time::Duration;

use arboard::{Clipboard, Error};
use mfa_tray_core::problem::Problem;
use mfa_tray_core::profile::MfaCode;
use mfa_tray_core::secret::SecretString;

use crate::pictures::Picture;

/// How long a code stays.
pub const CLIPBOARD_SECONDS: u64 = 30;

/// What is in the clipboard.
#[derive(Debug)]
pub enum Pasted {
    /// A picture.
    Picture(Picture),
    /// Text, which may be a seed.
    Text(SecretString),
}

/// Why the clipboard gave or took nothing.
#[derive(Debug, thiserror::Error)]
pub enum ClipboardError {
    /// Neither a picture nor text.
    #[error("there is no picture and no text in the clipboard")]
    Empty,
    /// No clipboard to ask.
    #[error("the clipboard cannot be used: {0}")]
    Unavailable(String),
}

impl ClipboardError {
    /// The same for every front end.
    pub fn problem(&self) -> Problem {
        let hint = match self {
            ClipboardError::Empty => "copy the picture of the QR code, or the secret, and try again",
            ClipboardError::Unavailable(_) => "choose a picture file, or type the secret instead",
        };
        Problem::new("clipboard", self.to_string(), hint)
    }
}

/// What is in the clipboard now: a picture before text.
///
/// # Errors
/// [`ClipboardError`].
pub fn paste() -> Result<Pasted, ClipboardError> {
    let mut clipboard = Clipboard::new().map_err(unavailable)?;
    match clipboard.get_image() {
        Ok(image) => {
            let side = |pixels| u32::try_from(pixels).map_err(|_| ClipboardError::Empty);
            return Ok(Pasted::Picture(Picture::Rgba {
                width: side(image.width)?,
                height: side(image.height)?,
                bytes: image.bytes.into_owned(),
            }));
        }
        Err(Error::ContentNotAvailable | Error::ConversionFailure) => {}
        Err(error) => return Err(unavailable(error)),
    }
    match clipboard.get_text() {
        Ok(text) if text.trim().is_empty() => Err(ClipboardError::Empty),
        Ok(text) => Ok(Pasted::Text(text.into())),
        Err(Error::ContentNotAvailable | Error::ConversionFailure) => Err(ClipboardError::Empty),
        Err(error) => Err(unavailable(error)),
    }
}

/// Puts `code` into the clipboard, asks clipboard managers to leave it out of their history, and takes it out again
/// after [`CLIPBOARD_SECONDS`] if it is still there. Returns at once.
///
/// # Errors
/// [`ClipboardError`].
pub fn lend(code: &MfaCode) -> Result<(), ClipboardError> {
    let mut clipboard = Clipboard::new().map_err(unavailable)?;
    set(&mut clipboard, code.digits()).map_err(unavailable)?;
    let code = code.clone();
    let take_back = move || {
        // Our clipboard must live for as long: on X11 and Wayland it is this program that answers for it.
        std::thread::sleep(Duration::from_secs(CLIPBOARD_SECONDS));
        if clipboard.get_text().is_ok_and(|text| text == code.digits()) {
            // Whoever put something else there meanwhile keeps it.
            let _ = clipboard.clear();
        }
    };
    let started = std::thread::Builder::new()
        .name("clipboard".to_owned())
        .spawn(take_back);
    started
        .map(drop)
        .map_err(|error| ClipboardError::Unavailable(error.to_string()))
}

#[cfg(all(unix, not(target_os = "macos")))]
fn set(clipboard: &mut Clipboard, text: &str) -> Result<(), Error> {
    use arboard::SetExtLinux as _;
    clipboard.set().exclude_from_history().text(text)
}

#[cfg(target_os = "macos")]
fn set(clipboard: &mut Clipboard, text: &str) -> Result<(), Error> {
    use arboard::SetExtApple as _;
    clipboard.set().exclude_from_history().text(text)
}

#[cfg(windows)]
fn set(clipboard: &mut Clipboard, text: &str) -> Result<(), Error> {
    use arboard::SetExtWindows as _;
    clipboard.set().exclude_from_history().exclude_from_cloud().text(text)
}

fn unavailable(error: Error) -> ClipboardError {
    ClipboardError::Unavailable(error.to_string())
}
