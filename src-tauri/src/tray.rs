//! The tray icon and its menu. The menu is data first ([`menu`]); a second function renders it.

use std::sync::Mutex;

use jiff::Timestamp;
use tauri::image::Image;
use tauri::menu::{Menu, MenuBuilder, MenuItem};
use tauri::tray::{MouseButton, MouseButtonState, TrayIcon, TrayIconBuilder, TrayIconEvent};
use tauri::{AppHandle, Manager as _, Wry};

use crate::commands::sessions;
use crate::dto::{Kind, Notice, Profile, Snapshot, State};
use crate::window;

/// A line of the menu.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Entry {
    Item { id: Id, label: String, enabled: bool },
    Separator,
}

/// What a click means. The only names in an id are whole and last, so nothing a file says can pose as another id.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Id {
    Profile(String),
    Nothing,
    Open,
    Quit,
}

impl Id {
    fn to_text(&self) -> String {
        match self {
            Id::Profile(name) => format!("profile:{name}"),
            Id::Nothing => "nothing".to_owned(),
            Id::Open => "open".to_owned(),
            Id::Quit => "quit".to_owned(),
        }
    }

    fn parse(text: &str) -> Option<Id> {
        match text {
            "nothing" => Some(Id::Nothing),
            "open" => Some(Id::Open),
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
        let lasting = snapshot.banners.iter().any(|banner| banner.about != Notice::Network);
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

/// The tray as it is now; `None` inside while there is no host for it.
#[derive(Default)]
pub(crate) struct Tray(Mutex<Option<Shown>>);

struct Shown {
    icon: TrayIcon,
    sign: Sign,
    entries: Vec<Entry>,
}

/// Whether the desktop has no place for tray icons, as far as we know.
pub(crate) fn is_missing(app: &AppHandle) -> bool {
    app.state::<Tray>().0.lock().map_or(true, |shown| shown.is_none())
}

/// Makes the tray show `snapshot`; puts the icon up if it is not there. Main thread only.
pub(crate) fn show(app: &AppHandle, snapshot: &Snapshot) {
    let tray = app.state::<Tray>();
    let Ok(mut shown) = tray.0.lock() else { return };
    let (sign, entries) = (Sign::of(snapshot), menu(snapshot));
    let result = match shown.as_mut() {
        Some(shown) => update(app, shown, sign, entries),
        None => put_up(app, sign, entries).map(|icon| *shown = Some(icon)),
    };
    if let Err(error) = result {
        tracing::warn!(%error, "the tray icon cannot be shown");
    }
}

fn put_up(app: &AppHandle, sign: Sign, entries: Vec<Entry>) -> tauri::Result<Shown> {
    let icon = TrayIconBuilder::with_id("main")
        .icon(sign.image()?)
        .icon_as_template(cfg!(target_os = "macos"))
        .tooltip("MFA Tray")
        .title("MFA Tray")
        .menu(&render(app, &entries)?)
        .show_menu_on_left_click(false)
        .on_menu_event(|app, event| clicked(app, event.id().as_ref()))
        .on_tray_icon_event(|icon, event| {
            if let TrayIconEvent::Click {
                button: MouseButton::Left,
                button_state: MouseButtonState::Up,
                ..
            } = event
            {
                window::toggle(icon.app_handle());
            }
        })
        .build(app)?;
    Ok(Shown { icon, sign, entries })
}

fn update(app: &AppHandle, shown: &mut Shown, sign: Sign, entries: Vec<Entry>) -> tauri::Result<()> {
    if shown.sign != sign {
        shown.icon.set_icon(Some(sign.image()?))?;
        shown.sign = sign;
    }
    if shown.entries != entries {
        shown.icon.set_menu(Some(render(app, &entries)?))?;
        shown.entries = entries;
    }
    Ok(())
}

fn clicked(app: &AppHandle, id: &str) {
    match Id::parse(id) {
        Some(Id::Profile(name)) => sessions::refresh_or_ask(app, name),
        Some(Id::Open) => window::show(app),
        Some(Id::Quit) => app.exit(0),
        Some(Id::Nothing) | None => {}
    }
}

fn render(app: &AppHandle, entries: &[Entry]) -> tauri::Result<Menu<Wry>> {
    let mut menu = MenuBuilder::new(app);
    for entry in entries {
        menu = match entry {
            Entry::Separator => menu.separator(),
            Entry::Item { id, label, enabled } => {
                menu.item(&MenuItem::with_id(app, id.to_text(), label, *enabled, None::<&str>)?)
            }
        };
    }
    menu.build()
}

/// The menu of a snapshot.
pub(crate) fn menu(snapshot: &Snapshot) -> Vec<Entry> {
    let now = snapshot.now.parse().unwrap_or(Timestamp::UNIX_EPOCH);
    let item = |id, label: &str, enabled| Entry::Item {
        id,
        label: label.to_owned(),
        enabled,
    };
    let mut entries: Vec<Entry> = snapshot
        .profiles
        .iter()
        .map(|profile| item(Id::Profile(profile.name.clone()), &label(profile, now), true))
        .collect();
    if entries.is_empty() {
        entries.push(item(Id::Nothing, "No profiles yet", false));
    }
    entries.extend([
        Entry::Separator,
        item(Id::Open, "Open MFA Tray", true),
        item(Id::Quit, "Quit", true),
    ]);
    entries
}

fn label(profile: &Profile, now: Timestamp) -> String {
    let end = profile
        .expires_at
        .as_deref()
        .and_then(|end| end.parse::<Timestamp>().ok());
    let left = end.map(|end| end.duration_since(now).as_secs().max(0));
    let state = match (profile.kind, profile.state, left) {
        (Kind::Managed, _, _) => "managed elsewhere".to_owned(),
        (Kind::Incomplete, State::None, _) => "incomplete".to_owned(),
        (_, State::Active, Some(left)) => duration(left),
        (_, State::Expiring, Some(left)) => format!("{}, expiring", duration(left)),
        (_, State::Expired, _) => "expired".to_owned(),
        (_, State::None, _) => "no session".to_owned(),
        _ => "session of unknown length".to_owned(),
    };
    // A single `&` would underline the next letter instead of showing.
    format!("{}  –  {state}", profile.name).replace('&', "&&")
}

fn duration(seconds: i64) -> String {
    match seconds {
        ..60 => "under a minute".to_owned(),
        60..3600 => format!("{} min", seconds / 60),
        _ => format!("{} h {:02} m", seconds / 3600, seconds % 3600 / 60),
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use crate::dto::{Banner, Problem};

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
            one_click: false,
            fingerprint: None,
            favourite: false,
            refreshing: false,
            waiting_until: None,
            problem: None,
        }
    }

    fn labels(snapshot: &Snapshot) -> Vec<String> {
        let label = |entry: &Entry| match entry {
            Entry::Item { label, .. } => label.clone(),
            Entry::Separator => "-".to_owned(),
        };
        menu(snapshot).iter().map(label).collect()
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
            assert_eq!(labels(&snapshot), [label, "-", "Open MFA Tray", "Quit"]);
        }
        assert_eq!(labels(&empty())[0], "No profiles yet");
    }

    #[test]
    fn ids_come_back_as_they_were() {
        for id in [
            Id::Profile("dev".into()),
            Id::Profile("open".into()),
            Id::Profile("a:b/profile:c".into()),
            Id::Nothing,
            Id::Open,
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
            }],
            ..empty()
        };
        assert_eq!(Sign::of(&broken), Sign::Attention);
    }
}
