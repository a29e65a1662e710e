//! The HTTP client under the SDK: bounded in size and time, proxy and company CAs honoured, nothing followed.

use std::io::Read as _;
use std::sync::{Arc, Mutex, PoisonError};

use aws_smithy_http_client::proxy::ProxyConfig;
use aws_smithy_http_client::tls::rustls_provider::CryptoMode;
use aws_smithy_http_client::tls::{Provider, TlsContext, TrustStore};
use aws_smithy_http_client::{Builder, Connector};
use aws_smithy_runtime_api::client::http::{
    HttpClient, HttpConnector, HttpConnectorFuture, HttpConnectorSettings, SharedHttpClient, SharedHttpConnector,
};
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse};
use aws_smithy_runtime_api::client::result::ConnectorError;
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use aws_smithy_types::body::SdkBody;
use http_body_util::{BodyExt as _, LengthLimitError, Limited};
use jiff::Timestamp;

/// No answer of STS or IAM comes near this.
const LARGEST_ANSWER: usize = 1024 * 1024;

/// The answer was not read to its end.
#[derive(Debug, thiserror::Error)]
#[error("the answer is larger than 1 MiB")]
pub(crate) struct TooLarge;

/// Whatever answered, it is not AWS.
#[derive(Debug, thiserror::Error)]
#[error("the answer is no XML of AWS's")]
pub(crate) struct Foreign;

/// A certificate file that cannot be used.
#[derive(Debug, thiserror::Error)]
#[error("the CA bundle {path} cannot be used: {reason}")]
pub(crate) struct BadCaBundle {
    path: String,
    reason: String,
}

/// What the last answer's `Date` header said.
#[derive(Debug, Clone, Default)]
pub(crate) struct ServerTime(Arc<Mutex<Option<Timestamp>>>);

impl ServerTime {
    pub(crate) fn read(&self) -> Option<Timestamp> {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn note(&self, response: &HttpResponse) {
        let date = response
            .headers()
            .get("date")
            .and_then(|text| jiff::fmt::rfc2822::DateTimeParser::new().parse_timestamp(text).ok());
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = date;
    }
}

/// A client for one call. Plain http is for loopback only (the caller has checked the endpoint), where neither a
/// proxy nor certificates have a place.
pub(crate) fn client(
    plain_http: bool,
    ca_bundle: Option<&str>,
    server_time: ServerTime,
) -> Result<SharedHttpClient, BadCaBundle> {
    let inner = if plain_http {
        Builder::new().build_http()
    } else {
        let context = tls_context(ca_bundle)?;
        Builder::new().build_with_connector_fn(move |settings, components| {
            let mut builder = Connector::builder().proxy_config(ProxyConfig::from_env());
            builder.set_connector_settings(settings.cloned());
            builder.set_sleep_impl(components.and_then(RuntimeComponents::sleep_impl));
            builder
                .tls_provider(Provider::Rustls(CryptoMode::Ring))
                .tls_context(context.clone())
                .build()
        })
    };
    Ok(SharedHttpClient::new(Bounded { inner, server_time }))
}

fn tls_context(ca_bundle: Option<&str>) -> Result<TlsContext, BadCaBundle> {
    let mut trusted = TrustStore::default();
    if let Some(path) = ca_bundle {
        let pem = std::fs::read(path).map_err(|error| BadCaBundle {
            path: path.to_owned(),
            reason: error.to_string(),
        })?;
        trusted.add_pem_certificate(pem);
    }
    let bad = |reason: String| BadCaBundle {
        path: ca_bundle.unwrap_or("of this system").to_owned(),
        reason,
    };
    TlsContext::builder()
        .with_trust_store(trusted)
        .build()
        .map_err(|error| bad(error.to_string()))
}

/// Reads every answer whole, within a limit, before the SDK parses it.
#[derive(Debug)]
struct Bounded {
    inner: SharedHttpClient,
    server_time: ServerTime,
}

impl HttpClient for Bounded {
    fn http_connector(&self, settings: &HttpConnectorSettings, components: &RuntimeComponents) -> SharedHttpConnector {
        let inner = self.inner.http_connector(settings, components);
        SharedHttpConnector::new(BoundedConnector {
            inner,
            server_time: self.server_time.clone(),
        })
    }
}

#[derive(Debug)]
struct BoundedConnector {
    inner: SharedHttpConnector,
    server_time: ServerTime,
}

impl HttpConnector for BoundedConnector {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        let answer = self.inner.call(request);
        let server_time = self.server_time.clone();
        HttpConnectorFuture::new(async move {
            let mut response = answer.await?;
            server_time.note(&response);
            let body = std::mem::replace(response.body_mut(), SdkBody::empty());
            let bytes = Limited::new(body, LARGEST_ANSWER)
                .collect()
                .await
                .map_err(cut_short)?
                .to_bytes();
            let packed = response
                .headers()
                .get("content-encoding")
                .is_some_and(|encoding| encoding.eq_ignore_ascii_case("gzip"));
            let bytes = if packed { unpack(&bytes)? } else { bytes.to_vec() };
            // The SDK takes any answer to a call without results for a success, a captive portal's page too.
            if response.status().is_success() && !is_an_answer(&bytes) {
                return Err(ConnectorError::other(Box::new(Foreign), None));
            }
            *response.body_mut() = SdkBody::from(bytes);
            Ok(response)
        })
    }
}

/// Whether the bytes begin as every good answer of STS and IAM does: with an element called `…Response`.
fn is_an_answer(bytes: &[u8]) -> bool {
    let text = std::str::from_utf8(bytes).unwrap_or_default().trim_start();
    let text = match text.strip_prefix("<?xml") {
        Some(rest) => rest.split_once("?>").map_or("", |(_, rest)| rest.trim_start()),
        None => text,
    };
    let name = text
        .strip_prefix('<')
        .and_then(|rest| rest.split([' ', '>', '/', '\n']).next());
    name.is_some_and(|name| name.ends_with("Response"))
}

fn cut_short(error: Box<dyn std::error::Error + Send + Sync>) -> ConnectorError {
    if error.is::<LengthLimitError>() {
        ConnectorError::other(Box::new(TooLarge), None)
    } else {
        ConnectorError::io(error)
    }
}

fn unpack(bytes: &[u8]) -> Result<Vec<u8>, ConnectorError> {
    let mut unpacked = Vec::new();
    let limit = LARGEST_ANSWER as u64 + 1;
    flate2::read::GzDecoder::new(bytes)
        .take(limit)
        .read_to_end(&mut unpacked)
        .map_err(|error| ConnectorError::io(Box::new(error)))?;
    if unpacked.len() > LARGEST_ANSWER {
        Err(ConnectorError::other(Box::new(TooLarge), None))
    } else {
        Ok(unpacked)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_is_no_answer() {
        for (text, is_one) in [
            (
                "<EnableMFADeviceResponse xmlns=\"https://iam.amazonaws.com/doc/2010-05-08/\"/>",
                true,
            ),
            ("<?xml version=\"1.0\"?>\n<GetSessionTokenResponse>", true),
            ("<html><title>Wi-Fi login</title></html>", false),
            ("<!doctype html>", false),
            ("{}", false),
            ("", false),
            ("Response", false),
        ] {
            assert_eq!(is_an_answer(text.as_bytes()), is_one, "{text}");
        }
        assert!(!is_an_answer(b"\xff\x00<"));
    }
}
