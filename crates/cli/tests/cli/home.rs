//! A home of the test's own, and the program run in it with no variable but those given.

use std::fs;
use std::io::{BufRead as _, BufReader, ErrorKind, Read as _, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use serde_json::Value;
use tempfile::TempDir;

/// Nothing listens there: a call that is not expected fails at once and leaves this machine in no case.
pub(crate) const NOWHERE: &str = "http://127.0.0.1:9";

/// How a run ended.
#[derive(Debug)]
pub(crate) struct Ran {
    pub(crate) exit: Option<i32>,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
    /// The signal that ended it.
    pub(crate) signal: Option<i32>,
}

impl Ran {
    pub(crate) fn of(output: std::process::Output) -> Ran {
        #[cfg(unix)]
        let signal = std::os::unix::process::ExitStatusExt::signal(&output.status);
        #[cfg(not(unix))]
        let signal = None;
        let text = |bytes| String::from_utf8(bytes).unwrap();
        Ran {
            exit: output.status.code(),
            stdout: text(output.stdout),
            stderr: text(output.stderr),
            signal,
        }
    }

    /// The program must have been ended by a signal.
    pub(crate) fn ended_by(self, signal: i32) -> Ran {
        assert_eq!(self.signal, Some(signal), "{self:#?}");
        self
    }

    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.stdout).unwrap_or_else(|error| panic!("{error}: {self:?}"))
    }

    /// The program must have ended with `exit`; the message says what it said instead.
    pub(crate) fn ended(self, exit: i32) -> Ran {
        assert_eq!(self.exit, Some(exit), "{self:#?}");
        self
    }
}

pub(crate) fn program() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_mfa-tray"));
    command.env_clear().stdin(Stdio::null());
    command
}

pub(crate) fn run(command: &mut Command) -> Ran {
    Ran::of(command.output().unwrap())
}

/// Runs with `input` on standard input.
pub(crate) fn run_with_input(command: &mut Command, input: &str) -> Ran {
    let mut child = command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    // A program that knows already how it ends does not read.
    match child.stdin.take().unwrap().write_all(input.as_bytes()) {
        Err(error) if error.kind() != ErrorKind::BrokenPipe => panic!("{error}"),
        _ => {}
    }
    Ran::of(child.wait_with_output().unwrap())
}

/// A home with AWS files.
pub(crate) struct Home(TempDir);

impl Home {
    pub(crate) fn new(config: &str, credentials: &str) -> Home {
        let home = Home(tempfile::tempdir().unwrap());
        fs::create_dir(home.path().join(".aws")).unwrap();
        put(&home.config(), config.as_bytes());
        put(&home.credentials(), credentials.as_bytes());
        home
    }

    pub(crate) fn path(&self) -> &Path {
        self.0.path()
    }

    pub(crate) fn config(&self) -> PathBuf {
        self.path().join(".aws/config")
    }

    pub(crate) fn credentials(&self) -> PathBuf {
        self.path().join(".aws/credentials")
    }

    pub(crate) fn settings(&self) -> PathBuf {
        self.path().join(".config/mfa-tray/settings.toml")
    }

    /// Writes settings, as the person does.
    pub(crate) fn choose(&self, settings: &[u8]) {
        fs::create_dir_all(self.settings().parent().unwrap()).unwrap();
        put(&self.settings(), settings);
    }

    pub(crate) fn command(&self, arguments: &[&str]) -> Command {
        let mut command = program();
        command
            .args(arguments)
            .env("HOME", self.path())
            .env("XDG_CONFIG_HOME", self.path().join(".config"))
            .env("XDG_STATE_HOME", self.path().join(".local/state"))
            .env("AWS_ENDPOINT_URL", NOWHERE);
        command
    }

    pub(crate) fn run(&self, arguments: &[&str]) -> Ran {
        run(&mut self.command(arguments))
    }
}

pub(crate) fn put(path: &Path, bytes: &[u8]) {
    fs::File::create(path).unwrap().write_all(bytes).unwrap();
}

/// `mfa-tray practice --no-app`, running; ends when dropped.
pub(crate) struct Practice {
    child: Child,
    pub(crate) ready: Value,
}

impl Practice {
    pub(crate) fn start(arguments: &[&str]) -> Practice {
        let mut child = program()
            .args(["practice", "--no-app"])
            .args(arguments)
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap())
            .read_line(&mut line)
            .unwrap();
        let ready = serde_json::from_str(&line).unwrap_or_else(|error| panic!("{error}: {line}"));
        Practice { child, ready }
    }

    pub(crate) fn home(&self) -> PathBuf {
        PathBuf::from(self.ready["home"].as_str().unwrap())
    }

    /// Writes settings, as the person does.
    pub(crate) fn choose(&self, settings: &str) {
        let folder = PathBuf::from(self.ready["env"]["XDG_CONFIG_HOME"].as_str().unwrap()).join("mfa-tray");
        fs::create_dir_all(&folder).unwrap();
        put(&folder.join("settings.toml"), settings.as_bytes());
    }

    pub(crate) fn credentials(&self) -> String {
        fs::read_to_string(self.credentials_file()).unwrap()
    }

    /// Writes other values into the credentials file, in every section: `other` is given a key and its value.
    pub(crate) fn change_credentials(&self, other: impl Fn(&str, &str) -> Option<String>) {
        let changed = |line: &str| {
            let (key, value) = line.split_once(" = ")?;
            other(key, value).map(|value| format!("{key} = {value}\n"))
        };
        let file = self.credentials();
        let lines = file.lines().map(|line| changed(line).unwrap_or(format!("{line}\n")));
        put(self.credentials_file(), lines.collect::<String>().as_bytes());
    }

    fn credentials_file(&self) -> &Path {
        Path::new(self.ready["env"]["AWS_SHARED_CREDENTIALS_FILE"].as_str().unwrap())
    }

    /// The program in the environment practice printed.
    pub(crate) fn command(&self, arguments: &[&str]) -> Command {
        let mut command = program();
        let variables = self.ready["env"].as_object().unwrap();
        command
            .args(arguments)
            .envs(variables.iter().map(|(name, value)| (name, value.as_str().unwrap())));
        command
    }

    pub(crate) fn run(&self, arguments: &[&str]) -> Ran {
        run(&mut self.command(arguments))
    }

    /// The MFA serial of profile `index` in the line practice printed.
    pub(crate) fn serial(&self, index: usize) -> &str {
        self.ready["profiles"][index]["mfa_serial"].as_str().unwrap()
    }

    /// The code a device shows now.
    pub(crate) fn code(&self, serial: &str) -> String {
        let ran = self.run(&["practice", "code", serial]).ended(0);
        let code = ran.stdout.trim_end_matches('\n').to_owned();
        assert!(code.len() == 6 && code.bytes().all(|b| b.is_ascii_digit()), "{ran:?}");
        code
    }

    /// How often practice AWS was asked for `action`.
    pub(crate) fn calls(&self, action: &str) -> u64 {
        let state: Value = serde_json::from_str(&self.control("GET", "state", "")).unwrap();
        state["requests"]["by_action"][action].as_u64().unwrap_or(0)
    }

    /// Enables a device whose seed the test knows.
    pub(crate) fn add_device(&self, user: &str, serial: &str, seed: &str) {
        let device = serde_json::json!({ "user": user, "serial": serial, "seed": seed });
        self.control("POST", "devices", &device.to_string());
    }

    /// Has practice's keychain fail, as in `[{"kind":"locked"}]`.
    pub(crate) fn order_keychain_faults(&self, orders: &str) {
        self.control("POST", "keychain-faults", orders);
    }

    /// What practice AWS answers to something that only tests ask.
    fn control(&self, method: &str, route: &str, body: &str) -> String {
        let endpoint = self.ready["endpoint"].as_str().unwrap().trim_start_matches("http://");
        let mut stream = std::net::TcpStream::connect(endpoint).unwrap();
        let length = body.len();
        write!(
            stream,
            "{method} /_practice/{route} HTTP/1.1\r\nHost: {endpoint}\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n{body}"
        )
        .unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        let (head, body) = answer.split_once("\r\n\r\n").unwrap();
        assert!(head.starts_with("HTTP/1.1 200"), "{answer}");
        body.to_owned()
    }

    /// Asks it to end and waits.
    #[cfg(unix)]
    pub(crate) fn end(mut self, signal: rustix::process::Signal) -> Option<i32> {
        rustix::process::kill_process(rustix::process::Pid::from_child(&self.child), signal).unwrap();
        self.child.wait().unwrap().code()
    }
}

impl Drop for Practice {
    fn drop(&mut self) {
        #[cfg(unix)]
        if let Ok(None) = self.child.try_wait() {
            // Asked, it removes its home; killed, it would leave it behind.
            let pid = rustix::process::Pid::from_child(&self.child);
            let _ = rustix::process::kill_process(pid, rustix::process::Signal::TERM);
            let _ = self.child.wait();
        }
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
