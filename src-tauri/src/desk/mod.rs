//! The app's one state, and the thread that keeps tray, window and notices in step with it.
//!
//! Everything that may have changed sends a [`Nudge`]; the thread reads the files again, publishes one snapshot, obeys
//! the schedule, and sleeps. It wakes by itself only while a session is running out.

mod asked;
mod attend;
mod busy;
mod look;
mod run;

use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::mpsc::Sender;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use jiff::Timestamp;
use mfa_tray_core::profile::ProfileName;
use mfa_tray_core::schedule::{Memory, Tries};
use mfa_tray_core::settings::Settings;
use mfa_tray_core::status;
use mfa_tray_core::world::World;
use mfa_tray_system::machine::Told;

use crate::dto::{Ask, Failure, Notice, Place, Problem};

pub(crate) use attend::Front;
pub(crate) use busy::Busy;
pub(crate) use look::Look;
pub(crate) use run::run;

/// Something may have changed.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Nudge;

/// The state.
pub(crate) struct Desk {
    pub(crate) world: World,
    practice: bool,
    /// The system's language.
    language: Option<String>,
    nudges: Mutex<Sender<Nudge>>,
    kept: Mutex<Kept>,
}

struct Kept {
    refreshing: HashSet<ProfileName>,
    /// Automatic renewals that wait for their turn or are under way.
    renewing: HashSet<ProfileName>,
    /// Until when the next code of a profile's device is waited for.
    waiting: HashMap<ProfileName, Timestamp>,
    ask: Option<Ask>,
    /// Whose code a waiting program has the person asked for, and since when it waits.
    raised: Option<(ProfileName, Timestamp)>,
    network: Option<(Problem, Instant)>,
    /// What of the settings could not be put into effect, or what else the person should know.
    troubles: BTreeMap<Notice, Problem>,
    locked: bool,
    /// When a person was last known to be there.
    last_use: Timestamp,
    tries: Tries,
    told: Memory,
    /// The settings as they were when they could last be used.
    settings: Settings,
}

impl Desk {
    pub(crate) fn new(world: World, practice: bool, language: Option<String>, nudges: Sender<Nudge>) -> Desk {
        let kept = Kept {
            refreshing: HashSet::new(),
            renewing: HashSet::new(),
            waiting: HashMap::new(),
            ask: None,
            raised: None,
            network: None,
            troubles: BTreeMap::new(),
            locked: false,
            last_use: world.clock.now(),
            tries: Tries::default(),
            told: Memory::read(&world.state),
            settings: Settings::default(),
        };
        Desk {
            world,
            practice,
            language,
            nudges: Mutex::new(nudges),
            kept: Mutex::new(kept),
        }
    }

    fn kept(&self) -> MutexGuard<'_, Kept> {
        lock(&self.kept)
    }

    /// Asks for a new snapshot soon.
    pub(crate) fn nudge(&self) {
        // Without a receiver the app is ending.
        let _ = lock(&self.nudges).send(Nudge);
    }

    /// Has the window show something: the row of `profile` at its code entry or at what a refresh has failed with, or
    /// another page.
    pub(crate) fn ask(&self, at: Place, profile: &str, failure: Option<Failure>) {
        let mut kept = self.kept();
        let sequence = kept.ask.as_ref().map_or(1, |ask| ask.sequence.wrapping_add(1));
        kept.ask = Some(Ask {
            at,
            profile: profile.to_owned(),
            sequence,
            failure,
        });
        drop(kept);
        self.nudge();
    }

    /// A person is there: renewal that had paused goes on, and what failed may be tried again.
    pub(crate) fn used(&self) {
        let mut kept = self.kept();
        kept.last_use = self.world.clock.now();
        kept.tries.hope();
        drop(kept);
        self.nudge();
    }

    /// Takes in what the machine says about itself.
    pub(crate) fn heard(&self, told: Told) {
        {
            let mut kept = self.kept();
            match told {
                Told::Locked => kept.locked = true,
                Told::Unlocked => kept.locked = false,
                Told::Resumed | Told::Online | Told::ClockSet => {}
            }
            if matches!(told, Told::Unlocked | Told::Resumed) {
                kept.last_use = self.world.clock.now();
            }
            if told != Told::Locked {
                kept.tries.hope();
            }
        }
        tracing::debug!(?told, "the machine");
        self.nudge();
    }

    /// Says nothing more of the session of `profile` for a while.
    pub(crate) fn snooze(&self, profile: &ProfileName) {
        let now = self.world.aws_time();
        let told = {
            let mut kept = self.kept();
            kept.told.snooze(profile, now);
            kept.told.clone()
        };
        self.remember(&told);
        self.nudge();
    }

    fn remember(&self, told: &Memory) {
        if let Err(error) = told.write(&self.world.state) {
            tracing::warn!(%error, "what was told could not be written down");
        }
    }

    /// Remembers whether the network stood in the way of the last call.
    pub(crate) fn note_network(&self, problem: Option<Problem>) {
        self.kept().network = problem.map(|problem| (problem, Instant::now()));
    }

    /// Remembers what is wrong about something, or that nothing is.
    pub(crate) fn note(&self, about: Notice, problem: Option<Problem>) {
        let changed = {
            let troubles = &mut self.kept().troubles;
            match problem {
                Some(problem) => troubles.insert(about, problem.clone()).as_ref() != Some(&problem),
                None => troubles.remove(&about).is_some(),
            }
        };
        if changed {
            self.nudge();
        }
    }

    /// Whether a session of `profile` can be had without a typed code. Blocks on files.
    pub(crate) fn needs_no_typing(&self, profile: &str) -> bool {
        let rows = self
            .world
            .load()
            .map(|loaded| status::rows(&loaded, &self.world.state, self.world.aws_time()));
        rows.is_ok_and(|rows| rows.iter().any(|row| row.name.as_str() == profile && row.one_click))
    }

    /// Whether anything is under way that must not be cut short.
    pub(crate) fn is_busy(&self) -> bool {
        let kept = self.kept();
        !kept.refreshing.is_empty() || !kept.renewing.is_empty()
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    // A panic elsewhere leaves the state whole: every change of it is one assignment.
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests;
