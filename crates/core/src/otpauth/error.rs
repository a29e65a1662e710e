//! Why a text holds no account.

use super::{LONGEST_TEXT, MOST_ACCOUNTS, SHORTEST_BARE};
use crate::problem::Problem;

/// Why a text holds no account at all.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ReadError {
    /// Neither a link nor base32.
    #[error("this is no seed: it is neither an otpauth link nor a secret key in base32")]
    NoSeed,
    /// Base32, perhaps, but no secret.
    #[error("this is too short for a secret key, which has {SHORTEST_BARE} letters and digits or more")]
    TooShort,
    /// Over [`LONGEST_TEXT`].
    #[error("this is too long for a seed: it has more than {} KiB", LONGEST_TEXT / 1024)]
    TooLong,
    /// Over [`MOST_ACCOUNTS`].
    #[error("there are more than {MOST_ACCOUNTS} accounts in this")]
    TooMany,
    /// An export that cannot be read.
    #[error("this export of accounts is damaged or not complete")]
    Damaged,
    /// An export of nothing.
    #[error("there is no account in this export")]
    NoAccount,
}

impl ReadError {
    /// The same for every front end.
    pub fn problem(&self) -> Problem {
        let (code, hint) = match self {
            ReadError::NoSeed => (
                "not-otpauth",
                "use the QR code, link or secret key that AWS showed when the device was made",
            ),
            ReadError::TooShort => (
                "too-short",
                "copy the whole secret key; AWS's have 64 letters and digits",
            ),
            ReadError::TooLong => ("too-long", "use the link or the secret key alone"),
            ReadError::TooMany => ("too-many", "export fewer accounts at once: AWS's alone will do"),
            ReadError::Damaged => ("bad-payload", "scan or copy the export again, all of it"),
            ReadError::NoAccount => ("empty", "export again, with AWS's account chosen"),
        };
        Problem::new(code, self.to_string(), hint)
    }
}
