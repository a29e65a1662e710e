//! `mfa-tray practice` brings its own app and takes everything away again.

use std::fs;

use mfa_tray_tests::built;
use mfa_tray_tests::desktop::{Desktop, Tray};
use mfa_tray_tests::practice::Practice;
use mfa_tray_tests::process::Running;
use mfa_tray_tests::{screen, tray, wait};

#[test]
fn practice_opens_an_app_of_its_own_and_removes_everything() {
    let desktop = Desktop::start(Tray::Shown).unwrap();
    let mut own = desktop.command(built::app().unwrap());
    let mut own = Running::start("own", own.arg("--hidden"), desktop.folder()).unwrap();
    wait::until_true("the person's own app", wait::PROGRAM, || {
        tray::registered(&desktop).is_ok_and(|items| items.len() == 1)
    })
    .unwrap();

    let mut practice = Practice::start(desktop.command(built::cli().unwrap()), &[], desktop.folder()).unwrap();
    let app = wait::until("practice opens an app", wait::PROGRAM, || Ok(child_of(practice.id()))).unwrap();
    screen::window(&desktop, app).unwrap();
    assert!(
        screen::windows(&desktop, own.id()).is_empty(),
        "the person's own app stays where it is"
    );

    let home = practice.home().unwrap();
    assert!(home.is_dir());
    assert!(practice.interrupt().unwrap().success());
    assert!(!home.exists(), "the temporary home is gone");
    wait::until_true("its app is gone", wait::ANSWER, || {
        !fs::exists(format!("/proc/{app}")).unwrap()
    })
    .unwrap();
    own.check().unwrap();
}

/// The first child of a process.
fn child_of(process: u32) -> Option<u32> {
    let children = fs::read_to_string(format!("/proc/{process}/task/{process}/children")).ok()?;
    children.split_whitespace().next()?.parse().ok()
}
