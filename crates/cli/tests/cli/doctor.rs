//! `mfa-tray doctor`: what it finds in order, and each thing that is not.

use std::fs;

use serde_json::Value;

use crate::home::{Home, Practice, Ran, put};

const CONFIG: &str = "[profile dev]\nregion = eu-west-1\n";
const CREDENTIALS: &str = "[dev]\naws_access_key_id = AKIAIOSFODNN7EXAMPLE\naws_secret_access_key = wJalrXUtnFEMI\n";

/// The check called `name`, in JSON.
fn check(ran: &Ran, name: &str) -> Value {
    let checks = ran.json();
    let found = checks.as_array().unwrap().iter().find(|check| check["check"] == name);
    found.unwrap_or_else(|| panic!("no {name}: {ran:?}")).clone()
}

fn is_wrong(ran: &Ran, name: &str, words: &str) {
    let check = check(ran, name);
    assert_eq!(check["ok"], false, "{ran:?}");
    assert!(check["message"].as_str().unwrap().contains(words), "{check}");
    assert!(!check["hint"].as_str().unwrap().is_empty(), "{check}");
}

#[test]
fn all_is_well_on_practice_and_a_seed_is_looked_for() {
    let practice = Practice::start(&[]);
    let ran = practice.run(&["doctor"]).ended(0);
    assert!(ran.stdout.contains("ok       keychain: it answers"), "{ran:?}");
    assert!(ran.stdout.contains("ok       app: it does not run"), "{ran:?}");
    practice.run(&["enroll", "fresh", "--create", "--yes"]).ended(0);
    let ran = practice.run(&["doctor", "--json"]).ended(0);
    let keychain = check(&ran, "keychain");
    assert_eq!(keychain["message"], "it answers, and has the seed of one MFA device");
    assert_eq!(check(&ran, "clock")["ok"], true);

    practice.order_keychain_faults(r#"[{"kind":"locked"}]"#);
    is_wrong(
        &practice.run(&["doctor", "--json"]).ended(1),
        "keychain",
        "the keychain is locked",
    );
}

#[test]
fn a_new_machine_is_told_of_what_is_not_there_yet_and_gets_nothing() {
    let home = Home::new(CONFIG, CREDENTIALS);
    fs::remove_dir_all(home.path().join(".aws")).unwrap();
    let ran = home.run(&["doctor", "--json"]);
    let credentials = check(&ran, "credentials");
    assert!(
        credentials["message"].as_str().unwrap().contains("not there yet"),
        "{credentials}"
    );
    let left = fs::read_dir(home.path()).unwrap().count();
    assert_eq!(left, 0, "looking made something");
}

#[test]
fn each_thing_that_is_wrong_is_named_and_hides_no_other() {
    let home = Home::new(CONFIG, CREDENTIALS);
    home.choose(b"margin_minutes = 99\n");
    let ran = home.run(&["doctor", "--json"]).ended(1);
    is_wrong(&ran, "settings", "margin_minutes");
    // There is no bus here, and so no keychain.
    #[cfg(all(unix, not(target_os = "macos")))]
    is_wrong(&ran, "keychain", "no keychain service");
    assert_eq!(check(&ran, "profiles")["message"], "there is one");

    put(&home.config(), b"\xff\xfe[\0d\0");
    let ran = home.run(&["doctor", "--json"]).ended(1);
    is_wrong(&ran, "profiles", "UTF-16");

    let home = Home::new(CONFIG, CREDENTIALS);
    let bundle = home.path().join("ca.pem");
    put(&bundle, b"none");
    let mut command = home.command(&["doctor", "--json"]);
    let ran = crate::home::run(command.env("AWS_CA_BUNDLE", &bundle).env_remove("AWS_ENDPOINT_URL")).ended(1);
    is_wrong(&ran, "network", "there is no certificate in it");
    let mut command = home.command(&["doctor", "--json"]);
    command
        .env("HTTPS_PROXY", "http://alice:hunter2@proxy.example:3128")
        .env_remove("AWS_ENDPOINT_URL");
    let ran = crate::home::run(&mut command).ended(1);
    let network = check(&ran, "network");
    assert!(
        network["message"]
            .as_str()
            .unwrap()
            .contains("through the proxy proxy.example:3128"),
        "{network}"
    );
    assert!(!ran.stdout.contains("hunter2"));
}
