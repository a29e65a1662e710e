//! *Keep the name*: `[X]` with long-term keys becomes `[X-long-term]`, and the session goes into `[X]`, as aws-mfa has it.
//! Whatever names the profile `X` uses the session from then on.

use super::{ArrangeError, refused};
use crate::aws_files::FileKind;
use crate::catalog::{Entry, Kind};
use crate::draft::{Draft, DraftError};
use crate::ini::Change;
use crate::keys::LongTermKey;
use crate::profile::ProfileName;
use crate::session::{MANAGER, removal};
use crate::settings::{self, Setting};
use crate::target::{LONG_TERM, Store};
use crate::world::{Loaded, World};

/// The draft that gives the session of `profile` its name. With the key in the keychain only the target changes, at
/// once, and the draft moves what session there is.
///
/// # Errors
/// [`ArrangeError`].
pub fn convert(world: &World, profile: &ProfileName) -> Result<Draft, ArrangeError> {
    let loaded = world.load()?;
    let entry = user(&loaded, profile)?;
    let name = &entry.name;
    if entry.section != *name {
        return refused(
            format!(
                "the session of {name} has that name already, and the keys are in [{}]",
                entry.section
            ),
            "there is nothing to do",
        );
    }
    let mut draft = Draft::begin(world).map_err(DraftError::from)?;
    let key = LongTermKey::of(&loaded.files, &loaded.settings, name);
    if key.is_none_or(|key| !key.is_in_keychain()) {
        let long_term =
            ProfileName::parse(&format!("{name}{LONG_TERM}")).map_err(|_| ArrangeError::Unknown(name.clone()))?;
        draft.rename(FileKind::Credentials, name.as_str(), long_term.as_str())?;
        let has_serial = |key| loaded.files.profile(name).is_some_and(|own| own.has(key));
        if let Some(serial) = entry.serial.as_ref().filter(|_| !has_serial("aws_mfa_device")) {
            let device = [Change::Set("aws_mfa_device", serial.as_str())];
            draft.change(FileKind::Credentials, long_term.as_str(), &device)?;
        }
    }
    take_session_along(&loaded, entry, &mut draft)?;
    Ok(draft)
}

/// The entry of an IAM user's keys.
fn user<'a>(loaded: &'a Loaded, profile: &ProfileName) -> Result<&'a Entry, ArrangeError> {
    let entry = loaded.catalog.find(profile);
    let entry = entry.ok_or_else(|| ArrangeError::Unknown(profile.clone()))?;
    if entry.kind != Kind::IamUser {
        return refused(
            format!("{} has no long-term access key of its own", entry.name),
            "name the profile with the user's key",
        );
    }
    if entry
        .target
        .as_ref()
        .is_some_and(|target| target.store == Store::Keychain)
    {
        return refused(
            format!(
                "the session of {} is in the keychain, and AWS tools ask for it",
                entry.name
            ),
            format!(
                "take that back first: mfa-tray setup {} --credential-process --undo",
                entry.name
            ),
        );
    }
    Ok(entry)
}

/// A session of ours in the old target keeps going under the new name.
fn take_session_along(loaded: &Loaded, entry: &Entry, draft: &mut Draft) -> Result<(), ArrangeError> {
    let Some(target) = &entry.target else { return Ok(()) };
    let (section, name) = (target.section.as_str(), entry.name.as_str());
    let ours = loaded
        .files
        .profile(&target.section)
        .and_then(|own| own.text("manager"))
        == Some(MANAGER);
    if ours && section != name && draft.has(FileKind::Credentials, section)? {
        draft.rename(FileKind::Credentials, section, name)?;
    }
    Ok(())
}

/// What follows a draft of [`convert`] that was written, or of [`undo_convert`]: which section sessions go to.
///
/// # Errors
/// [`ArrangeError`].
pub fn settle(world: &World, profile: &ProfileName, converted: bool) -> Result<(), ArrangeError> {
    let loaded = world.load()?;
    let key = LongTermKey::of(&loaded.files, &loaded.settings, profile);
    let in_keychain = key.is_some_and(|key| key.is_in_keychain());
    let target = (converted && in_keychain).then(|| profile.clone());
    settings::set(&world.settings, &world.state.locks(), profile, &Setting::Target(target))?;
    Ok(())
}

/// The draft that takes [`convert`] back.
///
/// # Errors
/// [`ArrangeError`].
pub fn undo_convert(world: &World, profile: &ProfileName) -> Result<Draft, ArrangeError> {
    let loaded = world.load()?;
    let entry = user(&loaded, profile)?;
    let name = &entry.name;
    let mut draft = Draft::begin(world).map_err(DraftError::from)?;
    let target = entry.target.as_ref().map(|target| &target.section);
    if entry.section == *name && target != Some(name) {
        return refused(
            format!("the session of {name} has another name"),
            "there is nothing to undo",
        );
    }
    if draft.has(FileKind::Credentials, name.as_str())? && entry.section != *name {
        draft.change(FileKind::Credentials, name.as_str(), &removal())?;
        if draft.has(FileKind::Credentials, name.as_str())? {
            return refused(
                format!("[{name}] of the credentials file has more in it than a session"),
                format!("move those lines to [{}] first", entry.section),
            );
        }
    }
    if entry.section != *name {
        let section = entry.section.as_str();
        let of = |name, key| loaded.files.profile(name).and_then(|own| own.text(key));
        // Written by the conversion, or said twice.
        if of(&entry.section, "aws_mfa_device") == of(name, "mfa_serial") {
            draft.change(FileKind::Credentials, section, &[Change::Remove("aws_mfa_device")])?;
        }
        draft.rename(FileKind::Credentials, section, name.as_str())?;
    } else {
        draft.change(FileKind::Credentials, name.as_str(), &removal())?;
    }
    Ok(draft)
}
