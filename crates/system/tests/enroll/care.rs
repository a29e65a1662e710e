//! What one does with an enrolled device.

use mfa_tray_core::backup::{self, BackupError, Passphrase};
use mfa_tray_core::enroll::{self, EnrollError};
use mfa_tray_core::ports::Unavailable;
use mfa_tray_core::refresh::{Request, When, refresh};

use crate::stage::{Stage, name, put, serial};

fn enrolled() -> Stage {
    let stage = Stage::new();
    stage.drive(&mut stage.begin("fresh").unwrap()).unwrap();
    stage.clock.forward(90);
    stage
}

#[test]
fn the_shown_code_is_aws_own_and_is_left_to_the_person() {
    let stage = enrolled();
    let current = enroll::code(&stage.world, &name("fresh")).unwrap();
    let theirs = stage.practice.code(serial("dana").as_str(), 0).unwrap();
    assert_eq!(current.code.digits(), theirs.code);
    assert!((1..=30).contains(&current.seconds_left) && current.period == 30);
    let request = Request {
        when: When::Always,
        ..Request::of(&name("fresh"))
    };
    refresh(&stage.world, &request).unwrap();
    let state = stage.practice.state();
    let device = state["devices"]
        .as_array()
        .unwrap()
        .iter()
        .find(|device| device["serial"] == serial("dana").as_str());
    let used = device.unwrap()["used_counters"].as_array().unwrap();
    assert!(
        !used.iter().any(|counter| *counter == theirs.counter),
        "the shown code is still good elsewhere"
    );
}

#[test]
fn resync_tells_aws_the_time_and_needs_no_session() {
    let stage = enrolled();
    enroll::resync(&stage.world, &name("fresh")).unwrap();
    // The same pair again is old news; the next one is not.
    let again = enroll::resync(&stage.world, &name("fresh")).unwrap_err();
    assert_eq!(again.problem().code, "pair-rejected");
    stage.clock.forward(again.wait().unwrap());
    enroll::resync(&stage.world, &name("fresh")).unwrap();
    assert!(stage.actions().contains(&"ResyncMFADevice".to_owned()));
}

#[test]
fn forgetting_leaves_the_device_at_aws() {
    let stage = enrolled();
    stage.keychain.fail(Unavailable::Locked);
    assert_eq!(
        enroll::forget(&stage.world, &name("fresh")).unwrap_err().problem().code,
        "keychain"
    );
    stage.keychain.work();
    assert_eq!(enroll::forget(&stage.world, &name("fresh")).unwrap(), serial("dana"));
    assert!(stage.keychain.names().is_empty() && stage.world.state.enrolled_devices().is_empty());
    assert_eq!(stage.devices_of(Some("dana")), [serial("dana").to_string()]);
    for again in [
        enroll::forget(&stage.world, &name("fresh")).map(drop),
        enroll::code(&stage.world, &name("fresh")).map(drop),
    ] {
        assert!(matches!(again, Err(EnrollError::NotEnrolled(_))));
    }
}

#[test]
fn deleting_takes_its_name_and_leaves_nothing() {
    let stage = enrolled();
    let error = enroll::delete(&stage.world, &name("fresh"), "dan").unwrap_err();
    assert!(matches!(error, EnrollError::NameDiffers(_)));
    assert_eq!(stage.devices_of(Some("dana")).len(), 1);
    enroll::delete(&stage.world, &name("fresh"), " dana ").unwrap();
    assert!(stage.devices_of(Some("dana")).is_empty() && stage.devices_of(None).is_empty());
    assert!(stage.keychain.names().is_empty() && stage.world.state.enrolled_devices().is_empty());
    assert!(!stage.config().contains("mfa_serial"), "{}", stage.config());
    // And a new one can be made, after some time.
    stage.clock.forward(60);
    stage.drive(&mut stage.begin("fresh").unwrap()).unwrap();
}

#[test]
fn deleting_gets_the_session_it_needs_by_itself() {
    let stage = enrolled();
    clear(&stage);
    enroll::delete(&stage.world, &name("fresh"), "dana").unwrap();
    assert!(stage.devices_of(Some("dana")).is_empty());
}

#[test]
fn a_chosen_device_that_is_forgotten_leaves_the_files_word() {
    let stage = enrolled();
    put(
        &stage.world.paths.config,
        &stage.config().replace("mfa/dana", "mfa/another-one"),
    );
    assert_eq!(enroll::forget(&stage.world, &name("fresh")).unwrap(), serial("dana"));
    let loaded = stage.world.load().unwrap();
    assert_eq!(
        loaded.catalog.find(&name("fresh")).unwrap().serial,
        Some(serial("another-one"))
    );
}

fn clear(stage: &Stage) {
    mfa_tray_core::clear::clear(&stage.world, &stage.world.load().unwrap(), &name("fresh-mfa")).unwrap();
}

#[test]
fn a_backup_opens_with_its_passphrase_alone_and_restores_what_was_lost() {
    let stage = enrolled();
    let file = stage.world.settings.with_file_name("backup.age");
    let good = Passphrase::to_write("four words of mine".into(), None).unwrap();
    assert!(matches!(
        Passphrase::to_write("short".into(), None),
        Err(BackupError::TooShort)
    ));
    assert_eq!(backup::back_up(&stage.world, &good, &file).unwrap(), [serial("dana")]);
    let sealed = std::fs::read(&file).unwrap();
    assert!(sealed.starts_with(b"age-encryption.org/v1\n"));

    let nothing_changes = |passphrase: &str, bytes: &[u8], wrong: fn(&BackupError) -> bool| {
        let broken = file.with_extension("broken");
        put(&broken, "");
        std::io::Write::write_all(&mut std::fs::File::create(&broken).unwrap(), bytes).unwrap();
        enroll::forget(&stage.world, &name("fresh")).ok();
        let error = backup::restore(&stage.world, &Passphrase::to_open(passphrase.into()), &broken).unwrap_err();
        assert!(wrong(&error), "{error:?}");
        assert!(stage.keychain.names().is_empty() && stage.world.state.enrolled_devices().is_empty());
    };
    nothing_changes("four words of yours", &sealed, |error| {
        matches!(error, BackupError::WrongPassphrase)
    });
    let mut flipped = sealed.clone();
    *flipped.last_mut().unwrap() ^= 1;
    nothing_changes("four words of mine", &flipped, |error| {
        matches!(error, BackupError::WrongPassphrase | BackupError::Damaged)
    });
    nothing_changes("four words of mine", &sealed[..sealed.len() - 20], |_| true);
    nothing_changes("four words of mine", b"", |error| matches!(error, BackupError::Damaged));
    nothing_changes("four words of mine", b"not a backup", |error| {
        matches!(error, BackupError::Damaged)
    });

    let opened = Passphrase::to_open("four words of mine".into());
    let restored = backup::restore(&stage.world, &opened, &file).unwrap();
    assert_eq!((restored.restored, restored.kept), (vec![serial("dana")], vec![]));
    stage.is_enrolled("fresh", "dana", serial("dana").as_str());
    let again = backup::restore(&stage.world, &opened, &file).unwrap();
    assert_eq!((again.restored, again.kept), (vec![], vec![serial("dana")]));

    stage.keychain.fail(Unavailable::Locked);
    let error = backup::back_up(&stage.world, &good, &file.with_extension("second")).unwrap_err();
    assert_eq!(error.problem().code, "keychain");
    assert!(!file.with_extension("second").exists(), "half a backup is none");
}
