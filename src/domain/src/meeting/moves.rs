//! Several parties moved in one act, judged by where they are in the end, and the way back. Chooses no table itself.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::sync::Arc;

use super::authority::{HALL, reason_given};
use super::seats::SeatBy;
use super::{Meeting, Stamp};
use crate::actor::{Actor, Ctx};
use crate::command::Command;
use crate::event::*;
use crate::ids::{EventId, StaffId, TableId};
use crate::refusal::Refusal;
use crate::seating::{Break, NOWHERE, check};
use crate::time::UnixMillis;

/// Parties of one command at most.
const MOST_MOVES: u16 = 5_000;
/// Parties of one event at most: 80 kB.
const MOVES_PER_EVENT: usize = 500;
/// Acts of one person that can be taken back, the last ones.
const MOST_KEPT: usize = 20;

/// What people moved, each their own last acts.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Moves {
    by: BTreeMap<StaffId, VecDeque<Act>>,
}

/// What one person moved in one act, as far as it had an effect.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Act {
    events: Vec<EventId>,
    moves: Vec<PartyMove>,
}

impl Moves {
    fn note(&mut self, stamp: &Stamp, moves: Vec<PartyMove>, goes_on: bool) {
        let Actor::Staff { id } = &stamp.actor else { return };
        let acts = self.by.entry(id.clone()).or_default();
        match acts.back_mut().filter(|_| goes_on) {
            Some(act) => {
                act.events.push(stamp.event);
                act.moves.extend(moves);
            }
            None => acts.push_back(Act { events: vec![stamp.event], moves }),
        }
        if acts.len() > MOST_KEPT {
            acts.pop_front();
        }
    }

    /// Whoever's it was.
    fn take_back(&mut self, event: EventId) {
        self.by.values_mut().for_each(|acts| acts.retain(|act| act.events.first() != Some(&event)));
    }
}

impl Meeting {
    pub(super) fn move_parties(
        &self,
        moves: &[PartyMove],
        (told_too, reason): (bool, &str),
        undoes: Option<EventId>,
        ctx: &Ctx,
    ) -> Result<Vec<Event>, Refusal> {
        self.need(ctx, HALL)?;
        if moves.len() > usize::from(MOST_MOVES) {
            return Err(Refusal::TooMany { most: MOST_MOVES });
        }
        let mut named = BTreeSet::new();
        let mut real = Vec::with_capacity(moves.len());
        for one in moves {
            let party = self.known_party(one.party)?;
            if !named.insert(party) {
                return Err(Refusal::RecordBroken);
            }
            self.open_table(&one.to)?;
            let from = self.seat_of(party).map(|(table, _)| table);
            if from != one.from.as_ref().map(|from| self.tables.resolve(from)) {
                return Err(Refusal::MovedMeanwhile { party });
            }
            if from.as_ref() != Some(&one.to) {
                self.may_be_moved(party, told_too, reason)?;
                real.push(PartyMove { party, from, to: one.to.clone() });
            }
        }
        self.keeps_hard_rules(&real, ctx.now)?;
        let part = |(part, moves): (usize, &[PartyMove])| {
            let (moves, reason, part) = (moves.to_vec(), reason.trim().to_owned(), part as u16);
            PartiesMoved { moves, told_too, reason, undoes: undoes.filter(|_| part == 0), part }.into()
        };
        Ok(real.chunks(MOVES_PER_EVENT).enumerate().map(part).collect())
    }

    fn may_be_moved(&self, party: Party, told_too: bool, reason: &str) -> Result<(), Refusal> {
        if self.is_seat_locked(party) {
            return Err(Refusal::SeatLocked { party });
        }
        match self.is_told(party) {
            false => Ok(()),
            true if told_too => reason_given(reason),
            true => Err(Refusal::KnowsTable { party }),
        }
    }

    /// What was wrong before and gets no worse is no reason to refuse.
    fn keeps_hard_rules(&self, moves: &[PartyMove], at: UnixMillis) -> Result<(), Refusal> {
        let Some(first) = moves.first() else { return Ok(()) };
        let breaks = |one: &PartyMove, rule| Refusal::MoveBreaks { party: one.party, table: one.to.clone(), rule };
        let mut parties: BTreeSet<Party> = moves.iter().map(|one| one.party).collect();
        parties.extend(self.seats.iter().map(|(party, _)| *party).filter(|party| self.places_kept(*party) > 0));
        let hall = self.hall_of(parties.into_iter().collect(), self.places_not_leased(at));
        // A hall beyond the bounds of the seating cannot be judged: one party at a time can still be moved.
        let room = hall.room().map_err(|_| breaks(first, NoSeatReason::NoRoom))?;
        let numbers: BTreeMap<Party, u16> = hall.parties.iter().copied().zip(0..).collect();
        let tables: BTreeMap<&TableId, u16> = hall.tables.iter().zip(0..).collect();
        let mut end = hall.plan.clone();
        for one in moves {
            end[usize::from(numbers[&one.party])] = tables.get(&one.to).copied().unwrap_or(NOWHERE);
        }
        let (before, after) = (check(&room, &hall.plan).1, check(&room, &end).1);
        let rule = |one: &PartyMove| {
            let (who, to) = (numbers[&one.party], tables.get(&one.to).copied());
            let wheels = hall.question.households[usize::from(who)].wheelchairs > 0;
            let all = after.iter().filter_map(|broken| match broken {
                Break::Together { a, b, .. } if [*a, *b].contains(&who) => Some(NoSeatReason::Conflict),
                Break::Overfull { table, .. } if Some(*table) == to && is_worse(broken, &before) => {
                    Some(NoSeatReason::NoRoom)
                }
                Break::Wheelchairs { table, .. } if Some(*table) == to && wheels && is_worse(broken, &before) => {
                    Some(NoSeatReason::Wheelchair)
                }
                _ => None,
            });
            // Room may be found for somebody; the others stay in the way.
            all.max()
        };
        let wrong = moves.iter().find_map(|one| Some(breaks(one, rule(one)?)));
        wrong.map_or(Ok(()), Err)
    }

    /// Places of each open table less those that nodes may give away without asking.
    pub(super) fn places_not_leased(&self, at: UnixMillis) -> BTreeMap<TableId, u16> {
        let open = self.tables.iter().filter(|now| now.is_open());
        let leased = |table: &TableId| self.leases.places_of(table, at, &self.machines);
        open.map(|now| (now.table.id.clone(), now.places().saturating_sub(leased(&now.table.id)))).collect()
    }

    pub(super) fn fold_moves(&mut self, stamp: &Stamp, moved: &PartiesMoved) {
        let mut made = Vec::with_capacity(moved.moves.len());
        for one in &moved.moves {
            let party = self.resolve_party(one.party);
            let now = self.seat_of(party).map(|(table, _)| table);
            let meant = one.from.as_ref().map(|from| self.tables.resolve(from));
            let stays = self.is_seat_locked(party) || (!moved.told_too && self.is_told(party));
            if now == meant && !stays {
                self.seats.give(party, &one.to, stamp);
                made.push(PartyMove { party, from: now, to: one.to.clone() });
            }
        }
        let moves = Arc::make_mut(&mut self.moves);
        match moved.undoes {
            Some(undone) => moves.take_back(undone),
            None if moved.part > 0 => moves.note(stamp, made, true),
            None if made.is_empty() => {}
            None => moves.note(stamp, made, false),
        }
    }

    pub(super) fn note_move(&mut self, stamp: &Stamp, moved: &SeatMoved) {
        let party = self.resolve_party(moved.party);
        let from = self.seat_of(party).map(|(table, _)| table);
        let made = PartyMove { party, from, to: moved.to.clone() };
        Arc::make_mut(&mut self.moves).note(stamp, vec![made], false);
    }

    /// A lock holds its party also against a new plan, and when the check-in that told the table is undone.
    pub(super) fn hold_seat(&mut self, stamp: &Stamp, locked: &SeatLocked) {
        let party = self.resolve_party(locked.party);
        let Some((table, SeatBy::Plan(_) | SeatBy::Told(_))) = self.seat_of(party) else { return };
        if table == self.tables.resolve(&locked.table) {
            self.seats.give(party, &table, stamp);
        }
    }

    /// What takes back the last act by which this person moved somebody: none when there was none, when somebody of it
    /// was told, moved or locked since, or when a table of before is gone. Whether there is still room is for the rules.
    pub fn undo_of_last_move(&self, staff: &StaffId, reason: &str) -> Option<Command> {
        let act = self.moves.by.get(staff)?.back()?;
        let back = |one: &PartyMove| {
            let (table, by) = self.seat_of(one.party)?;
            let untouched = matches!(by, SeatBy::Given(stamp) if act.events.contains(&stamp.event));
            let to = self.tables.resolve(one.from.as_ref()?);
            let open = self.open_table(&to).is_ok() && !self.is_seat_locked(one.party);
            (untouched && open).then_some(PartyMove { party: one.party, from: Some(table), to })
        };
        let moves = act.moves.iter().map(back).collect::<Option<Vec<PartyMove>>>()?;
        let told_too = moves.iter().any(|one| self.is_told(one.party));
        Some(Command::MoveParties { moves, told_too, reason: reason.to_owned(), undoes: act.events.first().copied() })
    }
}

/// Whether a table holds more than before, and more than it should.
fn is_worse(broken: &Break, before: &[Break]) -> bool {
    !before.iter().any(|known| match (known, broken) {
        (Break::Overfull { table: at, heads: was, .. }, Break::Overfull { table, heads, .. }) => {
            at == table && was >= heads
        }
        (Break::Wheelchairs { table: at, wheelchairs: was, .. }, Break::Wheelchairs { table, wheelchairs, .. }) => {
            at == table && was >= wheelchairs
        }
        _ => false,
    })
}
