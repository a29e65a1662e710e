//! `otpauth://` links, as authenticator apps read them
//! (<https://github.com/google/google-authenticator/wiki/Key-Uri-Format>).
//!
//! Where readers differ: `+` is a space in the query only; a stated issuer wins over the label's; a parameter that is
//! there twice is a flaw, because readers choose differently; a fragment and unknown parameters mean nothing.

use zeroize::Zeroizing;

use super::account::{Account, Label, filled, judge};
use super::percent::{self, Plus};
use super::shown::shown;
use super::{Found, Kind, ReadError, base32};
use crate::problem::Problem;
use crate::secret::SecretString;
use crate::totp::{Algorithm, Seed, SeedProblem};

/// The parameters that mean something here. A HOTP link has a `counter` too.
const SECRET: usize = 0;
const ISSUER: usize = 1;
const ALGORITHM: usize = 2;
const DIGITS: usize = 3;
const PERIOD: usize = 4;
const NAMES: [&str; 5] = ["secret", "issuer", "algorithm", "digits", "period"];

impl Seed {
    /// The `otpauth` link of this seed, written as AWS writes its own. An empty issuer is left out, and so are the
    /// algorithm, digits and period that every reader assumes.
    pub fn uri(&self, issuer: &str, account: &str) -> SecretString {
        let (issuer, account) = (percent::encode(issuer), percent::encode(account));
        let secret = base32::encode(self);
        let mut parts = vec!["otpauth://totp/"];
        if !issuer.is_empty() {
            parts.extend([issuer.as_str(), ":"]);
        }
        parts.extend([account.as_str(), "?secret=", secret.as_str()]);
        if !issuer.is_empty() {
            parts.extend(["&issuer=", issuer.as_str()]);
        }
        if self.algorithm() != Algorithm::Sha1 {
            parts.extend(["&algorithm=", self.algorithm().name()]);
        }
        let (digits, period) = (self.digits().to_string(), self.period().to_string());
        if digits != "6" {
            parts.extend(["&digits=", digits.as_str()]);
        }
        if period != "30" {
            parts.extend(["&period=", period.as_str()]);
        }
        // `concat` makes room once, so that no copy of the secret is left behind.
        parts.concat().into()
    }
}

/// Reads what follows `otpauth://` in a link.
pub(super) fn read(rest: &str) -> Result<Found, ReadError> {
    let rest = rest.split('#').next().unwrap_or(rest);
    let (place, query) = rest.split_once('?').unwrap_or((rest, ""));
    let (kind, label) = place.split_once('/').unwrap_or((place, ""));
    let word = kind
        .bytes()
        .all(|byte| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte));
    if kind.is_empty() || !word {
        return Err(ReadError::NoSeed);
    }
    let parameters = parameters(query);
    let mut flaw = parameters.twice.map(twice);
    let text = |index: usize| {
        let value: &Option<Zeroizing<Vec<u8>>> = &parameters.values[index];
        value.as_ref().map(|bytes| str::from_utf8(bytes))
    };
    let issuer = text(ISSUER).transpose().map(|issuer| issuer.and_then(filled));
    let label = self::label(label);
    if issuer.is_err() || label.is_none() {
        flaw.get_or_insert_with(not_utf8);
    }
    let secret = match text(SECRET) {
        None => Err(SeedProblem::Empty),
        Some(Ok(text)) => base32::decode(text),
        Some(Err(error)) => Err(SeedProblem::Foreign {
            at: error.valid_up_to() + 1,
        }),
    };
    let number = |index: usize, default: u32| match text(index) {
        None => Some(default),
        Some(text) => text.ok().and_then(self::number),
    };
    Ok(judge(Account {
        kind: match kind.to_ascii_lowercase().as_str() {
            "totp" => Kind::Totp,
            "hotp" => Kind::Hotp,
            other => Kind::Other(shown(other)),
        },
        label: label.unwrap_or_default(),
        issuer: issuer.unwrap_or_default(),
        algorithm: match text(ALGORITHM) {
            None => Some(Algorithm::Sha1.name().to_owned()),
            Some(named) => named.ok().map(|name| name.trim().to_owned()),
        },
        digits: number(DIGITS, 6),
        period: number(PERIOD, 30),
        secret,
        flaw,
    }))
}

#[derive(Default)]
struct Parameters {
    /// The first value of each of [`NAMES`].
    values: [Option<Zeroizing<Vec<u8>>>; NAMES.len()],
    /// One that has another.
    twice: Option<&'static str>,
}

fn parameters(query: &str) -> Parameters {
    let mut parameters = Parameters::default();
    for pair in query.split('&') {
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        let name = percent::decode(name, Plus::Space);
        let Some(index) = NAMES
            .iter()
            .position(|known| name.eq_ignore_ascii_case(known.as_bytes()))
        else {
            continue;
        };
        match &mut parameters.values[index] {
            Some(_) => parameters.twice = Some(NAMES[index]),
            empty => *empty = Some(percent::decode(value, Plus::Space)),
        }
    }
    parameters
}

/// A colon as it stands separates issuer and account; where there is none, an encoded one does.
fn label(text: &str) -> Option<Label> {
    let decode = |text: &str| String::from_utf8(percent::decode(text, Plus::Plus).to_vec()).ok();
    match text.split_once(':') {
        Some((issuer, account)) => Some(Label::new(&decode(issuer)?, &decode(account)?)),
        None => Some(Label::parse(&decode(text)?)),
    }
}

/// Digits and nothing else: no sign, no point, no exponent.
fn number(text: &str) -> Option<u32> {
    let text = text.trim();
    let digits = text.bytes().all(|byte| byte.is_ascii_digit());
    text.parse().ok().filter(|_| digits)
}

fn twice(name: &'static str) -> Problem {
    Problem::new(
        "duplicate-parameter",
        format!("its link says “{name}” twice, so that it is not clear which one counts"),
        "use the code that AWS showed when the device was made",
    )
}

pub(super) fn not_utf8() -> Problem {
    Problem::new(
        "not-utf8",
        "its name is not text (not UTF-8)",
        "use the code that AWS showed when the device was made",
    )
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::otpauth;
    use crate::secret::ExposeSecret as _;

    fn found(text: &str) -> Found {
        let mut found = otpauth::read(text).unwrap();
        assert_eq!(found.len(), 1, "{text:?}");
        found.remove(0)
    }

    fn problem(text: &str) -> Option<&'static str> {
        found(text).problem.map(|problem| problem.code)
    }

    #[test]
    fn the_link_is_awss_own() {
        let seed = Seed::from_base32("JBSWY3DPEHPK3PXP").unwrap();
        assert_eq!(
            seed.uri("Amazon Web Services", "user@111122223333").expose_secret(),
            "otpauth://totp/Amazon%20Web%20Services:user@111122223333?secret=JBSWY3DPEHPK3PXP&issuer=Amazon%20Web%20Services"
        );
        assert_eq!(
            seed.uri("", "a").expose_secret(),
            "otpauth://totp/a?secret=JBSWY3DPEHPK3PXP"
        );
        let other = Seed::new(b"Hello!\xde\xad\xbe\xef".to_vec().into(), Algorithm::Sha256, 8, 60).unwrap();
        assert_eq!(
            other.uri("A/B", "c?d").expose_secret(),
            "otpauth://totp/A%2FB:c%3Fd?secret=JBSWY3DPEHPK3PXP&issuer=A%2FB&algorithm=SHA256&digits=8&period=60"
        );
    }

    #[test]
    fn readers_differ_here_and_this_is_what_we_do() {
        let check = |text: &str, issuer: Option<&str>, account: Option<&str>| {
            let found = found(text);
            assert_eq!(
                (found.issuer.as_deref(), found.account.as_deref()),
                (issuer, account),
                "{text}"
            );
        };
        check("otpauth://totp/a+b:c+d?secret=MZXW6YTB", Some("a+b"), Some("c+d"));
        check("otpauth://totp/c?issuer=a+b&secret=MZXW6YTB", Some("a b"), Some("c"));
        check("otpauth://totp/a%3Ab:c%3Ad?secret=MZXW6YTB", Some("a:b"), Some("c:d"));
        check(
            "otpauth://totp/AWS:c?issuer=%20&secret=MZXW6YTB",
            Some("AWS"),
            Some("c"),
        );
        check("otpauth://totp/<b>:%2Fetc?secret=MZXW6YTB", Some("<b>"), Some("/etc"));
        check("otpauth://totp?secret=MZXW6YTB", None, None);
    }

    #[test]
    fn flaws_are_named() {
        for (query, wanted) in [
            ("secret=MZXW6YTB", None),
            ("secret=MZXW6YTB&issuer=AWS&Issuer=AWS", Some("duplicate-parameter")),
            ("secret=MZXW6YTB&SECRET=MZXW6YTB", Some("duplicate-parameter")),
            ("secret=MZXW6YTB&image=a&image=b", None),
            ("secret=MZXW6YTB&issuer=%FF", Some("not-utf8")),
            ("secret=%FF", Some("bad-secret")),
            ("secret=MZXW6YTB&algorithm=", Some("algorithm")),
            ("secret=MZXW6YTB&algorithm=%FF", Some("algorithm")),
            ("secret=MZXW6YTB&digits=", Some("digits")),
            ("secret=MZXW6YTB&digits=%2B6", Some("digits")),
            ("secret=MZXW6YTB&period=4294967296", Some("period")),
            ("secret", Some("no-secret")),
        ] {
            assert_eq!(problem(&format!("otpauth://totp/x?{query}")), wanted, "{query}");
        }
        assert_eq!(problem("otpauth://steam/x?secret=MZXW6YTB"), Some("type"));
        assert_eq!(problem("otpauth://hotp/x?secret=&secret="), Some("hotp"));
    }

    #[test]
    fn a_link_to_elsewhere_is_none() {
        for text in [
            "otpauth://",
            "otpauth:///x?secret=MZXW6YTB",
            "otpauth://u:p@totp/x?secret=MZXW6YTB",
        ] {
            assert_eq!(otpauth::read(text).err(), Some(ReadError::NoSeed), "{text}");
        }
    }

    proptest! {
        #[test]
        fn what_is_written_is_read_again(
            secret in proptest::collection::vec(any::<u8>(), 1..80),
            algorithm in prop_oneof![Just(Algorithm::Sha1), Just(Algorithm::Sha256), Just(Algorithm::Sha512)],
            period in 1..=crate::totp::LONGEST_PERIOD,
            issuer in "[^\\p{C}\\p{Z}]{1,20}|",
            account in "[^\\p{C}\\p{Z}:]{1,20}|",
        ) {
            let seed = Seed::new(secret.into(), algorithm, 6, period).unwrap();
            let found = found(seed.uri(&issuer, &account).expose_secret());
            prop_assert_eq!(found.issuer.unwrap_or_default(), issuer);
            prop_assert_eq!(found.account.unwrap_or_default(), account);
            prop_assert_eq!((found.digits, found.period), (Some(6), Some(period)));
            let again = found.seed.unwrap();
            prop_assert!(again.same_secret(&seed));
            prop_assert_eq!((again.algorithm(), again.period()), (algorithm, period));
        }

        #[test]
        fn no_link_panics(rest in ".{0,80}", query in "(&|=|%|\\+|#|secret|issuer|digits|period|algorithm|[A-Z2-7]|.){0,20}") {
            let _ = read(&rest);
            let _ = read(&format!("totp/{rest}?{query}"));
        }
    }
}
