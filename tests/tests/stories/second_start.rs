//! Closing hides, and starting again brings the same app back.

use std::time::Duration;

use mfa_tray_tests::desktop::{Desktop, Tray};
use mfa_tray_tests::panel::{Panel, Theme};
use mfa_tray_tests::practice::Practice;
use mfa_tray_tests::process::Running;
use mfa_tray_tests::screen;
use mfa_tray_tests::tray::{self, TrayItem};
use mfa_tray_tests::wait;

#[test]
fn closing_hides_and_a_second_start_raises_the_first() {
    let desktop = Desktop::start(Tray::Shown).unwrap();
    let practice = super::practice(&desktop);
    let mut app = super::app(&desktop, &practice, &[]);
    let window = screen::window(&desktop, app.id()).unwrap();
    TrayItem::find(&desktop).unwrap();

    window.close(&desktop).unwrap();
    screen::no_window(&desktop, app.id()).unwrap();
    app.check().unwrap();

    let mut second = Running::start("second", &mut super::app_command(&desktop, &practice), desktop.folder()).unwrap();
    let status = second.ended(Duration::from_secs(10)).unwrap();
    assert!(status.success(), "the second start hands over and ends well: {status}");
    let window = screen::window(&desktop, app.id()).unwrap();
    wait::until_true("the window has the keyboard", wait::ANSWER, || {
        window.has_focus(&desktop).is_ok_and(|focus| focus)
    })
    .unwrap();
    assert_eq!(tray::registered(&desktop).unwrap().len(), 1, "still one tray item");
}

#[test]
fn two_that_start_at_once_become_one() {
    let desktop = Desktop::start(Tray::Shown).unwrap();
    let practice = super::practice(&desktop);
    let mut apps: Vec<Running> = ["one", "two"]
        .iter()
        .map(|name| {
            let mut command = super::app_command(&desktop, &practice);
            Running::start(name, command.arg("--hidden"), desktop.folder()).unwrap()
        })
        .collect();
    wait::until_true("one of the two has ended", wait::PROGRAM, || {
        apps.iter_mut().filter_map(|app| app.check().err()).count() == 1
    })
    .unwrap();
    TrayItem::find(&desktop).unwrap();
    std::thread::sleep(Duration::from_secs(1));
    assert_eq!(tray::registered(&desktop).unwrap().len(), 1);
    assert_eq!(apps.iter_mut().filter_map(|app| app.check().err()).count(), 1);
}

#[test]
fn a_start_that_asks_for_a_profile_brings_the_running_one_to_its_code_entry() {
    let desktop = Desktop::start(Tray::Shown).unwrap();
    let practice = super::practice(&desktop);
    let (name, _) = practice.plain_user().unwrap();
    let panel = Panel::open(&desktop, &practice, Theme::Light).unwrap();
    for hostile in ["no such profile", "<img src=x>", "dev]\n[default"] {
        ask(&desktop, &practice, hostile);
    }
    assert!(
        panel.boxes().unwrap().is_empty(),
        "nothing opens for what is no profile"
    );
    ask(&desktop, &practice, &name);
    panel.wait_for_boxes(&name).unwrap();
}

fn ask(desktop: &Desktop, practice: &Practice, profile: &str) {
    let mut command = super::app_command(desktop, practice);
    let mut second = Running::start("second", command.args(["--ask", profile]), desktop.folder()).unwrap();
    assert!(second.ended(wait::ANSWER).unwrap().success());
}
