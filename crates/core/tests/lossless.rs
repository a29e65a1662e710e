//! Whatever a file holds, reading it never panics and editing it changes nothing but the section it was asked to.
#![allow(clippy::panic, clippy::unwrap_used, reason = "a test that cannot go on stops")]

use mfa_tray_core::aws_files::AwsFiles;
use mfa_tray_core::ini::{Change, Document};
use proptest::collection::vec;
use proptest::prelude::*;

const TARGET: &str = "mfa";
const SESSION: [Change<'static>; 4] = [
    Change::Set("aws_access_key_id", "ASIAIOSFODNN7EXAMPLE"),
    Change::Set("aws_secret_access_key", "new/secret+"),
    Change::Set("aws_session_token", "new=token=="),
    Change::Remove("aws_security_token"),
];
const REMOVAL: [Change<'static>; 4] = [
    Change::Remove("aws_access_key_id"),
    Change::Remove("aws_secret_access_key"),
    Change::Remove("aws_session_token"),
    Change::Remove("aws_security_token"),
];

fn scan(bytes: &[u8]) -> Document {
    Document::scan(bytes.to_vec()).unwrap()
}

/// Lines as people and tools leave them in a section, harmless ones and others.
fn body_line() -> impl Strategy<Value = String> + Clone {
    prop_oneof![
        "(region|output|aws_access_key_id|AWS_Session_Token|aws_security_token|s3|k)",
        "[a-z_]{1,8}",
    ]
    .prop_flat_map(|key| {
        prop_oneof![
            4 => Just(format!("{key} = value\n")),
            2 => Just(format!("{key}=value # comment\r\n")),
            1 => Just(format!("{key} : value\n")),
            1 => Just(format!("  {key} = indented\n")),
            1 => Just(format!("{key} =\n")),
            1 => Just(format!("    {key} = nested\n")),
            1 => Just(format!("# {key} = comment\n")),
            1 => Just("; [mfa]\n".to_owned()),
            1 => Just("\n".to_owned()),
            1 => Just("\t \r\n".to_owned()),
            1 => Just(format!("garbage {key}\n")),
            1 => Just("caf\u{e9} = \u{2028}\u{85}\n".to_owned()),
        ]
    })
}

fn name() -> impl Strategy<Value = String> + Clone {
    prop_oneof![
        Just("default".to_owned()),
        Just("profile mfa".to_owned()),
        Just("MFA".to_owned()),
        "[a-z][a-z0-9/.@-]{0,6}x",
    ]
}

/// A file in three parts: before the target section, the section itself (or none), and after it.
fn file() -> impl Strategy<Value = [String; 3]> {
    let section = |name: String, lines: Vec<String>| format!("[{name}]\n{}", lines.concat());
    let other = (name(), vec(body_line(), 0..6)).prop_map(move |(name, lines)| section(name, lines));
    let target = proptest::option::of(vec(body_line(), 0..8))
        .prop_map(move |lines| lines.map_or_else(String::new, |lines| section(TARGET.to_owned(), lines)));
    (
        prop_oneof![4 => Just(""), 1 => Just("\u{feff}"), 1 => Just("# top\n\n")],
        vec(other.clone(), 0..4),
        target,
        vec(other, 0..4),
    )
        .prop_map(|(top, before, target, after)| [format!("{top}{}", before.concat()), target, after.concat()])
}

/// Text out of the signs that mean something in these files, so that odd mixtures come often.
fn soup() -> impl Strategy<Value = Vec<u8>> {
    let piece = prop_oneof![
        Just(b"[mfa]".to_vec()),
        Just(b"[mfa".to_vec()),
        Just(b" [ mfa ]".to_vec()),
        Just(b"[profile mfa]".to_vec()),
        Just(b"[a] ]".to_vec()),
        Just(b"aws_session_token".to_vec()),
        Just(b"aws_session_token: x = y".to_vec()),
        Just(b" = ".to_vec()),
        Just(b"=".to_vec()),
        Just(b":".to_vec()),
        Just(b" # ".to_vec()),
        Just(b";".to_vec()),
        Just(b"\"mfa\"".to_vec()),
        Just(b"\n".to_vec()),
        Just(b"\n".to_vec()),
        Just(b"\r\n".to_vec()),
        Just(b"\n  ".to_vec()),
        Just(b"\t".to_vec()),
        Just(b"\xef\xbb\xbf".to_vec()),
        Just(b"\xff\xe9".to_vec()),
        Just(b"\\".to_vec()),
        Just(b"word".to_vec()),
    ];
    vec(piece, 0..40).prop_map(|pieces| pieces.concat())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 500, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_bytes_can_be_read(bytes in prop_oneof![vec(any::<u8>(), 0..400), soup()]) {
        if let Ok(document) = Document::scan(bytes.clone()) {
            prop_assert_eq!(document.bytes(), &bytes[..]);
            document.warnings();
            for section in document.sections() {
                prop_assert!(document.lines(section).count() <= bytes.len());
                // Nothing to do: the lines put together again are the file.
                if let Ok(edited) = document.edited(&section.name, &[Change::Remove("no_such_key")]) {
                    prop_assert_eq!(&edited, &bytes);
                }
            }
        }
        // Whether or not it can be read, asking is safe, in both roles.
        let _ = AwsFiles::read(Some(bytes.clone()), None);
        let _ = AwsFiles::read(None, Some(bytes));
    }

    #[test]
    fn an_edit_is_right_or_refused(bytes in soup()) {
        let Ok(document) = Document::scan(bytes.clone()) else { return Ok(()) };
        let Ok(edited) = document.edited(TARGET, &SESSION) else { return Ok(()) };
        let after = scan(&edited);
        prop_assert_eq!(after.sections().iter().filter(|section| section.name == TARGET).count(), 1);
        let again = after.edited(TARGET, &SESSION).unwrap();
        prop_assert_eq!(&again, &edited, "twice is once");
        let names = |document: &Document| -> Vec<String> {
            let all = document.sections().iter().map(|section| section.name.clone());
            all.filter(|name| name != TARGET).collect()
        };
        prop_assert_eq!(names(&document), names(&after));
    }

    #[test]
    fn what_stands_outside_the_section_stays([before, target, after] in file()) {
        let input = format!("{before}{target}{after}");
        let Ok(edited) = scan(input.as_bytes()).edited(TARGET, &SESSION) else { return Ok(()) };
        let edited = String::from_utf8(edited).unwrap();
        prop_assert!(edited.starts_with(&before), "{edited}");
        if target.is_empty() {
            prop_assert!(edited.starts_with(&input), "a new section stands at the end: {edited}");
        } else {
            prop_assert!(edited.ends_with(&after), "{edited}");
        }
        let again = scan(edited.as_bytes()).edited(TARGET, &SESSION).unwrap();
        prop_assert_eq!(String::from_utf8(again).unwrap(), edited);
    }

    #[test]
    fn what_was_set_can_be_removed_again([before, target, after] in file()) {
        let input = format!("{before}{target}{after}");
        let Ok(set) = scan(input.as_bytes()).edited(TARGET, &SESSION) else { return Ok(()) };
        let removed = scan(&set).edited(TARGET, &REMOVAL).unwrap();
        let removed = String::from_utf8(removed).unwrap();
        if target.is_empty() {
            let rest = removed.strip_prefix(&input);
            prop_assert!(rest.is_some_and(|rest| rest.trim().is_empty()), "{removed}");
        } else {
            prop_assert!(removed.starts_with(&before) && removed.ends_with(&after), "{removed}");
        }
    }
}

/// Found by the tests above: an indented line that is nothing by itself would have continued the new token.
#[test]
fn a_line_that_would_continue_the_new_value_is_a_reason_to_refuse() {
    for input in ["[mfa]\n  garbage\n", "[mfa]\n = \n", "[mfa]\n  [other]\nk = v\n"] {
        assert!(scan(input.as_bytes()).edited(TARGET, &SESSION).is_err(), "{input:?}");
    }
}
