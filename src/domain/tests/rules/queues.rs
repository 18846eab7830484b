//! Tickets at the cashier and the gift desk: who is next, what is shown, how long it takes.

use domain::event::*;
use domain::meeting::{CASHIER, GIFT_DESK, TicketState};
use domain::{Command, DeskCommand, TicketId};
use proptest::prelude::*;

use crate::venue::*;

fn take(queue: &str, number: Option<u8>) -> Command {
    Command::Desk(DeskCommand::TakeTicket { queue: queue.into(), household: number.map(household) })
}

fn taken(venue: &mut Venue, queue: &str, number: Option<u8>) -> TicketId {
    let events = venue.check(staff("r1"), take(queue, number), &["TicketTaken"]);
    let Event::TicketTaken(taken) = &events[0] else { panic!("{events:?}") };
    taken.ticket
}

fn next(venue: &mut Venue, counter: &str) -> TicketId {
    let call = Command::Desk(DeskCommand::CallNext { queue: CASHIER.into(), counter: counter.into() });
    let events = venue.check(staff("f1"), call, &["TicketCalled"]);
    let Event::TicketCalled(called) = &events[0] else { panic!("{events:?}") };
    called.ticket
}

fn call(ticket: TicketId, counter: &str) -> Command {
    Command::Desk(DeskCommand::CallTicket { ticket, counter: counter.into() })
}

fn serve(ticket: TicketId) -> Command {
    Command::Desk(DeskCommand::ServeTicket { ticket })
}

fn drop(ticket: TicketId, no_show: bool) -> Command {
    Command::Desk(DeskCommand::DropTicket { ticket, no_show, reason: String::new() })
}

fn transfer(ticket: TicketId, to: &str) -> Command {
    Command::Desk(DeskCommand::TransferTicket { ticket, to: to.into() })
}

fn with_threshold(greens_before_one_normal: u8) -> Venue {
    let mut venue = Venue::new();
    let mut configured = config();
    configured.rules.green_threshold_minor = Some(1_000);
    configured.rules.queue.greens_before_one_normal = greens_before_one_normal;
    venue.happens(MeetingConfigured { rev: 2, config: Box::new(configured) });
    venue
}

/// A ticket without a party, green or not.
fn happens(venue: &mut Venue, number: u8, green: bool) -> TicketId {
    let ticket = TicketId::from_bytes([number; 16]);
    let text = format!("K1-C{number:04}");
    venue.happens(TicketTaken { ticket, number: text, queue: CASHIER.into(), household: None, green });
    ticket
}

#[test]
fn after_so_many_greens_one_without_priority_is_called() {
    let check = |setting, tickets: &str, expected: &str| {
        let mut venue = with_threshold(setting);
        for (at, kind) in tickets.chars().enumerate() {
            happens(&mut venue, at as u8 + 1, kind == 'g');
        }
        let mut called = String::new();
        while let Some(ticket) = venue.meeting.waiting(&CASHIER.into()).first() {
            called.push(if ticket.green { 'g' } else { 'n' });
            next(&mut venue, "1");
        }
        assert_eq!(called, expected, "{setting} {tickets}");
    };
    check(3, "nnngggggg", "gggngggnn");
    check(3, "nggggn", "gggngn");
    check(1, "nngg", "gngn");
    check(3, "nnn", "nnn");
    check(3, "gggg", "gggg");
    check(0, "nngg", "nngg");
}

#[test]
fn green_channel_that_opens_while_waiting_makes_the_next_call_theirs() {
    let mut venue = with_threshold(3);
    let others = [taken(&mut venue, CASHIER, None), taken(&mut venue, CASHIER, Some(2))];
    let mine = taken(&mut venue, CASHIER, Some(1));
    assert_eq!(venue.meeting.waiting(&CASHIER.into())[0].id, others[0]);
    let tender = Tender {
        kind: TenderKind::Transfer,
        amount_minor: 1_000,
        reference: "A1".into(),
        bag: String::new(),
        second_counter: None,
        due_on: None,
    };
    let payment = domain::PaymentId::from_bytes([7; 16]);
    let receipt = Receipt {
        payment,
        number: "K1-R0001".into(),
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
    assert_eq!(next(&mut venue, "2"), mine);
    let shown = venue.meeting.called_numbers(None, 8);
    assert_eq!((shown.len(), shown[0].number.as_str(), shown[0].counter.as_str()), (1, "K1-C0003", "2"));
}

#[test]
fn ticket_goes_its_way_and_what_cannot_follow_is_refused() {
    let mut venue = Venue::new();
    let waiting = TicketState::Waiting;
    let called = |calls| TicketState::Called { counter: "1".into(), calls };
    let (served, no_show, left) = (TicketState::Served, TicketState::NoShow, TicketState::Left);
    // From; then called at counter 1, transferred, served, missed, left.
    let rows = [
        (waiting.clone(), [Some(called(1)), Some(waiting.clone()), Some(served.clone()), None, Some(left.clone())]),
        (
            called(1),
            [Some(called(2)), Some(waiting.clone()), Some(served.clone()), Some(no_show.clone()), Some(left.clone())],
        ),
        (no_show.clone(), [Some(called(1)), Some(waiting.clone()), Some(served.clone()), None, Some(left.clone())]),
        (served.clone(), [None, None, None, None, None]),
        (left.clone(), [None, None, None, None, None]),
    ];
    for (from, expected) in rows {
        let reached = [from.call("1"), from.transfer(), from.serve(), from.miss(), from.leave()];
        assert_eq!(reached, expected, "{from:?}");
        // The same through commands: what cannot follow is refused and changes nothing.
        let ticket = taken(&mut venue, CASHIER, None);
        if from != waiting {
            venue.check(staff("f1"), call(ticket, "1"), &["TicketCalled"]);
        }
        match &from {
            TicketState::Waiting | TicketState::Called { .. } => {}
            TicketState::Served => happened(venue.check(staff("f1"), serve(ticket), &["TicketServed"])),
            TicketState::NoShow => happened(venue.check(staff("f1"), drop(ticket, true), &["TicketDropped"])),
            TicketState::Left => happened(venue.check(staff("f1"), drop(ticket, false), &["TicketDropped"])),
        }
        let acts =
            [call(ticket, "1"), transfer(ticket, GIFT_DESK), serve(ticket), drop(ticket, true), drop(ticket, false)];
        for (act, expected) in acts.into_iter().zip(expected) {
            let mut then = venue.clone();
            match &expected {
                Some(_) => happened(then.act(staff("f1"), &act).expect("allowed")),
                None => then.check_refused(staff("f1"), act, "ticket_settled"),
            }
            let state = then.meeting.ticket(ticket).expect("known").state.clone();
            assert_eq!(state, expected.unwrap_or_else(|| from.clone()));
        }
    }
}

fn happened(events: Vec<Event>) {
    assert_eq!(events.len(), 1);
}

#[test]
fn tickets_are_refused_where_they_make_no_sense() {
    let mut venue = Venue::new();
    venue.check_refused(guest_actor(), take(CASHIER, None), "unknown_household");
    venue.check_refused(guest_actor(), take(CASHIER, Some(9)), "unknown_household");
    venue.check_refused(guest_actor(), take("order", Some(1)), "queue_closed");
    venue.check_refused(guest_actor(), take("bar", Some(1)), "queue_closed");
    let nobody = Command::Desk(DeskCommand::CallNext { queue: CASHIER.into(), counter: "1".into() });
    venue.check_refused(staff("f1"), nobody, "nobody_waits");
    let ticket = taken(&mut venue, CASHIER, Some(1));
    venue.check_refused(guest_actor(), take(CASHIER, Some(1)), "has_ticket");
    venue.check(guest_actor(), take(GIFT_DESK, Some(1)), &["TicketTaken"]);
    venue.check_refused(guest_actor(), call(ticket, "1"), "not_authorised");
    venue.check_refused(staff("f1"), call(ticket, " "), "name_missing");
    venue.check_refused(staff("f1"), call(ticket, &"x".repeat(21)), "name_missing");
    venue.check_refused(staff("f1"), call(TicketId::from_bytes([9; 16]), "1"), "unknown_ticket");
    venue.check_refused(staff("f1"), drop(ticket, true), "ticket_settled");
    venue.check_refused(staff("f1"), transfer(ticket, "order"), "queue_closed");
    venue.check(staff("f1"), transfer(ticket, CASHIER), &[]);
    venue.check(staff("f1"), serve(ticket), &["TicketServed"]);
    venue.check(guest_actor(), take(CASHIER, Some(1)), &["TicketTaken"]);
}

#[test]
fn transferred_ticket_keeps_its_place_in_time() {
    let mut venue = Venue::new();
    let first = taken(&mut venue, CASHIER, Some(1));
    taken(&mut venue, GIFT_DESK, Some(2));
    assert_eq!(next(&mut venue, "1"), first);
    venue.check(staff("f1"), transfer(first, GIFT_DESK), &["TicketTransferred"]);
    assert_eq!(venue.meeting.waiting(&GIFT_DESK.into())[0].id, first);
    assert!(venue.meeting.called_numbers(None, 8).is_empty());
}

#[test]
fn expected_wait_is_a_range_of_the_last_services_over_open_counters() {
    let mut venue = Venue::new();
    let queue = CASHIER.into();
    let wait = |venue: &Venue, ticket| venue.meeting.expected_wait(&queue, ticket, venue.now());
    for (at, seconds) in [60_u64, 100, 40, 80].into_iter().enumerate() {
        assert_eq!(wait(&venue, None).is_none(), at < 3, "too few say nothing");
        let ticket = taken(&mut venue, CASHIER, None);
        next(&mut venue, "1");
        venue.later(seconds * 1_000 - 1);
        venue.check(staff("f1"), serve(ticket), &["TicketServed"]);
    }
    let tickets = [(); 3].map(|()| taken(&mut venue, CASHIER, None));
    let range = |venue: &Venue, ticket| wait(venue, ticket).map(|wait| (wait.ahead, wait.from_ms, wait.to_ms));
    assert_eq!(range(&venue, Some(tickets[0])), Some((0, 0, 100_000)));
    assert_eq!(range(&venue, Some(tickets[2])), Some((2, 120_000, 300_000)));
    assert_eq!(range(&venue, None), Some((3, 180_000, 400_000)));
    next(&mut venue, "2");
    assert_eq!(range(&venue, Some(tickets[2])), Some((1, 30_000, 100_000)), "two counters are open");
    assert_eq!(range(&venue, Some(tickets[0])), None, "called already");
}

proptest! {
    /// However greens and others come and are called, nobody waits behind more than the setting's greens per place.
    #[test]
    fn nobody_starves(setting in 1_u8..5, moves in proptest::collection::vec(0_u8..3, 1..60)) {
        let mut venue = with_threshold(setting);
        let mut number = 0;
        let mut greens_in_a_row = 0;
        for step in moves {
            if step < 2 {
                number += 1;
                happens(&mut venue, number, step == 0);
                continue;
            }
            let waiting = venue.meeting.waiting(&CASHIER.into());
            let Some(first) = waiting.first() else { continue };
            let (green, normal_waits) = (first.green, waiting.iter().any(|ticket| !ticket.green));
            let oldest = waiting.iter().filter(|ticket| ticket.green == green).map(|ticket| ticket.taken.at).min();
            prop_assert_eq!(oldest, Some(first.taken.at));
            greens_in_a_row = if green { greens_in_a_row + 1 } else { 0 };
            prop_assert!(!normal_waits || greens_in_a_row <= setting);
            next(&mut venue, "1");
            if !normal_waits && green {
                greens_in_a_row = greens_in_a_row.min(setting);
            }
        }
    }
}

#[test]
fn steps_that_a_restored_hub_has_before_their_ticket_count_when_it_comes() {
    let (mut early, mut usual) = (Venue::new(), Venue::new());
    let ticket = TicketId::from_bytes([9; 16]);
    let steps = || -> Vec<Event> {
        vec![
            TicketCalled { ticket, counter: "C1".into(), call: 1, green: false }.into(),
            TicketTransferred { ticket, to: GIFT_DESK.into() }.into(),
            TicketServed { ticket }.into(),
        ]
    };
    steps().into_iter().for_each(|step| _ = early.happens(step));
    assert_eq!(early.meeting.tickets().count(), 0);
    happens(&mut early, 9, false);
    happens(&mut usual, 9, false);
    steps().into_iter().for_each(|step| _ = usual.happens(step));
    for venue in [&early, &usual] {
        let known = venue.meeting.ticket(ticket).expect("it was taken");
        assert_eq!((&known.state, known.queue.as_str()), (&TicketState::Served, GIFT_DESK));
        assert!(known.settled.is_some());
    }
}
