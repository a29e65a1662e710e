//! Which device's code is asked for when no file says it.

use mfa_tray_core::profile::MfaSerial;
use mfa_tray_core::refresh::{RefreshError, Request};

use crate::aws::{Call, refusal, unreachable};
use crate::stage::{SERIAL, Stage, always, ask, keys, with_code};

const SECOND: &str = "arn:aws:iam::111122223333:mfa/second";
const KEY: &str = "arn:aws:iam::111122223333:u2f/user/alice/key";

fn without_serial() -> Stage {
    Stage::new(
        "[profile dev]\nregion = eu-west-1\n",
        &format!("[dev]\n{}", keys("AKIAIOSFODNN7EXAMPLE")),
    )
}

fn lists(stage: &Stage) -> usize {
    stage
        .aws
        .calls()
        .iter()
        .filter(|call| **call == Call::MfaDevices)
        .count()
}

#[test]
fn the_only_device_is_found_and_remembered() {
    let stage = without_serial();
    stage.aws.list_devices_once(Ok(&[SERIAL, KEY]));
    match stage.refused(&ask("dev")) {
        RefreshError::CodeNeeded(serial) => assert_eq!(serial.as_str(), SERIAL),
        other => panic!("{other:?}"),
    }
    stage.refresh(&with_code("dev", "111111")).unwrap();
    stage.refresh(&always("dev", "222222")).unwrap();
    assert_eq!(lists(&stage), 1, "asked once");
    assert_eq!(stage.settings(), "", "found out is not chosen");
}

#[test]
fn among_several_the_person_chooses_and_the_choice_is_remembered() {
    let stage = without_serial();
    stage.aws.list_devices_once(Ok(&[SERIAL, SECOND, KEY]));
    match stage.refused(&with_code("dev", "111111")) {
        RefreshError::ChooseDevice(serials) => {
            let serials: Vec<_> = serials.iter().map(MfaSerial::as_str).collect();
            assert_eq!(serials, [SERIAL, SECOND], "a security key gives no code");
        }
        other => panic!("{other:?}"),
    }
    assert_eq!(stage.aws.codes_sent(), 0);
    let chosen = Request {
        serial: Some(MfaSerial::parse(SECOND).unwrap()),
        ..with_code("dev", "111111")
    };
    stage.refresh(&chosen).unwrap();
    assert!(
        stage.settings().contains(&format!("device = \"{SECOND}\"")),
        "{}",
        stage.settings()
    );
    stage.refresh(&always("dev", "222222")).unwrap();
    assert!(matches!(&stage.aws.calls()[..], [.., Call::SessionToken { serial, .. }] if serial == SECOND));
    assert_eq!(lists(&stage), 1);
}

#[test]
fn a_choice_that_did_not_work_is_not_remembered() {
    let stage = without_serial();
    stage.aws.reject_code_once();
    let chosen = Request {
        serial: Some(MfaSerial::parse(SECOND).unwrap()),
        ..with_code("dev", "111111")
    };
    stage.refused(&chosen);
    assert_eq!(stage.settings(), "");
}

#[test]
fn no_device_and_only_security_keys_are_told_apart() {
    let none: &[&str] = &[];
    for (devices, code) in [(none, "no-device"), (&[KEY], "fido-only")] {
        let stage = without_serial();
        stage.aws.list_devices_once(Ok(devices));
        match stage.refused(&with_code("dev", "111111")) {
            RefreshError::Profile(problem) => assert_eq!(problem.code, code),
            other => panic!("{other:?}"),
        }
        assert_eq!(stage.aws.codes_sent(), 0);
    }
}

#[test]
fn a_user_who_may_not_list_devices_gives_the_serial() {
    let stage = without_serial();
    let denied = refusal(
        "AccessDenied",
        "User: arn:aws:iam::111122223333:user/alice is not authorized to perform: iam:ListMFADevices",
    );
    stage.aws.list_devices_once(Err(denied));
    assert!(matches!(stage.refused(&ask("dev")), RefreshError::SerialNeeded { .. }));
    let given = Request {
        serial: Some(MfaSerial::parse(SERIAL).unwrap()),
        ..with_code("dev", "111111")
    };
    stage.refresh(&given).unwrap();
    assert_eq!(lists(&stage), 1);
}

#[test]
fn other_failures_of_the_list_are_told_as_they_are() {
    let stage = without_serial();
    stage.aws.list_devices_once(Err(unreachable()));
    assert!(matches!(stage.refused(&ask("dev")), RefreshError::Aws { .. }));
}

#[test]
fn a_security_key_is_refused_as_a_choice() {
    let stage = without_serial();
    let chosen = Request {
        serial: Some(MfaSerial::parse(KEY).unwrap()),
        ..with_code("dev", "111111")
    };
    match stage.refused(&chosen) {
        RefreshError::Profile(problem) => assert_eq!(problem.code, "fido-only"),
        other => panic!("{other:?}"),
    }
    assert_eq!(stage.aws.calls(), []);
}
