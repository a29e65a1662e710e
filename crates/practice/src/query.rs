//! The query protocol: what a form or a query string says.

use std::collections::BTreeMap;

/// The parameters of a request. No `Debug`: they may hold a code.
#[derive(Default)]
pub(crate) struct Parameters(BTreeMap<String, String>);

impl Parameters {
    /// Reads the query string and the form, the form winning.
    pub(crate) fn parse(query: &str, body: &[u8]) -> Self {
        let pairs = form_urlencoded::parse(query.as_bytes()).chain(form_urlencoded::parse(body));
        Self(
            pairs
                .map(|(name, value)| (name.into_owned(), value.into_owned()))
                .collect(),
        )
    }

    /// Returns a parameter; an empty one is there, as it is for AWS.
    pub(crate) fn value(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(String::as_str)
    }

    pub(crate) fn action(&self) -> &str {
        self.value("Action").unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forms_are_decoded() {
        let parameters = Parameters::parse("Action=A&x=1", b"x=2&SerialNumber=arn%3Aaws%3Amfa%2Fa+b&e=");
        assert_eq!(parameters.action(), "A");
        assert_eq!(parameters.value("x"), Some("2"));
        assert_eq!(parameters.value("SerialNumber"), Some("arn:aws:mfa/a b"));
        assert_eq!(parameters.value("e"), Some(""));
        assert_eq!(parameters.value("none"), None);
    }
}
