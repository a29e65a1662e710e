//! Everything that can be found out, and can fail, before a device or a code is known.

use crate::aws_files::Properties;
use crate::catalog::{Entry, Kind, Role};
use crate::endpoint::Endpoint;
use crate::keys::LongTermKey;
use crate::plan;
use crate::ports::{Caller, SessionCredentials};
use crate::problem::Problem;
use crate::profile::{MfaSerial, ProfileName};
use crate::refresh::{RefreshError, Refreshed, Request, When};
use crate::session::{Owner, Session, State};
use crate::status;
use crate::store::{self, Sessions};
use crate::target::{self, Target};
use crate::world::{Loaded, World};

/// What GetSessionToken gives when nobody asks for less
/// (<https://docs.aws.amazon.com/STS/latest/APIReference/API_GetSessionToken.html>).
const DEFAULT_DURATION: u32 = 43_200;
/// What GetSessionToken accepts.
pub(super) const DURATIONS: std::ops::RangeInclusive<u32> = 900..=129_600;

/// What is known before a device or a code is.
pub(crate) struct Prepared<'a> {
    pub(crate) entry: &'a Entry,
    pub(crate) target: Target,
    /// The long-term key of the user, who is the one behind the role if it is one.
    pub(crate) key: LongTermKey,
    pub(crate) duration: u32,
    pub(crate) role: Option<&'a Role>,
}

impl Prepared<'_> {
    /// Whose the session is.
    pub(crate) fn owner(&self) -> Owner<'_> {
        Owner {
            key: self.key.id.as_str(),
            role: self.role.map(|role| role.arn.as_str()),
        }
    }

    pub(crate) fn made(&self, credentials: &SessionCredentials, warnings: Vec<Problem>) -> Refreshed {
        Refreshed {
            profile: self.entry.name.clone(),
            target: self.target.section.clone(),
            access_key_id: credentials.key.id.clone(),
            expires_at: Some(credentials.expires_at),
            made: true,
            warnings,
        }
    }

    pub(crate) fn kept(&self, session: Session) -> Refreshed {
        Refreshed {
            profile: self.entry.name.clone(),
            target: self.target.section.clone(),
            access_key_id: session.access_key_id,
            expires_at: session.expires_at,
            made: false,
            warnings: Vec::new(),
        }
    }

    pub(crate) fn caller(
        &self,
        world: &World,
        loaded: &Loaded,
        serial: Option<&MfaSerial>,
    ) -> Result<Caller, RefreshError> {
        let none = Properties::default();
        let own = loaded.files.profile(&self.entry.section).unwrap_or(&none);
        // Of a pair, region and endpoint may stand with the short name.
        let shown = loaded.files.profile(&self.entry.name).unwrap_or(own);
        let properties = if own.has("region") { own } else { shown };
        let endpoint = loaded
            .endpoint(world, properties, serial.and_then(MfaSerial::arn))
            .map_err(RefreshError::Profile)?;
        Ok(Caller {
            key: self.key.open(world)?,
            endpoint,
        })
    }
}

pub(crate) fn prepare<'a>(loaded: &'a Loaded, request: &Request) -> Result<Prepared<'a>, RefreshError> {
    let entry = loaded
        .catalog
        .find(&request.profile)
        .ok_or_else(|| RefreshError::UnknownProfile(request.profile.clone()))?;
    let role = match &entry.kind {
        Kind::IamUser => None,
        Kind::Role(role) => Some(role),
        // Another device than the one the profile names may be chosen.
        Kind::Incomplete(problem) if problem.code == "fido-only" && request.serial.is_some() => None,
        Kind::Incomplete(problem) => return Err(RefreshError::Profile(problem.clone())),
        Kind::Managed { by } => {
            let message = format!("{} is managed by {by}, which gets its credentials itself", entry.name);
            return Err(RefreshError::Profile(Problem::new(
                "managed",
                message,
                format!("use {by} for this profile"),
            )));
        }
    };
    let target = place(loaded, entry, request.target.as_ref()).map_err(RefreshError::Target)?;
    let incomplete = || RefreshError::UnknownProfile(request.profile.clone());
    let keys = role.and_then(Role::root).unwrap_or(&entry.section);
    let key = LongTermKey::of(&loaded.files, &loaded.settings, keys).ok_or_else(incomplete)?;
    let duration = request.duration.unwrap_or_else(|| duration(loaded, entry));
    let impossible = match role {
        Some(_) if !plan::DURATIONS.contains(&duration) => Some(RefreshError::RoleDuration(duration)),
        None if !DURATIONS.contains(&duration) => Some(RefreshError::Duration(duration)),
        _ => None,
    };
    if let Some(error) = impossible {
        return Err(match request.duration {
            Some(_) => error,
            // Not what was asked for is wrong then, but what stands in a file.
            None => RefreshError::Profile(Problem::new(
                "duration",
                error.to_string(),
                duration_hint(loaded, entry),
            )),
        });
    }
    Ok(Prepared {
        entry,
        target,
        key,
        duration,
        role,
    })
}

/// Where sessions of `entry` go, at `asked` if a section was chosen; or why they cannot.
pub(super) fn place(loaded: &Loaded, entry: &Entry, asked: Option<&ProfileName>) -> Result<Target, Problem> {
    let is_pair = entry.name != entry.section;
    let target = target::choose(&entry.name, is_pair, asked, &loaded.files, &loaded.settings);
    let target = target.ok_or_else(|| status::no_target(&entry.name))?;
    let shared = loaded.catalog.shared_with(entry, &target);
    target::check(&loaded.files, &entry.name, &target, shared)?;
    Ok(target)
}

/// How many seconds a session of `entry` lasts when nobody says otherwise.
pub(crate) fn duration(loaded: &Loaded, entry: &Entry) -> u32 {
    let properties = loaded.files.profile(&entry.section);
    let configured = || properties.and_then(|properties| properties.text("duration_seconds")?.parse().ok());
    let chosen = loaded.settings.duration(&entry.name);
    chosen.or_else(configured).unwrap_or(match entry.kind {
        Kind::Role(_) => plan::HOUR,
        _ => DEFAULT_DURATION,
    })
}

/// Where the number stands that [`duration`] found.
fn duration_hint(loaded: &Loaded, entry: &Entry) -> String {
    match loaded.settings.duration(&entry.name) {
        Some(_) => format!("change `duration` of the profile {} in settings.toml", entry.name),
        None => format!(
            "change duration_seconds of the profile {} in the config file",
            entry.section
        ),
    }
}

pub(crate) fn good_session(world: &World, loaded: &Loaded, prepared: &Prepared<'_>, when: When) -> Option<Session> {
    if when == When::Always {
        return None;
    }
    let session = session_in_target(world, loaded, prepared)?;
    (session.state(world.aws_time(), loaded.settings.margin()) == State::Active).then_some(session)
}

/// The session in the target, good or not.
pub(crate) fn session_in_target(world: &World, loaded: &Loaded, prepared: &Prepared<'_>) -> Option<Session> {
    Sessions::read(&world.state).of(&loaded.files, &prepared.target, Some(prepared.owner()))
}

/// A caller with the session in the profile's target, if it is the profile's and still good: a user's sessions of ours
/// are all made with a code.
pub(crate) fn session_caller(
    world: &World,
    loaded: &Loaded,
    prepared: &Prepared<'_>,
    endpoint: &Endpoint,
) -> Option<Caller> {
    let session = session_in_target(world, loaded, prepared)?;
    let state = session.state(world.aws_time(), loaded.settings.margin());
    let good = matches!(state, State::Active | State::Expiring);
    good.then_some(())?;
    Some(Caller {
        key: store::key(world, loaded, &prepared.target).ok()??,
        endpoint: endpoint.clone(),
    })
}
