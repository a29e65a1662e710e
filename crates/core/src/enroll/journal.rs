//! What an enrolment has done so far, written down before each step. No secret: the seed is in the keychain or nowhere.

use std::path::PathBuf;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::file::{self, Backup};
use crate::lock::digest;
use crate::profile::{MfaSerial, ProfileName};
use crate::state::{StateError, StateFolder};

/// How far an enrolment has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum Step {
    /// The device was asked for; whether it exists is not known.
    Asked,
    /// It exists, and its seed is in this process alone.
    Made,
    /// Its seed is in the keychain.
    Kept,
    /// It is the user's, since then by this machine's clock.
    Enabled(Timestamp),
}

impl Step {
    /// Whether it comes after another.
    pub(super) fn is_after(self, other: Step) -> bool {
        let rank = |step| match step {
            Step::Asked => 0,
            Step::Made => 1,
            Step::Kept => 2,
            Step::Enabled(_) => 3,
        };
        rank(self) > rank(other)
    }
}

/// An enrolment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Journal {
    pub(super) profile: String,
    pub(super) serial: String,
    pub(super) step: Step,
}

impl Journal {
    /// The enrolment of `profile` that is not finished.
    pub(super) fn read(state: &StateFolder, profile: &ProfileName) -> Option<Journal> {
        let bytes = file::read(&path(state, profile)).ok().flatten()?;
        let journal: Journal = serde_json::from_slice(&bytes).ok()?;
        // An emptied file says that there is none; another profile's name would be a collision.
        (journal.profile == profile.as_str() && journal.serial().is_some()).then_some(journal)
    }

    /// Writes it down.
    pub(super) fn write(&self, state: &StateFolder, profile: &ProfileName) -> Result<(), StateError> {
        let bytes = serde_json::to_vec_pretty(self)?;
        file::replace(&path(state, profile), Backup::Never, |_| {
            Ok::<_, StateError>(bytes.clone())
        })
        .map(drop)
    }

    /// Forgets the enrolment of `profile`.
    pub(super) fn remove(state: &StateFolder, profile: &ProfileName) -> Result<(), StateError> {
        let path = path(state, profile);
        match std::fs::remove_file(&path) {
            Err(source) if source.kind() != std::io::ErrorKind::NotFound => {
                Err(StateError::File(file::FileError::Io {
                    path,
                    doing: "removed",
                    source,
                }))
            }
            _ => Ok(()),
        }
    }

    pub(super) fn serial(&self) -> Option<MfaSerial> {
        MfaSerial::parse(&self.serial).ok()
    }
}

fn path(state: &StateFolder, profile: &ProfileName) -> PathBuf {
    let name = digest(&[profile.as_str().as_bytes()]);
    state.enrolments().join(format!("{name}.json"))
}
