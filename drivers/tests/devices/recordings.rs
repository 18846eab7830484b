//! Recordings of whole jobs, played back: what the driver says to each printer is kept in files, and a driver that
//! says something else is contradicted. `UPDATE_RECORDINGS=1` makes the made-up ones anew from virtual printers.

use std::path::PathBuf;

use drivers::record::{Recorder, Replay};
use drivers::virtual_hw::{Dialect, Moment, Paper, VirtualPrinter, VirtualState};
use drivers::{Completion, Memories, Printer, Transport};
use print::{Bitmap, Fault, Language};

use crate::bench::nobody;
use crate::matrix::story::{Kind, PRINTERS};

const LIMIT_BYTES: u64 = 1_000_000;

type Session = (&'static str, Language, Dialect, bool, Result<Completion, Fault>);

/// Name, printer, whether the paper runs out, and how the job ends.
const SESSIONS: [Session; 8] = [
    ("escpos-process-id", Language::Escpos, Dialect::Full, false, Ok(Completion::Confirmed)),
    ("escpos-fence", Language::Escpos, Dialect::NoProcessId, false, Ok(Completion::Confirmed)),
    ("escpos-status-only", Language::Escpos, Dialect::StatusOnly, false, Ok(Completion::Unconfirmed)),
    ("escpos-paper-out", Language::Escpos, Dialect::Full, true, Err(Fault::PaperOut)),
    ("tspl", Language::Tspl, Dialect::Full, false, Ok(Completion::Confirmed)),
    ("zpl-odometer", Language::Zpl, Dialect::Full, false, Ok(Completion::Confirmed)),
    ("brother", Language::BrotherQl, Dialect::Full, false, Ok(Completion::Confirmed)),
    ("brother-paper-out", Language::BrotherQl, Dialect::Full, true, Err(Fault::PaperOut)),
];

fn file(name: &str) -> PathBuf {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../tests/fixtures/recordings");
    PathBuf::from(folder).join(format!("{name}.synth.jsonl"))
}

fn kind(language: Language, dialect: Dialect) -> &'static Kind {
    let found = PRINTERS.iter().find(|kind| kind.language == language && kind.dialect == dialect);
    found.expect("the matrix has it")
}

fn picture() -> Bitmap {
    let bytes = (0..12 * 40u32).map(|i| (i * 37 + i / 12) as u8 | 1).collect();
    Bitmap::from_packed(96, 40, bytes).expect("sizes fit")
}

/// One job from the first question on.
fn drive(transport: Box<dyn Transport>, kind: &Kind) -> Result<Completion, Fault> {
    let mut driver = Printer::new(transport, kind.model(), Memories::new());
    driver.preflight().map_err(|trouble| trouble.fault)?;
    driver.print(&picture(), 7, &mut nobody).map_err(|failed| failed.fault)
}

fn record(language: Language, dialect: Dialect, runs_out: bool) -> (Vec<u8>, Result<Completion, Fault>) {
    let speed_mm_per_s = Some(20);
    let printer = VirtualPrinter::simulated(VirtualState { language, dialect, speed_mm_per_s, ..Default::default() });
    if runs_out {
        printer.plan(Moment::Rows(20), |state| state.paper = Paper::Out);
    }
    let shared = Shared::default();
    let recorder = Recorder::new(Box::new(printer.transport()), shared.clone(), LIMIT_BYTES);
    let result = drive(Box::new(recorder), kind(language, dialect));
    (shared.take(), result)
}

/// A file in memory that two can hold.
#[derive(Clone, Default)]
struct Shared(std::sync::Arc<std::sync::Mutex<Vec<u8>>>);

impl Shared {
    fn take(&self) -> Vec<u8> {
        std::mem::take(&mut *self.0.lock().expect("nobody panicked"))
    }
}

impl std::io::Write for Shared {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().expect("nobody panicked").write(bytes)
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

#[test]
fn recorded_jobs_are_held_again_word_by_word() {
    for (name, language, dialect, runs_out, expected) in SESSIONS {
        if std::env::var_os("UPDATE_RECORDINGS").is_some() {
            std::fs::write(file(name), record(language, dialect, runs_out).0).expect("writable");
        }
        let text = std::fs::read_to_string(file(name)).expect("the recording is committed");
        let (replay, verdict) = Replay::of(&text).unwrap_or_else(|error| panic!("{name}: {error}"));
        let result = drive(Box::new(replay), kind(language, dialect));
        verdict.is_as_recorded().unwrap_or_else(|error| panic!("{name}: {error}, after {result:?}"));
        assert_eq!(result, expected, "{name}");
    }
}

#[test]
fn driver_that_says_something_else_is_contradicted_with_the_line() {
    let text = std::fs::read_to_string(file("escpos-process-id")).expect("the recording is committed");
    let changed = text.replacen("1d7630000c", "1d7630000d", 1);
    assert_ne!(changed, text, "the raster's header is in it");
    let (replay, verdict) = Replay::of(&changed).expect("still a recording");
    let result = drive(Box::new(replay), kind(Language::Escpos, Dialect::Full));
    assert_eq!(result, Err(Fault::Protocol));
    let error = verdict.is_as_recorded().expect_err("the width is another");
    assert!(error.problem.contains("is 0d, the driver says 0c") && error.line > 1, "{error}");

    let (_, verdict) = Replay::of(&text).expect("a recording");
    let error = verdict.is_as_recorded().expect_err("nobody spoke");
    assert_eq!((error.line, error.problem.as_str()), (2, "the driver never came so far"));
}

#[test]
fn bad_recordings_name_the_line() {
    let check = |text: &str, line: usize, problem: &str| {
        let error = Replay::of(text).err().unwrap_or_else(|| panic!("{text:?} was taken"));
        assert!(error.line == line && error.problem.contains(problem), "{text:?}: {error}");
    };
    check("{\"at_ms\":0,\"opened\":\"x\"}\n{\"at_ms\":1,\"sent\":\"0g\"}", 2, "hexadecimal");
    check("{\"at_ms\":0,\"heard\":\"123\"}", 1, "half a digit pair");
    check("\n\nnonsense", 3, "expected");
    check("{\"at_ms\":5,\"heard\":\"\"}\n{\"at_ms\":4,\"heard\":\"\"}", 2, "earlier");
    check("{\"at_ms\":0}", 1, "");
    check("{\"at_ms\":0,\"said\":\"00\"}", 1, "");
    check("{\"at_ms\":0,\"failed\":{\"call\":\"write\",\"fault\":\"Tired\",\"detail\":\"\"}}", 1, "Tired");
}

#[test]
fn recording_ends_at_its_limit_and_the_job_goes_on() {
    let printer = VirtualPrinter::simulated(VirtualState::default());
    let shared = Shared::default();
    let recorder = Recorder::new(Box::new(printer.transport()), shared.clone(), 600);
    assert_eq!(drive(Box::new(recorder), kind(Language::Escpos, Dialect::Full)), Ok(Completion::Confirmed));
    let text = String::from_utf8(shared.take()).expect("JSON");
    assert!(text.len() < 700 && text.ends_with("\"full\":true}\n"), "{text}");
    Replay::of(&text).map(|_| ()).expect("still a recording");
}
