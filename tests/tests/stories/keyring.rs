//! The seed in a real keyring: practice AWS, the desktop's own Secret Service.

use mfa_tray_tests::built;
use mfa_tray_tests::desktop::{self, Desktop, Tray};
use mfa_tray_tests::panel::{Panel, Theme};
use mfa_tray_tests::practice::Practice;
use mfa_tray_tests::process::output;
use mfa_tray_tests::{screen, wait};
use serde_json::Value;

#[test]
fn app_and_command_line_share_the_real_keyring_and_say_when_it_is_locked() {
    let desktop = Desktop::start(Tray::Shown).unwrap();
    let cli = desktop.command(built::cli().unwrap());
    let practice = Practice::start(cli, &["--no-app", "--real-keychain"], desktop.folder()).unwrap();
    assert!(
        practice.variable("MFA_TRAY_PRACTICE_KEYCHAIN").is_err(),
        "no token, so the real one is asked"
    );
    let run = |arguments: &[&str]| {
        let mut command = desktop.command(built::cli().unwrap());
        practice.dress(&mut command);
        command.args(arguments);
        command
    };

    output(&mut run(&["enroll", "fresh", "--create", "--yes"])).unwrap();
    let found = items(&desktop);
    assert!(
        found.contains("MFA Tray"),
        "the keyring shows an entry people recognise: {found}"
    );

    // The app finds what the command line has stored.
    let panel = Panel::open(&desktop, &practice, Theme::Light).unwrap();
    output(&mut run(&["clear", "fresh"])).unwrap();
    panel.wait_for_state("fresh", "none").unwrap();
    panel.click_row("fresh").unwrap();
    panel.wait_for_state("fresh", "active").unwrap();

    // Locked, and nobody answers the prompt: said after ten seconds, and nothing is lost.
    lock(&desktop);
    output(&mut run(&["clear", "fresh"])).unwrap();
    panel.wait_for_state("fresh", "none").unwrap();
    panel.click_row("fresh").unwrap();
    let said = panel.wait_for_error().unwrap();
    assert!(said.to_lowercase().contains("keychain"), "{said}");
    panel.picture(&desktop, "keyring-locked-light").unwrap();
    let mut refused = run(&["refresh", "fresh"]);
    let ended = refused.output().unwrap();
    assert_eq!(
        ended.status.code(),
        Some(5),
        "{}",
        String::from_utf8_lossy(&ended.stderr)
    );
    assert!(
        output(&mut run(&["list"])).unwrap().contains("fresh"),
        "looking asks no keyring"
    );

    // Typing a code stays possible.
    panel.press("Type a code").unwrap();
    panel.wait_for_boxes("fresh").unwrap();

    // The person answers the keyring's own question, after it was given up waiting for.
    let prompt = screen::anybodys(&desktop, "Unlock").unwrap();
    prompt.type_line(&desktop, desktop::KEYRING_PASSWORD).unwrap();
    wait::until_true("the keyring is unlocked", wait::PROGRAM, || !is_locked(&desktop)).unwrap();
    output(&mut run(&["refresh", "fresh", "--force"])).unwrap();
    panel.wait_for_state("fresh", "active").unwrap();
}

#[test]
fn a_session_and_a_long_term_key_live_in_the_real_keyring() {
    let desktop = Desktop::start(Tray::Shown).unwrap();
    let cli = desktop.command(built::cli().unwrap());
    let practice = Practice::start(cli, &["--no-app", "--real-keychain"], desktop.folder()).unwrap();
    let run = |arguments: &[&str]| {
        let mut command = desktop.command(built::cli().unwrap());
        practice.dress(&mut command);
        command.args(arguments);
        command
    };
    let (name, serial) = practice.plain_user().unwrap();
    let code = practice.code(&serial).unwrap();
    output(&mut run(&["refresh", &name, "--code", &code])).unwrap();
    output(&mut run(&["setup", &name, "--credential-process", "--yes"])).unwrap();
    output(&mut run(&["keys", "import", &name, "--yes"])).unwrap();
    let text = std::fs::read_to_string(practice.credentials().unwrap()).unwrap();
    assert!(!text.contains(&format!("[{name}")), "neither is in the file: {text}");

    let mut aws = practice.python("aws").unwrap();
    aws.args(["sts", "get-caller-identity", "--profile", &format!("{name}-mfa")]);
    aws.env("DBUS_SESSION_BUS_ADDRESS", desktop.bus_address());
    let who = output(&mut aws).unwrap();
    assert!(
        who.contains(&format!(":user/{}", serial.rsplit('/').next().unwrap())),
        "{who}"
    );
    output(&mut run(&["refresh", "admin"])).unwrap();

    // Machines are noisy, so this only tells; the budget is 100 ms.
    let mut times: Vec<_> = (0..15)
        .map(|_| {
            let start = std::time::Instant::now();
            output(&mut run(&["credentials", "--profile", &name])).unwrap();
            start.elapsed()
        })
        .collect();
    times.sort();
    println!(
        "credentials from the Secret Service: {:?} in the middle of {}",
        times[7],
        times.len()
    );

    lock(&desktop);
    let locked = run(&["credentials", "--profile", &name]).output().unwrap();
    assert_eq!(
        locked.status.code(),
        Some(5),
        "{}",
        String::from_utf8_lossy(&locked.stderr)
    );
    assert!(locked.stdout.is_empty());
}

fn is_locked(desktop: &Desktop) -> bool {
    let collection = default_collection(desktop);
    let interface = "org.freedesktop.Secret.Collection";
    let locked = desktop.bus(&[
        "get-property",
        "org.freedesktop.secrets",
        &collection,
        interface,
        "Locked",
    ]);
    locked.unwrap()["data"] == true
}

fn lock(desktop: &Desktop) {
    service(desktop, &["Lock", "ao", "1", &default_collection(desktop)]);
}

fn default_collection(desktop: &Desktop) -> String {
    let alias = service(desktop, &["ReadAlias", "s", "default"]);
    alias["data"][0].as_str().unwrap().to_owned()
}

fn service(desktop: &Desktop, call: &[&str]) -> Value {
    let to = [
        "call",
        "org.freedesktop.secrets",
        "/org/freedesktop/secrets",
        "org.freedesktop.Secret.Service",
    ];
    desktop.bus(&[&to[..], call].concat()).unwrap()
}

/// What the default collection's items are called.
fn items(desktop: &Desktop) -> String {
    let get = |path: &str, interface: &str, property: &str| {
        desktop
            .bus(&["get-property", "org.freedesktop.secrets", path, interface, property])
            .unwrap()
    };
    let items = get(
        &default_collection(desktop),
        "org.freedesktop.Secret.Collection",
        "Items",
    );
    let items = items["data"].as_array().unwrap().iter();
    items
        .map(|item| get(item.as_str().unwrap(), "org.freedesktop.Secret.Item", "Label").to_string())
        .collect()
}
