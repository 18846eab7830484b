//! Rows of one firm become one dealer, firms of one owner one household; both keep the ids of earlier lists. Matches no guests.

use std::collections::{BTreeMap, BTreeSet};

use domain::ids::{DealerId, HouseholdId};
use uuid::Uuid;

use super::columns::Column;
use super::fault::Problem;
use super::known::KnownList;
use super::lookup::shown;
use super::row::{FirmFacts, Row};
use super::text;

/// A fault that comes of comparing rows: index of the row, column, problem.
pub type Found = (usize, Column, Problem);

/// A firm of the list.
#[derive(Debug, Clone)]
pub struct Firm {
    /// Kept from an earlier list, or new.
    pub id: DealerId,
    /// Its party.
    pub household: HouseholdId,
    /// What its rows say together.
    pub facts: FirmFacts,
    /// Index of its first row.
    pub first: usize,
}

/// All firms of the list.
#[derive(Debug, Default)]
pub struct Firms {
    /// In the order of their first rows.
    pub list: Vec<Firm>,
    /// The firm of each row; none for guests without a dealer.
    pub of_row: Vec<Option<usize>>,
    by_id: BTreeMap<String, usize>,
    by_name: BTreeMap<String, Vec<usize>>,
}

impl Firms {
    /// Groups rows by the firm's id, else by its name, and merges what they say.
    pub fn group(rows: &[Row], faults: &mut Vec<Found>) -> Firms {
        let mut firms = Firms { of_row: vec![None; rows.len()], ..Firms::default() };
        let with_dealer = |row: &(usize, &Row)| !row.1.guest.without_dealer();
        let indexed: Vec<(usize, &Row)> = rows.iter().enumerate().collect();
        // Rows that give the firm's id first: later rows may name the firm alone.
        let (named, unnamed): (Vec<_>, Vec<_>) =
            indexed.into_iter().filter(with_dealer).partition(|(_, row)| row.firm.dealer_id.is_some());
        for (index, row) in named.into_iter().chain(unnamed) {
            firms.take_in(index, row, rows, faults);
        }
        firms.sort_by_first_row();
        firms
    }

    fn take_in(&mut self, index: usize, row: &Row, rows: &[Row], faults: &mut Vec<Found>) {
        let name = text::key(&row.firm.name);
        let same_name = self.by_name.get(&name).cloned().unwrap_or_default();
        let found = match &row.firm.dealer_id {
            Some(id) => self.by_id.get(&text::key(id)).copied(),
            None if same_name.len() > 1 => {
                faults.push((index, Column::Firm, Problem::SeveralFirms(shown(&row.firm.name))));
                return;
            }
            None => same_name.first().copied(),
        };
        let Some(at) = found else {
            let at = self.list.len();
            if let Some(id) = &row.firm.dealer_id {
                self.by_id.insert(text::key(id), at);
            }
            self.by_name.entry(name).or_default().push(at);
            let nobody = Uuid::nil();
            self.list.push(Firm {
                id: DealerId(nobody),
                household: HouseholdId(nobody),
                facts: row.firm.clone(),
                first: index,
            });
            self.of_row[index] = Some(at);
            return;
        };
        self.of_row[index] = Some(at);
        let firm = &mut self.list[at];
        let first = rows[firm.first].number;
        if text::key(&firm.facts.name) != name {
            faults.push((index, Column::Firm, Problem::Contradicts { row: first }));
        }
        let contradicting = firm.facts.merge(&row.firm);
        faults.extend(contradicting.into_iter().map(|column| (index, column, Problem::Contradicts { row: first })));
        firm.first = firm.first.min(index);
    }

    fn sort_by_first_row(&mut self) {
        let mut order: Vec<usize> = (0..self.list.len()).collect();
        order.sort_by_key(|at| self.list[*at].first);
        let mut place = vec![0; order.len()];
        for (new, old) in order.iter().enumerate() {
            place[*old] = new;
        }
        self.list.sort_by_key(|firm| firm.first);
        for at in
            self.of_row.iter_mut().flatten().chain(self.by_id.values_mut()).chain(self.by_name.values_mut().flatten())
        {
            *at = place[*at];
        }
    }

    /// The firm that another row means by its id or name.
    pub fn find(&self, written: &str) -> Result<usize, Problem> {
        let key = text::key(written);
        if let Some(at) = self.by_id.get(&key) {
            return Ok(*at);
        }
        match self.by_name.get(&key).map(Vec::as_slice) {
            Some([at]) => Ok(*at),
            Some(_) => Err(Problem::SeveralFirms(shown(written))),
            None => Err(Problem::NoSuchFirm(shown(written))),
        }
    }

    /// Gives every firm the id of the same firm in an earlier list, or a new one. `former` tells the firms to which the
    /// guests of a firm belonged: so a renamed firm is known again.
    pub fn keep_ids(
        &mut self,
        known: &KnownList,
        former: &[BTreeSet<DealerId>],
        new_id: &mut impl FnMut() -> Uuid,
        faults: &mut Vec<Found>,
    ) {
        let mut by_id: BTreeMap<String, DealerId> = BTreeMap::new();
        let mut by_name: BTreeMap<String, Vec<DealerId>> = BTreeMap::new();
        for dealer in known.dealers.values() {
            if let Some(id) = &dealer.list_id {
                by_id.insert(text::key(id), dealer.id);
            }
            by_name.entry(text::key(&dealer.firm)).or_default().push(dealer.id);
        }
        let mut taken: BTreeSet<DealerId> = BTreeSet::new();
        let mut kept: Vec<Option<DealerId>> = vec![None; self.list.len()];
        for (at, firm) in self.list.iter().enumerate() {
            kept[at] = firm.facts.dealer_id.as_ref().and_then(|id| by_id.get(&text::key(id)).copied());
            taken.extend(kept[at]);
        }
        for (at, firm) in self.list.iter().enumerate().filter(|(at, _)| kept[*at].is_none()).collect::<Vec<_>>() {
            let other_id = |dealer: &DealerId| {
                let listed = known.dealers.get(dealer).and_then(|dealer| dealer.list_id.as_ref());
                matches!((listed, &firm.facts.dealer_id), (Some(a), Some(b)) if text::key(a) != text::key(b))
            };
            let same = by_name.get(&text::key(&firm.facts.name)).into_iter().flatten();
            let mut same: Vec<DealerId> =
                same.filter(|dealer| !taken.contains(dealer) && !other_id(dealer)).copied().collect();
            if same.len() > 1 {
                same.retain(|dealer| !known.cancelled_dealers.contains(dealer));
            }
            match same.as_slice() {
                [] => {}
                [one] => kept[at] = Some(*one),
                _ => faults.push((firm.first, Column::Firm, Problem::SeveralFirms(shown(&firm.facts.name)))),
            }
            taken.extend(kept[at]);
        }
        for at in 0..self.list.len() {
            let renamed = former[at].iter().find(|dealer| former[at].len() == 1 && !taken.contains(dealer)).copied();
            let id = kept[at].or(renamed).unwrap_or_else(|| DealerId(new_id()));
            taken.insert(id);
            self.list[at].id = id;
        }
    }

    /// Joins firms of one owner; a party keeps the id that its first firm had, and no two parties get one id.
    pub fn join_owners(&mut self, known: &KnownList, new_id: &mut impl FnMut() -> Uuid, faults: &mut Vec<Found>) {
        let mut leader: Vec<usize> = (0..self.list.len()).collect();
        for at in 0..self.list.len() {
            let firm = &self.list[at];
            for name in firm.facts.same_owner.iter().flatten() {
                match self.find(name) {
                    Ok(other) => {
                        let (a, b) = (top(&leader, at), top(&leader, other));
                        leader[a.max(b)] = a.min(b);
                    }
                    Err(problem) => faults.push((firm.first, Column::SameOwner, problem)),
                }
            }
        }
        let tops: Vec<usize> = (0..self.list.len()).map(|at| top(&leader, at)).collect();
        let mut members: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
        for (at, top) in tops.iter().enumerate() {
            members.entry(*top).or_default().push(at);
        }
        let mut taken: BTreeSet<HouseholdId> = BTreeSet::new();
        let mut of_leader: BTreeMap<usize, HouseholdId> = BTreeMap::new();
        for (at, top) in tops.into_iter().enumerate() {
            let household = *of_leader.entry(top).or_insert_with(|| {
                let firms = members[&top].iter().map(|member| &self.list[*member]);
                let former = firms.filter_map(|firm| known.dealers.get(&firm.id)).map(|dealer| dealer.household);
                let kept = former.into_iter().find(|household| !taken.contains(household));
                kept.unwrap_or_else(|| HouseholdId(new_id()))
            });
            taken.insert(household);
            self.list[at].household = household;
        }
    }
}

fn top(leader: &[usize], mut at: usize) -> usize {
    while leader[at] != at {
        at = leader[at];
    }
    at
}
