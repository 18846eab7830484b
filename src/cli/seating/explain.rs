//! `usher seating explain`: why a household is at its table, and not at another.

use std::process::ExitCode;

use anyhow::Result;
use clap::Args;
use domain::seating::{Blocked, Cost, Elsewhere, explain};

use super::subject::{Subject, SubjectArgs};
use super::words::Names;

/// Tables that are listed unless all are asked for.
const USUAL: usize = 8;

/// Says why a household is at its table: what every other table would cost, what blocks it, and the best swap.
#[derive(Debug, Args)]
pub struct ExplainArgs {
    /// Name of the household, or a part of it
    #[arg(value_name = "HOUSEHOLD")]
    pub household: String,
    /// List every table
    #[arg(long)]
    pub all: bool,
    #[command(flatten)]
    pub subject: SubjectArgs,
}

/// Runs the command.
///
/// # Errors
/// No such hub, file or household.
pub fn run(args: &ExplainArgs) -> Result<ExitCode> {
    let subject = Subject::of(&args.subject)?;
    let who = subject.find(&args.household)?;
    let answer = explain(&subject.room, &subject.plan, who);
    let name = subject.household(who);
    match answer.table {
        Some(table) => {
            println!("{name} is at table {}. Another table alone would change the cost by:", subject.table(table))
        }
        None => println!("{name} has no table. A table would change the cost by:"),
    }
    for one in answer.elsewhere.iter().take(if args.all { usize::MAX } else { USUAL }) {
        println!("  table {:>4}: {}", subject.table(one.table), line(one, &subject));
    }
    let blocked = answer.elsewhere.iter().filter(|one| !one.is_possible()).count();
    println!("  blocked tables: {blocked} of {}", answer.elsewhere.len());
    match answer.best_swap {
        Some(swap) => println!(
            "  best swap: with {} at table {}: {:+}{}",
            subject.household(swap.with),
            subject.table(swap.table),
            swap.change.total(),
            rules(&swap.change)
        ),
        None => println!("  no swap keeps the hard rules"),
    }
    Ok(ExitCode::SUCCESS)
}

fn line(one: &Elsewhere, names: &impl Names) -> String {
    if one.is_possible() {
        return format!("{:+}{}", one.change.total(), rules(&one.change));
    }
    let Blocked { missing, missing_spaces, rivals } = &one.blocked;
    let mut why = Vec::new();
    if one.seated {
        why.push("they sit where they are".to_owned());
    }
    if *missing > 0 {
        why.push(format!("{missing} places missing"));
    }
    if *missing_spaces > 0 {
        why.push(format!("{missing_spaces} wheelchair spaces missing"));
    }
    why.extend(rivals.iter().map(|rival| format!("never with {}", names.household(*rival))));
    format!("blocked: {}", why.join(", "))
}

fn rules(change: &Cost) -> String {
    let rules = change.by_rule().into_iter().filter(|(_, points)| *points != 0);
    let all: Vec<String> = rules.map(|(rule, points)| format!("{rule} {points:+}")).collect();
    if all.is_empty() { String::new() } else { format!(" ({})", all.join(", ")) }
}
