//! A session runs out: what the person sees, hears and does, and what is done for them.

use std::time::Duration;

use mfa_tray_tests::desktop::{Desktop, Tray};
use mfa_tray_tests::logind::Logind;
use mfa_tray_tests::panel::{Panel, Theme};
use mfa_tray_tests::practice::Practice;
use mfa_tray_tests::process::{Running, output};
use mfa_tray_tests::{built, notices, screen, wait};

/// Practice AWS whose sessions last so long.
fn practice(desktop: &Desktop, seconds: &str) -> Practice {
    let command = desktop.command(built::cli().unwrap());
    let arguments = ["--no-app", "--session-seconds", seconds];
    Practice::start(command, &arguments, desktop.folder()).unwrap()
}

/// Settings that renew the sessions of `profile`.
fn renewing(profile: &str) -> String {
    format!("[profile.{profile}]\nrenew = true\n")
}

/// The id of the key in the target of `profile`.
fn key(practice: &Practice, profile: &str) -> Option<String> {
    practice
        .written(&format!("{profile}-mfa"), "aws_access_key_id")
        .unwrap()
}

fn wait_for_another_key(practice: &Practice, profile: &str, before: &Option<String>, limit: Duration) {
    wait::until_true(&format!("{profile} has a new session"), limit, || {
        let now = key(practice, profile);
        now.is_some() && now != *before
    })
    .unwrap();
}

#[test]
fn a_session_of_ninety_seconds_ends_in_sight_and_a_click_on_its_notice_leads_to_the_next() {
    let desktop = Desktop::start(Tray::Shown).unwrap();
    let practice = practice(&desktop, "90");
    let (name, serial) = practice.plain_user().unwrap();
    let panel = Panel::open(&desktop, &practice, Theme::Light).unwrap();
    panel.ask_for_code(&name).unwrap();
    panel.type_keys(&practice.code(&serial).unwrap()).unwrap();
    panel.wait_for_state(&name, "active").unwrap();
    assert_eq!(notices::shown(&desktop).unwrap(), 0);

    // A quarter of its life before its end.
    let limit = Duration::from_secs(100);
    notices::wait_for(&desktop, 1, limit).unwrap();
    panel.wait_for_state(&name, "expiring").unwrap();
    panel.picture(&desktop, "expiring-light").unwrap();
    panel.wait_for_state_within(&name, "expired", limit).unwrap();
    // The end takes the place of the warning.
    wait::until_true("the notice says that it is over", wait::ANSWER, || {
        panel.log().is_ok_and(|log| log.contains("Expired("))
    })
    .unwrap();
    assert_eq!(notices::shown(&desktop).unwrap(), 1);
    panel.picture(&desktop, "expired-light").unwrap();

    notices::click(&desktop).unwrap();
    panel.wait_for_boxes(&name).unwrap();
    panel.type_keys(&practice.code(&serial).unwrap()).unwrap();
    panel.wait_for_state(&name, "active").unwrap();
    notices::wait_for(&desktop, 0, wait::ANSWER).unwrap();
    let said = notices::close_all(&desktop).unwrap();
    assert_eq!(said[0].0, format!("The session of {name} is over"), "{said:?}");
    assert!(!format!("{said:?}").contains(&practice.code(&serial).unwrap()));
}

#[test]
fn an_enrolled_session_is_renewed_from_its_notice_then_by_itself_and_never_behind_a_locked_screen() {
    const PROFILE: &str = "fresh";
    let desktop = Desktop::start(Tray::Shown).unwrap();
    let practice = practice(&desktop, "40");
    let logind = Logind::start(desktop.bus_address()).unwrap();
    output(practice.cli().unwrap().args(["enroll", PROFILE, "--create", "--yes"])).unwrap();
    let mut app = super::app_command(&desktop, &practice);
    app.env("DBUS_SYSTEM_BUS_ADDRESS", desktop.bus_address())
        .arg("--hidden");
    let app = Running::start("app", &mut app, desktop.folder()).unwrap();
    let first = {
        output(practice.cli().unwrap().args(["refresh", PROFILE, "--force"])).unwrap();
        key(&practice, PROFILE)
    };

    notices::wait_for(&desktop, 1, Duration::from_secs(60)).unwrap();
    screen::whole(&desktop, &built::pictures().join("notice-desktop.png")).unwrap();
    notices::choose(&desktop, "Refresh").unwrap();
    wait_for_another_key(&practice, PROFILE, &first, wait::PROGRAM);
    notices::wait_for(&desktop, 0, wait::ANSWER).unwrap();

    // From now on by itself: a setting that somebody writes holds at once.
    let second = key(&practice, PROFILE);
    practice.write_settings(&renewing(PROFILE)).unwrap();
    wait_for_another_key(&practice, PROFILE, &second, Duration::from_secs(60));

    logind.lock(true).unwrap();
    let third = key(&practice, PROFILE);
    std::thread::sleep(Duration::from_secs(48));
    assert_eq!(key(&practice, PROFILE), third, "renewed behind a locked screen");
    assert_eq!(notices::shown(&desktop).unwrap(), 0, "spoke to a locked screen");
    logind.lock(false).unwrap();
    wait_for_another_key(&practice, PROFILE, &third, wait::PROGRAM);

    let said = notices::close_all(&desktop).unwrap();
    assert_eq!(said.len(), 1, "one warning, before renewal was switched on: {said:?}");
    assert!(app.said().unwrap().contains("automatic renewal"));
}

#[test]
fn after_a_sleep_without_network_waking_up_tries_again_at_once() {
    const PROFILE: &str = "fresh";
    let desktop = Desktop::start(Tray::Shown).unwrap();
    let practice = practice(&desktop, "40");
    let logind = Logind::start(desktop.bus_address()).unwrap();
    output(practice.cli().unwrap().args(["enroll", PROFILE, "--create", "--yes"])).unwrap();
    practice.write_settings(&renewing(PROFILE)).unwrap();
    output(practice.cli().unwrap().args(["refresh", PROFILE, "--force"])).unwrap();
    let before = key(&practice, PROFILE);
    practice.order_faults(r#"[{"kind":"error503","times":2}]"#).unwrap();
    let mut app = super::app_command(&desktop, &practice);
    app.env("DBUS_SYSTEM_BUS_ADDRESS", desktop.bus_address())
        .arg("--hidden");
    let app = Running::start("app", &mut app, desktop.folder()).unwrap();
    let tries = || app.said().map_or(0, |log| log.matches("automatic renewal").count());
    for number in [1, 2] {
        wait::until_true("a try", Duration::from_secs(60), || tries() == number).unwrap();
        assert_eq!(key(&practice, PROFILE), before, "the old session is kept");
        // The next would come in half a minute or later.
        logind.wake_up().unwrap();
    }
    // A code may have to be waited for: two were sent.
    wait_for_another_key(&practice, PROFILE, &before, Duration::from_secs(60));
    notices::wait_for(&desktop, 0, wait::ANSWER).unwrap();
}

#[test]
fn a_clock_that_aws_calls_wrong_is_told() {
    let desktop = Desktop::start(Tray::Shown).unwrap();
    let practice = super::practice(&desktop);
    let (name, serial) = practice.plain_user().unwrap();
    let _app = super::app(&desktop, &practice, &["--hidden"]);
    mfa_tray_tests::tray::TrayItem::find(&desktop).unwrap();
    practice
        .order_faults(r#"[{"kind":"date-skew","seconds":300,"times":1}]"#)
        .unwrap();
    // The device goes by AWS's clock; the answer tells it.
    let code = practice.code(&serial).unwrap();
    output(practice.cli().unwrap().args(["refresh", &name, "--code", &code])).unwrap();
    notices::wait_for(&desktop, 1, wait::PROGRAM).unwrap();
    screen::whole(&desktop, &built::pictures().join("clock-desktop.png")).unwrap();
    let said = notices::close_all(&desktop).unwrap();
    assert_eq!(said[0].0, "This computer's clock is wrong");
    // The `Date` header has whole seconds, and they pass.
    assert!(said[0].1.contains("min slow, AWS says"), "{said:?}");
}
