use super::*;
use crate::brother::encode::{BrotherOptions, encode, resynchronise};
use crate::model::Label;
use crate::reading::promises::{hostile, picture, read_in_pieces};
use proptest::prelude::*;

fn check(bytes: &[u8], expected: Result<Vec<Token>, ParseError>) {
    assert_eq!(parse(bytes).map(|document| document.commands), expected, "{bytes:02X?}");
}

#[test]
fn commands_are_read_and_strangers_refused() {
    check(&[0, 0, 0x1B, 0x40, 0x1B, 0x69, 0x53], Ok(vec![Token::Initialise, Token::AskStatus]));
    check(&[0x1B, 0x69, 0x61, 1, 0x1B, 0x69, 0x21, 0], Ok(vec![Token::RasterMode, Token::PushStatus(true)]));
    check(&[0x1B, 0x69, 0x64, 35, 0, 0x4D, 2], Ok(vec![Token::Feed(35), Token::Packed(true)]));
    check(b"hello", Err(ParseError::Unknown { offset: 0, byte: b'h' }));
    check(&[0x1B, 0x69, 0x61, 0], Err(ParseError::OutOfRange { offset: 0 }));
    check(&[0x67, 0, 1, 0xFF], Err(ParseError::OutOfRange { offset: 0 }));
    check(&[0x4D, 2, 0x67, 0, 1, 0xA7], Err(ParseError::OutOfRange { offset: 2 }));
    check(&[0x4D, 2, 0x67, 0, 2, 0xA8, 0], Err(ParseError::OutOfRange { offset: 2 }));
    check(&[0x1A], Err(ParseError::OutOfRange { offset: 1 }));
    check(&[0x67, 0, 90, 1, 2], Err(ParseError::CutOff { offset: 0 }));
    check(&[0x1B, 0x69, 0x7A, 0xCE, 0x0A], Err(ParseError::CutOff { offset: 0 }));
}

#[test]
fn first_dot_of_the_picture_is_the_last_pin_but_the_unused() {
    let mut bitmap = Bitmap::white(696, 1).expect("a picture");
    bitmap.set(0, 0, true);
    let options = BrotherOptions { compress: false, ..BrotherOptions::default() };
    let bytes: Vec<u8> = encode(&bitmap, &options).flatten().collect();
    let line = &bytes[bytes.len() - 91..bytes.len() - 1];
    // 12 unused pins at the left end: the 13th bit from the end of the line.
    assert_eq!(line.iter().position(|byte| *byte != 0), Some(88));
    assert_eq!(line[88], 0x08_u8.reverse_bits());
}

#[test]
fn packed_lines_are_those_of_the_manual() {
    // Section "M": 00 ×2 22 ×2, 23 BA BF A2 22 2B, ... : runs and single bytes.
    let mut bitmap = Bitmap::white(720, 1).expect("a picture");
    (0..8).for_each(|x| bitmap.set(712 + x, 0, true));
    let options = BrotherOptions { width_dots: 720, right_margin_dots: 0, ..BrotherOptions::default() };
    let bytes: Vec<u8> = encode(&bitmap, &options).flatten().collect();
    assert!(bytes.ends_with(&[0x67, 0, 4, 0, 0xFF, 0xA8, 0, 0x1A]), "{:02X?}", &bytes[400..]);
}

#[test]
fn continuous_tape_is_announced_with_length_and_cut() {
    let bytes: Vec<u8> =
        encode(&Bitmap::white(696, 300).expect("a picture"), &BrotherOptions::default()).flatten().collect();
    let information = Token::Information { die_cut: false, width_mm: 62, length_mm: 0, rows: 300 };
    let expected = vec![
        Token::Initialise,
        Token::RasterMode,
        Token::PushStatus(true),
        information,
        Token::AutoCut(true),
        Token::CutEvery(1),
        Token::CutAtEnd(true),
        Token::Feed(35),
        Token::Packed(true),
        Token::PrintAndFeed,
    ];
    check(&bytes, Ok(expected));
}

#[test]
fn die_cut_labels_are_announced_without_feed() {
    let label = Label { width_mm: 62, height_mm: 100, gap_mm: 0 };
    let options = BrotherOptions { label: Some(label), cut: false, ..BrotherOptions::default() };
    let bytes: Vec<u8> = encode(&Bitmap::white(696, 1).expect("a picture"), &options).flatten().collect();
    let document = parse(&bytes).expect("well formed");
    let information = Token::Information { die_cut: true, width_mm: 62, length_mm: 100, rows: 1 };
    assert!(document.commands.contains(&information) && document.commands.contains(&Token::Feed(0)));
    assert!(!document.commands.contains(&Token::CutEvery(1)));
}

#[test]
fn broken_label_is_swallowed_before_the_next_one() {
    let badge = Bitmap::from_packed(720, 90, vec![0x33; 90 * 90]).expect("a picture");
    let options =
        BrotherOptions { compress: false, width_dots: 720, right_margin_dots: 0, ..BrotherOptions::default() };
    for sent in [300, 3_000, 7_777] {
        let mut bytes: Vec<u8> = encode(&badge, &options).flatten().take(sent).collect();
        bytes.extend(resynchronise());
        bytes.extend(encode(&badge, &options).flatten());
        let document = parse(&bytes).expect("the second job is well formed");
        assert_eq!(document.pages.iter().map(|page| &page.bitmap).collect::<Vec<_>>(), [&badge], "after {sent} bytes");
    }
}

const WORDS: &[&[u8]] = &[
    &[0; 9],
    &[0x1B],
    &[0x1B, 0x40],
    &[0x1B, 0x69],
    &[0x1B, 0x69, 0x7A, 0xCE, 0x0A, 62, 0, 1, 0, 0, 0, 0, 0],
    &[0x4D, 2],
    &[0x4D, 0],
    &[0x67, 0, 90],
    &[0x67, 0, 2, 0xA7, 0],
    &[0x67, 0, 3],
    &[0x5A],
    &[0x0C],
    &[0x1A],
    &[0x55; 90],
];

proptest! {
    #[test]
    fn any_bytes_in_any_pieces_give_the_same_tokens(
        bytes in hostile(WORDS),
        cuts in prop::collection::vec(any::<usize>(), 0..6),
    ) {
        let read = |cuts: &[usize]| {
            let mut reader = TokenReader::new();
            let tokens = read_in_pieces(&bytes, cuts, |piece| {
                reader.push(piece);
                std::iter::from_fn(|| reader.next_token()).collect()
            });
            (tokens, reader.waiting())
        };
        let whole = read(&[]);
        prop_assert!(whole.1 < 300, "{} bytes wait", whole.1);
        prop_assert_eq!(whole, read(&cuts));
        let _ = parse(&bytes);
    }

    #[test]
    fn any_picture_comes_back(
        bitmap in picture(&[0x00, 0xFF, 0x01, 0x80, 0xA5]),
        band_rows in 1u32..=200,
        compress: bool,
        right_margin_dots in 0u32..20,
    ) {
        let width_dots = bitmap.width_dots();
        let options = BrotherOptions { band_rows, compress, right_margin_dots, width_dots, ..BrotherOptions::default() };
        let job = encode(&bitmap, &options);
        let total = job.total_bytes();
        let bytes: Vec<u8> = job.flatten().collect();
        prop_assert_eq!(bytes.len() as u64, total);
        let document = parse(&bytes).expect("own bytes are well formed");
        let page = &document.pages[0].bitmap;
        prop_assert_eq!((document.pages.len(), page.width_dots()), (1, HEAD_DOTS));
        prop_assert_eq!(print_area(page, width_dots, right_margin_dots).expect("as large as before"), bitmap.clone());
        prop_assert_eq!(page.black_dots(), bitmap.black_dots());
    }
}
