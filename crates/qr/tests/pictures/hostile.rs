//! Pictures that are none, and pictures made to do harm.

use image::ImageFormat;
use mfa_tray_qr::{PictureError, texts, texts_of_rgba};
use proptest::prelude::*;

use crate::draw::{Style, URI, USUAL, code, file, page, read, read_file};

#[test]
fn what_is_no_picture_is_called_that() {
    for bytes in [
        &b""[..],
        b"<!doctype html><img src='code.png'>",
        b"<svg xmlns='http://www.w3.org/2000/svg'><image href='file:///etc/passwd'/></svg>",
        b"<?xml version='1.0'?><svg/>",
        b"%PDF-1.7",
        b"II*\0\x08\0\0\0",
        b"otpauth://totp/a?secret=MZXW6YTB",
    ] {
        assert_eq!(texts(bytes).unwrap_err(), PictureError::NotAPicture, "{bytes:?}");
    }
}

#[test]
fn a_picture_that_was_cut_short_is_damaged() {
    let bytes = file(&code(URI, USUAL), ImageFormat::Png);
    for end in [8, 20, 40, bytes.len() / 3, bytes.len() - 20] {
        assert_eq!(texts(&bytes[..end]).unwrap_err(), PictureError::Damaged, "{end} bytes");
    }
}

#[test]
fn a_header_alone_is_enough_to_refuse_a_size() {
    let png = |width: u32, height: u32| {
        let mut bytes = file(&page(1, 1, 255), ImageFormat::Png);
        bytes[16..20].copy_from_slice(&width.to_be_bytes());
        bytes[20..24].copy_from_slice(&height.to_be_bytes());
        let sum = crc32(&bytes[12..29]);
        bytes[29..33].copy_from_slice(&sum.to_be_bytes());
        bytes
    };
    let bmp = |width: u32, height: u32| {
        let mut bytes = file(&page(1, 1, 255), ImageFormat::Bmp);
        bytes[18..22].copy_from_slice(&width.to_le_bytes());
        bytes[22..26].copy_from_slice(&height.to_le_bytes());
        bytes
    };
    let gif = |width: u16, height: u16| {
        let mut bytes = file(&page(1, 1, 255), ImageFormat::Gif);
        bytes[6..8].copy_from_slice(&width.to_le_bytes());
        bytes[8..10].copy_from_slice(&height.to_le_bytes());
        bytes
    };
    for bytes in [
        png(40_000, 40_000),
        png(0x7fff_ffff, 1),
        png(16_000, 16_000),
        bmp(40_000, 40_000),
        gif(65_535, 65_535),
    ] {
        let begun = std::time::Instant::now();
        assert_eq!(texts(&bytes).unwrap_err(), PictureError::TooLarge);
        assert!(begun.elapsed().as_millis() < 200, "took {:?}", begun.elapsed());
    }
    assert_eq!(texts_of_rgba(40_000, 40_000, &[]).unwrap_err(), PictureError::TooLarge);
}

#[test]
fn pixels_must_be_as_many_as_the_size_says() {
    assert_eq!(texts_of_rgba(0, 0, &[]).unwrap_err(), PictureError::NotAPicture);
    for pixels in [&[0; 12][..], &[0; 15], &[0; 20]] {
        assert_eq!(texts_of_rgba(2, 2, pixels).unwrap_err(), PictureError::Damaged);
    }
}

#[test]
fn a_picture_without_a_whole_code_gives_none() {
    assert_eq!(read(&page(1, 1, 0)), Err(PictureError::NoCode));
    assert_eq!(read(&page(3, 900, 128)), Err(PictureError::NoCode));
    assert_eq!(read(&page(900, 3, 128)), Err(PictureError::NoCode));
    assert_eq!(read(&page(640, 480, 255)), Err(PictureError::NoCode));
    let mut whole = code(URI, USUAL);
    let (width, height) = whole.dimensions();
    for (x, y, w, h) in [
        (44, 44, width - 44, height - 44),
        (0, 0, width - 44, height),
        (0, 0, width, height / 2),
    ] {
        let part = image::imageops::crop(&mut whole, x, y, w, h).to_image();
        assert_eq!(read(&part), Err(PictureError::NoCode), "{x} {y} {w} {h}");
    }
}

#[test]
fn every_refusal_says_what_to_do() {
    for error in [
        PictureError::NotAPicture,
        PictureError::Damaged,
        PictureError::TooLarge,
        PictureError::NoCode,
    ] {
        assert!(error.to_string().len() > 20 && error.hint().len() > 20, "{error:?}");
    }
    assert_eq!(
        PictureError::TooLarge.to_string(),
        "this picture is too large: more than 40 million pixels or 64 MB"
    );
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]

    /// A changed byte may spoil the picture or a few modules of it, but never makes a panic or another text.
    #[test]
    fn changed_bytes_give_the_text_or_an_error(
        format in 0..5_usize,
        changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..6),
        kept in 50..=100_usize,
    ) {
        let format = [ImageFormat::Png, ImageFormat::Jpeg, ImageFormat::Gif, ImageFormat::WebP, ImageFormat::Bmp][format];
        let mut bytes = file(&code(URI, Style { module: 3, ..USUAL }), format);
        for (at, value) in changes {
            let at = at.index(bytes.len());
            bytes[at] = value;
        }
        bytes.truncate(bytes.len() * kept / 100);
        if let Ok(read) = read_file(&bytes) {
            prop_assert!(read == [URI]);
        }
    }

    #[test]
    fn any_bytes_are_survived(bytes in prop::collection::vec(any::<u8>(), 0..400), format in 0..6_usize) {
        let magic: [&[u8]; 6] = [b"", b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"GIF89a", b"RIFF\x40\0\0\0WEBPVP8 ", b"BM"];
        prop_assert!(texts(&[magic[format], &bytes].concat()).is_err());
    }

    #[test]
    fn any_pixels_are_survived(width in 1..70_u32, pixels in prop::collection::vec(any::<bool>(), 70 * 70)) {
        let rgba: Vec<u8> = pixels.into_iter().flat_map(|dark| [u8::from(dark) * 255, 0, 0, 255]).collect();
        let height = 70 * 70 / width;
        prop_assert!(texts_of_rgba(width, height, &rgba[..(width * height * 4) as usize]).is_err());
    }
}

/// The check sum of a PNG chunk.
fn crc32(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(!0, |sum, byte| {
        (0..8).fold(sum ^ u32::from(*byte), |sum, _| {
            (sum >> 1) ^ if sum & 1 == 1 { 0xedb8_8320 } else { 0 }
        })
    })
}
