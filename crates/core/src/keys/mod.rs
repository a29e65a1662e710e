//! A user's long-term access key: where it is, and how it moves between the credentials file and the keychain.
//!
//! Which keys are in the keychain stands in `settings.toml` (`access_key`, the id, which is no secret): it must outlive
//! the state folder.

mod entry;
mod error;
mod export;
mod import;
mod owner;
mod rotate;

use crate::aws_files::AwsFiles;
use crate::profile::{AccessKeyId, ProfileName};
use crate::secret::{AccessKey, SecretString};
use crate::settings::Settings;
use crate::target;
use crate::vault::VaultError;
use crate::world::World;

pub use error::KeysError;
pub use export::{export, plan_export};
pub use import::{Import, Source, import, plan_import, remove_copies};
pub use rotate::{RotateStep, Rotated, begun, rotate};

/// How old a key may be before people are told, in days; AWS advises ninety
/// (<https://docs.aws.amazon.com/IAM/latest/UserGuide/id-credentials-access-keys-update.html>).
pub const OLD_DAYS: i64 = 90;

/// A long-term key, in the file or in the keychain. Not opened before it has to sign.
#[derive(Debug, Clone)]
pub(crate) struct LongTermKey {
    pub(crate) id: AccessKeyId,
    /// `None`: it is in the keychain.
    secret: Option<SecretString>,
}

impl LongTermKey {
    /// The key that signs for the profile with this section; what stands in the files counts first.
    pub(crate) fn of(files: &AwsFiles, settings: &Settings, section: &ProfileName) -> Option<LongTermKey> {
        let properties = files.profile(section)?;
        if !target::has_long_term_key(properties)
            && let Some(id) = settings.access_key(section)
        {
            return Some(LongTermKey { id, secret: None });
        }
        Some(LongTermKey {
            id: AccessKeyId::parse(properties.text("aws_access_key_id")?).ok()?,
            secret: Some(properties.secret("aws_secret_access_key")?.clone()),
        })
    }

    pub(crate) fn is_in_keychain(&self) -> bool {
        self.secret.is_none()
    }

    /// The key with its secret. Of one in the keychain, may raise its prompt: never call this under a lock.
    ///
    /// # Errors
    /// [`VaultError`].
    pub(crate) fn open(&self, world: &World) -> Result<AccessKey, VaultError> {
        match &self.secret {
            Some(secret) => Ok(AccessKey {
                id: self.id.clone(),
                secret: secret.clone(),
                session_token: None,
            }),
            None => entry::read(&*world.keychain, world.by, &self.id),
        }
    }
}
