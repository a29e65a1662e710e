//! The secret of a virtual MFA device and the codes that follow from it (RFC 6238: SHA-1, six digits, 30 seconds).

use data_encoding::{BASE32, BASE32_NOPAD};
use jiff::Timestamp;
use totp_rs::{Builder, Totp};

pub(crate) const STEP: i64 = 30;

/// How far EnableMFADevice and ResyncMFADevice look for the second code, in steps around the device's own time. Observed.
const PAIR_BEHIND: i64 = 998;
const PAIR_AHEAD: i64 = 1000;

/// A device's secret. Has no `Debug`: it reaches the wire once, in the answer to CreateVirtualMFADevice.
pub(crate) struct Seed(Vec<u8>);

impl Seed {
    pub(crate) fn new(bytes: Vec<u8>) -> Self {
        Self(bytes)
    }

    /// Reads a seed as people write it down, without padding.
    pub(crate) fn from_base32(text: &str) -> Option<Self> {
        BASE32_NOPAD.decode(text.as_bytes()).ok().map(Self)
    }

    pub(crate) fn base32(&self) -> String {
        BASE32.encode(&self.0)
    }

    /// Returns the code at a counter; there is none before 1970.
    pub(crate) fn code(&self, counter: i64) -> Option<String> {
        code(&self.totp(), counter)
    }

    /// Returns the counters of the given ones at which this is the code.
    pub(crate) fn counters_of(&self, wanted: &str, counters: impl Iterator<Item = i64>) -> Vec<i64> {
        let totp = self.totp();
        counters
            .filter(|&counter| code(&totp, counter).as_deref() == Some(wanted))
            .collect()
    }

    /// Finds two consecutive codes around a counter and returns the second's, the nearest if there are several.
    pub(crate) fn pair(&self, first: &str, second: &str, around: i64) -> Option<i64> {
        let totp = self.totp();
        let mut offsets: Vec<i64> = (-PAIR_BEHIND..=PAIR_AHEAD).collect();
        offsets.sort_by_key(|offset| offset.abs());
        offsets.into_iter().map(|offset| around + offset).find(|&counter| {
            code(&totp, counter).as_deref() == Some(second) && code(&totp, counter - 1).as_deref() == Some(first)
        })
    }

    fn totp(&self) -> Totp {
        // Seeds are invented here with 40 bytes; the builder's complaints concern shorter ones.
        Builder::new().with_secret(self.0.as_slice()).build_noncompliant()
    }
}

/// Returns the counter a time lies in.
pub(crate) fn counter_at(time: Timestamp) -> i64 {
    time.as_second().div_euclid(STEP)
}

fn code(totp: &Totp, counter: i64) -> Option<String> {
    let seconds = u64::try_from(counter.checked_mul(STEP)?).ok()?;
    Some(totp.generate(seconds).to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seed() -> Seed {
        Seed::new(b"12345678901234567890".to_vec())
    }

    #[test]
    fn codes_are_those_of_rfc_6238() {
        // Appendix B, SHA-1, cut to six digits.
        for (seconds, code) in [
            (59, "287082"),
            (1_111_111_109, "081804"),
            (2_000_000_000, "279037"),
            (20_000_000_000, "353130"),
        ] {
            assert_eq!(seed().code(seconds / STEP).as_deref(), Some(code), "at {seconds}");
        }
        assert_eq!(seed().code(-1), None);
    }

    #[test]
    fn a_pair_is_found_within_reach_and_not_beyond() {
        let around = 1_000_000;
        let check = |offset: i64, found: bool| {
            let (first, second) = (
                seed().code(around + offset - 1).unwrap(),
                seed().code(around + offset).unwrap(),
            );
            assert_eq!(
                seed().pair(&first, &second, around),
                found.then_some(around + offset),
                "offset {offset}"
            );
        };
        check(0, true);
        check(-998, true);
        check(-999, false);
        check(1000, true);
        check(1001, false);
        let code = seed().code(around).unwrap();
        assert_eq!(
            seed().pair(&code, &code, around),
            None,
            "the same code twice is no pair"
        );
    }
}
