//! A home of the test's own, an AWS that fails on demand, and a clock that stands still.

use std::collections::VecDeque;
use std::fs;
use std::path::PathBuf;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex};

use jiff::{SignedDuration, Timestamp};
use mfa_tray_core::aws_error::{AwsError, Refusal};
use mfa_tray_core::aws_files::AwsPaths;
use mfa_tray_core::endpoint::EndpointEnvironment;
use mfa_tray_core::ports::{
    Aws, Caller, Clock, CodePair, Identity, NewDevice, Reply, SessionCredentials, SessionTokenRequest,
};
use mfa_tray_core::profile::{AccessKeyId, DeviceName, MfaCode, MfaSerial, ProfileName};
use mfa_tray_core::refresh::{CodeFrom, RefreshError, Refreshed, Request, When, refresh};
use mfa_tray_core::secret::{AccessKey, ExposeSecret as _};
use mfa_tray_core::state::StateFolder;
use mfa_tray_core::testing::FakeKeychain;
use mfa_tray_core::world::World;
use tempfile::TempDir;

pub(crate) const SERIAL: &str = "arn:aws:iam::111122223333:mfa/alice";
pub(crate) const SECRET: &str = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY";
pub(crate) const NEW_SECRET: &str = "secretOfTheSessionEXAMPLE";
pub(crate) const TOKEN: &str = "FwoGZXIvYXdzEXAMPLETOKEN==";
/// Ten seconds into a step and into a window of three minutes.
pub(crate) const NOW: &str = "2026-11-24T12:00:10Z";

/// The keys of an IAM user, as lines of a section.
pub(crate) fn keys(id: &str) -> String {
    format!("aws_access_key_id = {id}\naws_secret_access_key = {SECRET}\n")
}

/// A clock that a test turns.
#[derive(Clone)]
pub(crate) struct FakeClock(Arc<AtomicI64>);

impl FakeClock {
    pub(crate) fn forward(&self, seconds: i64) {
        self.0.fetch_add(seconds, Ordering::SeqCst);
    }
}

impl Clock for FakeClock {
    fn now(&self) -> Timestamp {
        Timestamp::from_second(self.0.load(Ordering::SeqCst)).unwrap()
    }
}

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
    pub(crate) fn fail_once(&self, error: AwsError) {
        self.script.lock().unwrap().failures.push_back(error);
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
            .filter(|call| matches!(call, Call::SessionToken { .. }))
            .count()
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
        script.issued += 1;
        let lasts = script
            .expires_in
            .unwrap_or_else(|| SignedDuration::from_secs(request.duration.into()));
        let session = SessionCredentials {
            key: AccessKey {
                id: AccessKeyId::parse(&format!("ASIAIOSFODNN{:08}", script.issued)).unwrap(),
                secret: NEW_SECRET.into(),
                session_token: Some(TOKEN.into()),
            },
            expires_at: self.clock.now() + SignedDuration::from_secs(script.server_ahead) + lasts,
        };
        self.reply(&script, Ok(session))
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
}

/// Two files, a state folder and settings, in a folder that goes when the test ends.
pub(crate) struct Stage {
    pub(crate) world: World,
    pub(crate) aws: FakeAws,
    pub(crate) clock: FakeClock,
    pub(crate) keychain: FakeKeychain,
    _folder: TempDir,
}

impl Stage {
    pub(crate) fn new(config: &str, credentials: &str) -> Stage {
        let folder = tempfile::tempdir().unwrap();
        let at = |name: &str| folder.path().join(name);
        fs::create_dir(at(".aws")).unwrap();
        let start: Timestamp = NOW.parse().unwrap();
        let clock = FakeClock(Arc::new(AtomicI64::new(start.as_second())));
        let aws = FakeAws {
            script: Arc::default(),
            clock: clock.clone(),
        };
        let keychain = FakeKeychain::default();
        let stage = Stage {
            world: World {
                clock: Arc::new(clock.clone()),
                aws: Arc::new(aws.clone()),
                keychain: Arc::new(keychain.clone()),
                paths: AwsPaths {
                    config: at(".aws/config"),
                    credentials: at(".aws/credentials"),
                },
                state: StateFolder::new(at("state/mfa-tray")),
                settings: at("config/mfa-tray/settings.toml"),
                endpoints: EndpointEnvironment::default(),
            },
            aws,
            clock,
            keychain,
            _folder: folder,
        };
        put(&stage.world.paths.config, config);
        put(&stage.world.paths.credentials, credentials);
        stage
    }

    /// The profile `dev` with its device in the config file.
    pub(crate) fn dev() -> Stage {
        let config = format!("[profile dev]\nregion = eu-west-1\noutput = json\nmfa_serial = {SERIAL}\n");
        Stage::new(&config, &format!("[dev]\n{}", keys("AKIAIOSFODNN7EXAMPLE")))
    }

    pub(crate) fn config(&self) -> String {
        fs::read_to_string(&self.world.paths.config).unwrap()
    }

    pub(crate) fn credentials(&self) -> String {
        fs::read_to_string(&self.world.paths.credentials).unwrap()
    }

    pub(crate) fn settings(&self) -> String {
        fs::read_to_string(&self.world.settings).unwrap_or_default()
    }

    pub(crate) fn refresh(&self, request: &Request) -> Result<Refreshed, RefreshError> {
        refresh(&self.world, request)
    }

    /// A refresh that must be refused, and change neither file.
    pub(crate) fn refused(&self, request: &Request) -> RefreshError {
        let before = (self.config(), self.credentials());
        let error = self.refresh(request).unwrap_err();
        assert_eq!((self.config(), self.credentials()), before, "{error}: a file changed");
        error
    }
}

pub(crate) fn put(path: &PathBuf, text: &str) {
    use std::io::Write as _;
    fs::File::create(path).unwrap().write_all(text.as_bytes()).unwrap();
}

pub(crate) fn name(text: &str) -> ProfileName {
    ProfileName::parse(text).unwrap()
}

/// A request without a code.
pub(crate) fn ask(profile: &str) -> Request {
    Request::of(&name(profile))
}

/// A request with a code.
pub(crate) fn with_code(profile: &str, code: &str) -> Request {
    Request {
        code: CodeFrom::Person(MfaCode::parse(code).unwrap()),
        ..ask(profile)
    }
}

/// The same in any case, whether or not there is a good session.
pub(crate) fn always(profile: &str, code: &str) -> Request {
    Request {
        when: When::Always,
        ..with_code(profile, code)
    }
}
