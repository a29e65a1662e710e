//! Why a key did not move, in a person's words.

use jiff::Timestamp;

use crate::aws_error::AwsError;
use crate::draft::DraftError;
use crate::lock::LockError;
use crate::ports::ListedKey;
use crate::problem::Problem;
use crate::profile::{AccessKeyId, ProfileName};
use crate::refresh::RefreshError;
use crate::settings::SettingsError;
use crate::state::StateError;
use crate::vault::VaultError;

/// Why a key did not move. Every step leaves a key that works.
#[derive(Debug, thiserror::Error)]
pub enum KeysError {
    /// See [`RefreshError`].
    #[error(transparent)]
    Profile(#[from] RefreshError),
    /// What stands in the way.
    #[error("{}", .0.message)]
    Refused(Problem),
    /// See [`VaultError`].
    #[error(transparent)]
    Keychain(#[from] VaultError),
    /// See [`DraftError`].
    #[error(transparent)]
    Files(#[from] DraftError),
    /// See [`SettingsError`].
    #[error(transparent)]
    Settings(#[from] SettingsError),
    /// See [`StateError`].
    #[error(transparent)]
    State(#[from] StateError),
    /// See [`LockError`].
    #[error(transparent)]
    Lock(#[from] LockError),
    /// AWS does not take the key, so nothing was changed.
    #[error("AWS does not accept the access key {id}: {}", reason(.source))]
    NotProved {
        /// The key.
        id: AccessKeyId,
        /// What AWS said.
        source: AwsError,
    },
    /// IAM refused a step of a rotation.
    #[error("AWS did not {doing}: {}", reason(.source))]
    Iam {
        /// The step, as an infinitive.
        doing: &'static str,
        /// What AWS said.
        source: AwsError,
    },
    /// IAM has two keys at most for a user, and there are two.
    #[error("the user has two access keys already, the most there may be: {}", listed(.keys))]
    TwoKeys {
        /// The profile.
        profile: ProfileName,
        /// Both, each with when it was last used, where that could be read.
        keys: Vec<(ListedKey, Option<Timestamp>)>,
        /// The one that the profile does not use, if it is switched off.
        replaceable: Option<AccessKeyId>,
    },
}

fn reason(error: &AwsError) -> String {
    match error {
        AwsError::Refused(refusal) => refusal.message.clone(),
        other => other.to_string(),
    }
}

fn listed(keys: &[(ListedKey, Option<Timestamp>)]) -> String {
    let one = |(key, used): &(ListedKey, Option<Timestamp>)| {
        let state = if key.is_active { "active" } else { "switched off" };
        let used = used.map_or_else(
            || "not known to be used".to_owned(),
            |at| format!("last used {}", at.strftime("%Y-%m-%d")),
        );
        format!(
            "{} ({state}, made {}, {used})",
            key.id,
            key.created_at.strftime("%Y-%m-%d")
        )
    };
    keys.iter().map(one).collect::<Vec<_>>().join(" and ")
}

impl KeysError {
    /// The same for every front end.
    pub fn problem(&self) -> Problem {
        match self {
            KeysError::Profile(error) => error.problem(),
            KeysError::Refused(problem) => problem.clone(),
            KeysError::Keychain(error) => Problem::new("keychain", self.to_string(), error.hint()),
            KeysError::Files(error) => error.problem(),
            KeysError::Settings(error) => error.problem(),
            KeysError::State(_) => Problem::new("state", self.to_string(), "check the state folder"),
            KeysError::Lock(error) => Problem::new("lock", self.to_string(), error.hint()),
            KeysError::NotProved { source, .. } if is_network(source) => Problem::new(
                "network",
                self.to_string(),
                "nothing was changed; check the connection and try again",
            ),
            KeysError::NotProved { .. } => Problem::new(
                "key-refused",
                self.to_string(),
                "nothing was changed; check that the key is active and belongs together with its secret",
            ),
            KeysError::Iam { source, .. } if is_network(source) => Problem::new(
                "network",
                self.to_string(),
                "check the connection, then call it again: it goes on there",
            ),
            KeysError::Iam { .. } => Problem::new(
                "iam",
                self.to_string(),
                "refresh the profile if MFA is demanded, or ask for iam:CreateAccessKey, iam:ListAccessKeys, \
                 iam:UpdateAccessKey and iam:DeleteAccessKey on your own user; then call it again",
            ),
            KeysError::TwoKeys {
                profile, replaceable, ..
            } => Problem::new(
                "two-keys",
                self.to_string(),
                match replaceable {
                    Some(id) => format!(
                        "the one that is switched off can make room: mfa-tray keys rotate {profile} --replace {id}"
                    ),
                    None => "find out who uses the other one, switch it off at AWS, and call this again".to_owned(),
                },
            ),
        }
    }

    /// What AWS said, where it did.
    pub fn aws(&self) -> Option<&AwsError> {
        match self {
            KeysError::NotProved { source, .. } | KeysError::Iam { source, .. } => Some(source),
            _ => None,
        }
    }
}

fn is_network(error: &AwsError) -> bool {
    !matches!(error, AwsError::Refused(_) | AwsError::NotMade(_))
}
