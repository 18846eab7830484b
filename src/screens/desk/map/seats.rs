//! The hall at one moment as the map needs it: who is where, what the plan costs, how full each table is. Made anew when the
//! meeting has changed; changes nothing itself.

use super::floor::Floor;
use domain::event::Party;
use domain::meeting::Hall;
use domain::seating::{Break, Cost, Explanation, NOWHERE, Room, check, explain};
use domain::{Meeting, TableId};

/// The hall at one moment.
#[derive(Debug, Clone)]
pub struct Seats {
    pub hall: Hall,
    /// None when a bound of the seating is passed: then nothing has a price.
    pub room: Option<Room>,
    pub cost: Cost,
    pub breaks: Vec<Break>,
    /// By the table's number.
    pub tables: Vec<TableSum>,
    pub floor: Floor,
}

/// People of one table.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TableSum {
    /// Their numbers.
    pub parties: Vec<u16>,
    /// People who are here.
    pub present: u16,
    /// Not here, but they know the table.
    pub told: u16,
    /// Expected there, told nothing.
    pub planned: u16,
}

impl TableSum {
    pub fn heads(&self) -> u16 {
        self.present.saturating_add(self.told).saturating_add(self.planned)
    }
}

impl Seats {
    pub fn of(meeting: &Meeting) -> Seats {
        let hall = meeting.hall();
        let room = hall.room().ok();
        let (cost, breaks) = room.as_ref().map(|room| check(room, &hall.plan)).unwrap_or_default();
        let mut tables = vec![TableSum::default(); hall.tables.len()];
        for (number, party) in (0..).zip(&hall.parties) {
            let place = usize::from(number);
            let Some(sum) = tables.get_mut(usize::from(hall.plan[place])) else { continue };
            let heads = hall.question.households[place].heads;
            let here = meeting.heads_of(*party).min(heads);
            sum.parties.push(number);
            sum.present = sum.present.saturating_add(here);
            let away = if hall.known[place] { &mut sum.told } else { &mut sum.planned };
            *away = away.saturating_add(heads - here);
        }
        Seats { room, cost, breaks, tables, floor: Floor::of(meeting), hall }
    }

    pub fn table(&self, table: &TableId) -> Option<&TableSum> {
        self.tables.get(usize::from(self.hall.table_number(table)?))
    }

    pub fn table_id(&self, number: u16) -> Option<&TableId> {
        self.hall.tables.get(usize::from(number))
    }

    pub fn party(&self, number: u16) -> Option<Party> {
        self.hall.parties.get(usize::from(number)).copied()
    }

    /// Where a party is now.
    pub fn table_of(&self, number: u16) -> Option<&TableId> {
        self.table_id(*self.hall.plan.get(usize::from(number))?)
    }

    /// Parties without a table.
    pub fn unseated(&self) -> impl Iterator<Item = u16> {
        (0..).zip(&self.hall.plan).filter(|(_, table)| **table == NOWHERE).map(|(number, _)| number)
    }

    /// Why a party is where it is. Staff may move who was told too: that has its price instead of being impossible.
    pub fn explain(&self, who: u16) -> Option<Explanation> {
        let place = usize::from(who);
        let mut question = self.hall.question.clone();
        let household = question.households.get_mut(place)?;
        household.seated = None;
        household.told = Some(self.hall.plan[place]).filter(|table| *table != NOWHERE && self.hall.known[place]);
        let room = Room::new(&question).ok()?;
        Some(explain(&room, &self.hall.plan, who))
    }
}
