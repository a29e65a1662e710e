//! Reading where nobody may be asked: an answer or *locked*, at once and without a prompt.

use std::time::Instant;

use rustix::process::Signal;

use crate::SOON;
use crate::asker::{self, Asker};
use crate::session::Session;

#[test]
fn what_is_there_is_found_and_what_is_not_is_missing() {
    let session = Session::with_keyring();
    let mut asker = Asker::start(&session);
    assert_eq!(asker.read_quietly("seed"), "missing");
    assert_eq!(asker.write("seed", b"secret"), "done");
    assert_eq!(asker.read_quietly("seed"), asker::found(b"secret"));
    assert_eq!(asker.read_quietly("see"), "missing");
    assert_eq!(asker.remove("seed"), "removed");
    assert_eq!(asker.read_quietly("seed"), "missing");
}

#[test]
fn a_locked_collection_is_said_at_once_and_nobody_is_asked() {
    let mut session = Session::with_keyring();
    let mut asker = Asker::start(&session);
    assert_eq!(asker.write("seed", b"secret"), "done");
    session.lock();
    let prompter = session.prompter_that_counts();
    let started = Instant::now();
    for _ in 0..3 {
        assert_eq!(asker.read_quietly("seed"), "Locked");
    }
    assert_eq!(
        asker.read_quietly("another"),
        "missing",
        "gnome-keyring knows what it holds"
    );
    // A prompt that nobody answers takes ten seconds.
    assert!(started.elapsed() < SOON, "{:?}", started.elapsed());
    assert_eq!(prompter.calls(), 0, "no prompt");

    assert_eq!(asker.read("seed"), "TimedOut", "a person would have been asked");
    assert!(prompter.calls() > 0, "which this test can see");
    drop(prompter);
    session.end_keyring(Signal::TERM);
    session.start_keyring();
    assert_eq!(
        asker.read_quietly("seed"),
        asker::found(b"secret"),
        "unlocked, in the same process"
    );
}

#[test]
fn a_locked_collection_that_lists_nothing_may_hold_anything() {
    let session = Session::with_keyring();
    let mut asker = Asker::start(&session);
    session.lock();
    assert_eq!(asker.read_quietly("seed"), "Locked");
}

#[test]
fn without_a_service_it_says_so() {
    let session = Session::without_keyring();
    assert_eq!(Asker::start(&session).read_quietly("seed"), "NoService");
}
