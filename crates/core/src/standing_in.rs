//! *Use as default*: one profile's session stands in `[default]` too, for what looks nowhere else.

use crate::aws_files::{self, FileKind, WriteError};
use crate::draft::Draft;
use crate::file;
use crate::lock::{self, LockError, Subject};
use crate::ports::SessionCredentials;
use crate::problem::Problem;
use crate::profile::ProfileName;
use crate::refresh::prepare::{self, Prepared};
use crate::refresh::{RefreshError, Request, When, after};
use crate::session::{self, Format, removal};
use crate::settings::{self, General, SettingsError};
use crate::store::{self, Sessions};
use crate::target::{self, Store};
use crate::world::{Loaded, World};

/// Why nothing was changed.
#[derive(Debug, thiserror::Error)]
pub enum StandingInError {
    /// See [`RefreshError`].
    #[error(transparent)]
    Profile(#[from] RefreshError),
    /// `[default]` is somebody else's, or the profile's session is in no file.
    #[error("{}", .0.message)]
    Refused(Problem),
    /// See [`SettingsError`].
    #[error(transparent)]
    Settings(#[from] SettingsError),
    /// See [`LockError`].
    #[error(transparent)]
    Lock(#[from] LockError),
    /// See [`WriteError`].
    #[error(transparent)]
    Write(#[from] WriteError),
}

impl StandingInError {
    /// The same for every front end.
    pub fn problem(&self) -> Problem {
        match self {
            StandingInError::Profile(error) => error.problem(),
            StandingInError::Refused(problem) => problem.clone(),
            StandingInError::Settings(error) => error.problem(),
            StandingInError::Lock(error) => Problem::new("lock", error.to_string(), error.hint()),
            StandingInError::Write(error) => Problem::new("file", error.to_string(), error.hint()),
        }
    }
}

/// How [`use_as_default`] would change the files.
///
/// # Errors
/// [`StandingInError`].
pub fn plan(world: &World, profile: Option<&ProfileName>) -> Result<Draft, StandingInError> {
    let loaded = world.load().map_err(RefreshError::from)?;
    let default = ProfileName::default_profile();
    let mut draft = Draft::begin(world).map_err(WriteError::from)?;
    let Some(profile) = profile else {
        if is_ours(world, &loaded, &default) {
            draft.change(FileKind::Credentials, default.as_str(), &removal())?;
        }
        return Ok(draft);
    };
    let prepared = chosen(&loaded, profile, &default)?;
    let inherited = after::inherited(&loaded, prepared.entry, &default);
    if !inherited.is_empty() {
        draft.change(FileKind::Config, &FileKind::Config.header(&default), &inherited)?;
    }
    if let Some(session) = session_to_copy(world, &loaded, &prepared)? {
        session::with_changes(&session, Format::Ours, |changes| {
            draft.change(FileKind::Credentials, default.as_str(), changes)
        })?;
    }
    Ok(draft)
}

/// Has the sessions of `profile` written to `[default]` too from now on, the one there is at once; `None`: nobody's.
///
/// # Errors
/// [`StandingInError`].
pub fn use_as_default(world: &World, profile: Option<&ProfileName>) -> Result<(), StandingInError> {
    let loaded = world.load().map_err(RefreshError::from)?;
    let default = ProfileName::default_profile();
    let prepared = profile.map(|profile| chosen(&loaded, profile, &default)).transpose()?;
    let session = match &prepared {
        Some(prepared) => {
            // Not every tool knows a region without it; a profile that is not written now can be written by hand.
            let _ = after::create_profile(world, &loaded, prepared, &default);
            session_to_copy(world, &loaded, prepared)?
        }
        None => None,
    };
    let choice = prepared.map(|prepared| prepared.entry.name.clone());
    settings::set_general(&world.settings, &world.state.locks(), &General::DefaultProfile(choice))?;
    let real = file::real_path(&world.paths.credentials);
    let _file = lock::take(&world.state.locks(), Subject::File(&real), lock::PATIENCE)?;
    match session {
        Some(session) => store::copy(world, &loaded, &session, &default).map_err(StandingInError::Refused)?,
        None if is_ours(world, &loaded, &default) => {
            aws_files::edit(&world.paths.credentials, default.as_str(), &removal(), target::conflict)?;
        }
        None => {}
    }
    Ok(())
}

/// The profile whose session shall stand in `[default]`, if nothing stands in the way.
fn chosen<'a>(
    loaded: &'a Loaded,
    profile: &ProfileName,
    default: &ProfileName,
) -> Result<Prepared<'a>, StandingInError> {
    let prepared = prepare::prepare(loaded, &Request::of(profile))?;
    let name = &prepared.entry.name;
    let refused = |message: String, hint: String| Err(StandingInError::Refused(Problem::new("target", message, hint)));
    if prepared.target.section == *default || name == default {
        return refused(
            format!("the session of {name} goes to [default] already"),
            "nothing to do: AWS tools use it without a profile's name".to_owned(),
        );
    }
    if prepared.target.store == Store::Keychain {
        return refused(
            format!("the session of {name} is in the keychain, and [default] would put it into a file"),
            format!("give it back to the file first: mfa-tray setup {name} --credential-process --undo"),
        );
    }
    if let Some(reason) = loaded.files.profile(default).and_then(target::conflict) {
        return refused(
            format!("[default] cannot hold the session of {name}: {reason}"),
            "give what stands there another name first, for instance: mfa-tray profile rename default work".to_owned(),
        );
    }
    Ok(prepared)
}

/// The good session of a profile, whose session is in the file.
fn session_to_copy(
    world: &World,
    loaded: &Loaded,
    prepared: &Prepared<'_>,
) -> Result<Option<SessionCredentials>, StandingInError> {
    let session = prepare::good_session(world, loaded, prepared, When::Needed);
    let Some(expires_at) = session.and_then(|session| session.expires_at) else {
        return Ok(None);
    };
    let key = store::key(world, loaded, &prepared.target).map_err(RefreshError::from)?;
    Ok(key.map(|key| SessionCredentials { key, expires_at }))
}

/// Whether a session that we have written stands in `[default]`.
fn is_ours(world: &World, loaded: &Loaded, default: &ProfileName) -> bool {
    let sessions = Sessions::read(&world.state);
    let session = sessions.in_section(&loaded.files, default, None);
    session.is_some_and(|session| sessions.made_here(&session))
}
