//! Hands a secret address to the browser: never as an argument, which every program of this machine may read.

use std::fs::OpenOptions;
use std::io::{self, Write as _};
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use mfa_tray_core::secret::{ExposeSecret as _, SecretString};
use zeroize::Zeroizing;

use crate::environment;

/// A browser that starts first takes its time; a page that lies about longer than this is not needed any more.
const PAGE: Duration = Duration::from_secs(15);
const PAUSE: Duration = Duration::from_millis(100);

/// Why no browser was opened.
#[derive(Debug, thiserror::Error)]
pub enum BrowserError {
    /// No program opens web pages here.
    #[error("no program was found that opens web pages")]
    NoBrowser,
    /// The page for the browser could not be written, or the program failed.
    #[error("the browser could not be opened: {0}")]
    Failed(#[from] io::Error),
}

/// Opens `address`: through the desktop's portal where there is one, else by a page of ours that leads there, which only
/// this user may read and which is gone when this returns. Blocks for as long, or until `stopped` says so: a program that is
/// told to end must let this return first, or the page stays.
///
/// # Errors
/// [`BrowserError`].
pub fn open(address: &SecretString, stopped: &dyn Fn() -> bool) -> Result<(), BrowserError> {
    #[cfg(all(unix, not(target_os = "macos")))]
    if portal::open(address) {
        return Ok(());
    }
    let mut builder = tempfile::Builder::new();
    builder.prefix("mfa-tray-console-");
    #[cfg(unix)]
    builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o700));
    let folder = builder.tempdir()?;
    let page = folder.path().join("console.html");
    write(&page, address)?;
    show(&page, stopped)?;
    wait(stopped, || Ok(false))?;
    // What cannot be removed now would lie about for ever, and be told so.
    Ok(folder.close()?)
}

/// Waits until `done`, or `stopped`, or the page has been there long enough; says whether it is done.
fn wait(stopped: &dyn Fn() -> bool, mut done: impl FnMut() -> io::Result<bool>) -> io::Result<bool> {
    let start = Instant::now();
    while start.elapsed() < PAGE && !stopped() {
        if done()? {
            return Ok(true);
        }
        std::thread::sleep(PAUSE);
    }
    Ok(false)
}

/// The page goes on by itself, and tells nobody where from.
fn write(page: &Path, address: &SecretString) -> io::Result<()> {
    let escaped = address
        .expose_secret()
        .replace('&', "&amp;")
        .replace('"', "&quot;")
        .replace('<', "&lt;");
    let escaped = Zeroizing::new(escaped);
    let text = Zeroizing::new(format!(
        "<!doctype html><meta charset=\"utf-8\"><meta name=\"referrer\" content=\"no-referrer\">\
         <meta http-equiv=\"refresh\" content=\"0;url={}\"><title>AWS console</title>\n",
        escaped.as_str()
    ));
    let mut options = OpenOptions::new();
    options.create_new(true).write(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(page)?.write_all(text.as_bytes())
}

const OPENERS: &[(&str, &[&str])] = if cfg!(target_os = "macos") {
    &[("/usr/bin/open", &[])]
} else if cfg!(windows) {
    &[("rundll32.exe", &["url.dll,FileProtocolHandler"])]
} else {
    &[("xdg-open", &[]), ("gio", &["open"])]
};

fn show(page: &Path, stopped: &dyn Fn() -> bool) -> Result<(), BrowserError> {
    for (program, arguments) in OPENERS {
        let mut command = Command::new(program);
        command.args(*arguments).arg(page);
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        for name in environment::private_names() {
            command.env_remove(name);
        }
        match command.spawn() {
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            Err(error) => return Err(error.into()),
            Ok(mut child) => {
                // Some stay as long as the browser: that one is not waited for.
                let mut status = None;
                wait(stopped, || {
                    status = child.try_wait()?;
                    Ok(status.is_some())
                })?;
                if status.is_none_or(|status| status.success()) {
                    return Ok(());
                }
            }
        }
    }
    Err(BrowserError::NoBrowser)
}

#[cfg(all(unix, not(target_os = "macos")))]
mod portal {
    use std::collections::HashMap;

    use mfa_tray_core::secret::{ExposeSecret as _, SecretString};
    use zbus::zvariant::{OwnedObjectPath, Value};

    use crate::bus::{self, Bus};

    const SERVICE: &str = "org.freedesktop.portal.Desktop";
    const OBJECT: &str = "/org/freedesktop/portal/desktop";
    const INTERFACE: &str = "org.freedesktop.portal.OpenURI";

    /// Asks the portal that runs (<https://flatpak.github.io/xdg-desktop-portal/docs/doc-org.freedesktop.portal.OpenURI.html>);
    /// false: there is none, or it refused.
    pub(super) fn open(address: &SecretString) -> bool {
        let Ok(connection) = bus::connect(Bus::Session) else {
            return false;
        };
        if !bus::is_running(&connection, SERVICE) {
            return false;
        }
        let options: HashMap<&str, Value<'_>> = HashMap::new();
        let asked = connection.call_method(
            Some(SERVICE),
            OBJECT,
            Some(INTERFACE),
            "OpenURI",
            &("", address.expose_secret(), options),
        );
        asked.is_ok_and(|answer| answer.body().deserialize::<OwnedObjectPath>().is_ok())
    }
}
