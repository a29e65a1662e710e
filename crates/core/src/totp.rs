//! Time-based one-time codes (RFC 6238, on RFC 4226): a secret, its parameters, and the codes that follow from them.
//!
//! AWS's virtual MFA devices have SHA-1, six digits and 30 seconds ([`Seed::aws`]); `crate::otpauth` reads and writes
//! seeds as text.

use std::fmt::Write as _;

use jiff::Timestamp;
use sha2::{Digest as _, Sha256};
use totp_rs::Builder;

use crate::problem::Problem;
use crate::profile::MfaCode;
use crate::secret::{ExposeSecret as _, SecretBytes, SecretString};

/// How many digits a code may have (RFC 4226, 5.3).
const DIGITS: std::ops::RangeInclusive<u8> = 6..=8;
/// The longest time step, in seconds: a day. Issuers use 30, rarely 60.
pub const LONGEST_PERIOD: u32 = 86_400;
/// The longest secret, in bytes. AWS's have 40; a longer one than 128 is hashed before use anyway (RFC 2104).
pub const LONGEST_SECRET: usize = 512;

/// The hash inside a code (RFC 6238, 1.2).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Algorithm {
    /// AWS's, and nearly everybody's.
    Sha1,
    /// SHA-256.
    Sha256,
    /// SHA-512.
    Sha512,
}

impl Algorithm {
    /// Reads the name an `otpauth` link has for it, in any case, with or without a dash after `SHA`.
    pub fn parse(name: &str) -> Option<Algorithm> {
        match name.to_ascii_uppercase().as_str() {
            "SHA1" | "SHA-1" => Some(Algorithm::Sha1),
            "SHA256" | "SHA-256" => Some(Algorithm::Sha256),
            "SHA512" | "SHA-512" => Some(Algorithm::Sha512),
            _ => None,
        }
    }

    /// The name an `otpauth` link has for it: `SHA1`, `SHA256` or `SHA512`.
    pub fn name(self) -> &'static str {
        match self {
            Algorithm::Sha1 => "SHA1",
            Algorithm::Sha256 => "SHA256",
            Algorithm::Sha512 => "SHA512",
        }
    }
}

/// The secret of a virtual MFA device, with what else its codes depend on. It cannot be printed or serialised.
#[derive(Debug, Clone)]
pub struct Seed {
    secret: SecretBytes,
    algorithm: Algorithm,
    digits: u8,
    period: u32,
}

impl Seed {
    /// A seed of any parameters: 6 to 8 digits, and a period of 1 to [`LONGEST_PERIOD`] seconds.
    ///
    /// # Errors
    /// [`SeedProblem`]: the secret is empty or longer than [`LONGEST_SECRET`], or a number is out of its range.
    pub fn new(secret: SecretBytes, algorithm: Algorithm, digits: u8, period: u32) -> Result<Seed, SeedProblem> {
        let bytes = secret.expose_secret().len();
        if bytes == 0 {
            Err(SeedProblem::Empty)
        } else if bytes > LONGEST_SECRET {
            Err(SeedProblem::TooLong)
        } else if !DIGITS.contains(&digits) {
            Err(SeedProblem::Digits(digits))
        } else if !(1..=LONGEST_PERIOD).contains(&period) {
            Err(SeedProblem::Period(period))
        } else {
            Ok(Seed {
                secret,
                algorithm,
                digits,
                period,
            })
        }
    }

    /// A seed with AWS's parameters: SHA-1, six digits, 30 seconds.
    ///
    /// # Errors
    /// [`SeedProblem`]: the secret is empty or longer than [`LONGEST_SECRET`].
    pub fn aws(secret: SecretBytes) -> Result<Seed, SeedProblem> {
        Seed::new(secret, Algorithm::Sha1, 6, 30)
    }

    /// The hash inside its codes.
    pub fn algorithm(&self) -> Algorithm {
        self.algorithm
    }

    /// How many digits its codes have.
    pub fn digits(&self) -> u8 {
        self.digits
    }

    /// For how many seconds a code is shown.
    pub fn period(&self) -> u32 {
        self.period
    }

    /// The secret's bytes.
    pub fn secret(&self) -> &SecretBytes {
        &self.secret
    }

    /// The number of the time step `now` is in; negative before 1970.
    pub fn counter(&self, now: Timestamp) -> i64 {
        unix_second(now).div_euclid(i64::from(self.period))
    }

    /// For how many more seconds the code of `now` is shown: 1 to the period.
    pub fn seconds_left(&self, now: Timestamp) -> i64 {
        let period = i64::from(self.period);
        period - unix_second(now).rem_euclid(period)
    }

    /// The code of a time step, with its leading zeroes. There is none before 1970.
    pub fn code(&self, counter: i64) -> Option<SecretString> {
        let counter = u64::try_from(counter).ok()?;
        // `new` has checked all that the compliant builder checks, and is laxer about short secrets on purpose: many
        // issuers' have 80 bits. With steps of one second the library's time is RFC 4226's counter.
        let totp = Builder::new()
            .with_secret(self.secret.expose_secret())
            .with_algorithm(match self.algorithm {
                Algorithm::Sha1 => totp_rs::Algorithm::SHA1,
                Algorithm::Sha256 => totp_rs::Algorithm::SHA256,
                Algorithm::Sha512 => totp_rs::Algorithm::SHA512,
            })
            .with_digits(self.digits)
            .with_step_duration(1)
            .build_noncompliant();
        // As large as it gets at once: growing would leave a copy behind.
        let mut code = String::with_capacity(usize::from(self.digits));
        write!(code, "{}", totp.generate(counter)).ok()?;
        Some(code.into())
    }

    /// The code of a time step as STS takes it. There is none before 1970, nor of a seed that has not six digits.
    pub fn mfa_code(&self, counter: i64) -> Option<MfaCode> {
        MfaCode::parse(self.code(counter)?.expose_secret()).ok()
    }

    /// Names the secret without telling it: the first 16 hex digits of the SHA-256 of its bytes.
    pub fn fingerprint(&self) -> String {
        let hash = Sha256::digest(self.secret.expose_secret());
        hash.iter().take(8).map(|byte| format!("{byte:02x}")).collect()
    }

    /// Whether both have the same secret, whatever their parameters. Takes as long for any two of one length.
    pub fn same_secret(&self, other: &Seed) -> bool {
        let (ours, theirs) = (self.secret.expose_secret(), other.secret.expose_secret());
        let differing = ours.iter().zip(theirs).fold(0, |bits, (a, b)| bits | (a ^ b));
        ours.len() == theirs.len() && differing == 0
    }
}

/// The second `now` is in. [`Timestamp::as_second`] rounds towards 1970, which before it is up.
fn unix_second(now: Timestamp) -> i64 {
    now.as_second() - i64::from(now.subsec_nanosecond() < 0)
}

/// Why a secret or its parameters make no seed. Holds nothing of the secret.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum SeedProblem {
    /// No secret at all.
    #[error("there is no secret in it")]
    Empty,
    /// More than [`LONGEST_SECRET`] bytes.
    #[error("its secret is longer than any issuer makes one")]
    TooLong,
    /// A character that base32 does not have.
    #[error("character {at} of its secret is no base32: a secret has only the letters A to Z and the digits 2 to 7")]
    Foreign {
        /// Which character, counted from 1, white space and dashes left out.
        at: usize,
    },
    /// No bytes give base32 that ends like this, so it is not all there.
    #[error("its secret is not complete: a character is missing, or one is too many")]
    Incomplete,
    /// Not 6 to 8.
    #[error("its codes have {0} digits; codes have 6 to 8")]
    Digits(u8),
    /// Not 1 to [`LONGEST_PERIOD`].
    #[error("a code of it is shown for {0} s; 1 to {LONGEST_PERIOD} s make sense")]
    Period(u32),
}

impl SeedProblem {
    /// The same for every front end.
    pub fn problem(&self) -> Problem {
        let (code, hint) = match self {
            SeedProblem::Empty => (
                "no-secret",
                "use the QR code, link or secret key that AWS showed when the device was made",
            ),
            SeedProblem::Foreign { .. } => (
                "bad-secret",
                "copy it again rather than type it; typed, look at 0 and O, 1 and I, 8 and B",
            ),
            SeedProblem::TooLong | SeedProblem::Incomplete => {
                ("bad-secret", "copy it again, all of it and nothing else")
            }
            SeedProblem::Digits(_) => ("digits", "AWS's devices have six digits: is this the right one?"),
            SeedProblem::Period(_) => ("period", "AWS's devices have 30 s: is this the right one?"),
        };
        Problem::new(code, self.to_string(), hint)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// The key of RFC 4226, appendix D, and RFC 6238, appendix B, as long as the hash (erratum 2866).
    fn rfc_seed(algorithm: Algorithm, digits: u8) -> Seed {
        let length = match algorithm {
            Algorithm::Sha1 => 20,
            Algorithm::Sha256 => 32,
            Algorithm::Sha512 => 64,
        };
        let key: Vec<u8> = b"1234567890".iter().copied().cycle().take(length).collect();
        Seed::new(key.into(), algorithm, digits, 30).unwrap()
    }

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(second).unwrap()
    }

    fn code(seed: &Seed, counter: i64) -> Option<String> {
        seed.code(counter).map(|code| code.expose_secret().to_owned())
    }

    #[test]
    fn codes_by_counter_are_those_of_rfc_4226() {
        let seed = rfc_seed(Algorithm::Sha1, 6);
        let codes = [
            "755224", "287082", "359152", "969429", "338314", "254676", "287922", "162583", "399871", "520489",
        ];
        for (counter, wanted) in (0..).zip(codes) {
            assert_eq!(code(&seed, counter).as_deref(), Some(wanted), "counter {counter}");
            assert_eq!(seed.mfa_code(counter).unwrap().digits(), wanted, "counter {counter}");
        }
    }

    #[test]
    fn codes_by_time_are_those_of_rfc_6238() {
        let table = [
            (59, ["94287082", "46119246", "90693936"]),
            (1_111_111_109, ["07081804", "68084774", "25091201"]),
            (1_111_111_111, ["14050471", "67062674", "99943326"]),
            (1_234_567_890, ["89005924", "91819424", "93441116"]),
            (2_000_000_000, ["69279037", "90698825", "38618901"]),
            (20_000_000_000, ["65353130", "77737706", "47863826"]),
        ];
        for (second, wanted) in table {
            for (algorithm, wanted) in [Algorithm::Sha1, Algorithm::Sha256, Algorithm::Sha512]
                .into_iter()
                .zip(wanted)
            {
                let seed = rfc_seed(algorithm, 8);
                let ours = code(&seed, seed.counter(at(second)));
                assert_eq!(ours.as_deref(), Some(wanted), "{algorithm:?} at {second}");
            }
        }
    }

    #[test]
    fn steps_are_counted_downwards_before_1970_too() {
        let seed = rfc_seed(Algorithm::Sha1, 6);
        for (second, counter, left) in [
            (0, 0, 30),
            (29, 0, 1),
            (30, 1, 30),
            (-1, -1, 1),
            (-30, -1, 30),
            (-31, -2, 1),
        ] {
            assert_eq!(seed.counter(at(second)), counter, "counter at {second}");
            assert_eq!(seed.seconds_left(at(second)), left, "seconds left at {second}");
        }
        let just_before = Timestamp::new(0, -1).unwrap();
        assert_eq!((seed.counter(just_before), seed.seconds_left(just_before)), (-1, 1));
    }

    #[test]
    fn the_ends_of_time_have_codes_or_none() {
        let seed = rfc_seed(Algorithm::Sha1, 6);
        assert!(code(&seed, -1).is_none() && code(&seed, i64::MIN).is_none());
        assert_eq!(code(&seed, i64::MAX).unwrap().len(), 6);
        assert_eq!(code(&seed, seed.counter(Timestamp::MAX)).unwrap().len(), 6);
        assert!(code(&seed, seed.counter(Timestamp::MIN)).is_none());
    }

    #[test]
    fn sts_takes_six_digits_only() {
        assert!(rfc_seed(Algorithm::Sha1, 8).mfa_code(1).is_none());
        assert!(rfc_seed(Algorithm::Sha1, 7).mfa_code(1).is_none());
    }

    #[test]
    fn parameters_out_of_range_are_refused() {
        let check = |length: usize, digits: u8, period: u32, wanted: Option<SeedProblem>| {
            let made = Seed::new(vec![1; length].into(), Algorithm::Sha1, digits, period);
            assert_eq!(made.err(), wanted, "{length} bytes, {digits} digits, {period} s");
        };
        check(1, 6, 1, None);
        check(512, 8, 86_400, None);
        check(0, 6, 30, Some(SeedProblem::Empty));
        check(513, 6, 30, Some(SeedProblem::TooLong));
        check(20, 5, 30, Some(SeedProblem::Digits(5)));
        check(20, 9, 30, Some(SeedProblem::Digits(9)));
        check(20, 6, 0, Some(SeedProblem::Period(0)));
        check(20, 6, 86_401, Some(SeedProblem::Period(86_401)));
    }

    #[test]
    fn a_seed_is_named_by_its_secret_and_never_shown() {
        let seed = rfc_seed(Algorithm::Sha1, 6);
        // printf %s 12345678901234567890 | sha256sum
        assert_eq!(seed.fingerprint(), "6ed645ef0e1abea1");
        let shown = format!("{seed:?}");
        assert!(!shown.contains("1234") && !shown.contains("49, 50"), "{shown}");
    }

    #[test]
    fn secrets_are_the_same_whatever_their_parameters() {
        let seed = |bytes: &[u8], digits| Seed::new(bytes.to_vec().into(), Algorithm::Sha1, digits, 30).unwrap();
        assert!(seed(b"abc", 6).same_secret(&seed(b"abc", 8)));
        assert!(!seed(b"abc", 6).same_secret(&seed(b"abd", 6)));
        assert!(!seed(b"abc", 6).same_secret(&seed(b"abcd", 6)));
    }

    proptest! {
        #[test]
        fn any_seed_has_a_code_at_any_time_since_1970(
            bytes in proptest::collection::vec(any::<u8>(), 1..=LONGEST_SECRET),
            digits in DIGITS,
            period in 1..=LONGEST_PERIOD,
            second in 0..=Timestamp::MAX.as_second(),
        ) {
            let seed = Seed::new(bytes.into(), Algorithm::Sha512, digits, period).unwrap();
            let counter = seed.counter(at(second));
            let code = code(&seed, counter).unwrap();
            prop_assert!(code.len() == usize::from(digits) && code.bytes().all(|byte| byte.is_ascii_digit()));
            let next = second + seed.seconds_left(at(second));
            prop_assert_eq!(next, (counter + 1) * i64::from(period));
        }
    }
}
