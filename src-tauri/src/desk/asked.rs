//! Programs that wait for a session only a typed code can give: the person is asked, one question at a time.

use jiff::{SignedDuration, Timestamp};
use mfa_tray_core::asks::{self, Ask};
use mfa_tray_core::profile::ProfileName;

use super::Desk;
use super::attend::Front;
use crate::dto::Place;

/// What is waited for at one instant.
pub(crate) struct Waiting(Vec<(ProfileName, Ask)>);

impl Waiting {
    /// Until when a program waits for the session of `profile`.
    pub(super) fn until(&self, profile: &ProfileName) -> Option<Timestamp> {
        self.0
            .iter()
            .find(|(name, _)| name == profile)
            .map(|(_, ask)| ask.until)
    }

    /// How long until the first of them gives up.
    pub(super) fn ends_in(&self, now: Timestamp) -> Option<SignedDuration> {
        let first = self.0.iter().map(|(_, ask)| ask.until).min()?;
        Some(first.duration_since(now))
    }
}

impl Desk {
    pub(super) fn waiting(&self) -> Waiting {
        Waiting(asks::open(&self.world.state, self.world.clock.now()))
    }

    /// Shows the code entry of the first profile that is waited for, once; the next one's after that was answered.
    pub(super) fn raise(&self, waiting: &Waiting, front: &dyn Front) {
        let raised = {
            let mut kept = self.kept();
            let stands = |(name, ask): &(ProfileName, Ask)| kept.raised.as_ref() == Some(&(name.clone(), ask.asked_at));
            if waiting.0.iter().any(stands) {
                return;
            }
            kept.raised = waiting.0.first().map(|(name, ask)| (name.clone(), ask.asked_at));
            kept.raised.clone()
        };
        if let Some((profile, _)) = raised {
            tracing::info!(%profile, "a program waits for a session");
            self.ask(Place::Row, profile.as_str(), None);
            front.raise();
        }
    }

    /// The person puts the question away: who waits is told, and nobody is asked again for a while.
    pub(crate) fn put_away(&self) {
        let raised = self.kept().raised.take();
        let Some((profile, _)) = raised else { return };
        if let Err(error) = asks::dismiss(&self.world.state, &profile, self.world.clock.now()) {
            tracing::warn!(%error, "who waits for a code could not be told");
        }
        self.nudge();
    }
}
