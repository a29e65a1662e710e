//! What one does with an enrolled device: see its code, bring it in step, forget its seed, delete it.

use crate::aws_error::{AwsError, Reason};
use crate::enroll::EnrollError;
use crate::enroll::ground::{Ground, entry_name, open_session};
use crate::enroll::pair::send_pair;
use crate::enroll::policy::Action;
use crate::enroll::settle;
use crate::ledger::{Code, Ledger};
use crate::lock::{self, Subject};
use crate::profile::{MfaCode, MfaSerial, ProfileName};
use crate::refresh::CodeFrom;
use crate::settings::{self, Setting};
use crate::totp::Seed;
use crate::vault;
use crate::world::World;

/// The code an enrolled device shows now.
#[derive(Debug)]
pub struct CurrentCode {
    /// The device.
    pub serial: MfaSerial,
    /// Six digits.
    pub code: MfaCode,
    /// Seconds until the next one.
    pub seconds_left: i64,
    /// Seconds each one is shown.
    pub period: u32,
}

/// The code that the device of `profile` shows now, which counts as shown: a refresh prefers others while it lasts.
///
/// # Errors
/// [`EnrollError`].
pub fn code(world: &World, profile: &ProfileName) -> Result<CurrentCode, EnrollError> {
    let (serial, seed) = seed(world, profile)?;
    let device = lock::take(&world.state.locks(), Subject::Device(&serial), lock::PATIENCE)?;
    let mut ledger = Ledger::open(&world.state, &serial, &device);
    let now = world.aws_time();
    let code = Code::of(&seed, seed.counter(now)).ok_or_else(|| EnrollError::WrongSeed(serial.clone()))?;
    ledger.show(&code, now)?;
    Ok(CurrentCode {
        serial,
        code: code.digits,
        seconds_left: seed.seconds_left(now),
        period: seed.period(),
    })
}

/// The enrolled device of `profile` and its seed, out of the keychain.
///
/// # Errors
/// [`EnrollError`].
pub fn seed(world: &World, profile: &ProfileName) -> Result<(MfaSerial, Seed), EnrollError> {
    let serial = enrolled(world, profile)?;
    let seed = vault::read(&*world.keychain, &serial)?;
    Ok((serial, seed))
}

/// Tells AWS two codes of the device of `profile`, so that it learns how wrong the device's clock is.
///
/// # Errors
/// [`EnrollError`]. AWS takes only a pair that is newer than the last one it has seen: [`EnrollError::wait`] says when
/// there is one.
pub fn resync(world: &World, profile: &ProfileName) -> Result<(), EnrollError> {
    let (serial, seed) = seed(world, profile)?;
    let ground = Ground::find(world, profile)?;
    let sent = send_pair(world, &ground.user, &serial, &seed, |pair| {
        let reply = world.aws.resync_device(&ground.plain, pair);
        ground.ask(world, Action::ResyncMfaDevice, reply)
    });
    match sent {
        Err(EnrollError::Iam {
            source: AwsError::Refused(refusal),
            ..
        }) if refusal.reason == Reason::PairRejected => Err(EnrollError::PairRejected {
            wait: seed.seconds_left(world.aws_time()),
        }),
        sent => sent,
    }
}

/// Removes the seed of the device of `profile` from this computer. The device stays what it is at AWS.
///
/// # Errors
/// [`EnrollError`]; the seed is then still there.
pub fn forget(world: &World, profile: &ProfileName) -> Result<MfaSerial, EnrollError> {
    let profile = &entry_name(world, profile)?;
    let serial = enrolled(world, profile)?;
    vault::remove(&*world.keychain, &serial)?;
    world.state.forget_enrolled(&serial)?;
    if settle::stands_in_config(world, profile)?.is_some() {
        // What the files say counts again; without that the choice is all there is to go by.
        unchoose(world, profile, &serial);
    }
    Ok(serial)
}

/// Takes the choice of a device back. One that stays is found out, and said, at the next refresh.
fn unchoose(world: &World, profile: &ProfileName, serial: &MfaSerial) {
    let setting = Setting::NoDevice(serial.clone());
    let _ = settings::set(&world.settings, &world.state.locks(), profile, &setting);
}

/// Deactivates and deletes the enrolled device of `profile` at AWS, then forgets its seed. `typed` must be its name.
///
/// # Errors
/// [`EnrollError`]; the seed is forgotten only once the device is gone. [`EnrollError::wait`] says when the code for the
/// session that AWS wants comes only later.
pub fn delete(world: &World, profile: &ProfileName, typed: &str) -> Result<MfaSerial, EnrollError> {
    let serial = enrolled(world, profile)?;
    if typed.trim() != serial.device_name() {
        return Err(EnrollError::NameDiffers(serial));
    }
    let mut ground = Ground::find(world, profile)?;
    if ground.with_mfa.is_none() {
        open_session(world, &ground.profile, &serial, CodeFrom::Keychain)?;
        ground = Ground::find(world, profile)?;
    }
    let devices = ground.devices(world)?;
    let caller = ground.caller_for_change(&devices)?;
    let reply = world.aws.deactivate_device(caller, &serial);
    gone_is_well(ground.ask(world, Action::DeactivateMfaDevice, reply))?;
    let reply = world.aws.delete_virtual_device(caller, &serial);
    gone_is_well(ground.ask(world, Action::DeleteVirtualMfaDevice, reply))?;
    forget(world, profile)?;
    settle::unsettle(world, &ground, &serial)?;
    unchoose(world, &ground.profile, &serial);
    let _ = world.state.forget_device(&ground.plain.key.id);
    Ok(serial)
}

/// A step that an earlier try has taken already.
fn gone_is_well(answer: Result<(), EnrollError>) -> Result<(), EnrollError> {
    match answer {
        Err(EnrollError::Iam {
            source: AwsError::Refused(refusal),
            ..
        }) if refusal.reason == Reason::NoSuchEntity => Ok(()),
        answer => answer,
    }
}

/// The enrolled device of `profile`, told without the keychain.
fn enrolled(world: &World, profile: &ProfileName) -> Result<MfaSerial, EnrollError> {
    let profile = entry_name(world, profile)?;
    let loaded = world.load()?;
    let serial = loaded.catalog.find(&profile).and_then(|entry| entry.serial.clone());
    serial
        .filter(|serial| world.state.enrolled_devices().contains_key(serial.as_str()))
        .ok_or(EnrollError::NotEnrolled(profile))
}
