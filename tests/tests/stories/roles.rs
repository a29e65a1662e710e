//! The session of a role, in the window.

use mfa_tray_tests::desktop::{Desktop, Tray};
use mfa_tray_tests::panel::{Panel, Theme};
use mfa_tray_tests::process::output;

/// Practice AWS's role that the user of `dev` may take.
const ROLE: &str = "admin";

#[test]
fn one_code_is_enough_for_a_role_and_its_user() {
    let desktop = Desktop::start(Tray::Shown).unwrap();
    let practice = super::practice(&desktop);
    let (user, serial) = practice.plain_user().unwrap();
    let panel = Panel::open(&desktop, &practice, Theme::Light).unwrap();

    panel.ask_for_code(ROLE).unwrap();
    panel.picture(&desktop, "role-code-light").unwrap();
    panel.type_keys(&practice.code(&serial).unwrap()).unwrap();
    panel.wait_for_state(ROLE, "active").unwrap();
    panel.wait_for_state(&user, "active").unwrap();

    // While the user's session lasts, a click is enough.
    output(practice.cli().unwrap().args(["clear", ROLE])).unwrap();
    panel.wait_for_state(ROLE, "none").unwrap();
    panel.click_row(ROLE).unwrap();
    panel.wait_for_state(ROLE, "active").unwrap();
    panel.picture(&desktop, "role-active-light").unwrap();

    let who = output(
        practice
            .python("aws")
            .unwrap()
            .args(["sts", "get-caller-identity", "--profile", "admin-mfa"]),
    )
    .unwrap();
    assert!(who.contains("assumed-role"), "{who}");
}
