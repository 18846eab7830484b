//! `usher seating plan`: a plan of the meeting's own list, put into the hub's log when asked to.

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::{Context, Result};
use clap::Args;
use domain::Meeting;
use domain::event::{Event, SeatsPlanned};
use domain::meeting::Hall;
use domain::seating::{Found, Outcome, check};

use super::solve::{BudgetArgs, plan};
use super::subject::{Subject, open};
use super::words;

/// Households of one event at most.
const SEATS_PER_PART: usize = 1_000;

/// Plans the tables of everybody who is expected; who knows a table keeps it.
#[derive(Debug, Args)]
pub struct PlanArgs {
    /// Folder of the hub
    #[arg(long, value_name = "HUB_FOLDER", default_value = "usher-hub")]
    pub data: PathBuf,
    #[command(flatten)]
    pub budget: BudgetArgs,
    /// Put the plan into the hub's log; else it is only shown
    #[arg(long)]
    pub apply: bool,
}

/// Runs the command; the exit code is 1 when there is no plan.
///
/// # Errors
/// No such hub, or one that takes no plan.
pub fn run(args: &PlanArgs) -> Result<ExitCode> {
    let (meeting, mut log) = open(&args.data)?;
    let hall = meeting.hall_to_plan();
    let subject = Subject::of_hall(&meeting, &hall)?;
    let (search, threads) = args.budget.of(&subject.room);
    let found = match plan(&subject.room, &search, threads) {
        Outcome::Plan(found) => found,
        Outcome::Impossible(obstacles) => {
            obstacles.iter().for_each(|one| println!("  impossible: {}", words::obstacle(one, &subject)));
            println!("seating: cost=none feasible=false");
            return Ok(ExitCode::FAILURE);
        }
        Outcome::NotFound(breaks) => {
            breaks.iter().for_each(|one| println!("  the closest plan breaks: {}", words::broken(one, &subject)));
            println!("seating: cost=none feasible=false");
            return Ok(ExitCode::FAILURE);
        }
    };
    for (rule, points) in check(&subject.room, &found.plan).0.by_rule() {
        println!("  {rule:<18} {points:>8}");
    }
    let events = changes(&meeting, &hall, &found);
    let changed: usize = events.iter().map(|planned| planned.seats.len()).sum();
    if args.apply && changed > 0 {
        let events: Vec<Event> = events.into_iter().map(Event::from).collect();
        log.deliver(&events).context("the plan for the hub")?;
        println!("  {changed} households have a new table");
    } else {
        println!(
            "  {changed} households would have a new table{}",
            if changed > 0 { "; --apply says so to the hub" } else { "" }
        );
    }
    println!("seating: cost={} feasible=true", found.cost);
    Ok(ExitCode::SUCCESS)
}

/// What the plan changes, as the hub's log takes it.
fn changes(meeting: &Meeting, hall: &Hall, found: &Found) -> Vec<SeatsPlanned> {
    let before: Vec<_> = hall.households(&hall.plan).collect();
    let seats = hall.households(&found.plan).filter(|seat| !before.contains(seat));
    let seats: Vec<_> = seats.map(|(household, table)| (household, table.clone())).collect();
    let part = |seats: &[_]| SeatsPlanned { rev: meeting.plan_rev() + 1, seats: seats.to_vec(), unplanned: Vec::new() };
    seats.chunks(SEATS_PER_PART).map(part).collect()
}
