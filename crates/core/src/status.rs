//! What the tray, the window, `list` and `status` show of each profile, at one instant. Never calls out.

use std::collections::BTreeMap;
use std::ops::RangeInclusive;

use jiff::{SignedDuration, Timestamp};

use crate::catalog::{self, Entry, Kind, Role};
use crate::keys::{LongTermKey, OLD_DAYS};
use crate::plan;
use crate::problem::Problem;
use crate::profile::{AccessKeyId, Arn, ProfileName, default_region};
use crate::refresh::outlook::{self, Memory};
use crate::refresh::prepare;
use crate::session::{Owner, Session, State};
use crate::state::{EnrolledDevice, KnownKey, StateFolder};
use crate::target::{self, Store};
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
    /// Whether AWS's tools ask us for its session, which is in the keychain then.
    pub served: bool,
    /// Whether its session is written to `[default]` too.
    pub is_default: bool,
    /// Whether its session has its name, and its keys stand elsewhere.
    pub converted: bool,
    /// Its long-term key, where it has one of its own.
    pub key: Option<RowKey>,
    /// Whether a session can be had without a typed code.
    pub one_click: bool,
    /// Whether it can be had without anybody there.
    pub renewable: bool,
    /// Of that seed.
    pub fingerprint: Option<String>,
    /// Stands first.
    pub favourite: bool,
    /// How much may be left of its session when that counts as expiring.
    pub margin: SignedDuration,
    /// How many minutes before a session ends the person wants to be told; 0: not before.
    pub notice_minutes: u32,
    /// The same for this session, which may be too short for it.
    pub notice: Option<SignedDuration>,
    /// Whether its sessions shall be renewed without being asked.
    pub renews: bool,
    /// How many seconds its sessions last.
    pub duration: u32,
    /// How many they may last.
    pub durations: RangeInclusive<u32>,
    /// What is wrong.
    pub problem: Option<Problem>,
}

/// The long-term key of a profile.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RowKey {
    /// Its id.
    pub id: AccessKeyId,
    /// When it was made, where that is known.
    pub created_at: Option<Timestamp>,
    /// Whether it is in the keychain, and in no file.
    pub in_keychain: bool,
}

impl RowKey {
    /// How many whole days old it is at `now`, where that is known.
    pub fn days(&self, now: Timestamp) -> Option<i64> {
        Some(now.duration_since(self.created_at?).as_hours() / 24)
    }

    /// The same where it is worth a word.
    pub fn too_old(&self, now: Timestamp) -> Option<i64> {
        self.days(now).filter(|days| *days > OLD_DAYS)
    }
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
    let remembered = Remembered::read(state);
    let mut rows: Vec<Row> = loaded
        .catalog
        .entries
        .iter()
        .map(|entry| row(loaded, entry, &remembered, now))
        .collect();
    rows.sort_by_key(|row| !row.favourite);
    rows
}

/// What the state folder remembers, read once for all rows.
struct Remembered {
    known: BTreeMap<String, KnownKey>,
    enrolled: BTreeMap<String, EnrolledDevice>,
    memory: Memory,
}

impl Remembered {
    fn read(state: &StateFolder) -> Remembered {
        Remembered {
            known: state.known_keys(),
            enrolled: state.enrolled_devices(),
            memory: Memory::read(state),
        }
    }
}

fn row(loaded: &Loaded, entry: &Entry, remembered: &Remembered, now: Timestamp) -> Row {
    let Remembered {
        known,
        enrolled,
        memory,
    } = remembered;
    let taken = match &entry.kind {
        Kind::Role(role) => Some(role),
        _ => None,
    };
    let holder = taken.and_then(Role::root).unwrap_or(&entry.section);
    let long_term = LongTermKey::of(&loaded.files, &loaded.settings, holder);
    // A section may hold a key without its secret.
    let written = || {
        loaded
            .files
            .profile(holder)?
            .text("aws_access_key_id")
            .map(str::to_owned)
    };
    let key_id = long_term.as_ref().map(|key| key.id.to_string()).or_else(written);
    let owner = key_id.as_deref().map(|key| Owner {
        key,
        role: taken.map(|role| role.arn.as_str()),
    });
    let session = match &entry.target {
        Some(target) => memory.sessions.of(&loaded.files, target, owner),
        // A session without a source (`aws configure mfa-login` leaves such) stands in its own section.
        None => memory.sessions.in_section(&loaded.files, &entry.section, owner),
    };
    let state = match (&entry.kind, &session) {
        (Kind::Managed { .. }, _) => State::Unknown,
        (_, Some(session)) => session.state(now, loaded.settings.margin()),
        (_, None) => State::None,
    };
    let key = key_id.as_ref().filter(|_| taken.is_none()).and_then(|id| known.get(id));
    let duration = prepare::duration(loaded, entry);
    let role = taken.and_then(|role| Arn::parse(&role.arn));
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
    let by_itself = device_kept.is_some()
        || taken.is_some_and(|role| {
            let known = outlook::known(loaded, entry, role, duration, entry.serial.is_some(), memory, now);
            !plan::needs_code(&known)
        });
    let has_command = session_maker && loaded.settings.code_command(&entry.name).is_some();
    let one_click = by_itself || has_command;
    let region = loaded.text(entry, "region").map(str::to_owned).or_else(|| {
        session_maker.then(|| default_region(role.or(device).map_or("aws", |arn| arn.partition)).to_string())
    });
    let within = |longest| session.as_ref().map_or(longest, |session| session.margin(longest));
    let minutes = loaded.settings.notice_minutes(&entry.name);
    Row {
        name: entry.name.clone(),
        margin: within(loaded.settings.margin()),
        notice_minutes: minutes,
        notice: (minutes > 0).then(|| within(SignedDuration::from_mins(minutes.into()))),
        renews: loaded.settings.renews(&entry.name),
        duration,
        durations: outlook::durations(loaded, entry, taken, memory),
        state,
        session,
        target: entry.target.as_ref().map(|target| target.section.clone()),
        account,
        user,
        region,
        mfa_serial: entry.serial.as_ref().map(ToString::to_string),
        enrolled: device_kept.is_some(),
        served: entry
            .target
            .as_ref()
            .is_some_and(|target| target.store == Store::Keychain),
        is_default: entry.target.as_ref().is_some_and(|target| target.second.is_some()),
        converted: entry.target.as_ref().is_some_and(|target| target.section == entry.name),
        key: long_term.filter(|_| taken.is_none()).map(|found| RowKey {
            created_at: key.and_then(|key| key.created_at),
            in_keychain: found.is_in_keychain(),
            id: found.id,
        }),
        one_click,
        renewable: by_itself || (has_command && loaded.settings.code_command_is_quiet(&entry.name)),
        fingerprint: device_kept.map(|device| device.fingerprint.clone()),
        favourite: loaded.settings.is_favourite(&entry.name),
        problem: problem(loaded, entry),
        kind: entry.kind.clone(),
    }
}

fn problem(loaded: &Loaded, entry: &Entry) -> Option<Problem> {
    match &entry.kind {
        Kind::Incomplete(problem) => Some(problem.clone()),
        Kind::Managed { .. } => None,
        Kind::IamUser | Kind::Role(_) => {
            if let Some(problem) = entry.serial.as_ref().and_then(catalog::unusable) {
                return Some(problem);
            }
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
