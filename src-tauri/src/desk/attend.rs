//! Obeys the schedule: renews, says, takes back.

use mfa_tray_core::activity::By;
use mfa_tray_core::profile::ProfileName;
use mfa_tray_core::refresh::{RefreshError, Request};
use mfa_tray_core::schedule::{Announcement, decide};
use mfa_tray_core::settings::Settings;
use mfa_tray_core::world::World;

use super::Desk;
use super::look::Look;
use crate::dto::Snapshot;

/// What the desk stands before: tray, window, notices and a thread for renewals. A test stands in for them.
pub(crate) trait Front {
    /// Shows a snapshot.
    fn publish(&self, snapshot: Snapshot);
    /// Puts settings into effect that concern the system.
    fn apply(&self, settings: &Settings);
    /// Says something.
    fn announce(&self, announcement: &Announcement, look: &Look);
    /// Takes back what was said of a profile.
    fn withdraw(&self, profile: &str);
    /// Shows the window, soon: a program waits for a code.
    fn raise(&self);
    /// Has the session of a profile renewed, soon, by [`Desk::renew`].
    fn renew(&self, profile: ProfileName);
}

impl Desk {
    /// Does what is due now, and says when something will be again.
    pub(super) fn attend(&self, look: &Look, front: &dyn Front) -> Option<jiff::Timestamp> {
        let watched = look.watched.as_ref()?;
        let decision = {
            let mut kept = self.kept();
            let mut decision = decide(look.now, watched, &look.around, &kept.tries, &kept.told);
            decision.renew.retain(|profile| kept.renewing.insert(profile.clone()));
            let news = decision.memory != kept.told;
            kept.told.clone_from(&decision.memory);
            drop(kept);
            if news {
                self.remember(&decision.memory);
            }
            decision
        };
        decision.withdraw.iter().for_each(|profile| front.withdraw(profile));
        for announcement in &decision.announce {
            front.announce(announcement, look);
        }
        for profile in decision.renew {
            front.renew(profile);
        }
        decision.wake
    }

    /// Renews the session of `profile` without a person: no prompt, no question. Blocks.
    pub(crate) fn renew(&self, profile: &ProfileName) {
        let world = World {
            by: By::Automatic,
            ..self.world.clone()
        };
        let _renewing = Renewing { desk: self, profile };
        let session = self.session_of(profile);
        let result = self
            .begin(profile)
            .map(|busy| busy.refresh(&world, &Request::of(profile)));
        let mut kept = self.kept();
        match &result {
            // Somebody is at it already.
            None => {}
            Some(Ok(_)) => kept.tries.succeeded(profile),
            Some(Err(error)) => {
                let now = world.aws_time();
                let passing = error.is_passing();
                kept.tries
                    .failed(profile, &session.unwrap_or_default(), now, passing, reason(error));
            }
        }
        drop(kept);
        let outcome = match &result {
            None => "already under way".to_owned(),
            Some(Ok(_)) => "session made".to_owned(),
            Some(Err(error)) => reason(error),
        };
        tracing::info!(%profile, outcome, "automatic renewal");
    }

    /// The id of the session that the target of `profile` holds now.
    fn session_of(&self, profile: &ProfileName) -> Option<String> {
        let look = self.look(None, None);
        let watched = look.watched?.into_iter().find(|watched| watched.profile == *profile);
        Some(watched?.session)
    }
}

/// A renewal that has its turn; dropping it ends that, whatever happened.
struct Renewing<'a> {
    desk: &'a Desk,
    profile: &'a ProfileName,
}

impl Drop for Renewing<'_> {
    fn drop(&mut self) {
        self.desk.kept().renewing.remove(self.profile);
        self.desk.nudge();
    }
}

/// What the person is told: what is wrong, and what to do.
fn reason(error: &RefreshError) -> String {
    let problem = error.problem();
    match problem.hint {
        Some(hint) => format!("{}: {hint}", problem.message),
        None => problem.message,
    }
}
