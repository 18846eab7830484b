//! Rows become the records that the nodes will know: dealers, households, guests, planned seats. Writes no events.

use std::collections::{BTreeMap, BTreeSet};

use crypto_box::SecretKey;
use domain::config::MeetingConfig;
use domain::draw::{DrawId, shuffled_numbers};
use domain::ids::{DealerId, GuestId, GuestNo, HouseholdId, TableId};
use domain::roster::{Conflict, ConflictKind, Contact, Dealer, Guest, GuestRole, Household, SealedText};
use sha2::{Digest, Sha256};
use uuid::Uuid;

use super::columns::Column;
use super::fault::{Problem, RowFault};
use super::firms::{Firm, Firms, Found};
use super::known::KnownList;
use super::matching::{self, Matches};
use super::phone::PhoneNumber;
use super::row::Row;
use super::seal;

/// The list as it would be told to the nodes.
#[derive(Debug, Default)]
pub struct ListDraft {
    /// Parties.
    pub households: Vec<Household>,
    /// Firms.
    pub dealers: Vec<Dealer>,
    /// People, in the order of the rows.
    pub guests: Vec<Guest>,
    /// Planned tables of parties.
    pub seats: BTreeMap<HouseholdId, TableId>,
    /// Parties without anybody who decides: they can never be valid.
    pub without_decider: usize,
    /// Phone numbers that stand in several parties: at the kiosk they lead to the desk.
    pub shared_phones: usize,
    /// Tables with more people than places: table, people, places.
    pub overfull: Vec<(TableId, usize, u16)>,
}

/// What rows are compared and sealed with.
pub struct Basis<'a> {
    /// The meeting file.
    pub config: &'a MeetingConfig,
    /// The earlier list.
    pub known: &'a KnownList,
    /// Opens and seals phones and addresses.
    pub contact: &'a SecretKey,
    /// Key of phone hashes.
    pub phone_key: &'a [u8; 32],
    /// Name of the sheet, for faults.
    pub sheet: &'a str,
    /// The list has neither a role nor a decides column: the first of each firm is the owner.
    pub first_is_owner: bool,
}

/// Makes the records of `rows`; with faults among the rows there is no draft.
pub fn draft(rows: &[Row], basis: &Basis<'_>, new_id: &mut impl FnMut() -> Uuid) -> Result<ListDraft, Vec<RowFault>> {
    let mut faults: Vec<Found> = Vec::new();
    let hashes: Vec<Option<String>> =
        rows.iter().map(|row| row.guest.phone.as_ref().map(|phone| phone.hash(basis.phone_key))).collect();
    let mut firms = Firms::group(rows, &mut faults);
    faults.extend(matching::repeated(rows, &firms.of_row));
    let mut matches = Matches::by_id_and_phone(rows, &hashes, basis.known);
    firms.keep_ids(basis.known, &former_firms(&firms, &matches, basis.known), new_id, &mut faults);
    firms.join_owners(basis.known, new_id, &mut faults);
    let firm_of: Vec<Option<DealerId>> = firms.of_row.iter().map(|at| at.map(|at| firms.list[at].id)).collect();
    matches.by_firm_and_name(&firm_of, &mut faults);
    let dealers = dealers(&firms, basis, &mut faults);
    let seats = seats(&firms, rows, &mut faults);
    if !faults.is_empty() {
        return Err(named(faults, rows, basis.sheet));
    }
    let guests = guests(rows, &hashes, &firms, &matches.of_row, basis, new_id);
    let mut households = households(&firms, &guests, basis.known);
    give_draw_ids(&mut households, basis.known, new_id);
    let mut draft = ListDraft { households, dealers, guests, seats, ..ListDraft::default() };
    draft.count_remarks(basis.config);
    Ok(draft)
}

fn named(mut faults: Vec<Found>, rows: &[Row], sheet: &str) -> Vec<RowFault> {
    faults.sort_by_key(|(index, column, _)| (*index, *column));
    faults.dedup_by_key(|(index, column, _)| (*index, *column));
    let name = |(index, column, problem): Found| RowFault {
        sheet: sheet.to_owned(),
        row: rows[index].number,
        column,
        problem,
    };
    faults.into_iter().map(name).collect()
}

/// For each firm, the firms of the earlier list to which its guests belonged.
fn former_firms(firms: &Firms, matches: &Matches<'_>, known: &KnownList) -> Vec<BTreeSet<DealerId>> {
    let mut former = vec![BTreeSet::new(); firms.list.len()];
    for (at, guest) in firms.of_row.iter().zip(&matches.of_row) {
        let dealer = guest.and_then(|guest| known.guests.get(&guest)).and_then(|guest| guest.dealer);
        if let (Some(at), Some(dealer)) = (at, dealer) {
            former[*at].insert(dealer);
        }
    }
    former
}

fn dealers(firms: &Firms, basis: &Basis<'_>, faults: &mut Vec<Found>) -> Vec<Dealer> {
    let addresses = addresses(firms, basis);
    firms.list.iter().zip(addresses).map(|(firm, address)| dealer(firm, address, firms, basis, faults)).collect()
}

fn dealer(
    firm: &Firm,
    address: Option<SealedText>,
    firms: &Firms,
    basis: &Basis<'_>,
    faults: &mut Vec<Found>,
) -> Dealer {
    let facts = firm.facts.clone();
    let former = basis.known.dealers.get(&firm.id);
    let mut other = |column, written: &Option<String>| {
        let found = written.as_ref().map(|written| firms.find(written));
        match found {
            Some(Ok(at)) => Some(firms.list[at].id),
            Some(Err(problem)) => {
                faults.push((firm.first, column, problem));
                None
            }
            None => None,
        }
    };
    let supplied_by = other(Column::SuppliedBy, &facts.supplied_by);
    let paid_to = other(Column::PaidTo, &facts.paid_to);
    Dealer {
        id: firm.id,
        household: firm.household,
        firm: facts.name.clone(),
        list_id: facts.dealer_id.clone().or_else(|| former.and_then(|dealer| dealer.list_id.clone())),
        region: facts.region.clone(),
        county: facts.county.clone().unwrap_or_default(),
        salesperson: facts.salesperson.clone(),
        class: facts.class,
        criteria: facts.criteria.clone().unwrap_or_default(),
        annual_sales_minor: facts.annual_sales_minor,
        top_five: facts.top_five.unwrap_or_default(),
        valid_customer: facts.valid_customer,
        address,
        prepaid_minor: facts.prepaid_minor.unwrap_or_default(),
        vip: facts.vip.flatten(),
        conflicts: conflicts(firm, firms, faults),
        conflict_groups: facts.groups.clone().unwrap_or_default(),
        brands: facts.brands.clone().unwrap_or_default(),
        expected_heads: facts.expected_heads,
        rsvp: facts.rsvp.unwrap_or_default(),
        expected_order_minor: facts.expected_order_minor,
        expected_lines: facts.expected_lines.clone().unwrap_or_default(),
        stock_heard: facts.stock.clone().unwrap_or_default(),
        funds_heard: facts.funds.clone().unwrap_or_default(),
        may_disclose: facts.may_disclose.unwrap_or_default(),
        supplied_by,
        paid_to,
        consents: facts.consents(basis.config),
        columns: BTreeMap::new(),
    }
}

/// `晨光建材` or, with a severity from 1 to 3, `晨光建材:3`.
fn conflicts(firm: &Firm, firms: &Firms, faults: &mut Vec<Found>) -> Vec<Conflict> {
    let mut found: BTreeMap<DealerId, Conflict> = BTreeMap::new();
    let sides = [
        (Column::Avoid, ConflictKind::Avoid, &firm.facts.avoid),
        (Column::Never, ConflictKind::Never, &firm.facts.never),
    ];
    for (column, kind, names) in sides {
        for written in names.iter().flatten() {
            let (name, severity) = match written.rsplit_once([':', '：']) {
                Some((name, digit @ ("1" | "2" | "3"))) => (name, digit.parse().unwrap_or(1)),
                _ => (written.as_str(), 1),
            };
            match firms.find(name) {
                Ok(at) if firms.list[at].id == firm.id => {}
                Ok(at) => {
                    let with = firms.list[at].id;
                    found.insert(with, Conflict { with, kind, severity });
                }
                Err(problem) => faults.push((firm.first, column, problem)),
            }
        }
    }
    found.into_values().collect()
}

/// Sealed addresses; one that did not change keeps its box, for a new box would look like a change.
fn addresses(firms: &Firms, basis: &Basis<'_>) -> Vec<Option<SealedText>> {
    let box_of = |firm: &Firm| basis.known.dealers.get(&firm.id).and_then(|dealer| dealer.address.clone());
    let former: Vec<Option<SealedText>> = firms.list.iter().map(box_of).collect();
    let boxes: Vec<String> =
        former.iter().map(|former| former.as_ref().map(|text| text.sealed.clone()).unwrap_or_default()).collect();
    let opened =
        if basis.known.dealers.is_empty() { vec![None; boxes.len()] } else { seal::open_all(basis.contact, &boxes) };
    let wanted: Vec<Option<&String>> = firms.list.iter().map(|firm| firm.facts.address.as_ref()).collect();
    let unchanged = |at: usize| opened[at].as_ref() == wanted[at];
    let fresh: Vec<String> =
        (0..wanted.len()).filter(|at| !unchanged(*at)).filter_map(|at| wanted[at].cloned()).collect();
    let mut sealed = seal::seal_all(&basis.contact.public_key(), &fresh).into_iter();
    let keep_or_seal = |at: usize| match wanted[at] {
        None => None,
        Some(_) if unchanged(at) => former[at].clone(),
        Some(_) => sealed.next().map(|sealed| SealedText { sealed }),
    };
    (0..wanted.len()).map(keep_or_seal).collect()
}

/// One table per party.
fn seats(firms: &Firms, rows: &[Row], faults: &mut Vec<Found>) -> BTreeMap<HouseholdId, TableId> {
    let mut seats: BTreeMap<HouseholdId, (TableId, usize)> = BTreeMap::new();
    for firm in &firms.list {
        let Some(table) = &firm.facts.table else { continue };
        let (agreed, first) = seats.entry(firm.household).or_insert_with(|| (table.clone(), firm.first));
        if agreed != table {
            faults.push((firm.first, Column::Table, Problem::TableOfHousehold { row: rows[*first].number }));
        }
    }
    seats.into_iter().map(|(household, (table, _))| (household, table)).collect()
}

fn guests(
    rows: &[Row],
    hashes: &[Option<String>],
    firms: &Firms,
    matched: &[Option<GuestId>],
    basis: &Basis<'_>,
    new_id: &mut impl FnMut() -> Uuid,
) -> Vec<Guest> {
    let former = |index: usize| matched[index].and_then(|guest| basis.known.guests.get(&guest));
    let contacts = contacts(rows, hashes, &former, basis);
    let GuestNo(mut next) = basis.known.next_guest_no();
    let mut number = |former: Option<&Guest>| {
        former.and_then(|guest| guest.guest_no).unwrap_or_else(|| {
            next += 1;
            GuestNo(next - 1)
        })
    };
    let make = |(index, contact): (usize, Option<Contact>)| {
        let row = &rows[index];
        let firm = firms.of_row[index].map(|at| &firms.list[at]);
        let owner_by_place = basis.first_is_owner && firm.is_some_and(|firm| firm.first == index);
        let role = row.guest.role.unwrap_or(if owner_by_place || row.guest.decides == Some(true) {
            GuestRole::Owner
        } else {
            GuestRole::Staff
        });
        let before = former(index);
        Guest {
            id: before.map_or_else(|| GuestId(new_id()), |guest| guest.id),
            guest_no: Some(number(before)),
            invitation_serial: before.map(|guest| guest.invitation_serial).unwrap_or_default(),
            list_id: row.guest.list_id.clone().or_else(|| before.and_then(|guest| guest.list_id.clone())),
            household: firm.map(|firm| firm.household),
            dealer: firm.map(|firm| firm.id),
            organisation: if firm.is_none() { row.firm.name.clone() } else { String::new() },
            name: row.guest.name.clone(),
            title: row.guest.title.clone(),
            role,
            decides: row.guest.decides.unwrap_or(role == GuestRole::Owner),
            gender: row.guest.gender,
            phone: contact,
            language: row.guest.language,
            needs: row.guest.needs.clone(),
            vip: firm.is_none() && row.firm.vip.flatten().is_some(),
            table: if firm.is_none() { row.firm.table.clone() } else { None },
            columns: row.guest.columns.clone(),
        }
    };
    contacts.into_iter().enumerate().map(make).collect()
}

/// Sealed phones; a number that did not change keeps its box.
fn contacts<'a>(
    rows: &[Row],
    hashes: &[Option<String>],
    former: &impl Fn(usize) -> Option<&'a Guest>,
    basis: &Basis<'_>,
) -> Vec<Option<Contact>> {
    let kept = |index: usize| {
        let contact = former(index).and_then(|guest| guest.phone.as_ref());
        contact.filter(|contact| Some(&contact.phone_hash) == hashes[index].as_ref()).cloned()
    };
    let mut contacts: Vec<Option<Contact>> = (0..rows.len()).map(kept).collect();
    let open: Vec<(usize, &PhoneNumber, &String)> = (0..rows.len())
        .filter(|index| contacts[*index].is_none())
        .filter_map(|index| Some((index, rows[index].guest.phone.as_ref()?, hashes[index].as_ref()?)))
        .collect();
    let plain: Vec<String> = open.iter().map(|(_, phone, _)| phone.digits().to_owned()).collect();
    let sealed = seal::seal_all(&basis.contact.public_key(), &plain);
    for ((index, phone, hash), sealed) in open.into_iter().zip(sealed) {
        contacts[index] = Some(Contact { sealed, phone_hash: hash.clone(), phone_mask: phone.mask() });
    }
    contacts
}

fn households(firms: &Firms, guests: &[Guest], known: &KnownList) -> Vec<Household> {
    let mut people: BTreeMap<HouseholdId, u16> = BTreeMap::new();
    for household in guests.iter().filter_map(|guest| guest.household) {
        let heads = people.entry(household).or_default();
        *heads = heads.saturating_add(1);
    }
    let mut households: Vec<Household> = Vec::new();
    let mut place: BTreeMap<HouseholdId, usize> = BTreeMap::new();
    for firm in &firms.list {
        let at = *place.entry(firm.household).or_insert_with(|| {
            let draw_id = known.households.get(&firm.household).and_then(|household| household.draw_id.clone());
            let name = firm.facts.name.clone();
            households.push(Household { id: firm.household, name, lead: firm.id, expected_heads: 0, draw_id });
            households.len() - 1
        });
        let heads = firm.facts.expected_heads.unwrap_or_default();
        households[at].expected_heads = households[at].expected_heads.saturating_add(heads);
    }
    for household in &mut households {
        let listed = people.get(&household.id).copied().unwrap_or_default();
        household.expected_heads = household.expected_heads.max(listed);
    }
    households
}

/// Who has no id in the lottery gets one that tells nothing of the list's order; what was given stays.
fn give_draw_ids(households: &mut [Household], known: &KnownList, new_id: &mut impl FnMut() -> Uuid) {
    let given = |household: &Household| household.draw_id.as_deref().and_then(|id| id.parse::<DrawId>().ok());
    // Ids of those who left the list are on papers already.
    let taken: BTreeSet<DrawId> = households.iter().chain(known.households.values()).filter_map(given).collect();
    let without: Vec<&mut Household> = households.iter_mut().filter(|household| given(household).is_none()).collect();
    let secret: [u8; 32] =
        Sha256::new().chain_update(new_id().as_bytes()).chain_update(new_id().as_bytes()).finalize().into();
    let fresh = shuffled_numbers(&secret, without.len(), &taken);
    for (household, id) in without.into_iter().zip(fresh) {
        household.draw_id = Some(id.to_string());
    }
}

impl ListDraft {
    fn count_remarks(&mut self, config: &MeetingConfig) {
        let deciding: BTreeSet<HouseholdId> =
            self.guests.iter().filter(|guest| guest.decides).filter_map(|guest| guest.household).collect();
        self.without_decider = self.households.iter().filter(|household| !deciding.contains(&household.id)).count();
        let mut parties: BTreeMap<&str, BTreeSet<Option<HouseholdId>>> = BTreeMap::new();
        for guest in &self.guests {
            if let Some(contact) = &guest.phone {
                parties.entry(&contact.phone_hash).or_default().insert(guest.household);
            }
        }
        self.shared_phones = parties.values().filter(|parties| parties.len() > 1).count();
        let heads: BTreeMap<HouseholdId, u16> =
            self.households.iter().map(|party| (party.id, party.expected_heads)).collect();
        let mut people: BTreeMap<&TableId, usize> = BTreeMap::new();
        for (household, table) in &self.seats {
            *people.entry(table).or_default() += usize::from(heads.get(household).copied().unwrap_or_default());
        }
        for table in self.guests.iter().filter_map(|guest| guest.table.as_ref()) {
            *people.entry(table).or_default() += 1;
        }
        let places = |id: &TableId| {
            config.tables.iter().find(|table| table.id == *id).map(|table| table.places()).unwrap_or_default()
        };
        let over = people.into_iter().map(|(table, people)| (table.clone(), people, places(table)));
        self.overfull = over.filter(|(_, people, places)| *people > usize::from(*places)).collect();
    }
}
