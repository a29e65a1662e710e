//! A keychain and the connection to it, which is made again when it turns out to be dead.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use mfa_tray_core::ports::Unavailable;
use mfa_tray_core::secret::SecretBytes;

/// A keychain, as the thread that owns it calls it. Calls block.
pub(super) trait Store {
    fn read(&mut self, name: &str) -> Result<Option<SecretBytes>, Unavailable>;
    /// Where an answer would take a prompt, it is [`Unavailable::Locked`].
    fn read_quietly(&mut self, name: &str) -> Result<Option<SecretBytes>, Unavailable>;
    fn write(&mut self, name: &str, secret: &SecretBytes) -> Result<(), Unavailable>;
    fn remove(&mut self, name: &str) -> Result<bool, Unavailable>;
}

/// Finds the keychain. Called again after a failure, so that one that was not up at login is found later.
pub(super) type Connect = dyn Fn() -> Result<Box<dyn Store>, Unavailable> + Send + Sync;

/// The keychain with its connection, as long as that is good.
pub(super) struct Kept {
    connect: Arc<Connect>,
    store: Option<Box<dyn Store>>,
}

impl Kept {
    pub(super) fn new(connect: Arc<Connect>) -> Kept {
        Kept { connect, store: None }
    }

    /// Makes a call, twice if the connection was an old one and turns out to be dead.
    pub(super) fn call<T>(
        &mut self,
        call: &mut dyn FnMut(&mut dyn Store) -> Result<T, Unavailable>,
    ) -> Result<T, Unavailable> {
        let had_one = self.store.is_some();
        match self.attempt(call) {
            // The service may have been replaced since the connection was made: once more, with a new one.
            Err(Unavailable::Failed(_) | Unavailable::NoService) if had_one => self.attempt(call),
            result => result,
        }
    }

    /// A connection that gave no answer is not used again.
    fn attempt<T>(&mut self, call: &mut dyn FnMut(&mut dyn Store) -> Result<T, Unavailable>) -> Result<T, Unavailable> {
        let kept = self.store.take();
        let connect = &self.connect;
        let result = catch_unwind(AssertUnwindSafe(|| {
            let mut store = kept.map_or_else(|| connect(), Ok)?;
            let result = call(store.as_mut());
            let good = matches!(result, Ok(_) | Err(Unavailable::Locked | Unavailable::Denied));
            Ok((good.then_some(store), result))
        }));
        let (store, result) =
            result.unwrap_or_else(|_| Err(Unavailable::Failed("a call to it broke off".to_owned())))?;
        self.store = store;
        result
    }
}
