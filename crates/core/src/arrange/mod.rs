//! Profiles as a person arranges them: written, renamed, copied, removed, and converted so that the session has the name.
//!
//! Each verb makes a [`Draft`] of both files; what the settings say of the profile follows once that was written.

mod convert;
mod profile;

use crate::aws_files::WriteError;
use crate::draft::DraftError;
use crate::problem::Problem;
use crate::profile::ProfileName;
use crate::settings::SettingsError;
use crate::world::LoadError;

pub use convert::{convert, settle as settle_convert, undo_convert};
pub use profile::{NewProfile, add, duplicate, remove, rename, users_of};

/// Why there is no draft. Nothing was changed.
#[derive(Debug, thiserror::Error)]
pub enum ArrangeError {
    /// See [`LoadError`].
    #[error(transparent)]
    Load(#[from] LoadError),
    /// No such profile.
    #[error("there is no profile {0}")]
    Unknown(ProfileName),
    /// What stands in the way.
    #[error("{}", .0.message)]
    Refused(Problem),
    /// See [`DraftError`].
    #[error(transparent)]
    Draft(#[from] DraftError),
    /// See [`WriteError`].
    #[error(transparent)]
    Write(#[from] WriteError),
    /// See [`SettingsError`].
    #[error(transparent)]
    Settings(#[from] SettingsError),
}

impl ArrangeError {
    /// The same for every front end.
    pub fn problem(&self) -> Problem {
        match self {
            ArrangeError::Load(error) => error.problem(),
            ArrangeError::Unknown(_) => Problem::new(
                "unknown",
                self.to_string(),
                "`mfa-tray list` shows the profiles there are",
            ),
            ArrangeError::Refused(problem) => problem.clone(),
            ArrangeError::Draft(error) => error.problem(),
            ArrangeError::Write(error) => Problem::new("file", self.to_string(), error.hint()),
            ArrangeError::Settings(error) => error.problem(),
        }
    }
}

fn refused<T>(message: String, hint: impl Into<String>) -> Result<T, ArrangeError> {
    Err(ArrangeError::Refused(Problem::new("arrange", message, hint.into())))
}
