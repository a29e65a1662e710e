//! Profiles written, renamed, copied and removed.

use super::{ArrangeError, refused};
use crate::aws_files::{FileKind, config_header};
use crate::draft::{Draft, DraftError};
use crate::ini::Change;
use crate::profile::{Arn, MfaSerial, ProfileName, Region};
use crate::secret::{AccessKey, ExposeSecret as _};
use crate::session::MANAGER;
use crate::target;
use crate::world::{Loaded, World};

/// A profile that is to be written.
#[derive(Debug, Default)]
pub struct NewProfile {
    /// Its region.
    pub region: Option<Region>,
    /// The user's MFA device.
    pub mfa_serial: Option<MfaSerial>,
    /// Of a role: its ARN and the profile it is taken with.
    pub role: Option<(String, ProfileName)>,
    /// What the role wants to be told.
    pub external_id: Option<String>,
    /// How many seconds the role's sessions last.
    pub duration: Option<u32>,
    /// Of a user.
    pub key: Option<AccessKey>,
}

/// The draft with the new profile `name`.
///
/// # Errors
/// [`ArrangeError`].
pub fn add(world: &World, name: &ProfileName, new: &NewProfile) -> Result<Draft, ArrangeError> {
    let loaded = world.load()?;
    is_free(&loaded, name)?;
    let mut lines = Vec::new();
    if let Some((arn, source)) = &new.role {
        if Arn::parse(arn).is_none_or(|arn| !arn.resource.starts_with("role/")) {
            return refused(
                "that is not the ARN of a role".to_owned(),
                "it looks like arn:aws:iam::111122223333:role/Admin",
            );
        }
        if loaded.files.profile(source).is_none() && loaded.catalog.find(source).is_none() {
            return Err(ArrangeError::Unknown(source.clone()));
        }
        lines.push(("role_arn", arn.clone()));
        lines.push(("source_profile", source.to_string()));
    }
    lines.extend(new.external_id.iter().map(|id| ("external_id", id.clone())));
    lines.extend(
        new.duration
            .iter()
            .map(|seconds| ("duration_seconds", seconds.to_string())),
    );
    lines.extend(new.region.iter().map(|region| ("region", region.to_string())));
    lines.extend(new.mfa_serial.iter().map(|serial| ("mfa_serial", serial.to_string())));
    if lines.is_empty() && new.key.is_none() {
        return refused(
            format!("there is nothing to write for {name}"),
            "give --region, --keys - or --role and --source",
        );
    }
    let mut draft = Draft::begin(world).map_err(DraftError::from)?;
    let changes: Vec<Change<'_>> = lines.iter().map(|(key, value)| Change::Set(key, value)).collect();
    draft.change(FileKind::Config, &config_header(name), &changes)?;
    if let Some(key) = &new.key {
        let keys = [
            Change::Set("aws_access_key_id", key.id.as_str()),
            Change::Set("aws_secret_access_key", key.secret.expose_secret()),
        ];
        draft.change(FileKind::Credentials, name.as_str(), &keys)?;
    }
    Ok(draft)
}

fn is_free(loaded: &Loaded, name: &ProfileName) -> Result<(), ArrangeError> {
    if loaded.files.profile(name).is_some() {
        return refused(
            format!("there is a profile {name} already"),
            "choose another name, or remove that one first",
        );
    }
    Ok(())
}

/// The section of each file that a profile has, with its header there.
fn sections(draft: &Draft, name: &ProfileName) -> Result<Vec<(FileKind, String)>, ArrangeError> {
    let mut found = Vec::new();
    for (kind, header) in [
        (FileKind::Config, config_header(name)),
        (FileKind::Credentials, name.to_string()),
    ] {
        if draft.has(kind, &header)? {
            found.push((kind, header));
        }
    }
    Ok(found)
}

/// The draft in which the profile `from` is called `to`, wherever it is named.
///
/// # Errors
/// [`ArrangeError`].
pub fn rename(world: &World, from: &ProfileName, to: &ProfileName) -> Result<Draft, ArrangeError> {
    let loaded = world.load()?;
    is_free(&loaded, to)?;
    let mut draft = Draft::begin(world).map_err(DraftError::from)?;
    let found = sections(&draft, from)?;
    if found.is_empty() {
        return Err(ArrangeError::Unknown(from.clone()));
    }
    for (kind, header) in found {
        let renamed = match kind {
            FileKind::Config => config_header(to),
            FileKind::Credentials => to.to_string(),
        };
        draft.rename(kind, &header, &renamed)?;
    }
    rename_target(&loaded, &mut draft, from, to)?;
    for user in users_of(&loaded, from) {
        // What takes its role from itself has the new name too.
        let user = if user == *from { to.clone() } else { user };
        let change = [Change::Set("source_profile", to.as_str())];
        for (kind, header) in sections(&draft, &user)? {
            let names_it = draft
                .property(kind, &header, "source_profile")?
                .is_some_and(|source| source == from.as_str());
            if names_it {
                draft.change(kind, &header, &change)?;
            }
        }
    }
    Ok(draft)
}

/// The session of a renamed profile, where ours is in the section that the pattern names, keeps going.
fn rename_target(loaded: &Loaded, draft: &mut Draft, from: &ProfileName, to: &ProfileName) -> Result<(), ArrangeError> {
    let entry = loaded.catalog.find(from).filter(|entry| entry.name == *from);
    let old = entry
        .and_then(|entry| entry.target.as_ref())
        .map(|target| &target.section);
    let by_pattern = |name| loaded.settings.target_by_pattern(name);
    let (Some(old), Some(new)) = (
        old.filter(|old| by_pattern(from).as_ref() == Some(*old)),
        by_pattern(to),
    ) else {
        return Ok(());
    };
    if !is_ours(loaded, old) || loaded.files.profile(&new).is_some() {
        return Ok(());
    }
    for (kind, header) in sections(draft, old)? {
        let renamed = match kind {
            FileKind::Config => config_header(&new),
            FileKind::Credentials => new.to_string(),
        };
        draft.rename(kind, &header, &renamed)?;
    }
    Ok(())
}

/// Whether a section holds what we have written, or asks us.
fn is_ours(loaded: &Loaded, section: &ProfileName) -> bool {
    let own = loaded.files.profile(section);
    let manager = own.and_then(|own| own.text("manager"));
    manager == Some(MANAGER) || own.is_some_and(|own| target::served(own).is_some())
}

/// The profiles that name `name` as their source.
pub fn users_of(loaded: &Loaded, name: &ProfileName) -> Vec<ProfileName> {
    let uses = |user: &&ProfileName| {
        let source = loaded.files.profile(user).and_then(|own| own.text("source_profile"));
        source == Some(name.as_str())
    };
    loaded.files.names().iter().filter(uses).cloned().collect()
}

/// The draft with a copy of the profile `from`, called `to`.
///
/// # Errors
/// [`ArrangeError`].
pub fn duplicate(world: &World, from: &ProfileName, to: &ProfileName) -> Result<Draft, ArrangeError> {
    let loaded = world.load()?;
    is_free(&loaded, to)?;
    let mut draft = Draft::begin(world).map_err(DraftError::from)?;
    let found = sections(&draft, from)?;
    if found.is_empty() {
        return Err(ArrangeError::Unknown(from.clone()));
    }
    for (kind, header) in found {
        let copy = match kind {
            FileKind::Config => config_header(to),
            FileKind::Credentials => to.to_string(),
        };
        draft.duplicate(kind, &header, &copy)?;
    }
    Ok(draft)
}

/// The draft without the profile `name`, nor the section its session was in.
///
/// # Errors
/// [`ArrangeError`].
pub fn remove(world: &World, name: &ProfileName) -> Result<Draft, ArrangeError> {
    let loaded = world.load()?;
    let mut draft = Draft::begin(world).map_err(DraftError::from)?;
    let entry = loaded.catalog.find(name).filter(|entry| entry.section == *name);
    if entry.is_some_and(|entry| loaded.settings.access_key(&entry.section).is_some()) {
        return refused(
            format!("the access key of {name} is in the keychain, and would be lost"),
            format!("put it back first: mfa-tray keys export {name}"),
        );
    }
    let mut found = sections(&draft, name)?;
    if found.is_empty() {
        return Err(ArrangeError::Unknown(name.clone()));
    }
    let target = entry
        .and_then(|entry| entry.target.as_ref())
        .map(|target| &target.section);
    if let Some(target) = target.filter(|target| is_ours(&loaded, target) && *target != name) {
        found.extend(sections(&draft, target)?);
    }
    for (kind, header) in found {
        draft.remove(kind, &header)?;
    }
    Ok(draft)
}
