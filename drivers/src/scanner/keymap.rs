//! Our own US keyboard for scanners that pretend to be one: layouts and input methods of the desktop never see
//! these keys. It knows what a scanner types: printable ASCII, Shift, Enter; any other key spoils the line.

use super::ScannerEvent;
use super::line::LineReader;

/// One event of an input device, as in `linux/input-event-codes.h`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum KeyEvent {
    /// `EV_KEY`: code, and 0 = up, 1 = down, 2 = repeated.
    Key { code: u16, value: i32 },
    /// `SYN_DROPPED`: the kernel's buffer overflowed, keys are lost.
    Dropped,
}

const KEY_TAB: u16 = 15;
const KEY_ENTER: u16 = 28;
const KEY_LEFT_SHIFT: u16 = 42;
const KEY_RIGHT_SHIFT: u16 = 54;
const KEY_CAPS_LOCK: u16 = 58;
const KEY_KEYPAD_ENTER: u16 = 96;

/// Where keys become characters.
#[derive(Debug, Default)]
pub struct Keymap {
    line: LineReader,
    left_shift: bool,
    right_shift: bool,
    caps_lock: bool,
}

impl Keymap {
    pub fn new() -> Keymap {
        Keymap::default()
    }

    /// A line or a spoiled one, when this event ends it.
    pub fn handle(&mut self, event: KeyEvent) -> Option<ScannerEvent> {
        match event {
            KeyEvent::Dropped => {
                self.line.spoil();
                (self.left_shift, self.right_shift) = (false, false);
                None
            }
            KeyEvent::Key { code: KEY_LEFT_SHIFT, value } => {
                self.left_shift = value != 0;
                None
            }
            KeyEvent::Key { code: KEY_RIGHT_SHIFT, value } => {
                self.right_shift = value != 0;
                None
            }
            KeyEvent::Key { code, value: 1 } => self.press(code),
            KeyEvent::Key { .. } => None,
        }
    }

    /// Whether a line has begun and not ended.
    pub fn is_in_line(&self) -> bool {
        self.line.is_in_line()
    }

    /// See [`LineReader::give_up`].
    pub fn give_up(&mut self) -> Option<ScannerEvent> {
        self.line.give_up()
    }

    fn press(&mut self, code: u16) -> Option<ScannerEvent> {
        match code {
            KEY_ENTER | KEY_KEYPAD_ENTER => self.type_byte(b'\r'),
            KEY_TAB => self.type_byte(b'\t'),
            KEY_CAPS_LOCK => {
                self.caps_lock = !self.caps_lock;
                None
            }
            _ => match self.character(code) {
                Some(byte) => self.type_byte(byte),
                None => {
                    self.line.spoil();
                    None
                }
            },
        }
    }

    fn type_byte(&mut self, byte: u8) -> Option<ScannerEvent> {
        self.line.push(&[byte]).pop()
    }

    fn character(&self, code: u16) -> Option<u8> {
        let (plain, shifted) = *ROWS.iter().find_map(|(first, keys)| keys.get(code.checked_sub(*first)? as usize))?;
        let shift = (self.left_shift || self.right_shift) != (self.caps_lock && plain.is_ascii_lowercase());
        Some(if shift { shifted } else { plain })
    }
}

/// Rows of the US keyboard: the first key's code, then plain and shifted characters.
const ROWS: [(u16, &[(u8, u8)]); 8] = [
    (
        2,
        &[
            (b'1', b'!'),
            (b'2', b'@'),
            (b'3', b'#'),
            (b'4', b'$'),
            (b'5', b'%'),
            (b'6', b'^'),
            (b'7', b'&'),
            (b'8', b'*'),
            (b'9', b'('),
            (b'0', b')'),
            (b'-', b'_'),
            (b'=', b'+'),
        ],
    ),
    (
        16,
        &[
            (b'q', b'Q'),
            (b'w', b'W'),
            (b'e', b'E'),
            (b'r', b'R'),
            (b't', b'T'),
            (b'y', b'Y'),
            (b'u', b'U'),
            (b'i', b'I'),
            (b'o', b'O'),
            (b'p', b'P'),
            (b'[', b'{'),
            (b']', b'}'),
        ],
    ),
    (
        30,
        &[
            (b'a', b'A'),
            (b's', b'S'),
            (b'd', b'D'),
            (b'f', b'F'),
            (b'g', b'G'),
            (b'h', b'H'),
            (b'j', b'J'),
            (b'k', b'K'),
            (b'l', b'L'),
            (b';', b':'),
            (b'\'', b'"'),
            (b'`', b'~'),
        ],
    ),
    (
        43,
        &[
            (b'\\', b'|'),
            (b'z', b'Z'),
            (b'x', b'X'),
            (b'c', b'C'),
            (b'v', b'V'),
            (b'b', b'B'),
            (b'n', b'N'),
            (b'm', b'M'),
            (b',', b'<'),
            (b'.', b'>'),
            (b'/', b'?'),
        ],
    ),
    (55, &[(b'*', b'*')]),
    (57, &[(b' ', b' ')]),
    // The number pad, as with NumLock.
    (
        71,
        &[
            (b'7', b'7'),
            (b'8', b'8'),
            (b'9', b'9'),
            (b'-', b'-'),
            (b'4', b'4'),
            (b'5', b'5'),
            (b'6', b'6'),
            (b'+', b'+'),
            (b'1', b'1'),
            (b'2', b'2'),
            (b'3', b'3'),
            (b'0', b'0'),
            (b'.', b'.'),
        ],
    ),
    (98, &[(b'/', b'/')]),
];

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const DOWN: i32 = 1;
    const UP: i32 = 0;
    const REPEAT: i32 = 2;

    fn key(code: u16, value: i32) -> KeyEvent {
        KeyEvent::Key { code, value }
    }

    fn tap(code: u16) -> Vec<KeyEvent> {
        vec![key(code, DOWN), key(code, UP)]
    }

    fn shifted(code: u16) -> Vec<KeyEvent> {
        [vec![key(KEY_LEFT_SHIFT, DOWN)], tap(code), vec![key(KEY_LEFT_SHIFT, UP)]].concat()
    }

    fn line(text: &str) -> Option<ScannerEvent> {
        Some(ScannerEvent::Line(text.into()))
    }

    fn check(keys: &[Vec<KeyEvent>], expected: Option<ScannerEvent>) {
        let mut keymap = Keymap::new();
        let events: Vec<ScannerEvent> = keys.concat().into_iter().filter_map(|event| keymap.handle(event)).collect();
        assert_eq!(events, expected.into_iter().collect::<Vec<_>>(), "{keys:?}");
    }

    #[test]
    fn scanner_keys_become_a_line() {
        check(&[tap(30), tap(48), tap(46), tap(KEY_ENTER)], line("abc"));
        check(&[shifted(30), tap(2), shifted(11), tap(KEY_KEYPAD_ENTER)], line("A1)"));
        check(&[shifted(27), shifted(16), tap(2), tap(KEY_ENTER)], line("}Q1"));
        check(&[tap(27), shifted(16), tap(2), shifted(45), tap(KEY_ENTER)], line("X"));
        check(
            &[tap(KEY_CAPS_LOCK), tap(30), shifted(30), tap(3), tap(KEY_CAPS_LOCK), tap(30), tap(KEY_ENTER)],
            line("Aa2a"),
        );
        check(&[vec![key(54, DOWN), key(12, DOWN), key(54, UP)], tap(KEY_ENTER)], line("_"));
        check(&[tap(30), tap(KEY_TAB)], line("a"));
        check(&[tap(79), tap(82), tap(98), tap(KEY_ENTER)], line("10/"));
    }

    #[test]
    fn held_key_types_once_and_enter_alone_is_nothing() {
        check(&[vec![key(30, DOWN), key(30, REPEAT), key(30, REPEAT), key(30, UP)], tap(KEY_ENTER)], line("a"));
        check(&[tap(KEY_ENTER)], None);
        check(&[tap(30)], None);
    }

    #[test]
    fn lost_or_foreign_keys_spoil_the_scan() {
        check(&[tap(30), vec![KeyEvent::Dropped], tap(48), tap(KEY_ENTER)], Some(ScannerEvent::Spoiled));
        check(&[tap(30), tap(59), tap(KEY_ENTER)], Some(ScannerEvent::Spoiled));
    }

    #[test]
    fn shift_lost_with_the_overflow_does_not_stick() {
        let mut keymap = Keymap::new();
        for event in [key(KEY_LEFT_SHIFT, DOWN), KeyEvent::Dropped, key(KEY_ENTER, DOWN), key(30, DOWN)] {
            keymap.handle(event);
        }
        assert_eq!(keymap.handle(key(KEY_ENTER, DOWN)), line("a"));
    }

    #[test]
    fn every_printable_character_has_its_key() {
        let mut typed: Vec<u8> = ROWS.iter().flat_map(|(_, keys)| keys.iter().flat_map(|(a, b)| [*a, *b])).collect();
        typed.sort_unstable();
        typed.dedup();
        assert_eq!(typed, (b' '..=b'~').collect::<Vec<u8>>());
    }

    proptest! {
        #[test]
        fn any_keys_are_taken_without_panic(keys in prop::collection::vec((any::<u16>(), -1i32..4), 0..600)) {
            let mut keymap = Keymap::new();
            for (code, value) in keys {
                keymap.handle(key(code, value));
            }
        }
    }
}
