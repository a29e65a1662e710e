//! `settings.toml`: what the person chose. Edited by hand or by us; unknown keys, comments and order stay.
//!
//! Every key may be missing, and then has its default. A value of a key that is known must be one that can be meant:
//! else the whole file is reported with line and column and not used, so that nothing is done that nobody chose.

mod change;
mod check;
mod choice;

use std::path::{Path, PathBuf};

use jiff::SignedDuration;
use toml_edit::{Document, DocumentMut, Item, TableLike};

use crate::endpoint::Proxy;
use crate::file::{self, FileError};
use crate::lock::LockError;
use crate::problem::Problem;
use crate::profile::{AccessKeyId, MfaSerial, ProfileName};

pub use change::{General, Setting, rename, set, set_general};
pub use choice::{Language, Theme};

/// The version of the format this program writes.
const VERSION: i64 = 1;
/// Where the profile's name stands in the pattern for targets.
const PLACE: &str = "{profile}";
const DEFAULT_PATTERN: &str = "{profile}-mfa";

/// Settings as they are now. A missing file means the defaults.
#[derive(Debug, Clone)]
pub struct Settings {
    document: DocumentMut,
    /// Asked for once per profile, so it is not looked up each time.
    pattern: String,
}

/// A settings file that is not used, and left alone.
#[derive(Debug, thiserror::Error)]
pub enum SettingsError {
    /// See [`FileError`].
    #[error(transparent)]
    File(#[from] FileError),
    /// See [`LockError`].
    #[error(transparent)]
    Lock(#[from] LockError),
    /// Not TOML, or a value that cannot be meant; the message has line and column.
    #[error("settings.toml is not valid: {reason}")]
    Invalid {
        /// The file.
        path: PathBuf,
        /// Where and why.
        reason: String,
    },
    /// Written by a later version of this program.
    #[error("{} was written by a newer MFA Tray (format {found}, this one knows {VERSION})", path.display())]
    Newer {
        /// The file.
        path: PathBuf,
        /// Its format.
        found: i64,
    },
    /// What was to be set cannot be.
    #[error("{0}")]
    Refused(&'static str),
}

impl SettingsError {
    /// The same for every front end.
    pub fn problem(&self) -> Problem {
        let hint = match self {
            SettingsError::File(error) => error.hint(),
            SettingsError::Lock(error) => error.hint().into(),
            SettingsError::Invalid { path, .. } => {
                format!("repair {} or remove it; it was left as it is", path.display()).into()
            }
            SettingsError::Newer { .. } => "update MFA Tray".into(),
            SettingsError::Refused(_) => "nothing was changed".into(),
        };
        Problem::new("settings", self.to_string(), hint)
    }
}

impl Settings {
    /// Reads the file at `path`; a missing one gives the defaults.
    ///
    /// # Errors
    /// [`SettingsError`].
    pub fn read(path: &Path) -> Result<Settings, SettingsError> {
        Settings::parse(path, &file::read(path)?.unwrap_or_default())
    }

    fn of(document: DocumentMut) -> Settings {
        let pattern = document.get("target_pattern").and_then(Item::as_str);
        let pattern = pattern.unwrap_or(DEFAULT_PATTERN).to_owned();
        Settings { document, pattern }
    }

    fn parse(path: &Path, bytes: &[u8]) -> Result<Settings, SettingsError> {
        Ok(Settings::of(document(path, bytes)?.into_mut()))
    }

    /// The pattern of targets: the name of a section, with `{profile}` where the profile's name comes.
    pub fn target_pattern(&self) -> &str {
        &self.pattern
    }

    /// The name of the section a session of `profile` is written to, unless the profile has its own.
    pub fn target_by_pattern(&self, profile: &ProfileName) -> Option<ProfileName> {
        ProfileName::parse(&self.pattern.replace(PLACE, profile.as_str())).ok()
    }

    /// The target chosen for `profile`.
    pub fn target(&self, profile: &ProfileName) -> Option<ProfileName> {
        self.text(profile, "target")
            .and_then(|text| ProfileName::parse(text).ok())
    }

    /// The profile whose session is written to `[default]` too, for what looks nowhere else.
    pub fn default_profile(&self) -> Option<ProfileName> {
        let text = self.document.get("default_profile").and_then(Item::as_str)?;
        ProfileName::parse(text).ok()
    }

    /// The proxy that AWS is called through, where the environment names none: programs that the desktop starts have no
    /// shell's variables.
    pub fn proxy(&self) -> Option<Proxy> {
        let text = |key| {
            self.document
                .get(key)
                .and_then(Item::as_str)
                .filter(|text| !text.is_empty())
        };
        let url = text("proxy")?;
        Some(Proxy {
            url: match url.contains("://") {
                true => url.to_owned(),
                false => format!("http://{url}"),
            },
            except: text("no_proxy").map(str::to_owned),
        })
    }

    /// The program that prints the codes of `profile`, with its arguments.
    pub fn code_command(&self, profile: &ProfileName) -> Option<Vec<String>> {
        let own = self.own(profile).and_then(|own| own.get("code_command"));
        let words = own.or_else(|| self.document.get("code_command"))?.as_array()?;
        let words: Vec<String> = words
            .iter()
            .filter_map(|word| word.as_str().map(str::to_owned))
            .collect();
        (!words.is_empty()).then_some(words)
    }

    /// Whether that needs no person: then sessions are renewed with it, too.
    pub fn code_command_is_quiet(&self, profile: &ProfileName) -> bool {
        let own = self.own(profile).and_then(|own| own.get("code_command_quiet"));
        let quiet = own.or_else(|| self.document.get("code_command_quiet"));
        quiet.and_then(Item::as_bool).unwrap_or(false)
    }

    /// The MFA device chosen for `profile`.
    pub fn device(&self, profile: &ProfileName) -> Option<MfaSerial> {
        self.text(profile, "device")
            .and_then(|text| MfaSerial::parse(text).ok())
    }

    /// The id of the long-term key of `profile` that is in the keychain.
    pub fn access_key(&self, profile: &ProfileName) -> Option<AccessKeyId> {
        AccessKeyId::parse(self.text(profile, "access_key")?).ok()
    }

    /// The profiles whose long-term keys are in the keychain.
    pub fn keyed(&self) -> impl Iterator<Item = ProfileName> {
        let profiles = self.document.get("profile").and_then(Item::as_table_like);
        let names = profiles.into_iter().flat_map(TableLike::iter).map(|(name, _)| name);
        let names = names.filter_map(|name| ProfileName::parse(name).ok());
        names.filter(|name| self.access_key(name).is_some())
    }

    /// How many seconds a session of `profile` shall last, where that was chosen.
    pub fn duration(&self, profile: &ProfileName) -> Option<u32> {
        number(self.own(profile)?.get("duration")?)
    }

    /// Whether `profile` stands first.
    pub fn is_favourite(&self, profile: &ProfileName) -> bool {
        self.own(profile)
            .and_then(|table| table.get("favourite"))
            .and_then(Item::as_bool)
            .unwrap_or(false)
    }

    /// How much may be left of a session when it counts as expiring and is renewed; a session's own length may make
    /// it less.
    pub fn margin(&self) -> SignedDuration {
        SignedDuration::from_mins(self.minutes("margin_minutes", 15).into())
    }

    /// How many minutes before a session of `profile` ends the person is told; 0: not at all.
    pub fn notice_minutes(&self, profile: &ProfileName) -> u32 {
        let own = self.own(profile).and_then(|own| number(own.get("notice_minutes")?));
        own.unwrap_or_else(|| self.general_notice_minutes())
    }

    /// The same for profiles that say nothing else.
    pub fn general_notice_minutes(&self) -> u32 {
        self.minutes("notice_minutes", 10)
    }

    /// Whether sessions of `profile` are renewed without being asked.
    pub fn renews(&self, profile: &ProfileName) -> bool {
        let own = self.own(profile).and_then(|own| own.get("renew")?.as_bool());
        own.unwrap_or_else(|| self.generally_renews())
    }

    /// The same for profiles that say nothing else.
    pub fn generally_renews(&self) -> bool {
        self.document.get("renew").and_then(Item::as_bool).unwrap_or(false)
    }

    /// After how long without use renewal pauses; `None`: never.
    pub fn pause_after(&self) -> Option<SignedDuration> {
        let hours = self.minutes("pause_after_hours", 12);
        (hours > 0).then(|| SignedDuration::from_hours(hours.into()))
    }

    /// The language of window, tray and notices.
    pub fn language(&self) -> Language {
        let text = self.document.get("language").and_then(Item::as_str);
        text.and_then(Language::parse).unwrap_or_default()
    }

    /// The window's look.
    pub fn theme(&self) -> Theme {
        let text = self.document.get("theme").and_then(Item::as_str);
        text.and_then(Theme::parse).unwrap_or_default()
    }

    /// Whether the app starts when the person logs in.
    pub fn start_at_login(&self) -> bool {
        self.document
            .get("start_at_login")
            .and_then(Item::as_bool)
            .unwrap_or(false)
    }

    /// The keys that open and close the window from anywhere.
    pub fn shortcut(&self) -> Option<&str> {
        let text = self.document.get("shortcut").and_then(Item::as_str);
        text.filter(|text| !text.is_empty())
    }

    fn minutes(&self, key: &str, default: u32) -> u32 {
        self.document.get(key).and_then(number).unwrap_or(default)
    }

    fn own(&self, profile: &ProfileName) -> Option<&dyn TableLike> {
        self.document
            .get("profile")?
            .as_table_like()?
            .get(profile.as_str())?
            .as_table_like()
    }

    fn text(&self, profile: &ProfileName, key: &str) -> Option<&str> {
        self.own(profile)?.get(key)?.as_str()
    }
}

/// The file's text with what stands where in it, if all of it can be meant.
fn document(path: &Path, bytes: &[u8]) -> Result<Document<String>, SettingsError> {
    let invalid = |reason: String| SettingsError::Invalid {
        path: path.to_owned(),
        reason,
    };
    let text = std::str::from_utf8(bytes).map_err(|_| invalid("it is not UTF-8".to_owned()))?;
    let document = Document::parse(text.to_owned()).map_err(|error| invalid(error.to_string().trim().to_owned()))?;
    if let Some(found) = document.get("version").and_then(Item::as_integer)
        && found > VERSION
    {
        let path = path.to_owned();
        return Err(SettingsError::Newer { path, found });
    }
    check::check(&document).map_err(invalid)?;
    Ok(document)
}

fn number(item: &Item) -> Option<u32> {
    u32::try_from(item.as_integer()?).ok()
}

impl Default for Settings {
    fn default() -> Settings {
        Settings::of(DocumentMut::new())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn name(text: &str) -> ProfileName {
        ProfileName::parse(text).unwrap()
    }

    pub(super) fn parse(text: &str) -> Result<Settings, SettingsError> {
        Settings::parse(Path::new("settings.toml"), text.as_bytes())
    }

    #[test]
    fn targets_follow_the_pattern() {
        let of = |text: &str| parse(text).unwrap().target_by_pattern(&name("dev"));
        assert_eq!(of(""), Some(name("dev-mfa")));
        assert_eq!(of("target_pattern = \"mfa/{profile}\"\n"), Some(name("mfa/dev")));
    }

    #[test]
    fn a_missing_file_gives_the_defaults() {
        let settings = Settings::read(Path::new("/nonexistent/settings.toml")).unwrap();
        let dev = name("dev");
        assert_eq!(settings.target_pattern(), "{profile}-mfa");
        assert_eq!(settings.margin(), SignedDuration::from_mins(15));
        assert_eq!(settings.notice_minutes(&dev), 10);
        assert!(!settings.renews(&dev));
        assert_eq!(settings.pause_after(), Some(SignedDuration::from_hours(12)));
        assert_eq!(settings.language(), Language::Auto);
        assert_eq!(settings.theme(), Theme::Auto);
        assert!(!settings.start_at_login());
        assert_eq!(settings.shortcut(), None);
        assert_eq!(settings.duration(&dev), None);
    }

    #[test]
    fn what_a_profile_says_goes_before_what_is_said_for_all() {
        let settings = parse(
            "margin_minutes = 5\nnotice_minutes = 20\nrenew = true\npause_after_hours = 0\nlanguage = \"zh-CN\"\n\
             theme = \"dark\"\nstart_at_login = true\nshortcut = \"Ctrl+Alt+M\"\n\
             [profile.dev]\nduration = 3600\nrenew = false\nnotice_minutes = 0\n",
        )
        .unwrap();
        let (dev, other) = (name("dev"), name("other"));
        assert_eq!(settings.margin(), SignedDuration::from_mins(5));
        assert_eq!(
            (settings.notice_minutes(&dev), settings.notice_minutes(&other)),
            (0, 20)
        );
        assert_eq!((settings.renews(&dev), settings.renews(&other)), (false, true));
        assert_eq!(settings.pause_after(), None);
        assert_eq!(
            (settings.language(), settings.theme()),
            (Language::Chinese, Theme::Dark)
        );
        assert!(settings.start_at_login());
        assert_eq!(settings.shortcut(), Some("Ctrl+Alt+M"));
        assert_eq!((settings.duration(&dev), settings.duration(&other)), (Some(3600), None));
    }
}
