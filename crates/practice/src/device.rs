//! MFA devices: whose they are, and whether STS takes a code. The rules are observations of AWS, not promises of it.

use std::collections::BTreeSet;

use jiff::Timestamp;
use serde::Serialize;

use crate::{
    seed::{STEP, Seed, counter_at},
    state::World,
    time::after,
};

/// STS takes a counter up to this many steps from the device's own time.
const REACH: i64 = 2;
/// Verifications per device and window; failures and reuses count as well.
const BUDGET: u32 = 9;
/// The window of the budget, in seconds, aligned to UTC.
const WINDOW: i64 = 180;

/// An MFA device of an account.
pub(crate) struct Device {
    /// `None` for a security key, which has no codes.
    pub(crate) seed: Option<Seed>,
    pub(crate) assignment: Option<Assignment>,
    /// How far the device's clock is ahead of ours, in steps; learnt from the codes it was enabled with.
    pub(crate) adjustment: i64,
    /// The second counter of the last pair that enabled or synchronised it: a newer pair is demanded.
    pub(crate) last_pair: Option<i64>,
    /// Counters that issued a session. All are kept: they are few, and none may be accepted again.
    pub(crate) used: BTreeSet<i64>,
}

/// Whose an enabled device is.
pub(crate) struct Assignment {
    pub(crate) user: String,
    pub(crate) since: Timestamp,
    /// STS learns of a device some seconds after IAM does.
    pub(crate) known_to_sts: Timestamp,
}

/// The verifications spent in one window.
pub(crate) struct Attempts {
    window: i64,
    spent: u32,
}

/// What STS makes of a code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Verdict {
    Accepted,
    /// Wrong, too old or used.
    Invalid,
    /// No such device for this user, not known yet, or the budget is spent.
    Unable,
}

/// The code a device shows.
#[derive(Clone, Serialize)]
pub struct CurrentCode {
    /// Six digits.
    pub code: String,
    /// The counter it belongs to, by the device's own clock.
    pub counter: i64,
    /// Seconds until the device shows the next one.
    pub seconds_left: i64,
}

impl Device {
    pub(crate) fn unassigned(seed: Option<Seed>) -> Self {
        Self {
            seed,
            assignment: None,
            adjustment: 0,
            last_pair: None,
            used: BTreeSet::new(),
        }
    }

    /// Returns the code the device shows `step` steps from now.
    pub(crate) fn code(&self, step: i64, now: Timestamp) -> Option<CurrentCode> {
        let counter = counter_at(now) + self.adjustment + step;
        let code = self.seed.as_ref()?.code(counter)?;
        Some(CurrentCode {
            code,
            counter,
            seconds_left: STEP - now.as_second().rem_euclid(STEP),
        })
    }

    /// Takes two consecutive codes and learns the device's clock from them; says whether they were good.
    pub(crate) fn synchronise(&mut self, first: &str, second: &str, now: Timestamp) -> bool {
        let ours = counter_at(now);
        let found = self
            .seed
            .as_ref()
            .and_then(|seed| seed.pair(first, second, ours + self.adjustment));
        match found {
            Some(counter) if self.last_pair.is_none_or(|last| counter > last) => {
                self.adjustment = counter - ours;
                self.last_pair = Some(counter);
                true
            }
            _ => false,
        }
    }

    /// Looks for an unused counter with this code within reach, and uses it up.
    fn redeem(&mut self, code: &str, limits: bool, now: Timestamp) -> bool {
        let Some(seed) = &self.seed else { return false };
        let centre = counter_at(now) + self.adjustment;
        let matching = seed.counters_of(code, centre - REACH..=centre + REACH);
        match matching
            .into_iter()
            .find(|counter| !limits || !self.used.contains(counter))
        {
            Some(counter) => {
                self.used.insert(counter);
                true
            }
            None => false,
        }
    }
}

impl Attempts {
    /// Returns what is spent of the window that `now` lies in.
    pub(crate) fn spent(&self, now: Timestamp) -> u32 {
        if self.window == window_at(now) { self.spent } else { 0 }
    }
}

impl World {
    /// Judges a code given with a request of `user`, and spends what judging costs.
    pub(crate) fn verify_code(&mut self, user: &str, serial: &str, code: &str, now: Timestamp) -> Verdict {
        let limits = self.options.limits;
        let Some(device) = self.devices.get_mut(serial) else {
            return Verdict::Unable;
        };
        let known = device
            .assignment
            .as_ref()
            .is_some_and(|to| to.user == user && to.known_to_sts <= now);
        if !known || device.seed.is_none() {
            return Verdict::Unable;
        }
        let spent = self.attempts.get(serial).map_or(0, |attempts| attempts.spent(now));
        if limits && spent >= BUDGET {
            return Verdict::Unable;
        }
        self.attempts.insert(
            serial.to_owned(),
            Attempts {
                window: window_at(now),
                spent: spent + 1,
            },
        );
        if device.redeem(code, limits, now) {
            Verdict::Accepted
        } else {
            Verdict::Invalid
        }
    }

    /// Gives a device to a user. STS learns of it `delay` seconds later.
    pub(crate) fn assign(&mut self, serial: &str, user: &str, delay: u64, now: Timestamp) {
        if let Some(device) = self.devices.get_mut(serial) {
            device.assignment = Some(Assignment {
                user: user.to_owned(),
                since: now,
                known_to_sts: after(now, delay),
            });
        }
    }

    /// Returns the serials of a user's enabled devices.
    pub(crate) fn devices_of<'a>(&'a self, user: &'a str) -> impl Iterator<Item = (&'a str, &'a Assignment)> {
        self.devices.iter().filter_map(move |(serial, device)| {
            device
                .assignment
                .as_ref()
                .filter(|to| to.user == user)
                .map(|to| (serial.as_str(), to))
        })
    }
}

fn window_at(now: Timestamp) -> i64 {
    now.as_second().div_euclid(WINDOW)
}
