//! `settings.toml`: what the person chose. Edited by hand or by us; unknown keys, comments and order stay.

use std::path::{Path, PathBuf};

use toml_edit::{DocumentMut, Item, Table, value};

use crate::file::{self, Backup, FileError};
use crate::lock::{self, LockError, Subject};
use crate::problem::Problem;
use crate::profile::{MfaSerial, ProfileName};

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
    /// Not TOML; the message has line and column.
    #[error("{} is not valid: {reason}", path.display())]
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
}

impl SettingsError {
    /// The same for every front end.
    pub fn problem(&self) -> Problem {
        let hint = match self {
            SettingsError::File(error) => error.hint(),
            SettingsError::Lock(error) => error.hint().into(),
            SettingsError::Invalid { .. } => "repair the file or remove it; it was left as it is".into(),
            SettingsError::Newer { .. } => "update MFA Tray".into(),
        };
        Problem::new("settings", self.to_string(), hint)
    }
}

/// One thing to change.
#[derive(Debug, Clone)]
pub enum Setting {
    /// Whether the profile stands first.
    Favourite(bool),
    /// The section its session is written to.
    Target(ProfileName),
    /// The MFA device its codes are of.
    Device(MfaSerial),
    /// This one is gone: if it was chosen, no device is.
    NoDevice(MfaSerial),
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
        let chosen = document.get("target_pattern").and_then(Item::as_str);
        let pattern = chosen
            .filter(|pattern| pattern.contains(PLACE))
            .unwrap_or(DEFAULT_PATTERN)
            .to_owned();
        Settings { document, pattern }
    }

    fn parse(path: &Path, bytes: &[u8]) -> Result<Settings, SettingsError> {
        let invalid = |reason: String| SettingsError::Invalid {
            path: path.to_owned(),
            reason,
        };
        let text = std::str::from_utf8(bytes).map_err(|_| invalid("it is not UTF-8".to_owned()))?;
        let document: DocumentMut = text
            .parse()
            .map_err(|error: toml_edit::TomlError| invalid(error.to_string().trim().to_owned()))?;
        match document.get("version").map(|item| {
            item.as_integer()
                .ok_or_else(|| invalid("`version` is not a number".to_owned()))
        }) {
            Some(Err(error)) => Err(error),
            Some(Ok(found)) if found > VERSION => Err(SettingsError::Newer {
                path: path.to_owned(),
                found,
            }),
            _ => Ok(Settings::of(document)),
        }
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

    /// The MFA device chosen for `profile`.
    pub fn device(&self, profile: &ProfileName) -> Option<MfaSerial> {
        self.text(profile, "device")
            .and_then(|text| MfaSerial::parse(text).ok())
    }

    /// Whether `profile` stands first.
    pub fn is_favourite(&self, profile: &ProfileName) -> bool {
        self.own(profile)
            .and_then(|table| table.get("favourite"))
            .and_then(Item::as_bool)
            .unwrap_or(false)
    }

    fn own(&self, profile: &ProfileName) -> Option<&dyn toml_edit::TableLike> {
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

/// Changes one setting of `profile` in the file at `path`, under its lock in the folder `locks`.
///
/// # Errors
/// [`SettingsError`]; a file that cannot be read is left alone.
pub fn set(path: &Path, locks: &Path, profile: &ProfileName, setting: &Setting) -> Result<(), SettingsError> {
    let _lock = lock::take(locks, Subject::File(&file::real_path(path)), lock::PATIENCE)?;
    file::replace(path, Backup::Never, |bytes| {
        let mut settings = Settings::parse(path, bytes)?;
        let document = &mut settings.document;
        if document.get("version").is_none() {
            document.insert("version", value(VERSION));
        }
        let profiles = document.entry("profile").or_insert_with(implicit_table);
        let mismatch = || SettingsError::Invalid {
            path: path.to_owned(),
            reason: "`profile` is not a table".to_owned(),
        };
        let profiles = profiles.as_table_like_mut().ok_or_else(mismatch)?;
        let own = profiles
            .entry(profile.as_str())
            .or_insert_with(|| Item::Table(Table::new()));
        let own = own.as_table_like_mut().ok_or_else(mismatch)?;
        match setting {
            Setting::Favourite(true) => drop(own.insert("favourite", value(true))),
            Setting::Favourite(false) => drop(own.remove("favourite")),
            Setting::Target(target) => drop(own.insert("target", value(target.as_str()))),
            Setting::Device(serial) => drop(own.insert("device", value(serial.as_str()))),
            Setting::NoDevice(serial) => {
                if own.get("device").and_then(Item::as_str) == Some(serial.as_str()) {
                    own.remove("device");
                }
            }
        }
        Ok(settings.document.to_string().into_bytes())
    })
    .map(drop)
}

impl Default for Settings {
    fn default() -> Settings {
        Settings::of(DocumentMut::new())
    }
}

fn implicit_table() -> Item {
    let mut table = Table::new();
    table.set_implicit(true);
    Item::Table(table)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn name(text: &str) -> ProfileName {
        ProfileName::parse(text).unwrap()
    }

    #[test]
    fn changes_keep_what_the_person_wrote() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("mfa-tray/settings.toml");
        set(&path, folder.path(), &name("a.b"), &Setting::Favourite(true)).unwrap();
        assert_eq!(
            std::fs::read_to_string(&path).unwrap(),
            "version = 1\n\n[profile.\"a.b\"]\nfavourite = true\n"
        );

        let mine = "# mine\nversion = 1\nlater = 7 # kept\n\n[profile.dev]\ncolour = \"red\"\n";
        std::io::Write::write_all(&mut std::fs::File::create(&path).unwrap(), mine.as_bytes()).unwrap();
        set(
            &path,
            folder.path(),
            &name("dev"),
            &Setting::Target(name("dev-session")),
        )
        .unwrap();
        assert_eq!(
            std::fs::read_to_string(&path).unwrap(),
            format!("{mine}target = \"dev-session\"\n")
        );
        let settings = Settings::read(&path).unwrap();
        assert_eq!(settings.target(&name("dev")), Some(name("dev-session")));
        assert!(!settings.is_favourite(&name("dev")));
    }

    #[test]
    fn a_broken_file_is_reported_with_its_place_and_left_alone() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("settings.toml");
        for (text, says) in [
            ("a = 1\nb = \n", "line 2"),
            ("version = 9\n", "newer"),
            ("version = \"x\"\n", "version"),
        ] {
            std::io::Write::write_all(&mut std::fs::File::create(&path).unwrap(), text.as_bytes()).unwrap();
            let error = set(&path, folder.path(), &name("dev"), &Setting::Favourite(true)).unwrap_err();
            assert!(error.to_string().contains(says), "{error}");
            assert_eq!(std::fs::read_to_string(&path).unwrap(), text);
        }
    }

    #[test]
    fn targets_follow_the_pattern() {
        let of = |text: &str| {
            Settings::parse(Path::new("s"), text.as_bytes())
                .unwrap()
                .target_by_pattern(&name("dev"))
        };
        assert_eq!(of(""), Some(name("dev-mfa")));
        assert_eq!(of("target_pattern = \"mfa/{profile}\"\n"), Some(name("mfa/dev")));
        assert_eq!(
            of("target_pattern = \"fixed\"\n"),
            Some(name("dev-mfa")),
            "a pattern must tell profiles apart"
        );
    }
}
