//! `~HS`, its answer of three lines, and other answers on the same line (section "~HS").
//! Zebra writes that a printer "will not send a response" to it with paper out, head open or head too hot: silence
//! from a unit that has answered before is then itself the news.

use crate::fault::Fault;
use crate::status::Report;

/// Host status. Any printable command, so it may be sent between two pieces of a job.
pub const HOST_STATUS: [u8; 3] = *b"~HS";

/// Cancels everything in the buffer; the label that is being printed is finished (section "~JA").
pub const CANCEL_ALL: [u8; 3] = *b"~JA";

/// Asks for the number of labels printed ever (section "odometer.total_label_count"); the answer is a quoted text.
pub const ASK_ODOMETER: [u8; 42] = *b"! U1 getvar \"odometer.total_label_count\"\r\n";

/// The three lines, read.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct HostStatus {
    pub paper_out: bool,
    pub paused: bool,
    pub label_length_dots: u32,
    /// Formats that were received whole and wait.
    pub formats_in_buffer: u32,
    pub buffer_full: bool,
    /// A format has begun and not ended.
    pub partial_format: bool,
    /// Configuration lost.
    pub ram_corrupt: bool,
    pub too_cold: bool,
    pub too_hot: bool,
    pub head_open: bool,
    pub ribbon_out: bool,
    /// A label waits to be taken, in peel-off mode.
    pub label_waiting: bool,
    pub labels_remaining: u32,
}

impl HostStatus {
    /// Faults, the one a person must mend first at the front. "Off line" is only named when no cause is.
    pub fn report(&self) -> Report {
        let works = self.formats_in_buffer > 0 || self.partial_format || self.labels_remaining > 0;
        let mut report = Report::of(
            &[
                (self.head_open, Fault::CoverOpen),
                (self.paper_out || self.ribbon_out, Fault::PaperOut),
                (self.too_hot, Fault::Overheated),
            ],
            works,
        );
        if report.faults.is_empty() && (self.paused || self.ram_corrupt) {
            report.faults.push(Fault::Offline);
        }
        report
    }
}

/// One thing that a printer said.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Answer {
    /// To [`HOST_STATUS`].
    Status(HostStatus),
    /// To a question of the kind of [`ASK_ODOMETER`], without its quotes; `?` = the printer does not know it.
    Value(String),
    /// A line that was neither, or too long for one.
    Noise,
}

/// Longest line that is kept: the longest of `~HS` has some 40 characters.
const LONGEST_LINE: usize = 120;

/// Takes bytes as they come and gives whole answers.
#[derive(Debug, Default)]
pub struct AnswerReader {
    line: Vec<u8>,
    framing: Framing,
    first: Option<[u32; 12]>,
    second: Option<[u32; 11]>,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
enum Framing {
    /// Between two answers.
    #[default]
    Outside,
    /// After STX, until ETX.
    Framed,
    /// After a quote, until the next.
    Quoted,
}

const STX: u8 = 0x02;
const ETX: u8 = 0x03;

impl AnswerReader {
    pub fn new() -> AnswerReader {
        AnswerReader::default()
    }

    /// Forgets a half-received answer: after a new connection or before a question.
    pub fn reset(&mut self) {
        *self = AnswerReader::default();
    }

    /// All answers that are complete with these bytes.
    pub fn push(&mut self, bytes: &[u8]) -> Vec<Answer> {
        bytes.iter().filter_map(|byte| self.push_byte(*byte)).collect()
    }

    fn push_byte(&mut self, byte: u8) -> Option<Answer> {
        match (self.framing, byte) {
            // A new line begins, whatever the last one was.
            (_, STX) => {
                self.line.clear();
                self.framing = Framing::Framed;
                None
            }
            (Framing::Outside, b'"') => {
                self.line.clear();
                self.framing = Framing::Quoted;
                None
            }
            (Framing::Outside, b'\r' | b'\n' | b' ' | 0) => None,
            (Framing::Outside, _) => Some(Answer::Noise),
            (Framing::Framed, ETX) => {
                self.framing = Framing::Outside;
                let line = std::mem::take(&mut self.line);
                self.end_line(&line)
            }
            (Framing::Quoted, b'"') => {
                self.framing = Framing::Outside;
                let text = std::mem::take(&mut self.line);
                Some(String::from_utf8(text).map_or(Answer::Noise, Answer::Value))
            }
            (_, byte) if self.line.len() < LONGEST_LINE => {
                self.line.push(byte);
                None
            }
            _ => {
                self.reset();
                Some(Answer::Noise)
            }
        }
    }

    /// The lines are told apart by how many numbers they have; the third completes an answer.
    fn end_line(&mut self, line: &[u8]) -> Option<Answer> {
        let Some(numbers) = numbers(line) else {
            self.reset();
            return Some(Answer::Noise);
        };
        if let Ok(first) = <[u32; 12]>::try_from(numbers.as_slice()) {
            (self.first, self.second) = (Some(first), None);
            return None;
        }
        if let Ok(second) = <[u32; 11]>::try_from(numbers.as_slice()) {
            self.second = Some(second);
            return None;
        }
        let (first, second) = (self.first.take(), self.second.take());
        match (first, second, numbers.len()) {
            (Some(first), Some(second), 2) => Some(Answer::Status(host_status(&first, &second))),
            _ => Some(Answer::Noise),
        }
    }
}

/// Decimal numbers between commas; `None` for anything else.
fn numbers(line: &[u8]) -> Option<Vec<u32>> {
    let text = std::str::from_utf8(line).ok()?;
    let number = |field: &str| {
        let digits = !field.is_empty() && field.bytes().all(|byte| byte.is_ascii_digit());
        digits.then(|| field.parse().ok()).flatten()
    };
    text.split(',').map(|field| number(field.trim())).collect()
}

/// `aaa,b,c,dddd,eee,f,g,h,iii,j,k,l` and `mmm,n,o,p,q,r,s,t,uuuuuuuu,v,www`.
fn host_status(first: &[u32; 12], second: &[u32; 11]) -> HostStatus {
    let [_, b, c, d, e, f, _, h, _, j, k, l] = *first;
    let [_, _, o, p, _, _, _, t, u, _, _] = *second;
    HostStatus {
        paper_out: b != 0,
        paused: c != 0,
        label_length_dots: d,
        formats_in_buffer: e,
        buffer_full: f != 0,
        partial_format: h != 0,
        ram_corrupt: j != 0,
        too_cold: k != 0,
        too_hot: l != 0,
        head_open: o != 0,
        ribbon_out: p != 0,
        label_waiting: t != 0,
        labels_remaining: u,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// The manual's own example of an idle printer, and three numbers that tests change.
    fn answer(paper_out: u8, formats: u32, head_open: u8, remaining: u32) -> String {
        format!(
            "\x02030,{paper_out},0,1245,{formats:03},0,0,0,000,0,0,0\x03\r\n\
             \x02000,0,{head_open},0,0,2,4,0,{remaining:08},1,000\x03\r\n\x021234,0\x03\r\n"
        )
    }

    fn check(text: &str, faults: &[Fault], works: bool) {
        let answers = AnswerReader::new().push(text.as_bytes());
        let [Answer::Status(status)] = answers[..] else { panic!("{text:?} → {answers:?}") };
        assert_eq!(status.report(), Report { faults: faults.to_vec(), works }, "{text:?}");
    }

    #[test]
    fn three_lines_of_the_manual_name_their_faults() {
        check(&answer(0, 0, 0, 0), &[], false);
        check(&answer(0, 2, 0, 0), &[], true);
        check(&answer(0, 0, 0, 1), &[], true);
        check(&answer(1, 1, 0, 0), &[Fault::PaperOut], true);
        check(&answer(1, 0, 1, 0), &[Fault::CoverOpen, Fault::PaperOut], false);
        check(&answer(0, 0, 0, 0).replace("030,0,0", "030,0,1"), &[Fault::Offline], false);
        check(&answer(0, 0, 0, 0).replace("000,0,0,0\x03", "000,0,0,1\x03"), &[Fault::Overheated], false);
        check(&answer(0, 0, 0, 0).replace(",0,0,0,000", ",0,0,1,000"), &[], true);
    }

    #[test]
    fn values_noise_and_broken_answers_are_told_apart() {
        let read = |text: &str| AnswerReader::new().push(text.as_bytes());
        assert_eq!(read("\"417\"\r\n"), [Answer::Value("417".into())]);
        assert_eq!(read("\"?\""), [Answer::Value("?".into())]);
        assert_eq!(read("x"), [Answer::Noise]);
        assert_eq!(read("\x02030,0,x\x03"), [Answer::Noise]);
        assert_eq!(read("\x021234,0\x03"), [Answer::Noise], "the third line alone");
        assert_eq!(read(&"\x021".repeat(9)), []);
        assert_eq!(read(&format!("\x02{}", "1".repeat(121))), [Answer::Noise]);
        assert_eq!(read("\x02030,0,0,99999999999,000,0,0,0,000,0,0,0\x03"), [Answer::Noise]);
        let cut_off = answer(0, 0, 0, 0)[..30].to_owned() + &answer(1, 0, 0, 0);
        check(&cut_off, &[Fault::PaperOut], false);
    }

    proptest! {
        #[test]
        fn any_bytes_in_any_pieces_give_the_same_answers(
            noise in prop::collection::vec(prop::sample::select(b"\x02\x03\"0,1\r\nx\xFF".to_vec()), 0..300),
            at in 0usize..100,
            cut in 0usize..400,
        ) {
            let mut bytes = noise;
            let at = at.min(bytes.len());
            bytes.splice(at..at, answer(0, 1, 0, 0).into_bytes());
            let whole = AnswerReader::new().push(&bytes);
            let cut = cut.min(bytes.len());
            let mut reader = AnswerReader::new();
            let mut pieces = reader.push(&bytes[..cut]);
            pieces.extend(reader.push(&bytes[cut..]));
            prop_assert!(reader.line.len() <= LONGEST_LINE);
            prop_assert_eq!(whole, pieces);
        }
    }
}
