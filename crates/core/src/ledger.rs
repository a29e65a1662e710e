//! Which codes a device has used, so that no code is ever sent twice, and how often it was tried.
//!
//! STS accepts a code once and refuses it afterwards with the words it has for a wrong one; after nine tries of a
//! device in three minutes it refuses even right codes. A code therefore counts as used from the moment it is sent,
//! and we stop at six tries. Codes are kept as salted hashes for 150 s: as long as one could be accepted. One that was
//! shown to the person is probably typed somewhere else, so a seed gives another while there is one.
//!
//! All times here are AWS's, as far as they are known ([`World::aws_time`](crate::world::World::aws_time)).

use std::path::PathBuf;

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use crate::file::{self, Backup};
use crate::lock::{Guard, digest};
use crate::profile::{MfaCode, MfaSerial};
use crate::state::{StateError, StateFolder};
use crate::totp::Seed;

/// RFC 6238's time step, which AWS's devices use.
const STEP: i64 = 30;
/// A code may be accepted two steps early and late, and shown for one.
const REMEMBERED: i64 = 5 * STEP;
/// A code with less than this left dies on the way: the next one counts as current.
const ON_THE_WAY: SignedDuration = SignedDuration::from_secs(2);
/// The steps a seed's code is taken from, in this order: AWS accepts two steps early and late, and we leave one to a
/// clock that is a little wrong.
const STEPS: [i64; 3] = [0, -1, 1];
/// More codes than a device has tries in all the time that any of them could be accepted.
const KEPT: usize = 64;
/// AWS counts tries in windows aligned to UTC.
const WINDOW: i64 = 180;
/// AWS stops at nine; others (a phone, the console) use the same budget.
const BUDGET: usize = 6;

/// Why a code is not sent.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CodeRefused {
    /// It was sent before.
    #[error("this code was already used; the next one comes in {wait} s")]
    Used {
        /// Seconds until the device shows another code.
        wait: i64,
    },
    /// Every code a seed can give now was sent.
    #[error("every code that AWS would accept now was already used; the next one comes in {wait} s")]
    NoneLeft {
        /// Seconds until there is another code.
        wait: i64,
    },
    /// Too many tries.
    #[error("this MFA device has been tried {BUDGET} times in three minutes; the next try is possible in {wait} s")]
    BudgetSpent {
        /// Seconds until the window ends.
        wait: i64,
    },
}

#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(default)]
struct Record {
    salt: String,
    /// Unix seconds of each try of the last minutes.
    tries: Vec<i64>,
    codes: Vec<KnownCode>,
    /// Codes the person was shown.
    shown: Vec<KnownCode>,
}

#[derive(Debug, Serialize, Deserialize)]
struct KnownCode {
    hash: String,
    at: i64,
    /// Which of the seed's codes it is, where that is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    counter: Option<i64>,
}

/// A code, and which of its seed's it is, where that is known.
#[derive(Debug, Clone)]
pub struct Code {
    /// The six digits.
    pub digits: MfaCode,
    /// The time step it belongs to; of a typed one nobody can tell.
    pub counter: Option<i64>,
}

impl Code {
    /// The code of a seed at a counter; none before 1970.
    pub fn of(seed: &Seed, counter: i64) -> Option<Code> {
        let digits = seed.mfa_code(counter)?;
        Some(Code {
            digits,
            counter: Some(counter),
        })
    }
}

impl From<&MfaCode> for Code {
    fn from(typed: &MfaCode) -> Code {
        Code {
            digits: typed.clone(),
            counter: None,
        }
    }
}

/// Where a code comes from.
#[derive(Debug, Clone, Copy)]
pub enum Source<'a> {
    /// A person typed it.
    Typed(&'a MfaCode),
    /// A seed gives it.
    Seed(&'a Seed),
}

/// The ledger of one device.
#[derive(Debug)]
pub struct Ledger<'a> {
    path: PathBuf,
    record: Record,
    // The device's lock: nobody else reads or writes this ledger meanwhile.
    _lock: &'a Guard,
}

impl<'a> Ledger<'a> {
    /// Opens the ledger of `serial`, whose lock the caller holds. A damaged file reads as an empty ledger.
    pub fn open(state: &StateFolder, serial: &MfaSerial, lock: &'a Guard) -> Ledger<'a> {
        let path = state
            .ledgers()
            .join(format!("{}.json", digest(&[serial.as_str().as_bytes()])));
        let bytes = file::read(&path).ok().flatten().unwrap_or_default();
        let record = serde_json::from_slice(&bytes).unwrap_or_default();
        Ledger {
            path,
            record,
            _lock: lock,
        }
    }

    fn check(&self, code: &Code, now: Timestamp) -> Result<(), CodeRefused> {
        if self.is_in(&self.record.codes, code, now) {
            return Err(CodeRefused::Used {
                wait: STEP - now.as_second().rem_euclid(STEP),
            });
        }
        self.check_budget(now)
    }

    /// The code to send now: the typed one, or the first of the seed's that was not sent, one that was not shown first.
    ///
    /// # Errors
    /// [`CodeRefused`].
    pub fn choose(&self, source: Source<'_>, now: Timestamp) -> Result<Code, CodeRefused> {
        let seed = match source {
            Source::Typed(typed) => {
                let code = Code::from(typed);
                return self.check(&code, now).map(|()| code);
            }
            Source::Seed(seed) => seed,
        };
        self.check_budget(now)?;
        let current = seed.counter(now.saturating_add(ON_THE_WAY).unwrap_or(now));
        let unused: Vec<Code> = STEPS
            .iter()
            .filter_map(|step| Code::of(seed, current + step))
            .filter(|code| !self.is_in(&self.record.codes, code, now))
            .collect();
        let unseen = unused.iter().find(|code| !self.is_in(&self.record.shown, code, now));
        unseen.or(unused.first()).cloned().ok_or(CodeRefused::NoneLeft {
            wait: seed.seconds_left(now.saturating_add(ON_THE_WAY).unwrap_or(now)),
        })
    }

    fn check_budget(&self, now: Timestamp) -> Result<(), CodeRefused> {
        let now = now.as_second();
        let window = now.div_euclid(WINDOW);
        if self
            .record
            .tries
            .iter()
            .filter(|&&at| at.div_euclid(WINDOW) == window)
            .count()
            >= BUDGET
        {
            return Err(CodeRefused::BudgetSpent {
                wait: WINDOW - now.rem_euclid(WINDOW),
            });
        }
        Ok(())
    }

    /// Writes down, before it is sent, that `code` is used.
    ///
    /// # Errors
    /// [`StateError`]: then the code must not be sent.
    pub fn record(&mut self, code: &Code, now: Timestamp) -> Result<(), StateError> {
        self.tidy(now)?;
        let code = self.known(code, now);
        self.record.tries.push(code.at);
        self.record.codes.push(code);
        self.save()
    }

    /// Writes down that the person sees `code`, and may type it anywhere.
    ///
    /// # Errors
    /// [`StateError`].
    pub fn show(&mut self, code: &Code, now: Timestamp) -> Result<(), StateError> {
        self.tidy(now)?;
        if !self.is_in(&self.record.shown, code, now) {
            let code = self.known(code, now);
            self.record.shown.push(code);
        }
        self.save()
    }

    fn tidy(&mut self, now: Timestamp) -> Result<(), StateError> {
        let now = now.as_second();
        if self.record.salt.is_empty() {
            let mut salt = [0; 16];
            getrandom::fill(&mut salt).map_err(|error| StateError::Random(error.to_string()))?;
            self.record.salt = digest(&[&salt]);
        }
        self.record.tries.retain(|&at| (now - at).abs() < WINDOW);
        for known in [&mut self.record.codes, &mut self.record.shown] {
            // By number, not by age: what a wrong clock takes for old may be of this minute.
            let surplus = known.len().saturating_sub(KEPT);
            known.drain(..surplus);
        }
        Ok(())
    }

    fn known(&self, code: &Code, now: Timestamp) -> KnownCode {
        KnownCode {
            hash: self.hash(code),
            at: now.as_second(),
            counter: code.counter,
        }
    }

    fn is_in(&self, known: &[KnownCode], code: &Code, now: Timestamp) -> bool {
        let (hash, now) = (self.hash(code), now.as_second());
        let same = |known: &KnownCode| known.counter.is_some() && known.counter == code.counter;
        // The distance, not the age: a clock that was set back must not forget a code.
        let alike = |known: &KnownCode| known.hash == hash && (now - known.at).abs() < REMEMBERED;
        known.iter().any(|known| same(known) || alike(known))
    }

    /// Takes the last [`Ledger::record`] back: the request never left this machine.
    ///
    /// # Errors
    /// [`StateError`]: the code then stays used, which only costs a wait.
    pub fn take_back(&mut self) -> Result<(), StateError> {
        self.record.tries.pop();
        self.record.codes.pop();
        self.save()
    }

    fn save(&self) -> Result<(), StateError> {
        let bytes = serde_json::to_vec(&self.record)?;
        file::replace(&self.path, Backup::Never, |_| Ok::<_, StateError>(bytes.clone())).map(drop)
    }

    fn hash(&self, code: &Code) -> String {
        digest(&[self.record.salt.as_bytes(), code.digits.digits().as_bytes()])
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lock::{Subject, take};

    fn with_ledger(test: impl Fn(&dyn Fn(&mut dyn FnMut(&mut Ledger<'_>)))) {
        let folder = tempfile::tempdir().unwrap();
        let state = StateFolder::new(folder.path().to_owned());
        let serial = MfaSerial::parse("arn:aws:iam::111122223333:mfa/alice").unwrap();
        // Each use opens the ledger anew, as another process would.
        test(&|using| {
            let lock = take(&state.locks(), Subject::Device(&serial), std::time::Duration::ZERO).unwrap();
            using(&mut Ledger::open(&state, &serial, &lock));
        });
    }

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(1_800_000_000 + second).unwrap()
    }

    fn code(text: &str) -> Code {
        Code::from(&MfaCode::parse(text).unwrap())
    }

    #[test]
    fn a_code_is_sent_once_while_it_could_be_accepted() {
        with_ledger(|open| {
            open(&mut |ledger| ledger.record(&code("123456"), at(10)).unwrap());
            open(&mut |ledger| {
                assert_eq!(
                    ledger.check(&code("123456"), at(10)),
                    Err(CodeRefused::Used { wait: 20 })
                );
                assert_eq!(
                    ledger.check(&code("123456"), at(159)),
                    Err(CodeRefused::Used { wait: 21 })
                );
                assert_eq!(ledger.check(&code("123456"), at(160)), Ok(()));
                assert_eq!(
                    ledger.check(&code("123456"), at(-60)),
                    Err(CodeRefused::Used { wait: 30 }),
                    "a clock set back"
                );
                assert_eq!(ledger.check(&code("654321"), at(10)), Ok(()));
            });
        });
    }

    #[test]
    fn six_tries_in_a_window_are_enough() {
        with_ledger(|open| {
            for n in 0..6 {
                open(&mut |ledger| {
                    ledger.check(&code(&format!("00000{n}")), at(n)).unwrap();
                    ledger.record(&code(&format!("00000{n}")), at(n)).unwrap();
                });
            }
            open(&mut |ledger| {
                assert_eq!(
                    ledger.check(&code("999999"), at(50)),
                    Err(CodeRefused::BudgetSpent { wait: 130 })
                );
                assert_eq!(ledger.check(&code("999999"), at(180)), Ok(()));
            });
        });
    }

    #[test]
    fn what_was_never_sent_can_be_sent_again() {
        with_ledger(|open| {
            open(&mut |ledger| {
                ledger.record(&code("123456"), at(0)).unwrap();
                ledger.take_back().unwrap();
            });
            open(&mut |ledger| assert_eq!(ledger.check(&code("123456"), at(1)), Ok(())));
        });
    }

    /// Opens the ledger anew, as another process would, and lets a test use it.
    type Open<'a> = dyn Fn(&mut dyn FnMut(&mut Ledger<'_>)) + 'a;

    /// At `second`, which of the seed's codes is sent next: steps from the first one, or the seconds to wait.
    fn next(open: &Open<'_>, seed: &Seed, second: i64) -> Result<i64, i64> {
        let mut answer = Err(-1);
        open(&mut |ledger| {
            answer = match ledger.choose(Source::Seed(seed), at(second)) {
                Ok(code) => {
                    ledger.record(&code, at(second)).unwrap();
                    Ok(code.counter.unwrap() - seed.counter(at(0)))
                }
                Err(CodeRefused::NoneLeft { wait }) => Err(wait),
                Err(other) => panic!("{other}"),
            };
        });
        answer
    }

    fn seed() -> Seed {
        Seed::from_base32(&"JBSWY3DPEHPK3PXP".repeat(4)).unwrap()
    }

    #[test]
    fn a_seed_gives_each_code_once_and_then_one_has_to_wait() {
        with_ledger(|open| {
            let seed = seed();
            for (second, expected) in [
                (10, Ok(0)),
                (10, Ok(-1)),
                (11, Ok(1)),
                (12, Err(16)),
                (30, Ok(2)),
                (31, Err(27)),
                (60, Ok(3)),
            ] {
                assert_eq!(next(open, &seed, second), expected, "at {second} s");
            }
        });
    }

    #[test]
    fn a_code_that_would_die_on_the_way_is_not_the_first_choice() {
        with_ledger(|open| assert_eq!(next(open, &seed(), 28), Ok(1)));
        with_ledger(|open| assert_eq!(next(open, &seed(), 27), Ok(0)));
    }

    #[test]
    fn a_code_the_person_saw_is_the_last_choice() {
        with_ledger(|open| {
            let seed = seed();
            let first = seed.counter(at(10));
            open(&mut |ledger| ledger.show(&Code::of(&seed, first).unwrap(), at(10)).unwrap());
            for (second, expected) in [(10, Ok(-1)), (10, Ok(1)), (10, Ok(0)), (10, Err(18))] {
                assert_eq!(next(open, &seed, second), expected);
            }
        });
    }

    #[test]
    fn a_code_typed_from_the_phone_copy_is_not_sent_again_from_the_seed() {
        with_ledger(|open| {
            let seed = seed();
            let shown_by_the_phone = seed.mfa_code(seed.counter(at(10))).unwrap();
            open(&mut |ledger| ledger.record(&Code::from(&shown_by_the_phone), at(10)).unwrap());
            assert_eq!(next(open, &seed, 11), Ok(-1));
        });
    }

    #[test]
    fn no_code_stands_in_the_file() {
        with_ledger(|open| {
            open(&mut |ledger| {
                ledger.record(&code("123456"), at(0)).unwrap();
                let text = std::fs::read_to_string(&ledger.path).unwrap();
                assert!(!text.contains("123456"), "{text}");
            });
        });
    }
}
