//! The real loop on a clock that a test turns: a week of a person's life.

use std::path::Path;
use std::sync::mpsc::channel;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use jiff::Timestamp;
use mfa_tray_core::activity::{By, What, events};
use mfa_tray_core::asks;
use mfa_tray_core::aws_files::AwsPaths;
use mfa_tray_core::endpoint::EndpointEnvironment;
use mfa_tray_core::ports::Unavailable;
use mfa_tray_core::profile::{MfaSerial, ProfileName};
use mfa_tray_core::refresh::{Request, refresh};
use mfa_tray_core::schedule::Announcement;
use mfa_tray_core::settings::Settings;
use mfa_tray_core::state::{EnrolledDevice, StateFolder};
use mfa_tray_core::testing::{EasyAws, FakeClock, FakeKeychain};
use mfa_tray_core::totp::Seed;
use mfa_tray_core::vault;
use mfa_tray_core::world::World;
use mfa_tray_system::machine::Told;

use super::attend::Front;
use super::look::Look;
use super::*;
use crate::dto::{Snapshot, State};

const START: &str = "2026-11-23T09:00:00Z";
const SERIAL: &str = "arn:aws:iam::111122223333:mfa/alice";

/// A person's machine, with `auto` (its seed is kept, and it renews itself) and `typed`.
struct Machine {
    desk: Desk,
    clock: FakeClock,
    aws: EasyAws,
    keychain: FakeKeychain,
    said: Mutex<Vec<String>>,
    due: Mutex<Vec<ProfileName>>,
    /// Whether the app starts at login.
    applied: Mutex<bool>,
    last: Mutex<Option<Snapshot>>,
    _folder: tempfile::TempDir,
    raised: Mutex<usize>,
}

fn name(text: &str) -> ProfileName {
    ProfileName::parse(text).unwrap()
}

fn put(path: &Path, text: &str) {
    std::io::Write::write_all(&mut std::fs::File::create(path).unwrap(), text.as_bytes()).unwrap();
}

impl Machine {
    fn new(settings: &str) -> Machine {
        let folder = tempfile::tempdir().unwrap();
        let at = |name: &str| folder.path().join(name);
        let keys = "aws_access_key_id = AKIAIOSFODNN7EXAMPLE\naws_secret_access_key = wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY\n";
        put(
            &at("credentials"),
            &format!("[auto]\n{keys}[typed]\n{}", keys.replace("7EXAMPLE", "8EXAMPLE")),
        );
        let config = format!("[profile auto]\nmfa_serial = {SERIAL}\n[profile typed]\nmfa_serial = GAHT12345678\n");
        put(&at("config"), &config);
        put(&at("settings.toml"), settings);
        let clock = FakeClock::at(START.parse().unwrap());
        let (aws, keychain) = (EasyAws::new(&clock), FakeKeychain::default());
        let world = World {
            clock: Arc::new(clock.clone()),
            aws: Arc::new(aws.clone()),
            keychain: Arc::new(keychain.clone()),
            commands: Arc::new(mfa_tray_core::testing::FakeCommands::default()),
            paths: AwsPaths {
                config: at("config"),
                credentials: at("credentials"),
            },
            state: StateFolder::new(at("state")),
            settings: at("settings.toml"),
            endpoints: EndpointEnvironment::default(),
            by: By::Click,
        };
        let serial = MfaSerial::parse(SERIAL).unwrap();
        let seed = Seed::from_base32(&"JBSWY3DPEHPK3PXP".repeat(4)).unwrap();
        vault::store(&keychain, &serial, &seed).unwrap();
        let enrolled = EnrolledDevice {
            fingerprint: seed.fingerprint(),
            enrolled_at: START.parse().unwrap(),
        };
        world.state.remember_enrolled(&serial, &enrolled).unwrap();
        let (sender, _) = channel();
        Machine {
            desk: Desk::new(world, false, None, sender),
            clock,
            aws,
            keychain,
            said: Mutex::default(),
            due: Mutex::default(),
            applied: Mutex::default(),
            raised: Mutex::default(),
            last: Mutex::default(),
            _folder: folder,
        }
    }

    fn now(&self) -> Timestamp {
        self.desk.world.clock.now()
    }

    fn begin(&self) {
        refresh(&self.desk.world, &Request::of(&name("auto"))).unwrap();
    }

    /// Looks once, as the thread does, and lets the renewals that are due run; says how long it would sleep.
    fn step(&self) -> Option<Duration> {
        let wait = self.desk.step(self, None, None, false, false);
        let due = std::mem::take(&mut *self.due.lock().unwrap());
        for profile in &due {
            self.desk.renew(profile);
        }
        // A renewal nudges the thread.
        if due.is_empty() { wait } else { Some(Duration::ZERO) }
    }

    /// Lives on for so many hours, as the thread does; says how often it woke up.
    fn live(&self, hours: i64) -> usize {
        let end = self.now() + jiff::SignedDuration::from_hours(hours);
        let mut wakes = 0;
        while self.now() < end {
            let left = end.duration_since(self.now()).unsigned_abs();
            let wait = self.step().map_or(left, |wait| wait.min(left));
            self.clock.forward(i64::try_from(wait.as_secs()).unwrap().max(1));
            wakes += 1;
        }
        wakes
    }

    fn state(&self, profile: &str) -> State {
        self.step();
        let last = self.last.lock().unwrap();
        last.as_ref()
            .unwrap()
            .profiles
            .iter()
            .find(|row| row.name == profile)
            .unwrap()
            .state
    }

    fn said(&self) -> Vec<String> {
        self.said.lock().unwrap().clone()
    }
}

impl Front for Machine {
    fn publish(&self, snapshot: Snapshot) {
        *self.last.lock().unwrap() = Some(snapshot);
    }

    fn apply(&self, settings: &Settings) {
        *self.applied.lock().unwrap() = settings.start_at_login();
    }

    fn announce(&self, announcement: &Announcement, look: &Look) {
        let notice = crate::notices::notice(announcement, look.snapshot.language, look.now());
        self.said.lock().unwrap().push(notice.title);
    }

    fn withdraw(&self, _: &str) {}

    fn raise(&self) {
        *self.raised.lock().unwrap() += 1;
    }

    fn renew(&self, profile: ProfileName) {
        self.due.lock().unwrap().push(profile);
    }
}

const RENEW: &str = "[profile.auto]\nrenew = true\nduration = 3600\n";

/// What this process has: pages of memory, and open files.
#[cfg(target_os = "linux")]
fn holdings() -> (u64, usize) {
    let status = std::fs::read_to_string("/proc/self/statm").unwrap();
    let resident: u64 = status.split(' ').nth(1).unwrap().parse().unwrap();
    (resident * 4, std::fs::read_dir("/proc/self/fd").unwrap().count())
}

#[cfg(target_os = "linux")]
#[test]
fn a_week_passes_without_a_word_a_storm_or_a_leak() {
    let machine = Machine::new(&format!("pause_after_hours = 0\n{RENEW}"));
    machine.begin();
    machine.live(12);
    let (memory, handles) = holdings();
    let wakes = machine.live(6 * 24 + 12);
    let (memory_after, handles_after) = holdings();

    assert_eq!(machine.state("auto"), State::Active);
    assert_eq!(machine.said(), [""; 0]);
    // Every 45 minutes of a week.
    assert!(
        (200..240).contains(&machine.aws.made()),
        "{} sessions",
        machine.aws.made()
    );
    assert!(
        wakes <= (6 * 24 + 12) * 60 * 2 + 500,
        "{wakes} wake-ups, more than two a minute"
    );
    assert_eq!(handles_after, handles, "handles");
    assert!(memory_after < memory + 4096, "{memory} kB, then {memory_after} kB");
    let made = events(&machine.desk.world.state);
    assert!(made.iter().all(|event| event.what == What::Made));
    assert_eq!(
        made.iter().filter(|event| event.by == By::Automatic).count(),
        made.len() - 1
    );
    assert_eq!(
        machine.keychain.quiet_reads(),
        made.len() - 1,
        "no renewal may raise a prompt"
    );
}

#[test]
fn without_a_session_it_sleeps_for_ever() {
    let machine = Machine::new("");
    assert_eq!(machine.step(), None);
}

#[test]
fn a_lock_holds_renewal_and_words_and_the_unlocking_person_finds_it_done() {
    let machine = Machine::new(RENEW);
    machine.begin();
    machine.step();
    machine.desk.heard(Told::Locked);
    machine.live(3);
    assert_eq!(machine.aws.made(), 1);
    assert_eq!(machine.state("auto"), State::Expired);
    machine.desk.heard(Told::Unlocked);
    assert_eq!(machine.state("auto"), State::Expired);
    assert_eq!(machine.state("auto"), State::Active);
    assert_eq!(machine.said(), [""; 0]);
}

#[test]
fn after_a_night_without_network_the_first_minute_online_makes_it_good() {
    let machine = Machine::new(RENEW);
    machine.begin();
    machine.step();
    machine.aws.set_reachable(false);
    machine.live(9);
    assert_eq!(
        machine.said(),
        ["The session of auto was not renewed", "The session of auto is over"]
    );
    let problem = machine.last.lock().unwrap().as_ref().unwrap().profiles[0]
        .renewal_problem
        .clone();
    assert!(problem.unwrap().message.contains("network"));
    machine.aws.set_reachable(true);
    machine.desk.heard(Told::Online);
    machine.step();
    assert_eq!(machine.state("auto"), State::Active);
    assert_eq!(machine.said().len(), 2);
}

#[test]
fn a_locked_keychain_is_told_once_and_asked_again_only_when_somebody_is_there() {
    let machine = Machine::new(RENEW);
    machine.begin();
    machine.step();
    machine.keychain.fail(Unavailable::Locked);
    machine.live(5);
    assert_eq!(machine.keychain.quiet_reads(), 1);
    assert_eq!(machine.said()[0], "The session of auto was not renewed");
    machine.keychain.work();
    machine.desk.used();
    machine.step();
    assert_eq!(machine.state("auto"), State::Active);
}

#[test]
fn a_sleep_of_thirty_days_ends_with_one_renewal() {
    let machine = Machine::new(RENEW);
    machine.begin();
    machine.step();
    machine.clock.forward(30 * 86_400);
    machine.desk.heard(Told::Resumed);
    machine.live(1);
    assert_eq!((machine.aws.made(), machine.said().len()), (3, 0));
}

#[test]
fn what_was_said_is_kept_for_the_next_start() {
    let machine = Machine::new("[profile.auto]\nduration = 3600\n");
    machine.begin();
    machine.live(2);
    assert_eq!(machine.said(), ["auto ends in 10 min", "The session of auto is over"]);
    let (sender, _) = channel();
    let again = Desk::new(machine.desk.world.clone(), false, None, sender);
    again.step(&machine, None, None, false, false);
    assert_eq!(machine.said().len(), 2);
}

#[test]
fn broken_settings_renew_nothing_and_are_told() {
    let machine = Machine::new(&format!("start_at_login = true\ntheme = \"dark\"\n{RENEW}"));
    machine.begin();
    machine.step();
    put(&machine.desk.world.settings, "[profile.auto]\nrenew = yes\n");
    machine.live(2);
    assert_eq!(machine.aws.made(), 1);
    let banners = machine.last.lock().unwrap().as_ref().unwrap().banners.clone();
    assert_eq!(banners.len(), 1);
    assert!(
        banners[0].problem.message.contains("line 2"),
        "{}",
        banners[0].problem.message
    );
    assert!(*machine.applied.lock().unwrap(), "what was in effect stays so");
    let preferences = machine.last.lock().unwrap().as_ref().unwrap().preferences.clone();
    assert_eq!(preferences.theme, crate::dto::Theme::Dark);
}

#[test]
fn one_question_is_raised_at_a_time_and_putting_it_away_tells_who_waits() {
    let machine = Machine::new("");
    let state = &machine.desk.world.state;
    let ask = |profile: &str, device: &str| {
        let device = MfaSerial::parse(device).unwrap();
        let until = machine.now() + jiff::SignedDuration::from_secs(50);
        asks::ask(state, &name(profile), Some(&device), machine.now(), until).unwrap();
    };
    machine.step();
    assert_eq!(*machine.raised.lock().unwrap(), 0);
    ask("typed", "GAHT12345678");
    machine.clock.forward(1);
    ask("auto", SERIAL);
    machine.step();
    machine.step();
    assert_eq!(*machine.raised.lock().unwrap(), 1, "the second waits for its turn");
    {
        let last = machine.last.lock().unwrap();
        let snapshot = last.as_ref().unwrap();
        assert_eq!(snapshot.ask.as_ref().unwrap().profile, "typed");
        assert!(snapshot.profiles.iter().all(|profile| profile.asked_until.is_some()));
    }
    machine.desk.put_away();
    let device = MfaSerial::parse("GAHT12345678").unwrap();
    assert!(asks::dismissed(state, &name("typed"), Some(&device), machine.now()).is_some());
    machine.step();
    assert_eq!(*machine.raised.lock().unwrap(), 2, "now the other");
    asks::done(state, &name("auto")).unwrap();
    machine.step();
    machine.desk.put_away();
    assert!(
        asks::dismissed(state, &name("auto"), None, machine.now()).is_none(),
        "what was answered cannot be put away"
    );
}

#[test]
fn a_question_goes_when_nobody_waits_any_more() {
    let machine = Machine::new("");
    let state = &machine.desk.world.state;
    let until = machine.now() + jiff::SignedDuration::from_secs(50);
    asks::ask(state, &name("typed"), None, machine.now(), until).unwrap();
    let sleep = machine.step().unwrap();
    assert!(sleep <= Duration::from_secs(51), "{sleep:?}");
    machine.clock.forward(51);
    assert_eq!(machine.step(), None, "nothing is waited for");
    let last = machine.last.lock().unwrap();
    assert!(
        last.as_ref()
            .unwrap()
            .profiles
            .iter()
            .all(|profile| profile.asked_until.is_none())
    );
}
