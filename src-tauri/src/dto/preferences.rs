//! Settings, as they are in force and as they are changed.

use mfa_tray_core::profile::{Malformed, ProfileName};
use mfa_tray_core::settings::{self, General, Setting, Settings};
use serde::{Deserialize, Serialize};

/// The language that was chosen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub(crate) enum Language {
    #[serde(rename = "auto")]
    Auto,
    #[serde(rename = "en")]
    English,
    #[serde(rename = "zh-CN")]
    Chinese,
}

/// The look that was chosen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Theme {
    Auto,
    Light,
    Dark,
}

/// The settings for all profiles.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub(crate) struct Preferences {
    pub(crate) target_pattern: String,
    /// Empty: none.
    pub(crate) proxy: String,
    pub(crate) no_proxy: String,
    pub(crate) margin_minutes: u32,
    /// 0: not.
    pub(crate) notice_minutes: u32,
    pub(crate) renew: bool,
    /// 0: never.
    pub(crate) pause_after_hours: u32,
    pub(crate) language: Language,
    pub(crate) theme: Theme,
    pub(crate) start_at_login: bool,
    pub(crate) shortcut: Option<String>,
    /// Where they are kept.
    pub(crate) file: String,
}

/// One of them, changed.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(tag = "what", content = "value", rename_all = "kebab-case")]
pub(crate) enum SettingsChange {
    TargetPattern(String),
    Proxy(String),
    NoProxy(String),
    MarginMinutes(u32),
    NoticeMinutes(u32),
    Renew(bool),
    PauseAfterHours(u32),
    Language(Language),
    Theme(Theme),
    StartAtLogin(bool),
    Shortcut(Option<String>),
}

/// A setting of one profile, changed; null goes back to what holds for all.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(tag = "what", content = "value", rename_all = "kebab-case")]
pub(crate) enum ProfileChange {
    /// Seconds.
    Duration(Option<u32>),
    Renew(Option<bool>),
    NoticeMinutes(Option<u32>),
    Target(Option<String>),
}

impl Preferences {
    pub(crate) fn new(settings: &Settings, file: String) -> Preferences {
        Preferences {
            target_pattern: settings.target_pattern().to_owned(),
            no_proxy: settings.proxy().and_then(|proxy| proxy.except).unwrap_or_default(),
            proxy: settings
                .proxy()
                .map(|proxy| proxy.url.trim_start_matches("http://").to_owned())
                .unwrap_or_default(),
            margin_minutes: u32::try_from(settings.margin().as_mins()).unwrap_or_default(),
            notice_minutes: settings.general_notice_minutes(),
            renew: settings.generally_renews(),
            pause_after_hours: settings
                .pause_after()
                .map_or(0, |pause| u32::try_from(pause.as_hours()).unwrap_or_default()),
            language: match settings.language() {
                settings::Language::Auto => Language::Auto,
                settings::Language::English => Language::English,
                settings::Language::Chinese => Language::Chinese,
            },
            theme: match settings.theme() {
                settings::Theme::Auto => Theme::Auto,
                settings::Theme::Light => Theme::Light,
                settings::Theme::Dark => Theme::Dark,
            },
            start_at_login: settings.start_at_login(),
            shortcut: settings.shortcut().map(str::to_owned),
            file,
        }
    }
}

impl From<SettingsChange> for General {
    fn from(change: SettingsChange) -> General {
        match change {
            SettingsChange::TargetPattern(pattern) => General::TargetPattern(pattern),
            SettingsChange::Proxy(url) => General::Proxy(Some(url).filter(|url| !url.is_empty())),
            SettingsChange::NoProxy(hosts) => General::NoProxy(Some(hosts).filter(|hosts| !hosts.is_empty())),
            SettingsChange::MarginMinutes(minutes) => General::MarginMinutes(minutes),
            SettingsChange::NoticeMinutes(minutes) => General::NoticeMinutes(minutes),
            SettingsChange::Renew(renew) => General::Renew(renew),
            SettingsChange::PauseAfterHours(hours) => General::PauseAfterHours(hours),
            SettingsChange::Language(language) => General::Language(match language {
                Language::Auto => settings::Language::Auto,
                Language::English => settings::Language::English,
                Language::Chinese => settings::Language::Chinese,
            }),
            SettingsChange::Theme(theme) => General::Theme(match theme {
                Theme::Auto => settings::Theme::Auto,
                Theme::Light => settings::Theme::Light,
                Theme::Dark => settings::Theme::Dark,
            }),
            SettingsChange::StartAtLogin(start) => General::StartAtLogin(start),
            SettingsChange::Shortcut(keys) => General::Shortcut(keys),
        }
    }
}

impl TryFrom<ProfileChange> for Setting {
    type Error = Malformed;

    fn try_from(change: ProfileChange) -> Result<Setting, Malformed> {
        Ok(match change {
            ProfileChange::Duration(seconds) => Setting::Duration(seconds),
            ProfileChange::Renew(renew) => Setting::Renew(renew),
            ProfileChange::NoticeMinutes(minutes) => Setting::NoticeMinutes(minutes),
            ProfileChange::Target(target) => Setting::Target(target.as_deref().map(ProfileName::parse).transpose()?),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn changes_are_read_as_the_window_writes_them() {
        let of = |text: &str| serde_json::from_str::<SettingsChange>(text).unwrap();
        assert_eq!(
            of(r#"{"what":"language","value":"zh-CN"}"#),
            SettingsChange::Language(Language::Chinese)
        );
        assert_eq!(
            of(r#"{"what":"shortcut","value":null}"#),
            SettingsChange::Shortcut(None)
        );
        assert_eq!(
            of(r#"{"what":"margin-minutes","value":5}"#),
            SettingsChange::MarginMinutes(5)
        );
        let of = |text: &str| serde_json::from_str::<ProfileChange>(text).unwrap();
        assert_eq!(
            of(r#"{"what":"duration","value":3600}"#),
            ProfileChange::Duration(Some(3600))
        );
        assert_eq!(of(r#"{"what":"renew","value":null}"#), ProfileChange::Renew(None));
        assert!(Setting::try_from(ProfileChange::Target(Some("a]b".into()))).is_err());
        assert!(serde_json::from_str::<ProfileChange>(r#"{"what":"favourite","value":true}"#).is_err());
    }
}
