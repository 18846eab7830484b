//! Puts what a scanner sends together to lines, and throws away what cannot be a code.

use super::ScannerEvent;

/// The longest code; an invitation has 122 characters.
pub const LONGEST_LINE: usize = 512;

/// Takes bytes as they come. CR, LF or both end a line; empty lines are nothing.
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
            b'\r' | b'\n' => self.end(),
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
        let text = String::from_utf8(line).ok()?;
        let text = without_aim_prefix(&text).trim();
        (!text.is_empty()).then(|| ScannerEvent::Line(text.to_owned()))
    }
}

/// `]Q1` and its kin: "QR code, model 2" (ISO/IEC 15424, annex A: modifier 0 to 6).
fn without_aim_prefix(text: &str) -> &str {
    match text.as_bytes() {
        [b']', b'Q', b'0'..=b'6', ..] => &text[3..],
        _ => text,
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
