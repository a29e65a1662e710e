//! The app's one state, and the thread that keeps the tray and the window in step with it.
//!
//! Everything that may have changed sends a [`Nudge`]; the thread reads the files again, publishes one snapshot, and
//! sleeps. It wakes by itself only while a session is running out.

use std::collections::{HashMap, HashSet};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use jiff::{SignedDuration, Timestamp};
use mfa_tray_core::problem::Problem as CoreProblem;
use mfa_tray_core::profile::ProfileName;
use mfa_tray_core::refresh::{CLOCK_TOLERANCE, clock_sentence};
use mfa_tray_core::session::rfc3339;
use mfa_tray_core::settings::Settings;
use mfa_tray_core::status;
use mfa_tray_core::world::{LoadError, World};
use tauri::{AppHandle, Emitter as _, Manager as _};

use crate::dto::{Ask, Banner, Enrolment, Failure, Notice, Problem, Profile, Snapshot, State};
use crate::watch::Watch;
use crate::wizard::Wizard;
use crate::{tray, window};

/// The event that carries a snapshot.
const SNAPSHOT: &str = "snapshot";
/// While a session runs out, the tray's minutes are at most this old.
const TICK: Duration = Duration::from_secs(30);
/// How often the files are read when the system cannot tell of changes.
const POLL: Duration = Duration::from_secs(2);
/// Editors change a file in several steps; one look after the last of them is enough.
const SETTLE: Duration = Duration::from_millis(40);

/// Something may have changed.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Nudge;

/// The state.
pub(crate) struct Desk {
    pub(crate) world: World,
    practice: bool,
    nudges: Mutex<Sender<Nudge>>,
    kept: Mutex<Kept>,
}

#[derive(Default)]
struct Kept {
    refreshing: HashSet<ProfileName>,
    /// Until when the next code of a profile's device is waited for.
    waiting: HashMap<ProfileName, Timestamp>,
    ask: Option<Ask>,
    network: Option<(Problem, Instant)>,
}

/// How often a wait looks at the wall clock: a computer may sleep meanwhile.
const LOOK: Duration = Duration::from_millis(200);
/// No code lasts longer; a clock that was set back must not be waited for.
const LONGEST_WAIT: SignedDuration = SignedDuration::from_mins(2);
/// How long a failed call is held against the network.
const NETWORK_TROUBLE: Duration = Duration::from_secs(60);

/// A profile that is being refreshed; dropping it ends that, whatever happened.
pub(crate) struct Busy<'a> {
    desk: &'a Desk,
    profile: ProfileName,
}

impl Drop for Busy<'_> {
    fn drop(&mut self) {
        {
            let mut kept = lock(&self.desk.kept);
            kept.refreshing.remove(&self.profile);
            kept.waiting.remove(&self.profile);
        }
        self.desk.nudge();
    }
}

impl Busy<'_> {
    /// Waits for the next code, in the window's sight. Blocks.
    pub(crate) fn wait(&self, seconds: i64) {
        let clock = &self.desk.world.clock;
        let until = clock.now() + SignedDuration::from_secs(seconds);
        lock(&self.desk.kept).waiting.insert(self.profile.clone(), until);
        self.desk.nudge();
        while clock.now() < until && until.duration_since(clock.now()) < LONGEST_WAIT {
            std::thread::sleep(LOOK);
        }
        lock(&self.desk.kept).waiting.remove(&self.profile);
        self.desk.nudge();
    }
}

impl Desk {
    pub(crate) fn new(world: World, practice: bool, nudges: Sender<Nudge>) -> Desk {
        Desk {
            world,
            practice,
            nudges: Mutex::new(nudges),
            kept: Mutex::default(),
        }
    }

    /// Asks for a new snapshot soon.
    pub(crate) fn nudge(&self) {
        // Without a receiver the app is ending.
        let _ = lock(&self.nudges).send(Nudge);
    }

    /// Opens the row of `profile` in the window: at its code entry, or at what a refresh has failed with.
    pub(crate) fn ask(&self, profile: &str, failure: Option<Failure>) {
        let mut kept = lock(&self.kept);
        let sequence = kept.ask.as_ref().map_or(1, |ask| ask.sequence.wrapping_add(1));
        kept.ask = Some(Ask {
            profile: profile.to_owned(),
            sequence,
            failure,
        });
        drop(kept);
        self.nudge();
    }

    /// Marks `profile` as being refreshed; `None` if it is already.
    pub(crate) fn begin(&self, profile: &ProfileName) -> Option<Busy<'_>> {
        let begun = lock(&self.kept).refreshing.insert(profile.clone());
        self.nudge();
        begun.then(|| Busy {
            desk: self,
            profile: profile.clone(),
        })
    }

    /// Remembers whether the network stood in the way of the last call.
    pub(crate) fn note_network(&self, problem: Option<Problem>) {
        lock(&self.kept).network = problem.map(|problem| (problem, Instant::now()));
    }

    /// Whether a session of `profile` can be had without a typed code. Blocks on files.
    pub(crate) fn needs_no_typing(&self, profile: &str) -> bool {
        let rows = self
            .world
            .load()
            .map(|loaded| status::rows(&loaded, &self.world.state, self.world.clock.now()));
        rows.is_ok_and(|rows| rows.iter().any(|row| row.name.as_str() == profile && row.one_click))
    }

    /// Reads everything and says how it stands now, with the `enrolment` under way. Blocks on files.
    pub(crate) fn snapshot(&self, enrolment: Option<Enrolment>) -> Snapshot {
        let now = self.world.clock.now();
        let mut banners = Vec::new();
        let mut banner = |about, problem: &CoreProblem| {
            banners.push(Banner {
                about,
                problem: Problem::from(problem),
            })
        };
        let loaded = match self.world.load() {
            Err(LoadError::Settings(error)) => {
                banner(Notice::Settings, &error.problem());
                self.world.load_with(Settings::default())
            }
            loaded => loaded,
        };
        let rows = match &loaded {
            Ok(loaded) => {
                loaded
                    .warnings()
                    .iter()
                    .for_each(|warning| banner(Notice::Files, warning));
                status::rows(loaded, &self.world.state, now)
            }
            Err(error) => {
                banner(Notice::Files, &error.problem());
                Vec::new()
            }
        };
        if let Some(offset) = self
            .world
            .state
            .clock_offset()
            .filter(|offset| offset.seconds.abs() > CLOCK_TOLERANCE)
            .filter(|offset| offset.is_fresh(now))
        {
            let hint = "Set the clock; until then codes may be refused and times shown wrong.";
            banner(
                Notice::Clock,
                &CoreProblem::new("clock", clock_sentence(offset.seconds), hint),
            );
        }
        let kept = lock(&self.kept);
        let trouble = kept
            .network
            .as_ref()
            .filter(|(_, since)| since.elapsed() < NETWORK_TROUBLE);
        banners.extend(trouble.map(|(problem, _)| Banner {
            about: Notice::Network,
            problem: problem.clone(),
        }));
        let paths = &self.world.paths;
        Snapshot {
            now: rfc3339(now),
            profiles: rows
                .iter()
                .map(|row| {
                    let waiting_until = kept.waiting.get(&row.name).copied();
                    Profile::new(row, kept.refreshing.contains(&row.name), waiting_until)
                })
                .collect(),
            banners,
            config_file: paths.config.display().to_string(),
            credentials_file: paths.credentials.display().to_string(),
            files_exist: paths.config.exists() || paths.credentials.exists(),
            practice: self.practice,
            ask: kept.ask.clone(),
            enrolment,
            can_show_seed: self.world.keychain.asks_for_consent(),
            enrolled_devices: u32::try_from(self.world.state.enrolled_devices().len()).unwrap_or(u32::MAX),
        }
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    // A panic elsewhere leaves the state whole: every change of it is one assignment.
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Keeps tray and window in step until the app ends.
pub(crate) fn run(app: &AppHandle, nudges: &Receiver<Nudge>, sender: Sender<Nudge>) {
    let desk = app.state::<Desk>();
    let mut watch = Watch::new(desk.world.clone(), sender);
    loop {
        watch.arm();
        let snapshot = desk.snapshot(app.state::<Wizard>().shown());
        let wake = next_wake(&snapshot, watch.is_polling(), tray::is_missing(app));
        publish(app, snapshot);
        let woken = match wake {
            Some(wait) => nudges.recv_timeout(wait),
            None => nudges.recv().map_err(|_| RecvTimeoutError::Disconnected),
        };
        match woken {
            Ok(Nudge) => {
                std::thread::sleep(SETTLE);
                while nudges.try_recv().is_ok() {}
            }
            Err(RecvTimeoutError::Timeout) => {}
            Err(RecvTimeoutError::Disconnected) => return,
        }
    }
}

/// When to look again without being told to; `None`: never.
fn next_wake(snapshot: &Snapshot, polling: bool, tray_missing: bool) -> Option<Duration> {
    let counting = snapshot
        .profiles
        .iter()
        .any(|profile| matches!(profile.state, State::Active | State::Expiring));
    if polling {
        Some(POLL)
    } else if snapshot.banners.iter().any(|banner| banner.about == Notice::Network) {
        Some(NETWORK_TROUBLE)
    } else if counting || tray_missing {
        Some(TICK)
    } else {
        None
    }
}

fn publish(app: &AppHandle, snapshot: Snapshot) {
    if let Err(error) = app.emit_to(window::PANEL, SNAPSHOT, &snapshot) {
        tracing::warn!(%error, "the window could not be told");
    }
    let app_on_main = app.clone();
    let shown = app.run_on_main_thread(move || tray::show(&app_on_main, &snapshot));
    if let Err(error) = shown {
        tracing::warn!(%error, "the tray could not be told");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn snapshot(states: &[State]) -> Snapshot {
        Snapshot {
            profiles: states.iter().map(|&state| tray::tests::profile("p", state)).collect(),
            ..tray::tests::empty()
        }
    }

    #[test]
    fn it_wakes_by_itself_only_while_something_runs_out() {
        assert_eq!(next_wake(&snapshot(&[]), false, false), None);
        assert_eq!(
            next_wake(&snapshot(&[State::None, State::Expired, State::Unknown]), false, false),
            None
        );
        assert_eq!(
            next_wake(&snapshot(&[State::None, State::Active]), false, false),
            Some(TICK)
        );
        assert_eq!(next_wake(&snapshot(&[]), true, false), Some(POLL));
        assert_eq!(next_wake(&snapshot(&[]), false, true), Some(TICK));
    }
}
