use super::*;
use proptest::prelude::*;

#[test]
fn packed_rows_with_dirty_padding_come_out_clean() {
    let bitmap = Bitmap::from_packed(4, 2, vec![0xFF, 0x0F]).expect("two rows of one byte");
    assert_eq!(bitmap.bytes(), [0xF0, 0x00]);
}

#[test]
fn sizes_that_cannot_be_are_refused() {
    assert!(matches!(Bitmap::white(0, 5), Err(BitmapError::Empty { .. })));
    assert!(matches!(Bitmap::white(5_000, 5), Err(BitmapError::TooLarge { .. })));
    assert!(matches!(Grey::new(2, 2, vec![0; 3]), Err(BitmapError::WrongLength { expected: 4, got: 3, .. })));
    assert!(matches!(Bitmap::from_packed(9, 1, vec![0]), Err(BitmapError::WrongLength { expected: 2, .. })));
}

#[test]
fn text_is_cut_at_the_threshold() {
    let grey = Grey::new(9, 1, vec![0, 127, 128, 255, 0, 255, 0, 255, 10]).expect("nine dots");
    assert_eq!(Bitmap::from_grey(&grey, 128).bytes(), [0b1100_1010, 0b1000_0000]);
}

#[test]
fn photo_keeps_its_grey_and_text_beside_it_its_edges() {
    let (width, height) = (64, 64);
    let pixels = (0..width * height).map(|i| if i % width < 32 { 64 } else { 200 }).collect();
    let grey = Grey::new(width, height, pixels).expect("64 × 64");
    let photo = Region { x: 0, y: 0, width_dots: 32, height_dots: 500 };
    let bitmap = Bitmap::from_grey_with_photos(&grey, 128, &[photo]);
    let black_in = |from: u32, to: u32| {
        (0..height).map(|y| (from..to).filter(|x| bitmap.is_black(*x, y)).count()).sum::<usize>() as u32
    };
    let dark_share = black_in(0, 32) * 100 / (32 * height);
    assert!((72..=78).contains(&dark_share), "grey 64 is 75 % black, got {dark_share} %");
    assert_eq!(black_in(32, 64), 0);
}

#[test]
fn colours_weigh_as_the_eye_sees_them() {
    let grey = Grey::from_rgb(3, 1, 4, &[255, 0, 0, 0, 0, 255, 0, 0, 0, 0, 255, 0]).expect("three dots");
    assert_eq!(grey.pixels(), [76, 150, 29]);
}

proptest! {
    #[test]
    fn black_and_white_grey_comes_back_dot_by_dot(width in 1u32..40, dots in prop::collection::vec(any::<bool>(), 40..400)) {
        let height = dots.len() as u32 / width;
        let pixels = dots.iter().take((width * height) as usize).map(|black| if *black { 0 } else { 255 }).collect();
        let grey = Grey::new(width, height, pixels).expect("sizes fit");
        prop_assert_eq!(Bitmap::from_grey(&grey, 128).to_grey(), grey.clone());
        let everything = Region { x: 0, y: 0, width_dots: u32::MAX, height_dots: u32::MAX };
        prop_assert_eq!(Bitmap::from_grey_with_photos(&grey, 128, &[everything]).to_grey(), grey);
    }
}
