//! Consents, notices, and what a purge forgets and spares.

use domain::event::*;
use domain::meeting::purge_report;
use domain::roster::{Dealer, Guest, GuestRole, Needs, SealedText};
use domain::{Actor, Command, UnixMillis};

use crate::slips::content;
use crate::venue::*;

/// What is known of people: a name, a form of address, the shown part of a phone and its hash, needs, words about them.
const SECRETS: &[&str] = &[
    "Guest 11",
    "王总",
    "138****",
    "0b0b0b0b",
    "wheelchair: true",
    "hospital",
    "short of cash",
    "box",
    "owes his brother",
    "her husband is ill",
    "call Ms Guest",
    "two notes of Mr Guest",
    "lives apart from her",
];

fn told() -> Venue {
    let mut venue = Venue::new();
    let needs = Needs { wheelchair: true, ..Needs::default() };
    let guest = Guest { title: "王总".into(), needs, ..person(11, Some(1), GuestRole::Owner) };
    let address = Some(SealedText { sealed: "box".into() });
    let dealer = Dealer { address, funds_heard: "short of cash".into(), ..firm(11, 1, "east", "S07") };
    venue.happens(RosterChanged { rev: 2, guests: vec![guest], dealers: vec![dealer], ..RosterChanged::default() });
    venue.happens(ContactKeyPublished { public_hex: "0a".repeat(32) });
    venue.act(guest_actor(), &check_in(1, &[11])).expect("allowed");
    let slip = SlipContent { phone: Some(contact(11)), ..content(100) };
    venue.act(staff("o1"), &Command::DraftSlip { content: Box::new(slip) }).expect("allowed");
    let ask = Command::RequestHelp { reason: HelpReason::Asked, guest: Some(guest_id()), household: None };
    venue.act(guest_actor(), &ask).expect("allowed");
    let task = venue.meeting.tasks().remove(0).id;
    let (decision, note) = (Decision::SolvedOtherwise, "Guest 11 was taken to hospital".into());
    venue.act(staff("r1"), &Command::DecideTask { task, decision, note }).expect("allowed");
    let consent =
        Command::RecordConsent { guest: guest_id(), notice: "photo".into(), given: true, by: ConsentBy::Kiosk };
    venue.act(guest_actor(), &consent).expect("allowed");
    words_at_the_desks(&mut venue);
    venue
}

/// What staff type about people onto their page, into a slip, a price request and its answer, a receipt and a cash hand-over.
fn words_at_the_desks(venue: &mut Venue) {
    let slip = domain::SlipId::from_bytes([77; 16]);
    let content = SlipContent { note: "call Ms Guest".into(), ..content(40) };
    venue.happens(SlipDrafted { slip, number: "K1-0900".into(), content });
    let discount = domain::DiscountId::from_bytes([78; 16]);
    venue.happens(DiscountRequested {
        discount,
        slip,
        revision: 1,
        line: 1,
        sku: "K7".into(),
        quantity: 1,
        unit_price_minor: 40,
        reason: "owes his brother".into(),
        written: None,
    });
    venue.happens(DiscountRefused { discount, by: "d1".into(), reason: "her husband is ill".into() });
    venue.happens(received(79, "call Ms Guest"));
    venue.happens(handed_over(80, "two notes of Mr Guest"));
    let note = NoteWritten { party: Party::Household(household(1)), text: "lives apart from her".into() };
    venue.happens(note);
}

fn received(id: u8, note: &str) -> PaymentReceived {
    let tender = Tender {
        kind: TenderKind::Cash,
        amount_minor: 500,
        reference: String::new(),
        bag: "B1".into(),
        second_counter: Some("f2".into()),
        due_on: None,
    };
    let receipt = Receipt {
        payment: domain::PaymentId::from_bytes([id; 16]),
        number: format!("K1-R{id}"),
        dealer: dealer(11),
        household: household(1),
        currency: domain::Currency::CNY,
        tenders: vec![tender],
        slips: vec![],
        prepaid: false,
        note: note.into(),
    };
    PaymentReceived { receipt }
}

fn handed_over(id: u8, note: &str) -> CashHandedOver {
    CashHandedOver {
        handover: domain::HandoverId::from_bytes([id; 16]),
        number: format!("K1-H{id}"),
        payments: vec![],
        expected_minor: 0,
        counted_minor: 5,
        bags: vec![],
        second: "f2".into(),
        note: note.into(),
    }
}

fn guest_id() -> domain::GuestId {
    guest(11)
}

#[test]
fn consents_and_notices_are_recorded_with_text_time_and_place() {
    let mut venue = told();
    venue.act(guest_actor(), &Command::ShowNotice { guest: guest(12), notice: "photo".into() }).expect("allowed");
    let consents = venue.meeting.consents(guest(11));
    assert_eq!(consents.len(), 1);
    let (notice, consent) = (&consents[0].0, &consents[0].1);
    assert_eq!((notice.as_str(), consent.rev, consent.given, consent.by), ("photo", 1, true, ConsentBy::Kiosk));
    assert_eq!((consent.stamp.device, consent.stamp.actor.clone()), (device(K1), Actor::Guest));
    let shown: Vec<_> = venue.meeting.notices_shown(guest(12)).map(|(id, rev)| (id.as_str(), rev)).collect();
    assert_eq!(shown, [("photo", 1)]);
    assert_eq!(venue.meeting.notices_shown(guest(11)).count(), 0);
}

#[test]
fn purge_forgets_people_and_spares_what_the_law_wants() {
    let mut venue = told();
    let from = UnixMillis(venue.now().0 + 60_000);
    let finish = || Command::FinishPurge { records: 9, report_hash: "0e".repeat(32) };
    venue.check_refused(Actor::System, finish(), "too_early");
    venue.check(staff("c1"), Command::OrderPurge { not_before: from, keep_draw: true }, &["PurgeOrdered"]);
    venue.check_refused(Actor::Organiser, Command::OrderPurge { not_before: from, keep_draw: false }, "already_done");
    venue.check_refused(Actor::System, finish(), "too_early");
    let before = purge_report(&venue.meeting);
    assert_eq!((before.not_before, before.goes["guest_names"], before.goes["guest_needs"]), (Some(from), 10, 1));
    assert_eq!((before.goes["dealer_addresses"], before.goes["heard_about_dealers"]), (1, 1));
    assert_eq!(before.goes["desk_notes"], 5);
    assert!(venue.meeting.contact_key().is_some() && !venue.meeting.is_purged(), "ordered is not yet done");
    let before_it = format!("{:?}", venue.meeting);
    venue.later(60_000);
    venue.check(Actor::System, finish(), &["PurgeFinished"]);
    venue.check(Actor::System, finish(), &[]);

    let everything = format!("{:?}", venue.meeting);
    for secret in SECRETS {
        assert!(before_it.contains(secret), "{secret} was there before");
        assert!(!everything.contains(secret), "{secret} is still there");
    }
    let view = venue.meeting.household_view(household(1)).expect("the firm stays");
    assert_eq!((view.dealers[0].firm.as_str(), view.dealers[0].funds_heard.as_str()), ("Firm 11", ""));
    assert_eq!((venue.meeting.contact_key(), view.dealers[0].address.clone()), (None, None));
    assert_eq!(venue.meeting.by_phone(&contact(11).phone_hash), domain::meeting::PhoneMatch::Nobody);
    let after = purge_report(&venue.meeting);
    assert!(after.goes.values().all(|count| *count == 0), "{after:?}");
    assert_eq!(after.stays, before.stays);
    assert_eq!((after.stays["slips"], after.stays["consents"], after.stays["firms"]), (2, 1, 6));
    assert_eq!(after.finished, [device(K1)]);

    venue.happens(RosterChanged {
        rev: 3,
        guests: vec![person(11, Some(1), GuestRole::Owner)],
        ..RosterChanged::default()
    });
    venue.happens(PhoneCorrected { guest: guest(12), contact: contact(99) });
    venue.happens(ContactKeyPublished { public_hex: "0b".repeat(32) });
    venue.happens(SlipSigned {
        slip: domain::SlipId::from_bytes([1; 16]),
        revision: 1,
        content: SlipContent { phone: Some(contact(12)), ..content(5) },
        signer: String::new(),
        sealed: true,
    });
    venue.happens(received(81, "call Ms Guest"));
    venue.happens(handed_over(82, "two notes of Mr Guest"));
    let late = purge_report(&venue.meeting);
    assert!(late.goes.values().all(|count| *count == 0), "what comes late is not shown either: {late:?}");
    assert_eq!(venue.meeting.contact_key(), None);
    assert!(venue.meeting.is_present(guest(11)), "attendance stays as a count");
}

#[test]
fn draws_go_only_when_the_law_does_not_want_them() {
    for (keep_draw, goes) in [(true, false), (false, true)] {
        let mut venue = told();
        let order = Command::OrderPurge { not_before: venue.now(), keep_draw };
        venue.check(Actor::Organiser, order, &["PurgeOrdered"]);
        let report = purge_report(&venue.meeting);
        assert_eq!((report.goes.contains_key("draws"), report.stays.contains_key("draws")), (goes, !goes));
    }
}
