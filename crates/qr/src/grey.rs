//! A picture in shades of grey, and what can be done to it before a code is looked for.
//!
//! It shows the seed as plainly as the text does, so its pixels are wiped when it goes.

use zeroize::Zeroize as _;

/// Rows of pixels, 0 for black to 255 for white. Never empty.
pub(crate) struct Grey {
    width: usize,
    pixels: Vec<u8>,
}

impl Drop for Grey {
    fn drop(&mut self) {
        self.pixels.zeroize();
    }
}

impl Grey {
    /// `pixels` are whole rows, at least one.
    pub(crate) fn new(width: usize, pixels: Vec<u8>) -> Grey {
        debug_assert!(width > 0 && !pixels.is_empty() && pixels.len().is_multiple_of(width));
        Grey { width, pixels }
    }

    pub(crate) fn width(&self) -> usize {
        self.width
    }

    pub(crate) fn height(&self) -> usize {
        self.pixels.len() / self.width
    }

    pub(crate) fn area(&self) -> usize {
        self.pixels.len()
    }

    pub(crate) fn row(&self, y: usize) -> &[u8] {
        &self.pixels[y * self.width..][..self.width]
    }

    /// Twice as wide and high, with straight ramps between the pixels.
    pub(crate) fn doubled(&self) -> Grey {
        let mut pixels = Vec::with_capacity(4 * self.area());
        for y in 0..2 * self.height() {
            let (near, far) = neighbours(y, self.height());
            let (near, far) = (self.row(near), self.row(far));
            for x in 0..2 * self.width {
                let (left, right) = neighbours(x, self.width);
                let at = |row: &[u8]| 3 * u32::from(row[left]) + u32::from(row[right]);
                pixels.push(((3 * at(near) + at(far) + 8) / 16) as u8);
            }
        }
        Grey::new(2 * self.width, pixels)
    }

    /// Half as wide and high: each pixel is the mean of four. None where nothing would be left.
    pub(crate) fn halved(&self) -> Option<Grey> {
        let (width, height) = (self.width / 2, self.height() / 2);
        if width == 0 || height == 0 {
            return None;
        }
        let mut pixels = Vec::with_capacity(width * height);
        for y in 0..height {
            let (upper, lower) = (
                self.row(2 * y).as_chunks::<2>().0,
                self.row(2 * y + 1).as_chunks::<2>().0,
            );
            let four = upper.iter().zip(lower);
            pixels.extend(four.map(|(a, b)| {
                let sum: u32 = a.iter().chain(b).copied().map(u32::from).sum();
                ((sum + 2) / 4) as u8
            }));
        }
        Some(Grey::new(width, pixels))
    }

    /// Each pixel becomes the median of the nine around it: specks go, edges stay.
    pub(crate) fn despeckled(&self) -> Grey {
        self.filtered(|[a, b, c, d, e, f, g, h, i]| {
            // Of three sorted threes: the largest low, the middle middle and the smallest high have it between them.
            let threes = [sorted(a, b, c), sorted(d, e, f), sorted(g, h, i)];
            let [low, middle, high] = [0, 1, 2].map(|at| sorted(threes[0][at], threes[1][at], threes[2][at]));
            sorted(low[2], middle[1], high[0])[1]
        })
    }

    /// Each pixel becomes the mean of the nine around it: fine noise goes.
    pub(crate) fn softened(&self) -> Grey {
        self.filtered(|nine| (nine.into_iter().map(u32::from).sum::<u32>() / 9) as u8)
    }

    /// Edges that a blur flattened become steeper.
    pub(crate) fn sharpened(&self, radius: usize) -> Grey {
        let mut pixels = Vec::with_capacity(self.area());
        self.for_each_mean(radius, |_, _, value, mean| {
            let (value, mean) = (i32::from(value), i32::from(mean));
            pixels.push((value + 2 * (value - mean)).clamp(0, 255) as u8);
        });
        Grey::new(self.width, pixels)
    }

    /// Calls `see(x, y, value, mean)` for every pixel, row by row: its value, and the mean of the square of `radius`
    /// pixels around it as far as that lies inside the picture.
    pub(crate) fn for_each_mean(&self, radius: usize, mut see: impl FnMut(usize, usize, u8, u8)) {
        let (width, height) = (self.width, self.height());
        // What each column sums to over the rows of the square; the square then moves along it.
        let mut columns = vec![0_u32; width];
        for y in 0..radius.min(height) {
            add(&mut columns, self.row(y));
        }
        for y in 0..height {
            if y + radius < height {
                add(&mut columns, self.row(y + radius));
            }
            if y > radius {
                for (column, &value) in columns.iter_mut().zip(self.row(y - radius - 1)) {
                    *column -= u32::from(value);
                }
            }
            let rows = (y + radius + 1).min(height) - y.saturating_sub(radius);
            let mut sum: u32 = columns[..radius.min(width)].iter().sum();
            for (x, &value) in self.row(y).iter().enumerate() {
                if x + radius < width {
                    sum += columns[x + radius];
                }
                if x > radius {
                    sum -= columns[x - radius - 1];
                }
                let across = (x + radius + 1).min(width) - x.saturating_sub(radius);
                see(x, y, value, (sum / (rows * across) as u32) as u8);
            }
        }
        columns.zeroize();
    }

    fn filtered(&self, become_of: impl Fn([u8; 9]) -> u8) -> Grey {
        let (width, height) = (self.width, self.height());
        let mut pixels = Vec::with_capacity(self.area());
        for y in 0..height {
            let rows = [
                self.row(y.saturating_sub(1)),
                self.row(y),
                self.row((y + 1).min(height - 1)),
            ];
            for x in 0..width {
                let (left, right) = (x.saturating_sub(1), (x + 1).min(width - 1));
                let [a, b, c] = rows.map(|row| [row[left], row[x], row[right]]);
                pixels.push(become_of([a[0], a[1], a[2], b[0], b[1], b[2], c[0], c[1], c[2]]));
            }
        }
        Grey::new(width, pixels)
    }
}

/// Between which two of `count` pixels the pixel `at` of twice as many lies: the nearer one first.
fn neighbours(at: usize, count: usize) -> (usize, usize) {
    let near = at / 2;
    let far = if at.is_multiple_of(2) {
        near.saturating_sub(1)
    } else {
        near + 1
    };
    (near, far.min(count - 1))
}

fn sorted(a: u8, b: u8, c: u8) -> [u8; 3] {
    let (low, high) = (a.min(b), a.max(b));
    [low.min(c), high.min(c).max(low), high.max(c)]
}

fn add(columns: &mut [u32], row: &[u8]) {
    for (column, &value) in columns.iter_mut().zip(row) {
        *column += u32::from(value);
    }
}
