use super::*;
use crate::Bitmap;
use crate::model::Label;
use crate::reading::promises::{hostile, picture, read_in_pieces, shows};
use crate::tspl::encode::{TsplOptions, encode, resynchronise};
use proptest::prelude::*;

fn check(bytes: &[u8], expected: Result<Vec<Token>, ParseError>) {
    assert_eq!(parse(bytes).map(|document| document.commands), expected, "{:?}", String::from_utf8_lossy(bytes));
}

#[test]
fn commands_are_read_and_strangers_refused() {
    check(b"CLS\r\n", Ok(vec![Token::Clear]));
    check(b"SIZE 72.125 mm,100 mm\r\n", Ok(vec![Token::Size { width_um: 72_125, height_um: 100_000 }]));
    check(b"GAP 2 mm,0 mm\r\n", Ok(vec![Token::Gap { gap_um: 2_000 }]));
    check(b"\x1b!?SET REPRINT OFF\n", Ok(vec![Token::Immediate(b'?'), Token::Reprint(false)]));
    check(b"SET PARTIAL_CUTTER 1\r", Ok(vec![Token::Cutter(Cut::Partial)]));
    check(b"BITMAP 0,0,1,1,0,\x00\r\nCLS\r\n", Ok(vec![bitmap(0, 0, 1, 1), Token::Clear]));
    check(b"hello\r\n", Err(ParseError::Unknown { offset: 0, byte: b'h' }));
    check(b"CLS\r\nPRINT 2,1\r\n", Err(ParseError::Unknown { offset: 5, byte: b'P' }));
    check(b"SIZE 3,2\r\n", Err(ParseError::Unknown { offset: 0, byte: b'S' }));
    check(b"BITMAP 0,0,0,1,0,", Err(ParseError::OutOfRange { offset: 0 }));
    check(b"BITMAP 0,0,513,1,0,", Err(ParseError::OutOfRange { offset: 0 }));
    check(b"BITMAP 4,0,1,1,0,", Err(ParseError::OutOfRange { offset: 0 }));
    check(b"BITMAP 0,0,1,1,1,", Err(ParseError::OutOfRange { offset: 0 }));
    check(b"BITMAP 0,65535,1,1,0,", Err(ParseError::OutOfRange { offset: 0 }));
    check(b"BITMAP 0,4294967295,1,9,0,", Err(ParseError::OutOfRange { offset: 0 }));
    check(b"BITMAP 0,0,1,2,0,\x00", Err(ParseError::CutOff { offset: 18 }));
    check(b"CLS", Err(ParseError::CutOff { offset: 0 }));
    check(&[b'A'; 500], Err(ParseError::OutOfRange { offset: 0 }));
}

fn bitmap(x_bytes: u32, y: u32, bytes_per_row: u32, rows: u32) -> Token {
    Token::Bitmap { x_bytes, y, bytes_per_row, rows }
}

#[test]
fn label_stock_and_cutter_are_told_to_the_printer() {
    let label = Label { width_mm: 60, height_mm: 40, gap_mm: 2 };
    let options = TsplOptions { label: Some(label), cut: Some(Cut::Full), ..TsplOptions::default() };
    let picture = Bitmap::white(480, 150).expect("a picture");
    let bytes: Vec<u8> = encode(&picture, &options).flatten().collect();
    let expected = vec![
        Token::Size { width_um: 60_000, height_um: 40_000 },
        Token::Gap { gap_um: 2_000 },
        Token::Direction(1),
        Token::Reference,
        Token::Reprint(false),
        Token::Cutter(Cut::Full),
        Token::Clear,
        bitmap(0, 0, 60, 100),
        bitmap(0, 100, 60, 50),
        Token::Print,
    ];
    check(&bytes, Ok(expected));
}

#[test]
fn white_paper_is_sent_as_set_bits_the_padding_too() {
    let picture = Bitmap::white(12, 1).expect("a picture");
    let bytes: Vec<u8> = encode(&picture, &TsplOptions::default()).flatten().collect();
    assert!(bytes.ends_with(b"BITMAP 0,0,2,1,0,\xFF\xFF\r\nPRINT 1,1\r\n"));
}

#[test]
fn sizes_have_as_many_decimals_as_they_need() {
    for (dots_per_mm, rows, expected) in [(8, 800, "100 mm"), (8, 801, "100.125 mm"), (12, 1, "0.084 mm")] {
        let picture = Bitmap::white(8, rows).expect("a picture");
        let options = TsplOptions { dots_per_mm, ..TsplOptions::default() };
        let bytes: Vec<u8> = encode(&picture, &options).flatten().collect();
        let head = String::from_utf8_lossy(&bytes[..60]).into_owned();
        assert!(head.contains(&format!(" mm,{expected}\r\nGAP 0 mm,0 mm\r\n")), "{head}");
    }
}

#[test]
fn broken_label_is_swallowed_before_the_next_one() {
    let broken = Bitmap::from_packed(576, 300, vec![0x55; 72 * 300]).expect("a picture");
    let badge = Bitmap::from_packed(576, 90, vec![0x33; 72 * 90]).expect("a picture");
    for sent in [300, 5_000, 7_400] {
        let mut bytes: Vec<u8> = encode(&broken, &TsplOptions::default()).flatten().take(sent).collect();
        bytes.extend(resynchronise(576));
        bytes.extend(encode(&badge, &TsplOptions::default()).flatten());
        let document = parse(&bytes).expect("both jobs are well formed");
        let pages: Vec<&Bitmap> = document.pages.iter().map(|page| &page.bitmap).collect();
        assert_eq!(pages, [&badge], "after {sent} bytes");
    }
}

const WORDS: &[&[u8]] = &[
    b"\r\n",
    b"CLS\r\n",
    b"PRINT 1,1\r\n",
    b"SIZE 72 mm,100 mm\r\n",
    b"SIZE ",
    b"GAP 2 mm,0 mm",
    b"BITMAP 0,0,1,2,0,",
    b"BITMAP 8,3,2,1,0,",
    b"BITMAP 0,",
    b"0,0,",
    b"\x1b!?",
    b"\x1b!",
    b"SET CUTTER 1\r\n",
    b"DIRECTION 1,0\r\n",
    b"\x00",
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
            (tokens, reader.waiting(), reader.immediate_in_pixels())
        };
        let whole = read(&[]);
        prop_assert!(whole.1 < 600, "{} bytes wait", whole.1);
        prop_assert_eq!(whole, read(&cuts));
        let _ = parse(&bytes);
    }

    #[test]
    fn any_picture_comes_back_without_immediate_commands(
        bitmap in picture(&[0xE4, 0xDE, 0x00, 0xFF, 0x3F, 0xC0, 0x0D]),
        band_rows in 1u32..=200,
    ) {
        let job = encode(&bitmap, &TsplOptions { band_rows, ..TsplOptions::default() });
        let (total, flipped) = (job.total_bytes(), job.flipped_dots());
        let bytes: Vec<u8> = job.flatten().collect();
        prop_assert_eq!(bytes.len() as u64, total);
        let document = parse(&bytes).expect("own bytes are well formed");
        prop_assert_eq!((document.pages.len(), document.immediate_in_pixels), (1, 0));
        let safe = crate::guard::disarm(&bitmap, is_code).0;
        prop_assert!(shows(&document.pages[0].bitmap, &safe));
        let pairs = bitmap.bytes().iter().zip(safe.bytes());
        prop_assert!(pairs.map(|(a, b)| (a ^ b).count_ones()).sum::<u32>() <= flipped);
        prop_assert!(flipped > 0 || safe == bitmap);
    }
}
