//! Questions of the kiosk's screens and papers to the meeting, answered as plain values. Decides nothing.

use super::map::Maps;
use super::view::{BadgeStage, Side, TableFacts};
use crate::app::paper::{BadgeSheet, PaperSize};
use domain::config::{KioskSpot, Language, Role};
use domain::event::{Crew, PrintWord};
use domain::meeting::BadgeStatus;
use domain::{BadgeId, Guest, GuestId, HouseholdId, Meeting, SalespersonId};
use node::BadgeFacts;
use std::sync::Arc;

fn guest(meeting: &Meeting, id: GuestId) -> Option<&Arc<Guest>> {
    meeting.guest(id)
}

/// The party as it counts now; none for a guest without a dealer.
pub fn household_of(meeting: &Meeting, id: GuestId) -> Option<HouseholdId> {
    match meeting.party_of(id) {
        domain::event::Party::Household(household) => Some(household),
        domain::event::Party::Guest(_) => None,
    }
}

/// The party's people who may come, in the order of the list.
pub fn people(meeting: &Meeting, household: HouseholdId) -> Vec<GuestId> {
    let all = meeting.guests_of(domain::event::Party::Household(household));
    all.into_iter().filter(|guest| !meeting.is_cancelled(*guest) || meeting.is_present(*guest)).collect()
}

/// Adults and children of the party without names, as counted so far.
pub fn unlisted(meeting: &Meeting, household: HouseholdId) -> (u8, u8) {
    meeting.household_view(household).map_or((0, 0), |view| (view.unlisted_adults, view.children))
}

/// Everybody whom a salesperson brings, party by party.
pub fn people_of(meeting: &Meeting, salesperson: &SalespersonId) -> Vec<GuestId> {
    meeting.households_of(salesperson).into_iter().flat_map(|household| people(meeting, household)).collect()
}

pub fn name(meeting: &Meeting, id: GuestId) -> String {
    guest(meeting, id).map(|guest| guest.name.clone()).unwrap_or_default()
}

pub fn title(meeting: &Meeting, id: GuestId) -> String {
    guest(meeting, id).map(|guest| guest.title.clone()).unwrap_or_default()
}

/// As one speaks to the guest.
pub fn spoken_name(meeting: &Meeting, id: GuestId) -> String {
    guest(meeting, id).map(|guest| guest.address().to_string()).unwrap_or_default()
}

pub fn decides(meeting: &Meeting, id: GuestId) -> bool {
    guest(meeting, id).is_some_and(|guest| guest.decides)
}

pub fn is_vip(meeting: &Meeting, id: GuestId) -> bool {
    guest(meeting, id).is_some_and(|guest| meeting.is_vip(guest))
}

/// The guest's own firm, else the party's name, else the organisation.
pub fn firm(meeting: &Meeting, id: GuestId) -> String {
    let Some(guest) = guest(meeting, id) else { return String::new() };
    let own = guest.dealer.and_then(|dealer| meeting.dealer(dealer)).map(|dealer| dealer.firm.clone());
    let party =
        || household_of(meeting, id).and_then(|household| meeting.household(household)).map(|of| of.name.clone());
    own.or_else(party).unwrap_or_else(|| guest.organisation.clone())
}

pub fn phone_mask(meeting: &Meeting, id: GuestId) -> String {
    guest(meeting, id).and_then(|guest| guest.phone.as_ref()).map(|phone| phone.phone_mask.clone()).unwrap_or_default()
}

pub fn phone_hash(meeting: &Meeting, id: GuestId) -> Option<String> {
    guest(meeting, id)?.phone.as_ref().map(|phone| phone.phone_hash.clone())
}

/// The guest's own language, where the meeting speaks it.
pub fn language(meeting: &Meeting, id: GuestId) -> Option<Language> {
    let language = guest(meeting, id)?.language?;
    let spoken = &meeting.config().meeting.languages;
    (spoken.is_empty() || spoken.contains(&language)).then_some(language)
}

pub fn salesperson_name(meeting: &Meeting, id: &SalespersonId) -> String {
    meeting.salesperson(id).map(|person| person.name.clone()).unwrap_or_default()
}

pub fn salesperson_of(meeting: &Meeting, id: GuestId) -> String {
    let salesperson = household_of(meeting, id).and_then(|household| meeting.salesperson_of(household));
    salesperson.map(|salesperson| salesperson_name(meeting, &salesperson)).unwrap_or_default()
}

/// Staff or salesperson behind a scanned `USP` code; codes are compared without regard to case.
pub fn crew(meeting: &Meeting, code: &str) -> Option<Crew> {
    let config = meeting.config();
    let is = |id: &str| id.eq_ignore_ascii_case(code);
    let sales = config.salespeople.iter().find(|person| is(person.id.as_str()));
    let staff = || config.staff.iter().find(|person| is(person.id.as_str()));
    sales.map(|person| Crew::Sales(person.id.clone())).or_else(|| staff().map(|person| Crew::Staff(person.id.clone())))
}

/// Everybody with a PIN who may open a kiosk's staff menu.
pub fn menu_staff(meeting: &Meeting) -> impl Iterator<Item = Crew> + '_ {
    let may = [Role::Reception, Role::Technician, Role::DeputyCommander, Role::Commander];
    let staff = meeting.config().staff.iter().filter(move |person| may.iter().any(|role| person.is(*role)));
    staff.map(|person| Crew::Staff(person.id.clone()))
}

/// Whether the guest's party has the green channel.
pub fn green_channel(meeting: &Meeting, id: GuestId) -> bool {
    household_of(meeting, id).is_some_and(|household| meeting.has_green_channel(household))
}

/// The ribbon on the badge needs the meeting's and the dealer's leave.
fn ribbon(meeting: &Meeting, id: GuestId) -> bool {
    let Some(household) = household_of(meeting, id) else { return false };
    green_channel(meeting, id) && meeting.dealers(household).any(|dealer| meeting.may_disclose(dealer.id).ribbon)
}

/// Unix milliseconds of the guest's first check-in.
pub fn checked_in_at(meeting: &Meeting, id: GuestId) -> Option<u64> {
    let person = meeting.person(guest(meeting, id)?);
    person.since.map(|at| at.0)
}

/// People of the guest's party who are not here yet.
pub fn still_to_come(meeting: &Meeting, id: GuestId) -> usize {
    let Some(household) = household_of(meeting, id) else { return 0 };
    people(meeting, household).into_iter().filter(|guest| !meeting.is_present(*guest)).count()
}

pub fn guests_in(meeting: &Meeting) -> usize {
    meeting.guests().filter(|guest| meeting.is_present(guest.id)).count()
}

/// Guests here whose badge is out on its printer's word, and the copies asked for beside each first one.
pub fn badges_out(meeting: &Meeting) -> (usize, usize) {
    let here = meeting.guests().filter(|guest| meeting.is_present(guest.id));
    here.fold((0, 0), |(out, copies), guest| {
        let badges = meeting.badges_of(guest.id);
        let is_out = badges.iter().any(|badge| badge.status == BadgeStatus::Printed(PrintWord::Printer));
        (out + usize::from(is_out), copies + badges.len().saturating_sub(1))
    })
}

/// Whose badge it is, and when it was asked for.
pub fn badge_of(meeting: &Meeting, badge: BadgeId) -> Option<(GuestId, u64)> {
    meeting.badge(badge).map(|badge| (badge.guest, badge.requested.at.0))
}

/// How a badge without an open job fares, by the log.
pub fn settled_stage(meeting: &Meeting, badge: BadgeId) -> BadgeStage {
    match meeting.badge(badge).map(|badge| badge.status) {
        None | Some(BadgeStatus::Waiting) => BadgeStage::Queued,
        Some(BadgeStatus::Printed(PrintWord::Unconfirmed)) => BadgeStage::Unconfirmed,
        Some(BadgeStatus::Printed(PrintWord::Printer | PrintWord::Staff)) => BadgeStage::TakeIt,
        Some(BadgeStatus::Doubtful | BadgeStatus::NotOut | BadgeStatus::Voided(_)) => BadgeStage::Doubtful,
    }
}

/// Name of the machine where a badge comes out, when it is not the machine of `station`; empty otherwise.
pub fn comes_at(meeting: &Meeting, station: &str, badge: BadgeId) -> String {
    let printer = meeting.badge(badge).and_then(|badge| badge.printer);
    let device = printer.and_then(|printer| meeting.device_of_printer(&printer));
    device.filter(|device| device.station() != station).map(|device| device.name.clone()).unwrap_or_default()
}

/// Date, time and place of the first session, or of what the venue says.
pub fn opening(meeting: &Meeting, language: Language) -> String {
    let config = meeting.config();
    let starts = config.sessions.iter().map(|session| &session.starts).min();
    let when = starts.map(|at| format!("{} {}", at.date(), at.clock())).unwrap_or_default();
    let places = [config.venue.name.get(language), config.venue.hall.get(language)];
    let place = places.into_iter().filter(|place| !place.is_empty()).collect::<Vec<_>>().join(" · ");
    [when, place].into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join("　")
}

/// The next item of the agenda after `minute` (local time), as clock and words; empty at the end.
pub fn next_on_agenda(meeting: &Meeting, minute: &str, language: Language) -> (String, String) {
    let items = meeting.config().agenda.iter().filter(|item| item.starts.as_str() > minute);
    let next = items.min_by(|a, b| a.starts.cmp(&b.starts));
    next.map(|item| (item.starts.clock().to_string(), item.title.get(language).to_string())).unwrap_or_default()
}

/// The guest's table, and the way to it from this kiosk.
pub fn table(meeting: &Meeting, id: GuestId, kiosk: &str, maps: &Maps) -> Option<TableFacts> {
    let spot = meeting.table_spot(meeting.party_of(id))?;
    let map = maps.map(meeting, &spot, kiosk);
    let side = side(spot.x_cm, meeting.room().width_cm);
    Some(TableFacts { label: spot.label, zone: spot.zone, row: spot.row, side, map })
}

/// Left, centre or right of the stage, by thirds of the room.
fn side(x_cm: i32, width_cm: i32) -> Side {
    match (width_cm, x_cm) {
        (..=0, _) => Side::None,
        (width, x) if x * 3 < width => Side::Left,
        (width, x) if x * 3 > width * 2 => Side::Right,
        _ => Side::Centre,
    }
}

/// The nearest other kiosk of the room, and on which side it stands for whoever looks at this one.
pub fn next_kiosk(meeting: &Meeting, name: &str) -> (String, Side) {
    let Some(own) = meeting.kiosk_spot(name) else { return (String::new(), Side::None) };
    let distance = |spot: &KioskSpot| {
        let (dx, dy) = (i64::from(spot.x_cm - own.x_cm), i64::from(spot.y_cm - own.y_cm));
        dx * dx + dy * dy
    };
    let others = meeting.room().kiosks.iter().filter(|spot| spot.name != own.name);
    let Some(nearest) = others.min_by_key(|spot| distance(spot)) else { return (String::new(), Side::None) };
    (nearest.name.clone(), seen_from(own, nearest))
}

/// A guest who looks at a kiosk that faces `facing_degrees` (clockwise from the stage's direction) looks the other way.
fn seen_from(own: &KioskSpot, other: &KioskSpot) -> Side {
    let (dx, dy) = (other.x_cm - own.x_cm, other.y_cm - own.y_cm);
    // To the right of the guest's line of sight, for the four walls that a kiosk can stand at.
    let right = match own.facing_degrees % 360 {
        45..135 => -dy,
        135..225 => dx,
        225..315 => dy,
        _ => -dx,
    };
    match right.signum() {
        1 => Side::Right,
        -1 => Side::Left,
        _ => Side::None,
    }
}

/// What a badge says.
pub fn badge_sheet(meeting: &Meeting, facts: &BadgeFacts, paper: PaperSize) -> BadgeSheet {
    let config = meeting.config();
    let id = facts.guest;
    let record = guest(meeting, id);
    let language = language(meeting, id).unwrap_or_else(|| config.meeting.language());
    let names = [config.meeting.organiser.get(language), config.meeting.name.get(language)];
    // The table that the request names is the one told; a plan that changed since is a task, not a new badge.
    let spot = meeting.table_spot(meeting.party_of(id));
    BadgeSheet {
        paper,
        language,
        role: record.map(|guest| guest.role),
        meeting: names.into_iter().filter(|name| !name.is_empty()).collect::<Vec<_>>().join(" · "),
        name: name(meeting, id),
        title: record.map(|guest| guest.title.clone()).filter(|title| *title != name(meeting, id)).unwrap_or_default(),
        firm: firm(meeting, id),
        table: spot.as_ref().map(|spot| spot.label.clone()).unwrap_or_default(),
        zone: spot.as_ref().map(|spot| spot.zone.clone()).unwrap_or_default(),
        row: spot.as_ref().map_or(0, |spot| spot.row),
        salesperson: salesperson_of(meeting, id),
        badge: facts.badge.as_str().to_string(),
        number: facts.number.clone(),
        ribbon: ribbon(meeting, id),
        copy: facts.copy,
    }
}
