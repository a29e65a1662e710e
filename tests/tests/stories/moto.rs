//! Another server's idea of STS and IAM, so that the product does not only agree with its own practice AWS.
//!
//! moto never checks a code and answers constant credentials, so this proves the wire format and nothing else. What
//! it cannot do is ignored by name, with the reason.

use std::fs;
use std::path::Path;
use std::process::Command;

use mfa_tray_tests::built;
use mfa_tray_tests::practice::Practice;
use mfa_tray_tests::process::output;
use mfa_tray_tests::python::Moto;
use serde_json::Value;

#[test]
fn refresh_writes_the_session_that_moto_answers() {
    let home = home("mfa_serial = arn:aws:iam::123456789012:mfa/test\n");
    let moto = Moto::start(home.path()).unwrap();
    let printed = output(cli(home.path(), &moto).args(["refresh", "test", "--code", "123456", "--json"])).unwrap();
    let printed: Value = serde_json::from_str(&printed).unwrap();
    // A long-term key's prefix: the product does not ask STS for another.
    assert_eq!(printed["access_key_id"], "AKIAIOSFODNN7EXAMPLE");
    assert_eq!(printed["target"], "test-mfa");

    let written = fs::read_to_string(home.path().join(".aws/credentials")).unwrap();
    let section = written.split("[test-mfa]").nth(1).expect("the target section");
    assert!(
        section.contains("AKIAIOSFODNN7EXAMPLE") && section.contains("aws_session_token"),
        "{section}"
    );
}

#[test]
#[ignore = "moto's ListMFADevices does not know the caller: NoSuchEntity for user None"]
fn refresh_finds_the_device_itself() {
    let home = home("");
    let moto = Moto::start(home.path()).unwrap();
    output(cli(home.path(), &moto).args(["refresh", "test", "--code", "123456"])).unwrap();
}

#[test]
#[ignore = "moto never checks a code"]
fn refresh_refuses_a_wrong_code() {
    let home = home("mfa_serial = arn:aws:iam::123456789012:mfa/test\n");
    let moto = Moto::start(home.path()).unwrap();
    let status = cli(home.path(), &moto)
        .args(["refresh", "test", "--code", "000000"])
        .status()
        .unwrap();
    assert_eq!(status.code(), Some(4), "AWS refused");
}

/// Where the two servers answer in different shapes, each with who is right.
const DIFFERENT: &[(&str, &str)] = &[
    (
        "list_virtual_mfa_devices",
        "moto tells the seed again, and no user; AWS tells the seed once, when it makes it",
    ),
    ("list_access_keys", "moto leaves IsTruncated out; AWS always sends it"),
    (
        "list_account_aliases",
        "moto has none until one is made and leaves IsTruncated out",
    ),
];

#[test]
fn practice_aws_and_moto_answer_boto3_alike() {
    let folder = tempfile::tempdir().unwrap();
    let practice = Practice::start(Command::new(built::cli().unwrap()), &["--no-app"], folder.path()).unwrap();
    let (name, serial) = practice.plain_user().unwrap();
    let user = serial.rsplit('/').next().unwrap();
    // Practice AWS asks for MFA where the usual policies do; moto never does.
    let code = practice.code(&serial).unwrap();
    output(practice.cli().unwrap().args(["refresh", &name, "--code", &code])).unwrap();
    let ours = shapes(
        practice.python("python").unwrap(),
        [user, &name, &format!("{name}-mfa")],
    );

    let home = home("");
    let moto = Moto::start(home.path()).unwrap();
    let python = |program| {
        let mut command = Command::new(built::python(program).unwrap());
        command
            .env_clear()
            .env("HOME", home.path())
            .env("AWS_ENDPOINT_URL", &moto.endpoint);
        command
    };
    output(python("aws").args(["iam", "create-user", "--user-name", user, "--profile", "test"])).unwrap();
    let theirs = shapes(python("python"), [user, "test", "test"]);

    assert!(ours.len() > 10, "the calls were made: {ours:?}");
    for (call, shape) in &theirs {
        let different = DIFFERENT.iter().any(|(known, _)| known == call);
        assert_eq!(
            ours.get(call) == Some(shape),
            !different,
            "{call}: ours {:?}, moto's {shape}",
            ours.get(call)
        );
    }
}

/// What the answers to the calls of `wire_format.py` look like.
fn shapes(mut python: Command, arguments: [&str; 3]) -> serde_json::Map<String, Value> {
    let printed = output(python.args(["-c", include_str!("wire_format.py")]).args(arguments)).unwrap();
    serde_json::from_str(&printed).unwrap()
}

fn home(config: &str) -> tempfile::TempDir {
    let home = tempfile::tempdir().unwrap();
    fs::create_dir(home.path().join(".aws")).unwrap();
    let profile = format!("[profile test]\nregion = us-east-1\n{config}");
    fs::write(home.path().join(".aws/config"), profile).unwrap();
    // Keys from AWS's own documentation.
    let keys = "[test]\naws_access_key_id = AKIAI44QH8DHBEXAMPLE\n\
                aws_secret_access_key = je7MtGbClwBF/2Zp9Utk/h3yCo8nvbEXAMPLEKEY\n";
    fs::write(home.path().join(".aws/credentials"), keys).unwrap();
    home
}

fn cli(home: &Path, moto: &Moto) -> Command {
    let mut command = Command::new(built::cli().unwrap());
    command
        .env_clear()
        .env("HOME", home)
        .env("AWS_ENDPOINT_URL", &moto.endpoint);
    command
}
