//! Which of a camera's formats serves best, and the grey picture in a frame of it. Frames come from outside: one
//! that is too short or damaged gives no picture.

use std::borrow::Cow;

use image::ImageFormat;

use crate::decode::Luma;

/// What a frame consists of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Layout {
    /// One byte of grey per pixel.
    Grey,
    /// All greys first, the colours after them (NV12, NV21, YU12, YV12).
    Planar,
    /// Grey and colour by turns (YUYV, YVYU).
    GreyFirst,
    /// Colour and grey by turns (UYVY, VYUY).
    GreySecond,
    /// A JPEG.
    Jpeg,
}

impl Layout {
    /// By V4L2's four characters, as in `linux/videodev2.h`; `None` for those that we do not read.
    pub(super) fn of(four: &[u8; 4]) -> Option<Layout> {
        match four {
            b"GREY" => Some(Layout::Grey),
            b"NV12" | b"NV21" | b"YU12" | b"YV12" => Some(Layout::Planar),
            b"YUYV" | b"YVYU" => Some(Layout::GreyFirst),
            b"UYVY" | b"VYUY" => Some(Layout::GreySecond),
            b"MJPG" | b"JPEG" => Some(Layout::Jpeg),
            _ => None,
        }
    }
}

/// One way in which a camera can send.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Offer {
    pub(super) four: [u8; 4],
    pub(super) width: u32,
    pub(super) height: u32,
    /// Pictures per second, the fastest.
    pub(super) rate: f32,
}

/// Large enough for a code on a phone at arm's length, small enough to be read in some milliseconds.
const WANTED: (u32, u32) = (640, 480);
/// Slower than this, a code that is held out for a second may be missed.
pub(super) const USABLE_RATE: f32 = 9.0;

/// The best of `offers`: raw before JPEG where both are usable, then nearest to 640 × 480 from above, then fast.
pub(super) fn choose(offers: &[Offer]) -> Option<Offer> {
    let known = offers.iter().filter_map(|offer| Some((Layout::of(&offer.four)?, offer)));
    let known = known.filter(|(_, offer)| offer.width > 0 && offer.height > 0);
    known.min_by(|a, b| price(a).total_cmp(&price(b))).map(|(_, offer)| *offer)
}

/// Each fault costs more than all those after it together.
fn price((layout, offer): &(Layout, &Offer)) -> f32 {
    let large = offer.width >= WANTED.0 && offer.height >= WANTED.1;
    let pixels = offer.width as f32 * offer.height as f32 / (WANTED.0 * WANTED.1) as f32;
    let fits = large && offer.rate >= USABLE_RATE;
    let size = if large { pixels.min(999.0) } else { 999.0 / pixels.max(0.001) };
    let unusable = if fits { 0.0 } else { 4e9 };
    let jpeg = if *layout == Layout::Jpeg { 2e7 } else { 0.0 };
    let colour = if *layout == Layout::Grey { 0.0 } else { 1.0 };
    unusable + jpeg + size * 1e3 + colour - offer.rate.clamp(0.0, 60.0) * 4.0
}

/// The grey picture in `frame`. `stride` is the length of a row in bytes, padding included; 0 means without padding.
pub(super) fn luma(layout: Layout, width: u32, height: u32, stride: u32, frame: &[u8]) -> Option<Luma<'_>> {
    let bytes_per_pixel = match layout {
        Layout::Grey | Layout::Planar => 1,
        Layout::GreyFirst | Layout::GreySecond => 2,
        Layout::Jpeg => return jpeg(width, height, frame),
    };
    let (columns, rows) = (width as usize, height as usize);
    let row = columns.checked_mul(bytes_per_pixel)?;
    let stride = (stride as usize).max(row);
    // The last row may lack its padding.
    if row == 0 || frame.len() < stride.checked_mul(rows.checked_sub(1)?)?.checked_add(row)? {
        return None;
    }
    if bytes_per_pixel == 1 && stride == row {
        return Luma::new(width, height, &frame[..row * rows]);
    }
    let first = usize::from(layout == Layout::GreySecond);
    let mut pixels = Vec::with_capacity(columns * rows);
    for line in frame.chunks(stride).take(rows) {
        match bytes_per_pixel {
            1 => pixels.extend_from_slice(&line[..row]),
            _ => pixels.extend(line[..row].chunks_exact(2).map(|pair| pair[first])),
        }
    }
    Luma::new(width, height, pixels)
}

/// A damaged JPEG, and one of another size than agreed, is no picture.
fn jpeg(width: u32, height: u32, frame: &[u8]) -> Option<Luma<'static>> {
    let picture = image::load_from_memory_with_format(frame, ImageFormat::Jpeg).ok()?;
    let fits = picture.width() == width && picture.height() == height;
    fits.then(|| Luma::new(width, height, Cow::Owned(picture.into_luma8().into_raw())))?
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn offer(four: &[u8; 4], width: u32, height: u32, rate: f32) -> Offer {
        Offer { four: *four, width, height, rate }
    }

    fn check(offers: &[Offer], expected: Option<usize>) {
        assert_eq!(choose(offers), expected.map(|index| offers[index]), "{offers:?}");
    }

    #[test]
    fn raw_pictures_of_a_fitting_size_are_chosen() {
        let jpeg = offer(b"MJPG", 640, 480, 30.0);
        let raw = offer(b"YUYV", 640, 480, 30.0);
        check(&[jpeg, raw], Some(1));
        check(&[jpeg, offer(b"YUYV", 320, 240, 30.0)], Some(0));
        check(&[jpeg, offer(b"YUYV", 640, 480, 5.0)], Some(0));
        check(&[jpeg, offer(b"YUYV", 1280, 720, 10.0)], Some(1));
        check(&[offer(b"YUYV", 1920, 1080, 30.0), raw, offer(b"YUYV", 320, 240, 60.0)], Some(1));
        check(&[raw, offer(b"GREY", 640, 480, 30.0)], Some(1));
        check(&[offer(b"YUYV", 640, 480, 15.0), raw], Some(1));
        check(&[offer(b"YUYV", 160, 120, 30.0), offer(b"YUYV", 352, 288, 30.0)], Some(1));
        check(&[offer(b"H264", 640, 480, 30.0), offer(b"YUYV", 0, 480, 30.0)], None);
        check(&[], None);
    }

    #[test]
    fn each_layout_gives_its_grey_bytes() {
        let grey = |layout, stride, frame: &[u8]| luma(layout, 2, 2, stride, frame).map(|luma| luma.pixels().to_vec());
        assert_eq!(grey(Layout::Grey, 0, &[1, 2, 3, 4]), Some(vec![1, 2, 3, 4]));
        assert_eq!(grey(Layout::Planar, 0, &[1, 2, 3, 4, 128, 128]), Some(vec![1, 2, 3, 4]));
        assert_eq!(grey(Layout::Planar, 3, &[1, 2, 0, 3, 4]), Some(vec![1, 2, 3, 4]));
        assert_eq!(grey(Layout::GreyFirst, 0, &[1, 9, 2, 9, 3, 9, 4, 9]), Some(vec![1, 2, 3, 4]));
        assert_eq!(grey(Layout::GreySecond, 0, &[9, 1, 9, 2, 9, 3, 9, 4]), Some(vec![1, 2, 3, 4]));
        assert_eq!(grey(Layout::GreyFirst, 0, &[1, 9, 2, 9, 3, 9, 4]), None);
        assert_eq!(grey(Layout::Jpeg, 0, b"no JPEG"), None);
    }

    proptest! {
        #[test]
        fn any_frame_gives_a_whole_picture_or_none(
            width in 0u32..70, height in 0u32..70, stride in 0u32..200, layout in 0usize..5, frame: Vec<u8>
        ) {
            let layouts = [Layout::Grey, Layout::Planar, Layout::GreyFirst, Layout::GreySecond, Layout::Jpeg];
            if let Some(picture) = luma(layouts[layout], width, height, stride, &frame) {
                prop_assert_eq!(picture.pixels().len() as u32, width * height);
            }
        }
    }
}
