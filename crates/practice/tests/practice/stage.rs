//! A server whose clock the test turns, and real clients for it that live by the same clock.

use std::{
    fmt::Debug,
    sync::{
        Arc,
        atomic::{AtomicI64, Ordering},
    },
    time::{Duration, SystemTime},
};

use aws_sdk_iam as iam;
use aws_sdk_sts::{
    self as sts,
    config::{BehaviorVersion, Credentials, Region, retry::RetryConfig},
    error::{ProvideErrorMetadata, SdkError},
};
use aws_smithy_async::time::TimeSource;
use mfa_tray_practice::{Clock, LongTermKey, Options, Practice};

pub(crate) const ACCOUNT: &str = "111122223333";
pub(crate) const INVALID: &str = "MultiFactorAuthentication failed with invalid MFA one time pass code.";
pub(crate) const UNABLE: &str = "MultiFactorAuthentication failed, unable to validate MFA code.  Please verify your MFA serial number is valid and associated with this user.";

/// Ten seconds into a window of three minutes and into a step.
const START: &str = "2026-11-24T12:00:10Z";

#[derive(Clone, Debug)]
pub(crate) struct Turned(Arc<AtomicI64>);

impl Turned {
    fn now(&self) -> jiff::Timestamp {
        jiff::Timestamp::from_second(self.0.load(Ordering::SeqCst)).unwrap()
    }
}

impl TimeSource for Turned {
    fn now(&self) -> SystemTime {
        SystemTime::UNIX_EPOCH + Duration::from_secs(self.0.load(Ordering::SeqCst).try_into().unwrap())
    }
}

pub(crate) struct Stage {
    pub(crate) practice: Practice,
    time: Turned,
}

/// A user with a key and a device, and nothing else.
pub(crate) struct Person {
    pub(crate) credentials: Credentials,
    pub(crate) serial: String,
}

/// What AWS refused with: status, code, message.
pub(crate) type Refusal = (u16, String, String);

impl Stage {
    pub(crate) fn new() -> Self {
        Self::with(Options::default())
    }

    pub(crate) fn with(options: Options) -> Self {
        let start: jiff::Timestamp = START.parse().unwrap();
        let time = Turned(Arc::new(AtomicI64::new(start.as_second())));
        let clock = time.clone();
        let practice = Practice::start_with_clock(options, Clock::new(move || clock.now())).unwrap();
        Self { practice, time }
    }

    /// Adds a user with a key and an enabled device.
    pub(crate) fn person(&self, name: &str) -> Person {
        let key = self.practice.add_user(ACCOUNT, name).unwrap();
        let serial = format!("arn:aws:iam::{ACCOUNT}:mfa/{name}");
        self.practice.add_device(name, &serial).unwrap();
        Person {
            credentials: long_term(&key),
            serial,
        }
    }

    /// Adds a user with a key and no device.
    pub(crate) fn newcomer(&self, name: &str) -> Credentials {
        long_term(&self.practice.add_user(ACCOUNT, name).unwrap())
    }

    pub(crate) fn advance(&self, seconds: i64) {
        self.time.0.fetch_add(seconds, Ordering::SeqCst);
    }

    pub(crate) fn code(&self, serial: &str, step: i64) -> String {
        self.practice.code(serial, step).unwrap().code
    }

    /// Returns a code that no counter within reach has.
    pub(crate) fn wrong_code(&self, serial: &str) -> String {
        let near: Vec<String> = (-3..=3).map(|step| self.code(serial, step)).collect();
        (0..)
            .map(|n| format!("{n:06}"))
            .find(|code| !near.contains(code))
            .unwrap()
    }

    pub(crate) fn sts(&self, credentials: &Credentials) -> sts::Client {
        self.sts_at(credentials, self.time.clone())
    }

    /// Returns a client whose clock is off by some seconds.
    pub(crate) fn sts_off(&self, credentials: &Credentials, seconds: i64) -> sts::Client {
        let time = self.time.0.load(Ordering::SeqCst) + seconds;
        self.sts_at(credentials, Turned(Arc::new(AtomicI64::new(time))))
    }

    fn sts_at(&self, credentials: &Credentials, time: Turned) -> sts::Client {
        let config = sts::Config::builder()
            .behavior_version(BehaviorVersion::latest())
            .region(Region::new("eu-west-1"))
            .credentials_provider(credentials.clone())
            .retry_config(RetryConfig::disabled())
            .http_client(aws_smithy_http_client::Builder::new().build_http())
            .time_source(time)
            .endpoint_url(self.practice.endpoint());
        sts::Client::from_conf(config.build())
    }

    pub(crate) fn iam(&self, credentials: &Credentials) -> iam::Client {
        let config = iam::Config::builder()
            .behavior_version(iam::config::BehaviorVersion::latest())
            .region(iam::config::Region::new("eu-west-1"))
            .credentials_provider(credentials.clone())
            .retry_config(RetryConfig::disabled())
            .http_client(aws_smithy_http_client::Builder::new().build_http())
            .time_source(self.time.clone())
            .endpoint_url(self.practice.endpoint());
        iam::Client::from_conf(config.build())
    }

    /// Asks for a session with a code.
    pub(crate) async fn session(&self, person: &Person, code: &str) -> Result<Credentials, Refusal> {
        let call = self.sts(&person.credentials).get_session_token();
        let answer = call.serial_number(&person.serial).token_code(code).send().await;
        answer
            .map(|answer| session(answer.credentials()))
            .map_err(|error| refusal(&error))
    }

    pub(crate) fn now(&self) -> i64 {
        self.time.0.load(Ordering::SeqCst)
    }
}

pub(crate) fn long_term(key: &LongTermKey) -> Credentials {
    Credentials::new(&key.access_key_id, &key.secret_access_key, None, None, "test")
}

pub(crate) fn session(credentials: Option<&sts::types::Credentials>) -> Credentials {
    let given = credentials.expect("the answer holds no credentials");
    let token = Some(given.session_token().to_owned());
    let expires = SystemTime::try_from(*given.expiration()).unwrap();
    Credentials::new(
        given.access_key_id(),
        given.secret_access_key(),
        token,
        Some(expires),
        "test",
    )
}

pub(crate) fn refusal<E: ProvideErrorMetadata + Debug>(error: &SdkError<E>) -> Refusal {
    let status = error.raw_response().map_or(0, |response| response.status().as_u16());
    let text = |text: Option<&str>| text.unwrap_or_default().to_owned();
    (status, text(error.code()), text(error.message()))
}

/// Returns the refusal of a call that must fail.
pub(crate) fn refused<T: Debug, E: ProvideErrorMetadata + Debug>(result: Result<T, SdkError<E>>) -> Refusal {
    match result {
        Ok(answer) => panic!("must be refused, but: {answer:?}"),
        Err(error) => refusal(&error),
    }
}

pub(crate) fn denied(message: &str) -> Refusal {
    (403, "AccessDenied".to_owned(), message.to_owned())
}

pub(crate) fn is(status: u16, code: &str, message: &str) -> Refusal {
    (status, code.to_owned(), message.to_owned())
}
