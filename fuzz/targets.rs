//! What is fuzzed: everything that reads bytes from outside. Each function takes any bytes and must not panic;
//! what it asserts holds for any bytes too. The tests of `drivers` run them over the committed corpus.

use std::time::Duration;

use drivers::Transport;
use drivers::record::Replay;
use drivers::scanner::ScannerEvent;
use drivers::scanner::line::{LONGEST_LINE, LineReader};
use drivers::virtual_hw::{Machine, VirtualState};
use print::Language;

/// Answers of printers, in all languages: the same whole and in pieces.
pub fn status(bytes: &[u8]) {
    let (first, second) = bytes.split_at(bytes.len() / 3);
    let mut pieces = print::escpos::AnswerReader::new();
    let heard = [pieces.push(first), pieces.push(second)].concat();
    assert_eq!(heard, print::escpos::AnswerReader::new().push(bytes));
    let mut pieces = print::zpl::AnswerReader::new();
    let heard = [pieces.push(first), pieces.push(second)].concat();
    assert_eq!(heard, print::zpl::AnswerReader::new().push(bytes));
    for answer in heard {
        if let print::zpl::Answer::Status(status) = answer {
            status.report();
        }
    }
    for block in print::brother::status::BlockReader::new().push(bytes) {
        block.report();
        block.cools();
    }
    for byte in bytes {
        print::tspl::ByteStatus(*byte).report();
    }
    if let Some(four) = bytes.first_chunk() {
        print::escpos::StatusReport::from_automatic(*four).faults();
    }
}

/// Scanners: a line is ASCII, not empty and not longer than the longest.
pub fn scanner(bytes: &[u8]) {
    let mut reader = LineReader::new();
    for event in bytes.chunks(7).flat_map(|piece| reader.push(piece)).collect::<Vec<_>>() {
        if let ScannerEvent::Line(line) = event {
            assert!(line.is_ascii() && !line.is_empty() && line.len() <= LONGEST_LINE);
        }
    }
    reader.give_up();
    assert!(!reader.is_in_line());
}

/// Recordings: refused with a line, or played.
pub fn recording(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    let Ok((mut replay, verdict)) = Replay::of(text) else { return };
    let _ = replay.open();
    for _ in 0..16 {
        let mut heard = [0u8; 64];
        let _ = replay.read(&mut heard, Duration::from_millis(40));
        let _ = replay.write(&heard[..8], Duration::from_millis(40));
        let _ = replay.port_status();
    }
    replay.close();
    let _ = verdict.is_as_recorded();
}

/// Model files: refused, or a model within its bounds.
pub fn model(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    if let Ok(model) = drivers::models::parse(text) {
        model.check().expect("a parsed model was checked");
        model.paper_time_ms(u32::MAX);
    }
}

/// Jobs in all languages: the strict readers, and the virtual printers that print whatever comes. The first byte
/// chooses the language.
pub fn language(bytes: &[u8]) {
    let Some((choice, bytes)) = bytes.split_first() else { return };
    let language = match choice % 4 {
        0 => Language::Escpos,
        1 => Language::Tspl,
        2 => Language::Zpl,
        _ => Language::BrotherQl,
    };
    match language {
        Language::Escpos => drop(print::escpos::parse(bytes)),
        Language::Tspl => drop(print::tspl::parse(bytes)),
        Language::Zpl => drop(print::zpl::parse(bytes)),
        Language::BrotherQl => drop(print::brother::parse(bytes)),
    }
    let mut machine = Machine::new(VirtualState { language, ..VirtualState::default() });
    for piece in bytes.chunks(1_000) {
        machine.receive(piece);
        machine.run(Duration::from_millis(1));
        machine.take_answers(usize::MAX);
        machine.take_pages();
    }
}
