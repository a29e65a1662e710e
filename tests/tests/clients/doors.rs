//! Every way out of here, taken by boto3 and by the AWS CLI: each says that it is the profile's user.

use std::process::Command;

use mfa_tray_tests::built;
use mfa_tray_tests::practice::Practice;
use mfa_tray_tests::process::output;
use serde_json::Value;

use crate::{ours, practice, refresh};

const ALICE: &str = "arn:aws:iam::111122223333:user/alice";
const SERIAL: &str = "arn:aws:iam::111122223333:mfa/alice";
/// What boto3 and the AWS CLI are told to find out.
const BOTO3: &str = "import boto3; print(boto3.client('sts').get_caller_identity()['Arn'])";
const AWS: [&str; 6] = ["sts", "get-caller-identity", "--query", "Arn", "--output", "text"];

/// Who both clients are, in surroundings that `dress` has made.
fn both_are_alice(practice: &Practice, dress: impl Fn(&mut Command)) {
    let mut aws = practice.python("aws").unwrap();
    dress(aws.args(AWS));
    assert_eq!(output(&mut aws).unwrap().trim(), ALICE, "the AWS CLI");
    let mut boto3 = practice.python("python").unwrap();
    dress(boto3.args(["-c", BOTO3]));
    assert_eq!(output(&mut boto3).unwrap().trim(), ALICE, "boto3");
}

/// The same behind `mfa-tray exec`, which decides what the clients find.
fn both_are_alice_behind(practice: &Practice, exec: &[&str]) {
    let python = built::python("python").unwrap();
    let aws = built::python("aws").unwrap();
    let aws = [&[aws.to_str().unwrap()], &AWS[..]].concat();
    for client in [aws, vec![python.to_str().unwrap(), "-c", BOTO3]] {
        let arguments = [&["exec"], exec, &["dev", "--"], &client[..]].concat();
        assert_eq!(ours(practice, &arguments).trim(), ALICE, "{arguments:?}");
    }
}

#[test]
fn the_target_profile() {
    let (practice, _folder) = practice(&[]);
    refresh(&practice, "dev", SERIAL);
    both_are_alice(&practice, |client| {
        client.env("AWS_PROFILE", "dev-mfa");
    });
}

#[test]
fn the_default_profile() {
    let (practice, _folder) = practice(&[]);
    refresh(&practice, "dev", SERIAL);
    ours(&practice, &["setup", "dev", "--default"]);
    both_are_alice(&practice, |_| {});
}

#[test]
fn credential_process_and_what_it_costs() {
    let (practice, _folder) = practice(&[]);
    refresh(&practice, "dev", SERIAL);
    ours(&practice, &["setup", "dev", "--credential-process", "--yes"]);
    let text = std::fs::read_to_string(practice.credentials().unwrap()).unwrap();
    assert!(
        !text.contains("aws_session_token"),
        "nothing temporary is in the file: {text}"
    );
    both_are_alice(&practice, |client| {
        client.env("AWS_PROFILE", "dev-mfa");
    });
    let answer: Value = serde_json::from_str(&ours(&practice, &["credentials", "--profile", "dev"])).unwrap();
    assert_eq!(answer["Version"], 1);
}

#[test]
fn variables_of_a_shell() {
    let (practice, _folder) = practice(&[]);
    refresh(&practice, "dev", SERIAL);
    for client in ["aws", "python"] {
        let program = built::python(client).unwrap();
        let words = match client {
            "aws" => AWS.join(" "),
            _ => format!("-c \"{BOTO3}\""),
        };
        let script = format!(
            "eval \"$('{}' env dev --shell bash)\"; '{}' {words}",
            built::cli().unwrap().display(),
            program.display()
        );
        let mut bash = Command::new("bash");
        practice.dress(bash.env_clear());
        bash.env("PATH", "/usr/bin:/bin")
            .env("AWS_PAGER", "")
            .args(["-c", &script]);
        assert_eq!(output(&mut bash).unwrap().trim(), ALICE, "{client}");
    }
}

#[test]
fn a_command_with_the_session_in_its_variables() {
    let (practice, _folder) = practice(&[]);
    refresh(&practice, "dev", SERIAL);
    both_are_alice_behind(&practice, &[]);
}

#[test]
fn a_command_with_an_endpoint_of_its_own() {
    let (practice, _folder) = practice(&[]);
    refresh(&practice, "dev", SERIAL);
    both_are_alice_behind(&practice, &["--serve"]);
}
