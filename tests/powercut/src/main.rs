//! `cargo run --release -p powercut -- cuts|faults` runs the long forms; `child` is what they start.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::{Parser, Subcommand};
use powercut::cuts::{self, Density};
use powercut::faults;
use powercut::kills::{self, Place, Post};
use powercut::recorder::quick_folder;
use powercut::work::{Subject, Work};

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
        log: String,
        #[arg(long)]
        port: u16,
        #[arg(long)]
        relay_to: Option<String>,
        #[arg(long)]
        follows: bool,
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
        What::Serve { log, port, relay_to, follows } => {
            kills::serve(&Post { place: Place::of(&log), port, relay_to, follows })
                .inspect_err(|error| eprintln!("{error}"))
                .is_ok()
        }
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

/// A third of them over a relay.
fn all_kills(program: &Path, kills: u64, seed: u64) -> bool {
    let folder = quick_folder();
    let alone = kills::run(program, Place::Folder(folder.path().join("hub")), kills - kills / 3, seed);
    let relayed = kills::run_relay(program, kills / 3, seed);
    for (what, verdict) in [("SQLite", &alone), ("relay", &relayed)] {
        verdict.violations.iter().for_each(|violation| println!("{violation}"));
        println!(
            "hubkills: {what} kills={} while_starting={} above={} acknowledged={} pulled={} violations={}",
            verdict.kills,
            verdict.while_starting,
            verdict.above,
            verdict.acknowledged,
            verdict.pulled,
            verdict.violations.len()
        );
    }
    alone.violations.is_empty() && relayed.violations.is_empty()
}
