//! What makes a device the profile's for good, once its code has bought a session.

use crate::enroll::EnrollError;
use crate::enroll::ground::Ground;
use crate::ini::Change;
use crate::profile::{MfaSerial, ProfileName};
use crate::state::EnrolledDevice;
use crate::totp::Seed;
use crate::world::World;

/// The device that the profile's files name, in either of the two ways.
pub(super) fn stands_in_config(world: &World, profile: &ProfileName) -> Result<Option<String>, EnrollError> {
    let loaded = world.load()?;
    let stands = loaded.catalog.find(profile).and_then(|entry| {
        let of = |key| loaded.text(entry, key);
        of("mfa_serial").or_else(|| of("aws_mfa_device"))
    });
    Ok(stands.map(str::to_owned))
}

/// Remembers that the seed of `serial` is in the keychain, and names the device in the config file where none stands.
pub(super) fn settle(world: &World, ground: &Ground, serial: &MfaSerial, seed: &Seed) -> Result<(), EnrollError> {
    let device = EnrolledDevice {
        fingerprint: seed.fingerprint(),
        enrolled_at: world.clock.now(),
    };
    world.state.remember_enrolled(serial, &device)?;
    if stands_in_config(world, &ground.profile)?.is_none() {
        world.edit_config(&ground.section, &[Change::Set("mfa_serial", serial.as_str())])?;
    }
    Ok(())
}

/// Takes a device that is gone out of the config file, if it is the one that stands there.
pub(super) fn unsettle(world: &World, ground: &Ground, serial: &MfaSerial) -> Result<(), EnrollError> {
    let loaded = world.load()?;
    let section = [&ground.section, &ground.profile].into_iter().find(|name| {
        let text = loaded
            .files
            .profile(name)
            .and_then(|properties| properties.text("mfa_serial"));
        loaded.files.in_config(name) && text == Some(serial.as_str())
    });
    if let Some(section) = section {
        world.edit_config(section, &[Change::Remove("mfa_serial")])?;
    }
    Ok(())
}
