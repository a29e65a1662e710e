//! What the person chose, where the command line shows it. Settings that cannot be meant are golden cases.

use crate::home::{Home, Practice};

/// A session of ours with twenty minutes left.
#[expect(clippy::disallowed_methods, reason = "the program reads this machine's clock")]
fn twenty_minutes_left() -> Home {
    let end = jiff::Timestamp::now() + jiff::SignedDuration::from_mins(20);
    let config = "[profile dev]\nregion = eu-west-1\nmfa_serial = arn:aws:iam::111122223333:mfa/alice\n";
    let credentials = format!(
        "[dev]\naws_access_key_id = AKIAIOSFODNN7EXAMPLE\naws_secret_access_key = wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY\n\
         [dev-mfa]\naws_access_key_id = ASIAIOSFODNN7EXAMPLE\naws_secret_access_key = secretOfTheSessionEXAMPLE\n\
         aws_session_token = tokenOfTheSessionEXAMPLE\nx_security_token_expires = {}\nmanager = mfa-tray\n",
        end.strftime("%Y-%m-%dT%H:%M:%SZ")
    );
    Home::new(config, &credentials)
}

#[test]
fn the_margin_says_when_a_session_is_expiring_and_is_made_anew() {
    for (settings, state, refreshed) in [
        ("", "active", 0),
        ("margin_minutes = 5\n", "active", 0),
        ("margin_minutes = 30\n", "expiring", 3),
    ] {
        let home = twenty_minutes_left();
        home.choose(settings.as_bytes());
        let list = home.run(&["list", "--json"]).ended(0).json();
        assert_eq!(list[0]["state"], state, "{settings}");
        // An expiring session still works.
        let status = home.run(&["status", "dev", "--format", "{state}"]).ended(0);
        assert_eq!(status.stdout.trim(), state, "{settings}");
        home.run(&["refresh", "dev"]).ended(refreshed);
    }
}

/// What `{left}` says of a session of `profile` that is made now.
fn left(practice: &Practice, profile: &str, arguments: &[&str]) -> String {
    practice
        .run(&[&["refresh", profile, "--force"], arguments].concat())
        .ended(0);
    let status = practice.run(&["status", profile, "--format", "{left}"]).ended(0);
    status.stdout.trim().to_owned()
}

#[test]
fn a_session_lasts_as_long_as_was_chosen() {
    let practice = Practice::start(&[]);
    practice.choose("[profile.dev]\nduration = 5400\n\n[profile.admin]\nduration = 1800\n");
    let code = practice.code(practice.serial(0));
    // A second may have gone by.
    let shown = left(&practice, "dev", &["--code", &code]);
    assert!(["1 h 30 m", "1 h 29 m"].contains(&shown.as_str()), "{shown}");
    let shown = left(&practice, "admin", &[]);
    assert!(["30 min", "29 min"].contains(&shown.as_str()), "{shown}");
    let shown = left(&practice, "admin", &["--duration", "900"]);
    assert!(
        ["15 min", "14 min"].contains(&shown.as_str()),
        "asked for goes first: {shown}"
    );
}

#[test]
fn a_code_comes_from_the_program_that_the_settings_name() {
    let practice = crate::home::Practice::start(&[]);
    let program = env!("CARGO_BIN_EXE_mfa-tray");
    let serial = practice.serial(0).to_owned();
    practice.choose(&format!(
        "[profile.dev]\ncode_command = [\"{program}\", \"practice\", \"code\", \"{serial}\"]\n"
    ));
    practice.run(&["refresh", "dev"]).ended(0);
    practice.choose("[profile.dev]\ncode_command = [\"no-such-program\"]\n");
    let ran = practice.run(&["refresh", "dev", "--force"]).ended(1);
    assert!(ran.stderr.contains("no-such-program was not found"), "{ran:?}");
}
