//! The one use case: a code becomes a session, and the session a section of the credentials file.
//!
//! Order: everything that can fail without a code fails first. Then target lock, another look (someone may have
//! refreshed meanwhile), device lock, ledger, call, file lock, write. A code counts as used before it is sent.

use jiff::{SignedDuration, Timestamp};

use crate::aws_error::{AwsError, Reason};
use crate::aws_files::{self, FileKind, Properties, WriteError};
use crate::catalog::{Entry, Kind};
use crate::endpoint::endpoint;
use crate::file;
use crate::ini::Change;
use crate::ledger::{CodeRefused, Ledger};
use crate::lock::{self, Guard, LockError, Subject};
use crate::ports::{Caller, Reply, SessionCredentials, SessionTokenRequest};
use crate::problem::Problem;
use crate::profile::{AccessKeyId, MfaCode, MfaSerial, ProfileName};
use crate::secret::AccessKey;
use crate::session::{self, Session, State};
use crate::settings::{self, Setting};
use crate::state::{ClockOffset, MadeSession, StateError};
use crate::status;
use crate::target::{self, Target};
use crate::world::{LoadError, Loaded, World};

/// What GetSessionToken gives when nobody asks for less
/// (<https://docs.aws.amazon.com/STS/latest/APIReference/API_GetSessionToken.html>).
const DEFAULT_DURATION: u32 = 43_200;
/// What GetSessionToken accepts.
const DURATIONS: std::ops::RangeInclusive<u32> = 900..=129_600;
/// A clock further off than this makes codes and expiry wrong.
pub const CLOCK_TOLERANCE: i64 = 60;

/// When a session is made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum When {
    /// Not while there is one with more than its margin left.
    Needed,
    /// In any case.
    Always,
}

/// What is asked for.
#[derive(Debug)]
pub struct Request {
    /// The profile.
    pub profile: ProfileName,
    /// The code, if one was typed.
    pub code: Option<MfaCode>,
    /// The device, if one was chosen; remembered when it works.
    pub serial: Option<MfaSerial>,
    /// Seconds.
    pub duration: Option<u32>,
    /// The section to write to, if one was chosen; remembered when it works.
    pub target: Option<ProfileName>,
    /// Whether a good session is kept.
    pub when: When,
}

/// The session the target holds now.
#[derive(Debug)]
pub struct Refreshed {
    /// The profile.
    pub profile: ProfileName,
    /// The section.
    pub target: ProfileName,
    /// The id of the session's key.
    pub access_key_id: AccessKeyId,
    /// When it ends.
    pub expires_at: Option<Timestamp>,
    /// False: it was good already, or someone else made it.
    pub made: bool,
    /// What did not work beside the session itself.
    pub warnings: Vec<Problem>,
}

/// Why there is no session.
#[derive(Debug, thiserror::Error)]
pub enum RefreshError {
    /// See [`LoadError`].
    #[error(transparent)]
    Load(#[from] LoadError),
    /// No such profile.
    #[error("there is no profile {0}")]
    UnknownProfile(ProfileName),
    /// The profile, its settings or its target stand in the way.
    #[error("{}", .0.message)]
    Profile(Problem),
    /// The target section is not ours to write.
    #[error("{}", .0.message)]
    Target(Problem),
    /// Everything is ready but the code.
    #[error("a code of the MFA device {} is needed", .0.device_name())]
    CodeNeeded(MfaSerial),
    /// The user has several devices.
    #[error("the user has {} MFA devices: which one?", .0.len())]
    ChooseDevice(Vec<MfaSerial>),
    /// The user's device cannot be found out.
    #[error("the MFA device of {profile} is not known: {reason}")]
    SerialNeeded {
        /// The profile.
        profile: ProfileName,
        /// Why it could not be asked for.
        reason: String,
    },
    /// Outside what STS accepts.
    #[error("a session lasts from 900 to 129600 seconds, not {0}")]
    Duration(u32),
    /// See [`CodeRefused`].
    #[error(transparent)]
    Code(#[from] CodeRefused),
    /// See [`AwsError`].
    #[error("{message}")]
    Aws {
        /// The call's error.
        source: AwsError,
        /// It in a person's words.
        message: String,
        /// The next step.
        hint: String,
    },
    /// See [`WriteError`].
    #[error(transparent)]
    Write(#[from] WriteError),
    /// See [`LockError`].
    #[error(transparent)]
    Lock(#[from] LockError),
    /// The ledger could not be written, so the code was not sent.
    #[error("the code was not sent, because its use could not be written down: {0}")]
    Ledger(StateError),
}

/// Sees to it that the target of the request's profile holds a good session.
///
/// # Errors
/// [`RefreshError`]; every file is then what it was, unless the session itself was made and could not be written.
pub fn refresh(world: &World, request: &Request) -> Result<Refreshed, RefreshError> {
    let loaded = world.load()?;
    let prepared = prepare(&loaded, request)?;
    if let Some(session) = good_session(world, &loaded, &prepared.target, request.when) {
        return Ok(prepared.kept(session));
    }
    let serial = device(world, &loaded, &prepared, request)?;
    // The device's partition is compared with the region before a code is spent.
    let caller = prepared.caller(world, &loaded, Some(&serial))?;
    rehearse(world, &prepared)?;
    let Some(code) = &request.code else {
        return Err(RefreshError::CodeNeeded(serial));
    };

    let real = file::real_path(&world.paths.credentials);
    let locks = world.state.locks();
    let _target = lock::take(
        &locks,
        Subject::Target(&real, prepared.target.section.as_str()),
        lock::PATIENCE,
    )?;
    let loaded = world.load()?;
    if let Some(session) = good_session(world, &loaded, &prepared.target, request.when) {
        return Ok(prepared.kept(session));
    }
    let request_to_sts = SessionTokenRequest {
        serial: &serial,
        code,
        duration: prepared.duration,
    };
    let issued_at = world.clock.now();
    let credentials = {
        let device = lock::take(&locks, Subject::Device(&serial), lock::PATIENCE)?;
        call(world, &loaded, &prepared, &caller, &request_to_sts, &device)?
    };
    {
        let _file = lock::take(&locks, Subject::File(&real), lock::PATIENCE)?;
        let section = prepared.target.section.as_str();
        session::with_changes(&credentials, prepared.target.format, |changes| {
            aws_files::edit(&world.paths.credentials, section, changes)
        })?;
    }
    let made = MadeSession {
        issued_at,
        expires_at: credentials.expires_at,
    };
    let mut warnings = Vec::new();
    note(&mut warnings, world.state.remember_session(&credentials.key.id, &made));
    create_target_profile(world, &loaded, &prepared, &mut warnings);
    remember_choices(world, &prepared, request, &mut warnings);
    learn_identity(world, &prepared, &credentials, &caller);
    Ok(Refreshed {
        profile: prepared.entry.name.clone(),
        target: prepared.target.section.clone(),
        access_key_id: credentials.key.id,
        expires_at: Some(credentials.expires_at),
        made: true,
        warnings,
    })
}

/// What is known before a device or a code is.
struct Prepared<'a> {
    entry: &'a Entry,
    target: Target,
    key: AccessKey,
    duration: u32,
}

impl Prepared<'_> {
    fn kept(&self, session: Session) -> Refreshed {
        Refreshed {
            profile: self.entry.name.clone(),
            target: self.target.section.clone(),
            access_key_id: session.access_key_id,
            expires_at: session.expires_at,
            made: false,
            warnings: Vec::new(),
        }
    }

    fn caller(&self, world: &World, loaded: &Loaded, serial: Option<&MfaSerial>) -> Result<Caller, RefreshError> {
        let none = Properties::default();
        let own = loaded.files.profile(&self.entry.section).unwrap_or(&none);
        // Of a pair, region and endpoint may stand with the short name.
        let shown = loaded.files.profile(&self.entry.name).unwrap_or(own);
        let properties = if own.has("region") { own } else { shown };
        let endpoint = endpoint(
            &world.endpoints,
            &loaded.files,
            properties,
            serial.and_then(MfaSerial::arn),
        )
        .map_err(RefreshError::Profile)?;
        Ok(Caller {
            key: self.key.clone(),
            endpoint,
        })
    }
}

fn prepare<'a>(loaded: &'a Loaded, request: &Request) -> Result<Prepared<'a>, RefreshError> {
    let entry = loaded
        .catalog
        .find(&request.profile)
        .ok_or_else(|| RefreshError::UnknownProfile(request.profile.clone()))?;
    match &entry.kind {
        Kind::IamUser => {}
        Kind::Role(_) => return Err(RefreshError::Profile(status::role_sessions_not_yet(&entry.name))),
        Kind::Incomplete(problem) => return Err(RefreshError::Profile(problem.clone())),
        Kind::Managed { by } => {
            let message = format!("{} is managed by {by}, which gets its credentials itself", entry.name);
            return Err(RefreshError::Profile(Problem::new(
                "managed",
                message,
                format!("use {by} for this profile"),
            )));
        }
    }
    let is_pair = entry.name != entry.section;
    let target = target::choose(&entry.name, is_pair, request.target.as_ref(), &loaded.settings)
        .ok_or_else(|| RefreshError::Target(status::no_target(&entry.name)))?;
    target::check(
        &loaded.files,
        &entry.name,
        &target,
        loaded.catalog.shared_with(entry, &target),
    )
    .map_err(RefreshError::Target)?;
    let incomplete = || RefreshError::UnknownProfile(request.profile.clone());
    let properties = loaded.files.profile(&entry.section).ok_or_else(incomplete)?;
    let id = properties
        .text("aws_access_key_id")
        .and_then(|id| AccessKeyId::parse(id).ok())
        .ok_or_else(incomplete)?;
    let secret = properties
        .secret("aws_secret_access_key")
        .cloned()
        .ok_or_else(incomplete)?;
    let configured = || properties.text("duration_seconds").and_then(|text| text.parse().ok());
    let duration = request.duration.or_else(configured).unwrap_or(DEFAULT_DURATION);
    if !DURATIONS.contains(&duration) {
        return Err(RefreshError::Duration(duration));
    }
    Ok(Prepared {
        entry,
        target,
        key: AccessKey {
            id,
            secret,
            session_token: None,
        },
        duration,
    })
}

fn good_session(world: &World, loaded: &Loaded, target: &Target, when: When) -> Option<Session> {
    if when == When::Always {
        return None;
    }
    let made = world.state.made_sessions();
    let session = Session::read(loaded.files.profile(&target.section)?, |id| {
        made.get(id.as_str()).cloned()
    })?;
    (session.state(world.clock.now()) == State::Active).then_some(session)
}

/// The device whose code is asked for: chosen now, known, or the only one IAM lists.
fn device(
    world: &World,
    loaded: &Loaded,
    prepared: &Prepared<'_>,
    request: &Request,
) -> Result<MfaSerial, RefreshError> {
    if let Some(serial) = request.serial.as_ref().or(prepared.entry.serial.as_ref()) {
        return if serial.is_fido() {
            Err(RefreshError::Profile(fido()))
        } else {
            Ok(serial.clone())
        };
    }
    let caller = prepared.caller(world, loaded, None)?;
    let reply = world.aws.mfa_devices(&caller);
    remember_clock(world, reply.server_time);
    let all = match reply.result {
        Ok(all) => all,
        Err(AwsError::Refused(refusal)) if refusal.reason == Reason::Denied => {
            let reason = "no policy lets the user list MFA devices".to_owned();
            return Err(RefreshError::SerialNeeded {
                profile: prepared.entry.name.clone(),
                reason,
            });
        }
        Err(error) => return Err(explain(world, loaded, prepared, error)),
    };
    let usable: Vec<MfaSerial> = all.iter().filter(|serial| !serial.is_fido()).cloned().collect();
    match usable.as_slice() {
        [] if all.is_empty() => Err(RefreshError::Profile(Problem::new(
            "no-device",
            format!("the IAM user of {} has no MFA device", prepared.entry.name),
            "add a virtual MFA device to the user in the IAM console, then try again",
        ))),
        [] => Err(RefreshError::Profile(fido())),
        [only] => {
            // Not knowing it again only costs a call.
            let _ = world.state.remember_device(&prepared.key.id, only);
            Ok(only.clone())
        }
        _ => Err(RefreshError::ChooseDevice(usable)),
    }
}

fn fido() -> Problem {
    Problem::new(
        "fido-only",
        "the user's MFA device is a security key or passkey, and STS takes no code from those",
        "add a virtual MFA device to the user, or use `aws login`",
    )
}

/// Finds out whether the session could be written, before a code is spent on it.
fn rehearse(world: &World, prepared: &Prepared<'_>) -> Result<(), RefreshError> {
    let stand_in = SessionCredentials {
        key: AccessKey {
            id: prepared.key.id.clone(),
            secret: "x".into(),
            session_token: Some("x".into()),
        },
        expires_at: world.clock.now(),
    };
    let section = prepared.target.section.as_str();
    session::with_changes(&stand_in, prepared.target.format, |changes| {
        aws_files::rehearse(&world.paths.credentials, section, changes)
    })?;
    Ok(())
}

fn call(
    world: &World,
    loaded: &Loaded,
    prepared: &Prepared<'_>,
    caller: &Caller,
    request: &SessionTokenRequest<'_>,
    device: &Guard,
) -> Result<SessionCredentials, RefreshError> {
    let mut ledger = Ledger::open(&world.state, request.serial, device);
    let now = world.clock.now();
    ledger.check(request.code, now)?;
    ledger.record(request.code, now).map_err(RefreshError::Ledger)?;
    let Reply { result, server_time } = world.aws.session_token(caller, request);
    remember_clock(world, server_time);
    if let Err(AwsError::Unreachable { .. } | AwsError::NotMade(_)) = result {
        // If this fails the code merely stays used.
        let _ = ledger.take_back();
    }
    let credentials = result.map_err(|error| explain(world, loaded, prepared, error))?;
    if credentials.expires_at <= server_time.unwrap_or(now) {
        return Err(explain(
            world,
            loaded,
            prepared,
            AwsError::NotAws("the session in it is already over"),
        ));
    }
    Ok(credentials)
}

fn remember_clock(world: &World, server_time: Option<Timestamp>) {
    let now = world.clock.now();
    let Some(server_time) = server_time else { return };
    let seconds = server_time.duration_since(now).as_secs();
    let known = world.state.clock_offset();
    let is_news = known.map_or(seconds.abs() > CLOCK_TOLERANCE, |known| {
        (known.seconds - seconds).abs() > 5
    });
    if is_news {
        // Only a warning hangs on it.
        let _ = world.state.remember_clock_offset(ClockOffset {
            seconds,
            measured_at: now,
        });
    }
}

/// Puts a call's error into a person's words.
fn explain(world: &World, loaded: &Loaded, prepared: &Prepared<'_>, source: AwsError) -> RefreshError {
    let offset = world.state.clock_offset().map_or(0, |offset| offset.seconds);
    let (mut message, mut hint) = match &source {
        AwsError::Refused(refusal) => {
            let own = refusal.reason.message().map(str::to_owned);
            (
                own.unwrap_or_else(|| format!("AWS refused: {} ({})", refusal.message, refusal.code)),
                refusal.reason.hint().to_owned(),
            )
        }
        AwsError::Throttled | AwsError::ServerFault(_) => {
            (source.to_string(), "wait a minute, then use the next code".to_owned())
        }
        AwsError::NotAws(_) => (
            source.to_string(),
            "check whether a captive portal or proxy answers instead of AWS, then use the next code".to_owned(),
        ),
        AwsError::ProxyAuthentication => (
            source.to_string(),
            "put the user name and password into HTTPS_PROXY".to_owned(),
        ),
        AwsError::Unreachable { .. } => (
            source.to_string(),
            "check the network, then try again; the code was not sent".to_owned(),
        ),
        AwsError::Unanswered { .. } => (
            source.to_string(),
            "check the network, then use the next code: this one may have arrived".to_owned(),
        ),
        AwsError::NotMade(_) => (source.to_string(), "check the profile's region and endpoint".to_owned()),
    };
    if let AwsError::Refused(refusal) = &source {
        if matches!(refusal.reason, Reason::CodeRejected | Reason::ClockSkew) && offset.abs() > CLOCK_TOLERANCE {
            hint = clock_sentence(offset) + "; set it, then try again";
        }
        if refusal.reason == Reason::KeyNotAccepted
            && let Some(account) = account_of(world, loaded, prepared)
        {
            message = format!("{message}; it belongs to the account {account}");
        }
    }
    RefreshError::Aws { source, message, hint }
}

/// How wrong the clock is, in words. `offset` is what must be added to it, in seconds.
pub fn clock_sentence(offset: i64) -> String {
    let direction = if offset > 0 { "slow" } else { "fast" };
    let amount = SignedDuration::from_secs(offset.abs());
    let amount = match amount.as_secs() {
        0..120 => format!("{} s", amount.as_secs()),
        120..7200 => format!("{} min", amount.as_mins()),
        _ => format!("{} h", amount.as_hours()),
    };
    format!("this computer's clock is {amount} {direction} (AWS says so)")
}

/// Asks, with the session of some other profile, whose the key is that AWS does not accept.
fn account_of(world: &World, loaded: &Loaded, prepared: &Prepared<'_>) -> Option<String> {
    let now = world.clock.now();
    let (properties, session) = loaded.catalog.entries.iter().find_map(|entry| {
        let properties = loaded.files.profile(&entry.target.as_ref()?.section)?;
        let session =
            Session::read(properties, |_| None).filter(|session| session.expires_at.is_some_and(|end| end > now))?;
        Some((properties, session))
    })?;
    let key = AccessKey {
        id: session.access_key_id,
        secret: properties.secret("aws_secret_access_key")?.clone(),
        session_token: properties.secret("aws_session_token").cloned(),
    };
    let endpoint = endpoint(&world.endpoints, &loaded.files, properties, None).ok()?;
    world
        .aws
        .access_key_account(&Caller { key, endpoint }, &prepared.key.id)
        .result
        .ok()
}

/// Creates `[profile TARGET]` with the source's region and output, only where there is none.
fn create_target_profile(world: &World, loaded: &Loaded, prepared: &Prepared<'_>, warnings: &mut Vec<Problem>) {
    let section = &prepared.target.section;
    if loaded.files.in_config(section) {
        return;
    }
    let Some(source) = loaded.files.profile(&prepared.entry.section) else {
        return;
    };
    let changes: Vec<Change<'_>> = ["region", "output"]
        .iter()
        .filter_map(|key| Some(Change::Set(key, source.text(key)?)))
        .collect();
    if changes.is_empty() {
        return;
    }
    let header = match section.as_str() {
        "default" => "default".to_owned(),
        name if name.contains(' ') => format!("profile \"{name}\""),
        name => format!("profile {name}"),
    };
    let path = world.paths.of(FileKind::Config);
    let lock = lock::take(
        &world.state.locks(),
        Subject::File(&file::real_path(path)),
        lock::PATIENCE,
    );
    let written = lock
        .map_err(RefreshError::from)
        .and_then(|_lock| Ok(aws_files::edit(path, &header, &changes)?));
    if let Err(error) = written {
        let hint = format!("the session works; add region to [{header}] yourself");
        warnings.push(Problem::new(
            "config",
            format!("[{header}] was not added to the config file: {error}"),
            hint,
        ));
    }
}

fn remember_choices(world: &World, prepared: &Prepared<'_>, request: &Request, warnings: &mut Vec<Problem>) {
    let choices = [
        request.target.clone().map(Setting::Target),
        request.serial.clone().map(Setting::Device),
    ];
    for choice in choices.into_iter().flatten() {
        if let Err(error) = settings::set(&world.settings, &prepared.entry.name, &choice) {
            warnings.push(error.problem());
        }
    }
}

/// Asks once per key who it is. Nothing hangs on the answer but what is shown.
fn learn_identity(world: &World, prepared: &Prepared<'_>, credentials: &SessionCredentials, caller: &Caller) {
    let id = &prepared.key.id;
    if world
        .state
        .known_keys()
        .get(id.as_str())
        .is_some_and(|known| known.arn.is_some())
    {
        return;
    }
    let session = Caller {
        key: credentials.key.clone(),
        endpoint: caller.endpoint.clone(),
    };
    if let Ok(identity) = world.aws.caller_identity(&session).result {
        let _ = world.state.remember_identity(id, &identity);
    }
}

fn note(warnings: &mut Vec<Problem>, result: Result<(), StateError>) {
    if let Err(error) = result {
        warnings.push(Problem::new(
            "state",
            error.to_string(),
            "the session works; check the state folder",
        ));
    }
}
