//! A device whose seed is in the keychain asks nobody, and never sends a code twice.

use jiff::{SignedDuration, Timestamp};
use mfa_tray_core::ledger::CodeRefused;
use mfa_tray_core::ports::Unavailable;
use mfa_tray_core::profile::MfaSerial;
use mfa_tray_core::refresh::{CodeFrom, RefreshError, Request, When};
use mfa_tray_core::session::State;
use mfa_tray_core::status;
use mfa_tray_core::vault::{self, VaultError};

use crate::aws::{Call, unreachable};
use crate::stage::{NOW, SERIAL, Stage, always, ask, seed, with_code};

fn serial() -> MfaSerial {
    MfaSerial::parse(SERIAL).unwrap()
}

fn enrolled() -> Stage {
    Stage::dev().enrolled()
}

fn again(profile: &str) -> Request {
    Request {
        when: When::Always,
        ..ask(profile)
    }
}

/// The codes that were sent, as steps from the one of [`NOW`].
fn steps(stage: &Stage) -> Vec<i64> {
    let first = seed().counter(NOW.parse().unwrap());
    let step_of = |code: &str| {
        let near = (first - 500..first + 500).find(|&counter| seed().mfa_code(counter).unwrap().digits() == code);
        near.expect("a code of the seed") - first
    };
    let code = |call: &Call| match call {
        Call::SessionToken { code, .. } => Some(step_of(code)),
        _ => None,
    };
    stage.aws.calls().iter().filter_map(code).collect()
}

#[test]
fn nobody_is_asked_and_each_code_is_another() {
    let stage = enrolled();
    assert!(stage.refresh(&ask("dev")).unwrap().made);
    assert!(!stage.refresh(&ask("dev")).unwrap().made, "it is good");
    stage.refresh(&again("dev")).unwrap();
    stage.refresh(&again("dev")).unwrap();
    assert_eq!(steps(&stage), [0, -1, 1]);
    match stage.refused(&again("dev")) {
        RefreshError::Code(CodeRefused::NoneLeft { wait }) => assert_eq!(wait, 18),
        other => panic!("{other:?}"),
    }
    stage.clock.forward(18);
    stage.refresh(&again("dev")).unwrap();
    assert_eq!(steps(&stage), [0, -1, 1, 2]);
}

#[test]
fn a_refused_code_is_followed_by_another_and_then_one_stops() {
    let stage = enrolled();
    stage.aws.reject_code_once();
    assert!(stage.refresh(&ask("dev")).unwrap().made);
    assert_eq!(steps(&stage), [0, -1]);

    let stage = enrolled();
    stage.aws.reject_code_once();
    stage.aws.reject_code_once();
    assert!(matches!(stage.refused(&ask("dev")), RefreshError::SeedRejected(_)));
    assert_eq!(steps(&stage), [0, -1]);
}

#[test]
fn the_clock_of_aws_decides_which_code_is_the_current_one() {
    for ahead in [3600, -90, 86_400] {
        let stage = enrolled();
        stage.aws.set_server_ahead(ahead);
        stage.aws.reject_code_once();
        assert!(stage.refresh(&ask("dev")).unwrap().made, "{ahead} s");
        let here: Timestamp = NOW.parse().unwrap();
        let there = seed().counter(here + jiff::SignedDuration::from_secs(ahead)) - seed().counter(here);
        assert_eq!(steps_far(&stage, there), [0, there], "{ahead} s");
        stage.refresh(&again("dev")).unwrap();
        assert_eq!(steps_far(&stage, there).len(), 3, "the next one is right at once");
    }
}

/// As [`steps`], for clocks that are far apart.
fn steps_far(stage: &Stage, there: i64) -> Vec<i64> {
    let first = seed().counter(NOW.parse().unwrap());
    let near = |code: &str| {
        let step = [0, -1, 1, there, there - 1, there + 1].into_iter();
        step.into_iter()
            .find(|step| seed().mfa_code(first + step).unwrap().digits() == code)
            .expect("a code of the seed")
    };
    let code = |call: &Call| match call {
        Call::SessionToken { code, .. } => Some(near(code)),
        _ => None,
    };
    stage.aws.calls().iter().filter_map(code).collect()
}

#[test]
fn a_keychain_that_does_not_answer_costs_no_code() {
    for unavailable in [
        Unavailable::Locked,
        Unavailable::Denied,
        Unavailable::NoService,
        Unavailable::TimedOut,
        Unavailable::Failed("?".into()),
    ] {
        let stage = enrolled();
        stage.keychain.fail(unavailable.clone());
        match stage.refused(&ask("dev")) {
            RefreshError::Keychain(VaultError::Unavailable(found)) => assert_eq!(found, unavailable),
            other => panic!("{other:?}"),
        }
        assert_eq!(stage.aws.codes_sent(), 0);
        stage
            .refresh(&with_code("dev", "123456"))
            .expect("a typed code works all the same");
        stage.keychain.work();
        stage.refresh(&again("dev")).expect("and the keychain when it is back");
    }
}

#[test]
fn a_seed_that_is_gone_or_damaged_is_said_and_not_replaced() {
    let name = format!("seed/{SERIAL}");
    for (planted, code) in [
        (None, "seed-missing"),
        (Some(&b"{"[..]), "seed-missing"),
        (Some(b""), "seed-missing"),
        (Some(b"\xff\xfe"), "seed-missing"),
    ] {
        let stage = enrolled();
        match planted {
            Some(bytes) => stage.keychain.plant(&name, bytes),
            None => drop(vault::remove(&stage.keychain, &serial()).unwrap()),
        }
        assert_eq!(stage.refused(&ask("dev")).problem().code, code, "{planted:?}");
        assert_eq!(stage.aws.codes_sent(), 0);
    }
}

#[test]
fn a_code_typed_from_the_phone_and_the_seeds_are_one_ledger() {
    let stage = enrolled();
    let typed = seed().mfa_code(seed().counter(NOW.parse().unwrap())).unwrap();
    stage.refresh(&always("dev", typed.digits())).unwrap();
    stage.refresh(&again("dev")).unwrap();
    assert_eq!(steps(&stage), [0, -1]);
    match stage.refused(&always("dev", typed.digits())) {
        RefreshError::Code(CodeRefused::Used { wait }) => assert_eq!(wait, 20),
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_code_that_never_left_this_machine_is_sent_again() {
    let stage = enrolled();
    stage.aws.fail_once(unreachable());
    stage.refused(&ask("dev"));
    stage.refresh(&ask("dev")).unwrap();
    assert_eq!(steps(&stage), [0, 0]);
}

#[test]
fn looking_asks_no_keychain() {
    let stage = enrolled();
    let before = stage.keychain.calls();
    let loaded = stage.world.load().unwrap();
    let rows = status::rows(&loaded, &stage.world.state, stage.world.clock.now());
    assert!(rows[0].enrolled && rows[0].fingerprint == Some(seed().fingerprint()));
    assert_eq!(stage.keychain.calls(), before);
}

#[test]
fn a_seed_that_is_being_tried_out_need_not_be_in_the_keychain() {
    let stage = Stage::dev();
    let request = Request {
        code: CodeFrom::Seed(seed()),
        ..ask("dev")
    };
    assert!(stage.refresh(&request).unwrap().made);
    assert_eq!(stage.keychain.calls(), 0);
    assert!(stage.keychain.names().is_empty());
}

#[test]
fn a_measurement_of_the_clock_is_not_believed_for_ever() {
    let stage = enrolled();
    stage.aws.set_server_ahead(3600);
    stage.refresh(&ask("dev")).unwrap();
    assert_eq!(
        stage.world.aws_time().duration_since(stage.world.clock.now()).as_secs(),
        3600
    );
    stage.clock.forward(3 * 3600);
    assert_eq!(
        stage.world.aws_time(),
        stage.world.clock.now(),
        "the clock may have been set since"
    );
    for _ in 0..4 {
        // An answer now and then keeps it fresh.
        stage.refresh(&again("dev")).unwrap();
        stage.clock.forward(45 * 60);
        assert_ne!(stage.world.aws_time(), stage.world.clock.now());
    }
}

#[test]
fn a_measurement_of_a_clock_that_was_not_set_since_is_believed_as_long_as_a_session() {
    let started: Timestamp = "2026-11-20T08:00:00Z".parse().unwrap();
    let stage = enrolled();
    let ahead = || stage.world.aws_time().duration_since(stage.world.clock.now()).as_secs();
    stage.clock.start_at(Some(started));
    stage.aws.set_server_ahead(7_200);
    let request = Request {
        duration: Some(10_800),
        ..ask("dev")
    };
    stage.refresh(&request).unwrap();
    stage.clock.forward(10_799);
    assert_eq!((ahead(), stage.row("dev").state), (7_200, State::Expiring));
    stage.clock.forward(1);
    assert_eq!(
        stage.row("dev").state,
        State::Expired,
        "two hours before the slow clock"
    );

    // Somebody sets it right.
    stage.clock.forward(7_200);
    stage.clock.start_at(Some(started + SignedDuration::from_hours(2)));
    assert_eq!(ahead(), 0);
    stage.aws.set_server_ahead(0);
    assert!(stage.refresh(&again("dev")).unwrap().made);
    assert_eq!(ahead(), 0);

    // Running faster, which leaves no mark.
    stage.aws.set_server_ahead(3_600);
    stage.refresh(&again("dev")).unwrap();
    assert_eq!(ahead(), 3_600);
    stage.clock.forward(36 * 3600);
    assert_eq!(ahead(), 0);
}

#[test]
fn a_clock_that_jumps_makes_no_code_forgotten() {
    let stage = enrolled();
    stage.refresh(&ask("dev")).unwrap();
    // Wrong for a while, and right again.
    stage.clock.forward(86_400);
    stage.refresh(&again("dev")).unwrap();
    stage.clock.forward(-86_400);
    stage.refresh(&again("dev")).unwrap();
    let sent = stage.aws.calls();
    let codes: Vec<&String> = sent
        .iter()
        .filter_map(|call| match call {
            Call::SessionToken { code, .. } => Some(code),
            _ => None,
        })
        .collect();
    assert_eq!(codes.len(), 3);
    assert_ne!(codes[0], codes[2], "the first code is not sent again");
}
