//! What a closed window leaves: nothing but a tray icon.

use std::time::Duration;

use mfa_tray_tests::desktop::{Desktop, Tray};
use mfa_tray_tests::tray::{self, TrayItem};
use mfa_tray_tests::{holdings, screen, wait};

/// A minute until the window goes, and some more until the program has started anew.
const GONE: Duration = Duration::from_secs(150);

#[test]
fn a_window_that_was_closed_gives_its_memory_back_and_opens_again_where_it_was() {
    let desktop = Desktop::start(Tray::Shown).unwrap();
    let practice = super::practice(&desktop);
    let mut app = super::app(&desktop, &practice, &["--hidden"]);
    TrayItem::find(&desktop).unwrap();
    std::thread::sleep(Duration::from_secs(3));
    let never_opened = holdings::of(app.id()).unwrap();

    let mut place = None;
    for round in 1..=2 {
        TrayItem::find(&desktop).unwrap().click().unwrap();
        let window = screen::window(&desktop, app.id()).unwrap();
        wait::until_true("the window is where it was left", wait::ANSWER, || {
            place.is_none_or(|place| window.geometry(&desktop).is_ok_and(|now| now == place))
        })
        .unwrap();
        if round == 1 {
            window.move_to(&desktop, 200, 150).unwrap();
            place = Some(window.geometry(&desktop).unwrap());
        }
        let open = holdings::of(app.id()).unwrap();
        assert!(
            open.memory > never_opened.memory,
            "{open:?} with a window, {never_opened:?} without"
        );

        window.close(&desktop).unwrap();
        screen::no_window(&desktop, app.id()).unwrap();
        wait::until_true("the program has started anew", GONE, || {
            app.said()
                .is_ok_and(|said| said.matches("starting anew").count() == round)
        })
        .unwrap();
        wait::until_true("one tray item", wait::PROGRAM, || {
            tray::registered(&desktop).is_ok_and(|items| items.len() == 1)
        })
        .unwrap();
        std::thread::sleep(Duration::from_secs(3));
        app.check().unwrap();
        let closed = holdings::of(app.id()).unwrap();
        println!("never opened {never_opened:?}, open {open:?}, closed {closed:?}");
        assert!(
            closed.memory * 100 < never_opened.memory * 110,
            "{closed:?} after, {never_opened:?} before"
        );
        assert!(
            closed.files <= never_opened.files,
            "{closed:?} after, {never_opened:?} before"
        );
        assert_eq!(closed.zombies, 0, "children nobody took leave of");
    }
}
