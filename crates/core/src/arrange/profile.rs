//! Profiles written, renamed, copied and removed.

use super::{ArrangeError, refused};
use crate::aws_files::{FileKind, config_header};
use crate::draft::{Draft, DraftError};
use crate::ini::Change;
use crate::profile::{Arn, MfaSerial, ProfileName, Region};
use crate::secret::{AccessKey, ExposeSecret as _};
use crate::session::MANAGER;
use crate::target::{self, Store};
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

/// A profile whose session AWS's tools ask us for is named in a line of theirs, and its session is in the keychain.
fn is_asked_of_nobody(loaded: &Loaded, name: &ProfileName) -> Result<(), ArrangeError> {
    let target = loaded.catalog.find(name).and_then(|entry| entry.target.as_ref());
    if target.is_some_and(|target| target.store == Store::Keychain) {
        return refused(
            format!("AWS tools ask MFA Tray for the session of {name} by that name"),
            format!("take that back first: mfa-tray setup {name} --credential-process --undo"),
        );
    }
    Ok(())
}

/// The section of each file that a profile has, with its header there.
fn sections(draft: &Draft, name: &ProfileName) -> Result<Vec<(FileKind, String)>, ArrangeError> {
    let mut found = Vec::new();
    for kind in [FileKind::Config, FileKind::Credentials] {
        let header = kind.header(name);
        if draft.has(kind, &header)? {
            found.push((kind, header));
        }
    }
    Ok(found)
}

/// The same of a profile that has to be there.
fn existing(draft: &Draft, name: &ProfileName) -> Result<Vec<(FileKind, String)>, ArrangeError> {
    let found = sections(draft, name)?;
    if found.is_empty() {
        return Err(ArrangeError::Unknown(name.clone()));
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
    is_asked_of_nobody(&loaded, from)?;
    let mut draft = Draft::begin(world).map_err(DraftError::from)?;
    let found = existing(&draft, from)?;
    for (kind, header) in found {
        draft.rename(kind, &header, &kind.header(to))?;
    }
    name_sources(&loaded, &mut draft, from, to, (from, to))?;
    rename_target(&loaded, &mut draft, from, to)?;
    Ok(draft)
}

/// Has whatever takes its credentials from `old` take them from `new`; `renamed` is the profile that has another name.
fn name_sources(
    loaded: &Loaded,
    draft: &mut Draft,
    old: &ProfileName,
    new: &ProfileName,
    renamed: (&ProfileName, &ProfileName),
) -> Result<(), ArrangeError> {
    for user in users_of(loaded, old) {
        let user = if user == *renamed.0 { renamed.1.clone() } else { user };
        let change = [Change::Set("source_profile", new.as_str())];
        for (kind, header) in sections(draft, &user)? {
            let names_it = draft
                .property(kind, &header, "source_profile")?
                .is_some_and(|source| source == old.as_str());
            if names_it {
                draft.change(kind, &header, &change)?;
            }
        }
    }
    Ok(())
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
        draft.rename(kind, &header, &kind.header(&new))?;
    }
    name_sources(loaded, draft, old, &new, (from, to))
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
    let found = existing(&draft, from)?;
    for (kind, header) in found {
        draft.duplicate(kind, &header, &kind.header(to))?;
    }
    Ok(draft)
}

/// The draft without the profile `name`, nor the section its session was in.
///
/// # Errors
/// [`ArrangeError`].
pub fn remove(world: &World, name: &ProfileName) -> Result<Draft, ArrangeError> {
    let loaded = world.load()?;
    is_asked_of_nobody(&loaded, name)?;
    let mut draft = Draft::begin(world).map_err(DraftError::from)?;
    let entry = loaded.catalog.find(name).filter(|entry| entry.section == *name);
    if entry.is_some_and(|entry| loaded.settings.access_key(&entry.section).is_some()) {
        return refused(
            format!("the access key of {name} is in the keychain, and would be lost"),
            format!("put it back first: mfa-tray keys export {name}"),
        );
    }
    let mut found = existing(&draft, name)?;
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
