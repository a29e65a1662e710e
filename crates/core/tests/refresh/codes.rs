//! No code is sent twice, and none is sent in vain.

use std::fs;

use mfa_tray_core::aws_error::{AwsError, Reason};
use mfa_tray_core::ledger::CodeRefused;
use mfa_tray_core::refresh::RefreshError;

use crate::aws::{Call, refusal, unanswered, unreachable};
use crate::stage::{SERIAL, Stage, always, ask, keys, with_code};

fn refused_code(error: &RefreshError) -> &CodeRefused {
    match error {
        RefreshError::Code(refused) => refused,
        other => panic!("not refused by us: {other:?}"),
    }
}

#[test]
fn a_code_is_asked_for_when_everything_else_is_ready() {
    let stage = Stage::dev();
    match stage.refused(&ask("dev")) {
        RefreshError::CodeNeeded(serial) => assert_eq!(serial.as_str(), SERIAL),
        other => panic!("{other:?}"),
    }
    assert_eq!(stage.aws.calls(), []);
}

#[test]
fn a_wrong_code_is_aws_to_refuse() {
    let stage = Stage::dev();
    stage.aws.reject_code_once();
    match stage.refused(&with_code("dev", "123456")) {
        RefreshError::Aws {
            source: AwsError::Refused(refusal),
            message,
            ..
        } => assert_eq!(
            (refusal.reason, message.as_str()),
            (Reason::CodeRejected, "AWS did not accept the code")
        ),
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_used_code_is_refused_here_without_a_call() {
    let stage = Stage::dev();
    stage.aws.reject_code_once();
    stage.refused(&with_code("dev", "123456"));
    assert_eq!(stage.aws.codes_sent(), 1);
    for typed in ["123456", "123 456", "123-456"] {
        let error = stage.refused(&with_code("dev", typed));
        assert_eq!(*refused_code(&error), CodeRefused::Used { wait: 20 });
    }
    assert_eq!(stage.aws.codes_sent(), 1, "it was not sent again");

    stage.refresh(&with_code("dev", "654321")).unwrap();
    let error = stage.refused(&always("dev", "654321"));
    refused_code(&error);
    assert_eq!(stage.aws.codes_sent(), 2);
}

#[test]
fn a_used_code_is_used_for_every_profile_of_the_device() {
    let config = format!("[profile a]\nmfa_serial = {SERIAL}\n[profile b]\nmfa_serial = {SERIAL}\n");
    let credentials = format!(
        "[a]\n{}[b]\n{}",
        keys("AKIAIOSFODNN7EXAMPLE"),
        keys("AKIAIOSFODNN7EXAMPL2")
    );
    let stage = Stage::new(&config, &credentials);
    stage.refresh(&with_code("a", "123456")).unwrap();
    refused_code(&stage.refused(&with_code("b", "123456")));
    stage.refresh(&with_code("b", "654321")).unwrap();
}

#[test]
fn a_code_that_never_left_this_machine_can_be_typed_again() {
    for error in [unreachable(), AwsError::NotMade("no thread".to_owned())] {
        let stage = Stage::dev();
        stage.aws.fail_once(error);
        stage.refused(&with_code("dev", "123456"));
        assert!(stage.refresh(&with_code("dev", "123456")).unwrap().made);
    }
}

#[test]
fn a_code_that_may_have_arrived_is_used() {
    for error in [
        unanswered(),
        AwsError::Throttled,
        AwsError::ServerFault(503),
        AwsError::NotAws("it is not what STS writes"),
        AwsError::ProxyAuthentication,
    ] {
        let stage = Stage::dev();
        stage.aws.fail_once(error);
        stage.refused(&with_code("dev", "123456"));
        refused_code(&stage.refused(&with_code("dev", "123456")));
        assert_eq!(stage.aws.codes_sent(), 1);
    }
}

#[test]
fn six_tries_in_three_minutes_are_all() {
    let stage = Stage::dev();
    for number in 0..6 {
        stage.aws.reject_code_once();
        stage.refused(&with_code("dev", &format!("00000{number}")));
    }
    let error = stage.refused(&with_code("dev", "999999"));
    assert_eq!(*refused_code(&error), CodeRefused::BudgetSpent { wait: 170 });
    assert_eq!(stage.aws.codes_sent(), 6);
    stage.clock.forward(170);
    stage.refresh(&with_code("dev", "999999")).unwrap();
}

#[test]
fn a_code_is_not_sent_when_its_use_cannot_be_written_down() {
    let stage = Stage::dev();
    // A file where the ledger's folder should be: no user, not even root, can make one there.
    fs::create_dir_all(stage.world.state.path()).unwrap();
    fs::File::create(stage.world.state.path().join("ledger")).unwrap();
    let error = stage.refused(&with_code("dev", "123456"));
    assert!(matches!(error, RefreshError::Ledger(_)), "{error:?}");
    assert_eq!(stage.aws.codes_sent(), 0);
}

#[test]
fn a_code_is_not_spent_on_a_session_that_could_not_be_written() {
    let twice = format!(
        "[dev]\n{}[dev-mfa]\nk = 1\n[dev-mfa]\nk = 2\n",
        keys("AKIAIOSFODNN7EXAMPLE")
    );
    let config = format!("[profile dev]\nmfa_serial = {SERIAL}\n");
    let stage = Stage::new(&config, &twice);
    let error = stage.refused(&with_code("dev", "123456"));
    assert!(matches!(error, RefreshError::Write(_)), "{error:?}");
    assert_eq!(stage.aws.calls(), []);
}

#[test]
fn a_device_of_another_partition_is_noticed_before_a_code_is_spent() {
    let config = "[profile dev]\nregion = eu-west-1\nmfa_serial = arn:aws-cn:iam::111122223333:mfa/alice\n";
    let stage = Stage::new(config, &format!("[dev]\n{}", keys("AKIAIOSFODNN7EXAMPLE")));
    match stage.refused(&with_code("dev", "123456")) {
        RefreshError::Profile(problem) => assert_eq!(problem.code, "partition"),
        other => panic!("{other:?}"),
    }
    assert_eq!(stage.aws.calls(), []);
}

#[test]
fn the_account_of_a_key_that_is_not_accepted_is_asked_of_another_session() {
    let unknown = || {
        refusal(
            "InvalidClientTokenId",
            "The security token included in the request is invalid.",
        )
    };
    let alone = Stage::dev();
    alone.aws.fail_once(unknown());
    let error = alone.refused(&with_code("dev", "123456"));
    assert!(!error.to_string().contains("999988887777"), "nobody to ask: {error}");

    let config = format!("[profile dev]\nmfa_serial = {SERIAL}\n[profile good]\nmfa_serial = {SERIAL}2\n");
    let credentials = format!(
        "[dev]\n{}[good]\n{}",
        keys("AKIAIOSFODNN7EXAMPLE"),
        keys("AKIAGOODXXXXEXAMPLE0")
    );
    let stage = Stage::new(&config, &credentials);
    stage.refresh(&with_code("good", "111111")).unwrap();
    stage.aws.fail_once(unknown());
    let error = stage.refused(&with_code("dev", "123456"));
    assert!(
        error.to_string().ends_with("it belongs to the account 999988887777"),
        "{error}"
    );
    let asked = Call::AccessKeyAccount {
        signed_with: "ASIAIOSFODNN00000001".to_owned(),
        about: "AKIAIOSFODNN7EXAMPLE".to_owned(),
    };
    assert!(stage.aws.calls().contains(&asked), "{:?}", stage.aws.calls());

    // By this machine's slow clock the other session has a minute left.
    stage.clock.forward(43_200 - 60);
    stage.aws.set_server_ahead(600);
    stage.aws.fail_once(unknown());
    stage.refused(&with_code("dev", "234567"));
    let times = stage.aws.calls().iter().filter(|call| **call == asked).count();
    assert_eq!(times, 1, "a session that is over is not asked");
}
