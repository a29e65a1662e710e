//! Everything that can be changed, and whether it was.

use jiff::SignedDuration;
use mfa_tray_core::profile::{AccessKeyId, MfaSerial};
use mfa_tray_core::settings::{General, Language, Setting, Settings, SettingsError, Theme, set, set_general};
use proptest::prelude::*;
use proptest::sample::select;

use crate::files::File;
use crate::name;

const SERIAL: &str = "arn:aws:iam::111122223333:mfa/alice";
/// The last has no section in any file.
const PROFILES: [&str; 4] = ["dev", "a.b", "x/y", "new"];

/// One thing to change, and the profile it is of, if it is one's.
#[derive(Debug, Clone)]
pub(crate) enum Change {
    General(General),
    Of(&'static str, Setting),
}

impl Change {
    pub(crate) fn make(&self, file: &File) -> Result<(), SettingsError> {
        match self {
            Change::General(general) => set_general(&file.path(), file.0.path(), general),
            Change::Of(profile, setting) => set(&file.path(), file.0.path(), &name(profile), setting),
        }
    }

    pub(crate) fn key(&self) -> &'static str {
        match self {
            Change::General(General::TargetPattern(_)) => "target_pattern",
            Change::General(General::DefaultProfile(_)) => "default_profile",
            Change::General(General::Proxy(_)) => "proxy",
            Change::General(General::NoProxy(_)) => "no_proxy",
            Change::General(General::MarginMinutes(_)) => "margin_minutes",
            Change::General(General::PauseAfterHours(_)) => "pause_after_hours",
            Change::General(General::Language(_)) => "language",
            Change::General(General::Theme(_)) => "theme",
            Change::General(General::StartAtLogin(_)) => "start_at_login",
            Change::General(General::Shortcut(_)) => "shortcut",
            Change::General(General::NoticeMinutes(_)) | Change::Of(_, Setting::NoticeMinutes(_)) => "notice_minutes",
            Change::General(General::Renew(_)) | Change::Of(_, Setting::Renew(_)) => "renew",
            Change::Of(_, Setting::Favourite(_)) => "favourite",
            Change::Of(_, Setting::Target(_)) => "target",
            Change::Of(_, Setting::Duration(_)) => "duration",
            Change::Of(_, Setting::AccessKey(_)) => "access_key",
            Change::Of(_, Setting::Device(_) | Setting::NoDevice(_)) => "device",
        }
    }

    pub(crate) fn removes(&self) -> bool {
        match self {
            Change::General(general) => {
                matches!(
                    general,
                    General::Shortcut(None)
                        | General::DefaultProfile(None)
                        | General::Proxy(None)
                        | General::NoProxy(None)
                )
            }
            Change::Of(_, setting) => matches!(
                setting,
                Setting::Favourite(false)
                    | Setting::Target(None)
                    | Setting::AccessKey(None)
                    | Setting::Duration(None)
                    | Setting::Renew(None)
                    | Setting::NoticeMinutes(None)
                    | Setting::NoDevice(_)
            ),
        }
    }

    /// Whether the file says now what was to be set.
    pub(crate) fn holds(&self, settings: &Settings) -> bool {
        match self {
            Change::General(general) => match general {
                General::TargetPattern(pattern) => settings.target_pattern() == pattern,
                General::DefaultProfile(profile) => settings.default_profile() == *profile,
                General::Proxy(url) => settings.proxy().map(|proxy| proxy.url) == *url,
                General::NoProxy(hosts) => settings.proxy().is_none_or(|proxy| proxy.except == *hosts),
                General::MarginMinutes(minutes) => settings.margin() == SignedDuration::from_mins((*minutes).into()),
                General::NoticeMinutes(minutes) => settings.general_notice_minutes() == *minutes,
                General::Renew(renew) => settings.generally_renews() == *renew,
                General::PauseAfterHours(hours) => {
                    settings.pause_after() == (*hours > 0).then(|| SignedDuration::from_hours((*hours).into()))
                }
                General::Language(language) => settings.language() == *language,
                General::Theme(theme) => settings.theme() == *theme,
                General::StartAtLogin(start) => settings.start_at_login() == *start,
                General::Shortcut(keys) => settings.shortcut() == keys.as_deref(),
            },
            Change::Of(profile, setting) => {
                let profile = name(profile);
                match setting {
                    Setting::Favourite(favourite) => settings.is_favourite(&profile) == *favourite,
                    Setting::Target(target) => settings.target(&profile) == *target,
                    Setting::AccessKey(id) => settings.access_key(&profile) == *id,
                    Setting::Duration(seconds) => settings.duration(&profile) == *seconds,
                    Setting::Renew(renew) => {
                        settings.renews(&profile) == renew.unwrap_or_else(|| settings.generally_renews())
                    }
                    Setting::NoticeMinutes(minutes) => {
                        let general = settings.general_notice_minutes();
                        settings.notice_minutes(&profile) == minutes.unwrap_or(general)
                    }
                    Setting::Device(serial) => settings.device(&profile) == Some(serial.clone()),
                    Setting::NoDevice(serial) => settings.device(&profile) != Some(serial.clone()),
                }
            }
        }
    }
}

/// Any of them.
pub(crate) fn change() -> impl Strategy<Value = Change> {
    let serial = MfaSerial::parse(SERIAL).unwrap();
    let general = select(vec![
        General::TargetPattern("mfa-{profile}".to_owned()),
        General::DefaultProfile(Some(name("x/y"))),
        General::DefaultProfile(None),
        General::Proxy(Some("http://proxy.example:3128".to_owned())),
        General::Proxy(None),
        General::NoProxy(Some("localhost,.example".to_owned())),
        General::NoProxy(None),
        General::MarginMinutes(7),
        General::NoticeMinutes(0),
        General::Renew(false),
        General::PauseAfterHours(24),
        General::Language(Language::Chinese),
        General::Theme(Theme::Light),
        General::StartAtLogin(true),
        General::Shortcut(Some("Ctrl+\"#".to_owned())),
        General::Shortcut(None),
    ]);
    let own = select(vec![
        Setting::Favourite(true),
        Setting::Favourite(false),
        Setting::Target(Some(name("work/1"))),
        Setting::Target(None),
        Setting::AccessKey(Some(AccessKeyId::parse("AKIAIOSFODNN7EXAMPLE").unwrap())),
        Setting::AccessKey(None),
        Setting::Duration(Some(900)),
        Setting::Duration(None),
        Setting::Renew(Some(true)),
        Setting::Renew(None),
        Setting::NoticeMinutes(Some(120)),
        Setting::NoticeMinutes(None),
        Setting::Device(MfaSerial::parse("GAHT12345678").unwrap()),
        Setting::NoDevice(serial),
    ]);
    prop_oneof![
        general.prop_map(Change::General),
        (select(PROFILES.to_vec()), own).prop_map(|(profile, own)| Change::Of(profile, own)),
    ]
}
