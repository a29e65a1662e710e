//! A process that has a keychain: this test again, told what to ask for on its standard input.
//!
//! The bus is found through the environment, which a test must not change under its other threads.

use std::fmt::Write as _;
use std::io::{BufRead as _, BufReader, Write as _};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use mfa_tray_core::ports::{Keychain as _, Unavailable};
use mfa_tray_core::secret::{ExposeSecret as _, SecretBytes};
use mfa_tray_system::OsKeychain;

use crate::session::Session;

/// Tells the process what it is for.
const VARIABLE: &str = "MFA_TRAY_TEST_ASKER";
/// Begins an answer, among the lines of the test's own.
const SIGN: &str = "answer: ";

pub(crate) struct Asker {
    child: Child,
    orders: ChildStdin,
    answers: BufReader<ChildStdout>,
}

impl Asker {
    pub(crate) fn start(session: &Session) -> Asker {
        Asker::start_on(session, session.address())
    }

    pub(crate) fn start_on(session: &Session, address: &str) -> Asker {
        let mut command = Command::new(std::env::current_exe().unwrap());
        session.dress(&mut command);
        let mut child = command
            .args(["asker::answers_what_it_is_asked", "--exact", "--nocapture"])
            .env("DBUS_SESSION_BUS_ADDRESS", address)
            .env(VARIABLE, "1")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let (orders, answers) = (child.stdin.take().unwrap(), child.stdout.take().unwrap());
        Asker {
            child,
            orders,
            answers: BufReader::new(answers),
        }
    }

    pub(crate) fn send(&mut self, order: &str) {
        writeln!(self.orders, "{order}").unwrap();
    }

    pub(crate) fn answer(&mut self) -> String {
        let mut line = String::new();
        loop {
            line.clear();
            let read = self.answers.read_line(&mut line).unwrap();
            assert!(read > 0, "it ended: {:?}", self.child.try_wait());
            // What the harness says about the test may stand before it on the line.
            if let Some((_, answer)) = line.split_once(SIGN) {
                return answer.trim_end().to_owned();
            }
        }
    }

    fn ask(&mut self, order: &str) -> String {
        self.send(order);
        self.answer()
    }

    pub(crate) fn read(&mut self, name: &str) -> String {
        self.ask(&format!("read {name}"))
    }

    pub(crate) fn read_quietly(&mut self, name: &str) -> String {
        self.ask(&format!("read-quietly {name}"))
    }

    pub(crate) fn write(&mut self, name: &str, secret: &[u8]) -> String {
        self.ask(&format!("write {name} {}", hex(secret)))
    }

    pub(crate) fn remove(&mut self, name: &str) -> String {
        self.ask(&format!("remove {name}"))
    }
}

impl Drop for Asker {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// How an entry is answered.
pub(crate) fn found(secret: &[u8]) -> String {
    format!("found {}", hex(secret)).trim_end().to_owned()
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        write!(text, "{byte:02x}").unwrap();
        text
    })
}

fn bytes(hex: &str) -> Vec<u8> {
    let pairs = (0..hex.len()).step_by(2);
    pairs
        .map(|at| u8::from_str_radix(&hex[at..at + 2], 16).unwrap())
        .collect()
}

/// The other process. In the test that was started by a person it has nothing to do.
#[test]
#[expect(clippy::disallowed_methods, reason = "how the other process knows that it is one")]
fn answers_what_it_is_asked() {
    if std::env::var_os(VARIABLE).is_none() {
        return;
    }
    let keychain = OsKeychain::new();
    for order in std::io::stdin().lines() {
        let order = order.unwrap();
        let words: Vec<&str> = order.split(' ').collect();
        let shown = |secret: Option<SecretBytes>| match secret {
            Some(secret) => found(secret.expose_secret()),
            None => "missing".to_owned(),
        };
        let answer = match words[..] {
            ["read", name] => keychain.read(name).map(shown),
            ["read-quietly", name] => keychain.read_quietly(name).map(shown),
            ["write", name, secret] => {
                let written = keychain.write(name, &SecretBytes::from(bytes(secret)));
                written.map(|()| "done".to_owned())
            }
            ["remove", name] => {
                let removed = keychain.remove(name);
                removed.map(|was| if was { "removed" } else { "missing" }.to_owned())
            }
            _ => panic!("not an order: {order}"),
        };
        let answer = answer.unwrap_or_else(|why: Unavailable| format!("{why:?}"));
        writeln!(std::io::stdout(), "{SIGN}{answer}").unwrap();
    }
}
