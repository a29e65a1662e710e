//! Opens a picture: what type it claims to be, how large, and only then its pixels.

use std::io::Cursor;
use std::panic::{AssertUnwindSafe, catch_unwind};

use image::error::ImageError;
use image::metadata::Orientation;
use image::{DynamicImage, GenericImageView as _, ImageDecoder as _, ImageFormat, ImageReader, Limits};
use zeroize::Zeroize as _;

use crate::grey::Grey;

/// Three 5K screens side by side are 15 360 pixels wide.
const MAX_SIDE: u32 = 16_384;
/// Four 4K screens in one screenshot, or the camera of a good phone.
const MAX_PIXELS: u64 = 40_000_000;
const MAX_BYTES: usize = 64 << 20;
/// What a decoder may take for the pixels and besides.
const MAX_MEMORY: u64 = 192 << 20;

/// Why a picture gave no text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PictureError {
    /// Empty, of another type, or something else under a picture's name.
    #[error("this is not a PNG, JPEG, GIF, WebP or BMP picture")]
    NotAPicture,
    /// Begins as a picture, but cannot be read to its end.
    #[error("this picture is damaged or was cut short")]
    Damaged,
    /// Told by its length and its header, before any pixel is looked at.
    #[error("this picture is too large: more than {} million pixels or {} MB", MAX_PIXELS / 1_000_000, MAX_BYTES >> 20)]
    TooLarge,
    /// A picture like any other.
    #[error("no QR code could be read in this picture")]
    NoCode,
}

impl PictureError {
    /// What a person can do about it.
    pub fn hint(&self) -> &'static str {
        match self {
            PictureError::NotAPicture => {
                "take a screenshot of the code and use that, or copy the secret key as text instead"
            }
            PictureError::Damaged => "save the picture again, or take a new screenshot of the code",
            PictureError::TooLarge => "cut the picture down to the code and the light border around it",
            PictureError::NoCode => {
                "show the whole code, larger and sharper, with a light border around it; or copy the secret key as text"
            }
        }
    }
}

/// Reads the pixels that `bytes` hold, upright.
pub(crate) fn open(bytes: &[u8]) -> Result<Grey, PictureError> {
    if bytes.len() > MAX_BYTES {
        return Err(PictureError::TooLarge);
    }
    // Third-party code walks bytes of a stranger here: a panic in it is one more way of being damaged.
    let mut picture = catch_unwind(AssertUnwindSafe(|| decode(bytes))).unwrap_or(Err(PictureError::Damaged))?;
    let grey = grey_of(&picture);
    wipe(&mut picture);
    Ok(grey)
}

/// Takes the pixels that a clipboard hands over.
pub(crate) fn from_rgba(width: u32, height: u32, rgba: &[u8]) -> Result<Grey, PictureError> {
    check_size(width, height)?;
    let (pixels, rest) = rgba.as_chunks::<4>();
    if !rest.is_empty() || pixels.len() as u64 != u64::from(width) * u64::from(height) {
        return Err(PictureError::Damaged);
    }
    Ok(Grey::new(width as usize, pixels.iter().copied().map(shade).collect()))
}

fn decode(bytes: &[u8]) -> Result<DynamicImage, PictureError> {
    let format = match image::guess_format(bytes) {
        Ok(
            format @ (ImageFormat::Png | ImageFormat::Jpeg | ImageFormat::Gif | ImageFormat::WebP | ImageFormat::Bmp),
        ) => format,
        _ => return Err(PictureError::NotAPicture),
    };
    let mut reader = ImageReader::with_format(Cursor::new(bytes), format);
    let mut limits = Limits::no_limits();
    limits.max_image_width = Some(MAX_SIDE);
    limits.max_image_height = Some(MAX_SIDE);
    limits.max_alloc = Some(MAX_MEMORY);
    reader.limits(limits);
    let mut decoder = reader.into_decoder().map_err(why)?;
    let (width, height) = decoder.dimensions();
    check_size(width, height)?;
    if decoder.total_bytes() > MAX_MEMORY {
        return Err(PictureError::TooLarge);
    }
    // A broken EXIF block says nothing about the picture.
    let orientation = decoder.orientation().unwrap_or(Orientation::NoTransforms);
    let mut picture = DynamicImage::from_decoder(decoder).map_err(why)?;
    picture.apply_orientation(orientation);
    Ok(picture)
}

fn check_size(width: u32, height: u32) -> Result<(), PictureError> {
    if width == 0 || height == 0 {
        Err(PictureError::NotAPicture)
    } else if width > MAX_SIDE || height > MAX_SIDE || u64::from(width) * u64::from(height) > MAX_PIXELS {
        Err(PictureError::TooLarge)
    } else {
        Ok(())
    }
}

fn why(error: ImageError) -> PictureError {
    match error {
        ImageError::Limits(_) => PictureError::TooLarge,
        _ => PictureError::Damaged,
    }
}

/// Pixel by pixel, so that no second picture in full colour has to be made.
fn grey_of(picture: &DynamicImage) -> Grey {
    Grey::new(
        picture.width() as usize,
        picture.pixels().map(|(_, _, pixel)| shade(pixel.0)).collect(),
    )
}

/// How light a pixel is on a white page. Red and blue count for more than an eye gives them: a code may be printed in
/// any colour.
fn shade([red, green, blue, alpha]: [u8; 4]) -> u8 {
    let light = (u32::from(red) + 2 * u32::from(green) + u32::from(blue)) / 4;
    let alpha = u32::from(alpha);
    ((light * alpha + 255 * (255 - alpha)) / 255) as u8
}

fn wipe(picture: &mut DynamicImage) {
    match picture {
        DynamicImage::ImageLuma8(pixels) => pixels.as_mut().zeroize(),
        DynamicImage::ImageLumaA8(pixels) => pixels.as_mut().zeroize(),
        DynamicImage::ImageRgb8(pixels) => pixels.as_mut().zeroize(),
        DynamicImage::ImageRgba8(pixels) => pixels.as_mut().zeroize(),
        DynamicImage::ImageLuma16(pixels) => pixels.as_mut().zeroize(),
        DynamicImage::ImageLumaA16(pixels) => pixels.as_mut().zeroize(),
        DynamicImage::ImageRgb16(pixels) => pixels.as_mut().zeroize(),
        DynamicImage::ImageRgba16(pixels) => pixels.as_mut().zeroize(),
        // None of the five formats has pixels of other kinds.
        _ => {}
    }
}
