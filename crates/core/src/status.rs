//! What the tray, the window, `list` and `status` show of each profile, at one instant. Never calls out.

use std::collections::BTreeMap;

use jiff::Timestamp;

use crate::catalog::{Entry, Kind};
use crate::problem::Problem;
use crate::profile::{Arn, ProfileName, default_region};
use crate::session::{Session, State};
use crate::state::{EnrolledDevice, KnownKey, MadeSession, StateFolder};
use crate::target;
use crate::world::Loaded;

/// One profile with its session.
#[derive(Debug, Clone)]
pub struct Row {
    /// The entry's name.
    pub name: ProfileName,
    /// What it is.
    pub kind: Kind,
    /// How its session stands.
    pub state: State,
    /// The session, if there is one.
    pub session: Option<Session>,
    /// The section its sessions go to.
    pub target: Option<ProfileName>,
    /// Twelve digits.
    pub account: Option<String>,
    /// The IAM user's name.
    pub user: Option<String>,
    /// Of the profile, else its partition's default.
    pub region: Option<String>,
    /// Its MFA device.
    pub mfa_serial: Option<String>,
    /// Whether the device's seed is in the keychain.
    pub enrolled: bool,
    /// Of that seed.
    pub fingerprint: Option<String>,
    /// Stands first.
    pub favourite: bool,
    /// What is wrong.
    pub problem: Option<Problem>,
}

impl Row {
    /// The word `list --json` uses for the kind.
    pub fn kind_word(&self) -> &'static str {
        match self.kind {
            Kind::IamUser => "iam-user",
            Kind::Role(_) => "role",
            Kind::Managed { .. } => "managed",
            Kind::Incomplete(_) => "incomplete",
        }
    }

    /// When its session ends.
    pub fn expires_at(&self) -> Option<Timestamp> {
        self.session.as_ref().and_then(|session| session.expires_at)
    }
}

/// All rows, in file order, favourites first.
pub fn rows(loaded: &Loaded, state: &StateFolder, now: Timestamp) -> Vec<Row> {
    let memory = Memory::read(state);
    let mut rows: Vec<Row> = loaded
        .catalog
        .entries
        .iter()
        .map(|entry| row(loaded, entry, &memory, now))
        .collect();
    rows.sort_by_key(|row| !row.favourite);
    rows
}

/// What the state folder remembers, read once for all rows.
struct Memory {
    known: BTreeMap<String, KnownKey>,
    made: BTreeMap<String, MadeSession>,
    enrolled: BTreeMap<String, EnrolledDevice>,
}

impl Memory {
    fn read(state: &StateFolder) -> Memory {
        Memory {
            known: state.known_keys(),
            made: state.made_sessions(),
            enrolled: state.enrolled_devices(),
        }
    }
}

fn row(loaded: &Loaded, entry: &Entry, memory: &Memory, now: Timestamp) -> Row {
    let Memory { known, made, enrolled } = memory;
    let properties = loaded.files.profile(&entry.section);
    // A session without a source (`aws configure mfa-login` leaves such) stands in its own section.
    let holder = entry.target.as_ref().map_or(&entry.section, |target| &target.section);
    let source = properties.and_then(|properties| properties.text("aws_access_key_id"));
    let session = loaded
        .files
        .profile(holder)
        .and_then(|section| Session::read(section, source, |id| made.get(id.as_str()).cloned()));
    let state = match (&entry.kind, &session) {
        (Kind::Managed { .. }, _) => State::Unknown,
        (_, Some(session)) => session.state(now),
        (_, None) => State::None,
    };
    let key = properties
        .and_then(|properties| properties.text("aws_access_key_id"))
        .and_then(|id| known.get(id));
    let role = match &entry.kind {
        Kind::Role(role) => Arn::parse(&role.arn),
        _ => None,
    };
    let device = entry.serial.as_ref().and_then(|serial| serial.arn());
    let account = role
        .or(device)
        .map(|arn| arn.account.to_owned())
        .or_else(|| key?.account.clone());
    let known_user = key
        .and_then(|key| Arn::parse(key.arn.as_deref()?))
        .filter(|arn| arn.resource.starts_with("user/"));
    let user = known_user
        .or(device)
        .filter(|_| role.is_none())
        .map(|arn| arn.name().to_owned());
    let device_kept = entry.serial.as_ref().and_then(|serial| enrolled.get(serial.as_str()));
    let session_maker = matches!(entry.kind, Kind::IamUser | Kind::Role(_));
    let region = loaded.text(entry, "region").map(str::to_owned).or_else(|| {
        session_maker.then(|| default_region(role.or(device).map_or("aws", |arn| arn.partition)).to_string())
    });
    Row {
        name: entry.name.clone(),
        state,
        session,
        target: entry.target.as_ref().map(|target| target.section.clone()),
        account,
        user,
        region,
        mfa_serial: entry.serial.as_ref().map(ToString::to_string),
        enrolled: device_kept.is_some(),
        fingerprint: device_kept.map(|device| device.fingerprint.clone()),
        favourite: loaded.settings.is_favourite(&entry.name),
        problem: problem(loaded, entry),
        kind: entry.kind.clone(),
    }
}

fn problem(loaded: &Loaded, entry: &Entry) -> Option<Problem> {
    match &entry.kind {
        Kind::Incomplete(problem) => Some(problem.clone()),
        Kind::Role(_) => Some(role_sessions_not_yet(&entry.name)),
        Kind::Managed { .. } => None,
        Kind::IamUser => {
            let Some(target) = &entry.target else {
                return Some(no_target(&entry.name));
            };
            target::check(
                &loaded.files,
                &entry.name,
                target,
                loaded.catalog.shared_with(entry, target),
            )
            .err()
        }
    }
}

pub(crate) fn no_target(name: &ProfileName) -> Problem {
    Problem::new(
        "target",
        format!("the target pattern gives no usable name for {name}"),
        format!("name one yourself: mfa-tray refresh {name} --target NAME"),
    )
}

pub(crate) fn role_sessions_not_yet(name: &ProfileName) -> Problem {
    Problem::new(
        "role-sessions",
        format!("{name} is a role, and this version does not make sessions for roles yet"),
        "refresh its source profile: AWS tools take the role with that session when source_profile names the target",
    )
}
