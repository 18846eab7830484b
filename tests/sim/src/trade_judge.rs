//! What must hold of money and gifts once all is calm, recounted from the hub's log alone: I6, I8, no gift twice unseen,
//! approvals bound to the line and its price, numbers on paper given once.

use std::collections::{BTreeMap, BTreeSet};

use domain::event::{PaymentConfirmed, Receipt, SlipContent, SlipLine};
use domain::meeting::PaymentStatus;
use domain::{Actor, DeviceId, DiscountId, GiftId, HouseholdId, Meeting, PaymentId, SlipId, StaffId};
use sync::{Event, EventId};

use crate::trade::LOWEST_MINOR;

/// The acts of a log, each once, with who did it where.
fn acts<'a>(log: impl Iterator<Item = &'a Event>) -> Vec<(DeviceId, Actor, domain::Event)> {
    let mut seen: BTreeSet<EventId> = BTreeSet::new();
    let read = |event: &Event| {
        let words = domain::Event::from_payload(&event.kind, event.kind_version, &event.payload).ok()?;
        Some((DeviceId::from_bytes(event.device_id.0), event.actor.parse().ok()?, words))
    };
    log.filter(|event| seen.insert(event.event_id)).filter_map(read).collect()
}

/// What is wrong with the money of a meeting, given the hub's log. Devices whose disk went back may have given a number
/// again before they noticed.
pub fn broken<'a>(
    log: impl Iterator<Item = &'a Event>,
    meeting: &Meeting,
    went_back: &BTreeSet<DeviceId>,
) -> Vec<String> {
    let acts = acts(log);
    let mut broken = payments_add_up(&acts, meeting);
    broken.extend(gifts_left_once(&acts, meeting));
    broken.extend(prices_have_a_yes(&acts, meeting));
    broken.extend(numbers_are_unique(&acts, went_back));
    broken
}

/// The same of a hub's log where no disk went back.
pub fn broken_in(meeting: &Meeting, log: &[Event]) -> Vec<String> {
    broken(log.iter(), meeting, &BTreeSet::new())
}

type Acts = [(DeviceId, Actor, domain::Event)];

/// I6: what is paid is the sum of the distinct confirmed payments; I8: each at its threshold opens the green channel. Only
/// a reversal by two takes either away, whatever came first; a review takes the money, not the green.
fn payments_add_up(acts: &Acts, meeting: &Meeting) -> Vec<String> {
    let mut receipts: BTreeMap<PaymentId, &Receipt> = BTreeMap::new();
    let mut confirmed: BTreeMap<PaymentId, &PaymentConfirmed> = BTreeMap::new();
    let mut reversed: BTreeSet<PaymentId> = BTreeSet::new();
    for (_, actor, event) in acts {
        match event {
            domain::Event::PaymentReceived(received) => {
                _ = receipts.insert(received.receipt.payment, &received.receipt)
            }
            domain::Event::PaymentClaimed(claimed) => _ = receipts.insert(claimed.receipt.payment, &claimed.receipt),
            domain::Event::PaymentConfirmed(word) => _ = confirmed.entry(word.payment).or_insert(word),
            domain::Event::PaymentReversed(word) if are_two(actor, word.second.as_ref()) => {
                reversed.insert(word.payment);
            }
            _ => {}
        }
    }
    let counts = |payment: &PaymentId| confirmed.contains_key(payment) && !reversed.contains(payment);
    let counting: Vec<(&PaymentId, &&Receipt)> = receipts.iter().filter(|(payment, _)| counts(payment)).collect();
    let status = |payment: &PaymentId| meeting.payment(*payment).map(|payment| payment.status());
    let mut broken = Vec::new();
    let mut sum = 0;
    for (payment, receipt) in &counting {
        match status(payment) {
            Some(PaymentStatus::UnderReview) => {}
            Some(PaymentStatus::Confirmed) => sum += receipt.total_minor(),
            other => broken.push(format!("I6 {payment} is confirmed in the log, and {other:?}")),
        }
        let green = confirmed[*payment].green_threshold_minor.is_some_and(|minor| receipt.total_minor() >= minor);
        if green && !meeting.has_green_channel(receipt.household) {
            broken.push(format!("I8 {payment} opened the green channel of {}, which is shut", receipt.household));
        }
    }
    if sum != meeting.paid_minor() {
        broken.push(format!("I6 confirmed are {sum}, shown as paid {}", meeting.paid_minor()));
    }
    broken
}

fn are_two(actor: &Actor, second: Option<&StaffId>) -> bool {
    match actor {
        Actor::Staff { id } => second.is_some_and(|second| second != id),
        Actor::Organiser => second.is_some(),
        Actor::Guest | Actor::Salesperson { .. } | Actor::System => false,
    }
}

/// A gift that left more often than it was earned has its task, and no other has one.
fn gifts_left_once(acts: &Acts, meeting: &Meeting) -> Vec<String> {
    let is_back = |event: &domain::Event| match event {
        domain::Event::GiftReturned(back) => Some(back.handover),
        _ => None,
    };
    let back: BTreeSet<_> = acts.iter().filter_map(|(_, _, event)| is_back(event)).collect();
    let mut out: BTreeMap<(HouseholdId, &GiftId), BTreeSet<_>> = BTreeMap::new();
    for (_, _, event) in acts {
        if let domain::Event::GiftHandedOver(handed) = event
            && !back.contains(&handed.handover)
        {
            out.entry((handed.household, &handed.gift)).or_default().insert(handed.handover);
        }
    }
    let told = meeting.gifts_given_twice();
    let unseen = out.iter().filter(|((household, gift), out)| {
        let earned = meeting.gift_rights(*household).get(gift).map_or(0, |right| right.earned as usize);
        let task = told.iter().any(|twice| twice.household == *household && twice.gift == **gift);
        task != (out.len() > earned.max(1))
    });
    unseen.map(|((household, gift), out)| format!("gift {gift} left {} times for {household}", out.len())).collect()
}

/// Rule 9: a signed line below the lowest price has a yes to this slip, line, product, quantity and price in the log, and
/// the yes answers a question.
fn prices_have_a_yes(acts: &Acts, meeting: &Meeting) -> Vec<String> {
    let mut asked: BTreeMap<DiscountId, (SlipId, u16, &str, u32, i64)> = BTreeMap::new();
    let mut approved: BTreeSet<DiscountId> = BTreeSet::new();
    for (_, _, event) in acts {
        match event {
            domain::Event::DiscountRequested(it) => {
                let words = (it.slip, it.line, it.sku.as_str(), it.quantity, it.unit_price_minor);
                asked.insert(it.discount, words);
            }
            domain::Event::DiscountApproved(yes) => _ = approved.insert(yes.discount),
            _ => {}
        }
    }
    let cheap = |line: &&SlipLine| line.sku.as_str() == "K7" && line.unit_price_minor < LOWEST_MINOR;
    let has_yes = |slip: SlipId, line: &SlipLine| {
        let words = (slip, line.line, line.sku.as_str(), line.quantity, line.unit_price_minor);
        approved.iter().any(|yes| asked.get(yes) == Some(&words))
    };
    let signed = |(slip, content): (SlipId, &SlipContent)| -> Vec<String> {
        let lines = content.lines.iter().filter(cheap).filter(|line| !has_yes(slip, line));
        lines
            .map(|line| format!("line {} of {slip} is signed at {} unasked", line.line, line.unit_price_minor))
            .collect()
    };
    meeting.signed_slips().map(|slip| (slip.id, &*slip.version().content)).flat_map(signed).collect()
}

/// A number stands for one paper.
fn numbers_are_unique(acts: &Acts, went_back: &BTreeSet<DeviceId>) -> Vec<String> {
    let number = |event: &domain::Event| match event {
        domain::Event::SlipDrafted(drafted) => Some(drafted.number.clone()),
        domain::Event::PaymentReceived(received) => Some(received.receipt.number.clone()),
        domain::Event::PaymentClaimed(claimed) => Some(claimed.receipt.number.clone()),
        domain::Event::TicketTaken(taken) => Some(taken.number.clone()),
        domain::Event::CashHandedOver(cash) => Some(cash.number.clone()),
        _ => None,
    };
    let numbers = acts.iter().filter(|(device, _, _)| !went_back.contains(device)).filter_map(|(_, _, it)| number(it));
    let mut seen = BTreeSet::new();
    numbers
        .filter(|number| !seen.insert(number.clone()))
        .map(|it| format!("the number {it} is on two papers"))
        .collect()
}
