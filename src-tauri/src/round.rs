//! *Refresh all*: every session that is not good is made, one after the other, in the window's sight.
//!
//! The work runs on a thread of its own. Where a device's code has to be typed, it waits for the person; what is said
//! to a round that is over falls on deaf ears.

use std::sync::mpsc::{self, Receiver, Sender};
use std::sync::{Mutex, MutexGuard, PoisonError};

use jiff::SignedDuration;
use mfa_tray_core::profile::{MfaCode, MfaSerial, ProfileName};
use mfa_tray_core::refresh::{Outcome, Person, refresh_all};
use tauri::{AppHandle, Manager as _};

use crate::desk::{Busy, Desk};
use crate::dto::{Failure, FailureCode, Place, Round, RoundAsks, RoundOutcome, State};
use crate::window;

/// The round, if there is one.
#[derive(Default)]
pub(crate) struct Rounds(Mutex<Inner>);

#[derive(Default)]
struct Inner {
    number: u64,
    shown: Option<Round>,
    /// Where a typed code goes, or none for *not this device*.
    answer: Option<Sender<Option<MfaCode>>>,
}

impl Rounds {
    fn kept(&self) -> MutexGuard<'_, Inner> {
        // Every change is one assignment.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What the window shows.
    pub(crate) fn shown(&self) -> Option<Round> {
        self.kept().shown.clone()
    }

    /// Whether sessions are being made.
    pub(crate) fn is_running(&self) -> bool {
        self.kept().shown.as_ref().is_some_and(|round| round.running)
    }
}

/// Begins a round, or shows the one that runs; opens the window where a code will have to be typed. Returns at once.
pub(crate) fn begin(app: &AppHandle) {
    let number = {
        let rounds = app.state::<Rounds>();
        let mut inner = rounds.kept();
        if inner.shown.as_ref().is_some_and(|round| round.running) {
            None
        } else {
            inner.number += 1;
            inner.shown = Some(Round {
                running: true,
                asks: None,
                outcomes: Vec::new(),
            });
            Some(inner.number)
        }
    };
    let desk = app.state::<Desk>();
    desk.used();
    let Some(number) = number else {
        desk.ask(Place::Round, "", None);
        window::show_soon(app);
        return;
    };
    desk.nudge();
    let app = app.clone();
    let started = std::thread::Builder::new()
        .name("round".to_owned())
        .spawn(move || run(&app, number));
    if let Err(error) = started {
        tracing::error!(%error, "no thread to refresh all");
    }
}

/// Gives the code of the device that is asked for.
pub(crate) fn give(app: &AppHandle, serial: &str, code: Option<MfaCode>) -> Result<(), Failure> {
    let nobody = || Failure::new(FailureCode::Other, "Nothing is waiting for that any more.");
    let answer = {
        let rounds = app.state::<Rounds>();
        let mut inner = rounds.kept();
        let asks = inner
            .shown
            .as_mut()
            .and_then(|round| round.asks.take_if(|asks| asks.serial == serial));
        asks.and_then(|_| inner.answer.take())
    };
    app.state::<Desk>().nudge();
    answer.ok_or_else(nobody)?.send(code).map_err(|_| nobody())
}

/// Leaves the round; what is under way is still finished, and asks for nothing more.
pub(crate) fn close(app: &AppHandle) {
    {
        let rounds = app.state::<Rounds>();
        let mut inner = rounds.kept();
        inner.number += 1;
        inner.shown = None;
        inner.answer = None;
    }
    app.state::<Desk>().nudge();
}

/// The person at the window.
struct AtTheWindow<'a> {
    app: &'a AppHandle,
    desk: &'a Desk,
    number: u64,
    busy: Option<Busy<'a>>,
}

impl AtTheWindow<'_> {
    /// Changes what the window shows; false if it shows another round, or none.
    fn show(&self, change: impl FnOnce(&mut Inner)) -> bool {
        let on = {
            let rounds = self.app.state::<Rounds>();
            let mut inner = rounds.kept();
            let on = inner.number == self.number;
            if on {
                change(&mut inner);
            }
            on
        };
        self.desk.nudge();
        on
    }

    fn asks(&self, serial: &MfaSerial, answer: Sender<Option<MfaCode>>) -> bool {
        let rows = self.desk.profiles();
        let hangs_on_it = |profile: &&crate::dto::Profile| {
            profile.mfa_serial.as_deref() == Some(serial.as_str()) && profile.state != State::Active
        };
        let profiles = rows
            .iter()
            .filter(hangs_on_it)
            .map(|profile| profile.name.clone())
            .collect();
        self.show(|inner| {
            if let Some(round) = &mut inner.shown {
                let serial = serial.to_string();
                round.asks = Some(RoundAsks { serial, profiles });
            }
            inner.answer = Some(answer);
        })
    }
}

impl Person for AtTheWindow<'_> {
    fn begins(&mut self, profile: &ProfileName) {
        self.busy = self.desk.begin(profile);
    }

    fn code(&mut self, serial: &MfaSerial) -> Option<MfaCode> {
        let (answer, answered): (_, Receiver<Option<MfaCode>>) = mpsc::channel();
        if !self.asks(serial, answer) {
            return None;
        }
        self.desk.ask(Place::Round, "", None);
        window::show_soon(self.app);
        // Ends without a code when the round is closed.
        answered.recv().ok().flatten()
    }

    fn wait(&mut self, seconds: i64) {
        match &self.busy {
            Some(busy) => busy.wait(seconds),
            None => std::thread::sleep(SignedDuration::from_secs(seconds.clamp(0, 60)).unsigned_abs()),
        }
    }

    fn ended(&mut self, outcome: Outcome) {
        self.busy = None;
        let failure = outcome.result.as_ref().err().map(Failure::from);
        let outcome = RoundOutcome {
            profile: outcome.profile.to_string(),
            failure,
        };
        self.show(|inner| {
            if let Some(round) = &mut inner.shown {
                round.outcomes.push(outcome);
            }
        });
    }
}

fn run(app: &AppHandle, number: u64) {
    let desk = app.state::<Desk>();
    let mut person = AtTheWindow {
        app,
        desk: &desk,
        number,
        busy: None,
    };
    let result = refresh_all(&desk.world, &mut person);
    let failed = person.show(|inner| {
        if let Some(round) = &mut inner.shown {
            round.running = false;
            round.asks = None;
            if let Err(error) = &result {
                round.outcomes.push(RoundOutcome {
                    profile: String::new(),
                    failure: Some(Failure::of_problem(FailureCode::File, &error.problem())),
                });
            }
        }
    });
    let outcomes = app
        .state::<Rounds>()
        .shown()
        .map(|round| round.outcomes)
        .unwrap_or_default();
    tracing::info!(outcomes = outcomes.len(), "refresh all");
    if failed && outcomes.iter().any(|outcome| outcome.failure.is_some()) {
        desk.ask(Place::Round, "", None);
        window::show_soon(app);
    }
}
