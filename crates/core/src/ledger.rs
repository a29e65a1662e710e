//! Which codes a device has used, so that no code is ever sent twice, and how often it was tried.
//!
//! STS accepts a code once and refuses it afterwards with the words it has for a wrong one; after nine tries of a
//! device in three minutes it refuses even right codes. A code therefore counts as used from the moment it is sent,
//! and we stop at six tries. Typed codes are kept as salted hashes for 150 s: as long as one could be accepted.

use std::path::PathBuf;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::file::{self, Backup};
use crate::lock::{Guard, digest};
use crate::profile::{MfaCode, MfaSerial};
use crate::state::{StateError, StateFolder};

/// RFC 6238's time step, which AWS's devices use.
const STEP: i64 = 30;
/// A code may be accepted two steps early and late, and shown for one.
const REMEMBERED: i64 = 5 * STEP;
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
    codes: Vec<UsedCode>,
}

#[derive(Debug, Serialize, Deserialize)]
struct UsedCode {
    hash: String,
    at: i64,
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

    /// Says whether `code` may be sent now.
    ///
    /// # Errors
    /// [`CodeRefused`].
    pub fn check(&self, code: &MfaCode, now: Timestamp) -> Result<(), CodeRefused> {
        let now = now.as_second();
        let hash = self.hash(code);
        // The distance, not the age: a clock that was set back must not forget a code.
        if self
            .record
            .codes
            .iter()
            .any(|used| used.hash == hash && (now - used.at).abs() < REMEMBERED)
        {
            return Err(CodeRefused::Used {
                wait: STEP - now.rem_euclid(STEP),
            });
        }
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
    pub fn record(&mut self, code: &MfaCode, now: Timestamp) -> Result<(), StateError> {
        let now = now.as_second();
        if self.record.salt.is_empty() {
            let mut salt = [0; 16];
            getrandom::fill(&mut salt).map_err(|error| StateError::Random(error.to_string()))?;
            self.record.salt = digest(&[&salt]);
        }
        self.record.tries.retain(|&at| (now - at).abs() < WINDOW);
        self.record.codes.retain(|used| (now - used.at).abs() < REMEMBERED);
        self.record.tries.push(now);
        self.record.codes.push(UsedCode {
            hash: self.hash(code),
            at: now,
        });
        self.save()
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

    fn hash(&self, code: &MfaCode) -> String {
        digest(&[self.record.salt.as_bytes(), code.digits().as_bytes()])
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

    fn code(text: &str) -> MfaCode {
        MfaCode::parse(text).unwrap()
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
