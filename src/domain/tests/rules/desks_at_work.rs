//! Two desks at work while cut off from each other, whatever they do: after healing, what the log says by a plain recount is
//! what the meeting says.

use std::collections::{BTreeMap, BTreeSet};

use domain::config::{Gift, Text};
use domain::event::*;
use domain::meeting::{PaymentStatus, SlipStatus, TicketState};
use domain::*;
use proptest::prelude::*;

use crate::policy::{priced, sign, with_products};
use crate::venue::*;

/// What a desk tries; what is refused is refused.
#[derive(Clone, Copy, Debug)]
enum Try {
    Draft { quantity: u32, price: i64 },
    Revise { quantity: u32, price: i64 },
    Ask,
    Approve,
    Sign,
    Pay { number: u8, amount: i64, reference: u8 },
    Confirm,
    Reverse,
    Ticket { number: u8 },
    Call,
    Serve,
    Miss,
    Give { number: u8, watch: bool },
    TakeBack,
    HandOver,
}

fn tries() -> impl Strategy<Value = Try> {
    let quantities = || prop_oneof![Just(1_u32), Just(100), Just(200)];
    let prices = || prop_oneof![Just(5_000_i64), Just(4_700)];
    let parties = || prop_oneof![Just(11_u8), Just(31)];
    prop_oneof![
        (quantities(), prices()).prop_map(|(quantity, price)| Try::Draft { quantity, price }),
        (quantities(), prices()).prop_map(|(quantity, price)| Try::Revise { quantity, price }),
        Just(Try::Ask),
        Just(Try::Approve),
        Just(Try::Sign),
        (parties(), 1_i64..4, 0_u8..3).prop_map(|(number, amount, reference)| Try::Pay {
            number,
            amount: amount * 400_000,
            reference
        }),
        Just(Try::Confirm),
        Just(Try::Reverse),
        parties().prop_map(|number| Try::Ticket { number }),
        Just(Try::Call),
        Just(Try::Serve),
        Just(Try::Miss),
        (parties(), any::<bool>()).prop_map(|(number, watch)| Try::Give { number, watch }),
        Just(Try::TakeBack),
        Just(Try::HandOver),
    ]
}

/// Kettles by tier, watches by a receipt of 8,000.00; the green channel from 8,000.00 on; both parties are here.
fn venue() -> Venue {
    let mut venue = Venue::new();
    let mut configured = with_products(2);
    let gift = |id: &str, deposit_minor| Gift { id: id.into(), name: Text::same(id), stock: 9, deposit_minor };
    configured.config.gifts = vec![gift("kettle", None), gift("watch", Some(800_000))];
    configured.config.rules.green_threshold_minor = Some(800_000);
    venue.happens(configured);
    for (party, number) in [(1, 11), (3, 31)] {
        venue.act(guest_actor(), &check_in(party, &[number])).expect("welcome");
    }
    venue
}

fn badge_of(venue: &Venue, number: u8) -> BadgeId {
    venue.meeting.standing_badge(guest(number)).expect("checked in").id
}

/// The command, given what the desk sees; the newest slip, payment and gift are the ones it works on.
fn command(venue: &Venue, what: Try) -> Option<(&'static str, Command)> {
    let meeting = &venue.meeting;
    let last_slip = || meeting.slips().max_by_key(|slip| (slip.version().stamp.order, slip.id));
    let last_payment = || meeting.payments().max_by_key(|it| it.stamp.order).map(|it| it.receipt.payment);
    let called = || meeting.tickets().find(|ticket| matches!(ticket.state, TicketState::Called { .. })).map(|it| it.id);
    let desk = |by, command| Some((by, Command::Desk(command)));
    match what {
        Try::Draft { quantity, price } => {
            Some(("o1", Command::DraftSlip { content: Box::new(priced(venue, quantity, price)) }))
        }
        Try::Revise { quantity, price } => {
            let slip = last_slip()?;
            let content = Box::new(priced(venue, quantity, price));
            Some(("o1", Command::ReviseSlip { slip: slip.id, base: slip.version().stamp.event, content }))
        }
        Try::Ask => desk("o1", DeskCommand::RequestDiscount { slip: last_slip()?.id, line: 1, reason: String::new() }),
        Try::Approve => {
            let discount = meeting.open_discounts().first()?.request.discount;
            desk("d1", DeskCommand::ApproveDiscount { discount, approver: "d1".into() })
        }
        Try::Sign => Some(("o1", sign(last_slip()?.id))),
        Try::Pay { number, amount, reference } => {
            let tender = Tender {
                kind: if reference == 0 { TenderKind::Cash } else { TenderKind::Transfer },
                amount_minor: amount,
                reference: if reference == 0 { String::new() } else { format!("R{reference}") },
                bag: String::new(),
                second_counter: Some("f2".into()),
                due_on: None,
            };
            let new = NewPayment {
                dealer: dealer(number),
                tenders: vec![tender],
                slips: vec![],
                prepaid: false,
                claimed: false,
                note: String::new(),
                total_minor: Some(amount),
                large_is_right: false,
            };
            Some(("f1", Command::ReceivePayment(Box::new(new))))
        }
        Try::Confirm => Some(("f1", Command::ConfirmPayment { payment: last_payment()? })),
        Try::Reverse => {
            let payment = last_payment()?;
            Some(("f1", Command::ReversePayment { payment, reason: "bounced".into(), second: Some("c1".into()) }))
        }
        Try::Ticket { number } => {
            desk("r1", DeskCommand::TakeTicket { queue: "cashier".into(), household: Some(household(number / 10)) })
        }
        Try::Call => desk("f1", DeskCommand::CallNext { queue: "cashier".into(), counter: "1".into() }),
        Try::Serve => desk("f1", DeskCommand::ServeTicket { ticket: called()? }),
        Try::Miss => desk("f1", DeskCommand::DropTicket { ticket: called()?, no_show: true, reason: String::new() }),
        Try::Give { number, watch } => {
            let gift = if watch { "watch" } else { "kettle" };
            desk("r1", DeskCommand::HandOverGift { badge: badge_of(venue, number), gift: gift.into() })
        }
        Try::TakeBack => {
            let handover = meeting.handovers().last()?.gift.handover;
            desk("r1", DeskCommand::ReturnGift { handover, reason: "broken".into() })
        }
        Try::HandOver => {
            let counted_minor = meeting.cash_at(venue.here()).expected_minor;
            desk("f1", DeskCommand::HandOverCash { counted_minor, second: "f2".into(), note: String::new() })
        }
    }
}

fn number(event: &Event) -> Option<&str> {
    match event {
        Event::SlipDrafted(drafted) => Some(&drafted.number),
        Event::TicketTaken(taken) => Some(&taken.number),
        Event::CashHandedOver(cash) => Some(&cash.number),
        Event::PaymentReceived(received) => Some(&received.receipt.number),
        _ => None,
    }
}

/// Money that counts by the log alone: each confirmed receipt once, without those reversed or under review.
fn recounted_money(venue: &Venue) -> i64 {
    let mut amounts: BTreeMap<PaymentId, i64> = BTreeMap::new();
    let mut counting: BTreeSet<PaymentId> = BTreeSet::new();
    for (_, event) in &venue.log {
        match event {
            Event::PaymentReceived(received) => {
                amounts.insert(received.receipt.payment, received.receipt.tenders[0].amount_minor);
            }
            Event::PaymentConfirmed(confirmed) => _ = counting.insert(confirmed.payment),
            _ => {}
        }
    }
    for (_, event) in &venue.log {
        if let Event::PaymentReversed(reversed) = event {
            counting.remove(&reversed.payment);
        }
    }
    let review = |payment: &&PaymentId| {
        venue.meeting.payment(**payment).map(|it| it.status()) == Some(PaymentStatus::UnderReview)
    };
    counting.iter().filter(|payment| !review(payment)).map(|payment| amounts[payment]).sum()
}

/// Gifts out by party and kind, by the log alone.
fn recounted_gifts(venue: &Venue) -> BTreeMap<(HouseholdId, GiftId), usize> {
    let back: BTreeSet<HandoverId> = venue
        .log
        .iter()
        .filter_map(|(_, event)| if let Event::GiftReturned(back) = event { Some(back.handover) } else { None })
        .collect();
    let mut out = BTreeMap::new();
    for (_, event) in &venue.log {
        if let Event::GiftHandedOver(handed) = event
            && !back.contains(&handed.handover)
        {
            *out.entry((handed.household, handed.gift.clone())).or_default() += 1;
        }
    }
    out
}

/// A signed line below the lowest price has a yes in the log for this slip, line and price.
fn prices_have_a_yes(venue: &Venue) -> bool {
    let approved = |slip: SlipId, line: &SlipLine| {
        venue.log.iter().any(|(_, event)| {
            matches!(event, Event::DiscountApproved(yes)
                if (yes.slip, yes.line, yes.unit_price_minor) == (slip, line.line, line.unit_price_minor))
        })
    };
    let signed = venue.meeting.slips().filter(|slip| slip.status() == SlipStatus::Signed);
    let mut lines = signed.flat_map(|slip| slip.version().content.lines.iter().map(move |line| (slip.id, line)));
    lines.all(|(slip, line)| line.sku != "K7".into() || line.unit_price_minor >= 4_800 || approved(slip, line))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(120))]

    #[test]
    fn two_desks_cut_off_heal_to_what_their_logs_say(steps in proptest::collection::vec((any::<bool>(), tries()), 0..60)) {
        let mut one = venue();
        let mut two = one.clone().on(K2);
        let mut green = BTreeSet::new();
        for (first, what) in steps {
            let desk = if first { &mut one } else { &mut two };
            if let Some((by, command)) = command(desk, what) {
                let _ = desk.act(staff(by), &command);
            }
            green.extend([1, 3].map(household).into_iter().filter(|party| desk.meeting.has_green_channel(*party)));
        }
        one.pull(&two);
        let meeting = &one.meeting;
        let all: Vec<&str> = one.log.iter().filter_map(|(_, event)| number(event)).collect();
        prop_assert_eq!(all.iter().collect::<BTreeSet<_>>().len(), all.len(), "numbers are unique: {:?}", all);
        prop_assert_eq!(meeting.paid_minor(), recounted_money(&one));
        prop_assert!(prices_have_a_yes(&one));
        let reversed = one.log.iter().any(|(_, event)| matches!(event, Event::PaymentReversed(_)));
        prop_assert!(reversed || green.iter().all(|party| meeting.has_green_channel(*party)), "green only grows");
        for ((party, gift), out) in recounted_gifts(&one) {
            let earned = meeting.gift_rights(party).get(&gift).map_or(0, |right| right.earned as usize);
            let told = meeting.gifts_given_twice().iter().any(|twice| twice.household == party && twice.gift == gift);
            prop_assert_eq!(told, out > earned.max(1), "{} out, {} earned", out, earned);
        }
        let served = one.log.iter().filter(|(_, event)| matches!(event, Event::TicketServed(_))).count();
        let history = meeting.queue_history();
        prop_assert_eq!(history.iter().filter(|row| row.state == TicketState::Served).count(), served);
        let handed: BTreeSet<PaymentId> = meeting.cash_handovers().flat_map(|it| it.cash.payments.clone()).collect();
        let sum: usize = meeting.cash_handovers().map(|it| it.cash.payments.len()).sum();
        prop_assert_eq!(handed.len(), sum, "no receipt's cash leaves twice");
    }
}
