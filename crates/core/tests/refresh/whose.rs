//! Whose session a target holds, and what else stands there.

use mfa_tray_core::clear::clear;
use mfa_tray_core::refresh::RefreshError;
use mfa_tray_core::session::State;

use crate::aws::refusal;
use crate::stage::{SERIAL, Stage, ask, keys, name, put, with_code};

const FOREIGN: &str = "aws_access_key_id = ASIAFOREIGNEXAMPLE00\naws_secret_access_key = s\naws_session_token = t\n";

fn stage(target: &str) -> Stage {
    let config = format!("[profile dev]\nregion = eu-west-1\nmfa_serial = {SERIAL}\n");
    Stage::new(
        &config,
        &format!("[dev]\n{}\n[dev-mfa]\n{target}", keys("AKIAIOSFODNN7EXAMPLE")),
    )
}

fn state(stage: &Stage) -> State {
    stage.row("dev").state
}

#[test]
fn a_session_that_another_tool_put_there_is_not_called_good() {
    let stage = stage(&format!("{FOREIGN}x_security_token_expires = 2030-01-01T00:00:00Z\n"));
    assert_eq!(state(&stage), State::Unknown);
    let needed = stage.refresh(&ask("dev")).unwrap_err();
    assert!(matches!(needed, RefreshError::CodeNeeded(_)), "{needed}");
    assert!(stage.refresh(&with_code("dev", "123456")).unwrap().made);
    assert_eq!(state(&stage), State::Active);
}

#[test]
fn a_session_of_the_key_that_stood_there_before_is_not_called_good() {
    let stage = Stage::dev();
    stage.refresh(&with_code("dev", "123456")).unwrap();
    let other_key = stage
        .credentials()
        .replace("AKIAIOSFODNN7EXAMPLE", "AKIANEWKEYXXEXAMPLE0");
    put(&stage.world.paths.credentials, &other_key);
    assert_eq!(state(&stage), State::Unknown);
}

#[test]
fn long_term_keys_that_appear_during_the_call_are_not_overwritten() {
    let stage = Stage::dev();
    let path = stage.world.paths.credentials.clone();
    let with_keys = format!("{}\n[dev-mfa]\n{}", stage.credentials(), keys("AKIALATEXXXXEXAMPLE0"));
    let appeared = with_keys.clone();
    stage.aws.meanwhile(move || put(&path, &appeared));
    let error = stage.refresh(&with_code("dev", "123456")).unwrap_err();
    assert!(error.to_string().contains("long-term access key"), "{error}");
    assert_eq!(stage.credentials(), with_keys);
}

#[test]
fn only_our_sessions_are_cleared() {
    let stage = stage(FOREIGN);
    let before = stage.credentials();
    let cleared = clear(&stage.world, &stage.world.load().unwrap(), &name("dev-mfa")).unwrap();
    assert_eq!((cleared, stage.credentials()), (None, before));
}

#[test]
fn a_device_that_aws_does_not_accept_any_more_is_looked_up_again() {
    let stage = Stage::new(
        "[profile dev]\nregion = eu-west-1\n",
        &format!("[dev]\n{}", keys("AKIAIOSFODNN7EXAMPLE")),
    );
    stage
        .aws
        .list_devices_once(Ok(&["arn:aws:iam::111122223333:mfa/old-phone"]));
    let unknown = "MultiFactorAuthentication failed, unable to validate MFA code.  Please verify your MFA serial number \
                   is valid and associated with this user.";
    stage.aws.fail_once(refusal("AccessDenied", unknown));
    stage.refused(&with_code("dev", "123456"));
    stage.aws.list_devices_once(Ok(&[SERIAL]));
    assert!(stage.refresh(&with_code("dev", "654321")).unwrap().made);
    let known = &stage.world.state.known_keys()["AKIAIOSFODNN7EXAMPLE"];
    assert_eq!(known.mfa_serial.as_deref(), Some(SERIAL));
}

#[test]
fn a_role_whose_source_is_our_target_does_not_need_the_session_to_be_there() {
    let config = format!(
        "[profile dev]\nmfa_serial = {SERIAL}\n[profile admin]\nrole_arn = arn:aws:iam::111122223333:role/a\n\
         source_profile = dev-mfa\n"
    );
    let stage = Stage::new(&config, &format!("[dev]\n{}", keys("AKIAIOSFODNN7EXAMPLE")));
    assert_eq!(stage.row("admin").kind_word(), "role");
}

#[test]
fn a_code_is_not_spent_where_the_session_cannot_be_written() {
    let stage = Stage::dev();
    let folder = stage.world.paths.credentials.clone();
    std::fs::rename(&folder, folder.with_file_name("elsewhere")).unwrap();
    std::fs::create_dir(&folder).unwrap();
    stage.refresh(&with_code("dev", "123456")).unwrap_err();
    assert_eq!(stage.aws.codes_sent(), 0);
}
