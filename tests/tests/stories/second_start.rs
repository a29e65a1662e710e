//! Closing hides, and starting again brings the same app back.

use std::time::Duration;

use mfa_tray_tests::desktop::{Desktop, Tray};
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
