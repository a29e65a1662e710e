//! Why a command did not do what it was asked.

use mfa_tray_core::aws_error::{AwsError, Reason};
use mfa_tray_core::backup::BackupError;
use mfa_tray_core::enroll::EnrollError;
use mfa_tray_core::ledger::CodeRefused;
use mfa_tray_core::problem::Problem as CoreProblem;
use mfa_tray_core::profile::MfaSerial;
use mfa_tray_core::refresh::RefreshError;
use mfa_tray_core::vault::VaultError;
use serde::Serialize;

use super::sentence;

/// What the window does differently about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "kebab-case")]
pub(crate) enum FailureCode {
    CodeNeeded,
    CodeRejected,
    CodeUsed,
    SerialNeeded,
    ChooseDevice,
    BudgetSpent,
    Refused,
    Network,
    File,
    Clock,
    Keychain,
    SeedMissing,
    SeedWrong,
    NoDevice,
    Dismissed,
    Other,
}

/// Why a command did not do what it was asked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub(crate) struct Failure {
    pub(crate) code: FailureCode,
    /// What exactly is wrong, by its [`Problem`]'s code, where that is known.
    pub(crate) about: Option<String>,
    pub(crate) message: String,
    pub(crate) hint: Option<String>,
    /// Seconds until a try makes sense.
    #[cfg_attr(test, ts(type = "number | null"))]
    pub(crate) wait_seconds: Option<i64>,
    /// The devices to choose from.
    pub(crate) devices: Vec<String>,
}

impl Failure {
    pub(crate) fn new(code: FailureCode, message: impl AsRef<str>) -> Failure {
        Failure {
            code,
            about: None,
            message: sentence(message.as_ref()),
            hint: None,
            wait_seconds: None,
            devices: Vec::new(),
        }
    }

    fn with_hint(mut self, hint: impl AsRef<str>) -> Failure {
        self.hint = Some(sentence(hint.as_ref()));
        self
    }

    pub(crate) fn of_problem(code: FailureCode, problem: &CoreProblem) -> Failure {
        Failure {
            about: Some(problem.code.to_owned()),
            hint: problem.hint.as_deref().map(sentence),
            ..Failure::new(code, &problem.message)
        }
    }

    /// Why a device was not enrolled.
    pub(crate) fn of_enrolment(error: &EnrollError) -> Failure {
        let problem = error.problem();
        let code = match error {
            EnrollError::Refresh(error) => return Failure::from(error),
            EnrollError::Iam { source, .. } => aws_code(source),
            EnrollError::Vault(error) => vault_code(error),
            EnrollError::WrongSeed(_) => FailureCode::SeedWrong,
            EnrollError::SessionNeeded(_) => FailureCode::CodeNeeded,
            EnrollError::Load(_) | EnrollError::Config(_) => FailureCode::File,
            _ => FailureCode::Other,
        };
        Failure::of_problem(code, &problem)
    }

    /// Why there is no backup, or nothing was restored.
    pub(crate) fn of_backup(error: &BackupError) -> Failure {
        let code = match error {
            BackupError::Vault(error) => vault_code(error),
            BackupError::File(_) | BackupError::Load(_) => FailureCode::File,
            _ => FailureCode::Other,
        };
        Failure::of_problem(code, &error.problem())
    }

    /// Whether the network, not AWS, stood in the way.
    pub(crate) fn is_network(&self) -> bool {
        self.code == FailureCode::Network
    }
}

impl From<&RefreshError> for Failure {
    fn from(error: &RefreshError) -> Failure {
        let plain = |code| Failure::new(code, error.to_string());
        match error {
            RefreshError::Load(source) => Failure::of_problem(FailureCode::File, &source.problem()),
            RefreshError::UnknownProfile(_) | RefreshError::Duration(_) | RefreshError::RoleDuration(_) => {
                plain(FailureCode::Other)
            }
            RefreshError::Profile(problem) if problem.code == "no-device" => {
                Failure::of_problem(FailureCode::NoDevice, problem)
            }
            RefreshError::Profile(problem) => Failure::of_problem(FailureCode::Refused, problem),
            RefreshError::Target(problem) => Failure::of_problem(FailureCode::File, problem),
            RefreshError::CodeNeeded(serial) | RefreshError::AnotherCode { serial, .. } => {
                with_devices(plain(FailureCode::CodeNeeded), std::slice::from_ref(serial))
            }
            RefreshError::ChooseDevice(serials) => with_devices(plain(FailureCode::ChooseDevice), serials),
            RefreshError::SerialNeeded { .. } => plain(FailureCode::SerialNeeded),
            RefreshError::Code(CodeRefused::Used { wait }) => Failure {
                wait_seconds: Some(*wait),
                ..Failure::new(FailureCode::CodeUsed, "That code was already used.")
            },
            RefreshError::Code(CodeRefused::NoneLeft { wait }) => Failure {
                wait_seconds: Some(*wait),
                ..Failure::new(FailureCode::CodeUsed, "Every code of now was already used.")
            },
            RefreshError::Keychain(source) => Failure::of_problem(vault_code(source), &error.problem()),
            RefreshError::CodeCommand(_) => Failure::of_problem(FailureCode::Other, &error.problem()),
            RefreshError::SeedRejected(_) => Failure::of_problem(FailureCode::SeedWrong, &error.problem()),
            RefreshError::Code(CodeRefused::BudgetSpent { wait }) => {
                let message =
                    "This MFA device was tried six times in three minutes; AWS would now refuse even a right code.";
                Failure {
                    wait_seconds: Some(*wait),
                    ..Failure::new(FailureCode::BudgetSpent, message)
                }
            }
            RefreshError::Aws { source, hint, .. } => plain(aws_code(source)).with_hint(hint.clone()),
            RefreshError::Write(source) => plain(FailureCode::File).with_hint(source.hint()),
            RefreshError::Lock(_) | RefreshError::Ledger(_) | RefreshError::NotRemembered(_) => {
                plain(FailureCode::Other).with_hint("Try again in a moment.")
            }
        }
    }
}

fn with_devices(failure: Failure, serials: &[MfaSerial]) -> Failure {
    Failure {
        devices: serials.iter().map(ToString::to_string).collect(),
        ..failure
    }
}

fn vault_code(error: &VaultError) -> FailureCode {
    match error {
        VaultError::Unavailable(_) | VaultError::NotKept(_) => FailureCode::Keychain,
        VaultError::Missing(_) | VaultError::Damaged(_) | VaultError::Newer(_) => FailureCode::SeedMissing,
    }
}

pub(crate) fn aws_code(error: &AwsError) -> FailureCode {
    match error {
        AwsError::Refused(refusal) => match refusal.reason {
            Reason::CodeRejected => FailureCode::CodeRejected,
            Reason::ClockSkew => FailureCode::Clock,
            _ => FailureCode::Refused,
        },
        AwsError::NotMade(_) => FailureCode::Other,
        _ => FailureCode::Network,
    }
}
