//! The `credential_process` line that has AWS's tools ask MFA Tray for a session, instead of reading one from a file.
//!
//! Botocore splits the line like a shell and runs no shell; the SDKs for Go and Rust give it to one. What is written
//! here reads alike for all of them, so only names that need no escaping are written
//! (<https://docs.aws.amazon.com/sdkref/latest/guide/feature-process-credentials.html>).

use std::path::Path;

use crate::problem::Problem;
use crate::profile::ProfileName;

/// The program's name in the line, `.exe` left out.
const PROGRAM: &str = "mfa-tray";

/// The line that asks `program` for the session of `profile`.
///
/// # Errors
/// A [`Problem`] when the path or the name would be read differently by some of AWS's tools.
pub fn line(program: &Path, profile: &ProfileName) -> Result<String, Problem> {
    let path = program
        .to_str()
        .filter(|_| program.is_absolute())
        .and_then(quoted)
        .ok_or_else(|| {
            Problem::new(
                "process",
                format!(
                    "the path {} cannot be written so that every AWS tool reads it alike",
                    program.display()
                ),
                "put MFA Tray into a folder whose path has letters, digits, spaces and - _ . only",
            )
        })?;
    let name = quoted(profile.as_str()).ok_or_else(|| {
        Problem::new(
            "process",
            format!("the name {profile} cannot be written so that every AWS tool reads it alike"),
            "give the profile a name of letters, digits and - _ . first",
        )
    })?;
    Ok(format!("{path} credentials --profile {name}"))
}

/// The text as one word for every reader of the line, or nothing.
fn quoted(text: &str) -> Option<String> {
    let separator = |c| c == '/' || (cfg!(windows) && (c == '\\' || c == ':'));
    let plain = |c: char| c.is_ascii_alphanumeric() || "_-.+@:,=".contains(c) || separator(c);
    if text.chars().all(plain) {
        return Some(text.to_owned());
    }
    let in_quotes = text.chars().all(|c| plain(c) || c == ' ' || !c.is_ascii());
    in_quotes.then(|| format!("\"{text}\""))
}

/// The profile whose session `command` asks MFA Tray for; `None`: the line is another program's. It is never run.
pub fn profile_of(command: &str) -> Option<ProfileName> {
    let words = words(command);
    let (program, rest) = words.split_first()?;
    let name = program.rsplit(['/', '\\']).next()?;
    if name.strip_suffix(".exe").unwrap_or(name) != PROGRAM {
        return None;
    }
    let (verb, options) = rest.split_first()?;
    if verb != "credentials" {
        return None;
    }
    let mut options = options.iter();
    while let Some(option) = options.next() {
        if option == "--profile" {
            return ProfileName::parse(options.next()?).ok();
        }
        if let Some(name) = option.strip_prefix("--profile=") {
            return ProfileName::parse(name).ok();
        }
    }
    None
}

/// The words of a command line, as far as quotes go.
fn words(command: &str) -> Vec<String> {
    let mut words = Vec::new();
    let mut word: Option<String> = None;
    let mut quote = None;
    for c in command.chars() {
        match quote {
            Some(open) if c == open => quote = None,
            Some(_) => word.get_or_insert_default().push(c),
            None if c == '"' || c == '\'' => {
                quote = Some(c);
                word.get_or_insert_default();
            }
            None if c.is_whitespace() => words.extend(word.take()),
            None => word.get_or_insert_default().push(c),
        }
    }
    words.extend(word);
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    fn name(text: &str) -> ProfileName {
        ProfileName::parse(text).unwrap()
    }

    #[test]
    #[cfg(unix)]
    fn the_line_names_its_profile_again() {
        for (program, profile, expected) in [
            (
                "/usr/bin/mfa-tray",
                "dev",
                "/usr/bin/mfa-tray credentials --profile dev",
            ),
            (
                "/opt/my tools/mfa-tray",
                "my mfa",
                "\"/opt/my tools/mfa-tray\" credentials --profile \"my mfa\"",
            ),
            (
                "/home/开发/mfa-tray",
                "a/b@c",
                "\"/home/开发/mfa-tray\" credentials --profile a/b@c",
            ),
        ] {
            let line = line(Path::new(program), &name(profile)).unwrap();
            assert_eq!(line, expected);
            assert_eq!(profile_of(&line), Some(name(profile)), "{line}");
        }
    }

    #[test]
    #[cfg(unix)]
    fn what_a_shell_would_read_otherwise_is_refused() {
        for program in ["/opt/$HOME/mfa-tray", "/opt/a`b/mfa-tray", "/o\\p/mfa-tray", "mfa-tray"] {
            assert!(line(Path::new(program), &name("dev")).is_err(), "{program}");
        }
        assert!(line(Path::new("/usr/bin/mfa-tray"), &name("50%")).is_err());
    }

    #[test]
    fn other_programs_lines_are_nobodys() {
        for command in [
            "aws-vault export --profile dev",
            "/usr/bin/mfa-tray",
            "/usr/bin/mfa-tray list --profile dev",
            "/usr/bin/mfa-tray credentials",
            "/usr/bin/mfa-tray credentials --profile",
            "sh -c \"mfa-tray credentials --profile dev\"",
            "",
        ] {
            assert_eq!(profile_of(command), None, "{command}");
        }
        for command in [
            r#""C:\Program Files\MFA Tray\mfa-tray.exe" credentials --profile dev"#,
            "mfa-tray credentials --wait 5 --profile=dev",
            "'/x y/mfa-tray' credentials --profile 'dev'",
        ] {
            assert_eq!(profile_of(command), Some(name("dev")), "{command}");
        }
    }
}
