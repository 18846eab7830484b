//! `usher seating`: plans of who sits where.

mod files;
mod replay;
mod solve;
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
        What::Replay(args) => replay::run(args),
    }
}
