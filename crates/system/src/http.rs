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
use mfa_tray_core::endpoint::{Endpoint, Proxy};
use mfa_tray_core::problem::Problem;
use rustls::RootCertStore;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject as _;

use crate::environment;

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

/// Something about the network that cannot be used as it was chosen.
#[derive(Debug, thiserror::Error)]
pub(crate) enum NotUsable {
    /// A certificate file.
    #[error("the CA bundle {path} cannot be used: {reason}; correct AWS_CA_BUNDLE, or ca_bundle of the profile")]
    CaBundle { path: String, reason: String },
    /// An address.
    #[error("the proxy of settings.toml cannot be used: {0}")]
    Proxy(String),
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
    endpoint: &Endpoint,
    server_time: ServerTime,
) -> Result<SharedHttpClient, NotUsable> {
    let inner = if plain_http {
        Builder::new().build_http()
    } else {
        let (context, proxy) = tls(endpoint)?;
        Builder::new().build_with_connector_fn(move |settings, components| {
            let mut builder = Connector::builder().proxy_config(proxy.clone());
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

/// The same for a request that is none of the SDK's.
pub(crate) fn connector(plain_http: bool, endpoint: &Endpoint) -> Result<Connector, NotUsable> {
    if plain_http {
        return Ok(Connector::builder().build_http());
    }
    let (context, proxy) = tls(endpoint)?;
    let builder = Connector::builder().proxy_config(proxy);
    let builder = builder.tls_provider(Provider::Rustls(CryptoMode::Ring));
    Ok(builder.tls_context(context).build())
}

fn tls(endpoint: &Endpoint) -> Result<(TlsContext, ProxyConfig), NotUsable> {
    Ok((
        tls_context(endpoint.ca_bundle.as_deref())?,
        proxy(endpoint.proxy.as_ref())?,
    ))
}

/// The bytes of an answer, within a limit.
pub(crate) async fn whole(body: SdkBody) -> Result<Vec<u8>, ConnectorError> {
    let bytes = Limited::new(body, LARGEST_ANSWER).collect().await.map_err(cut_short)?;
    Ok(bytes.to_bytes().to_vec())
}

/// What the environment says goes before the settings: a program that a shell starts is told by its shell.
fn proxy(chosen: Option<&Proxy>) -> Result<ProxyConfig, NotUsable> {
    let Some(chosen) = chosen.filter(|_| !environment::names_proxy()) else {
        return Ok(ProxyConfig::from_env());
    };
    let config = ProxyConfig::all(&chosen.url).map_err(|error| NotUsable::Proxy(error.to_string()))?;
    Ok(match &chosen.except {
        Some(except) => config.no_proxy(except),
        None => config,
    })
}

/// The proxy that a call to `host` goes through, as people know it: without a password.
pub(crate) fn way(endpoint: &Endpoint, host: &str) -> Option<String> {
    let environment = environment::proxy();
    let (url, except) = if environment::names_proxy() {
        environment?
    } else {
        let chosen = endpoint.proxy.clone()?;
        (chosen.url, chosen.except.unwrap_or_default())
    };
    let is_excepted = except.split(',').map(str::trim).any(|name| {
        let name = name.trim_start_matches("*.").trim_start_matches('.');
        name == "*" || (!name.is_empty() && (host == name || host.ends_with(&format!(".{name}"))))
    });
    let address = url.split_once("://").map_or(url.as_str(), |(_, rest)| rest);
    let address = address.rsplit('@').next().unwrap_or(address).trim_end_matches('/');
    (!is_excepted).then(|| address.to_owned())
}

/// How AWS is reached from here, as far as that can be told without a call.
///
/// # Errors
/// A [`Problem`] with certificates or a proxy that cannot be used.
pub fn way_out(endpoint: &Endpoint) -> Result<String, Problem> {
    tls(endpoint)
        .map_err(|error| Problem::new("network", error.to_string(), "until then nothing can be asked of AWS"))?;
    let trusted = match &endpoint.ca_bundle {
        Some(path) => format!("with the certificates of {path}"),
        None => "with this system's certificates".to_owned(),
    };
    let host = format!("sts.{}.amazonaws.com", endpoint.region);
    Ok(match way(endpoint, &host) {
        Some(proxy) => format!("{trusted}, through the proxy {proxy}"),
        None => format!("{trusted}, without a proxy"),
    })
}

/// A bundle takes the place of the system's certificates, as in the AWS CLI.
fn tls_context(ca_bundle: Option<&str>) -> Result<TlsContext, NotUsable> {
    let Some(path) = ca_bundle else {
        let context = TlsContext::builder().with_trust_store(TrustStore::default()).build();
        return context.map_err(|error| bad_bundle("of this system", error.to_string()));
    };
    let pem = std::fs::read(path).map_err(|error| bad_bundle(path, error.to_string()))?;
    let mut trusted = TrustStore::empty();
    let mut any = false;
    // The SDK takes what it is given for readable, and stops the program where it is not.
    for certificate in CertificateDer::pem_slice_iter(&pem).flatten() {
        if RootCertStore::empty().add(certificate.clone()).is_ok() {
            trusted.add_pem_certificate(in_pem(&certificate));
            any = true;
        }
    }
    if !any {
        return Err(bad_bundle(path, "there is no certificate in it".to_owned()));
    }
    let context = TlsContext::builder().with_trust_store(trusted).build();
    context.map_err(|error| bad_bundle(path, error.to_string()))
}

fn in_pem(certificate: &CertificateDer<'_>) -> Vec<u8> {
    let text = data_encoding::BASE64.encode(certificate);
    format!("-----BEGIN CERTIFICATE-----\n{text}\n-----END CERTIFICATE-----\n").into_bytes()
}

fn bad_bundle(path: &str, reason: String) -> NotUsable {
    NotUsable::CaBundle {
        path: path.to_owned(),
        reason,
    }
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
            let bytes = whole(body).await?;
            let packed = response
                .headers()
                .get("content-encoding")
                .is_some_and(|encoding| encoding.eq_ignore_ascii_case("gzip"));
            let bytes = if packed { unpack(&bytes)? } else { bytes };
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
