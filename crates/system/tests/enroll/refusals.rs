//! What AWS may say, each with its own words and a next step; and no seed in any of them.

use mfa_tray_core::enroll::{self, Creation, EnrollError};
use mfa_tray_core::secret::ExposeSecret as _;

use crate::stage::{HOST, Stage, name, serial};

const DENIED: &str = "User: arn:aws:iam::111122223333:user/dana is not authorized to perform: iam:X on resource: Y";

fn refused(action: &str, times: u32, status: u16, code: &str, message: &str) -> (Stage, EnrollError) {
    let stage = Stage::new();
    stage.refuse(action, times, status, code, message);
    let error = stage.drive(&mut stage.begin("fresh").unwrap()).unwrap_err();
    (stage, error)
}

#[test]
fn each_refusal_has_its_own_words() {
    for (action, times, status, code, message, ours, says) in [
        (
            "CreateVirtualMFADevice",
            2,
            409,
            "EntityAlreadyExists",
            "?",
            "already-exists",
            "choose another name",
        ),
        (
            "EnableMFADevice",
            1,
            409,
            "LimitExceeded",
            "Cannot exceed quota",
            "limit-exceeded",
            "remove an MFA device",
        ),
        (
            "EnableMFADevice",
            3,
            403,
            "InvalidAuthenticationCode",
            "?",
            "pair-rejected",
            "clock",
        ),
        (
            "EnableMFADevice",
            1,
            409,
            "EntityTemporarilyUnmodifiable",
            "?",
            "temporarily-unmodifiable",
            "wait a few minutes",
        ),
        (
            "CreateVirtualMFADevice",
            1,
            403,
            "AccessDenied",
            DENIED,
            "denied",
            "\"iam:CreateVirtualMFADevice\"",
        ),
        (
            "EnableMFADevice",
            1,
            403,
            "AccessDenied",
            DENIED,
            "denied",
            "user/${aws:username}",
        ),
        (
            "EnableMFADevice",
            1,
            403,
            "AccessDenied",
            "User: x is not authorized with an explicit deny in an identity-based policy",
            "denied",
            "a policy forbids it",
        ),
    ] {
        let (stage, error) = refused(action, times, status, code, message);
        let problem = error.problem();
        let hint = problem.hint.clone().unwrap();
        assert_eq!(problem.code, ours, "{code}: {problem:?}");
        assert!(hint.contains(says), "{code}: {hint}");
        assert_eq!(stage.config().matches("mfa_serial").count(), 0, "nothing was written");
    }
}

#[test]
fn a_pair_that_is_refused_once_is_followed_by_the_next() {
    let stage = Stage::new();
    stage.refuse(
        "EnableMFADevice",
        2,
        403,
        "InvalidAuthenticationCode",
        "Authentication code for device is not valid.",
    );
    let mut creation = stage.begin("fresh").unwrap();
    stage.drive(&mut creation).unwrap();
    stage.is_enrolled("fresh", "dana", serial("dana").as_str());
}

#[test]
fn a_user_who_may_not_list_devices_can_enrol_all_the_same() {
    let stage = Stage::new();
    stage.refuse("ListMFADevices", 20, 403, "AccessDenied", DENIED);
    let mut creation = stage.begin("fresh").unwrap();
    stage.drive(&mut creation).unwrap();
    stage.practice.clear_faults();
    stage.is_enrolled("fresh", "dana", serial("dana").as_str());
}

#[test]
fn a_lost_seed_that_may_not_be_cleaned_up_is_named_and_does_not_stand_in_the_way() {
    for forbidden in ["DeleteVirtualMFADevice", "ListVirtualMFADevices"] {
        let stage = Stage::new();
        // The answer that held the seed never came.
        stage.order("CreateVirtualMFADevice", 1, true, mfa_tray_practice::Fault::Reset);
        stage.drive(&mut stage.begin("fresh").unwrap()).unwrap_err();
        stage.refuse(forbidden, 1, 403, "AccessDenied", DENIED);
        let error = enroll::clean_up(&stage.world, &name("fresh")).unwrap_err();
        assert!(
            matches!(&error, EnrollError::Orphan { serial: left, .. } if *left == serial("dana")),
            "{error}"
        );
        assert!(error.problem().hint.unwrap().contains(&format!("iam:{forbidden}")));
        let mut creation = stage.begin("fresh").unwrap();
        stage.drive(&mut creation).unwrap();
        assert_eq!(creation.serial(), Some(serial("dana-laptop")));
    }
}

#[test]
fn a_seed_that_is_kept_is_not_given_up_because_a_call_was_refused() {
    for (action, code) in [
        ("DeleteVirtualMFADevice", "AccessDenied"),
        ("DeleteVirtualMFADevice", "ExpiredToken"),
        ("ListVirtualMFADevices", "AccessDenied"),
    ] {
        let stage = Stage::new();
        let mut creation = stage.begin("fresh").unwrap();
        creation.advance(&stage.world, &mut |_| true).unwrap();
        drop(creation);
        stage.refuse(action, 1, 403, code, DENIED);
        enroll::clean_up(&stage.world, &name("fresh")).unwrap_err();
        stage
            .drive(&mut Creation::resume(&stage.world, &name("fresh")).unwrap())
            .unwrap();
        stage.is_enrolled("fresh", "dana", serial("dana").as_str());
    }
}

#[test]
fn an_enabled_device_is_not_cleaned_up_whatever_the_user_may_see() {
    let stage = Stage::new();
    let mut creation = stage.begin("fresh").unwrap();
    creation.advance(&stage.world, &mut |_| true).unwrap();
    creation.go_on();
    creation.advance(&stage.world, &mut |_| true).unwrap();
    assert_eq!(stage.devices_of(Some("dana")).len(), 1, "enabled, and not proved yet");
    drop(creation);
    stage.refuse("ListMFADevices", 1, 403, "AccessDenied", DENIED);
    let error = enroll::clean_up(&stage.world, &name("fresh")).unwrap_err();
    assert!(matches!(error, EnrollError::Unfinished(_)), "{error}");
    stage
        .drive(&mut Creation::resume(&stage.world, &name("fresh")).unwrap())
        .unwrap();
}

#[test]
fn somebody_elses_device_of_that_name_is_never_taken_for_ours() {
    let stage = Stage::new();
    stage.practice.add_unassigned_device(serial("shared").as_str()).unwrap();
    stage.order("CreateVirtualMFADevice", 1, false, mfa_tray_practice::Fault::Reset);
    let error = stage
        .drive(&mut stage.begin_called("fresh", "shared").unwrap())
        .unwrap_err();
    assert_eq!(error.problem().code, "already-exists");
    assert!(matches!(
        enroll::clean_up(&stage.world, &name("fresh")),
        Err(EnrollError::NothingUnfinished(_))
    ));
    assert_eq!(stage.devices_of(None), [serial("shared").to_string()]);
}

#[test]
fn two_at_once_do_not_lose_each_others_device() {
    let stage = Stage::new();
    let (mut first, mut second) = (stage.begin("fresh").unwrap(), stage.begin("fresh").unwrap());
    first.advance(&stage.world, &mut |_| true).unwrap();
    let error = second.advance(&stage.world, &mut |_| true).unwrap_err();
    assert!(matches!(error, EnrollError::Unfinished(_)), "{error}");
    stage.drive(&mut first).unwrap();
    stage.is_enrolled("fresh", "dana", serial("dana").as_str());
}

#[test]
fn what_is_stopped_before_the_device_is_made_leaves_nothing() {
    let stage = Stage::new();
    let mut creation = stage.begin("fresh").unwrap();
    let error = creation
        .advance(&stage.world, &mut |doing| doing != enroll::Doing::Creating)
        .unwrap_err();
    assert!(matches!(error, EnrollError::Stopped));
    assert!(stage.devices_of(None).is_empty() && stage.keychain.names().is_empty());
    assert!(stage.begin("fresh").is_ok(), "nothing is left unfinished");
}

#[test]
fn a_ninth_device_is_refused_before_it_is_made() {
    let stage = Stage::new();
    for number in 0..8 {
        stage
            .practice
            .add_device("dana", serial(&format!("dana-{number}")).as_str())
            .unwrap();
    }
    let error = stage.drive(&mut stage.begin("fresh").unwrap()).unwrap_err();
    assert_eq!(error.problem().code, "limit-exceeded");
    assert!(stage.devices_of(None).is_empty());
}

#[test]
fn an_enrolled_device_whose_seed_is_gone_is_asked_for_its_code() {
    let stage = Stage::new();
    stage.drive(&mut stage.begin("fresh").unwrap()).unwrap();
    mfa_tray_core::clear::clear(&stage.world, &stage.world.load().unwrap(), &name("fresh-mfa")).unwrap();
    mfa_tray_core::vault::remove(&stage.keychain, &serial("dana")).unwrap();
    let mut creation = stage.begin("fresh").unwrap();
    assert!(matches!(
        creation.advance(&stage.world, &mut |_| true),
        Ok(enroll::Next::Code(_))
    ));
}

#[test]
fn a_second_enrolment_is_not_begun_beside_an_unfinished_one() {
    let stage = Stage::new();
    let mut creation = stage.begin("fresh").unwrap();
    creation.advance(&stage.world, &mut |_| true).unwrap();
    drop(creation);
    assert!(matches!(stage.begin("fresh"), Err(EnrollError::Unfinished(left)) if left == serial("dana")));
    let offer = enroll::offer(&stage.world, &name("fresh"), HOST).unwrap();
    let unfinished = offer.unfinished.unwrap();
    assert!(unfinished.can_resume && unfinished.can_clean_up);
    stage
        .drive(&mut Creation::resume(&stage.world, &name("fresh")).unwrap())
        .unwrap();
    assert!(matches!(
        Creation::resume(&stage.world, &name("fresh")),
        Err(EnrollError::NothingUnfinished(_))
    ));
}

#[test]
fn no_seed_stands_in_an_error_or_a_file() {
    let stage = Stage::new();
    let mut creation = stage.begin("fresh").unwrap();
    creation.advance(&stage.world, &mut |_| true).unwrap();
    let base32 = creation.seed().unwrap().base32();
    let mut shown = format!("{creation:?} {:?}", creation.seed());
    stage.refuse("EnableMFADevice", 9, 403, "AccessDenied", DENIED);
    creation.go_on();
    let error = stage.drive(&mut creation).unwrap_err();
    shown.push_str(&format!("{error} {error:?} {:?}", error.problem()));
    stage.practice.clear_faults();
    shown.push_str(&format!("{:?}", stage.drive(&mut creation).unwrap()));
    let mut open = vec![stage.world.state.path().to_owned()];
    while let Some(folder) = open.pop() {
        for entry in std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()) {
            if entry.is_dir() {
                open.push(entry);
            } else {
                shown.push_str(&String::from_utf8_lossy(&std::fs::read(entry).unwrap()));
            }
        }
    }
    shown.push_str(&stage.config());
    shown.push_str(&std::fs::read_to_string(&stage.world.paths.credentials).unwrap());
    for secret in [base32.expose_secret(), &base32.expose_secret().to_lowercase()] {
        assert!(!shown.contains(secret), "the seed stands in what can be seen");
    }
}
