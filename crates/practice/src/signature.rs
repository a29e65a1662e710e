//! Who signed a request. The signature is made again with the SDK's own signer over what arrived, and compared.

use std::time::SystemTime;

use aws_credential_types::Credentials;
use aws_sigv4::{
    http_request::{SignableBody, SignableRequest, SigningSettings, sign},
    sign::v4,
};
use axum::body::Bytes;
use http::{HeaderMap, Method, StatusCode, Uri};
use jiff::Timestamp;

use crate::{
    answer::AwsError,
    state::{Principal, World},
    time::{parse_signing, shift, signing},
};

/// How far a request's time may be from ours, in seconds.
const TOLERANCE: i64 = 15 * 60;

/// A request as it arrived.
pub(crate) struct Received {
    pub(crate) method: Method,
    pub(crate) uri: Uri,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
}

/// Whose request it is, once the signature was found good.
#[derive(Clone)]
pub(crate) struct Caller {
    pub(crate) principal: Principal,
    pub(crate) access_key_id: String,
    pub(crate) credentials: Presented,
}

/// What kind of credentials a request was signed with.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Presented {
    LongTerm,
    /// A session, and when its code was given if it has one.
    Session {
        mfa_at: Option<Timestamp>,
    },
}

impl Caller {
    /// Says whether these are session credentials that a code was given for.
    pub(crate) fn has_mfa(&self) -> bool {
        matches!(self.credentials, Presented::Session { mfa_at: Some(_) })
    }

    pub(crate) fn is_session(&self) -> bool {
        self.credentials != Presented::LongTerm
    }
}

/// The `Authorization` header, taken apart.
pub(crate) struct Authorization {
    access_key_id: String,
    pub(crate) region: String,
    pub(crate) service: String,
    signed_headers: Vec<String>,
    signature: String,
}

impl Authorization {
    pub(crate) fn parse(headers: &HeaderMap) -> Result<Self, AwsError> {
        let missing = || {
            AwsError::new(
                StatusCode::FORBIDDEN,
                "MissingAuthenticationToken",
                "Request is missing Authentication Token",
            )
        };
        let value = headers
            .get("authorization")
            .and_then(|value| value.to_str().ok())
            .ok_or_else(missing)?;
        Self::parse_value(value).ok_or_else(|| incomplete("Authorization header cannot be read as a SigV4 signature."))
    }

    fn parse_value(value: &str) -> Option<Self> {
        let fields = value.strip_prefix("AWS4-HMAC-SHA256")?;
        let field = |name: &str| {
            fields
                .split(',')
                .find_map(|field| field.trim().strip_prefix(name)?.strip_prefix('='))
        };
        // <access key id>/<day>/<region>/<service>/aws4_request
        let scope: Vec<&str> = field("Credential")?.split('/').collect();
        let [access_key_id, _, region, service, "aws4_request"] = scope[..] else {
            return None;
        };
        Some(Self {
            access_key_id: access_key_id.to_owned(),
            region: region.to_owned(),
            service: service.to_owned(),
            signed_headers: field("SignedHeaders")?.split(';').map(str::to_owned).collect(),
            signature: field("Signature")?.to_owned(),
        })
    }

    /// Finds the caller. Refuses in AWS's order: the key, the time, the signature, then the session's end.
    pub(crate) fn verify(&self, world: &World, request: &Received, now: Timestamp) -> Result<Caller, AwsError> {
        let token = request
            .headers
            .get("x-amz-security-token")
            .and_then(|token| token.to_str().ok());
        let (secret, caller, expires) = self.find(world, token).ok_or_else(AwsError::invalid_token)?;
        let tolerance = if world.options.any_date { i64::MAX } else { TOLERANCE };
        let signed_at = self.signed_at(&request.headers, now, tolerance)?;
        let expected = self
            .recompute(request, secret, token, signed_at)
            .ok_or_else(does_not_match)?;
        if !same(expected.as_bytes(), self.signature.as_bytes()) {
            return Err(does_not_match());
        }
        if expires.is_some_and(|expires| expires <= now) {
            let message = "The security token included in the request is expired";
            return Err(AwsError::new(StatusCode::FORBIDDEN, "ExpiredToken", message));
        }
        Ok(caller)
    }

    /// Finds the key. A token must come with a session's key, and with no other.
    fn find<'a>(&self, world: &'a World, token: Option<&str>) -> Option<(&'a str, Caller, Option<Timestamp>)> {
        let id = &self.access_key_id;
        let (secret, principal, credentials, expires) = match token {
            None => {
                let key = world.keys.get(id).filter(|key| key.active)?;
                (
                    &key.secret,
                    Principal::User(key.user.clone()),
                    Presented::LongTerm,
                    None,
                )
            }
            Some(token) => {
                let session = world
                    .sessions
                    .get(id)
                    .filter(|session| same(session.token.as_bytes(), token.as_bytes()))?;
                let credentials = Presented::Session { mfa_at: session.mfa_at };
                (
                    &session.secret,
                    session.principal.clone(),
                    credentials,
                    Some(session.expires),
                )
            }
        };
        Some((
            secret,
            Caller {
                principal,
                access_key_id: id.clone(),
                credentials,
            },
            expires,
        ))
    }

    fn signed_at(&self, headers: &HeaderMap, now: Timestamp, tolerance: i64) -> Result<Timestamp, AwsError> {
        let text = headers.get("x-amz-date").and_then(|date| date.to_str().ok());
        let signed = text
            .and_then(parse_signing)
            .ok_or_else(|| incomplete("Authorization header requires existence of a 'X-Amz-Date' header."))?;
        let (earliest, latest) = (shift(now, -tolerance), shift(now, tolerance));
        let (at, server) = (signing(signed), signing(now));
        let message = if signed < earliest {
            format!(
                "Signature expired: {at} is now earlier than {} ({server} - 15 min.)",
                signing(earliest)
            )
        } else if signed > latest {
            format!(
                "Signature not yet current: {at} is still later than {} ({server} + 15 min.)",
                signing(latest)
            )
        } else {
            return Ok(signed);
        };
        Err(AwsError::new(StatusCode::FORBIDDEN, "SignatureDoesNotMatch", message))
    }

    /// Signs the request again with the secret we know. `None` if it cannot be signed at all.
    fn recompute(&self, request: &Received, secret: &str, token: Option<&str>, at: Timestamp) -> Option<String> {
        let host = request.headers.get("host")?.to_str().ok()?;
        // The signer adds these two by itself.
        let signed = self
            .signed_headers
            .iter()
            .filter(|name| !["x-amz-date", "x-amz-security-token"].contains(&name.as_str()));
        let mut headers = Vec::new();
        for name in signed {
            for value in request.headers.get_all(name) {
                headers.push((name.as_str(), value.to_str().ok()?));
            }
        }
        let path = request.uri.path_and_query().map_or("/", |path| path.as_str());
        let signable = SignableRequest::new(
            request.method.as_str(),
            format!("http://{host}{path}"),
            headers.into_iter(),
            SignableBody::Bytes(&request.body),
        );
        let identity = Credentials::new(&self.access_key_id, secret, token.map(str::to_owned), None, "practice").into();
        let mut settings = SigningSettings::default();
        // Which headers count is the client's word; the signer's own idea of it would leave some out.
        settings.excluded_headers = None;
        let params = v4::SigningParams::builder()
            .identity(&identity)
            .region(&self.region)
            .name(&self.service)
            .time(SystemTime::try_from(at).ok()?)
            .settings(settings)
            .build()
            .ok()?
            .into();
        Some(sign(signable.ok()?, &params).ok()?.signature().to_owned())
    }
}

fn incomplete(message: &str) -> AwsError {
    AwsError::new(StatusCode::BAD_REQUEST, "IncompleteSignature", message)
}

fn does_not_match() -> AwsError {
    let message = "The request signature we calculated does not match the signature you provided. Check your AWS Secret \
                   Access Key and signing method. Consult the service documentation for details.";
    AwsError::new(StatusCode::FORBIDDEN, "SignatureDoesNotMatch", message)
}

/// Compares without telling by the time taken where the first difference is.
fn same(a: &[u8], b: &[u8]) -> bool {
    a.len() == b.len() && a.iter().zip(b).fold(0, |difference, (a, b)| difference | (a ^ b)) == 0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn comparison_sees_every_byte() {
        assert!(same(b"abc", b"abc"));
        for other in [&b"abd"[..], b"bbc", b"ab", b"abcd", b""] {
            assert!(!same(b"abc", other), "{other:?}");
        }
    }

    #[test]
    fn the_header_is_taken_apart_with_and_without_spaces() {
        for space in ["", " "] {
            let value = format!(
                "AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20261124/eu-west-1/sts/aws4_request,{space}SignedHeaders=host;x-amz-date,{space}Signature=00"
            );
            let parsed = Authorization::parse_value(&value).unwrap();
            assert_eq!((parsed.region.as_str(), parsed.service.as_str()), ("eu-west-1", "sts"));
            assert_eq!(parsed.signed_headers, ["host", "x-amz-date"]);
        }
        assert!(Authorization::parse_value("Basic abc").is_none());
        assert!(
            Authorization::parse_value("AWS4-HMAC-SHA256 Credential=a/b/c, SignedHeaders=host, Signature=0").is_none()
        );
    }
}
