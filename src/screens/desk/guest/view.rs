//! What a party's page shows, as plain values: codes, names and figures, never sentences.

use super::deeds::{Deed, Next, Worded};
use super::{Guest, Venue, about};
use crate::screens::desk::walk_in::Said;
use domain::event::{BadgeReason, Party};
use domain::meeting::{Badge, BadgeStatus, PartyNote, Person};
use domain::roster::{CustomerClass, GuestRole};
use domain::{Actor, GuestId, Meeting};
use ui::{BadgeState, GuestAsk, PartyMark, PersonMark};

/// One party, whole.
#[derive(Debug, Clone, PartialEq)]
pub struct GuestPage {
    /// Its firm, or the person's own name.
    pub name: String,
    /// The other firms of the party.
    pub firms: Vec<String>,
    pub county: String,
    pub salesperson: String,
    pub marks: Vec<PartyMark>,
    pub table: Option<TableLine>,
    /// People here, with those without a name.
    pub here: usize,
    pub expected: usize,
    pub unlisted_adults: u8,
    pub children: u8,
    /// Whether people without a name may be counted: a party that is here has them.
    pub counts_unlisted: bool,
    pub people: Vec<PersonLine>,
    pub badges: Vec<BadgeLine>,
    pub slips: Vec<crate::screens::desk::slip::view::PartySlip>,
    pub deeds: Vec<Deed>,
    /// Whose answers these are: of the person under the keys.
    pub consents_of: String,
    pub consents: Vec<(ui::ConsentKind, ui::ConsentState)>,
    pub notes: Vec<NoteLine>,
    pub asking: GuestAsk,
    pub pin_wrong: bool,
    /// Why the page was opened, or what came of it.
    pub said: Option<Said>,
    pub refused: ui::RefusedWhy,
    pub busy: bool,
}

#[derive(Debug, Clone, PartialEq)]
pub struct TableLine {
    pub label: String,
    pub zone: String,
    pub row: u16,
    pub told: bool,
}

#[derive(Debug, Clone, PartialEq)]
pub struct PersonLine {
    pub id: GuestId,
    pub name: String,
    pub role: GuestRole,
    pub decides: bool,
    pub phone: String,
    pub mark: PersonMark,
    pub since: String,
    pub ticked: bool,
    /// Under the keys.
    pub chosen: bool,
}

#[derive(Debug, Clone, PartialEq)]
pub struct BadgeLine {
    pub at: String,
    pub number: String,
    pub who: String,
    pub place: String,
    pub state: BadgeState,
    pub again: bool,
}

/// What somebody wrote down.
#[derive(Debug, Clone, PartialEq)]
pub struct NoteLine {
    pub at: String,
    pub by: String,
    pub text: String,
}

impl Guest {
    /// The page as it is now; none when the party is not in the list any more.
    pub fn page(&self, venue: &Venue, refused: ui::RefusedWhy, busy: bool) -> Option<GuestPage> {
        let meeting = venue.meeting;
        let people: Vec<Person> = meeting
            .guests_of(self.party)
            .into_iter()
            .filter_map(|id| meeting.guest(id))
            .map(|guest| meeting.person(guest))
            .collect();
        let lines = people.iter().map(|person| self.person(person, venue)).collect();
        let badges = people.iter().flat_map(|person| {
            meeting.badges_of(person.guest.id).into_iter().map(|badge| badge_line(&badge, person, venue))
        });
        let mut badges: Vec<(domain::UnixMillis, BadgeLine)> = badges.collect();
        badges.sort_by_key(|(at, _)| std::cmp::Reverse(*at));
        let here = people.iter().filter(|person| person.present && !person.left).count();
        let table = meeting.table_spot(self.party).map(|spot| TableLine {
            label: spot.label,
            zone: spot.zone,
            row: spot.row,
            told: spot.told,
        });
        let mut page = GuestPage {
            name: String::new(),
            firms: Vec::new(),
            county: String::new(),
            salesperson: String::new(),
            marks: Vec::new(),
            table,
            here,
            expected: people.iter().filter(|person| !person.cancelled).count(),
            unlisted_adults: 0,
            children: 0,
            counts_unlisted: false,
            people: lines,
            badges: badges.into_iter().map(|(_, line)| line).collect(),
            slips: Vec::new(),
            deeds: self.deeds(venue),
            consents_of: self.at.and_then(|id| meeting.guest(id)).map(|guest| guest.name.clone()).unwrap_or_default(),
            consents: self.at.map(|guest| about::consents(guest, meeting)).unwrap_or_default(),
            notes: meeting.notes_about(self.party).into_iter().map(|note| note_line(note, venue)).collect(),
            asking: self.asking(),
            pin_wrong: matches!(self.next, Some(Next::Pin { wrong: true, .. })),
            said: self.said.clone(),
            refused,
            busy,
        };
        match self.party {
            Party::Household(_) => self.fill_household(&mut page, meeting)?,
            Party::Guest(id) => {
                let guest = meeting.guest(id)?;
                page.name.clone_from(&guest.name);
                page.firms = Some(guest.organisation.clone()).filter(|name| !name.is_empty()).into_iter().collect();
                page.marks.extend(guest.vip.then_some(PartyMark::Vip));
            }
        }
        Some(page)
    }

    fn fill_household(&self, page: &mut GuestPage, meeting: &Meeting) -> Option<()> {
        let Party::Household(household) = self.party else { return None };
        let view = meeting.household_view(household)?;
        let lead = meeting.lead(household);
        page.name.clone_from(&view.household.name);
        page.firms = view.dealers.iter().map(|dealer| dealer.firm.clone()).filter(|firm| *firm != page.name).collect();
        page.county = lead.map(|dealer| dealer.county.clone()).unwrap_or_default();
        page.salesperson.clone_from(&view.salesperson_name);
        (page.unlisted_adults, page.children) = (view.unlisted_adults, view.children);
        page.here += usize::from(view.unlisted_adults) + usize::from(view.children);
        page.expected = page.expected.max(usize::from(view.household.expected_heads));
        page.counts_unlisted = view.arrived_at.is_some();
        let class = lead.and_then(|dealer| dealer.class).map(|class| match class {
            CustomerClass::A => PartyMark::ClassA,
            CustomerClass::B => PartyMark::ClassB,
            CustomerClass::C => PartyMark::ClassC,
        });
        let marks = [
            (view.valid && view.witnessed, PartyMark::Witnessed),
            (view.valid && !view.witnessed, PartyMark::Valid),
            (meeting.has_green_channel(household), PartyMark::GreenChannel),
            (view.vip.is_some(), PartyMark::Vip),
            (view.walk_in, PartyMark::WalkIn),
        ];
        page.marks = marks.into_iter().filter(|(holds, _)| *holds).map(|(_, mark)| mark).chain(class).collect();
        Some(())
    }

    fn asking(&self) -> GuestAsk {
        match &self.next {
            None => GuestAsk::Nothing,
            Some(Next::WhyAnotherBadge(_)) => GuestAsk::WhyBadge,
            Some(Next::WhyUndo(_)) => GuestAsk::WhyUndo,
            Some(Next::Words(Worded::Undo(_))) => GuestAsk::UndoWords,
            Some(Next::Words(Worded::LeaveEarly(_))) => GuestAsk::LeftWords,
            Some(Next::Words(Worded::NotTheDecider(_))) => GuestAsk::DeciderWords,
            Some(Next::Pin { .. }) => GuestAsk::Pin,
            Some(Next::More) => GuestAsk::More,
            Some(Next::WhichClass) => GuestAsk::WhichClass,
            Some(Next::WhichCriterion(_)) => GuestAsk::WhichCriterion,
            Some(Next::Consents(_)) => GuestAsk::Consents,
            Some(Next::Words(Worded::Class(..))) => GuestAsk::ClassWords,
            Some(Next::Words(Worded::Note)) => GuestAsk::NoteWords,
        }
    }

    fn person(&self, person: &Person, venue: &Venue) -> PersonLine {
        let guest = &person.guest;
        let mark = match person {
            Person { cancelled: true, present: false, .. } => PersonMark::Cancelled,
            Person { left: true, .. } => PersonMark::Left,
            Person { present: true, witnessed: true, .. } => PersonMark::Seen,
            Person { present: true, .. } => PersonMark::Here,
            _ => PersonMark::Absent,
        };
        PersonLine {
            id: guest.id,
            name: if guest.title.is_empty() { guest.name.clone() } else { guest.title.clone() },
            role: guest.role,
            decides: guest.decides,
            phone: guest.phone.as_ref().map(|phone| phone.phone_mask.clone()).unwrap_or_default(),
            mark,
            since: person.since.map(|at| venue.time.clock(at.0)).unwrap_or_default(),
            ticked: self.ticked.contains(&guest.id),
            chosen: self.at == Some(guest.id),
        }
    }
}

fn note_line(note: &PartyNote, venue: &Venue) -> NoteLine {
    let by = match &note.stamp.actor {
        Actor::Staff { id } => venue.meeting.staff(id).map(|person| person.name.clone()),
        Actor::Salesperson { id } => venue.meeting.salesperson(id).map(|person| person.name.clone()),
        Actor::Guest | Actor::System | Actor::Organiser => None,
    };
    NoteLine { at: venue.time.clock(note.stamp.at.0), by: by.unwrap_or_default(), text: note.text.clone() }
}

fn badge_line(badge: &Badge, person: &Person, venue: &Venue) -> (domain::UnixMillis, BadgeLine) {
    let state = match badge.status {
        BadgeStatus::Waiting => BadgeState::Waiting,
        BadgeStatus::Printed(_) if badge.ahead && badge.handed_over.is_none() => BadgeState::Ahead,
        BadgeStatus::Printed(_) => BadgeState::Out,
        BadgeStatus::Doubtful => BadgeState::Doubtful,
        BadgeStatus::NotOut => BadgeState::NotOut,
        BadgeStatus::Voided(_) => BadgeState::Void,
    };
    let place = badge.printer.as_ref().and_then(|printer| venue.meeting.device_of_printer(printer));
    let place = place.or_else(|| venue.meeting.device(badge.requested.device));
    let line = BadgeLine {
        at: venue.time.clock(badge.requested.at.0),
        number: badge.number.clone(),
        who: person.guest.name.clone(),
        place: place.map(|device| device.name.clone()).unwrap_or_default(),
        state,
        again: badge.reason != BadgeReason::First,
    };
    (badge.requested.at, line)
}
