//! The program is killed at every call of a port, before it and after it: what was begun can be ended.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use jiff::Timestamp;
use mfa_tray_core::enroll::{self, Creation, EnrollError};
use mfa_tray_core::ports::{
    Administration, AssumeRoleRequest, Aws, Caller, CodePair, FoundRole, Identity, KeyStatus, Keychain, ListedKey,
    NewDevice, Reply, SessionCredentials, SessionTokenRequest, Unavailable,
};
use mfa_tray_core::profile::{AccessKeyId, DeviceName, MfaSerial};
use mfa_tray_core::secret::{AccessKey, SecretBytes, SecretString};
use mfa_tray_core::world::World;

use crate::faults::insist;
use crate::stage::{HOST, Stage, name, serial};

/// Kills at the `at`th moment: each call has one before it and one after.
struct Killer {
    at: usize,
    moments: AtomicUsize,
}

impl Killer {
    fn moment(&self) {
        if self.moments.fetch_add(1, Ordering::SeqCst) == self.at {
            // Unwinds to the test without a word, as SIGKILL leaves none.
            std::panic::resume_unwind(Box::new("killed"));
        }
    }

    fn around<T>(&self, call: impl FnOnce() -> T) -> T {
        self.moment();
        let answer = call();
        self.moment();
        answer
    }
}

struct Killed<P: ?Sized>(Arc<P>, Arc<Killer>);

impl Keychain for Killed<dyn Keychain> {
    fn read(&self, name: &str) -> Result<Option<SecretBytes>, Unavailable> {
        self.1.around(|| self.0.read(name))
    }

    fn read_quietly(&self, name: &str) -> Result<Option<SecretBytes>, Unavailable> {
        self.1.around(|| self.0.read_quietly(name))
    }

    fn write(&self, name: &str, secret: &SecretBytes) -> Result<(), Unavailable> {
        self.1.around(|| self.0.write(name, secret))
    }

    fn remove(&self, name: &str) -> Result<bool, Unavailable> {
        self.1.around(|| self.0.remove(name))
    }

    fn asks_for_consent(&self) -> bool {
        self.0.asks_for_consent()
    }
}

impl Aws for Killed<dyn Aws> {
    fn session_token(&self, caller: &Caller, request: &SessionTokenRequest<'_>) -> Reply<SessionCredentials> {
        self.1.around(|| self.0.session_token(caller, request))
    }

    fn assume_role(&self, caller: &Caller, request: &AssumeRoleRequest<'_>) -> Reply<SessionCredentials> {
        self.1.around(|| self.0.assume_role(caller, request))
    }

    fn role(&self, caller: &Caller, name: &str) -> Reply<FoundRole> {
        self.1.around(|| self.0.role(caller, name))
    }

    fn caller_identity(&self, caller: &Caller) -> Reply<Identity> {
        self.1.around(|| self.0.caller_identity(caller))
    }

    fn signin_token(&self, session: &Caller, url: &str) -> Reply<SecretString> {
        self.1.around(|| self.0.signin_token(session, url))
    }

    fn access_key_account(&self, caller: &Caller, key: &AccessKeyId) -> Reply<String> {
        self.1.around(|| self.0.access_key_account(caller, key))
    }

    fn mfa_devices(&self, caller: &Caller) -> Reply<Vec<MfaSerial>> {
        self.1.around(|| self.0.mfa_devices(caller))
    }

    fn unassigned_devices(&self, caller: &Caller) -> Reply<Vec<MfaSerial>> {
        self.1.around(|| self.0.unassigned_devices(caller))
    }

    fn create_virtual_device(&self, caller: &Caller, name: &DeviceName) -> Reply<NewDevice> {
        self.1.around(|| self.0.create_virtual_device(caller, name))
    }

    fn enable_device(&self, caller: &Caller, pair: &CodePair<'_>) -> Reply<()> {
        self.1.around(|| self.0.enable_device(caller, pair))
    }

    fn resync_device(&self, caller: &Caller, pair: &CodePair<'_>) -> Reply<()> {
        self.1.around(|| self.0.resync_device(caller, pair))
    }

    fn deactivate_device(&self, caller: &Caller, serial: &MfaSerial) -> Reply<()> {
        self.1.around(|| self.0.deactivate_device(caller, serial))
    }

    fn delete_virtual_device(&self, caller: &Caller, serial: &MfaSerial) -> Reply<()> {
        self.1.around(|| self.0.delete_virtual_device(caller, serial))
    }

    fn create_access_key(&self, caller: &Caller) -> Reply<AccessKey> {
        self.1.around(|| self.0.create_access_key(caller))
    }

    fn access_keys(&self, caller: &Caller) -> Reply<Vec<ListedKey>> {
        self.1.around(|| self.0.access_keys(caller))
    }

    fn access_key_last_used(&self, caller: &Caller, id: &AccessKeyId) -> Reply<Option<Timestamp>> {
        self.1.around(|| self.0.access_key_last_used(caller, id))
    }

    fn set_access_key_status(&self, caller: &Caller, id: &AccessKeyId, status: KeyStatus) -> Reply<()> {
        self.1.around(|| self.0.set_access_key_status(caller, id, status))
    }

    fn delete_access_key(&self, caller: &Caller, id: &AccessKeyId) -> Reply<()> {
        self.1.around(|| self.0.delete_access_key(caller, id))
    }

    fn administration(&self) -> &dyn Administration {
        self.0.administration()
    }
}

/// The stage's world, in which one moment kills.
pub(crate) fn deadly(stage: &Stage, at: usize) -> World {
    let killer = Arc::new(Killer {
        at,
        moments: AtomicUsize::new(0),
    });
    World {
        aws: Arc::new(Killed(stage.world.aws.clone(), killer.clone())),
        keychain: Arc::new(Killed(stage.world.keychain.clone(), killer)),
        ..stage.world.clone()
    }
}

/// Runs an enrolment until it is killed; false if it came to its end first.
fn killed(stage: &mut Stage, at: usize) -> bool {
    let alive = stage.world.clone();
    stage.world = deadly(stage, at);
    let outcome = catch_unwind(AssertUnwindSafe(|| {
        let mut creation = stage.begin("fresh").unwrap();
        stage.drive(&mut creation).map(drop)
    }));
    stage.world = alive;
    match outcome {
        Ok(result) => {
            result.unwrap();
            false
        }
        Err(_) => true,
    }
}

/// What a person does after a restart: go on, or remove what is left and begin again.
fn take_up(stage: &Stage, at: usize) {
    let offer = enroll::offer(&stage.world, &name("fresh"), HOST).unwrap();
    let creation = match offer.unfinished {
        // Done already but for a line in a file, or nothing had begun.
        None if stage.world.state.enrolled_devices().is_empty() => stage.begin("fresh").unwrap(),
        None => return,
        Some(unfinished) => match Creation::resume(&stage.world, &name("fresh")) {
            Ok(creation) => {
                assert!(unfinished.can_resume, "moment {at}");
                creation
            }
            Err(EnrollError::SeedLost(lost)) => {
                assert!(
                    unfinished.can_clean_up && !unfinished.can_resume,
                    "moment {at}: {unfinished:?}"
                );
                assert_eq!(enroll::clean_up(&stage.world, &name("fresh")).unwrap(), Some(lost));
                stage.begin("fresh").unwrap()
            }
            Err(other) => panic!("moment {at}: {other}"),
        },
    };
    insist(stage, &format!("moment {at}"), creation);
}

#[test]
fn a_kill_at_any_moment_can_be_taken_up() {
    let mut at = 0;
    let mut stage = Stage::new();
    while killed(&mut stage, at) {
        take_up(&stage, at);
        stage.is_enrolled("fresh", "dana", serial("dana").as_str());
        at += 1;
        stage = Stage::new();
    }
    assert!(at > 25, "only {at} moments to kill at");
}

#[test]
fn only_what_this_enrolment_made_is_removed() {
    // The moment after CreateVirtualMFADevice was answered is among these; the seed dies with the process.
    let mut seen = 0;
    for at in 0..20 {
        let mut stage = Stage::new();
        let orphan = stage.practice.add_unassigned_device(serial("somebodys").as_str());
        orphan.unwrap();
        if !killed(&mut stage, at) {
            break;
        }
        let lost = matches!(
            Creation::resume(&stage.world, &name("fresh")),
            Err(EnrollError::SeedLost(_))
        );
        if !lost {
            continue;
        }
        seen += 1;
        assert_eq!(
            enroll::clean_up(&stage.world, &name("fresh")).unwrap(),
            Some(serial("dana"))
        );
        assert_eq!(
            stage.devices_of(None),
            [serial("somebodys").to_string()],
            "another's orphan stays"
        );
        assert!(matches!(
            enroll::clean_up(&stage.world, &name("fresh")),
            Err(EnrollError::NothingUnfinished(_))
        ));
    }
    assert!(seen > 0, "no kill lost a seed");
}

#[test]
fn a_device_that_is_the_users_by_now_is_not_removed() {
    let mut at = 0;
    loop {
        let mut stage = Stage::new();
        assert!(
            killed(&mut stage, at),
            "no kill after the device was enabled and before its session"
        );
        at += 1;
        if stage.devices_of(Some("dana")).is_empty() {
            continue;
        }
        let error = enroll::clean_up(&stage.world, &name("fresh")).unwrap_err();
        assert!(matches!(error, EnrollError::Unfinished(_)), "{error}");
        assert_eq!(stage.devices_of(Some("dana")).len(), 1);
        take_up(&stage, at);
        return;
    }
}
