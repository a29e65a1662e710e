//! What programs are waiting for: a session that only a code can give, asked for through the tray app.
//!
//! The command line writes an ask down and watches for the session; the app sees the ask, has the person type the code
//! and makes the session as for any click. Neither a code nor a session passes between the two.

use std::collections::BTreeMap;
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use crate::lock::{self, LockError, Subject};
use crate::profile::{MfaSerial, ProfileName};
use crate::state::{StateError, StateFolder};

const ASKS: &str = "asks.json";
/// A person who has put the prompt away is left alone for so long.
pub const LEFT_ALONE: SignedDuration = SignedDuration::from_mins(5);
/// The app is away for a moment when it starts anew.
const STARTS_ANEW: Duration = Duration::from_millis(600);

/// A session that somebody waits for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ask {
    /// The device whose code is needed, where it is known.
    pub device: Option<String>,
    /// Since when.
    pub asked_at: Timestamp,
    /// Until when.
    pub until: Timestamp,
    /// When the person put the prompt away.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub dismissed_at: Option<Timestamp>,
}

type Asks = BTreeMap<String, Ask>;

/// Writes down that `profile` is waited for until `until`; not where the question was put away a short while ago.
///
/// # Errors
/// [`StateError`].
pub fn ask(
    state: &StateFolder,
    profile: &ProfileName,
    device: Option<&MfaSerial>,
    now: Timestamp,
    until: Timestamp,
) -> Result<(), StateError> {
    state.change(ASKS, |asks: &mut Asks| {
        asks.retain(|_, ask| now.duration_since(ask.until) < LEFT_ALONE);
        // Put away since the caller looked.
        if last_dismissal(asks, profile, device, now).is_some() {
            return;
        }
        let ask = asks.entry(profile.to_string()).or_insert(Ask {
            device: None,
            asked_at: now,
            until,
            dismissed_at: None,
        });
        if ask.until <= now || ask.dismissed_at.is_some() {
            (ask.asked_at, ask.dismissed_at) = (now, None);
        }
        ask.device = device.map(ToString::to_string);
        ask.until = ask.until.max(until);
    })
}

/// When the person put a prompt for `profile`, or for its device, away: not so long ago that another may be raised.
pub fn dismissed(
    state: &StateFolder,
    profile: &ProfileName,
    device: Option<&MfaSerial>,
    now: Timestamp,
) -> Option<Timestamp> {
    last_dismissal(&state.load(ASKS), profile, device, now)
}

fn last_dismissal(asks: &Asks, profile: &ProfileName, device: Option<&MfaSerial>, now: Timestamp) -> Option<Timestamp> {
    let of_it = |name: &str, ask: &Ask| {
        name == profile.as_str() || (device.is_some() && ask.device.as_deref() == device.map(MfaSerial::as_str))
    };
    let all = asks.iter().filter(|(name, ask)| of_it(name, ask));
    let last = all.filter_map(|(_, ask)| ask.dismissed_at).max()?;
    // A clock that was set back makes it no longer than it is.
    (now.duration_since(last).abs() < LEFT_ALONE).then_some(last)
}

/// The profiles that are waited for at `now`, one of each device, the first that was asked for first.
pub fn open(state: &StateFolder, now: Timestamp) -> Vec<(ProfileName, Ask)> {
    let asks: Asks = state.load(ASKS);
    let mut open: Vec<(ProfileName, Ask)> = asks
        .into_iter()
        .filter(|(_, ask)| ask.until > now && ask.dismissed_at.is_none())
        .filter_map(|(name, ask)| Some((ProfileName::parse(&name).ok()?, ask)))
        .collect();
    open.sort_by_key(|(_, ask)| ask.asked_at);
    let mut devices = Vec::new();
    open.retain(|(_, ask)| match &ask.device {
        Some(device) if devices.contains(device) => false,
        Some(device) => {
            devices.push(device.clone());
            true
        }
        None => true,
    });
    open
}

/// The person put the prompt for `profile` away: so is every other of its device.
///
/// # Errors
/// [`StateError`].
pub fn dismiss(state: &StateFolder, profile: &ProfileName, now: Timestamp) -> Result<(), StateError> {
    state.change(ASKS, |asks: &mut Asks| {
        let device = asks.get(profile.as_str()).and_then(|ask| ask.device.clone());
        for (name, ask) in asks.iter_mut() {
            let same_device = device.is_some() && ask.device == device;
            if (name == profile.as_str() || same_device) && ask.until > now {
                ask.dismissed_at = Some(now);
            }
        }
    })
}

/// Nobody waits for `profile` any more: its session is there.
///
/// # Errors
/// [`StateError`].
pub fn done(state: &StateFolder, profile: &ProfileName) -> Result<(), StateError> {
    state.change(ASKS, |asks: &mut Asks| {
        if asks.get(profile.as_str()).is_some_and(|ask| ask.dismissed_at.is_none()) {
            asks.remove(profile.as_str());
        }
    })
}

/// Says for as long as the guard lives that the app runs, and hears of asks.
///
/// # Errors
/// [`LockError`].
pub fn listen(state: &StateFolder) -> Result<lock::Guard, LockError> {
    lock::take(&state.locks(), Subject::App, STARTS_ANEW)
}

/// Whether the app runs, and would hear of an ask.
pub fn is_heard(state: &StateFolder) -> bool {
    lock::is_held(&state.locks(), Subject::App, STARTS_ANEW)
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Scene {
        _folder: tempfile::TempDir,
        state: StateFolder,
    }

    fn scene() -> Scene {
        let folder = tempfile::tempdir().unwrap();
        let state = StateFolder::new(folder.path().join("mfa-tray"));
        Scene { _folder: folder, state }
    }

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(1_800_000_000 + second).unwrap()
    }

    fn name(text: &str) -> ProfileName {
        ProfileName::parse(text).unwrap()
    }

    fn device(name: &str) -> MfaSerial {
        MfaSerial::parse(&format!("arn:aws:iam::111122223333:mfa/{name}")).unwrap()
    }

    fn open_at(scene: &Scene, second: i64) -> Vec<String> {
        let open = open(&scene.state, at(second));
        open.iter().map(|(name, _)| name.to_string()).collect()
    }

    #[test]
    fn one_prompt_stands_for_each_device_and_no_longer_than_somebody_waits() {
        let scene = scene();
        for (profile, serial, second) in [("b", "alice", 0), ("a", "alice", 1), ("c", "carol", 2)] {
            ask(
                &scene.state,
                &name(profile),
                Some(&device(serial)),
                at(second),
                at(second + 50),
            )
            .unwrap();
        }
        ask(&scene.state, &name("d"), None, at(3), at(53)).unwrap();
        assert_eq!(open_at(&scene, 4), ["b", "c", "d"]);
        done(&scene.state, &name("b")).unwrap();
        assert_eq!(open_at(&scene, 5), ["a", "c", "d"], "the next of the device");
        assert_eq!(open_at(&scene, 60), Vec::<String>::new());
    }

    #[test]
    fn who_put_the_prompt_away_is_left_alone_for_five_minutes() {
        let scene = scene();
        let alice = device("alice");
        for profile in ["a", "b"] {
            ask(&scene.state, &name(profile), Some(&alice), at(0), at(50)).unwrap();
        }
        assert_eq!(dismissed(&scene.state, &name("a"), Some(&alice), at(1)), None);
        dismiss(&scene.state, &name("a"), at(10)).unwrap();
        assert!(open_at(&scene, 11).is_empty(), "all of the device are gone");
        for profile in ["a", "b", "another"] {
            assert_eq!(
                dismissed(&scene.state, &name(profile), Some(&alice), at(200)),
                Some(at(10)),
                "{profile}"
            );
        }
        assert_eq!(
            dismissed(&scene.state, &name("x"), Some(&device("carol")), at(200)),
            None
        );
        assert_eq!(dismissed(&scene.state, &name("a"), Some(&alice), at(311)), None);
        ask(&scene.state, &name("a"), Some(&alice), at(311), at(361)).unwrap();
        assert_eq!(open_at(&scene, 312), ["a"]);
    }

    #[test]
    fn the_app_is_heard_of_while_it_runs() {
        let scene = scene();
        assert!(!is_heard(&scene.state));
        let guard = listen(&scene.state).unwrap();
        assert!(is_heard(&scene.state));
        drop(guard);
        assert!(!is_heard(&scene.state));
    }
}
