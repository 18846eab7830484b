//! Codes in picture files: PNG, JPEG, WebP, BMP, GIF and PNM, told by their first bytes.

use std::fs::File;
use std::io::BufReader;
use std::panic::catch_unwind;
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
    #[error("it is damaged")]
    Damaged,
}

/// The grey picture in a file: what is transparent is white. Sides up to 16,384 pixels, 256 MiB unpacked.
pub fn read_luma(path: &Path) -> Result<Luma<'static>, ReadError> {
    // Files come from anywhere, and the readers of five formats are not ours.
    catch_unwind(|| unpack(path)).unwrap_or(Err(ReadError::Damaged))
}

fn unpack(path: &Path) -> Result<Luma<'static>, ReadError> {
    let mut reader = ImageReader::new(BufReader::new(File::open(path)?)).with_guessed_format()?;
    let mut limits = Limits::default();
    limits.max_image_width = Some(LONGEST_SIDE);
    limits.max_image_height = Some(LONGEST_SIDE);
    limits.max_alloc = Some(LARGEST_ALLOCATION);
    reader.limits(limits);
    let picture = reader.decode()?;
    let (width, height) = (picture.width(), picture.height());
    Luma::new(width, height, grey(picture)).ok_or(ReadError::Damaged)
}

fn grey(picture: DynamicImage) -> Vec<u8> {
    if !picture.color().has_alpha() {
        return picture.into_luma8().into_raw();
    }
    let on_white = |value: u8, alpha: u8| (u32::from(value) * u32::from(alpha) / 255 + 255 - u32::from(alpha)) as u8;
    picture.into_luma_alpha8().pixels().map(|pixel| on_white(pixel.0[0], pixel.0[1])).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use image::{ImageFormat, Rgb, RgbImage, Rgba, RgbaImage};
    use proptest::prelude::*;

    const FORMATS: [(&str, ImageFormat); 6] = [
        ("png", ImageFormat::Png),
        ("jpg", ImageFormat::Jpeg),
        ("webp", ImageFormat::WebP),
        ("bmp", ImageFormat::Bmp),
        ("gif", ImageFormat::Gif),
        ("ppm", ImageFormat::Pnm),
    ];

    #[test]
    fn every_format_gives_its_grey_whatever_its_name() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        for (name, format) in FORMATS {
            let file = folder.path().join(format!("picture-of-{name}.dat"));
            RgbImage::from_pixel(40, 30, Rgb([128, 128, 128])).save_with_format(&file, format).expect("written");
            let luma = read_luma(&file).expect("a picture");
            assert_eq!((luma.width(), luma.height()), (40, 30));
            assert!(luma.pixels().iter().all(|pixel| (126..=130).contains(pixel)), "{name}");
        }
    }

    #[test]
    fn transparent_pixels_are_white() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let file = folder.path().join("clear.png");
        RgbaImage::from_fn(2, 1, |x, _| Rgba([0, 0, 0, if x == 0 { 0 } else { 255 }])).save(&file).expect("written");
        assert_eq!(read_luma(&file).expect("a picture").pixels(), [255, 0]);
    }

    #[test]
    fn missing_and_foreign_files_tell_what_is_wrong() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let file = folder.path().join("text.png");
        assert!(matches!(read_luma(&file), Err(ReadError::Open(_))));
        std::fs::write(&file, "no picture").expect("written");
        assert!(matches!(read_luma(&file), Err(ReadError::Picture(_))));
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(60))]
        #[test]
        fn damaged_files_are_read_or_refused(format in 0usize..6, at: usize, byte: u8, cut: usize) {
            let mut bytes = std::io::Cursor::new(Vec::new());
            let picture = RgbImage::from_fn(20, 20, |x, y| Rgb([x as u8 * 9, y as u8 * 9, 77]));
            picture.write_to(&mut bytes, FORMATS[format].1).expect("memory");
            let mut bytes = bytes.into_inner();
            let at = at % bytes.len();
            bytes[at] = byte;
            bytes.truncate(bytes.len() - cut % bytes.len() / 4);
            let folder = tempfile::tempdir().expect("a temporary folder");
            let file = folder.path().join("picture");
            std::fs::write(&file, bytes).expect("written");
            let _ = read_luma(&file);
        }
    }
}
