//! Draws pictures with codes in them.

use std::io::Cursor;

use image::{DynamicImage, ImageFormat, Rgba, RgbaImage};
use mfa_tray_qr::{PictureError, texts};
use qrcode::{Color, QrCode};
use secrecy::ExposeSecret as _;

/// As AWS writes it, with a seed that is nobody's.
pub(crate) const URI: &str = "otpauth://totp/Amazon%20Web%20Services:alice@111122223333?secret=\
    MZXW6YTBOJRGC6Q2GEZDGNBVGY3TQOJQMZXW6YTBOJRGC6Q2GEZDGNBVGY3TQOJQ&issuer=Amazon%20Web%20Services";

/// How a code is drawn: how many pixels a module is wide, and the two colours.
#[derive(Clone, Copy)]
pub(crate) struct Style {
    pub(crate) module: u32,
    pub(crate) ink: [u8; 4],
    pub(crate) paper: [u8; 4],
}

pub(crate) const USUAL: Style = Style {
    module: 4,
    ink: grey(0),
    paper: grey(255),
};

pub(crate) const fn grey(shade: u8) -> [u8; 4] {
    [shade, shade, shade, 255]
}

/// A page of one shade.
pub(crate) fn page(width: u32, height: u32, shade: u8) -> RgbaImage {
    RgbaImage::from_pixel(width, height, Rgba(grey(shade)))
}

/// A code with its border of four modules, as a picture of its own.
pub(crate) fn code(text: &str, style: Style) -> RgbaImage {
    let code = QrCode::new(text).unwrap();
    let modules = code.width() as u32;
    let side = (modules + 8) * style.module;
    RgbaImage::from_fn(side, side, |x, y| {
        let (column, row) = ((x / style.module).wrapping_sub(4), (y / style.module).wrapping_sub(4));
        let inside = column < modules && row < modules;
        let dark = inside && code[(column as usize, row as usize)] == Color::Dark;
        Rgba(if dark { style.ink } else { style.paper })
    })
}

/// Puts `picture` on `page`, its upper left corner at `x`, `y`.
pub(crate) fn put(page: &mut RgbaImage, picture: &RgbaImage, x: i64, y: i64) {
    image::imageops::replace(page, picture, x, y);
}

/// The bytes of a file.
pub(crate) fn file(picture: &RgbaImage, format: ImageFormat) -> Vec<u8> {
    let mut bytes = Cursor::new(Vec::new());
    let mut picture = DynamicImage::from(picture.clone());
    if format == ImageFormat::Jpeg {
        picture = picture.into_rgb8().into();
    }
    picture.write_to(&mut bytes, format).unwrap();
    bytes.into_inner()
}

/// What is read in `picture`, as plain text.
pub(crate) fn read(picture: &RgbaImage) -> Result<Vec<String>, PictureError> {
    let (width, height) = picture.dimensions();
    let read = mfa_tray_qr::texts_of_rgba(width, height, picture.as_raw())?;
    Ok(read.iter().map(|text| text.expose_secret().to_owned()).collect())
}

/// What is read in the file `bytes`, as plain text.
pub(crate) fn read_file(bytes: &[u8]) -> Result<Vec<String>, PictureError> {
    Ok(texts(bytes)?
        .iter()
        .map(|text| text.expose_secret().to_owned())
        .collect())
}
