//! Every fault of the network and of AWS at every call, and of the keychain at every turn: one can always go on.

use mfa_tray_core::enroll::{self, Creation, EnrollError};
use mfa_tray_core::ports::Unavailable;
use mfa_tray_practice::Fault;

use crate::stage::{Stage, name, serial};

const CALLS: &[&str] = &[
    "GetCallerIdentity",
    "ListMFADevices",
    "ListVirtualMFADevices",
    "CreateVirtualMFADevice",
    "EnableMFADevice",
    "GetSessionToken",
];

/// What can go wrong with a call, and whether AWS may have done it all the same.
fn faults() -> Vec<(Fault, bool)> {
    let spoilt = [
        Fault::Error500,
        Fault::Truncated,
        Fault::Garbage,
        Fault::Html,
        Fault::Reset,
    ];
    let mut faults = vec![
        (Fault::Throttle, false),
        (Fault::Error503, false),
        (Fault::Reset, false),
        (Fault::Html, false),
    ];
    faults.extend(spoilt.map(|fault| (fault, true)));
    faults
}

/// Goes on after failures as a person would: try again, and where the seed is lost remove the device and begin again.
/// Returns how often something failed.
pub(crate) fn insist(stage: &Stage, case: &str, mut creation: Creation) -> usize {
    let mut failures = 0;
    while let Err(error) = stage.drive(&mut creation) {
        failures += 1;
        assert!(failures < 8, "{case} goes on failing: {error}");
        assert!(!error.problem().message.is_empty() && error.problem().hint.is_some());
        if matches!(error, EnrollError::SeedLost(_)) {
            let removed = enroll::clean_up(&stage.world, &name("fresh")).unwrap();
            assert_eq!(removed, Some(serial("dana")), "the device this enrolment made");
            creation = stage.begin("fresh").unwrap();
        } else {
            assert!(error.can_retry(), "{error:?}");
            // Time for the next code.
            stage.clock.forward(31);
        }
    }
    failures
}

#[test]
fn every_fault_at_every_call_can_be_overcome() {
    for action in CALLS {
        for (fault, processed) in faults() {
            let stage = Stage::new();
            stage.order(action, 1, processed, fault.clone());
            let case = format!("{fault:?} at {action}, processed: {processed}");
            let failures = insist(&stage, &case, stage.begin("fresh").unwrap());
            // The identity is asked for once more only to be shown, and the list of devices may be empty.
            assert!(failures > 0 || *action == "GetCallerIdentity", "{case} went unnoticed");
            assert!(
                stage.practice.state()["faults"]["open"]
                    .as_array()
                    .unwrap()
                    .iter()
                    .all(|order| order["times"] == 0)
            );
            stage.is_enrolled("fresh", "dana", serial("dana").as_str());
        }
    }
}

#[test]
fn every_turn_of_the_keychain_may_fail() {
    for unavailable in [Unavailable::Locked, Unavailable::TimedOut] {
        for turn in 0..12 {
            let stage = Stage::new();
            stage.keychain.fail_after(turn, unavailable.clone());
            insist(&stage, &format!("turn {turn}"), stage.begin("fresh").unwrap());
            stage.keychain.work();
            stage.is_enrolled("fresh", "dana", serial("dana").as_str());
        }
    }
}

#[test]
fn a_keychain_that_keeps_nothing_is_found_out_before_there_is_a_device() {
    let stage = Stage::new();
    stage.keychain.lose_writes();
    let error = stage.drive(&mut stage.begin("fresh").unwrap()).unwrap_err();
    assert_eq!(error.problem().code, "keychain");
    assert!(stage.devices_of(None).is_empty() && stage.devices_of(Some("dana")).is_empty());
    assert!(!stage.actions().contains(&"CreateVirtualMFADevice".to_owned()));
}

#[test]
fn a_locked_keychain_costs_nothing_and_can_be_tried_again() {
    let stage = Stage::new();
    stage.keychain.fail(Unavailable::Locked);
    let mut creation = stage.begin("fresh").unwrap();
    for _ in 0..3 {
        let error = stage.drive(&mut creation).unwrap_err();
        assert_eq!(error.problem().code, "keychain");
        assert!(error.can_retry() && !creation.leaves_device());
    }
    stage.keychain.work();
    stage.drive(&mut creation).unwrap();
}
