//! The XML AWS answers with, and its errors.

use http::StatusCode;

/// The namespace of STS's answers.
pub(crate) const STS_XMLNS: &str = "https://sts.amazonaws.com/doc/2011-06-15/";
/// The namespace of IAM's answers.
pub(crate) const IAM_XMLNS: &str = "https://iam.amazonaws.com/doc/2010-05-08/";

/// A piece of XML under construction; text is escaped on the way in.
#[derive(Default)]
pub(crate) struct Xml(String);

impl Xml {
    pub(crate) fn new() -> Self {
        Self::default()
    }

    /// Adds an element that holds text.
    pub(crate) fn text(mut self, name: &str, text: &str) -> Self {
        self.0.push_str(&format!("<{name}>"));
        for c in text.chars() {
            match c {
                '&' => self.0.push_str("&amp;"),
                '<' => self.0.push_str("&lt;"),
                '>' => self.0.push_str("&gt;"),
                '"' => self.0.push_str("&quot;"),
                c => self.0.push(c),
            }
        }
        self.0.push_str(&format!("</{name}>"));
        self
    }

    /// Adds an element that holds others.
    pub(crate) fn nest(mut self, name: &str, inner: Xml) -> Self {
        self.0.push_str(&format!("<{name}>{}</{name}>", inner.0));
        self
    }

    /// Adds what another has.
    pub(crate) fn and(mut self, other: Xml) -> Self {
        self.0.push_str(&other.0);
        self
    }

    /// The whole, as it is sent.
    pub(crate) fn whole(self) -> String {
        self.0
    }

    /// Adds a list as AWS forms it: a `member` for each item.
    pub(crate) fn list(self, name: &str, items: impl Iterator<Item = Xml>) -> Self {
        self.nest(name, items.fold(Xml::new(), |list, item| list.nest("member", item)))
    }
}

/// A refusal as AWS words it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct AwsError {
    pub(crate) status: StatusCode,
    pub(crate) code: &'static str,
    pub(crate) message: String,
}

impl AwsError {
    pub(crate) fn new(status: StatusCode, code: &'static str, message: impl Into<String>) -> Self {
        Self {
            status,
            code,
            message: message.into(),
        }
    }

    pub(crate) fn access_denied(message: impl Into<String>) -> Self {
        Self::new(StatusCode::FORBIDDEN, "AccessDenied", message)
    }

    pub(crate) fn not_authorized(arn: &str, action: &str, resource: &str) -> Self {
        Self::access_denied(format!(
            "User: {arn} is not authorized to perform: {action} on resource: {resource}"
        ))
    }

    pub(crate) fn validation(message: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, "ValidationError", message)
    }

    pub(crate) fn invalid_token() -> Self {
        Self::new(
            StatusCode::FORBIDDEN,
            "InvalidClientTokenId",
            "The security token included in the request is invalid.",
        )
    }

    pub(crate) fn no_such_entity(message: impl Into<String>) -> Self {
        Self::new(StatusCode::NOT_FOUND, "NoSuchEntity", message)
    }

    pub(crate) fn conflict(code: &'static str, message: impl Into<String>) -> Self {
        Self::new(StatusCode::CONFLICT, code, message)
    }

    pub(crate) fn throttled() -> Self {
        Self::new(StatusCode::BAD_REQUEST, "Throttling", "Rate exceeded")
    }

    pub(crate) fn internal() -> Self {
        let message = "We encountered an internal error. Please try again.";
        Self::new(StatusCode::INTERNAL_SERVER_ERROR, "InternalFailure", message)
    }

    pub(crate) fn unavailable() -> Self {
        let message = "The request has failed due to a temporary failure of the server.";
        Self::new(StatusCode::SERVICE_UNAVAILABLE, "ServiceUnavailable", message)
    }
}

impl From<getrandom::Error> for AwsError {
    fn from(_: getrandom::Error) -> Self {
        Self::internal()
    }
}

/// Writes the answer to an action. Actions that say nothing have no result element.
pub(crate) fn success(xmlns: &str, action: &str, result: Option<Xml>, request_id: &str) -> String {
    let mut inner = Xml::new();
    if let Some(result) = result {
        inner = inner.nest(&format!("{action}Result"), result);
    }
    let inner = inner.nest("ResponseMetadata", Xml::new().text("RequestId", request_id));
    format!("<{action}Response xmlns=\"{xmlns}\">{}</{action}Response>\n", inner.0)
}

/// Writes an error. Whose fault it was follows from the status.
pub(crate) fn failure(xmlns: &str, error: &AwsError, request_id: &str) -> String {
    let whose = if error.status.is_server_error() {
        "Receiver"
    } else {
        "Sender"
    };
    let details = Xml::new()
        .text("Type", whose)
        .text("Code", error.code)
        .text("Message", &error.message);
    let inner = Xml::new().nest("Error", details).text("RequestId", request_id);
    format!("<ErrorResponse xmlns=\"{xmlns}\">{}</ErrorResponse>\n", inner.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn errors_have_the_shape_of_aws() {
        let error = AwsError::access_denied("a < b & c");
        assert_eq!(
            failure(STS_XMLNS, &error, "id"),
            "<ErrorResponse xmlns=\"https://sts.amazonaws.com/doc/2011-06-15/\"><Error><Type>Sender</Type>\
             <Code>AccessDenied</Code><Message>a &lt; b &amp; c</Message></Error><RequestId>id</RequestId></ErrorResponse>\n"
        );
        assert!(failure(IAM_XMLNS, &AwsError::internal(), "id").contains("<Type>Receiver</Type>"));
    }

    #[test]
    fn an_action_without_a_result_has_no_result_element() {
        assert_eq!(
            success(IAM_XMLNS, "EnableMFADevice", None, "id"),
            "<EnableMFADeviceResponse xmlns=\"https://iam.amazonaws.com/doc/2010-05-08/\">\
             <ResponseMetadata><RequestId>id</RequestId></ResponseMetadata></EnableMFADeviceResponse>\n"
        );
    }
}
