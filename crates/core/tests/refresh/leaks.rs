//! No secret stands in any error, in any of our own files, or in what a refresh returns.

use std::fs;
use std::path::Path;

use mfa_tray_core::activity::{By, as_csv};
use mfa_tray_core::aws_error::AwsError;
use mfa_tray_core::clear::clear;
use mfa_tray_core::profile::MfaSerial;
use mfa_tray_core::refresh::{RefreshError, Request};

use crate::aws::{refusal, unanswered, unreachable};
use crate::stage::{NEW_SECRET, NOW, SECRET, SERIAL, Stage, TOKEN, always, ask, keys, name, seed, with_code};

const CODE: &str = "739184";

fn assert_clean(shown: &str) {
    for secret in [SECRET, NEW_SECRET, TOKEN, CODE] {
        assert!(!shown.contains(secret), "{secret} stands in: {shown}");
    }
}

fn assert_hides(error: &RefreshError) {
    let mut shown = format!("{error} {error:?} {error:#?}");
    let mut cause = std::error::Error::source(error);
    while let Some(error) = cause {
        shown.push_str(&format!(" {error} {error:?}"));
        cause = error.source();
    }
    assert_clean(&shown);
}

/// Every error a refresh can end with, each from the real way to it.
fn errors() -> Vec<RefreshError> {
    let mut errors = Vec::new();
    for error in [
        refusal(
            "AccessDenied",
            "MultiFactorAuthentication failed with invalid MFA one time pass code.",
        ),
        refusal(
            "InvalidClientTokenId",
            "The security token included in the request is invalid.",
        ),
        refusal("SignatureDoesNotMatch", "Signature expired"),
        quotes_the_code(),
        AwsError::Throttled,
        AwsError::ServerFault(500),
        AwsError::NotAws("it is not what STS writes"),
        AwsError::ProxyAuthentication,
        AwsError::NotMade("no thread".to_owned()),
        unreachable(),
        unanswered(),
    ] {
        let stage = Stage::dev();
        stage.aws.fail_once(error);
        errors.push(stage.refused(&with_code("dev", CODE)));
        errors.extend(stage.refresh(&with_code("dev", CODE)).err());
    }
    let session = format!("aws_secret_access_key = {NEW_SECRET}\naws_session_token = {TOKEN}\n");
    let dev = format!("[dev]\n{}", keys("AKIAIOSFODNN7EXAMPLE"));
    let config = format!("[profile dev]\nmfa_serial = {SERIAL}\n");
    for credentials in [
        format!("{dev}[dev-mfa]\n{session}[dev-mfa]\n{session}"),
        format!("{dev}[dev-mfa]\n{session}  garbage {TOKEN}\nmanager = other\n"),
        format!("{dev}[dev-mfa\n{session}"),
        format!("{dev}[dev-mfa]\n{session}\r{TOKEN}\n"),
        format!("{dev}\0{SECRET}\n"),
        format!("[dev]\naws_access_key_id = {SECRET}\naws_secret_access_key = {SECRET}\n"),
        format!("[dev]\naws_secret_access_key = {SECRET}\n"),
    ] {
        errors.push(Stage::new(&config, &credentials).refused(&with_code("dev", CODE)));
    }
    let stage = Stage::dev();
    errors.push(stage.refused(&ask("dev")));
    errors.push(stage.refused(&ask("nobody")));
    for (duration, target, serial) in [
        (Some(1), None, None),
        (None, Some(name("dev")), None),
        (
            None,
            None,
            Some(MfaSerial::parse("arn:aws:iam::111122223333:u2f/user/alice/key").unwrap()),
        ),
    ] {
        errors.push(stage.refused(&Request {
            duration,
            target,
            serial,
            ..with_code("dev", CODE)
        }));
    }
    fs::remove_file(&stage.world.paths.credentials).unwrap();
    fs::create_dir(&stage.world.paths.credentials).unwrap();
    errors.extend(stage.refresh(&with_code("dev", CODE)).err());
    errors
}

/// AWS quotes what it does not like in some of its messages.
fn quotes_the_code() -> AwsError {
    let message = format!(
        "1 validation error detected: Value '{CODE}' at 'tokenCode' failed to satisfy constraint: Member must be valid"
    );
    refusal("ValidationError", &message)
}

#[test]
fn no_error_holds_a_secret() {
    let errors = errors();
    assert!(errors.len() > 20, "only {} ways to fail were tried", errors.len());
    errors.iter().for_each(assert_hides);
}

#[test]
fn neither_request_nor_answer_shows_a_secret() {
    let stage = Stage::dev();
    let request = with_code("dev", CODE);
    assert_clean(&format!("{request:?}"));
    assert_clean(&format!("{:?}", stage.refresh(&request).unwrap()));
    assert_clean(&format!("{:?}", stage.world.load().unwrap()));
}

#[test]
fn our_own_files_hold_no_secret() {
    let stage = Stage::dev();
    stage.refresh(&with_code("dev", CODE)).unwrap();
    stage.aws.reject_code_once();
    stage.refused(&always("dev", "111111"));
    let mut seen = 0;
    look(stage.world.state.path(), &mut seen);
    assert!(
        seen >= 5,
        "only {seen} files: ledger, sessions, identities, activity, locks"
    );
}

#[test]
fn the_activity_holds_no_secret() {
    let made = Stage::dev();
    made.refresh(&with_code("dev", CODE)).unwrap();
    clear(&made.world, &made.world.load().unwrap(), &name("dev-mfa")).unwrap();
    assert_activity_is_clean(&made, 2);

    let stage = Stage::dev();
    stage.aws.fail_once(quotes_the_code());
    stage.refused(&with_code("dev", CODE));
    assert_activity_is_clean(&stage, 1);

    let session = format!("aws_secret_access_key = {NEW_SECRET}\naws_session_token = {TOKEN}\n");
    let garbage = format!("[dev-mfa]\n{session}  garbage {TOKEN}\nmanager = other\n");
    let dev = format!("[dev]\n{}{garbage}", keys("AKIAIOSFODNN7EXAMPLE"));
    let stage = Stage::new(&format!("[profile dev]\nmfa_serial = {SERIAL}\n"), &dev);
    stage.refused(&with_code("dev", CODE));
    assert_activity_is_clean(&stage, 1);

    for code in [None, Some(quotes_the_seeds_code(0))] {
        let stage = Stage::dev().enrolled().asked(By::Automatic);
        if let Some(error) = code {
            stage.aws.fail_once(error);
        }
        let _ = stage.refresh(&ask("dev"));
        assert_activity_is_clean(&stage, 1);
        for step in -2..=2 {
            assert!(!written(&stage).contains(&seeds_code(step)), "a code of the seed");
        }
        assert!(!written(&stage).contains("JBSWY3DP"), "the seed");
    }
}

fn assert_activity_is_clean(stage: &Stage, events: usize) {
    assert_eq!(stage.events().len(), events, "or else there is nothing to look at");
    assert_clean(&written(stage));
    assert_clean(&as_csv(&stage.events()));
    assert_clean(&format!("{:?}", stage.events()));
}

fn written(stage: &Stage) -> String {
    fs::read_to_string(stage.world.state.path().join("activity.jsonl")).unwrap()
}

fn seeds_code(step: i64) -> String {
    let now = seed().counter(NOW.parse().unwrap());
    seed().mfa_code(now + step).unwrap().digits().to_owned()
}

fn quotes_the_seeds_code(step: i64) -> AwsError {
    refusal(
        "ValidationError",
        &format!("Value '{}' at 'tokenCode'", seeds_code(step)),
    )
}

fn look(folder: &Path, seen: &mut usize) {
    for entry in fs::read_dir(folder).unwrap().map(Result::unwrap) {
        if entry.path().is_dir() {
            look(&entry.path(), seen);
            continue;
        }
        *seen += 1;
        assert_clean(&format!(
            "{:?} {}",
            entry.path(),
            String::from_utf8_lossy(&fs::read(entry.path()).unwrap())
        ));
        #[cfg(unix)]
        assert_eq!(
            std::os::unix::fs::PermissionsExt::mode(&entry.metadata().unwrap().permissions()) & 0o077,
            0,
            "{:?} can be read by others",
            entry.path()
        );
    }
}
