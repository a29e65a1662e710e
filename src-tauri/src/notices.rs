//! Notices: what an announcement says, and what the person answers to it.
//!
//! A profile's notices share a slot, so that the end of a session takes the place of the warning before it. No notice
//! holds a code or anything secret; what AWS said stands in it as text.

use jiff::Timestamp;
use mfa_tray_core::profile::ProfileName;
use mfa_tray_core::schedule::{Announcement, Ending};
use mfa_tray_system::notices::{Action, Heard, Notice};
use tauri::{AppHandle, Manager as _};

use crate::commands::sessions;
use crate::desk::Desk;
use crate::dto::{Place, Tongue};
use crate::words::Word;
use crate::{round, window};

/// Begins the slot of a profile; what follows is its whole name.
const PROFILE: &str = "profile:";
const SEVERAL: &str = "several";
const CLOCK: &str = "clock";
const TRAY: &str = "tray";
const REFRESH: &str = "refresh";
const SNOOZE: &str = "snooze";

/// The slot of a profile's notices.
pub(crate) fn slot(profile: &str) -> String {
    format!("{PROFILE}{profile}")
}

/// What an announcement says at `now`.
pub(crate) fn notice(announcement: &Announcement, tongue: Tongue, now: Timestamp) -> Notice {
    let action = |id: &str, label: &str| Action {
        id: id.to_owned(),
        label: label.to_owned(),
    };
    let refresh = || action(REFRESH, tongue.say(Word::Refresh));
    match announcement {
        Announcement::Expiring(Ending { profile, expires_at }) => Notice {
            slot: slot(profile.as_str()),
            title: tongue.ends_in(profile.as_str(), &tongue.duration(expires_at.duration_since(now))),
            body: tongue.until_then().to_owned(),
            actions: vec![refresh(), action(SNOOZE, tongue.say(Word::Snooze))],
        },
        Announcement::Expired(Ending { profile, .. }) => Notice {
            slot: slot(profile.as_str()),
            title: tongue.is_over(profile.as_str()),
            body: tongue.until_a_new_one().to_owned(),
            actions: vec![refresh()],
        },
        Announcement::Several { expiring, expired } => {
            let names = |endings: &[Ending]| {
                endings
                    .iter()
                    .map(|ending| ending.profile.to_string())
                    .collect::<Vec<_>>()
            };
            Notice {
                slot: SEVERAL.to_owned(),
                title: tongue.say(Word::Several).to_owned(),
                body: tongue.over_and_soon(&names(expired), &names(expiring)),
                actions: vec![action(REFRESH, tongue.say(Word::RefreshAll))],
            }
        }
        Announcement::RenewalFailed { ending, message } => Notice {
            slot: slot(ending.profile.as_str()),
            title: tongue.not_renewed(ending.profile.as_str()),
            body: message.clone(),
            actions: vec![refresh()],
        },
        Announcement::ClockWrong { seconds } => Notice {
            slot: CLOCK.to_owned(),
            title: tongue.say(Word::Clock).to_owned(),
            body: format!("{} {}", tongue.clock_is(*seconds), tongue.say(Word::ClockHint)),
            actions: Vec::new(),
        },
    }
}

/// Said once where tray icons have no place.
pub(crate) fn no_tray(tongue: Tongue) -> Notice {
    Notice {
        slot: TRAY.to_owned(),
        title: tongue.say(Word::NoTray).to_owned(),
        body: tongue.say(Word::NoTrayHint).to_owned(),
        actions: Vec::new(),
    }
}

/// Does what the person asked for at a notice. Returns at once.
pub(crate) fn heard(app: &AppHandle, heard: Heard) {
    let (slot, action) = match heard {
        Heard::Clicked { slot, .. } => (slot, None),
        Heard::Chosen { slot, action, .. } => (slot, Some(action)),
        Heard::Closed { .. } => return,
    };
    let desk = app.state::<Desk>();
    desk.used();
    match (slot.strip_prefix(PROFILE), action.as_deref()) {
        (Some(profile), Some(REFRESH)) => sessions::refresh_or_ask(app, profile.to_owned()),
        (Some(profile), Some(SNOOZE)) => {
            if let Ok(profile) = ProfileName::parse(profile) {
                desk.snooze(&profile);
            }
        }
        (Some(profile), _) => {
            desk.ask(Place::Row, profile, None);
            window::show_soon(app);
        }
        (None, Some(REFRESH)) if slot == SEVERAL => round::begin(app),
        (None, _) => window::show_soon(app),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ending(profile: &str, minutes: i64) -> Ending {
        Ending {
            profile: ProfileName::parse(profile).unwrap(),
            expires_at: Timestamp::UNIX_EPOCH + jiff::SignedDuration::from_mins(minutes),
        }
    }

    fn said(announcement: &Announcement) -> (String, String, String, Vec<String>) {
        let notice = notice(announcement, Tongue::English, Timestamp::UNIX_EPOCH);
        let labels = notice.actions.into_iter().map(|action| action.label).collect();
        (notice.slot, notice.title, notice.body, labels)
    }

    #[test]
    fn each_announcement_says_what_and_offers_what_helps() {
        let (slot, title, _, actions) = said(&Announcement::Expiring(ending("dev", 10)));
        assert_eq!((slot.as_str(), title.as_str()), ("profile:dev", "dev ends in 10 min"));
        assert_eq!(actions, ["Refresh", "Later"]);
        let (slot, title, _, actions) = said(&Announcement::Expired(ending("dev", 0)));
        assert_eq!(
            (slot.as_str(), title.as_str()),
            ("profile:dev", "The session of dev is over")
        );
        assert_eq!(actions, ["Refresh"]);
        let (slot, _, body, actions) = said(&Announcement::Several {
            expiring: vec![ending("a", 5)],
            expired: ["b", "c", "d", "e", "f"].map(|name| ending(name, 0)).to_vec(),
        });
        assert_eq!(slot, "several");
        assert_eq!(body, "Over: b, c, d, e and more. Ending soon: a.");
        assert_eq!(actions, ["Refresh all"]);
        let (slot, _, body, _) = said(&Announcement::RenewalFailed {
            ending: ending("dev", 5),
            message: "The keychain is locked.".into(),
        });
        assert_eq!(
            (slot.as_str(), body.as_str()),
            ("profile:dev", "The keychain is locked.")
        );
        let (slot, _, body, actions) = said(&Announcement::ClockWrong { seconds: 300 });
        assert_eq!(slot, "clock");
        assert!(body.starts_with("It is 5 min slow, AWS says."), "{body}");
        assert!(actions.is_empty());
    }
}
