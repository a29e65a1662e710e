//! A device the user has already: nothing is kept before its code has bought a session.

use mfa_tray_core::enroll::{self, EnrollError};
use mfa_tray_core::ports::Unavailable;
use mfa_tray_core::totp::Seed;

use crate::stage::{Stage, name, serial};

const SEED: &str = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP";

fn stage() -> (Stage, Seed) {
    let stage = Stage::new();
    let phone = serial("dana-phone");
    stage
        .practice
        .add_device_with_seed("dana", phone.as_str(), SEED)
        .unwrap();
    (stage, Seed::from_base32(SEED).unwrap())
}

#[test]
fn a_seed_is_kept_once_its_code_has_bought_a_session() {
    let (stage, seed) = stage();
    assert_eq!(
        enroll::devices(&stage.world, &name("fresh")).unwrap(),
        [serial("dana-phone")]
    );
    let refreshed = enroll::adopt(&stage.world, &name("fresh"), &serial("dana-phone"), &seed).unwrap();
    assert!(refreshed.made && refreshed.warnings.is_empty());
    assert!(
        stage
            .config()
            .contains("mfa_serial = arn:aws:iam::111122223333:mfa/dana-phone\n")
    );
    stage.is_enrolled("fresh", "dana", serial("dana-phone").as_str());
}

#[test]
fn another_devices_seed_is_refused_and_not_kept() {
    let (stage, _) = stage();
    let wrong = Seed::from_base32(&"KRSXG5CTMVRXEZLU".repeat(4)).unwrap();
    let error = enroll::adopt(&stage.world, &name("fresh"), &serial("dana-phone"), &wrong).unwrap_err();
    assert!(matches!(error, EnrollError::WrongSeed(_)), "{error}");
    assert_eq!(error.problem().code, "seed-wrong");
    assert!(stage.keychain.names().is_empty() && stage.world.state.enrolled_devices().is_empty());
    assert!(!stage.config().contains("mfa_serial"));
    let tries = stage
        .actions()
        .iter()
        .filter(|action| *action == "GetSessionToken")
        .count();
    assert_eq!(tries, 2, "two codes are enough to know");
}

#[test]
fn a_keychain_that_fails_is_noticed_before_a_code_is_spent() {
    let (stage, seed) = stage();
    stage.keychain.fail(Unavailable::NoService);
    let error = enroll::adopt(&stage.world, &name("fresh"), &serial("dana-phone"), &seed).unwrap_err();
    assert_eq!(error.problem().code, "keychain");
    assert!(!stage.actions().contains(&"GetSessionToken".to_owned()));
    stage.keychain.work();
    enroll::adopt(&stage.world, &name("fresh"), &serial("dana-phone"), &seed).unwrap();
}

#[test]
fn a_call_that_fails_leaves_nothing_behind() {
    for times in 1..3 {
        let (stage, seed) = stage();
        stage.order("GetCallerIdentity", times, false, mfa_tray_practice::Fault::Reset);
        for _ in 0..times {
            enroll::adopt(&stage.world, &name("fresh"), &serial("dana-phone"), &seed).ok();
            let kept = stage.keychain.names().len();
            assert_eq!(
                kept,
                stage.world.state.enrolled_devices().len(),
                "what is kept is known"
            );
        }
        stage.clock.forward(31);
        enroll::adopt(&stage.world, &name("fresh"), &serial("dana-phone"), &seed).unwrap();
        stage.is_enrolled("fresh", "dana", serial("dana-phone").as_str());
    }
}

#[test]
fn security_keys_are_no_devices_for_a_seed() {
    let (stage, _) = stage();
    stage
        .practice
        .add_security_key("dana", "arn:aws:iam::111122223333:u2f/user/dana/key");
    assert_eq!(
        enroll::devices(&stage.world, &name("fresh")).unwrap(),
        [serial("dana-phone")]
    );
}
