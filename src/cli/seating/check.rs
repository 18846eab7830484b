//! `usher seating check`: what the plan in force costs and breaks, what rules a plan out, and what is wrong in the room,
//! in words and in a picture.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Result, bail};
use clap::Args;
use domain::config::{Gravity, Room, RoomMistake, Table, room_mistakes};
use domain::seating::{check, obstacles};

use super::subject::{Subject, SubjectArgs, open};
use super::words;
use crate::cli::invite::write_private;
use crate::roster::meeting_file;
use crate::seating_papers::{RoomFacts, room_picture};

/// Says what the plan in force costs and breaks, and what is wrong in the room.
#[derive(Debug, Args)]
pub struct CheckArgs {
    #[command(flatten)]
    pub subject: SubjectArgs,
    /// A meeting file instead, before it is imported: its room alone
    #[arg(long, value_name = "MEETING.toml", conflicts_with_all = ["instance", "data"])]
    pub file: Option<PathBuf>,
    /// Draws the room to scale, with what is wrong in it
    #[arg(long, value_name = "FILE.png", conflicts_with = "instance")]
    pub picture: Option<PathBuf>,
}

/// Runs the command; the exit code is 1 when a hard rule is broken, or a file cannot be imported.
///
/// # Errors
/// No such hub or file, or a picture that cannot be drawn or written.
pub fn run(args: &CheckArgs) -> Result<ExitCode> {
    match &args.file {
        Some(file) => of_file(file, args.picture.as_deref()),
        None => of_plan(args),
    }
}

fn of_file(file: &Path, picture: Option<&Path>) -> Result<ExitCode> {
    let (config, faults) = meeting_file::examine(file).map_err(|faults| {
        let said: Vec<String> = faults.iter().map(|fault| format!("  {fault}")).collect();
        anyhow::anyhow!("{} cannot be read as a meeting file\n{}", file.display(), said.join("\n"))
    })?;
    for fault in &faults {
        let gravity = if fault.gravity == Gravity::Error { "error" } else { "warning" };
        println!("  {gravity}: {fault}");
    }
    let facts = RoomFacts::of(&config);
    draw(picture, facts, &config.room, &config.tables, &room_mistakes(&config.room, &config.tables))?;
    let errors = faults.iter().filter(|fault| fault.gravity == Gravity::Error).count();
    println!("seating: {} tables, {errors} errors, {} warnings", config.tables.len(), faults.len() - errors);
    Ok(if errors == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn of_plan(args: &CheckArgs) -> Result<ExitCode> {
    if args.subject.instance.is_none() {
        let (meeting, _) = open(&args.subject.data)?;
        let tables = meeting.tables().filter(|now| now.is_open()).map(|now| now.table.clone());
        let tables: Vec<Table> = tables.collect();
        let mistakes = room_mistakes(meeting.room(), &tables);
        for RoomMistake { reason, remedy, .. } in &mistakes {
            println!("  room: {reason}; {remedy}");
        }
        draw(args.picture.as_deref(), RoomFacts::of(meeting.config()), meeting.room(), &tables, &mistakes)?;
    }
    let subject = Subject::of(&args.subject)?;
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

fn draw(
    picture: Option<&Path>,
    facts: RoomFacts,
    room: &Room,
    tables: &[Table],
    mistakes: &[RoomMistake],
) -> Result<()> {
    let Some(file) = picture else { return Ok(()) };
    if !tables.iter().any(Table::is_placed) {
        bail!("no table has a place: write x_cm and y_cm at each, or [[table_rows]]");
    }
    write_private(file, &room_picture(facts, room, tables, mistakes)?)?;
    println!("  {}", file.display());
    Ok(())
}
