//! A key goes back into the credentials file.

use crate::aws_files::FileKind;
use crate::draft::{Draft, DraftError};
use crate::file::Backup;
use crate::ini::Change;
use crate::keys::{KeysError, LongTermKey, entry, owner};
use crate::problem::Problem;
use crate::profile::{AccessKeyId, ProfileName};
use crate::refresh::RefreshError;
use crate::secret::ExposeSecret as _;
use crate::settings::{self, Setting};
use crate::world::{Loaded, World};

/// How [`export`] would change the files. Asks no keychain: the secret is not shown.
///
/// # Errors
/// [`KeysError`].
pub fn plan_export(world: &World, profile: &ProfileName) -> Result<Draft, KeysError> {
    let loaded = world.load().map_err(RefreshError::from)?;
    let (section, key) = kept_key(&loaded, profile)?;
    with_key(world, section, &key.id, "x")
}

/// The profile's section, and its key in the keychain.
fn kept_key<'a>(loaded: &'a Loaded, profile: &ProfileName) -> Result<(&'a ProfileName, LongTermKey), KeysError> {
    let found = owner::entry(loaded, profile)?;
    let key = LongTermKey::of(&loaded.files, &loaded.settings, &found.section);
    let Some(key) = key.filter(LongTermKey::is_in_keychain) else {
        let message = format!("the access key of {} is not in the keychain", found.name);
        let problem = Problem::new("keys", message, "there is nothing to export");
        return Err(KeysError::Refused(problem));
    };
    Ok((&found.section, key))
}

/// The files with the key in its section.
fn with_key(world: &World, section: &ProfileName, id: &AccessKeyId, secret: &str) -> Result<Draft, KeysError> {
    let mut draft = Draft::begin(world).map_err(DraftError::from)?;
    let lines = [
        Change::Set("aws_access_key_id", id.as_str()),
        Change::Set("aws_secret_access_key", secret),
        // A session that stands in the section would make one of these its own.
        Change::Remove("aws_session_token"),
        Change::Remove("aws_security_token"),
    ];
    let changed = draft.change(FileKind::Credentials, section.as_str(), &lines);
    changed.map_err(DraftError::from)?;
    Ok(draft)
}

/// Puts the two lines back, then forgets that the keychain has the key, then takes it out there: at every instant there
/// is one that counts. Returns its id.
///
/// # Errors
/// [`KeysError`]; the key is then still in the keychain.
pub fn export(world: &World, profile: &ProfileName) -> Result<AccessKeyId, KeysError> {
    let loaded = world.load().map_err(RefreshError::from)?;
    let (section, key) = kept_key(&loaded, profile)?;
    let opened = key.open(world)?;
    let draft = with_key(world, section, &opened.id, opened.secret.expose_secret())?;
    draft.write(world, FileKind::Credentials, Backup::OnFirstTouch)?;
    settings::set(
        &world.settings,
        &world.state.locks(),
        section,
        &Setting::AccessKey(None),
    )?;
    entry::remove(&*world.keychain, &opened.id).map_err(crate::vault::VaultError::from)?;
    Ok(opened.id)
}
