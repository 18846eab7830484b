//! Every transition of a slip, a payment and a gift: from each state, each command and what comes of it.

use domain::event::*;
use domain::meeting::{GiftState, PaymentStatus, SlipStatus};
use domain::{Command, DeskCommand, Event, NewPayment, PaymentId, SlipId};

use crate::policy::{drafted, sign};
use crate::slips::content;
use crate::venue::*;

/// The kinds of what happened, or the code of the refusal.
fn outcome(venue: &mut Venue, by: &str, command: Command) -> String {
    match venue.act(staff(by), &command) {
        Ok(events) => events.iter().map(Event::kind).collect::<Vec<_>>().join(" "),
        Err(refusal) => refusal.code().to_owned(),
    }
}

fn void(slip: SlipId) -> Command {
    Command::VoidSlip { slip, reason: "wrong firm".into(), second: Some("c1".into()) }
}

fn supersede(slip: SlipId, by: SlipId) -> Command {
    Command::Desk(DeskCommand::SupersedeSlip { slip, by, reason: "more".into() })
}

/// A slip in a state, and a signed one that may take its place.
fn slip_in(state: &str) -> (Venue, SlipId, SlipId) {
    let mut venue = Venue::new();
    let (slip, other) = (drafted(&mut venue, content(100)), drafted(&mut venue, content(700)));
    venue.check(staff("o1"), sign(other), &["SlipSigned"]);
    match state {
        "two_versions" => {
            let mut away = venue.clone().on(K2);
            for (venue, total) in [(&mut venue, 200), (&mut away, 300)] {
                venue.act(staff("o1"), &revise(venue, slip, total)).expect("allowed");
            }
            venue.pull(&away);
        }
        "draft" => {}
        _ => drop(venue.check(staff("o1"), sign(slip), &["SlipSigned"])),
    }
    match state {
        "superseded" => drop(venue.check(staff("o1"), supersede(slip, other), &["SlipSuperseded"])),
        "void" => drop(venue.check(staff("o1"), void(slip), &["SlipVoided"])),
        _ => {}
    }
    (venue, slip, other)
}

fn revise(venue: &Venue, slip: SlipId, total_minor: i64) -> Command {
    let base = venue.meeting.slip(slip).expect("known").version().stamp.event;
    Command::ReviseSlip { slip, base, content: Box::new(content(total_minor)) }
}

#[test]
fn every_transition_of_a_slip_has_its_outcome() {
    // From; revised, version picked, signed, replaced, voided, copy returned.
    for (state, expected) in [
        ("draft", ["SlipRevised", "", "SlipSigned", "not_signed", "SlipVoided", "not_signed"]),
        (
            "two_versions",
            ["two_versions", "SlipBranchChosen", "two_versions", "not_signed", "SlipVoided", "not_signed"],
        ),
        ("signed", ["slip_signed", "", "slip_signed", "SlipSuperseded", "SlipVoided", "SlipCopyReturned"]),
        ("superseded", ["slip_signed", "", "slip_signed", "", "SlipVoided", "SlipCopyReturned"]),
        ("void", ["slip_void", "", "slip_void", "slip_void", "", "SlipCopyReturned"]),
    ] {
        let (venue, slip, other) = slip_in(state);
        let kept = venue.meeting.slip(slip).expect("known").version().stamp.event;
        let commands = [
            revise(&venue, slip, 900),
            Command::ChooseSlipVersion { slip, kept },
            sign(slip),
            supersede(slip, other),
            void(slip),
            Command::Desk(DeskCommand::ReturnCopy { slip, copy: SlipCopy::Stub }),
        ];
        let before = venue.meeting.slip(slip).expect("known").status();
        for (command, expected) in commands.into_iter().zip(expected) {
            let mut then = venue.clone();
            assert_eq!(outcome(&mut then, "o1", command.clone()), expected, "{state}: {command:?}");
            let after = then.meeting.slip(slip).expect("known").status();
            let reached = match expected {
                "SlipSigned" => SlipStatus::Signed,
                "SlipVoided" => SlipStatus::Void,
                "SlipSuperseded" => SlipStatus::Superseded { by: other },
                "SlipBranchChosen" => SlipStatus::Draft,
                _ => before,
            };
            assert_eq!(after, reached, "{state}: {command:?}");
        }
    }
}

fn payment_in(state: PaymentStatus) -> (Venue, PaymentId) {
    let mut venue = Venue::new();
    let tender = Tender {
        kind: TenderKind::Transfer,
        amount_minor: 500,
        reference: "A1".into(),
        bag: String::new(),
        second_counter: None,
        due_on: None,
    };
    let new = |claimed| NewPayment {
        dealer: dealer(11),
        tenders: vec![tender.clone()],
        slips: vec![],
        prepaid: false,
        claimed,
        note: String::new(),
        total_minor: None,
        large_is_right: false,
    };
    let mut take = |claimed| {
        let events = venue.act(staff("f1"), &Command::ReceivePayment(Box::new(new(claimed)))).expect("allowed");
        match &events[0] {
            Event::PaymentClaimed(PaymentClaimed { receipt }) | Event::PaymentReceived(PaymentReceived { receipt }) => {
                receipt.payment
            }
            other => panic!("{other:?}"),
        }
    };
    let first = take(state == PaymentStatus::Claimed);
    let payment = if state == PaymentStatus::UnderReview { take(false) } else { first };
    match state {
        PaymentStatus::Confirmed => {
            venue.check(staff("f1"), Command::ConfirmPayment { payment }, &["PaymentConfirmed"]);
        }
        PaymentStatus::Reversed => {
            venue.check(staff("f1"), reverse(payment), &["PaymentReversed"]);
        }
        PaymentStatus::Claimed | PaymentStatus::Received | PaymentStatus::UnderReview => {}
    }
    (venue, payment)
}

fn reverse(payment: PaymentId) -> Command {
    Command::ReversePayment { payment, reason: "bounced".into(), second: Some("c1".into()) }
}

#[test]
fn every_transition_of_a_payment_has_its_outcome() {
    use PaymentStatus::{Claimed, Confirmed, Received, Reversed, UnderReview};
    // From; confirmed, released, reversed: what happens and the state after it.
    for (from, expected) in [
        (Claimed, [("PaymentConfirmed", Confirmed), ("", Claimed), ("PaymentReversed", Reversed)]),
        (Received, [("PaymentConfirmed", Confirmed), ("", Received), ("PaymentReversed", Reversed)]),
        (Confirmed, [("", Confirmed), ("", Confirmed), ("PaymentReversed", Reversed)]),
        (UnderReview, [("under_review", UnderReview), ("PaymentReleased", Received), ("PaymentReversed", Reversed)]),
        (Reversed, [("payment_reversed", Reversed), ("payment_reversed", Reversed), ("payment_reversed", Reversed)]),
    ] {
        let (venue, payment) = payment_in(from);
        let status = |venue: &Venue| venue.meeting.payment(payment).expect("known").status();
        assert_eq!(status(&venue), from);
        let commands = [Command::ConfirmPayment { payment }, Command::ReleasePayment { payment }, reverse(payment)];
        for (command, (expected, reached)) in commands.into_iter().zip(expected) {
            let mut then = venue.clone();
            assert_eq!(outcome(&mut then, "f1", command.clone()), expected, "{from:?}: {command:?}");
            assert_eq!(status(&then), reached, "{from:?}: {command:?}");
        }
    }
}

#[test]
fn gift_comes_back_once() {
    assert_eq!(GiftState::Out.give_back(), Some(GiftState::Returned));
    assert_eq!(GiftState::Returned.give_back(), None);
}
