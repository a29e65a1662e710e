//! Runs the program that the settings name for codes: a security key's, or a password manager's.

use std::io::{self, Read as _};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc;
use std::time::{Duration, Instant};

use mfa_tray_core::ports::{CodeCommandError, CodeCommands};
use mfa_tray_core::profile::MfaCode;
use zeroize::Zeroizing;

/// Somebody may have to touch a key.
const PATIENCE: Duration = Duration::from_secs(30);
const PAUSE: Duration = Duration::from_millis(50);
/// No program says more before its code.
const LARGEST: u64 = 64 * 1024;

/// The programs of this machine.
#[derive(Debug, Clone, Copy)]
pub struct Programs;

impl CodeCommands for Programs {
    fn run(&self, command: &[String]) -> Result<MfaCode, CodeCommandError> {
        let (program, arguments) = command.split_first().ok_or(CodeCommandError::NoCode)?;
        let child = Command::new(program)
            .args(arguments)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            // What it says to the person may be how to touch the key, or hold the code.
            .stderr(Stdio::null())
            .spawn();
        let mut child = child.map_err(|error| match error.kind() {
            io::ErrorKind::NotFound => CodeCommandError::NotFound(program.clone()),
            _ => CodeCommandError::Failed(error.to_string()),
        })?;
        let said = said(&mut child);
        // One that goes on after its code, or hangs, is no use to anybody.
        let _ = child.kill();
        let status = child.wait().ok();
        let text = said?;
        match status {
            Some(status) if status.success() => code_in(&text),
            // What a program printed before it failed was not meant.
            Some(status) => Err(CodeCommandError::Failed(match status.code() {
                Some(code) => format!("it ended with {code}"),
                None => "it was ended by a signal".to_owned(),
            })),
            None => Err(CodeCommandError::NoCode),
        }
    }
}

/// The one line of six digits; of two different ones nobody knows which is the code.
fn code_in(text: &str) -> Result<MfaCode, CodeCommandError> {
    let mut codes = text.lines().map(str::trim).filter(|line| is_code(line));
    let first = codes.next().ok_or(CodeCommandError::NoCode)?;
    if codes.any(|other| other != first) {
        return Err(CodeCommandError::Failed("it printed several codes".to_owned()));
    }
    MfaCode::parse(first).map_err(|_| CodeCommandError::NoCode)
}

/// Six digits and nothing else: a person may type a space between, a date has dashes.
fn is_code(line: &str) -> bool {
    line.len() == 6 && line.bytes().all(|byte| byte.is_ascii_digit())
}

/// Everything the program says until it ends.
fn said(child: &mut Child) -> Result<Zeroizing<String>, CodeCommandError> {
    let Some(out) = child.stdout.take() else {
        return Err(CodeCommandError::NoCode);
    };
    let (sender, read) = mpsc::channel();
    std::thread::spawn(move || {
        let mut bytes = Zeroizing::new(Vec::new());
        // What cannot be read is no code.
        let _ = out.take(LARGEST).read_to_end(&mut bytes);
        let _ = sender.send(Zeroizing::new(String::from_utf8_lossy(&bytes).into_owned()));
    });
    let start = Instant::now();
    while start.elapsed() < PATIENCE {
        if let Ok(text) = read.recv_timeout(PAUSE) {
            // Its ending tells whether what it said was meant.
            while start.elapsed() < PATIENCE && child.try_wait().is_ok_and(|status| status.is_none()) {
                std::thread::sleep(PAUSE);
            }
            return Ok(text);
        }
    }
    Err(CodeCommandError::TimedOut)
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    fn run(script: &str) -> Result<String, CodeCommandError> {
        let command = ["sh", "-c", script].map(str::to_owned);
        Programs.run(&command).map(|code| code.digits().to_owned())
    }

    #[test]
    fn the_line_that_is_a_code_is_the_code() {
        assert_eq!(run("echo 123456"), Ok("123456".to_owned()));
        assert_eq!(
            run("echo touch your key; echo ' 654321 '; echo 2026-11-26; echo bye"),
            Ok("654321".to_owned())
        );
        assert_eq!(
            run("cat; echo 123456"),
            Ok("123456".to_owned()),
            "standard input is empty"
        );
    }

    #[test]
    fn what_gives_no_code_is_told_without_what_it_said() {
        assert_eq!(run("echo 12345"), Err(CodeCommandError::NoCode));
        assert_eq!(run("true"), Err(CodeCommandError::NoCode));
        for text in ["2026-11-26", "123 456", "12-34-56", "1234567", "code: 123456"] {
            assert_eq!(run(&format!("echo '{text}'")), Err(CodeCommandError::NoCode), "{text}");
        }
        assert_eq!(
            run("echo 123456; exit 1"),
            Err(CodeCommandError::Failed("it ended with 1".to_owned())),
            "a code of a program that failed is none"
        );
        assert_eq!(
            run("echo 123456; echo 654321"),
            Err(CodeCommandError::Failed("it printed several codes".to_owned()))
        );
        assert!(matches!(
            run("echo 123456; kill -9 $$"),
            Err(CodeCommandError::Failed(_))
        ));
        assert_eq!(
            run("echo hunter2; exit 3"),
            Err(CodeCommandError::Failed("it ended with 3".to_owned()))
        );
        let missing = Programs.run(&["no-such-program-here".to_owned()]);
        assert!(matches!(missing, Err(CodeCommandError::NotFound(_))));
    }
}
