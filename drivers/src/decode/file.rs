//! Codes in picture files: PNG, JPEG, WebP, BMP, GIF and PNM, told by their first bytes.

use std::fs::File;
use std::io::BufReader;
use std::path::Path;

use image::{DynamicImage, ImageReader, Limits};

use super::Luma;

/// A picture of 60 megapixels in colour with its transparency fits.
const LARGEST_ALLOCATION: u64 = 256 << 20;
const LONGEST_SIDE: u32 = 16_384;

/// Why a file is no picture for us.
#[derive(Debug, thiserror::Error)]
pub enum ReadError {
    #[error("it cannot be opened")]
    Open(#[from] std::io::Error),
    #[error("it is no picture that can be read (PNG, JPEG, WebP, BMP, GIF or PNM up to {LONGEST_SIDE} pixels a side)")]
    Picture(#[from] image::ImageError),
    #[error("it has no pixels")]
    Empty,
}

/// The grey picture in a file: what is transparent is white. Sides up to 16,384 pixels, 256 MiB unpacked.
pub fn read_luma(path: &Path) -> Result<Luma<'static>, ReadError> {
    let mut reader = ImageReader::new(BufReader::new(File::open(path)?)).with_guessed_format()?;
    let mut limits = Limits::default();
    limits.max_image_width = Some(LONGEST_SIDE);
    limits.max_image_height = Some(LONGEST_SIDE);
    limits.max_alloc = Some(LARGEST_ALLOCATION);
    reader.limits(limits);
    let picture = reader.decode()?;
    let (width, height) = (picture.width(), picture.height());
    Luma::new(width, height, grey(picture)).ok_or(ReadError::Empty)
}

fn grey(picture: DynamicImage) -> Vec<u8> {
    if !picture.color().has_alpha() {
        return picture.into_luma8().into_raw();
    }
    let on_white = |value: u8, alpha: u8| (u32::from(value) * u32::from(alpha) / 255 + 255 - u32::from(alpha)) as u8;
    picture.into_luma_alpha8().pixels().map(|pixel| on_white(pixel.0[0], pixel.0[1])).collect()
}
