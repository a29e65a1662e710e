//! Waiting where a person can see it.

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use mfa_tray_core::world::World;

use crate::output;

/// A seed gives another code every thirty seconds: more waits than this mean that something else is wrong.
const WAITS: u8 = 3;
const STEP: Duration = Duration::from_millis(200);

/// Waits until `until`, by the world's clock.
pub(crate) fn until(world: &World, until: Timestamp, why: &str) {
    let left = until.duration_since(world.clock.now()).as_secs().max(1);
    output::say(&format!("{why}: {left} s"));
    // The wall clock is asked again and again: a computer may sleep meanwhile.
    while world.clock.now() < until && until.duration_since(world.clock.now()) <= SignedDuration::from_mins(2) {
        std::thread::sleep(STEP);
    }
}

/// Tries `work` again each time that only the next code is missing; `wait_of` says for how many seconds.
pub(crate) fn for_codes<T, E>(
    world: &World,
    mut work: impl FnMut() -> Result<T, E>,
    wait_of: impl Fn(&E) -> Option<i64>,
) -> Result<T, E> {
    let mut waits = 0;
    loop {
        match work() {
            Err(error) if waits < WAITS && wait_of(&error).is_some() => {
                waits += 1;
                let seconds = wait_of(&error).unwrap_or_default();
                until(
                    world,
                    world.clock.now() + SignedDuration::from_secs(seconds),
                    "waiting for the next code",
                );
            }
            result => return result,
        }
    }
}
