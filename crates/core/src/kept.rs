//! Sessions in the keychain: of profiles whose session AWS's tools get by `credential_process`, so that nothing
//! temporary lies in a file. The state folder knows which there are and until when; only the keys are secret.
//!
//! Windows keeps [`LARGEST_ENTRY`] bytes in an entry and a session's token can be longer, so an entry may have further
//! parts. Each says whose session it is of: parts of two are never put together.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use crate::activity::By;
use crate::ports::{Keychain, LARGEST_ENTRY, SessionCredentials, Unavailable};
use crate::profile::{AccessKeyId, ProfileName};
use crate::secret::{AccessKey, ExposeSecret as _, SecretBytes};
use crate::session::rfc3339;
use crate::state::MadeSession;

/// The version of the format this program writes.
const VERSION: u32 = 1;
/// What is left for a token beside all else that stands in an entry.
const TOKEN_PART: usize = LARGEST_ENTRY - 512;
/// Tokens have no upper limit (<https://docs.aws.amazon.com/STS/latest/APIReference/API_Credentials.html>); this is far
/// above any that was seen.
const MOST_PARTS: usize = 32;

/// A session that the keychain holds, as the state folder knows it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeptSession {
    /// The id of its key.
    pub access_key_id: String,
    /// When it was made, and of whom.
    #[serde(flatten)]
    pub made: MadeSession,
}

/// What an entry says. Borrowed from the entry's bytes, so that no copy of the secret is made.
#[derive(Deserialize)]
struct Entry<'a> {
    version: u32,
    id: &'a str,
    expires_at: Timestamp,
    secret: &'a str,
    parts: usize,
    token: &'a str,
}

fn name(section: &ProfileName, part: usize) -> String {
    match part {
        0 => format!("session/{section}"),
        part => format!("session/{section}/{part}"),
    }
}

fn read_entry(
    keychain: &dyn Keychain,
    by: By,
    section: &ProfileName,
    part: usize,
) -> Result<Option<SecretBytes>, Unavailable> {
    let name = name(section, part);
    match by {
        By::Automatic => keychain.read_quietly(&name),
        By::Click | By::CommandLine => keychain.read(&name),
    }
}

/// Reads the session of `section`; `None` where there is none, or none that this version can read.
///
/// # Errors
/// [`Unavailable`].
pub(crate) fn read(
    keychain: &dyn Keychain,
    by: By,
    section: &ProfileName,
) -> Result<Option<SessionCredentials>, Unavailable> {
    let Some(first) = read_entry(keychain, by, section, 0)? else {
        return Ok(None);
    };
    let Some(entry) = parse(first.expose_secret()) else {
        return Ok(None);
    };
    let mut token = Zeroizing::new(entry.token.to_owned());
    for part in 1..entry.parts.min(MOST_PARTS) {
        let Some(further) = read_entry(keychain, by, section, part)? else {
            return Ok(None);
        };
        match parse(further.expose_secret()) {
            Some(further) if further.id == entry.id => token.push_str(further.token),
            _ => return Ok(None),
        }
    }
    let Ok(id) = AccessKeyId::parse(entry.id) else {
        return Ok(None);
    };
    Ok(Some(SessionCredentials {
        key: AccessKey {
            id,
            secret: entry.secret.into(),
            session_token: Some(token.as_str().into()),
        },
        expires_at: entry.expires_at,
    }))
}

fn parse(bytes: &[u8]) -> Option<Entry<'_>> {
    let entry: Entry<'_> = serde_json::from_slice(bytes).ok()?;
    (entry.version == VERSION).then_some(entry)
}

/// Writes the session of `section`, the first part last, and reads it back.
///
/// # Errors
/// [`Unavailable`]: nothing may rely on the entry then.
pub(crate) fn write(
    keychain: &dyn Keychain,
    section: &ProfileName,
    session: &SessionCredentials,
) -> Result<(), Unavailable> {
    let token = session
        .key
        .session_token
        .as_ref()
        .map_or("", |token| token.expose_secret());
    let slices = slices(token);
    let parts = slices.len();
    for (part, slice) in slices.iter().enumerate().rev() {
        let text = Zeroizing::new(format!(
            r#"{{"version":{VERSION},"id":"{}","expires_at":"{}","secret":"{}","parts":{parts},"token":"{slice}"}}"#,
            session.key.id,
            rfc3339(session.expires_at),
            session.key.secret.expose_secret(),
        ));
        keychain.write(&name(section, part), &SecretBytes::from(text.as_bytes().to_vec()))?;
    }
    let kept = read(keychain, By::CommandLine, section)?;
    let is_kept = kept.is_some_and(|kept| {
        let token_is_kept = kept.key.session_token.is_some_and(|kept| kept.expose_secret() == token);
        kept.key.id == session.key.id && token_is_kept
    });
    if is_kept {
        Ok(())
    } else {
        Err(Unavailable::Failed("it did not keep what was written to it".to_owned()))
    }
}

/// The token in parts, one at least. A token has no character that JSON would escape; one that had would not come back
/// from the keychain and be noticed.
fn slices(token: &str) -> Vec<&str> {
    let mut rest = token;
    let mut slices = Vec::new();
    while rest.len() > TOKEN_PART && rest.is_ascii() {
        let (slice, more) = rest.split_at(TOKEN_PART);
        slices.push(slice);
        rest = more;
    }
    slices.push(rest);
    slices
}

/// Removes the session of `section` with all its parts; says whether there was one.
///
/// # Errors
/// [`Unavailable`].
pub(crate) fn remove(keychain: &dyn Keychain, section: &ProfileName) -> Result<bool, Unavailable> {
    let was_there = keychain.remove(&name(section, 0))?;
    let mut part = 1;
    while part < MOST_PARTS && keychain.remove(&name(section, part))? {
        part += 1;
    }
    Ok(was_there)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::FakeKeychain;

    fn section() -> ProfileName {
        ProfileName::parse("dev-mfa").unwrap()
    }

    fn session(id: &str, token: &str) -> SessionCredentials {
        SessionCredentials {
            key: AccessKey {
                id: AccessKeyId::parse(id).unwrap(),
                secret: "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY".into(),
                session_token: Some(token.into()),
            },
            expires_at: "2026-11-24T07:00:00Z".parse().unwrap(),
        }
    }

    fn token_of(keychain: &FakeKeychain) -> Option<String> {
        let session = read(keychain, By::Automatic, &section()).unwrap()?;
        Some(session.key.session_token.unwrap().expose_secret().to_owned())
    }

    #[test]
    fn a_session_comes_back_whatever_the_length_of_its_token() {
        let keychain = FakeKeychain::default();
        assert_eq!(token_of(&keychain), None);
        for length in [1, TOKEN_PART, TOKEN_PART + 1, 3 * TOKEN_PART + 7, 100] {
            let token = "FwoGZXIvYXdzEXAMPLE+/=".repeat(length).split_at(length).0.to_owned();
            write(&keychain, &section(), &session("ASIAIOSFODNN7EXAMPLE", &token)).unwrap();
            assert_eq!(token_of(&keychain), Some(token));
        }
        assert!(remove(&keychain, &section()).unwrap());
        assert!(keychain.names().is_empty(), "{:?}", keychain.names());
        assert!(!remove(&keychain, &section()).unwrap());
    }

    #[test]
    fn parts_of_two_sessions_are_never_put_together() {
        let keychain = FakeKeychain::default();
        let long = "x".repeat(TOKEN_PART + 1);
        write(&keychain, &section(), &session("ASIAIOSFODNN7EXAMPLE", &long)).unwrap();
        let other = FakeKeychain::default();
        write(&other, &section(), &session("ASIAIOSFODNN7EXAMPL2", &long)).unwrap();
        let part = other.read(&name(&section(), 1)).unwrap().unwrap();
        keychain.plant(&name(&section(), 1), part.expose_secret());
        assert_eq!(token_of(&keychain), None);
    }

    #[test]
    fn what_is_no_session_of_ours_is_none_and_what_is_not_kept_is_told() {
        let keychain = FakeKeychain::default();
        for text in ["", "null", "{}", r#"{"version":2}"#] {
            keychain.plant(&name(&section(), 0), text.as_bytes());
            assert_eq!(token_of(&keychain), None, "{text}");
        }
        keychain.lose_writes();
        assert!(write(&keychain, &section(), &session("ASIAIOSFODNN7EXAMPLE", "t")).is_err());
    }
}
