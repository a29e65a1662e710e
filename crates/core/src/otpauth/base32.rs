//! Secrets as people see them: base32 (RFC 4648), in groups, in any case, with or without padding.

use data_encoding::{BASE32_NOPAD, DecodeKind};
use zeroize::Zeroizing;

use crate::secret::{ExposeSecret as _, SecretBytes, SecretString};
use crate::totp::{LONGEST_SECRET, Seed, SeedProblem};

impl Seed {
    /// Reads a bare secret, which has AWS's parameters. White space, dashes and missing or surplus padding do not
    /// matter, nor does case.
    ///
    /// # Errors
    /// [`SeedProblem`]: it is empty, too long, not complete, or has a character that base32 does not have.
    pub fn from_base32(text: &str) -> Result<Seed, SeedProblem> {
        Seed::aws(decode(text)?)
    }

    /// The secret as base32: upper case, no padding.
    pub fn base32(&self) -> SecretString {
        BASE32_NOPAD.encode(self.secret().expose_secret()).into()
    }
}

/// The secret of `seed` as base32, for a text that goes around it.
pub(super) fn encode(seed: &Seed) -> Zeroizing<String> {
    Zeroizing::new(BASE32_NOPAD.encode(seed.secret().expose_secret()))
}

/// The bytes that `text` stands for. No character is dropped but those between groups: a code from a secret with a
/// letter less is wrong for ever.
///
/// The last character must not say more than the last byte holds. A secret that lost one at the end would pass
/// otherwise: 63 characters of AWS's 64 are as long as 39 bytes make.
pub(super) fn decode(text: &str) -> Result<SecretBytes, SeedProblem> {
    let mut letters = Zeroizing::new(Vec::with_capacity(text.len()));
    let written = text.chars().filter(|c| !c.is_whitespace() && *c != '-');
    let mut padded = false;
    for (index, c) in written.enumerate() {
        let letter = c.to_ascii_uppercase();
        padded |= letter == '=';
        match letter {
            'A'..='Z' | '2'..='7' if !padded => letters.push(letter as u8),
            '=' => {}
            _ => return Err(SeedProblem::Foreign { at: index + 1 }),
        }
    }
    if letters.is_empty() {
        return Err(SeedProblem::Empty);
    }
    let length = BASE32_NOPAD
        .decode_len(letters.len())
        .map_err(|_| SeedProblem::Incomplete)?;
    if length > LONGEST_SECRET {
        return Err(SeedProblem::TooLong);
    }
    let mut bytes = Zeroizing::new(vec![0; length]);
    match BASE32_NOPAD.decode_mut(&letters, &mut bytes) {
        Ok(_) => Ok(SecretBytes::from(std::mem::take(&mut *bytes))),
        Err(partial) => Err(match partial.error.kind {
            DecodeKind::Symbol => SeedProblem::Foreign {
                at: partial.error.position + 1,
            },
            _ => SeedProblem::Incomplete,
        }),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn bytes(text: &str) -> Result<Vec<u8>, SeedProblem> {
        decode(text).map(|secret| secret.expose_secret().to_vec())
    }

    #[test]
    fn the_rfcs_examples_are_read() {
        // RFC 4648, 10.
        for (text, wanted) in [
            ("MY======", "f"),
            ("MZXQ====", "fo"),
            ("MZXW6===", "foo"),
            ("MZXW6YQ=", "foob"),
            ("MZXW6YTB", "fooba"),
            ("MZXW6YTBOI======", "foobar"),
        ] {
            assert_eq!(bytes(text), Ok(wanted.as_bytes().to_vec()), "{text}");
            let seed = Seed::from_base32(text).unwrap();
            assert_eq!(seed.base32().expose_secret(), text.trim_end_matches('='), "{text}");
        }
    }

    #[test]
    fn what_is_no_base32_is_refused_with_its_place() {
        let foreign = |at| Err(SeedProblem::Foreign { at });
        for (text, wanted) in [
            ("", Err(SeedProblem::Empty)),
            (" -\n", Err(SeedProblem::Empty)),
            ("====", Err(SeedProblem::Empty)),
            ("0189", foreign(1)),
            ("MZXW 6YTB OI1A", foreign(11)),
            ("MZXW\u{415}YTB", foreign(5)),
            ("MZXW6\u{131}TB", foreign(6)),
            ("MZXW6YT\u{212a}", foreign(8)),
            ("MZXW6Y+B", foreign(7)),
            ("MY======MY======", foreign(9)),
        ] {
            assert_eq!(bytes(text), wanted, "{text:?}");
        }
    }

    #[test]
    fn a_secret_that_lost_a_character_is_refused() {
        // No number of whole bytes has these lengths, 1, 3 and 6 beyond a multiple of 8.
        for text in ["A", "MZX", "MZXW6Y", "MZXW6YTBM", "MZXW6YTBMZX"] {
            assert_eq!(bytes(text), Err(SeedProblem::Incomplete), "{text}");
        }
        // These have a possible length, but an end that no bytes give.
        for text in [
            "MZ",
            "MZXW6YT",
            "UJZDEGXDNCF32EPF3DHODZDOCIS2JHTLGMXGEDN73U55XTPLPFT7V4SEH2KVJ7Z",
        ] {
            assert_eq!(bytes(text), Err(SeedProblem::Incomplete), "{text}");
        }
    }

    #[test]
    fn a_huge_secret_is_refused() {
        assert_eq!(bytes(&"A".repeat(824)), Err(SeedProblem::TooLong));
        assert_eq!(bytes(&"A".repeat(820)).map(|bytes| bytes.len()), Ok(512));
    }

    /// `text` as people write it down.
    fn written(text: &str, marks: &[u8]) -> String {
        let mut written = String::new();
        for (letter, mark) in text.chars().zip(marks.iter().cycle()) {
            written.push_str(["", "", " ", "-", "\n", "\t", "\u{a0}", "  "][usize::from(mark >> 1) % 8]);
            written.push(if mark & 1 == 0 {
                letter
            } else {
                letter.to_ascii_lowercase()
            });
        }
        written
    }

    proptest! {
        #[test]
        fn any_secret_comes_back(
            secret in proptest::collection::vec(any::<u8>(), 1..80),
            marks in proptest::collection::vec(any::<u8>(), 1..20),
            padding in 0..7_usize,
        ) {
            let text = Seed::aws(secret.clone().into()).unwrap().base32();
            let text = written(text.expose_secret(), &marks) + &"=".repeat(padding);
            prop_assert_eq!(bytes(&text), Ok(secret));
        }

        #[test]
        fn no_text_panics(text in ".{0,60}") {
            let _ = Seed::from_base32(&text);
        }

        #[test]
        fn a_changed_secret_is_never_the_same(
            secret in proptest::collection::vec(any::<u8>(), 10..40),
            at in any::<prop::sample::Index>(),
        ) {
            let mut text = Seed::aws(secret.clone().into()).unwrap().base32().expose_secret().to_owned();
            text.remove(at.index(text.len()));
            prop_assert_ne!(bytes(&text), Ok(secret));
        }
    }
}
