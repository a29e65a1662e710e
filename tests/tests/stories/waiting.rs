//! A program waits for a session: the app asks for the code, and the program never sees it.

use std::fs::OpenOptions;
use std::io::Write as _;
use std::time::Duration;

use mfa_tray_tests::built;
use mfa_tray_tests::desktop::{Desktop, Tray};
use mfa_tray_tests::panel::{Panel, Theme};
use mfa_tray_tests::practice::Practice;
use mfa_tray_tests::process::Running;
use mfa_tray_tests::wait;

#[test]
fn the_aws_cli_waits_while_a_person_types_the_code() {
    let desktop = Desktop::start(Tray::Shown).unwrap();
    let practice = super::practice(&desktop);
    let (name, serial) = practice.plain_user().unwrap();
    add_alias(&practice, &name);
    let panel = Panel::open(&desktop, &practice, Theme::Light).unwrap();
    panel.wait_for_profile("program").unwrap();

    let mut aws = caller(&desktop, &practice);
    panel.wait_for_boxes(&name).unwrap();
    panel
        .wait_for_page_text("A program is waiting for this session.")
        .unwrap();
    panel.wait_for_focus("Digit 1 of 6").unwrap();
    panel.picture(&desktop, "waiting-light").unwrap();
    panel.type_keys(&practice.code(&serial).unwrap()).unwrap();
    assert!(
        aws.ended(Duration::from_secs(30)).unwrap().success(),
        "{}",
        aws.said().unwrap()
    );
    let said = aws.said().unwrap();
    assert!(
        said.contains(&format!(":user/{}", serial.rsplit('/').next().unwrap())),
        "{said}"
    );
    panel.wait_for_state(&name, "active").unwrap();

    // Put away, nobody is asked again for a while.
    let mut clear = practice.cli().unwrap();
    assert!(clear.args(["clear", &name]).status().unwrap().success());
    panel.wait_for_state(&name, "none").unwrap();
    let mut aws = caller(&desktop, &practice);
    panel.wait_for_boxes(&name).unwrap();
    panel.type_keys("\u{e00c}").unwrap();
    assert!(!aws.ended(Duration::from_secs(30)).unwrap().success());
    assert!(aws.said().unwrap().contains("put away"), "{}", aws.said().unwrap());
    let mut again = caller(&desktop, &practice);
    assert!(!again.ended(Duration::from_secs(30)).unwrap().success());
    assert!(panel.boxes().unwrap().is_empty(), "no second question");
}

/// The profile `program`, whose credentials come from us.
fn add_alias(practice: &Practice, name: &str) {
    let cli = built::cli().unwrap();
    let mut config = OpenOptions::new()
        .append(true)
        .open(practice.variable("AWS_CONFIG_FILE").unwrap())
        .unwrap();
    let line = format!("{} credentials --profile {name}", cli.display());
    writeln!(
        config,
        "\n[profile program]\nregion = us-east-1\ncredential_process = {line}"
    )
    .unwrap();
}

/// The AWS CLI, asking who it is.
fn caller(desktop: &Desktop, practice: &Practice) -> Running {
    let mut aws = practice.python("aws").unwrap();
    aws.args(["sts", "get-caller-identity", "--profile", "program", "--output", "json"]);
    Running::start("aws", &mut aws, desktop.folder()).unwrap()
}

#[test]
fn a_closed_window_opens_for_a_program_and_closing_it_is_an_answer() {
    let desktop = Desktop::start(Tray::Shown).unwrap();
    let practice = super::practice(&desktop);
    let (name, _) = practice.plain_user().unwrap();
    let app = super::app(&desktop, &practice, &["--hidden"]);
    mfa_tray_tests::tray::TrayItem::find(&desktop).unwrap();
    let mut command = practice.cli().unwrap();
    command.args(["credentials", "--profile", &name]);
    let mut waiting = Running::start("credentials", &mut command, desktop.folder()).unwrap();
    let window = mfa_tray_tests::screen::window(&desktop, app.id()).unwrap();
    wait::until_true("the window has the keyboard", wait::ANSWER, || {
        window.has_focus(&desktop).is_ok_and(|focus| focus)
    })
    .unwrap();
    window.close(&desktop).unwrap();
    assert_eq!(waiting.ended(Duration::from_secs(10)).unwrap().code(), Some(3));
    assert!(
        waiting.said().unwrap().contains("put away"),
        "{}",
        waiting.said().unwrap()
    );
}
