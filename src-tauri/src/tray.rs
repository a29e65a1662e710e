//! The tray icon and its menu. The menu is data first ([`menu`]); a second function renders it.

use std::sync::Mutex;
use std::sync::atomic::{AtomicU32, Ordering};

use jiff::{SignedDuration, Timestamp};
use tauri::image::Image;
use tauri::menu::{Menu, MenuItem, PredefinedMenuItem, Submenu};
use tauri::tray::{MouseButton, MouseButtonState, TrayIcon, TrayIconBuilder, TrayIconEvent};
use tauri::{AppHandle, Manager as _, Wry};

use crate::commands::sessions;
use crate::desk::Desk;
use crate::dto::{Kind, Notice, Place, Problem, Profile, Snapshot, State, Tongue};
use crate::front::Board;
use crate::words::Word;
use crate::{notices, round, window};

/// What is remembered once a notice has said that there is no place for the icon.
const TOLD: &str = "tray-notice";
/// More profiles than this make a menu that nobody reads: the others go below it.
const SHOWN: usize = 12;

/// A line of the menu.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Entry {
    Item { id: Id, label: String, enabled: bool },
    Below { label: String, entries: Vec<Entry> },
    Separator,
}

/// What a click means. The only names in an id are whole and last, so nothing a file says can pose as another id.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Id {
    Profile(String),
    Nothing,
    RefreshAll,
    Open,
    Settings,
    Quit,
}

impl Id {
    fn to_text(&self) -> String {
        match self {
            Id::Profile(name) => format!("profile:{name}"),
            Id::Nothing => "nothing".to_owned(),
            Id::RefreshAll => "refresh-all".to_owned(),
            Id::Open => "open".to_owned(),
            Id::Settings => "settings".to_owned(),
            Id::Quit => "quit".to_owned(),
        }
    }

    fn parse(text: &str) -> Option<Id> {
        match text {
            "nothing" => Some(Id::Nothing),
            "refresh-all" => Some(Id::RefreshAll),
            "open" => Some(Id::Open),
            "settings" => Some(Id::Settings),
            "quit" => Some(Id::Quit),
            _ => text.strip_prefix("profile:").map(|name| Id::Profile(name.to_owned())),
        }
    }
}

/// The picture of a sign: black for macOS, which colours it itself; elsewhere one that reads on light and dark panels.
macro_rules! picture {
    ($sign:literal) => {
        if cfg!(target_os = "macos") {
            &include_bytes!(concat!("../../icons/tray/", $sign, "-light-44.png"))[..]
        } else {
            &include_bytes!(concat!("../../icons/tray/", $sign, "-any-44.png"))[..]
        }
    };
}

/// What the icon says: the worst state of all sessions.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Sign {
    None,
    Active,
    Expiring,
    Expired,
    Attention,
}

impl Sign {
    fn of(snapshot: &Snapshot) -> Sign {
        let sessions = snapshot.profiles.iter().map(|profile| match profile.state {
            State::None | State::Unknown => Sign::None,
            State::Active => Sign::Active,
            State::Expiring => Sign::Expiring,
            State::Expired => Sign::Expired,
        });
        // A network that comes and goes is no reason to call for attention.
        let passing = [Notice::Network, Notice::Tray];
        let lasting = snapshot.banners.iter().any(|banner| !passing.contains(&banner.about));
        let banner = if !lasting { Sign::None } else { Sign::Attention };
        sessions.fold(banner, Sign::max)
    }

    fn image(self) -> tauri::Result<Image<'static>> {
        Image::from_bytes(match self {
            Sign::None => picture!("none"),
            Sign::Active => picture!("active"),
            Sign::Expiring => picture!("expiring"),
            Sign::Expired => picture!("expired"),
            Sign::Attention => picture!("attention"),
        })
    }
}

/// The tray as it is now.
pub(crate) struct Tray {
    /// None while there is no host for it.
    shown: Mutex<Option<Shown>>,
    /// After how many looks in vain the person is told. At login the desktop's panel may only be on its way.
    patience: AtomicU32,
}

impl Tray {
    pub(crate) fn new(started_at_login: bool) -> Tray {
        Tray {
            shown: Mutex::default(),
            patience: AtomicU32::new(if started_at_login { 2 } else { 1 }),
        }
    }
}

struct Shown {
    icon: TrayIcon,
    face: Face,
}

/// All that the desktop shows of us.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Face {
    sign: Sign,
    tooltip: String,
    entries: Vec<Entry>,
}

impl Face {
    fn of(snapshot: &Snapshot) -> Face {
        Face {
            sign: Sign::of(snapshot),
            tooltip: tooltip(snapshot),
            entries: menu(snapshot),
        }
    }
}

/// Whether the desktop has no place for tray icons, as far as we know.
pub(crate) fn is_missing(app: &AppHandle) -> bool {
    app.state::<Tray>().shown.lock().map_or(true, |shown| shown.is_none())
}

/// Makes the tray show `snapshot`; puts the icon up if it is not there. Main thread only.
pub(crate) fn show(app: &AppHandle, snapshot: &Snapshot) {
    let tray = app.state::<Tray>();
    let Ok(mut shown) = tray.shown.lock() else { return };
    let face = Face::of(snapshot);
    let result = match shown.as_mut() {
        Some(shown) => update(app, shown, face),
        None => put_up(app, face).map(|icon| *shown = Some(icon)),
    };
    let missing = shown.is_none();
    drop(shown);
    if let Err(error) = &result {
        tracing::warn!(%error, "the tray icon cannot be shown");
    }
    if !missing {
        app.state::<Desk>().note(Notice::Tray, None);
    } else if tray.patience.load(Ordering::Relaxed) > 0 && tray.patience.fetch_sub(1, Ordering::Relaxed) == 1 {
        say_that_it_is_missing(app, snapshot.language);
    }
}

/// In the window until the person has read it, and once as a notice for who has no window.
fn say_that_it_is_missing(app: &AppHandle, tongue: Tongue) {
    let problem = Problem {
        code: "tray".to_owned(),
        message: format!("{}.", tongue.say(Word::NoTray)),
        hint: Some(tongue.say(Word::NoTrayHint).to_owned()),
    };
    app.state::<Desk>().note(Notice::Tray, Some(problem));
    let app = app.clone();
    tauri::async_runtime::spawn_blocking(move || {
        let state = &app.state::<Desk>().world.state;
        if !state.dismissed().contains(TOLD) && state.remember_dismissed(TOLD).is_ok() {
            app.state::<Board>().show(notices::no_tray(tongue));
        }
    });
}

fn put_up(app: &AppHandle, face: Face) -> tauri::Result<Shown> {
    let icon = TrayIconBuilder::with_id("mfa-tray")
        .icon(face.sign.image()?)
        .icon_as_template(cfg!(target_os = "macos"))
        .tooltip(&face.tooltip)
        .title("MFA Tray")
        .menu(&render(app, &face.entries)?)
        .show_menu_on_left_click(false)
        .on_menu_event(|app, event| clicked(app, event.id().as_ref()))
        .on_tray_icon_event(|icon, event| {
            if let TrayIconEvent::Click {
                button: MouseButton::Left,
                button_state: MouseButtonState::Up,
                position,
                ..
            } = event
            {
                window::toggle(icon.app_handle(), Some(position));
            }
        })
        .build(app)?;
    Ok(Shown { icon, face })
}

fn update(app: &AppHandle, shown: &mut Shown, face: Face) -> tauri::Result<()> {
    let Shown { icon, face: before } = shown;
    if before.sign != face.sign {
        icon.set_icon(Some(face.sign.image()?))?;
    }
    if before.tooltip != face.tooltip {
        icon.set_tooltip(Some(&face.tooltip))?;
    }
    if before.entries != face.entries {
        icon.set_menu(Some(render(app, &face.entries)?))?;
    }
    *before = face;
    Ok(())
}

fn clicked(app: &AppHandle, id: &str) {
    match Id::parse(id) {
        Some(Id::Profile(name)) => sessions::refresh_or_ask(app, name),
        Some(Id::RefreshAll) => round::begin(app),
        Some(Id::Open) => window::show(app),
        Some(Id::Settings) => {
            app.state::<Desk>().ask(Place::Settings, "", None);
            window::show(app);
        }
        Some(Id::Quit) => window::quit(app),
        Some(Id::Nothing) | None => {}
    }
}

fn render(app: &AppHandle, entries: &[Entry]) -> tauri::Result<Menu<Wry>> {
    let menu = Menu::new(app)?;
    for entry in entries {
        match entry {
            Entry::Separator => menu.append(&PredefinedMenuItem::separator(app)?)?,
            Entry::Item { id, label, enabled } => menu.append(&item(app, id, label, *enabled)?)?,
            Entry::Below { label, entries } => {
                let below = Submenu::new(app, label, true)?;
                for entry in entries {
                    if let Entry::Item { id, label, enabled } = entry {
                        below.append(&item(app, id, label, *enabled)?)?;
                    }
                }
                menu.append(&below)?;
            }
        }
    }
    Ok(menu)
}

fn item(app: &AppHandle, id: &Id, label: &str, enabled: bool) -> tauri::Result<MenuItem<Wry>> {
    MenuItem::with_id(app, id.to_text(), label, enabled, None::<&str>)
}

/// The menu of a snapshot: favourites first, then what needs somebody soonest.
pub(crate) fn menu(snapshot: &Snapshot) -> Vec<Entry> {
    let now = now(snapshot);
    let tongue = snapshot.language;
    let item = |id, label: &str, enabled| Entry::Item {
        id,
        label: label.to_owned(),
        enabled,
    };
    let mut profiles: Vec<&Profile> = snapshot.profiles.iter().collect();
    profiles.sort_by_key(|profile| (!profile.favourite, urgency(profile)));
    let mut entries: Vec<Entry> = profiles
        .iter()
        .map(|profile| {
            let label = label(profile, now, snapshot.language);
            item(Id::Profile(profile.name.clone()), &label, true)
        })
        .collect();
    if entries.len() > SHOWN {
        let entries_below = entries.split_off(SHOWN);
        entries.push(Entry::Below {
            label: tongue.say(Word::More).to_owned(),
            entries: entries_below,
        });
    }
    if entries.is_empty() {
        entries.push(item(Id::Nothing, tongue.say(Word::NoProfiles), false));
    } else {
        let can_have_sessions = |profile: &Profile| matches!(profile.kind, Kind::IamUser | Kind::Role);
        let enabled = snapshot.profiles.iter().any(can_have_sessions);
        entries.extend([
            Entry::Separator,
            item(Id::RefreshAll, tongue.say(Word::RefreshAll), enabled),
        ]);
    }
    entries.extend([
        Entry::Separator,
        item(Id::Open, tongue.say(Word::Open), true),
        item(Id::Settings, tongue.say(Word::Settings), true),
        item(Id::Quit, tongue.say(Word::Quit), true),
    ]);
    entries
}

/// What is over, then what ends, the soonest first, then what never began, then what is not ours to begin.
fn urgency(profile: &Profile) -> (u8, Option<&str>) {
    let group = match (profile.kind, profile.state) {
        (Kind::Managed | Kind::Incomplete, _) => 4,
        (_, State::Expired) => 0,
        (_, State::Expiring) => 1,
        (_, State::Active) => 2,
        (_, State::None | State::Unknown) => 3,
    };
    // Times of one form and zone: their texts sort as they do.
    let end = profile.expires_at.as_deref().filter(|_| group == 1 || group == 2);
    (group, end)
}

/// The next session to end, which is what one wants to know without opening anything.
fn tooltip(snapshot: &Snapshot) -> String {
    let now = now(snapshot);
    let live = snapshot
        .profiles
        .iter()
        .filter(|profile| matches!(profile.state, State::Active | State::Expiring));
    let next = live
        .filter_map(|profile| Some((left(profile, now)?, profile)))
        .min_by_key(|(left, _)| *left);
    match next {
        None => "MFA Tray".to_owned(),
        Some((left, profile)) => {
            let tongue = snapshot.language;
            format!("MFA Tray: {}", tongue.ends_in(&profile.name, &tongue.duration(left)))
        }
    }
}

fn now(snapshot: &Snapshot) -> Timestamp {
    snapshot.now.parse().unwrap_or(Timestamp::UNIX_EPOCH)
}

fn left(profile: &Profile, now: Timestamp) -> Option<SignedDuration> {
    let end: Timestamp = profile.expires_at.as_deref()?.parse().ok()?;
    Some(end.duration_since(now).max(SignedDuration::ZERO))
}

fn label(profile: &Profile, now: Timestamp, tongue: Tongue) -> String {
    let left = left(profile, now).map(|left| tongue.duration(left));
    let state = match (profile.kind, profile.state, left) {
        (Kind::Managed, _, _) => tongue.say(Word::Managed).to_owned(),
        (Kind::Incomplete, State::None, _) => tongue.say(Word::Incomplete).to_owned(),
        (_, State::Active, Some(left)) => left,
        (_, State::Expiring, Some(left)) => tongue.expiring(&left),
        (_, State::Expired, _) => tongue.say(Word::Expired).to_owned(),
        (_, State::None, _) => tongue.say(Word::NoSession).to_owned(),
        _ => tongue.say(Word::UnknownLength).to_owned(),
    };
    // A single `&` would underline the next letter instead of showing.
    format!("{}  –  {state}", profile.name).replace('&', "&&")
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use crate::dto::{Banner, Preferences};

    pub(crate) fn empty() -> Snapshot {
        Snapshot {
            now: "2026-11-23T19:00:00Z".to_owned(),
            profiles: Vec::new(),
            banners: Vec::new(),
            config_file: String::new(),
            credentials_file: String::new(),
            files_exist: true,
            practice: false,
            ask: None,
            enrolment: None,
            can_show_seed: false,
            enrolled_devices: 0,
            preferences: Preferences::new(&mfa_tray_core::settings::Settings::default(), String::new()),
            language: Tongue::English,
            round: None,
        }
    }

    pub(crate) fn profile(name: &str, state: State) -> Profile {
        Profile {
            name: name.to_owned(),
            kind: Kind::IamUser,
            managed_by: None,
            state,
            issued_at: None,
            expires_at: None,
            margin_seconds: 900,
            target: None,
            account: None,
            user: None,
            role: None,
            source: None,
            region: None,
            mfa_serial: None,
            enrolled: false,
            key_id: None,
            key_in_keychain: false,
            key_days: None,
            key_too_old: false,
            served: false,
            is_default: false,
            converted: false,
            one_click: false,
            fingerprint: None,
            favourite: false,
            refreshing: false,
            waiting_until: None,
            asked_until: None,
            duration_seconds: 43_200,
            shortest_seconds: 900,
            longest_seconds: 129_600,
            renew: false,
            renewable: false,
            notice_minutes: 10,
            renewal_problem: None,
            problem: None,
        }
    }

    fn shown(entries: &[Entry]) -> Vec<String> {
        let label = |entry: &Entry| match entry {
            Entry::Item { label, .. } => label.clone(),
            Entry::Below { label, entries } => format!("{label} > {}", shown(entries).join(", ")),
            Entry::Separator => "-".to_owned(),
        };
        entries.iter().map(label).collect()
    }

    fn labels(snapshot: &Snapshot) -> Vec<String> {
        shown(&menu(snapshot))
    }

    #[test]
    fn the_menu_has_a_line_per_profile_with_the_time_left() {
        let until = |state, end: &str| Profile {
            expires_at: Some(end.to_owned()),
            ..profile("dev", state)
        };
        let cases = [
            (until(State::Active, "2026-11-24T06:02:30Z"), "dev  –  11 h 02 m"),
            (
                until(State::Expiring, "2026-11-23T19:07:00Z"),
                "dev  –  7 min, expiring",
            ),
            (
                until(State::Expiring, "2026-11-23T19:00:30Z"),
                "dev  –  under a minute, expiring",
            ),
            (until(State::Expired, "2026-11-23T17:00:00Z"), "dev  –  expired"),
            (profile("dev", State::None), "dev  –  no session"),
            (
                Profile {
                    kind: Kind::Managed,
                    ..profile("sso", State::Unknown)
                },
                "sso  –  managed elsewhere",
            ),
        ];
        for (profile, label) in cases {
            let snapshot = Snapshot {
                profiles: vec![profile],
                ..empty()
            };
            assert_eq!(
                labels(&snapshot),
                [label, "-", "Refresh all", "-", "Open MFA Tray", "Settings", "Quit"]
            );
        }
        assert_eq!(labels(&empty())[0], "No profiles yet");
    }

    #[test]
    fn ids_come_back_as_they_were() {
        for id in [
            Id::Profile("dev".into()),
            Id::Profile("open".into()),
            Id::Profile("a:b/profile:c".into()),
            Id::Profile("settings".into()),
            Id::Nothing,
            Id::RefreshAll,
            Id::Open,
            Id::Settings,
            Id::Quit,
        ] {
            assert_eq!(Id::parse(&id.to_text()), Some(id));
        }
        assert_eq!(Id::parse("elsewhere"), None);
    }

    #[test]
    fn the_icon_says_the_worst() {
        let of = |states: &[State]| {
            Sign::of(&Snapshot {
                profiles: states.iter().map(|&state| profile("p", state)).collect(),
                ..empty()
            })
        };
        assert_eq!(of(&[]), Sign::None);
        assert_eq!(of(&[State::None, State::Active, State::Unknown]), Sign::Active);
        assert_eq!(of(&[State::Expired, State::Active, State::Expiring]), Sign::Expired);
        let problem = Problem {
            code: "files".into(),
            message: String::new(),
            hint: None,
        };
        let broken = Snapshot {
            banners: vec![Banner {
                about: Notice::Files,
                problem,
                dismissible: false,
            }],
            ..empty()
        };
        assert_eq!(Sign::of(&broken), Sign::Attention);
    }

    #[test]
    fn the_menu_goes_by_favourites_then_by_what_needs_somebody_soonest() {
        let until = |name: &str, state, end: &str| Profile {
            expires_at: Some(end.to_owned()),
            ..profile(name, state)
        };
        let mut snapshot = Snapshot {
            profiles: vec![
                profile("none", State::None),
                Profile {
                    kind: Kind::Managed,
                    ..profile("sso", State::Unknown)
                },
                until("late", State::Active, "2026-11-24T06:00:00Z"),
                until("soon", State::Active, "2026-11-23T20:00:00Z"),
                until("now", State::Expiring, "2026-11-23T19:05:00Z"),
                until("over", State::Expired, "2026-11-23T18:00:00Z"),
                Profile {
                    favourite: true,
                    ..profile("dear", State::None)
                },
            ],
            ..empty()
        };
        let names = |snapshot: &Snapshot| {
            let labels = labels(snapshot);
            let names = labels
                .iter()
                .map(|label| label.split("  –").next().unwrap_or_default().to_owned());
            names.collect::<Vec<_>>()
        };
        assert_eq!(
            names(&snapshot)[..7],
            ["dear", "over", "now", "soon", "late", "none", "sso"]
        );
        assert_eq!(tooltip(&snapshot), "MFA Tray: now ends in 5 min");

        snapshot.language = Tongue::Chinese;
        assert_eq!(labels(&snapshot)[2], "now  –  5 分钟，即将过期");
        assert_eq!(tooltip(&snapshot), "MFA Tray: now 将在 5 分钟后过期");
        assert_eq!(tooltip(&empty()), "MFA Tray");
    }

    #[test]
    fn more_than_twelve_go_below() {
        let snapshot = Snapshot {
            profiles: (0..14)
                .map(|number| profile(&format!("p{number:02}"), State::None))
                .collect(),
            ..empty()
        };
        let labels = labels(&snapshot);
        assert_eq!(labels[12], "More profiles > p12  –  no session, p13  –  no session");
        assert_eq!(labels[13..15], ["-", "Refresh all"]);
    }
}
