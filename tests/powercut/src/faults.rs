//! One call after another fails: a sync, a write, a write that takes only half. Nothing is acknowledged falsely, the
//! store says what happened in its own words, opens again and holds all; also when the power goes afterwards.

use std::path::Path;

use crate::cuts::{Density, cut_along};
use crate::recorder::{Bench, Run};
use crate::tape::Step;
use crate::work::{Told, Work};

/// What fails.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Fault {
    call: Call,
    how: How,
    /// Every later call fails too: a dead disk, or a full one.
    stays: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Call {
    Sync,
    Write,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum How {
    Broken,
    Full,
    Short,
}

/// Every kind of fault.
pub const FAULTS: [Fault; 7] = [
    Fault { call: Call::Sync, how: How::Broken, stays: false },
    Fault { call: Call::Sync, how: How::Broken, stays: true },
    Fault { call: Call::Write, how: How::Broken, stays: false },
    Fault { call: Call::Write, how: How::Broken, stays: true },
    Fault { call: Call::Write, how: How::Full, stays: false },
    Fault { call: Call::Write, how: How::Full, stays: true },
    Fault { call: Call::Write, how: How::Short, stays: false },
];

impl Fault {
    /// As the shim reads it, at the call with this number from 1.
    fn at(self, call: u64) -> String {
        let which = match self.call {
            Call::Sync => "sync",
            Call::Write => "write",
        };
        let how = match self.how {
            How::Broken => "EIO",
            How::Full => "ENOSPC",
            How::Short => "SHORT",
        };
        let stays = if self.stays { "+" } else { "" };
        format!("{which}:{call}{stays}:{how}")
    }

    /// Whether the store may call it so. Of the shared memory SQLite only says that it could not be made: once there
    /// is room again nobody can tell why.
    fn is_called(self, word: &str, is_memory: bool) -> bool {
        match self.how {
            How::Broken => word == "Io",
            How::Full => word == "DiskFull" || (is_memory && !self.stays && word == "Io"),
            How::Short => false,
        }
    }

    fn calls(self, run: &Run) -> u64 {
        let is_such = |step: &&Step| match self.call {
            Call::Sync => matches!(step, Step::Synced { .. }),
            Call::Write => matches!(step, Step::Write { .. }),
        };
        run.steps.iter().filter(is_such).count() as u64
    }
}

/// One write finds no room, then there is some again.
pub const FULL_ONCE: Fault = FAULTS[4];

/// One fsync fails, of a file or of a folder.
pub const BROKEN_ONCE: Fault = FAULTS[0];

/// What a row of faults showed.
#[derive(Debug, Default)]
pub struct Verdict {
    pub faults: u64,
    /// Of these the store spoke; the others it mended by itself.
    pub reported: u64,
    pub cuts: u64,
    pub violations: Vec<String>,
}

/// Lets call number `first`, `first + every` … of each kind fail, one run each.
///
/// # Panics
/// When the child fails without a fault.
pub fn enumerate(program: &Path, work: &Work, every: u64) -> Verdict {
    let bench = Bench::new(program);
    let calm = bench.run(work, None);
    assert!(calm.ended_well, "the child failed: {}", calm.words);
    let mut verdict = Verdict::default();
    for (place, fault) in (1..).zip(FAULTS) {
        for call in (1 + place % every..=fault.calls(&calm)).step_by(every as usize) {
            strike(&bench, work, fault, call, &mut verdict);
        }
    }
    verdict
}

/// Lets these calls fail, one run each.
///
/// # Panics
/// When the child does not start.
pub fn strike_at(program: &Path, work: &Work, fault: Fault, calls: impl IntoIterator<Item = u64>) -> Verdict {
    let bench = Bench::new(program);
    let mut verdict = Verdict::default();
    calls.into_iter().for_each(|call| strike(&bench, work, fault, call, &mut verdict));
    verdict
}

fn strike(bench: &Bench, work: &Work, fault: Fault, call: u64, verdict: &mut Verdict) {
    let fail = fault.at(call);
    let run = bench.run(work, Some(&fail));
    let mut told = Told::default();
    let lines = run.steps.iter().filter_map(|step| match step {
        Step::Told(line) => Some(line),
        _ => None,
    });
    lines.for_each(|line| told.hear(line));
    verdict.faults += 1;
    verdict.reported += u64::from(!told.faults.is_empty());
    let mut found = Vec::new();
    if !run.ended_well {
        found.push(format!("the child failed: {}", run.words));
    }
    if !fault.stays && !told.is_done {
        found.push(format!("one fault ended the work: {:?}", told.faults));
    }
    let is_memory = struck_memory(&run);
    if let Some(other) = told.faults.iter().find(|word| !fault.is_called(word, is_memory)) {
        found.push(format!("the store calls it {other}: {:?}", told.faults));
    }
    // What the kernel has, as after a restart of the program on a mended disk.
    found.extend(work.judge(&bench.root().join("data"), &told).err());
    let cuts = cut_along(bench, work, &run.steps, Density { acknowledgements: 5, between: u64::MAX, choices: 0 });
    verdict.cuts += cuts.cuts;
    found.extend(cuts.violations);
    verdict.violations.extend(found.into_iter().map(|violation| format!("{fail}: {violation}")));
}

/// The call that failed was one on SQLite's shared memory.
fn struck_memory(run: &Run) -> bool {
    let Some(struck) = run.steps.iter().position(|step| matches!(step, Step::Fault { .. })) else { return false };
    let Step::Fault { file: struck_file } = run.steps[struck] else { return false };
    let opened = run.steps[..struck].iter().rev().find_map(|step| match step {
        Step::Open { file, path, .. } if *file == struck_file => Some(path.to_string_lossy().ends_with("-shm")),
        _ => None,
    });
    opened.unwrap_or(false)
}
