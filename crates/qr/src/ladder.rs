//! The order in which readings of a picture are tried: cheap and usual first.
//!
//! A round is always finished, even where its first step found a code: a second code beside it may need another step, and
//! silently taking one of two seeds would be worse than the wait.

use secrecy::{ExposeSecret as _, SecretString};

use crate::grey::Grey;
use crate::ink;
use crate::picture::{self, PictureError};
use crate::symbol::{self, Symbol};

/// Larger pictures are not doubled: their codes are seldom small, and the wait would be long.
const MOST_DOUBLED: usize = 4_500_000;

/// What is done to the picture before a code is looked for.
#[derive(Clone, Copy)]
enum Treatment {
    AsIs,
    /// Against blur and shadows.
    Sharpened,
    /// For large modules.
    Halved,
    /// For very large modules.
    Quartered,
    /// For small modules.
    Doubled,
    /// For small modules that are blurred as well.
    DoubledSharpened,
    /// Against specks.
    Despeckled,
    /// Against noise, and for modules drawn as dots.
    Softened,
}

/// Treatments, each with the radius that pixels are compared over afterwards. Radii and order were measured.
type Round = &'static [(Treatment, usize)];

/// Codes as screens and good photos show them.
const PLAIN: Round = &[
    (Treatment::AsIs, 16),
    (Treatment::Sharpened, 16),
    (Treatment::Halved, 16),
];

/// What is left: small, faint, speckled or very large.
const HARD: Round = &[
    (Treatment::Doubled, 24),
    (Treatment::DoubledSharpened, 24),
    (Treatment::Despeckled, 16),
    (Treatment::Softened, 16),
    (Treatment::Quartered, 24),
];

/// Every distinct text of a QR code in the picture that `bytes` hold, in reading order.
///
/// # Errors
/// [`PictureError`].
pub fn texts(bytes: &[u8]) -> Result<Vec<SecretString>, PictureError> {
    read(&picture::open(bytes)?)
}

/// Every distinct text of a QR code in a picture of `width` times `height` pixels, four bytes each, in reading order.
///
/// # Errors
/// [`PictureError`].
pub fn texts_of_rgba(width: u32, height: u32, rgba: &[u8]) -> Result<Vec<SecretString>, PictureError> {
    read(&picture::from_rgba(width, height, rgba)?)
}

fn read(grey: &Grey) -> Result<Vec<SecretString>, PictureError> {
    let mut found = Vec::new();
    for round in [PLAIN, HARD] {
        for (treatment, radius) in round {
            climb(grey, *treatment, *radius, &mut found);
        }
        if found.iter().any(|symbol: &Symbol| is_otpauth(&symbol.text)) {
            break;
        }
    }
    if found.is_empty() {
        return Err(PictureError::NoCode);
    }
    Ok(in_reading_order(found))
}

/// Adds what one step finds and no earlier one has found.
fn climb(grey: &Grey, treatment: Treatment, radius: usize, found: &mut Vec<Symbol>) {
    let Some((treated, scale)) = treat(grey, treatment) else {
        return;
    };
    let treated = treated.as_ref().unwrap_or(grey);
    let Some(ink) = ink::separate(treated, radius) else {
        return;
    };
    for symbol in symbol::find(&ink.dark).into_iter().chain(symbol::find(&ink.light)) {
        let known = found
            .iter()
            .any(|old| old.text.expose_secret() == symbol.text.expose_secret());
        if !known {
            found.push(symbol.scaled(scale));
        }
    }
}

/// The treated picture (none for the picture itself), and how many pixels of the original one of its pixels is wide. None
/// where the treatment is not for this picture.
fn treat(grey: &Grey, treatment: Treatment) -> Option<(Option<Grey>, f32)> {
    if matches!(treatment, Treatment::Doubled | Treatment::DoubledSharpened) && grey.area() > MOST_DOUBLED {
        return None;
    }
    Some(match treatment {
        Treatment::AsIs => (None, 1.0),
        Treatment::Sharpened => (Some(grey.sharpened(3)), 1.0),
        Treatment::Halved => (Some(grey.halved()?), 2.0),
        Treatment::Quartered => (Some(grey.halved()?.halved()?), 4.0),
        Treatment::Doubled => (Some(grey.doubled()), 0.5),
        Treatment::DoubledSharpened => (Some(grey.doubled().sharpened(5)), 0.5),
        Treatment::Despeckled => (Some(grey.despeckled()), 1.0),
        Treatment::Softened => (Some(grey.softened()), 1.0),
    })
}

fn is_otpauth(text: &SecretString) -> bool {
    let text = text.expose_secret().as_bytes();
    text.get(..7)
        .is_some_and(|start| start.eq_ignore_ascii_case(b"otpauth"))
}

/// Row by row as a page is read. Codes share a row where the middle of the one lies beside the first of that row.
fn in_reading_order(mut found: Vec<Symbol>) -> Vec<SecretString> {
    found.sort_by(|a, b| a.top.total_cmp(&b.top));
    let mut rest = found.as_mut_slice();
    while let Some(first) = rest.first() {
        let bottom = first.bottom;
        let beside = rest
            .iter()
            .take_while(|symbol| (symbol.top + symbol.bottom) / 2.0 < bottom)
            .count();
        let (row, below) = rest.split_at_mut(beside.max(1));
        row.sort_by(|a, b| a.left.total_cmp(&b.left));
        rest = below;
    }
    found.into_iter().map(|symbol| symbol.text).collect()
}
