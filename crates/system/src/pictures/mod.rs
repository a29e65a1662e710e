//! Pictures that anybody may have made, read for the QR codes in them by a short-lived child of our own program.
//!
//! The child has no environment, so no way to the keychain, and bounds on memory and time: whatever a picture does to
//! the decoder, it does it there. It is told the picture on its standard input and answers with texts on its standard
//! output; both are pipes, so nothing of it is in an argument or a file. A picture in the clipboard is decoded by the
//! clipboard's library, so the child reads that too, and is told where the display is.

mod child;
mod wire;

use std::io::{Read as _, Write as _};
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::mpsc;
use std::time::Duration;

use mfa_tray_core::problem::Problem;
use mfa_tray_core::secret::SecretString;

use crate::environment;

pub use child::serve_if_asked;
pub(crate) use wire::Fault;

/// What the child is asked for, as its only argument.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Task {
    /// The picture on its standard input.
    Picture,
    /// What is in the clipboard.
    Clipboard,
}

impl Task {
    const ALL: [Task; 2] = [Task::Picture, Task::Clipboard];

    fn argument(self) -> &'static str {
        match self {
            Task::Picture => "decode-picture",
            Task::Clipboard => "decode-clipboard",
        }
    }
}

/// A decoder that takes longer is ended.
const PATIENCE: Duration = Duration::from_secs(10);
/// No screenshot comes near this.
const LARGEST: usize = 64 * 1024 * 1024;

/// Why nothing was read from a picture.
#[derive(Debug, thiserror::Error)]
pub enum ReadError {
    /// The decoder looked and says so.
    #[error("{}", .0.message())]
    Picture(Fault),
    /// The file cannot be opened, or is none.
    #[error("{0}")]
    File(String),
    /// It did not come to an end.
    #[error("the picture took too long to read")]
    TooLong,
    /// It ended without an answer.
    #[error("the program that reads pictures failed: {0}")]
    Child(String),
}

impl ReadError {
    /// The same for every front end.
    pub fn problem(&self) -> Problem {
        let hint = match self {
            ReadError::Picture(fault) => fault.hint(),
            ReadError::File(_) => "choose a picture file",
            ReadError::TooLong => "cut the picture down to the QR code, or type the secret instead",
            ReadError::Child(_) => "try again, or type the secret instead",
        };
        Problem::new("picture", self.to_string(), hint)
    }
}

/// The bytes of the file at `path`, which somebody named: a pipe or a folder is refused and not waited for.
///
/// # Errors
/// [`ReadError`].
pub fn load(path: &Path) -> Result<Vec<u8>, ReadError> {
    let failed = |error: std::io::Error| ReadError::File(format!("{} cannot be read: {error}", path.display()));
    let mut options = std::fs::OpenOptions::new();
    options.read(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::custom_flags(&mut options, rustix::fs::OFlags::NONBLOCK.bits().cast_signed());
    let file = options.open(path).map_err(failed)?;
    if !file.metadata().map_err(failed)?.is_file() {
        return Err(ReadError::File(format!("{} is not a file", path.display())));
    }
    let mut bytes = Vec::new();
    file.take(LARGEST as u64 + 1).read_to_end(&mut bytes).map_err(failed)?;
    Ok(bytes)
}

/// The texts of the QR codes in the picture that `bytes` are. Secrets: one may be a seed.
///
/// # Errors
/// [`ReadError`].
pub fn read(bytes: &[u8]) -> Result<Vec<SecretString>, ReadError> {
    if bytes.len() > LARGEST {
        return Err(ReadError::Picture(Fault::TooLarge));
    }
    ask(Task::Picture, bytes)
}

/// The texts of the QR codes in the clipboard's picture; without a picture, its text.
///
/// # Errors
/// [`ReadError`].
pub fn read_clipboard() -> Result<Vec<SecretString>, ReadError> {
    ask(Task::Clipboard, &[])
}

fn ask(task: Task, told: &[u8]) -> Result<Vec<SecretString>, ReadError> {
    let failed = |error: std::io::Error| ReadError::Child(error.to_string());
    let program = std::env::current_exe().map_err(failed)?;
    let mut command = Command::new(program);
    command.arg(task.argument()).env_clear();
    if task == Task::Clipboard {
        command.envs(environment::display());
    }
    let mut child = command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .map_err(failed)?;
    let (Some(mut stdin), Some(stdout)) = (child.stdin.take(), child.stdout.take()) else {
        return Err(ReadError::Child("it has no pipes".to_owned()));
    };
    let (sender, answers) = mpsc::channel();
    std::thread::spawn(move || {
        let mut answer = zeroize::Zeroizing::new(Vec::new());
        let read = stdout.take(wire::LARGEST_ANSWER).read_to_end(&mut answer);
        // Nobody listens any more when it took too long.
        let _ = sender.send(read.map(|_| answer));
    });
    std::thread::scope(|scope| {
        // A child that reads nothing must not hold us up.
        let feeding = scope.spawn(move || stdin.write_all(told));
        let answer = answers.recv_timeout(PATIENCE);
        // It has closed its end, or has had its time. Ended so that the feeder's pipe breaks, too.
        let _ = child.kill();
        let _ = child.wait();
        // What it did not want to hear it has judged without.
        let _ = feeding.join();
        match answer {
            Err(_) => Err(ReadError::TooLong),
            Ok(Err(error)) => Err(failed(error)),
            Ok(Ok(answer)) => wire::answer(&answer),
        }
    })
}
