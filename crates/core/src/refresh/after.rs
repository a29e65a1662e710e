//! What follows a session that was made and written. None of it can take the session away again.

use crate::activity::{self, Event};
use crate::aws_error::AwsError;
use crate::aws_files;
use crate::catalog::Entry;
use crate::ini::Change;
use crate::ports::{Caller, SessionCredentials};
use crate::problem::Problem;
use crate::profile::ProfileName;
use crate::refresh::Request;
use crate::refresh::prepare::Prepared;
use crate::settings::{self, Setting};
use crate::state::MadeSession;
use crate::world::{Loaded, World};

/// Remembers the session and the choices, and gives the target a profile; returns what did not work.
pub(super) fn remember(
    world: &World,
    loaded: &Loaded,
    prepared: &Prepared<'_>,
    request: &Request,
    credentials: &SessionCredentials,
    made: &MadeSession,
) -> Vec<Problem> {
    let mut warnings = Vec::new();
    let event = Event::made(
        world.clock.now(),
        world.by,
        &prepared.entry.name,
        credentials.expires_at,
    );
    if let Err(error) = activity::record(&world.state, &event) {
        warnings.push(Problem::new(
            "state",
            error.to_string(),
            "the session works; check the state folder",
        ));
    }
    if let Err(error) = world.state.remember_session(&credentials.key.id, made) {
        warnings.push(Problem::new(
            "state",
            error.to_string(),
            "the session works; check the state folder",
        ));
    }
    warnings.extend(create_profile(world, loaded, prepared, &prepared.target.section));
    remember_choices(world, prepared, request, &mut warnings);
    warnings
}

/// Creates the profile of a section that gets sessions, with the source's region and output, only where there is none.
pub(crate) fn create_profile(
    world: &World,
    loaded: &Loaded,
    prepared: &Prepared<'_>,
    section: &ProfileName,
) -> Option<Problem> {
    let changes = inherited(loaded, prepared.entry, section);
    if changes.is_empty() {
        return None;
    }
    let error = world.edit_config(section, &changes).err()?;
    let header = aws_files::config_header(section);
    let hint = format!("the session works; add region to [{header}] yourself");
    let message = format!("[{header}] was not added to the config file: {error}");
    Some(Problem::new("config", message, hint))
}

/// What the profile of a section that gets the sessions of `entry` has from it: nothing, if there is one.
pub(crate) fn inherited<'a>(loaded: &'a Loaded, entry: &'a Entry, section: &ProfileName) -> Vec<Change<'a>> {
    if loaded.files.in_config(section) {
        return Vec::new();
    }
    let of_source = |key| Some(Change::Set(key, loaded.text(entry, key)?));
    ["region", "output"].into_iter().filter_map(of_source).collect()
}

fn remember_choices(world: &World, prepared: &Prepared<'_>, request: &Request, warnings: &mut Vec<Problem>) {
    let choices = [
        request.target.clone().map(|target| Setting::Target(Some(target))),
        request.serial.clone().map(Setting::Device),
    ];
    for choice in choices.into_iter().flatten() {
        if let Err(error) = settings::set(&world.settings, &world.state.locks(), &prepared.entry.name, &choice) {
            warnings.push(error.problem());
        }
    }
}

/// Asks once per key who it is, and how old. Nothing hangs on the answers but what is shown.
pub(super) fn learn_identity(
    world: &World,
    prepared: &Prepared<'_>,
    credentials: &SessionCredentials,
    caller: &Caller,
) {
    let id = &prepared.key.id;
    let known = world.state.known_keys().remove(id.as_str()).unwrap_or_default();
    let session = Caller {
        key: credentials.key.clone(),
        endpoint: caller.endpoint.clone(),
    };
    if known.arn.is_none()
        && let Ok(identity) = world.aws.caller_identity(&session).result
    {
        let _ = world.state.remember_identity(id, &identity);
    }
    if !known.age_asked {
        match world.aws.access_keys(&session).result {
            Ok(keys) => {
                let own = keys.into_iter().find(|key| key.id == *id);
                let _ = world.state.remember_age(id, own.map(|key| key.created_at));
            }
            // Some may not list them; that will be the same the next time.
            Err(AwsError::Refused(_)) => {
                let _ = world.state.remember_age(id, None);
            }
            Err(_) => {}
        }
    }
}
