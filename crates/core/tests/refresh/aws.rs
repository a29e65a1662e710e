//! An AWS that answers as the test has ordered, and remembers what it was asked.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};

use jiff::{SignedDuration, Timestamp};
use mfa_tray_core::aws_error::{AwsError, Refusal};
use mfa_tray_core::ports::{
    Administration, AssumeRoleRequest, Aws, Caller, Clock as _, CodePair, FoundRole, Identity, KeyStatus, ListedKey,
    NewDevice, Reply, SessionCredentials, SessionTokenRequest,
};
use mfa_tray_core::profile::{AccessKeyId, DeviceName, MfaSerial};
use mfa_tray_core::secret::{AccessKey, ExposeSecret as _, SecretString};
use mfa_tray_core::testing::FakeClock;

use crate::stage::{NEW_SECRET, SECRET, TOKEN};

/// A call as AWS saw it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Call {
    SessionToken {
        key: String,
        serial: String,
        code: String,
        duration: u32,
        region: String,
    },
    AssumeRole {
        /// `long-term`, or the id of the session's key.
        signed_with: String,
        role: String,
        session_name: String,
        region: String,
        code: Option<String>,
        duration: u32,
    },
    Role(String),
    CallerIdentity,
    AccessKeyAccount {
        signed_with: String,
        about: String,
    },
    MfaDevices,
}

#[derive(Default)]
struct Script {
    calls: Vec<Call>,
    /// What the next GetSessionToken calls fail with; after that they succeed.
    failures: VecDeque<AwsError>,
    /// What the next AssumeRole calls fail with, `None` for one that succeeds.
    role_failures: VecDeque<Option<AwsError>>,
    /// What the next GetRole calls give; nothing is a refusal.
    limits: VecDeque<FoundRole>,
    devices: VecDeque<Result<Vec<MfaSerial>, AwsError>>,
    expires_in: Option<SignedDuration>,
    server_ahead: i64,
    issued: u32,
    /// What somebody else does while the next GetSessionToken is under way.
    meanwhile: Option<Box<dyn FnOnce() + Send>>,
}

/// An AWS that answers as the test has ordered, and well otherwise.
#[derive(Clone)]
pub(crate) struct FakeAws {
    script: Arc<Mutex<Script>>,
    clock: FakeClock,
}

impl FakeAws {
    /// Its clock is `clock`, until [`FakeAws::set_server_ahead`].
    pub(crate) fn new(clock: &FakeClock) -> FakeAws {
        FakeAws {
            script: Arc::default(),
            clock: clock.clone(),
        }
    }

    pub(crate) fn fail_once(&self, error: AwsError) {
        self.script.lock().unwrap().failures.push_back(error);
    }

    /// The next AssumeRole calls: each fails so, or not.
    pub(crate) fn answer_roles(&self, answers: impl IntoIterator<Item = Option<AwsError>>) {
        self.script.lock().unwrap().role_failures.extend(answers);
    }

    /// The next GetRole tells of this role.
    pub(crate) fn tell_limit(&self, arn: &str, seconds: u32) {
        self.script.lock().unwrap().limits.push_back(FoundRole {
            arn: arn.to_owned(),
            max_session_duration: seconds,
        });
    }

    pub(crate) fn reject_code_once(&self) {
        self.fail_once(refusal(
            "AccessDenied",
            "MultiFactorAuthentication failed with invalid MFA one time pass code.",
        ));
    }

    pub(crate) fn list_devices_once(&self, answer: Result<&[&str], AwsError>) {
        let answer = answer.map(|serials| serials.iter().map(|serial| MfaSerial::parse(serial).unwrap()).collect());
        self.script.lock().unwrap().devices.push_back(answer);
    }

    /// Every session ends so long after it was made, whatever was asked for.
    pub(crate) fn expire_in(&self, seconds: i64) {
        self.script.lock().unwrap().expires_in = Some(SignedDuration::from_secs(seconds));
    }

    pub(crate) fn set_server_ahead(&self, seconds: i64) {
        self.script.lock().unwrap().server_ahead = seconds;
    }

    pub(crate) fn calls(&self) -> Vec<Call> {
        self.script.lock().unwrap().calls.clone()
    }

    pub(crate) fn meanwhile(&self, work: impl FnOnce() + Send + 'static) {
        self.script.lock().unwrap().meanwhile = Some(Box::new(work));
    }

    /// How many codes were sent.
    pub(crate) fn codes_sent(&self) -> usize {
        let calls = self.calls();
        calls
            .iter()
            .filter(|call| matches!(call, Call::SessionToken { .. } | Call::AssumeRole { code: Some(_), .. }))
            .count()
    }

    fn issue(&self, script: &mut Script, duration: u32) -> SessionCredentials {
        script.issued += 1;
        let lasts = script
            .expires_in
            .unwrap_or_else(|| SignedDuration::from_secs(duration.into()));
        SessionCredentials {
            key: AccessKey {
                id: AccessKeyId::parse(&format!("ASIAIOSFODNN{:08}", script.issued)).unwrap(),
                secret: NEW_SECRET.into(),
                session_token: Some(TOKEN.into()),
            },
            expires_at: self.clock.now() + SignedDuration::from_secs(script.server_ahead) + lasts,
        }
    }

    fn reply<T>(&self, script: &Script, result: Result<T, AwsError>) -> Reply<T> {
        let answered = !matches!(
            result,
            Err(AwsError::Unreachable { .. } | AwsError::Unanswered { .. } | AwsError::NotMade(_))
        );
        let now = self.clock.now() + SignedDuration::from_secs(script.server_ahead);
        Reply {
            result,
            server_time: answered.then_some(now),
        }
    }
}

pub(crate) fn refusal(code: &str, message: &str) -> AwsError {
    AwsError::Refused(Refusal::new(code, message))
}

pub(crate) fn unreachable() -> AwsError {
    AwsError::Unreachable {
        host: "sts".to_owned(),
        reason: "no route".to_owned(),
    }
}

pub(crate) fn unanswered() -> AwsError {
    AwsError::Unanswered {
        host: "sts".to_owned(),
        reason: "it took longer than 10 s".to_owned(),
    }
}

impl Aws for FakeAws {
    fn session_token(&self, caller: &Caller, request: &SessionTokenRequest<'_>) -> Reply<SessionCredentials> {
        assert_eq!(caller.key.secret.expose_secret(), SECRET, "signed with another secret");
        assert!(caller.key.session_token.is_none(), "signed with a session");
        let mut script = self.script.lock().unwrap();
        script.calls.push(Call::SessionToken {
            key: caller.key.id.to_string(),
            serial: request.serial.to_string(),
            code: request.code.digits().to_owned(),
            duration: request.duration,
            region: caller.endpoint.region.to_string(),
        });
        if let Some(work) = script.meanwhile.take() {
            work();
        }
        if let Some(error) = script.failures.pop_front() {
            return self.reply(&script, Err(error));
        }
        let session = self.issue(&mut script, request.duration);
        self.reply(&script, Ok(session))
    }

    fn assume_role(&self, caller: &Caller, request: &AssumeRoleRequest<'_>) -> Reply<SessionCredentials> {
        let mut script = self.script.lock().unwrap();
        let is_session = caller.key.session_token.is_some();
        let secret = if is_session { NEW_SECRET } else { SECRET };
        assert_eq!(caller.key.secret.expose_secret(), secret, "signed with another secret");
        script.calls.push(Call::AssumeRole {
            signed_with: if is_session {
                caller.key.id.to_string()
            } else {
                "long-term".to_owned()
            },
            role: request.hop.name().to_owned(),
            session_name: request.session_name.to_owned(),
            region: caller.endpoint.region.to_string(),
            code: request.mfa.map(|(_, code)| code.digits().to_owned()),
            duration: request.duration,
        });
        if let Some(Some(error)) = script.role_failures.pop_front() {
            return self.reply(&script, Err(error));
        }
        let session = self.issue(&mut script, request.duration);
        self.reply(&script, Ok(session))
    }

    fn role(&self, _: &Caller, name: &str) -> Reply<FoundRole> {
        let mut script = self.script.lock().unwrap();
        script.calls.push(Call::Role(name.to_owned()));
        let denied = refusal(
            "AccessDenied",
            "User: arn:aws:iam::111122223333:user/alice is not authorized to perform: iam:GetRole",
        );
        let answer = script.limits.pop_front().ok_or(denied);
        self.reply(&script, answer)
    }

    fn caller_identity(&self, _: &Caller) -> Reply<Identity> {
        let mut script = self.script.lock().unwrap();
        script.calls.push(Call::CallerIdentity);
        let identity = Identity {
            account: "111122223333".to_owned(),
            arn: "arn:aws:iam::111122223333:user/alice".to_owned(),
        };
        self.reply(&script, Ok(identity))
    }

    fn signin_token(&self, _: &Caller, _: &str) -> Reply<SecretString> {
        unreachable!("BUG: a refresh opens no console")
    }

    fn access_key_account(&self, caller: &Caller, key: &AccessKeyId) -> Reply<String> {
        let mut script = self.script.lock().unwrap();
        script.calls.push(Call::AccessKeyAccount {
            signed_with: caller.key.id.to_string(),
            about: key.to_string(),
        });
        self.reply(&script, Ok("999988887777".to_owned()))
    }

    fn mfa_devices(&self, _: &Caller) -> Reply<Vec<MfaSerial>> {
        let mut script = self.script.lock().unwrap();
        script.calls.push(Call::MfaDevices);
        let answer = script.devices.pop_front().expect("nobody ordered a list of devices");
        self.reply(&script, answer)
    }

    // A refresh changes no device.
    fn unassigned_devices(&self, _: &Caller) -> Reply<Vec<MfaSerial>> {
        unreachable!("BUG: a refresh changes no device")
    }

    fn create_virtual_device(&self, _: &Caller, _: &DeviceName) -> Reply<NewDevice> {
        unreachable!("BUG: a refresh changes no device")
    }

    fn enable_device(&self, _: &Caller, _: &CodePair<'_>) -> Reply<()> {
        unreachable!("BUG: a refresh changes no device")
    }

    fn resync_device(&self, _: &Caller, _: &CodePair<'_>) -> Reply<()> {
        unreachable!("BUG: a refresh changes no device")
    }

    fn deactivate_device(&self, _: &Caller, _: &MfaSerial) -> Reply<()> {
        unreachable!("BUG: a refresh changes no device")
    }

    fn delete_virtual_device(&self, _: &Caller, _: &MfaSerial) -> Reply<()> {
        unreachable!("BUG: a refresh changes no device")
    }

    fn create_access_key(&self, _: &Caller) -> Reply<AccessKey> {
        unreachable!("BUG: a refresh changes no key")
    }

    fn access_keys(&self, _: &Caller) -> Reply<Vec<ListedKey>> {
        self.reply(
            &self.script.lock().unwrap(),
            Err(refusal("AccessDenied", "iam:ListAccessKeys")),
        )
    }

    fn access_key_last_used(&self, _: &Caller, _: &AccessKeyId) -> Reply<Option<Timestamp>> {
        unreachable!("BUG: a refresh changes no key")
    }

    fn set_access_key_status(&self, _: &Caller, _: &AccessKeyId, _: KeyStatus) -> Reply<()> {
        unreachable!("BUG: a refresh changes no key")
    }

    fn delete_access_key(&self, _: &Caller, _: &AccessKeyId) -> Reply<()> {
        unreachable!("BUG: a refresh changes no key")
    }

    fn administration(&self) -> &dyn Administration {
        unreachable!("BUG: a refresh changes no account")
    }
}
