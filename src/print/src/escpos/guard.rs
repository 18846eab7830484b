//! Keeps real-time codes out of pixels. Printers execute `DLE EOT`, `DLE ENQ` and `DLE DC4` as soon as they are
//! received, "even if it appears as part of another command" (Epson, "DLE EOT", notes; Xprinter's XP-80 manual
//! says the same of "DLE DC4"): a picture could open a drawer, or clear the buffer and swallow the badge.

use crate::bitmap::Bitmap;
use crate::guard;

/// A picture without real-time codes, and how many dots had to change for it (usually none).
pub fn disarm(bitmap: &Bitmap) -> (Bitmap, u32) {
    guard::disarm(bitmap, is_code)
}

/// Whether two bytes in a row begin a real-time command.
pub fn is_code(first: u8, second: u8) -> bool {
    first == 0x10 && matches!(second, 0x04 | 0x05 | 0x14)
}

/// Where the next code begins, from `start` on.
pub fn next_code(bytes: &[u8], start: usize) -> Option<usize> {
    guard::next_code(bytes, start, is_code)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn check(bytes: &[u8], width_dots: u32, expected_flips: u32) {
        let height_dots = (bytes.len() as u32) / width_dots.div_ceil(8);
        let bitmap = Bitmap::from_packed(width_dots, height_dots, bytes.to_vec()).expect("sizes of the table fit");
        let (safe, flipped) = disarm(&bitmap);
        assert_eq!(next_code(safe.bytes(), 0), None, "{bytes:02X?} → {:02X?}", safe.bytes());
        assert_eq!(flipped, expected_flips, "{bytes:02X?}");
        let differing: u32 = bytes.iter().zip(safe.bytes()).map(|(a, b)| (a ^ b).count_ones()).sum();
        assert!(differing <= flipped, "{differing} dots differ after {flipped} flips");
    }

    #[test]
    fn codes_cost_one_dot_each_and_anything_else_nothing() {
        check(&[0x10, 0x04], 16, 1);
        check(&[0x10, 0x05], 16, 1);
        check(&[0x10, 0x14], 16, 1);
        check(&[0x10, 0x03, 0x11, 0x04], 32, 0);
        // Across the border of two rows.
        check(&[0x00, 0x10, 0x04, 0x00], 16, 1);
        check(&[0x10, 0x10, 0x04, 0x10, 0x14, 0x10, 0x05, 0x04], 64, 3);
        // Four dots wide: the only dot in use of the first byte is the code's own.
        check(&[0x10, 0x00], 4, 0);
    }

    #[test]
    fn beside_a_line_the_flipped_dot_touches_the_line() {
        // A vertical one-dot line in byte 0 and another in byte 1, three rows high.
        let bitmap = Bitmap::from_packed(16, 3, vec![0x10, 0x04, 0x10, 0x04, 0x10, 0x04]).expect("three rows");
        let (safe, flipped) = disarm(&bitmap);
        assert_eq!(flipped, 3);
        for y in 0..3 {
            assert!(safe.is_black(3, y) || safe.is_black(13, y), "a line is gone in row {y}");
        }
    }

    proptest! {
        #[test]
        fn adversarial_pictures_come_out_without_codes(
            width in 1u32..80,
            dots in prop::collection::vec(prop::sample::select(vec![0x10u8, 0x04, 0x05, 0x14, 0x00, 0xFF]), 1..600),
        ) {
            let stride = width.div_ceil(8) as usize;
            let rows = dots.len() / stride;
            prop_assume!(rows > 0);
            let bitmap = Bitmap::from_packed(width, rows as u32, dots[..rows * stride].to_vec()).expect("sizes fit");
            let (safe, flipped) = disarm(&bitmap);
            prop_assert_eq!(next_code(safe.bytes(), 0), None);
            let codes = bitmap.bytes().windows(2).filter(|pair| is_code(pair[0], pair[1])).count();
            prop_assert!(flipped as usize <= codes);
        }
    }
}
