//! How the session of a role is had: which calls, in which order, and which of them takes a code.
//!
//! Pure: [`next`] says what to do with what is known, [`Known::learn`] what a refusal teaches; `refresh` obeys. Nothing
//! here is a guess that costs a code: a session of more than an hour is asked for after the role's limit was read, or
//! because the person wants it, and what was refused once is remembered. Only the first role of a chain can carry MFA
//! (<https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles.html#iam-term-role-chaining>).

use jiff::{SignedDuration, Timestamp};

use crate::aws_error::Reason;
use crate::session::Session;

/// What AssumeRole accepts
/// (<https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html>).
pub const DURATIONS: std::ops::RangeInclusive<u32> = 900..=43_200;
/// What a role lasts when nobody asks for more, and at most when a session takes it.
pub const HOUR: u32 = 3_600;
/// A role on the way to another is used at once.
const ON_THE_WAY: u32 = 900;
/// A shared session older than this may be too old for a trust policy with `aws:MultiFactorAuthAge`.
const YOUNG: SignedDuration = SignedDuration::from_mins(15);
/// A shared session with less than this left dies on the way.
const LAST_MOMENT: SignedDuration = SignedDuration::from_mins(1);

/// The MFA session of the user the chain begins at, which all the user's roles share.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shared {
    /// There is no place for one.
    Impossible,
    /// There is none.
    Absent,
    /// There is one, and AWS does not accept it any more.
    Dead,
    /// Its code was given at most 15 minutes ago.
    Young,
    /// It is older, or nobody knows how old.
    Old,
}

impl Shared {
    /// How the session of the user's target stands at `now`.
    pub fn of(session: Option<&Session>, now: Timestamp) -> Shared {
        let live = session.filter(|session| {
            session.is_ours
                && session
                    .expires_at
                    .is_some_and(|end| end.duration_since(now) > LAST_MOMENT)
        });
        match live {
            None => Shared::Absent,
            Some(session) => match session.issued_at.map(|at| now.duration_since(at)) {
                Some(age) if age <= YOUNG => Shared::Young,
                _ => Shared::Old,
            },
        }
    }
}

/// How long the role's sessions may last, as far as IAM told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Limit {
    /// Nobody has asked.
    Unread,
    /// Asked, and not told.
    Untold,
    /// The role's MaxSessionDuration.
    Seconds(u32),
}

/// Everything the choice hangs on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Known {
    /// Roles from the user to the one that is wanted.
    pub hops: usize,
    /// Seconds.
    pub asked: u32,
    /// Whether there is an MFA device.
    pub device: bool,
    /// The user's session.
    pub shared: Shared,
    /// What IAM told of the role.
    pub limit: Limit,
    /// The shortest session that AWS refused as too long.
    pub too_long: Option<u32>,
    /// The role has wanted a code of its own before.
    pub wants_fresh: bool,
    /// The shared session was refused just now.
    pub denied: bool,
}

/// What to do next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// IAM GetRole.
    ReadLimit,
    /// STS GetSessionToken with a code, into the user's target.
    OpenShared,
    /// STS AssumeRole of the first role, and of the others with what it gives.
    Assume(First, u32),
}

/// What the first AssumeRole is signed with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum First {
    /// The shared session.
    Shared,
    /// The long-term key, with a code.
    Code,
    /// The long-term key, without a code.
    Plain,
}

/// Why a session is shorter than was asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shortened {
    /// Role chaining.
    Chain,
    /// The role's MaxSessionDuration.
    Limit(u32),
    /// It was refused once, and IAM does not tell the limit.
    Refused,
}

/// What to do next with what is known.
pub fn next(known: &Known) -> Step {
    let seconds = match (known.duration(), known.hops) {
        (None, _) => return Step::ReadLimit,
        (Some(_), 2..) => ON_THE_WAY,
        (Some(seconds), _) => seconds,
    };
    let own = if known.device { First::Code } else { First::Plain };
    let first = match known.shared {
        _ if seconds > HOUR || known.denied => own,
        Shared::Young => First::Shared,
        // A code is asked for once, not after a refusal that can be foreseen.
        Shared::Old if known.wants_fresh && known.device => First::Code,
        Shared::Old => First::Shared,
        // A session made now is as fresh as its code, and serves the other roles too.
        Shared::Absent | Shared::Dead if known.device => return Step::OpenShared,
        Shared::Absent | Shared::Dead | Shared::Impossible => own,
    };
    Step::Assume(first, seconds)
}

/// Whether a code will be needed before there is a session.
pub fn needs_code(known: &Known) -> bool {
    let known = match next(known) {
        Step::ReadLimit => Known {
            limit: Limit::Untold,
            ..*known
        },
        _ => *known,
    };
    matches!(next(&known), Step::OpenShared | Step::Assume(First::Code, _))
}

impl Known {
    /// Seconds of the wanted role's session; `None`: the role's limit has to be read first.
    pub fn duration(&self) -> Option<u32> {
        if self.hops > 1 || self.asked <= HOUR {
            return Some(self.asked.min(HOUR));
        }
        match self.limit {
            Limit::Unread => None,
            Limit::Seconds(limit) => Some(self.asked.min(limit)),
            Limit::Untold if self.too_long.is_some_and(|refused| refused <= self.asked) => Some(HOUR),
            Limit::Untold => Some(self.asked),
        }
    }

    /// Why the session is shorter than was asked for, if it is.
    pub fn shortened(&self) -> Option<Shortened> {
        self.duration().filter(|seconds| *seconds < self.asked)?;
        Some(match self.limit {
            _ if self.hops > 1 => Shortened::Chain,
            Limit::Seconds(limit) => Shortened::Limit(limit),
            Limit::Unread | Limit::Untold => Shortened::Refused,
        })
    }

    /// Takes in why AWS refused the first role; false: there is no other way.
    pub fn learn(&mut self, tried: First, seconds: u32, reason: Reason) -> bool {
        match (tried, reason) {
            (First::Shared, Reason::Denied) => {
                let worth_a_code = self.device && (self.shared == Shared::Old || self.wants_fresh);
                self.denied = worth_a_code;
                worth_a_code
            }
            // Of a user whose key was replaced or whose sessions were revoked. One that was opened just now is as
            // good as it gets.
            (First::Shared, Reason::SessionExpired | Reason::KeyNotAccepted) if self.shared == Shared::Old => {
                self.shared = Shared::Dead;
                true
            }
            (First::Code | First::Plain, Reason::DurationTooLong) if seconds > HOUR => {
                self.limit = Limit::Untold;
                self.too_long = Some(seconds);
                true
            }
            _ => false,
        }
    }
}

/// Seconds for hop number `hop`, counted from zero: a role taken from a role lasts an hour at most.
pub fn later_hop(known: &Known, hop: usize) -> u32 {
    if hop + 1 < known.hops {
        ON_THE_WAY
    } else {
        known.asked.min(HOUR)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::profile::AccessKeyId;

    const HOURLY: Known = Known {
        hops: 1,
        asked: HOUR,
        device: true,
        shared: Shared::Absent,
        limit: Limit::Unread,
        too_long: None,
        wants_fresh: false,
        denied: false,
    };
    const LONG: Known = Known {
        asked: 4 * HOUR,
        ..HOURLY
    };

    #[test]
    fn what_is_known_says_what_to_do() {
        use First::{Code, Plain};
        use Step::{Assume, OpenShared, ReadLimit};
        let with = |shared, known: Known| Known { shared, ..known };
        let alone = |known: Known| Known { device: false, ..known };
        let fresh = |known: Known| Known {
            wants_fresh: true,
            ..known
        };
        let told = |limit, known: Known| Known { limit, ..known };
        let chain = |known: Known| Known { hops: 3, ..known };
        let cases = [
            ("one code opens the session for all roles", HOURLY, OpenShared),
            (
                "which then asks for nothing",
                with(Shared::Old, HOURLY),
                Assume(First::Shared, HOUR),
            ),
            (
                "a quarter of an hour",
                Known {
                    asked: 900,
                    ..with(Shared::Young, HOURLY)
                },
                Assume(First::Shared, 900),
            ),
            (
                "no place for a shared session",
                with(Shared::Impossible, HOURLY),
                Assume(Code, HOUR),
            ),
            ("no device, no code", alone(HOURLY), Assume(Plain, HOUR)),
            (
                "a session that is there is used without a device too",
                with(Shared::Old, alone(HOURLY)),
                Assume(First::Shared, HOUR),
            ),
            (
                "a role that wants fresh MFA, and an old session",
                fresh(with(Shared::Old, HOURLY)),
                Assume(Code, HOUR),
            ),
            (
                "it, and a young session: no code yet",
                fresh(with(Shared::Young, HOURLY)),
                Assume(First::Shared, HOUR),
            ),
            ("it, and none: the new one is fresh", fresh(HOURLY), OpenShared),
            ("a dead session is replaced", with(Shared::Dead, HOURLY), OpenShared),
            (
                "the first of several roles is used at once",
                chain(with(Shared::Old, LONG)),
                Assume(First::Shared, 900),
            ),
            ("beyond an hour the limit is read first", LONG, ReadLimit),
            ("whether or not there is a device", alone(LONG), ReadLimit),
            (
                "then the long-term key takes it with a code",
                told(Limit::Seconds(12 * HOUR), with(Shared::Old, LONG)),
                Assume(Code, 4 * HOUR),
            ),
            (
                "and not longer than the limit",
                told(Limit::Seconds(2 * HOUR), with(Shared::Old, LONG)),
                Assume(Code, 2 * HOUR),
            ),
            (
                "a limit of an hour needs no code",
                told(Limit::Seconds(HOUR), with(Shared::Old, LONG)),
                Assume(First::Shared, HOUR),
            ),
            (
                "a limit that is not told: what the person asked for",
                told(Limit::Untold, with(Shared::Old, LONG)),
                Assume(Code, 4 * HOUR),
            ),
            (
                "but not what was refused once",
                Known {
                    too_long: Some(3 * HOUR),
                    ..told(Limit::Untold, with(Shared::Old, LONG))
                },
                Assume(First::Shared, HOUR),
            ),
            (
                "what was refused was longer",
                Known {
                    too_long: Some(5 * HOUR),
                    ..told(Limit::Untold, with(Shared::Old, LONG))
                },
                Assume(Code, 4 * HOUR),
            ),
        ];
        for (why, known, step) in cases {
            assert_eq!(next(&known), step, "{why}");
        }
    }

    #[test]
    fn a_refusal_teaches_what_to_do_instead() {
        let with = |shared, device, wants_fresh| Known {
            shared,
            device,
            wants_fresh,
            ..HOURLY
        };
        let cases = [
            (
                "an old session: a fresh code",
                with(Shared::Old, true, false),
                Reason::Denied,
                Some(Step::Assume(First::Code, HOUR)),
            ),
            (
                "a young one is fresh already",
                with(Shared::Young, true, false),
                Reason::Denied,
                None,
            ),
            (
                "but not for who wants it fresher",
                with(Shared::Young, true, true),
                Reason::Denied,
                Some(Step::Assume(First::Code, HOUR)),
            ),
            (
                "no device, no fresh code",
                with(Shared::Old, false, false),
                Reason::Denied,
                None,
            ),
            (
                "a dead session",
                with(Shared::Old, true, false),
                Reason::KeyNotAccepted,
                Some(Step::OpenShared),
            ),
            (
                "an expired one",
                with(Shared::Old, true, false),
                Reason::SessionExpired,
                Some(Step::OpenShared),
            ),
            (
                "a dead one without a device",
                with(Shared::Old, false, false),
                Reason::SessionExpired,
                Some(Step::Assume(First::Plain, HOUR)),
            ),
            (
                "a new one that is dead",
                with(Shared::Young, true, false),
                Reason::SessionExpired,
                None,
            ),
            ("anything else", with(Shared::Old, true, false), Reason::Malformed, None),
        ];
        for (why, mut known, reason, expected) in cases {
            let learned = known.learn(First::Shared, HOUR, reason);
            assert_eq!(learned.then(|| next(&known)), expected, "{why}");
        }
    }

    #[test]
    fn no_role_is_refused_for_ever() {
        // Every way ends after a few steps, whatever AWS answers.
        let reasons = [
            Reason::Denied,
            Reason::DurationTooLong,
            Reason::SessionExpired,
            Reason::KeyNotAccepted,
            Reason::CodeRejected,
        ];
        let shared = [
            Shared::Impossible,
            Shared::Absent,
            Shared::Dead,
            Shared::Young,
            Shared::Old,
        ];
        for (reason, shared) in reasons
            .into_iter()
            .flat_map(|reason| shared.map(|shared| (reason, shared)))
        {
            for (device, wants_fresh, hops, asked) in [
                (true, false, 1, HOUR),
                (true, true, 1, HOUR),
                (true, false, 1, 4 * HOUR),
                (false, false, 1, 4 * HOUR),
                (true, true, 3, 4 * HOUR),
            ] {
                let mut known = Known {
                    shared,
                    device,
                    wants_fresh,
                    hops,
                    asked,
                    ..HOURLY
                };
                let mut steps = 0;
                loop {
                    steps += 1;
                    assert!(steps < 8, "{known:?} goes on for ever after {reason:?}");
                    match next(&known) {
                        Step::ReadLimit => known.limit = Limit::Untold,
                        Step::OpenShared => known.shared = Shared::Young,
                        Step::Assume(first, seconds) if known.learn(first, seconds, reason) => {}
                        Step::Assume(..) => break,
                    }
                }
            }
        }
    }

    #[test]
    fn too_long_falls_back_to_an_hour_and_says_so() {
        let mut known = Known {
            limit: Limit::Untold,
            shared: Shared::Old,
            ..LONG
        };
        assert_eq!(known.shortened(), None);
        assert!(known.learn(First::Code, 4 * HOUR, Reason::DurationTooLong));
        assert_eq!(next(&known), Step::Assume(First::Shared, HOUR));
        assert_eq!(known.shortened(), Some(Shortened::Refused));
        let told = |hops, limit| Known { hops, limit, ..LONG }.shortened();
        assert_eq!(told(1, Limit::Seconds(2 * HOUR)), Some(Shortened::Limit(2 * HOUR)));
        assert_eq!(told(1, Limit::Seconds(4 * HOUR)), None);
        assert_eq!(told(2, Limit::Unread), Some(Shortened::Chain));
    }

    #[test]
    fn only_the_last_role_of_a_chain_lasts() {
        let known = Known {
            hops: 3,
            asked: 1_800,
            ..HOURLY
        };
        assert_eq!([1, 2].map(|hop| later_hop(&known, hop)), [900, 1_800]);
        assert_eq!(later_hop(&Known { asked: 43_200, ..known }, 2), HOUR);
    }

    #[test]
    fn a_click_is_enough_where_no_code_is_needed() {
        let needs = |known: Known| needs_code(&known);
        assert!(needs(HOURLY) && needs(LONG));
        assert!(!needs(Known {
            shared: Shared::Old,
            ..HOURLY
        }));
        assert!(
            needs(Known {
                shared: Shared::Old,
                ..LONG
            }),
            "beyond an hour"
        );
        assert!(needs(Known {
            shared: Shared::Old,
            wants_fresh: true,
            ..HOURLY
        }));
        assert!(!needs(Known {
            device: false,
            ..HOURLY
        }));
    }

    #[test]
    fn a_shared_session_counts_while_it_lives() {
        let now: Timestamp = "2026-11-24T12:00:00Z".parse().unwrap();
        let after = |seconds| now + SignedDuration::from_secs(seconds);
        let session = |left, age: Option<i64>, is_ours| Session {
            access_key_id: AccessKeyId::parse("ASIAIOSFODNN7EXAMPLE").unwrap(),
            expires_at: Some(after(left)),
            issued_at: age.map(|age| after(-age)),
            is_ours,
        };
        for (session, shared) in [
            (None, Shared::Absent),
            (Some(session(3_600, Some(900), true)), Shared::Young),
            (Some(session(3_600, Some(901), true)), Shared::Old),
            (Some(session(61, Some(9_000), true)), Shared::Old),
            (Some(session(60, Some(9_000), true)), Shared::Absent),
            (Some(session(3_600, None, true)), Shared::Old),
            (Some(session(3_600, Some(10), false)), Shared::Absent),
        ] {
            assert_eq!(Shared::of(session.as_ref(), now), shared, "{session:?}");
        }
    }
}
