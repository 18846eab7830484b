//! Every fault at every moment on every kind of printer, with the repair and the recovery that follow it.
//! The sum must be: one valid copy on paper, never a false "printed", never a silent double, never a lost job.
//! `cargo test -p drivers --test devices matrix -- --nocapture` prints the table.

use std::collections::BTreeMap;
use std::time::Duration;

use drivers::virtual_hw::Moment;
use print::Fault;
use proptest::prelude::*;

#[path = "matrix/drive.rs"]
pub mod drive;
#[path = "matrix/story.rs"]
pub mod story;
#[path = "matrix/trial.rs"]
mod trial;

pub use drive::{Drive, honest};
pub use story::{Kind, Mishap, PRINTERS, Strike, When};
pub use trial::{Sum, Trial};

/// Rows of the badge in the table: more than twice what a printer's buffer holds.
const ROWS: u32 = 480;

/// The columns, and where in a badge each of them strikes.
const MOMENTS: [(&str, &[When]); 4] = [
    ("before first byte", &[When::BeforeAsking, When::At(Moment::Bytes(0)), When::At(Moment::Bytes(1))]),
    (
        "mid raster",
        &[
            When::At(Moment::Bytes(9)),
            When::At(Moment::Bytes(4_321)),
            When::At(Moment::Bytes(13_000)),
            When::At(Moment::Rows(1)),
            When::At(Moment::Rows(120)),
            When::At(Moment::Rows(301)),
            When::At(Moment::Rows(ROWS)),
        ],
    ),
    ("before cut", &[When::At(Moment::BeforeCut)]),
    ("before confirmation", &[When::At(Moment::AfterCut)]),
];

/// What became of the trials of one cell.
#[derive(Debug, Default, Clone, Copy)]
struct Cell {
    confirmed: u32,
    unconfirmed: u32,
    blocked: u32,
    doubtful: u32,
}

impl Cell {
    /// A trial counts once, by the worst that its badge went through.
    fn count(&mut self, sum: &Sum) {
        let counter = match sum {
            Sum { asked: 1.., .. } => &mut self.doubtful,
            Sum { blocked: 1.., .. } => &mut self.blocked,
            Sum { unconfirmed: 1.., .. } => &mut self.unconfirmed,
            _ => &mut self.confirmed,
        };
        *counter += 1;
    }
}

/// All trials with drivers made by `make`.
struct Matrix {
    cells: BTreeMap<(Mishap, usize), Cell>,
    trials: u32,
    wrong: Vec<String>,
    false_printed: u32,
    doubled: u32,
    lost: u32,
    missing_on_mute: u32,
    answered_late: u32,
}

fn run(make: &dyn Fn(drivers::Printer) -> Box<dyn Drive>, printers: &[Kind]) -> Matrix {
    let mut matrix = Matrix {
        cells: BTreeMap::new(),
        trials: 0,
        wrong: Vec::new(),
        false_printed: 0,
        doubled: 0,
        lost: 0,
        missing_on_mute: 0,
        answered_late: 0,
    };
    for mishap in Mishap::ALL {
        for (column, (_, places)) in MOMENTS.iter().enumerate() {
            for (kind, when) in printers.iter().flat_map(|kind| places.iter().map(move |when| (kind, *when))) {
                let sum = Trial::new(kind, Strike { mishap, when }, ROWS, make).run();
                matrix.cells.entry((mishap, column)).or_default().count(&sum);
                matrix.add(kind, Strike { mishap, when }, &sum);
            }
        }
    }
    matrix
}

impl Matrix {
    fn add(&mut self, kind: &Kind, strike: Strike, sum: &Sum) {
        self.trials += 1;
        self.false_printed += sum.false_printed;
        self.doubled += sum.doubled;
        self.lost += u32::from(sum.lost);
        self.missing_on_mute += sum.missing_unconfirmed;
        self.answered_late += sum.answered_late;
        if let Some(problem) = sum.problem(kind) {
            self.wrong.push(format!("{}, {strike:?}: {problem}: {sum:?}", kind.name));
        }
    }

    fn print(&self) {
        println!("\nfault \\ moment   (confirmed/unconfirmed/blocked/doubtful of {} trials)", self.trials);
        print!("{:<14}", "");
        MOMENTS.iter().for_each(|(name, _)| print!("{name:>22}"));
        println!();
        for mishap in Mishap::ALL {
            print!("{:<14}", mishap.name());
            for column in 0..MOMENTS.len() {
                let cell = self.cells.get(&(mishap, column)).copied().unwrap_or_default();
                let text = format!("{}/{}/{}/{}", cell.confirmed, cell.unconfirmed, cell.blocked, cell.doubtful);
                print!("{text:>22}");
            }
            println!();
        }
        println!("{} printers: {}", PRINTERS.len(), PRINTERS.map(|kind| kind.name).join(", "));
        println!("false={} doubled={} lost={}", self.false_printed, self.doubled, self.lost);
        println!("unconfirmed and missing, on printers that say nothing at all: {}\n", self.missing_on_mute);
    }
}

#[test]
fn matrix_of_every_fault_at_every_moment_on_every_printer() {
    let matrix = run(&honest, &PRINTERS);
    matrix.print();
    assert!(matrix.wrong.is_empty(), "{} of {}:\n{}", matrix.wrong.len(), matrix.trials, matrix.wrong.join("\n"));
    assert_eq!((matrix.false_printed, matrix.doubled, matrix.lost), (0, 0, 0));
    assert!(matrix.answered_late > 0, "no printer was asked for the pending id after a crash");
}

/// The matrix is worth something only if it finds what it is there to find.
#[test]
fn matrix_catches_planted_mistakes() {
    let claims = run(&|printer| Box::new(drive::ClaimsPrinted(printer)), &PRINTERS[..1]);
    assert!(claims.false_printed > 0, "a driver that calls every accepted badge printed was not found");
    let resends = run(&|printer| Box::new(drive::ForgetsWhatWasSent(printer)), &PRINTERS[..1]);
    assert!(resends.doubled > 0, "a driver that sends a broken badge again from its start was not found");
    let shrugs = run(&|printer| Box::new(drive::Shrugs(printer)), &PRINTERS[..1]);
    assert!(shrugs.lost > 0, "a driver that calls a failure unconfirmed was not found");
    let believes = run(&|printer| Box::new(drive::BelievesLeftovers(printer)), &PRINTERS[..1]);
    assert!(!believes.wrong.is_empty(), "a driver that sends behind half a picture was not found");
}

/// Any byte and any row, and the two moments around the cut.
pub fn any_place() -> impl Strategy<Value = Moment> {
    prop_oneof![
        (0u64..48_000).prop_map(Moment::Bytes),
        (0u64..64).prop_map(Moment::Bytes),
        (1u32..520).prop_map(Moment::Rows),
        Just(Moment::BeforeCut),
        Just(Moment::AfterCut),
    ]
}

/// One mishap at one place on all printers.
pub fn check_rows(mishap: Mishap, at: Moment, rows: u32) -> Result<(), TestCaseError> {
    for kind in &PRINTERS {
        let strike = Strike { mishap, when: When::At(at) };
        let sum = Trial::new(kind, strike, rows, &honest).run();
        prop_assert!(sum.problem(kind).is_none(), "{}, {strike:?}: {:?}: {sum:?}", kind.name, sum.problem(kind));
    }
    Ok(())
}

/// In the middle of a badge every printer that answers at all tells the cause that is expected of it; `None`: it ends
/// well. The printer's word is passed on within the second. The badge fits into the buffer: a full one keeps questions
/// out, so that a printer that tells nothing by itself is only seen to take nothing.
#[track_caller]
pub fn check_cause(mishap: Mishap, expected: &dyn Fn(&Kind) -> Option<Fault>) {
    for kind in PRINTERS.iter().filter(|kind| kind.answers_in_trouble()) {
        let strike = Strike { mishap, when: When::At(Moment::Rows(100)) };
        let (fault, after) = Trial::new(kind, strike, 200, &honest).first_fault();
        assert_eq!(fault, expected(kind), "{}", kind.name);
        let waits_for_silence = matches!(fault, None | Some(Fault::Stalled));
        assert!(waits_for_silence || after < Duration::from_secs(1), "{}: told after {after:?}", kind.name);
    }
}
