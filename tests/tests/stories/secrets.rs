//! Whatever the app does, its secrets stay out of its log, its process list entry and the web view.

use std::fs;
use std::path::Path;

use mfa_tray_tests::desktop::{Desktop, Tray};
use mfa_tray_tests::panel::{Panel, Theme};

#[test]
fn no_secret_leaves_the_app() {
    let desktop = Desktop::start(Tray::Shown).unwrap();
    let practice = super::practice(&desktop);
    let (name, serial) = practice.plain_user().unwrap();
    let panel = Panel::open(&desktop, &practice, Theme::Light).unwrap();

    let wrong = practice.wrong_code(&serial).unwrap();
    panel.ask_for_code(&name).unwrap();
    panel.type_keys(&wrong).unwrap();
    panel.wait_for_error().unwrap();
    panel.wait_for_focus("Digit 1 of 6").unwrap();
    let right = practice.code(&serial).unwrap();
    panel.type_keys(&right).unwrap();
    panel.wait_for_state(&name, "active").unwrap();

    let target = format!("{name}-mfa");
    let secret = |section: &str, key: &str| practice.written(section, key).unwrap().unwrap();
    let secrets = [
        ("the long-term secret key", secret(&name, "aws_secret_access_key")),
        ("the session's secret key", secret(&target, "aws_secret_access_key")),
        ("the session token", secret(&target, "aws_session_token")),
        ("the wrong code", wrong),
        ("the right code", right),
    ];

    let log = panel.log().unwrap();
    let told = log.contains("refresh") && log.contains(&name);
    assert!(told, "the log tells of the refresh, or this proves nothing:\n{log}");
    let mut places = vec![
        ("the log".to_owned(), log),
        ("the document".to_owned(), panel.document().unwrap()),
    ];
    for file in ["cmdline", "environ"] {
        let text = fs::read(format!("/proc/{}/{file}", panel.process())).unwrap();
        places.push((file.to_owned(), String::from_utf8_lossy(&text).replace('\0', "\n")));
    }
    for variable in ["XDG_STATE_HOME", "XDG_CONFIG_HOME", "XDG_CACHE_HOME", "XDG_DATA_HOME"] {
        files_below(Path::new(practice.variable(variable).unwrap()), &mut places);
    }
    assert!(
        places.iter().any(|(place, _)| place.contains("mfa-tray")),
        "the app keeps files of its own"
    );

    for (place, text) in &places {
        for (what, secret) in &secrets {
            assert!(!says(text, secret), "{what} is in {place}");
        }
    }
}

/// Whether `text` has `secret` as a word of its own: six digits also stand inside fractions of a second.
fn says(text: &str, secret: &str) -> bool {
    let inside = |c: Option<char>| c.is_some_and(|c| c.is_ascii_alphanumeric());
    text.match_indices(secret)
        .any(|(at, _)| !inside(text[..at].chars().next_back()) && !inside(text[at + secret.len()..].chars().next()))
}

fn files_below(folder: &Path, places: &mut Vec<(String, String)>) {
    let Ok(entries) = fs::read_dir(folder) else { return };
    for path in entries.map(|entry| entry.unwrap().path()) {
        if path.is_dir() {
            files_below(&path, places);
        } else if let Ok(bytes) = fs::read(&path) {
            places.push((path.display().to_string(), String::from_utf8_lossy(&bytes).into_owned()));
        }
    }
}

#[test]
fn a_secret_is_found_where_it_stands_alone() {
    for (text, found) in [
        ("code=123456", true),
        ("\"123456\"", true),
        ("123456", true),
        ("12:00:00.123456Z", false),
        ("0123456", false),
    ] {
        assert_eq!(says(text, "123456"), found, "{text}");
    }
}
