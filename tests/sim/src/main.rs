//! `cargo run -p sim -- --seed N [--trace]` plays one world again; `--seeds A..B` plays many and prints a summary.

use std::process::ExitCode;

use clap::Parser;
use sim::{Options, Plant, run, run_all};

/// Plays venues of kiosks and a hub under faults.
#[derive(Parser)]
struct Arguments {
    /// Play this one world.
    #[arg(long, conflicts_with = "seeds")]
    seed: Option<u64>,
    /// Play these worlds: A..B, on all cores.
    #[arg(long, value_parser = range, default_value = "0..2000")]
    seeds: std::ops::Range<u64>,
    /// Tell everything that happens in the one world.
    #[arg(long, requires = "seed")]
    trace: bool,
    /// Plant a mistake into the surroundings.
    #[arg(long)]
    plant: Option<Plant>,
}

fn range(text: &str) -> Result<std::ops::Range<u64>, String> {
    let (from, to) = text.split_once("..").ok_or("a range is written A..B")?;
    let number = |text: &str| text.parse::<u64>().map_err(|error| format!("{text}: {error}"));
    Ok(number(from)?..number(to)?)
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    if let Some(seed) = arguments.seed {
        return play_one(Options { seed, plant: arguments.plant, trace: arguments.trace });
    }
    let tally = run_all(arguments.seeds, arguments.plant, |seed, violation| println!("seed {seed}: {violation}"));
    println!("acts={} pages={} slowest_calm_ms={}", tally.acts, tally.pages, tally.slowest_calm_ms);
    println!("{}", tally.summary());
    if tally.violations.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

fn play_one(options: Options) -> ExitCode {
    let report = run(options);
    for violation in &report.violations {
        println!("seed {}: {violation}", options.seed);
    }
    println!("sim: seeds=1 faults={} violations={}", report.faults, report.violations.len());
    if report.violations.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}
