//! Why there is no session, in a person's words.

use jiff::SignedDuration;

use crate::aws_error::{AwsError, Reason};
use crate::aws_files::WriteError;
use crate::enroll::vault_code;
use crate::ledger::CodeRefused;
use crate::lock::LockError;
use crate::ports::{Caller, CodeCommandError};
use crate::problem::Problem;
use crate::profile::{MfaSerial, ProfileName};
use crate::refresh::CLOCK_TOLERANCE;
use crate::refresh::prepare::Prepared;
use crate::secret::AccessKey;
use crate::session::Session;
use crate::state::StateError;
use crate::vault::VaultError;
use crate::world::{LoadError, Loaded, World};

/// Why there is no session.
#[derive(Debug, thiserror::Error)]
pub enum RefreshError {
    /// See [`LoadError`].
    #[error(transparent)]
    Load(#[from] LoadError),
    /// No such profile.
    #[error("there is no profile {0}")]
    UnknownProfile(ProfileName),
    /// The profile, its settings or its target stand in the way.
    #[error("{}", .0.message)]
    Profile(Problem),
    /// The target section is not ours to write.
    #[error("{}", .0.message)]
    Target(Problem),
    /// Everything is ready but the code.
    #[error("a code of the MFA device {} is needed", .0.device_name())]
    CodeNeeded(MfaSerial),
    /// The code that was given is used up, and one more is needed.
    #[error("another code of the MFA device {} is needed: {why}", .serial.device_name())]
    AnotherCode {
        /// The device.
        serial: MfaSerial,
        /// What the first did not do.
        why: String,
    },
    /// The user has several devices.
    #[error("the user has {} MFA devices: which one?", .0.len())]
    ChooseDevice(Vec<MfaSerial>),
    /// The user's device cannot be found out.
    #[error("the MFA device of {profile} is not known: {reason}")]
    SerialNeeded {
        /// The profile.
        profile: ProfileName,
        /// Why it could not be asked for.
        reason: String,
    },
    /// The keychain does not give the seed out.
    #[error(transparent)]
    Keychain(#[from] VaultError),
    /// The program that the settings name for codes gave none.
    #[error(transparent)]
    CodeCommand(#[from] CodeCommandError),
    /// AWS refused two codes in a row that the seed gave.
    #[error("AWS refused two codes made from the seed of the MFA device {}", .0.device_name())]
    SeedRejected(MfaSerial),
    /// Asked for, and outside what STS accepts. Of a profile that says so itself it is [`RefreshError::Profile`].
    #[error("a session lasts from 900 to 129600 seconds, not {0}")]
    Duration(u32),
    /// The same of a role.
    #[error("the session of a role lasts from 900 to 43200 seconds, not {0}")]
    RoleDuration(u32),
    /// See [`CodeRefused`].
    #[error(transparent)]
    Code(#[from] CodeRefused),
    /// See [`AwsError`].
    #[error("{message}")]
    Aws {
        /// The call's error.
        source: AwsError,
        /// It in a person's words.
        message: String,
        /// The next step.
        hint: String,
    },
    /// See [`WriteError`].
    #[error(transparent)]
    Write(#[from] WriteError),
    /// See [`LockError`].
    #[error(transparent)]
    Lock(#[from] LockError),
    /// The session is in the keychain, and that could not be written down.
    #[error("the session was made, but not where it is: {0}")]
    NotRemembered(StateError),
    /// The ledger could not be written, so the code was not sent.
    #[error("the code was not sent, because its use could not be written down: {0}")]
    Ledger(StateError),
}
impl RefreshError {
    /// How many seconds until the next code, where that is all that is missing.
    pub fn wait(&self) -> Option<i64> {
        match self {
            RefreshError::Code(CodeRefused::NoneLeft { wait }) => Some(*wait),
            _ => None,
        }
    }

    /// Whether it only asks for something: a code, a device, a little time. Nothing has failed then.
    pub fn is_question(&self) -> bool {
        matches!(
            self,
            RefreshError::CodeNeeded(_)
                | RefreshError::AnotherCode { .. }
                | RefreshError::ChooseDevice(_)
                | RefreshError::SerialNeeded { .. }
                | RefreshError::Code(_)
        )
    }

    /// Whether trying again later may help without anybody doing something about it.
    pub fn is_passing(&self) -> bool {
        match self {
            RefreshError::Aws { source, .. } => !matches!(source, AwsError::Refused(_) | AwsError::NotMade(_)),
            RefreshError::Code(_)
            | RefreshError::Lock(_)
            | RefreshError::Ledger(_)
            | RefreshError::NotRemembered(_) => true,
            _ => false,
        }
    }

    /// The same for every front end.
    pub fn problem(&self) -> Problem {
        let own = |code, hint: &str| Problem::new(code, self.to_string(), hint);
        match self {
            RefreshError::Load(error) => error.problem(),
            RefreshError::UnknownProfile(_) => own("unknown-profile", "`mfa-tray list` shows the profiles there are"),
            RefreshError::Profile(problem) | RefreshError::Target(problem) => problem.clone(),
            RefreshError::CodeNeeded(_) | RefreshError::AnotherCode { .. } => {
                own("code-needed", "type the code that the device shows")
            }
            RefreshError::ChooseDevice(serials) => {
                let serials: Vec<_> = serials.iter().map(ToString::to_string).collect();
                own(
                    "choose-device",
                    &format!("name one with --serial: {}", serials.join(", ")),
                )
            }
            RefreshError::SerialNeeded { .. } => own(
                "serial-needed",
                "give the device's ARN with --serial, or set mfa_serial in the profile",
            ),
            RefreshError::Keychain(error) => own(vault_code(error), error.hint()),
            RefreshError::CodeCommand(_) => own(
                "code-command",
                "try it on a terminal, and correct code_command in settings.toml; until then a typed code works too",
            ),
            RefreshError::SeedRejected(_) => own(
                "seed-wrong",
                "resync the device, or set it up again if it was replaced at AWS; until then a typed code works too",
            ),
            RefreshError::Duration(_) | RefreshError::RoleDuration(_) => Problem {
                code: "duration",
                message: self.to_string(),
                hint: None,
            },
            RefreshError::Code(CodeRefused::Used { .. }) => {
                own("code-used", "wait, then use the code the device shows")
            }
            RefreshError::Code(CodeRefused::NoneLeft { .. }) => own("code-used", "wait for the next code"),
            RefreshError::Code(CodeRefused::BudgetSpent { .. }) => {
                own("budget-spent", "wait, then try again with the code of then")
            }
            RefreshError::Aws { hint, .. } => own("aws", hint),
            RefreshError::Write(error) => own("file", &error.hint()),
            RefreshError::Lock(error) => own("lock", error.hint()),
            RefreshError::Ledger(_) | RefreshError::NotRemembered(_) => own("state", "check the state folder"),
        }
    }
}

/// Puts a call's error into a person's words.
pub(crate) fn explain(world: &World, loaded: &Loaded, prepared: &Prepared<'_>, source: AwsError) -> RefreshError {
    let offset = world.state.clock_offset().map_or(0, |offset| offset.seconds);
    let (mut message, mut hint) = match &source {
        AwsError::Refused(refusal) => {
            let own = refusal.reason.message().map(str::to_owned);
            (
                own.unwrap_or_else(|| format!("AWS refused: {} ({})", refusal.message, refusal.code)),
                refusal.reason.hint().to_owned(),
            )
        }
        AwsError::Throttled | AwsError::ServerFault(_) => {
            (source.to_string(), "wait a minute, then use the next code".to_owned())
        }
        AwsError::NotAws(_) => (
            source.to_string(),
            "check whether a captive portal or proxy answers instead of AWS, then use the next code".to_owned(),
        ),
        AwsError::Unreachable { reason, .. } if reason.contains("407") => (
            source.to_string(),
            "put the user name and password into HTTPS_PROXY; the code was not sent".to_owned(),
        ),
        AwsError::ProxyAuthentication => (
            source.to_string(),
            "put the user name and password into HTTPS_PROXY".to_owned(),
        ),
        AwsError::Unreachable { reason, .. } if reason.contains("certificate") => (
            source.to_string(),
            "where a company looks into connections, AWS_CA_BUNDLE, or ca_bundle of the profile, names its certificates; \
             the code was not sent"
                .to_owned(),
        ),
        AwsError::Unreachable { .. } => (
            source.to_string(),
            "check the network, then try again; the code was not sent".to_owned(),
        ),
        AwsError::Unanswered { .. } => (
            source.to_string(),
            "check the network, then use the next code: this one may have arrived".to_owned(),
        ),
        AwsError::NotMade(_) => (source.to_string(), "check the profile's region and endpoint".to_owned()),
    };
    if let AwsError::Refused(refusal) = &source {
        if matches!(refusal.reason, Reason::CodeRejected | Reason::ClockSkew) && offset.abs() > CLOCK_TOLERANCE {
            hint = clock_sentence(offset) + "; set it, then try again";
        }
        if refusal.reason == Reason::KeyNotAccepted
            && let Some(account) = account_of(world, loaded, prepared)
        {
            message = format!("{message}; it belongs to the account {account}");
        }
    }
    RefreshError::Aws { source, message, hint }
}

/// What to do when AWS did not answer.
pub(crate) const CHECK_NETWORK: &str = "check the network, then try again";

/// Other hints speak of the code that was sent; none was.
pub(crate) fn without_a_code(error: RefreshError) -> RefreshError {
    match error {
        RefreshError::Aws { source, message, .. } if !matches!(source, AwsError::Refused(_)) => RefreshError::Aws {
            source,
            message,
            hint: CHECK_NETWORK.to_owned(),
        },
        error => error,
    }
}

/// How wrong the clock is, in words. `offset` is what must be added to it, in seconds.
pub fn clock_sentence(offset: i64) -> String {
    let direction = if offset > 0 { "slow" } else { "fast" };
    let amount = SignedDuration::from_secs(offset.abs());
    let amount = match amount.as_secs() {
        0..120 => format!("{} s", amount.as_secs()),
        120..7200 => format!("{} min", amount.as_mins()),
        _ => format!("{} h", amount.as_hours()),
    };
    format!("this computer's clock is {amount} {direction} (AWS says so)")
}

/// Asks, with the session of some other profile, whose the key is that AWS does not accept.
fn account_of(world: &World, loaded: &Loaded, prepared: &Prepared<'_>) -> Option<String> {
    let now = world.aws_time();
    let (properties, session) = loaded.catalog.entries.iter().find_map(|entry| {
        let properties = loaded.files.profile(&entry.target.as_ref()?.section)?;
        let session = Session::read(properties, None, |_| None)
            .filter(|session| session.expires_at.is_some_and(|end| end > now))?;
        Some((properties, session))
    })?;
    let key = AccessKey {
        id: session.access_key_id,
        secret: properties.secret("aws_secret_access_key")?.clone(),
        session_token: properties.secret("aws_session_token").cloned(),
    };
    let endpoint = loaded.endpoint(world, properties, None).ok()?;
    world
        .aws
        .access_key_account(&Caller { key, endpoint }, &prepared.key.id)
        .result
        .ok()
}
