//! A person arranges a profile in the window: its key, where its session is, its name, and a new one.

use std::fs;

use mfa_tray_tests::desktop::{Desktop, Tray};
use mfa_tray_tests::panel::{Panel, Theme};
use mfa_tray_tests::practice::Practice;
use mfa_tray_tests::process::output;
use mfa_tray_tests::wait;

fn credentials(practice: &Practice) -> String {
    fs::read_to_string(practice.credentials().unwrap()).unwrap()
}

/// Asks for something, looks at what it would change, and agrees.
fn arrange(desktop: &Desktop, panel: &Panel, label: &str) {
    panel.press(label).unwrap();
    if label != "Replace the key" {
        panel.wait_for_page_text("/.aws/").unwrap();
    }
    panel.picture(desktop, &label.to_lowercase().replace(' ', "-")).unwrap();
    panel.press_last(label).unwrap();
}

/// Scrolls until only a button's lower edge is in sight, as it may come to stand when something above it grows.
fn leave_at_the_edge(panel: &Panel, label: &str) {
    let script = format!(
        "const button = [...document.querySelectorAll('button')].find((each) => each.textContent.trim() === {label:?});
         const view = button.closest('main');
         const shown = () => button.getBoundingClientRect().bottom - view.getBoundingClientRect().top;
         view.scrollTop += shown() - 6;
         return shown();"
    );
    let shown = panel.script(&script).unwrap();
    assert!(
        shown.as_f64().is_some_and(|shown| (4.0..8.0).contains(&shown)),
        "{shown} px of {label} are in sight"
    );
}

#[test]
fn keys_sessions_and_names_are_moved_in_the_window_and_back() {
    let desktop = Desktop::start(Tray::Shown).unwrap();
    let practice = super::practice(&desktop);
    let (name, serial) = practice.plain_user().unwrap();
    let before = credentials(&practice);
    let panel = Panel::open(&desktop, &practice, Theme::Light).unwrap();
    panel.ask_for_code(&name).unwrap();
    panel.type_keys(&practice.code(&serial).unwrap()).unwrap();
    panel.wait_for_state(&name, "active").unwrap();
    // The entry closes a moment after the session is there; a click before that only closes it.
    wait::until_true("the code entry is closed", wait::ANSWER, || {
        panel.boxes().is_ok_and(|boxes| boxes.is_empty())
    })
    .unwrap();
    panel.click_row(&name).unwrap();
    panel.press("Profile…").unwrap();

    leave_at_the_edge(&panel, "Move the key into the keychain");
    panel.press("Move the key into the keychain").unwrap();
    let page = panel.wait_for_page_text("- aws_secret_access_key = ********").unwrap();
    assert!(page.contains("admin"), "who uses it is named: {page}");
    assert!(
        page.contains("credentials.mfa-tray-backup"),
        "and what else holds it: {page}"
    );
    assert_eq!(
        credentials(&practice).matches(&before).count(),
        1,
        "nothing has happened yet"
    );
    panel.picture(&desktop, "key-import-light").unwrap();
    panel.press_last("Move the key into the keychain").unwrap();
    panel.wait_for_page_text("The key is in the keychain.").unwrap();
    let secret = before
        .split("aws_secret_access_key = ")
        .nth(1)
        .unwrap()
        .lines()
        .next()
        .unwrap()
        .to_owned();
    assert!(!credentials(&practice).contains(&secret));
    assert!(
        !panel.document().unwrap().contains(&secret),
        "the page has never seen it"
    );

    arrange(&desktop, &panel, "Keep the session in the keychain");
    panel.wait_for_page_text("Tools ask MFA Tray now.").unwrap();
    assert!(!credentials(&practice).contains("aws_session_token"));
    let mut aws = practice.python("aws").unwrap();
    let who = output(aws.args(["sts", "get-caller-identity", "--profile", &format!("{name}-mfa")])).unwrap();
    assert!(who.contains(":user/"), "the AWS CLI asks us: {who}");

    arrange(&desktop, &panel, "Put the session back into the file");
    panel.wait_for_page_text("The session is in the file.").unwrap();
    arrange(&desktop, &panel, "Use as default");
    panel.wait_for_page_text("The session is the default one.").unwrap();
    assert!(credentials(&practice).contains("[default]"));
    let seen = panel.script(
        "const said = [...document.querySelectorAll('[role=status]')].find((each) => each.textContent !== '');
         const { x, y, width, height } = said.getBoundingClientRect();
         return document.elementFromPoint(x + width / 2, y + height / 2) === said;",
    );
    assert_eq!(
        seen.unwrap(),
        true,
        "what came of it is in sight, far down the page too"
    );
    arrange(&desktop, &panel, "Do not use as default");
    panel.wait_for_page_text("It is not the default any more.").unwrap();
    arrange(&desktop, &panel, "Replace the key");
    panel.wait_for_page_text("The profile has a new key").unwrap();
    arrange(&desktop, &panel, "Put the key back into the file");
    panel.wait_for_page_text("The key is in the credentials file.").unwrap();
    assert!(!credentials(&practice).contains(&secret), "it is another one now");

    panel.press("Rename").unwrap();
    panel.fill("New name", "work\u{e004}").unwrap();
    panel.wait_for_page_text("+ [work]").unwrap();
    panel.press_last("Rename").unwrap();
    panel.wait_for_profile("work").unwrap();
    panel
        .wait_for_page_text(&format!("{name} is called work now."))
        .unwrap();
    assert!(credentials(&practice).contains("[work]") && !credentials(&practice).contains("[dev]"));
    panel.wait_for_state("work", "active").unwrap();
}

#[test]
fn a_new_profile_is_written_with_a_key_that_is_typed() {
    let desktop = Desktop::start(Tray::Shown).unwrap();
    let practice = super::practice(&desktop);
    let panel = Panel::open(&desktop, &practice, Theme::Light).unwrap();
    panel.press("New profile").unwrap();
    panel.fill("Name", "typed").unwrap();
    panel.fill("Region", "eu-west-3").unwrap();
    panel.fill("Key id", "AKIAIOSFODNN7EXAMPLE").unwrap();
    panel
        .fill("Secret access key", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY")
        .unwrap();
    panel.picture(&desktop, "new-profile-light").unwrap();
    panel.press("Add the profile").unwrap();
    wait::until_true("the profile is there", wait::ANSWER, || {
        credentials(&practice).contains("[typed]\naws_access_key_id = AKIAIOSFODNN7EXAMPLE\n")
    })
    .unwrap();
    panel.wait_for_page_text("AKIAIOSFODNN7EXAMPLE").unwrap();
    assert!(!panel.document().unwrap().contains("wJalrXUtnFEMI"));
}
