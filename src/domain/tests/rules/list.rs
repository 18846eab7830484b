//! The list and its corrections: what happened on site is never undone by an import.

use domain::config::{Disclosure, NoticeKind};
use domain::event::*;
use domain::ids::*;
use domain::meeting::PhoneMatch;
use domain::roster::*;
use domain::{Command, Event};

use crate::venue::*;

fn import(change: RosterChanged) -> RosterChanged {
    RosterChanged { rev: 2, part: 1, parts: 1, ..change }
}

#[test]
fn import_never_undoes_what_happened_on_site() {
    let mut venue = Venue::new();
    venue.act(guest_actor(), &check_in(1, &[11])).expect("allowed");
    let corrected = GuestCorrected {
        guest: guest(12),
        name: Some("Right Name".into()),
        title: None,
        role: None,
        decides: Some(true),
        gender: None,
        language: None,
        needs: None,
        phone: None,
        reason: String::new(),
    };
    venue.check(staff("r1"), Command::CorrectGuest(Box::new(corrected)), &["GuestCorrected"]);
    let phone = Command::CheckPhone { guest: guest(11), phone: domain::PhoneCheck::Corrected { contact: contact(77) } };
    venue.check(guest_actor(), phone, &["PhoneCorrected"]);
    let regrade = |class| Command::RegradeDealer { dealer: dealer(11), class, criteria: vec![], note: String::new() };
    venue.check_refused(sales("S08"), regrade(CustomerClass::A), "not_authorised");
    venue.check(sales("S07"), regrade(CustomerClass::A), &["DealerRegraded"]);
    let may = Disclosure { ribbon: true, ..Disclosure::default() };
    venue.check(guest_actor(), Command::SetDisclosure { dealer: dealer(11), may_disclose: may }, &["DisclosureSet"]);

    let renamed = |firm: &str, salesperson: Option<&str>| {
        let (dealer, firm, salesperson) = (dealer(11), Some(firm.into()), salesperson.map(SalespersonId::from));
        Command::CorrectDealer(Box::new(DealerCorrected {
            dealer,
            firm,
            county: None,
            salesperson,
            address: None,
            reason: String::new(),
        }))
    };
    venue.check_refused(sales("S07"), renamed("New Firm", None), "not_authorised");
    venue.check_refused(staff("o1"), renamed(" ", None), "name_missing");
    venue.check_refused(staff("o1"), renamed("New Firm", Some("S99")), "unknown_salesperson");
    venue.check(staff("o1"), renamed("New Firm", Some("S08")), &["DealerCorrected"]);

    venue.happens(import(roster()));
    assert_eq!(venue.meeting.households_of(&"S08".into())[0], household(1));
    let people: Vec<_> = venue.meeting.household_view(household(1)).expect("known").people;
    assert!(people[0].present);
    assert_eq!(people[1].guest.name, "Right Name");
    assert!(people[1].guest.decides);
    assert_eq!(people[0].guest.phone, Some(contact(77)));
    let firm = venue.meeting.dealer(dealer(11)).expect("known");
    assert_eq!(firm.firm, "New Firm");
    assert_eq!((firm.class, firm.may_disclose), (Some(CustomerClass::A), may));
}

#[test]
fn cancelled_guest_who_is_in_stays_in_with_a_task() {
    let mut venue = Venue::new();
    venue.act(guest_actor(), &check_in(1, &[11])).expect("allowed");
    venue.happens(import(RosterChanged { cancelled_guests: vec![guest(11), guest(12)], ..RosterChanged::default() }));
    assert!(venue.meeting.is_present(guest(11)));
    assert_eq!(venue.task_kinds(), ["in_but_cancelled"]);
    venue.check_refused(guest_actor(), check_in(1, &[12]), "cancelled");
    venue.happens(RosterChanged { rev: 3, ..roster() });
    assert!(venue.task_kinds().is_empty(), "listed again");
    venue.act(guest_actor(), &check_in(1, &[12])).expect("allowed");
}

#[test]
fn guest_who_changes_party_is_found_there_only() {
    let mut venue = Venue::new();
    let moved =
        Guest { phone: Some(contact(90)), guest_no: Some(GuestNo(500)), ..person(12, Some(2), GuestRole::Partner) };
    venue.happens(import(RosterChanged { guests: vec![moved], ..RosterChanged::default() }));
    let people = |number| venue.meeting.guests_of(Party::Household(household(number)));
    assert_eq!(people(1), [guest(11)]);
    assert_eq!(people(2), [guest(21), guest(22), guest(12)]);
    assert_eq!(venue.meeting.guest_by_no(GuestNo(12)), None);
    assert_eq!(venue.meeting.guest_by_no(GuestNo(500)).map(|guest| guest.id), Some(guest(12)));
    assert_eq!(venue.meeting.by_phone(&contact(12).phone_hash), PhoneMatch::Nobody);
}

#[test]
fn several_firms_of_one_owner_are_one_household_for_each_of_its_salespeople() {
    let venue = Venue::new();
    assert_eq!(venue.meeting.households_of(&"S08".into()), [household(3), household(5)]);
    assert_eq!(venue.meeting.households_of(&"S07".into()), [household(1), household(2), household(3), household(4)]);
    assert_eq!(venue.meeting.salesperson_of(household(3)), Some("S08".into()), "the lead dealer's");
}

#[test]
fn phone_number_is_nobodys_one_partys_or_several() {
    let mut venue = Venue::new();
    let shared = |number: u8, household: u8| Guest {
        phone: Some(contact(90)),
        ..person(number, Some(household), GuestRole::Staff)
    };
    let check = |venue: &Venue, number: u8, expected: PhoneMatch| {
        assert_eq!(venue.meeting.by_phone(&contact(number).phone_hash), expected, "number {number}");
    };
    let one = |number: u8, guests: &[u8]| PhoneMatch::One {
        party: Party::Household(household(number)),
        guests: guests.iter().map(|number| guest(*number)).collect(),
    };
    check(&venue, 99, PhoneMatch::Nobody);
    check(&venue, 11, one(1, &[11]));
    check(&venue, 51, one(5, &[51]));
    check(&venue, 81, PhoneMatch::One { party: Party::Guest(guest(81)), guests: vec![guest(81)] });
    venue.happens(import(RosterChanged { guests: vec![shared(14, 1), shared(13, 1)], ..RosterChanged::default() }));
    check(&venue, 90, one(1, &[13, 14]));
    venue.happens(import(RosterChanged { guests: vec![shared(23, 2)], ..RosterChanged::default() }));
    check(&venue, 90, PhoneMatch::Several);
    venue.happens(import(RosterChanged { cancelled_guests: vec![guest(23)], ..RosterChanged::default() }));
    check(&venue, 90, one(1, &[13, 14]));
}

#[test]
fn walk_in_is_registered_whole_or_not_at_all() {
    let mut venue = Venue::new();
    let walk_in = |change: fn(&mut Household, &mut Dealer, &mut Guest)| {
        let (mut household, mut dealer) = (party(7), firm(71, 7, "north", "S08"));
        let mut guest = Guest { guest_no: None, ..person(71, Some(7), GuestRole::Owner) };
        change(&mut household, &mut dealer, &mut guest);
        let (household, dealers, guests) = (Some(household), vec![dealer], vec![guest]);
        Command::RegisterWalkIn { household, dealers, guests, note: "by S08".into() }
    };
    venue.check_refused(guest_actor(), walk_in(|_, _, _| ()), "not_authorised");
    let mut refused = |change, code| venue.check_refused(staff("o1"), walk_in(change), code);
    refused(|_, _, guest| guest.name = " ".into(), "name_missing");
    refused(|_, _, guest| guest.guest_no = Some(GuestNo(1)), "record_broken");
    refused(|_, _, guest| guest.household = None, "record_broken");
    refused(|household, _, _| household.lead = dealer(11), "record_broken");
    refused(|_, firm, _| firm.firm = String::new(), "record_broken");
    refused(|_, _, person| person.id = guest(11), "already_there");
    venue.check(staff("o1"), walk_in(|_, _, _| ()), &["WalkInRegistered"]);
    venue.check_refused(staff("o1"), walk_in(|_, _, _| ()), "already_there");
    venue.act(guest_actor(), &check_in(7, &[71])).expect("allowed");
    let counts = venue.meeting.counts();
    assert_eq!((counts.households_invited, counts.households_present, counts.households_valid), (4, 1, 1));
    assert_eq!(venue.task_kinds(), ["no_table"]);
    assert!(venue.meeting.household_view(household(7)).expect("known").walk_in);
}

#[test]
fn unlisted_person_gets_a_name_and_is_counted_once() {
    let mut venue = Venue::new();
    venue.act(guest_actor(), &check_in(1, &[11])).expect("allowed");
    venue.happens(UnlistedCounted { household: household(1), adults: 1, children: 0 });
    let named = || Box::new(Guest { guest_no: None, ..person(15, Some(1), GuestRole::Staff) });
    let add = |guest| Command::AddGuest { guest, was_unlisted: true };
    venue.check_refused(guest_actor(), add(named()), "not_authorised");
    venue.check(staff("o1"), add(named()), &["GuestAdded"]);
    venue.check_refused(staff("o1"), add(named()), "already_there");
    venue.act(guest_actor(), &check_in(1, &[15])).expect("allowed");
    assert_eq!(venue.meeting.heads_of(Party::Household(household(1))), 2);
}

#[test]
fn joined_households_are_one_from_then_on() {
    let mut venue = Venue::new();
    venue.act(guest_actor(), &check_in(1, &[11])).expect("allowed");
    venue.act(guest_actor(), &check_in(4, &[41])).expect("allowed");
    venue.happens(UnlistedCounted { household: household(4), adults: 1, children: 0 });
    venue.happens(HouseholdsJoined { into: household(1), joined: household(4), reason: "one owner".into() });
    venue.happens(HouseholdsJoined { into: household(4), joined: household(1), reason: "again".into() });
    let view = venue.meeting.household_view(household(4)).expect("found as the other");
    assert_eq!((view.household.id, view.dealers.len(), view.people.len()), (household(1), 2, 3));
    assert_eq!((view.unlisted_adults, view.table.map(|spot| spot.label)), (1, Some("1".into())));
    assert_eq!(venue.meeting.counts().households_present, 1);
    venue.check(guest_actor(), check_in(4, &[41]), &["UnlistedCounted"]);
    venue.happens(RosterChanged { rev: 2, ..roster() });
    assert_eq!(venue.meeting.guests_of(Party::Household(household(1))).len(), 3, "an import does not part them");
}

#[test]
fn consent_counts_for_the_text_that_was_asked() {
    let mut venue = Venue::new();
    let consent =
        |given| Command::RecordConsent { guest: guest(11), notice: "photo".into(), given, by: ConsentBy::Kiosk };
    assert_eq!(venue.meeting.consent(guest(11), NoticeKind::Photo), None);
    venue.check(guest_actor(), consent(true), &["ConsentRecorded"]);
    venue.check(guest_actor(), consent(true), &[]);
    assert_eq!(venue.meeting.consent(guest(11), NoticeKind::Photo), Some(true));
    venue.check(guest_actor(), consent(false), &["ConsentRecorded"]);
    assert_eq!(venue.meeting.consent(guest(11), NoticeKind::Photo), Some(false));
    let mut facts = config();
    facts.notices[0].rev = 2;
    venue.happens(MeetingConfigured { rev: 2, config: Box::new(facts) });
    assert_eq!(venue.meeting.consent(guest(11), NoticeKind::Photo), None, "another text, asked again");
    let show = Command::ShowNotice { guest: guest(11), notice: "photo".into() };
    venue.check(guest_actor(), show.clone(), &["NoticeShown"]);
    venue.check(guest_actor(), show, &[]);
    venue.check_refused(guest_actor(), Command::ShowNotice { guest: guest(11), notice: "x".into() }, "unknown_notice");
}

#[test]
fn amounts_are_shown_only_as_meeting_and_dealer_allow() {
    let mut venue = Venue::new();
    let all = Disclosure { amounts: true, ranks: true, ribbon: true, bulletin: true, photo: true };
    venue.happens(DisclosureSet { dealer: dealer(11), may_disclose: all });
    assert_eq!(venue.meeting.may_disclose(dealer(11)), Disclosure::default(), "the meeting shows nothing");
    let mut facts = config();
    facts.rules.disclosure = Disclosure { ribbon: true, amounts: true, ..Disclosure::default() };
    venue.happens(MeetingConfigured { rev: 2, config: Box::new(facts) });
    let shown = venue.meeting.may_disclose(dealer(11));
    assert_eq!((shown.ribbon, shown.amounts, shown.photo), (true, true, false));
    assert_eq!(venue.meeting.may_disclose(dealer(21)), Disclosure::default(), "this dealer allows nothing");
}

#[test]
fn salesperson_hears_of_every_own_arrival_and_loudly_of_vips() {
    let mut venue = Venue::new();
    let notices = |venue: &Venue| {
        let notices = venue.meeting.arrival_notices(&"S07".into());
        notices.iter().map(|notice| (notice.household, notice.loud, notice.seen.is_some())).collect::<Vec<_>>()
    };
    venue.act(guest_actor(), &check_in(1, &[11])).expect("allowed");
    venue.later(1000);
    venue.act(guest_actor(), &check_in(2, &[22])).expect("allowed");
    assert_eq!(notices(&venue), [(household(2), true, false), (household(1), false, false)]);
    let see = || Command::SeeArrivalNotice { salesperson: "S07".into(), household: household(2) };
    venue.check_refused(sales("S08"), see(), "not_authorised");
    venue.check(sales("S07"), see(), &["ArrivalNoticeSeen"]);
    venue.check(sales("S07"), see(), &[]);
    assert_eq!(notices(&venue), [(household(2), true, true), (household(1), false, false)]);
    let arrivals: Vec<_> = venue.meeting.arrivals().into_iter().map(|(_, household)| household).collect();
    assert_eq!(arrivals, [household(2), household(1)]);
}

#[test]
fn event_of_a_known_id_has_no_second_effect() {
    let mut venue = Venue::new();
    venue.act(guest_actor(), &check_in(1, &[11])).expect("allowed");
    let before = venue.meeting.clone();
    let (meta, _) = venue.log.last().expect("not empty").clone();
    venue.meeting.apply(&meta, &Event::from(GuestLeftEarly { guest: guest(11), reason: String::new() }));
    assert_eq!(venue.meeting, before);
}

#[test]
fn note_about_a_party_is_kept_with_its_writer_and_follows_a_joined_household() {
    let mut venue = Venue::new();
    let note =
        |number: u8, text: &str| Command::WriteNote { party: Party::Household(household(number)), text: text.into() };
    venue.check_refused(guest_actor(), note(1, "asks for the catalogue"), "not_authorised");
    venue.check_refused(staff("o1"), note(99, "asks for the catalogue"), "unknown_household");
    venue.check_refused(staff("o1"), note(1, "  "), "reason_missing");
    venue.check_refused(staff("o1"), note(1, &"长".repeat(201)), "too_many");
    venue.check(staff("o1"), note(4, " asks for the catalogue "), &["NoteWritten"]);
    venue.later(1_000);
    venue.check(staff("r1"), note(4, &"长".repeat(200)), &["NoteWritten"]);
    venue.happens(HouseholdsJoined { into: household(1), joined: household(4), reason: "one owner".into() });
    for number in [1, 4] {
        let notes = venue.meeting.notes_about(Party::Household(household(number)));
        assert_eq!(notes.len(), 2, "of either of the two");
        assert_eq!((notes[1].text.as_str(), &notes[1].stamp.actor), ("asks for the catalogue", &staff("o1")));
    }
}
