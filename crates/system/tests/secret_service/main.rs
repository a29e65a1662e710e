//! The keychain against a real gnome-keyring on a bus of the test's own, and against one that behaves like KeePassXC.
#![cfg(target_os = "linux")]
#![allow(clippy::panic, clippy::unwrap_used, reason = "a test that cannot go on stops")]

mod asker;
mod quiet;
mod session;
mod strange;

use std::time::{Duration, Instant};

use asker::Asker;
use rustix::process::Signal;
use session::Session;

/// Far more than any answer takes that does not wait for somebody, on a busy machine with two cores.
const SOON: Duration = Duration::from_secs(8);

#[test]
fn entries_are_kept_byte_for_byte_and_found_by_another_process() {
    let session = Session::with_keyring();
    let every_byte: Vec<u8> = (0..=255).collect();
    let (mut one, mut two) = (Asker::start(&session), Asker::start(&session));
    assert_eq!(one.read("seed"), "missing");
    assert_eq!(one.write("seed", &every_byte), "done");
    // A name that runs into another when two are joined.
    assert_eq!(one.write("seed.mfa-tray", b"other"), "done");
    assert_eq!(two.read("seed"), asker::found(&every_byte));
    assert_eq!(two.write("seed", b""), "done");
    assert_eq!(one.read("seed"), asker::found(b""));
    assert_eq!(one.write("seed", &[0xff; 2560]), "done");
    assert_eq!(two.read("seed"), asker::found(&[0xff; 2560]));
    assert_eq!(session.labels(), ["MFA Tray: seed", "MFA Tray: seed.mfa-tray"]);
    assert_eq!(two.remove("seed"), "removed");
    assert_eq!(two.remove("seed"), "missing");
    assert_eq!(one.read("seed"), "missing");
    assert_eq!(one.read("seed.mfa-tray"), asker::found(b"other"));
}

#[test]
fn a_locked_entry_is_refused_and_never_missing() {
    let mut session = Session::with_keyring();
    let mut asker = Asker::start(&session);
    assert_eq!(asker.write("seed", b"secret"), "done");
    session.lock();
    for _ in 0..2 {
        assert_eq!(asker.read("seed"), "Denied", "nobody can be asked without a display");
    }
    assert_eq!(asker.write("seed", b"new"), "Denied");
    assert_eq!(asker.remove("seed"), "Denied");
    assert_eq!(asker.write("another", b"new"), "Denied");
    session.end_keyring(Signal::TERM);
    session.start_keyring();
    assert_eq!(
        asker.read("seed"),
        asker::found(b"secret"),
        "unlocked, in the same process"
    );
    assert_eq!(asker.read("another"), "missing");
}

#[test]
fn in_a_locked_collection_missing_is_said_only_if_the_service_knows_what_is_in_it() {
    let mut session = Session::with_keyring();
    let mut asker = Asker::start(&session);
    session.lock();
    assert_eq!(
        asker.read("seed"),
        "Denied",
        "a locked collection that lists nothing may hold anything"
    );
    session.end_keyring(Signal::TERM);
    session.start_keyring();
    assert_eq!(asker.write("seed", b"secret"), "done");
    session.lock();
    assert_eq!(
        asker.read("another"),
        "missing",
        "gnome-keyring lists and searches what is locked"
    );
    assert_eq!(asker.remove("another"), "missing");
    session.end_keyring(Signal::TERM);
    session.start_keyring();
    session.lock();
    assert_eq!(
        asker.read("another"),
        "missing",
        "also when it was never unlocked since it was started"
    );
    assert_eq!(asker.read("seed"), "Denied");
}

#[test]
fn a_service_that_hangs_is_given_up_and_used_again_when_it_goes_on() {
    let session = Session::with_keyring();
    let mut asker = Asker::start(&session);
    assert_eq!(asker.write("seed", b"secret"), "done");
    session.signal_keyring(Signal::STOP);
    let started = Instant::now();
    let late = asker.read("seed");
    let took = started.elapsed();
    session.signal_keyring(Signal::CONT);
    assert_eq!(late, "TimedOut");
    assert!((10..13).contains(&took.as_secs()), "{took:?}");
    assert_eq!(asker.read("seed"), asker::found(b"secret"));
}

#[test]
fn a_service_that_dies_in_the_middle_is_an_error_at_once_and_its_successor_is_found() {
    let mut session = Session::with_keyring();
    let mut asker = Asker::start(&session);
    assert_eq!(asker.write("seed", b"secret"), "done");
    session.signal_keyring(Signal::STOP);
    let started = Instant::now();
    asker.send("read seed");
    std::thread::sleep(Duration::from_millis(500));
    session.end_keyring(Signal::KILL);
    assert_eq!(asker.answer(), "NoService");
    assert!(started.elapsed() < SOON, "{:?}", started.elapsed());
    session.start_keyring();
    assert_eq!(asker.read("seed"), asker::found(b"secret"));
    // This time between two calls.
    session.end_keyring(Signal::KILL);
    session.start_keyring();
    assert_eq!(asker.read("seed"), asker::found(b"secret"));
}

#[test]
fn a_prompt_whose_service_dies_does_not_block_the_keychain_for_ever() {
    let mut session = Session::with_keyring();
    let mut asker = Asker::start(&session);
    assert_eq!(asker.write("seed", b"secret"), "done");
    session.lock();
    let prompter = session.prompter_nobody_answers();
    let started = Instant::now();
    assert_eq!(asker.read("seed"), "TimedOut", "it waits for the person");
    assert!(started.elapsed() >= Duration::from_secs(10));
    session.end_keyring(Signal::KILL);
    drop(prompter);
    session.start_keyring();
    let started = Instant::now();
    assert_eq!(asker.read("seed"), asker::found(b"secret"));
    assert!(started.elapsed() < SOON, "{:?}", started.elapsed());
}

#[test]
fn without_a_bus_or_a_service_the_answer_is_there_at_once() {
    let mut session = Session::without_keyring();
    let started = Instant::now();
    let mut lost = Asker::start_on(&session, "unix:path=/nonexistent/bus");
    assert_eq!(lost.read("seed"), "NoService");
    let mut asker = Asker::start(&session);
    assert_eq!(asker.read("seed"), "NoService");
    assert_eq!(asker.write("seed", b"secret"), "NoService");
    assert!(started.elapsed() < SOON, "{:?}", started.elapsed());
    session.start_keyring();
    assert_eq!(asker.write("seed", b"secret"), "done", "a failure at login is not kept");
    assert_eq!(asker.read("seed"), asker::found(b"secret"));
}

#[test]
fn eight_processes_at_once_lose_nothing() {
    let session = Session::with_keyring();
    let mut askers: Vec<Asker> = (0..8).map(|_| Asker::start(&session)).collect();
    for round in 0..5_u8 {
        for (number, asker) in (0_u8..).zip(&mut askers) {
            asker.send(&format!("write own-{number} {number:02x}{round:02x}"));
            asker.send(&format!("write shared {round:02x}"));
            asker.send(&format!("read own-{number}"));
        }
        for (number, asker) in (0_u8..).zip(&mut askers) {
            assert_eq!(asker.answer(), "done");
            assert_eq!(asker.answer(), "done");
            assert_eq!(asker.answer(), asker::found(&[number, round]));
        }
        assert_eq!(askers[0].read("shared"), asker::found(&[round]));
    }
    assert_eq!(
        session.labels().len(),
        9,
        "one entry each and one for all: {:?}",
        session.labels()
    );
}
