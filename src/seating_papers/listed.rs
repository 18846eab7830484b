//! Who sits where, asked of the meeting once for all papers.

use domain::event::Party;
use domain::{Guest, GuestId, Meeting};

/// A party with its table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listed {
    /// What stands on the table; empty: no table yet.
    pub table: String,
    /// Part of the hall.
    pub zone: String,
    /// Row from the stage; 0: not known.
    pub row: u16,
    /// The household's name, or the organisation of a guest without a dealer.
    pub firm: String,
    /// Whoever is expected, by name.
    pub people: Vec<Listable>,
    /// Places kept, people without a name among them.
    pub heads: u16,
    /// Who looks after them; may be empty.
    pub salesperson: String,
}

/// Somebody on a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listable {
    /// As it is looked for.
    pub name: String,
    /// Name and form of address.
    pub full: String,
    /// The person's own firm.
    pub firm: String,
}

impl Listed {
    /// Everybody who is expected, in the order of the list. No phone number is in it.
    pub fn all(meeting: &Meeting) -> Vec<Listed> {
        let hall = meeting.hall();
        let parties = hall.parties.iter().zip(&hall.question.households).enumerate();
        parties
            .map(|(number, (party, household))| {
                let now = hall.tables.get(usize::from(hall.plan[number])).and_then(|table| meeting.table(table));
                let (table, zone, row) = now.map_or_else(Default::default, |now| {
                    (now.table.label.clone(), now.table.zone.clone(), now.table.row)
                });
                Listed { table, zone, row, heads: household.heads, ..listed(meeting, *party) }
            })
            .collect()
    }
}

/// A party without its table.
pub(super) fn listed(meeting: &Meeting, party: Party) -> Listed {
    let guests = meeting.guests_of(party).into_iter().filter(|guest| !meeting.is_cancelled(*guest));
    let guests: Vec<GuestId> = guests.collect();
    let (firm, salesperson) = match party {
        Party::Household(id) => {
            let firm = meeting.household(id).map(|household| household.name.clone()).unwrap_or_default();
            (firm, meeting.salesperson_of(id))
        }
        Party::Guest(id) => (meeting.guest(id).map(|guest| guest.organisation.clone()).unwrap_or_default(), None),
    };
    let salesperson =
        salesperson.map(|id| meeting.salesperson(&id).map_or(id.to_string(), |person| person.name.clone()));
    let people = guests.iter().filter_map(|id| meeting.guest(*id)).map(|guest| listable(meeting, guest, &firm));
    Listed {
        table: String::new(),
        zone: String::new(),
        row: 0,
        people: people.collect(),
        firm,
        heads: u16::try_from(guests.len()).unwrap_or(u16::MAX),
        salesperson: salesperson.unwrap_or_default(),
    }
}

fn listable(meeting: &Meeting, guest: &Guest, household: &str) -> Listable {
    let own = guest.dealer.and_then(|dealer| meeting.dealer(dealer)).map(|dealer| dealer.firm.clone());
    Listable {
        name: guest.name.clone(),
        full: guest.name_with_title(),
        firm: own.unwrap_or_else(|| household.to_owned()),
    }
}
