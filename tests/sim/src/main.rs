//! `cargo run -p sim -- --seed N [--trace]` plays one world again; `--seeds A..B` plays many and prints a summary.

use std::process::ExitCode;

use clap::Parser;
use sim::{Options, Plant, run};

/// Plays venues of kiosks and a hub under faults.
#[derive(Parser)]
struct Arguments {
    /// Play this one world.
    #[arg(long, conflicts_with = "seeds")]
    seed: Option<u64>,
    /// Play these worlds: A..B.
    #[arg(long, value_parser = range, default_value = "0..500")]
    seeds: std::ops::Range<u64>,
    /// Tell everything that happens.
    #[arg(long)]
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
    let seeds = arguments.seed.map_or(arguments.seeds, |seed| seed..seed.saturating_add(1));
    let count = seeds.end.saturating_sub(seeds.start);
    let (mut faults, mut acts, mut pages, mut violations, mut slowest) = (0, 0, 0, 0, 0);
    for seed in seeds {
        let report = run(Options { seed, plant: arguments.plant, trace: arguments.trace });
        (faults, acts, pages) = (faults + report.faults, acts + report.acts, pages + report.pages);
        slowest = report.calm_ms.max(slowest);
        violations += report.violations.len();
        for violation in &report.violations {
            println!("seed {seed}: {violation}");
        }
    }
    println!(
        "sim: seeds={count} faults={faults} acts={acts} pages={pages} slowest_calm_ms={slowest} violations={violations}"
    );
    if violations == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}
