//! Whatever stands in settings.toml, reading it never panics, and changing one setting keeps every other byte.
#![allow(clippy::panic, clippy::unwrap_used, reason = "a test that cannot go on stops")]

mod changes;
mod files;

use mfa_tray_core::profile::ProfileName;
use mfa_tray_core::settings::{Setting, Settings};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;

use changes::{Change, change};
use files::{File, MARK, file, soup};

fn name(text: &str) -> ProfileName {
    ProfileName::parse(text).unwrap()
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

/// Whether `line`, in the table under `header`, sets what `change` is about.
fn sets(line: &str, header: &str, change: &Change) -> bool {
    let is_its_table = match change {
        Change::General(_) => header.is_empty(),
        Change::Of(profile, _) => header.starts_with("[profile") && header.contains(profile),
    };
    let rest = line.strip_prefix(change.key());
    is_its_table && rest.is_some_and(|rest| rest.trim_start().starts_with('='))
}

/// `text` but for the line that sets what `change` is about.
fn without(text: &str, change: &Change) -> String {
    let mark = if text.starts_with(MARK) { MARK } else { "" };
    let lines: Vec<&str> = text[mark.len()..].split_inclusive('\n').collect();
    let kept = lines.iter().zip(tables(&lines));
    let kept = kept.filter(|(line, header)| !sets(line, header, change));
    mark.to_owned() + &kept.map(|(line, _)| *line).collect::<String>()
}

/// Says what became of `before` that was not asked for.
fn unasked(before: &[&str], after: &[&str], change: &Change) -> Option<String> {
    let (was, is) = (tables(before), tables(after));
    let sets = |line: &str, header: &str| sets(line, header, change);
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
        let new_header =
            matches!(change, Change::Of(profile, _) if line.starts_with("[profile.") && line.contains(profile));
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
        let after: Vec<&str> = rest.lines().collect();
        let before: Vec<&str> = text[mark.len()..].lines().collect();
        let unasked = unasked(&before, &after, &change);
        prop_assert!(unasked.is_none(), "{}\n{}\n---\n{}", unasked.unwrap_or_default(), text, written);
        if change.removes() {
            let expected = without(&text, &change);
            prop_assert_eq!(&written, &expected, "nothing goes but the key's own line");
        }

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
            "# a\n  profile.dev.notice_minutes = 3 # b\n# c\nprofile.dev.icon = 7",
            notice.clone(),
            "# a\n# c\nprofile.dev.icon = 7",
        ),
        (
            "[profile.dev]\nicon = [ # a\n1]\n# b\ntarget = \"\"\"\\\n  a\"\"\" # c",
            Change::Of("dev", Setting::Target(None)),
            "[profile.dev]\nicon = [ # a\n1]\n# b\n",
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
