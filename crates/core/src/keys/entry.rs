//! The secret of a long-term key in the keychain: one entry per key, written then read back before anything relies on
//! it. JSON text with a version, as for seeds.

use serde::Deserialize;
use zeroize::Zeroizing;

use crate::activity::By;
use crate::ports::{Keychain, Unavailable};
use crate::profile::AccessKeyId;
use crate::secret::{AccessKey, ExposeSecret as _, SecretBytes};
use crate::vault::{Kept, VaultError};

/// The version of the format this program writes.
const VERSION: u32 = 1;

/// What an entry says. Borrowed from the entry's bytes, so that no copy of the secret is made.
#[derive(Deserialize)]
struct Entry<'a> {
    version: u32,
    id: &'a str,
    secret: &'a str,
}

fn name(id: &AccessKeyId) -> String {
    format!("key/{id}")
}

pub(super) fn read(keychain: &dyn Keychain, by: By, id: &AccessKeyId) -> Result<AccessKey, VaultError> {
    let bytes = match by {
        By::Automatic => keychain.read_quietly(&name(id)),
        By::Click | By::CommandLine => keychain.read(&name(id)),
    }?;
    let bytes = bytes.ok_or_else(|| VaultError::Missing(Kept::Key(id.clone())))?;
    let damaged = || VaultError::Damaged(Kept::Key(id.clone()));
    let entry: Entry<'_> = serde_json::from_slice(bytes.expose_secret()).map_err(|_| damaged())?;
    if entry.version > VERSION {
        return Err(VaultError::Newer(Kept::Key(id.clone())));
    }
    if entry.id != id.as_str() {
        return Err(damaged());
    }
    Ok(AccessKey {
        id: id.clone(),
        secret: entry.secret.into(),
        session_token: None,
    })
}

/// Writes the key and reads it back.
pub(super) fn store(keychain: &dyn Keychain, key: &AccessKey) -> Result<(), VaultError> {
    let secret = key.secret.expose_secret();
    let not_kept = || VaultError::NotKept(Kept::Key(key.id.clone()));
    // Nothing that JSON would escape; AWS's secrets are letters, digits, `/` and `+`.
    if secret.is_empty() || !secret.bytes().all(|b| b.is_ascii_graphic() && b != b'"' && b != b'\\') {
        return Err(not_kept());
    }
    let text = Zeroizing::new(format!(
        r#"{{"version":{VERSION},"id":"{}","secret":"{secret}"}}"#,
        key.id
    ));
    keychain.write(&name(&key.id), &SecretBytes::from(text.as_bytes().to_vec()))?;
    match read(keychain, By::CommandLine, &key.id) {
        Ok(kept) if kept.secret.expose_secret() == secret => Ok(()),
        Err(VaultError::Unavailable(unavailable)) => Err(unavailable.into()),
        _ => Err(not_kept()),
    }
}

pub(super) fn remove(keychain: &dyn Keychain, id: &AccessKeyId) -> Result<bool, Unavailable> {
    keychain.remove(&name(id))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::FakeKeychain;

    fn key(secret: &str) -> AccessKey {
        AccessKey {
            id: AccessKeyId::parse("AKIAIOSFODNN7EXAMPLE").unwrap(),
            secret: secret.into(),
            session_token: None,
        }
    }

    #[test]
    fn a_key_comes_back_and_what_is_none_is_told_apart() {
        let keychain = FakeKeychain::default();
        let key = key("wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY");
        let read = || read(&keychain, By::Automatic, &key.id);
        assert!(matches!(read(), Err(VaultError::Missing(_))));
        store(&keychain, &key).unwrap();
        assert_eq!(read().unwrap().secret.expose_secret(), key.secret.expose_secret());
        for (text, newer) in [
            ("", false),
            (r#"{"version":1,"id":"AKIAOTHERXXXXEXAMPLE","secret":"s"}"#, false),
            (r#"{"version":2,"id":"AKIAIOSFODNN7EXAMPLE","secret":"s"}"#, true),
        ] {
            keychain.plant("key/AKIAIOSFODNN7EXAMPLE", text.as_bytes());
            match read() {
                Err(VaultError::Newer(_)) => assert!(newer, "{text}"),
                Err(VaultError::Damaged(_)) => assert!(!newer, "{text}"),
                other => panic!("{other:?}"),
            }
        }
        assert!(remove(&keychain, &key.id).unwrap());
        keychain.lose_writes();
        assert!(matches!(store(&keychain, &key), Err(VaultError::NotKept(_))));
        assert!(matches!(
            store(&keychain, &self::key("a\"b")),
            Err(VaultError::NotKept(_))
        ));
    }
}
