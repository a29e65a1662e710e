//! A desktop that shows no tray items, as plain GNOME or any desktop in its first seconds.

use std::time::Duration;

use mfa_tray_tests::desktop::{Desktop, Tray};
use mfa_tray_tests::panel::{Panel, Theme};
use mfa_tray_tests::process::Running;
use mfa_tray_tests::tray::TrayItem;
use mfa_tray_tests::{notices, screen, wait};

#[test]
fn without_a_tray_the_window_does_the_job_and_the_item_comes_later() {
    let mut desktop = Desktop::start(Tray::Missing).unwrap();
    let practice = super::practice(&desktop);
    let (name, serial) = practice.plain_user().unwrap();

    let panel = Panel::open(&desktop, &practice, Theme::Light).unwrap();
    panel.ask_for_code(&name).unwrap();
    panel.type_keys(&practice.code(&serial).unwrap()).unwrap();
    panel.wait_for_state(&name, "active").unwrap();

    // Said once: in the window until it was read, and as a notice for who has none.
    let page = panel.wait_for_page_text("This desktop shows no tray icons.").unwrap();
    assert!(page.contains("AppIndicator and KStatusNotifierItem Support"), "{page}");
    panel.picture(&desktop, "no-tray-light").unwrap();
    notices::wait_for(&desktop, 1, wait::ANSWER).unwrap();
    panel.press("Dismiss").unwrap();
    panel
        .wait_until_page_lacks("This desktop shows no tray icons.")
        .unwrap();

    desktop.show_tray().unwrap();
    // The app looks for a tray once in half a minute.
    let item = TrayItem::find_within(&desktop, Duration::from_secs(60)).unwrap();
    assert!(!item.menu().unwrap().is_empty(), "the item that came late has its menu");
}

#[test]
fn a_hidden_start_without_a_tray_is_found_by_starting_again() {
    let desktop = Desktop::start(Tray::Missing).unwrap();
    let practice = super::practice(&desktop);
    let mut app = super::app(&desktop, &practice, &["--hidden"]);
    wait::until_true("the app listens for a second start", wait::PROGRAM, || {
        let names = desktop.bus(&["call", BUS, "/", BUS, "ListNames"]);
        names.is_ok_and(|names| names.to_string().contains("MfaTray"))
    })
    .unwrap();
    assert!(screen::windows(&desktop, app.id()).is_empty(), "hidden means no window");

    let mut second = Running::start("second", &mut super::app_command(&desktop, &practice), desktop.folder()).unwrap();
    assert!(second.ended(wait::ANSWER).unwrap().success());
    app.check().unwrap();
    screen::window(&desktop, app.id()).unwrap();
}

const BUS: &str = "org.freedesktop.DBus";
