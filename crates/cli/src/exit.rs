//! Exit codes, and which failure has which.

use std::process::ExitCode;

use mfa_tray_core::aws_error::AwsError;
use mfa_tray_core::clear::ClearError;
use mfa_tray_core::problem::Problem;
use mfa_tray_core::refresh::RefreshError;
use mfa_tray_core::world::LoadError;

/// What `--help` says of them.
pub(crate) const EXIT_CODES: &str = "Exit codes:
  0  done
  1  failed
  2  the command line is wrong
  3  a code is needed
  4  AWS refused, or the code was used before or the device tried too often
  5  the keychain is not available
  6  a file was refused and left as it was
  7  network";

/// How the program ends when it does not end well.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Exit {
    Failed = 1,
    Usage = 2,
    CodeNeeded = 3,
    Refused = 4,
    File = 6,
    Network = 7,
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> ExitCode {
        ExitCode::from(exit as u8)
    }
}

/// An error with its exit code. A message that was already shown is `None`.
#[derive(Debug)]
pub(crate) struct Failure {
    pub(crate) exit: Exit,
    pub(crate) message: String,
    pub(crate) hint: Option<String>,
}

impl Failure {
    pub(crate) fn new(exit: Exit, message: impl Into<String>) -> Failure {
        Failure {
            exit,
            message: message.into(),
            hint: None,
        }
    }

    fn of_problem(exit: Exit, problem: &Problem) -> Failure {
        Failure {
            exit,
            message: problem.message.clone(),
            hint: problem.hint.clone(),
        }
    }

    pub(crate) fn with_hint(mut self, hint: impl Into<String>) -> Failure {
        self.hint = Some(hint.into());
        self
    }

    /// A program that reads our output and stops listening is no failure of ours.
    pub(crate) fn is_broken_pipe(&self) -> bool {
        self.message.is_empty()
    }
}

impl From<LoadError> for Failure {
    fn from(error: LoadError) -> Failure {
        Failure::of_problem(Exit::File, &error.problem())
    }
}

impl From<mfa_tray_system::PlaceError> for Failure {
    fn from(error: mfa_tray_system::PlaceError) -> Failure {
        Failure::new(Exit::Failed, error.to_string()).with_hint("set HOME")
    }
}

impl From<ClearError> for Failure {
    fn from(error: ClearError) -> Failure {
        match &error {
            ClearError::Lock(source) => Failure::new(Exit::Failed, error.to_string()).with_hint(source.hint()),
            ClearError::Write(source) => Failure::new(Exit::File, error.to_string()).with_hint(source.hint()),
        }
    }
}

impl From<std::io::Error> for Failure {
    fn from(error: std::io::Error) -> Failure {
        let message = if error.kind() == std::io::ErrorKind::BrokenPipe {
            String::new()
        } else {
            error.to_string()
        };
        Failure::new(Exit::Failed, message)
    }
}

impl From<RefreshError> for Failure {
    fn from(error: RefreshError) -> Failure {
        let plain = |exit| Failure::new(exit, error.to_string());
        match &error {
            RefreshError::Load(_) => match error {
                RefreshError::Load(error) => error.into(),
                other => Failure::new(Exit::Failed, other.to_string()),
            },
            RefreshError::UnknownProfile(_) => {
                plain(Exit::Failed).with_hint("`mfa-tray list` shows the profiles there are")
            }
            RefreshError::Profile(problem) => Failure::of_problem(Exit::Failed, problem),
            RefreshError::Target(problem) => Failure::of_problem(Exit::File, problem),
            RefreshError::CodeNeeded(_) => {
                plain(Exit::CodeNeeded).with_hint("give it with --code CODE, or run this on a terminal")
            }
            RefreshError::ChooseDevice(serials) => {
                let serials: Vec<_> = serials.iter().map(ToString::to_string).collect();
                plain(Exit::Usage).with_hint(format!("name one with --serial: {}", serials.join(", ")))
            }
            RefreshError::SerialNeeded { .. } => {
                plain(Exit::Usage).with_hint("give the device's ARN with --serial, or set mfa_serial in the profile")
            }
            RefreshError::Duration(_) => plain(Exit::Usage),
            RefreshError::Code(_) => plain(Exit::Refused).with_hint("wait, then use the code the device shows"),
            RefreshError::Aws { source, hint, .. } => plain(exit_of(source)).with_hint(hint.clone()),
            RefreshError::Write(source) => plain(Exit::File).with_hint(source.hint()),
            RefreshError::Lock(source) => plain(Exit::Failed).with_hint(source.hint()),
            RefreshError::Ledger(_) => plain(Exit::Failed).with_hint("check the state folder"),
        }
    }
}

fn exit_of(error: &AwsError) -> Exit {
    match error {
        AwsError::Refused(_) => Exit::Refused,
        AwsError::NotMade(_) => Exit::Failed,
        _ => Exit::Network,
    }
}
