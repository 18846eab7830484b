//! `seating/1`: rooms as JSON files, as the referee reads them. Names every mistake by the thing and its remedy.

use std::collections::BTreeMap;
use std::fmt;

use serde::{Deserialize, Serialize};
use thiserror::Error;

use super::room::{
    ConflictSpec, HouseholdSpec, Level, MOST_CONFLICTS, MOST_HEADS, MOST_HOUSEHOLDS, MOST_ROWS, MOST_SEVERITY,
    MOST_TABLES, MOST_WEIGHT, NOWHERE, Plan, Question, Room, RoomFault, TableSpec, Weights,
};

/// The only format that is read.
const FORMAT: &str = "seating/1";

/// What names a table in a file: a number, or text.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(untagged)]
pub enum TableName {
    /// A number.
    Number(i64),
    /// Text.
    Text(String),
}

impl fmt::Display for TableName {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        match self {
            TableName::Number(number) => number.fmt(f),
            TableName::Text(text) => text.fmt(f),
        }
    }
}

/// A mistake in a file, with its remedy.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum InstanceFault {
    /// Not JSON, or a field is missing or of another kind.
    #[error("not a seating/1 file: {0}")]
    Syntax(String),
    /// Another format.
    #[error("format is \"{0}\", but only \"seating/1\" is read; convert the file")]
    Format(String),
    /// Two of one name.
    #[error("{what} \"{name}\" is there twice; give each its own id")]
    Twice {
        /// Table or party.
        what: &'static str,
        /// Its id.
        name: String,
    },
    /// A name that is not in the file.
    #[error("{place} names {what} \"{name}\", which the file does not have; add it or correct the name")]
    Unknown {
        /// Where.
        place: String,
        /// Table or party.
        what: &'static str,
        /// Its id.
        name: String,
    },
    /// A figure is out of range.
    #[error("{what}: {field} is {value}; give {least} to {most}")]
    OutOfRange {
        /// Of what.
        what: String,
        /// Which.
        field: &'static str,
        /// As it stands there.
        value: i64,
        /// Smallest.
        least: i64,
        /// Largest.
        most: i64,
    },
    /// Anything else.
    #[error("{what}: {why}")]
    Wrong {
        /// Of what.
        what: String,
        /// And its remedy.
        why: &'static str,
    },
    /// Beyond the bounds of a room.
    #[error(transparent)]
    Room(#[from] RoomFault),
}

#[derive(Deserialize)]
struct File {
    format: String,
    #[serde(default)]
    name: String,
    weights: FileWeights,
    tables: Vec<FileTable>,
    parties: Vec<FileParty>,
    #[serde(default)]
    conflicts: Vec<FileConflict>,
    #[serde(default)]
    seated: BTreeMap<String, TableName>,
    #[serde(default)]
    told: BTreeMap<String, TableName>,
}

#[derive(Deserialize)]
struct FileWeights {
    soft_conflict: i64,
    salesperson_table: i64,
    vip_row: BTreeMap<String, i64>,
    #[serde(default = "usual_view")]
    vip_view: i64,
    no_anchor: i64,
    underfill: i64,
    moved_told: i64,
}

fn usual_view() -> i64 {
    8
}

#[derive(Deserialize)]
struct FileTable {
    id: TableName,
    seats: i64,
    host_seats: i64,
    row: i64,
    step_free: bool,
    wheelchair_spaces: i64,
    #[serde(default)]
    view: Option<String>,
}

#[derive(Deserialize)]
pub(super) struct FileParty {
    pub id: String,
    pub size: i64,
    pub salesperson: String,
    pub class: String,
    pub vip: i64,
    pub wheelchairs: i64,
}

#[derive(Deserialize)]
pub(super) struct FileConflict {
    pub a: String,
    pub b: String,
    pub level: String,
    #[serde(default)]
    pub severity: i64,
    #[serde(default)]
    pub reason: String,
}

/// A room of a file, with the names of its tables and households.
#[derive(Clone, Debug)]
pub struct Instance {
    /// What the file calls itself.
    pub name: String,
    /// Names of the tables, by number.
    pub tables: Vec<TableName>,
    /// Names of the households, by number.
    pub households: Vec<String>,
    /// Names of the salespeople, by number of the group.
    pub salespeople: Vec<String>,
    /// Why two households are in conflict, by number of the conflict.
    pub reasons: Vec<String>,
    /// What is asked.
    pub question: Question,
    /// The same, checked and laid out.
    pub room: Room,
    /// The tier behind each number of the file.
    tiers: BTreeMap<i64, u8>,
}

impl Instance {
    /// Reads a file.
    ///
    /// # Errors
    /// The first mistake, named with its remedy.
    pub fn parse(json: &str) -> Result<Instance, InstanceFault> {
        let file: File = serde_json::from_str(json).map_err(|fault| InstanceFault::Syntax(fault.to_string()))?;
        if file.format != FORMAT {
            return Err(InstanceFault::Format(file.format));
        }
        few("tables", file.tables.len(), MOST_TABLES)?;
        few("parties", file.parties.len(), MOST_HOUSEHOLDS)?;
        few("conflicts", file.conflicts.len(), MOST_CONFLICTS)?;
        let table_numbers = numbered("table", file.tables.iter().map(|table| &table.id))?;
        let party_numbers = numbered("party", file.parties.iter().map(|party| &party.id))?;
        let (weights, tiers) = weights(&file.weights)?;
        let tables = file.tables.iter().map(table).collect::<Result<Vec<_>, _>>()?;
        let mut groups = Groups::default();
        let mut households =
            file.parties.iter().map(|party| household(party, &tiers, &mut groups)).collect::<Result<Vec<_>, _>>()?;
        for (place, seats) in [("seated", &file.seated), ("told", &file.told)] {
            for (party, table) in seats {
                let number = find(&party_numbers, place, "party", party)?;
                let table = find(&table_numbers, &format!("{place} \"{party}\""), "table", table)?;
                let household = &mut households[usize::from(number)];
                *(if place == "seated" { &mut household.seated } else { &mut household.told }) = Some(table);
            }
        }
        let conflicts =
            file.conflicts.iter().map(|one| conflict(one, &party_numbers)).collect::<Result<Vec<_>, _>>()?;
        let question = Question { tables, households, conflicts, weights };
        Ok(Instance {
            name: file.name,
            room: Room::new(&question)?,
            question,
            tables: file.tables.into_iter().map(|table| table.id).collect(),
            households: file.parties.into_iter().map(|party| party.id).collect(),
            salespeople: groups.names,
            tiers,
            reasons: file.conflicts.into_iter().map(|conflict| conflict.reason).collect(),
        })
    }

    /// A household came with so many people, and whether they are fewer than expected; `room` is as before.
    pub(super) fn came(&mut self, party: &str, size: i64) -> Result<(u16, bool), InstanceFault> {
        let number = self.households.iter().position(|name| name == party);
        let unknown = || InstanceFault::Unknown { place: "a check-in".into(), what: "party", name: party.to_owned() };
        let number = number.ok_or_else(unknown)?;
        let heads = within(|| format!("check-in of \"{party}\""), "size", size, 1, MOST_HEADS.into())?;
        let expected = std::mem::replace(&mut self.question.households[number].heads, heads);
        Ok((number as u16, heads < expected))
    }

    /// A household came uninvited; `room` is as before.
    pub(super) fn walked_in(&mut self, party: &FileParty, rivals: &[FileConflict]) -> Result<u16, InstanceFault> {
        few("parties", self.households.len() + 1, MOST_HOUSEHOLDS)?;
        let number = self.households.len() as u16;
        let mut parties = numbered("party", self.households.iter())?;
        if parties.insert(party.id.clone(), number).is_some() {
            return Err(InstanceFault::Twice { what: "party", name: party.id.clone() });
        }
        let mut groups = Groups::default();
        self.salespeople.iter().for_each(|name| _ = groups.number(name));
        let household = household(party, &self.tiers, &mut groups)?;
        let conflicts = rivals.iter().map(|one| conflict(one, &parties)).collect::<Result<Vec<_>, _>>()?;
        self.question.households.push(household);
        self.question.conflicts.extend(conflicts);
        self.reasons.extend(rivals.iter().map(|rival| rival.reason.clone()));
        self.households.push(party.id.clone());
        self.salespeople = groups.names;
        Ok(number)
    }

    /// A plan with the file's names; households without a table are left out.
    pub fn named(&self, plan: &[u16]) -> BTreeMap<String, TableName> {
        let named = self.households.iter().zip(plan);
        named.filter_map(|(name, table)| Some((name.clone(), self.tables.get(usize::from(*table))?.clone()))).collect()
    }

    /// A named plan by number; who is not in it is `NOWHERE`.
    ///
    /// # Errors
    /// A household or table that the file does not have.
    pub fn numbered(&self, named: &BTreeMap<String, TableName>) -> Result<Plan, InstanceFault> {
        let tables = numbered("table", self.tables.iter())?;
        let parties = numbered("party", self.households.iter())?;
        let mut plan = vec![NOWHERE; self.households.len()];
        for (party, table) in named {
            let number = find(&parties, "the assignment", "party", party)?;
            plan[usize::from(number)] = find(&tables, &format!("the assignment of \"{party}\""), "table", table)?;
        }
        Ok(plan)
    }
}

#[derive(Default)]
struct Groups {
    names: Vec<String>,
    numbers: BTreeMap<String, u16>,
}

impl Groups {
    fn number(&mut self, name: &str) -> u16 {
        if let Some(number) = self.numbers.get(name) {
            return *number;
        }
        let number = self.names.len() as u16;
        self.names.push(name.to_owned());
        self.numbers.insert(name.to_owned(), number);
        number
    }
}

fn few(what: &'static str, number: usize, most: usize) -> Result<(), RoomFault> {
    if number <= most { Ok(()) } else { Err(RoomFault::TooMany { what, number, most }) }
}

fn numbered<'a, N>(what: &'static str, names: impl Iterator<Item = &'a N>) -> Result<BTreeMap<N, u16>, InstanceFault>
where
    N: Ord + Clone + fmt::Display + 'a,
{
    let mut numbers = BTreeMap::new();
    for (number, name) in names.enumerate() {
        if numbers.insert(name.clone(), number as u16).is_some() {
            return Err(InstanceFault::Twice { what, name: name.to_string() });
        }
    }
    Ok(numbers)
}

fn find<N, Q>(numbers: &BTreeMap<N, u16>, place: &str, what: &'static str, name: &Q) -> Result<u16, InstanceFault>
where
    N: Ord + std::borrow::Borrow<Q>,
    Q: Ord + fmt::Display + ?Sized,
{
    let unknown = || InstanceFault::Unknown { place: place.to_owned(), what, name: name.to_string() };
    numbers.get(name).copied().ok_or_else(unknown)
}

fn within(
    what: impl Fn() -> String,
    field: &'static str,
    value: i64,
    least: i64,
    most: i64,
) -> Result<u16, InstanceFault> {
    if (least..=most).contains(&value) {
        return Ok(value as u16);
    }
    Err(InstanceFault::OutOfRange { what: what(), field, value, least, most })
}

fn table(table: &FileTable) -> Result<TableSpec, InstanceFault> {
    let what = || format!("table \"{}\"", table.id);
    let seats = within(what, "seats", table.seats, 1, MOST_HEADS.into())?;
    let host_seats = within(what, "host_seats", table.host_seats, 0, seats.into())?;
    let spaces = within(what, "wheelchair_spaces", table.wheelchair_spaces, 0, MOST_HEADS.into())?;
    Ok(TableSpec {
        places: seats - host_seats,
        row: within(what, "row", table.row, 1, MOST_ROWS.into())?,
        wheelchair_spaces: if table.step_free { spaces } else { 0 },
        blocked_view: table.view.as_deref() == Some("blocked"),
    })
}

/// The weights, and the tier behind each number of the file in the order of the weights.
fn weights(file: &FileWeights) -> Result<(Weights, BTreeMap<i64, u8>), InstanceFault> {
    let weight = |field, value| within(|| "weights".to_owned(), field, value, 0, MOST_WEIGHT.into()).map(u32::from);
    let (mut vip_row, mut tiers) = (Vec::new(), BTreeMap::new());
    for (tier, points) in &file.vip_row {
        let wrong = || InstanceFault::Wrong {
            what: format!("weights: vip_row \"{tier}\""),
            why: "a tier is a number from 1 to 200; correct the key",
        };
        let tier: i64 = tier.parse().ok().filter(|tier| (1..=200).contains(tier)).ok_or_else(wrong)?;
        tiers.insert(tier, vip_row.len() as u8);
        vip_row.push(weight("vip_row", *points)?);
    }
    let weights = Weights {
        conflict: weight("soft_conflict", file.soft_conflict)?,
        spread: weight("salesperson_table", file.salesperson_table)?,
        vip_row,
        vip_view: weight("vip_view", file.vip_view)?,
        no_key_customer: weight("no_anchor", file.no_anchor)?,
        looks_empty: weight("underfill", file.underfill)?,
        told_again: weight("moved_told", file.moved_told)?,
    };
    Ok((weights, tiers))
}

fn household(
    party: &FileParty,
    tiers: &BTreeMap<i64, u8>,
    groups: &mut Groups,
) -> Result<HouseholdSpec, InstanceFault> {
    let what = || format!("party \"{}\"", party.id);
    let heads = within(what, "size", party.size, 1, MOST_HEADS.into())?;
    let tier = match party.vip {
        0 => None,
        vip => Some(*tiers.get(&vip).ok_or_else(|| InstanceFault::Wrong {
            what: format!("{}: vip {vip}", what()),
            why: "weights.vip_row has no such tier; add it there or give 0",
        })?),
    };
    Ok(HouseholdSpec {
        heads,
        wheelchairs: within(what, "wheelchairs", party.wheelchairs, 0, MOST_HEADS.into())?,
        group: Some(groups.number(&party.salesperson)),
        tier,
        key_customer: party.class == "A",
        seated: None,
        told: None,
    })
}

fn conflict(file: &FileConflict, parties: &BTreeMap<String, u16>) -> Result<ConflictSpec, InstanceFault> {
    let what = || format!("conflict \"{}\" with \"{}\"", file.a, file.b);
    let a = find(parties, "a conflict", "party", &file.a)?;
    let b = find(parties, "a conflict", "party", &file.b)?;
    if a == b {
        let why = "a household cannot be in conflict with itself; name another or delete it";
        return Err(InstanceFault::Wrong { what: what(), why });
    }
    let level = match file.level.as_str() {
        "hard" | "never" => Level::Never,
        "soft" | "avoid" => {
            Level::Avoid { severity: within(what, "severity", file.severity, 0, MOST_SEVERITY.into())? }
        }
        _ => return Err(InstanceFault::Wrong { what: what(), why: "level must be \"hard\" or \"soft\"" }),
    };
    Ok(ConflictSpec { a, b, level })
}
