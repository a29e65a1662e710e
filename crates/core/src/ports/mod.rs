//! The edge: what this crate asks of the world, as three traits the adapters and the tests implement.

mod administration;

use jiff::Timestamp;

use crate::aws_error::AwsError;
use crate::endpoint::Endpoint;
use crate::profile::{AccessKeyId, DeviceName, MfaCode, MfaSerial};
use crate::role::Hop;
use crate::secret::{AccessKey, SecretBytes, SecretString};
use crate::totp::Seed;

pub use administration::{Administration, ListedUser, Probe, Simulated};

/// Tells the time.
pub trait Clock: Send + Sync {
    /// Now, by this machine's wall clock.
    fn now(&self) -> Timestamp;

    /// When this machine was started, by the same clock: another time once that was set, or the machine started again.
    /// `None` where nobody knows.
    fn started_at(&self) -> Option<Timestamp> {
        None
    }
}

/// The few calls to STS and IAM a session needs. Each is made once: nothing here repeats a request by itself, because
/// a code must not be sent twice.
pub trait Aws: Send + Sync {
    /// STS `GetSessionToken` with MFA.
    fn session_token(&self, caller: &Caller, request: &SessionTokenRequest<'_>) -> Reply<SessionCredentials>;
    /// STS `AssumeRole`, with MFA or without.
    fn assume_role(&self, caller: &Caller, request: &AssumeRoleRequest<'_>) -> Reply<SessionCredentials>;
    /// STS `GetCallerIdentity`; no policy can deny it.
    fn caller_identity(&self, caller: &Caller) -> Reply<Identity>;
    /// `getSigninToken` of the console's federation endpoint at `url`, with the session of a role.
    fn signin_token(&self, session: &Caller, url: &str) -> Reply<SecretString>;
    /// STS `GetAccessKeyInfo`: the account a key belongs to.
    fn access_key_account(&self, caller: &Caller, key: &AccessKeyId) -> Reply<String>;
    /// IAM `GetRole`: a role of the caller's account, by its name.
    fn role(&self, caller: &Caller, name: &str) -> Reply<FoundRole>;
    /// IAM `ListMFADevices` of the caller.
    fn mfa_devices(&self, caller: &Caller) -> Reply<Vec<MfaSerial>>;
    /// IAM `ListVirtualMFADevices` of the account, those that are nobody's.
    fn unassigned_devices(&self, caller: &Caller) -> Reply<Vec<MfaSerial>>;
    /// IAM `CreateVirtualMFADevice`. The only answer that ever holds the seed.
    fn create_virtual_device(&self, caller: &Caller, name: &DeviceName) -> Reply<NewDevice>;
    /// IAM `EnableMFADevice`, with two consecutive codes.
    fn enable_device(&self, caller: &Caller, pair: &CodePair<'_>) -> Reply<()>;
    /// IAM `ResyncMFADevice`, with two consecutive codes.
    fn resync_device(&self, caller: &Caller, pair: &CodePair<'_>) -> Reply<()>;
    /// IAM `DeactivateMFADevice` of the caller.
    fn deactivate_device(&self, caller: &Caller, serial: &MfaSerial) -> Reply<()>;
    /// IAM `DeleteVirtualMFADevice`: only one that is nobody's can be deleted.
    fn delete_virtual_device(&self, caller: &Caller, serial: &MfaSerial) -> Reply<()>;
    /// IAM `CreateAccessKey` for the caller. The only answer that ever holds the secret.
    fn create_access_key(&self, caller: &Caller) -> Reply<AccessKey>;
    /// IAM `ListAccessKeys` of the caller, who has two at most.
    fn access_keys(&self, caller: &Caller) -> Reply<Vec<ListedKey>>;
    /// IAM `GetAccessKeyLastUsed`; `None`: never.
    fn access_key_last_used(&self, caller: &Caller, id: &AccessKeyId) -> Reply<Option<Timestamp>>;
    /// IAM `UpdateAccessKey` of the caller.
    fn set_access_key_status(&self, caller: &Caller, id: &AccessKeyId, status: KeyStatus) -> Reply<()>;
    /// IAM `DeleteAccessKey` of the caller.
    fn delete_access_key(&self, caller: &Caller, id: &AccessKeyId) -> Reply<()>;
    /// The calls about other users and their groups.
    fn administration(&self) -> &dyn Administration;
}

/// Who signs a call, and where it goes.
#[derive(Debug, Clone)]
pub struct Caller {
    /// Signs.
    pub key: AccessKey,
    /// Receives.
    pub endpoint: Endpoint,
}

/// What `GetSessionToken` is asked for.
#[derive(Debug)]
pub struct SessionTokenRequest<'a> {
    /// The device the code is of.
    pub serial: &'a MfaSerial,
    /// The code.
    pub code: &'a MfaCode,
    /// Seconds, 900 to 129,600.
    pub duration: u32,
}

/// What `AssumeRole` is asked for.
#[derive(Debug)]
pub struct AssumeRoleRequest<'a> {
    /// The role, and what its profile says about it.
    pub hop: &'a Hop,
    /// The name of the session.
    pub session_name: &'a str,
    /// The device and its code, where the call carries MFA.
    pub mfa: Option<(&'a MfaSerial, &'a MfaCode)>,
    /// Seconds, 900 to 43,200.
    pub duration: u32,
}

/// A role as IAM knows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FoundRole {
    /// Its ARN: another account may have a role of the same name.
    pub arn: String,
    /// How many seconds its sessions may last.
    pub max_session_duration: u32,
}

/// What STS gives.
#[derive(Debug)]
pub struct SessionCredentials {
    /// The session's key, with its token.
    pub key: AccessKey,
    /// When it ends.
    pub expires_at: Timestamp,
}

impl SessionCredentials {
    /// A session that is none: to find out whether one could be written.
    pub(crate) fn stand_in(id: &AccessKeyId, now: Timestamp) -> SessionCredentials {
        SessionCredentials {
            key: AccessKey {
                id: id.clone(),
                secret: "x".into(),
                session_token: Some("x".into()),
            },
            expires_at: now,
        }
    }
}

/// A virtual MFA device that was just made.
#[derive(Debug)]
pub struct NewDevice {
    /// Its ARN.
    pub serial: MfaSerial,
    /// Its seed.
    pub seed: Seed,
}

/// A long-term access key as IAM lists it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListedKey {
    /// Its id.
    pub id: AccessKeyId,
    /// Whether it signs.
    pub is_active: bool,
    /// When it was made.
    pub created_at: Timestamp,
}

/// Whether a key signs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum KeyStatus {
    /// It does.
    Active,
    /// AWS refuses what it signs; it can be switched on again.
    Inactive,
}

/// What shows that a device's seed is in somebody's hands.
#[derive(Debug)]
pub struct CodePair<'a> {
    /// Whose device it is or becomes.
    pub user: &'a str,
    /// The device.
    pub serial: &'a MfaSerial,
    /// Two consecutive codes, the older first.
    pub codes: [&'a MfaCode; 2],
}

/// Who a key is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Identity {
    /// Twelve digits.
    pub account: String,
    /// The caller's ARN.
    pub arn: String,
}

/// An answer with the time the server says it is.
#[derive(Debug)]
pub struct Reply<T> {
    /// What came of the call.
    pub result: Result<T, AwsError>,
    /// The answer's `Date` header: how wrong this machine's clock is.
    pub server_time: Option<Timestamp>,
}

/// The operating system's keychain. Calls may raise a prompt and take as long as [`KEYCHAIN_PATIENCE`]: never make
/// one on a thread that a person waits for otherwise.
///
/// There are three answers: found, missing, and [`Unavailable`]. Only *missing* means that there is no entry.
pub trait Keychain: Send + Sync {
    /// The entry called `name`; `None`: there is none.
    ///
    /// # Errors
    /// [`Unavailable`]: whether there is one is not known.
    fn read(&self, name: &str) -> Result<Option<SecretBytes>, Unavailable>;
    /// The same without ever raising a prompt: for what nobody asked for just now.
    ///
    /// # Errors
    /// [`Unavailable`], also where only a prompt could tell.
    fn read_quietly(&self, name: &str) -> Result<Option<SecretBytes>, Unavailable>;
    /// Writes the entry called `name`, over the one there is. At most [`LARGEST_ENTRY`] bytes.
    ///
    /// # Errors
    /// [`Unavailable`].
    fn write(&self, name: &str, secret: &SecretBytes) -> Result<(), Unavailable>;
    /// Removes the entry called `name`; says whether there was one.
    ///
    /// # Errors
    /// [`Unavailable`].
    fn remove(&self, name: &str) -> Result<bool, Unavailable>;
    /// Whether the system itself asks the person before it gives an entry out to a program that has not just made it.
    fn asks_for_consent(&self) -> bool;
}

/// The programs that the settings name for codes.
pub trait CodeCommands: Send + Sync {
    /// Runs one, without a shell, and reads the code it prints. May wait for a person, who has to touch a key.
    ///
    /// # Errors
    /// [`CodeCommandError`], which repeats nothing of what the program said.
    fn run(&self, command: &[String]) -> Result<MfaCode, CodeCommandError>;
}

/// Why a program gave no code.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CodeCommandError {
    /// There is no such program.
    #[error("the code command {0} was not found")]
    NotFound(String),
    /// It printed none.
    #[error("the code command printed no line of six digits")]
    NoCode,
    /// It took too long.
    #[error("the code command did not end within 30 s")]
    TimedOut,
    /// Anything else.
    #[error("the code command failed: {0}")]
    Failed(String),
}

/// How long a keychain may take, a prompt included.
pub const KEYCHAIN_PATIENCE: std::time::Duration = std::time::Duration::from_secs(10);
/// Windows keeps no larger ones (`CRED_MAX_CREDENTIAL_BLOB_SIZE`).
pub const LARGEST_ENTRY: usize = 2560;

/// Why the keychain gave no answer. The entry may be there or not.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Unavailable {
    /// It is locked, and nobody unlocked it.
    #[error("the keychain is locked")]
    Locked,
    /// The person, or a rule of the system, said no.
    #[error("the keychain refused: access was denied or its prompt was dismissed")]
    Denied,
    /// There is no keychain to ask.
    #[error("there is no keychain service to ask")]
    NoService,
    /// It took longer than [`KEYCHAIN_PATIENCE`]; it may be waiting for the person.
    #[error("the keychain did not answer within 10 s")]
    TimedOut,
    /// Anything else, as the system says it.
    #[error("the keychain failed: {0}")]
    Failed(String),
}

impl Unavailable {
    /// What a person can do about it.
    pub fn hint(&self) -> &'static str {
        match self {
            Unavailable::Locked => "unlock it, then try again",
            Unavailable::Denied => "try again and allow it; until then a typed code works too",
            Unavailable::NoService if cfg!(all(unix, not(target_os = "macos"))) => {
                "install and start gnome-keyring, KWallet or KeePassXC with its Secret Service switched on; until then a typed code works too"
            }
            Unavailable::NoService => "log in to the desktop as yourself; until then a typed code works too",
            Unavailable::TimedOut => "it may be waiting for you to unlock it: look for its window, then try again",
            Unavailable::Failed(_) => "try again; until then a typed code works too",
        }
    }
}
