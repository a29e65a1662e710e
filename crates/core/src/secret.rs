//! Secrets: values that cannot be printed, serialised or compared by accident.
//!
//! [`SecretString`] prints `[REDACTED]`, has no `Display`, `Serialize` or `Deref`, and wipes its memory when
//! dropped. Reading it takes `.expose_secret()`, which a test allows in a handful of files only.

pub use secrecy::{ExposeSecret, SecretString};

/// Secret bytes: a seed, or what a keychain keeps. Wiped when dropped, and never printed.
pub type SecretBytes = secrecy::SecretSlice<u8>;

use crate::profile::AccessKeyId;

/// Says whether the value of `key` in an AWS file must never be shown, whoever wrote it.
pub fn is_secret_key(key: &str) -> bool {
    let holds = |word: &str| {
        let mut parts = key.as_bytes().windows(word.len());
        parts.any(|part| part.eq_ignore_ascii_case(word.as_bytes()))
    };
    let ends_in_token = key.len() >= 6 && key.as_bytes()[key.len() - 6..].eq_ignore_ascii_case(b"_token");
    holds("secret") || holds("password") || ends_in_token
}

/// An access key: what signs a request, long-term or of a session.
#[derive(Clone, Debug)]
pub struct AccessKey {
    /// Names the key; not secret.
    pub id: AccessKeyId,
    /// Signs requests.
    pub secret: SecretString,
    /// Goes with the key of a session, and only with that.
    pub session_token: Option<SecretString>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secret_keys_are_recognised_whatever_their_case() {
        for key in [
            "aws_secret_access_key",
            "AWS_Session_Token",
            "aws_security_token",
            "db_password",
        ] {
            assert!(is_secret_key(key), "{key} holds a secret");
        }
        for key in [
            "aws_access_key_id",
            "region",
            "x_security_token_expires",
            "web_identity_token_file",
        ] {
            assert!(!is_secret_key(key), "{key} may be shown");
        }
    }

    #[test]
    fn debug_output_hides_the_secret() {
        let key = AccessKey {
            id: AccessKeyId::parse("AKIAIOSFODNN7EXAMPLE").unwrap(),
            secret: "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY".into(),
            session_token: Some("FwoGZXIvYXdzEXAMPLE".into()),
        };
        let shown = format!("{key:?}");
        assert!(!shown.contains("wJalr") && !shown.contains("FwoG"), "{shown}");
    }
}
