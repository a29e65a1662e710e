//! The desktop portal's way: the compositor asks the person and saves a file
//! (<https://flatpak.github.io/xdg-desktop-portal/docs/doc-org.freedesktop.portal.Screenshot.html>).

use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::mpsc;

use zbus::blocking::{Connection, Proxy};
use zbus::zvariant::{OwnedObjectPath, OwnedValue, Value};

use crate::pictures::Picture;
use crate::screenshot::{PATIENCE, ScreenshotError, take};

const SERVICE: &str = "org.freedesktop.portal.Desktop";
const OBJECT: &str = "/org/freedesktop/portal/desktop";
const REQUEST: &str = "org.freedesktop.portal.Request";
/// Part of the object's name at which the answer arrives.
const TOKEN: &str = "mfa_tray";

/// The portal's word for what became of a request.
const DONE: u32 = 0;
const CANCELLED: u32 = 1;

pub(super) fn photograph() -> Result<Picture, ScreenshotError> {
    // Without a bus there is no portal either.
    let connection = Connection::session().map_err(|_| ScreenshotError::NoTool)?;
    let failed = |error: zbus::Error| ScreenshotError::Failed(error.to_string());
    let sender = connection
        .unique_name()
        .map(|name| name.trim_start_matches(':').replace('.', "_"));
    let sender = sender.ok_or(ScreenshotError::NoTool)?;
    let path = format!("{OBJECT}/request/{sender}/{TOKEN}");
    // Listening before asking: the answer may be there before the call returns.
    let request = Proxy::new(&connection, SERVICE, path, REQUEST).map_err(failed)?;
    let mut answers = request.receive_signal("Response").map_err(failed)?;
    let portal = Proxy::new(&connection, SERVICE, OBJECT, "org.freedesktop.portal.Screenshot").map_err(failed)?;
    let options = HashMap::from([("interactive", Value::from(true)), ("handle_token", Value::from(TOKEN))]);
    // No such service, no such interface: another way is tried.
    let _: OwnedObjectPath = portal
        .call("Screenshot", &("", options))
        .map_err(|_| ScreenshotError::NoTool)?;
    let (sender, answer) = mpsc::channel();
    std::thread::spawn(move || {
        // Nobody listens any more when it took too long.
        let _ = sender.send(answers.next());
    });
    let message = answer.recv_timeout(PATIENCE).map_err(|_| ScreenshotError::TooLong)?;
    let message = message.ok_or(ScreenshotError::Dismissed)?;
    let (outcome, results): (u32, HashMap<String, OwnedValue>) =
        message.body().deserialize().map_err(|error| failed(error))?;
    match outcome {
        DONE => {
            let uri = results.get("uri").and_then(|uri| uri.downcast_ref::<&str>().ok());
            let path = uri
                .and_then(path_of)
                .ok_or(ScreenshotError::Failed("it named no file".to_owned()))?;
            take(&path)
        }
        CANCELLED => Err(ScreenshotError::Dismissed),
        _ => Err(ScreenshotError::Failed("the desktop ended it".to_owned())),
    }
}

/// The path of a `file://` URI of this machine.
fn path_of(uri: &str) -> Option<PathBuf> {
    use std::os::unix::ffi::OsStringExt as _;
    let encoded = uri
        .strip_prefix("file://")?
        .strip_prefix("localhost")
        .or(uri.strip_prefix("file://"))?;
    let mut bytes = Vec::new();
    let mut rest = encoded.bytes();
    while let Some(byte) = rest.next() {
        if byte == b'%' {
            let digits = [rest.next()?, rest.next()?];
            bytes.push(u8::from_str_radix(std::str::from_utf8(&digits).ok()?, 16).ok()?);
        } else {
            bytes.push(byte);
        }
    }
    bytes
        .starts_with(b"/")
        .then(|| PathBuf::from(std::ffi::OsString::from_vec(bytes)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn file_uris_become_paths() {
        for (uri, path) in [
            ("file:///tmp/a.png", Some("/tmp/a.png")),
            ("file://localhost/tmp/a.png", Some("/tmp/a.png")),
            ("file:///tmp/a%20b%C3%A4.png", Some("/tmp/a bä.png")),
            ("file://elsewhere/tmp/a.png", None),
            ("https://example.com/a.png", None),
            ("file:///tmp/%zz", None),
            ("file:///tmp/%4", None),
        ] {
            assert_eq!(path_of(uri), path.map(PathBuf::from), "{uri}");
        }
    }
}
