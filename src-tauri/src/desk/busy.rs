//! A profile whose session is being made.

use std::time::Duration;

use jiff::SignedDuration;
use mfa_tray_core::profile::ProfileName;
use mfa_tray_core::refresh::{self, RefreshError, Refreshed, Request};
use mfa_tray_core::world::World;

use super::Desk;

/// How often a wait looks at the wall clock: a computer may sleep meanwhile.
const LOOK: Duration = Duration::from_millis(200);
/// No code lasts longer; a clock that was set back must not be waited for.
const LONGEST_WAIT: SignedDuration = SignedDuration::from_mins(2);
/// A seed gives another code every thirty seconds: more waits than this mean that something else is wrong.
const WAITS: u8 = 3;

/// A profile that is being refreshed; dropping it ends that, whatever happened.
pub(crate) struct Busy<'a> {
    desk: &'a Desk,
    profile: ProfileName,
}

impl Desk {
    /// Marks `profile` as being refreshed; `None` if it is already.
    pub(crate) fn begin(&self, profile: &ProfileName) -> Option<Busy<'_>> {
        let begun = self.kept().refreshing.insert(profile.clone());
        self.nudge();
        begun.then(|| Busy {
            desk: self,
            profile: profile.clone(),
        })
    }
}

impl Busy<'_> {
    /// Makes the session, and tries again each time that only the next code is missing. `world` says who asks.
    pub(crate) fn refresh(&self, world: &World, request: &Request) -> Result<Refreshed, RefreshError> {
        let mut waits = 0;
        loop {
            match refresh::refresh(world, request) {
                Err(error) if waits < WAITS && error.wait().is_some() => {
                    waits += 1;
                    self.wait(error.wait().unwrap_or_default());
                }
                result => return result,
            }
        }
    }

    /// Waits for the next code, in the window's sight. Blocks.
    pub(crate) fn wait(&self, seconds: i64) {
        let clock = &self.desk.world.clock;
        let until = clock.now() + SignedDuration::from_secs(seconds);
        self.desk.kept().waiting.insert(self.profile.clone(), until);
        self.desk.nudge();
        while clock.now() < until && until.duration_since(clock.now()) < LONGEST_WAIT {
            std::thread::sleep(LOOK);
        }
        self.desk.kept().waiting.remove(&self.profile);
        self.desk.nudge();
    }
}

impl Drop for Busy<'_> {
    fn drop(&mut self) {
        {
            let mut kept = self.desk.kept();
            kept.refreshing.remove(&self.profile);
            kept.waiting.remove(&self.profile);
        }
        self.desk.nudge();
    }
}
