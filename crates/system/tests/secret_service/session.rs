//! A session bus and a keyring of the test's own. Dropping it ends what it started.

use std::fs::{self, DirBuilder, File};
use std::io::{BufRead as _, BufReader, Write as _};
use std::os::unix::fs::DirBuilderExt as _;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process};
use serde_json::Value;
use tempfile::TempDir;

const SECRETS: &str = "org.freedesktop.secrets";
const ROOT: &str = "/org/freedesktop/secrets";
const SERVICE: &str = "org.freedesktop.Secret.Service";
const PROMPTER: &str = "org.gnome.keyring.internal.Prompter";
const PATIENCE: Duration = Duration::from_secs(30);

/// A bus that starts no service by itself: a keyring is there only when the test says so.
const BUS: &str = r#"<busconfig>
  <type>session</type>
  <listen>unix:dir={folder}</listen>
  <policy context="default">
    <allow send_destination="*"/>
    <allow receive_sender="*"/>
    <allow own="*"/>
  </policy>
</busconfig>
"#;

pub(crate) struct Session {
    keyring: Option<Child>,
    bus: Child,
    address: String,
    folder: TempDir,
}

impl Session {
    pub(crate) fn with_keyring() -> Session {
        let mut session = Session::without_keyring();
        session.start_keyring();
        session
    }

    pub(crate) fn without_keyring() -> Session {
        let folder = tempfile::Builder::new().prefix("mfa-tray-keyring-").tempdir().unwrap();
        for name in ["runtime", "data"] {
            DirBuilder::new().mode(0o700).create(folder.path().join(name)).unwrap();
        }
        let config = folder.path().join("bus.conf");
        let text = BUS.replace("{folder}", folder.path().to_str().unwrap());
        File::create(&config).unwrap().write_all(text.as_bytes()).unwrap();
        let mut command = Command::new("dbus-daemon");
        dress(&mut command, folder.path());
        command
            .arg(format!("--config-file={}", config.display()))
            .args(["--nofork", "--nopidfile", "--print-address=1"])
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(File::create(folder.path().join("bus.log")).unwrap());
        let mut bus = start(&mut command);
        let mut address = String::new();
        let mut said = BufReader::new(bus.stdout.take().unwrap());
        said.read_line(&mut address).unwrap();
        Session {
            keyring: None,
            bus,
            address: address.trim().to_owned(),
            folder,
        }
    }

    pub(crate) fn address(&self) -> &str {
        &self.address
    }

    /// Gives a command the surroundings of this session, and nothing else.
    pub(crate) fn dress(&self, command: &mut Command) {
        dress(command, self.folder.path());
        command.env("DBUS_SESSION_BUS_ADDRESS", &self.address);
    }

    /// Starts the keyring and unlocks it with its password.
    pub(crate) fn start_keyring(&mut self) {
        let mut command = Command::new("gnome-keyring-daemon");
        self.dress(&mut command);
        let log = File::create(self.folder.path().join("keyring.log")).unwrap();
        command
            .args(["--foreground", "--unlock", "--components=secrets"])
            .stdin(Stdio::piped())
            .stdout(log.try_clone().unwrap())
            .stderr(log);
        let mut keyring = start(&mut command);
        keyring.stdin.take().unwrap().write_all(b"only for this test").unwrap();
        self.keyring = Some(keyring);
        let started = Instant::now();
        while !self.is_unlocked() {
            let log = || fs::read_to_string(self.folder.path().join("keyring.log"));
            assert!(started.elapsed() < PATIENCE, "no unlocked keyring: {:?}", log());
            std::thread::sleep(Duration::from_millis(20));
        }
    }

    fn is_unlocked(&self) -> bool {
        let owned = self.call(&[
            "org.freedesktop.DBus",
            "/org/freedesktop/DBus",
            "org.freedesktop.DBus",
            "NameHasOwner",
            "s",
            SECRETS,
        ]);
        if owned["data"][0] != true {
            return false;
        }
        let default = self.default_collection();
        let interface = "org.freedesktop.Secret.Collection";
        default != "/" && self.property(&default, interface, "Locked")["data"] == false
    }

    fn default_collection(&self) -> String {
        let alias = self.call(&[SECRETS, ROOT, SERVICE, "ReadAlias", "s", "default"]);
        alias["data"][0].as_str().unwrap().to_owned()
    }

    /// Locks the default collection.
    pub(crate) fn lock(&self) {
        let default = self.default_collection();
        self.call(&[SECRETS, ROOT, SERVICE, "Lock", "ao", "1", &default]);
        assert!(!self.is_unlocked());
    }

    /// The labels of all entries, sorted.
    pub(crate) fn labels(&self) -> Vec<String> {
        let default = self.default_collection();
        let items = self.property(&default, "org.freedesktop.Secret.Collection", "Items");
        let paths = items["data"].as_array().unwrap().iter();
        let mut labels: Vec<String> = paths
            .map(|path| self.property(path.as_str().unwrap(), "org.freedesktop.Secret.Item", "Label"))
            .map(|label| label["data"].as_str().unwrap().to_owned())
            .collect();
        labels.sort();
        labels
    }

    pub(crate) fn signal_keyring(&self, signal: Signal) {
        kill_process(Pid::from_child(self.keyring.as_ref().unwrap()), signal).unwrap();
    }

    /// Ends the keyring with a signal and waits until it is gone.
    pub(crate) fn end_keyring(&mut self, signal: Signal) {
        self.signal_keyring(signal);
        self.keyring.take().unwrap().wait().unwrap();
    }

    /// Takes the place of the program that shows the keyring's prompts, and never answers.
    pub(crate) fn prompter_nobody_answers(&self) -> zbus::blocking::Connection {
        let builder = zbus::blocking::connection::Builder::address(self.address()).unwrap();
        builder
            .name("org.gnome.keyring.SystemPrompter")
            .unwrap()
            .build()
            .unwrap()
    }

    /// The same, and sees who asks for it: it counts what it is told and answers none of it.
    pub(crate) fn prompter_that_counts(&self) -> Prompter {
        let calls = Arc::new(AtomicUsize::new(0));
        let connection = self.prompter_nobody_answers();
        let messages = zbus::blocking::MessageIterator::from(&connection);
        let counted = Arc::clone(&calls);
        std::thread::spawn(move || {
            for message in messages.map_while(Result::ok) {
                let asks = message.header().interface().is_some_and(|name| name == PROMPTER);
                counted.fetch_add(asks.into(), Ordering::SeqCst);
            }
        });
        Prompter { connection, calls }
    }

    fn property(&self, path: &str, interface: &str, name: &str) -> Value {
        self.busctl(&["get-property", SECRETS, path, interface, name])
    }

    fn call(&self, arguments: &[&str]) -> Value {
        self.busctl(&[&["call"], arguments].concat())
    }

    fn busctl(&self, arguments: &[&str]) -> Value {
        let mut command = Command::new("busctl");
        self.dress(&mut command);
        command
            .arg(format!("--address={}", self.address))
            .args(["--json=short", "--"])
            .args(arguments)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        let output = start(&mut command).wait_with_output().unwrap();
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "busctl {arguments:?}: {said}");
        serde_json::from_slice(&output.stdout).unwrap_or_default()
    }
}

/// In the place of the program that shows the keyring's prompts.
pub(crate) struct Prompter {
    connection: zbus::blocking::Connection,
    calls: Arc<AtomicUsize>,
}

impl Prompter {
    /// How often it was asked to show one.
    pub(crate) fn calls(&self) -> usize {
        self.calls.load(Ordering::SeqCst)
    }
}

impl Drop for Prompter {
    fn drop(&mut self) {
        // Ends its thread, too.
        let _ = self.connection.clone().close();
    }
}

impl Drop for Session {
    fn drop(&mut self) {
        for child in self.keyring.iter_mut().chain([&mut self.bus]) {
            let _ = child.kill();
            let _ = child.wait();
        }
    }
}

fn dress(command: &mut Command, folder: &Path) {
    command
        .env_clear()
        .env("PATH", "/usr/bin:/bin")
        .env("HOME", folder)
        .env("XDG_RUNTIME_DIR", folder.join("runtime"))
        .env("XDG_DATA_HOME", folder.join("data"))
        .current_dir(folder);
}

fn start(command: &mut Command) -> Child {
    command.spawn().unwrap_or_else(|error| {
        let name = command.get_program().to_string_lossy().into_owned();
        panic!("{name} is needed and cannot be started ({error}): `cargo xtask test` installs it")
    })
}
