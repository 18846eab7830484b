//! `usher seating export`: the plan in force as lists: per table, per salesperson, and alphabetical for the door.

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::{Context, Result};
use clap::Args;
use domain::event::Party;

use super::subject::{Subject, open};

/// Writes the plan in force as lists: per table, per salesperson, and alphabetical for the door.
#[derive(Debug, Args)]
pub struct ExportArgs {
    /// Folder of the hub
    #[arg(long, value_name = "HUB_FOLDER", default_value = "usher-hub")]
    pub data: PathBuf,
    /// Folder for the lists; made when it does not exist
    #[arg(long, value_name = "FOLDER")]
    pub out: PathBuf,
}

/// One line of every list.
struct Line {
    table: String,
    row: u16,
    zone: String,
    household: String,
    heads: u16,
    salesperson: String,
}

/// Runs the command.
///
/// # Errors
/// No such hub, or a folder that cannot be written.
pub fn run(args: &ExportArgs) -> Result<ExitCode> {
    let (meeting, _) = open(&args.data)?;
    let hall = meeting.hall();
    let subject = Subject::of_hall(&meeting, &hall)?;
    let staff = &meeting.config().salespeople;
    let lines = hall.parties.iter().enumerate().map(|(number, party)| {
        let now = hall.tables.get(usize::from(hall.plan[number])).and_then(|table| meeting.table(table));
        let salesperson = match party {
            Party::Household(household) => meeting.salesperson_of(*household),
            Party::Guest(_) => None,
        };
        let name =
            salesperson.map(|id| staff.iter().find(|one| one.id == id).map_or(id.to_string(), |one| one.name.clone()));
        Line {
            table: now.map_or(String::new(), |now| now.table.label.clone()),
            row: now.map_or(0, |now| now.table.row),
            zone: now.map_or(String::new(), |now| now.table.zone.clone()),
            household: subject.households[number].clone(),
            heads: hall.question.households[number].heads,
            salesperson: name.unwrap_or_default(),
        }
    });
    let mut lines: Vec<Line> = lines.collect();
    std::fs::create_dir_all(&args.out).with_context(|| format!("{} cannot be made", args.out.display()))?;
    lines.sort_by(|a, b| (a.row, &a.table, &a.household).cmp(&(b.row, &b.table, &b.household)));
    write(args, "tables.csv", &lines)?;
    lines.sort_by(|a, b| (&a.salesperson, &a.table, &a.household).cmp(&(&b.salesperson, &b.table, &b.household)));
    write(args, "salespeople.csv", &lines)?;
    lines.sort_by(|a, b| a.household.cmp(&b.household));
    write(args, "door.csv", &lines)?;
    println!("seating: {} parties in tables.csv, salespeople.csv and door.csv", lines.len());
    Ok(ExitCode::SUCCESS)
}

/// With a byte order mark, so that spreadsheets read Chinese and Korean names.
fn write(args: &ExportArgs, name: &str, lines: &[Line]) -> Result<()> {
    let path = args.out.join(name);
    let place = || format!("{} cannot be written", path.display());
    let mut csv = csv::Writer::from_writer(Vec::from("\u{feff}"));
    csv.write_record(["table", "row", "zone", "firm", "heads", "salesperson"]).with_context(place)?;
    for Line { table, row, zone, household, heads, salesperson } in lines {
        let (row, heads) = (row.to_string(), heads.to_string());
        let cells = [table, &row, zone, household, &heads, salesperson].map(|cell| harmless(cell));
        csv.write_record(cells).with_context(place)?;
    }
    let bytes = csv.into_inner().map_err(|fault| fault.into_error()).with_context(place)?;
    std::fs::write(&path, bytes).with_context(place)
}

/// A cell that no spreadsheet takes for a formula.
fn harmless(cell: &str) -> String {
    if cell.starts_with(['=', '+', '-', '@', '\t', '\r']) { format!("'{cell}") } else { cell.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::harmless;

    #[test]
    fn cell_that_looks_like_a_formula_is_text() {
        for (cell, kept) in [("=1+1", "'=1+1"), ("@x", "'@x"), ("-5", "'-5"), ("李记商行", "李记商行"), ("", "")]
        {
            assert_eq!(harmless(cell), kept);
        }
    }
}
