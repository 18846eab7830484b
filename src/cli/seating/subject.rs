//! What a command is about: the meeting in a hub's folder, or a `seating/1` file with its plan.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use clap::Args;
use domain::event::Party;
use domain::meeting::Hall;
use domain::seating::{Plan, Room};
use domain::{HouseholdId, Meeting};

use super::files::read;
use super::replay::plan;
use super::words::Names;
use crate::cli::purge::fold;
use crate::keys::MeetingKeys;
use crate::roster::hub_log::HubLog;

/// Households that a name which fits several is answered with.
const MOST_NAMED: usize = 8;

/// The meeting in a hub's folder, or a file.
#[derive(Debug, Args)]
pub struct SubjectArgs {
    /// Folder of the hub
    #[arg(long, value_name = "HUB_FOLDER", default_value = "usher-hub")]
    pub data: PathBuf,
    /// A seating/1 file instead of the meeting
    #[arg(long, value_name = "INSTANCE.json", requires = "plan")]
    pub instance: Option<PathBuf>,
    /// The plan of that file
    #[arg(long, value_name = "PLAN.json", requires = "instance")]
    pub plan: Option<PathBuf>,
}

/// A room, its plan, and how everybody is called.
pub(super) struct Subject {
    pub room: Room,
    pub plan: Plan,
    pub households: Vec<String>,
    /// What else a household is known by: its firms and its people.
    pub aliases: Vec<Vec<String>>,
    pub tables: Vec<String>,
}

impl Names for Subject {
    fn household(&self, number: u16) -> String {
        self.households.get(usize::from(number)).cloned().unwrap_or_default()
    }

    fn table(&self, number: u16) -> String {
        self.tables.get(usize::from(number)).cloned().unwrap_or_default()
    }
}

impl Subject {
    pub fn of(args: &SubjectArgs) -> Result<Subject> {
        match (&args.instance, &args.plan) {
            (Some(instance), Some(path)) => {
                let instance = read(instance)?;
                let plan = plan(path, &instance)?;
                let tables = instance.tables.iter().map(ToString::to_string).collect();
                let aliases = vec![Vec::new(); instance.households.len()];
                Ok(Subject { plan, tables, aliases, households: instance.households, room: instance.room })
            }
            _ => {
                let (meeting, _) = open(&args.data)?;
                Subject::of_hall(&meeting, &meeting.hall())
            }
        }
    }

    pub fn of_hall(meeting: &Meeting, hall: &Hall) -> Result<Subject> {
        let room = hall.room().context("the hall of this meeting")?;
        let households = hall.parties.iter().map(|party| called(meeting, *party)).collect();
        let tables =
            hall.tables.iter().map(|id| meeting.table(id).map_or(id.to_string(), |now| now.table.label.clone()));
        let aliases = hall.parties.iter().map(|party| also_called(meeting, *party)).collect();
        Ok(Subject { room, plan: hall.plan.clone(), households, aliases, tables: tables.collect() })
    }

    /// The household of that name, or with such a firm or person; part of a name will do when only one has it.
    ///
    /// # Errors
    /// Nobody, or several, who are named.
    pub fn find(&self, name: &str) -> Result<u16> {
        find(name, &self.households, &self.aliases)
    }
}

fn find(name: &str, households: &[String], aliases: &[Vec<String>]) -> Result<u16> {
    if let Some(at) = households.iter().position(|one| one == name) {
        return Ok(at as u16);
    }
    let known_by = |at: usize, fits: &dyn Fn(&String) -> bool| {
        fits(&households[at]) || aliases.get(at).is_some_and(|also| also.iter().any(fits))
    };
    let those = |fits: &dyn Fn(&String) -> bool| -> Vec<usize> {
        (0..households.len()).filter(|at| known_by(*at, fits)).collect()
    };
    let whole = those(&|one| one == name);
    let like = if whole.len() == 1 { whole } else { those(&|one| one.contains(name)) };
    match like.as_slice() {
        [one] => Ok(*one as u16),
        [] => bail!("nobody here is called \"{name}\"; give a firm's name, or a part of it"),
        more => {
            let named = more.iter().take(MOST_NAMED).map(|at| format!("\n  {}", households[*at]));
            let rest = if more.len() > MOST_NAMED { "\n  …" } else { "" };
            bail!("{} have \"{name}\" in a name; give more of it:{}{rest}", more.len(), named.collect::<String>())
        }
    }
}

/// The meeting in a hub's folder, and its log.
pub(super) fn open(folder: &Path) -> Result<(Meeting, HubLog)> {
    let keys = MeetingKeys::load(folder)?;
    let log = HubLog::open(folder, &keys)?;
    Ok((fold(&log.all_events()?), log))
}

fn also_called(meeting: &Meeting, party: Party) -> Vec<String> {
    let Party::Household(id) = party else { return Vec::new() };
    let people = meeting.guests_of(party).into_iter().filter_map(|guest| meeting.guest(guest));
    let people = people.map(|guest| guest.name_with_title());
    meeting.dealers(id).map(|dealer| dealer.firm.clone()).chain(people).collect()
}

fn called(meeting: &Meeting, party: Party) -> String {
    let household = |id: HouseholdId| meeting.household(id).map(|household| household.name.clone());
    let name = match party {
        Party::Household(id) => household(id),
        Party::Guest(id) => meeting.guest(id).map(|guest| guest.name_with_title()),
    };
    name.unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(name: &str, wanted: Result<u16, &str>) {
        let text = |names: &[&str]| -> Vec<String> { names.iter().map(|name| (*name).to_owned()).collect() };
        let households = text(&["Harbour Light", "Harbour Light North", "Lindqvist"]);
        let aliases = [text(&["Harbour Light"]), Vec::new(), text(&["Oduya Façades", "Anna Whitfield"])];
        let found = find(name, &households, &aliases).map_err(|error| error.to_string());
        assert_eq!(found, wanted.map_err(str::to_owned), "{name}");
    }

    #[test]
    fn household_is_found_by_its_name_a_firm_or_a_person() {
        check("Harbour Light", Ok(0));
        check("North", Ok(1));
        check("Oduya", Ok(2));
        check("Anna Whitfield", Ok(2));
    }

    #[test]
    fn name_of_nobody_or_of_several_says_what_to_give() {
        check("Nobody", Err("nobody here is called \"Nobody\"; give a firm's name, or a part of it"));
        let several = "2 have \"Harbour\" in a name; give more of it:\n  Harbour Light\n  Harbour Light North";
        check("Harbour", Err(several));
    }
}
