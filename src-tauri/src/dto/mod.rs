//! What crosses to the window: the only types here that serialise. No secret is among them, and a test of the
//! architecture keeps it so. The TypeScript twins in `ui/src/api/types.ts` are generated from these by `cargo test`.

mod account;
mod activity;
mod arrange;
mod enrolment;
mod failure;
mod preferences;
mod round;

use jiff::Timestamp;
use mfa_tray_core::catalog::Kind as CoreKind;
use mfa_tray_core::problem::Problem as CoreProblem;
use mfa_tray_core::session::{State as CoreState, rfc3339};
use mfa_tray_core::status::Row;
use serde::{Deserialize, Serialize};

pub(crate) use account::{
    AccountDone, AccountLeft, AccountPlan, AccountUser, AccountWish, Coverage, PolicyGroup, PolicySetting,
    choices as policy_choices,
};
pub(crate) use activity::Activity;
pub(crate) use arrange::{Arrange, FilePreview, Finding, Preview};
pub(crate) use enrolment::{BackupReport, DeviceCode, Doing, Enrolment, Found, Offer, RestoreReport, Step, Way};
pub(crate) use failure::{Failure, FailureCode, aws_code};
#[cfg(test)]
pub(crate) use preferences::Theme;
pub(crate) use preferences::{Preferences, ProfileChange, SettingsChange};
pub(crate) use round::{Round, RoundAsks, RoundOutcome};

/// How a session stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "kebab-case")]
pub(crate) enum State {
    None,
    Active,
    Expiring,
    Expired,
    Unknown,
}

/// What a profile is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Kind {
    IamUser,
    Role,
    Managed,
    Incomplete,
}

/// What is wrong and what to do.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub(crate) struct Problem {
    pub(crate) code: String,
    pub(crate) message: String,
    pub(crate) hint: Option<String>,
}

/// One row of the list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub(crate) struct Profile {
    pub(crate) name: String,
    pub(crate) kind: Kind,
    pub(crate) managed_by: Option<String>,
    pub(crate) state: State,
    pub(crate) issued_at: Option<String>,
    pub(crate) expires_at: Option<String>,
    /// How many seconds before its end a session counts as expiring.
    #[cfg_attr(test, ts(type = "number"))]
    pub(crate) margin_seconds: i64,
    pub(crate) target: Option<String>,
    pub(crate) account: Option<String>,
    pub(crate) user: Option<String>,
    pub(crate) role: Option<String>,
    /// The profile a role is taken from.
    pub(crate) source: Option<String>,
    pub(crate) region: Option<String>,
    pub(crate) mfa_serial: Option<String>,
    pub(crate) enrolled: bool,
    /// The id of its long-term key.
    pub(crate) key_id: Option<String>,
    /// It is in the keychain, and in no file.
    pub(crate) key_in_keychain: bool,
    /// How many days old it is, where that is known.
    #[cfg_attr(test, ts(type = "number | null"))]
    pub(crate) key_days: Option<i64>,
    /// That is too many.
    pub(crate) key_too_old: bool,
    /// AWS's tools ask for its session, which is in the keychain.
    pub(crate) served: bool,
    /// Its session is in `[default]` too.
    pub(crate) is_default: bool,
    /// Its session has its name, and its keys another section.
    pub(crate) converted: bool,
    /// A session can be had without a typed code.
    pub(crate) one_click: bool,
    /// Of the device's seed.
    pub(crate) fingerprint: Option<String>,
    pub(crate) favourite: bool,
    /// A session is being made for it right now.
    pub(crate) refreshing: bool,
    /// A new code is waited for until then.
    pub(crate) waiting_until: Option<String>,
    /// A program waits for a session of it until then.
    pub(crate) asked_until: Option<String>,
    /// How many seconds its sessions last.
    pub(crate) duration_seconds: u32,
    pub(crate) shortest_seconds: u32,
    pub(crate) longest_seconds: u32,
    /// Sessions shall be renewed without being asked.
    pub(crate) renew: bool,
    /// They can be: no code has to be typed.
    pub(crate) renewable: bool,
    /// How many minutes before a session ends the person is told; 0: not.
    pub(crate) notice_minutes: u32,
    /// Why the last automatic renewal has failed.
    pub(crate) renewal_problem: Option<Problem>,
    pub(crate) problem: Option<Problem>,
}

/// The language in force.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub(crate) enum Tongue {
    #[serde(rename = "en")]
    English,
    #[serde(rename = "zh-CN")]
    Chinese,
}

/// What the window is asked to show.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Place {
    Row,
    Settings,
    Round,
}

/// Show this. A new sequence number asks again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub(crate) struct Ask {
    pub(crate) at: Place,
    /// Whose row; empty elsewhere.
    pub(crate) profile: String,
    pub(crate) sequence: u32,
    /// What a refresh from the tray has failed with.
    pub(crate) failure: Option<Failure>,
}

/// What a banner is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Notice {
    Files,
    Clock,
    Network,
    Settings,
    Tray,
    Shortcut,
    Login,
}

/// Something wrong that concerns no single profile.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub(crate) struct Banner {
    pub(crate) about: Notice,
    pub(crate) problem: Problem,
    /// The person may say that this need not be told again.
    pub(crate) dismissible: bool,
}

/// Everything the window shows, at one instant.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub(crate) struct Snapshot {
    pub(crate) now: String,
    pub(crate) profiles: Vec<Profile>,
    pub(crate) banners: Vec<Banner>,
    pub(crate) config_file: String,
    pub(crate) credentials_file: String,
    pub(crate) files_exist: bool,
    pub(crate) practice: bool,
    pub(crate) ask: Option<Ask>,
    pub(crate) enrolment: Option<Enrolment>,
    /// Whether the system asks the person before a seed is shown again.
    pub(crate) can_show_seed: bool,
    /// How many seeds are kept.
    pub(crate) enrolled_devices: u32,
    pub(crate) preferences: Preferences,
    pub(crate) language: Tongue,
    pub(crate) round: Option<Round>,
}

impl Notice {
    /// What it is called where the person does not want to be told again.
    pub(crate) fn word(self) -> &'static str {
        match self {
            Notice::Files => "files",
            Notice::Clock => "clock",
            Notice::Network => "network",
            Notice::Settings => "settings",
            Notice::Tray => "tray",
            Notice::Shortcut => "shortcut",
            Notice::Login => "login",
        }
    }
}

impl From<&CoreProblem> for Problem {
    fn from(problem: &CoreProblem) -> Problem {
        Problem {
            code: problem.code.to_owned(),
            message: sentence(&problem.message),
            hint: problem.hint.as_deref().map(sentence),
        }
    }
}

impl From<CoreState> for State {
    fn from(state: CoreState) -> State {
        match state {
            CoreState::None => State::None,
            CoreState::Active => State::Active,
            CoreState::Expiring => State::Expiring,
            CoreState::Expired => State::Expired,
            CoreState::Unknown => State::Unknown,
        }
    }
}

impl Profile {
    pub(crate) fn new(row: &Row, refreshing: bool, waiting_until: Option<Timestamp>, renewal: Option<&str>) -> Profile {
        let (kind, managed_by, role, source) = match &row.kind {
            CoreKind::IamUser => (Kind::IamUser, None, None, None),
            CoreKind::Role(role) => {
                let name = role.arn.rsplit('/').next().map(str::to_owned);
                (Kind::Role, None, name, role.chain.first().map(ToString::to_string))
            }
            CoreKind::Managed { by } => (Kind::Managed, Some(by.clone()), None, None),
            CoreKind::Incomplete(_) => (Kind::Incomplete, None, None, None),
        };
        let session = row.session.as_ref();
        Profile {
            name: row.name.to_string(),
            kind,
            managed_by,
            state: row.state.into(),
            issued_at: session.and_then(|session| session.issued_at).map(rfc3339),
            expires_at: row.expires_at().map(rfc3339),
            margin_seconds: row.margin.as_secs(),
            target: row.target.as_ref().map(ToString::to_string),
            account: row.account.clone(),
            user: row.user.clone(),
            role,
            source,
            region: row.region.clone(),
            mfa_serial: row.mfa_serial.clone(),
            enrolled: row.enrolled,
            key_id: row.key.as_ref().map(|key| key.id.to_string()),
            key_in_keychain: row.key.as_ref().is_some_and(|key| key.in_keychain),
            key_days: None,
            key_too_old: false,
            served: row.served,
            is_default: row.is_default,
            converted: row.converted,
            one_click: row.one_click,
            fingerprint: row.fingerprint.clone(),
            favourite: row.favourite,
            refreshing,
            waiting_until: waiting_until.map(rfc3339),
            asked_until: None,
            duration_seconds: row.duration,
            shortest_seconds: *row.durations.start(),
            longest_seconds: *row.durations.end(),
            renew: row.renews,
            renewable: row.renewable,
            notice_minutes: row.notice_minutes,
            renewal_problem: renewal.map(|message| Problem {
                code: "renewal".to_owned(),
                message: sentence(message),
                hint: None,
            }),
            problem: row.problem.as_ref().map(Problem::from),
        }
    }
}

/// A message as a window shows it: the command line puts `error: ` before it and needs neither capital nor stop.
fn sentence(text: &str) -> String {
    let mut characters = text.chars();
    let first = characters.next().map(char::to_uppercase).into_iter().flatten();
    let stop = if text.ends_with(['.', '!', '?', ':']) || text.is_empty() {
        ""
    } else {
        "."
    };
    first.chain(characters).collect::<String>() + stop
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;

    use ts_rs::TS as _;

    use super::*;

    #[test]
    fn messages_are_sentences_in_the_window() {
        for (text, shown) in [
            ("set the clock", "Set the clock."),
            ("Done.", "Done."),
            ("", ""),
            ("which one?", "Which one?"),
        ] {
            assert_eq!(sentence(text), shown);
        }
    }

    /// Writes the TypeScript twins; a difference from the committed file shows in `git diff`.
    #[test]
    fn typescript_twins_are_written() {
        let config = ts_rs::Config::default();
        let types = [
            State::decl(&config),
            Kind::decl(&config),
            Problem::decl(&config),
            Arrange::decl(&config),
            Preview::decl(&config),
            FilePreview::decl(&config),
            Finding::decl(&config),
            account::InBoth::decl(&config),
            PolicyGroup::decl(&config),
            account::PolicyParameter::decl(&config),
            account::PolicyStatement::decl(&config),
            PolicySetting::decl(&config),
            AccountWish::decl(&config),
            AccountPlan::decl(&config),
            account::AccountStep::decl(&config),
            account::AccountStepKind::decl(&config),
            AccountDone::decl(&config),
            AccountLeft::decl(&config),
            AccountUser::decl(&config),
            Coverage::decl(&config),
            account::Permission::decl(&config),
            Profile::decl(&config),
            Ask::decl(&config),
            Notice::decl(&config),
            Banner::decl(&config),
            Snapshot::decl(&config),
            FailureCode::decl(&config),
            Failure::decl(&config),
            Way::decl(&config),
            Step::decl(&config),
            Doing::decl(&config),
            Found::decl(&config),
            Enrolment::decl(&config),
            enrolment::Unfinished::decl(&config),
            Offer::decl(&config),
            DeviceCode::decl(&config),
            BackupReport::decl(&config),
            RestoreReport::decl(&config),
            Tongue::decl(&config),
            Place::decl(&config),
            preferences::Language::decl(&config),
            preferences::Theme::decl(&config),
            Preferences::decl(&config),
            SettingsChange::decl(&config),
            ProfileChange::decl(&config),
            activity::ActivityEvent::decl(&config),
            activity::By::decl(&config),
            Activity::decl(&config),
            RoundAsks::decl(&config),
            RoundOutcome::decl(&config),
            Round::decl(&config),
        ];
        let mut text =
            "// Generated from src-tauri/src/dto.rs by `cargo test -p mfa-tray-app`. Do not edit.\n".to_owned();
        types
            .iter()
            .for_each(|declaration| text.push_str(&format!("\nexport {declaration}\n")));
        let text: String = text.lines().map(|line| format!("{}\n", line.trim_end())).collect();
        let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../ui/src/api/types.ts");
        if std::fs::read_to_string(&path).unwrap_or_default() != text {
            std::fs::File::create(&path)
                .unwrap()
                .write_all(text.as_bytes())
                .unwrap();
        }
        assert!(!text.contains("secret_access_key") && !text.contains("session_token"));
    }
}
