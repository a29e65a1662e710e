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
fn arrange(panel: &Panel, label: &str) {
    panel.press(label).unwrap();
    panel.press_last(label).unwrap();
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
    panel.click_row(&name).unwrap();
    panel.press("Profile…").unwrap();

    panel.press("Move the key into the keychain").unwrap();
    let page = panel.wait_for_page_text("- aws_secret_access_key = ********").unwrap();
    assert!(page.contains("admin"), "who uses it is named: {page}");
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

    arrange(&panel, "Keep the session in the keychain");
    panel.wait_for_page_text("Tools ask MFA Tray now.").unwrap();
    assert!(!credentials(&practice).contains("aws_session_token"));
    let mut aws = practice.python("aws").unwrap();
    let who = output(aws.args(["sts", "get-caller-identity", "--profile", &format!("{name}-mfa")])).unwrap();
    assert!(who.contains(":user/"), "the AWS CLI asks us: {who}");

    arrange(&panel, "Put the session back into the file");
    panel.wait_for_page_text("The session is in the file.").unwrap();
    arrange(&panel, "Use as default");
    panel.wait_for_page_text("The session is the default one.").unwrap();
    assert!(credentials(&practice).contains("[default]"));
    arrange(&panel, "Do not use as default");
    panel.wait_for_page_text("It is not the default any more.").unwrap();
    arrange(&panel, "Replace the key");
    panel.wait_for_page_text("The profile has a new key").unwrap();
    arrange(&panel, "Put the key back into the file");
    panel.wait_for_page_text("The key is in the credentials file.").unwrap();
    assert!(!credentials(&practice).contains(&secret), "it is another one now");

    panel.press("Rename").unwrap();
    panel.fill("New name", "work\u{e004}").unwrap();
    panel.wait_for_page_text("+ [work]").unwrap();
    panel.press_last("Rename").unwrap();
    panel.wait_for_profile("work").unwrap();
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
