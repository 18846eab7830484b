//! `cargo run --release -p powercut -- cuts|faults` runs the long forms; `child` is what they start.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::{Parser, Subcommand};
use powercut::cuts::{self, Density};
use powercut::work::{Subject, Work};
use powercut::{faults, kills};

/// Cuts the power and fails the disk under the real stores.
#[derive(Parser)]
struct Arguments {
    #[command(subcommand)]
    what: What,
}

#[derive(Subcommand)]
enum What {
    /// The power goes at every acknowledgement and at every step between.
    Cuts {
        #[arg(long, default_value_t = 500)]
        commits: u64,
        /// Commit with `synchronous=NORMAL`; losses are then demanded.
        #[arg(long)]
        weak: bool,
    },
    /// Every write and every sync fails once.
    Faults {
        #[arg(long, default_value_t = 60)]
        commits: u64,
        /// Only every so many calls.
        #[arg(long, default_value_t = 1)]
        every: u64,
    },
    /// The hub is killed at random moments under load.
    Kills {
        #[arg(long, default_value_t = 1_000)]
        kills: u64,
        #[arg(long, default_value_t = 1)]
        seed: u64,
    },
    #[command(hide = true)]
    Serve {
        #[arg(long)]
        data: PathBuf,
        #[arg(long)]
        port: u16,
    },
    #[command(hide = true)]
    Child {
        subject: Subject,
        data: PathBuf,
        shadow: PathBuf,
        marks: PathBuf,
        commits: u64,
        #[arg(long)]
        weak: bool,
    },
}

fn main() -> ExitCode {
    let program = std::env::current_exe().expect("a program knows its file");
    let is_good = match Arguments::parse().what {
        What::Cuts { commits, weak } => both(|subject| all_cuts(&program, subject, commits, weak)),
        What::Faults { commits, every } => both(|subject| all_faults(&program, subject, commits, every)),
        What::Kills { kills, seed } => all_kills(&program, kills, seed),
        What::Serve { data, port } => kills::serve(&data, port).inspect_err(|error| eprintln!("{error}")).is_ok(),
        What::Child { subject, data, shadow, marks, commits, weak } => {
            let done = Work { subject, commits, is_weak: weak }.perform(&data, &shadow, &marks);
            done.inspect_err(|violation| eprintln!("{violation}")).is_ok()
        }
    };
    if is_good { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// Node and hub beside each other.
fn both(each: impl Fn(Subject) -> bool + Sync) -> bool {
    let each = &each;
    std::thread::scope(|scope| {
        let running = Subject::ALL.map(|subject| scope.spawn(move || each(subject)));
        running.map(|one| one.join().expect("a child that fails has been told")) == [true; 2]
    })
}

fn all_cuts(program: &Path, subject: Subject, commits: u64, is_weak: bool) -> bool {
    let verdict = cuts::enumerate(program, &Work { subject, commits, is_weak }, Density::FULL);
    let (acknowledged, cuts, violations) = (verdict.acknowledged, verdict.cuts, verdict.violations.len());
    verdict.violations.iter().for_each(|violation| println!("{violation}"));
    let mode = if is_weak { "NORMAL" } else { "FULL" };
    println!("powercut: {} {mode} acknowledged={acknowledged} cuts={cuts} violations={violations}", subject.word());
    (violations > 0) == is_weak
}

fn all_faults(program: &Path, subject: Subject, commits: u64, every: u64) -> bool {
    let verdict = faults::enumerate(program, &Work { subject, commits, is_weak: false }, every);
    verdict.violations.iter().for_each(|violation| println!("{violation}"));
    println!(
        "iofaults: {} faults={} reported={} cuts={} violations={}",
        subject.word(),
        verdict.faults,
        verdict.reported,
        verdict.cuts,
        verdict.violations.len()
    );
    verdict.violations.is_empty()
}

fn all_kills(program: &Path, kills: u64, seed: u64) -> bool {
    let verdict = kills::run(program, kills, seed);
    verdict.violations.iter().for_each(|violation| println!("{violation}"));
    println!(
        "hubkills: kills={} while_starting={} acknowledged={} pulled={} violations={}",
        verdict.kills,
        verdict.while_starting,
        verdict.acknowledged,
        verdict.pulled,
        verdict.violations.len()
    );
    verdict.violations.is_empty()
}
