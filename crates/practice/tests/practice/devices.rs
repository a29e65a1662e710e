//! The life of a virtual MFA device.

use aws_sdk_sts::config::Credentials;
use mfa_tray_practice::Options;

use crate::stage::{INVALID, Person, Refusal, Stage, UNABLE, denied, is, refusal, refused};

async fn create(stage: &Stage, credentials: &Credentials, name: &str) -> String {
    let answer = stage
        .iam(credentials)
        .create_virtual_mfa_device()
        .virtual_mfa_device_name(name)
        .send()
        .await
        .unwrap();
    answer.virtual_mfa_device().unwrap().serial_number().to_owned()
}

async fn enable(
    stage: &Stage,
    credentials: &Credentials,
    user: &str,
    serial: &str,
    codes: (&str, &str),
) -> Result<(), Refusal> {
    let call = stage
        .iam(credentials)
        .enable_mfa_device()
        .user_name(user)
        .serial_number(serial);
    let answer = call
        .authentication_code1(codes.0)
        .authentication_code2(codes.1)
        .send()
        .await;
    answer.map(|_| ()).map_err(|error| refusal(&error))
}

/// Enables with the codes of two steps from now, the second being `step`.
async fn enable_at(
    stage: &Stage,
    credentials: &Credentials,
    user: &str,
    serial: &str,
    step: i64,
) -> Result<(), Refusal> {
    let (first, second) = (stage.code(serial, step - 1), stage.code(serial, step));
    enable(stage, credentials, user, serial, (&first, &second)).await
}

#[tokio::test]
async fn a_device_is_created_enabled_used_and_removed() {
    let stage = Stage::new();
    let dana = stage.newcomer("dana");
    let iam = stage.iam(&dana);
    let answer = iam
        .create_virtual_mfa_device()
        .virtual_mfa_device_name("dana-phone")
        .send()
        .await
        .unwrap();
    let device = answer.virtual_mfa_device().unwrap();
    let serial = device.serial_number().to_owned();
    assert_eq!(serial, "arn:aws:iam::111122223333:mfa/dana-phone");
    let seed = String::from_utf8(device.base32_string_seed().unwrap().as_ref().to_vec()).unwrap();
    assert_eq!(seed.len(), 64);
    assert!(
        seed.bytes()
            .all(|b| b.is_ascii_uppercase() || (b'2'..=b'7').contains(&b))
    );
    assert!(device.qr_code_png().unwrap().as_ref().starts_with(b"\x89PNG\r\n\x1a\n"));
    assert!(!stage.practice.state().to_string().contains(&seed));

    // The codes of the seed on the wire, made here, are what the server expects.
    let secret = totp_rs::Secret::try_from_base32(&seed).unwrap();
    let totp = totp_rs::Builder::new().with_secret(secret).build().unwrap();
    let at = |steps: i64| {
        totp.generate(u64::try_from(stage.now() + steps * 30).unwrap())
            .to_string()
    };
    enable(&stage, &dana, "dana", &serial, (&at(-1), &at(0))).await.unwrap();

    let listed = iam.list_mfa_devices().send().await.unwrap();
    assert_eq!(listed.mfa_devices().len(), 1);
    assert_eq!(
        (
            listed.mfa_devices()[0].serial_number(),
            listed.mfa_devices()[0].user_name()
        ),
        (serial.as_str(), "dana")
    );

    let person = Person {
        credentials: dana.clone(),
        serial: serial.clone(),
    };
    assert_eq!(
        stage.session(&person, &at(0)).await.unwrap_err(),
        denied(UNABLE),
        "STS does not know it yet"
    );
    stage.advance(10);
    // Both enrolment codes are still good, each once.
    let session = stage.session(&person, &at(-1)).await.unwrap();
    assert!(stage.session(&person, &at(0)).await.is_ok());
    assert_eq!(stage.session(&person, &at(0)).await.unwrap_err(), denied(INVALID));

    let delete = async |credentials: &Credentials| {
        stage
            .iam(credentials)
            .delete_virtual_mfa_device()
            .serial_number(&serial)
            .send()
            .await
    };
    assert_eq!(refused(delete(&session).await).1, "DeleteConflict");
    stage
        .iam(&session)
        .deactivate_mfa_device()
        .user_name("dana")
        .serial_number(&serial)
        .send()
        .await
        .unwrap();
    assert_eq!(stage.session(&person, &at(1)).await.unwrap_err(), denied(UNABLE));
    assert!(
        stage.iam(&session).get_user().send().await.is_ok(),
        "sessions outlive their device"
    );
    let unassigned = iam
        .list_virtual_mfa_devices()
        .assignment_status("Unassigned".into())
        .send()
        .await
        .unwrap();
    assert_eq!(unassigned.virtual_mfa_devices().len(), 1);
    assert!(
        unassigned.virtual_mfa_devices()[0].base32_string_seed().is_none(),
        "a seed is told once"
    );
    delete(&session).await.unwrap();
    let gone = refused(delete(&session).await);
    assert_eq!((gone.0, gone.1.as_str()), (404, "NoSuchEntity"));
}

#[tokio::test]
async fn codes_that_are_no_pair_enable_nothing() {
    let stage = Stage::new();
    let dana = stage.newcomer("dana");
    let serial = create(&stage, &dana, "dana").await;
    let invalid = is(
        403,
        "InvalidAuthenticationCode",
        "Authentication code for device is not valid.",
    );
    let code = |step: i64| stage.code(&serial, step);
    for (first, second) in [
        (code(0), code(0)),
        (code(0), code(-1)),
        (code(-2), code(0)),
        (code(0), stage.wrong_code(&serial)),
    ] {
        assert_eq!(
            enable(&stage, &dana, "dana", &serial, (&first, &second))
                .await
                .unwrap_err(),
            invalid
        );
    }
    assert_eq!(
        enable_at(&stage, &dana, "dana", &serial, 1001).await.unwrap_err(),
        invalid
    );
    assert_eq!(
        enable_at(&stage, &dana, "dana", &serial, -999).await.unwrap_err(),
        invalid
    );
    assert!(enable_at(&stage, &dana, "dana", &serial, 1000).await.is_ok());
}

#[tokio::test]
async fn a_clock_that_is_off_by_hours_is_learnt_and_can_be_learnt_again() {
    let stage = Stage::with(Options {
        propagation_seconds: 0,
        ..Options::default()
    });
    let dana = stage.newcomer("dana");
    let serial = create(&stage, &dana, "dana").await;
    let right = stage.code(&serial, 0);
    enable_at(&stage, &dana, "dana", &serial, 240).await.unwrap();
    let person = Person {
        credentials: dana.clone(),
        serial: serial.clone(),
    };
    assert_eq!(
        stage.session(&person, &right).await.unwrap_err(),
        denied(INVALID),
        "two hours behind the device"
    );
    assert!(
        stage.session(&person, &stage.code(&serial, 0)).await.is_ok(),
        "by the device's own clock"
    );

    let resync = async |step: i64| {
        let call = stage
            .iam(&dana)
            .resync_mfa_device()
            .user_name("dana")
            .serial_number(&serial);
        let call = call
            .authentication_code1(stage.code(&serial, step - 1))
            .authentication_code2(stage.code(&serial, step));
        call.send().await
    };
    assert_eq!(
        refused(resync(0).await).1,
        "InvalidAuthenticationCode",
        "not newer than the last pair"
    );
    assert!(resync(3).await.is_ok(), "allowed with the long-term key");
    assert!(stage.session(&person, &stage.code(&serial, 0)).await.is_ok());
}

#[tokio::test]
async fn who_has_a_device_changes_devices_only_with_mfa() {
    let stage = Stage::with(Options {
        propagation_seconds: 0,
        ..Options::default()
    });
    let (dana, emil) = (stage.person("dana"), stage.newcomer("emil"));
    let second = create(&stage, &dana.credentials, "dana-2").await;
    let denied = |action: &str| {
        denied(&format!(
            "User: arn:aws:iam::111122223333:user/dana is not authorized to perform: iam:{action} on resource: user dana"
        ))
    };
    let refusal = enable_at(&stage, &dana.credentials, "dana", &second, 0)
        .await
        .unwrap_err();
    assert_eq!(refusal, denied("EnableMFADevice"));
    for serial in [dana.serial.as_str(), "arn:aws:iam::111122223333:mfa/missing"] {
        let call = stage
            .iam(&dana.credentials)
            .deactivate_mfa_device()
            .user_name("dana")
            .serial_number(serial);
        assert_eq!(refused(call.send().await), denied("DeactivateMFADevice"), "{serial}");
        let refusal = enable(&stage, &dana.credentials, "dana", serial, ("000000", "111111"))
            .await
            .unwrap_err();
        assert_eq!(
            refusal,
            denied("EnableMFADevice"),
            "before anything is said about {serial}"
        );
    }
    let session = stage.session(&dana, &stage.code(&dana.serial, 0)).await.unwrap();
    enable_at(&stage, &session, "dana", &second, 0).await.unwrap();
    assert_eq!(
        enable_at(&stage, &session, "dana", &second, 1).await.unwrap_err().1,
        "EntityAlreadyExists"
    );
    // Somebody else is not bound by it.
    stage
        .iam(&emil)
        .deactivate_mfa_device()
        .user_name("dana")
        .serial_number(&second)
        .send()
        .await
        .unwrap();
}

#[tokio::test]
async fn a_recreated_device_keeps_the_spent_budget() {
    let stage = Stage::with(Options {
        propagation_seconds: 0,
        ..Options::default()
    });
    let (dana, emil) = (stage.person("dana"), stage.newcomer("emil"));
    let wrong = stage.wrong_code(&dana.serial);
    for _ in 0..9 {
        stage.session(&dana, &wrong).await.unwrap_err();
    }
    let iam = stage.iam(&emil);
    iam.deactivate_mfa_device()
        .user_name("dana")
        .serial_number(&dana.serial)
        .send()
        .await
        .unwrap();
    iam.delete_virtual_mfa_device()
        .serial_number(&dana.serial)
        .send()
        .await
        .unwrap();
    assert_eq!(create(&stage, &emil, "dana").await, dana.serial);
    enable_at(&stage, &emil, "dana", &dana.serial, 0).await.unwrap();
    assert_eq!(
        stage.session(&dana, &stage.code(&dana.serial, 0)).await.unwrap_err(),
        denied(UNABLE)
    );
    stage.advance(180);
    assert!(stage.session(&dana, &stage.code(&dana.serial, 0)).await.is_ok());
}

#[tokio::test]
async fn names_are_unique_and_eight_devices_are_enough() {
    let stage = Stage::new();
    let (dana, emil) = (stage.newcomer("dana"), stage.newcomer("emil"));
    for n in 0..8 {
        let serial = create(&stage, &dana, &format!("device-{n}")).await;
        enable_at(&stage, &emil, "dana", &serial, 0).await.unwrap();
    }
    let again = stage
        .iam(&dana)
        .create_virtual_mfa_device()
        .virtual_mfa_device_name("device-0")
        .send()
        .await;
    let message = "MFADevice entity at the same path and name already exists.";
    assert_eq!(refused(again), is(409, "EntityAlreadyExists", message));
    let ninth = create(&stage, &dana, "device-8").await;
    let refusal = enable_at(&stage, &emil, "dana", &ninth, 0).await.unwrap_err();
    assert_eq!((refusal.0, refusal.1.as_str()), (409, "LimitExceeded"));

    let mut pages = stage.iam(&dana).list_mfa_devices().into_paginator().page_size(3).send();
    let mut counts = Vec::new();
    while let Some(page) = pages.next().await {
        counts.push(page.unwrap().mfa_devices().len());
    }
    assert_eq!(counts, [3, 3, 2]);
}

#[tokio::test]
async fn nobody_is_told_so() {
    let stage = Stage::new();
    let dana = stage.newcomer("dana");
    let listed = stage.iam(&dana).list_mfa_devices().user_name("nobody").send().await;
    assert_eq!(
        refused(listed),
        is(404, "NoSuchEntity", "The user with name nobody cannot be found.")
    );
    let aliases = stage.iam(&dana).list_account_aliases().send().await.unwrap();
    assert_eq!(aliases.account_aliases(), ["practice"]);
    let user = stage.iam(&dana).get_user().send().await.unwrap();
    assert_eq!(user.user().unwrap().arn(), "arn:aws:iam::111122223333:user/dana");
}
