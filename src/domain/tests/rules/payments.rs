//! Money recorded at two desks: what counts, what is under review, and the green channel that only grows.

use domain::event::*;
use domain::meeting::{PaymentStatus, Proposal, TaskKind};
use domain::{Actor, Command, DeskCommand, NewPayment, PaymentId, UnixMillis};

use crate::venue::*;

fn tender(amount_minor: i64, reference: &str) -> Tender {
    Tender {
        kind: TenderKind::Transfer,
        amount_minor,
        reference: reference.into(),
        bag: String::new(),
        second_counter: None,
        due_on: None,
    }
}

fn pay(number: u8, tenders: Vec<Tender>) -> Command {
    let dealer = dealer(number);
    let new = NewPayment {
        dealer,
        tenders,
        slips: vec![],
        prepaid: false,
        claimed: false,
        note: String::new(),
        total_minor: None,
        large_is_right: false,
    };
    Command::ReceivePayment(Box::new(new))
}

fn paid(venue: &mut Venue, number: u8, amount_minor: i64, reference: &str) -> PaymentId {
    let events = venue.check(staff("f1"), pay(number, vec![tender(amount_minor, reference)]), &["PaymentReceived"]);
    let Event::PaymentReceived(received) = &events[0] else { panic!("{events:?}") };
    received.receipt.payment
}

fn status(venue: &Venue, payment: PaymentId) -> PaymentStatus {
    venue.meeting.payment(payment).expect("known").status()
}

fn reverse(payment: PaymentId, second: Option<&str>) -> Command {
    Command::ReversePayment { payment, reason: "bounced".into(), second: second.map(Into::into) }
}

/// Money at two desks that do not know of each other: dealer, amount, reference of each, minutes between, alike or not.
#[track_caller]
fn check(first: (u8, i64, &str), second: (u8, i64, &str), minutes: u64, alike: bool) {
    let mut one = Venue::new();
    let mut other = one.clone().on(K2);
    other.later(minutes * 60_000);
    let earlier = paid(&mut one, first.0, first.1, first.2);
    let later = paid(&mut other, second.0, second.1, second.2);
    one.pull(&other);
    let expected = if alike { PaymentStatus::UnderReview } else { PaymentStatus::Received };
    assert_eq!((status(&one, earlier), status(&one, later)), (PaymentStatus::Received, expected));
    assert_eq!(one.task_kinds().len(), usize::from(alike));
}

#[test]
fn later_of_two_payments_that_look_alike_is_under_review() {
    check((11, 500, "A1"), (21, 700, "a 1"), 600, true);
    check((11, 500, ""), (11, 500, ""), 9, true);
    check((11, 500, ""), (11, 500, ""), 11, false);
    check((11, 500, ""), (11, 501, ""), 1, false);
    check((11, 500, ""), (21, 500, ""), 1, false);
    check((11, 500, "A1"), (11, 500, "A2"), 1, true);
    check((11, 500, "A1"), (21, 500, "A2"), 1, false);
}

#[test]
fn two_equal_payments_at_one_desk_are_two() {
    let mut venue = Venue::new();
    let payments = [paid(&mut venue, 11, 500, ""), paid(&mut venue, 11, 500, "")];
    for payment in payments {
        venue.check(staff("f1"), Command::ConfirmPayment { payment }, &["PaymentConfirmed"]);
    }
    assert_eq!(venue.meeting.paid_minor(), 1_000);
    assert!(venue.task_kinds().is_empty());
}

#[test]
fn suspected_duplicate_counts_once_released_and_never_once_reversed() {
    let mut hub = Venue::new();
    let mut other = hub.clone().on(K2);
    let first = paid(&mut hub, 11, 500, "A1");
    let second = paid(&mut other, 11, 500, "A1");
    let confirm = |payment| Command::ConfirmPayment { payment };
    hub.check(staff("f1"), confirm(first), &["PaymentConfirmed"]);
    other.check(staff("f1"), confirm(second), &["PaymentConfirmed"]);
    assert_eq!((hub.meeting.paid_minor(), other.meeting.paid_minor()), (500, 500), "each desk: received");
    hub.pull(&other);
    assert_eq!((hub.meeting.paid_minor(), status(&hub, second)), (500, PaymentStatus::UnderReview));
    let task = hub.meeting.tasks().remove(0);
    let kind = TaskKind::PaymentSuspected { payment: second, resembles: vec![first], device: device(K2) };
    assert_eq!((task.kind, task.proposal), (kind, Proposal::ComparePayments));
    let alone = PaymentReversed { payment: second, reason: "x".into(), second: None };
    hub.happens_by(staff("f1"), alone);
    assert_eq!(hub.meeting.settled_tasks(UnixMillis(0)).len(), 0, "what has no effect settles nothing");
    let mut released = hub.clone();
    let release = || Command::ReleasePayment { payment: second };
    released.check_refused(staff("o1"), release(), "not_authorised");
    released.check(staff("f2"), release(), &["PaymentReleased"]);
    assert_eq!((released.meeting.paid_minor(), status(&released, second)), (1_000, PaymentStatus::Confirmed));
    released.check(staff("f2"), release(), &[]);
    hub.check(staff("f1"), reverse(second, Some("c1")), &["PaymentReversed"]);
    assert_eq!((hub.meeting.paid_minor(), status(&hub, second)), (500, PaymentStatus::Reversed));
    hub.check_refused(staff("f1"), reverse(second, Some("c1")), "payment_reversed");
    for venue in [hub, released] {
        assert!(venue.task_kinds().is_empty());
        let settled = venue.meeting.settled_tasks(UnixMillis(0));
        assert_eq!((settled.len(), settled[0].task.id), (1, task.id));
    }
}

#[test]
fn payment_of_a_suspicion_known_here_waits_for_its_release() {
    let mut hub = Venue::new();
    let mut other = hub.clone().on(K2);
    paid(&mut hub, 11, 500, "A1");
    let payment = paid(&mut other, 11, 500, "A1");
    hub.pull(&other);
    hub.check_refused(staff("f1"), Command::ConfirmPayment { payment }, "under_review");
}

#[test]
fn green_channel_opens_by_one_receipt_and_only_a_reversal_closes_it() {
    let mut hub = Venue::new();
    let mut configured = config();
    configured.rules.green_threshold_minor = Some(1_000);
    hub.happens(MeetingConfigured { rev: 2, config: Box::new(configured.clone()) });
    let mut other = hub.clone().on(K2);
    let small = paid(&mut hub, 11, 600, "A1");
    let sum = paid(&mut hub, 11, 700, "A2");
    for payment in [small, sum] {
        hub.check(staff("f1"), Command::ConfirmPayment { payment }, &["PaymentConfirmed"]);
    }
    assert!(!hub.meeting.has_green_channel(household(1)), "no sum opens it");
    paid(&mut hub, 21, 1_000, "B1");
    let at = other.now().0 + 1;
    let green = paid(&mut other, 21, 1_000, "B1");
    other.later(60_000);
    assert!(!other.meeting.has_green_channel(household(2)), "shown money is not there yet");
    other.check(staff("f1"), Command::ConfirmPayment { payment: green }, &["PaymentConfirmed"]);
    assert!(other.meeting.has_green_channel(household(2)));
    hub.pull(&other);
    assert_eq!(status(&hub, green), PaymentStatus::UnderReview);
    assert_eq!(hub.meeting.green_since(household(2)), Some(UnixMillis(at)), "from the receipt's time");
    configured.rules.green_threshold_minor = Some(5_000);
    hub.happens(MeetingConfigured { rev: 3, config: Box::new(configured) });
    assert!(hub.meeting.has_green_channel(household(2)), "the threshold of then counts");
    hub.check(staff("f1"), reverse(green, Some("d1")), &["PaymentReversed"]);
    assert!(!hub.meeting.has_green_channel(household(2)));
}

#[test]
fn payment_told_twice_counts_once_and_a_claim_becomes_a_receipt() {
    let mut venue = Venue::new();
    let claim = NewPayment {
        dealer: dealer(11),
        tenders: vec![tender(500, "A1")],
        slips: vec![],
        prepaid: false,
        claimed: true,
        note: String::new(),
        total_minor: None,
        large_is_right: false,
    };
    let events = venue.check(staff("f1"), Command::ReceivePayment(Box::new(claim)), &["PaymentClaimed"]);
    let Event::PaymentClaimed(claimed) = &events[0] else { panic!("{events:?}") };
    let receipt = claimed.receipt.clone();
    assert_eq!(receipt.number, "K1-R0001");
    assert_eq!(status(&venue, receipt.payment), PaymentStatus::Claimed);
    venue.happens(PaymentReceived { receipt: receipt.clone() });
    venue.happens(PaymentReceived { receipt: receipt.clone() });
    assert_eq!(status(&venue, receipt.payment), PaymentStatus::Received);
    assert!(venue.task_kinds().is_empty());
}

#[test]
fn money_waits_while_a_newer_program_wrote_what_this_one_cannot_read() {
    let mut venue = Venue::new();
    let payment = paid(&mut venue, 11, 500, "");
    let meta = domain::Meta {
        event_id: domain::EventId::from_bytes([9; 16]),
        device: device(K2),
        at: venue.now(),
        actor: Actor::System,
    };
    venue.meeting.apply_unknown(&meta, "HologramShown");
    venue.check_refused(staff("f1"), Command::ConfirmPayment { payment }, "newer_events");
    venue.check_refused(staff("f1"), reverse(payment, Some("c1")), "newer_events");
    venue.check_refused(staff("f1"), Command::ReleasePayment { payment }, "newer_events");
    let slip = domain::SlipId::from_bytes([1; 16]);
    let sign = Command::SignSlip { slip, signer: "x".into(), sealed: false };
    venue.check_refused(staff("o1"), sign, "newer_events");
    let kind = TaskKind::NewerEvents { events: 1, kinds: vec!["HologramShown".into()] };
    assert_eq!(venue.meeting.tasks().remove(0).kind, kind);
    venue.check(guest_actor(), check_in(1, &[11]), &["GuestCheckedIn", "BadgeRequested", "PhoneConfirmed"]);
}

#[test]
fn money_that_does_not_fit_is_refused() {
    let mut venue = Venue::new();
    venue.check_refused(staff("o1"), pay(11, vec![tender(5, "")]), "not_authorised");
    venue.check_refused(staff("f1"), pay(99, vec![tender(5, "")]), "unknown_dealer");
    venue.check_refused(staff("f1"), pay(11, vec![]), "record_broken");
    venue.check_refused(staff("f1"), pay(11, vec![tender(-5, "")]), "amount_out_of_range");
    venue.check_refused(staff("f1"), pay(11, vec![tender(i64::MAX, ""), tender(1, "")]), "amount_out_of_range");
    venue.check_refused(staff("f1"), pay(11, vec![tender(1, ""); 21]), "too_many");
    let payment = PaymentId::from_bytes([1; 16]);
    venue.check_refused(staff("f1"), Command::ConfirmPayment { payment }, "unknown_payment");
}

#[test]
fn prepaid_dealer_is_green_at_once_and_stays_so_when_the_threshold_rises() {
    let mut venue = Venue::new();
    let threshold = |venue: &mut Venue, rev, minor| {
        let mut configured = config();
        configured.rules.green_threshold_minor = minor;
        venue.happens(MeetingConfigured { rev, config: Box::new(configured) });
    };
    let prepaid = |venue: &mut Venue, rev, prepaid_minor| {
        let dealers = vec![domain::Dealer { prepaid_minor, ..firm(11, 1, "east", "S07") }];
        venue.happens(RosterChanged { rev, dealers, households: vec![], guests: vec![], ..roster() });
    };
    prepaid(&mut venue, 2, 1_000);
    assert!(!venue.meeting.has_green_channel(household(1)), "no threshold, no channel");
    threshold(&mut venue, 2, Some(1_001));
    assert!(!venue.meeting.has_green_channel(household(1)));
    threshold(&mut venue, 3, Some(1_000));
    assert!(venue.meeting.has_green_channel(household(1)));
    threshold(&mut venue, 4, Some(9_000));
    assert!(venue.meeting.has_green_channel(household(1)), "it only grows");
    prepaid(&mut venue, 3, 900);
    assert!(!venue.meeting.has_green_channel(household(1)), "the money was not there");
    assert!(venue.meeting.arrival_alerts().is_empty());
    venue.act(guest_actor(), &check_in(1, &[11])).expect("welcome");
    let alert = venue.meeting.arrival_alerts().remove(0);
    assert_eq!((alert.household, alert.prepaid_minor, alert.green), (household(1), 900, false));
    assert_eq!((alert.vip, alert.salesperson_name.as_str()), (None, "Sales S07"));
}

type Edit<'a> = &'a dyn Fn(&mut NewPayment);

#[test]
fn receipts_add_up_and_a_huge_one_is_asked_about_again() {
    let mut venue = Venue::new();
    let slip = crate::policy::drafted(&mut venue, crate::slips::content(500));
    let new = |edit: Edit<'_>| {
        let mut new = NewPayment {
            dealer: dealer(11),
            tenders: vec![tender(300, "A1"), Tender { kind: TenderKind::Alipay, ..tender(200, "A2") }],
            slips: vec![],
            prepaid: false,
            claimed: false,
            note: String::new(),
            total_minor: Some(500),
            large_is_right: false,
        };
        edit(&mut new);
        Command::ReceivePayment(Box::new(new))
    };
    let huge = |new: &mut NewPayment| {
        new.tenders[0].amount_minor = 2_000_000_001;
        new.total_minor = None;
    };
    let rows: [(Edit<'_>, &str); 9] = [
        (&|new| new.total_minor = Some(501), "tenders_do_not_add_up"),
        (&|new| new.tenders[1].amount_minor = 0, "amount_out_of_range"),
        (&|new| new.tenders[1].amount_minor = i64::MAX, "amount_out_of_range"),
        (&|new| new.slips = vec![(slip, 501)], "tenders_do_not_add_up"),
        (&|new| new.slips = vec![(slip, 300), (slip, 201)], "tenders_do_not_add_up"),
        (&|new| new.slips = vec![(slip, -1)], "amount_out_of_range"),
        (&|new| new.slips = vec![(domain::SlipId::from_bytes([9; 16]), 1)], "unknown_slip"),
        (&|new| new.tenders[0].due_on = "2026-11-26".parse().ok(), "due_in_the_past"),
        (&huge, "large_payment"),
    ];
    for (edit, code) in rows {
        venue.check_refused(staff("f1"), new(edit), code);
    }
    venue.check(staff("f1"), new(&|new| new.slips = vec![(slip, 500)]), &["PaymentReceived"]);
    let sure = |new: &mut NewPayment| {
        huge(new);
        new.large_is_right = true;
    };
    let events = venue.check(staff("f1"), new(&sure), &["PaymentReceived"]);
    let Event::PaymentReceived(received) = &events[0] else { panic!("{events:?}") };
    assert_eq!(
        status(&venue, received.receipt.payment),
        PaymentStatus::UnderReview,
        "its references were there before"
    );
    let totals = venue.meeting.tender_totals();
    assert_eq!(totals.values().map(|total| total.open_minor).sum::<i64>(), 2_000_000_701);
    assert_eq!(totals.keys().map(|(desk, _)| *desk).collect::<Vec<_>>(), [device(K1); 2]);
}

#[test]
fn word_of_finance_that_comes_before_its_receipt_counts_all_the_same() {
    let mut desk = Venue::new();
    let payment = paid(&mut desk, 11, 900_000, "TX1");
    let receipt = desk.meeting.payment(payment).expect("known").receipt.clone();
    let check = |words: Vec<Event>, expected: PaymentStatus| {
        let mut hub = Venue::new();
        for word in words {
            hub.happens_by(staff("f1"), word);
        }
        assert!(hub.meeting.payment(payment).is_none(), "nothing is known of the receipt yet");
        hub.happens_by(staff("f1"), PaymentReceived { receipt: (*receipt).clone() });
        assert_eq!(status(&hub, payment), expected);
        hub.meeting.has_green_channel(household(1))
    };
    let confirmed = || PaymentConfirmed { payment, green_threshold_minor: Some(900_000) }.into();
    let reversed =
        |second: &str| PaymentReversed { payment, reason: "bounced".into(), second: Some(second.into()) }.into();
    assert!(check(vec![confirmed()], PaymentStatus::Confirmed));
    assert!(check(vec![confirmed(), reversed("f1")], PaymentStatus::Confirmed), "one person takes nothing back");
    assert!(!check(vec![confirmed(), reversed("f2")], PaymentStatus::Reversed));
}

#[test]
fn paper_of_a_receipt_is_told_once_and_counted() {
    let mut venue = Venue::new();
    let payment = paid(&mut venue, 11, 500, "A1");
    let told = |payment, print| {
        let by = PrintWord::Printer;
        Command::Desk(DeskCommand::ReportReceiptPrinted(ReceiptPrinted { payment, print, by }))
    };
    venue.check(Actor::System, told(payment, 1), &["ReceiptPrinted"]);
    venue.check(Actor::System, told(payment, 1), &[]);
    venue.check(staff("f1"), told(payment, 2), &["ReceiptPrinted"]);
    assert_eq!(venue.meeting.payment(payment).map(|payment| payment.prints()), Some(2));
    venue.check_refused(sales("S07"), told(payment, 3), "not_authorised");
    venue.check_refused(Actor::System, told(PaymentId::from_bytes([9; 16]), 1), "unknown_payment");
}
