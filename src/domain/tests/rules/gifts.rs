//! Gifts leave the desk once, against a badge and confirmed money; materials come back; the shelf is counted.

use domain::config::{Gift, Text};
use domain::event::*;
use domain::meeting::{GiftState, MissingProof};
use domain::{BadgeId, Command, DeskCommand, HandoverId};

use crate::policy::{drafted, priced, sign, with_products};
use crate::venue::*;

/// A kettle from 200 t of K7 on, a watch from a confirmed receipt of 5,000.00 on; three kettles, one watch.
fn venue() -> Venue {
    let mut venue = Venue::new();
    let mut configured = with_products(2);
    let gift = |id: &str, stock, deposit_minor| Gift { id: id.into(), name: Text::same(id), stock, deposit_minor };
    configured.config.gifts = vec![gift("kettle", 3, None), gift("watch", 1, Some(500_000))];
    venue.happens(configured);
    venue
}

fn badge_of(venue: &mut Venue, household_number: u8, number: u8) -> BadgeId {
    let events = venue.act(guest_actor(), &check_in(household_number, &[number])).expect("welcome");
    badges(&events)[0].0
}

fn paid(venue: &mut Venue, number: u8, amount_minor: i64) {
    let payment = domain::PaymentId::from_bytes([number; 16]);
    let tender = Tender {
        kind: TenderKind::Transfer,
        amount_minor,
        reference: format!("R{number}"),
        bag: String::new(),
        second_counter: None,
        due_on: None,
    };
    let receipt = Receipt {
        payment,
        number: format!("K1-R{number:04}"),
        dealer: dealer(11),
        household: household(1),
        currency: domain::Currency::CNY,
        tenders: vec![tender],
        slips: vec![],
        prepaid: false,
        note: String::new(),
    };
    venue.happens(PaymentReceived { receipt });
    venue.check(staff("f1"), Command::ConfirmPayment { payment }, &["PaymentConfirmed"]);
}

fn signed_with_deposit(venue: &mut Venue, deposit_minor: i64) {
    let content = SlipContent { deposit_minor, ..priced(venue, 200, 5_000) };
    let slip = drafted(venue, content);
    venue.check(staff("o1"), sign(slip), &["SlipSigned"]);
}

fn give(badge: BadgeId, gift: &str) -> Command {
    Command::Desk(DeskCommand::HandOverGift { badge, gift: gift.into() })
}

fn given(venue: &mut Venue, badge: BadgeId, gift: &str) -> HandoverId {
    let events = venue.check(staff("r1"), give(badge, gift), &["GiftHandedOver"]);
    let Event::GiftHandedOver(handed) = &events[0] else { panic!("{events:?}") };
    handed.handover
}

fn back(handover: HandoverId, reason: &str) -> Command {
    Command::Desk(DeskCommand::ReturnGift { handover, reason: reason.into() })
}

#[test]
fn gift_of_a_tier_waits_for_the_confirmed_deposit_and_leaves_once() {
    let mut venue = venue();
    let badge = badge_of(&mut venue, 1, 11);
    venue.check_refused(staff("r1"), give(badge, "kettle"), "not_entitled");
    signed_with_deposit(&mut venue, 100_000);
    venue.check_refused(staff("r1"), give(badge, "kettle"), "not_entitled");
    paid(&mut venue, 1, 60_000);
    venue.check_refused(staff("r1"), give(badge, "kettle"), "not_entitled");
    paid(&mut venue, 2, 40_000);
    venue.check_refused(guest_actor(), give(badge, "kettle"), "not_authorised");
    venue.check_refused(staff("r1"), give(badge, "lamp"), "unknown_gift");
    let handover = given(&mut venue, badge, "kettle");
    let at = venue.now();
    let refusal = venue.act(staff("r1"), &give(badge, "kettle"));
    assert_eq!(refusal, Err(domain::Refusal::AlreadyHandedOver { at, device: device(K1) }));
    let other_member =
        venue.act(guest_actor(), &check_in(1, &[12])).map(|events| badges(&events)[0].0).expect("welcome");
    venue.check_refused(staff("r1"), give(other_member, "kettle"), "already_handed_over");
    venue.check_refused(staff("r1"), back(handover, ""), "reason_missing");
    venue.check(staff("r1"), back(handover, "broken"), &["GiftReturned"]);
    venue.check(staff("r1"), back(handover, "broken"), &[]);
    given(&mut venue, badge, "kettle");
    let ledger: Vec<GiftState> = venue.meeting.handovers().iter().map(|handover| handover.state).collect();
    assert_eq!(ledger, [GiftState::Returned, GiftState::Out]);
}

#[test]
fn gift_of_a_deposit_needs_one_confirmed_receipt_and_stock() {
    let mut venue = venue();
    let badge = badge_of(&mut venue, 1, 11);
    paid(&mut venue, 1, 300_000);
    paid(&mut venue, 2, 499_999);
    venue.check_refused(staff("r1"), give(badge, "watch"), "not_entitled");
    paid(&mut venue, 3, 500_000);
    let count = |stock| Command::Desk(DeskCommand::CountGifts { gift: "watch".into(), stock });
    venue.check(staff("r1"), count(0), &["GiftStockCounted"]);
    venue.check_refused(staff("r1"), give(badge, "watch"), "out_of_stock");
    venue.check(staff("r1"), count(2), &["GiftStockCounted"]);
    let handover = given(&mut venue, badge, "watch");
    assert_eq!(venue.meeting.gift_stock(&"watch".into()), Some(1));
    venue.check(staff("r1"), back(handover, "wrong size"), &["GiftReturned"]);
    assert_eq!(venue.meeting.gift_stock(&"watch".into()), Some(2));
}

#[test]
fn only_a_badge_that_counts_takes_a_gift() {
    let mut venue = venue();
    let badge = badge_of(&mut venue, 1, 11);
    let press = venue.act(
        guest_actor(),
        &Command::CheckInAlone {
            guest: guest(81),
            via: Via::Scan,
            phone: domain::PhoneCheck::Skipped,
            assurance: Assurance::Declared,
            printer: None,
        },
    );
    let press = badges(&press.expect("welcome"))[0].0;
    venue.check_refused(staff("r1"), give(press, "kettle"), "not_entitled");
    venue.check_refused(staff("r1"), give(BadgeId::from_bits(7), "kettle"), "unknown_badge");
    venue.check(staff("r1"), Command::VoidBadge { badge, reason: VoidReason::Other }, &["BadgeVoided"]);
    venue.check_refused(staff("r1"), give(badge, "kettle"), "voided_badge");
}

#[test]
fn gift_given_at_two_desks_that_were_cut_off_is_told_and_settled_by_its_return() {
    let mut desk = venue();
    let badge = badge_of(&mut desk, 1, 11);
    signed_with_deposit(&mut desk, 0);
    let mut other = desk.clone().on(K2);
    let first = given(&mut desk, badge, "kettle");
    let second = given(&mut other, badge, "kettle");
    desk.pull(&other);
    let twice = desk.meeting.gifts_given_twice();
    assert_eq!(twice.len(), 1);
    assert_eq!((twice[0].household, twice[0].handovers.clone()), (household(1), vec![first, second]));
    assert_eq!(desk.meeting.gift_stock(&"kettle".into()), Some(1));
    assert_eq!(desk.task_kinds(), ["gift_twice"]);
    desk.check(staff("r1"), back(second, "given twice"), &["GiftReturned"]);
    assert_eq!((desk.task_kinds().len(), desk.meeting.settled_tasks(domain::UnixMillis(0)).len()), (0, 1));
}

#[test]
fn materials_are_out_until_all_of_them_are_back() {
    let mut venue = venue();
    let issue =
        |item: &str, quantity, to| Command::Desk(DeskCommand::IssueMaterial { item: item.into(), quantity, to });
    let to = || Crew::Sales("S07".into());
    venue.check_refused(staff("r1"), issue(" ", 1, to()), "name_missing");
    venue.check_refused(staff("r1"), issue("tablet", 0, to()), "no_quantity");
    venue.check_refused(staff("r1"), issue("tablet", 1, Crew::Staff("x".into())), "unknown_staff");
    venue.check_refused(staff("r1"), issue("tablet", 1, Crew::Sales("x".into())), "unknown_salesperson");
    let events = venue.check(staff("r1"), issue("tablet", 3, to()), &["MaterialIssued"]);
    let Event::MaterialIssued(MaterialIssued { issue, .. }) = events[0] else { panic!("{events:?}") };
    let back = |quantity| Command::Desk(DeskCommand::ReturnMaterial { issue, quantity });
    venue.check(staff("r1"), back(2), &["MaterialReturned"]);
    venue.check_refused(staff("r1"), back(2), "too_many");
    venue.check_refused(staff("r1"), back(0), "too_many");
    assert_eq!(venue.meeting.materials()[0].out(), 1);
    venue.check(staff("r1"), back(1), &["MaterialReturned"]);
    assert_eq!(venue.meeting.material(issue).map(|material| material.out()), Some(0));
}

#[test]
fn materials_whose_return_a_restored_hub_has_first_are_back() {
    let mut venue = venue();
    let issue = HandoverId::from_bytes([9; 16]);
    venue.happens(MaterialReturned { issue, quantity: 2 });
    venue.happens(MaterialReturned { issue, quantity: 2 });
    assert!(venue.meeting.materials().is_empty());
    venue.happens(MaterialIssued { issue, item: "tablet".into(), quantity: 3, to: Crew::Sales("S07".into()) });
    venue.happens(MaterialReturned { issue: HandoverId::from_bytes([8; 16]), quantity: 1 });
    let known: Vec<(u32, u32)> = venue.meeting.materials().iter().map(|it| (it.returned, it.out())).collect();
    assert_eq!(known, [(3, 0)]);
}

#[test]
fn cash_leaves_a_desk_counted_by_two_and_only_once() {
    let mut venue = venue();
    let cash = |amount_minor, bag: &str| Tender {
        kind: TenderKind::Cash,
        amount_minor,
        reference: String::new(),
        bag: bag.into(),
        second_counter: Some("o1".into()),
        due_on: None,
    };
    for (amount_minor, bag) in [(70_000, "B7"), (30_000, "")] {
        let new = domain::NewPayment {
            dealer: dealer(11),
            tenders: vec![cash(amount_minor, bag), Tender { kind: TenderKind::Credit, ..cash(1, "") }],
            slips: vec![],
            prepaid: false,
            claimed: false,
            note: String::new(),
            total_minor: Some(amount_minor + 1),
            large_is_right: false,
        };
        venue.check(staff("f1"), Command::ReceivePayment(Box::new(new)), &["PaymentReceived"]);
    }
    let here = venue.meeting.cash_at(device(K1));
    assert_eq!((here.expected_minor, here.payments.len(), here.bags), (100_000, 2, vec!["B7".to_owned()]));
    assert_eq!(venue.meeting.cash_at(device(K2)).expected_minor, 0);
    let proofs: Vec<_> = venue.meeting.missing_proofs().into_iter().map(|(_, proofs)| proofs).collect();
    assert_eq!(proofs, [vec![MissingProof::Unconfirmed], vec![MissingProof::Unconfirmed, MissingProof::Bag]]);
    let hand_over = |counted_minor, second: &str, note: &str| {
        Command::Desk(DeskCommand::HandOverCash { counted_minor, second: second.into(), note: note.into() })
    };
    venue.check_refused(staff("f1"), hand_over(100_000, "f1", ""), "second_person");
    venue.check_refused(staff("f1"), hand_over(-1, "f2", ""), "amount_out_of_range");
    venue.check_refused(staff("f1"), hand_over(99_900, "f2", ""), "reason_missing");
    let events = venue.check(staff("f1"), hand_over(99_900, "f2", "a note is missing"), &["CashHandedOver"]);
    let Event::CashHandedOver(handed) = &events[0] else { panic!("{events:?}") };
    assert_eq!((handed.number.as_str(), handed.expected_minor, handed.payments.len()), ("K1-H0001", 100_000, 2));
    assert_eq!(venue.meeting.cash_at(device(K1)).expected_minor, 0);
    venue.check(staff("f1"), hand_over(0, "f2", ""), &[]);
    assert_eq!(venue.meeting.cash_handovers().count(), 1);
}

#[test]
fn gift_that_is_back_before_the_log_tells_that_it_left_is_on_the_shelf() {
    let mut venue = venue();
    let handover = HandoverId::from_bytes([7; 16]);
    let gone = |quantity| GiftHandedOver {
        handover,
        gift: "kettle".into(),
        quantity,
        household: household(1),
        badge: None,
        slip: None,
        payment: None,
    };
    venue.happens(GiftReturned { handover, reason: "broken".into() });
    assert_eq!(venue.meeting.gift_stock(&"kettle".into()), Some(3));
    venue.happens(gone(1));
    assert_eq!(venue.meeting.handover(handover).map(|handover| handover.state), Some(GiftState::Returned));
    assert_eq!(venue.meeting.gift_stock(&"kettle".into()), Some(3));
}
