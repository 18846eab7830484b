//! A new plan for those who are not here yet: who was told a table, sits or is held by staff stays. Finds moves that are
//! worth it; a person adopts them.

use super::{Hall, Meeting};
use crate::event::{Party, PartyMove};
use crate::ids::TableId;
use crate::seating::{Break, CHAINS, Cost, Found, NOWHERE, Room, RoomFault, Search, best_of, chain, check, improve};
use crate::time::UnixMillis;

/// Points that a household must be worth to be moved: of equal plans the one that moves fewest.
const WORTH: u32 = 1;

/// The question, with all that its search needs: it can be sent to a thread of its own.
#[derive(Clone, Debug)]
pub struct Replan {
    hall: Hall,
    /// Where each party is, closed tables too.
    from: Vec<Option<TableId>>,
    room: Room,
}

/// The answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Replanned {
    /// What to move, for `Command::MoveParties`; nothing when no better plan was found.
    pub moves: Vec<PartyMove>,
    /// What the plan costs now.
    pub before: Cost,
    /// What it would cost.
    pub after: Cost,
    /// Hard rules that it breaks now: people without a table, overfull tables.
    pub broken_before: usize,
    /// Those that it would still break.
    pub broken_after: usize,
}

impl Meeting {
    /// The question of a new plan for those who are not here yet, places leased at that time left alone.
    ///
    /// # Errors
    /// A bound of the seating is passed.
    pub fn replan(&self, at: UnixMillis) -> Result<Replan, RoomFault> {
        let mut places = self.places_not_leased(at);
        let now = self.hall_of_all(places.clone());
        let mut kept = vec![0_u16; now.tables.len()];
        for (household, table) in now.question.households.iter().zip(&now.plan).filter(|(_, at)| **at != NOWHERE) {
            kept[usize::from(*table)] = kept[usize::from(*table)].saturating_add(household.heads);
        }
        // Leased places on which people are planned already cannot be given away any more.
        for (table, kept) in now.tables.iter().zip(kept) {
            let most = self.table(table).map_or(0, super::TableNow::places);
            places.entry(table.clone()).and_modify(|places| *places = (*places).max(kept.min(most)));
        }
        let mut hall = self.hall_of_all(places);
        hall.question.weights.told_again = WORTH;
        for (household, table) in hall.question.households.iter_mut().zip(&hall.plan) {
            household.told = Some(*table).filter(|table| *table != NOWHERE);
        }
        let from = hall.parties.iter().map(|party| self.seat_of(*party).map(|(table, _)| table)).collect();
        Ok(Replan { room: hall.room()?, hall, from })
    }
}

impl Replan {
    /// How long each chain goes, unless said otherwise.
    pub fn usual_search(&self) -> Search {
        Search::usual(&self.room)
    }

    /// One chain of the search, by number below `seating::CHAINS`; chains may run in any order and at the same time. Half
    /// of them begin at the plan in force, half anew.
    pub fn chain(&self, search: &Search, number: u64) -> Found {
        let begins_anew = number % 2 == 1;
        if begins_anew {
            chain(&self.room, search, number)
        } else {
            improve(&self.room, &self.hall.plan, search, number)
        }
    }

    /// The best of the chains, against the plan in force; chains by number.
    pub fn best(&self, chains: impl IntoIterator<Item = Found>) -> Replanned {
        let before = check(&self.room, &self.hall.plan);
        let better = best_of(chains).filter(|found| {
            let after = check(&self.room, &found.plan);
            (after.1.len(), after.0.total()) < (before.1.len(), before.0.total())
        });
        let plan = better.map_or_else(|| self.hall.plan.clone(), |found| found.plan);
        let after = check(&self.room, &plan);
        let bare = |cost: Cost| Cost { told_again: 0, ..cost };
        Replanned {
            moves: self.moves_to(&plan),
            before: bare(before.0),
            after: bare(after.0),
            broken_before: before.1.len(),
            broken_after: after.1.len(),
        }
    }

    /// All chains, one after the other.
    pub fn solve(&self, search: &Search) -> Replanned {
        self.best((0..CHAINS).map(|number| self.chain(search, number)))
    }

    /// The hard rules that the plan in force breaks.
    pub fn broken(&self) -> Vec<Break> {
        check(&self.room, &self.hall.plan).1
    }

    /// The hall that is asked about.
    pub fn hall(&self) -> &Hall {
        &self.hall
    }

    fn moves_to(&self, plan: &[u16]) -> Vec<PartyMove> {
        let parties = self.hall.parties.iter().zip(&self.from).zip(self.hall.plan.iter().zip(plan));
        let moved = |((party, from), (before, after)): ((&Party, &Option<TableId>), (&u16, &u16))| {
            let to = self.hall.tables.get(usize::from(*after)).filter(|_| before != after)?;
            Some(PartyMove { party: *party, from: from.clone(), to: to.clone() })
        };
        parties.filter_map(moved).collect()
    }
}
