use super::view::CounterPage;
use super::*;
use crate::screens::desk::tests::Hall;
use crate::screens::desk::view::DeskPage;
use crate::screens::desk::{Input, Touch as DeskTouch, finder, guest};
use crate::screens::fixture::{FINANCE_PIN, id, trade};
use domain::event::{PaymentConfirmed, PaymentReceived, Receipt};
use ui::{CounterAsk, CounterDeedCode as Code, TicketMark};

/// Finance at the counter; the owner of 青禾 has a badge.
fn opened() -> Hall {
    let mut config = trade();
    config.gifts[0].deposit_minor = Some(10_000);
    let mut hall = Hall::of(config);
    hall.type_pin(FINANCE_PIN);
    hall.touch(DeskTouch::Search(finder::Touch::Typed("wht".into())));
    hall.touch(DeskTouch::Search(finder::Touch::Open(0)));
    let DeskPage::Guest(page, _) = hall.page() else { panic!("the page of the party") };
    let come = *page.deeds.iter().find(|deed| deed.code == ui::GuestDeedCode::CheckIn).expect("the deed");
    hall.touch(DeskTouch::Guest(guest::Touch::Do(come)));
    hall.touch(DeskTouch::Counter);
    hall
}

#[track_caller]
fn page(hall: &mut Hall) -> CounterPage {
    match hall.page() {
        DeskPage::Counter(page) => *page,
        other => panic!("{other:?}"),
    }
}

fn touch(hall: &mut Hall, touch: Touch) -> CounterPage {
    hall.touch(DeskTouch::AtCounter(touch));
    page(hall)
}

#[track_caller]
fn deed(hall: &mut Hall, code: Code) -> CounterPage {
    let shown = page(hall);
    let found = shown.deeds.iter().find(|deed| deed.code == code).unwrap_or_else(|| panic!("{code:?} in {shown:?}"));
    touch(hall, Touch::Do(found.clone()))
}

fn scan_badge(hall: &mut Hall) -> CounterPage {
    let meeting = hall.meeting();
    let badge = meeting.guests().find_map(|guest| meeting.standing_badge(guest.id)).expect("a badge").id;
    hall.input(Input::Scan(badge.to_string()));
    page(hall)
}

fn paid(hall: &mut Hall) {
    let receipt: Receipt = serde_json::from_value(serde_json::json!({"payment": id(500), "number": "D9-R0001",
        "dealer": id(2), "household": id(1), "currency": "CNY",
        "tenders": [{"kind": "transfer", "amount_minor": 20_000_000, "reference": "A1"}]}))
    .expect("a receipt");
    let payment = receipt.payment;
    hall.event(PaymentReceived { receipt }.into());
    hall.event(PaymentConfirmed { payment, green_threshold_minor: Some(20_000_000) }.into());
}

#[test]
fn ticket_is_taken_called_again_missed_called_and_served() {
    let mut hall = opened();
    let shown = deed(&mut hall, Code::TakeTicket);
    assert_eq!((shown.tickets.len(), shown.tickets[0].mark), (1, TicketMark::Waiting));
    assert_eq!(deed(&mut hall, Code::TakeTicket).fault, CounterFault::HasTicket);
    let shown = deed(&mut hall, Code::CallNext);
    assert_eq!((shown.called.as_str(), shown.calls), (shown.tickets[0].number.as_str(), 1));
    assert_eq!(deed(&mut hall, Code::CallAgain).calls, 2);
    let shown = deed(&mut hall, Code::NoShow);
    assert_eq!((shown.called.as_str(), shown.tickets[0].mark), ("", TicketMark::NoShow));
    touch(&mut hall, Touch::Pick(0));
    deed(&mut hall, Code::CallThis);
    let shown = deed(&mut hall, Code::Transfer);
    assert!(shown.tickets.is_empty(), "it waits at the gift desk");
    let shown = touch(&mut hall, Touch::Queue(1));
    assert_eq!(shown.tickets.len(), 1);
    deed(&mut hall, Code::CallNext);
    let shown = deed(&mut hall, Code::Served);
    assert_eq!((shown.called.as_str(), shown.tickets.len()), ("", 0));
}

#[test]
fn green_channel_is_called_first() {
    let mut hall = opened();
    for (number, household) in [("C1", None), ("C2", Some(id(1).parse().expect("an id")))] {
        let taken = domain::event::TicketTaken {
            ticket: TicketId(uuid::Uuid::from_u128(u128::from(number.as_bytes()[1]))),
            number: number.into(),
            queue: QueueId::new(domain::meeting::CASHIER),
            household,
            green: false,
        };
        hall.event(taken.into());
        hall.wait_ms(1_000);
    }
    assert_eq!(page(&mut hall).tickets[0].number, "C1");
    paid(&mut hall);
    let shown = page(&mut hall);
    assert_eq!((shown.tickets[0].number.as_str(), shown.tickets[0].green), ("C2", true));
    assert_eq!(deed(&mut hall, Code::CallNext).called, "C2");
}

#[test]
fn gift_leaves_once_against_a_scanned_badge_and_comes_back_with_a_reason() {
    let mut hall = opened();
    paid(&mut hall);
    let shown = page(&mut hall);
    assert_eq!((shown.gifts[0].earned, shown.gifts[0].given, shown.gifts[0].stock), (1, 0, 20));
    assert_eq!(touch(&mut hall, Touch::Give(0)).fault, CounterFault::ScanFirst);
    assert!(scan_badge(&mut hall).scanned);
    let shown = touch(&mut hall, Touch::Give(0));
    assert_eq!((shown.fault, shown.gifts[0].given, shown.gifts[0].stock), (CounterFault::None, 1, 19));
    let shown = touch(&mut hall, Touch::Give(0));
    assert_eq!(shown.fault, CounterFault::AlreadyGiven);
    assert!(!shown.fault_value.is_empty(), "when and where the first left");
    touch(&mut hall, Touch::PickHandover(0));
    assert_eq!(deed(&mut hall, Code::ComesBack).asking, CounterAsk::WhyBack);
    let shown = touch(&mut hall, Touch::Typed("换一种颜色".into()));
    assert_eq!((shown.handovers[0].back, shown.gifts[0].given, shown.gifts[0].stock), (true, 0, 20));
}

#[test]
fn nothing_earned_and_unknown_badges_are_answered() {
    let mut hall = opened();
    scan_badge(&mut hall);
    assert!(page(&mut hall).gifts.is_empty());
    hall.input(Input::Scan("0123456789".into()));
    let shown = page(&mut hall);
    assert_eq!(shown.fault, CounterFault::UnknownBadge);
    assert!(shown.deeds.iter().all(|deed| deed.code != Code::CallNext), "nobody waits");
}

#[test]
fn shelf_is_counted_while_nobody_stands_there() {
    let mut hall = opened();
    touch(&mut hall, Touch::Back);
    let shown = page(&mut hall);
    assert_eq!((shown.firm.as_str(), shown.gifts[0].stock), ("", 20), "no party, every gift");
    assert_eq!(touch(&mut hall, Touch::Give(0)).asking, CounterAsk::Shelf);
    assert_eq!(touch(&mut hall, Touch::Typed("a dozen".into())).fault, CounterFault::NotANumber);
    assert_eq!(touch(&mut hall, Touch::Typed("12".into())).gifts[0].stock, 12);
}

#[test]
fn material_leaves_the_store_for_somebody_of_the_crew_and_comes_back_in_parts() {
    let mut hall = opened();
    let shown = touch(&mut hall, Touch::Onward(-1));
    assert!(shown.on_store && shown.queues.last().is_some_and(|row| row.chosen));
    assert_eq!(deed(&mut hall, Code::Lend).asking, CounterAsk::What);
    assert_eq!(touch(&mut hall, Touch::Typed("展架".into())).asking, CounterAsk::HowMany);
    assert_eq!(touch(&mut hall, Touch::Typed("0".into())).fault, CounterFault::NotANumber);
    assert_eq!(touch(&mut hall, Touch::Typed("3".into())).asking, CounterAsk::Whom);
    assert_eq!(touch(&mut hall, Touch::Typed("nobody".into())).fault, CounterFault::Nobody);
    let shown = touch(&mut hall, Touch::Typed("ljx".into()));
    assert_eq!((shown.materials[0].out, shown.materials[0].to.as_str()), (3, "陆景行"), "by initials");
    touch(&mut hall, Touch::Step(1));
    deed(&mut hall, Code::SomeBack);
    assert_eq!(touch(&mut hall, Touch::Typed("4".into())).fault, CounterFault::TooMany);
    assert_eq!(touch(&mut hall, Touch::Typed("2".into())).materials[0].out, 1);
    touch(&mut hall, Touch::Pick(0));
    let shown = deed(&mut hall, Code::AllBack);
    assert_eq!((shown.materials[0].out, shown.queues.last().map(|row| row.waiting)), (0, Some(0)));
}
