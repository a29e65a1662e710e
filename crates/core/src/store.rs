//! Where a target's session is read and written: in its section of the credentials file, or in the keychain.

use std::collections::BTreeMap;
use std::path::Path;

use crate::aws_files::{self, AwsFiles, Properties};
use crate::kept::{self, KeptSession};
use crate::lock::{self, Subject};
use crate::ports::{SessionCredentials, Unavailable};
use crate::problem::Problem;
use crate::profile::{AccessKeyId, ProfileName};
use crate::refresh::RefreshError;
use crate::secret::AccessKey;
use crate::session::{self, Format, Owner, Session};
use crate::state::{MadeSession, StateFolder};
use crate::target::{self, Store, Target};
use crate::vault::VaultError;
use crate::world::{Loaded, World};

/// What the state folder says of sessions.
pub(crate) struct Sessions {
    /// Those that were made here, by the id of their key.
    made: BTreeMap<String, MadeSession>,
    /// Those in the keychain, by their target.
    kept: BTreeMap<String, KeptSession>,
}

impl Sessions {
    pub(crate) fn read(state: &StateFolder) -> Sessions {
        Sessions {
            made: state.made_sessions(),
            kept: state.kept_sessions(),
        }
    }

    /// The session in `target`, good or not; `owner` is whose it should be.
    pub(crate) fn of(&self, files: &AwsFiles, target: &Target, owner: Option<Owner<'_>>) -> Option<Session> {
        match target.store {
            Store::File => self.in_section(files, &target.section, owner),
            Store::Keychain => {
                let kept = self.kept.get(target.section.as_str())?;
                Some(Session {
                    access_key_id: AccessKeyId::parse(&kept.access_key_id).ok()?,
                    expires_at: Some(kept.made.expires_at),
                    issued_at: Some(kept.made.issued_at),
                    is_ours: owner.is_none() || kept.made.owner() == owner,
                })
            }
        }
    }

    /// The session that stands in a section of the credentials file.
    pub(crate) fn in_section(
        &self,
        files: &AwsFiles,
        section: &ProfileName,
        owner: Option<Owner<'_>>,
    ) -> Option<Session> {
        Session::read(files.profile(section)?, owner, |id| self.made.get(id.as_str()).cloned())
    }

    /// Whether the session was made here.
    pub(crate) fn made_here(&self, session: &Session) -> bool {
        self.made.contains_key(session.access_key_id.as_str())
    }
}

/// The key of the session in `target`; `None`: there is none. Of a session in the keychain, may raise its prompt.
///
/// # Errors
/// [`VaultError::Unavailable`].
pub(crate) fn key(world: &World, loaded: &Loaded, target: &Target) -> Result<Option<AccessKey>, VaultError> {
    match target.store {
        Store::File => Ok(loaded.files.profile(&target.section).and_then(key_in)),
        Store::Keychain => {
            let found = kept::read(&*world.keychain, world.by, &target.section)?;
            let known = world.state.kept_sessions().remove(target.section.as_str());
            let is_known = |session: &SessionCredentials| {
                known
                    .as_ref()
                    .is_some_and(|known| known.access_key_id == session.key.id.as_str())
            };
            let key = found.filter(is_known).map(|session| session.key);
            if key.is_none() {
                // It was taken out of the keychain by other hands: then there is none. Not knowing that costs a look.
                let _ = world.state.forget_kept(&target.section);
            }
            Ok(key)
        }
    }
}

/// The key of the session that a section holds.
fn key_in(properties: &Properties) -> Option<AccessKey> {
    Some(AccessKey {
        id: AccessKeyId::parse(properties.text("aws_access_key_id")?).ok()?,
        secret: properties.secret("aws_secret_access_key")?.clone(),
        session_token: Some(properties.secret("aws_session_token")?.clone()),
    })
}

/// Writes the session to its target; says what did not work with the second section. `real` is the real path of the
/// credentials file.
pub(crate) fn write(
    world: &World,
    loaded: &Loaded,
    target: &Target,
    credentials: &SessionCredentials,
    made: &MadeSession,
    real: &Path,
) -> Result<Option<Problem>, RefreshError> {
    match target.store {
        Store::File => {
            let _file = lock::take(&world.state.locks(), Subject::File(real), lock::PATIENCE)?;
            session::with_changes(credentials, target.format, |changes| {
                let section = target.section.as_str();
                aws_files::edit(&world.paths.credentials, section, changes, target::conflict)
            })?;
            let second = target.second.as_ref();
            return Ok(second.and_then(|second| copy(world, loaded, credentials, second).err()));
        }
        Store::Keychain => {
            kept::write(&*world.keychain, &target.section, credentials).map_err(VaultError::from)?;
            let kept = KeptSession {
                access_key_id: credentials.key.id.to_string(),
                made: made.clone(),
            };
            let remembered = world.state.remember_kept(&target.section, &kept);
            remembered.map_err(RefreshError::NotRemembered)?;
        }
    }
    Ok(None)
}

/// Writes the session to a second section too. The caller holds the file's lock.
///
/// # Errors
/// A [`Problem`]: the session works under its own name.
pub(crate) fn copy(
    world: &World,
    loaded: &Loaded,
    credentials: &SessionCredentials,
    second: &ProfileName,
) -> Result<(), Problem> {
    let failed = |reason: String, hint| {
        let message = format!("the session was not written to [{second}] too: {reason}");
        Err(Problem::new("second-target", message, hint))
    };
    // What stands in the config file counts too.
    if let Some(reason) = loaded.files.profile(second).and_then(target::conflict) {
        return failed(reason, "the session works under its own name".into());
    }
    let written = session::with_changes(credentials, Format::Ours, |changes| {
        aws_files::edit(&world.paths.credentials, second.as_str(), changes, target::conflict)
    });
    match written {
        Ok(_) => Ok(()),
        Err(error) => failed(error.to_string(), error.hint()),
    }
}

/// Finds out whether a session could be written, before a code is spent on it; `id` is any key's.
pub(crate) fn rehearse(world: &World, target: &Target, id: &AccessKeyId) -> Result<(), RefreshError> {
    match target.store {
        Store::File => {
            let stand_in = SessionCredentials::stand_in(id, world.clock.now());
            session::with_changes(&stand_in, target.format, |changes| {
                let section = target.section.as_str();
                aws_files::rehearse(&world.paths.credentials, section, changes, target::conflict)
            })?;
        }
        // A keychain that can be read is unlocked, and can be written.
        Store::Keychain => {
            kept::read(&*world.keychain, world.by, &target.section).map_err(VaultError::from)?;
        }
    }
    Ok(())
}

/// Takes the session of `target` out of the keychain.
///
/// # Errors
/// [`Unavailable`]: it may still be there.
pub(crate) fn forget(world: &World, target: &ProfileName) -> Result<(), Unavailable> {
    kept::remove(&*world.keychain, target)?;
    // A session that is said to be there and is not, is found out when it is wanted.
    let _ = world.state.forget_kept(target);
    Ok(())
}
