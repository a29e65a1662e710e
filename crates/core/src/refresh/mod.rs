//! The one use case: a code becomes a session, and the session a section of the credentials file.
//!
//! Order: everything that can fail without a code fails first, the keychain included. Then target lock, another look (someone may have
//! refreshed meanwhile), device lock, ledger, call, file lock, write. A code counts as used before it is sent.

mod after;
pub(crate) mod call;
mod device;
pub(crate) mod error;
pub(crate) mod prepare;

use jiff::Timestamp;

use crate::aws_files;
use crate::file;
use crate::ledger::Source;
use crate::lock::{self, Subject};
use crate::problem::Problem;
use crate::profile::{AccessKeyId, MfaCode, MfaSerial, ProfileName};
use crate::session::{self, Session, State};
use crate::state::MadeSession;
use crate::target;
use crate::totp::Seed;
use crate::vault;
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

/// Where the code comes from.
#[derive(Debug, Clone)]
pub enum CodeFrom {
    /// A person typed it.
    Person(MfaCode),
    /// A seed that is not in the keychain (yet).
    Seed(Seed),
    /// The keychain, if it keeps the device's seed; else the person is asked.
    Keychain,
}

/// What is asked for.
#[derive(Debug, Clone)]
pub struct Request {
    /// The profile.
    pub profile: ProfileName,
    /// Where the code comes from.
    pub code: CodeFrom,
    /// The device, if one was chosen; remembered when it works.
    pub serial: Option<MfaSerial>,
    /// Seconds.
    pub duration: Option<u32>,
    /// The section to write to, if one was chosen; remembered when it works.
    pub target: Option<ProfileName>,
    /// Whether a good session is kept.
    pub when: When,
}

impl Request {
    /// The session of `profile` as its files and settings have it, if it has no good one.
    pub fn of(profile: &ProfileName) -> Request {
        Request {
            profile: profile.clone(),
            code: CodeFrom::Keychain,
            serial: None,
            duration: None,
            target: None,
            when: When::Needed,
        }
    }
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
    // Before any lock: the keychain may ask the person first.
    let kept = kept_seed(world, request, &serial)?;
    let source = match (&request.code, &kept) {
        (CodeFrom::Person(code), _) => Source::Typed(code),
        (CodeFrom::Seed(seed), _) | (CodeFrom::Keychain, Some(seed)) => Source::Seed(seed),
        (CodeFrom::Keychain, None) => return Err(RefreshError::CodeNeeded(serial)),
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
    let issued_at = world.clock.now();
    let credentials = {
        let device = lock::take(&locks, Subject::Device(&serial), lock::PATIENCE)?;
        call::call(world, &loaded, &prepared, &caller, &serial, source, &device)?
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

/// The seed of an enrolled device; `None`: the device is not, or its seed is not asked for.
fn kept_seed(world: &World, request: &Request, serial: &MfaSerial) -> Result<Option<Seed>, RefreshError> {
    let asked = matches!(request.code, CodeFrom::Keychain);
    if asked && world.state.enrolled_devices().contains_key(serial.as_str()) {
        Ok(Some(vault::read(&*world.keychain, serial)?))
    } else {
        Ok(None)
    }
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
