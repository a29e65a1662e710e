//! The schedule over simulated time: days, sleeps, clocks that are set, networks that come and go.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test stops where something is not as expected"
)]

use jiff::{SignedDuration, Timestamp, ToSpan as _};
use mfa_tray_core::profile::ProfileName;
use mfa_tray_core::schedule::{Announcement, Around, Decision, Memory, Tries, Watched, decide};
use proptest::prelude::*;

const DAY: SignedDuration = SignedDuration::from_hours(24);

fn minutes(minutes: i64) -> SignedDuration {
    SignedDuration::from_mins(minutes)
}

fn start() -> Timestamp {
    "2026-11-23T09:00:00Z".parse().unwrap()
}

/// A person's machine with sessions on it.
struct Machine {
    now: Timestamp,
    watched: Vec<Watched>,
    around: Around,
    tries: Tries,
    memory: Memory,
    /// What came of a renewal: none when it works.
    trouble: Option<(bool, &'static str)>,
    made: usize,
    attempts: Vec<Timestamp>,
    said: Vec<(Timestamp, String)>,
    withdrawn: Vec<String>,
}

impl Machine {
    fn new() -> Machine {
        Machine {
            now: start(),
            watched: Vec::new(),
            around: Around {
                locked: false,
                last_use: start(),
                pause_after: None,
                clock_offset: None,
            },
            tries: Tries::default(),
            memory: Memory::default(),
            trouble: None,
            made: 0,
            attempts: Vec::new(),
            said: Vec::new(),
            withdrawn: Vec::new(),
        }
    }

    /// Makes a session of `profile` that lasts so many minutes.
    fn session(mut self, profile: &str, life: i64, renews: bool) -> Machine {
        self.make(profile, minutes(life), renews);
        self
    }

    fn make(&mut self, profile: &str, life: SignedDuration, renews: bool) {
        self.made += 1;
        self.watched.retain(|session| session.profile.as_str() != profile);
        self.watched.push(Watched {
            profile: ProfileName::parse(profile).unwrap(),
            session: format!("ASIAEXAMPLE{:09}", self.made),
            issued_at: Some(self.now),
            expires_at: self.now + life,
            margin: (life / 4).min(minutes(15)),
            notice: Some((life / 4).min(minutes(10))),
            renews,
            busy: false,
        });
    }

    /// Looks once and obeys, as the app does.
    fn look(&mut self) -> Decision {
        let decision = decide(self.now, &self.watched, &self.around, &self.tries, &self.memory);
        self.memory = decision.memory.clone();
        self.withdrawn.extend(decision.withdraw.clone());
        for announcement in &decision.announce {
            self.said.push((self.now, words(announcement)));
        }
        for profile in &decision.renew {
            self.attempts.push(self.now);
            let session = self.watched.iter().find(|session| session.profile == *profile).unwrap();
            let (id, life) = (session.session.clone(), session.expires_at - session.issued_at.unwrap());
            match self.trouble {
                Some((passing, why)) => self.tries.failed(profile, &id, self.now, passing, why.to_owned()),
                None => {
                    self.tries.succeeded(profile);
                    self.make(profile.as_str(), life, true);
                }
            }
        }
        decision
    }

    /// Lives on for `time`, awake: looks at every moment the schedule asks for.
    fn live(&mut self, time: SignedDuration) -> usize {
        let end = self.now + time;
        let mut looks = 0;
        while self.now < end {
            let decision = self.look();
            looks += 1;
            assert!(looks < 10_000, "it never rests");
            let again = if decision.renew.is_empty() {
                decision.wake
            } else {
                Some(self.now + 1.second())
            };
            self.now = again.unwrap_or(end).min(end);
        }
        self.look();
        looks
    }

    fn said(&self) -> Vec<&str> {
        self.said.iter().map(|(_, words)| words.as_str()).collect()
    }
}

fn words(announcement: &Announcement) -> String {
    let names = |endings: &[mfa_tray_core::schedule::Ending]| {
        let names: Vec<_> = endings.iter().map(|ending| ending.profile.as_str()).collect();
        names.join("+")
    };
    match announcement {
        Announcement::Expiring(ending) => format!("{} expiring", ending.profile),
        Announcement::Expired(ending) => format!("{} expired", ending.profile),
        Announcement::Several { expiring, expired } => {
            format!("expiring {} expired {}", names(expiring), names(expired))
        }
        Announcement::RenewalFailed { ending, message } => format!("{} not renewed: {message}", ending.profile),
        Announcement::ClockWrong { seconds } => format!("clock {seconds}"),
    }
}

#[test]
fn a_session_is_spoken_of_before_its_end_and_at_its_end_and_never_again() {
    let mut machine = Machine::new().session("dev", 12 * 60, false);
    let looks = machine.live(DAY);
    let at = |minute: i64| start() + minutes(minute);
    assert_eq!(
        machine.said,
        [
            (at(12 * 60 - 10), "dev expiring".to_owned()),
            (at(12 * 60), "dev expired".to_owned()),
        ]
    );
    assert!(looks < 8, "{looks} looks for one session");
}

#[test]
fn a_session_that_renews_itself_is_renewed_inside_its_margin_and_nothing_is_said() {
    let mut machine = Machine::new().session("dev", 60, true);
    machine.live(DAY);
    assert_eq!(machine.said(), [""; 0]);
    // Each lives for 45 to 46 minutes of its hour.
    assert_eq!(machine.attempts.len(), 31, "{:?}", machine.attempts);
    for pair in machine.attempts.windows(2) {
        let gap = pair[1].duration_since(pair[0]);
        assert!(gap >= minutes(45) && gap <= minutes(47), "{gap:?}");
    }
}

#[test]
fn a_failure_that_may_pass_is_tried_again_with_growing_waits_and_told_once_in_time() {
    let mut machine = Machine::new().session("dev", 12 * 60, true);
    machine.trouble = Some((true, "no network"));
    machine.live(SignedDuration::from_hours(72));
    assert_eq!(machine.said(), ["dev not renewed: no network", "dev expired"]);
    let told_at = machine.said[0].0.duration_since(start());
    assert!(told_at >= minutes(12 * 60 - 10), "{told_at:?}");

    let gaps: Vec<_> = machine
        .attempts
        .windows(2)
        .map(|pair| pair[1].duration_since(pair[0]))
        .collect();
    assert!(
        gaps[0] >= SignedDuration::from_secs(22) && gaps[0] <= SignedDuration::from_secs(38),
        "{gaps:?}"
    );
    assert!(gaps.iter().all(|gap| *gap <= minutes(38)), "{gaps:?}");
    let in_a_minute = machine
        .attempts
        .iter()
        .filter(|at| at.duration_since(machine.attempts[0]) < minutes(1))
        .count();
    assert!(in_a_minute <= 3, "{in_a_minute} tries in a minute");
    assert!(
        machine.attempts.len() < 200,
        "{} tries in three days",
        machine.attempts.len()
    );
}

#[test]
fn a_failure_that_needs_a_person_is_told_at_once_and_not_tried_again_until_something_changes() {
    let mut machine = Machine::new().session("dev", 60, true);
    machine.trouble = Some((false, "the keychain is locked"));
    machine.live(minutes(48));
    assert_eq!(machine.said(), ["dev not renewed: the keychain is locked"]);
    assert_eq!(machine.attempts.len(), 1);
    machine.trouble = None;
    machine.tries.hope();
    machine.live(minutes(1));
    assert_eq!(machine.attempts.len(), 2);
    assert_eq!(machine.said().len(), 1);
    assert_eq!(machine.withdrawn, ["dev"], "what was said is no longer so");
}

#[test]
fn nothing_is_renewed_or_said_while_the_screen_is_locked() {
    let mut machine = Machine::new().session("dev", 60, true).session("typed", 60, false);
    machine.around.locked = true;
    machine.live(minutes(90));
    assert_eq!((machine.attempts.len(), machine.said().len()), (0, 0));
    machine.around.locked = false;
    machine.look();
    assert_eq!(machine.attempts.len(), 1, "it is renewed as soon as somebody is there");
    assert_eq!(machine.said(), ["typed expired"]);
}

#[test]
fn renewal_pauses_when_nobody_has_used_it_for_long_and_goes_on_after() {
    let mut machine = Machine::new().session("dev", 60, true);
    machine.around.pause_after = Some(SignedDuration::from_hours(12));
    machine.live(DAY);
    let last = *machine.attempts.last().unwrap();
    assert!(last < start() + SignedDuration::from_hours(12), "{last}");
    assert_eq!(
        machine.said(),
        ["dev expiring", "dev expired"],
        "the person hears that it ends"
    );
    machine.around.last_use = machine.now;
    let before = machine.attempts.len();
    machine.look();
    assert_eq!(machine.attempts.len(), before + 1);
}

#[test]
fn after_a_sleep_there_is_one_summary() {
    let mut machine = Machine::new()
        .session("a", 60, false)
        .session("b", 90, false)
        .session("c", 12 * 60, false)
        .session("d", 60 * 24 * 31, false);
    machine.look();
    machine.now += minutes(12 * 60 - 5);
    machine.look();
    machine.look();
    assert_eq!(machine.said(), ["expiring c expired a+b"]);

    machine.now += DAY * 30;
    machine.live(minutes(5));
    assert_eq!(machine.said()[1..], ["c expired"], "thirty days later only what is new");
}

#[test]
fn what_was_over_before_we_came_is_nobodys_news_and_is_not_renewed() {
    let mut machine = Machine::new().session("old", 60, true).session("other", 60, false);
    machine.now += DAY;
    machine.live(DAY);
    assert_eq!((machine.said().len(), machine.attempts.len()), (0, 0));
}

#[test]
fn a_restart_says_nothing_twice() {
    let mut machine = Machine::new().session("dev", 60, false);
    machine.live(minutes(55));
    let kept = serde_json::to_string(&machine.memory).unwrap();
    machine.memory = serde_json::from_str(&kept).unwrap();
    machine.live(DAY);
    assert_eq!(machine.said(), ["dev expiring", "dev expired"]);
}

#[test]
fn snooze_is_until_halfway_to_the_end() {
    let mut machine = Machine::new().session("dev", 12 * 60, false);
    machine.live(minutes(12 * 60 - 10));
    let dev = machine.watched[0].profile.clone();
    machine.memory.snooze(&dev, machine.now);
    machine.live(minutes(4));
    assert_eq!(machine.said().len(), 1);
    machine.live(minutes(2));
    assert_eq!(machine.said(), ["dev expiring", "dev expiring"]);
    machine.live(DAY);
    assert_eq!(machine.said()[2..], ["dev expired"]);
}

#[test]
fn a_wrong_clock_is_told_once_until_it_was_right() {
    let mut machine = Machine::new();
    machine.around.clock_offset = Some(300);
    machine.live(DAY);
    machine.around.clock_offset = None;
    machine.live(DAY);
    machine.around.clock_offset = Some(-90);
    machine.live(DAY);
    assert_eq!(machine.said(), ["clock 300", "clock -90"]);
}

#[test]
fn a_clock_that_is_set_says_nothing_twice_and_raises_no_storm() {
    for jump in [DAY, -DAY, minutes(61), minutes(-61), DAY * 30, DAY * -30] {
        let mut machine = Machine::new()
            .session("typed", 12 * 60, false)
            .session("auto", 60, true);
        machine.live(minutes(30));
        machine.now += jump;
        machine.live(minutes(60));
        machine.now -= jump;
        machine.live(DAY);
        let mut said = machine.said();
        said.sort_unstable();
        let count = said.len();
        said.dedup();
        assert_eq!(said.len(), count, "{jump:?}: {:?}", machine.said);
        assert!(
            machine.attempts.len() < 60,
            "{jump:?}: {} renewals",
            machine.attempts.len()
        );
    }
}

#[test]
fn a_clock_that_makes_every_session_look_over_stops_renewal() {
    let mut machine = Machine::new().session("dev", 60, true);
    machine.look();
    // A day ahead, and nobody knows: new sessions end before they were made.
    machine.now += DAY;
    for session in &mut machine.watched {
        session.issued_at = Some(machine.now);
    }
    machine.live(DAY);
    assert_eq!(machine.attempts.len(), 0);
}

#[test]
fn the_hour_that_comes_twice_and_the_one_that_does_not_come_change_nothing() {
    // In Berlin, clocks go back on 2026-10-25 at 01:00 UTC and forward on 2027-03-28 at 01:00 UTC.
    for begin in ["2026-10-24T20:00:00Z", "2027-03-27T20:00:00Z"] {
        let mut machine = Machine::new();
        machine.now = begin.parse().unwrap();
        machine.around.last_use = machine.now;
        let mut machine = machine.session("dev", 8 * 60, false).session("auto", 60, true);
        machine.live(SignedDuration::from_hours(12));
        assert_eq!(machine.said(), ["dev expiring", "dev expired"]);
        assert_eq!(machine.attempts.len(), 15);
    }
}

#[test]
fn a_session_that_an_editor_takes_away_for_a_moment_is_not_new_after() {
    let mut machine = Machine::new().session("dev", 60, false);
    machine.live(minutes(55));
    let away = std::mem::take(&mut machine.watched);
    machine.look();
    assert_eq!(machine.withdrawn, ["dev"]);
    machine.watched = away;
    machine.look();
    assert_eq!(machine.said(), ["dev expiring"]);
}

#[test]
fn two_laptops_do_not_call_in_the_same_second() {
    let at = |number: usize| {
        let mut machine = Machine::new();
        machine.made = number;
        let mut machine = machine.session("dev", 12 * 60, true);
        machine.live(SignedDuration::from_hours(13));
        machine.attempts[0]
    };
    let mut times: Vec<_> = (0..200).map(|number| at(number * 1000)).collect();
    times.sort_unstable();
    times.dedup();
    assert!(times.len() > 50, "{} different moments for 200 laptops", times.len());
}

#[derive(Debug, Clone)]
enum Happens {
    Time(i64),
    Clock(i64),
    Lock(bool),
    Network(bool),
    Snooze,
    Use,
}

fn happens() -> impl Strategy<Value = Happens> {
    prop_oneof![
        4 => (1..2000i64).prop_map(Happens::Time),
        1 => (-3000..3000i64).prop_map(Happens::Clock),
        1 => any::<bool>().prop_map(Happens::Lock),
        1 => any::<bool>().prop_map(Happens::Network),
        1 => Just(Happens::Snooze),
        1 => Just(Happens::Use),
    ]
}

proptest! {
    /// Whatever happens, each session is spoken of at most once per kind and snooze, and calls stay few.
    #[test]
    fn no_duplicate_and_no_storm(story in proptest::collection::vec(happens(), 1..40)) {
        let mut machine = Machine::new().session("typed", 12 * 60, false).session("auto", 60, true);
        machine.around.pause_after = Some(SignedDuration::from_hours(12));
        let (mut awake, mut snoozes, mut nudges) = (0, 0, 0);
        for event in story {
            match event {
                Happens::Time(time) => { machine.live(minutes(time)); awake += time; }
                Happens::Clock(jump) => machine.now += minutes(jump),
                Happens::Lock(locked) => { machine.around.locked = locked; machine.tries.hope(); nudges += 1; }
                Happens::Network(there) => {
                    machine.trouble = (!there).then_some((true, "no network"));
                    machine.tries.hope();
                    nudges += 1;
                }
                Happens::Snooze => {
                    let typed = ProfileName::parse("typed").unwrap();
                    machine.memory.snooze(&typed, machine.now);
                    snoozes += 1;
                }
                Happens::Use => machine.around.last_use = machine.now,
            }
            machine.look();
        }
        let of_typed = machine.said().iter().filter(|words| words.contains("typed")).count();
        prop_assert!(of_typed <= 2 + snoozes, "{:?}", machine.said);
        // A renewal every 45 minutes, or tries with waits of up to half an hour.
        let most = usize::try_from(awake / 20).unwrap() + nudges * 9 + 12;
        prop_assert!(machine.attempts.len() <= most, "{} > {most}: {:?}", machine.attempts.len(), machine.attempts);
    }
}
