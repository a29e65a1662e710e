//! How each shell is told to set and to remove a variable.
//!
//! A value is quoted so that the shell takes it for what it is, or it is not said at all: no value is ever changed.

use std::path::Path;

use clap::ValueEnum;
use mfa_tray_system::environment;
use zeroize::Zeroizing;

/// What the lines are for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Shell {
    // Also sh, dash and ksh.
    Bash,
    Zsh,
    Fish,
    #[value(alias = "pwsh")]
    Powershell,
    Cmd,
    #[value(alias = "nu")]
    Nushell,
    // A file, which can remove nothing.
    Dotenv,
}

impl Shell {
    /// The person's shell, as `SHELL` has it; else the system's own. `None` if that is one we do not know.
    pub(crate) fn guess() -> Option<Shell> {
        match environment::shell() {
            Some(path) => Shell::called(&path),
            None if cfg!(windows) => Some(Shell::Powershell),
            None => Some(Shell::Bash),
        }
    }

    fn called(path: &Path) -> Option<Shell> {
        match path.file_stem()?.to_str()? {
            "bash" | "sh" | "dash" | "ash" | "ksh" | "mksh" | "busybox" => Some(Shell::Bash),
            "zsh" => Some(Shell::Zsh),
            "fish" => Some(Shell::Fish),
            "pwsh" | "powershell" => Some(Shell::Powershell),
            "cmd" => Some(Shell::Cmd),
            "nu" => Some(Shell::Nushell),
            _ => None,
        }
    }

    /// The word on the command line.
    pub(crate) fn word(self) -> &'static str {
        match self {
            Shell::Bash => "bash",
            Shell::Zsh => "zsh",
            Shell::Fish => "fish",
            Shell::Powershell => "powershell",
            Shell::Cmd => "cmd",
            Shell::Nushell => "nushell",
            Shell::Dotenv => "dotenv",
        }
    }

    /// The line that removes a variable, whether or not it is set; `None` where nothing can.
    pub(crate) fn removal(self, name: &str) -> Option<String> {
        match self {
            Shell::Bash | Shell::Zsh => Some(format!("unset {name}")),
            Shell::Fish => Some(format!("set -e {name}")),
            // Not Remove-Item, which complains when there is none.
            Shell::Powershell => Some(format!("$env:{name} = $null")),
            Shell::Cmd => Some(format!("set \"{name}=\"")),
            Shell::Nushell => Some(format!("hide-env --ignore-errors {name}")),
            Shell::Dotenv => None,
        }
    }

    /// The line that sets a variable for the shell and what it starts; `None` where the shell cannot be given `value`.
    pub(crate) fn assignment(self, name: &str, value: &str) -> Option<Zeroizing<String>> {
        // No value of AWS's has any: a line break would begin a line of its own.
        if value.chars().any(char::is_control) {
            return None;
        }
        let quoted = self.quoted(value)?;
        let quoted = quoted.as_str();
        Some(Zeroizing::new(match self {
            Shell::Bash | Shell::Zsh => format!("export {name}={quoted}"),
            Shell::Fish => format!("set -gx {name} {quoted}"),
            Shell::Powershell => format!("$env:{name} = {quoted}"),
            Shell::Cmd => format!("set \"{name}={quoted}\""),
            Shell::Nushell => format!("$env.{name} = {quoted}"),
            Shell::Dotenv => format!("{name}={quoted}"),
        }))
    }

    fn quoted(self, value: &str) -> Option<Zeroizing<String>> {
        match self {
            Shell::Bash | Shell::Zsh => Some(between('\'', value, in_posix)),
            Shell::Fish => Some(between('\'', value, in_fish)),
            Shell::Powershell => Some(between('\'', value, in_powershell)),
            Shell::Nushell => Some(between('"', value, in_nushell)),
            // What these mean depends on whether the line is typed or in a batch file, and on a switch of the shell's.
            Shell::Cmd if value.contains(['"', '%', '!']) => None,
            Shell::Cmd => Some(Zeroizing::new(value.to_owned())),
            // Docker takes quotes for a part of the value: they are there only where every other reader needs them.
            Shell::Dotenv if value.chars().all(is_plain) => Some(Zeroizing::new(value.to_owned())),
            // The readers do not agree on what a backslash means.
            Shell::Dotenv if value.contains(['\'', '\\']) => None,
            Shell::Dotenv => Some(between('\'', value, |_| None)),
        }
    }
}

/// `value` between quotes; `instead` says what stands for a character that means something there.
fn between(quote: char, value: &str, instead: fn(char) -> Option<&'static str>) -> Zeroizing<String> {
    // No character becomes more than four times as long: the text never grows, which would leave a copy behind.
    let mut quoted = Zeroizing::new(String::with_capacity(value.len() * 4 + 2));
    quoted.push(quote);
    for c in value.chars() {
        match instead(c) {
            Some(text) => quoted.push_str(text),
            None => quoted.push(c),
        }
    }
    quoted.push(quote);
    quoted
}

fn in_posix(c: char) -> Option<&'static str> {
    (c == '\'').then_some(r"'\''")
}

fn in_fish(c: char) -> Option<&'static str> {
    match c {
        '\'' => Some(r"\'"),
        '\\' => Some(r"\\"),
        _ => None,
    }
}

/// To Powershell, typographic quotes are quotes.
fn in_powershell(c: char) -> Option<&'static str> {
    match c {
        '\'' => Some("''"),
        '\u{2018}' => Some("\u{2018}\u{2018}"),
        '\u{2019}' => Some("\u{2019}\u{2019}"),
        '\u{201a}' => Some("\u{201a}\u{201a}"),
        '\u{201b}' => Some("\u{201b}\u{201b}"),
        _ => None,
    }
}

fn in_nushell(c: char) -> Option<&'static str> {
    match c {
        '"' => Some(r#"\""#),
        '\\' => Some(r"\\"),
        _ => None,
    }
}

/// What keys and tokens are made of, and times and regions.
fn is_plain(c: char) -> bool {
    c.is_ascii_alphanumeric() || "+/=-_.:,@".contains(c)
}

#[cfg(test)]
mod tests {
    use super::*;

    const SHELLS: [Shell; 7] = [
        Shell::Bash,
        Shell::Zsh,
        Shell::Fish,
        Shell::Powershell,
        Shell::Cmd,
        Shell::Nushell,
        Shell::Dotenv,
    ];

    /// The lines of all seven shells, in the order above; an empty text is a value that cannot be said.
    fn check(value: &str, lines: [&str; 7]) {
        for (shell, line) in SHELLS.into_iter().zip(lines) {
            let said = shell.assignment("A", value);
            let said = said.as_ref().map_or("", |said| said.as_str());
            assert_eq!(said, line, "{value:?} for {}", shell.word());
        }
    }

    #[test]
    fn a_key_is_said_to_every_shell() {
        check(
            "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY==",
            [
                "export A='wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY=='",
                "export A='wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY=='",
                "set -gx A 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY=='",
                "$env:A = 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY=='",
                "set \"A=wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY==\"",
                "$env.A = \"wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY==\"",
                "A=wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY==",
            ],
        );
    }

    #[test]
    fn what_means_something_to_a_shell_means_itself() {
        check(
            "a b",
            [
                "export A='a b'",
                "export A='a b'",
                "set -gx A 'a b'",
                "$env:A = 'a b'",
                "set \"A=a b\"",
                "$env.A = \"a b\"",
                "A='a b'",
            ],
        );
        check(
            "a'b",
            [
                r"export A='a'\''b'",
                r"export A='a'\''b'",
                r"set -gx A 'a\'b'",
                "$env:A = 'a''b'",
                "set \"A=a'b\"",
                "$env.A = \"a'b\"",
                "",
            ],
        );
        check(
            "a\"b",
            [
                "export A='a\"b'",
                "export A='a\"b'",
                "set -gx A 'a\"b'",
                "$env:A = 'a\"b'",
                "",
                r#"$env.A = "a\"b""#,
                "A='a\"b'",
            ],
        );
        check(
            r"a\b\",
            [
                r"export A='a\b\'",
                r"export A='a\b\'",
                r"set -gx A 'a\\b\\'",
                r"$env:A = 'a\b\'",
                r#"set "A=a\b\""#,
                r#"$env.A = "a\\b\\""#,
                "",
            ],
        );
        check(
            "$HOME `id` $(id)",
            [
                "export A='$HOME `id` $(id)'",
                "export A='$HOME `id` $(id)'",
                "set -gx A '$HOME `id` $(id)'",
                "$env:A = '$HOME `id` $(id)'",
                "set \"A=$HOME `id` $(id)\"",
                "$env.A = \"$HOME `id` $(id)\"",
                "A='$HOME `id` $(id)'",
            ],
        );
        check(
            "%PATH%",
            [
                "export A='%PATH%'",
                "export A='%PATH%'",
                "set -gx A '%PATH%'",
                "$env:A = '%PATH%'",
                "",
                "$env.A = \"%PATH%\"",
                "A='%PATH%'",
            ],
        );
        check(
            "!!",
            [
                "export A='!!'",
                "export A='!!'",
                "set -gx A '!!'",
                "$env:A = '!!'",
                "",
                "$env.A = \"!!\"",
                "A='!!'",
            ],
        );
        check(
            "a&b|c>d^e",
            [
                "export A='a&b|c>d^e'",
                "export A='a&b|c>d^e'",
                "set -gx A 'a&b|c>d^e'",
                "$env:A = 'a&b|c>d^e'",
                "set \"A=a&b|c>d^e\"",
                "$env.A = \"a&b|c>d^e\"",
                "A='a&b|c>d^e'",
            ],
        );
        check(
            "a\u{2019}b",
            [
                "export A='a\u{2019}b'",
                "export A='a\u{2019}b'",
                "set -gx A 'a\u{2019}b'",
                "$env:A = 'a\u{2019}\u{2019}b'",
                "set \"A=a\u{2019}b\"",
                "$env.A = \"a\u{2019}b\"",
                "A='a\u{2019}b'",
            ],
        );
    }

    #[test]
    fn a_value_with_a_line_break_is_said_to_no_shell() {
        for value in ["a\nb", "a\r", "\0", "\u{1b}[2J", "a\u{85}b"] {
            check(value, [""; 7]);
        }
    }

    #[test]
    fn the_name_of_the_program_tells_the_shell() {
        for (path, shell) in [
            ("/bin/bash", Some(Shell::Bash)),
            ("/bin/sh", Some(Shell::Bash)),
            ("/usr/bin/zsh", Some(Shell::Zsh)),
            ("fish", Some(Shell::Fish)),
            ("/opt/pwsh.exe", Some(Shell::Powershell)),
            ("/usr/local/bin/nu", Some(Shell::Nushell)),
            ("/bin/tcsh", None),
            ("", None),
        ] {
            assert_eq!(Shell::called(Path::new(path)), shell, "{path}");
        }
    }
}
