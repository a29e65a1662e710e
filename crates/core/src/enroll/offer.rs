//! What an enrolment would do, and what an earlier one has left behind.

use crate::enroll::EnrollError;
use crate::enroll::ground::Ground;
use crate::enroll::journal::{Journal, Step};
use crate::enroll::policy::Action;
use crate::enroll::settle;
use crate::lock::{self, Subject};
use crate::profile::{DeviceName, MfaSerial, ProfileName};
use crate::vault::{self, VaultError};
use crate::world::World;

/// What is said before anything happens.
#[derive(Debug)]
pub struct Offer {
    /// The IAM user.
    pub user: String,
    /// Twelve digits.
    pub account: String,
    /// What the new device would be called.
    pub name: DeviceName,
    /// The devices the user has already. With any, AWS wants a code of one first.
    pub devices: Vec<MfaSerial>,
    /// Whether a code of one of them has to be typed first: there is no good session.
    pub needs_code: bool,
    /// The line that the config file would get; `None` where a device stands already.
    pub config_line: Option<String>,
    /// An earlier enrolment.
    pub unfinished: Option<Unfinished>,
}

/// An enrolment that was cut short.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unfinished {
    /// The device it has made, or was about to make.
    pub serial: MfaSerial,
    /// Whether its seed is there, so that one can go on.
    pub can_resume: bool,
    /// Whether the device is still nobody's, so that it can be removed.
    pub can_clean_up: bool,
}

/// Finds out what enrolling a new device for `profile` would do. `host` is this computer's name.
///
/// # Errors
/// [`EnrollError`].
pub fn offer(world: &World, profile: &ProfileName, host: &str) -> Result<Offer, EnrollError> {
    let ground = Ground::find(world, profile)?;
    let devices = ground.devices(world)?;
    let unfinished = unfinished(world, &ground.profile)?;
    let name = default_name(&ground.user, !devices.is_empty(), host);
    let serial = format!("arn:{}:iam::{}:mfa/{name}", ground.partition, ground.account);
    Ok(Offer {
        config_line: settle::stands_in_config(world, &ground.profile)?
            .is_none()
            .then(|| format!("mfa_serial = {serial}")),
        needs_code: !devices.is_empty() && ground.with_mfa.is_none(),
        user: ground.user,
        account: ground.account,
        name,
        devices,
        unfinished,
    })
}

/// The user's name, which is all that some policies allow; a second device gets this computer's name too.
pub(super) fn default_name(user: &str, second: bool, host: &str) -> DeviceName {
    let host: String = host
        .split('.')
        .next()
        .unwrap_or_default()
        .chars()
        .filter(|c| c.is_ascii_alphanumeric() || *c == '-')
        .take(63)
        .collect();
    let host = if host.is_empty() { "computer" } else { &host };
    let name = if second {
        format!("{user}-{host}")
    } else {
        user.to_owned()
    };
    // A user's name has the characters of a device's; what IAM would not take, it will say.
    DeviceName::parse(&name)
        .or_else(|_| DeviceName::parse(&format!("mfa-{host}")))
        .unwrap_or_else(|_| unreachable!("BUG: letters, digits and dashes are a device name"))
}

/// The enrolment of `profile` that is not finished. Opens the keychain where only that can tell.
fn unfinished(world: &World, profile: &ProfileName) -> Result<Option<Unfinished>, EnrollError> {
    let Some((journal, serial)) = read(world, profile) else {
        return Ok(None);
    };
    let can_resume = match journal.step {
        Step::Kept | Step::Enabled(_) => true,
        // Killed between the keychain and the journal.
        Step::Made => match vault::read(&*world.keychain, &serial) {
            Ok(_) => true,
            Err(error @ VaultError::Unavailable(_)) => return Err(error.into()),
            Err(_) => false,
        },
        // Going on finds out whether it was made at all.
        Step::Asked => true,
    };
    Ok(Some(Unfinished {
        serial,
        can_resume,
        can_clean_up: !matches!(journal.step, Step::Enabled(_)),
    }))
}

/// The journal of `profile` with its device.
pub(super) fn read(world: &World, profile: &ProfileName) -> Option<(Journal, MfaSerial)> {
    let journal = Journal::read(&world.state, profile)?;
    let serial = journal.serial()?;
    Some((journal, serial))
}

/// Removes the device that an unfinished enrolment of `profile` has made, and its seed. Returns the device, if there was
/// one to remove.
///
/// Only on evidence: the device is among those that are nobody's, or the user's devices were really listed without it.
/// Where that cannot be found out everything stays as it is, but for an enrolment whose seed is lost in any case.
///
/// # Errors
/// [`EnrollError`]; [`EnrollError::Orphan`] names a device that may be left at AWS.
pub fn clean_up(world: &World, profile: &ProfileName) -> Result<Option<MfaSerial>, EnrollError> {
    let ground = Ground::find(world, profile)?;
    let profile = &ground.profile;
    let _lock = lock::take(&world.state.locks(), Subject::Enrolment(profile), lock::PATIENCE)?;
    let (journal, serial) = read(world, profile).ok_or_else(|| EnrollError::NothingUnfinished(profile.clone()))?;
    let listed = ground.listed_devices(world)?;
    let is_the_users = listed.as_ref().is_some_and(|devices| devices.contains(&serial));
    if is_the_users || matches!(journal.step, Step::Enabled(_)) {
        // No orphan, and not ours to delete.
        return Err(EnrollError::Unfinished(serial));
    }
    let forget = || {
        vault::remove(&*world.keychain, &serial)?;
        Ok::<_, EnrollError>(Journal::remove(&world.state, profile)?)
    };
    match delete_if_nobodys(world, &ground, &serial) {
        Ok(true) => forget().map(|()| Some(serial.clone())),
        Ok(false) if listed.is_some() => forget().map(|()| None),
        // Neither nobody's nor, as far as can be known, the user's.
        Ok(false) => Err(EnrollError::Unfinished(serial)),
        // There is nothing to go on with, and nothing the user may do: it must not stand in the way for ever.
        Err(error) if error.is_denied() && journal.step == Step::Asked => {
            Journal::remove(&world.state, profile)?;
            Err(EnrollError::Orphan {
                serial,
                denied: Box::new(error),
            })
        }
        Err(error) => Err(error),
    }
}

/// Deletes the device if it is nobody's; says whether it was.
fn delete_if_nobodys(world: &World, ground: &Ground, serial: &MfaSerial) -> Result<bool, EnrollError> {
    let caller = ground.with_mfa.as_ref().unwrap_or(&ground.plain);
    let nobodys = ground.ask(
        world,
        Action::ListVirtualMfaDevices,
        world.aws.unassigned_devices(caller),
    )?;
    if !nobodys.contains(serial) {
        return Ok(false);
    }
    let reply = world.aws.delete_virtual_device(caller, serial);
    ground.ask(world, Action::DeleteVirtualMfaDevice, reply)?;
    Ok(true)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_second_device_is_called_after_this_computer_too() {
        for (user, second, host, name) in [
            ("alice", false, "laptop", "alice"),
            ("alice", true, "laptop", "alice-laptop"),
            (
                "alice@example.com",
                true,
                "laptop.example.com",
                "alice@example.com-laptop",
            ),
            ("alice", true, "", "alice-computer"),
            ("alice", true, "mäc book", "alice-mcbook"),
            ("a b", true, "laptop", "mfa-laptop"),
        ] {
            assert_eq!(
                default_name(user, second, host).as_str(),
                name,
                "{user} {second} {host}"
            );
        }
    }
}
