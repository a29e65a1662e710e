//! The tray item, clicked over D-Bus as the desktop's panel clicks it.

use std::time::Duration;

use mfa_tray_tests::desktop::{Desktop, Tray};
use mfa_tray_tests::panel::{Panel, Theme};
use mfa_tray_tests::screen;
use mfa_tray_tests::tray::{Line, TrayItem};

#[test]
fn a_click_opens_the_window_and_the_menu_has_every_profile() {
    let desktop = Desktop::start(Tray::Shown).unwrap();
    let practice = super::practice(&desktop);
    let mut app = super::app(&desktop, &practice, &["--hidden"]);
    let item = TrayItem::find(&desktop).unwrap();
    assert!(screen::windows(&desktop, app.id()).is_empty(), "hidden means no window");

    let menu = item.menu().unwrap();
    for (name, _) in practice.profiles().unwrap() {
        assert!(
            menu.iter().any(|line| line.label.contains(&name)),
            "no line for {name} in {menu:?}"
        );
    }

    item.click().unwrap();
    screen::window(&desktop, app.id()).unwrap();
    screen::whole(&desktop, &mfa_tray_tests::built::pictures().join("tray-desktop.png")).unwrap();

    // It may be gone before it answers.
    let _answer = item.choose(line(&menu, "Quit"));
    assert!(app.ended(Duration::from_secs(10)).unwrap().success());
}

#[test]
fn a_profiles_line_opens_the_window_at_its_code_entry() {
    let desktop = Desktop::start(Tray::Shown).unwrap();
    let practice = super::practice(&desktop);
    let (name, serial) = practice.plain_user().unwrap();
    let panel = Panel::open(&desktop, &practice, Theme::Light).unwrap();
    let item = TrayItem::find(&desktop).unwrap();

    assert_eq!(item.text("Id").unwrap(), "mfa-tray");
    assert_eq!(item.tooltip().unwrap(), "MFA Tray");
    let (width, height, without_session) = item.picture().unwrap();
    assert_eq!((width, height), (44, 44));
    assert_eq!(without_session.len(), 44 * 44 * 4);

    item.choose(line(&item.menu().unwrap(), &name)).unwrap();
    panel.wait_for_boxes(&name).unwrap();
    panel.type_keys(&practice.code(&serial).unwrap()).unwrap();
    panel.wait_for_state(&name, "active").unwrap();

    let said = mfa_tray_tests::wait::until("the menu says how long", Duration::from_secs(10), || {
        let menu = item.menu()?;
        let label = line(&menu, &name).label.clone();
        Ok(label.contains(" h ").then_some(label))
    });
    said.unwrap();
    assert!(
        item.tooltip().unwrap().contains(&format!("{name} ends in")),
        "{}",
        item.tooltip().unwrap()
    );
    let (_, _, with_session) = item.picture().unwrap();
    assert_ne!(
        with_session, without_session,
        "the picture says that there is a session"
    );
}

fn line<'a>(menu: &'a [Line], word: &str) -> &'a Line {
    let found = menu.iter().find(|line| line.label.contains(word));
    found.unwrap_or_else(|| panic!("no {word} in {menu:?}"))
}
