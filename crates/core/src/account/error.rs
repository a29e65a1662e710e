//! Why an account was not changed or looked at, in a person's words.

use crate::aws_error::{AwsError, Reason};
use crate::lock::LockError;
use crate::policy::{INLINE_LIMIT, PolicyError};
use crate::problem::Problem;
use crate::profile::ProfileName;
use crate::refresh::RefreshError;
use crate::state::StateError;
use crate::world::LoadError;

/// Why an account was not changed or looked at.
#[derive(Debug, thiserror::Error)]
pub enum AccountError {
    /// See [`LoadError`].
    #[error(transparent)]
    Load(#[from] LoadError),
    /// The profile stands in the way.
    #[error(transparent)]
    Profile(#[from] RefreshError),
    /// See [`PolicyError`].
    #[error(transparent)]
    Policy(#[from] PolicyError),
    /// See [`LockError`].
    #[error(transparent)]
    Lock(#[from] LockError),
    /// What comes next could not be written down, so it did not happen.
    #[error("what comes next could not be written down: {0}")]
    State(#[from] StateError),
    /// AWS said no, or nothing.
    #[error("{action}: {}", reason(.source))]
    Aws {
        /// The call, as policies name it.
        action: &'static str,
        /// What AWS said.
        source: AwsError,
    },
    /// A role, or a question about MFA, takes a session.
    #[error("{0} has no session that is good")]
    SessionNeeded(ProfileName),
    /// The profile is not an IAM user's.
    #[error("{0} is not an IAM user, so there is nothing to find out about its MFA")]
    NotAUser(ProfileName),
    /// No name that IAM takes.
    #[error("{0:?} is no name for a user: letters, digits and + = , . @ _ - are, 64 at most")]
    Name(String),
    /// A group, a user or a policy is named twice or not at all.
    #[error("{0}")]
    Wanted(String),
    /// The user is not there.
    #[error("there is no user {0} in the account")]
    NoSuchUser(String),
    /// The inline policies of a group would be too long.
    #[error("the inline policies of the group {group} would have {length} characters, {INLINE_LIMIT} are the most")]
    TooLong {
        /// The group.
        group: String,
        /// All of them together.
        length: usize,
    },
    /// A managed policy of that name says something else.
    #[error("the managed policy {0} is there already and says something else")]
    Differs(String),
    /// The account is not what it was when the plan was shown.
    #[error("the account was changed meanwhile, so nothing was done")]
    Changed,
    /// The key of a new user could not be kept, so it was taken back.
    #[error("the access key of {user} could not be saved: {reason}")]
    KeyNotKept {
        /// Whose.
        user: String,
        /// What the system said.
        reason: String,
    },
    /// No run is on record for the account.
    #[error("nothing that MFA Tray did to this account is on record")]
    NothingToUndo,
}

fn reason(error: &AwsError) -> String {
    match error {
        AwsError::Refused(refusal) => refusal.message.clone(),
        other => other.to_string(),
    }
}

impl AccountError {
    pub(super) fn aws(action: &'static str, source: AwsError) -> AccountError {
        AccountError::Aws { action, source }
    }

    /// Whether AWS refused for this reason.
    pub(super) fn is(&self, wanted: Reason) -> bool {
        matches!(self.refused(), Some(AwsError::Refused(refusal)) if refusal.reason == wanted)
    }

    /// What AWS said, where it did.
    pub fn refused(&self) -> Option<&AwsError> {
        match self {
            AccountError::Aws { source, .. } => Some(source),
            _ => None,
        }
    }

    /// The same for every front end.
    pub fn problem(&self) -> Problem {
        let own = |code, hint: String| Problem::new(code, self.to_string(), hint);
        match self {
            AccountError::Load(error) => error.problem(),
            AccountError::Profile(error) => error.problem(),
            AccountError::Policy(error) => error.problem(),
            AccountError::Lock(error) => own("lock", error.hint().to_owned()),
            AccountError::State(_) => own("state", "check the state folder, then try again".to_owned()),
            AccountError::Aws { action, source } => aws_problem(self.to_string(), action, source),
            AccountError::SessionNeeded(profile) => own(
                "session-needed",
                format!("get a session of {profile} first (`mfa-tray refresh {profile}`), then try again"),
            ),
            AccountError::NotAUser(_) => own("not-a-user", "name the profile with the user's key".to_owned()),
            AccountError::Name(_) | AccountError::Wanted(_) => own("policy", "correct it, then try again".to_owned()),
            AccountError::NoSuchUser(_) => own("no-such-user", "check the name, or have the user made too".to_owned()),
            AccountError::TooLong { .. } => own(
                "limit-exceeded",
                "have it made as a managed policy: those do not share their room".to_owned(),
            ),
            AccountError::Differs(_) => own(
                "policy",
                "have it made as an inline policy, or delete that one if nobody needs it".to_owned(),
            ),
            AccountError::Changed => own("changed", "look at what would be done again".to_owned()),
            AccountError::KeyNotKept { .. } => own(
                "file",
                "the key was deleted again; choose another place for it".to_owned(),
            ),
            AccountError::NothingToUndo => own("nothing-to-undo", "only what it did itself can be undone".to_owned()),
        }
    }
}

fn aws_problem(message: String, action: &'static str, source: &AwsError) -> Problem {
    match source {
        AwsError::Refused(refusal) => {
            let hint = match refusal.reason {
                Reason::Denied if refusal.message.contains("explicit deny") => {
                    "a policy forbids it, often until a code was given: refresh the profile, then try again".to_owned()
                }
                Reason::Denied => format!("use the profile of an administrator, or ask for {action}"),
                reason => reason.hint().to_owned(),
            };
            let code = if refusal.reason == Reason::Denied {
                "denied"
            } else {
                "iam"
            };
            Problem::new(code, message, hint)
        }
        AwsError::NotMade(_) => Problem::new("iam", message, "this is a fault of MFA Tray; please report it"),
        _ => Problem::new(
            "network",
            message,
            "check the connection, then try again: it goes on where it was",
        ),
    }
}
