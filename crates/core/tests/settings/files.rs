//! Settings files as people write them, and others.

use std::fs;
use std::io::Write as _;
use std::path::PathBuf;

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::{select, subsequence};

/// The byte order mark.
pub(crate) const MARK: &str = "\u{feff}";

/// A settings file of the test's own.
pub(crate) struct File(pub(crate) tempfile::TempDir);

impl File {
    pub(crate) fn new(bytes: &[u8]) -> File {
        let file = File(tempfile::tempdir().unwrap());
        fs::File::create(file.path()).unwrap().write_all(bytes).unwrap();
        file
    }

    pub(crate) fn path(&self) -> PathBuf {
        self.0.path().join("settings.toml")
    }

    pub(crate) fn bytes(&self) -> Vec<u8> {
        fs::read(self.path()).unwrap()
    }
}

const GENERAL: [(&str, &str); 13] = [
    ("version", "1"),
    ("target_pattern", "'{profile}/mfa'"),
    ("default_profile", "'dev'"),
    ("proxy", "'https://[::1]:8080/'"),
    ("no_proxy", "'*.example, 10.0.0.0/8'"),
    ("margin_minutes", "0x0a"),
    ("notice_minutes", "1_0"),
    ("renew", "true"),
    ("pause_after_hours", "0"),
    ("language", "\"\\u0065n\""),
    ("theme", "\"dark\""),
    ("shortcut", "'''Ctrl+M'''"),
    ("colour", "[\"red\", \"# no comment\"]"),
];
const OWN: [(&str, &str); 8] = [
    ("target", "\"old\""),
    ("access_key", "'AKIAOTHERXXXXEXAMPLE'"),
    ("duration", "3_600"),
    ("device", "\"arn:aws:iam::111122223333:mfa/alice\""),
    ("renew", "false"),
    ("notice_minutes", "0"),
    ("favourite", "true"),
    ("icon", "{ shape = 'round', size = 3 }"),
];

/// How people write a line: what stands around the equals sign, and behind the value.
fn line(key: &str, value: &str) -> impl Strategy<Value = String> + use<> {
    let text = format!("{key}{{eq}}{value}");
    (select(vec![" = ", "=", "   =\t"]), select(vec!["", " # why", "  "]))
        .prop_map(move |(eq, end)| format!("{}{end}", text.replace("{eq}", eq)))
}

/// Some of the lines, each once, with comments and empty lines between.
fn lines(pool: &'static [(&'static str, &'static str)]) -> impl Strategy<Value = Vec<String>> {
    let between = select(vec!["", "# a comment", "  # theme = \"light\"", "\t"]);
    subsequence(pool, 0..=pool.len()).prop_flat_map(move |chosen| {
        let line = |(key, value): (&str, &str)| (vec(between.clone(), 0..3), line(key, value));
        let lines: Vec<_> = chosen.into_iter().map(line).collect();
        lines.prop_map(|lines| {
            let lines = lines.into_iter();
            let flat = lines.flat_map(|(before, line)| before.into_iter().map(str::to_owned).chain([line]));
            flat.collect()
        })
    })
}

/// The lines of a file.
pub(crate) fn file() -> impl Strategy<Value = Vec<String>> {
    let sections = [
        "[profile.dev]",
        "[profile.\"a.b\"]",
        "[profile.'x/y'] # mine",
        "[window]",
        "[[rule]]",
    ];
    let sections = subsequence(sections.to_vec(), 0..=sections.len()).prop_flat_map(|headers| {
        let section = |header: &str| {
            let header = header.to_owned();
            lines(&OWN).prop_map(move |lines| [vec![header.clone()], lines].concat())
        };
        headers.into_iter().map(section).collect::<Vec<_>>()
    });
    (lines(&GENERAL), sections, vec(select(vec!["", "# end"]), 0..3)).prop_map(|(top, sections, end)| {
        let end = end.into_iter().map(str::to_owned);
        top.into_iter().chain(sections.concat()).chain(end).collect()
    })
}

/// Text out of the signs that mean something in TOML and the keys that mean something here.
pub(crate) fn soup() -> impl Strategy<Value = Vec<u8>> {
    let pieces = [
        "profile",
        ".",
        "dev",
        "\"",
        "'",
        "\"\"\"",
        " = ",
        "=",
        "{",
        "}",
        "[",
        "]",
        "[[",
        "]]",
        "[profile.dev]",
        "#",
        "\n",
        "\n",
        "\r\n",
        "\r",
        "\\",
        "\\u00",
        ",",
        "true",
        "900",
        "-1",
        "1e9",
        "1979-05-27",
        "version",
        "renew",
        "theme = \"dark\"\n",
        "duration = 900\n",
        "device",
        "margin_minutes = 5\n",
        MARK,
        "\u{e9}",
    ];
    vec(select(pieces.to_vec()), 0..30).prop_map(|pieces| pieces.concat().into_bytes())
}
