//! Ports for tests: a clock that a test turns, a keychain that fails on demand, since failure is the product, a person who
//! answers, and two plain kinds of AWS: one that is never asked, and one that gives users their sessions.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use jiff::{SignedDuration, Timestamp};

use crate::aws_error::AwsError;
use crate::ports::{
    Administration, AssumeRoleRequest, Aws, Caller, Clock, CodeCommandError, CodeCommands, CodePair, FoundRole,
    Identity, KeyStatus, Keychain, ListedKey, NewDevice, Reply, SessionCredentials, SessionTokenRequest, Unavailable,
};
use crate::profile::{AccessKeyId, DeviceName, MfaCode, MfaSerial, ProfileName};
use crate::refresh::{Outcome, Person};
use crate::secret::{AccessKey, ExposeSecret as _, SecretBytes, SecretString};

/// A clock that a test turns.
#[derive(Debug, Clone)]
pub struct FakeClock {
    now: Arc<AtomicI64>,
    started_at: Arc<Mutex<Option<Timestamp>>>,
}

impl FakeClock {
    /// A clock that shows `now`.
    pub fn at(now: Timestamp) -> FakeClock {
        FakeClock {
            now: Arc::new(AtomicI64::new(now.as_second())),
            started_at: Arc::default(),
        }
    }

    /// Has it know when its machine was started, or not.
    pub fn start_at(&self, started_at: Option<Timestamp>) {
        *self.started_at.lock().unwrap_or_else(PoisonError::into_inner) = started_at;
    }

    /// Turns it by so many seconds.
    pub fn forward(&self, seconds: i64) {
        self.now.fetch_add(seconds, Ordering::SeqCst);
    }
}

impl Clock for FakeClock {
    fn now(&self) -> Timestamp {
        Timestamp::from_second(self.now.load(Ordering::SeqCst)).unwrap_or(Timestamp::MAX)
    }

    fn started_at(&self) -> Option<Timestamp> {
        *self.started_at.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

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

/// A person who has every session made, and answers what they are asked for with `code`.
pub struct FakePerson<F> {
    /// Gives the code of a device.
    pub code: F,
    /// What came of each profile.
    pub outcomes: Vec<Outcome>,
}

impl<F: FnMut(&MfaSerial) -> Option<MfaCode>> FakePerson<F> {
    /// Has heard nothing yet.
    pub fn new(code: F) -> FakePerson<F> {
        FakePerson {
            code,
            outcomes: Vec::new(),
        }
    }
}

impl<F: FnMut(&MfaSerial) -> Option<MfaCode>> Person for FakePerson<F> {
    fn begins(&mut self, _: &ProfileName) {}

    fn code(&mut self, serial: &MfaSerial) -> Option<MfaCode> {
        (self.code)(serial)
    }

    fn wait(&mut self, _: i64) {}

    fn ended(&mut self, outcome: Outcome) {
        self.outcomes.push(outcome);
    }
}

/// An AWS for what never calls: every call fails.
#[derive(Debug, Clone, Copy, Default)]
pub struct NoAws;

/// An AWS that gives every user a session of the length that is asked for, whatever the code, while it can be reached.
#[derive(Debug, Clone)]
pub struct EasyAws {
    clock: FakeClock,
    made: Arc<AtomicI64>,
    reachable: Arc<Mutex<bool>>,
}

impl EasyAws {
    /// Its clock is `clock`.
    pub fn new(clock: &FakeClock) -> EasyAws {
        EasyAws {
            clock: clock.clone(),
            made: Arc::default(),
            reachable: Arc::new(Mutex::new(true)),
        }
    }

    /// How many sessions it has given.
    pub fn made(&self) -> i64 {
        self.made.load(Ordering::SeqCst)
    }

    /// Whether there is a way to it from now on.
    pub fn set_reachable(&self, reachable: bool) {
        *self.reachable.lock().unwrap_or_else(PoisonError::into_inner) = reachable;
    }

    fn session(&self, seconds: u32) -> Reply<SessionCredentials> {
        if !*self.reachable.lock().unwrap_or_else(PoisonError::into_inner) {
            let (host, reason) = ("sts".to_owned(), "no route".to_owned());
            return Reply {
                result: Err(AwsError::Unreachable { host, reason }),
                server_time: None,
            };
        }
        let now = self.clock.now();
        let number = self.made.fetch_add(1, Ordering::SeqCst);
        let id = AccessKeyId::parse(&format!("ASIAIOSFODNN{number:08}"));
        Reply {
            result: id
                .map_err(|error| AwsError::NotMade(error.to_string()))
                .map(|id| SessionCredentials {
                    key: AccessKey {
                        id,
                        secret: "secretOfTheSessionEXAMPLE".into(),
                        session_token: Some("FwoGZXIvYXdzEXAMPLETOKEN==".into()),
                    },
                    expires_at: now + SignedDuration::from_secs(seconds.into()),
                }),
            server_time: Some(now),
        }
    }
}

fn never<T>() -> Reply<T> {
    Reply {
        result: Err(AwsError::NotMade("nothing here calls AWS".to_owned())),
        server_time: None,
    }
}

/// Programs that print codes: what a test says.
#[derive(Debug, Clone, Default)]
pub struct FakeCommands {
    answers: Arc<Mutex<Vec<Result<String, CodeCommandError>>>>,
}

impl FakeCommands {
    /// Has the next run answer so.
    pub fn answer(&self, answer: Result<&str, CodeCommandError>) {
        let mut answers = self.answers.lock().unwrap_or_else(PoisonError::into_inner);
        answers.insert(0, answer.map(str::to_owned));
    }
}

impl CodeCommands for FakeCommands {
    fn run(&self, command: &[String]) -> Result<MfaCode, CodeCommandError> {
        let answer = self.answers.lock().unwrap_or_else(PoisonError::into_inner).pop();
        let answer = answer.unwrap_or_else(|| Err(CodeCommandError::NotFound(command.concat())))?;
        MfaCode::parse(&answer).map_err(|_| CodeCommandError::NoCode)
    }
}

/// The calls that neither answers.
macro_rules! answers_nothing_else {
    () => {
        fn role(&self, _: &Caller, _: &str) -> Reply<FoundRole> {
            never()
        }

        fn caller_identity(&self, _: &Caller) -> Reply<Identity> {
            never()
        }

        fn signin_token(&self, _: &Caller, _: &str) -> Reply<SecretString> {
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

        fn create_access_key(&self, _: &Caller) -> Reply<AccessKey> {
            never()
        }

        fn access_keys(&self, _: &Caller) -> Reply<Vec<ListedKey>> {
            never()
        }

        fn access_key_last_used(&self, _: &Caller, _: &AccessKeyId) -> Reply<Option<Timestamp>> {
            never()
        }

        fn set_access_key_status(&self, _: &Caller, _: &AccessKeyId, _: KeyStatus) -> Reply<()> {
            never()
        }

        fn delete_access_key(&self, _: &Caller, _: &AccessKeyId) -> Reply<()> {
            never()
        }

        fn administration(&self) -> &dyn Administration {
            unreachable!("BUG: nobody administers an account here")
        }
    };
}

impl Aws for NoAws {
    fn session_token(&self, _: &Caller, _: &SessionTokenRequest<'_>) -> Reply<SessionCredentials> {
        never()
    }

    fn assume_role(&self, _: &Caller, _: &AssumeRoleRequest<'_>) -> Reply<SessionCredentials> {
        never()
    }

    answers_nothing_else!();
}

impl Aws for EasyAws {
    fn session_token(&self, _: &Caller, request: &SessionTokenRequest<'_>) -> Reply<SessionCredentials> {
        self.session(request.duration)
    }

    fn assume_role(&self, _: &Caller, request: &AssumeRoleRequest<'_>) -> Reply<SessionCredentials> {
        self.session(request.duration)
    }

    answers_nothing_else!();
}
