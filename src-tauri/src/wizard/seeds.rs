//! A device the person has already: the seed is read, chosen, given its device, and proved.

use std::path::PathBuf;

use jiff::SignedDuration;
use mfa_tray_core::enroll;
use mfa_tray_core::otpauth;
use mfa_tray_core::profile::{MfaSerial, ProfileName};
use mfa_tray_core::secret::SecretString;
use mfa_tray_system::pictures;
use mfa_tray_system::screenshot;
use tauri::{AppHandle, Manager as _};

use crate::desk::Desk;
use crate::dto::{Doing, Failure, FailureCode, Found, Step, Way};
use crate::wizard::{Adoption, Run, Wizard, Work, adoption_at, enrolment, spawn};

/// Waits for a next code: more mean that something else is wrong.
const WAITS: u8 = 3;

/// Where a seed is read from.
pub(crate) enum Source {
    File(PathBuf),
    Clipboard,
    Screen,
    Text(SecretString),
}

/// Begins to use a device the person has, at the question where its seed is.
pub(crate) fn begin_use(app: &AppHandle, profile: &ProfileName) {
    let run = Run::begin(app, enrolment(profile, Way::Use));
    let adoption = Adoption {
        profile: profile.clone(),
        found: Vec::new(),
        seed: None,
        account: None,
        serial: None,
    };
    run.put_down(Work::Use(adoption), Step::Source, |_| {});
}

/// Whether a picture that is dropped on the window would be of use.
pub(crate) fn wants_picture(app: &AppHandle) -> bool {
    app.state::<Wizard>()
        .shown()
        .is_some_and(|shown| shown.step == Step::Source)
}

/// Reads a picture that was dropped on the window. Returns at once; the window shows what comes of it.
pub(crate) fn read_dropped(app: &AppHandle, path: PathBuf) {
    let app = app.clone();
    spawn(move || {
        // Told in the window's own way, too.
        let _ = read(&app, Source::File(path));
    });
}

/// Reads what `source` holds. Blocks, on the screen for as long as the person takes.
pub(crate) fn read(app: &AppHandle, source: Source) -> Result<(), Failure> {
    let (run, mut adoption) = Run::take_up(app, Doing::Reading, adoption_at(Step::Source))?;
    match found(source) {
        Ok(found) => {
            adoption.found = found;
            offer(&run, adoption);
            Ok(())
        }
        Err(failure) => {
            run.put_down(Work::Use(adoption), Step::Source, |shown| {
                shown.failure = Some(failure.clone());
            });
            Err(failure)
        }
    }
}

fn found(source: Source) -> Result<Vec<otpauth::Found>, Failure> {
    let of = |problem| Failure::of_problem(FailureCode::Other, &problem);
    let of_read = |error: pictures::ReadError| of(error.problem());
    let texts = match source {
        Source::File(path) => pictures::load(&path)
            .and_then(|bytes| pictures::read(&bytes))
            .map_err(of_read)?,
        Source::Text(text) => vec![text],
        Source::Clipboard => pictures::read_clipboard().map_err(of_read)?,
        Source::Screen => match screenshot::photograph() {
            Ok(taken) => pictures::read(&taken).map_err(of_read)?,
            Err(screenshot::ScreenshotError::Dismissed) => {
                return Err(Failure::new(FailureCode::Dismissed, "no part of the screen was chosen"));
            }
            Err(error) => return Err(of(error.problem())),
        },
    };
    let found = otpauth::read_secrets(&texts).map_err(|error| of(error.problem()))?;
    if found.iter().any(|found| found.seed.is_some()) {
        return Ok(found);
    }
    let problem = found.into_iter().find_map(|found| found.problem);
    Err(problem.map_or_else(|| Failure::new(FailureCode::Other, "there is no seed in it"), of))
}

/// One seed is taken; of several one has to be chosen.
fn offer(run: &Run, mut adoption: Adoption) {
    let usable: Vec<&otpauth::Found> = adoption.found.iter().filter(|found| found.seed.is_some()).collect();
    let shown: Vec<Found> = adoption.found.iter().map(Found::from).collect();
    if let [only] = usable.as_slice() {
        (adoption.seed, adoption.account) = (only.seed.clone(), only.account.clone());
        run.show(|enrolment| enrolment.found = shown);
        find_device(run, adoption);
    } else {
        run.put_down(Work::Use(adoption), Step::Choose, |enrolment| enrolment.found = shown);
    }
}

/// Takes the seed at `index` of those that were found.
pub(crate) fn choose(app: &AppHandle, index: usize) -> Result<(), Failure> {
    let (run, mut adoption) = Run::take_up(app, Doing::Looking, adoption_at(Step::Choose))?;
    let chosen = adoption
        .found
        .get(index)
        .and_then(|found| Some((found.seed.clone()?, found.account.clone())));
    let Some((seed, account)) = chosen else {
        run.put_down(Work::Use(adoption), Step::Choose, |_| {});
        return Err(Failure::new(FailureCode::Other, "that one cannot be used"));
    };
    (adoption.seed, adoption.account) = (Some(seed), account);
    find_device(&run, adoption);
    Ok(())
}

/// Finds out whose seed it is: the only device, the one the code names, or the one the person says.
fn find_device(run: &Run, mut adoption: Adoption) {
    if adoption.seed.is_none() {
        return run.put_down(Work::Use(adoption), Step::Source, |_| {});
    }
    let fingerprint = adoption.seed.as_ref().map(|seed| seed.fingerprint());
    run.show(|shown| shown.fingerprint = fingerprint);
    run.doing(Doing::Looking);
    let desk = run.app.state::<Desk>();
    let devices = match enroll::devices(&desk.world, &adoption.profile) {
        Ok(devices) => devices,
        Err(error) => return run.failed(Work::Use(adoption), &error, false),
    };
    let named = adoption
        .account
        .as_deref()
        .and_then(|account| enroll::named_in(&devices, account));
    let only = devices.first().filter(|_| devices.len() == 1);
    match only.or(named).cloned() {
        Some(serial) => {
            adoption.serial = Some(serial);
            let run = run.clone();
            spawn(move || prove(&run, adoption));
        }
        None => {
            let devices = devices.iter().map(ToString::to_string).collect();
            run.put_down(Work::Use(adoption), Step::Device, |shown| shown.devices = devices);
        }
    }
}

/// Takes `serial` as the device the seed is of.
pub(crate) fn choose_device(app: &AppHandle, serial: MfaSerial) -> Result<(), Failure> {
    let (run, mut adoption) = Run::take_up(app, Doing::Proving, adoption_at(Step::Device))?;
    adoption.serial = Some(serial);
    spawn(move || prove(&run, adoption));
    Ok(())
}

/// Buys a session with a code of the seed; only then is it kept.
pub(super) fn prove(run: &Run, adoption: Adoption) {
    let (Some(seed), Some(serial)) = (&adoption.seed, &adoption.serial) else {
        // It failed before there was a device: look again.
        return find_device(run, adoption);
    };
    let desk = run.app.state::<Desk>();
    let device = serial.to_string();
    run.show(|shown| shown.device = Some(device));
    for waits in 0..=WAITS {
        run.doing(Doing::Proving);
        if !run.is_on() {
            return;
        }
        match enroll::adopt(&desk.world, &adoption.profile, serial, seed) {
            Ok(refreshed) => {
                for warning in &refreshed.warnings {
                    tracing::warn!(message = %warning.message, "enrolment");
                }
                return run.done();
            }
            Err(error) => match error.wait().filter(|_| waits < WAITS) {
                Some(seconds) => {
                    let until = desk.world.clock.now() + SignedDuration::from_secs(seconds);
                    if !run.wait(until, Doing::NextCode) {
                        return;
                    }
                }
                None => return run.failed(Work::Use(adoption), &error, false),
            },
        }
    }
}
