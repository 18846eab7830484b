//! Pictures of paper: 8-bit grey as a renderer draws it, and 1 bit as a thermal head burns it.
//! Text and codes are thresholded (sharp edges), photos are error-diffused. Nothing is scaled here.

use serde::{Deserialize, Serialize};

/// Widest picture in dots: four times an 80 mm head at 203 dpi.
pub const MAX_WIDTH_DOTS: u32 = 4_096;
/// Longest picture in dots: eight metres at 203 dpi.
pub const MAX_HEIGHT_DOTS: u32 = 65_535;

/// A picture that cannot be one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum BitmapError {
    #[error("a picture needs at least one dot, this one is {width_dots} × {height_dots}")]
    Empty { width_dots: u32, height_dots: u32 },
    #[error("{width_dots} × {height_dots} dots are more than {MAX_WIDTH_DOTS} × {MAX_HEIGHT_DOTS}")]
    TooLarge { width_dots: u32, height_dots: u32 },
    #[error("{width_dots} × {height_dots} dots need {expected} bytes, got {got}")]
    WrongLength { width_dots: u32, height_dots: u32, expected: usize, got: usize },
}

/// 1 bit per dot, 1 = black, rows packed from the left (most significant bit first) and padded to whole bytes with white.
#[derive(Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "RawBitmap")]
pub struct Bitmap {
    width_dots: u32,
    height_dots: u32,
    bytes: Vec<u8>,
}

#[derive(Deserialize)]
struct RawBitmap {
    width_dots: u32,
    height_dots: u32,
    bytes: Vec<u8>,
}

impl TryFrom<RawBitmap> for Bitmap {
    type Error = BitmapError;

    fn try_from(raw: RawBitmap) -> Result<Bitmap, BitmapError> {
        Bitmap::from_packed(raw.width_dots, raw.height_dots, raw.bytes)
    }
}

impl std::fmt::Debug for Bitmap {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Bitmap({} × {} dots, {} black)", self.width_dots, self.height_dots, self.black_dots())
    }
}

impl Bitmap {
    /// All white. Refuses empty and oversized pictures.
    pub fn white(width_dots: u32, height_dots: u32) -> Result<Bitmap, BitmapError> {
        check_size(width_dots, height_dots)?;
        let bytes = vec![0; stride(width_dots) * height_dots as usize];
        Ok(Bitmap { width_dots, height_dots, bytes })
    }

    /// Takes packed rows as they are; the padding on the right is cleared.
    pub fn from_packed(width_dots: u32, height_dots: u32, bytes: Vec<u8>) -> Result<Bitmap, BitmapError> {
        check_size(width_dots, height_dots)?;
        check_length(width_dots, height_dots, stride(width_dots) * height_dots as usize, bytes.len())?;
        let mut bitmap = Bitmap { width_dots, height_dots, bytes };
        bitmap.clear_padding();
        Ok(bitmap)
    }

    /// Everything darker than `threshold` (0 to 255) becomes black; right for text and QR codes.
    pub fn from_grey(grey: &Grey, threshold: u8) -> Bitmap {
        Bitmap::from_grey_with_photos(grey, threshold, &[])
    }

    /// Like [`Bitmap::from_grey`], but the given regions are error-diffused (Floyd–Steinberg): photos and logos.
    /// Parts of a region outside the picture are ignored.
    pub fn from_grey_with_photos(grey: &Grey, threshold: u8, photos: &[Region]) -> Bitmap {
        let mut bitmap = Bitmap {
            width_dots: grey.width_dots,
            height_dots: grey.height_dots,
            bytes: vec![0; stride(grey.width_dots) * grey.height_dots as usize],
        };
        let grey_rows = grey.pixels.chunks_exact(grey.width_dots as usize);
        for (packed, row) in bitmap.bytes.chunks_exact_mut(stride(grey.width_dots)).zip(grey_rows) {
            threshold_row(row, threshold, packed);
        }
        for photo in photos {
            diffuse(grey, *photo, &mut bitmap);
        }
        bitmap
    }

    pub fn width_dots(&self) -> u32 {
        self.width_dots
    }

    pub fn height_dots(&self) -> u32 {
        self.height_dots
    }

    /// Bytes of one row.
    pub fn stride_bytes(&self) -> usize {
        stride(self.width_dots)
    }

    /// All rows, packed.
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// Row `y` packed; empty below the picture.
    pub fn row(&self, y: u32) -> &[u8] {
        let start = y as usize * self.stride_bytes();
        self.bytes.get(start..start + self.stride_bytes()).unwrap_or(&[])
    }

    /// Whether a dot is black; white outside the picture.
    pub fn is_black(&self, x: u32, y: u32) -> bool {
        x < self.width_dots && self.row(y).get(x as usize / 8).is_some_and(|byte| byte & (0x80 >> (x % 8)) != 0)
    }

    /// Sets a dot; nothing happens outside the picture.
    pub fn set(&mut self, x: u32, y: u32, black: bool) {
        if x >= self.width_dots || y >= self.height_dots {
            return;
        }
        let at = y as usize * self.stride_bytes() + x as usize / 8;
        let mask = 0x80 >> (x % 8);
        if black {
            self.bytes[at] |= mask;
        } else {
            self.bytes[at] &= !mask;
        }
    }

    pub fn black_dots(&self) -> u64 {
        self.bytes.iter().map(|byte| u64::from(byte.count_ones())).sum()
    }

    /// The picture as 8-bit grey, black 0 and white 255: for previews and PNG files.
    pub fn to_grey(&self) -> Grey {
        let mut pixels = Vec::with_capacity(self.width_dots as usize * self.height_dots as usize);
        for y in 0..self.height_dots {
            pixels.extend((0..self.width_dots).map(|x| if self.is_black(x, y) { 0 } else { 255 }));
        }
        Grey { width_dots: self.width_dots, height_dots: self.height_dots, pixels }
    }

    fn clear_padding(&mut self) {
        let used = self.width_dots % 8;
        if used == 0 {
            return;
        }
        let stride = self.stride_bytes();
        for row in self.bytes.chunks_exact_mut(stride) {
            row[stride - 1] &= 0xFF << (8 - used);
        }
    }
}

/// 8 bits per dot, 0 = black, 255 = white.
#[derive(Clone, PartialEq, Eq)]
pub struct Grey {
    width_dots: u32,
    height_dots: u32,
    pixels: Vec<u8>,
}

impl std::fmt::Debug for Grey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Grey({} × {} dots)", self.width_dots, self.height_dots)
    }
}

impl Grey {
    /// One byte per dot, row by row.
    pub fn new(width_dots: u32, height_dots: u32, pixels: Vec<u8>) -> Result<Grey, BitmapError> {
        check_size(width_dots, height_dots)?;
        check_length(width_dots, height_dots, width_dots as usize * height_dots as usize, pixels.len())?;
        Ok(Grey { width_dots, height_dots, pixels })
    }

    /// From `channels` bytes per dot (3 = RGB, 4 = RGBA; alpha is ignored, paper is opaque), luma after Rec. 601.
    pub fn from_rgb(width_dots: u32, height_dots: u32, channels: usize, rgb: &[u8]) -> Result<Grey, BitmapError> {
        check_size(width_dots, height_dots)?;
        let channels = channels.max(3);
        check_length(width_dots, height_dots, width_dots as usize * height_dots as usize * channels, rgb.len())?;
        Ok(Grey { width_dots, height_dots, pixels: rgb.chunks_exact(channels).map(luma).collect() })
    }

    pub fn width_dots(&self) -> u32 {
        self.width_dots
    }

    pub fn height_dots(&self) -> u32 {
        self.height_dots
    }

    /// One byte per dot, row by row.
    pub fn pixels(&self) -> &[u8] {
        &self.pixels
    }
}

/// A rectangle in dots.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Region {
    pub x: u32,
    pub y: u32,
    pub width_dots: u32,
    pub height_dots: u32,
}

fn stride(width_dots: u32) -> usize {
    width_dots.div_ceil(8) as usize
}

fn check_size(width_dots: u32, height_dots: u32) -> Result<(), BitmapError> {
    if width_dots == 0 || height_dots == 0 {
        return Err(BitmapError::Empty { width_dots, height_dots });
    }
    if width_dots > MAX_WIDTH_DOTS || height_dots > MAX_HEIGHT_DOTS {
        return Err(BitmapError::TooLarge { width_dots, height_dots });
    }
    Ok(())
}

fn check_length(width_dots: u32, height_dots: u32, expected: usize, got: usize) -> Result<(), BitmapError> {
    if expected == got { Ok(()) } else { Err(BitmapError::WrongLength { width_dots, height_dots, expected, got }) }
}

fn luma(dot: &[u8]) -> u8 {
    ((u32::from(dot[0]) * 299 + u32::from(dot[1]) * 587 + u32::from(dot[2]) * 114 + 500) / 1_000) as u8
}

fn threshold_row(grey: &[u8], threshold: u8, packed: &mut [u8]) {
    for (byte, dots) in packed.iter_mut().zip(grey.chunks(8)) {
        *byte = dots.iter().enumerate().fold(0, |bits, (i, dot)| bits | (u8::from(*dot < threshold) << (7 - i)));
    }
}

/// Floyd–Steinberg with integer errors (in sixteenths); the error stays inside the region.
fn diffuse(grey: &Grey, region: Region, bitmap: &mut Bitmap) {
    let right = region.x.saturating_add(region.width_dots).min(grey.width_dots);
    let bottom = region.y.saturating_add(region.height_dots).min(grey.height_dots);
    if region.x >= right || region.y >= bottom {
        return;
    }
    let width = (right - region.x) as usize;
    let mut here = vec![0i32; width + 2];
    let mut below = vec![0i32; width + 2];
    for y in region.y..bottom {
        let row = &grey.pixels[y as usize * grey.width_dots as usize..][region.x as usize..right as usize];
        for (i, dot) in row.iter().enumerate() {
            let wanted = i32::from(*dot) + here[i + 1] / 16;
            let black = wanted < 128;
            bitmap.set(region.x + i as u32, y, black);
            let error = wanted - if black { 0 } else { 255 };
            here[i + 2] += error * 7;
            below[i] += error * 3;
            below[i + 1] += error * 5;
            below[i + 2] += error;
        }
        std::mem::swap(&mut here, &mut below);
        below.fill(0);
    }
}

#[cfg(test)]
mod tests;
