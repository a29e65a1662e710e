//! The [`Keychain`] port: the operating system's keychain, or the one practice AWS keeps in its memory.
//!
//! Invariant: *missing* is said only when the system is known to have no such entry. Everything that leaves a doubt is
//! an [`Unavailable`]. Deliberately absent: a fallback to a file, and any way from a practice home to the real keychain.

/// A keychain and the connection to it.
mod kept;
/// The environment and the marker that lead to practice's keychain, and the way there.
mod practice;
/// One thread that owns the keychain.
mod worker;

/// What a Secret Service says when it does not give an answer.
#[cfg(all(unix, not(target_os = "macos")))]
mod bus_error;
/// Credential Manager, and macOS's keychain.
#[cfg(any(target_os = "macos", windows))]
#[path = "native.rs"]
mod store;
/// The freedesktop Secret Service.
#[cfg(all(unix, not(target_os = "macos")))]
#[path = "secret_service.rs"]
mod store;

/// What macOS's numbers mean.
#[cfg(any(target_os = "macos", test))]
mod mac_status;

use std::sync::Arc;

use mfa_tray_core::ports::{KEYCHAIN_PATIENCE, Keychain, LARGEST_ENTRY, Unavailable};
use mfa_tray_core::secret::{ExposeSecret as _, SecretBytes};

use crate::environment;
use practice::PracticeKeychain;
use worker::Worker;

/// The keychain this process has: practice's where `mfa-tray practice` says so, else the operating system's.
///
/// Touches neither: the first call does.
pub fn keychain() -> Arc<dyn Keychain> {
    match environment::practice_keychain() {
        Some(token) => Arc::new(PracticeKeychain::find(
            token,
            environment::practice_endpoint().as_deref(),
            environment::home().as_deref(),
        )),
        None => Arc::new(OsKeychain::new()),
    }
}

/// The operating system's keychain. Every call waits [`KEYCHAIN_PATIENCE`] at most.
#[derive(Debug)]
pub struct OsKeychain(Worker);

impl OsKeychain {
    /// Makes nothing yet: the first call starts the thread that owns the keychain.
    pub fn new() -> OsKeychain {
        OsKeychain(Worker::new(Arc::new(store::connect), KEYCHAIN_PATIENCE))
    }
}

impl Default for OsKeychain {
    fn default() -> OsKeychain {
        OsKeychain::new()
    }
}

impl Keychain for OsKeychain {
    fn read(&self, name: &str) -> Result<Option<SecretBytes>, Unavailable> {
        let name = name.to_owned();
        self.0.ask(move |store| store.read(&name))
    }

    fn read_quietly(&self, name: &str) -> Result<Option<SecretBytes>, Unavailable> {
        let name = name.to_owned();
        self.0.ask(move |store| store.read_quietly(&name))
    }

    fn write(&self, name: &str, secret: &SecretBytes) -> Result<(), Unavailable> {
        check_size(secret)?;
        let (name, secret) = (name.to_owned(), secret.clone());
        self.0.ask(move |store| store.write(&name, &secret))
    }

    fn remove(&self, name: &str) -> Result<bool, Unavailable> {
        let name = name.to_owned();
        self.0.ask(move |store| store.remove(&name))
    }

    fn asks_for_consent(&self) -> bool {
        cfg!(target_os = "macos")
    }
}

/// The same limit everywhere, so that what one system keeps can be kept by the others.
fn check_size(secret: &SecretBytes) -> Result<(), Unavailable> {
    if secret.expose_secret().len() <= LARGEST_ENTRY {
        return Ok(());
    }
    let why = format!("an entry has {LARGEST_ENTRY} bytes at most, and this one is larger");
    Err(Unavailable::Failed(why))
}

/// What people see in their keychain's own window.
#[cfg(not(target_os = "macos"))]
fn label(name: &str) -> String {
    format!("MFA Tray: {name}")
}

/// The first half of every entry's name.
const SERVICE: &str = "mfa-tray";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_entry_too_large_is_refused_before_anybody_is_asked() {
        let keychain = OsKeychain::new();
        let written = keychain.write("test", &vec![7; LARGEST_ENTRY + 1].into());
        assert!(
            matches!(&written, Err(Unavailable::Failed(why)) if why.contains("2560")),
            "{written:?}"
        );
        assert!(!keychain.0.is_running(), "no thread was started");
        assert!(check_size(&vec![7; LARGEST_ENTRY].into()).is_ok());
    }
}
