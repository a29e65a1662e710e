//! Sections that a session must never be written to.

use mfa_tray_core::refresh::{RefreshError, Request, try_target};

use crate::stage::{SERIAL, Stage, always, keys, name, with_code};

fn config(more: &str) -> String {
    format!("[profile dev]\nregion = eu-west-1\nmfa_serial = {SERIAL}\n{more}")
}

fn credentials(more: &str) -> String {
    format!("[dev]\n{}{more}", keys("AKIAIOSFODNN7EXAMPLE"))
}

#[test]
fn a_target_that_is_somebody_elses_is_refused_with_a_free_name() {
    let session = "aws_access_key_id = ASIAIOSFODNN7EXAMPLE\naws_secret_access_key = s\naws_session_token = t\n";
    let long_term = format!("[dev-mfa]\n{}", keys("AKIAOTHERXXXEXAMPLE0"));
    let cases = [
        ("", long_term.as_str(), "a long-term access key"),
        (
            "",
            "[dev-mfa]\naws_secret_access_key = half\n",
            "a long-term access key",
        ),
        (
            "[profile dev-mfa]\nrole_arn = arn:aws:iam::1:role/x\nsource_profile = dev\n",
            "",
            "role_arn",
        ),
        (
            "[profile dev-mfa]\ncredential_process = /bin/true\n",
            "",
            "credential_process",
        ),
        (
            "[profile dev-mfa]\nweb_identity_token_file = /t\n",
            "",
            "web_identity_token_file",
        ),
        ("[profile dev-mfa]\nlogin_session = arn\n", "", "login_session"),
        ("[profile dev-mfa]\nsso_session = corp\n", "", "Identity Center"),
        (
            "",
            &format!("[dev-mfa]\n{session}manager = awsume\n"),
            "belongs to awsume",
        ),
    ];
    for (more_config, more_credentials, says) in cases {
        let stage = Stage::new(&config(more_config), &credentials(more_credentials));
        match stage.refused(&with_code("dev", "123456")) {
            RefreshError::Target(problem) => {
                assert!(
                    problem.message.contains(says),
                    "{} does not say {says}",
                    problem.message
                );
                assert!(problem.hint.unwrap().ends_with("--target dev-session"));
            }
            other => panic!("{says}: {other:?}"),
        }
        assert_eq!(stage.aws.calls(), [], "{says}: nothing was spent");
        let elsewhere = Request {
            target: Some(name("dev-session")),
            ..with_code("dev", "123456")
        };
        assert_eq!(stage.refresh(&elsewhere).unwrap().target, name("dev-session"));
    }
}

#[test]
fn the_free_name_is_free() {
    let taken = format!("[dev-mfa]\n{0}[dev-session]\n{0}", keys("AKIAOTHERXXXEXAMPLE0"));
    let stage = Stage::new(&config(""), &credentials(&taken));
    let RefreshError::Target(problem) = stage.refused(&with_code("dev", "123456")) else {
        panic!("not refused");
    };
    assert!(problem.hint.unwrap().ends_with("--target dev-session-2"));
}

#[test]
fn the_source_itself_is_no_target() {
    let stage = Stage::new(&config(""), &credentials(""));
    let onto_itself = Request {
        target: Some(name("dev")),
        ..with_code("dev", "123456")
    };
    assert!(matches!(stage.refused(&onto_itself), RefreshError::Target(_)));
}

#[test]
fn two_sources_with_one_target_are_refused() {
    let more = format!("[dev2]\n{}", keys("AKIAOTHERXXXEXAMPLE0"));
    let stage = Stage::new(&config(""), &credentials(&more));
    stage.refresh(&with_code("dev", "111111")).unwrap();
    let onto_the_other = Request {
        serial: Some(mfa_tray_core::profile::MfaSerial::parse(SERIAL).unwrap()),
        target: Some(name("dev-mfa")),
        ..with_code("dev2", "222222")
    };
    let RefreshError::Target(problem) = stage.refused(&onto_the_other) else {
        panic!("not refused");
    };
    assert!(
        problem.message.contains("the session of dev is written there"),
        "{}",
        problem.message
    );
    assert_eq!(stage.aws.codes_sent(), 1);
}

#[test]
fn a_session_without_a_manager_is_taken_over_with_a_backup() {
    let old = "[dev-mfa]\naws_access_key_id = ASIAOLDXXXXXEXAMPLE0\naws_secret_access_key = s\naws_session_token = t\naws_security_token = t\n";
    let before = credentials(old);
    let stage = Stage::new(&config(""), &before);
    stage.refresh(&with_code("dev", "123456")).unwrap();
    let after = stage.credentials();
    assert!(
        !after.contains("ASIAOLDXXXXXEXAMPLE0") && !after.contains("aws_security_token"),
        "{after}"
    );
    let backup = mfa_tray_core::file::backup_path(&stage.world.paths.credentials);
    assert_eq!(std::fs::read_to_string(backup).unwrap(), before);
}

#[test]
fn a_chosen_target_is_remembered() {
    let stage = Stage::new(&config(""), &credentials(""));
    let elsewhere = Request {
        target: Some(name("work/dev")),
        ..with_code("dev", "111111")
    };
    stage.refresh(&elsewhere).unwrap();
    assert_eq!(
        stage.settings(),
        "version = 1\n\n[profile.dev]\ntarget = \"work/dev\"\n"
    );
    assert_eq!(
        stage.refresh(&always("dev", "222222")).unwrap().target,
        name("work/dev")
    );
    assert!(!stage.credentials().contains("[dev-mfa]"));
}

#[test]
fn a_target_that_was_refused_is_not_remembered() {
    let stage = Stage::new(&config(""), &credentials(""));
    stage.aws.reject_code_once();
    let elsewhere = Request {
        target: Some(name("work")),
        ..with_code("dev", "111111")
    };
    stage.refused(&elsewhere);
    assert_eq!(stage.settings(), "");
}

#[test]
fn a_target_can_be_tried_out_before_it_is_chosen() {
    let more_config = "[profile taken-role]\nrole_arn = arn:aws:iam::111122223333:role/x\nsource_profile = dev\n\
                       [profile dev2]\nregion = eu-west-1\n";
    let more = format!(
        "[dev2]\n{}[other]\naws_access_key_id = ASIAFOREIGNEXAMPLE00\naws_secret_access_key = s\n\
         aws_session_token = t\nmanager = awsume\n",
        keys("AKIAOTHERXXXEXAMPLE0")
    );
    let settings = "[profile.dev2]\ntarget = \"work\"\n";
    let stage = Stage::new(&config(more_config), &credentials(&more)).with_settings(settings);
    let before = (stage.config(), stage.credentials());
    let loaded = stage.world.load().unwrap();
    for (profile, wanted, refusal) in [
        ("dev", "free", None),
        ("dev", "dev-mfa", None),
        ("dev2", "work", None),
        ("dev", "work", Some("the session of dev2 is written there")),
        ("dev2", "dev-mfa", Some("the session of dev is written there")),
        ("taken-role", "dev-mfa", Some("the session of dev is written there")),
        ("dev", "dev2", Some("a long-term access key")),
        ("dev", "dev", Some("a long-term access key")),
        ("dev", "taken-role", Some("role_arn")),
        ("dev", "other", Some("belongs to awsume")),
        ("nobody", "free", Some("there is no profile nobody")),
    ] {
        let tried = try_target(&loaded, &name(profile), &name(wanted));
        match (tried, refusal) {
            (Ok(()), None) => {}
            (Err(error), Some(says)) => {
                let problem = error.problem();
                assert!(problem.message.contains(says), "{profile} to {wanted}: {problem:?}");
                assert!(problem.hint.is_some(), "{profile} to {wanted}: what now?");
            }
            (tried, _) => panic!("{profile} to {wanted}: {tried:?}"),
        }
    }
    assert_eq!((stage.config(), stage.credentials()), before, "trying changes nothing");
    assert_eq!(stage.settings(), settings);
}

#[test]
fn what_can_be_tried_out_can_be_written() {
    let stage = Stage::new(&config(""), &credentials(""));
    try_target(&stage.world.load().unwrap(), &name("dev"), &name("work")).unwrap();
    stage.choose("[profile.dev]\ntarget = \"work\"\n");
    assert_eq!(stage.refresh(&with_code("dev", "123456")).unwrap().target, name("work"));
}
