//! The federation endpoint of the console: no service of the SDK's, so the request is written here.

use aws_smithy_runtime_api::client::http::HttpConnector as _;
use aws_smithy_runtime_api::client::orchestrator::HttpRequest;
use aws_smithy_types::body::SdkBody;
use mfa_tray_core::aws_error::{AwsError, Reason, Refusal};
use mfa_tray_core::ports::{Caller, Reply};
use mfa_tray_core::secret::{AccessKey, ExposeSecret as _, SecretString};
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use super::{CALL_TIMEOUT, way};
use crate::http;

/// The names of the contract.
#[derive(Serialize)]
struct Session<'a> {
    #[serde(rename = "sessionId")]
    id: &'a str,
    #[serde(rename = "sessionKey")]
    key: &'a str,
    #[serde(rename = "sessionToken")]
    token: &'a str,
}

#[derive(Deserialize)]
struct Answer<'a> {
    #[serde(rename = "SigninToken")]
    token: &'a str,
}

pub(super) fn signin_token(caller: &Caller, url: &str) -> Reply<SecretString> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let result = match runtime {
        Ok(runtime) => runtime.block_on(ask(caller, url)),
        Err(error) => Err(AwsError::NotMade(error.to_string())),
    };
    Reply {
        result,
        server_time: None,
    }
}

async fn ask(caller: &Caller, url: &str) -> Result<SecretString, AwsError> {
    let plain_http = url.starts_with("http://");
    let not_made = |error: String| AwsError::NotMade(error);
    let connector = http::connector(plain_http, &caller.endpoint).map_err(|error| not_made(error.to_string()))?;
    let host = match way(&caller.endpoint, plain_http, url) {
        Some(proxy) => format!("{url}, by the proxy {proxy},"),
        None => url.to_owned(),
    };
    let mut request = HttpRequest::new(SdkBody::from(body(&caller.key)?.as_str()));
    request
        .set_method("POST")
        .map_err(|error| not_made(error.to_string()))?;
    request.set_uri(url).map_err(|error| not_made(error.to_string()))?;
    request
        .headers_mut()
        .insert("content-type", "application/x-www-form-urlencoded");
    let answer = tokio::time::timeout(CALL_TIMEOUT, connector.call(request)).await;
    let answer = match answer {
        Ok(Ok(answer)) => answer,
        Ok(Err(error)) => {
            return Err(AwsError::Unreachable {
                host,
                reason: crate::failure::innermost(&error),
            });
        }
        Err(_) => {
            return Err(AwsError::Unanswered {
                host,
                reason: "it took longer than 10 s".to_owned(),
            });
        }
    };
    let status = answer.status().as_u16();
    let bytes = Zeroizing::new(http::whole(answer.into_body()).await.map_err(|_| foreign())?);
    match status {
        200 => {
            let answer: Answer<'_> = serde_json::from_slice(&bytes).map_err(|_| foreign())?;
            Ok(answer.token.into())
        }
        400..=499 => Err(AwsError::Refused(Refusal {
            reason: Reason::Other,
            code: status.to_string(),
            message: "the console takes no session like this one".to_owned(),
        })),
        _ => Err(AwsError::ServerFault(status)),
    }
}

fn foreign() -> AwsError {
    AwsError::NotAws("it is not what the console's sign-in writes")
}

/// The form. In the body and never in the address: addresses are written down on the way.
fn body(key: &AccessKey) -> Result<Zeroizing<String>, AwsError> {
    let token = key.session_token.as_ref().map_or("", |token| token.expose_secret());
    let session = Session {
        id: key.id.as_str(),
        key: key.secret.expose_secret(),
        token,
    };
    let text = serde_json::to_string(&session).map(Zeroizing::new);
    let text = text.map_err(|error| AwsError::NotMade(error.to_string()))?;
    let encoded: String = form_urlencoded::byte_serialize(text.as_bytes()).collect();
    let encoded = Zeroizing::new(encoded);
    Ok(Zeroizing::new(format!(
        "Action=getSigninToken&Session={}",
        encoded.as_str()
    )))
}
