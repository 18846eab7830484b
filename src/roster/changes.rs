//! What a list would change: added, changed, cancelled, against what the nodes know. Applies nothing.

use std::collections::{BTreeMap, BTreeSet};

use domain::ids::{DealerId, GuestId, HouseholdId, TableId};
use domain::roster::{Dealer, Guest, Household};
use serde::Serialize;
use serde_json::Value;

use super::draft::ListDraft;
use super::known::KnownList;

/// One fact of a record that differs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FieldChange {
    /// Name of the fact.
    pub field: String,
    /// As it was; empty for nothing.
    pub before: String,
    /// As it will be.
    pub after: String,
}

/// Records of one kind.
#[derive(Debug)]
pub struct Changed<T> {
    /// Not there before, or cancelled before.
    pub added: Vec<T>,
    /// There before, with what differs.
    pub changed: Vec<(T, Vec<FieldChange>)>,
    /// As before.
    pub unchanged: usize,
}

impl<T: Clone> Changed<T> {
    /// The records to tell the nodes.
    pub fn upserts(&self) -> Vec<T> {
        self.added.iter().chain(self.changed.iter().map(|(record, _)| record)).cloned().collect()
    }
}

/// What a list would change.
#[derive(Debug)]
pub struct ListChanges {
    /// Parties.
    pub households: Changed<Household>,
    /// Firms.
    pub dealers: Changed<Dealer>,
    /// People.
    pub guests: Changed<Guest>,
    /// People who are on the list no more.
    pub cancelled_guests: Vec<GuestId>,
    /// Firms that are on the list no more.
    pub cancelled_dealers: Vec<DealerId>,
    /// Parties that are on the list no more.
    pub cancelled_households: Vec<HouseholdId>,
    /// Planned tables that are new or other.
    pub seats: Vec<(HouseholdId, TableId)>,
    /// Parties that lose their planned table.
    pub unplanned: Vec<HouseholdId>,
}

impl ListChanges {
    /// Compares; `shielded` guests were in rows that are skipped and are not cancelled. `with_seats` is false when the
    /// list says nothing of tables: then the planned ones stay.
    pub fn between(
        known: &KnownList,
        draft: &ListDraft,
        shielded: &BTreeSet<GuestId>,
        with_seats: bool,
    ) -> ListChanges {
        let guests = compare(&draft.guests, &known.guests, &known.cancelled_guests, |guest| guest.id);
        let dealers = compare(&draft.dealers, &known.dealers, &known.cancelled_dealers, |dealer| dealer.id);
        let households = compare(&draft.households, &known.households, &known.cancelled_households, |party| party.id);
        let listed: BTreeSet<GuestId> = draft.guests.iter().map(|guest| guest.id).collect();
        let gone = |guest: &&Guest| !listed.contains(&guest.id) && !shielded.contains(&guest.id);
        let cancelled_guests: Vec<GuestId> = known.invited().filter(gone).map(|guest| guest.id).collect();
        // A firm stays as long as anybody of it stays: walk-ins and skipped rows too.
        let leaving: BTreeSet<GuestId> = known.cancelled_guests.iter().chain(&cancelled_guests).copied().collect();
        let staying = || {
            known
                .guests
                .values()
                .filter(|guest| !leaving.contains(&guest.id) && !listed.contains(&guest.id))
                .chain(&draft.guests)
        };
        let firms: BTreeSet<DealerId> = staying().filter_map(|guest| guest.dealer).collect();
        let parties: BTreeSet<HouseholdId> = staying().filter_map(|guest| guest.household).collect();
        let left = |dealer: &&DealerId| !firms.contains(dealer) && !known.cancelled_dealers.contains(dealer);
        let left_party = |party: &&HouseholdId| !parties.contains(party) && !known.cancelled_households.contains(party);
        let moved = |(party, table): &(&HouseholdId, &TableId)| known.seats.get(party) != Some(table);
        let seats = draft.seats.iter().filter(moved).map(|(party, table)| (*party, table.clone())).collect();
        let drafted: BTreeSet<HouseholdId> = draft.households.iter().map(|party| party.id).collect();
        let loses = |party: &&HouseholdId| with_seats && drafted.contains(party) && !draft.seats.contains_key(party);
        ListChanges {
            cancelled_dealers: known.dealers.keys().filter(left).copied().collect(),
            cancelled_households: known.households.keys().filter(left_party).copied().collect(),
            unplanned: known.seats.keys().filter(loses).copied().collect(),
            households,
            dealers,
            guests,
            cancelled_guests,
            seats,
        }
    }

    /// Whether the nodes know all this already.
    pub fn is_empty(&self) -> bool {
        self.guests.added.is_empty()
            && self.guests.changed.is_empty()
            && self.list_is_unchanged_but_guests()
            && self.seats_are_unchanged()
    }

    /// Whether no planned table changes.
    pub fn seats_are_unchanged(&self) -> bool {
        self.seats.is_empty() && self.unplanned.is_empty()
    }

    fn list_is_unchanged_but_guests(&self) -> bool {
        let nothing_new = self.dealers.added.is_empty() && self.households.added.is_empty();
        let nothing_changed = self.dealers.changed.is_empty() && self.households.changed.is_empty();
        let nobody_gone = self.cancelled_guests.is_empty()
            && self.cancelled_dealers.is_empty()
            && self.cancelled_households.is_empty();
        nothing_new && nothing_changed && nobody_gone
    }
}

fn compare<T: Clone + PartialEq + Serialize, I: Ord + Copy>(
    records: &[T],
    known: &BTreeMap<I, T>,
    cancelled: &BTreeSet<I>,
    id: impl Fn(&T) -> I,
) -> Changed<T> {
    let mut changed = Changed { added: Vec::new(), changed: Vec::new(), unchanged: 0 };
    for record in records {
        match known.get(&id(record)).filter(|_| !cancelled.contains(&id(record))) {
            None => changed.added.push(record.clone()),
            Some(before) if before == record => changed.unchanged += 1,
            Some(before) => changed.changed.push((record.clone(), differences(before, record))),
        }
    }
    changed
}

fn differences<T: Serialize>(before: &T, after: &T) -> Vec<FieldChange> {
    let (before, after) = (facts(before), facts(after));
    let names: BTreeSet<&String> = before.keys().chain(after.keys()).collect();
    let differs = |name: &&&String| before.get(**name) != after.get(**name);
    let tell = |name: &String| FieldChange {
        field: name.clone(),
        before: shown(before.get(name)),
        after: shown(after.get(name)),
    };
    names.iter().filter(differs).map(|name| tell(name)).collect()
}

fn facts<T: Serialize>(record: &T) -> BTreeMap<String, Value> {
    match serde_json::to_value(record) {
        Ok(Value::Object(fields)) => fields.into_iter().collect(),
        _ => BTreeMap::new(),
    }
}

/// A fact in a few words; of sealed things only the mask.
fn shown(value: Option<&Value>) -> String {
    match value {
        None | Some(Value::Null) => String::new(),
        Some(Value::String(text)) => text.chars().take(60).collect(),
        Some(Value::Object(fields)) if fields.contains_key("sealed") => match fields.get("phone_mask") {
            Some(Value::String(mask)) => mask.clone(),
            _ => "(sealed)".to_owned(),
        },
        Some(other) => other.to_string().chars().take(60).collect(),
    }
}
