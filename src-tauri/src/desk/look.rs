//! One look at everything: the snapshot, and what the schedule decides on.

use std::time::Duration;

use jiff::Timestamp;
use mfa_tray_core::problem::Problem as CoreProblem;
use mfa_tray_core::refresh::{CLOCK_TOLERANCE, clock_sentence};
use mfa_tray_core::schedule::{Around, Watched};
use mfa_tray_core::session::rfc3339;
use mfa_tray_core::settings::Settings;
use mfa_tray_core::status::{self, Row};
use mfa_tray_core::world::LoadError;

use super::asked::Waiting;
use super::{Desk, Kept};
use crate::dto::{Banner, Enrolment, Notice, Preferences, Problem, Profile, Round, Snapshot};
use crate::words;

/// How long a failed call is held against the network.
pub(super) const NETWORK_TROUBLE: Duration = Duration::from_secs(60);

/// Everything at one instant.
pub(crate) struct Look {
    pub(super) now: Timestamp,
    pub(crate) snapshot: Snapshot,
    /// Not known while the files cannot be read.
    pub(super) watched: Option<Vec<Watched>>,
    pub(super) around: Around,
    /// What programs wait for.
    pub(super) waiting: Waiting,
    /// None while the file cannot be used: nobody chose what would hold then.
    pub(super) settings: Option<Settings>,
}

impl Look {
    /// The instant.
    pub(crate) fn now(&self) -> Timestamp {
        self.now
    }
}

impl Desk {
    /// Reads everything and says how it stands now, with the `enrolment` and the `round` under way. Blocks on files.
    pub(crate) fn look(&self, enrolment: Option<Enrolment>, round: Option<Round>) -> Look {
        // As AWS has it: a session ends by that clock, whatever this machine's says.
        let now = self.world.aws_time();
        let mut banners = Vec::new();
        let mut banner = |about, problem: &CoreProblem| {
            banners.push(Banner {
                about,
                problem: Problem::from(problem),
                dismissible: false,
            })
        };
        let mut usable = true;
        let loaded = match self.world.load() {
            Err(LoadError::Settings(error)) => {
                banner(Notice::Settings, &error.problem());
                usable = false;
                // Language, look and the rest stay what they were; only nothing is done by itself.
                let before = self.kept().settings.clone();
                self.world.load_with(before)
            }
            loaded => loaded,
        };
        let (rows, settings) = match &loaded {
            Ok(loaded) => {
                loaded
                    .warnings()
                    .iter()
                    .for_each(|warning| banner(Notice::Files, warning));
                let rows = status::rows(loaded, &self.world.state, now);
                (Some(rows), loaded.settings.clone())
            }
            Err(error) => {
                banner(Notice::Files, &error.problem());
                let settings = Settings::read(&self.world.settings);
                usable &= settings.is_ok();
                (None, settings.unwrap_or_default())
            }
        };
        let clock_offset = self.wrong_clock();
        if let Some(seconds) = clock_offset {
            let hint = "Set the clock; until then codes may be refused and times shown wrong.";
            banner(Notice::Clock, &CoreProblem::new("clock", clock_sentence(seconds), hint));
        }
        let waiting = self.waiting();
        let dismissed = self.world.state.dismissed();
        let mut kept = self.kept();
        if usable {
            kept.settings = settings.clone();
        }
        let trouble = kept
            .network
            .as_ref()
            .filter(|(_, since)| since.elapsed() < NETWORK_TROUBLE);
        banners.extend(trouble.map(|(problem, _)| Banner {
            about: Notice::Network,
            problem: problem.clone(),
            dismissible: false,
        }));
        banners.extend(kept.troubles.iter().filter_map(|(&about, problem)| {
            let dismissible = about == Notice::Tray;
            let told = dismissible && dismissed.contains(about.word());
            (!told).then(|| Banner {
                about,
                problem: problem.clone(),
                dismissible,
            })
        }));
        let mut watched = rows.as_ref().map(|rows| kept.watched(rows));
        if !usable {
            watched.iter_mut().flatten().for_each(|session| session.renews = false);
        }
        let around = Around {
            locked: kept.locked,
            last_use: kept.last_use,
            pause_after: settings.pause_after(),
            clock_offset,
        };
        let paths = &self.world.paths;
        let snapshot = Snapshot {
            now: rfc3339(now),
            profiles: rows
                .iter()
                .flatten()
                .map(|row| kept.profile(row, &waiting, now))
                .collect(),
            banners,
            config_file: paths.config.display().to_string(),
            credentials_file: paths.credentials.display().to_string(),
            files_exist: paths.config.exists() || paths.credentials.exists(),
            practice: self.practice,
            ask: kept.ask.clone(),
            enrolment,
            can_show_seed: self.world.keychain.asks_for_consent(),
            enrolled_devices: u32::try_from(self.world.state.enrolled_devices().len()).unwrap_or(u32::MAX),
            preferences: Preferences::new(&settings, self.world.settings.display().to_string()),
            language: words::tongue(&settings, self.language.as_deref()),
            round,
        };
        Look {
            now,
            snapshot,
            watched,
            around,
            waiting,
            settings: usable.then_some(settings),
        }
    }

    /// The profiles alone.
    pub(crate) fn profiles(&self) -> Vec<Profile> {
        self.look(None, None).snapshot.profiles
    }

    /// How wrong the clock is, in seconds to add, where that is too much.
    fn wrong_clock(&self) -> Option<i64> {
        let offset = self.world.state.clock_offset()?;
        let wrong = offset.seconds.abs() > CLOCK_TOLERANCE && offset.is_fresh(&*self.world.clock);
        wrong.then_some(offset.seconds)
    }
}

impl Kept {
    fn watched(&self, rows: &[Row]) -> Vec<Watched> {
        let busy = |row: &Row| self.refreshing.contains(&row.name) || self.renewing.contains(&row.name);
        rows.iter().filter_map(|row| Watched::of(row, busy(row))).collect()
    }

    fn profile(&self, row: &Row, waiting: &Waiting, now: Timestamp) -> Profile {
        let session = row.session.as_ref().map(|session| session.access_key_id.as_str());
        let failed = session.and_then(|session| self.tries.message(&row.name, session));
        let waiting_until = self.waiting.get(&row.name).copied();
        Profile {
            key_days: row.key.as_ref().and_then(|key| key.days(now)),
            key_too_old: row.key.as_ref().is_some_and(|key| key.too_old(now).is_some()),
            asked_until: waiting.until(&row.name).map(rfc3339),
            ..Profile::new(row, self.refreshing.contains(&row.name), waiting_until, failed)
        }
    }
}
