//! Which guest of the earlier list a row means: by its id, then the phone, then firm and name. Guesses nothing: what is not clear is a fault.

use std::collections::{BTreeMap, BTreeSet};

use domain::ids::{DealerId, GuestId};
use domain::roster::Guest;

use super::columns::Column;
use super::fault::Problem;
use super::firms::Found;
use super::known::KnownList;
use super::row::Row;
use super::text;

/// Rows and the guests of the earlier list that they mean.
pub struct Matches<'a> {
    rows: &'a [Row],
    hashes: &'a [Option<String>],
    known: &'a KnownList,
    by_hash: BTreeMap<&'a str, Vec<GuestId>>,
    /// The guest of each row.
    pub of_row: Vec<Option<GuestId>>,
    taken: BTreeSet<GuestId>,
    by_phone_only: BTreeSet<usize>,
}

impl<'a> Matches<'a> {
    /// Matches by id and by phone; `hashes` are the phone hashes of the rows.
    pub fn by_id_and_phone(rows: &'a [Row], hashes: &'a [Option<String>], known: &'a KnownList) -> Matches<'a> {
        let mut by_hash: BTreeMap<&str, Vec<GuestId>> = BTreeMap::new();
        for guest in known.guests.values() {
            if let Some(contact) = &guest.phone {
                by_hash.entry(&contact.phone_hash).or_default().push(guest.id);
            }
        }
        let (of_row, taken, by_phone_only) = (vec![None; rows.len()], BTreeSet::new(), BTreeSet::new());
        let mut matches = Matches { rows, hashes, known, by_hash, of_row, taken, by_phone_only };
        matches.by_id();
        matches.by_phone();
        matches
    }

    fn by_id(&mut self) {
        let listed = |guest: &Guest| guest.list_id.as_ref().map(|id| (text::key(id), guest.id));
        let ids: BTreeMap<String, GuestId> = self.known.guests.values().filter_map(listed).collect();
        for index in 0..self.rows.len() {
            let id = self.rows[index].guest.list_id.as_ref().and_then(|id| ids.get(&text::key(id)));
            if let Some(guest) = id.filter(|guest| !self.taken.contains(guest)).copied() {
                self.claim(index, guest);
            }
        }
    }

    fn by_phone(&mut self) {
        let mut sharing: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
        for (index, hash) in self.hashes.iter().enumerate() {
            if let (Some(hash), None) = (hash, self.of_row[index]) {
                sharing.entry(hash).or_default().push(index);
            }
        }
        for (hash, indices) in sharing {
            // People who share a phone are told apart by their names.
            for index in &indices {
                let name = text::key(&self.rows[*index].guest.name);
                let same_name = |guest: &Guest| text::key(&guest.name) == name;
                if let [guest] = self.free(hash, *index, same_name).as_slice() {
                    self.claim(*index, *guest);
                }
            }
            let open: Vec<usize> = indices.into_iter().filter(|index| self.of_row[*index].is_none()).collect();
            if let [index] = open.as_slice()
                && let [guest] = self.free(hash, *index, |_| true).as_slice()
            {
                self.by_phone_only.insert(*index);
                self.claim(*index, *guest);
            }
        }
    }

    /// Guests with this phone whom no row means yet.
    fn free(&self, hash: &str, index: usize, fits: impl Fn(&Guest) -> bool) -> Vec<GuestId> {
        let guests = self.by_hash.get(hash).into_iter().flatten();
        let free = |guest: &&GuestId| {
            !self.taken.contains(guest) && self.may_be(index, guest) && fits(&self.known.guests[guest])
        };
        guests.filter(free).copied().collect()
    }

    /// Two different ids of the organiser are two people.
    fn may_be(&self, index: usize, guest: &GuestId) -> bool {
        let listed = self.known.guests.get(guest).and_then(|guest| guest.list_id.as_ref());
        !matches!((listed, &self.rows[index].guest.list_id), (Some(a), Some(b)) if text::key(a) != text::key(b))
    }

    fn claim(&mut self, index: usize, guest: GuestId) {
        self.of_row[index] = Some(guest);
        self.taken.insert(guest);
    }

    /// Matches what is left by firm and name, `firm_of` giving the kept firm of each row; tells what is not clear.
    pub fn by_firm_and_name(&mut self, firm_of: &[Option<DealerId>], faults: &mut Vec<Found>) {
        let mut by_name: BTreeMap<(Option<DealerId>, String, String), Vec<GuestId>> = BTreeMap::new();
        for guest in self.known.guests.values() {
            let organisation = if guest.dealer.is_none() { text::key(&guest.organisation) } else { String::new() };
            by_name.entry((guest.dealer, organisation, text::key(&guest.name))).or_default().push(guest.id);
        }
        for (index, row) in self.rows.iter().enumerate() {
            let organisation = if firm_of[index].is_none() { text::key(&row.firm.name) } else { String::new() };
            let same = by_name.get(&(firm_of[index], organisation, text::key(&row.guest.name)));
            let free = |guest: &&GuestId| !self.taken.contains(guest) && self.may_be(index, guest);
            let mut named: Vec<GuestId> = same.into_iter().flatten().filter(free).copied().collect();
            match self.of_row[index] {
                // The phone says one guest and the name another: nobody but the organiser knows.
                Some(by_phone) if self.by_phone_only.contains(&index) && !named.is_empty() => {
                    named.insert(0, by_phone);
                    faults.push((index, Column::Name, self.ambiguous(&named)));
                }
                Some(_) => {}
                None => self.settle(index, named, faults),
            }
        }
    }

    fn settle(&mut self, index: usize, mut named: Vec<GuestId>, faults: &mut Vec<Found>) {
        if named.len() > 1 {
            named.retain(|guest| !self.known.cancelled_guests.contains(guest));
        }
        match named.as_slice() {
            [guest] => self.claim(index, *guest),
            [] => {
                let shared =
                    self.hashes[index].as_ref().map(|hash| self.free(hash, index, |_| true)).unwrap_or_default();
                if !shared.is_empty() {
                    faults.push((index, Column::Phone, self.ambiguous(&shared)));
                }
            }
            _ => faults.push((index, Column::Name, self.ambiguous(&named))),
        }
    }

    fn ambiguous(&self, guests: &[GuestId]) -> Problem {
        let number =
            |guest: &GuestId| self.known.guests.get(guest).and_then(|guest| guest.guest_no).map(|number| number.0);
        Problem::Ambiguous { guests: guests.iter().filter_map(number).collect() }
    }
}

/// Rows that repeat an earlier row: the same id, or the same firm and name with nothing to tell the two apart.
pub fn repeated(rows: &[Row], firm_of: &[Option<usize>]) -> Vec<Found> {
    let mut faults = Vec::new();
    let mut ids: BTreeMap<String, usize> = BTreeMap::new();
    let mut people: BTreeMap<(Option<usize>, String, String), Vec<usize>> = BTreeMap::new();
    for (index, row) in rows.iter().enumerate() {
        if let Some(id) = &row.guest.list_id {
            let first = *ids.entry(text::key(id)).or_insert(index);
            if first != index {
                faults.push((index, Column::Id, Problem::RepeatedId { row: rows[first].number }));
                continue;
            }
        }
        let organisation = if firm_of[index].is_none() { text::key(&row.firm.name) } else { String::new() };
        let namesakes = people.entry((firm_of[index], organisation, text::key(&row.guest.name))).or_default();
        let same = |other: &&usize| !differ(&rows[**other], row);
        if let Some(first) = namesakes.iter().find(same) {
            faults.push((index, Column::Name, Problem::RepeatedGuest { row: rows[*first].number }));
        }
        namesakes.push(index);
    }
    faults
}

fn differ(a: &Row, b: &Row) -> bool {
    let ids = matches!((&a.guest.list_id, &b.guest.list_id), (Some(a), Some(b)) if a != b);
    let phones = matches!((&a.guest.phone, &b.guest.phone), (Some(a), Some(b)) if a != b);
    ids || phones
}
