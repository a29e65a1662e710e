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
use crate::world::World;

/// Puts the two lines back, then forgets that the keychain has the key, then takes it out there: at every instant there
/// is one that counts. Returns its id.
///
/// # Errors
/// [`KeysError`]; the key is then still in the keychain.
pub fn export(world: &World, profile: &ProfileName) -> Result<AccessKeyId, KeysError> {
    let loaded = world.load().map_err(RefreshError::from)?;
    let found = owner::entry(&loaded, profile)?;
    let key = LongTermKey::of(&loaded.files, &loaded.settings, &found.section);
    let Some(key) = key.filter(LongTermKey::is_in_keychain) else {
        let message = format!("the access key of {} is not in the keychain", found.name);
        return Err(KeysError::Refused(Problem::new(
            "keys",
            message,
            "there is nothing to export",
        )));
    };
    let opened = key.open(world)?;
    let mut draft = Draft::begin(world).map_err(DraftError::from)?;
    let lines = [
        Change::Set("aws_access_key_id", opened.id.as_str()),
        Change::Set("aws_secret_access_key", opened.secret.expose_secret()),
        // A session that stands in the section would make one of these its own.
        Change::Remove("aws_session_token"),
        Change::Remove("aws_security_token"),
    ];
    draft
        .change(FileKind::Credentials, found.section.as_str(), &lines)
        .map_err(DraftError::from)?;
    draft.write(world, FileKind::Credentials, Backup::OnFirstTouch)?;
    settings::set(
        &world.settings,
        &world.state.locks(),
        &found.section,
        &Setting::AccessKey(None),
    )?;
    entry::remove(&*world.keychain, &opened.id).map_err(crate::vault::VaultError::from)?;
    Ok(opened.id)
}
