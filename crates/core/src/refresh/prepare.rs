//! Everything that can be found out, and can fail, before a device or a code is known.

use crate::aws_files::{self, Properties};
use crate::catalog::{Entry, Kind};
use crate::endpoint::endpoint;
use crate::ports::{Caller, SessionCredentials};
use crate::problem::Problem;
use crate::profile::{AccessKeyId, MfaSerial};
use crate::refresh::{RefreshError, Refreshed, Request};
use crate::secret::AccessKey;
use crate::session::{self, Session};
use crate::status;
use crate::target::{self, Target};
use crate::world::{Loaded, World};

/// What GetSessionToken gives when nobody asks for less
/// (<https://docs.aws.amazon.com/STS/latest/APIReference/API_GetSessionToken.html>).
const DEFAULT_DURATION: u32 = 43_200;
/// What GetSessionToken accepts.
const DURATIONS: std::ops::RangeInclusive<u32> = 900..=129_600;

/// What is known before a device or a code is.
pub(crate) struct Prepared<'a> {
    pub(crate) entry: &'a Entry,
    pub(crate) target: Target,
    pub(crate) key: AccessKey,
    pub(crate) duration: u32,
}

impl Prepared<'_> {
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
        let endpoint = endpoint(
            &world.endpoints,
            &loaded.files,
            properties,
            serial.and_then(MfaSerial::arn),
        )
        .map_err(RefreshError::Profile)?;
        Ok(Caller {
            key: self.key.clone(),
            endpoint,
        })
    }
}

pub(crate) fn prepare<'a>(loaded: &'a Loaded, request: &Request) -> Result<Prepared<'a>, RefreshError> {
    let entry = loaded
        .catalog
        .find(&request.profile)
        .ok_or_else(|| RefreshError::UnknownProfile(request.profile.clone()))?;
    match &entry.kind {
        Kind::IamUser => {}
        Kind::Role(_) => return Err(RefreshError::Profile(status::role_sessions_not_yet(&entry.name))),
        // Another device than the one the profile names may be chosen.
        Kind::Incomplete(problem) if problem.code == "fido-only" && request.serial.is_some() => {}
        Kind::Incomplete(problem) => return Err(RefreshError::Profile(problem.clone())),
        Kind::Managed { by } => {
            let message = format!("{} is managed by {by}, which gets its credentials itself", entry.name);
            return Err(RefreshError::Profile(Problem::new(
                "managed",
                message,
                format!("use {by} for this profile"),
            )));
        }
    }
    let is_pair = entry.name != entry.section;
    let target = target::choose(&entry.name, is_pair, request.target.as_ref(), &loaded.settings)
        .ok_or_else(|| RefreshError::Target(status::no_target(&entry.name)))?;
    target::check(
        &loaded.files,
        &entry.name,
        &target,
        loaded.catalog.shared_with(entry, &target),
    )
    .map_err(RefreshError::Target)?;
    let incomplete = || RefreshError::UnknownProfile(request.profile.clone());
    let properties = loaded.files.profile(&entry.section).ok_or_else(incomplete)?;
    let id = properties
        .text("aws_access_key_id")
        .and_then(|id| AccessKeyId::parse(id).ok())
        .ok_or_else(incomplete)?;
    let secret = properties
        .secret("aws_secret_access_key")
        .cloned()
        .ok_or_else(incomplete)?;
    let configured = || properties.text("duration_seconds").and_then(|text| text.parse().ok());
    let duration = request.duration.or_else(configured).unwrap_or(DEFAULT_DURATION);
    if !DURATIONS.contains(&duration) {
        return Err(RefreshError::Duration(duration));
    }
    Ok(Prepared {
        entry,
        target,
        key: AccessKey {
            id,
            secret,
            session_token: None,
        },
        duration,
    })
}
/// Finds out whether the session could be written, before a code is spent on it.
pub(crate) fn rehearse(world: &World, prepared: &Prepared<'_>) -> Result<(), RefreshError> {
    let stand_in = SessionCredentials {
        key: AccessKey {
            id: prepared.key.id.clone(),
            secret: "x".into(),
            session_token: Some("x".into()),
        },
        expires_at: world.clock.now(),
    };
    let section = prepared.target.section.as_str();
    session::with_changes(&stand_in, prepared.target.format, |changes| {
        aws_files::rehearse(&world.paths.credentials, section, changes, target::conflict)
    })?;
    Ok(())
}
