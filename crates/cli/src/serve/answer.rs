//! Who gets an answer of the endpoint, and what it says.

use http::{HeaderMap, HeaderValue, Method, StatusCode, Uri, header};
use http_body_util::Full;
use hyper::body::Bytes;
use mfa_tray_core::secret::ExposeSecret as _;
use mfa_tray_core::session::rfc3339;
use mfa_tray_core::variables::Variables;
use serde::Serialize;
use subtle::ConstantTimeEq as _;
use zeroize::Zeroizing;

use crate::exit::Failure;

/// An answer on the wire.
pub(super) type Answer = http::Response<Full<Bytes>>;

/// The contract's names.
#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Credentials<'a> {
    access_key_id: &'a str,
    secret_access_key: &'a str,
    token: &'a str,
    expiration: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    account_id: Option<&'a str>,
}

/// The names in which the SDKs look for a reason.
#[derive(Serialize)]
struct Refusal<'a> {
    code: &'a str,
    message: &'a str,
}

/// What a request is judged by.
pub(super) struct Head<'a> {
    pub(super) method: &'a Method,
    pub(super) uri: &'a Uri,
    pub(super) headers: &'a HeaderMap,
}

/// Why a request gets no session.
pub(super) struct Refused(StatusCode, &'static str, &'static str);

impl From<Refused> for Answer {
    fn from(Refused(status, code, message): Refused) -> Answer {
        refuse(status, code, message)
    }
}

/// Lets a request pass that is what the SDKs send, and nothing else.
pub(super) fn check(head: &Head<'_>, path: &str, host: &str, token: &str) -> Result<(), Refused> {
    let one = |name| {
        let mut values = head.headers.get_all(name).iter();
        values.next().filter(|_| values.next().is_none())
    };
    if head.headers.contains_key(header::ORIGIN) {
        return Err(Refused(
            StatusCode::FORBIDDEN,
            "Forbidden",
            "a web page has no business here",
        ));
    }
    // A whole address in the request line goes before `Host`, whatever that says; no client of this contract sends one.
    let is_whole = head.uri.scheme().is_some() || head.uri.authority().is_some();
    if is_whole || one(header::HOST).is_none_or(|value| value.as_bytes() != host.as_bytes()) {
        return Err(Refused(
            StatusCode::FORBIDDEN,
            "Forbidden",
            "this is not the name it listens on",
        ));
    }
    if head.method != Method::GET {
        return Err(Refused(
            StatusCode::METHOD_NOT_ALLOWED,
            "MethodNotAllowed",
            "only GET is answered",
        ));
    }
    if head.uri.path() != path || head.uri.query().is_some() {
        return Err(Refused(StatusCode::NOT_FOUND, "NotFound", "there is nothing else here"));
    }
    let shown = one(header::AUTHORIZATION).map_or(&b""[..], HeaderValue::as_bytes);
    if bool::from(shown.ct_eq(token.as_bytes())) {
        Ok(())
    } else {
        Err(Refused(
            StatusCode::UNAUTHORIZED,
            "Unauthorized",
            "the token is missing or wrong",
        ))
    }
}

/// The session, or why there is none.
pub(super) fn of(session: Result<Variables, Failure>) -> Answer {
    let session = match session {
        Ok(session) => session,
        Err(failure) => return failed(&failure.message),
    };
    let token = session.key.session_token.as_ref();
    let credentials = Credentials {
        access_key_id: session.key.id.as_str(),
        secret_access_key: session.key.secret.expose_secret(),
        token: token.map_or("", |token| token.expose_secret()),
        expiration: rfc3339(session.expires_at),
        account_id: session.account.as_deref(),
    };
    match serde_json::to_string(&credentials) {
        Ok(text) => response(StatusCode::OK, Zeroizing::new(text).as_bytes().to_vec()),
        Err(_) => failed("the session could not be written as JSON"),
    }
}

/// The SDKs try again after a 5xx, and show its message in the end.
pub(super) fn failed(message: &str) -> Answer {
    refuse(StatusCode::INTERNAL_SERVER_ERROR, "NoSession", message)
}

fn refuse(status: StatusCode, code: &str, message: &str) -> Answer {
    let text = serde_json::to_vec(&Refusal { code, message }).unwrap_or_default();
    response(status, text)
}

fn response(status: StatusCode, body: Vec<u8>) -> Answer {
    let mut response = http::Response::new(Full::from(body));
    *response.status_mut() = status;
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}
