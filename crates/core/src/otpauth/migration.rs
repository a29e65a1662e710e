//! `otpauth-migration://offline?data=…`: what Google Authenticator, and apps that copy it, export. The data is base64
//! of a protobuf message, known from outside (<https://github.com/beemdevelopment/Aegis>, `google_auth.proto`):
//!
//! | field | export | account |
//! |---|---|---|
//! | 1 | an account, any number of times | secret, the bytes themselves |
//! | 2 | version | name |
//! | 3 | how many codes the export has | issuer |
//! | 4 | which of them this is, from 0 | algorithm: 1 SHA-1, 2 SHA-256, 3 SHA-512, 4 MD5 |
//! | 5 | the export's number | digits: 1 six, 2 eight |
//! | 6 | | type: 1 HOTP, 2 TOTP |
//!
//! An enumeration that is 0 or absent is unspecified: SHA-1, six, TOTP. The period is always 30 s.

use data_encoding::BASE64_NOPAD;
use zeroize::Zeroizing;

use super::account::{Account, Label, filled, judge};
use super::percent::{self, Plus};
use super::protobuf::{Damaged, Fields, Value};
use super::uri::not_utf8;
use super::{Found, Kind, MOST_ACCOUNTS, Part, ReadError};
use crate::totp::SeedProblem;

/// Reads what follows `otpauth-migration://` in a link.
pub(super) fn read(rest: &str) -> Result<Vec<Found>, ReadError> {
    let rest = rest.split('#').next().unwrap_or(rest);
    let (place, query) = rest.split_once('?').ok_or(ReadError::Damaged)?;
    if !place.trim_end_matches('/').eq_ignore_ascii_case("offline") {
        return Err(ReadError::Damaged);
    }
    let mut values = query
        .split('&')
        .filter_map(|pair| pair.split_once('='))
        .filter(|(name, _)| name.eq_ignore_ascii_case("data"));
    let (Some((_, data)), None) = (values.next(), values.next()) else {
        return Err(ReadError::Damaged);
    };
    export(&bytes(data)?)
}

/// Base64 in either alphabet, percent-encoded or not, padded or not. What is a space now was a plus sign before some
/// form took it for one: base64 has no spaces.
fn bytes(data: &str) -> Result<Zeroizing<Vec<u8>>, ReadError> {
    let mut text = percent::decode(data, Plus::Plus);
    for byte in text.iter_mut() {
        match byte {
            b' ' | b'-' => *byte = b'+',
            b'_' => *byte = b'/',
            _ => {}
        }
    }
    let end = text.iter().rposition(|byte| *byte != b'=').map_or(0, |last| last + 1);
    let text = &text[..end];
    let length = BASE64_NOPAD.decode_len(text.len()).map_err(|_| ReadError::Damaged)?;
    let mut bytes = Zeroizing::new(vec![0; length]);
    match BASE64_NOPAD.decode_mut(text, &mut bytes) {
        Ok(_) => Ok(bytes),
        Err(_) => Err(ReadError::Damaged),
    }
}

fn export(bytes: &[u8]) -> Result<Vec<Found>, ReadError> {
    let (mut accounts, mut of, mut index, mut id) = (Vec::new(), 1, 0, None);
    let mut fields = Fields(bytes);
    while let Some(field) = fields.next()? {
        match field {
            (1, Value::Bytes(_)) if accounts.len() == MOST_ACCOUNTS => return Err(ReadError::TooMany),
            (1, Value::Bytes(bytes)) => accounts.push(account(bytes)?),
            (3, Value::Number(number)) => of = number,
            (4, Value::Number(number)) => index = number,
            (5, Value::Number(number)) => id = Some(number),
            _ => {}
        }
    }
    // The last field an export has. One that was cut between two fields would read well without it, and be short of
    // accounts.
    if id.is_none() {
        return Err(ReadError::Damaged);
    }
    if accounts.is_empty() {
        return Err(ReadError::NoAccount);
    }
    let part = (of > 1).then_some(Part {
        number: index.saturating_add(1),
        of,
    });
    let found = accounts.into_iter().map(|account| Found { part, ..judge(account) });
    Ok(found.collect())
}

fn account(bytes: &[u8]) -> Result<Account, Damaged> {
    let (mut secret, mut name, mut issuer) = (&[][..], &[][..], &[][..]);
    let (mut algorithm, mut digits, mut kind) = (0, 0, 0);
    let mut fields = Fields(bytes);
    while let Some(field) = fields.next()? {
        match field {
            (1, Value::Bytes(bytes)) => secret = bytes,
            (2, Value::Bytes(bytes)) => name = bytes,
            (3, Value::Bytes(bytes)) => issuer = bytes,
            (4, Value::Number(number)) => algorithm = number,
            (5, Value::Number(number)) => digits = number,
            (6, Value::Number(number)) => kind = number,
            _ => {}
        }
    }
    let (name, issuer) = (str::from_utf8(name), str::from_utf8(issuer));
    let algorithm = match algorithm {
        0 | 1 => Some("SHA1"),
        2 => Some("SHA256"),
        3 => Some("SHA512"),
        4 => Some("MD5"),
        _ => None,
    };
    Ok(Account {
        kind: match kind {
            0 | 2 => Kind::Totp,
            1 => Kind::Hotp,
            other => Kind::Other(other.to_string()),
        },
        flaw: (name.is_err() || issuer.is_err()).then(not_utf8),
        label: Label::parse(name.unwrap_or_default()),
        issuer: issuer.ok().and_then(filled),
        algorithm: algorithm.map(str::to_owned),
        digits: match digits {
            0 | 1 => Some(6),
            2 => Some(8),
            _ => None,
        },
        period: Some(30),
        secret: match secret {
            [] => Err(SeedProblem::Empty),
            bytes => Ok(bytes.to_vec().into()),
        },
    })
}

impl From<Damaged> for ReadError {
    fn from(Damaged: Damaged) -> ReadError {
        ReadError::Damaged
    }
}

#[cfg(test)]
mod tests {
    use data_encoding::{BASE64, BASE64URL_NOPAD};
    use proptest::prelude::*;

    use super::*;

    fn field(number: u8, bytes: &[u8]) -> Vec<u8> {
        let length = u8::try_from(bytes.len()).unwrap();
        [&[number << 3 | 2, length], bytes].concat()
    }

    fn with_secret(secret: &[u8], rest: &[u8]) -> Vec<u8> {
        field(1, &[&field(1, secret), rest].concat())
    }

    /// The last fields: version 1, one code, the first, number 77.
    const END: &[u8] = &[0x10, 1, 0x18, 1, 0x20, 0, 0x28, 77];
    const SECRET: &[u8] = b"01234567\xfb\xef\xbe\xff\xff\xff";

    fn link(data: &str) -> Result<Vec<Found>, ReadError> {
        read(&format!("offline?data={data}"))
    }

    fn judged(bytes: &[u8]) -> Result<Vec<(Option<&'static str>, bool)>, ReadError> {
        let found = link(&percent::encode(&BASE64.encode(bytes)))?;
        let judge = |found: &Found| (found.problem.as_ref().map(|problem| problem.code), found.seed.is_some());
        Ok(found.iter().map(judge).collect())
    }

    #[test]
    fn unspecified_is_what_everybody_has() {
        let bytes = [with_secret(SECRET, &[]), END.to_vec()].concat();
        let found = &link(&BASE64.encode(&bytes)).unwrap()[0];
        assert_eq!(found.kind, Kind::Totp);
        assert_eq!(found.algorithm.as_deref(), Some("SHA1"));
        assert_eq!((found.digits, found.period), (Some(6), Some(30)));
        assert!(found.seed.is_some() && found.problem.is_none() && found.part.is_none());
    }

    #[test]
    fn what_cannot_be_used_is_named() {
        for (rest, wanted) in [
            (&[0x20, 3, 0x28, 1, 0x30, 2][..], (None, true)),
            (&[0x20, 4], (Some("algorithm"), false)),
            (&[0x20, 9], (Some("algorithm"), false)),
            (&[0x28, 2], (Some("digits"), false)),
            (&[0x28, 3], (Some("digits"), false)),
            (&[0x30, 1], (Some("hotp"), false)),
            (&[0x30, 7], (Some("type"), false)),
            (&[0x12, 1, 0xff], (Some("not-utf8"), false)),
            (&[0x1a, 2, b'a', b'\n'], (Some("control-character"), false)),
            (&[0x1a, 1, b'a'], (Some("other-issuer"), true)),
            (&[0x0a, 0], (Some("no-secret"), false)),
            // A field nobody knows.
            (&[0x7a, 1, 0], (None, true)),
        ] {
            let bytes = [with_secret(SECRET, rest), END.to_vec()].concat();
            assert_eq!(judged(&bytes), Ok(vec![wanted]), "{rest:x?}");
        }
    }

    #[test]
    fn base64_comes_in_many_forms() {
        let bytes = [with_secret(SECRET, &[]), END.to_vec()].concat();
        let plain = BASE64.encode(&bytes);
        assert!(
            plain.contains('+') && plain.contains('/') && plain.ends_with('='),
            "{plain}"
        );
        for data in [
            plain.clone(),
            plain.replace('+', " "),
            plain.replace('+', "%20"),
            plain.trim_end_matches('=').to_owned(),
            percent::encode(&plain),
            BASE64URL_NOPAD.encode(&bytes),
        ] {
            assert!(link(&data).is_ok_and(|found| found[0].seed.is_some()), "{data}");
        }
        for data in ["", "=", "A", "AA!A", "data", "%00"] {
            assert!(link(data).is_err(), "{data}");
        }
        assert!(read("offline").is_err() && read("offline?").is_err() && read("offline?data=AA&data=AA").is_err());
    }

    #[test]
    fn an_export_says_which_part_it_is() {
        let bytes = [with_secret(SECRET, &[]), vec![0x10, 1, 0x18, 3, 0x20, 1, 0x28, 77]].concat();
        let found = link(&BASE64.encode(&bytes)).unwrap();
        assert_eq!(found[0].part, Some(Part { number: 2, of: 3 }));
    }

    #[test]
    fn endless_accounts_are_refused() {
        let accounts = |count| [with_secret(SECRET, &[]).repeat(count), END.to_vec()].concat();
        assert_eq!(judged(&accounts(100)).map(|found| found.len()), Ok(100));
        assert_eq!(judged(&accounts(101)), Err(ReadError::TooMany));
        assert_eq!(judged(END), Err(ReadError::NoAccount));
    }

    proptest! {
        #[test]
        fn no_payload_panics(bytes in proptest::collection::vec(any::<u8>(), 0..300), field in any::<bool>()) {
            let _ = export(&bytes);
            if field && let Ok(length) = u8::try_from(bytes.len() & 0x7f) {
                let _ = export(&[&[0x0a, length], &bytes[..], END].concat());
            }
        }

        #[test]
        fn no_data_panics(data in ".{0,60}") {
            let _ = link(&data);
            let _ = read(&data);
        }

        #[test]
        fn a_payload_that_was_cut_is_refused(
            secrets in proptest::collection::vec(proptest::collection::vec(any::<u8>(), 1..40), 1..5),
            cut in any::<prop::sample::Index>(),
        ) {
            let accounts: Vec<u8> = secrets.iter().flat_map(|secret| with_secret(secret, &[0x20, 1])).collect();
            let whole = [&accounts, END].concat();
            prop_assert_eq!(judged(&whole).map(|found| found.len()), Ok(secrets.len()));
            prop_assert!(judged(&whole[..cut.index(whole.len())]).is_err());
        }
    }
}
