//! Sorts what a printer sends: answers, automatic status and response blocks come on one line, in any order,
//! and are told apart by their fixed bits (Epson, "Identifying transmitted status"). Nothing here waits.

use super::ProcessId;
use super::status::is_real_time_answer;

/// One thing that a printer said.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Answer {
    /// To `DLE EOT n`.
    RealTime(u8),
    /// To `GS r 1`: bits 0 and 1 near end, bits 2 and 3 end.
    PaperSensor(u8),
    /// Pushed when something changed, after `GS a n`.
    Automatic([u8; 4]),
    /// `37 22 d1 d2 d3 d4 00`: everything before this `GS ( H` is done.
    Process(ProcessId),
    /// Another response block, header and identifier included, without the closing NUL.
    Block(Vec<u8>),
    /// Flow control of a serial line.
    FlowControl { go_on: bool },
    /// Nothing that the manual knows.
    Noise(u8),
}

/// The longest response block that is kept; a longer one is noise.
const LONGEST_BLOCK: usize = 80;

/// Takes bytes as they come and gives whole answers.
#[derive(Debug, Default)]
pub struct AnswerReader {
    pending: Pending,
}

#[derive(Debug, Default)]
enum Pending {
    #[default]
    Nothing,
    Automatic(Vec<u8>),
    Block(Vec<u8>),
}

impl AnswerReader {
    pub fn new() -> AnswerReader {
        AnswerReader::default()
    }

    /// Forgets a half-received answer: after a new connection or before a question.
    pub fn reset(&mut self) {
        self.pending = Pending::Nothing;
    }

    /// All answers that are complete with these bytes.
    pub fn push(&mut self, bytes: &[u8]) -> Vec<Answer> {
        bytes.iter().filter_map(|byte| self.push_byte(*byte)).collect()
    }

    fn push_byte(&mut self, byte: u8) -> Option<Answer> {
        match std::mem::take(&mut self.pending) {
            Pending::Nothing => self.begin(byte),
            Pending::Automatic(seen) => self.go_on_automatic(seen, byte),
            Pending::Block(seen) => self.go_on_block(seen, byte),
        }
    }

    fn begin(&mut self, byte: u8) -> Option<Answer> {
        match byte {
            0x11 => Some(Answer::FlowControl { go_on: true }),
            0x13 => Some(Answer::FlowControl { go_on: false }),
            _ if is_real_time_answer(byte) => Some(Answer::RealTime(byte)),
            _ if byte & 0b1001_0011 == 0b0001_0000 => {
                self.pending = Pending::Automatic(vec![byte]);
                None
            }
            // Headers of blocks: 37, 3B, 3D, 53, 5F …: bits 0 and 4 on, bit 7 off.
            _ if byte & 0b1001_0001 == 0b0001_0001 => {
                self.pending = Pending::Block(vec![byte]);
                None
            }
            _ if byte & 0b1001_0000 == 0 => Some(Answer::PaperSensor(byte)),
            _ => Some(Answer::Noise(byte)),
        }
    }

    /// Bytes two to four have bits 4 and 7 off; anything else came from somewhere else in between.
    fn go_on_automatic(&mut self, mut seen: Vec<u8>, byte: u8) -> Option<Answer> {
        if byte & 0b1001_0000 != 0 {
            self.pending = Pending::Automatic(seen);
            return if is_real_time_answer(byte) { Some(Answer::RealTime(byte)) } else { Some(Answer::Noise(byte)) };
        }
        seen.push(byte);
        if let [a, b, c, d] = seen[..] {
            return Some(Answer::Automatic([a, b, c, d]));
        }
        self.pending = Pending::Automatic(seen);
        None
    }

    fn go_on_block(&mut self, mut seen: Vec<u8>, byte: u8) -> Option<Answer> {
        if byte == 0 {
            return Some(block(seen));
        }
        if seen.len() >= LONGEST_BLOCK {
            return Some(Answer::Noise(byte));
        }
        seen.push(byte);
        self.pending = Pending::Block(seen);
        None
    }
}

fn block(seen: Vec<u8>) -> Answer {
    if let [0x37, 0x22, a, b, c, d] = seen[..]
        && let Some(id) = ProcessId::from_bytes([a, b, c, d])
    {
        return Answer::Process(id);
    }
    Answer::Block(seen)
}

#[cfg(test)]
mod tests {
    use super::super::Part;
    use super::*;
    use proptest::prelude::*;

    fn check(bytes: &[u8], expected: &[Answer]) {
        assert_eq!(AnswerReader::new().push(bytes), expected, "{bytes:02X?}");
    }

    #[test]
    fn mixed_answers_are_told_apart_by_their_fixed_bits() {
        let id = ProcessId::new(7, Part::Cut);
        let [a, b, c, d] = id.bytes();
        check(&[0x12], &[Answer::RealTime(0x12)]);
        check(&[0x0C], &[Answer::PaperSensor(0x0C)]);
        check(&[0x14, 0x00, 0x0F, 0x00], &[Answer::Automatic([0x14, 0, 0x0F, 0])]);
        check(&[0x37, 0x22, a, b, c, d, 0], &[Answer::Process(id)]);
        check(&[0x14, 0x00, 0x12, 0x0F, 0x00], &[Answer::RealTime(0x12), Answer::Automatic([0x14, 0, 0x0F, 0])]);
        check(&[0x11, 0x13], &[Answer::FlowControl { go_on: true }, Answer::FlowControl { go_on: false }]);
        check(&[0x5F, b'E', b'P', 0], &[Answer::Block(vec![0x5F, b'E', b'P'])]);
        check(&[0xFF], &[Answer::Noise(0xFF)]);
    }

    proptest! {
        #[test]
        fn any_bytes_in_any_pieces_give_the_same_answers(bytes: Vec<u8>, cut in 0usize..64) {
            let whole = AnswerReader::new().push(&bytes);
            let mut reader = AnswerReader::new();
            let cut = cut.min(bytes.len());
            let mut pieces = reader.push(&bytes[..cut]);
            pieces.extend(reader.push(&bytes[cut..]));
            prop_assert_eq!(whole, pieces);
        }

        #[test]
        fn process_ids_of_neighbouring_jobs_differ(number in 0u32..ProcessId::CYCLE - 1) {
            let id = ProcessId::new(number, Part::Picture);
            prop_assert_eq!(ProcessId::from_bytes(id.bytes()), Some(id));
            prop_assert_ne!(id, ProcessId::new(number + 1, Part::Picture));
            prop_assert_ne!(id, ProcessId::new(number, Part::Cut));
        }
    }
}
