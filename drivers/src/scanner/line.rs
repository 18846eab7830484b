//! Puts what a scanner sends together to lines, and throws away what cannot be a code.

use super::ScannerEvent;

/// The longest code; an invitation has 122 characters.
pub const LONGEST_LINE: usize = 512;

/// What a code's bytes are worth.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Code {
    /// ASCII, 1 to 512 characters, without suffix and AIM prefix.
    Good(String),
    /// Too long, or not printable ASCII.
    Spoiled,
    /// Nothing but suffixes.
    Empty,
}

/// Judges one whole code: CR, LF, tabs and spaces around it and an AIM prefix are taken away.
pub fn clean(bytes: &[u8]) -> Code {
    let bytes = without_aim_prefix(bytes.trim_ascii()).trim_ascii();
    match bytes {
        [] => Code::Empty,
        _ if bytes.len() > LONGEST_LINE || !bytes.iter().all(|byte| (b' '..=b'~').contains(byte)) => Code::Spoiled,
        _ => String::from_utf8(bytes.to_vec()).map_or(Code::Spoiled, Code::Good),
    }
}

/// Takes bytes as they come. CR, LF and Tab, and any of them together, end a line; empty lines are nothing.
#[derive(Debug, Default)]
pub struct LineReader {
    line: Vec<u8>,
    spoiled: bool,
}

impl LineReader {
    pub fn new() -> LineReader {
        LineReader::default()
    }

    /// [`ScannerEvent::Line`]s and [`ScannerEvent::Spoiled`]s that are complete with these bytes.
    pub fn push(&mut self, bytes: &[u8]) -> Vec<ScannerEvent> {
        bytes.iter().filter_map(|byte| self.push_byte(*byte)).collect()
    }

    /// Whether a line has begun and not ended.
    pub fn is_in_line(&self) -> bool {
        self.spoiled || !self.line.is_empty()
    }

    /// The rest of the line will not come: what there is of it is spoiled.
    pub fn give_up(&mut self) -> Option<ScannerEvent> {
        let begun = self.is_in_line();
        self.line.clear();
        self.spoiled = false;
        begun.then_some(ScannerEvent::Spoiled)
    }

    /// Something was lost: the line is spoiled as soon as it ends.
    pub fn spoil(&mut self) {
        self.spoiled = true;
    }

    fn push_byte(&mut self, byte: u8) -> Option<ScannerEvent> {
        match byte {
            b'\r' | b'\n' | b'\t' => self.end(),
            b' '..=b'~' if self.line.len() < LONGEST_LINE => {
                self.line.push(byte);
                None
            }
            _ => {
                self.spoiled = true;
                None
            }
        }
    }

    fn end(&mut self) -> Option<ScannerEvent> {
        let line = std::mem::take(&mut self.line);
        if std::mem::take(&mut self.spoiled) {
            return Some(ScannerEvent::Spoiled);
        }
        match clean(&line) {
            Code::Good(text) => Some(ScannerEvent::Line(text)),
            Code::Spoiled => Some(ScannerEvent::Spoiled),
            Code::Empty => None,
        }
    }
}

/// `]Q1` and its kin: "QR code, model 2" (ISO/IEC 15424, annex A: modifier 0 to 6).
fn without_aim_prefix(code: &[u8]) -> &[u8] {
    match code {
        [b']', b'Q', b'0'..=b'6', rest @ ..] => rest,
        _ => code,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn check(bytes: &[u8], expected: &[&str]) {
        let got = LineReader::new().push(bytes);
        let got: Vec<&str> = got
            .iter()
            .map(|event| match event {
                ScannerEvent::Line(line) => line.as_str(),
                _ => "(spoiled)",
            })
            .collect();
        assert_eq!(got, expected, "{bytes:?}");
    }

    #[test]
    fn lines_end_with_any_suffix_and_lose_the_aim_prefix() {
        check(b"ABC\r", &["ABC"]);
        check(b"ABC\r\nDEF\n", &["ABC", "DEF"]);
        check(b"\r\n\r\n", &[]);
        check(b"]Q1ABC\r", &["ABC"]);
        check(b"]Q1\r", &[]);
        check(b"]C0123\r", &["]C0123"]);
        check(b"no end", &[]);
        check(b"ABC\t\rDEF\t", &["ABC", "DEF"]);
    }

    #[test]
    fn long_and_foreign_lines_are_spoiled_once_and_the_next_one_is_good() {
        let long = [vec![b'A'; LONGEST_LINE + 1], b"\rOK\r".to_vec()].concat();
        check(&long, &["(spoiled)", "OK"]);
        let longest = [vec![b'A'; LONGEST_LINE], b"\r".to_vec()].concat();
        check(&longest, &[&"A".repeat(LONGEST_LINE)]);
        check("前\rOK\r".as_bytes(), &["(spoiled)", "OK"]);
        check(b"A\x00B\r", &["(spoiled)"]);
    }

    #[test]
    fn line_without_an_end_is_spoiled_when_given_up() {
        let mut reader = LineReader::new();
        assert_eq!(reader.give_up(), None);
        assert!(reader.push(b"HALF").is_empty() && reader.is_in_line());
        assert_eq!(reader.give_up(), Some(ScannerEvent::Spoiled));
        assert_eq!(reader.push(b"WHOLE\r"), [ScannerEvent::Line("WHOLE".into())]);
    }

    #[test]
    fn whole_codes_are_judged_like_lines() {
        assert_eq!(clean(b" ]Q1ABC\r\n"), Code::Good("ABC".into()));
        assert_eq!(clean("胸卡".as_bytes()), Code::Spoiled);
        assert_eq!(clean(b"A\tB"), Code::Spoiled);
        assert_eq!(clean(b"\r\n"), Code::Empty);
        assert_eq!(clean(&[b'A'; LONGEST_LINE + 1]), Code::Spoiled);
    }

    proptest! {
        #[test]
        fn any_bytes_give_short_ascii_lines(bytes: Vec<u8>) {
            for event in LineReader::new().push(&bytes) {
                if let ScannerEvent::Line(line) = event {
                    prop_assert!(!line.is_empty() && line.len() <= LONGEST_LINE && line.is_ascii());
                }
            }
        }
    }
}
