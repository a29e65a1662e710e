//! Exit codes, and which failure has which.

use std::process::ExitCode;

use mfa_tray_core::account::AccountError;
use mfa_tray_core::arrange::ArrangeError;
use mfa_tray_core::aws_error::AwsError;
use mfa_tray_core::backup::BackupError;
use mfa_tray_core::clear::ClearError;
use mfa_tray_core::draft::DraftError;
use mfa_tray_core::enroll::EnrollError;
use mfa_tray_core::keys::KeysError;
use mfa_tray_core::policy::PolicyError;
use mfa_tray_core::problem::Problem;
use mfa_tray_core::refresh::RefreshError;
use mfa_tray_core::setup::SetupError;
use mfa_tray_core::standing_in::StandingInError;
use mfa_tray_core::vault::VaultError;
use mfa_tray_core::world::{ConfigError, LoadError};

/// What `--help` says of them.
pub(crate) const EXIT_CODES: &str = "Exit codes:
  0  done
  1  failed
  2  the command line is wrong
  3  a code is needed
  4  AWS refused, or the code was used before or the device tried too often
  5  the keychain is not available
  6  a file was refused and left as it was
  7  network
Of several profiles, the highest of theirs";

/// What `exec --help` says of them.
pub(crate) const EXEC_EXIT_CODES: &str = "Exit codes: those of the command. When it does not come to run:
  126  it cannot be run
  127  it was not found
  1 to 7 as `mfa-tray --help` has them: there is no session for it";

/// What `lint --help` says of them.
pub(crate) const LINT_EXIT_CODES: &str = "Exit codes:
  0  no problem is left; there may be notes
  1  there are problems, or it failed
  2  the command line is wrong
  6  a file was refused and left as it was";

/// What `doctor --help` says of them.
pub(crate) const DOCTOR_EXIT_CODES: &str = "Exit codes:
  0  all is well
  1  something is not
  2  the command line is wrong";

/// How the program ends when it does not end well.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Exit {
    Failed = 1,
    Usage = 2,
    CodeNeeded = 3,
    Refused = 4,
    Keychain = 5,
    File = 6,
    Network = 7,
    /// What shells say of a command that cannot be run.
    NotRunnable = 126,
    /// What shells say of a command that is not there.
    NotFound = 127,
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

    pub(crate) fn of_problem(exit: Exit, problem: &Problem) -> Failure {
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
            ClearError::Keychain(source) => Failure::new(Exit::Keychain, error.to_string()).with_hint(source.hint()),
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
        let problem = error.problem();
        match error {
            RefreshError::Load(error) => error.into(),
            RefreshError::CodeNeeded(_) | RefreshError::AnotherCode { .. } => {
                Failure::new(Exit::CodeNeeded, problem.message)
                    .with_hint("give it with --code CODE, or run this on a terminal")
            }
            error => Failure::of_problem(exit_of_refresh(&error), &problem),
        }
    }
}

fn exit_of_refresh(error: &RefreshError) -> Exit {
    match error {
        RefreshError::CodeNeeded(_) | RefreshError::AnotherCode { .. } => Exit::CodeNeeded,
        RefreshError::ChooseDevice(_)
        | RefreshError::SerialNeeded { .. }
        | RefreshError::Duration(_)
        | RefreshError::RoleDuration(_) => Exit::Usage,
        RefreshError::Code(_) | RefreshError::SeedRejected(_) => Exit::Refused,
        RefreshError::CodeCommand(_) => Exit::Failed,
        RefreshError::Keychain(error) => exit_of_vault(error),
        RefreshError::Aws { source, .. } => exit_of(source),
        RefreshError::Load(_) | RefreshError::Target(_) | RefreshError::Write(_) => Exit::File,
        RefreshError::UnknownProfile(_)
        | RefreshError::Profile(_)
        | RefreshError::Lock(_)
        | RefreshError::Ledger(_)
        | RefreshError::NotRemembered(_) => Exit::Failed,
    }
}

fn exit_of_vault(error: &VaultError) -> Exit {
    match error {
        VaultError::Unavailable(_) | VaultError::NotKept(_) => Exit::Keychain,
        VaultError::Missing(_) | VaultError::Damaged(_) | VaultError::Newer(_) => Exit::Failed,
    }
}

impl From<EnrollError> for Failure {
    fn from(error: EnrollError) -> Failure {
        let problem = error.problem();
        let exit = match error {
            EnrollError::Refresh(error) => return error.into(),
            EnrollError::Load(error) => return error.into(),
            EnrollError::Iam { source, .. } => exit_of(&source),
            EnrollError::Vault(error) => exit_of_vault(&error),
            EnrollError::Config(_) => Exit::File,
            EnrollError::WrongSeed(_) => Exit::Refused,
            EnrollError::SessionNeeded(_) => Exit::CodeNeeded,
            EnrollError::NameDiffers(_) => Exit::Usage,
            _ => Exit::Failed,
        };
        Failure::of_problem(exit, &problem)
    }
}

impl From<ArrangeError> for Failure {
    fn from(error: ArrangeError) -> Failure {
        let problem = error.problem();
        let exit = match error {
            ArrangeError::Unknown(_) => Exit::Failed,
            _ => Exit::File,
        };
        Failure::of_problem(exit, &problem)
    }
}

impl From<DraftError> for Failure {
    fn from(error: DraftError) -> Failure {
        Failure::of_problem(Exit::File, &error.problem())
    }
}

impl From<KeysError> for Failure {
    fn from(error: KeysError) -> Failure {
        let problem = error.problem();
        let exit = match &error {
            KeysError::Keychain(error) => exit_of_vault(error),
            KeysError::NotProved { source, .. } | KeysError::Iam { source, .. } => exit_of(source),
            KeysError::Files(_) | KeysError::Settings(_) => Exit::File,
            KeysError::TwoKeys { .. } => Exit::Refused,
            KeysError::Profile(_) | KeysError::Refused(_) | KeysError::State(_) | KeysError::Lock(_) => Exit::Failed,
        };
        match error {
            KeysError::Profile(error) => error.into(),
            _ => Failure::of_problem(exit, &problem),
        }
    }
}

impl From<AccountError> for Failure {
    fn from(error: AccountError) -> Failure {
        let problem = error.problem();
        let exit = match &error {
            AccountError::Aws { source, .. } => exit_of(source),
            AccountError::Policy(_) | AccountError::Name(_) | AccountError::Wanted(_) => Exit::Usage,
            AccountError::SessionNeeded(_) => Exit::CodeNeeded,
            AccountError::KeyNotKept { .. } => Exit::File,
            _ => Exit::Failed,
        };
        match error {
            AccountError::Profile(error) => error.into(),
            AccountError::Load(error) => error.into(),
            _ => Failure::of_problem(exit, &problem),
        }
    }
}

impl From<PolicyError> for Failure {
    fn from(error: PolicyError) -> Failure {
        Failure::of_problem(Exit::Usage, &error.problem())
    }
}

impl From<SetupError> for Failure {
    fn from(error: SetupError) -> Failure {
        let problem = error.problem();
        let exit = match error {
            SetupError::Profile(error) => return error.into(),
            SetupError::Keychain(error) => exit_of_vault(&error),
            SetupError::Refused(_) | SetupError::Config(ConfigError::Write(_)) | SetupError::Write(_) => Exit::File,
            SetupError::Config(ConfigError::Lock(_)) | SetupError::Lock(_) => Exit::Failed,
        };
        Failure::of_problem(exit, &problem)
    }
}

impl From<StandingInError> for Failure {
    fn from(error: StandingInError) -> Failure {
        let problem = error.problem();
        let exit = match error {
            StandingInError::Profile(error) => return error.into(),
            StandingInError::Lock(_) => Exit::Failed,
            StandingInError::Refused(_) | StandingInError::Settings(_) | StandingInError::Write(_) => Exit::File,
        };
        Failure::of_problem(exit, &problem)
    }
}

impl From<BackupError> for Failure {
    fn from(error: BackupError) -> Failure {
        let problem = error.problem();
        let exit = match error {
            BackupError::Vault(error) => exit_of_vault(&error),
            BackupError::File(_) => Exit::File,
            BackupError::TooShort | BackupError::Differ => Exit::Usage,
            _ => Exit::Failed,
        };
        Failure::of_problem(exit, &problem)
    }
}

fn exit_of(error: &AwsError) -> Exit {
    match error {
        AwsError::Refused(_) => Exit::Refused,
        AwsError::NotMade(_) => Exit::Failed,
        _ => Exit::Network,
    }
}
