//! What parent and child say to each other.

use std::io::{self, Read, Write};

use mfa_tray_core::secret::{ExposeSecret as _, SecretString};
use mfa_tray_qr::PictureError;

use crate::pictures::{LARGEST, Picture, ReadError};

/// A picture holds a handful of codes of three kilobytes at most.
pub(crate) const LARGEST_ANSWER: u64 = 1024 * 1024;

const FILE: u8 = b'F';
const RGBA: u8 = b'R';
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
}

impl Fault {
    const ALL: [(u8, Fault); 4] = [
        (b'n', Fault::NotAPicture),
        (b'd', Fault::Damaged),
        (b'l', Fault::TooLarge),
        (b'c', Fault::NoCode),
    ];

    pub(crate) fn of(error: &PictureError) -> Fault {
        match error {
            PictureError::NotAPicture => Fault::NotAPicture,
            PictureError::Damaged => Fault::Damaged,
            PictureError::TooLarge => Fault::TooLarge,
            PictureError::NoCode => Fault::NoCode,
        }
    }

    fn error(self) -> PictureError {
        match self {
            Fault::NotAPicture => PictureError::NotAPicture,
            Fault::Damaged => PictureError::Damaged,
            Fault::TooLarge => PictureError::TooLarge,
            Fault::NoCode => PictureError::NoCode,
        }
    }

    /// What is wrong, in words.
    pub fn message(self) -> String {
        self.error().to_string()
    }

    /// What a person can do about it.
    pub fn hint(self) -> &'static str {
        self.error().hint()
    }
}

/// Tells the child the picture.
pub(super) fn ask(picture: &Picture, out: &mut impl Write) -> io::Result<()> {
    match picture {
        Picture::File(bytes) => {
            out.write_all(&[FILE])?;
            out.write_all(bytes)
        }
        Picture::Rgba { width, height, bytes } => {
            out.write_all(&[RGBA])?;
            out.write_all(&width.to_le_bytes())?;
            out.write_all(&height.to_le_bytes())?;
            out.write_all(bytes)
        }
    }
}

/// Hears the picture; `None`: nobody of ours asks.
pub(super) fn hear(input: &mut impl Read) -> io::Result<Option<Picture>> {
    let mut kind = [0];
    input.read_exact(&mut kind)?;
    let mut number = || {
        let mut bytes = [0; 4];
        input.read_exact(&mut bytes).map(|()| u32::from_le_bytes(bytes))
    };
    let size = match kind[0] {
        FILE => None,
        RGBA => Some((number()?, number()?)),
        _ => return Ok(None),
    };
    let mut bytes = Vec::new();
    input.take(LARGEST as u64 + 1).read_to_end(&mut bytes)?;
    Ok(Some(match size {
        None => Picture::File(bytes),
        Some((width, height)) => Picture::Rgba { width, height, bytes },
    }))
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

    #[test]
    fn a_picture_arrives_as_it_was() {
        for picture in [
            Picture::File(vec![1, 2, 3]),
            Picture::Rgba {
                width: 1,
                height: 2,
                bytes: vec![0; 8],
            },
        ] {
            let mut bytes = Vec::new();
            ask(&picture, &mut bytes).unwrap();
            assert_eq!(
                format!("{:?}", hear(&mut bytes.as_slice()).unwrap().unwrap()),
                format!("{picture:?}")
            );
        }
        assert!(hear(&mut &b"?"[..]).unwrap().is_none());
        assert!(hear(&mut &b"R12"[..]).is_err());
    }
}
