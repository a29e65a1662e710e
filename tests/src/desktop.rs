use std::fs;
use std::io::{BufRead as _, BufReader};
use std::os::unix::fs::{DirBuilderExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};
use std::process::{ChildStdout, Command};

use anyhow::{Context as _, Result};
use serde_json::Value;
use tempfile::TempDir;

use crate::process::{Running, output};
use crate::wait;

/// What unlocks the desktop's keyring.
pub const KEYRING_PASSWORD: &str = "only for this test";

/// A desktop without a screen: display, session bus, keyring, notices, window manager, and mostly a tray.
///
/// All of it is private: a display number nobody used, a bus of its own, a temporary home. Dropping it ends every
/// process of it.
#[derive(Debug)]
pub struct Desktop {
    display: String,
    bus: String,
    // Ended in this order: first what uses the display and the bus, these two last.
    panel: Option<Running>,
    _windows: Running,
    _notices: Running,
    _keyring: Running,
    _bus: Running,
    _screen: Running,
    folder: TempDir,
}

/// Whether the desktop has a place for tray items. Plain GNOME, and every desktop in its first seconds, has none.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tray {
    /// A panel shows tray items.
    Shown,
    /// Nobody does.
    Missing,
}

impl Desktop {
    /// Starts everything and waits for each part until it is really there.
    pub fn start(tray: Tray) -> Result<Self> {
        let folder = tempfile::Builder::new().prefix("mfa-tray-desktop-").tempdir()?;
        let place = folder.path();
        fs::DirBuilder::new().mode(0o700).create(place.join("runtime"))?;
        write_settings(place)?;

        let (screen, display) = start_screen(place)?;
        let (bus_process, bus) = start_bus(place, &display)?;
        let session = Session {
            place,
            display: &display,
            bus: &bus,
        };

        let mut keyring = session.command("gnome-keyring-daemon");
        keyring.args(["--foreground", "--unlock", "--components=secrets"]);
        let keyring = Running::start_told("keyring", &mut keyring, KEYRING_PASSWORD, place)?;
        session.wait_for_name("org.freedesktop.secrets")?;

        let notices = Running::start("notices", &mut session.command("dunst"), place)?;
        session.wait_for_name("org.freedesktop.Notifications")?;

        let windows = Running::start("windows", &mut session.command("openbox"), place)?;
        session.wait_for_window_manager()?;

        let mut desktop = Self {
            display,
            bus,
            panel: None,
            _windows: windows,
            _notices: notices,
            _keyring: keyring,
            _bus: bus_process,
            _screen: screen,
            folder,
        };
        if tray == Tray::Shown {
            desktop.show_tray()?;
        }
        Ok(desktop)
    }

    /// Gives the desktop a panel that shows tray items.
    pub fn show_tray(&mut self) -> Result<()> {
        let mut panel = self.command("xfce4-panel");
        let panel = Running::start("panel", panel.arg("--disable-wm-check"), self.folder())?;
        self.session().wait_for_name("org.kde.StatusNotifierWatcher")?;
        self.panel = Some(panel);
        Ok(())
    }

    fn session(&self) -> Session<'_> {
        Session {
            place: self.folder.path(),
            display: &self.display,
            bus: &self.bus,
        }
    }

    /// The folder of this desktop: logs, settings, home.
    #[must_use]
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// A program about to run on this desktop, with nothing of the caller's environment but `PATH`.
    #[must_use]
    pub fn command(&self, program: impl AsRef<Path>) -> Command {
        self.session().command(program)
    }

    /// The address of the session bus, for a stand-in of a service and for a program that shall find it.
    #[must_use]
    pub fn bus_address(&self) -> &str {
        &self.bus
    }

    /// Asks something on the session bus: `bus(&["call", SERVICE, PATH, …])`, answered as `busctl` prints JSON.
    pub fn bus(&self, arguments: &[&str]) -> Result<Value> {
        self.session().bus(arguments)
    }
}

/// The same three facts while the desktop is still being built.
struct Session<'a> {
    place: &'a Path,
    display: &'a str,
    bus: &'a str,
}

impl Session<'_> {
    fn command(&self, program: impl AsRef<Path>) -> Command {
        let mut command = bare(program, self.place);
        command
            .env("DISPLAY", self.display)
            .env("DBUS_SESSION_BUS_ADDRESS", self.bus)
            .env("GDK_BACKEND", "x11")
            // One bus less to start and to end: nothing here reads the screen aloud.
            .env("NO_AT_BRIDGE", "1");
        command
    }

    fn bus(&self, arguments: &[&str]) -> Result<Value> {
        let mut busctl = self.command("busctl");
        // What follows `--` may begin with a minus: a number, not an option.
        busctl
            .arg(format!("--address={}", self.bus))
            .args(["--json=short", "--"]);
        let answer = output(busctl.args(arguments))?;
        if answer.trim().is_empty() {
            return Ok(Value::Null);
        }
        serde_json::from_str(&answer).with_context(|| answer)
    }

    fn wait_for_name(&self, name: &str) -> Result<()> {
        wait::until(&format!("{name} on the bus"), wait::PROGRAM, || {
            let answer = self.bus(&[
                "call",
                "org.freedesktop.DBus",
                "/org/freedesktop/DBus",
                "org.freedesktop.DBus",
                "NameHasOwner",
                "s",
                name,
            ])?;
            Ok((answer["data"][0] == true).then_some(()))
        })
    }

    fn wait_for_window_manager(&self) -> Result<()> {
        wait::until("a window manager", wait::PROGRAM, || {
            let mut xprop = self.command("xprop");
            let answer = output(xprop.args(["-root", "_NET_SUPPORTING_WM_CHECK"]))?;
            Ok(answer.contains("window id").then_some(()))
        })
    }
}

/// A command with a clean environment and a home in `place`.
fn bare(program: impl AsRef<Path>, place: &Path) -> Command {
    let mut command = Command::new(program.as_ref());
    command.env_clear();
    for kept in ["PATH", "LANG"] {
        if let Some(value) = std::env::var_os(kept) {
            command.env(kept, value);
        }
    }
    command
        .env("HOME", place)
        .env("XDG_RUNTIME_DIR", place.join("runtime"))
        .env("XDG_CURRENT_DESKTOP", "XFCE")
        .current_dir(place);
    command
}

fn start_screen(place: &Path) -> Result<(Running, String)> {
    let mut xvfb = bare("Xvfb", place);
    // `-displayfd` lets the server choose a number nobody uses; no lock file is guessed at.
    xvfb.args([
        "-displayfd",
        "1",
        "-screen",
        "0",
        "1280x800x24",
        // On black nobody sees where a dark window ends.
        "-wr",
        "-nolisten",
        "tcp",
        "-noreset",
    ]);
    let mut screen = Running::start_piped("screen", &mut xvfb, place)?;
    let number = first_line(screen.stdout()?).context("Xvfb names no display")?;
    Ok((screen, format!(":{number}")))
}

fn start_bus(place: &Path, display: &str) -> Result<(Running, String)> {
    let mut dbus = bare("dbus-daemon", place);
    // Services that the bus starts by itself, such as the panel's settings, need the display too.
    dbus.env("DISPLAY", display).env("NO_AT_BRIDGE", "1");
    dbus.args(["--session", "--nofork", "--nopidfile", "--print-address=1"]);
    let mut bus = Running::start_piped("bus", &mut dbus, place)?;
    let address = first_line(bus.stdout()?).context("dbus-daemon names no address")?;
    Ok((bus, address))
}

/// Reads one line, and keeps the pipe open for as long as the program writes to it.
fn first_line(stdout: ChildStdout) -> Result<String> {
    let mut reader = BufReader::new(stdout);
    let mut line = String::new();
    reader.read_line(&mut line)?;
    std::thread::spawn(move || std::io::copy(&mut reader, &mut std::io::sink()));
    let line = line.trim().to_owned();
    anyhow::ensure!(!line.is_empty(), "it ended without a word");
    Ok(line)
}

/// Gives the panel its one plugin, the tray: without a ready-made file it asks questions.
fn write_settings(place: &Path) -> Result<()> {
    let folder: PathBuf = place.join(".config/xfce4/xfconf/xfce-perchannel-xml");
    fs::create_dir_all(&folder)?;
    let file = folder.join("xfce4-panel.xml");
    fs::write(&file, include_str!("xfce4-panel.xml"))?;
    fs::set_permissions(&file, fs::Permissions::from_mode(0o600))?;
    // What dunst shows its menu of actions with: ours chooses the line that a test has written down.
    let choose = format!("#!/bin/sh\nexec grep -m 1 -F -f '{}'\n", place.join(CHOICE).display());
    fs::write(place.join("choose"), choose)?;
    fs::set_permissions(place.join("choose"), fs::Permissions::from_mode(0o700))?;
    let folder = place.join(".config/dunst");
    fs::create_dir_all(&folder)?;
    let dmenu = place.join("choose");
    fs::write(
        folder.join("dunstrc"),
        format!("[global]\n    dmenu = {}\n", dmenu.display()),
    )?;
    Ok(())
}

/// The file that says which action of a notice is chosen next.
pub(crate) const CHOICE: &str = "choice";
