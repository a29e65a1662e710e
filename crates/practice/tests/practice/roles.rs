//! AssumeRole: trust, MFA and how long.

use aws_sdk_sts::{
    config::Credentials,
    types::{Credentials as Given, Tag},
};
use mfa_tray_practice::{Role, Trust};

use crate::stage::{INVALID, Refusal, Stage, denied, is, refusal, session};

const ROLE: &str = "arn:aws:iam::444455556666:role/team/deploy";
const NEXT: &str = "arn:aws:iam::444455556666:role/next";

fn role(stage: &Stage, arn: &str, trust: Trust) {
    stage
        .practice
        .add_role(Role {
            arn: arn.to_owned(),
            max_session_seconds: 7_200,
            trust,
        })
        .unwrap();
}

fn trusting(principal: &str) -> Trust {
    Trust {
        principals: vec![principal.to_owned()],
        ..Trust::default()
    }
}

async fn assume(
    stage: &Stage,
    caller: &Credentials,
    arn: &str,
    seconds: Option<i32>,
    mfa: Option<(&str, &str)>,
) -> Result<Given, Refusal> {
    let call = stage
        .sts(caller)
        .assume_role()
        .role_arn(arn)
        .role_session_name("dana")
        .set_duration_seconds(seconds);
    let call = call
        .set_serial_number(mfa.map(|mfa| mfa.0.to_owned()))
        .set_token_code(mfa.map(|mfa| mfa.1.to_owned()));
    match call.send().await {
        Ok(answer) => Ok(answer.credentials().unwrap().clone()),
        Err(error) => Err(refusal(&error)),
    }
}

fn not_authorized(arn: &str, role: &str) -> Refusal {
    denied(&format!(
        "User: {arn} is not authorized to perform: sts:AssumeRole on resource: {role}"
    ))
}

#[tokio::test]
async fn a_role_that_demands_mfa_wants_a_code_now_or_in_the_session() {
    let stage = Stage::new();
    let dana = stage.person("dana");
    let user = "arn:aws:iam::111122223333:user/dana";
    role(
        &stage,
        ROLE,
        Trust {
            mfa: true,
            ..trusting(user)
        },
    );
    let refusal = assume(&stage, &dana.credentials, ROLE, None, None).await.unwrap_err();
    assert_eq!(refusal, not_authorized(user, ROLE));

    let wrong = stage.wrong_code(&dana.serial);
    let refusal = assume(&stage, &dana.credentials, ROLE, None, Some((&dana.serial, &wrong)))
        .await
        .unwrap_err();
    assert_eq!(refusal, denied(INVALID));

    let code = stage.code(&dana.serial, 0);
    let given = assume(&stage, &dana.credentials, ROLE, None, Some((&dana.serial, &code)))
        .await
        .unwrap();
    assert_eq!(given.expiration().secs(), stage.now() + 3_600);
    let who = stage
        .sts(&session(Some(&given)))
        .get_caller_identity()
        .send()
        .await
        .unwrap();
    assert_eq!(who.arn(), Some("arn:aws:sts::444455556666:assumed-role/deploy/dana"));
    assert_eq!(who.account(), Some("444455556666"));
    assert!(who.user_id().unwrap().starts_with("AROA") && who.user_id().unwrap().ends_with(":dana"));

    let shared = stage.session(&dana, &stage.code(&dana.serial, 1)).await.unwrap();
    assert!(
        assume(&stage, &shared, ROLE, None, None).await.is_ok(),
        "the session's MFA counts"
    );
    let plain = stage.sts(&dana.credentials).get_session_token().send().await.unwrap();
    let plain = session(plain.credentials());
    assert_eq!(
        assume(&stage, &plain, ROLE, None, None).await.unwrap_err(),
        not_authorized(user, ROLE)
    );
}

#[tokio::test]
async fn a_role_may_want_mfa_that_is_young() {
    let stage = Stage::new();
    let dana = stage.person("dana");
    let user = "arn:aws:iam::111122223333:user/dana";
    role(
        &stage,
        ROLE,
        Trust {
            mfa_age_seconds: Some(900),
            ..trusting(user)
        },
    );
    let shared = stage.session(&dana, &stage.code(&dana.serial, 0)).await.unwrap();
    stage.advance(900);
    assert!(assume(&stage, &shared, ROLE, None, None).await.is_ok());
    stage.advance(1);
    assert_eq!(
        assume(&stage, &shared, ROLE, None, None).await.unwrap_err(),
        not_authorized(user, ROLE)
    );
    let code = stage.code(&dana.serial, 0);
    assert!(
        assume(&stage, &dana.credentials, ROLE, None, Some((&dana.serial, &code)))
            .await
            .is_ok()
    );
}

#[tokio::test]
async fn only_who_is_trusted_gets_in() {
    let stage = Stage::new();
    let (dana, emil) = (stage.newcomer("dana"), stage.newcomer("emil"));
    role(
        &stage,
        ROLE,
        Trust {
            external_id: Some("x-1".to_owned()),
            ..trusting("arn:aws:iam::111122223333:user/dana")
        },
    );
    role(&stage, NEXT, trusting("arn:aws:iam::111122223333:root"));
    let emils = "arn:aws:iam::111122223333:user/emil";
    assert_eq!(
        assume(&stage, &emil, ROLE, None, None).await.unwrap_err(),
        not_authorized(emils, ROLE)
    );
    assert!(
        assume(&stage, &emil, NEXT, None, None).await.is_ok(),
        "an account's root stands for everyone in it"
    );
    assert!(
        assume(&stage, &dana, ROLE, None, None).await.is_err(),
        "the external id is missing"
    );
    let call = stage.sts(&dana).assume_role().role_arn(ROLE).role_session_name("dana");
    assert!(call.external_id("x-1").send().await.is_ok());
    let missing = "arn:aws:iam::444455556666:role/missing";
    assert_eq!(
        assume(&stage, &emil, missing, None, None).await.unwrap_err(),
        not_authorized(emils, missing)
    );
}

#[tokio::test]
async fn durations_are_refused_in_the_observed_order() {
    let stage = Stage::new();
    let dana = stage.newcomer("dana");
    role(&stage, ROLE, trusting("arn:aws:iam::111122223333:user/dana"));
    role(&stage, NEXT, trusting(ROLE));
    let schema = assume(&stage, &dana, ROLE, Some(43_201), None).await.unwrap_err();
    assert!(
        schema.2.ends_with("Member must have value less than or equal to 43200"),
        "{}",
        schema.2
    );
    let over = "The requested DurationSeconds exceeds the MaxSessionDuration set for this role.";
    assert_eq!(
        assume(&stage, &dana, ROLE, Some(7_201), None).await.unwrap_err(),
        is(400, "ValidationError", over)
    );
    let first = session(Some(&assume(&stage, &dana, ROLE, Some(7_200), None).await.unwrap()));
    assert_eq!(
        assume(&stage, &first, NEXT, Some(7_201), None).await.unwrap_err(),
        is(400, "ValidationError", over)
    );
    let chained = "The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining.";
    assert_eq!(
        assume(&stage, &first, NEXT, Some(3_601), None).await.unwrap_err(),
        is(400, "ValidationError", chained)
    );
    assert!(assume(&stage, &first, NEXT, Some(3_600), None).await.is_ok());
}

#[tokio::test]
async fn a_role_carries_no_mfa_on() {
    let stage = Stage::new();
    let dana = stage.person("dana");
    role(&stage, ROLE, trusting("arn:aws:iam::111122223333:user/dana"));
    role(
        &stage,
        NEXT,
        Trust {
            mfa: true,
            ..trusting(ROLE)
        },
    );
    let code = stage.code(&dana.serial, 0);
    let first = assume(&stage, &dana.credentials, ROLE, None, Some((&dana.serial, &code)))
        .await
        .unwrap();
    let refusal = assume(&stage, &session(Some(&first)), NEXT, None, None)
        .await
        .unwrap_err();
    assert_eq!(
        refusal,
        not_authorized("arn:aws:sts::444455556666:assumed-role/deploy/dana", NEXT)
    );
}

#[tokio::test]
async fn a_role_tells_its_limit_in_its_own_account() {
    let stage = Stage::new();
    let dana = stage.newcomer("dana");
    let own = "arn:aws:iam::111122223333:role/team/builder";
    role(&stage, own, trusting("arn:aws:iam::111122223333:user/dana"));
    role(&stage, ROLE, Trust::default());
    let found = stage.iam(&dana).get_role().role_name("builder").send().await.unwrap();
    let found = found.role().unwrap();
    assert_eq!((found.arn(), found.path()), (own, "/team/"));
    assert_eq!(found.max_session_duration(), Some(7_200));
    let error = stage
        .iam(&dana)
        .get_role()
        .role_name("deploy")
        .send()
        .await
        .unwrap_err();
    let message = "The role with name deploy cannot be found.";
    assert_eq!(refusal(&error), is(404, "NoSuchEntity", message));
}

#[tokio::test]
async fn what_goes_down_a_chain_is_not_changed_on_the_way() {
    let stage = Stage::new();
    let dana = stage.newcomer("dana");
    role(&stage, ROLE, trusting("arn:aws:iam::111122223333:user/dana"));
    role(&stage, NEXT, trusting(ROLE));
    let tag = |value: &str| Tag::builder().key("team").value(value).build().unwrap();
    let call =
        |caller: &Credentials, arn: &str| stage.sts(caller).assume_role().role_arn(arn).role_session_name("dana");
    let first = call(&dana, ROLE)
        .tags(tag("web"))
        .transitive_tag_keys("team")
        .source_identity("dana");
    let first = session(first.send().await.unwrap().credentials());
    assert!(call(&first, NEXT).source_identity("dana").send().await.is_ok());
    let error = call(&first, NEXT).source_identity("emil").send().await.unwrap_err();
    assert_eq!(refusal(&error).1, "AccessDenied");
    let error = call(&first, NEXT).tags(tag("ops")).send().await.unwrap_err();
    assert_eq!(refusal(&error).1, "InvalidParameterValue");
}
