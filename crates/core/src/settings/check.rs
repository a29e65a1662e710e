//! Whether every value of a key that we know can be meant. Keys that we do not know are somebody else's.

use std::ops::RangeInclusive;

use toml_edit::{Document, Item, TableLike, Value};

use super::{Language, PLACE, Theme};
use crate::endpoint::is_proxy;
use crate::profile::{AccessKeyId, MfaSerial, ProfileName};

/// What a value has to be.
enum Wanted {
    Flag,
    Number(RangeInclusive<i64>),
    Text(fn(&str) -> bool, &'static str),
    Command,
}

const COMMAND: &str =
    "a program and its arguments, such as [\"ykman\", \"oath\", \"accounts\", \"code\", \"--single\", \"AWS\"]";

/// The keys for all profiles.
const GENERAL: &[(&str, Wanted)] = &[
    ("version", Wanted::Number(1..=i64::MAX)),
    ("target_pattern", Wanted::Text(is_pattern, PATTERN)),
    (
        "default_profile",
        Wanted::Text(
            |text| text.is_empty() || ProfileName::parse(text).is_ok(),
            "the name of a profile",
        ),
    ),
    (
        "proxy",
        Wanted::Text(
            |text| text.is_empty() || is_proxy(text),
            "the address of a proxy without a password, such as http://proxy.example:3128",
        ),
    ),
    (
        "no_proxy",
        Wanted::Text(|text| text.len() <= 4096, "host names with commas between them"),
    ),
    ("margin_minutes", Wanted::Number(1..=60)),
    ("notice_minutes", Wanted::Number(0..=120)),
    ("code_command", Wanted::Command),
    ("code_command_quiet", Wanted::Flag),
    ("renew", Wanted::Flag),
    ("pause_after_hours", Wanted::Number(0..=168)),
    (
        "language",
        Wanted::Text(|text| Language::parse(text).is_some(), Language::WORDS),
    ),
    ("theme", Wanted::Text(|text| Theme::parse(text).is_some(), Theme::WORDS)),
    ("start_at_login", Wanted::Flag),
    (
        "shortcut",
        Wanted::Text(|text| text.len() <= 64, "keys, such as \"Ctrl+Alt+M\""),
    ),
];

/// The keys of one profile.
const OWN: &[(&str, Wanted)] = &[
    (
        "target",
        Wanted::Text(|text| ProfileName::parse(text).is_ok(), "the name of a profile"),
    ),
    (
        "access_key",
        Wanted::Text(
            |text| AccessKeyId::parse(text).is_ok(),
            "the id of an access key, such as AKIAIOSFODNN7EXAMPLE",
        ),
    ),
    ("duration", Wanted::Number(900..=129_600)),
    (
        "device",
        Wanted::Text(|text| MfaSerial::parse(text).is_ok(), "the serial of an MFA device"),
    ),
    ("code_command", Wanted::Command),
    ("code_command_quiet", Wanted::Flag),
    ("renew", Wanted::Flag),
    ("notice_minutes", Wanted::Number(0..=120)),
    ("favourite", Wanted::Flag),
];

pub(super) const PATTERN: &str = "the name of a profile with {profile} in it";

/// Whether targets can be named by `text`. A pattern must tell profiles apart.
pub(super) fn is_pattern(text: &str) -> bool {
    text.contains(PLACE) && ProfileName::parse(&text.replace(PLACE, "dev")).is_ok()
}

/// Whether `value` may stand at the general key `key`.
pub(super) fn allows(key: &str, value: &Value) -> Result<(), &'static str> {
    let wanted = GENERAL.iter().find(|(known, _)| *known == key);
    match wanted {
        Some((_, wanted)) if !wanted.accepts(value) => Err(wanted.refusal()),
        _ => Ok(()),
    }
}

/// Says where the first value stands that cannot be meant, and what it should be.
pub(super) fn check(document: &Document<String>) -> Result<(), String> {
    table(document, document.as_table(), GENERAL)?;
    let Some(profiles) = document.get("profile") else {
        return Ok(());
    };
    let profiles = profiles.as_table_like().ok_or_else(|| {
        at(
            document,
            profiles,
            "`profile`",
            "a table for each profile, such as [profile.dev]",
        )
    })?;
    for (name, own) in profiles.iter() {
        let own = own
            .as_table_like()
            .ok_or_else(|| at(document, own, name, "a table, such as [profile.dev]"))?;
        table(document, own, OWN)?;
    }
    Ok(())
}

fn table(document: &Document<String>, table: &dyn TableLike, known: &[(&str, Wanted)]) -> Result<(), String> {
    for (key, wanted) in known {
        if let Some(item) = table.get(key)
            && !item.as_value().is_some_and(|value| wanted.accepts(value))
        {
            return Err(at(document, item, &format!("`{key}`"), &wanted.words()));
        }
    }
    Ok(())
}

fn at(document: &Document<String>, item: &Item, what: &str, wanted: &str) -> String {
    let before = item.span().and_then(|span| document.raw().get(..span.start));
    let before = before.unwrap_or_default();
    let line = before.matches('\n').count() + 1;
    let column = before.rsplit('\n').next().unwrap_or_default().chars().count() + 1;
    format!("line {line}, column {column}: {what} has to be {wanted}")
}

impl Wanted {
    fn accepts(&self, value: &Value) -> bool {
        match self {
            Wanted::Flag => value.as_bool().is_some(),
            Wanted::Number(range) => value.as_integer().is_some_and(|number| range.contains(&number)),
            Wanted::Text(accepts, _) => value.as_str().is_some_and(accepts),
            Wanted::Command => value.as_array().is_some_and(|words| {
                words
                    .iter()
                    .all(|word| word.as_str().is_some_and(|word| !word.contains('\0')))
            }),
        }
    }

    fn words(&self) -> String {
        match self {
            Wanted::Flag => "true or false".to_owned(),
            Wanted::Number(range) if *range.end() == i64::MAX => "a number".to_owned(),
            Wanted::Number(range) => format!("a number from {} to {}", range.start(), range.end()),
            Wanted::Text(_, words) => (*words).to_owned(),
            Wanted::Command => COMMAND.to_owned(),
        }
    }

    /// For what comes from the window, which offers nothing else.
    fn refusal(&self) -> &'static str {
        match self {
            Wanted::Flag => "that is neither true nor false",
            Wanted::Number(_) => "that number is not possible",
            Wanted::Text(_, words) => words,
            Wanted::Command => COMMAND,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::Settings;
    use super::super::tests::parse;
    use super::{GENERAL, OWN, Wanted};

    #[test]
    fn the_read_me_tells_every_key_with_its_default_and_its_range() {
        let read_me = include_str!("../../../../README.md");
        let example = read_me.split("```toml\n").nth(1).unwrap();
        let example = example.split("```").next().unwrap();
        let (general, own) = example.split_once("[profile.dev]\n").unwrap();
        let missing = |text: &str, keys: &'static [(&'static str, Wanted)]| {
            let told = |(key, wanted): &&(&str, Wanted)| match wanted {
                // One of a profile is told where that for all is.
                Wanted::Number(range) if !text.contains(&format!("{} to {}", range.start(), range.end())) => false,
                _ => format!("\n{text}").contains(&format!("\n{key} = ")),
            };
            let missing = keys.iter().filter(|key| !told(key));
            missing.map(|(key, _)| *key).collect::<Vec<_>>()
        };
        assert_eq!(missing(general, GENERAL), ["version"]);
        assert_eq!(missing(own, OWN), ["notice_minutes"]);
        parse(example).unwrap();
        let of = |settings: &Settings| {
            let minutes = (settings.margin(), settings.general_notice_minutes());
            let renewal = (settings.generally_renews(), settings.pause_after());
            let app = (settings.language(), settings.theme(), settings.start_at_login());
            let texts = (settings.target_pattern(), settings.shortcut());
            format!("{minutes:?} {renewal:?} {app:?} {texts:?}")
        };
        assert_eq!(of(&parse(general).unwrap()), of(&Settings::default()));
    }

    #[test]
    fn a_value_that_cannot_be_meant_is_reported_with_its_place() {
        for (text, says) in [
            (
                "target_pattern = \"fixed\"\n",
                "line 1, column 18: `target_pattern` has to be the name of a profile with {profile} in it",
            ),
            (
                "# mine\nmargin_minutes = 0\n",
                "line 2, column 18: `margin_minutes` has to be a number from 1 to 60",
            ),
            (
                "notice_minutes = \"soon\"\n",
                "`notice_minutes` has to be a number from 0 to 120",
            ),
            ("renew = 1\n", "`renew` has to be true or false"),
            ("language = \"tlh\"\n", "\"zh-CN\""),
            ("theme = 3\n", "\"light\""),
            ("version = \"x\"\n", "`version` has to be a number"),
            ("profile = 3\n", "[profile.dev]"),
            ("[profile]\ndev = 3\n", "line 2, column 7: dev has to be a table"),
            (
                "[profile.dev]\nduration = 60\n",
                "line 2, column 12: `duration` has to be a number from 900 to 129600",
            ),
            ("[profile.dev]\ntarget = \"a]b\"\n", "`target`"),
            ("[profile.dev]\ndevice = \"x\"\n", "`device`"),
            ("[profile.dev]\nrenew = [true]\n", "`renew`"),
        ] {
            let error = parse(text).unwrap_err().to_string();
            assert!(error.contains(says), "{text:?}: {error}");
        }
    }

    #[test]
    fn what_is_not_ours_may_be_anything() {
        parse("colour = \"red\"\n[window]\nmargin_minutes = \"wide\"\n[profile.dev]\nicon = 7\n").unwrap();
    }
}
