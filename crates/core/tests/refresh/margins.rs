//! When a session counts as expiring, and is made anew: the margin the person chose, within a session's own length.

use jiff::SignedDuration;
use mfa_tray_core::refresh::{RefreshError, Request};
use mfa_tray_core::session::State;

use crate::stage::{Stage, ask, with_code};

fn made(settings: &str, seconds: u32) -> Stage {
    let stage = Stage::dev().with_settings(settings);
    let request = Request {
        duration: Some(seconds),
        ..with_code("dev", "111111")
    };
    stage.refresh(&request).unwrap();
    stage
}

#[test]
fn the_margin_that_was_chosen_decides_when_a_session_is_made_anew() {
    for (settings, seconds, margin) in [
        ("", 43_200, 15 * 60),
        ("margin_minutes = 1\n", 43_200, 60),
        ("margin_minutes = 60\n", 43_200, 3_600),
        ("margin_minutes = 5\n", 3_600, 300),
        // At most a quarter of its life.
        ("", 3_600, 900),
        ("margin_minutes = 60\n", 3_600, 900),
        ("margin_minutes = 60\n", 900, 225),
        ("margin_minutes = 1\n", 900, 60),
    ] {
        let stage = made(settings, seconds);
        assert_eq!(stage.row("dev").margin, SignedDuration::from_secs(margin), "{settings}");
        stage.clock.forward(i64::from(seconds) - margin - 1);
        assert_eq!(stage.row("dev").state, State::Active, "{settings}{seconds} s");
        assert!(
            !stage.refresh(&with_code("dev", "222222")).unwrap().made,
            "{settings}{seconds} s"
        );
        stage.clock.forward(1);
        assert_eq!(stage.row("dev").state, State::Expiring, "{settings}{seconds} s");
        assert!(
            stage.refresh(&with_code("dev", "222222")).unwrap().made,
            "{settings}{seconds} s"
        );
        assert_eq!(stage.row("dev").state, State::Active, "{settings}{seconds} s");
    }
}

#[test]
fn another_margin_holds_for_the_session_that_is_there() {
    let stage = made("", 43_200);
    stage.clock.forward(43_200 - 20 * 60);
    for (settings, state) in [
        ("", State::Active),
        ("margin_minutes = 30\n", State::Expiring),
        ("margin_minutes = 19\n", State::Active),
        ("margin_minutes = 20\n", State::Expiring),
    ] {
        stage.choose(settings);
        assert_eq!(stage.row("dev").state, state, "{settings}");
        match stage.refresh(&ask("dev")) {
            Ok(kept) => assert!(!kept.made && state == State::Active, "{settings}"),
            Err(RefreshError::CodeNeeded(_)) => assert_eq!(state, State::Expiring, "{settings}"),
            Err(other) => panic!("{settings}: {other}"),
        }
    }
    assert_eq!(stage.aws.codes_sent(), 1);
}

#[test]
fn a_notice_comes_when_it_was_chosen_to_and_within_a_sessions_length() {
    for (settings, seconds, minutes, notice) in [
        ("", 43_200, 10, Some(600)),
        ("notice_minutes = 120\n", 43_200, 120, Some(7_200)),
        ("notice_minutes = 120\n", 3_600, 120, Some(900)),
        ("notice_minutes = 0\n", 43_200, 0, None),
        (
            "notice_minutes = 0\n[profile.dev]\nnotice_minutes = 5\n",
            43_200,
            5,
            Some(300),
        ),
        ("[profile.dev]\nnotice_minutes = 0\n", 43_200, 0, None),
    ] {
        let row = made(settings, seconds).row("dev");
        let notice = notice.map(SignedDuration::from_secs);
        assert_eq!(
            (row.notice_minutes, row.notice),
            (minutes, notice),
            "{settings}{seconds} s"
        );
    }
}

#[test]
fn whether_a_session_renews_itself_is_the_profiles_to_say() {
    for (settings, renews) in [
        ("", false),
        ("renew = true\n", true),
        ("renew = true\n[profile.dev]\nrenew = false\n", false),
        ("[profile.dev]\nrenew = true\n", true),
    ] {
        assert_eq!(made(settings, 900).row("dev").renews, renews, "{settings}");
    }
}
