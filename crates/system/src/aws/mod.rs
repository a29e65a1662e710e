//! The [`Aws`] port through AWS's SDK.
//!
//! Region, keys and endpoint are always given: the SDK's own chain would read files and variables again, and differently.
//! Its retries are off: a code must not be sent twice.

mod administration;
mod federation;
mod keys;
mod probe;

use std::sync::OnceLock;
use std::time::Duration;

use aws_config::retry::RetryConfig;
use aws_config::stalled_stream_protection::StalledStreamProtectionConfig;
use aws_config::timeout::TimeoutConfig;
use aws_config::{BehaviorVersion, Region, SdkConfig};
use aws_credential_types::Credentials;
use aws_credential_types::provider::SharedCredentialsProvider;
use aws_sdk_iam::types::AssignmentStatusType;
use aws_sdk_sts::types::Tag;
use aws_smithy_runtime_api::client::orchestrator::HttpResponse;
use aws_smithy_runtime_api::client::result::SdkError;
use aws_smithy_types::error::metadata::ProvideErrorMetadata;
use jiff::Timestamp;
use mfa_tray_core::aws_error::AwsError;
use mfa_tray_core::endpoint::Endpoint;
use mfa_tray_core::ports::{
    Administration, AssumeRoleRequest, Aws, Caller, CodePair, FoundRole, Identity, KeyStatus, ListedKey, NewDevice,
    Reply, SessionCredentials, SessionTokenRequest,
};
use mfa_tray_core::profile::{AccessKeyId, DeviceName, MfaSerial, partition_of};
use mfa_tray_core::secret::{AccessKey, ExposeSecret as _, SecretString};
use mfa_tray_core::totp::Seed;
use tokio::sync::Notify;

use crate::failure::aws_error;
use crate::http::{self, ServerTime};

const CONNECT_TIMEOUT: Duration = Duration::from_secs(3);
/// Pages of a list that are read before it is taken for endless.
const PAGES: usize = 100;
const CALL_TIMEOUT: Duration = Duration::from_secs(10);

/// The regions whose `legacy` setting means the global endpoint
/// (<https://docs.aws.amazon.com/sdkref/latest/guide/feature-sts-regionalized-endpoints.html>).
const LEGACY_REGIONS: [&str; 15] = [
    "ap-northeast-1",
    "ap-south-1",
    "ap-southeast-1",
    "ap-southeast-2",
    "ca-central-1",
    "eu-central-1",
    "eu-north-1",
    "eu-west-1",
    "eu-west-2",
    "eu-west-3",
    "sa-east-1",
    "us-east-1",
    "us-east-2",
    "us-west-1",
    "us-west-2",
];

/// AWS through its SDK. Calls block; give them a thread that may wait 10 s.
#[derive(Debug, Clone, Copy, Default)]
pub struct SdkAws;

impl SdkAws {
    /// Makes nothing yet: the network is first touched by a call.
    pub fn new() -> SdkAws {
        SdkAws
    }
}

/// Which service a call is for: each has its own override and host.
#[derive(Clone, Copy)]
enum Service {
    Sts,
    Iam,
}

/// A prepared call: configuration, the clock of the answer, and a name for where it goes.
struct Call {
    config: SdkConfig,
    server_time: ServerTime,
    host: String,
}

impl Call {
    fn new(caller: &Caller, service: Service) -> Result<Call, AwsError> {
        let endpoint = &caller.endpoint;
        let legacy = matches!(service, Service::Sts)
            && endpoint.legacy_global
            && LEGACY_REGIONS.contains(&endpoint.region.as_str());
        let url = match service {
            Service::Sts => endpoint
                .sts_url
                .clone()
                .or_else(|| legacy.then(|| "https://sts.amazonaws.com".to_owned())),
            Service::Iam => endpoint.iam_url.clone(),
        };
        let region = if legacy && endpoint.sts_url.is_none() {
            "us-east-1"
        } else {
            endpoint.region.as_str()
        };
        let server_time = ServerTime::default();
        let plain_http = url.as_deref().is_some_and(|url| url.starts_with("http://"));
        let client = http::client(plain_http, endpoint, server_time.clone())
            .map_err(|error| AwsError::NotMade(error.to_string()))?;
        let name = match service {
            Service::Sts => "sts",
            Service::Iam => "iam",
        };
        let host = url
            .clone()
            .unwrap_or_else(|| format!("{name} ({region}, {})", partition_of(&endpoint.region)));
        let host = match way(endpoint, plain_http, &host) {
            Some(proxy) => format!("{host}, by the proxy {proxy},"),
            None => host,
        };
        let mut config = SdkConfig::builder()
            .behavior_version(BehaviorVersion::latest())
            .region(Region::new(region.to_owned()))
            .credentials_provider(SharedCredentialsProvider::new(credentials(&caller.key)))
            .retry_config(RetryConfig::disabled())
            .timeout_config(
                TimeoutConfig::builder()
                    .connect_timeout(CONNECT_TIMEOUT)
                    .operation_timeout(CALL_TIMEOUT)
                    .build(),
            )
            .stalled_stream_protection(StalledStreamProtectionConfig::disabled())
            .use_fips(endpoint.fips)
            .use_dual_stack(endpoint.dual_stack)
            .http_client(client);
        config.set_endpoint_url(url);
        Ok(Call {
            config: config.build(),
            server_time,
            host,
        })
    }

    /// Runs `call` to its end on this thread.
    fn run<T>(&self, call: impl Future<Output = Result<T, AwsError>>) -> Reply<T> {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
        let call = async {
            tokio::select! {
                result = call => result,
                () = cancelled() => Err(AwsError::Unanswered {
                    host: self.host.clone(),
                    reason: "it was cancelled".to_owned(),
                }),
            }
        };
        let result = match runtime {
            Ok(runtime) => runtime.block_on(call),
            Err(error) => Err(AwsError::NotMade(error.to_string())),
        };
        Reply {
            result,
            server_time: self.server_time.read(),
        }
    }
}

/// The proxy a call goes through; a host that only the SDK knows is in nobody's list.
fn way(endpoint: &Endpoint, plain_http: bool, url: &str) -> Option<String> {
    let rest = url.strip_prefix("https://").unwrap_or(url);
    let host = rest.split(['/', ':']).next().unwrap_or(rest);
    http::way(endpoint, host).filter(|_| !plain_http)
}

/// Wakes every call that is under way.
static CANCEL: OnceLock<Notify> = OnceLock::new();

/// Ends every call to AWS that is under way in this process: a person does not want to wait any longer. A code that was
/// sent counts as used.
pub fn cancel_calls() {
    CANCEL.get_or_init(Notify::new).notify_waiters();
}

async fn cancelled() {
    CANCEL.get_or_init(Notify::new).notified().await;
}

fn credentials(key: &AccessKey) -> Credentials {
    let token = key.session_token.as_ref().map(|token| token.expose_secret().to_owned());
    Credentials::new(key.id.as_str(), key.secret.expose_secret(), token, None, "mfa-tray")
}

fn with_call<T>(caller: &Caller, service: Service, run: impl FnOnce(&Call) -> Reply<T>) -> Reply<T> {
    match Call::new(caller, service) {
        Ok(call) => run(&call),
        Err(error) => Reply {
            result: Err(error),
            server_time: None,
        },
    }
}

impl Aws for SdkAws {
    fn session_token(&self, caller: &Caller, request: &SessionTokenRequest<'_>) -> Reply<SessionCredentials> {
        with_call(caller, Service::Sts, |call| {
            call.run(async {
                let answer = aws_sdk_sts::Client::new(&call.config)
                    .get_session_token()
                    .serial_number(request.serial.as_str())
                    .token_code(request.code.digits())
                    .duration_seconds(request.duration.cast_signed())
                    .send()
                    .await
                    .map_err(|error| aws_error(&error, &call.host))?;
                let missing = AwsError::NotAws("there are no credentials in it");
                let given = answer.credentials.ok_or(missing)?;
                session(
                    &given.access_key_id,
                    &given.secret_access_key,
                    &given.session_token,
                    given.expiration.secs(),
                )
            })
        })
    }

    fn assume_role(&self, caller: &Caller, request: &AssumeRoleRequest<'_>) -> Reply<SessionCredentials> {
        with_call(caller, Service::Sts, |call| {
            call.run(async {
                let hop = request.hop;
                let tag = |(key, value): &(String, String)| Tag::builder().key(key).value(value).build();
                let tags: Result<Vec<Tag>, _> = hop.tags.iter().map(tag).collect();
                let tags = tags.map_err(|error| AwsError::NotMade(error.to_string()))?;
                let (serial, code) = request.mfa.unzip();
                let answer = aws_sdk_sts::Client::new(&call.config)
                    .assume_role()
                    .role_arn(&hop.arn)
                    .role_session_name(request.session_name)
                    .duration_seconds(request.duration.cast_signed())
                    .set_external_id(hop.external_id.clone())
                    .set_source_identity(hop.source_identity.clone())
                    .set_tags((!tags.is_empty()).then_some(tags))
                    .set_transitive_tag_keys((!hop.transitive_tags.is_empty()).then(|| hop.transitive_tags.clone()))
                    .set_serial_number(serial.map(ToString::to_string))
                    .set_token_code(code.map(|code| code.digits().to_owned()))
                    .send()
                    .await
                    .map_err(|error| aws_error(&error, &call.host))?;
                let missing = AwsError::NotAws("there are no credentials in it");
                let given = answer.credentials.ok_or(missing)?;
                session(
                    &given.access_key_id,
                    &given.secret_access_key,
                    &given.session_token,
                    given.expiration.secs(),
                )
            })
        })
    }

    fn role(&self, caller: &Caller, name: &str) -> Reply<FoundRole> {
        with_call(caller, Service::Iam, |call| {
            call.run(async {
                let request = aws_sdk_iam::Client::new(&call.config).get_role().role_name(name);
                let answer = request.send().await.map_err(|error| aws_error(&error, &call.host))?;
                let missing = AwsError::NotAws("there is no role with a limit in it");
                let role = answer.role.ok_or(missing.clone())?;
                let limit = role.max_session_duration.and_then(|limit| u32::try_from(limit).ok());
                Ok(FoundRole {
                    arn: role.arn,
                    max_session_duration: limit.ok_or(missing)?,
                })
            })
        })
    }

    fn caller_identity(&self, caller: &Caller) -> Reply<Identity> {
        with_call(caller, Service::Sts, |call| {
            call.run(async {
                let answer = aws_sdk_sts::Client::new(&call.config)
                    .get_caller_identity()
                    .send()
                    .await;
                let answer = answer.map_err(|error| aws_error(&error, &call.host))?;
                let missing = AwsError::NotAws("there is no identity in it");
                answer
                    .account
                    .zip(answer.arn)
                    .map(|(account, arn)| Identity { account, arn })
                    .ok_or(missing)
            })
        })
    }

    fn signin_token(&self, session: &Caller, url: &str) -> Reply<SecretString> {
        federation::signin_token(session, url)
    }

    fn access_key_account(&self, caller: &Caller, key: &AccessKeyId) -> Reply<String> {
        with_call(caller, Service::Sts, |call| {
            call.run(async {
                let request = aws_sdk_sts::Client::new(&call.config)
                    .get_access_key_info()
                    .access_key_id(key.as_str());
                let answer = request.send().await.map_err(|error| aws_error(&error, &call.host))?;
                answer.account.ok_or(AwsError::NotAws("there is no account in it"))
            })
        })
    }

    fn mfa_devices(&self, caller: &Caller) -> Reply<Vec<MfaSerial>> {
        with_call(caller, Service::Iam, |call| {
            call.run(async {
                // A user has eight devices at most: the first page holds them all.
                let answer = aws_sdk_iam::Client::new(&call.config).list_mfa_devices().send().await;
                let answer = answer.map_err(|error| aws_error(&error, &call.host))?;
                Ok(answer
                    .mfa_devices
                    .iter()
                    .filter_map(|device| MfaSerial::parse(&device.serial_number).ok())
                    .collect())
            })
        })
    }

    fn unassigned_devices(&self, caller: &Caller) -> Reply<Vec<MfaSerial>> {
        with_call(caller, Service::Iam, |call| {
            call.run(async {
                let client = aws_sdk_iam::Client::new(&call.config);
                let mut found = Vec::new();
                let mut marker = None;
                // An account has as many virtual devices as users at most: five thousand, in pages of a hundred.
                for _ in 0..PAGES {
                    let request = client
                        .list_virtual_mfa_devices()
                        .assignment_status(AssignmentStatusType::Unassigned)
                        .set_marker(marker);
                    let answer = request.send().await.map_err(|error| aws_error(&error, &call.host))?;
                    let serials = answer.virtual_mfa_devices.iter().map(|device| &device.serial_number);
                    found.extend(serials.filter_map(|serial| MfaSerial::parse(serial).ok()));
                    marker = answer.marker;
                    if !answer.is_truncated || marker.is_none() {
                        return Ok(found);
                    }
                }
                Err(AwsError::NotAws("the list of devices does not end"))
            })
        })
    }

    fn create_virtual_device(&self, caller: &Caller, name: &DeviceName) -> Reply<NewDevice> {
        with_call(caller, Service::Iam, |call| {
            call.run(async {
                let request = aws_sdk_iam::Client::new(&call.config)
                    .create_virtual_mfa_device()
                    .virtual_mfa_device_name(name.as_str());
                let answer = request.send().await.map_err(|error| aws_error(&error, &call.host))?;
                let missing = || AwsError::NotAws("there is no device with a seed in it");
                let device = answer.virtual_mfa_device.ok_or_else(missing)?;
                // The blob is base32 text in its turn. The picture beside it is drawn anew from the seed where it is shown.
                let blob = device.base32_string_seed.ok_or_else(missing)?;
                let text = SecretString::from(String::from_utf8(blob.into_inner()).map_err(|_| missing())?);
                Ok(NewDevice {
                    serial: MfaSerial::parse(&device.serial_number).map_err(|_| missing())?,
                    seed: Seed::from_base32(text.expose_secret()).map_err(|_| missing())?,
                })
            })
        })
    }

    fn enable_device(&self, caller: &Caller, pair: &CodePair<'_>) -> Reply<()> {
        with_call(caller, Service::Iam, |call| {
            call.run(async {
                let request = aws_sdk_iam::Client::new(&call.config)
                    .enable_mfa_device()
                    .user_name(pair.user)
                    .serial_number(pair.serial.as_str())
                    .authentication_code1(pair.codes[0].digits())
                    .authentication_code2(pair.codes[1].digits());
                done(request.send().await, call)
            })
        })
    }

    fn resync_device(&self, caller: &Caller, pair: &CodePair<'_>) -> Reply<()> {
        with_call(caller, Service::Iam, |call| {
            call.run(async {
                let request = aws_sdk_iam::Client::new(&call.config)
                    .resync_mfa_device()
                    .user_name(pair.user)
                    .serial_number(pair.serial.as_str())
                    .authentication_code1(pair.codes[0].digits())
                    .authentication_code2(pair.codes[1].digits());
                done(request.send().await, call)
            })
        })
    }

    fn deactivate_device(&self, caller: &Caller, serial: &MfaSerial) -> Reply<()> {
        with_call(caller, Service::Iam, |call| {
            call.run(async {
                let request = aws_sdk_iam::Client::new(&call.config)
                    .deactivate_mfa_device()
                    .serial_number(serial.as_str());
                done(request.send().await, call)
            })
        })
    }

    fn delete_virtual_device(&self, caller: &Caller, serial: &MfaSerial) -> Reply<()> {
        with_call(caller, Service::Iam, |call| {
            call.run(async {
                let request = aws_sdk_iam::Client::new(&call.config)
                    .delete_virtual_mfa_device()
                    .serial_number(serial.as_str());
                done(request.send().await, call)
            })
        })
    }

    fn create_access_key(&self, caller: &Caller) -> Reply<AccessKey> {
        keys::create(caller)
    }

    fn access_keys(&self, caller: &Caller) -> Reply<Vec<ListedKey>> {
        keys::list(caller)
    }

    fn access_key_last_used(&self, caller: &Caller, id: &AccessKeyId) -> Reply<Option<Timestamp>> {
        keys::last_used(caller, id)
    }

    fn set_access_key_status(&self, caller: &Caller, id: &AccessKeyId, status: KeyStatus) -> Reply<()> {
        keys::set_status(caller, id, status)
    }

    fn delete_access_key(&self, caller: &Caller, id: &AccessKeyId) -> Reply<()> {
        keys::delete(caller, id)
    }

    fn administration(&self) -> &dyn Administration {
        self
    }
}

/// An answer that says nothing but that it is done.
fn done<T, E>(answer: Result<T, SdkError<E, HttpResponse>>, call: &Call) -> Result<(), AwsError>
where
    E: ProvideErrorMetadata + std::error::Error + 'static,
{
    answer.map(drop).map_err(|error| aws_error(&error, &call.host))
}

/// Accepts credentials that can stand in a file; anything else did not come from AWS.
fn session(id: &str, secret: &str, token: &str, expires_at: i64) -> Result<SessionCredentials, AwsError> {
    let bad = AwsError::NotAws("the credentials in it are not complete");
    let usable = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_graphic());
    let (Ok(id), Ok(expires_at), true) = (
        AccessKeyId::parse(id),
        Timestamp::from_second(expires_at),
        usable(secret) && usable(token),
    ) else {
        return Err(bad);
    };
    Ok(SessionCredentials {
        key: AccessKey {
            id,
            secret: secret.into(),
            session_token: Some(token.into()),
        },
        expires_at,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_credentials_that_fit_a_file_are_accepted() {
        let of = |id, secret, token| session(id, secret, token, 1_800_000_000).is_ok();
        assert!(of("ASIAIOSFODNN7EXAMPLE", "wJalr/+=", "FwoG=="));
        for (id, secret, token) in [
            ("", "s", "t"),
            ("ASIAIOSFODNN7EXAMPLE", "", "t"),
            ("ASIAIOSFODNN7EXAMPLE", "s", ""),
            ("ASIAIOSFODNN7EXAMPLE", "a\nb", "t"),
            ("ASIAIOSFODNN7EXAMPLE", "s", "t\0"),
            ("ASIAIOSFODNN7EXAMPLE", "s", "t t"),
        ] {
            assert!(!of(id, secret, token), "{id:?} {secret:?} {token:?}");
        }
    }
}
