//! What we remember between runs, in a folder of our own. Nothing secret, and nothing that cannot be lost: a damaged
//! file is read as an empty one.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use jiff::{SignedDuration, Timestamp};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use crate::file::{self, Backup, FileError};
use crate::kept::KeptSession;
use crate::lock::{self, LockError, Subject};
use crate::ports::{Clock, Identity};
use crate::profile::{AccessKeyId, MfaSerial, ProfileName};
use crate::session::Owner;

/// The state folder.
#[derive(Debug, Clone)]
pub struct StateFolder(PathBuf);

/// State that could not be written. The session itself is not affected.
#[derive(Debug, thiserror::Error)]
pub enum StateError {
    /// See [`FileError`].
    #[error(transparent)]
    File(#[from] FileError),
    /// See [`LockError`].
    #[error(transparent)]
    Lock(#[from] LockError),
    /// The folder or a file in it cannot be written.
    #[error("the state folder cannot be written: {0}")]
    Io(#[source] io::Error),
    /// Does not happen with the types here.
    #[error("state could not be written as JSON: {0}")]
    Json(#[from] serde_json::Error),
    /// The system has no random numbers to give.
    #[error("the system gave no random numbers: {0}")]
    Random(String),
}

/// What is known of one access key id.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct KnownKey {
    /// Twelve digits, from GetCallerIdentity.
    pub account: Option<String>,
    /// The user's ARN, from GetCallerIdentity.
    pub arn: Option<String>,
    /// The only MFA device the user has, from ListMFADevices.
    pub mfa_serial: Option<String>,
    /// When the key was made, from ListAccessKeys.
    pub created_at: Option<Timestamp>,
    /// Whether that was asked for: some may not.
    pub age_asked: bool,
}

/// When a session of ours was made: tells how long it lasts in all.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MadeSession {
    /// By AWS's clock, as far as its last answer told.
    pub issued_at: Timestamp,
    /// As STS said.
    pub expires_at: Timestamp,
    /// The id of the long-term key it was made with.
    #[serde(default)]
    pub source: Option<String>,
    /// The ARN of the role it is of.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub role: Option<String>,
}

impl MadeSession {
    /// Whose it is, where that was written down.
    pub fn owner(&self) -> Option<Owner<'_>> {
        Some(Owner {
            key: self.source.as_deref()?,
            role: self.role.as_deref(),
        })
    }
}

/// What AWS's refusals have taught about one role.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct KnownRole {
    /// It takes no session whose code is old.
    pub wants_fresh_mfa: bool,
    /// How many seconds its sessions may last, as IAM told.
    pub longest: Option<u32>,
    /// A session that was longer than it allows.
    pub too_long: Option<TooLong>,
}

/// A session that was refused because it would last too long.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct TooLong {
    /// How long it would have lasted.
    pub seconds: u32,
    /// When, by this machine's clock.
    pub refused_at: Timestamp,
}

/// Where the window is on the screen, in physical pixels.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct WindowPlace {
    /// Of its left edge.
    pub x: i32,
    /// Of its upper edge.
    pub y: i32,
    /// Of its content.
    pub width: u32,
    /// Of its content.
    pub height: u32,
}

/// A device whose seed is in the keychain. Tells so without asking the keychain, which might prompt.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EnrolledDevice {
    /// Tells two seeds apart; see [`Seed::fingerprint`](crate::totp::Seed::fingerprint).
    pub fingerprint: String,
    /// When its code first bought a session here, or its backup was restored.
    pub enrolled_at: Timestamp,
}

/// How far this machine's clock is behind AWS's.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClockOffset {
    /// Seconds to add to this machine's time.
    pub seconds: i64,
    /// When it was measured, by this machine's clock.
    pub measured_at: Timestamp,
    /// When the machine was started, by the clock as it was then; see [`Clock::started_at`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub started_at: Option<Timestamp>,
}

/// How long a measured clock is believed where it may have been set since.
const BELIEVED: SignedDuration = SignedDuration::from_hours(1);
/// The same where it was not: as long as the longest session. Not for ever, because a clock can also be put right by
/// running faster, which leaves no mark.
const BELIEVED_IF_NOT_SET: SignedDuration = SignedDuration::from_hours(36);
/// A clock that was set by less is no other clock.
const SAME: SignedDuration = SignedDuration::from_secs(5);

impl ClockOffset {
    /// Whether it is still believed.
    pub fn is_fresh(&self, clock: &dyn Clock) -> bool {
        let age = self.age(clock);
        match self.started_at.zip(clock.started_at()) {
            Some((then, now)) => now.duration_since(then).abs() < SAME && age < BELIEVED_IF_NOT_SET,
            None => age < BELIEVED,
        }
    }

    /// Whether it is time to write a new measurement down, so that a clock that stays wrong goes on being known.
    pub(crate) fn is_due(&self, clock: &dyn Clock) -> bool {
        self.seconds != 0 && (!self.is_fresh(clock) || self.age(clock) >= BELIEVED / 2)
    }

    fn age(&self, clock: &dyn Clock) -> SignedDuration {
        clock.now().duration_since(self.measured_at).abs()
    }
}

const KEYS: &str = "identities.json";
const SESSIONS: &str = "sessions.json";
const CLOCK: &str = "clock.json";
const ENROLLED: &str = "enrolled.json";
const ROLES: &str = "roles.json";
const KEPT: &str = "kept.json";
const WINDOW: &str = "window.json";
const DISMISSED: &str = "dismissed.json";
/// Sessions last 36 hours at most; older records only take room.
const KEEP_SESSIONS_HOURS: i64 = 72;

impl StateFolder {
    /// The folder at `path`; created when first written to.
    pub fn new(path: PathBuf) -> StateFolder {
        StateFolder(path)
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        &self.0
    }

    /// Where the locks are.
    pub fn locks(&self) -> PathBuf {
        self.0.join("locks")
    }

    /// Where the ledgers are.
    pub(crate) fn ledgers(&self) -> PathBuf {
        self.0.join("ledger")
    }

    /// Where the activity is.
    pub(crate) fn activity(&self) -> PathBuf {
        self.0.join("activity.jsonl")
    }

    /// Where enrolments that are not finished are.
    pub(crate) fn enrolments(&self) -> PathBuf {
        self.0.join("enrolment")
    }

    /// What is known of access keys, by id.
    pub fn known_keys(&self) -> BTreeMap<String, KnownKey> {
        self.load(KEYS)
    }

    /// Remembers who a key is.
    ///
    /// # Errors
    /// [`StateError`].
    pub fn remember_identity(&self, key: &AccessKeyId, identity: &Identity) -> Result<(), StateError> {
        self.change(KEYS, |known: &mut BTreeMap<String, KnownKey>| {
            let entry = known.entry(key.as_str().to_owned()).or_default();
            entry.account = Some(identity.account.clone());
            entry.arn = Some(identity.arn.clone());
        })
    }

    /// Remembers when a key was made, or that nobody tells.
    ///
    /// # Errors
    /// [`StateError`].
    pub fn remember_age(&self, key: &AccessKeyId, created_at: Option<Timestamp>) -> Result<(), StateError> {
        self.change(KEYS, |known: &mut BTreeMap<String, KnownKey>| {
            let entry = known.entry(key.as_str().to_owned()).or_default();
            (entry.created_at, entry.age_asked) = (created_at, true);
        })
    }

    /// Gives what is known of the key `old`, and its sessions, to the key `new` of the same user, made at `created_at`.
    ///
    /// # Errors
    /// [`StateError`].
    pub fn replace_key(&self, old: &AccessKeyId, new: &AccessKeyId, created_at: Timestamp) -> Result<(), StateError> {
        let rename = |made: &mut MadeSession| {
            if made.source.as_deref() == Some(old.as_str()) {
                made.source = Some(new.to_string());
            }
        };
        self.change(SESSIONS, |made: &mut BTreeMap<String, MadeSession>| {
            made.values_mut().for_each(rename)
        })?;
        self.change(KEPT, |kept: &mut BTreeMap<String, KeptSession>| {
            kept.values_mut().for_each(|kept| rename(&mut kept.made));
        })?;
        self.change(KEYS, |known: &mut BTreeMap<String, KnownKey>| {
            let about = known.remove(old.as_str()).unwrap_or_default();
            let about = KnownKey {
                created_at: Some(created_at),
                age_asked: true,
                ..about
            };
            known.insert(new.to_string(), about);
        })
    }

    /// Remembers the device a key's user has.
    ///
    /// # Errors
    /// [`StateError`].
    pub fn remember_device(&self, key: &AccessKeyId, serial: &MfaSerial) -> Result<(), StateError> {
        self.change(KEYS, |known: &mut BTreeMap<String, KnownKey>| {
            known.entry(key.as_str().to_owned()).or_default().mfa_serial = Some(serial.as_str().to_owned());
        })
    }

    /// Forgets the device of a key's user: AWS does not accept it any more.
    ///
    /// # Errors
    /// [`StateError`].
    pub fn forget_device(&self, key: &AccessKeyId) -> Result<(), StateError> {
        self.change(KEYS, |known: &mut BTreeMap<String, KnownKey>| {
            if let Some(known) = known.get_mut(key.as_str()) {
                known.mfa_serial = None;
            }
        })
    }

    /// The sessions made here, by the access key id of the session.
    pub fn made_sessions(&self) -> BTreeMap<String, MadeSession> {
        self.load(SESSIONS)
    }

    /// Remembers when a session was made.
    ///
    /// # Errors
    /// [`StateError`].
    pub fn remember_session(&self, key: &AccessKeyId, session: &MadeSession) -> Result<(), StateError> {
        self.change(SESSIONS, |made: &mut BTreeMap<String, MadeSession>| {
            let old = session.issued_at - SignedDuration::from_hours(KEEP_SESSIONS_HOURS);
            made.retain(|_, made| made.expires_at > old);
            made.insert(key.as_str().to_owned(), session.clone());
        })
    }

    /// The sessions that are in the keychain, by their target.
    pub(crate) fn kept_sessions(&self) -> BTreeMap<String, KeptSession> {
        self.load(KEPT)
    }

    /// Remembers that the session of `target` is in the keychain.
    ///
    /// # Errors
    /// [`StateError`].
    pub(crate) fn remember_kept(&self, target: &ProfileName, session: &KeptSession) -> Result<(), StateError> {
        self.change(KEPT, |kept: &mut BTreeMap<String, KeptSession>| {
            kept.insert(target.as_str().to_owned(), session.clone());
        })
    }

    /// Forgets the session of `target`: it is not in the keychain any more.
    ///
    /// # Errors
    /// [`StateError`].
    pub(crate) fn forget_kept(&self, target: &ProfileName) -> Result<(), StateError> {
        self.change(KEPT, |kept: &mut BTreeMap<String, KeptSession>| {
            kept.remove(target.as_str());
        })
    }

    /// The devices whose seeds are in the keychain, by serial.
    pub fn enrolled_devices(&self) -> BTreeMap<String, EnrolledDevice> {
        self.load(ENROLLED)
    }

    /// Remembers that a device's seed is in the keychain.
    ///
    /// # Errors
    /// [`StateError`].
    pub fn remember_enrolled(&self, serial: &MfaSerial, device: &EnrolledDevice) -> Result<(), StateError> {
        self.change(ENROLLED, |enrolled: &mut BTreeMap<String, EnrolledDevice>| {
            enrolled.insert(serial.as_str().to_owned(), device.clone());
        })
    }

    /// Forgets that a device's seed is in the keychain.
    ///
    /// # Errors
    /// [`StateError`].
    pub fn forget_enrolled(&self, serial: &MfaSerial) -> Result<(), StateError> {
        self.change(ENROLLED, |enrolled: &mut BTreeMap<String, EnrolledDevice>| {
            enrolled.remove(serial.as_str());
        })
    }

    /// What is known of roles, by ARN.
    pub fn known_roles(&self) -> BTreeMap<String, KnownRole> {
        self.load(ROLES)
    }

    /// Remembers what a refusal has taught about a role.
    ///
    /// # Errors
    /// [`StateError`].
    pub fn remember_role(&self, arn: &str, learn: impl Fn(&mut KnownRole)) -> Result<(), StateError> {
        self.change(ROLES, |roles: &mut BTreeMap<String, KnownRole>| {
            learn(roles.entry(arn.to_owned()).or_default());
        })
    }

    /// Where the window was.
    pub fn window(&self) -> Option<WindowPlace> {
        self.load(WINDOW)
    }

    /// Remembers where the window is.
    ///
    /// # Errors
    /// [`StateError`].
    pub fn remember_window(&self, place: WindowPlace) -> Result<(), StateError> {
        self.change(WINDOW, |kept: &mut Option<WindowPlace>| *kept = Some(place))
    }

    /// What the person does not want to be told again, by name.
    pub fn dismissed(&self) -> BTreeSet<String> {
        self.load(DISMISSED)
    }

    /// Remembers that the person does not want to be told of `what` again.
    ///
    /// # Errors
    /// [`StateError`].
    pub fn remember_dismissed(&self, what: &str) -> Result<(), StateError> {
        self.change(DISMISSED, |kept: &mut BTreeSet<String>| {
            kept.insert(what.to_owned());
        })
    }

    /// The clock's last measured offset.
    pub fn clock_offset(&self) -> Option<ClockOffset> {
        self.load(CLOCK)
    }

    /// Remembers the clock's offset.
    ///
    /// # Errors
    /// [`StateError`].
    pub fn remember_clock_offset(&self, offset: ClockOffset) -> Result<(), StateError> {
        self.change(CLOCK, |kept: &mut Option<ClockOffset>| *kept = Some(offset))
    }

    /// What the file called `name` says; a damaged one says nothing.
    pub(crate) fn load<T: DeserializeOwned + Default>(&self, name: &str) -> T {
        let bytes = file::read(&self.0.join(name)).ok().flatten().unwrap_or_default();
        serde_json::from_slice(&bytes).unwrap_or_default()
    }

    /// Changes what the file called `name` says, under its lock.
    pub(crate) fn change<T: DeserializeOwned + Serialize + Default>(
        &self,
        name: &str,
        change: impl Fn(&mut T),
    ) -> Result<(), StateError> {
        let path = self.0.join(name);
        let _lock = lock::take(&self.locks(), Subject::File(&path), lock::PATIENCE)?;
        file::replace(&path, Backup::Never, |bytes| {
            let mut value: T = serde_json::from_slice(bytes).unwrap_or_default();
            change(&mut value);
            serde_json::to_vec_pretty(&value).map_err(StateError::from)
        })
        .map(drop)
    }
}

/// Creates a folder that only this user may enter.
pub(crate) fn create_private_folder(folder: &Path) -> io::Result<()> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_remembered_comes_back_and_damage_reads_as_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let state = StateFolder::new(folder.path().join("mfa-tray"));
        let key = AccessKeyId::parse("AKIAIOSFODNN7EXAMPLE").unwrap();
        let identity = Identity {
            account: "111122223333".into(),
            arn: "arn:aws:iam::111122223333:user/alice".into(),
        };
        state.remember_identity(&key, &identity).unwrap();
        state
            .remember_device(&key, &MfaSerial::parse("GAHT12345678").unwrap())
            .unwrap();
        let known = state.known_keys();
        assert_eq!(
            known["AKIAIOSFODNN7EXAMPLE"].arn.as_deref(),
            Some(identity.arn.as_str())
        );
        assert_eq!(
            known["AKIAIOSFODNN7EXAMPLE"].mfa_serial.as_deref(),
            Some("GAHT12345678")
        );

        for damage in ["", "{", "[]", "null", "{\"AKIA\": 7}"] {
            fs::File::create(state.path().join(KEYS))
                .and_then(|mut f| io::Write::write_all(&mut f, damage.as_bytes()))
                .unwrap();
            assert!(state.known_keys().is_empty(), "{damage:?} reads as nothing");
        }
        state.remember_identity(&key, &identity).unwrap();
        assert_eq!(state.known_keys().len(), 1);
    }
}
