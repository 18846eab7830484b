//! The camera's grey picture as the screen shows it: mirrored, as people know themselves, with the found code outlined.

use drivers::camera::Preview;
use slint::{Rgb8Pixel, SharedPixelBuffer};

/// The outline: the green of the screens' "done".
const OUTLINE: Rgb8Pixel = Rgb8Pixel { r: 0x2E, g: 0xB8, b: 0x6B };
/// Half the line's width as a share of the picture's width.
const LINE_SHARE: f32 = 1.0 / 130.0;

/// The picture, as large as the preview.
pub fn of(preview: &Preview) -> SharedPixelBuffer<Rgb8Pixel> {
    let (width, height) = (preview.width, preview.height);
    let mut picture = SharedPixelBuffer::<Rgb8Pixel>::new(width, height);
    let row = width as usize;
    if row == 0 || preview.luma.len() < row * height as usize {
        return picture;
    }
    let pixels = picture.make_mut_slice();
    for (line, seen) in pixels.chunks_exact_mut(row).zip(preview.luma.chunks_exact(row)) {
        for (pixel, grey) in line.iter_mut().zip(seen.iter().rev()) {
            *pixel = Rgb8Pixel::new(*grey, *grey, *grey);
        }
    }
    let finite = |corners: &[(f32, f32); 4]| corners.iter().all(|(x, y)| x.is_finite() && y.is_finite());
    if let Some(corners) = preview.outline.filter(finite) {
        let mirrored = corners.map(|(x, y)| (width as f32 - 1.0 - x, y));
        for side in 0..4 {
            draw_line(pixels, (row, height as usize), mirrored[side], mirrored[(side + 1) % 4]);
        }
    }
    picture
}

/// A line of round dots. What lies outside of the picture is left out.
fn draw_line(pixels: &mut [Rgb8Pixel], size: (usize, usize), from: (f32, f32), to: (f32, f32)) {
    let thick = (size.0 as f32 * LINE_SHARE).max(1.0);
    let (dx, dy) = (to.0 - from.0, to.1 - from.1);
    // Corners come from a decoder: whatever they are, a line is no longer than both sides of the picture.
    let longest = (size.0 + size.1) as f32;
    let steps = dx.hypot(dy).min(longest).max(1.0);
    for step in 0..=steps as usize {
        let share = step as f32 / steps;
        draw_dot(pixels, size, (from.0 + dx * share, from.1 + dy * share), thick);
    }
}

fn draw_dot(pixels: &mut [Rgb8Pixel], (width, height): (usize, usize), (x, y): (f32, f32), radius: f32) {
    let range = |centre: f32, end: usize| {
        let first = (centre - radius).max(0.0) as usize;
        let last = (centre + radius).min(end as f32 - 1.0).max(-1.0);
        first..(last + 1.0) as usize
    };
    for row in range(y, height) {
        for column in range(x, width) {
            if (column as f32 - x).hypot(row as f32 - y) <= radius {
                pixels[row * width + column] = OUTLINE;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn preview(outline: Option<[(f32, f32); 4]>) -> Preview {
        let luma: Vec<u8> = (0..100 * 80).map(|at| if at % 100 < 10 { 200 } else { 20 }).collect();
        Preview { width: 100, height: 80, luma: luma.into(), outline }
    }

    #[test]
    fn picture_is_mirrored_and_the_outline_with_it() {
        let square = [(10.0, 10.0), (30.0, 10.0), (30.0, 30.0), (10.0, 30.0)];
        let picture = of(&preview(Some(square)));
        let pixel = |x: usize, y: usize| picture.as_slice()[y * 100 + x];
        assert_eq!((pixel(95, 60).r, pixel(5, 60).r), (200, 20));
        assert_eq!((pixel(89, 20), pixel(69, 20)), (OUTLINE, OUTLINE), "left and right side, mirrored");
        assert_eq!(pixel(79, 20).r, 20, "inside nothing is covered");
    }

    #[test]
    fn outline_of_any_corners_stays_in_the_picture() {
        for wild in [-1e9, 1e9, f32::NAN, f32::INFINITY] {
            of(&preview(Some([(wild, 3.0), (3.0, wild), (wild, wild), (50.0, -4.0)])));
        }
        of(&Preview { width: 3, height: 3, luma: vec![0; 4].into(), outline: None });
    }
}
