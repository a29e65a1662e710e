//! Ports for tests: a keychain that fails on demand, since failure is the product, and an AWS that is never asked.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::aws_error::AwsError;
use crate::ports::{
    AssumeRoleRequest, Aws, Caller, CodePair, FoundRole, Identity, Keychain, NewDevice, Reply, SessionCredentials,
    SessionTokenRequest, Unavailable,
};
use crate::profile::{AccessKeyId, DeviceName, MfaSerial};
use crate::secret::{ExposeSecret as _, SecretBytes};

/// What the keychain does besides what it is asked.
#[derive(Debug, Clone, Default)]
struct Fault {
    unavailable: Option<Unavailable>,
    /// Nothing fails before so many calls were made in all.
    after: Option<usize>,
    /// Only the next so many calls fail.
    times: Option<usize>,
    loses_writes: bool,
}

#[derive(Default)]
struct Inner {
    entries: BTreeMap<String, Vec<u8>>,
    fault: Fault,
    calls: usize,
    quiet_reads: usize,
}

/// A keychain in memory.
#[derive(Clone, Default)]
pub struct FakeKeychain(Arc<Mutex<Inner>>);

impl FakeKeychain {
    /// Every call fails from now on, until [`FakeKeychain::work`].
    pub fn fail(&self, unavailable: Unavailable) {
        self.inner().fault = Fault {
            unavailable: Some(unavailable),
            ..Fault::default()
        };
    }

    /// The next `times` calls fail.
    pub fn fail_times(&self, times: usize, unavailable: Unavailable) {
        self.inner().fault = Fault {
            unavailable: Some(unavailable),
            times: Some(times),
            ..Fault::default()
        };
    }

    /// The call after the next `calls` ones fails, and only that.
    pub fn fail_after(&self, calls: usize, unavailable: Unavailable) {
        let mut inner = self.inner();
        let after = inner.calls + calls;
        inner.fault = Fault {
            unavailable: Some(unavailable),
            after: Some(after),
            times: Some(1),
            loses_writes: false,
        };
    }

    /// Writes are reported as done and are not.
    pub fn lose_writes(&self) {
        self.inner().fault = Fault {
            loses_writes: true,
            ..Fault::default()
        };
    }

    /// Everything works from now on.
    pub fn work(&self) {
        self.inner().fault = Fault::default();
    }

    /// The names of the entries.
    pub fn names(&self) -> Vec<String> {
        self.inner().entries.keys().cloned().collect()
    }

    /// Puts something into an entry, as another program may.
    pub fn plant(&self, name: &str, bytes: &[u8]) {
        self.inner().entries.insert(name.to_owned(), bytes.to_vec());
    }

    /// How often it was asked anything.
    pub fn calls(&self) -> usize {
        self.inner().calls
    }

    /// How often it was asked for an entry without a prompt.
    pub fn quiet_reads(&self) -> usize {
        self.inner().quiet_reads
    }

    fn inner(&self) -> MutexGuard<'_, Inner> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn asked(&self) -> Result<MutexGuard<'_, Inner>, Unavailable> {
        let mut inner = self.inner();
        inner.calls += 1;
        let Some(unavailable) = inner.fault.unavailable.clone() else {
            return Ok(inner);
        };
        if inner.fault.after.is_some_and(|after| inner.calls <= after) {
            return Ok(inner);
        }
        match &mut inner.fault.times {
            Some(0) => Ok(inner),
            Some(times) => {
                *times -= 1;
                Err(unavailable)
            }
            None => Err(unavailable),
        }
    }
}

impl Keychain for FakeKeychain {
    fn read(&self, name: &str) -> Result<Option<SecretBytes>, Unavailable> {
        let inner = self.asked()?;
        Ok(inner.entries.get(name).map(|bytes| SecretBytes::from(bytes.clone())))
    }

    fn read_quietly(&self, name: &str) -> Result<Option<SecretBytes>, Unavailable> {
        self.inner().quiet_reads += 1;
        self.read(name)
    }

    fn write(&self, name: &str, secret: &SecretBytes) -> Result<(), Unavailable> {
        let mut inner = self.asked()?;
        if !inner.fault.loses_writes {
            inner.entries.insert(name.to_owned(), secret.expose_secret().to_vec());
        }
        Ok(())
    }

    fn remove(&self, name: &str) -> Result<bool, Unavailable> {
        Ok(self.asked()?.entries.remove(name).is_some())
    }

    fn asks_for_consent(&self) -> bool {
        false
    }
}

/// An AWS for what never calls: every call fails.
#[derive(Debug, Clone, Copy, Default)]
pub struct NoAws;

fn never<T>() -> Reply<T> {
    Reply {
        result: Err(AwsError::NotMade("nothing here calls AWS".to_owned())),
        server_time: None,
    }
}

impl Aws for NoAws {
    fn session_token(&self, _: &Caller, _: &SessionTokenRequest<'_>) -> Reply<SessionCredentials> {
        never()
    }

    fn assume_role(&self, _: &Caller, _: &AssumeRoleRequest<'_>) -> Reply<SessionCredentials> {
        never()
    }

    fn role(&self, _: &Caller, _: &str) -> Reply<FoundRole> {
        never()
    }

    fn caller_identity(&self, _: &Caller) -> Reply<Identity> {
        never()
    }

    fn access_key_account(&self, _: &Caller, _: &AccessKeyId) -> Reply<String> {
        never()
    }

    fn mfa_devices(&self, _: &Caller) -> Reply<Vec<MfaSerial>> {
        never()
    }

    fn unassigned_devices(&self, _: &Caller) -> Reply<Vec<MfaSerial>> {
        never()
    }

    fn create_virtual_device(&self, _: &Caller, _: &DeviceName) -> Reply<NewDevice> {
        never()
    }

    fn enable_device(&self, _: &Caller, _: &CodePair<'_>) -> Reply<()> {
        never()
    }

    fn resync_device(&self, _: &Caller, _: &CodePair<'_>) -> Reply<()> {
        never()
    }

    fn deactivate_device(&self, _: &Caller, _: &MfaSerial) -> Reply<()> {
        never()
    }

    fn delete_virtual_device(&self, _: &Caller, _: &MfaSerial) -> Reply<()> {
        never()
    }
}
