//! macOS's keychain of the person, and Windows' Credential Manager, through keyring's stores.
//!
//! The store is a value of ours: keyring's process-wide default is not set.

use std::error::Error as _;

use keyring_core::api::CredentialStoreApi as _;
use keyring_core::{Entry, Error};
use mfa_tray_core::ports::Unavailable;
use mfa_tray_core::secret::{ExposeSecret as _, SecretBytes};
use zeroize::{Zeroize as _, Zeroizing};

use super::kept::Store;

#[cfg(target_os = "macos")]
use apple_native_keyring_store::keychain::Store as SystemStore;
#[cfg(windows)]
use windows_native_keyring_store::Store as SystemStore;

struct NativeStore(std::sync::Arc<SystemStore>);

pub(super) fn connect() -> Result<Box<dyn Store>, Unavailable> {
    let store = SystemStore::new().map_err(unavailable)?;
    Ok(Box::new(NativeStore(store)))
}

impl Store for NativeStore {
    fn read(&mut self, name: &str) -> Result<Option<SecretBytes>, Unavailable> {
        let secret = found(self.entry(name)?.get_secret())?.map(Zeroizing::new);
        Ok(secret.map(|secret| SecretBytes::from(secret.to_vec())))
    }

    #[cfg(target_os = "macos")]
    fn read_quietly(&mut self, name: &str) -> Result<Option<SecretBytes>, Unavailable> {
        use security_framework::os::macos::keychain::SecKeychain;
        // For as long as this lives, macOS answers *interaction not allowed* instead of asking.
        let lock = SecKeychain::disable_user_interaction();
        let _quiet = lock.map_err(|error| Unavailable::Failed(error.to_string()))?;
        self.read(name)
    }

    /// Credential Manager never asks.
    #[cfg(windows)]
    fn read_quietly(&mut self, name: &str) -> Result<Option<SecretBytes>, Unavailable> {
        self.read(name)
    }

    fn write(&mut self, name: &str, secret: &SecretBytes) -> Result<(), Unavailable> {
        let written = self.entry(name)?.set_secret(secret.expose_secret());
        written.map_err(unavailable)
    }

    fn remove(&mut self, name: &str) -> Result<bool, Unavailable> {
        let removed = found(self.entry(name)?.delete_credential())?;
        Ok(removed.is_some())
    }
}

impl NativeStore {
    /// The pair of service and account is the item's identity.
    #[cfg(target_os = "macos")]
    fn entry(&self, name: &str) -> Result<Entry, Unavailable> {
        self.0.build(super::SERVICE, name, None).map_err(unavailable)
    }

    /// The target name is the credential's identity. The store would join service and name to one; a constant before
    /// the name cannot make two names one. `Local`: the default, `Enterprise`, follows the person to other machines.
    #[cfg(windows)]
    fn entry(&self, name: &str) -> Result<Entry, Unavailable> {
        let target = super::label(name);
        let modifiers = std::collections::HashMap::from([("target", target.as_str()), ("persistence", "Local")]);
        self.0
            .build(super::SERVICE, name, Some(&modifiers))
            .map_err(unavailable)
    }
}

/// Tells *missing* from everything else.
fn found<T>(answer: keyring_core::Result<T>) -> Result<Option<T>, Unavailable> {
    match answer {
        Ok(value) => Ok(Some(value)),
        Err(Error::NoEntry) => Ok(None),
        Err(error) => Err(unavailable(error)),
    }
}

fn unavailable(error: Error) -> Unavailable {
    match error {
        Error::NoStorageAccess(_) | Error::PlatformFailure(_) => {
            let cause = error.source();
            of_system(cause, &error).unwrap_or_else(|| Unavailable::Failed(cause.unwrap_or(&error).to_string()))
        }
        // These two carry what was read.
        Error::BadEncoding(mut bytes) | Error::BadDataFormat(mut bytes, _) => {
            bytes.zeroize();
            Unavailable::Failed("it holds something that is not an entry".to_owned())
        }
        Error::TooLong(what, _) => Unavailable::Failed(format!("the {what} is too long for it")),
        Error::Ambiguous(_) => Unavailable::Failed("it holds the entry more than once".to_owned()),
        _ => Unavailable::Failed("it gave an answer that is not known".to_owned()),
    }
}

type Cause<'a> = Option<&'a (dyn std::error::Error + 'static)>;

#[cfg(target_os = "macos")]
fn of_system(cause: Cause<'_>, _error: &Error) -> Option<Unavailable> {
    let status = cause?.downcast_ref::<security_framework::base::Error>()?.code();
    super::mac_status::unavailable(status)
}

/// The store keeps its error type to itself, and uses the one kind for `ERROR_NO_SUCH_LOGON_SESSION` alone.
#[cfg(windows)]
fn of_system(_cause: Cause<'_>, error: &Error) -> Option<Unavailable> {
    matches!(error, Error::NoStorageAccess(_)).then_some(Unavailable::NoService)
}
