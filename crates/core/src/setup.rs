//! Has AWS's tools ask us for a profile's session instead of reading it from a file: nothing temporary lies in plain
//! text then, and every tool gets a session that is good.

use std::path::Path;

use crate::aws_files::{self, FileKind, WriteError};
use crate::draft::Draft;
use crate::file;
use crate::ini::Change;
use crate::lock::{self, LockError, Subject};
use crate::ports::SessionCredentials;
use crate::problem::Problem;
use crate::process;
use crate::profile::ProfileName;
use crate::refresh::prepare::{self, Prepared};
use crate::refresh::{RefreshError, Request, after};
use crate::session::{self, Session, removal};
use crate::state::MadeSession;
use crate::store;
use crate::target::{self, Store, Target};
use crate::vault::{self, VaultError};
use crate::world::{ConfigError, Loaded, World};

/// Why nothing, or not everything, was changed.
#[derive(Debug, thiserror::Error)]
pub enum SetupError {
    /// See [`RefreshError`].
    #[error(transparent)]
    Profile(#[from] RefreshError),
    /// What stands in the way.
    #[error("{}", .0.message)]
    Refused(Problem),
    /// See [`VaultError`].
    #[error(transparent)]
    Keychain(#[from] VaultError),
    /// See [`ConfigError`].
    #[error(transparent)]
    Config(#[from] ConfigError),
    /// See [`LockError`].
    #[error(transparent)]
    Lock(#[from] LockError),
    /// See [`WriteError`].
    #[error(transparent)]
    Write(#[from] WriteError),
}

impl SetupError {
    /// The same for every front end.
    pub fn problem(&self) -> Problem {
        match self {
            SetupError::Profile(error) => error.problem(),
            SetupError::Refused(problem) => problem.clone(),
            SetupError::Keychain(error) => Problem::new("keychain", error.to_string(), error.hint()),
            SetupError::Lock(error) | SetupError::Config(ConfigError::Lock(error)) => {
                Problem::new("lock", error.to_string(), error.hint())
            }
            SetupError::Write(error) | SetupError::Config(ConfigError::Write(error)) => {
                Problem::new("file", error.to_string(), error.hint())
            }
        }
    }
}

/// What would be changed, for the person to see first.
#[derive(Debug)]
pub struct Plan {
    /// The profile whose session it is.
    pub profile: ProfileName,
    /// The profile that AWS's tools use.
    pub target: ProfileName,
    /// How the files would change, secrets masked.
    pub draft: Draft,
    /// Whether session keys go out of the credentials file, or into it.
    pub moves_session: bool,
}

/// What [`serve`] would do: have tools that use the target of `profile` call `program`, this command line.
///
/// # Errors
/// [`SetupError`].
pub fn plan(world: &World, profile: &ProfileName, program: &Path) -> Result<Plan, SetupError> {
    let loaded = world.load().map_err(RefreshError::from)?;
    let prepared = prepare::prepare(&loaded, &Request::of(profile))?;
    let line = line(&loaded, &prepared, program)?;
    let section = &prepared.target.section;
    let mut draft = Draft::begin(world).map_err(WriteError::from)?;
    let header = FileKind::Config.header(section);
    draft.change(FileKind::Config, &header, &changes(&loaded, &prepared, &line))?;
    let moves_session = holds_session(&loaded, &prepared.target);
    if moves_session {
        draft.change(FileKind::Credentials, section.as_str(), &removal())?;
    }
    Ok(Plan {
        profile: prepared.entry.name.clone(),
        target: section.clone(),
        draft,
        moves_session,
    })
}

/// What the target's profile gets: one that there is not yet has region and output as a session's does.
fn changes<'a>(loaded: &'a Loaded, prepared: &'a Prepared<'_>, line: &'a str) -> Vec<Change<'a>> {
    let mut changes = vec![Change::Set("credential_process", line)];
    changes.extend(after::inherited(loaded, prepared.entry, &prepared.target.section));
    changes
}

/// The line that has tools call `program`, if nothing stands in its way.
fn line(loaded: &Loaded, prepared: &Prepared<'_>, program: &Path) -> Result<String, SetupError> {
    let target = &prepared.target;
    let refused = |message: String, hint: &str| Err(SetupError::Refused(Problem::new("target", message, hint)));
    if target.second.is_some() {
        let message = format!(
            "the session of {} is used as default, which is in a file",
            prepared.entry.name
        );
        return refused(message, "take that back first: mfa-tray setup PROFILE --default --undo");
    }
    if target.store == Store::File
        && let Some(properties) = loaded.files.profile(&target.section)
        && let Some(reason) = target::conflict(properties)
    {
        return refused(
            format!("[{}] cannot be set up: {reason}", target.section),
            "nothing was changed",
        );
    }
    process::line(program, &prepared.entry.name).map_err(SetupError::Refused)
}

fn holds_session(loaded: &Loaded, target: &Target) -> bool {
    let properties = loaded.files.profile(&target.section);
    properties.is_some_and(|properties| properties.has("aws_access_key_id"))
}

/// Does it: the session into the keychain, out of the credentials file, the line into the config file. Cut short in
/// between, it is done by calling it again, and no session is lost.
///
/// # Errors
/// [`SetupError`].
pub fn serve(world: &World, profile: &ProfileName, program: &Path) -> Result<(), SetupError> {
    let loaded = world.load().map_err(RefreshError::from)?;
    let prepared = prepare::prepare(&loaded, &Request::of(profile))?;
    let line = line(&loaded, &prepared, program)?;
    let target = prepared.target.clone();
    let locks = world.state.locks();
    let real = file::real_path(&world.paths.credentials);
    let _target = lock::take(&locks, Subject::Target(&real, target.section.as_str()), lock::PATIENCE)?;
    if target.store == Store::File {
        vault::check(&*world.keychain)?;
        if let Some((session, made)) = good_session(world, &loaded, &prepared)? {
            let kept = Target {
                store: Store::Keychain,
                ..target.clone()
            };
            store::write(world, &loaded, &kept, &session, &made, &real)?;
        }
    }
    // Keys in the file would win over the line, so they go first.
    if holds_session(&loaded, &target) {
        let _file = lock::take(&locks, Subject::File(&real), lock::PATIENCE)?;
        let section = target.section.as_str();
        aws_files::edit(
            &world.paths.credentials,
            section,
            &removal(),
            target::holds_long_term_key,
        )?;
    }
    world.edit_config(&target.section, &changes(&loaded, &prepared, &line))?;
    Ok(())
}

/// The good session in the target, with what is known of it.
fn good_session(
    world: &World,
    loaded: &Loaded,
    prepared: &Prepared<'_>,
) -> Result<Option<(SessionCredentials, MadeSession)>, SetupError> {
    let session = prepare::session_in_target(world, loaded, prepared).filter(|session| session.is_ours);
    let Some(Session {
        expires_at: Some(expires_at),
        issued_at,
        ..
    }) = session
    else {
        return Ok(None);
    };
    let now = world.aws_time();
    let Some(key) = store::key(world, loaded, &prepared.target)?.filter(|_| expires_at > now) else {
        return Ok(None);
    };
    let made = MadeSession {
        issued_at: issued_at.unwrap_or(now),
        expires_at,
        source: Some(prepared.owner().key.to_owned()),
        role: prepared.owner().role.map(str::to_owned),
    };
    Ok(Some((SessionCredentials { key, expires_at }, made)))
}

/// What [`undo`] would do. Asks no keychain: secrets are not shown.
///
/// # Errors
/// [`SetupError`].
pub fn plan_undo(world: &World, profile: &ProfileName) -> Result<Plan, SetupError> {
    let loaded = world.load().map_err(RefreshError::from)?;
    let prepared = served(&loaded, profile)?;
    let section = &prepared.target.section;
    let mut draft = Draft::begin(world).map_err(WriteError::from)?;
    draft.change(FileKind::Config, &FileKind::Config.header(section), &WITHOUT_LINE)?;
    let session = prepare::session_in_target(world, &loaded, &prepared).filter(|session| session.is_ours);
    let ends = session.and_then(|session| Some((session.expires_at?, session.access_key_id)));
    let good = ends.filter(|(expires_at, _)| *expires_at > world.aws_time());
    if let Some((expires_at, id)) = &good {
        let stand_in = SessionCredentials::stand_in(id, *expires_at);
        session::with_changes(&stand_in, prepared.target.format, |changes| {
            draft.change(FileKind::Credentials, section.as_str(), changes)
        })?;
    }
    Ok(Plan {
        profile: prepared.entry.name.clone(),
        target: section.clone(),
        draft,
        moves_session: good.is_some(),
    })
}

const WITHOUT_LINE: [Change<'static>; 1] = [Change::Remove("credential_process")];

/// The profile, which has to be one that tools ask us for.
fn served<'a>(loaded: &'a Loaded, profile: &ProfileName) -> Result<Prepared<'a>, SetupError> {
    let prepared = prepare::prepare(loaded, &Request::of(profile))?;
    if prepared.target.store == Store::File {
        let message = format!(
            "AWS tools do not ask MFA Tray for the session of {}",
            prepared.entry.name
        );
        let problem = Problem::new("target", message, "there is nothing to undo");
        return Err(SetupError::Refused(problem));
    }
    Ok(prepared)
}

/// Takes [`serve`] back: the line out of the config file, a session that is good into the credentials file, and none
/// left in the keychain.
///
/// # Errors
/// [`SetupError`].
pub fn undo(world: &World, profile: &ProfileName) -> Result<(), SetupError> {
    let loaded = world.load().map_err(RefreshError::from)?;
    let prepared = served(&loaded, profile)?;
    let target = prepared.target.clone();
    let real = file::real_path(&world.paths.credentials);
    let locks = world.state.locks();
    let _target = lock::take(&locks, Subject::Target(&real, target.section.as_str()), lock::PATIENCE)?;
    let session = good_session(world, &loaded, &prepared)?;
    let in_file = Target {
        store: Store::File,
        ..target.clone()
    };
    // Keys in the file win over the line: at no instant is there neither.
    if let Some((session, made)) = &session {
        store::write(world, &loaded, &in_file, session, made, &real)?;
    }
    world.edit_config(&target.section, &WITHOUT_LINE)?;
    store::forget(world, &target.section).map_err(VaultError::from)?;
    Ok(())
}
