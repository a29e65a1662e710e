//! Changing one setting, under the file's lock, and leaving everything else as the person wrote it.

use std::path::Path;

use toml_edit::{DocumentMut, Item, Table, TableLike, Value, value};

use super::{Language, Settings, SettingsError, Theme, VERSION, check};
use crate::file::{self, Backup};
use crate::lock::{self, Subject};
use crate::profile::{MfaSerial, ProfileName};

/// One thing to change about a profile. `None` goes back to what holds for all.
#[derive(Debug, Clone)]
pub enum Setting {
    /// Whether the profile stands first.
    Favourite(bool),
    /// The section its session is written to.
    Target(Option<ProfileName>),
    /// How many seconds its sessions last.
    Duration(Option<u32>),
    /// Whether they are renewed without being asked.
    Renew(Option<bool>),
    /// How many minutes before their end the person is told.
    NoticeMinutes(Option<u32>),
    /// The MFA device its codes are of.
    Device(MfaSerial),
    /// This one is gone: if it was chosen, no device is.
    NoDevice(MfaSerial),
}

/// One thing to change for all.
#[derive(Debug, Clone)]
pub enum General {
    /// See [`Settings::target_pattern`].
    TargetPattern(String),
    /// See [`Settings::margin`].
    MarginMinutes(u32),
    /// See [`Settings::notice_minutes`].
    NoticeMinutes(u32),
    /// See [`Settings::renews`].
    Renew(bool),
    /// See [`Settings::pause_after`].
    PauseAfterHours(u32),
    /// See [`Settings::language`].
    Language(Language),
    /// See [`Settings::theme`].
    Theme(Theme),
    /// See [`Settings::start_at_login`].
    StartAtLogin(bool),
    /// See [`Settings::shortcut`].
    Shortcut(Option<String>),
}

impl General {
    fn pair(&self) -> (&'static str, Option<Value>) {
        let number = |number: u32| Some(Value::from(i64::from(number)));
        match self {
            General::TargetPattern(pattern) => ("target_pattern", Some(pattern.as_str().into())),
            General::MarginMinutes(minutes) => ("margin_minutes", number(*minutes)),
            General::NoticeMinutes(minutes) => ("notice_minutes", number(*minutes)),
            General::Renew(renew) => ("renew", Some((*renew).into())),
            General::PauseAfterHours(hours) => ("pause_after_hours", number(*hours)),
            General::Language(language) => ("language", Some(language.word().into())),
            General::Theme(theme) => ("theme", Some(theme.word().into())),
            General::StartAtLogin(start) => ("start_at_login", Some((*start).into())),
            General::Shortcut(keys) => ("shortcut", keys.as_deref().map(Value::from)),
        }
    }
}

/// Changes one setting of `profile` in the file at `path`, under its lock in the folder `locks`.
///
/// # Errors
/// [`SettingsError`]; a file that cannot be read is left alone.
pub fn set(path: &Path, locks: &Path, profile: &ProfileName, setting: &Setting) -> Result<(), SettingsError> {
    edit(path, locks, |document| {
        let mismatch = || SettingsError::Refused("`profile` is not a table");
        let profiles = document.entry("profile").or_insert_with(implicit_table);
        let profiles = profiles.as_table_like_mut().ok_or_else(mismatch)?;
        let own = profiles
            .entry(profile.as_str())
            .or_insert_with(|| Item::Table(Table::new()));
        let own = own.as_table_like_mut().ok_or_else(mismatch)?;
        let number = |number: &u32| Value::from(i64::from(*number));
        match setting {
            Setting::Favourite(favourite) => put(own, "favourite", favourite.then(|| true.into())),
            Setting::Target(target) => put(own, "target", target.as_ref().map(|target| target.as_str().into())),
            Setting::Duration(seconds) => put(own, "duration", seconds.as_ref().map(number)),
            Setting::Renew(renew) => put(own, "renew", renew.map(Value::from)),
            Setting::NoticeMinutes(minutes) => put(own, "notice_minutes", minutes.as_ref().map(number)),
            Setting::Device(serial) => put(own, "device", Some(serial.as_str().into())),
            Setting::NoDevice(serial) => {
                if own.get("device").and_then(Item::as_str) == Some(serial.as_str()) {
                    own.remove("device");
                }
            }
        }
        Ok(())
    })
}

/// Changes one setting for all in the file at `path`, under its lock in the folder `locks`.
///
/// # Errors
/// [`SettingsError`]; a file that cannot be read is left alone.
pub fn set_general(path: &Path, locks: &Path, setting: &General) -> Result<(), SettingsError> {
    let (key, new) = setting.pair();
    if let Some(new) = &new {
        check::allows(key, new).map_err(SettingsError::Refused)?;
    }
    edit(path, locks, |document| {
        put(document.as_table_mut(), key, new.clone());
        Ok(())
    })
}

fn edit(
    path: &Path,
    locks: &Path,
    change: impl Fn(&mut DocumentMut) -> Result<(), SettingsError>,
) -> Result<(), SettingsError> {
    let _lock = lock::take(locks, Subject::File(&file::real_path(path)), lock::PATIENCE)?;
    file::replace(path, Backup::Never, |bytes| {
        let mut document = Settings::parse(path, bytes)?.document;
        if document.get("version").is_none() {
            document.insert("version", value(VERSION));
        }
        change(&mut document)?;
        let text = as_before(bytes, &document.to_string());
        // What we write must be what we would read.
        Settings::parse(path, text.as_bytes())?;
        Ok(text.into_bytes())
    })
    .map(drop)
}

/// Gives back the byte order mark and the line ends that editors on Windows write: `toml_edit` keeps neither.
fn as_before(bytes: &[u8], text: &str) -> String {
    let mark = "\u{feff}";
    let mark = if bytes.starts_with(mark.as_bytes()) { mark } else { "" };
    let first_line = bytes.split_inclusive(|byte| *byte == b'\n').next();
    match first_line.is_some_and(|line| line.ends_with(b"\r\n")) {
        true => format!("{mark}{}", text.replace("\r\n", "\n").replace('\n', "\r\n")),
        false => format!("{mark}{text}"),
    }
}

/// Sets or removes a key; what stands around the value, such as a comment, stays.
fn put(table: &mut dyn TableLike, key: &str, new: Option<Value>) {
    match (new, table.get_mut(key).and_then(Item::as_value_mut)) {
        (None, _) => drop(table.remove(key)),
        (Some(mut new), Some(old)) => {
            *new.decor_mut() = old.decor().clone();
            *old = new;
        }
        (Some(new), None) => drop(table.insert(key, Item::Value(new))),
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

    fn with_file(text: &str, test: impl FnOnce(&Path, &Path)) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("settings.toml");
        std::io::Write::write_all(&mut std::fs::File::create(&path).unwrap(), text.as_bytes()).unwrap();
        test(&path, folder.path());
    }

    fn said(path: &Path) -> String {
        std::fs::read_to_string(path).unwrap()
    }

    #[test]
    fn changes_keep_what_the_person_wrote() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("mfa-tray/settings.toml");
        set(&path, folder.path(), &name("a.b"), &Setting::Favourite(true)).unwrap();
        assert_eq!(said(&path), "version = 1\n\n[profile.\"a.b\"]\nfavourite = true\n");

        let mine = "# mine\nversion = 1\nlater = 7 # kept\n\n[profile.dev]\ncolour = \"red\"\n";
        with_file(mine, |path, locks| {
            let target = Setting::Target(Some(name("dev-session")));
            set(path, locks, &name("dev"), &target).unwrap();
            assert_eq!(said(path), format!("{mine}target = \"dev-session\"\n"));
            let settings = Settings::read(path).unwrap();
            assert_eq!(settings.target(&name("dev")), Some(name("dev-session")));
            assert!(!settings.is_favourite(&name("dev")));
            set(path, locks, &name("dev"), &Setting::Target(None)).unwrap();
            assert_eq!(said(path), mine);
        });
    }

    #[test]
    fn a_general_setting_is_changed_in_its_place() {
        let mine = "version = 1\ntheme = \"dark\" # at night\n\n[profile.dev]\nrenew = true\n";
        with_file(mine, |path, locks| {
            set_general(path, locks, &General::Theme(Theme::Light)).unwrap();
            set_general(path, locks, &General::NoticeMinutes(5)).unwrap();
            set_general(path, locks, &General::Shortcut(None)).unwrap();
            assert_eq!(
                said(path),
                "version = 1\ntheme = \"light\" # at night\nnotice_minutes = 5\n\n[profile.dev]\nrenew = true\n"
            );
        });
    }

    #[test]
    fn what_cannot_be_is_refused_and_changes_nothing() {
        with_file("theme = \"dark\"\n", |path, locks| {
            for setting in [
                General::TargetPattern("fixed".into()),
                General::MarginMinutes(0),
                General::NoticeMinutes(121),
                General::PauseAfterHours(1000),
                General::Shortcut(Some("x".repeat(65))),
            ] {
                assert!(set_general(path, locks, &setting).is_err(), "{setting:?}");
            }
            assert!(set(path, locks, &name("dev"), &Setting::Duration(Some(1))).is_err());
            assert_eq!(said(path), "theme = \"dark\"\n");
        });
    }

    #[test]
    fn a_broken_file_is_reported_with_its_place_and_left_alone() {
        for (text, says) in [
            ("a = 1\nb = \n", "line 2"),
            ("version = 9\n", "newer"),
            ("version = \"x\"\n", "version"),
        ] {
            with_file(text, |path, locks| {
                let error = set(path, locks, &name("dev"), &Setting::Favourite(true)).unwrap_err();
                assert!(error.to_string().contains(says), "{error}");
                assert!(set_general(path, locks, &General::Renew(true)).is_err());
                assert_eq!(said(path), text);
            });
        }
    }
}
