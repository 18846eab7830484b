use super::*;
use crate::Bitmap;
use crate::model::Label;
use crate::reading::promises::{hostile, picture, read_in_pieces, shows};
use crate::zpl::encode::{ZplOptions, encode, resynchronise};
use proptest::prelude::*;

fn check(bytes: &[u8], expected: Result<Vec<Token>, ParseError>) {
    assert_eq!(parse(bytes).map(|document| document.commands), expected, "{:?}", String::from_utf8_lossy(bytes));
}

fn rows_of(data: &[u8], bytes_per_row: usize) -> Vec<Result<Vec<u8>, ParseError>> {
    let mut reader = TokenReader::new();
    reader.push(format!("^FO0,0^GFA,{0},{0},{1},", bytes_per_row * 2, bytes_per_row).as_bytes());
    reader.push(data);
    let tokens = std::iter::from_fn(|| reader.next_token());
    let row = |token| match token {
        Ok(Token::Row { row, .. }) => Some(Ok(row)),
        Ok(_) => None,
        Err(error) => Some(Err(error)),
    };
    tokens.filter_map(row).collect()
}

#[test]
fn commands_are_read_and_strangers_refused() {
    check(b"^XA^PW576^LL800\r\n^XZ", Ok(vec![Token::Begin, Token::Width(576), Token::Length(800), Token::End]));
    check(b"^MNN^MNW^MMC,N\r\n", Ok(vec![Token::Continuous(true), Token::Continuous(false), Token::Cutter(true)]));
    check(b"~HS~JA~JX", Ok(vec![Token::AskStatus, Token::CancelAll, Token::CancelFormat]));
    check(&ASK_ODOMETER, Ok(vec![Token::AskOdometer]));
    check(b"hello", Err(ParseError::Unknown { offset: 0, byte: b'h' }));
    check(b"^XA^FO5,0^XZ", Err(ParseError::OutOfRange { offset: 3 }));
    check(b"^FO0,0^GFB,1,1,1,\x00", Err(ParseError::OutOfRange { offset: 6 }));
    check(b"^FO0,0^GFA,2,3,1,00", Err(ParseError::OutOfRange { offset: 6 }));
    check(b"^FO0,0^GFA,1,1,1,0~HS", Err(ParseError::Unknown { offset: 18, byte: b'~' }));
    check(b"^FO4088,0^GFA,2,2,2,0000", Err(ParseError::OutOfRange { offset: 9 }));
    check(b"^FO0,65534^GFA,2,2,1,0000", Err(ParseError::OutOfRange { offset: 10 }));
    check(b"^XA^FO0,0^GFA,2,2,1,00", Err(ParseError::CutOff { offset: 22 }));
    check(b"^PW", Err(ParseError::CutOff { offset: 0 }));
    check(&[b'^'; 200], Err(ParseError::OutOfRange { offset: 0 }));
    check(&[b'^'; 1], Err(ParseError::CutOff { offset: 0 }));
    for cut_off in ["^", "^M", "^MN", "^PW5", "^FO0,", "^GF", "^GFA,1"] {
        let mut reader = TokenReader::new();
        reader.push(format!("{cut_off}~JX").as_bytes());
        let tokens: Vec<_> = std::iter::from_fn(|| reader.next_token()).collect();
        assert_eq!(tokens.last(), Some(&Ok(Token::CancelFormat)), "{cut_off} → {tokens:?}");
    }
}

#[test]
fn compressed_digits_of_the_manual_are_understood() {
    // The manual's own example: M6 = 666666 6, hB = 40 B, MB is 7 B.
    assert_eq!(rows_of(b"M6I6", 5), [Ok(vec![0x66; 5])]);
    assert_eq!(rows_of(b"hB", 20), [Ok(vec![0xBB; 20])]);
    assert_eq!(rows_of(b"hMBB", 24), [Ok(vec![0xBB; 24])]);
    assert_eq!(rows_of(b"A,:", 2), [Ok(vec![0xA0, 0]), Ok(vec![0xA0, 0])]);
    let wrong = |byte, offset| Some(Err(ParseError::Unknown { offset, byte }));
    assert_eq!(rows_of(b":", 2).pop(), wrong(b':', 17));
    assert_eq!(rows_of(b"K", 2).pop(), wrong(b'K', 17));
    assert_eq!(rows_of(b"z", 2).pop(), wrong(b'z', 17));
    assert_eq!(rows_of(b"!", 2).pop(), wrong(b'!', 17));
    assert_eq!(rows_of(b"G,", 2).pop(), wrong(b',', 18));
}

#[test]
fn label_stock_and_cutter_are_told_to_the_printer() {
    let label = Label { width_mm: 60, height_mm: 40, gap_mm: 2 };
    let options = ZplOptions { label: Some(label), cut: true, ..ZplOptions::default() };
    let picture = Bitmap::white(480, 150).expect("a picture");
    let bytes: Vec<u8> = encode(&picture, &options).flatten().collect();
    let origin = |y| Token::Origin { x_bytes: 0, y };
    let mut expected = vec![Token::Begin, Token::Continuous(false), Token::Cutter(true), Token::Reprint(false)];
    expected.extend([Token::Width(480), Token::Length(320)]);
    expected.extend(std::iter::repeat_n(Token::Plain, 5));
    expected.extend([origin(0), Token::Graphic { bytes_per_row: 60, rows: 100 }, Token::FieldEnd]);
    expected.extend([origin(100), Token::Graphic { bytes_per_row: 60, rows: 50 }, Token::FieldEnd]);
    expected.extend([Token::Plain, Token::End]);
    check(&bytes, Ok(expected));
}

#[test]
fn bytes_are_printable_and_white_costs_one_each_row() {
    let bytes: Vec<u8> =
        encode(&Bitmap::white(576, 800).expect("a picture"), &ZplOptions::default()).flatten().collect();
    assert!(bytes.iter().all(|byte| byte.is_ascii_graphic() || matches!(byte, b'\r' | b'\n')));
    assert!(bytes.len() < 1_200, "{} bytes", bytes.len());
}

#[test]
fn broken_label_is_swallowed_before_the_next_one() {
    let broken = Bitmap::from_packed(576, 300, (0..72 * 300).map(|i| (i % 251) as u8).collect()).expect("a picture");
    let badge = Bitmap::from_packed(576, 90, vec![0x33; 72 * 90]).expect("a picture");
    for sent in [100, 5_000, 30_000] {
        let mut reader = TokenReader::new();
        reader.push(&encode(&broken, &ZplOptions::default()).flatten().take(sent).collect::<Vec<u8>>());
        reader.push(&resynchronise());
        let tokens: Vec<_> = std::iter::from_fn(|| reader.next_token()).collect();
        assert!(tokens.contains(&Ok(Token::CancelFormat)) && tokens.contains(&Ok(Token::CancelAll)), "after {sent}");
        assert_eq!(reader.waiting(), 0, "after {sent}");
        let bytes: Vec<u8> = encode(&badge, &ZplOptions::default()).flatten().collect();
        assert_eq!(parse(&bytes).expect("well formed").pages[0].bitmap, badge);
    }
}

const WORDS: &[&[u8]] = &[
    b"^XA",
    b"^XZ",
    b"^FO0,0",
    b"^FO8,3",
    b"^GFA,4,4,2,",
    b"^GFA,2,2,1,",
    b"^GFA,",
    b"^FS\r\n",
    b"~HS",
    b"~JA",
    b"^PW576",
    b"^LL",
    b"hB",
    b"0",
    b"F",
    b",",
    b"!",
    b":",
    b"z",
    b"G",
    b"\r\n",
    b"^",
    b"~",
    b"! U1 getvar \"",
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
        prop_assert!(whole.1 < 100, "{} bytes wait", whole.1);
        prop_assert_eq!(whole, read(&cuts));
        let _ = parse(&bytes);
    }

    #[test]
    fn any_picture_comes_back(
        bitmap in picture(&[0x00, 0xFF, 0x0F, 0xF0, 0x66, 0xA5]),
        band_rows in 1u32..=200,
        long_runs: bool,
    ) {
        let wide = Bitmap::from_packed(4_096, 3, vec![0x77; 512 * 3]).expect("a picture");
        let bitmap = if long_runs { wide } else { bitmap };
        let job = encode(&bitmap, &ZplOptions { band_rows, ..ZplOptions::default() });
        let total = job.total_bytes();
        let bytes: Vec<u8> = job.flatten().collect();
        prop_assert_eq!(bytes.len() as u64, total);
        let document = parse(&bytes).expect("own bytes are well formed");
        prop_assert_eq!(document.pages.len(), 1);
        prop_assert!(shows(&document.pages[0].bitmap, &bitmap));
    }
}
