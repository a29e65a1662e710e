//! Changing one setting, under the file's lock, and leaving everything else as the person wrote it.

use std::path::Path;

use toml_edit::{Document, Item, Table, TableLike, Value, value};

use super::{Language, Settings, SettingsError, Theme, VERSION, check};
use crate::file::{self, Backup};
use crate::lock::{self, Subject};
use crate::profile::{AccessKeyId, MfaSerial, ProfileName};

/// The byte order mark.
const MARK: char = '\u{feff}';

/// One thing to change about a profile. `None` goes back to what holds for all.
#[derive(Debug, Clone)]
pub enum Setting {
    /// Whether the profile stands first.
    Favourite(bool),
    /// The section its session is written to.
    Target(Option<ProfileName>),
    /// The id of its long-term key in the keychain.
    AccessKey(Option<AccessKeyId>),
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
    /// See [`Settings::default_profile`].
    DefaultProfile(Option<ProfileName>),
    /// See [`Settings::proxy`].
    Proxy(Option<String>),
    /// See [`Settings::proxy`].
    NoProxy(Option<String>),
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
            General::DefaultProfile(profile) => (
                "default_profile",
                profile.as_ref().map(|profile| profile.as_str().into()),
            ),
            General::Proxy(url) => ("proxy", url.as_deref().map(Value::from)),
            General::NoProxy(hosts) => ("no_proxy", hosts.as_deref().map(Value::from)),
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

impl Setting {
    fn pair(&self) -> (&'static str, Option<Value>) {
        let number = |number: &u32| Value::from(i64::from(*number));
        match self {
            Setting::Favourite(favourite) => ("favourite", favourite.then(|| true.into())),
            Setting::Target(target) => ("target", target.as_ref().map(|target| target.as_str().into())),
            Setting::AccessKey(id) => ("access_key", id.as_ref().map(|id| id.as_str().into())),
            Setting::Duration(seconds) => ("duration", seconds.as_ref().map(number)),
            Setting::Renew(renew) => ("renew", renew.map(Value::from)),
            Setting::NoticeMinutes(minutes) => ("notice_minutes", minutes.as_ref().map(number)),
            Setting::Device(serial) => ("device", Some(serial.as_str().into())),
            Setting::NoDevice(_) => ("device", None),
        }
    }
}

/// Changes one setting of `profile` in the file at `path`, under its lock in the folder `locks`.
///
/// # Errors
/// [`SettingsError`]; a file that cannot be read is left alone.
pub fn set(path: &Path, locks: &Path, profile: &ProfileName, setting: &Setting) -> Result<(), SettingsError> {
    let (key, new) = setting.pair();
    edit(
        path,
        locks,
        &["profile", profile.as_str()],
        key,
        new,
        |old| match setting {
            Setting::NoDevice(serial) => old.as_str() == Some(serial.as_str()),
            _ => true,
        },
    )
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
    edit(path, locks, &[], key, new, |_| true)
}

/// Gives what is said of the profile `from` to `to`.
///
/// # Errors
/// [`SettingsError`]; a file that cannot be read is left alone.
pub fn rename(path: &Path, locks: &Path, from: &ProfileName, to: &ProfileName) -> Result<(), SettingsError> {
    let _lock = lock::take(locks, Subject::File(&file::real_path(path)), lock::PATIENCE)?;
    file::replace(path, Backup::Never, |bytes| {
        let document = super::document(path, bytes)?;
        let before = document.raw().to_owned();
        let mut document = document.into_mut();
        let profiles = document.get_mut("profile").and_then(Item::as_table_like_mut);
        if let Some(profiles) = profiles
            && let Some(own) = profiles.remove(from.as_str())
        {
            profiles.insert(to.as_str(), own);
        }
        if document.get("default_profile").and_then(Item::as_str) == Some(from.as_str()) {
            document.insert("default_profile", value(to.as_str()));
        }
        let text = as_before(&before, &document.to_string());
        Settings::parse(path, text.as_bytes())?;
        Ok(text.into_bytes())
    })
    .map(drop)
}

/// Gives `key` of the table that `tables` lead to a `new` value, or takes it out if it is one of those that `goes`.
fn edit(
    path: &Path,
    locks: &Path,
    tables: &[&str],
    key: &str,
    new: Option<Value>,
    goes: impl Fn(&Item) -> bool,
) -> Result<(), SettingsError> {
    let _lock = lock::take(locks, Subject::File(&file::real_path(path)), lock::PATIENCE)?;
    file::replace(path, Backup::Never, |bytes| {
        let document = super::document(path, bytes)?;
        let text = match &new {
            Some(new) => with(document, tables, key, new)?,
            None => without(document, tables, key, &goes),
        };
        // What we write must be what we would read.
        Settings::parse(path, text.as_bytes())?;
        Ok(text.into_bytes())
    })
    .map(drop)
}

/// Sets a key; what stands around the old value, such as a comment, stays.
fn with(document: Document<String>, tables: &[&str], key: &str, new: &Value) -> Result<String, SettingsError> {
    let before = document.raw().to_owned();
    let mut document = document.into_mut();
    if document.get("version").is_none() {
        document.insert("version", value(VERSION));
    }
    let mut table: &mut dyn TableLike = document.as_table_mut();
    for (depth, name) in tables.iter().enumerate() {
        let missing = || {
            let mut missing = Table::new();
            // `profile` itself needs no header above that of a profile.
            missing.set_implicit(depth + 1 < tables.len());
            Item::Table(missing)
        };
        table = table
            .entry(name)
            .or_insert_with(missing)
            .as_table_like_mut()
            .ok_or(SettingsError::Refused("`profile` is not a table"))?;
    }
    let mut new = new.clone();
    match table.get_mut(key).and_then(Item::as_value_mut) {
        Some(old) => {
            *new.decor_mut() = old.decor().clone();
            *old = new;
        }
        None => drop(table.insert(key, Item::Value(new))),
    }
    Ok(as_before(&before, &document.to_string()))
}

/// Takes a key out with its line. `toml_edit` would take the comments above along, which may be about anything.
fn without(document: Document<String>, tables: &[&str], key: &str, goes: impl Fn(&Item) -> bool) -> String {
    let mut before = document.raw().to_owned();
    let mut table: &dyn TableLike = document.as_table();
    let mut has_lines = true;
    for name in tables {
        let Some(below) = table.get(name).and_then(Item::as_table_like) else {
            return before;
        };
        has_lines &= table.get(name).is_some_and(Item::is_table);
        table = below;
    }
    let Some((found, old)) = table.get_key_value(key).filter(|(_, old)| goes(old)) else {
        return before;
    };
    match (found.span(), old.span()) {
        (Some(key), Some(value)) if has_lines => {
            let line = before[..key.start].rsplit(['\n', MARK]).next().unwrap_or_default();
            let start = key.start - line.len();
            let end = before[value.end..]
                .find('\n')
                .map_or(before.len(), |end| value.end + end + 1);
            before.replace_range(start..end, "");
            before
        }
        // In a table within a line.
        _ => {
            let mut document = document.into_mut();
            let mut table: Option<&mut dyn TableLike> = Some(document.as_table_mut());
            for name in tables {
                table = table.and_then(|table| table.get_mut(name)?.as_table_like_mut());
            }
            table.and_then(|table| table.remove(key));
            as_before(&before, &document.to_string())
        }
    }
}

/// Gives back the byte order mark and the line ends that editors on Windows write: `toml_edit` keeps neither.
fn as_before(before: &str, text: &str) -> String {
    let mark = before.chars().next().filter(|mark| *mark == MARK);
    let first_line = before.split_inclusive('\n').next();
    let text = match first_line.is_some_and(|line| line.ends_with("\r\n")) {
        true => text.replace("\r\n", "\n").replace('\n', "\r\n"),
        false => text.to_owned(),
    };
    mark.into_iter().chain(text.chars()).collect()
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
    fn what_is_taken_out_takes_nothing_along() {
        let mine = "\u{feff}# a\nshortcut = \"Ctrl+M\" # b\n# c\n\n[profile.dev]\n# d\n\nfavourite = true\n# e\n";
        with_file(mine, |path, locks| {
            set_general(path, locks, &General::Shortcut(None)).unwrap();
            set(path, locks, &name("dev"), &Setting::Favourite(false)).unwrap();
            set(path, locks, &name("ops"), &Setting::Renew(None)).unwrap();
            assert_eq!(said(path), "\u{feff}# a\n# c\n\n[profile.dev]\n# d\n\n# e\n");
        });
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("settings.toml");
        set(&path, folder.path(), &name("dev"), &Setting::Target(None)).unwrap();
        assert!(!path.exists(), "nothing to take out makes no file");
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
