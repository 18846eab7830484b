//! Many worlds beside each other, one per core. Each is its own seed, so that their order means nothing.

use std::ops::Range;
use std::sync::Mutex;
use std::thread;

use crate::plant::Plant;
use crate::world::{Options, Report, run};

/// What many worlds came to.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Tally {
    /// How many worlds.
    pub seeds: u64,
    /// Faults that struck.
    pub faults: u64,
    /// Acts that people were told are done.
    pub acts: u64,
    /// Pages that came out.
    pub pages: u64,
    /// The longest time until all was settled after a storm, milliseconds.
    pub slowest_calm_ms: u64,
    /// What must not be, with the seed that found it, by seed.
    pub violations: Vec<(u64, String)>,
}

impl Tally {
    fn add(&mut self, seed: u64, report: Report) {
        self.seeds += 1;
        self.faults += report.faults;
        self.acts += report.acts;
        self.pages += report.pages;
        self.slowest_calm_ms = self.slowest_calm_ms.max(report.calm_ms);
        self.violations.extend(report.violations.into_iter().map(|violation| (seed, violation)));
    }

    /// The line that ends a run.
    pub fn summary(&self) -> String {
        format!("sim: seeds={} faults={} violations={}", self.seeds, self.faults, self.violations.len())
    }
}

/// Plays all seeds on all cores; `tell` hears each violation when it is found.
pub fn run_all(seeds: Range<u64>, plant: Option<Plant>, tell: impl Fn(u64, &str) + Sync) -> Tally {
    let next = Mutex::new(seeds);
    let tally = Mutex::new(Tally::default());
    let workers = thread::available_parallelism().map_or(2, usize::from);
    thread::scope(|scope| {
        for _ in 0..workers {
            scope.spawn(|| {
                loop {
                    let Some(seed) = next.lock().expect("no worker panics with the lock").next() else { return };
                    let report = run(Options { seed, plant, trace: false });
                    report.violations.iter().for_each(|violation| tell(seed, violation));
                    tally.lock().expect("no worker panics with the lock").add(seed, report);
                }
            });
        }
    });
    let mut tally = tally.into_inner().expect("all workers ended");
    tally.violations.sort();
    tally
}
