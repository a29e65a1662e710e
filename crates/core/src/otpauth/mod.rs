//! What a text holds in the way of seeds: an `otpauth://` link, an export of several accounts
//! (`otpauth-migration://`), or a bare secret. The text comes out of a QR code or a clipboard, and nobody vouches for it.
//!
//! Nothing here keeps or prints a secret, and nothing is guessed: what AWS's STS could not take is reported with its
//! reason and has no seed. A seed that is usable may still have a problem a person should know of before it is kept:
//! another issuer than AWS, two issuers, a name that changes the direction of writing.

mod account;
mod base32;
mod error;
mod migration;
mod percent;
mod protobuf;
mod shown;
mod uri;

use std::collections::HashSet;

use zeroize::Zeroizing;

use self::account::{Account, Label, judge};
pub use self::error::ReadError;
use crate::problem::Problem;
use crate::secret::{ExposeSecret as _, SecretString};
use crate::totp::{Algorithm, Seed};

/// The longest text, in bytes. A QR code has at most 2,953.
pub const LONGEST_TEXT: usize = 64 * 1024;
/// The most accounts taken at once. Google Authenticator puts ten into a code.
pub const MOST_ACCOUNTS: usize = 100;
/// The shortest bare secret, in characters: 80 bits, the shortest that issuers make. In a link a shorter one is taken,
/// but a word or a number that stands alone is none.
const SHORTEST_BARE: usize = 16;

/// One account that a text holds. Its texts can be shown anywhere: they are one line, in which control characters and
/// those that change the direction of writing are escaped, and are cut after 300 characters.
#[derive(Debug, Clone)]
pub struct Found {
    /// How its codes come about.
    pub kind: Kind,
    /// Who issued it: what is stated on its own, or else what the label says.
    pub issuer: Option<String>,
    /// Whose it is, such as `alice@111122223333`.
    pub account: Option<String>,
    /// The hash inside its codes as named, in upper case; `SHA1` if nothing is said.
    pub algorithm: Option<String>,
    /// How many digits its codes have; none if what is said is no number.
    pub digits: Option<u32>,
    /// For how many seconds a code is shown; none if what is said is no number.
    pub period: Option<u32>,
    /// The seed, if this app can use it.
    pub seed: Option<Seed>,
    /// Why there is no seed, or what a person should know before it is kept.
    pub problem: Option<Problem>,
    /// Which part of an export it is from, if that has several.
    pub part: Option<Part>,
}

/// How codes come about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Kind {
    /// By the clock, as AWS's do.
    Totp,
    /// By a counter.
    Hotp,
    /// In a way of this name.
    Other(String),
}

impl Kind {
    /// The word links have for it: `totp`, `hotp`, or another in lower case.
    pub fn name(&self) -> &str {
        match self {
            Kind::Totp => "totp",
            Kind::Hotp => "hotp",
            Kind::Other(name) => name,
        }
    }
}

/// One of the codes that an export was split into.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Part {
    /// Counted from 1.
    pub number: u64,
    /// How many there are.
    pub of: u64,
}

/// Reads what `text` holds: one or more links, each on a line of its own and possibly broken into several, or a bare
/// secret with AWS's parameters. Accounts of which this app cannot use the seed are among what is found.
///
/// # Errors
/// [`ReadError`]: there is no account at all in it, or more than is sensible.
pub fn read(text: &str) -> Result<Vec<Found>, ReadError> {
    if text.len() > LONGEST_TEXT {
        return Err(ReadError::TooLong);
    }
    let text = text.trim_start_matches('\u{feff}').trim();
    if !is_link(text) {
        return bare(text).map(|found| vec![found]);
    }
    let mut starts: Vec<usize> = Vec::new();
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        if is_link(line) {
            starts.push(at);
        }
        at += line.len();
    }
    let ends = starts.iter().skip(1).copied().chain([text.len()]);
    collect(starts.iter().zip(ends).map(|(&start, end)| link(&text[start..end])))
}

/// Reads several texts, such as the codes of one picture, as one: equal secrets once, in the order they come. A text
/// that holds no account does not matter if another does.
///
/// # Errors
/// [`ReadError`] of the first text, if none holds an account; or there are more accounts than is sensible.
pub fn read_all<'a>(texts: impl IntoIterator<Item = &'a str>) -> Result<Vec<Found>, ReadError> {
    let mut seen = HashSet::new();
    let texts = texts.into_iter().filter(|text| seen.insert(*text));
    let mut kept: Vec<Found> = Vec::new();
    for found in collect(texts.map(read))? {
        let known = |seed: &Seed| {
            kept.iter()
                .filter_map(|found| found.seed.as_ref())
                .any(|kept| kept.same_secret(seed))
        };
        if !found.seed.as_ref().is_some_and(known) {
            kept.push(found);
        }
    }
    Ok(kept)
}

/// As [`read_all`], for texts as they come out of a picture.
///
/// # Errors
/// As [`read_all`].
pub fn read_secrets(texts: &[SecretString]) -> Result<Vec<Found>, ReadError> {
    read_all(texts.iter().map(|text| text.expose_secret()))
}

/// All that was found, or the first error if nothing was.
fn collect(results: impl Iterator<Item = Result<Vec<Found>, ReadError>>) -> Result<Vec<Found>, ReadError> {
    let (mut all, mut first) = (Vec::new(), None);
    for result in results {
        match result {
            Ok(found) => all.extend(found),
            Err(ReadError::TooMany) => return Err(ReadError::TooMany),
            Err(error) => first = first.or(Some(error)),
        }
        if all.len() > MOST_ACCOUNTS {
            return Err(ReadError::TooMany);
        }
    }
    if all.is_empty() {
        return Err(first.unwrap_or(ReadError::NoSeed));
    }
    Ok(all)
}

fn is_link(text: &str) -> bool {
    let text = text.trim_start();
    after(text, "otpauth://").is_some() || after(text, "otpauth-migration://").is_some()
}

/// Reads one link. A mail or a terminal may have broken it into lines.
fn link(text: &str) -> Result<Vec<Found>, ReadError> {
    let mut whole = Zeroizing::new(String::with_capacity(text.len()));
    whole.extend(text.trim().chars().filter(|c| !matches!(c, '\r' | '\n' | '\t')));
    if let Some(rest) = after(&whole, "otpauth://") {
        uri::read(rest).map(|found| vec![found])
    } else if let Some(rest) = after(&whole, "otpauth-migration://") {
        migration::read(rest)
    } else {
        Err(ReadError::NoSeed)
    }
}

/// What follows `start`, which may be in any case.
fn after<'a>(text: &'a str, start: &str) -> Option<&'a str> {
    let (head, rest) = text.split_at_checked(start.len())?;
    head.eq_ignore_ascii_case(start).then_some(rest)
}

/// A text of letters and digits only is meant as a secret, even with a letter that base32 does not have: then the
/// person should hear which one.
fn bare(text: &str) -> Result<Found, ReadError> {
    let between = |c: char| c.is_whitespace() || c == '-' || c == '=';
    if !text.chars().all(|c| c.is_alphanumeric() || between(c)) {
        return Err(ReadError::NoSeed);
    }
    match text.chars().filter(|c| !between(*c)).count() {
        0 => Err(ReadError::NoSeed),
        1..SHORTEST_BARE => Err(ReadError::TooShort),
        _ => Ok(judge(Account {
            kind: Kind::Totp,
            label: Label::default(),
            issuer: None,
            algorithm: Some(Algorithm::Sha1.name().to_owned()),
            digits: Some(6),
            period: Some(30),
            secret: base32::decode(text),
            flaw: None,
        })),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const LINK: &str = "otpauth://totp/AWS:alice?secret=JBSWY3DPEHPK3PXP";

    fn secrets(found: &[Found]) -> Vec<String> {
        let base32 = |found: &Found| {
            let seed = found.seed.as_ref().map(Seed::base32);
            seed.map_or("none".to_owned(), |seed| seed.expose_secret().to_owned())
        };
        found.iter().map(base32).collect()
    }

    fn check(text: &str, wanted: Result<&[&str], ReadError>) {
        let found = read(text).map(|found| secrets(&found));
        let wanted = wanted.map(|secrets| secrets.iter().map(|secret| (*secret).to_owned()).collect());
        assert_eq!(found, wanted, "{text:?}");
    }

    #[test]
    fn links_are_found_however_they_are_pasted() {
        check(LINK, Ok(&["JBSWY3DPEHPK3PXP"]));
        check(&format!("\u{feff} \r\n{LINK}\n\n"), Ok(&["JBSWY3DPEHPK3PXP"]));
        check(&LINK.replace("EHPK", "\r\n    EHPK"), Ok(&["JBSWY3DPEHPK3PXP"]));
        check(&LINK.to_uppercase(), Ok(&["JBSWY3DPEHPK3PXP"]));
        check(
            &format!("{LINK}\nOTPAUTH://totp/b?secret=MZXW6YTB\n"),
            Ok(&["JBSWY3DPEHPK3PXP", "MZXW6YTB"]),
        );
        check(
            &format!("{LINK}\notpauth-migration://offline?data=AA"),
            Ok(&["JBSWY3DPEHPK3PXP"]),
        );
    }

    #[test]
    fn bare_secrets_are_told_from_other_texts() {
        check("JBSWY3DPEHPK3PXP", Ok(&["JBSWY3DPEHPK3PXP"]));
        check("jbsw y3dp-ehpk\n3pxp ======", Ok(&["JBSWY3DPEHPK3PXP"]));
        check("JBSWY3DPEHPK3PX0", Ok(&["none"]));
        check("JBSWY3DP\u{415}HPK3PXP", Ok(&["none"]));
        check("JBSWY3DPEHPK3P", Err(ReadError::TooShort));
        check("123456", Err(ReadError::TooShort));
        check("", Err(ReadError::NoSeed));
        check(" =- ", Err(ReadError::NoSeed));
        for text in [
            "https://example.com/?otpauth://totp/x?secret=JBSWY3DPEHPK3PXP",
            "http://totp/x?secret=JBSWY3DPEHPK3PXP",
            "steam://JBSWY3DPEHPK3PXP",
            "otpauth:totp/x?secret=JBSWY3DPEHPK3PXP",
            "JBSWY3DPEHPK3PXP\0",
            "WIFI:S:office;T:WPA;P:JBSWY3DPEHPK3PXP;;",
        ] {
            check(text, Err(ReadError::NoSeed));
        }
    }

    #[test]
    fn the_reason_names_the_place_and_not_the_letter() {
        let found = read("JBSWY3DPEHPK3PX0").unwrap().remove(0);
        let problem = found.problem.unwrap();
        assert_eq!(problem.code, "bad-secret");
        assert!(problem.message.contains("character 16 "), "{}", problem.message);
    }

    #[test]
    fn endless_texts_are_refused() {
        check(&"A".repeat(LONGEST_TEXT + 1), Err(ReadError::TooLong));
        check(&"A".repeat(LONGEST_TEXT), Ok(&["none"]));
        let links = |count: usize| format!("{LINK}\n").repeat(count);
        check(&links(100), Ok(&["JBSWY3DPEHPK3PXP"; 100]));
        check(&links(101), Err(ReadError::TooMany));
        assert_eq!(
            read_all([links(60).as_str(), &links(59)]).err(),
            Some(ReadError::TooMany)
        );
    }

    #[test]
    fn several_texts_are_one_list_without_doubles() {
        let check = |texts: &[&str], wanted: Result<&[&str], ReadError>| {
            let found = read_all(texts.iter().copied()).map(|found| secrets(&found));
            let wanted = wanted.map(|secrets| secrets.iter().map(|secret| (*secret).to_owned()).collect());
            assert_eq!(found, wanted, "{texts:?}");
        };
        let hotp = "otpauth://hotp/x?secret=MZXW6YTB";
        check(
            &[hotp, LINK, "MZXW6YTB MZXW6YTB", "jbswy3dpehpk3pxp"],
            Ok(&["none", "JBSWY3DPEHPK3PXP", "MZXW6YTBMZXW6YTB"]),
        );
        check(&[hotp, hotp], Ok(&["none"]));
        check(&["https://example.com", LINK, ""], Ok(&["JBSWY3DPEHPK3PXP"]));
        check(&["123456", "https://example.com"], Err(ReadError::TooShort));
        check(&[], Err(ReadError::NoSeed));
    }

    #[test]
    fn nothing_that_is_printed_holds_the_secret() {
        for text in [
            LINK,
            "JBSWY3DPEHPK3PX0",
            "otpauth://hotp/x?secret=JBSWY3DPEHPK3PXP",
            "otpauth://totp/x?secret=JBSWY3DPEHPK3PX",
            "otpauth://totp/x?secret=JBSWY3DPEHPK3PXP&secret=JBSWY3DPEHPK3PXP",
            "otpauth://totp/x?secret=JBSWY3DPEHPK3PXP&digits=8&algorithm=MD5",
        ] {
            let shown = format!("{:?}", read(text));
            assert!(!shown.contains("JBSW") && !shown.contains("72, 101"), "{shown}");
        }
    }

    proptest! {
        #[test]
        fn no_text_panics(text in ".{0,200}", link in "otpauth(-migration)?://(totp|offline)/?.{0,80}") {
            let _ = read(&text);
            let _ = read_all([link.as_str(), &text]);
        }

        #[test]
        fn what_is_found_can_be_shown(label in "(.|\\p{Cc}|\\p{Cf}){0,40}", issuer in "(.|\\p{C}){0,400}") {
            let (label, issuer) = (percent::encode(&label), percent::encode(&issuer));
            let link = format!("otpauth://totp/{label}?secret=MZXW6YTB&issuer={issuer}&algorithm={issuer}");
            for found in read(&link).unwrap() {
                for text in [found.issuer, found.account, found.algorithm].into_iter().flatten() {
                    prop_assert!(text.chars().count() <= 301 * 10 && !text.contains(char::is_control), "{:?}", text);
                }
            }
        }
    }
}
