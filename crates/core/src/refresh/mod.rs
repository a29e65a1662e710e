//! The one use case: a code becomes a session, and the session a section of the credentials file.
//!
//! Order: everything that can fail without a code fails first, the keychain included. Then target lock, another look (someone may have
//! refreshed meanwhile), device lock, ledger, call, file lock, write. A code counts as used before it is sent. A role
//! that needs its user's session has that made first, as a refresh of its own: no lock is held over two targets.

pub(crate) mod after;
mod all;
pub(crate) mod call;
mod device;
pub(crate) mod error;
pub(crate) mod outlook;
pub(crate) mod prepare;
mod role;
mod user;

use std::time::Duration;

use jiff::Timestamp;

use crate::activity::{self, By, Event};
use crate::catalog::{Entry, Kind};
use crate::lock::{self, Subject};
use crate::problem::Problem;
use crate::profile::{AccessKeyId, MfaCode, MfaSerial, ProfileName};
use crate::totp::Seed;
use crate::world::{Loaded, World};

pub use all::{Outcome, Person, refresh_all};
pub use error::{RefreshError, clock_sentence};

/// How long one waits for another's run of the program that prints codes, which has 30 s itself, and its call.
const COMMAND_PATIENCE: Duration = Duration::from_secs(45);
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

/// Checks that sessions of `profile` may be written to the section `target` from now on; changes nothing.
///
/// # Errors
/// [`RefreshError::UnknownProfile`], or [`RefreshError::Target`] with a free name.
pub fn try_target(loaded: &Loaded, profile: &ProfileName, target: &ProfileName) -> Result<(), RefreshError> {
    let entry = loaded.catalog.find(profile);
    let entry = entry.ok_or_else(|| RefreshError::UnknownProfile(profile.clone()))?;
    let place = prepare::place(loaded, entry, Some(target));
    place.map(drop).map_err(RefreshError::Target)
}

/// The program that prints the codes of a profile, where it may be asked: unattended only if it needs no person.
fn command(world: &World, loaded: &Loaded, entry: Option<&Entry>, request: &Request) -> Option<Vec<String>> {
    let name = &entry?.name;
    let may = world.by != By::Automatic || loaded.settings.code_command_is_quiet(name);
    let asked = may && matches!(request.code, CodeFrom::Keychain);
    loaded.settings.code_command(name).filter(|_| asked)
}

/// Runs the program and tries again with its code: once for all who wait for the same device. Whoever comes next finds the
/// session that the first one's code bought, and nobody has to touch a key twice.
fn by_command(
    world: &World,
    command: &[String],
    serial: &MfaSerial,
    request: &Request,
) -> Result<Refreshed, RefreshError> {
    let _alone = lock::take(&world.state.locks(), Subject::CodeCommand(serial), COMMAND_PATIENCE)?;
    let loaded = world.load()?;
    match attempt(world, &loaded, request) {
        Err(RefreshError::CodeNeeded(_)) => {}
        result => return result,
    }
    let code = world.commands.run(command)?;
    let with_code = Request {
        code: CodeFrom::Person(code),
        ..request.clone()
    };
    attempt(world, &loaded, &with_code)
}

fn attempt(world: &World, loaded: &Loaded, request: &Request) -> Result<Refreshed, RefreshError> {
    let entry = loaded.catalog.find(&request.profile);
    if entry.is_some_and(|entry| matches!(entry.kind, Kind::Role(_))) {
        role::refresh(world, loaded, request)
    } else {
        user::refresh(world, loaded, request, None)
    }
}

/// Sees to it that the target of the request's profile holds a good session.
///
/// # Errors
/// [`RefreshError`]; every file is then what it was, unless the session itself was made and could not be written, or
/// a role was refused after the session of its user was made.
pub fn refresh(world: &World, request: &Request) -> Result<Refreshed, RefreshError> {
    let loaded = world.load()?;
    let entry = loaded.catalog.find(&request.profile);
    let result = match attempt(world, &loaded, request) {
        Err(RefreshError::CodeNeeded(serial)) => match command(world, &loaded, entry, request) {
            Some(command) => by_command(world, &command, &serial, request),
            None => Err(RefreshError::CodeNeeded(serial)),
        },
        result => result,
    };
    if let (Err(error), Some(entry)) = (&result, entry)
        && !error.is_question()
    {
        let failed = Event::failed(world.clock.now(), world.by, &entry.name, &error.to_string());
        // It failed, whether or not that can be written down.
        let _ = activity::record(&world.state, &failed);
    }
    result
}
