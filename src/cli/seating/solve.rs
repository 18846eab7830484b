//! `usher seating solve`: a plan for a room in a `seating/1` file, the same bytes for any number of threads.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;

use anyhow::Result;
use clap::Args;
use domain::seating::{
    CHAINS, Cost, Found, Instance, Outcome, Room, Search, TableName, best_of, chain, check, obstacles, settle,
};
use serde::Serialize;

use super::files::{read, write_json};
use super::words;

/// Finds a plan for a room in a seating/1 file.
#[derive(Debug, Args)]
pub struct SolveArgs {
    /// The room: tables, households, conflicts and weights
    #[arg(value_name = "INSTANCE.json")]
    pub instance: PathBuf,
    /// Where the plan goes
    #[arg(long, value_name = "PLAN.json")]
    pub out: PathBuf,
    #[command(flatten)]
    pub budget: BudgetArgs,
}

/// How long the search goes.
#[derive(Debug, Args)]
pub struct BudgetArgs {
    /// Moves tried by each of the four chains; by the size of the room unless named
    #[arg(long, value_parser = clap::value_parser!(u64).range(0..=1_000_000_000_000))]
    pub iterations: Option<u64>,
    /// Where the random numbers begin
    #[arg(long)]
    pub seed: Option<u64>,
    /// Threads that work on the chains; the plan is the same for any number
    #[arg(long, value_parser = clap::value_parser!(u16).range(1..=64))]
    pub threads: Option<u16>,
}

impl BudgetArgs {
    /// The search for a room, and the threads for it.
    pub(super) fn of(&self, room: &Room) -> (Search, usize) {
        let usual = Search::usual(room);
        let (iterations, seed) = (self.iterations.unwrap_or(usual.iterations), self.seed.unwrap_or(usual.seed));
        let threads = self.threads.map_or_else(|| thread::available_parallelism().map_or(1, usize::from), usize::from);
        (Search { iterations, seed }, threads)
    }
}

/// A plan as the referee reads it; a plan that breaks a hard rule is never handed out.
#[derive(Serialize)]
struct Answer<'a> {
    instance: &'a str,
    feasible: bool,
    cost: Option<i64>,
    terms: BTreeMap<&'static str, i64>,
    assignment: BTreeMap<String, TableName>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    blocked_by: Vec<String>,
}

/// Runs the command; the exit code is 1 when there is no plan that keeps the hard rules.
///
/// # Errors
/// A file that cannot be read or written, or a mistake in the room.
pub fn run(args: &SolveArgs) -> Result<ExitCode> {
    let instance = read(&args.instance)?;
    let (search, threads) = args.budget.of(&instance.room);
    let outcome = plan(&instance.room, &search, threads);
    let answer = answer(&instance, &outcome);
    write_json(&args.out, &answer)?;
    for (rule, points) in &answer.terms {
        println!("  {rule:<18} {points:>8}");
    }
    for line in &answer.blocked_by {
        println!("  {line}");
    }
    let cost = answer.cost.map_or("none".to_owned(), |cost| cost.to_string());
    println!("seating: cost={cost} feasible={} cpu_s={:.2}", answer.feasible, cpu_seconds());
    Ok(if answer.feasible { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn answer<'a>(instance: &'a Instance, outcome: &Outcome) -> Answer<'a> {
    let none = |blocked_by| Answer {
        instance: &instance.name,
        feasible: false,
        cost: None,
        terms: BTreeMap::new(),
        assignment: BTreeMap::new(),
        blocked_by,
    };
    match outcome {
        Outcome::Plan(found) => {
            let cost: Cost = check(&instance.room, &found.plan).0;
            let (terms, assignment) = (cost.by_rule().into_iter().collect(), instance.named(&found.plan));
            Answer { feasible: true, cost: Some(cost.total()), terms, assignment, ..none(Vec::new()) }
        }
        Outcome::Impossible(obstacles) => {
            none(obstacles.iter().map(|one| format!("impossible: {}", words::obstacle(one, instance))).collect())
        }
        Outcome::NotFound(breaks) => {
            let closest =
                breaks.iter().map(|one| format!("no plan found; the closest breaks: {}", words::broken(one, instance)));
            none(closest.collect())
        }
    }
}

/// A plan, or why there is none; what rules it out at first sight is told without a search.
pub(super) fn plan(room: &Room, search: &Search, threads: usize) -> Outcome {
    let plain = obstacles(room);
    if plain.is_empty() { settle(room, chains(room, search, threads)) } else { Outcome::Impossible(plain) }
}

/// The best of all chains, worked on by so many threads.
fn chains(room: &Room, search: &Search, threads: usize) -> Found {
    let next = AtomicU64::new(0);
    let work = || {
        let mut found = Vec::new();
        loop {
            let number = next.fetch_add(1, Ordering::Relaxed);
            if number >= CHAINS {
                return found;
            }
            found.push((number, chain(room, search, number)));
        }
    };
    let mut all: Vec<(u64, Found)> = thread::scope(|scope| {
        let threads = threads.clamp(1, CHAINS as usize);
        let started: Vec<_> = (0..threads).map(|_| scope.spawn(work)).collect();
        started.into_iter().flat_map(|thread| thread.join().expect("a chain does not panic")).collect()
    });
    all.sort_by_key(|(number, _)| *number);
    best_of(all.into_iter().map(|(_, found)| found)).expect("every chain finds something")
}

/// CPU seconds of this process so far, of all its threads; 0 where the system does not tell.
fn cpu_seconds() -> f64 {
    // proc(5): utime and stime are fields 14 and 15, in ticks of 1/100 s; the name in brackets may hold spaces.
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let fields: Vec<u64> = stat
        .rsplit(')')
        .next()
        .unwrap_or_default()
        .split_whitespace()
        .map(|field| field.parse().unwrap_or(0))
        .collect();
    fields.iter().skip(11).take(2).sum::<u64>() as f64 / 100.0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn any_number_of_threads_gives_the_same_plan() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures/seating/om100-s1.json");
        let instance = read(std::path::Path::new(path)).expect("a room of the fixtures");
        let search = Search { iterations: 3_000, seed: 5 };
        let plans: Vec<_> = [1, 2, 3, 64].map(|threads| plan(&instance.room, &search, threads)).into();
        assert!(plans.iter().all(|other| *other == plans[0]));
        let answer = answer(&instance, &plans[0]);
        assert_eq!((answer.feasible, answer.assignment.len()), (true, instance.households.len()));
    }

    #[test]
    fn impossible_room_hands_out_no_plan() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures/seating/om100-s1.json");
        let mut instance = read(std::path::Path::new(path)).expect("a room of the fixtures");
        instance.question.households[0].heads = 40;
        instance.room = Room::new(&instance.question).expect("within the bounds");
        let outcome = plan(&instance.room, &Search { iterations: 100, seed: 1 }, 1);
        let answer = answer(&instance, &outcome);
        assert!(!answer.feasible && answer.assignment.is_empty() && answer.blocked_by[0].contains("40 people"));
    }
}
