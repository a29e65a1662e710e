//! What was said already. Kept on disk, so that a restart says nothing twice.

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use super::{Announcement, Watched};
use crate::profile::ProfileName;
use crate::state::{StateError, StateFolder};

const FILE: &str = "told.json";
/// How long a session that is not in the file any more is remembered: an editor may put it back.
const REMEMBERED: SignedDuration = SignedDuration::from_hours(48);

/// What was said, by session.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Memory {
    /// By the id of the session's key.
    pub(super) sessions: BTreeMap<String, Told>,
    /// The clock was said to be wrong, and has not been right since.
    clock: bool,
}

/// What was said of one session.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Told {
    profile: String,
    expires_at: Timestamp,
    /// It was over when it was first seen.
    pub(super) was_over: bool,
    pub(super) expiring: bool,
    pub(super) expired: bool,
    pub(super) failed: bool,
    /// The person wants to hear of it later.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) quiet_until: Option<Timestamp>,
    /// It is not in the file.
    #[serde(default)]
    gone: bool,
}

impl Memory {
    /// What was said before this program was started.
    pub fn read(state: &StateFolder) -> Memory {
        state.load(FILE)
    }

    /// Writes down what was said.
    ///
    /// # Errors
    /// [`StateError`].
    pub fn write(&self, state: &StateFolder) -> Result<(), StateError> {
        state.change(FILE, |kept: &mut Memory| kept.clone_from(self))
    }

    /// Meets new sessions and loses old ones; returns the profiles of which nothing said is true any more.
    pub(super) fn follow(&mut self, now: Timestamp, watched: &[Watched]) -> Vec<String> {
        for session in watched {
            let over = now >= session.expires_at;
            let told = self.sessions.entry(session.session.clone()).or_insert_with(|| Told {
                profile: session.profile.to_string(),
                expires_at: session.expires_at,
                was_over: over,
                // Nobody is told in the morning of what they saw end last week.
                expiring: over,
                expired: over,
                failed: false,
                quiet_until: None,
                gone: false,
            });
            told.gone = false;
        }
        let mut withdrawn = Vec::new();
        self.sessions.retain(|id, told| {
            if watched.iter().any(|session| session.session == *id) {
                return true;
            }
            let said = told.expired || told.expiring || told.failed;
            if !told.gone && said && !told.was_over {
                withdrawn.push(told.profile.clone());
            }
            told.gone = true;
            now.duration_since(told.expires_at).abs() < REMEMBERED
        });
        withdrawn
    }

    /// The person wants to hear of the session of `profile` later: halfway to its end.
    pub fn snooze(&mut self, profile: &ProfileName, now: Timestamp) {
        let told = self.sessions.values_mut().filter(|told| !told.gone);
        for told in told.filter(|told| told.profile == profile.as_str()) {
            let left = told.expires_at.duration_since(now);
            if left > SignedDuration::ZERO {
                told.expiring = false;
                told.quiet_until = now.checked_add(left / 2).ok();
            }
        }
    }

    pub(super) fn clock(&mut self, offset: Option<i64>) -> Option<Announcement> {
        let news = offset.filter(|_| !self.clock);
        self.clock = offset.is_some();
        news.map(|seconds| Announcement::ClockWrong { seconds })
    }
}
