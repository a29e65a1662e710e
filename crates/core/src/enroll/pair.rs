//! Two consecutive codes, as IAM wants them to see that a seed is in somebody's hands.

use jiff::{SignedDuration, Timestamp};

use crate::enroll::EnrollError;
use crate::ledger::{Code, Ledger};
use crate::lock::{self, Subject};
use crate::ports::CodePair;
use crate::profile::MfaSerial;
use crate::totp::Seed;
use crate::world::World;

/// Sends two consecutive codes of the seed, the newest there are. They were seen by IAM, so that a session is better
/// bought with others.
pub(super) fn send_pair(
    world: &World,
    user: &str,
    serial: &MfaSerial,
    seed: &Seed,
    send: impl FnOnce(&CodePair<'_>) -> Result<(), EnrollError>,
) -> Result<(), EnrollError> {
    let device = lock::take(&world.state.locks(), Subject::Device(serial), lock::PATIENCE)?;
    let mut ledger = Ledger::open(&world.state, serial, &device);
    let now = world.aws_time();
    let current = seed.counter(now);
    let pair = [current - 1, current].map(|counter| Code::of(seed, counter));
    let [Some(first), Some(second)] = pair else {
        return Err(EnrollError::WrongSeed(serial.clone()));
    };
    for code in [&first, &second] {
        ledger.show(code, now)?;
    }
    let codes = [&first.digits, &second.digits];
    send(&CodePair { user, serial, codes })
}

/// When the seed's next code begins, by this machine's clock.
pub(super) fn next_step(world: &World, seed: &Seed) -> Timestamp {
    let left = seed.seconds_left(world.aws_time());
    world.clock.now() + SignedDuration::from_secs(left)
}
