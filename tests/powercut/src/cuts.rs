//! The power goes at every acknowledgement and in between; what is left has to hold all that was acknowledged.

use std::fs;
use std::path::Path;

use crate::disk::{Disk, Rest, Survivors};
use crate::recorder::{Bench, Run, quick_folder};
use crate::tape::Step;
use crate::work::{Told, Work};

/// How many cuts are made along one tape.
#[derive(Debug, Clone, Copy)]
pub struct Density {
    /// Every so many acknowledgements; 1 is each.
    pub acknowledgements: u64,
    /// Every so many other steps, each with one random choice.
    pub between: u64,
    /// Random choices at an acknowledgement, besides none and all.
    pub choices: u64,
}

impl Density {
    /// For every change: some seconds.
    pub const SHORT: Density = Density { acknowledgements: 9, between: 41, choices: 1 };
    /// Before a release.
    pub const FULL: Density = Density { acknowledgements: 1, between: 1, choices: 3 };
}

/// What a row of cuts showed.
#[derive(Debug, Default)]
pub struct Verdict {
    pub acknowledged: u64,
    pub cuts: u64,
    /// At most some dozens, each with the place on the tape and the choice that shows it again.
    pub violations: Vec<String>,
}

const MAX_VIOLATIONS: usize = 40;

/// Records `work` and cuts the power along its tape.
///
/// # Panics
/// When the child fails by itself, or the recording is not all that happened to the disk.
pub fn enumerate(program: &Path, work: &Work, density: Density) -> Verdict {
    let bench = Bench::new(program);
    let run = bench.run(work, None);
    assert!(run.ended_well, "the child failed: {}", run.words);
    assert_whole(&bench, &run);
    cut_along(&bench, work, &run.steps, density)
}

/// Cuts the power along a tape.
pub fn cut_along(bench: &Bench, work: &Work, steps: &[Step], density: Density) -> Verdict {
    let (mut disk, mut told, mut verdict) = (Disk::default(), Told::default(), Verdict::default());
    for (place, step) in steps.iter().enumerate() {
        disk.play(step);
        let place = place as u64;
        let survivors = match step {
            Step::Told(line) => {
                told.hear(line);
                if !line.starts_with("ack ") || !told.acknowledged.is_multiple_of(density.acknowledgements) {
                    continue;
                }
                let some = (0..density.choices).map(|choice| Survivors::Some(place << 8 | choice));
                [Survivors::None, Survivors::All].into_iter().chain(some).collect()
            }
            _ if place.is_multiple_of(density.between) => vec![match place % 8 {
                0 => Survivors::None,
                1 => Survivors::All,
                _ => Survivors::Some(place << 8 | 0xff),
            }],
            _ => continue,
        };
        for survivors in survivors {
            verdict.cuts += 1;
            let judged = judge(&disk.cut(survivors), bench, work, &told);
            if let Err(violation) = judged
                && verdict.violations.len() < MAX_VIOLATIONS
            {
                verdict.violations.push(format!("step {place}, {survivors:?}: {violation}"));
            }
        }
    }
    verdict.acknowledged = told.acknowledged;
    verdict
}

fn judge(rest: &Rest, bench: &Bench, work: &Work, told: &Told) -> Result<(), String> {
    let folder = quick_folder();
    rest.put_down(&bench.root(), folder.path()).expect("the temporary folder takes files");
    work.judge(&folder.path().join("data"), told)
}

/// What the tape says in all is what the disk holds: so nothing was missed.
///
/// # Panics
/// When it does not.
pub fn assert_whole(bench: &Bench, run: &Run) {
    let mut disk = Disk::default();
    run.steps.iter().for_each(|step| disk.play(step));
    let seen = disk.seen();
    let mut there = 0;
    for entry in fs::read_dir(bench.root().join("data")).expect("the child's folder").flatten() {
        let path = entry.path();
        if path.to_string_lossy().ends_with("-shm") {
            continue;
        }
        there += 1;
        let bytes = fs::read(&path).expect("the child's file");
        let recorded = seen.files.get(&path).unwrap_or_else(|| panic!("{} is not on the tape", path.display()));
        assert!(bytes == *recorded, "{} is not as the tape says", path.display());
    }
    assert_eq!(there, seen.files.len(), "the tape has files that are not there");
}
