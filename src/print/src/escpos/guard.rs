//! Keeps real-time codes out of pixels. Printers execute `DLE EOT`, `DLE ENQ` and `DLE DC4` as soon as they are
//! received, "even if it appears as part of another command" (Epson, "DLE EOT", notes; Xprinter's XP-80 manual
//! says the same of "DLE DC4"): a picture could open a drawer, or clear the buffer and swallow the badge.
//!
//! The method: wherever `10` is followed by `04`, `05` or `14`, one dot of the two bytes is flipped: the one whose
//! neighbours already have the new colour. Splitting bands cannot help inside a row, and changing the row's
//! bytes in any other way would move the picture.

use crate::bitmap::Bitmap;

/// A picture without real-time codes, and how many dots had to change for it (usually none).
pub fn disarm(bitmap: &Bitmap) -> (Bitmap, u32) {
    let mut safe = bitmap.clone();
    let mut flipped = 0;
    let mut at = 0;
    while let Some(found) = next_code(safe.bytes(), at) {
        let (x, y, black) = least_visible(&safe, found);
        safe.set(x, y, black);
        flipped += 1;
        at = found;
    }
    (safe, flipped)
}

/// Whether two bytes in a row begin a real-time command.
pub fn is_code(first: u8, second: u8) -> bool {
    first == 0x10 && matches!(second, 0x04 | 0x05 | 0x14)
}

/// Where the next code begins, from `start` on.
pub fn next_code(bytes: &[u8], start: usize) -> Option<usize> {
    let tail = bytes.get(start..)?;
    tail.windows(2).position(|pair| is_code(pair[0], pair[1])).map(|at| at + start)
}

/// Of the 16 dots of the pair the one that differs from most of its neighbours and makes no new code.
fn least_visible(bitmap: &Bitmap, pair: usize) -> (u32, u32, bool) {
    let stride = bitmap.stride_bytes();
    (0..16u32)
        .map(|i| {
            let byte = pair + i as usize / 8;
            let x = (byte % stride) as u32 * 8 + i % 8;
            (byte, x, (byte / stride) as u32, 0x80u8 >> (i % 8))
        })
        .filter(|(byte, x, _, mask)| *x < bitmap.width_dots() && is_harmless(bitmap.bytes(), pair, *byte, *mask))
        .map(|(_, x, y, _)| (x, y, !bitmap.is_black(x, y)))
        .min_by_key(|(x, y, black)| strangers(bitmap, *x, *y, *black))
        .expect("bit 3 of the first byte is in use, and clearing it leaves neither code nor 10")
}

/// Flipping breaks this code and makes no other one with the bytes around.
fn is_harmless(bytes: &[u8], pair: usize, byte: usize, mask: u8) -> bool {
    let flipped = |at: usize| bytes.get(at).map(|value| if at == byte { value ^ mask } else { *value });
    (pair.saturating_sub(1)..=pair + 1).all(|at| match (flipped(at), flipped(at + 1)) {
        (Some(first), Some(second)) => !is_code(first, second),
        _ => true,
    })
}

/// How many of the eight neighbours have the other colour.
fn strangers(bitmap: &Bitmap, x: u32, y: u32, black: bool) -> usize {
    let around = |center: u32| [center.checked_sub(1), Some(center), center.checked_add(1)];
    around(x)
        .into_iter()
        .flatten()
        .flat_map(|near_x| around(y).into_iter().flatten().map(move |near_y| (near_x, near_y)))
        .filter(|near| *near != (x, y) && bitmap.is_black(near.0, near.1) != black)
        .count()
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
