//! What is ink and what is paper, judged by the surroundings of each pixel: one shade for a whole screenshot would lose a pale
//! code on a white page, and a shadow across a photo.

use rxing::common::BitMatrix;

use crate::grey::Grey;

/// A pixel this close to the mean around it is neither lighter nor darker: plain ground, and the noise in it.
const PLAIN: i32 = 2;

/// The two readings of one picture. In each, ink is true.
pub(crate) struct Ink {
    /// Dark modules on light ground, as codes should be.
    pub(crate) dark: BitMatrix,
    /// Light modules on dark ground, as dark themes make them.
    pub(crate) light: BitMatrix,
}

/// Compares each pixel with the mean of the `radius` pixels around it. A radius works for codes whose modules are up to a
/// third of it. None where the picture cannot hold a code.
pub(crate) fn separate(grey: &Grey, radius: usize) -> Option<Ink> {
    let (width, height) = (u32::try_from(grey.width()).ok()?, u32::try_from(grey.height()).ok()?);
    let empty = || BitMatrix::new(width, height).ok();
    let mut ink = Ink {
        dark: empty()?,
        light: empty()?,
    };
    grey.for_each_mean(radius, |x, y, value, mean| {
        let difference = i32::from(value) - i32::from(mean);
        if difference < -PLAIN {
            ink.dark.set(x as u32, y as u32);
        } else if difference > PLAIN {
            ink.light.set(x as u32, y as u32);
        }
    });
    Some(ink)
}
