//! Reads the command line, chooses the role, turns an error into an exit code.
//!
//! Nothing is decided here: a role's work is in `app`, a screen's in `screens`, a rule in `domain`.

mod app;
mod cli;
mod keys;
#[cfg(feature = "gui")]
mod order_papers;
mod roster;
#[cfg(feature = "gui")]
mod screens;
mod seating_papers;

use std::process::ExitCode;

fn main() -> ExitCode {
    cli::start_log();
    match cli::run() {
        Ok(code) => code,
        Err(error) => {
            // The whole chain on one line: what failed, why, and what to do.
            eprintln!("usher: {error:#}");
            ExitCode::FAILURE
        }
    }
}
