//! Settings, written by hand and chosen in the window.

use std::fs;
use std::time::Duration;

use mfa_tray_tests::desktop::{Desktop, Tray};
use mfa_tray_tests::panel::{Panel, Theme};
use mfa_tray_tests::process::output;
use mfa_tray_tests::tray::TrayItem;
use mfa_tray_tests::{screen, wait};

#[test]
fn what_is_written_into_the_file_shows_at_once_and_what_is_broken_is_told_with_its_place() {
    let desktop = Desktop::start(Tray::Shown).unwrap();
    let practice = super::practice(&desktop);
    let panel = Panel::open(&desktop, &practice, Theme::Light).unwrap();
    let item = TrayItem::find(&desktop).unwrap();
    let theme = || {
        panel
            .script("return document.documentElement.dataset.theme ?? '';")
            .unwrap()
    };
    let wait_for_menu = |word: &str| {
        wait::until_true(word, Duration::from_secs(10), || {
            item.menu()
                .is_ok_and(|menu| menu.iter().any(|line| line.label.contains(word)))
        })
        .unwrap();
    };

    practice
        .write_settings("# mine\nlanguage = \"zh-CN\"\ntheme = \"dark\"\n[profile.dev]\nfavourite = true\n")
        .unwrap();
    wait_for_menu("退出");
    wait::until_true("the dark look", wait::ANSWER, || theme() == "dark").unwrap();
    panel.picture(&desktop, "sessions-zh-dark").unwrap();

    practice
        .write_settings("language = \"zh-CN\"\nmargin_minutes = 500\n")
        .unwrap();
    let page = panel.wait_for_page_text("margin_minutes").unwrap();
    assert!(page.contains("line 2, column 18"), "{page}");
    panel.picture(&desktop, "settings-broken").unwrap();
    let broken = fs::read_to_string(practice.settings().unwrap()).unwrap();
    assert_eq!(
        broken, "language = \"zh-CN\"\nmargin_minutes = 500\n",
        "it is left alone"
    );

    practice.write_settings("version = 1\nlater = \"kept\"\n").unwrap();
    wait_for_menu("Quit");
    panel.press("Settings").unwrap();
    panel.wait_for_page_text("Renew before the end").unwrap();
    panel.picture(&desktop, "settings-light").unwrap();
    // In the window: the language, at its select.
    panel
        .script(
            "const select = [...document.querySelectorAll('select')].find((each) => \
               [...each.options].some((option) => option.value === 'zh-CN'));
             select.value = 'zh-CN';
             select.dispatchEvent(new Event('input', { bubbles: true }));
             select.dispatchEvent(new Event('change', { bubbles: true }));",
        )
        .unwrap();
    wait_for_menu("退出");
    let written = fs::read_to_string(practice.settings().unwrap()).unwrap();
    assert_eq!(written, "version = 1\nlater = \"kept\"\nlanguage = \"zh-CN\"\n");
    panel.picture(&desktop, "settings-zh-light").unwrap();
}

#[test]
fn it_starts_at_login_and_opens_at_the_keys_that_were_chosen() {
    let desktop = Desktop::start(Tray::Shown).unwrap();
    let practice = super::practice(&desktop);
    let app = super::app(&desktop, &practice, &["--hidden"]);
    TrayItem::find(&desktop).unwrap();
    let config = practice.settings().unwrap();
    let autostart = config.parent().unwrap().parent().unwrap().join("autostart");
    let entries = || {
        let files = fs::read_dir(&autostart).into_iter().flatten().flatten();
        files
            .map(|file| fs::read_to_string(file.path()).unwrap())
            .collect::<Vec<_>>()
    };
    assert!(entries().is_empty());

    practice
        .write_settings("start_at_login = true\nshortcut = \"Ctrl+Alt+M\"\n")
        .unwrap();
    wait::until_true("an entry", wait::ANSWER, || entries().len() == 1).unwrap();
    let entry = &entries()[0];
    assert!(entry.contains("mfa-tray-app") && entry.contains("--hidden"), "{entry}");

    let press = || output(desktop.command("xdotool").args(["key", "ctrl+alt+m"])).unwrap();
    // The keys are taken a moment after the settings were read; a window takes its time to appear.
    let mut window = None;
    wait::until_true("a window", Duration::from_secs(60), || {
        press();
        window = screen::window(&desktop, app.id()).ok();
        window.is_some()
    })
    .unwrap();
    let window = window.unwrap();
    wait::until_true("the window has the keyboard", wait::PROGRAM, || {
        window.has_focus(&desktop).is_ok_and(|focus| focus)
    })
    .unwrap();
    press();
    screen::no_window(&desktop, app.id()).unwrap();

    practice.write_settings("start_at_login = false\n").unwrap();
    wait::until_true("no entry", wait::ANSWER, || entries().is_empty()).unwrap();
    // They are let go a moment after the entry went: a press in that moment still opens the window.
    wait::until_true("the keys are let go", Duration::from_secs(60), || {
        press();
        std::thread::sleep(Duration::from_secs(3));
        let opened = screen::windows(&desktop, app.id());
        for window in &opened {
            // Not by the keys: they may be gone meanwhile, and the window would stay.
            window.close(&desktop).unwrap();
            screen::no_window(&desktop, app.id()).unwrap();
        }
        opened.is_empty()
    })
    .unwrap();
}
