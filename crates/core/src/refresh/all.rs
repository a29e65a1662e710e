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

/// Makes a session for every profile that can have one and has no good one: users first, so that their roles need no
/// code. `ask` is called once per device whose seed is not kept, and gives no code where nobody is there; `wait` blocks
/// until a seed has another code.
///
/// # Errors
/// [`LoadError`]; what each profile came to is in the list.
pub fn refresh_all(
    world: &World,
    ask: &mut dyn FnMut(&MfaSerial) -> Option<MfaCode>,
    wait: &mut dyn FnMut(i64),
) -> Result<Vec<Outcome>, LoadError> {
    let loaded = world.load()?;
    let mut due = status::rows(&loaded, &world.state, world.clock.now());
    due.retain(|row| {
        let can_have_one = matches!(row.kind, Kind::IamUser | Kind::Role(_)) && row.problem.is_none();
        can_have_one && row.state != State::Active
    });
    due.sort_by_key(|row| matches!(row.kind, Kind::Role(_)));
    let mut asked = HashSet::new();
    Ok(due
        .into_iter()
        .map(|row| {
            let result = one(world, &row.name, &mut asked, ask, wait);
            Outcome {
                profile: row.name,
                result,
            }
        })
        .collect())
}

fn one(
    world: &World,
    profile: &ProfileName,
    asked: &mut HashSet<MfaSerial>,
    ask: &mut dyn FnMut(&MfaSerial) -> Option<MfaCode>,
    wait: &mut dyn FnMut(i64),
) -> Result<Refreshed, RefreshError> {
    let mut request = Request::of(profile);
    let mut waits = 0;
    loop {
        match refresh(world, &request) {
            Err(RefreshError::CodeNeeded(serial)) if asked.insert(serial.clone()) => {
                request.code = CodeFrom::Person(ask(&serial).ok_or(RefreshError::CodeNeeded(serial))?);
            }
            Err(error) if waits < WAITS && error.wait().is_some() => {
                waits += 1;
                wait(error.wait().unwrap_or_default());
            }
            result => return result,
        }
    }
}
