//! The QR code of a new device, as a PNG like AWS's.

use png::{BitDepth, ColorType, Encoder};
use qrcode::{Color, QrCode};

/// Pixels to a module of the code.
const SCALE: usize = 4;
/// The quiet zone around the code, in modules. Readers want four.
const MARGIN: usize = 4;

/// Draws the code an authenticator app scans. `None` if the text is too long for a QR code.
pub(crate) fn of_device(device: &str, holder: &str, base32: &str) -> Option<Vec<u8>> {
    let code = QrCode::new(uri(device, holder, base32)).ok()?;
    let side = (code.width() + 2 * MARGIN) * SCALE;
    let pixels: Vec<u8> = (0..side * side).map(|i| shade(&code, i % side, i / side)).collect();
    encode(&pixels, u32::try_from(side).ok()?).ok()
}

fn uri(device: &str, holder: &str, base32: &str) -> String {
    let issuer = "Amazon%20Web%20Services";
    format!("otpauth://totp/{issuer}:{device}@{holder}?secret={base32}&issuer={issuer}")
}

fn shade(code: &QrCode, x: usize, y: usize) -> u8 {
    let inside = |pixel: usize| {
        (pixel / SCALE)
            .checked_sub(MARGIN)
            .filter(|&module| module < code.width())
    };
    match (inside(x), inside(y)) {
        (Some(x), Some(y)) if code[(x, y)] == Color::Dark => 0,
        _ => u8::MAX,
    }
}

fn encode(pixels: &[u8], side: u32) -> Result<Vec<u8>, png::EncodingError> {
    let mut png = Vec::new();
    let mut encoder = Encoder::new(&mut png, side, side);
    encoder.set_color(ColorType::Grayscale);
    encoder.set_depth(BitDepth::Eight);
    let mut writer = encoder.write_header()?;
    writer.write_image_data(pixels)?;
    writer.finish()?;
    Ok(png)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reader_finds_the_text_in_the_picture() {
        let png = of_device("dana-phone", "practice", &"ABCDEFGH".repeat(8)).unwrap();
        let mut reader = png::Decoder::new(std::io::Cursor::new(png)).read_info().unwrap();
        let mut pixels = vec![0; reader.output_buffer_size().unwrap()];
        let side = usize::try_from(reader.next_frame(&mut pixels).unwrap().width).unwrap();
        let mut image = rqrr::PreparedImage::prepare_from_greyscale(side, side, |x, y| pixels[y * side + x]);
        let (_, text) = image.detect_grids()[0].decode().unwrap();
        assert_eq!(
            text,
            "otpauth://totp/Amazon%20Web%20Services:dana-phone@practice\
             ?secret=ABCDEFGHABCDEFGHABCDEFGHABCDEFGHABCDEFGHABCDEFGHABCDEFGHABCDEFGH\
             &issuer=Amazon%20Web%20Services"
        );
    }
}
