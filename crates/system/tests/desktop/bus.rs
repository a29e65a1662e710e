//! A bus of the test's own, at an address that stays the same when it is started again.

use std::io::{BufRead as _, BufReader};
use std::process::{Child, Command, Stdio};

use tempfile::TempDir;
use zbus::blocking::Connection;
use zbus::blocking::connection::Builder;

pub(crate) struct Bus {
    daemon: Option<Child>,
    folder: TempDir,
}

impl Bus {
    /// Not where something of it is not installed.
    pub(crate) fn start() -> Option<Bus> {
        if !are_here(&["dbus-daemon"]) {
            return None;
        }
        let folder = tempfile::Builder::new().prefix("mfa-tray-bus-").tempdir().unwrap();
        let mut bus = Bus { daemon: None, folder };
        bus.start_again();
        Some(bus)
    }

    pub(crate) fn start_again(&mut self) {
        let config = self.folder.path().join("bus.conf");
        // It starts no service by itself.
        let text = format!(
            r#"<busconfig><type>session</type><listen>{}</listen><policy context="default">
            <allow send_destination="*"/><allow receive_sender="*"/><allow own="*"/></policy></busconfig>"#,
            self.address()
        );
        std::io::Write::write_all(&mut std::fs::File::create(&config).unwrap(), text.as_bytes()).unwrap();
        let mut daemon = Command::new("dbus-daemon")
            .arg(format!("--config-file={}", config.display()))
            .args(["--nofork", "--nopidfile", "--print-address=1"])
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut address = String::new();
        let mut said = BufReader::new(daemon.stdout.take().unwrap());
        said.read_line(&mut address).unwrap();
        assert!(address.starts_with(&self.address()), "{address}");
        self.daemon = Some(daemon);
    }

    pub(crate) fn end(&mut self) {
        if let Some(mut daemon) = self.daemon.take() {
            daemon.kill().unwrap();
            daemon.wait().unwrap();
            let _ = std::fs::remove_file(self.folder.path().join("bus"));
        }
    }

    pub(crate) fn address(&self) -> String {
        format!("unix:path={}", self.folder.path().join("bus").display())
    }

    pub(crate) fn connect(&self) -> Connection {
        Builder::address(self.address().as_str()).unwrap().build().unwrap()
    }
}

impl Drop for Bus {
    fn drop(&mut self) {
        self.end();
    }
}

/// Whether these programs are installed. Says so if not; where everything should be, that is an error.
pub(crate) fn are_here(programs: &[&str]) -> bool {
    for program in programs {
        let found = Command::new(program)
            .arg("--version")
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn();
        match found {
            Ok(mut child) => drop(child.wait()),
            Err(_) => {
                assert!(!is_ci(), "{program} is not installed: `cargo xtask test` does that");
                say(&format!("skipped: {program} is not installed"));
                return false;
            }
        }
    }
    true
}

#[expect(clippy::disallowed_methods, reason = "asks about the run, not for the product")]
fn is_ci() -> bool {
    std::env::var_os("CI").is_some()
}

#[expect(clippy::disallowed_macros, reason = "tells whoever reads the run")]
fn say(text: &str) {
    println!("{text}");
}
