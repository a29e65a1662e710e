//! *Refresh all*, from the tray.

use std::time::Duration;

use mfa_tray_tests::desktop::{Desktop, Tray};
use mfa_tray_tests::panel::{Panel, Theme};
use mfa_tray_tests::tray::TrayItem;
use mfa_tray_tests::wait;

#[test]
fn every_session_is_made_with_one_code_for_each_device() {
    let desktop = Desktop::start(Tray::Shown).unwrap();
    let practice = super::practice(&desktop);
    let (name, serial) = practice.plain_user().unwrap();
    let panel = Panel::open(&desktop, &practice, Theme::Light).unwrap();
    let item = TrayItem::find(&desktop).unwrap();
    let menu = item.menu().unwrap();
    let line = menu.iter().find(|line| line.label == "Refresh all").unwrap();
    item.choose(line).unwrap();

    panel.wait_for_focus("Digit 1 of 6").unwrap();
    panel.picture(&desktop, "round-code-light").unwrap();
    panel.type_keys(&practice.code(&serial).unwrap()).unwrap();
    let made = |section: &str| practice.written(section, "aws_session_token").unwrap().is_some();
    wait::until_true("the user's session", wait::PROGRAM, || made(&format!("{name}-mfa"))).unwrap();
    // Another device is asked for, or none: what cannot be had is left out.
    for _ in 0..3 {
        if made("admin-mfa") {
            break;
        }
        let asked = wait::until_true("the role's session", Duration::from_secs(5), || made("admin-mfa"));
        if asked.is_err() {
            panel.press("Skip").unwrap();
        }
    }
    assert!(made("admin-mfa"), "the role needs no code of its own");
    panel.wait_for_page_text("admin").unwrap();
    panel.picture(&desktop, "round-done-light").unwrap();
}
