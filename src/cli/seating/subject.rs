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
                Ok(Subject { plan, tables, households: instance.households, room: instance.room })
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
        Ok(Subject { room, plan: hall.plan.clone(), households, tables: tables.collect() })
    }

    /// The household of that name; part of a name will do when only one has it.
    pub fn find(&self, name: &str) -> Result<u16> {
        if let Some(at) = self.households.iter().position(|one| one == name) {
            return Ok(at as u16);
        }
        let like: Vec<usize> = (0..self.households.len()).filter(|at| self.households[*at].contains(name)).collect();
        match like.as_slice() {
            [one] => Ok(*one as u16),
            [] => bail!("nobody here is called \"{name}\"; give the firm's name, or a part of it"),
            more => bail!("{} households have \"{name}\" in their name; give more of it", more.len()),
        }
    }
}

/// The meeting in a hub's folder, and its log.
pub(super) fn open(folder: &Path) -> Result<(Meeting, HubLog)> {
    let keys = MeetingKeys::load(folder)?;
    let log = HubLog::open(folder, &keys)?;
    Ok((fold(&log.all_events()?), log))
}

fn called(meeting: &Meeting, party: Party) -> String {
    let household = |id: HouseholdId| meeting.household(id).map(|household| household.name.clone());
    let name = match party {
        Party::Household(id) => household(id),
        Party::Guest(id) => meeting.guest(id).map(|guest| guest.name_with_title()),
    };
    name.unwrap_or_default()
}
