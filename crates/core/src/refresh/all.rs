//! Every session at once, with one typed code per device.

use std::collections::HashSet;

use crate::catalog::Kind;
use crate::profile::{MfaCode, MfaSerial, ProfileName};
use crate::refresh::{CodeFrom, RefreshError, Refreshed, Request, refresh};
use crate::session::State;
use crate::status;
use crate::world::{LoadError, World};

/// A seed gives another code every thirty seconds: more waits than this mean that something else is wrong.
const WAITS: u8 = 3;

/// What came of one profile.
#[derive(Debug)]
pub struct Outcome {
    /// The profile.
    pub profile: ProfileName,
    /// Its session, or why there is none.
    pub result: Result<Refreshed, RefreshError>,
}

/// Whoever has every session made.
pub trait Person {
    /// The session of `profile` is next.
    fn begins(&mut self, profile: &ProfileName);
    /// Is asked once per device whose seed is not kept; gives no code where nobody is there.
    fn code(&mut self, serial: &MfaSerial) -> Option<MfaCode>;
    /// Blocks for so many seconds, until a seed has another code.
    fn wait(&mut self, seconds: i64);
    /// Hears what came of it.
    fn ended(&mut self, outcome: Outcome);
}

/// Makes a session for every profile that can have one and has no good one: users first, so that their roles need no
/// code.
///
/// # Errors
/// [`LoadError`]; what each profile came to is told to `person`.
pub fn refresh_all(world: &World, person: &mut dyn Person) -> Result<(), LoadError> {
    let loaded = world.load()?;
    let mut due = status::rows(&loaded, &world.state, world.aws_time());
    due.retain(|row| {
        let can_have_one = matches!(row.kind, Kind::IamUser | Kind::Role(_)) && row.problem.is_none();
        can_have_one && row.state != State::Active
    });
    due.sort_by_key(|row| matches!(row.kind, Kind::Role(_)));
    let mut asked = HashSet::new();
    for row in due {
        person.begins(&row.name);
        let result = one(world, &row.name, &mut asked, person);
        person.ended(Outcome {
            profile: row.name,
            result,
        });
    }
    Ok(())
}

fn one(
    world: &World,
    profile: &ProfileName,
    asked: &mut HashSet<MfaSerial>,
    person: &mut dyn Person,
) -> Result<Refreshed, RefreshError> {
    let mut request = Request::of(profile);
    let mut waits = 0;
    loop {
        match refresh(world, &request) {
            Err(RefreshError::CodeNeeded(serial)) if asked.insert(serial.clone()) => {
                request.code = CodeFrom::Person(person.code(&serial).ok_or(RefreshError::CodeNeeded(serial))?);
            }
            Err(error) if waits < WAITS && error.wait().is_some() => {
                waits += 1;
                person.wait(error.wait().unwrap_or_default());
            }
            result => return result,
        }
    }
}
