//! `usher seating`: plans of who sits where.

mod check;
mod explain;
mod export;
mod files;
mod plan;
mod replay;
mod solve;
mod subject;
mod words;

use std::process::ExitCode;

use anyhow::Result;
use clap::{Args, Subcommand};

/// Plans of who sits where.
#[derive(Debug, Args)]
pub struct SeatingArgs {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, Subcommand)]
enum What {
    /// Finds a plan for a room in a seating/1 file
    Solve(solve::SolveArgs),
    /// Plans the tables of everybody who is expected; who knows a table keeps it
    Plan(plan::PlanArgs),
    /// Says what the plan in force costs and breaks, and what is wrong in the room; draws it
    Check(check::CheckArgs),
    /// Says why a household is at its table
    Explain(explain::ExplainArgs),
    /// Writes the plan in force as lists and table cards
    Export(export::ExportArgs),
    /// Lets guests arrive at a planned room, one after the other
    Replay(replay::ReplayArgs),
}

/// Runs the command.
///
/// # Errors
/// Files that cannot be read or written, with what is wrong in them.
pub fn run(args: &SeatingArgs) -> Result<ExitCode> {
    match &args.what {
        What::Solve(args) => solve::run(args),
        What::Plan(args) => plan::run(args),
        What::Check(args) => check::run(args),
        What::Explain(args) => explain::run(args),
        What::Export(args) => export::run(args),
        What::Replay(args) => replay::run(args),
    }
}
