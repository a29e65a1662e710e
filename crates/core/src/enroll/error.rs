//! Why a device was not enrolled, and what can be done.

use crate::aws_error::{AwsError, Reason};
use crate::enroll::ground::Ground;
use crate::enroll::policy::Action;
use crate::lock::LockError;
use crate::problem::Problem;
use crate::profile::{MfaSerial, ProfileName};
use crate::refresh::RefreshError;
use crate::refresh::error::CHECK_NETWORK;
use crate::state::StateError;
use crate::vault::VaultError;
use crate::world::{ConfigError, LoadError};

/// Why a device was not enrolled, or not cared for.
#[derive(Debug, thiserror::Error)]
pub enum EnrollError {
    /// The session that proves the device, or the profile itself, stands in the way.
    #[error(transparent)]
    Refresh(#[from] RefreshError),
    /// See [`LoadError`].
    #[error(transparent)]
    Load(#[from] LoadError),
    /// IAM said no, or nothing.
    #[error("{}", problem.message)]
    Iam {
        /// The call's error.
        source: AwsError,
        /// It in a person's words.
        problem: Problem,
    },
    /// See [`VaultError`].
    #[error(transparent)]
    Vault(#[from] VaultError),
    /// What happens next could not be written down, so it did not happen.
    #[error("what comes next could not be written down: {0}")]
    State(#[from] StateError),
    /// See [`LockError`].
    #[error(transparent)]
    Lock(#[from] LockError),
    /// The config file was not changed; the device itself is enrolled.
    #[error("the device is enrolled, but the config file was not changed: {0}")]
    Config(#[from] ConfigError),
    /// The device exists at AWS and its seed is nowhere: it can only be removed.
    #[error("the seed of the new device {} was lost when its enrolment was cut short", .0.device_name())]
    SeedLost(MfaSerial),
    /// A device that may be at AWS and that nobody here can remove.
    #[error("{} may be left at AWS, and the user may not remove it", .serial)]
    Orphan {
        /// The device.
        serial: MfaSerial,
        /// What is not allowed.
        denied: Box<EnrollError>,
    },
    /// The person has said that it shall stop.
    #[error("it was stopped")]
    Stopped,
    /// There is no enrolment to go on with.
    #[error("no enrolment of a device for {0} was left unfinished")]
    NothingUnfinished(ProfileName),
    /// One enrolment of the profile is not finished.
    #[error("the enrolment of the device {} was not finished", .0.device_name())]
    Unfinished(MfaSerial),
    /// The seed is another device's.
    #[error("this seed does not belong to the MFA device {}: AWS refused two of its codes", .0.device_name())]
    WrongSeed(MfaSerial),
    /// AWS has seen these two codes, or newer ones, or they are wrong.
    #[error("AWS did not accept two codes in a row of the MFA device")]
    PairRejected {
        /// Seconds until there is a newer pair.
        wait: i64,
    },
    /// The profile's device is not enrolled here.
    #[error("no seed is kept for {0}")]
    NotEnrolled(ProfileName),
    /// The name that was typed is not the device's.
    #[error("the name is not the device's, which is {}", .0.device_name())]
    NameDiffers(MfaSerial),
    /// The user has as many devices as AWS allows.
    #[error("the user has {0} MFA devices, which is as many as AWS allows")]
    TooMany(usize),
    /// A second factor is needed first: AWS changes the devices of a user who has one only for a session with MFA.
    #[error("AWS wants a session with MFA for this; the profile has none")]
    SessionNeeded(Vec<MfaSerial>),
}

impl EnrollError {
    /// The same for every front end.
    pub fn problem(&self) -> Problem {
        let own = |code, hint: &str| Problem::new(code, self.to_string(), hint);
        match self {
            EnrollError::Refresh(error) => error.problem(),
            EnrollError::Load(error) => error.problem(),
            EnrollError::Iam { problem, .. } => problem.clone(),
            EnrollError::Vault(error) => Problem::new(vault_code(error), error.to_string(), error.hint()),
            EnrollError::State(_) => own("state", "check the state folder, then try again"),
            EnrollError::Lock(error) => own("lock", error.hint()),
            EnrollError::Config(ConfigError::Write(error)) => own("config", &error.hint()),
            EnrollError::Config(ConfigError::Lock(error)) => own("config", error.hint()),
            EnrollError::SeedLost(_) => own("seed-lost", "remove that device, then begin again"),
            EnrollError::Orphan { denied, .. } => {
                let hint = denied.problem().hint.unwrap_or_default();
                own("orphan", &format!("a new one can be made under another name; {hint}"))
            }
            EnrollError::Stopped => own("stopped", "go on with it later, from where it was"),
            EnrollError::NothingUnfinished(_) => own("nothing-unfinished", "begin a new one"),
            EnrollError::Unfinished(_) => own(
                "unfinished",
                "go on with it (mfa-tray enroll PROFILE --resume), or remove what it left (--clean-up)",
            ),
            EnrollError::WrongSeed(_) => own(
                "seed-wrong",
                "check that the picture or text is of this device and not of an older one; nothing was stored",
            ),
            EnrollError::PairRejected { .. } => own(
                "pair-rejected",
                "try again in a minute; if it stays, the device was replaced at AWS: set it up again",
            ),
            EnrollError::NotEnrolled(_) => own("not-enrolled", "set its device up with mfa-tray enroll"),
            EnrollError::NameDiffers(_) => own("name-differs", "type the name exactly to delete the device"),
            EnrollError::TooMany(_) => own("limit-exceeded", Reason::LimitExceeded.hint()),
            EnrollError::SessionNeeded(_) => own("session-needed", "get a session with a code first, then try again"),
        }
    }

    /// How many seconds until the next code, where that may be all that is missing.
    pub fn wait(&self) -> Option<i64> {
        match self {
            EnrollError::Refresh(error) => error.wait(),
            EnrollError::PairRejected { wait } => Some(*wait),
            _ => None,
        }
    }

    /// Whether a policy is in the way.
    pub(crate) fn is_denied(&self) -> bool {
        matches!(self, EnrollError::Iam { source: AwsError::Refused(refusal), .. } if refusal.reason == Reason::Denied)
    }

    /// Whether the same step may work if it is tried again as it is.
    pub fn can_retry(&self) -> bool {
        match self {
            EnrollError::Iam { source, .. } => !matches!(
                source,
                AwsError::Refused(refusal) if matches!(refusal.reason, Reason::AlreadyExists | Reason::KeyNotAccepted)
            ),
            EnrollError::SeedLost(_)
            | EnrollError::Orphan { .. }
            | EnrollError::NothingUnfinished(_)
            | EnrollError::Unfinished(_)
            | EnrollError::WrongSeed(_)
            | EnrollError::NotEnrolled(_)
            | EnrollError::NameDiffers(_)
            | EnrollError::Load(_) => false,
            EnrollError::Vault(error) => !matches!(error, VaultError::Missing(_) | VaultError::Newer(_)),
            _ => true,
        }
    }
}

pub(crate) fn vault_code(error: &VaultError) -> &'static str {
    match error {
        VaultError::Unavailable(_) | VaultError::NotKept(_) => "keychain",
        VaultError::Missing(_) | VaultError::Damaged(_) | VaultError::Newer(_) => "seed-missing",
    }
}

/// Puts an error of IAM into a person's words, with the statement that a policy lacks.
pub(super) fn iam(ground: &Ground, action: Action, source: AwsError) -> EnrollError {
    let (message, hint) = match &source {
        AwsError::Refused(refusal) if refusal.reason == Reason::Denied => {
            let statement = action.statement(&ground.partition, &ground.account);
            let hint = if refusal.message.contains("explicit deny") {
                format!(
                    "a policy forbids it, often until a code was given; ask an administrator to except it, and to have this statement:\n{statement}"
                )
            } else {
                format!("ask an administrator to add this statement to a policy of the user:\n{statement}")
            };
            (format!("no policy lets {} call {}", ground.user, action.name()), hint)
        }
        AwsError::Refused(refusal) => match (action, refusal.reason) {
            (Action::CreateVirtualMfaDevice, Reason::LimitExceeded) => (
                "the account has as many virtual MFA devices as AWS allows".to_owned(),
                "ask an administrator to delete those that are nobody's".to_owned(),
            ),
            (Action::EnableMfaDevice, Reason::AlreadyExists) => (
                "the MFA device is somebody's already".to_owned(),
                "look at the user's MFA devices in IAM, then try again".to_owned(),
            ),
            (_, reason) => {
                let own = reason.message().map(str::to_owned);
                let message = own.unwrap_or_else(|| format!("AWS refused: {} ({})", refusal.message, refusal.code));
                (message, reason.hint().to_owned())
            }
        },
        AwsError::Throttled | AwsError::ServerFault(_) => (source.to_string(), "wait a minute, then try again".into()),
        AwsError::NotAws(_) => (
            source.to_string(),
            "check whether a captive portal or proxy answers instead of AWS, then try again".into(),
        ),
        AwsError::ProxyAuthentication => (
            source.to_string(),
            "put the user name and password into HTTPS_PROXY".into(),
        ),
        AwsError::Unreachable { .. } | AwsError::Unanswered { .. } => (source.to_string(), CHECK_NETWORK.into()),
        AwsError::NotMade(_) => (source.to_string(), "check the profile's region and endpoint".into()),
    };
    let code = match &source {
        AwsError::Refused(refusal) => match refusal.reason {
            Reason::Denied => "denied",
            Reason::AlreadyExists => "already-exists",
            Reason::LimitExceeded => "limit-exceeded",
            Reason::PairRejected => "pair-rejected",
            Reason::TemporarilyUnmodifiable => "temporarily-unmodifiable",
            _ => "refused",
        },
        AwsError::NotMade(_) => "not-made",
        _ => "network",
    };
    EnrollError::Iam {
        source,
        problem: Problem::new(code, message, hint),
    }
}
