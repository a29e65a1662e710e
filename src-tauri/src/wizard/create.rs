//! A new device: the core's state machine, driven in the window's sight.

use mfa_tray_core::enroll::{self, Creation, EnrollError, Next, Waiting};
use mfa_tray_core::profile::{DeviceName, MfaCode, MfaSerial, ProfileName};
use mfa_tray_system::host_name;
use tauri::{AppHandle, Manager as _};

use crate::desk::Desk;
use crate::dto::{Doing, Failure, FailureCode, Step, Way};
use crate::picture;
use crate::wizard::{Run, Wizard, Work, enrolment, nothing_to_say, seeds, spawn};

/// Begins a new device for `profile`.
pub(crate) fn begin(app: &AppHandle, profile: &ProfileName, name: Option<DeviceName>) -> Result<(), Failure> {
    let desk = app.state::<Desk>();
    let creation = Creation::begin(&desk.world, profile, name, &host_name());
    start(app, profile, creation)
}

/// Goes on with the one that was cut short.
pub(crate) fn resume(app: &AppHandle, profile: &ProfileName) -> Result<(), Failure> {
    let creation = Creation::resume(&app.state::<Desk>().world, profile);
    start(app, profile, creation)
}

fn start(app: &AppHandle, profile: &ProfileName, creation: Result<Creation, EnrollError>) -> Result<(), Failure> {
    let creation = creation.map_err(|error| Failure::of_enrolment(&error))?;
    let run = Run::begin(app, enrolment(profile, Way::Create));
    spawn(move || drive(&run, Box::new(creation)));
    Ok(())
}

/// Removes the device that an enrolment of `profile` left behind.
pub(crate) fn clean_up(app: &AppHandle, profile: &ProfileName) -> Result<(), Failure> {
    let removed = enroll::clean_up(&app.state::<Desk>().world, profile);
    removed.map(drop).map_err(|error| Failure::of_enrolment(&error))
}

/// Answers the question for a code of a device the user has.
pub(crate) fn give_code(app: &AppHandle, serial: &MfaSerial, code: MfaCode) -> Result<(), Failure> {
    let (run, mut creation) = Run::take_up(app, Doing::Session, |work, step| match work {
        Work::Create(creation) if step == Step::Code => Ok(creation),
        work => Err(work),
    })?;
    match creation.give_code(&app.state::<Desk>().world, serial, code) {
        Ok(()) => {
            spawn(move || drive(&run, creation));
            Ok(())
        }
        Err(error) => {
            let failure = Failure::of_enrolment(&error);
            run.put_down(Work::Create(creation), Step::Code, |shown| {
                shown.failure = Some(failure.clone());
            });
            Err(failure)
        }
    }
}

/// Goes on after the picture, or tries again what failed.
pub(crate) fn go_on(app: &AppHandle) -> Result<(), Failure> {
    let mut at_picture = false;
    let (run, work) = Run::take_up(app, Doing::Looking, |work, step| match (&work, step) {
        (Work::Create(_), Step::Picture) => {
            at_picture = true;
            Ok(work)
        }
        (_, Step::Failed) => Ok(work),
        _ => Err(work),
    })?;
    picture::close(app);
    match work {
        Work::Create(mut creation) => {
            if at_picture {
                creation.go_on();
            }
            spawn(move || drive(&run, creation));
        }
        Work::Use(adoption) => spawn(move || seeds::prove(&run, adoption)),
    }
    Ok(())
}

/// Opens the picture of the seed that was just made.
pub(crate) fn show_picture(app: &AppHandle) -> Result<(), Failure> {
    let wizard = app.state::<Wizard>();
    let inner = wizard.kept();
    let seed = match &inner.work {
        Some(Work::Create(creation)) => creation.serial().zip(creation.seed().cloned()),
        _ => None,
    };
    drop(inner);
    let (serial, seed) = seed.ok_or_else(nothing_to_say)?;
    picture::show(app, &serial, &seed).map_err(|error| Failure::new(FailureCode::Other, error.to_string()))
}

fn drive(run: &Run, mut creation: Box<Creation>) {
    let desk = run.app.state::<Desk>();
    while run.is_on() {
        let mut tell = |doing: enroll::Doing| {
            run.doing(doing.into());
            run.is_on()
        };
        let next = creation.advance(&desk.world, &mut tell);
        let serial = creation.serial();
        run.show(|shown| {
            shown.device = serial.map(|serial| serial.to_string());
            shown.fingerprint = creation.seed().map(|seed| seed.fingerprint());
        });
        match next {
            Ok(Next::Code(devices)) => {
                let devices = devices.iter().map(ToString::to_string).collect();
                return run.put_down(Work::Create(creation), Step::Code, |shown| shown.devices = devices);
            }
            Ok(Next::Picture) => return run.put_down(Work::Create(creation), Step::Picture, |_| {}),
            Ok(Next::Wait { until, why }) => {
                let why = match why {
                    Waiting::NextCode => Doing::NextCode,
                    Waiting::Spreading => Doing::Spreading,
                };
                if !run.wait(until, why) {
                    return;
                }
            }
            Ok(Next::Done(refreshed)) => {
                for warning in &refreshed.warnings {
                    tracing::warn!(message = %warning.message, "enrolment");
                }
                return run.done();
            }
            // Nobody looks any more, and what was made so far can be taken up.
            Err(EnrollError::Stopped) => return,
            Err(error) => {
                let leaves = creation.leaves_device();
                return run.failed(Work::Create(creation), &error, leaves);
            }
        }
    }
}
