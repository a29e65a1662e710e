//! Percent encoding (RFC 3986, 2.1), as `otpauth` links have it.

use zeroize::Zeroizing;

/// How a plus sign is read.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum Plus {
    /// As itself: in a path.
    Plus,
    /// As a space: in a query, where forms write spaces so.
    Space,
}

/// The bytes `text` stands for. A percent sign without two hex digits after it stands for itself.
pub(super) fn decode(text: &str, plus: Plus) -> Zeroizing<Vec<u8>> {
    let mut decoded = Zeroizing::new(Vec::with_capacity(text.len()));
    let mut rest = text.as_bytes();
    while let [first, after @ ..] = rest {
        rest = after;
        match (first, after) {
            (b'%', [high, low, after @ ..]) if high.is_ascii_hexdigit() && low.is_ascii_hexdigit() => {
                decoded.push(nibble(*high) << 4 | nibble(*low));
                rest = after;
            }
            (b'+', _) if plus == Plus::Space => decoded.push(b' '),
            _ => decoded.push(*first),
        }
    }
    decoded
}

/// `text` so that it can stand in a path or a query. `@` stays, as AWS's own codes have it.
pub(super) fn encode(text: &str) -> String {
    let mut encoded = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~@".contains(&byte) {
            encoded.push(char::from(byte));
        } else {
            encoded.push_str(&format!("%{byte:02X}"));
        }
    }
    encoded
}

fn nibble(digit: u8) -> u8 {
    match digit {
        b'0'..=b'9' => digit - b'0',
        _ => digit.to_ascii_lowercase() - b'a' + 10,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn escapes_are_read_and_broken_ones_left() {
        for (text, wanted) in [
            ("a%20b", "a b"),
            ("%3a%3A", "::"),
            ("a+b", "a+b"),
            ("%", "%"),
            ("%4", "%4"),
            ("%ZZ", "%ZZ"),
            ("%%41", "%A"),
            ("%C3%A9", "é"),
        ] {
            assert_eq!(decode(text, Plus::Plus).as_slice(), wanted.as_bytes(), "{text}");
        }
        assert_eq!(decode("a+b%2B", Plus::Space).as_slice(), b"a b+");
        assert_eq!(decode("%FF%fe", Plus::Plus).as_slice(), [0xff, 0xfe]);
    }

    proptest! {
        #[test]
        fn what_is_encoded_comes_back(text in ".{0,40}") {
            let encoded = encode(&text);
            for plus in [Plus::Plus, Plus::Space] {
                let decoded = decode(&encoded, plus);
                prop_assert_eq!(decoded.as_slice(), text.as_bytes());
            }
        }
    }
}
