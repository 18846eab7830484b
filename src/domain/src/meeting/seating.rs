//! Rules by which people move seats and tables, each with its reason. The program itself moves nobody who was told.

use super::Meeting;
use super::authority::{HALL, reason_given};
use crate::actor::Ctx;
use crate::config::{SeatingPreset, SeatingWeights, Table};
use crate::event::*;
use crate::ids::TableId;
use crate::refusal::Refusal;

/// Chairs at one table at most.
const MOST_SEATS: u16 = 60;

impl Meeting {
    pub(super) fn move_seat(&self, party: Party, to: &TableId, reason: &str, ctx: &Ctx) -> Result<Vec<Event>, Refusal> {
        self.need(ctx, HALL)?;
        reason_given(reason)?;
        let party = self.known_party(party)?;
        self.open_table(to)?;
        let from = self.seat_of(party).map(|(table, _)| table);
        if from.as_ref() == Some(to) {
            return Ok(Vec::new());
        }
        if self.is_seat_locked(party) {
            return Err(Refusal::SeatLocked { party });
        }
        Ok(vec![SeatMoved { party, from, to: to.clone(), reason: reason.to_owned() }.into()])
    }

    pub(super) fn release_seat(&self, party: Party, reason: ReleaseReason, ctx: &Ctx) -> Result<Vec<Event>, Refusal> {
        self.need(ctx, HALL)?;
        let party = self.known_party(party)?;
        let (table, _) = self.seat_of(party).ok_or(Refusal::NoTable)?;
        if reason == ReleaseReason::NoShow && self.is_told(party) {
            return Ok(Vec::new());
        }
        if reason == ReleaseReason::NoShow && self.is_seat_locked(party) {
            return Err(Refusal::SeatLocked { party });
        }
        Ok(vec![SeatReleased { party, table, reason }.into()])
    }

    pub(super) fn tell_table(&self, party: Party) -> Result<Vec<Event>, Refusal> {
        let party = self.known_party(party)?;
        let table = self.usable_table(party).ok_or(Refusal::NoTable)?;
        let told = self.seats.get(party).and_then(|seat| self.told_in_force(seat));
        let same = told.is_some_and(|told| told.table == table);
        Ok(if same { Vec::new() } else { vec![TableTold { party, table }.into()] })
    }

    pub(super) fn seat(&self, party: Party, table: &TableId, ctx: &Ctx) -> Result<Vec<Event>, Refusal> {
        self.need(ctx, HALL)?;
        let party = self.known_party(party)?;
        self.open_table(table)?;
        Ok(vec![HouseholdSeated { party, table: table.clone() }.into()])
    }

    pub(super) fn add_table(&self, table: &Table, ctx: &Ctx) -> Result<Vec<Event>, Refusal> {
        self.need(ctx, HALL)?;
        if self.tables.get(&table.id).is_some() {
            return Err(Refusal::AlreadyThere);
        }
        if !table.id.is_well_formed() || table.label.trim().is_empty() {
            return Err(Refusal::NameMissing);
        }
        chairs(table.seats)?;
        Ok(vec![TableAdded { table: table.clone() }.into()])
    }

    pub(super) fn close_table(&self, table: &TableId, ctx: &Ctx) -> Result<Vec<Event>, Refusal> {
        self.need(ctx, HALL)?;
        self.open_table(table)?;
        Ok(vec![TableClosed { table: table.clone(), affected: self.parties_at(table) }.into()])
    }

    /// A table that went up in another stays there.
    pub(super) fn reopen_table(&self, table: &TableId, ctx: &Ctx) -> Result<Vec<Event>, Refusal> {
        self.need(ctx, HALL)?;
        let known = self.tables.get(table).ok_or(Refusal::UnknownTable)?;
        if known.merged_into.is_some() {
            return Err(Refusal::TableClosed { table: table.clone() });
        }
        let closed = known.closed.is_some();
        Ok(if closed { vec![TableReopened { table: table.clone() }.into()] } else { Vec::new() })
    }

    pub(super) fn lock_seat(&self, party: Party, locked: bool, ctx: &Ctx) -> Result<Vec<Event>, Refusal> {
        self.need(ctx, HALL)?;
        let party = self.known_party(party)?;
        let now = self.is_seat_locked(party);
        Ok(match (locked, now) {
            (true, false) => {
                let table = self.usable_table(party).ok_or(Refusal::NoTable)?;
                vec![SeatLocked { party, table }.into()]
            }
            (false, true) => vec![SeatUnlocked { party }.into()],
            (true, true) | (false, false) => Vec::new(),
        })
    }

    pub(super) fn choose_weights(&self, preset: SeatingPreset, ctx: &Ctx) -> Result<Vec<Event>, Refusal> {
        self.need(ctx, HALL)?;
        let chosen = WeightsChosen { preset, weights: preset.weights() };
        let same = self.seating_preset() == preset && chosen.weights.is_none_or(|it| it == self.seating_weights());
        Ok(if same { Vec::new() } else { vec![chosen.into()] })
    }

    /// What counts most in the seating now.
    pub fn seating_preset(&self) -> SeatingPreset {
        self.weights_chosen.as_ref().map_or(SeatingPreset::AsInFile, |chosen| chosen.preset)
    }

    /// What counts how much in the seating now.
    pub fn seating_weights(&self) -> SeatingWeights {
        let chosen = self.weights_chosen.as_ref().and_then(|chosen| chosen.weights);
        chosen.unwrap_or(self.config().rules.seating)
    }

    pub(super) fn merge_tables(
        &self,
        into: &TableId,
        merged: &[TableId],
        seats: u16,
        ctx: &Ctx,
    ) -> Result<Vec<Event>, Refusal> {
        self.need(ctx, HALL)?;
        chairs(seats)?;
        self.open_table(into)?;
        let mut others: Vec<TableId> = Vec::new();
        for table in merged.iter().filter(|table| *table != into) {
            self.open_table(table)?;
            if !others.contains(table) {
                others.push(table.clone());
            }
        }
        if others.is_empty() {
            return Err(Refusal::UnknownTable);
        }
        let affected = others.iter().flat_map(|table| self.parties_at(table)).collect();
        Ok(vec![TablesMerged { into: into.clone(), merged: others, seats, affected }.into()])
    }

    /// Without effect where nothing stands together any more.
    pub(super) fn part_tables(&self, from: &TableId, ctx: &Ctx) -> Result<Vec<Event>, Refusal> {
        self.need(ctx, HALL)?;
        self.open_table(from)?;
        let parted = |(parted, seats)| TablesParted { from: from.clone(), parted, seats }.into();
        Ok(self.tables.last_put_together(from).map(parted).into_iter().collect())
    }

    pub(super) fn renumber_table(&self, table: &TableId, label: &str, ctx: &Ctx) -> Result<Vec<Event>, Refusal> {
        self.need(ctx, HALL)?;
        self.open_table(table)?;
        let label = label.trim();
        if label.is_empty() || label.chars().count() > 12 {
            return Err(Refusal::NameMissing);
        }
        let taken =
            |other: &&super::TableNow| other.is_open() && other.table.id != *table && other.table.label == label;
        if self.tables.iter().any(|other| taken(&other)) {
            return Err(Refusal::AlreadyThere);
        }
        let told = self.parties_at(table).into_iter().filter(|party| self.is_told(*party)).collect();
        let renumbered = TableRenumbered { table: table.clone(), label: label.to_owned(), affected: told, row: 0 };
        Ok(vec![renumbered.into()])
    }

    /// Which tables were last put together with this one and still are.
    pub fn put_together(&self, table: &TableId) -> Vec<TableId> {
        self.tables.last_put_together(table).map(|(tables, _)| tables).unwrap_or_default()
    }

    /// Everyone whose table it is, told or planned, in a fixed order.
    pub fn parties_at(&self, table: &TableId) -> Vec<Party> {
        let at = |party: &&Party| self.seat_of(**party).is_some_and(|(at, _)| at == *table);
        let mut parties: Vec<Party> = self.seats.iter().map(|(party, _)| party).filter(at).copied().collect();
        parties.sort();
        parties
    }

    pub(super) fn open_table(&self, table: &TableId) -> Result<(), Refusal> {
        let known = self.tables.get(table).ok_or(Refusal::UnknownTable)?;
        if known.is_open() { Ok(()) } else { Err(Refusal::TableClosed { table: table.clone() }) }
    }

    pub(super) fn known_party(&self, party: Party) -> Result<Party, Refusal> {
        let party = self.resolve_party(party);
        match party {
            Party::Household(id) if !self.roster.households.contains(&id) => Err(Refusal::UnknownHousehold),
            Party::Guest(id) if !self.roster.guests.contains(&id) => Err(Refusal::UnknownGuest),
            Party::Household(_) | Party::Guest(_) => Ok(party),
        }
    }
}

fn chairs(seats: u16) -> Result<(), Refusal> {
    if (1..=MOST_SEATS).contains(&seats) { Ok(()) } else { Err(Refusal::TooMany { most: MOST_SEATS }) }
}
