//! The tables of the hall as they stand now: the file's, the hotel's changes on top. Seats nobody.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::Stamp;
use crate::config::{MeetingConfig, Table};
use crate::event::Event;
use crate::ids::TableId;

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Tables {
    now: BTreeMap<TableId, TableNow>,
    added: BTreeMap<TableId, Table>,
    changes: BTreeMap<TableId, TableChange>,
}

/// A table as it stands now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TableNow {
    /// Its facts, label and chairs as they are now.
    pub table: Table,
    /// The event that took it away.
    pub closed: Option<Stamp>,
    /// The table that it went up in.
    pub merged_into: Option<TableId>,
    /// Chairs beyond its places, signed for by the host.
    pub extra_chairs: u16,
}

impl TableNow {
    /// Whether somebody can be sent there.
    pub fn is_open(&self) -> bool {
        self.closed.is_none() && self.merged_into.is_none()
    }

    /// Places for guests, extra chairs among them.
    pub fn places(&self) -> u16 {
        self.table.places().saturating_add(self.extra_chairs)
    }
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct TableChange {
    label: Option<String>,
    row: Option<u16>,
    seats: Option<u16>,
    closed: Option<Stamp>,
    merged_into: Option<TableId>,
    /// What went up in it, act by act, with the chairs that it had before.
    together: Vec<(Vec<TableId>, u16)>,
    extra_chairs: u16,
}

impl Tables {
    pub fn configure(&mut self, config: &MeetingConfig) {
        self.now.clear();
        for table in config.tables.iter().chain(&self.added.values().cloned().collect::<Vec<_>>()) {
            let now = TableNow { table: table.clone(), closed: None, merged_into: None, extra_chairs: 0 };
            self.now.insert(table.id.clone(), now);
        }
        self.changes.keys().cloned().collect::<Vec<_>>().iter().for_each(|id| self.refresh(id));
    }

    pub fn apply(&mut self, stamp: &Stamp, event: &Event) {
        match event {
            Event::TableAdded(added) => {
                let now = TableNow { table: added.table.clone(), closed: None, merged_into: None, extra_chairs: 0 };
                self.added.insert(added.table.id.clone(), added.table.clone());
                self.now.insert(added.table.id.clone(), now);
                self.refresh(&added.table.id);
            }
            Event::TableClosed(closed) => self.change(&closed.table, |change| {
                change.closed.get_or_insert(stamp.clone());
            }),
            Event::TableReopened(reopened) => self.change(&reopened.table, |change| change.closed = None),
            Event::TablesMerged(merged) => {
                // Of those that go up in each other the first in the hub's order do: somebody always sits somewhere.
                let stay: Vec<TableId> = self.way(&merged.into).cloned().collect();
                let gone: Vec<TableId> = merged.merged.iter().filter(|id| !stay.contains(id)).cloned().collect();
                for id in &gone {
                    self.change(id, |change| change.merged_into = Some(merged.into.clone()));
                }
                let before = self.now.get(&merged.into).map(|now| now.table.seats);
                self.change(&merged.into, |change| {
                    change.seats = Some(merged.seats);
                    change.together.extend(before.map(|before| (gone, before)));
                });
            }
            Event::TablesParted(parted) => {
                let stood = |id: &&TableId| self.merged_into(id) == Some(&parted.from);
                let stood: Vec<TableId> = parted.parted.iter().filter(stood).cloned().collect();
                for id in &stood {
                    self.change(id, |change| change.merged_into = None);
                }
                // Two desks that do it at once do it once.
                if !stood.is_empty() {
                    self.change(&parted.from, |change| change.seats = Some(parted.seats));
                }
            }
            Event::TableRenumbered(renumbered) => self.change(&renumbered.table, |change| {
                change.label = Some(renumbered.label.clone());
                change.row = Some(renumbered.row).filter(|row| *row > 0).or(change.row);
            }),
            Event::ExtraChairSigned(signed) => self.change(&signed.table, |change| {
                change.extra_chairs = change.extra_chairs.saturating_add(signed.chairs);
            }),
            _ => {}
        }
    }

    fn change(&mut self, id: &TableId, edit: impl FnOnce(&mut TableChange)) {
        edit(self.changes.entry(id.clone()).or_default());
        self.refresh(id);
    }

    fn refresh(&mut self, id: &TableId) {
        let (Some(now), Some(change)) = (self.now.get_mut(id), self.changes.get(id)) else { return };
        if let Some(label) = &change.label {
            now.table.label.clone_from(label);
        }
        now.table.row = change.row.unwrap_or(now.table.row);
        now.table.seats = change.seats.unwrap_or(now.table.seats);
        now.closed.clone_from(&change.closed);
        now.merged_into.clone_from(&change.merged_into);
        now.extra_chairs = change.extra_chairs;
    }

    pub fn get(&self, id: &TableId) -> Option<&TableNow> {
        self.now.get(id)
    }

    pub fn iter(&self) -> impl Iterator<Item = &TableNow> {
        self.now.values()
    }

    fn merged_into(&self, id: &TableId) -> Option<&TableId> {
        self.changes.get(id)?.merged_into.as_ref()
    }

    /// What went up in a table last and still is there, with the chairs that the table had before.
    pub fn last_put_together(&self, into: &TableId) -> Option<(Vec<TableId>, u16)> {
        let acts = self.changes.get(into)?.together.iter().rev();
        let still = |(tables, before): &(Vec<TableId>, u16)| {
            let tables: Vec<TableId> = tables.iter().filter(|id| self.merged_into(id) == Some(into)).cloned().collect();
            (!tables.is_empty()).then_some((tables, *before))
        };
        acts.map(still).find_map(|act| act)
    }

    /// Follows tables that went up in another.
    pub fn resolve(&self, id: &TableId) -> TableId {
        self.way(id).last().unwrap_or(id).clone()
    }

    /// The table itself and those that it went up in, one after the other.
    fn way<'a>(&'a self, id: &'a TableId) -> impl Iterator<Item = &'a TableId> {
        let into = |id: &&'a TableId| self.merged_into(id);
        std::iter::successors(Some(id), into).take(self.changes.len() + 1)
    }
}

pub(super) type SharedTables = Arc<Tables>;
