//! Has AWS's tools ask us for a profile's session instead of reading it from a file: nothing temporary lies in plain
//! text then, and every tool gets a session that is good.

use std::path::Path;

use crate::aws_files::{self, WriteError};
use crate::file;
use crate::ini::Change;
use crate::lock::{self, LockError, Subject};
use crate::ports::SessionCredentials;
use crate::problem::Problem;
use crate::process;
use crate::profile::ProfileName;
use crate::refresh::prepare::{self, Prepared};
use crate::refresh::{RefreshError, Request};
use crate::session::{Session, removal};
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
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Plan {
    /// The profile whose session it is.
    pub profile: ProfileName,
    /// The profile that AWS's tools use.
    pub target: ProfileName,
    /// Header and lines that the config file gets, or loses.
    pub config: (String, Vec<String>),
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
    let lines = lines(&loaded, &prepared, program)?;
    Ok(Plan {
        profile: prepared.entry.name.clone(),
        target: prepared.target.section.clone(),
        config: (
            aws_files::config_header(&prepared.target.section),
            lines.iter().map(|(key, value)| format!("{key} = {value}")).collect(),
        ),
        moves_session: holds_session(&loaded, &prepared.target),
    })
}

/// The lines of the target's profile: a profile that there is not yet gets region and output as a session's does.
fn lines(loaded: &Loaded, prepared: &Prepared<'_>, program: &Path) -> Result<Vec<(&'static str, String)>, SetupError> {
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
    let line = process::line(program, &prepared.entry.name).map_err(SetupError::Refused)?;
    let mut lines = vec![("credential_process", line)];
    if !loaded.files.in_config(&target.section) {
        let copied = ["region", "output"].into_iter().filter_map(|key| {
            let value = loaded.text(prepared.entry, key)?;
            Some((key, value.to_owned()))
        });
        lines.extend(copied);
    }
    Ok(lines)
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
pub fn serve(world: &World, profile: &ProfileName, program: &Path) -> Result<Plan, SetupError> {
    let plan = plan(world, profile, program)?;
    let loaded = world.load().map_err(RefreshError::from)?;
    let prepared = prepare::prepare(&loaded, &Request::of(profile))?;
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
    let lines = lines(&loaded, &prepared, program)?;
    let changes: Vec<Change<'_>> = lines.iter().map(|(key, value)| Change::Set(key, value)).collect();
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
    world.edit_config(&target.section, &changes)?;
    Ok(plan)
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

/// Takes [`serve`] back: the line out of the config file, a session that is good into the credentials file, and none
/// left in the keychain.
///
/// # Errors
/// [`SetupError`].
pub fn undo(world: &World, profile: &ProfileName) -> Result<Plan, SetupError> {
    let loaded = world.load().map_err(RefreshError::from)?;
    let prepared = prepare::prepare(&loaded, &Request::of(profile))?;
    let target = prepared.target.clone();
    if target.store == Store::File {
        let message = format!(
            "AWS tools do not ask MFA Tray for the session of {}",
            prepared.entry.name
        );
        return Err(SetupError::Refused(Problem::new(
            "target",
            message,
            "there is nothing to undo",
        )));
    }
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
    world.edit_config(&target.section, &[Change::Remove("credential_process")])?;
    store::forget(world, &target.section).map_err(VaultError::from)?;
    Ok(Plan {
        profile: prepared.entry.name.clone(),
        target: target.section.clone(),
        config: (
            aws_files::config_header(&target.section),
            vec!["credential_process".to_owned()],
        ),
        moves_session: session.is_some(),
    })
}
