//! The one use case: a code becomes a session, and the session a section of the credentials file.
//!
//! Order: everything that can fail without a code fails first. Then target lock, another look (someone may have
//! refreshed meanwhile), device lock, ledger, call, file lock, write. A code counts as used before it is sent.

mod after;
mod call;
mod device;
mod error;
mod prepare;

use jiff::Timestamp;

use crate::aws_files;
use crate::file;
use crate::lock::{self, Subject};
use crate::ports::SessionTokenRequest;
use crate::problem::Problem;
use crate::profile::{AccessKeyId, MfaCode, MfaSerial, ProfileName};
use crate::session::{self, Session, State};
use crate::state::MadeSession;
use crate::target;
use crate::world::{Loaded, World};

use prepare::Prepared;

pub use error::{RefreshError, clock_sentence};

/// A clock further off than this makes codes and expiry wrong.
pub const CLOCK_TOLERANCE: i64 = 60;

/// When a session is made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum When {
    /// Not while there is one with more than its margin left.
    Needed,
    /// In any case.
    Always,
}

/// What is asked for.
#[derive(Debug)]
pub struct Request {
    /// The profile.
    pub profile: ProfileName,
    /// The code, if one was typed.
    pub code: Option<MfaCode>,
    /// The device, if one was chosen; remembered when it works.
    pub serial: Option<MfaSerial>,
    /// Seconds.
    pub duration: Option<u32>,
    /// The section to write to, if one was chosen; remembered when it works.
    pub target: Option<ProfileName>,
    /// Whether a good session is kept.
    pub when: When,
}

/// The session the target holds now.
#[derive(Debug)]
pub struct Refreshed {
    /// The profile.
    pub profile: ProfileName,
    /// The section.
    pub target: ProfileName,
    /// The id of the session's key.
    pub access_key_id: AccessKeyId,
    /// When it ends.
    pub expires_at: Option<Timestamp>,
    /// False: it was good already, or someone else made it.
    pub made: bool,
    /// What did not work beside the session itself.
    pub warnings: Vec<Problem>,
}

/// Sees to it that the target of the request's profile holds a good session.
///
/// # Errors
/// [`RefreshError`]; every file is then what it was, unless the session itself was made and could not be written.
pub fn refresh(world: &World, request: &Request) -> Result<Refreshed, RefreshError> {
    let loaded = world.load()?;
    let prepared = prepare::prepare(&loaded, request)?;
    if let Some(session) = good_session(world, &loaded, &prepared, request.when) {
        return Ok(prepared.kept(session));
    }
    let serial = device::device(world, &loaded, &prepared, request)?;
    // The device's partition is compared with the region before a code is spent.
    let caller = prepared.caller(world, &loaded, Some(&serial))?;
    prepare::rehearse(world, &prepared)?;
    let Some(code) = &request.code else {
        return Err(RefreshError::CodeNeeded(serial));
    };

    let real = file::real_path(&world.paths.credentials);
    let locks = world.state.locks();
    let _target = lock::take(
        &locks,
        Subject::Target(&real, prepared.target.section.as_str()),
        lock::PATIENCE,
    )?;
    let loaded = world.load()?;
    if let Some(session) = good_session(world, &loaded, &prepared, request.when) {
        return Ok(prepared.kept(session));
    }
    let request_to_sts = SessionTokenRequest {
        serial: &serial,
        code,
        duration: prepared.duration,
    };
    let issued_at = world.clock.now();
    let credentials = {
        let device = lock::take(&locks, Subject::Device(&serial), lock::PATIENCE)?;
        call::call(world, &loaded, &prepared, &caller, &request_to_sts, &device)?
    };
    {
        let _file = lock::take(&locks, Subject::File(&real), lock::PATIENCE)?;
        let section = prepared.target.section.as_str();
        session::with_changes(&credentials, prepared.target.format, |changes| {
            aws_files::edit(&world.paths.credentials, section, changes, target::conflict)
        })?;
    }
    let made = MadeSession {
        issued_at,
        expires_at: credentials.expires_at,
        source: Some(prepared.key.id.to_string()),
    };
    let mut warnings = loaded.warnings();
    warnings.extend(after::remember(
        world,
        &loaded,
        &prepared,
        request,
        &credentials,
        &caller,
        &made,
    ));
    Ok(Refreshed {
        profile: prepared.entry.name.clone(),
        target: prepared.target.section.clone(),
        access_key_id: credentials.key.id,
        expires_at: Some(credentials.expires_at),
        made: true,
        warnings,
    })
}

fn good_session(world: &World, loaded: &Loaded, prepared: &Prepared<'_>, when: When) -> Option<Session> {
    if when == When::Always {
        return None;
    }
    let made = world.state.made_sessions();
    let properties = loaded.files.profile(&prepared.target.section)?;
    let session = Session::read(properties, Some(prepared.key.id.as_str()), |id| {
        made.get(id.as_str()).cloned()
    })?;
    (session.state(world.clock.now()) == State::Active).then_some(session)
}
