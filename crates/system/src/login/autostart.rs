//! An entry in the autostart folder (<https://specifications.freedesktop.org/autostart-spec/latest/>).

use std::path::{Path, PathBuf};

use super::{HIDDEN, LoginError, single_file};
use crate::environment;

const NAME: &str = "mfa-tray.desktop";

pub(super) fn has_us() -> Result<bool, LoginError> {
    let entry = single_file::read(&path()?)?;
    Ok(entry.is_some_and(|entry| is_on(&String::from_utf8_lossy(&entry))))
}

pub(super) fn add(program: &str) -> Result<(), LoginError> {
    single_file::write(&path()?, &entry(program))
}

pub(super) fn remove() -> Result<(), LoginError> {
    single_file::remove(&path()?)
}

/// An AppImage is mounted elsewhere at every start: the image itself is what can be started again.
pub(super) fn lasting(program: PathBuf) -> PathBuf {
    image_of(&program, environment::app_image()).unwrap_or(program)
}

fn image_of(program: &Path, app_image: Option<(PathBuf, PathBuf)>) -> Option<PathBuf> {
    // Another program's image may stand in the environment that we inherited.
    app_image.and_then(|(image, mount)| program.starts_with(mount).then_some(image))
}

fn path() -> Result<PathBuf, LoginError> {
    let folder = dirs::config_dir().ok_or(LoginError::NoHome)?;
    Ok(folder.join("autostart").join(NAME))
}

fn entry(program: &str) -> String {
    let command = string_value(&format!("{} {HIDDEN}", argument(program)));
    format!(
        "[Desktop Entry]\n\
         Type=Application\n\
         Name=MFA Tray\n\
         Icon=mfa-tray-app\n\
         Exec={command}\n\
         Terminal=false\n\
         StartupNotify=false\n"
    )
}

/// An argument as `Exec` wants it (<https://specifications.freedesktop.org/desktop-entry/latest/exec-variables.html>):
/// quoted, with a backslash before what means something between quotes, and `%`, which begins a field code, twice.
fn argument(text: &str) -> String {
    let mut quoted = String::from("\"");
    for character in text.chars() {
        match character {
            '"' | '`' | '$' | '\\' => quoted.extend(['\\', character]),
            '%' => quoted.push_str("%%"),
            other => quoted.push(other),
        }
    }
    quoted.push('"');
    quoted
}

/// The value of any key (<https://specifications.freedesktop.org/desktop-entry/latest/value-types.html>).
fn string_value(text: &str) -> String {
    let escaped = text.replace('\\', "\\\\").replace('\n', "\\n");
    escaped.replace('\r', "\\r").replace('\t', "\\t")
}

/// Whether an entry is one that is started: the desktops' own settings switch it off by either of two keys.
fn is_on(entry: &str) -> bool {
    let mut lines = entry.lines().map(str::trim);
    let group = lines.by_ref().skip_while(|line| *line != "[Desktop Entry]").skip(1);
    let mut keys = group.take_while(|line| !line.starts_with('['));
    keys.all(|line| {
        let (key, value) = line.split_once('=').unwrap_or((line, ""));
        !matches!(
            (key.trim_end(), value.trim_start()),
            ("Hidden", "true") | ("X-GNOME-Autostart-enabled", "false")
        )
    })
}

#[cfg(test)]
mod tests {
    use std::process::Command;

    use super::*;

    #[test]
    fn an_argument_is_quoted_as_the_specification_says() {
        for (text, expected) in [
            ("/usr/bin/mfa-tray-app", r#""/usr/bin/mfa-tray-app""#),
            ("/opt/MFA Tray/app", r#""/opt/MFA Tray/app""#),
            ("/opt/100%/app", r#""/opt/100%%/app""#),
            (r#"/a"b"#, r#""/a\\"b""#),
            (r"/a\b", r#""/a\\\\b""#),
            ("/a$HOME`b`", r#""/a\\$HOME\\`b\\`""#),
            ("/a'b", r#""/a'b""#),
            ("/two\nlines\tand a tab", r#""/two\nlines\tand a tab""#),
            ("/Zürich/工作", r#""/Zürich/工作""#),
        ] {
            assert_eq!(string_value(&argument(text)), expected, "{text}");
        }
    }

    /// The rules for quoting are a part of the shell's, once the value's own escapes and the field codes are undone.
    #[test]
    fn a_shell_reads_the_same_arguments() {
        for program in [
            "/usr/bin/app",
            "/with space/it's",
            r#"/quote"d/back\slash\\"#,
            "/$HOME/`id`/$(id)",
            "/50%/%f/%%",
            "/new\nline\ttab\rreturn",
            "/;|&<>*?#()~!{}[]=",
            r"/ends in \",
        ] {
            let entry = entry(program);
            let command = entry.lines().find_map(|line| line.strip_prefix("Exec=")).unwrap();
            let script = format!("printf '%s\\0' {}", undone(command).replace("%%", "%"));
            let said = Command::new("sh").arg("-c").arg(&script).output().unwrap();
            assert_eq!(
                String::from_utf8(said.stdout).unwrap(),
                format!("{program}\0{HIDDEN}\0"),
                "{command}"
            );
            assert_eq!(entry.lines().count(), 7, "nothing breaks out of its line: {entry}");
        }
    }

    /// The value, its escapes undone.
    fn undone(value: &str) -> String {
        let mut characters = value.chars();
        let mut undone = String::new();
        while let Some(character) = characters.next() {
            undone.push(match character {
                '\\' => match characters.next().unwrap() {
                    'n' => '\n',
                    't' => '\t',
                    'r' => '\r',
                    's' => ' ',
                    '\\' => '\\',
                    other => panic!("not an escape: {other}"),
                },
                other => other,
            });
        }
        undone
    }

    #[test]
    fn an_entry_that_was_switched_off_is_off() {
        assert!(is_on(&entry("/usr/bin/app")));
        for (added, on) in [
            ("Hidden=false\n", true),
            ("Hidden=true\n", false),
            ("Hidden = true\n", false),
            ("X-GNOME-Autostart-enabled=true\n", true),
            ("X-GNOME-Autostart-enabled=false\n", false),
            ("Comment=Hidden=true\n", true),
            ("# Hidden=true\n", true),
            ("[Desktop Action open]\nHidden=true\n", true),
        ] {
            assert_eq!(is_on(&(entry("/usr/bin/app") + added)), on, "{added}");
        }
    }

    #[test]
    fn an_app_image_is_started_by_its_own_path() {
        let image = || Some((PathBuf::from("/home/a/Tray.AppImage"), PathBuf::from("/tmp/.mount_x")));
        let of = |program: &str, image| image_of(Path::new(program), image);
        assert_eq!(
            of("/tmp/.mount_x/usr/bin/app", image()),
            Some(PathBuf::from("/home/a/Tray.AppImage"))
        );
        assert_eq!(of("/usr/bin/app", image()), None, "a terminal's image, say");
        assert_eq!(of("/tmp/.mount_xy/usr/bin/app", image()), None);
        assert_eq!(of("/usr/bin/app", None), None);
    }
}
