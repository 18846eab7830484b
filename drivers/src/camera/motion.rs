//! Whether something moves: a coarse grid of brightness is compared with the one before. It costs some 20
//! microseconds per picture, so that a camera which nobody stands before costs nearly nothing.

use crate::decode::Luma;

const COLUMNS: usize = 32;
const ROWS: usize = 24;
/// Every so many pixels of a row and every so many rows are looked at.
const STEP: usize = 4;
/// A square of the grid changed by so many levels of 255. A sensor's noise moves a square's mean by one or two.
const CHANGE: i32 = 7;
/// A flickering square is nothing, a phone's edge is in more.
const SQUARES: usize = 3;

/// Remembers the picture before.
#[derive(Debug, Default)]
pub(super) struct Motion {
    before: Vec<i32>,
}

impl Motion {
    /// Whether this picture differs from the one before; the first one does.
    pub(super) fn changed(&mut self, picture: &Luma) -> bool {
        let now = grid(picture);
        let before = std::mem::replace(&mut self.before, now);
        if before.len() != self.before.len() {
            return true;
        }
        // The whole picture growing lighter is the lamp or the exposure, not a guest.
        let total: i32 = self.before.iter().zip(&before).map(|(now, before)| now - before).sum();
        let drift = total / before.len().max(1) as i32;
        let squares = self.before.iter().zip(&before).filter(|(now, before)| (*now - *before - drift).abs() > CHANGE);
        squares.count() >= SQUARES
    }
}

/// The mean brightness of each square.
fn grid(picture: &Luma) -> Vec<i32> {
    let (width, height) = (picture.width() as usize, picture.height() as usize);
    let mut sums = [(0i32, 0i32); COLUMNS * ROWS];
    for (y, row) in picture.pixels().chunks_exact(width).enumerate().step_by(STEP) {
        let squares = &mut sums[y * ROWS / height * COLUMNS..][..COLUMNS];
        for (x, &pixel) in row.iter().enumerate().step_by(STEP) {
            let (sum, count) = &mut squares[x * COLUMNS / width];
            *sum += i32::from(pixel);
            *count += 1;
        }
    }
    sums.iter().map(|(sum, count)| sum / (*count).max(1)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Grey with noise and, at `x`, a white phone.
    fn picture(light: u8, phone: Option<u32>, seed: u32) -> Luma<'static> {
        let mut state = seed.wrapping_mul(2_654_435_761) | 1;
        let mut pixels = Vec::with_capacity(640 * 480);
        for (y, x) in (0..480u32).flat_map(|y| (0..640u32).map(move |x| (y, x))) {
            state ^= state << 13;
            state ^= state >> 17;
            state ^= state << 5;
            let noise = (state >> 24) as i32 % 17 - 8;
            let is_phone = phone.is_some_and(|left| (left..left + 60).contains(&x) && (200..300).contains(&y));
            let value = if is_phone { 230 } else { i32::from(light) };
            pixels.push((value + noise).clamp(0, 255) as u8);
        }
        Luma::new(640, 480, pixels).expect("480 rows of 640")
    }

    fn check(before: &Luma, after: &Luma, expected: bool) {
        let mut motion = Motion::default();
        assert!(motion.changed(before), "the first picture is new");
        assert_eq!(motion.changed(after), expected);
    }

    #[test]
    fn phones_are_motion_and_noise_and_lamps_are_not() {
        check(&picture(90, None, 1), &picture(90, None, 2), false);
        check(&picture(90, None, 1), &picture(120, None, 2), false);
        check(&picture(90, None, 1), &picture(90, Some(300), 2), true);
        check(&picture(90, Some(300), 1), &picture(90, Some(340), 2), true);
    }

    #[test]
    fn picture_of_another_size_or_a_tiny_one_is_no_trouble() {
        let tiny = Luma::new(1, 1, vec![7]).expect("a pixel");
        check(&picture(90, None, 1), &tiny, false);
        check(&tiny, &tiny, false);
    }
}
