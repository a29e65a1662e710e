//! A new device, when everything goes well.

use mfa_tray_core::enroll::{self, Next, Waiting};

use crate::stage::{HOST, Stage, name, serial};

#[test]
fn a_user_without_a_device_gets_one_and_a_session() {
    let stage = Stage::new();
    let offer = enroll::offer(&stage.world, &name("fresh"), HOST).unwrap();
    assert_eq!(
        (
            offer.user.as_str(),
            offer.name.as_str(),
            offer.devices.len(),
            offer.needs_code
        ),
        ("dana", "dana", 0, false)
    );
    assert_eq!(
        offer.config_line.as_deref(),
        Some("mfa_serial = arn:aws:iam::111122223333:mfa/dana")
    );
    assert!(offer.unfinished.is_none());
    assert!(
        stage.keychain.names().is_empty() && stage.devices_of(Some("dana")).is_empty(),
        "nothing happened yet"
    );

    let mut creation = stage.begin("fresh").unwrap();
    let refreshed = stage.drive(&mut creation).unwrap();
    assert_eq!((refreshed.target.as_str(), refreshed.made), ("fresh-mfa", true));
    assert!(refreshed.warnings.is_empty(), "{:?}", refreshed.warnings);
    assert_eq!(creation.serial(), Some(serial("dana")));
    assert_eq!(
        stage.config(),
        "# mine\n[profile fresh]\nregion = eu-west-1\nmfa_serial = arn:aws:iam::111122223333:mfa/dana\n\n\
         [profile dev]\nregion = eu-west-1\n\n[profile fresh-mfa]\nregion = eu-west-1\n"
    );
    stage.is_enrolled("fresh", "dana", serial("dana").as_str());
}

#[test]
fn it_stops_for_the_picture_and_waits_for_aws() {
    let stage = Stage::new();
    let mut creation = stage.begin("fresh").unwrap();
    let mut said = Vec::new();
    let next = creation
        .advance(&stage.world, &mut |doing| {
            said.push(doing);
            true
        })
        .unwrap();
    assert!(matches!(next, Next::Picture));
    use enroll::Doing::{Creating, Looking, Storing};
    assert_eq!(said, [Looking, Storing, Creating, Storing]);
    let shown = creation
        .seed()
        .expect("the seed for the copy on the phone")
        .fingerprint();
    let kept = mfa_tray_core::vault::read(&stage.keychain, &serial("dana")).unwrap();
    assert_eq!(kept.fingerprint(), shown, "what is shown is what is kept");
    assert!(
        matches!(creation.advance(&stage.world, &mut |_| true).unwrap(), Next::Picture),
        "until it is answered"
    );
    creation.go_on();
    match creation.advance(&stage.world, &mut |_| true).unwrap() {
        Next::Wait { why, .. } => assert_eq!(why, Waiting::Spreading),
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_user_with_a_device_gives_a_code_of_it_first() {
    let stage = Stage::new();
    let offer = enroll::offer(&stage.world, &name("dev"), HOST).unwrap();
    assert!(offer.needs_code);
    assert_eq!(
        (offer.name.as_str(), offer.devices),
        ("erin-laptop", vec![serial("erin")])
    );

    let mut creation = stage.begin("dev").unwrap();
    match creation.advance(&stage.world, &mut |_| true).unwrap() {
        Next::Code(devices) => assert_eq!(devices, [serial("erin")]),
        other => panic!("{other:?}"),
    }
    assert!(!stage.actions().contains(&"CreateVirtualMFADevice".to_owned()));
    stage.drive(&mut creation).unwrap();
    stage.is_enrolled("dev", "erin", serial("erin-laptop").as_str());
    assert_eq!(stage.devices_of(Some("erin")).len(), 2);
}

#[test]
fn a_wrong_code_of_the_old_device_is_asked_for_again() {
    let stage = Stage::new();
    let mut creation = stage.begin("dev").unwrap();
    assert!(matches!(
        creation.advance(&stage.world, &mut |_| true).unwrap(),
        Next::Code(_)
    ));
    let wrong = mfa_tray_core::profile::MfaCode::parse("000000").unwrap();
    let error = creation.give_code(&stage.world, &serial("erin"), wrong).unwrap_err();
    assert!(error.problem().message.contains("did not accept the code"), "{error}");
    assert!(matches!(
        creation.advance(&stage.world, &mut |_| true).unwrap(),
        Next::Code(_)
    ));
    stage.drive(&mut creation).unwrap();
}

#[test]
fn an_enrolled_device_opens_the_door_for_the_next_by_itself() {
    let stage = Stage::new();
    stage.drive(&mut stage.begin("fresh").unwrap()).unwrap();
    // The session is over, the seed is there.
    mfa_tray_core::clear::clear(&stage.world, &stage.world.load().unwrap(), &name("fresh-mfa")).unwrap();
    let mut creation = stage.begin_called("fresh", "dana-second").unwrap();
    loop {
        match creation.advance(&stage.world, &mut |_| true).unwrap() {
            Next::Code(_) => panic!("nobody has to be asked"),
            Next::Picture => creation.go_on(),
            Next::Wait { until, .. } => stage
                .clock
                .forward(until.duration_since(stage.world.clock.now()).as_secs() + 1),
            Next::Done(_) => break,
        }
    }
    assert_eq!(stage.devices_of(Some("dana")).len(), 2);
    assert_eq!(stage.world.state.enrolled_devices().len(), 2);
    assert!(
        stage
            .config()
            .contains("mfa_serial = arn:aws:iam::111122223333:mfa/dana\n"),
        "what stands there stays"
    );
    let entry = stage.world.load().unwrap();
    let serial_now = entry.catalog.find(&name("fresh")).unwrap().serial.clone();
    assert_eq!(
        serial_now,
        Some(serial("dana-second")),
        "the profile uses the new one from now on"
    );
}

#[test]
fn a_name_that_is_taken_is_avoided_or_refused() {
    let stage = Stage::new();
    // Somebody's left-over of the user's name.
    stage.practice.add_device("bob", serial("dana").as_str()).unwrap();
    let mut creation = stage.begin("fresh").unwrap();
    stage.drive(&mut creation).unwrap();
    assert_eq!(creation.serial(), Some(serial("dana-laptop")));

    let stage = Stage::new();
    stage.practice.add_device("bob", serial("taken").as_str()).unwrap();
    let mut creation = stage.begin_called("fresh", "taken").unwrap();
    let error = stage.drive(&mut creation).unwrap_err();
    assert_eq!(error.problem().code, "already-exists");
    assert!(!error.can_retry() && !creation.leaves_device());
    assert!(
        enroll::offer(&stage.world, &name("fresh"), HOST)
            .unwrap()
            .unfinished
            .is_none()
    );
}

#[test]
fn a_clock_that_is_wrong_is_corrected_from_the_first_answer() {
    for seconds in [-300, 300] {
        let stage = Stage::new();
        stage.order("*", 0, false, mfa_tray_practice::Fault::DateSkew { seconds });
        let mut creation = stage.begin("fresh").unwrap();
        stage.drive(&mut creation).unwrap();
        stage.is_enrolled("fresh", "dana", serial("dana").as_str());
    }
}
