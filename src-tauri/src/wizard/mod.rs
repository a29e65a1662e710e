//! The enrolment under way: what the window shows of it, and the work that goes on behind.
//!
//! Work runs on a thread of its own, which owns it while it runs and puts it down where it needs the person. Stopping,
//! or beginning another, makes a run that is under way shout into the void; it looks before each step that does something.

mod create;
mod seeds;

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use mfa_tray_core::enroll::{Creation, EnrollError};
use mfa_tray_core::otpauth;
use mfa_tray_core::profile::{MfaSerial, ProfileName};
use mfa_tray_core::session::rfc3339;
use mfa_tray_core::totp::Seed;
use tauri::{AppHandle, Manager as _};

use crate::desk::Desk;
use crate::dto::{Doing, Enrolment, Failure, FailureCode, Step, Way};
use crate::picture;

pub(crate) use create::{begin, clean_up, give_code, go_on, resume, show_picture};
pub(crate) use seeds::{Source, begin_use, choose, choose_device, read, read_dropped, wants_picture};

/// How often a wait looks whether it was stopped.
const LOOK: Duration = Duration::from_millis(200);

/// The wizard's state.
#[derive(Default)]
pub(crate) struct Wizard(Mutex<Inner>);

#[derive(Default)]
struct Inner {
    run: u64,
    shown: Option<Enrolment>,
    work: Option<Work>,
}

/// What goes on where the person has said something.
enum Work {
    Create(Box<Creation>),
    Use(Adoption),
}

/// A device the person has, as far as is known.
struct Adoption {
    profile: ProfileName,
    found: Vec<otpauth::Found>,
    seed: Option<Seed>,
    account: Option<String>,
    serial: Option<MfaSerial>,
}

impl Wizard {
    fn kept(&self) -> MutexGuard<'_, Inner> {
        // Every change is one assignment.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What the window shows.
    pub(crate) fn shown(&self) -> Option<Enrolment> {
        self.kept().shown.clone()
    }
}

/// One run of the wizard: everything it says is lost once another has begun.
#[derive(Clone)]
struct Run {
    app: AppHandle,
    number: u64,
}

impl Run {
    /// Begins one, in place of any other.
    fn begin(app: &AppHandle, enrolment: Enrolment) -> Run {
        picture::close(app);
        let number = {
            let wizard = app.state::<Wizard>();
            let mut inner = wizard.kept();
            inner.run += 1;
            inner.shown = Some(enrolment);
            inner.work = None;
            inner.run
        };
        app.state::<Desk>().nudge();
        Run {
            app: app.clone(),
            number,
        }
    }

    /// Takes up the work that was put down, if it is `wanted` at the step it stands at; says what is being done.
    fn take_up<T>(
        app: &AppHandle,
        doing: Doing,
        wanted: impl FnOnce(Work, Step) -> Result<T, Work>,
    ) -> Result<(Run, T), Failure> {
        let wizard = app.state::<Wizard>();
        let (number, work) = {
            let mut inner = wizard.kept();
            let step = inner.shown.as_ref().map(|shown| shown.step);
            let (Some(work), Some(step)) = (inner.work.take(), step) else {
                return Err(nothing_to_say());
            };
            match wanted(work, step) {
                Ok(work) => (inner.run, work),
                Err(work) => {
                    inner.work = Some(work);
                    return Err(nothing_to_say());
                }
            }
        };
        let run = Run {
            app: app.clone(),
            number,
        };
        run.doing(doing);
        Ok((run, work))
    }

    fn is_on(&self) -> bool {
        self.app.state::<Wizard>().kept().run == self.number
    }

    /// Changes what the window shows.
    fn show(&self, change: impl FnOnce(&mut Enrolment)) {
        {
            let wizard = self.app.state::<Wizard>();
            let mut inner = wizard.kept();
            if inner.run == self.number
                && let Some(shown) = &mut inner.shown
            {
                change(shown);
            }
        }
        self.app.state::<Desk>().nudge();
    }

    fn doing(&self, doing: Doing) {
        self.show(|shown| {
            shown.step = Step::Working;
            shown.doing = Some(doing);
            (shown.since, shown.until, shown.failure) = (None, None, None);
        });
    }

    /// Puts the work down at `step`, for the person to say something.
    fn put_down(&self, work: Work, step: Step, change: impl FnOnce(&mut Enrolment)) {
        {
            let wizard = self.app.state::<Wizard>();
            let mut inner = wizard.kept();
            if inner.run == self.number {
                inner.work = Some(work);
            }
        }
        self.show(|shown| {
            shown.step = step;
            shown.doing = None;
            (shown.since, shown.until) = (None, None);
            change(shown);
        });
    }

    fn failed(&self, work: Work, error: &EnrollError, can_clean_up: bool) {
        let failure = Failure::of_enrolment(error);
        tracing::info!(outcome = %failure.message, "enrolment");
        self.put_down(work, Step::Failed, |shown| {
            shown.can_retry = error.can_retry();
            shown.can_clean_up = can_clean_up || matches!(error, EnrollError::SeedLost(_));
            shown.failure = Some(failure);
        });
    }

    fn done(&self) {
        picture::close(&self.app);
        tracing::info!(outcome = "enrolled", "enrolment");
        self.show(|shown| {
            shown.step = Step::Done;
            shown.doing = None;
            (shown.since, shown.until, shown.failure) = (None, None, None);
        });
    }

    /// Waits until then, in the window's sight; false if the run was stopped.
    fn wait(&self, until: Timestamp, why: Doing) -> bool {
        let clock = self.app.state::<Desk>().world.clock.clone();
        let since = clock.now();
        self.show(|shown| {
            shown.step = Step::Waiting;
            shown.doing = Some(why);
            shown.since = Some(rfc3339(since));
            shown.until = Some(rfc3339(until));
        });
        let longest = SignedDuration::from_mins(2);
        while clock.now() < until && until.duration_since(clock.now()) < longest {
            if !self.is_on() {
                return false;
            }
            std::thread::sleep(LOOK);
        }
        self.is_on()
    }
}

/// Leaves the wizard. What runs ends at its next step; what it has made so far can be taken up again.
pub(crate) fn stop(app: &AppHandle) {
    {
        let wizard = app.state::<Wizard>();
        let mut inner = wizard.kept();
        inner.run += 1;
        inner.shown = None;
        inner.work = None;
    }
    picture::close(app);
    app.state::<Desk>().nudge();
}

/// Runs `work` on a thread of its own: it waits for the network, the keychain and the next code.
fn spawn(work: impl FnOnce() + Send + 'static) {
    let started = std::thread::Builder::new().name("enrolment".to_owned()).spawn(work);
    if let Err(error) = started {
        tracing::error!(%error, "no thread for the enrolment");
    }
}

/// What is said to an answer that nobody waits for.
fn nothing_to_say() -> Failure {
    Failure::new(FailureCode::Other, "Nothing is waiting for that any more.")
}

/// A device the person has, at one step.
fn adoption_at(at: Step) -> impl FnOnce(Work, Step) -> Result<Adoption, Work> {
    move |work, step| match work {
        Work::Use(adoption) if step == at => Ok(adoption),
        work => Err(work),
    }
}

fn enrolment(profile: &ProfileName, way: Way) -> Enrolment {
    Enrolment::new(profile.as_str(), way)
}
