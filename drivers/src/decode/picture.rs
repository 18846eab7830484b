//! A grey picture, 8 bits per pixel.

use std::borrow::Cow;

/// Smaller pictures hold no code: the smallest has 21 modules.
const SMALLEST_SIDE: u32 = 21;

/// Rows from the top, 0 is black. Each side 1 to 65,535 pixels.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Luma<'a> {
    pub(super) width: u32,
    pub(super) height: u32,
    pub(super) pixels: Cow<'a, [u8]>,
}

impl<'a> Luma<'a> {
    /// `None` unless there are exactly `width` × `height` pixels and each side is 1 to 65,535.
    pub fn new(width: u32, height: u32, pixels: impl Into<Cow<'a, [u8]>>) -> Option<Luma<'a>> {
        let pixels = pixels.into();
        let sides = 1..=u32::from(u16::MAX);
        let fits = sides.contains(&width) && sides.contains(&height);
        (fits && pixels.len() as u64 == u64::from(width) * u64::from(height)).then_some(Luma { width, height, pixels })
    }

    pub fn width(&self) -> u32 {
        self.width
    }

    pub fn height(&self) -> u32 {
        self.height
    }

    pub fn pixels(&self) -> &[u8] {
        &self.pixels
    }

    /// With pixels of its own.
    pub fn into_owned(self) -> Luma<'static> {
        Luma { width: self.width, height: self.height, pixels: Cow::Owned(self.pixels.into_owned()) }
    }

    /// Half as wide and high, each pixel the mean of four; `None` when no code could be in it.
    pub fn half(&self) -> Option<Luma<'static>> {
        let (width, height) = (self.width / 2, self.height / 2);
        if width.min(height) < SMALLEST_SIDE {
            return None;
        }
        let mut pixels = Vec::with_capacity(width as usize * height as usize);
        for pair in self.pixels.chunks_exact(self.width as usize * 2) {
            let (upper, lower) = pair.split_at(self.width as usize);
            let squares = upper.chunks_exact(2).zip(lower.chunks_exact(2));
            pixels.extend(squares.map(|(a, b)| mean(&[a[0], a[1], b[0], b[1]])));
        }
        Some(Luma { width, height, pixels: Cow::Owned(pixels) })
    }

    /// Twice as wide and high; `None` where that would be too large.
    pub fn double(&self) -> Option<Luma<'static>> {
        let (width, height) = (self.width as usize, self.height as usize);
        let mut pixels = Vec::with_capacity(width * height * 4);
        for y in 0..height * 2 {
            let (upper, lower) = (self.row(nearest(y, height)), self.row(other(y, height)));
            pixels.extend((0..width * 2).map(|x| {
                let (near, far) = (nearest(x, width), other(x, width));
                let level = |row: &[u8]| u16::from(row[near]) * 3 + u16::from(row[far]);
                ((level(upper) * 3 + level(lower) + 8) / 16) as u8
            }));
        }
        Luma::new(self.width * 2, self.height * 2, pixels)
    }

    /// Black for white.
    pub fn inverted(&self) -> Luma<'static> {
        self.with_pixels(self.pixels.iter().map(|pixel| !pixel).collect())
    }

    /// Each pixel the mean of its neighbourhood of nine, weighted by nearness.
    pub fn smoothed(&self) -> Luma<'static> {
        let (width, height) = (self.width as usize, self.height as usize);
        let mut sums = vec![0u16; width];
        let mut pixels = Vec::with_capacity(width * height);
        for y in 0..height {
            let (above, here, below) = (self.row(y.saturating_sub(1)), self.row(y), self.row((y + 1).min(height - 1)));
            for (x, sum) in sums.iter_mut().enumerate() {
                *sum = u16::from(above[x]) + 2 * u16::from(here[x]) + u16::from(below[x]);
            }
            let sum = |x: usize| (sums[x.saturating_sub(1)] + 2 * sums[x] + sums[(x + 1).min(width - 1)] + 8) / 16;
            pixels.extend((0..width).map(|x| sum(x) as u8));
        }
        self.with_pixels(pixels)
    }

    /// Edges that a lens or a moving hand softened are steepened; noise grows with them.
    pub fn sharpened(&self) -> Luma<'static> {
        let calm = self.smoothed();
        let soft = calm.smoothed().smoothed().smoothed();
        let pairs = calm.pixels.iter().zip(soft.pixels.iter()).map(|(&a, &b)| (i16::from(a), i16::from(b)));
        self.with_pixels(pairs.map(|(calm, soft)| (calm * 5 - soft * 4).clamp(0, 255) as u8).collect())
    }

    /// Black where a pixel is darker than the mean of the square around it, `reach` pixels to each side, and white
    /// elsewhere: neither low contrast nor a shadow matters.
    pub fn divided(&self, reach: usize) -> Luma<'static> {
        let (width, height) = (self.width as usize, self.height as usize);
        let sums = self.sums();
        let mut pixels = Vec::with_capacity(width * height);
        for y in 0..height {
            let (top, bottom) = (y.saturating_sub(reach), (y + reach + 1).min(height));
            let (upper, lower) = (&sums[top * (width + 1)..], &sums[bottom * (width + 1)..]);
            pixels.extend(self.row(y).iter().enumerate().map(|(x, &pixel)| {
                let (left, right) = (x.saturating_sub(reach), (x + reach + 1).min(width));
                let sum = lower[right].wrapping_sub(lower[left]).wrapping_sub(upper[right]).wrapping_add(upper[left]);
                let count = ((bottom - top) * (right - left)) as u32;
                if (u32::from(pixel) + MARGIN) * count > sum { 255 } else { 0 }
            }));
        }
        self.with_pixels(pixels)
    }

    /// Sums of all pixels above and left, a row and a column of zeros first. They may wrap, their differences do not.
    fn sums(&self) -> Vec<u32> {
        let width = self.width as usize;
        let mut sums = vec![0u32; (width + 1) * (self.height as usize + 1)];
        for (y, row) in self.pixels.chunks_exact(width).enumerate() {
            let (before, now) = sums[y * (width + 1)..].split_at_mut(width + 1);
            let mut so_far = 0u32;
            for (x, &pixel) in row.iter().enumerate() {
                so_far = so_far.wrapping_add(u32::from(pixel));
                now[x + 1] = before[x + 1].wrapping_add(so_far);
            }
        }
        sums
    }

    fn row(&self, y: usize) -> &[u8] {
        &self.pixels[y * self.width as usize..][..self.width as usize]
    }

    fn with_pixels(&self, pixels: Vec<u8>) -> Luma<'static> {
        Luma { width: self.width, height: self.height, pixels: Cow::Owned(pixels) }
    }
}

/// So much lighter than its surroundings a black pixel may be: paper's own noise stays white.
const MARGIN: u32 = 3;

/// Of a side that is doubled: where a new pixel lies, and the next nearest to it.
fn nearest(at: usize, side: usize) -> usize {
    (at / 2).min(side - 1)
}

fn other(at: usize, side: usize) -> usize {
    if at % 2 == 1 { (at / 2 + 1).min(side - 1) } else { (at / 2).saturating_sub(1) }
}

fn mean(four: &[u8; 4]) -> u8 {
    let sum: u16 = four.iter().map(|&pixel| u16::from(pixel)).sum();
    ((sum + 2) / 4) as u8
}

#[cfg(test)]
mod tests {
    use super::*;

    fn luma(width: u32, pixels: &[u8]) -> Luma<'static> {
        Luma::new(width, pixels.len() as u32 / width, pixels.to_vec()).expect("whole rows")
    }

    #[test]
    fn pixels_keep_their_brightness_through_every_change() {
        let flat = luma(50, &[77; 50 * 60]);
        for changed in [flat.half(), flat.double(), Some(flat.smoothed()), Some(flat.sharpened())] {
            assert!(changed.expect("large enough").pixels().iter().all(|&pixel| pixel == 77));
        }
        assert!(flat.divided(15).pixels().iter().all(|&pixel| pixel == 255));
    }

    #[test]
    fn neighbours_are_mixed_by_nearness() {
        assert_eq!(luma(2, &[0, 160]).double().expect("small").pixels(), [0, 40, 120, 160, 0, 40, 120, 160]);
        assert_eq!(luma(3, &[0, 0, 0, 0, 160, 0, 0, 0, 0]).smoothed().pixels(), [10, 20, 10, 20, 40, 20, 10, 20, 10]);
        assert_eq!(luma(2, &[7, 250]).inverted().pixels(), [248, 5]);
        assert_eq!(luma(3, &[50, 52, 60]).divided(1).pixels(), [255, 255, 255]);
        assert_eq!(luma(3, &[50, 70, 60]).divided(1).pixels(), [0, 255, 0]);
        assert_eq!(luma(20, &[0; 400]).half(), None);
    }
}
