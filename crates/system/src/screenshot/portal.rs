//! The desktop portal's way: the compositor asks the person and saves a file
//! (<https://flatpak.github.io/xdg-desktop-portal/docs/doc-org.freedesktop.portal.Screenshot.html>).

use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::mpsc;

use zbus::blocking::{Connection, Proxy};
use zbus::zvariant::{OwnedObjectPath, OwnedValue, Value};

use crate::screenshot::{PATIENCE, ScreenshotError, take};

const SERVICE: &str = "org.freedesktop.portal.Desktop";
const OBJECT: &str = "/org/freedesktop/portal/desktop";
const REQUEST: &str = "org.freedesktop.portal.Request";
/// Part of the object's name at which the answer arrives.
const TOKEN: &str = "mfa_tray";

/// The portal's word for what became of a request.
const DONE: u32 = 0;
const CANCELLED: u32 = 1;

pub(super) fn photograph() -> Result<Vec<u8>, ScreenshotError> {
    // Without a bus there is no portal either.
    photograph_on(&Connection::session().map_err(|_| ScreenshotError::NoTool)?)
}

fn photograph_on(connection: &Connection) -> Result<Vec<u8>, ScreenshotError> {
    let failed = |error: zbus::Error| ScreenshotError::Failed(error.to_string());
    let sender = connection
        .unique_name()
        .map(|name| name.trim_start_matches(':').replace('.', "_"));
    let sender = sender.ok_or(ScreenshotError::NoTool)?;
    let path = format!("{OBJECT}/request/{sender}/{TOKEN}");
    // Listening before asking: the answer may be there before the call returns.
    let request = Proxy::new(connection, SERVICE, path, REQUEST).map_err(failed)?;
    let mut answers = request.receive_signal("Response").map_err(failed)?;
    let portal = Proxy::new(connection, SERVICE, OBJECT, "org.freedesktop.portal.Screenshot").map_err(failed)?;
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
    let message = answer.recv_timeout(PATIENCE).map_err(|_| {
        // A picture that nobody waits for any more must not be taken.
        let _ = request.call_noreply("Close", &());
        ScreenshotError::TooLong
    })?;
    let message = message.ok_or(ScreenshotError::Dismissed)?;
    let (outcome, results): (u32, HashMap<String, OwnedValue>) = message.body().deserialize().map_err(failed)?;
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
    use std::io::{BufRead as _, BufReader, Write as _};
    use std::process::{Child, Command, Stdio};

    use zbus::blocking::connection::Builder;

    use super::*;

    /// A bus of the test's own.
    struct Bus(Child, String);

    impl Bus {
        fn start() -> Bus {
            let mut daemon = Command::new("dbus-daemon");
            daemon.args(["--session", "--nofork", "--nopidfile", "--print-address=1"]);
            let started = daemon.stdout(Stdio::piped()).stderr(Stdio::null()).spawn();
            let mut daemon = started.expect("dbus-daemon, which `cargo xtask test` installs");
            let mut address = String::new();
            BufReader::new(daemon.stdout.take().unwrap())
                .read_line(&mut address)
                .unwrap();
            Bus(daemon, address.trim().to_owned())
        }

        fn connect(&self) -> Connection {
            Builder::address(self.1.as_str()).unwrap().build().unwrap()
        }
    }

    impl Drop for Bus {
        fn drop(&mut self) {
            let _ = self.0.kill();
            let _ = self.0.wait();
        }
    }

    /// A portal that answers as a desktop's does: later, by a signal, to whoever asked.
    struct Portal {
        outcome: u32,
        uri: Option<String>,
    }

    #[zbus::interface(name = "org.freedesktop.portal.Screenshot")]
    impl Portal {
        fn screenshot(
            &self,
            _window: String,
            options: HashMap<String, OwnedValue>,
            #[zbus(header)] header: zbus::message::Header<'_>,
            #[zbus(connection)] connection: &zbus::Connection,
        ) -> OwnedObjectPath {
            let sender = header.sender().unwrap().to_string();
            let token = options["handle_token"].downcast_ref::<&str>().unwrap().to_owned();
            assert!(
                options["interactive"].downcast_ref::<bool>().unwrap(),
                "the person chooses"
            );
            let escaped = sender.trim_start_matches(':').replace('.', "_");
            let path = OwnedObjectPath::try_from(format!("{OBJECT}/request/{escaped}/{token}")).unwrap();
            let mut results = HashMap::new();
            if let Some(uri) = &self.uri {
                results.insert("uri", Value::from(uri.as_str()));
            }
            let (connection, at) = (Connection::from(connection.clone()), path.clone());
            let body = (
                self.outcome,
                results
                    .into_iter()
                    .map(|(key, value)| (key, value.try_to_owned().unwrap()))
                    .collect::<HashMap<_, _>>(),
            );
            std::thread::spawn(move || {
                std::thread::sleep(std::time::Duration::from_millis(50));
                connection
                    .emit_signal(Some(sender.as_str()), at, REQUEST, "Response", &body)
                    .unwrap();
            });
            path
        }
    }

    fn ask(outcome: u32, uri: Option<String>) -> Result<Vec<u8>, ScreenshotError> {
        let bus = Bus::start();
        let portal = bus.connect();
        portal.object_server().at(OBJECT, Portal { outcome, uri }).unwrap();
        portal.request_name(SERVICE).unwrap();
        photograph_on(&bus.connect())
    }

    #[test]
    fn the_portals_picture_is_read_and_its_file_is_gone() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("Screen shot.png");
        std::fs::File::create(&path).unwrap().write_all(b"picture").unwrap();
        let uri = format!("file://{}", path.to_str().unwrap().replace(' ', "%20"));
        assert!(matches!(ask(0, Some(uri)), Ok(bytes) if bytes == b"picture"));
        assert!(!path.exists());
    }

    #[test]
    fn a_portal_that_says_no_is_understood() {
        assert!(matches!(ask(1, None), Err(ScreenshotError::Dismissed)));
        assert!(matches!(ask(2, None), Err(ScreenshotError::Failed(_))));
        assert!(
            matches!(ask(0, None), Err(ScreenshotError::Failed(_))),
            "it named no file"
        );
        let bus = Bus::start();
        assert!(
            matches!(photograph_on(&bus.connect()), Err(ScreenshotError::NoTool)),
            "there is none"
        );
    }

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
