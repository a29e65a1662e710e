//! A person types a wrong code, then a right one, and the tools they already have use the session.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;

use mfa_tray_tests::desktop::{Desktop, Tray};
use mfa_tray_tests::panel::{Panel, Theme};
use mfa_tray_tests::practice::Practice;
use mfa_tray_tests::process::output;
use serde_json::Value;

#[test]
fn a_code_becomes_a_session_that_aws_clients_use() {
    let desktop = Desktop::start(Tray::Shown).unwrap();
    let practice = super::practice(&desktop);
    let (name, serial) = practice.plain_user().unwrap();
    let before = fs::read_to_string(practice.credentials().unwrap()).unwrap();

    let panel = Panel::open(&desktop, &practice, Theme::Light).unwrap();
    all_profiles_are_listed(&panel, &practice);
    panel.picture(&desktop, "sessions-light").unwrap();

    panel.ask_for_code(&name).unwrap();
    panel.type_keys(&practice.wrong_code(&serial).unwrap()).unwrap();
    let error = panel.wait_for_error().unwrap();
    assert!(
        panel.row(&name).unwrap().contains(&error),
        "the error stands in the row: {error}"
    );
    panel.wait_for_focus("Digit 1 of 6").unwrap();
    assert_eq!(panel.boxes().unwrap(), vec![""; 6], "a wrong code is cleared away");
    assert_eq!(
        fs::read_to_string(practice.credentials().unwrap()).unwrap(),
        before,
        "nothing was written"
    );
    panel.picture(&desktop, "wrong-code-light").unwrap();

    panel.type_keys(&practice.code(&serial).unwrap()).unwrap();
    panel.wait_for_state(&name, "active").unwrap();
    panel.picture(&desktop, "session-light").unwrap();

    let target = the_session_was_written(&practice, &name, &before);
    real_clients_use_it(&practice, &target, &serial);

    drop(panel);
    let panel = Panel::open(&desktop, &practice, Theme::Dark).unwrap();
    panel.wait_for_state(&name, "active").unwrap();
    assert_eq!(
        panel.script(DARK).unwrap(),
        true,
        "the window follows the desktop's theme"
    );
    panel.picture(&desktop, "session-dark").unwrap();
}

#[test]
fn a_newcomer_without_any_files_is_told_what_to_do() {
    let desktop = Desktop::start(Tray::Shown).unwrap();
    let surroundings = desktop.command("app");
    let panel = Panel::start(&desktop, surroundings, Theme::Light).unwrap();
    let text = panel.wait_for_page_text("aws configure").unwrap();
    assert!(text.contains(".aws/credentials"), "it names the file: {text}");
    panel.picture(&desktop, "newcomer-light").unwrap();
    assert!(!desktop.folder().join(".aws").exists(), "looking creates nothing");
}

const DARK: &str = "return matchMedia('(prefers-color-scheme: dark)').matches;";

fn all_profiles_are_listed(panel: &Panel, practice: &Practice) {
    let mut expected: Vec<String> = practice.profiles().unwrap().into_iter().map(|(name, _)| name).collect();
    let mut listed = panel.profiles().unwrap();
    assert_eq!(expected.len(), 5, "practice AWS brings five profiles: {expected:?}");
    expected.sort();
    listed.sort();
    assert_eq!(listed, expected, "the window lists them all, each once");
}

fn the_session_was_written(practice: &Practice, name: &str, before: &str) -> String {
    let list = output(practice.cli().unwrap().args(["list", "--json"])).unwrap();
    let list: Value = serde_json::from_str(&list).unwrap();
    let profile = list
        .as_array()
        .unwrap()
        .iter()
        .find(|profile| profile["name"] == name)
        .unwrap();
    assert_eq!(profile["state"], "active");
    let target = profile["target"].as_str().unwrap().to_owned();
    assert_eq!(target, format!("{name}-mfa"));

    let key = practice.written(&target, "aws_access_key_id").unwrap().unwrap();
    assert!(key.starts_with("ASIA"), "{key} is not a session key");
    let file = practice.credentials().unwrap();
    let after = fs::read_to_string(&file).unwrap();
    assert!(
        after.starts_with(before),
        "what stood in the file stands there still, byte for byte"
    );
    let mode = fs::metadata(&file).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600, "nobody else may read it");
    target
}

fn real_clients_use_it(practice: &Practice, target: &str, serial: &str) {
    let (account, user) = account_and_user(serial);
    let arn = format!("arn:aws:iam::{account}:user/{user}");

    let mut aws = practice.python("aws").unwrap();
    aws.args(["sts", "get-caller-identity", "--profile", target, "--output", "json"]);
    let identity: Value = serde_json::from_str(&output(&mut aws).unwrap()).unwrap();
    assert_eq!(identity["Arn"], arn, "the AWS CLI is {user}");

    let mut boto3 = practice.python("python").unwrap();
    let program = format!(
        "import boto3; print(boto3.Session(profile_name='{target}').client('sts').get_caller_identity()['Arn'])"
    );
    let printed = output(boto3.args(["-c", &program])).unwrap();
    assert_eq!(printed.trim(), arn, "boto3 is {user}");
}

fn account_and_user(serial: &str) -> (&str, &str) {
    let mut parts = serial.split(':').skip(4);
    (parts.next().unwrap(), parts.next().unwrap().trim_start_matches("mfa/"))
}
