//! Seeds in the keychain: one entry per device, written then read back before anything relies on it.
//!
//! The index of what is there is in the state folder, so that listing asks no keychain. An entry is JSON text with a
//! version: KWallet keeps text only, and it stays far below what Windows keeps.

use std::fmt;

use serde::Deserialize;
use zeroize::Zeroizing;

use crate::ports::{Keychain, LARGEST_ENTRY, Unavailable};
use crate::profile::{AccessKeyId, MfaSerial};
use crate::secret::{ExposeSecret as _, SecretBytes};
use crate::totp::{Algorithm, Seed};

/// The version of the format this program writes.
const VERSION: u32 = 1;

/// An entry that is written and removed again. One name for all, so that a kill leaves one entry at most.
const PROBE: &str = "probe";
const TRIES: u8 = 3;

/// What is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Kept {
    /// The seed of a device.
    Seed(MfaSerial),
    /// The secret of a long-term access key.
    Key(AccessKeyId),
}

impl fmt::Display for Kept {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Kept::Seed(serial) => write!(f, "the seed of the MFA device {}", serial.device_name()),
            Kept::Key(id) => write!(f, "the secret of the access key {id}"),
        }
    }
}

/// Why there is nothing to use, or it was not kept.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum VaultError {
    /// The keychain answers that there is none.
    #[error("{0} is not in the keychain any more")]
    Missing(Kept),
    /// Somebody else wrote there.
    #[error("{0} in the keychain is damaged")]
    Damaged(Kept),
    /// A later version of this program wrote it.
    #[error("{0} was written by a newer MFA Tray")]
    Newer(Kept),
    /// What was written did not come back.
    #[error("the keychain did not keep {0}")]
    NotKept(Kept),
    /// See [`Unavailable`].
    #[error(transparent)]
    Unavailable(#[from] Unavailable),
}

impl VaultError {
    /// What a person can do about it.
    pub fn hint(&self) -> &'static str {
        match self {
            VaultError::Missing(Kept::Key(_)) | VaultError::Damaged(Kept::Key(_)) => {
                "make a new key in the AWS console, then: mfa-tray keys import PROFILE -"
            }
            VaultError::Missing(_) | VaultError::Damaged(_) => {
                "set the device up again from its QR code or a backup; until then a typed code works too"
            }
            VaultError::Newer(Kept::Key(_)) => "update MFA Tray",
            VaultError::Newer(_) => "update MFA Tray; until then a typed code works too",
            VaultError::NotKept(_) => "check the keychain program, then try again; nothing relies on it yet",
            VaultError::Unavailable(unavailable) => unavailable.hint(),
        }
    }

    /// Whether the keychain itself said nothing: trying again may help.
    pub fn is_unavailable(&self) -> bool {
        matches!(self, VaultError::Unavailable(_))
    }
}

/// What an entry says. Borrowed from the entry's bytes, so that no copy of the secret is made.
#[derive(Deserialize)]
struct Entry<'a> {
    version: u32,
    serial: &'a str,
    secret: &'a str,
    algorithm: &'a str,
    digits: u8,
    period: u32,
}

/// The name of a device's entry. Serials hold nothing that would need escaping, and no two devices share one.
fn name(serial: &MfaSerial) -> String {
    format!("seed/{serial}")
}

/// Reads the seed of `serial`. May raise the system's prompt.
///
/// # Errors
/// [`VaultError`].
pub fn read(keychain: &dyn Keychain, serial: &MfaSerial) -> Result<Seed, VaultError> {
    take(keychain.read(&name(serial))?, serial)
}

/// Reads the seed of `serial` where that raises no prompt.
///
/// # Errors
/// [`VaultError`].
pub fn read_quietly(keychain: &dyn Keychain, serial: &MfaSerial) -> Result<Seed, VaultError> {
    take(keychain.read_quietly(&name(serial))?, serial)
}

fn take(bytes: Option<SecretBytes>, serial: &MfaSerial) -> Result<Seed, VaultError> {
    let bytes = bytes.ok_or_else(|| VaultError::Missing(Kept::Seed(serial.clone())))?;
    parse(bytes.expose_secret(), serial)
}

fn parse(bytes: &[u8], serial: &MfaSerial) -> Result<Seed, VaultError> {
    let damaged = || VaultError::Damaged(Kept::Seed(serial.clone()));
    let entry: Entry<'_> = serde_json::from_slice(bytes).map_err(|_| damaged())?;
    if entry.version > VERSION {
        return Err(VaultError::Newer(Kept::Seed(serial.clone())));
    }
    let algorithm = Algorithm::parse(entry.algorithm).ok_or_else(damaged)?;
    let secret = Seed::from_base32(entry.secret).map_err(|_| damaged())?.secret().clone();
    let seed = Seed::new(secret, algorithm, entry.digits, entry.period).map_err(|_| damaged())?;
    // A copy of another device's entry is not this device's.
    if entry.serial == serial.as_str() {
        Ok(seed)
    } else {
        Err(damaged())
    }
}

/// Writes the seed of `serial` and reads it back. May raise the system's prompt.
///
/// # Errors
/// [`VaultError`]: nothing may rely on the entry then.
pub fn store(keychain: &dyn Keychain, serial: &MfaSerial, seed: &Seed) -> Result<(), VaultError> {
    let secret = seed.base32();
    let text = Zeroizing::new(format!(
        r#"{{"version":{VERSION},"serial":"{serial}","secret":"{}","algorithm":"{}","digits":{},"period":{}}}"#,
        secret.expose_secret(),
        seed.algorithm().name(),
        seed.digits(),
        seed.period(),
    ));
    if text.len() > LARGEST_ENTRY {
        return Err(VaultError::NotKept(Kept::Seed(serial.clone())));
    }
    keychain.write(&name(serial), &SecretBytes::from(text.as_bytes().to_vec()))?;
    match read(keychain, serial) {
        Ok(kept) if kept.same_secret(seed) => Ok(()),
        Err(VaultError::Unavailable(unavailable)) => Err(unavailable.into()),
        _ => Err(VaultError::NotKept(Kept::Seed(serial.clone()))),
    }
}

/// Finds out whether the keychain keeps what it is given, before anything relies on it. May raise the system's prompt.
///
/// # Errors
/// [`VaultError::Unavailable`].
pub fn check(keychain: &dyn Keychain) -> Result<(), VaultError> {
    let text = b"MFA Tray looks whether this keychain works";
    // Another of ours may look at the same moment, and take the entry away between our two calls.
    let mut kept = false;
    for _ in 0..TRIES {
        keychain.write(PROBE, &SecretBytes::from(text.to_vec()))?;
        kept = keychain.read(PROBE)?.is_some_and(|kept| kept.expose_secret() == text);
        if kept {
            break;
        }
    }
    keychain.remove(PROBE)?;
    if kept {
        Ok(())
    } else {
        Err(Unavailable::Failed("it did not keep what was written to it".to_owned()).into())
    }
}

/// Removes the seed of `serial`; says whether there was one.
///
/// # Errors
/// [`VaultError::Unavailable`].
pub fn remove(keychain: &dyn Keychain, serial: &MfaSerial) -> Result<bool, VaultError> {
    Ok(keychain.remove(&name(serial))?)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::FakeKeychain;

    fn serial(name: &str) -> MfaSerial {
        MfaSerial::parse(&format!("arn:aws:iam::111122223333:mfa/{name}")).unwrap()
    }

    fn seed() -> Seed {
        Seed::from_base32(&"JBSWY3DPEHPK3PXP".repeat(4)).unwrap()
    }

    #[test]
    fn a_seed_comes_back_with_its_parameters() {
        let keychain = FakeKeychain::default();
        assert_eq!(
            read(&keychain, &serial("a")).unwrap_err(),
            VaultError::Missing(Kept::Seed(serial("a")))
        );
        let odd = Seed::new(seed().secret().clone(), Algorithm::Sha256, 6, 60).unwrap();
        for (name, seed) in [("a", seed()), ("b", odd)] {
            store(&keychain, &serial(name), &seed).unwrap();
            let back = read(&keychain, &serial(name)).unwrap();
            assert!(back.same_secret(&seed));
            assert_eq!(
                (back.algorithm(), back.digits(), back.period()),
                (seed.algorithm(), seed.digits(), seed.period())
            );
        }
        assert!(remove(&keychain, &serial("a")).unwrap());
        assert!(!remove(&keychain, &serial("a")).unwrap());
        assert!(read(&keychain, &serial("b")).is_ok(), "another device's stays");
    }

    #[test]
    fn nothing_is_relied_on_that_does_not_come_back() {
        let keychain = FakeKeychain::default();
        keychain.lose_writes();
        assert_eq!(
            store(&keychain, &serial("a"), &seed()),
            Err(VaultError::NotKept(Kept::Seed(serial("a"))))
        );
        assert!(check(&keychain).is_err());
        keychain.work();
        check(&keychain).unwrap();
        assert!(keychain.names().is_empty(), "what was tried is gone again");
        store(&keychain, &serial("a"), &seed()).unwrap();
        keychain.lose_writes();
        let other = Seed::from_base32(&"KRSXG5CTMVRXEZLU".repeat(4)).unwrap();
        assert_eq!(
            store(&keychain, &serial("a"), &other),
            Err(VaultError::NotKept(Kept::Seed(serial("a"))))
        );
    }

    #[test]
    fn what_somebody_else_wrote_is_not_taken_for_a_seed() {
        let good = |name: &str, version: u32| {
            format!(
                r#"{{"version":{version},"serial":"{}","secret":"{}","algorithm":"SHA1","digits":6,"period":30}}"#,
                serial(name),
                "JBSWY3DPEHPK3PXP".repeat(4)
            )
        };
        let keychain = FakeKeychain::default();
        let entry = name(&serial("a"));
        keychain.plant(&entry, good("a", 1).as_bytes());
        assert!(read(&keychain, &serial("a")).is_ok());
        keychain.plant(&entry, good("a", 2).as_bytes());
        assert_eq!(
            read(&keychain, &serial("a")).unwrap_err(),
            VaultError::Newer(Kept::Seed(serial("a")))
        );
        for text in [
            String::new(),
            "null".into(),
            good("b", 1),
            good("a", 1).replace("JBSWY", "JBSW1"),
            good("a", 1).replace("SHA1", "MD5"),
            good("a", 1).replace(":6,", ":60,"),
        ] {
            keychain.plant(&entry, text.as_bytes());
            assert_eq!(
                read(&keychain, &serial("a")).unwrap_err(),
                VaultError::Damaged(Kept::Seed(serial("a"))),
                "{text}"
            );
        }
    }
}
