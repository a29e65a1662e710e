//! From the SDK's errors to [`AwsError`]: above all, whether the request can have arrived.

use std::error::Error;

use aws_smithy_runtime_api::client::orchestrator::HttpResponse;
use aws_smithy_runtime_api::client::result::SdkError;
use aws_smithy_types::error::metadata::ProvideErrorMetadata;
use hyper_util::client::legacy::Error as HyperError;
use mfa_tray_core::aws_error::{AwsError, Refusal};

use crate::http::{Foreign, TooLarge};

const PROXY_WANTS_PASSWORD: &str = "the proxy asks for a user name and password (HTTP 407)";

/// Says what an SDK error means. `host` is where the request went.
pub(crate) fn aws_error<E>(error: &SdkError<E, HttpResponse>, host: &str) -> AwsError
where
    E: ProvideErrorMetadata + Error + 'static,
{
    match error {
        SdkError::ConstructionFailure(_) => AwsError::NotMade(reason(error)),
        SdkError::TimeoutError(_) => AwsError::Unanswered {
            host: host.to_owned(),
            reason: "it took longer than 10 s".to_owned(),
        },
        SdkError::DispatchFailure(failure) => {
            let source = failure.as_connector_error();
            let in_chain = |is: fn(&(dyn Error + 'static)) -> bool| source.is_some_and(|error| chain(error).any(is));
            if in_chain(|error| error.is::<TooLarge>()) {
                AwsError::NotAws("it is larger than any answer of AWS")
            } else if in_chain(|error| error.is::<Foreign>()) {
                AwsError::NotAws("it is not what AWS writes")
            } else if in_chain(|error| error.downcast_ref::<HyperError>().is_some_and(HyperError::is_connect)) {
                AwsError::Unreachable {
                    host: host.to_owned(),
                    reason: tunnel(reason(error)),
                }
            } else {
                AwsError::Unanswered {
                    host: host.to_owned(),
                    reason: reason(error),
                }
            }
        }
        SdkError::ServiceError(answer) => by_status(answer.raw().status().as_u16())
            .or_else(|| throttled(answer.err().code()))
            .or_else(|| {
                Some(AwsError::Refused(Refusal::new(
                    answer.err().code()?,
                    answer.err().message().unwrap_or_default(),
                )))
            })
            .unwrap_or(AwsError::NotAws("it has no error code")),
        SdkError::ResponseError(answer) => {
            by_status(answer.raw().status().as_u16()).unwrap_or(AwsError::NotAws("it is not what STS writes"))
        }
        _ => AwsError::Unanswered {
            host: host.to_owned(),
            reason: reason(error),
        },
    }
}

/// A proxy's refusal to connect, in a person's words: its error has no type to be told by.
fn tunnel(reason: String) -> String {
    match reason.strip_prefix("tunnel error: ") {
        Some("proxy authorization required") => PROXY_WANTS_PASSWORD.to_owned(),
        Some(_) => "the proxy does not connect there".to_owned(),
        None => reason,
    }
}

fn by_status(status: u16) -> Option<AwsError> {
    match status {
        407 => Some(AwsError::ProxyAuthentication),
        429 => Some(AwsError::Throttled),
        500..=599 => Some(AwsError::ServerFault(status)),
        300..=399 => Some(AwsError::NotAws("it sends the request elsewhere, which AWS never does")),
        _ => None,
    }
}

fn throttled(code: Option<&str>) -> Option<AwsError> {
    matches!(
        code?,
        "Throttling" | "ThrottlingException" | "RequestLimitExceeded" | "TooManyRequestsException"
    )
    .then_some(AwsError::Throttled)
}

type AnyError<'a> = &'a (dyn Error + 'static);

fn chain(error: AnyError<'_>) -> impl Iterator<Item = AnyError<'_>> {
    std::iter::successors(Some(error), |error: &AnyError<'_>| (*error).source())
}

/// What stopped a request, in a person's words.
pub(crate) fn innermost(error: AnyError<'_>) -> String {
    tunnel(reason(error))
}

/// The innermost cause: the outer ones only say that a request failed.
fn reason(error: AnyError<'_>) -> String {
    chain(error).last().map(ToString::to_string).unwrap_or_default()
}
