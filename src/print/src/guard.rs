//! Keeps pairs of bytes that a printer would execute out of pixels.
//!
//! The method: one dot of each such pair is flipped: the one whose neighbours already have the new colour. Splitting
//! bands cannot help inside a row, and changing the row's bytes in any other way would move the picture.

use crate::bitmap::Bitmap;

/// Whether two bytes in a row of packed pixels must not be sent.
pub(crate) type IsCode = fn(u8, u8) -> bool;

/// A picture without codes, and how many dots had to change for it (usually none).
pub(crate) fn disarm(bitmap: &Bitmap, is_code: IsCode) -> (Bitmap, u32) {
    let mut safe = bitmap.clone();
    let mut flipped = 0;
    let mut at = 0;
    while let Some(found) = next_code(safe.bytes(), at, is_code) {
        let (x, y, black) = least_visible(&safe, found, is_code);
        safe.set(x, y, black);
        flipped += 1;
        at = found;
    }
    (safe, flipped)
}

/// Where the next code begins, from `start` on.
pub(crate) fn next_code(bytes: &[u8], start: usize, is_code: IsCode) -> Option<usize> {
    let tail = bytes.get(start..)?;
    tail.windows(2).position(|pair| is_code(pair[0], pair[1])).map(|at| at + start)
}

/// Of the 16 dots of the pair the one that differs from most of its neighbours and makes no new code.
fn least_visible(bitmap: &Bitmap, pair: usize, is_code: IsCode) -> (u32, u32, bool) {
    let stride = bitmap.stride_bytes();
    (0..16u32)
        .map(|i| {
            let byte = pair + i as usize / 8;
            let x = (byte % stride) as u32 * 8 + i % 8;
            (byte, x, (byte / stride) as u32, 0x80u8 >> (i % 8))
        })
        .filter(|(byte, x, _, mask)| {
            *x < bitmap.width_dots() && is_harmless(bitmap.bytes(), pair, *byte, *mask, is_code)
        })
        .map(|(_, x, y, _)| (x, y, !bitmap.is_black(x, y)))
        .min_by_key(|(x, y, black)| strangers(bitmap, *x, *y, *black))
        .expect("every code's first byte has a dot in use whose flip leaves no code")
}

/// Flipping breaks this code and makes no other one with the bytes around.
fn is_harmless(bytes: &[u8], pair: usize, byte: usize, mask: u8, is_code: IsCode) -> bool {
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
