//! Whatever stands in settings.toml, reading it never panics, and changing one setting keeps every other byte.
#![allow(clippy::panic, clippy::unwrap_used, reason = "a test that cannot go on stops")]

use std::fs;
use std::io::Write as _;
use std::path::PathBuf;

use jiff::SignedDuration;
use mfa_tray_core::profile::{MfaSerial, ProfileName};
use mfa_tray_core::settings::{General, Language, Setting, Settings, SettingsError, Theme, set, set_general};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::{select, subsequence};

const SERIAL: &str = "arn:aws:iam::111122223333:mfa/alice";
const MARK: &str = "\u{feff}";

fn name(text: &str) -> ProfileName {
    ProfileName::parse(text).unwrap()
}

/// One thing to change, and the profile it is of, if it is one's.
#[derive(Debug, Clone)]
enum Change {
    General(General),
    Of(&'static str, Setting),
}

impl Change {
    fn make(&self, file: &File) -> Result<(), SettingsError> {
        match self {
            Change::General(general) => set_general(&file.path(), file.0.path(), general),
            Change::Of(profile, setting) => set(&file.path(), file.0.path(), &name(profile), setting),
        }
    }

    fn key(&self) -> &'static str {
        match self {
            Change::General(General::TargetPattern(_)) => "target_pattern",
            Change::General(General::MarginMinutes(_)) => "margin_minutes",
            Change::General(General::PauseAfterHours(_)) => "pause_after_hours",
            Change::General(General::Language(_)) => "language",
            Change::General(General::Theme(_)) => "theme",
            Change::General(General::StartAtLogin(_)) => "start_at_login",
            Change::General(General::Shortcut(_)) => "shortcut",
            Change::General(General::NoticeMinutes(_)) | Change::Of(_, Setting::NoticeMinutes(_)) => "notice_minutes",
            Change::General(General::Renew(_)) | Change::Of(_, Setting::Renew(_)) => "renew",
            Change::Of(_, Setting::Favourite(_)) => "favourite",
            Change::Of(_, Setting::Target(_)) => "target",
            Change::Of(_, Setting::Duration(_)) => "duration",
            Change::Of(_, Setting::Device(_) | Setting::NoDevice(_)) => "device",
        }
    }

    fn removes(&self) -> bool {
        match self {
            Change::General(general) => matches!(general, General::Shortcut(None)),
            Change::Of(_, setting) => matches!(
                setting,
                Setting::Favourite(false)
                    | Setting::Target(None)
                    | Setting::Duration(None)
                    | Setting::Renew(None)
                    | Setting::NoticeMinutes(None)
                    | Setting::NoDevice(_)
            ),
        }
    }

    /// Whether the file says now what was to be set.
    fn holds(&self, settings: &Settings) -> bool {
        match self {
            Change::General(general) => match general {
                General::TargetPattern(pattern) => settings.target_pattern() == pattern,
                General::MarginMinutes(minutes) => settings.margin() == SignedDuration::from_mins((*minutes).into()),
                General::NoticeMinutes(minutes) => settings.general_notice_minutes() == *minutes,
                General::Renew(renew) => settings.generally_renews() == *renew,
                General::PauseAfterHours(hours) => {
                    settings.pause_after() == (*hours > 0).then(|| SignedDuration::from_hours((*hours).into()))
                }
                General::Language(language) => settings.language() == *language,
                General::Theme(theme) => settings.theme() == *theme,
                General::StartAtLogin(start) => settings.start_at_login() == *start,
                General::Shortcut(keys) => settings.shortcut() == keys.as_deref(),
            },
            Change::Of(profile, setting) => {
                let profile = name(profile);
                match setting {
                    Setting::Favourite(favourite) => settings.is_favourite(&profile) == *favourite,
                    Setting::Target(target) => settings.target(&profile) == *target,
                    Setting::Duration(seconds) => settings.duration(&profile) == *seconds,
                    Setting::Renew(renew) => {
                        settings.renews(&profile) == renew.unwrap_or_else(|| settings.generally_renews())
                    }
                    Setting::NoticeMinutes(minutes) => {
                        let general = settings.general_notice_minutes();
                        settings.notice_minutes(&profile) == minutes.unwrap_or(general)
                    }
                    Setting::Device(serial) => settings.device(&profile) == Some(serial.clone()),
                    Setting::NoDevice(serial) => settings.device(&profile) != Some(serial.clone()),
                }
            }
        }
    }
}

/// A settings file of the test's own.
struct File(tempfile::TempDir);

impl File {
    fn new(bytes: &[u8]) -> File {
        let file = File(tempfile::tempdir().unwrap());
        fs::File::create(file.path()).unwrap().write_all(bytes).unwrap();
        file
    }

    fn path(&self) -> PathBuf {
        self.0.path().join("settings.toml")
    }

    fn bytes(&self) -> Vec<u8> {
        fs::read(self.path()).unwrap()
    }
}

const PROFILES: [&str; 4] = ["dev", "a.b", "x/y", "new"];
const GENERAL: [(&str, &str); 10] = [
    ("version", "1"),
    ("target_pattern", "'{profile}/mfa'"),
    ("margin_minutes", "0x0a"),
    ("notice_minutes", "1_0"),
    ("renew", "true"),
    ("pause_after_hours", "0"),
    ("language", "\"\\u0065n\""),
    ("theme", "\"dark\""),
    ("shortcut", "'''Ctrl+M'''"),
    ("colour", "[\"red\", \"# no comment\"]"),
];
const OWN: [(&str, &str); 7] = [
    ("target", "\"old\""),
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

fn file() -> impl Strategy<Value = Vec<String>> {
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

fn change() -> impl Strategy<Value = Change> {
    let serial = MfaSerial::parse(SERIAL).unwrap();
    let general = select(vec![
        General::TargetPattern("mfa-{profile}".to_owned()),
        General::MarginMinutes(7),
        General::NoticeMinutes(0),
        General::Renew(false),
        General::PauseAfterHours(24),
        General::Language(Language::Chinese),
        General::Theme(Theme::Light),
        General::StartAtLogin(true),
        General::Shortcut(Some("Ctrl+\"#".to_owned())),
        General::Shortcut(None),
    ]);
    let own = select(vec![
        Setting::Favourite(true),
        Setting::Favourite(false),
        Setting::Target(Some(name("work/1"))),
        Setting::Target(None),
        Setting::Duration(Some(900)),
        Setting::Duration(None),
        Setting::Renew(Some(true)),
        Setting::Renew(None),
        Setting::NoticeMinutes(Some(120)),
        Setting::NoticeMinutes(None),
        Setting::Device(MfaSerial::parse("GAHT12345678").unwrap()),
        Setting::NoDevice(serial),
    ]);
    prop_oneof![
        general.prop_map(Change::General),
        (select(PROFILES.to_vec()), own).prop_map(|(profile, own)| Change::Of(profile, own)),
    ]
}

/// The table that each line stands in, by its header.
fn tables<'a>(lines: &[&'a str]) -> Vec<&'a str> {
    let mut header = "";
    let header_of = |line: &&'a str| {
        if line.starts_with('[') {
            header = *line;
        }
        header
    };
    lines.iter().map(header_of).collect()
}

/// What stands before and behind a value.
fn around(line: &str) -> (&str, Option<&str>) {
    let value = line.find('=').map_or(0, |at| at + 1);
    let value = value + line[value..].find(|c: char| !c.is_whitespace()).unwrap_or_default();
    (
        &line[..value],
        ["# why", "  "].into_iter().find(|end| line.ends_with(end)),
    )
}

/// Says what became of `before` that was not asked for.
fn unasked(before: &[&str], after: &[&str], change: &Change) -> Option<String> {
    let is_its_table = |header: &str| match change {
        Change::General(_) => header.is_empty(),
        Change::Of(profile, _) => header.starts_with("[profile") && header.contains(profile),
    };
    let (was, is) = (tables(before), tables(after));
    let sets = |line: &str, header: &str| {
        let rest = line.strip_prefix(change.key());
        is_its_table(header) && rest.is_some_and(|rest| rest.trim_start().starts_with('='))
    };
    let mut old = 0;
    for (line, header) in after.iter().zip(is) {
        let new_value = sets(line, header);
        if before
            .get(old)
            .is_some_and(|value| value != line && sets(value, was[old]))
        {
            if new_value && around(before[old]) != around(line) {
                return Some(format!("{:?} became {line:?}", before[old]));
            }
            old += 1;
            if new_value {
                continue;
            }
        }
        let new_header = line.starts_with("[profile.") && is_its_table(line);
        match before.get(old) {
            Some(same) if same == line => old += 1,
            _ if new_value || new_header || line.is_empty() || *line == "version = 1" => {}
            found => return Some(format!("{found:?} became {line:?}")),
        }
    }
    let mut rest = before[old..].iter().zip(&was[old..]);
    let gone = rest.find(|(line, header)| !sets(line, header));
    gone.map(|(line, _)| format!("{line:?} is gone"))
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 500, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn one_change_keeps_every_other_byte(
        lines in file(),
        change in change(),
        end in select(vec!["\n", "\r\n"]),
        mark in select(vec!["", MARK]),
        last in any::<bool>(),
    ) {
        let mut text = format!("{mark}{}", lines.join(end));
        if last {
            text.push_str(end);
        }
        let file = File::new(text.as_bytes());
        change.make(&file).unwrap();
        let written = String::from_utf8(file.bytes()).unwrap();
        prop_assert!(change.holds(&Settings::read(&file.path()).unwrap()), "{}", written);

        let rest = written.strip_prefix(mark).unwrap();
        prop_assert!(!rest.contains(MARK), "{:?}", written);
        if text.contains(end) {
            prop_assert_eq!(rest.matches('\n').count(), rest.matches(end).count(), "{:?}", written);
            prop_assert_eq!(rest.matches('\r').count(), end.matches('\r').count() * rest.matches(end).count());
        }
        // A key that is removed takes along what stands between it and the key above.
        let counts = |line: &&str| !change.removes() || !(line.trim().is_empty() || line.trim().starts_with('#'));
        let after: Vec<&str> = rest.lines().filter(counts).collect();
        let before: Vec<&str> = text[mark.len()..].lines().filter(counts).collect();
        let unasked = unasked(&before, &after, &change);
        prop_assert!(unasked.is_none(), "{}\n{}\n---\n{}", unasked.unwrap_or_default(), text, written);

        change.make(&file).unwrap();
        prop_assert_eq!(String::from_utf8(file.bytes()).unwrap(), written, "twice is once");
    }

    #[test]
    fn any_bytes_are_read_or_refused_and_changed_or_left_alone(
        bytes in prop_oneof![vec(any::<u8>(), 0..300), soup(), "\\PC{0,80}".prop_map(String::into_bytes)],
        change in change(),
    ) {
        let file = File::new(&bytes);
        let read = Settings::read(&file.path());
        if let Err(error) = &read {
            prop_assert!(!error.problem().message.is_empty() && error.problem().hint.is_some());
        }
        match change.make(&file) {
            Ok(()) => {
                prop_assert!(read.is_ok(), "what cannot be read is not written");
                prop_assert!(change.holds(&Settings::read(&file.path()).unwrap()));
            }
            Err(_) => prop_assert_eq!(file.bytes(), bytes),
        }
    }
}

/// Text out of the signs that mean something in TOML and the keys that mean something here.
fn soup() -> impl Strategy<Value = Vec<u8>> {
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

/// What the property's lines do not have: tables in a line, dotted keys, text over several lines.
#[test]
fn every_way_to_write_a_table_can_be_changed() {
    let target = |text: &str| Change::Of("dev", Setting::Target(Some(name(text))));
    let notice = Change::Of("dev", Setting::NoticeMinutes(None));
    for (before, change, after) in [
        (
            "version = 1\nprofile.dev.target = \"a\" # t\nprofile.dev.icon = 7\n",
            target("b"),
            "version = 1\nprofile.dev.target = \"b\" # t\nprofile.dev.icon = 7\n",
        ),
        (
            "version = 1\nprofile = { dev = { target = \"a\", icon = 7 } } # p\n",
            target("b"),
            "version = 1\nprofile = { dev = { target = \"b\", icon = 7 } } # p\n",
        ),
        (
            "version = 1\n[profile]\ndev = { notice_minutes = 3, icon = 7 } # p\n",
            notice.clone(),
            "version = 1\n[profile]\ndev = { icon = 7 } # p\n",
        ),
        (
            "version = 1\ntext = \"\"\"\n[profile.dev]\nnotice_minutes = 3\n\"\"\"\n[profile.dev]\nnotice_minutes = 3\n",
            notice,
            "version = 1\ntext = \"\"\"\n[profile.dev]\nnotice_minutes = 3\n\"\"\"\n[profile.dev]\n",
        ),
    ] {
        let file = File::new(before.as_bytes());
        change.make(&file).unwrap();
        assert_eq!(String::from_utf8(file.bytes()).unwrap(), after, "{change:?}");
    }
}
