//! A person without a mouse: from the list to a session, to the profile, through the settings, and back.

use mfa_tray_tests::desktop::{Desktop, Tray};
use mfa_tray_tests::panel::{Panel, Theme};
use mfa_tray_tests::wait;

const TAB: &str = "\u{E004}";
const ENTER: &str = "\u{E007}";
const ESCAPE: &str = "\u{E00C}";
const DOWN: &str = "\u{E015}";

/// More than any view has.
const STOPS: usize = 40;

#[test]
fn the_keyboard_is_enough_and_is_never_lost() {
    let desktop = Desktop::start(Tray::Shown).unwrap();
    let practice = super::practice(&desktop);
    let (name, serial) = practice.plain_user().unwrap();
    let panel = Panel::open(&desktop, &practice, Theme::Light).unwrap();
    let keys = |keys: &str| panel.type_keys(keys).unwrap();

    keys(DOWN);
    wait_for(&panel, &name);
    keys(ENTER);
    panel.wait_for_boxes(&name).unwrap();
    keys(ESCAPE);
    wait_for(&panel, &name);
    keys(ENTER);
    panel.wait_for_boxes(&name).unwrap();
    keys(&practice.code(&serial).unwrap());
    panel.wait_for_state(&name, "active").unwrap();
    wait_for(&panel, &name);

    keys(ENTER);
    tab_to(&panel, "Profile…");
    keys(ENTER);
    wait_for(&panel, &name);
    tab_to(&panel, "Write it to another profile…");
    keys(ENTER);
    wait_for(&panel, "Profile to write sessions to");
    keys(ESCAPE);
    wait_for(&panel, "Write it to another profile…");
    tab_to(&panel, "Tell me before it ends");
    keys(DOWN);
    tab_to(&panel, "Use the general setting (10 min)");
    keys(ENTER);
    wait_for(&panel, "Tell me before it ends");
    panel.wait_until_page_lacks("Use the general setting").unwrap();
    tab_to(&panel, "End session");
    keys(ENTER);
    wait_for(&panel, "The session is taken out");
    keys(ESCAPE);
    wait_for(&panel, "End session");
    keys(ESCAPE);
    wait_for(&panel, &name);

    // The way out of the list's rows is up.
    tab_to(&panel, "Refresh all");
    tab_to(&panel, "Settings");
    keys(ENTER);
    wait_for(&panel, "Settings");
    tab_to(&panel, "Language");
    // English, and the other one.
    keys(DOWN);
    wait::until_true("the choice is kept", wait::ANSWER, || {
        practice
            .settings()
            .and_then(|file| Ok(std::fs::read_to_string(file)?))
            .is_ok_and(|text| text.contains("en"))
    })
    .unwrap();
    keys(DOWN);
    wait_for(&panel, "语言");
    tab_to(&panel, "活动记录");
    keys(ENTER);
    wait_for(&panel, "活动记录");
    keys(ESCAPE);
    wait_for(&panel, "活动记录");
    keys(ESCAPE);
    wait_for(&panel, "设置");
}

/// Waits until what is called `name` has the keyboard.
fn wait_for(panel: &Panel, name: &str) {
    let has = |focused: &str| focused == name || (name.contains(' ') && focused.starts_with(name));
    let mut last = String::new();
    wait::until_true(&format!("the keyboard at {name}"), wait::ANSWER, || {
        last = focused(panel);
        has(&last)
    })
    .unwrap_or_else(|error| panic!("{error:#}: it is at {last:?}"));
}

/// Goes on from control to control, each in sight and marked, to the one called `name`.
fn tab_to(panel: &Panel, name: &str) {
    let mut passed = Vec::new();
    for _ in 0..STOPS {
        panel.type_keys(TAB).unwrap();
        let here = focused(panel);
        let seen = panel
            .script(
                "const held = document.activeElement;
                 const marked = [getComputedStyle(held), getComputedStyle(held, '::after')]
                   .some(({ outlineStyle, outlineWidth }) => outlineStyle !== 'none' && parseFloat(outlineWidth) > 0);
                 const { top, bottom } = held.getBoundingClientRect();
                 return held === document.body || (marked && top < innerHeight && bottom > 0);",
            )
            .unwrap();
        assert!(seen == true, "{here:?} does not show that it has the keyboard");
        if here == name {
            return;
        }
        passed.push(here);
    }
    panic!("Tab leads to no {name:?}, but to {passed:?}");
}

/// What is called so has the keyboard.
fn focused(panel: &Panel) -> String {
    let name = panel.script(
        "const held = document.activeElement;
         if (held === document.body) return '';
         const label = held.ariaLabel ?? held.labels?.[0]?.innerText ?? held.innerText;
         return label.trim();",
    );
    name.unwrap().as_str().unwrap_or_default().to_owned()
}
