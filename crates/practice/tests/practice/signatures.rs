//! Who may speak at all.

use aws_sdk_sts::config::{
    ConfigBag, Credentials, Intercept, RuntimeComponents, interceptors::BeforeTransmitInterceptorContextMut,
};
use aws_smithy_runtime_api::{box_error::BoxError, client::orchestrator::HttpRequest};

use crate::stage::{Stage, is, refused};

const UNKNOWN: &str = "The security token included in the request is invalid.";

#[tokio::test]
async fn an_unknown_key_is_an_invalid_token() {
    let stage = Stage::new();
    let stranger = Credentials::new(
        "AKIAIOSFODNN7EXAMPLE",
        "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
        None,
        None,
        "test",
    );
    let refusal = refused(stage.sts(&stranger).get_caller_identity().send().await);
    assert_eq!(refusal, is(403, "InvalidClientTokenId", UNKNOWN));
}

#[tokio::test]
async fn a_wrong_secret_does_not_match() {
    let stage = Stage::new();
    let right = stage.newcomer("dana");
    let wrong = Credentials::new(
        right.access_key_id(),
        "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
        None,
        None,
        "test",
    );
    let (status, code, message) = refused(stage.sts(&wrong).get_caller_identity().send().await);
    assert_eq!((status, code.as_str()), (403, "SignatureDoesNotMatch"));
    assert!(message.starts_with("The request signature we calculated does not match the signature you provided."));
    assert!(stage.iam(&right).get_user().send().await.is_ok());
    assert_eq!(
        refused(stage.iam(&wrong).get_user().send().await).1,
        "SignatureDoesNotMatch"
    );
}

#[tokio::test]
async fn a_session_needs_its_own_token() {
    let stage = Stage::new();
    let (dana, emil) = (stage.person("dana"), stage.person("emil"));
    let one = stage.session(&dana, &stage.code(&dana.serial, 0)).await.unwrap();
    let two = stage.session(&emil, &stage.code(&emil.serial, 0)).await.unwrap();
    let token = |token: Option<&str>| {
        Credentials::new(
            one.access_key_id(),
            one.secret_access_key(),
            token.map(str::to_owned),
            None,
            "test",
        )
    };
    for credentials in [token(None), token(two.session_token())] {
        let refusal = refused(stage.sts(&credentials).get_caller_identity().send().await);
        assert_eq!(refusal, is(403, "InvalidClientTokenId", UNKNOWN));
    }
    let long = &dana.credentials;
    let token = one.session_token().map(str::to_owned);
    let mixed = Credentials::new(long.access_key_id(), long.secret_access_key(), token, None, "test");
    assert_eq!(
        refused(stage.sts(&mixed).get_caller_identity().send().await).1,
        "InvalidClientTokenId"
    );
}

#[tokio::test]
async fn a_clock_may_be_off_by_a_quarter_of_an_hour() {
    let stage = Stage::new();
    let dana = stage.newcomer("dana");
    for seconds in [-900, 900] {
        assert!(
            stage.sts_off(&dana, seconds).get_caller_identity().send().await.is_ok(),
            "{seconds}"
        );
    }
    let slow = refused(stage.sts_off(&dana, -901).get_caller_identity().send().await);
    let message =
        "Signature expired: 20261124T114509Z is now earlier than 20261124T114510Z (20261124T120010Z - 15 min.)";
    assert_eq!(slow, is(403, "SignatureDoesNotMatch", message));
    let fast = refused(stage.sts_off(&dana, 901).get_caller_identity().send().await);
    let message =
        "Signature not yet current: 20261124T121511Z is still later than 20261124T121510Z (20261124T120010Z + 15 min.)";
    assert_eq!(fast, is(403, "SignatureDoesNotMatch", message));
}

/// Changes a request after it was signed.
#[derive(Debug)]
struct Tamper(Change);

type Change = fn(&mut HttpRequest);

impl Intercept for Tamper {
    fn name(&self) -> &'static str {
        "Tamper"
    }

    fn modify_before_transmit(
        &self,
        context: &mut BeforeTransmitInterceptorContextMut<'_>,
        _: &RuntimeComponents,
        _: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        (self.0)(context.request_mut());
        Ok(())
    }
}

#[tokio::test]
async fn nothing_that_was_signed_can_be_changed_on_the_way() {
    let stage = Stage::new();
    let dana = stage.newcomer("dana");
    let send = async |change: Change| {
        let call = stage.sts(&dana).get_caller_identity().customize();
        call.interceptor(Tamper(change)).send().await
    };
    let changes: [(&str, Change); 4] = [
        ("body", |request| {
            let body = "Action=GetSessionToken&Version=2011-06-15";
            request.headers_mut().insert("content-length", body.len().to_string());
            *request.body_mut() = body.into();
        }),
        ("time", |request| {
            request.headers_mut().insert("x-amz-date", "20261124T120011Z");
        }),
        ("path", |request| {
            let uri = format!("{}other", request.uri());
            request.set_uri(uri).unwrap();
        }),
        ("query", |request| {
            let uri = format!("{}?DurationSeconds=900", request.uri());
            request.set_uri(uri).unwrap();
        }),
    ];
    for (what, change) in changes {
        let (status, code, _) = refused(send(change).await);
        assert_eq!((status, code.as_str()), (403, "SignatureDoesNotMatch"), "{what}");
    }
    let unsigned = send(|request| {
        request.headers_mut().insert("x-proxy", "added");
    });
    assert!(unsigned.await.is_ok(), "what was not signed may be added");
}
