//! Two calls that only find out whether they are allowed, of services whose SDKs would be many times larger than the rest
//! of this program. Signed by the SDK's own signer.

use std::time::SystemTime;

use aws_credential_types::Credentials;
use aws_sigv4::http_request::{PayloadChecksumKind, SignableBody, SignableRequest, SigningSettings, sign};
use aws_sigv4::sign::v4;
use aws_smithy_runtime_api::client::http::HttpConnector as _;
use aws_smithy_runtime_api::client::identity::Identity;
use aws_smithy_runtime_api::client::orchestrator::HttpRequest;
use aws_smithy_types::body::SdkBody;
use mfa_tray_core::aws_error::{AwsError, Refusal};
use mfa_tray_core::endpoint::Endpoint;
use mfa_tray_core::ports::{Caller, Clock as _, Reply};
use mfa_tray_core::profile::partition_of;

use super::{CALL_TIMEOUT, credentials, way};
use crate::clock::WallClock;
use crate::http;

/// A request that changes nothing.
struct Request {
    service: &'static str,
    method: &'static str,
    url: String,
    body: &'static str,
    /// What a good answer begins with, behind its declaration.
    root: &'static str,
}

/// EC2 `DescribeRegions`
/// (<https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeRegions.html>).
pub(super) fn describe_regions(caller: &Caller) -> Reply<()> {
    let endpoint = &caller.endpoint;
    let url = endpoint.ec2_url.clone().unwrap_or_else(|| host("ec2", endpoint));
    run(
        caller,
        &Request {
            service: "ec2",
            method: "POST",
            url,
            body: "Action=DescribeRegions&Version=2016-11-15",
            root: "DescribeRegionsResponse",
        },
    )
}

/// S3 `ListBuckets`, which policies call `s3:ListAllMyBuckets`
/// (<https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListBuckets.html>).
pub(super) fn list_buckets(caller: &Caller) -> Reply<()> {
    let endpoint = &caller.endpoint;
    let url = endpoint.s3_url.clone().unwrap_or_else(|| host("s3", endpoint));
    run(
        caller,
        &Request {
            service: "s3",
            method: "GET",
            url,
            body: "",
            root: "ListAllMyBucketsResult",
        },
    )
}

/// The regional host of a service
/// (<https://docs.aws.amazon.com/general/latest/gr/rande.html>).
fn host(service: &str, endpoint: &Endpoint) -> String {
    let region = endpoint.region.as_str();
    let suffix = match (partition_of(&endpoint.region), endpoint.dual_stack && service == "ec2") {
        ("aws-cn", false) => "amazonaws.com.cn",
        ("aws-cn", true) => "api.amazonwebservices.com.cn",
        ("aws-eusc", _) => "amazonaws.eu",
        (_, true) => "api.aws",
        (_, false) => "amazonaws.com",
    };
    let fips = if endpoint.fips { "-fips" } else { "" };
    format!("https://{service}{fips}.{region}.{suffix}")
}

fn run(caller: &Caller, request: &Request) -> Reply<()> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let result = match runtime {
        Ok(runtime) => runtime.block_on(ask(caller, request)),
        Err(error) => Err(AwsError::NotMade(error.to_string())),
    };
    Reply {
        result,
        server_time: None,
    }
}

async fn ask(caller: &Caller, request: &Request) -> Result<(), AwsError> {
    let plain_http = request.url.starts_with("http://");
    let host = match way(&caller.endpoint, plain_http, &request.url) {
        Some(proxy) => format!("{}, by the proxy {proxy},", request.url),
        None => request.url.clone(),
    };
    let connector = http::connector(plain_http, &caller.endpoint).map_err(not_made)?;
    let call = connector.call(signed(caller, request)?);
    let answer = tokio::select! {
        answer = tokio::time::timeout(CALL_TIMEOUT, call) => answer,
        () = super::cancelled() => {
            let reason = "it was cancelled".to_owned();
            return Err(AwsError::Unanswered { host, reason });
        }
    };
    let answer = match answer {
        Ok(Ok(answer)) => answer,
        Ok(Err(error)) => {
            let reason = crate::failure::innermost(&error);
            return Err(AwsError::Unreachable { host, reason });
        }
        Err(_) => {
            let reason = "it took longer than 10 s".to_owned();
            return Err(AwsError::Unanswered { host, reason });
        }
    };
    let status = answer.status().as_u16();
    let foreign = || AwsError::NotAws("it is not what AWS writes");
    let bytes = http::whole(answer.into_body()).await.map_err(|_| foreign())?;
    let text = String::from_utf8_lossy(&bytes);
    match status {
        200 if root(&text) == Some(request.root) => Ok(()),
        407 => Err(AwsError::ProxyAuthentication),
        429 => Err(AwsError::Throttled),
        400..=499 => {
            let code = element(&text, "Code").ok_or_else(foreign)?;
            let message = element(&text, "Message").unwrap_or_default();
            Err(AwsError::Refused(Refusal::new(code, message)))
        }
        500..=599 => Err(AwsError::ServerFault(status)),
        _ => Err(foreign()),
    }
}

fn signed(caller: &Caller, request: &Request) -> Result<HttpRequest, AwsError> {
    let url = format!("{}/", request.url.trim_end_matches('/'));
    let identity: Identity = Credentials::into(credentials(&caller.key));
    let mut settings = SigningSettings::default();
    if request.service == "s3" {
        // S3 alone demands the header.
        settings.payload_checksum_kind = PayloadChecksumKind::XAmzSha256;
    }
    let parameters = v4::SigningParams::builder()
        .identity(&identity)
        .region(caller.endpoint.region.as_str())
        .name(request.service)
        .time(SystemTime::try_from(WallClock.now()).map_err(not_made)?)
        .settings(settings)
        .build()
        .map_err(not_made)?
        .into();
    let form = ("content-type", "application/x-www-form-urlencoded");
    let headers: &[(&str, &str)] = if request.body.is_empty() { &[] } else { &[form] };
    let body = SignableBody::Bytes(request.body.as_bytes());
    let signable = SignableRequest::new(request.method, &url, headers.iter().copied(), body).map_err(not_made)?;
    let (instructions, _) = sign(signable, &parameters).map_err(not_made)?.into_parts();
    let mut made = HttpRequest::new(SdkBody::from(request.body));
    made.set_method(request.method).map_err(not_made)?;
    made.set_uri(url).map_err(not_made)?;
    for (name, value) in headers.iter().copied().chain(instructions.headers()) {
        made.headers_mut().insert(name.to_owned(), value.to_owned());
    }
    Ok(made)
}

fn not_made(error: impl std::fmt::Display) -> AwsError {
    AwsError::NotMade(error.to_string())
}

/// The name of the outermost element.
fn root(text: &str) -> Option<&str> {
    let text = text.trim_start();
    let text = match text.strip_prefix("<?xml") {
        Some(rest) => rest.split_once("?>")?.1.trim_start(),
        None => text,
    };
    text.strip_prefix('<')?.split([' ', '>', '/', '\n']).next()
}

/// The text of the first element of that name. AWS's codes and messages have no elements in them.
fn element<'a>(text: &'a str, name: &str) -> Option<&'a str> {
    let (_, rest) = text.split_once(&format!("<{name}>"))?;
    Some(rest.split_once(&format!("</{name}>"))?.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn answers_are_told_by_their_outermost_element() {
        assert_eq!(root("<?xml version=\"1.0\"?>\n<A xmlns=\"x\"><B/></A>"), Some("A"));
        assert_eq!(root("<html>"), Some("html"));
        assert_eq!(root("{}"), None);
        let refusal = "<Response><Errors><Error><Code>UnauthorizedOperation</Code><Message>no</Message></Error></Errors></Response>";
        assert_eq!(element(refusal, "Code"), Some("UnauthorizedOperation"));
        assert_eq!(element(refusal, "Message"), Some("no"));
        assert_eq!(element("<Code>", "Code"), None);
    }
}
