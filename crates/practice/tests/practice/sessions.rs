//! GetSessionToken: codes, counters and the budget of attempts.

use mfa_tray_practice::{Options, current_code};

use crate::stage::{ACCOUNT, INVALID, Stage, UNABLE, denied, is, refused};

#[tokio::test]
async fn a_right_code_gives_a_session_that_knows_who_it_is() {
    let stage = Stage::new();
    let dana = stage.person("dana");
    let session = stage.session(&dana, &stage.code(&dana.serial, 0)).await.unwrap();
    assert!(session.access_key_id().starts_with("ASIA"));
    assert_eq!(session.access_key_id().len(), 20);
    assert_eq!(session.secret_access_key().len(), 40);
    let left = session
        .expiry()
        .unwrap()
        .duration_since(std::time::UNIX_EPOCH)
        .unwrap()
        .as_secs();
    assert_eq!(left, u64::try_from(stage.now()).unwrap() + 43_200);
    let who = stage.sts(&session).get_caller_identity().send().await.unwrap();
    assert_eq!(who.arn(), Some("arn:aws:iam::111122223333:user/dana"));
    assert_eq!(who.account(), Some(ACCOUNT));
    assert!(who.user_id().unwrap().starts_with("AIDA"));
}

#[tokio::test]
async fn a_wrong_code_is_refused_and_so_is_a_used_one() {
    let stage = Stage::new();
    let dana = stage.person("dana");
    assert_eq!(
        stage.session(&dana, &stage.wrong_code(&dana.serial)).await.unwrap_err(),
        denied(INVALID)
    );
    let code = stage.code(&dana.serial, 0);
    stage.session(&dana, &code).await.unwrap();
    assert_eq!(stage.session(&dana, &code).await.unwrap_err(), denied(INVALID));
}

#[tokio::test]
async fn counters_within_two_steps_are_taken_in_any_order_and_others_not() {
    let stage = Stage::new();
    let dana = stage.person("dana");
    for step in [2, -2, 0, 1, -1] {
        assert!(
            stage.session(&dana, &stage.code(&dana.serial, step)).await.is_ok(),
            "step {step}"
        );
    }
    for step in [-3, 3] {
        let refusal = stage.session(&dana, &stage.code(&dana.serial, step)).await.unwrap_err();
        assert_eq!(refusal, denied(INVALID), "step {step}");
    }
}

#[tokio::test]
async fn the_tenth_attempt_of_a_window_is_refused_even_with_a_right_code() {
    let stage = Stage::new();
    let (dana, emil) = (stage.person("dana"), stage.person("emil"));
    let wrong = stage.wrong_code(&dana.serial);
    for attempt in 1..=9 {
        assert_eq!(
            stage.session(&dana, &wrong).await.unwrap_err(),
            denied(INVALID),
            "attempt {attempt}"
        );
    }
    assert_eq!(
        stage.session(&dana, &stage.code(&dana.serial, 0)).await.unwrap_err(),
        denied(UNABLE)
    );
    assert!(
        stage.session(&emil, &stage.code(&emil.serial, 0)).await.is_ok(),
        "another device has its own budget"
    );
    // 12:02:59 is the last second of the window.
    stage.advance(169);
    assert_eq!(
        stage.session(&dana, &stage.code(&dana.serial, 0)).await.unwrap_err(),
        denied(UNABLE)
    );
    stage.advance(1);
    assert!(stage.session(&dana, &stage.code(&dana.serial, 0)).await.is_ok());
}

#[tokio::test]
async fn without_limits_codes_are_still_checked() {
    let stage = Stage::with(Options {
        limits: false,
        ..Options::default()
    });
    let dana = stage.person("dana");
    let code = stage.code(&dana.serial, 0);
    for attempt in 1..=12 {
        assert!(stage.session(&dana, &code).await.is_ok(), "attempt {attempt}");
    }
    assert_eq!(
        stage.session(&dana, &stage.wrong_code(&dana.serial)).await.unwrap_err(),
        denied(INVALID)
    );
}

#[tokio::test]
async fn a_device_of_someone_else_or_of_nobody_cannot_be_validated() {
    let stage = Stage::new();
    let (dana, emil) = (stage.person("dana"), stage.person("emil"));
    let key = format!("arn:aws:iam::{ACCOUNT}:u2f/user/dana/key-1");
    stage.practice.add_security_key("dana", &key);
    let code = stage.code(&emil.serial, 0);
    for serial in [
        emil.serial.as_str(),
        "arn:aws:iam::111122223333:mfa/nobody",
        "GAHT12345678",
        &key,
    ] {
        let call = stage
            .sts(&dana.credentials)
            .get_session_token()
            .serial_number(serial)
            .token_code(&code);
        assert_eq!(refused(call.send().await), denied(UNABLE), "{serial}");
    }
    assert!(
        stage.session(&emil, &code).await.is_ok(),
        "the owner's code is still unused"
    );
}

#[tokio::test]
async fn parameters_are_checked_before_anything_else() {
    let stage = Stage::new();
    let dana = stage.person("dana");
    let check = async |serial: &str, code: &str, seconds: i32, end: &str| {
        let call = stage.sts(&dana.credentials).get_session_token();
        let result = call
            .serial_number(serial)
            .token_code(code)
            .duration_seconds(seconds)
            .send()
            .await;
        let (status, kind, message) = refused(result);
        assert_eq!((status, kind.as_str()), (400, "ValidationError"), "{message}");
        assert!(
            message.starts_with("1 validation error detected: Value '") && message.ends_with(end),
            "{message}"
        );
    };
    let serial = dana.serial.as_str();
    check(
        serial,
        "12345",
        900,
        "at 'tokenCode' failed to satisfy constraint: Member must have length greater than or equal to 6",
    )
    .await;
    check(
        serial,
        "1234567",
        900,
        "Member must have length less than or equal to 6",
    )
    .await;
    check(
        serial,
        "12a456",
        900,
        r"Member must satisfy regular expression pattern: [\d]*",
    )
    .await;
    check(
        "short",
        "123456",
        900,
        "Member must have length greater than or equal to 9",
    )
    .await;
    check(
        "with a space",
        "123456",
        900,
        r"Member must satisfy regular expression pattern: [\w+=/:,.@-]*",
    )
    .await;
    check(
        serial,
        "123456",
        899,
        "Member must have value greater than or equal to 900",
    )
    .await;
    check(
        serial,
        "123456",
        129_601,
        "Member must have value less than or equal to 129600",
    )
    .await;
    let state = stage.practice.state();
    let device = state["devices"]
        .as_array()
        .unwrap()
        .iter()
        .find(|device| device["serial"] == serial)
        .unwrap();
    assert_eq!(device["attempts_in_window"], 0, "a malformed request costs no attempt");
}

#[tokio::test]
async fn half_of_mfa_is_refused_and_none_gives_a_session_without_it() {
    let stage = Stage::new();
    let dana = stage.person("dana");
    let client = stage.sts(&dana.credentials);
    let refusal = refused(client.get_session_token().serial_number(&dana.serial).send().await);
    let message = "MultiFactorAuthentication failed, must provide both MFA serial number and one time pass code.";
    assert_eq!(refusal, denied(message));

    let answer = client.get_session_token().send().await.unwrap();
    let session = crate::stage::session(answer.credentials());
    assert!(stage.sts(&session).get_caller_identity().send().await.is_ok());
    let invalid = is(
        403,
        "InvalidClientTokenId",
        "The security token included in the request is invalid.",
    );
    assert_eq!(
        refused(stage.iam(&session).get_user().send().await),
        invalid,
        "IAM wants MFA of a session"
    );
}

#[tokio::test]
async fn a_session_cannot_ask_for_another() {
    let stage = Stage::new();
    let dana = stage.person("dana");
    let session = stage.session(&dana, &stage.code(&dana.serial, 0)).await.unwrap();
    let refusal = refused(stage.sts(&session).get_session_token().send().await);
    assert_eq!(refusal, denied("Cannot call GetSessionToken with session credentials"));
}

#[tokio::test]
async fn a_session_ends() {
    let stage = Stage::with(Options {
        session_seconds: Some(60),
        ..Options::default()
    });
    let dana = stage.person("dana");
    let session = stage.session(&dana, &stage.code(&dana.serial, 0)).await.unwrap();
    stage.advance(59);
    assert!(stage.sts(&session).get_caller_identity().send().await.is_ok());
    stage.advance(1);
    let refusal = refused(stage.sts(&session).get_caller_identity().send().await);
    assert_eq!(
        refusal,
        is(
            403,
            "ExpiredToken",
            "The security token included in the request is expired"
        )
    );
}

#[tokio::test]
async fn root_gets_an_hour_at_most() {
    let stage = Stage::new();
    let root = stage.person("root");
    let call = stage.sts(&root.credentials).get_session_token();
    let call = call
        .serial_number(&root.serial)
        .token_code(stage.code(&root.serial, 0))
        .duration_seconds(43_200);
    let answer = call.send().await.unwrap();
    assert_eq!(answer.credentials().unwrap().expiration().secs(), stage.now() + 3_600);
    let who = stage.sts(&root.credentials).get_caller_identity().send().await.unwrap();
    assert_eq!(who.arn(), Some("arn:aws:iam::111122223333:root"));
}

#[tokio::test]
async fn the_state_tells_what_happened_and_no_secret() {
    let stage = Stage::new();
    let dana = stage.person("dana");
    let session = stage.session(&dana, &stage.code(&dana.serial, 0)).await.unwrap();
    let state = stage.practice.state();
    let issued = &state["sessions"][0];
    assert_eq!(issued["access_key_id"], session.access_key_id());
    assert_eq!(issued["who"], "arn:aws:iam::111122223333:user/dana");
    assert_eq!(issued["mfa"], true);
    assert_eq!(state["requests"]["by_action"]["GetSessionToken"], 1);
    assert_eq!(state["requests"]["last"][0]["status"], 200);
    let text = state.to_string();
    for secret in [
        session.secret_access_key(),
        session.session_token().unwrap(),
        dana.credentials.secret_access_key(),
    ] {
        assert!(!text.contains(secret));
    }
}

#[tokio::test]
async fn the_small_client_tells_a_code_that_works() {
    let stage = Stage::new();
    let dana = stage.person("dana");
    let (endpoint, serial) = (stage.practice.endpoint().to_owned(), dana.serial.clone());
    let code = tokio::task::spawn_blocking(move || current_code(&endpoint, &serial))
        .await
        .unwrap()
        .unwrap();
    assert!(stage.session(&dana, &code).await.is_ok());
    let error = current_code(stage.practice.endpoint(), "arn:aws:iam::111122223333:mfa/nobody").unwrap_err();
    assert!(matches!(error, mfa_tray_practice::CodeError::NoSuchDevice), "{error}");
}
