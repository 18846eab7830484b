//! `usher seating check`: what the plan in force costs and breaks, and what rules a plan out.

use std::process::ExitCode;

use anyhow::Result;
use domain::seating::{check, obstacles};

use super::subject::{Subject, SubjectArgs};
use super::words;

/// Runs the command; the exit code is 1 when a hard rule is broken.
///
/// # Errors
/// No such hub or file.
pub fn run(args: &SubjectArgs) -> Result<ExitCode> {
    let subject = Subject::of(args)?;
    let (cost, breaks) = check(&subject.room, &subject.plan);
    for (rule, points) in cost.by_rule() {
        println!("  {rule:<18} {points:>8}");
    }
    for obstacle in obstacles(&subject.room) {
        println!("  impossible: {}", words::obstacle(&obstacle, &subject));
    }
    for broken in &breaks {
        println!("  broken: {}", words::broken(broken, &subject));
    }
    println!("seating: cost={} feasible={}", cost.total(), breaks.is_empty());
    Ok(if breaks.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}
