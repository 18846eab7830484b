//! `usher seating replay`: guests of a `seating-live/1` file arrive at a planned room, one after the other.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use clap::Args;
use domain::seating::{Arrivals, Door, Instance, Seating, TableName};
use serde::{Deserialize, Serialize};

use super::files::{read, read_text, write_json};
use super::words::{Names, no_seat};

/// Lets guests arrive at a planned room, one after the other.
#[derive(Debug, Args)]
pub struct ReplayArgs {
    /// The room
    #[arg(value_name = "INSTANCE.json")]
    pub instance: PathBuf,
    /// The arrivals
    #[arg(value_name = "LIVE.json")]
    pub arrivals: PathBuf,
    /// The plan, as `usher seating solve` writes it
    #[arg(long, value_name = "PLAN.json")]
    pub plan: PathBuf,
    /// Where everybody is in the end
    #[arg(long, value_name = "END.json")]
    pub out: Option<PathBuf>,
}

#[derive(Deserialize)]
struct Assignment {
    assignment: BTreeMap<String, TableName>,
}

#[derive(Serialize)]
struct End<'a> {
    instance: &'a str,
    assignment: BTreeMap<String, TableName>,
    told: BTreeMap<String, TableName>,
    waiting: BTreeMap<String, &'static str>,
}

/// Reads a plan.
pub(super) fn plan(path: &Path, instance: &Instance) -> Result<Vec<u16>> {
    let name = path.display();
    let file: Assignment = serde_json::from_str(&read_text(path)?)
        .with_context(|| format!("{name} is no plan; `usher seating solve --out` writes one"))?;
    instance.numbered(&file.assignment).with_context(|| name.to_string())
}

/// Runs the command; the exit code is 1 when somebody stays without a seat.
///
/// # Errors
/// A file that cannot be read, or a mistake in it.
pub fn run(args: &ReplayArgs) -> Result<ExitCode> {
    let instance = read(&args.instance)?;
    let plan = plan(&args.plan, &instance)?;
    let place = || args.arrivals.display().to_string();
    let arrivals = Arrivals::parse(&read_text(&args.arrivals)?).with_context(place)?;
    let mut door = Door::new(instance, plan);
    let (mut displaced, mut took) = (0, Vec::with_capacity(arrivals.len()));
    for number in 0..arrivals.len() {
        let begin = Instant::now();
        let arrived = door.admit(&arrivals, number).with_context(place)?;
        took.push(begin.elapsed());
        if let Some(Seating::Displacing { household, to, .. }) = arrived.map(|arrived| arrived.seating) {
            displaced += 1;
            println!(
                "  {} makes room and goes to table {}",
                door.instance.household(household),
                door.instance.table(to)
            );
        }
    }
    for (household, why) in &door.waiting {
        println!("  {} has no seat: {}", door.instance.household(*household), no_seat(*why));
    }
    if let Some(out) = &args.out {
        write_json(out, &end(&door))?;
    }
    took.sort_unstable();
    let p99 = took.get(took.len() * 99 / 100).copied().unwrap_or(Duration::ZERO);
    let (arrivals, waiting, p99) = (arrivals.len(), door.waiting.len(), p99.as_secs_f64() * 1000.0);
    println!("seating: arrivals={arrivals} displaced={displaced} waiting={waiting} p99_ms={p99:.2}");
    Ok(if waiting == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn end(door: &Door) -> End<'_> {
    let assignment = door.instance.named(&door.plan);
    let knows = |name: &String| {
        let number = door.instance.households.iter().position(|one| one == name);
        number.is_some_and(|number| door.is_told(number as u16))
    };
    let waiting = door.waiting.iter().map(|(one, why)| (door.instance.household(*one), no_seat(*why)));
    End {
        instance: &door.instance.name,
        told: assignment.iter().filter(|(name, _)| knows(name)).map(|(name, at)| (name.clone(), at.clone())).collect(),
        waiting: waiting.collect(),
        assignment,
    }
}
