//! Renewals that failed, and when to try again.

use std::collections::BTreeMap;
use std::hash::{DefaultHasher, Hash as _, Hasher as _};

use jiff::{SignedDuration, Timestamp};

use super::Watched;
use crate::profile::ProfileName;

/// The first wait; each further one is twice as long. With it there are at most three tries in a minute.
const FIRST_WAIT: SignedDuration = SignedDuration::from_secs(30);
const LONGEST_WAIT: SignedDuration = SignedDuration::from_mins(30);
/// Two hundred laptops that are opened at nine do not all call at nine.
const LONGEST_SPREAD: SignedDuration = SignedDuration::from_secs(60);

/// The renewals that failed, by profile.
#[derive(Debug, Clone, Default)]
pub struct Tries(BTreeMap<ProfileName, Tried>);

/// A renewal that failed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tried {
    /// The session that it was to replace.
    pub session: String,
    /// How often in a row.
    pub times: u32,
    /// When the last time was.
    pub at: Timestamp,
    /// Whether another try may help without anybody doing something.
    pub passing: bool,
    /// Why.
    pub message: String,
}

impl Tries {
    /// Takes in that the session of `profile` could not be renewed.
    pub fn failed(&mut self, profile: &ProfileName, session: &str, at: Timestamp, passing: bool, message: String) {
        let before = self.0.get(profile).filter(|tried| tried.session == session);
        let times = before.map_or(1, |tried| tried.times.saturating_add(1));
        let session = session.to_owned();
        let tried = Tried {
            session,
            times,
            at,
            passing,
            message,
        };
        self.0.insert(profile.clone(), tried);
    }

    /// Takes in that there is a new session of `profile`.
    pub fn succeeded(&mut self, profile: &ProfileName) {
        self.0.remove(profile);
    }

    /// Something has changed that may have stood in the way: the next look tries again. What was said stays said.
    pub fn hope(&mut self) {
        for tried in self.0.values_mut() {
            tried.passing = true;
            tried.times = 0;
        }
    }

    /// Why the last renewal of `profile` failed, as long as its session is the one that failed to be replaced.
    pub fn message(&self, profile: &ProfileName, session: &str) -> Option<&str> {
        let tried = self.0.get(profile).filter(|tried| tried.session == session);
        tried.map(|tried| tried.message.as_str())
    }

    pub(super) fn failure(&self, session: &Watched) -> Option<&Tried> {
        let tried = self.0.get(&session.profile);
        tried.filter(|tried| tried.session == session.session && tried.times > 0)
    }

    pub(super) fn is_hopeless(&self, session: &Watched) -> bool {
        self.failure(session).is_some_and(|tried| !tried.passing)
    }

    /// When the next try may be; `None`: at once.
    pub(super) fn not_before(&self, session: &Watched, now: Timestamp) -> Option<Timestamp> {
        let tried = self.failure(session)?;
        let doublings = (tried.times - 1).min(12);
        let wait = FIRST_WAIT
            .checked_mul(1 << doublings)
            .map_or(LONGEST_WAIT, |wait| wait.min(LONGEST_WAIT));
        // Between three and five quarters of it.
        let wait = wait * 3 / 4 + fraction(session, tried.times, wait / 2);
        // A clock that was set back must not make the wait longer.
        (tried.at <= now).then(|| tried.at.checked_add(wait).unwrap_or(now))
    }
}

/// How much later than its margin a session is renewed. Stays the same for one session.
pub(super) fn spread(session: &Watched) -> SignedDuration {
    fraction(session, 0, (session.margin / 4).min(LONGEST_SPREAD))
}

/// A part of `whole`, between nothing and all of it, that differs from session to session.
fn fraction(session: &Watched, number: u32, whole: SignedDuration) -> SignedDuration {
    let mut hasher = DefaultHasher::new();
    (&session.session, number).hash(&mut hasher);
    let thousandths = i32::try_from(hasher.finish() % 1000).unwrap_or_default();
    whole / 1000 * thousandths
}
