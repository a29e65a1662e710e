//! The thread: looks, shows, obeys, sleeps.

use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender};
use std::time::{Duration, Instant};

use jiff::Timestamp;
use mfa_tray_system::machine::Told;
use tauri::{AppHandle, Manager as _};

use super::attend::Front;
use super::look::{Look, NETWORK_TROUBLE};
use super::{Desk, Nudge};
use crate::dto::{Enrolment, Notice, Round, Snapshot, State};
use crate::round::Rounds;
use crate::tray;
use crate::watch::Watch;
use crate::wizard::Wizard;

/// While a session runs out, what is shown is at most this old, and the wall clock is looked at.
const TICK: Duration = Duration::from_secs(30);
/// How often the files are read when the system cannot tell of changes.
const POLL: Duration = Duration::from_secs(2);
/// Editors change a file in several steps; one look after the last of them is enough.
const SETTLE: Duration = Duration::from_millis(40);
/// So that the wall clock has come to what was due.
const A_LITTLE: Duration = Duration::from_millis(20);
/// A wall clock that went further than the time that passed was set, or the machine slept.
const JUMP: i64 = 5;

/// Keeps everything in step until the app ends.
pub(crate) fn run(app: &AppHandle, front: &dyn Front, nudges: &Receiver<Nudge>, sender: Sender<Nudge>) {
    let desk = app.state::<Desk>();
    let mut watch = Watch::new(desk.world.clone(), sender);
    loop {
        watch.arm();
        let (enrolment, round) = (app.state::<Wizard>().shown(), app.state::<Rounds>().shown());
        let tray_missing = tray::is_missing(app);
        let wait = desk.step(front, enrolment, round, watch.is_polling(), tray_missing);
        let (wall, steady) = (desk.world.clock.now(), Instant::now());
        let woken = match wait {
            Some(wait) => nudges.recv_timeout(wait),
            None => nudges.recv().map_err(|_| RecvTimeoutError::Disconnected),
        };
        let passed = i64::try_from(steady.elapsed().as_secs()).unwrap_or(i64::MAX);
        let jumped = desk.world.clock.now().duration_since(wall).as_secs() - passed;
        if jumped.abs() > JUMP {
            // Forward: a sleep that nobody else may tell of. Either way, what failed may work now.
            desk.heard(if jumped > 0 { Told::Resumed } else { Told::ClockSet });
        }
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

impl Desk {
    /// Looks once, shows and obeys; says how long to sleep if nothing happens, or `None`: for ever.
    pub(super) fn step(
        &self,
        front: &dyn Front,
        enrolment: Option<Enrolment>,
        round: Option<Round>,
        polling: bool,
        tray_missing: bool,
    ) -> Option<Duration> {
        let look = self.look(enrolment, round);
        if let Some(settings) = &look.settings {
            front.apply(settings);
        }
        let due = self.attend(&look, front);
        self.raise(&look.waiting, front);
        let gives_up = look.waiting.ends_in(self.world.clock.now());
        let Look { now, snapshot, .. } = look;
        let ticks = next_tick(&snapshot, polling, tray_missing);
        front.publish(snapshot);
        let gives_up = gives_up.map(|left| left.unsigned_abs() + A_LITTLE);
        [ticks, due.map(|due| until(now, due)), gives_up]
            .into_iter()
            .flatten()
            .min()
    }
}

/// How long until `due`.
fn until(now: Timestamp, due: Timestamp) -> Duration {
    due.duration_since(now).unsigned_abs() + A_LITTLE
}

/// When to look again although nothing is due; `None`: never.
fn next_tick(snapshot: &Snapshot, polling: bool, tray_missing: bool) -> Option<Duration> {
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
        assert_eq!(next_tick(&snapshot(&[]), false, false), None);
        assert_eq!(
            next_tick(&snapshot(&[State::None, State::Expired, State::Unknown]), false, false),
            None
        );
        assert_eq!(
            next_tick(&snapshot(&[State::None, State::Active]), false, false),
            Some(TICK)
        );
        assert_eq!(next_tick(&snapshot(&[]), true, false), Some(POLL));
        assert_eq!(next_tick(&snapshot(&[]), false, true), Some(TICK));
    }
}
