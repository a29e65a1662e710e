//! Pictures that anybody may have made, read for the QR codes in them by a short-lived child of our own program.
//!
//! The child has no environment, so no way to the keychain, and bounds on memory and time: whatever a picture does to
//! the decoder, it does it there. It is told the picture on its standard input and answers with texts on its standard
//! output; both are pipes, so nothing of it is in an argument or a file.

mod child;
mod wire;

use std::io::{Read as _, Write as _};
use std::process::{Command, Stdio};
use std::sync::mpsc;
use std::time::{Duration, Instant};

use mfa_tray_core::problem::Problem;
use mfa_tray_core::secret::SecretString;

pub use child::serve_if_asked;
pub(crate) use wire::Fault;

/// The argument that makes our programs a decoder.
const ARGUMENT: &str = "decode-picture";
/// A decoder that takes longer is ended.
const PATIENCE: Duration = Duration::from_secs(10);
/// No screenshot comes near this.
const LARGEST: usize = 64 * 1024 * 1024;
const PAUSE: Duration = Duration::from_millis(5);

/// A picture.
#[derive(Debug)]
pub enum Picture {
    /// The bytes of a file.
    File(Vec<u8>),
    /// Pixels, as a clipboard gives them.
    Rgba {
        /// In pixels.
        width: u32,
        /// In pixels.
        height: u32,
        /// Four bytes a pixel, row by row.
        bytes: Vec<u8>,
    },
}

/// Why nothing was read from a picture.
#[derive(Debug, thiserror::Error)]
pub enum ReadError {
    /// The decoder looked and says so.
    #[error("{}", .0.message())]
    Picture(Fault),
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
            ReadError::TooLong => "cut the picture down to the QR code, or type the secret instead",
            ReadError::Child(_) => "try again, or type the secret instead",
        };
        Problem::new("picture", self.to_string(), hint)
    }
}

/// The texts of the QR codes in `picture`. Secrets: one may be a seed.
///
/// # Errors
/// [`ReadError`].
pub fn read(picture: &Picture) -> Result<Vec<SecretString>, ReadError> {
    let size = match picture {
        Picture::File(bytes) | Picture::Rgba { bytes, .. } => bytes.len(),
    };
    if size > LARGEST {
        return Err(ReadError::Picture(Fault::TooLarge));
    }
    let failed = |error: std::io::Error| ReadError::Child(error.to_string());
    let program = std::env::current_exe().map_err(failed)?;
    let mut child = Command::new(program)
        .arg(ARGUMENT)
        .env_clear()
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
    let asked = Instant::now();
    std::thread::scope(|scope| {
        // A child that reads nothing must not hold us up.
        let feeding = scope.spawn(|| {
            let told = wire::ask(picture, &mut stdin).and_then(|()| stdin.flush());
            drop(stdin);
            told
        });
        let answer = answers.recv_timeout(PATIENCE);
        let late = answer.is_err();
        while !late && asked.elapsed() < PATIENCE && matches!(child.try_wait(), Ok(None)) {
            std::thread::sleep(PAUSE);
        }
        // Gone already, as a rule. Ended so that the feeder's pipe breaks, too.
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
