//! What to renew, what to say, and when to look again: a pure decision on the wall clock.
//!
//! [`decide`] is given what is, what was said and what was tried, and has no time of its own: whoever obeys it may call
//! it as often as it likes, late, after a month of sleep or with a clock that was set, and nothing is said or done
//! twice. Rules: a session is renewed inside its margin and never while the screen is locked or nobody has used the
//! program for long; each session is spoken of once per kind; several that are due in one look make one summary.

mod memory;
mod tries;

use jiff::{SignedDuration, Timestamp};

use crate::profile::ProfileName;
use crate::session::State;
use crate::status::Row;

pub use memory::{Memory, Told};
pub use tries::{Tried, Tries};

/// A session with an end, and what the person wants of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Watched {
    /// Whose it is.
    pub profile: ProfileName,
    /// The id of its key: tells it from every other session.
    pub session: String,
    /// When it was made, if that is known.
    pub issued_at: Option<Timestamp>,
    /// When it ends.
    pub expires_at: Timestamp,
    /// How much may be left of it when it is renewed.
    pub margin: SignedDuration,
    /// How long before its end the person is told; `None`: not before.
    pub notice: Option<SignedDuration>,
    /// Whether it shall be renewed, and can be without a person.
    pub renews: bool,
    /// Whether it is being renewed right now.
    pub busy: bool,
}

impl Watched {
    /// The session of a row; `None` where none is ours or nothing says when it ends.
    pub fn of(row: &Row, busy: bool) -> Option<Watched> {
        let session = row.session.as_ref()?;
        let ours = matches!(row.state, State::Active | State::Expiring | State::Expired);
        Some(Watched {
            profile: row.name.clone(),
            session: session.access_key_id.to_string(),
            issued_at: session.issued_at,
            expires_at: session.expires_at.filter(|_| ours)?,
            margin: row.margin,
            notice: row.notice,
            renews: row.renews && row.renewable && row.problem.is_none(),
            busy,
        })
    }
}

/// What else it hangs on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Around {
    /// The screen is locked: nobody is there to read, and nothing may be done in somebody's name.
    pub locked: bool,
    /// When a person was last known to be there.
    pub last_use: Timestamp,
    /// How long after that renewal goes on; `None`: for ever.
    pub pause_after: Option<SignedDuration>,
    /// How wrong the clock is, in seconds to add, where it is too wrong.
    pub clock_offset: Option<i64>,
}

/// Something to say.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Announcement {
    /// A session ends soon.
    Expiring(Ending),
    /// A session is over.
    Expired(Ending),
    /// More than one is over or ends soon: the usual find after a sleep.
    Several {
        /// Those that end soon.
        expiring: Vec<Ending>,
        /// Those that are over.
        expired: Vec<Ending>,
    },
    /// A session could not be renewed.
    RenewalFailed {
        /// Which.
        ending: Ending,
        /// Why.
        message: String,
    },
    /// The clock is so wrong that codes and times are.
    ClockWrong {
        /// Seconds to add to it.
        seconds: i64,
    },
}

/// Which session ends, and when.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ending {
    /// Whose it is.
    pub profile: ProfileName,
    /// Its end.
    pub expires_at: Timestamp,
}

/// What to do now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decision {
    /// Whose sessions to renew.
    pub renew: Vec<ProfileName>,
    /// What to say.
    pub announce: Vec<Announcement>,
    /// What was said of these is no longer so.
    pub withdraw: Vec<String>,
    /// When there will be something to decide again, if nothing happens before.
    pub wake: Option<Timestamp>,
    /// What is said now, with what was said before.
    pub memory: Memory,
}

/// Decides what to do at `now`.
pub fn decide(now: Timestamp, watched: &[Watched], around: &Around, tries: &Tries, memory: &Memory) -> Decision {
    let mut memory = memory.clone();
    let withdraw = memory.follow(now, watched);
    let unused = around
        .pause_after
        .is_some_and(|pause| now.duration_since(around.last_use) >= pause);
    let mut look = Look {
        now,
        around,
        tries,
        paused: around.locked || unused,
        wake: None,
    };
    let mut renew = Vec::new();
    let mut announce = Vec::new();
    let (mut expiring, mut expired) = (Vec::new(), Vec::new());
    for session in watched {
        let Some(told) = memory.sessions.get_mut(&session.session) else {
            continue;
        };
        if look.renews_now(session, told) {
            renew.push(session.profile.clone());
        }
        match look.says(session, told) {
            Some(Announcement::Expiring(ending)) => expiring.push(ending),
            Some(Announcement::Expired(ending)) => expired.push(ending),
            other => announce.extend(other),
        }
    }
    match (&mut expiring[..], &mut expired[..]) {
        ([], []) => {}
        ([one], []) => announce.push(Announcement::Expiring(one.clone())),
        ([], [one]) => announce.push(Announcement::Expired(one.clone())),
        _ => announce.push(Announcement::Several { expiring, expired }),
    }
    if !around.locked {
        announce.extend(memory.clock(around.clock_offset));
    }
    Decision {
        renew,
        announce,
        withdraw,
        wake: look.wake,
        memory,
    }
}

/// One look at everything.
struct Look<'a> {
    now: Timestamp,
    around: &'a Around,
    tries: &'a Tries,
    paused: bool,
    wake: Option<Timestamp>,
}

impl Look<'_> {
    fn wake_at(&mut self, at: Timestamp) {
        if at > self.now && self.wake.is_none_or(|wake| at < wake) {
            self.wake = Some(at);
        }
    }

    /// Whether the session can be renewed at all at present.
    fn may_renew(&self, session: &Watched) -> bool {
        // A session that ended before it was made: no clock to trust, and each new one would look the same.
        let sane = session.issued_at.is_none_or(|issued_at| issued_at < session.expires_at);
        session.renews && !self.paused && sane && !self.tries.is_hopeless(session)
    }

    fn renews_now(&mut self, session: &Watched, told: &Told) -> bool {
        // One that was over when we first saw it is nobody's any more.
        if session.busy || told.was_over || !self.may_renew(session) {
            return false;
        }
        let due = (session.expires_at - session.margin).saturating_add(tries::spread(session));
        let due = due.unwrap_or(session.expires_at);
        let at = self
            .tries
            .not_before(session, self.now)
            .map_or(due, |retry| retry.max(due));
        self.wake_at(at);
        self.now >= at
    }

    fn says(&mut self, session: &Watched, told: &mut Told) -> Option<Announcement> {
        let notice = session.notice.map(|notice| session.expires_at - notice);
        self.wake_at(session.expires_at - session.margin);
        self.wake_at(session.expires_at);
        notice
            .into_iter()
            .chain(told.quiet_until)
            .for_each(|at| self.wake_at(at));
        if self.around.locked {
            return None;
        }
        let ending = Ending {
            profile: session.profile.clone(),
            expires_at: session.expires_at,
        };
        let over = self.now >= session.expires_at;
        let soon = notice.is_some_and(|at| self.now >= at);
        let failure = self.tries.failure(session);
        // A failure that may pass is no news while there is time for another try.
        if let Some(failure) = failure
            && !told.failed
            && (over || soon || !failure.passing)
        {
            told.failed = true;
            told.expiring |= soon || over;
            told.expired |= over;
            let message = failure.message.clone();
            return Some(Announcement::RenewalFailed { ending, message });
        }
        let in_hand = session.busy || (failure.is_none() && !told.was_over && self.may_renew(session));
        if in_hand {
            return None;
        }
        if over && !told.expired {
            told.expired = true;
            told.expiring = true;
            return Some(Announcement::Expired(ending));
        }
        let quiet = told.quiet_until.is_some_and(|until| self.now < until);
        if soon && !over && !told.expiring && !quiet {
            told.expiring = true;
            return Some(Announcement::Expiring(ending));
        }
        None
    }
}
