//! Finds the symbols in a black and white picture and decodes them.
//!
//! What the decoder keeps for itself on the way is not wiped: it gives no way to. It goes with the process.

use std::panic::{AssertUnwindSafe, catch_unwind};

use rxing::common::cpp_essentials::DecoderResult;
use rxing::common::{BitMatrix, DetectorRXingResult as _};
use rxing::qrcode::cpp_port::decoder::Decode;
use rxing::qrcode::cpp_port::detector::{FindFinderPatterns, GenerateFinderPatternSets, SampleQR};
use secrecy::SecretString;

/// The smallest code has 21 modules a side.
const SMALLEST: u32 = 21;
/// Groups of three corners that are tried. A page of text gives dozens, a picture made for the purpose any number.
const MOST_TRIED: usize = 4_000;
/// Rows that look like a corner. The detector compares each with all before it; the grain of a 4K photo gives 15 000, and only
/// a picture made to keep us busy gives more.
const MOST_CORNERS: usize = 30_000;
/// More codes than that are no set-up page.
const MOST_FOUND: usize = 16;

/// A code that was read, and where: its bounds in pixels of the picture it was read from.
pub(crate) struct Symbol {
    pub(crate) text: SecretString,
    pub(crate) left: f32,
    pub(crate) top: f32,
    pub(crate) bottom: f32,
}

impl Symbol {
    /// The same symbol in a picture that is `scale` times as large.
    pub(crate) fn scaled(self, scale: f32) -> Symbol {
        Symbol {
            left: self.left * scale,
            top: self.top * scale,
            bottom: self.bottom * scale,
            ..self
        }
    }
}

/// The symbols in `ink`, most plausible first.
pub(crate) fn find(ink: &BitMatrix) -> Vec<Symbol> {
    if ink.width() < SMALLEST || ink.height() < SMALLEST || is_strewn(ink) {
        return Vec::new();
    }
    // The detector indexes by what it measured in a stranger's picture, and its own documentation says that it can panic.
    catch_unwind(AssertUnwindSafe(|| search(ink))).unwrap_or_default()
}

fn search(ink: &BitMatrix) -> Vec<Symbol> {
    let mut corners = FindFinderPatterns(ink, true, 0);
    let mut used = Vec::new();
    let mut found = Vec::new();
    for set in GenerateFinderPatternSets(&mut corners).into_iter().take(MOST_TRIED) {
        let three = [set.tl, set.tr, set.bl];
        if found.len() == MOST_FOUND || three.iter().any(|corner| used.contains(corner)) {
            continue;
        }
        let Ok(sampled) = SampleQR(ink, &set) else { continue };
        let Ok(decoded) = Decode(sampled.getBits()) else {
            continue;
        };
        let Some(text) = text(&decoded) else { continue };
        used.extend(three);
        let points = || sampled.getPoints().iter();
        found.push(Symbol {
            text,
            left: points().map(|point| point.x).fold(f32::INFINITY, f32::min),
            top: points().map(|point| point.y).fold(f32::INFINITY, f32::min),
            bottom: points().map(|point| point.y).fold(f32::NEG_INFINITY, f32::max),
        });
    }
    found
}

/// Whether corners are strewn all over the picture. Looks at the rows that the detector will look at.
fn is_strewn(ink: &BitMatrix) -> bool {
    let mut corners = 0;
    for y in (2..ink.height()).step_by(3) {
        let mut runs = [0_u32; 5];
        let mut in_ink = false;
        for x in 0..=ink.width() {
            let next = x < ink.width() && ink.get(x, y);
            if next != in_ink {
                corners += usize::from(in_ink && is_corner(runs));
                runs.rotate_left(1);
                runs[4] = 0;
                in_ink = next;
            }
            runs[4] += 1;
        }
    }
    corners > MOST_CORNERS
}

/// Whether five runs of ink and paper are about as long as across a corner of a code: 1, 1, 3, 1 and 1 modules.
fn is_corner([a, b, core, c, d]: [u32; 5]) -> bool {
    let (least, most) = (a.min(b).min(c).min(d), a.max(b).max(c).max(d));
    least > 0 && core >= 2 * least.max(most / 2) && most <= 3 * least + 1 && core <= 5 * most
}

/// The text, where the whole symbol was decoded. Bytes that are UTF-8 are read as that, whatever the decoder would guess:
/// it is what every authenticator writes.
fn text(decoded: &DecoderResult<bool>) -> Option<SecretString> {
    if !decoded.isValid() {
        return None;
    }
    let content = decoded.content();
    let text = match std::str::from_utf8(content.bytes()) {
        Ok(text) if !content.has_eci => text.to_owned(),
        _ => decoded.text(),
    };
    (!text.is_empty()).then(|| text.into())
}
