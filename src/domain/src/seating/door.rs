//! A door on `seating-live/1` files: guests arrive one after the other, some with more or fewer people, some uninvited;
//! who arrives is told a table and never moved again. The meeting's own door is `meeting`; both ask `seat_one`.

use serde::Deserialize;

use super::instance::{FileConflict, FileParty, Instance, InstanceFault};
use super::live::{NoSeat, Seating, seat_one};
use super::room::{NOWHERE, Plan, Room};

/// The only format that is read.
const FORMAT: &str = "seating-live/1";

#[derive(Deserialize)]
struct File {
    format: String,
    events: Vec<FileEvent>,
}

#[derive(Deserialize)]
#[serde(tag = "type", rename_all = "lowercase")]
enum FileEvent {
    Checkin {
        party: String,
        size: i64,
    },
    Walkin {
        party: FileParty,
        #[serde(default)]
        conflicts: Vec<FileConflict>,
    },
}

/// Arrivals in their order.
pub struct Arrivals(Vec<FileEvent>);

impl Arrivals {
    /// Reads a file.
    ///
    /// # Errors
    /// Not such a file.
    pub fn parse(json: &str) -> Result<Arrivals, InstanceFault> {
        let file: File = serde_json::from_str(json).map_err(|fault| InstanceFault::Syntax(fault.to_string()))?;
        if file.format == FORMAT { Ok(Arrivals(file.events)) } else { Err(InstanceFault::Format(file.format)) }
    }

    /// How many.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Nobody comes.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

/// What an arrival came to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Arrived {
    /// Who.
    pub household: u16,
    /// Where to.
    pub seating: Seating,
}

/// A room whose guests arrive.
pub struct Door {
    /// The room with everybody who came, as they came.
    pub instance: Instance,
    /// Where everybody is or will be.
    pub plan: Plan,
    told: Vec<bool>,
    /// Households that came and found no seat.
    pub waiting: Vec<(u16, NoSeat)>,
}

impl Door {
    /// Before the first guest.
    pub fn new(instance: Instance, plan: Plan) -> Door {
        let told = instance.question.households.iter().map(|one| one.seated.or(one.told).is_some()).collect();
        Door { instance, plan, told, waiting: Vec::new() }
    }

    /// Whether a household knows its table.
    pub fn is_told(&self, household: u16) -> bool {
        self.told.get(usize::from(household)).copied().unwrap_or(false)
    }

    /// The next arrival.
    ///
    /// # Errors
    /// A name that the room does not have, or a figure out of range.
    pub fn admit(&mut self, arrivals: &Arrivals, number: usize) -> Result<Option<Arrived>, InstanceFault> {
        let (household, places_left) = match arrivals.0.get(number) {
            None => return Ok(None),
            Some(FileEvent::Checkin { party, size }) => self.instance.came(party, *size)?,
            Some(FileEvent::Walkin { party, conflicts }) => {
                let household = self.instance.walked_in(party, conflicts)?;
                self.plan.push(NOWHERE);
                self.told.push(false);
                (household, false)
            }
        };
        let room = Room::new(&self.instance.question)?;
        let before = self.plan[usize::from(household)];
        let seating = self.seat(&room, household);
        let left = before != NOWHERE && self.plan[usize::from(household)] != before;
        if places_left || left || matches!(seating, Seating::Displacing { .. }) {
            self.try_waiting(&room);
        }
        if let Seating::NoSeat(why) = seating {
            self.waiting.push((household, why));
        }
        self.instance.room = room;
        Ok(Some(Arrived { household, seating }))
    }

    fn seat(&mut self, room: &Room, household: u16) -> Seating {
        let at = usize::from(household);
        let prefer = Some(self.plan[at]).filter(|table| *table != NOWHERE);
        if self.told[at] {
            let table = prefer.unwrap_or(NOWHERE);
            return Seating::Direct { table, cost: 0 };
        }
        let seating = seat_one(room, &self.plan, household, prefer, |other| self.told[usize::from(other)]);
        self.plan[at] = match seating {
            Seating::Direct { table, .. } => table,
            Seating::Displacing { table, household, to, .. } => {
                self.plan[usize::from(household)] = to;
                table
            }
            Seating::NoSeat(_) => NOWHERE,
        };
        self.told[at] = self.plan[at] != NOWHERE;
        seating
    }

    fn try_waiting(&mut self, room: &Room) {
        let waiting = std::mem::take(&mut self.waiting);
        for (household, _) in waiting {
            if let Seating::NoSeat(why) = self.seat(room, household) {
                self.waiting.push((household, why));
            }
        }
    }
}
