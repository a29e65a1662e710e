//! Ends a session on this machine: takes our keys out of its target section.

use jiff::Timestamp;

use crate::activity::{self, Event};
use crate::aws_files::{self, WriteError};
use crate::file;
use crate::lock::{self, LockError, Subject};
use crate::ports::Unavailable;
use crate::profile::ProfileName;
use crate::session::removal;
use crate::store::{self, Sessions};
use crate::target::{self, Store};
use crate::world::World;

/// A session that was taken away.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cleared {
    /// The section.
    pub target: ProfileName,
    /// AWS keeps the session valid until then: nothing can end it sooner but a policy.
    pub expires_at: Option<Timestamp>,
}

/// Why nothing was taken away.
#[derive(Debug, thiserror::Error)]
pub enum ClearError {
    /// See [`LockError`].
    #[error(transparent)]
    Lock(#[from] LockError),
    /// See [`WriteError`].
    #[error(transparent)]
    Write(#[from] WriteError),
    /// The session is in the keychain; see [`Unavailable`].
    #[error(transparent)]
    Keychain(#[from] Unavailable),
}

/// Takes the session out of `section`; `None` if there is none of ours.
///
/// # Errors
/// [`ClearError`]; the file is then what it was.
pub fn clear(
    world: &World,
    loaded: &crate::world::Loaded,
    section: &ProfileName,
) -> Result<Option<Cleared>, ClearError> {
    let entry = loaded.catalog.find(section);
    let target = entry.and_then(|entry| entry.target.as_ref());
    let in_keychain = target.is_some_and(|target| target.section == *section && target.store == Store::Keychain);
    let sessions = Sessions::read(&world.state);
    let session = match target.filter(|_| in_keychain) {
        Some(target) => sessions.of(&loaded.files, target, None),
        None => sessions.in_section(&loaded.files, section, None),
    };
    let Some(session) = session.filter(|session| sessions.made_here(session) || session.is_ours) else {
        return Ok(None);
    };
    let real = file::real_path(&world.paths.credentials);
    let _target = lock::take(
        &world.state.locks(),
        Subject::Target(&real, section.as_str()),
        lock::PATIENCE,
    )?;
    if in_keychain {
        store::forget(world, section)?;
    } else {
        let _file = lock::take(&world.state.locks(), Subject::File(&real), lock::PATIENCE)?;
        let second = target
            .filter(|target| target.section == *section)
            .and_then(|target| target.second.as_ref());
        let holds_the_same = |second: &&ProfileName| {
            let found = sessions.in_section(&loaded.files, second, None);
            found.is_some_and(|found| found.access_key_id == session.access_key_id)
        };
        for section in std::iter::once(section).chain(second.filter(holds_the_same)) {
            aws_files::edit(&world.paths.credentials, section.as_str(), &removal(), target::conflict)?;
        }
    }
    let profile = entry.map_or(section, |entry| &entry.name);
    let ended = Event::ended(world.clock.now(), world.by, profile, session.expires_at);
    // The session is gone, whether or not that is told.
    let _ = activity::record(&world.state, &ended);
    Ok(Some(Cleared {
        target: section.clone(),
        expires_at: session.expires_at,
    }))
}
