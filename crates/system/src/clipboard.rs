//! The clipboard: a picture or text out of it, for the child that reads pictures; a code into it for thirty seconds.

use std::time::Duration;

use arboard::{Clipboard, Error};
use mfa_tray_core::problem::Problem;
use mfa_tray_core::profile::MfaCode;
use mfa_tray_core::secret::SecretString;

use crate::pictures::Fault;

/// How long a code stays.
pub const CLIPBOARD_SECONDS: u64 = 30;

/// What is in the clipboard.
pub(crate) enum Pasted {
    /// Pixels, four bytes each, row by row.
    Rgba {
        /// In pixels.
        width: u32,
        /// In pixels.
        height: u32,
        /// All of them.
        bytes: Vec<u8>,
    },
    /// Text, which may be a seed.
    Text(SecretString),
}

/// Why the clipboard took nothing.
#[derive(Debug, thiserror::Error)]
#[error("the clipboard cannot be used: {0}")]
pub struct ClipboardError(String);

impl ClipboardError {
    /// The same for every front end.
    pub fn problem(&self) -> Problem {
        Problem::new("clipboard", self.to_string(), "type the code instead")
    }
}

/// What is in the clipboard now: a picture before text. Only for the child that reads pictures: the library decodes
/// what any program has put there.
pub(crate) fn paste() -> Result<Pasted, Fault> {
    let mut clipboard = Clipboard::new().map_err(|_| Fault::NoClipboard)?;
    match clipboard.get_image() {
        Ok(image) => {
            let side = |pixels| u32::try_from(pixels).map_err(|_| Fault::TooLarge);
            return Ok(Pasted::Rgba {
                width: side(image.width)?,
                height: side(image.height)?,
                bytes: image.bytes.into_owned(),
            });
        }
        Err(Error::ContentNotAvailable) => {}
        Err(Error::ConversionFailure) => return Err(Fault::Damaged),
        Err(_) => return Err(Fault::NoClipboard),
    }
    match clipboard.get_text() {
        Ok(text) if text.trim().is_empty() => Err(Fault::EmptyClipboard),
        Ok(text) => Ok(Pasted::Text(text.into())),
        Err(Error::ContentNotAvailable | Error::ConversionFailure) => Err(Fault::EmptyClipboard),
        Err(_) => Err(Fault::NoClipboard),
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
    started.map(drop).map_err(|error| ClipboardError(error.to_string()))
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
    ClipboardError(error.to_string())
}
