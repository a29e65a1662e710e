//! A device the user has already: its seed was read from a picture or typed, and is proved before it is kept.

use crate::enroll::EnrollError;
use crate::enroll::ground::Ground;
use crate::enroll::settle;
use crate::profile::{MfaSerial, ProfileName};
use crate::refresh::{CodeFrom, RefreshError, Refreshed, Request, When, refresh};
use crate::totp::Seed;
use crate::vault;
use crate::world::World;

/// The devices a seed can be of, the profile's own first. Empty if the user may not list them and the profile names none.
///
/// # Errors
/// [`EnrollError`].
pub fn devices(world: &World, profile: &ProfileName) -> Result<Vec<MfaSerial>, EnrollError> {
    let ground = Ground::find(world, profile)?;
    let mut devices = ground.devices(world)?;
    devices.retain(|serial| !serial.is_fido());
    devices.sort_by_key(|serial| Some(serial) != ground.serial.as_ref());
    Ok(devices)
}

/// The one of `devices` that the label of a QR code names: AWS writes `DEVICE@ACCOUNT`, others the account's alias.
pub fn named_in<'a>(devices: &'a [MfaSerial], label: &str) -> Option<&'a MfaSerial> {
    let name = label.rsplit_once('@').map_or(label, |(name, _)| name);
    let mut named = devices.iter().filter(|serial| serial.device_name() == name);
    named.next().filter(|_| named.next().is_none())
}

/// Buys a session of `profile` with a code of `seed`, and only then keeps it in the keychain as that of `serial`.
///
/// # Errors
/// [`EnrollError`]; nothing is kept then, unless only our own index could not be written. [`EnrollError::wait`] says when every code of now was used before.
pub fn adopt(world: &World, profile: &ProfileName, serial: &MfaSerial, seed: &Seed) -> Result<Refreshed, EnrollError> {
    // What can fail is found out before a code is spent, and before anything is kept.
    let ground = Ground::find(world, profile)?;
    vault::check(&*world.keychain)?;
    let request = Request {
        code: CodeFrom::Seed(seed.clone()),
        serial: Some(serial.clone()),
        when: When::Always,
        ..Request::of(profile)
    };
    let mut refreshed = refresh(world, &request).map_err(|error| match error {
        RefreshError::SeedRejected(serial) => EnrollError::WrongSeed(serial),
        error => error.into(),
    })?;
    vault::store(&*world.keychain, serial, seed)?;
    match settle::settle(world, &ground, serial, seed) {
        // The device works; a line in the config file is not worth failing for.
        Err(error @ EnrollError::Config(_)) => refreshed.warnings.push(error.problem()),
        settled => settled?,
    }
    Ok(refreshed)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_label_names_a_device_or_none() {
        let devices = ["alice", "alice-phone", "bob@example.com"]
            .map(|name| MfaSerial::parse(&format!("arn:aws:iam::111122223333:mfa/{name}")).unwrap());
        for (label, name) in [
            ("alice@111122223333", Some("alice")),
            ("alice-phone@practice", Some("alice-phone")),
            ("bob@example.com@111122223333", Some("bob@example.com")),
            ("alice", Some("alice")),
            ("carol@111122223333", None),
            ("", None),
        ] {
            assert_eq!(named_in(&devices, label).map(MfaSerial::device_name), name, "{label}");
        }
    }
}
