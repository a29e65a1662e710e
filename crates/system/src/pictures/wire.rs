//! What parent and child say to each other.

use std::io::{self, Write};

use mfa_tray_core::secret::{ExposeSecret as _, SecretString};
use mfa_tray_qr::PictureError;

use crate::pictures::ReadError;

/// A picture holds a handful of codes of three kilobytes at most.
pub(crate) const LARGEST_ANSWER: u64 = 1024 * 1024;

const TEXTS: u8 = b'T';

/// What the decoder says of a picture it gets nothing from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// No picture of a kind we read.
    NotAPicture,
    /// Cut short or broken.
    Damaged,
    /// More than we read.
    TooLarge,
    /// No QR code that can be read.
    NoCode,
    /// The clipboard has neither a picture nor text.
    EmptyClipboard,
    /// There is no clipboard to ask.
    NoClipboard,
}

impl Fault {
    const ALL: [(u8, Fault); 6] = [
        (b'n', Fault::NotAPicture),
        (b'd', Fault::Damaged),
        (b'l', Fault::TooLarge),
        (b'c', Fault::NoCode),
        (b'e', Fault::EmptyClipboard),
        (b'o', Fault::NoClipboard),
    ];

    pub(crate) fn of(error: &PictureError) -> Fault {
        match error {
            PictureError::NotAPicture => Fault::NotAPicture,
            PictureError::Damaged => Fault::Damaged,
            PictureError::TooLarge => Fault::TooLarge,
            PictureError::NoCode => Fault::NoCode,
        }
    }

    fn of_picture(self) -> Option<PictureError> {
        match self {
            Fault::NotAPicture => Some(PictureError::NotAPicture),
            Fault::Damaged => Some(PictureError::Damaged),
            Fault::TooLarge => Some(PictureError::TooLarge),
            Fault::NoCode => Some(PictureError::NoCode),
            Fault::EmptyClipboard | Fault::NoClipboard => None,
        }
    }

    /// What is wrong, in words.
    pub fn message(self) -> String {
        match (self, self.of_picture()) {
            (_, Some(error)) => error.to_string(),
            (Fault::EmptyClipboard, None) => "there is no picture and no text in the clipboard".to_owned(),
            (_, None) => "the clipboard cannot be used".to_owned(),
        }
    }

    /// What a person can do about it.
    pub fn hint(self) -> &'static str {
        match (self, self.of_picture()) {
            (_, Some(error)) => error.hint(),
            (Fault::EmptyClipboard, None) => "copy the picture of the QR code, or the secret, and try again",
            (_, None) => "choose a picture file, or type the secret instead",
        }
    }
}

/// Tells the parent what was found.
pub(super) fn tell(found: &Result<Vec<SecretString>, Fault>, out: &mut impl Write) -> io::Result<()> {
    match found {
        Ok(texts) => {
            out.write_all(&[TEXTS])?;
            for text in texts {
                let bytes = text.expose_secret().as_bytes();
                let length = u32::try_from(bytes.len()).map_err(|_| io::ErrorKind::InvalidData)?;
                out.write_all(&length.to_le_bytes())?;
                out.write_all(bytes)?;
            }
        }
        Err(fault) => {
            let letter = Fault::ALL.iter().find(|(_, known)| known == fault);
            out.write_all(&[letter.map_or(0, |(letter, _)| *letter)])?;
        }
    }
    out.flush()
}

/// Hears what was found.
pub(super) fn answer(bytes: &[u8]) -> Result<Vec<SecretString>, ReadError> {
    let strange = || ReadError::Child("it gave no answer".to_owned());
    let (&kind, mut rest) = bytes.split_first().ok_or_else(strange)?;
    if kind != TEXTS {
        let fault = Fault::ALL.iter().find(|(letter, _)| *letter == kind);
        return Err(fault.map_or_else(strange, |(_, fault)| ReadError::Picture(*fault)));
    }
    let mut texts = Vec::new();
    while let Some((length, after)) = rest.split_first_chunk::<4>() {
        let length = u32::from_le_bytes(*length) as usize;
        let (text, after) = after.split_at_checked(length).ok_or_else(strange)?;
        texts.push(SecretString::from(std::str::from_utf8(text).map_err(|_| strange())?));
        rest = after;
    }
    if rest.is_empty() { Ok(texts) } else { Err(strange()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(found: &Result<Vec<SecretString>, Fault>) -> Vec<u8> {
        let mut bytes = Vec::new();
        tell(found, &mut bytes).unwrap();
        bytes
    }

    #[test]
    fn what_is_told_is_heard() {
        let texts = vec![SecretString::from("otpauth://totp/a"), SecretString::from("")];
        let bytes = told(&Ok(texts));
        let heard = answer(&bytes).unwrap();
        assert_eq!(
            heard.iter().map(|text| text.expose_secret()).collect::<Vec<_>>(),
            ["otpauth://totp/a", ""]
        );
        for cut in 1..bytes.len() {
            let heard = answer(&bytes[..cut]);
            assert!(
                heard.is_err() || heard.is_ok_and(|heard| heard.len() < 2),
                "cut at {cut}"
            );
        }
        for (_, fault) in Fault::ALL {
            assert!(matches!(answer(&told(&Err(fault))), Err(ReadError::Picture(heard)) if heard == fault));
        }
        assert!(matches!(answer(b""), Err(ReadError::Child(_))));
        assert!(matches!(answer(b"?"), Err(ReadError::Child(_))));
    }
}
