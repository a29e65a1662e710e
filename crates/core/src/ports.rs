//! The edge: what this crate asks of the world, as two traits the adapters and the tests implement.
//!
//! A third port, the OS keychain, joins them when seeds are kept there.

use jiff::Timestamp;

use crate::aws_error::AwsError;
use crate::endpoint::Endpoint;
use crate::profile::{AccessKeyId, MfaCode, MfaSerial};
use crate::secret::AccessKey;

/// Tells the time.
pub trait Clock: Send + Sync {
    /// Now, by this machine's wall clock.
    fn now(&self) -> Timestamp;
}

/// The few calls to STS and IAM a session needs. Each is made once: nothing here repeats a request by itself, because
/// a code must not be sent twice.
pub trait Aws: Send + Sync {
    /// STS `GetSessionToken` with MFA.
    fn session_token(&self, caller: &Caller, request: &SessionTokenRequest<'_>) -> Reply<SessionCredentials>;
    /// STS `GetCallerIdentity`; no policy can deny it.
    fn caller_identity(&self, caller: &Caller) -> Reply<Identity>;
    /// STS `GetAccessKeyInfo`: the account a key belongs to.
    fn access_key_account(&self, caller: &Caller, key: &AccessKeyId) -> Reply<String>;
    /// IAM `ListMFADevices` of the caller.
    fn mfa_devices(&self, caller: &Caller) -> Reply<Vec<MfaSerial>>;
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

/// What STS gives.
#[derive(Debug)]
pub struct SessionCredentials {
    /// The session's key, with its token.
    pub key: AccessKey,
    /// When it ends.
    pub expires_at: Timestamp,
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
