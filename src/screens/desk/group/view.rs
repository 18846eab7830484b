//! What the group shows, as plain values: codes, names and figures, never sentences.

use super::{Group, Venue};
use domain::event::Party;
use domain::meeting::{Badge, BadgeStatus};
use domain::{GuestId, Meeting, SalespersonId};
use ui::{BadgeState, PersonMark};

/// The whole page.
#[derive(Debug, Clone, PartialEq)]
pub struct GroupPage {
    pub typed: String,
    pub wanted: u32,
    /// The line under the keys.
    pub at: usize,
    /// Whose dealers come; empty: somebody is looked for.
    pub salesperson: Option<String>,
    pub salespeople: Vec<SalesLine>,
    pub people: Vec<GroupLine>,
    pub here: usize,
    pub ticked: usize,
    /// The printer's machine; empty: none can.
    pub printer: String,
    pub printers: usize,
    pub batch: Batch,
    pub refused: ui::RefusedWhy,
    pub busy: bool,
}

#[derive(Debug, Clone, PartialEq)]
pub struct SalesLine {
    pub name: String,
    pub code: String,
    pub here: usize,
    pub people: usize,
}

#[derive(Debug, Clone, PartialEq)]
pub struct GroupLine {
    pub name: String,
    pub firm: String,
    pub table: String,
    pub decides: bool,
    pub ticked: bool,
    pub mark: PersonMark,
    pub since: String,
    pub badge: Option<BadgeState>,
}

/// How far the badges of the last batch are.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Batch {
    pub all: usize,
    pub out: usize,
    /// Names and numbers of copies that did not come out or may not have.
    pub failed: Vec<(String, String)>,
}

impl Group {
    pub fn page(&self, venue: &Venue, refused: ui::RefusedWhy, busy: bool) -> GroupPage {
        let meeting = venue.meeting;
        let people = self.people(meeting);
        let printer = self.printer(venue);
        GroupPage {
            typed: self.typed.clone(),
            wanted: self.wanted,
            at: self.at,
            salesperson: self.salesperson.as_ref().map(|id| name_of(id, meeting)),
            salespeople: match self.salesperson {
                None => self.salespeople(meeting).iter().map(|id| sales_line(id, meeting)).collect(),
                Some(_) => Vec::new(),
            },
            here: people.iter().filter(|guest| meeting.is_present(**guest)).count(),
            ticked: self.ticked.iter().filter(|guest| super::can_come(**guest, meeting)).count(),
            people: people.into_iter().filter_map(|guest| self.line(guest, venue)).collect(),
            printer: printer.map(|printer| printer.place).unwrap_or_default(),
            printers: venue.own.map_or(0, |own| meeting.printers_from(own).len()),
            batch: self.batch(meeting),
            refused,
            busy,
        }
    }

    fn line(&self, id: GuestId, venue: &Venue) -> Option<GroupLine> {
        let meeting = venue.meeting;
        let guest = meeting.guest(id)?;
        let person = meeting.person(guest);
        let party = meeting.party_of(id);
        let firm = match party {
            Party::Household(household) => meeting.household(household).map(|household| household.name.clone()),
            Party::Guest(_) => None,
        };
        let mark = match (person.present, person.left, person.cancelled) {
            (_, true, _) => PersonMark::Left,
            (true, _, _) if person.witnessed => PersonMark::Seen,
            (true, _, _) => PersonMark::Here,
            (false, _, true) => PersonMark::Cancelled,
            (false, _, false) => PersonMark::Absent,
        };
        let badge = self.badges(meeting).iter().find(|badge| badge.guest == id).map(state);
        Some(GroupLine {
            name: guest.name.clone(),
            firm: firm.unwrap_or_default(),
            table: meeting.table_spot(party).map(|spot| spot.label).unwrap_or_default(),
            decides: guest.decides,
            ticked: self.ticked.contains(&id) && super::can_come(id, meeting),
            mark,
            since: person.since.map(|at| venue.time.clock(at.0)).unwrap_or_default(),
            badge,
        })
    }

    fn batch(&self, meeting: &Meeting) -> Batch {
        let mut batch = Batch { all: self.batch.len(), ..Batch::default() };
        for badge in self.badges(meeting) {
            match badge.status {
                BadgeStatus::Printed(_) => batch.out += 1,
                BadgeStatus::Waiting | BadgeStatus::Voided(_) => {}
                BadgeStatus::Doubtful | BadgeStatus::NotOut => {
                    let name = meeting.guest(badge.guest).map(|guest| guest.name.clone());
                    batch.failed.push((name.unwrap_or_default(), badge.number.clone()));
                }
            }
        }
        batch
    }
}

fn state(badge: &Badge) -> BadgeState {
    match badge.status {
        BadgeStatus::Waiting => BadgeState::Waiting,
        BadgeStatus::Printed(_) => BadgeState::Out,
        BadgeStatus::Doubtful => BadgeState::Doubtful,
        BadgeStatus::NotOut => BadgeState::NotOut,
        BadgeStatus::Voided(_) => BadgeState::Void,
    }
}

fn name_of(id: &SalespersonId, meeting: &Meeting) -> String {
    meeting.salesperson(id).map(|person| person.name.clone()).unwrap_or_default()
}

fn sales_line(id: &SalespersonId, meeting: &Meeting) -> SalesLine {
    let parties = meeting.households_of(id);
    let people: Vec<GuestId> =
        parties.into_iter().flat_map(|household| meeting.guests_of(Party::Household(household))).collect();
    SalesLine {
        name: name_of(id, meeting),
        code: id.to_string(),
        here: people.iter().filter(|guest| meeting.is_present(**guest)).count(),
        people: people.len(),
    }
}
