//! Trade at the desks: what staff do with slips, prices, receipts, tickets, gifts and cash, given what their machine shows
//! them. Chooses by chance and judges nothing; what a rule refuses is refused.

use domain::event::{Crew, SlipContent, SlipCopy, Tender, TenderKind};
use domain::meeting::{LineAuthority, Slip, SlipStatus, TicketState};
use domain::{Actor, Command, Dealer, DeskCommand, DeviceId, Meeting, NewPayment, Sku, SlipId};
use serde_json::{Value, json};

use crate::rng::Rng;

/// One receipt of so much opens the green channel, and earns the watch.
pub const GREEN_MINOR: i64 = 800_000;
/// Dealers who trade: few, so that their desks meet.
const TRADERS: usize = 4;
/// The lowest price of a `K7` that needs nobody's yes; a `K8` goes at the list price.
pub const LOWEST_MINOR: i64 = 4_800;
const QUEUES: [&str; 3] = ["cashier", "gift", "order"];

/// Adds the facts that trade needs to those of a meeting: products, gifts, staff and settings.
pub fn equip(facts: &mut Value) {
    let crew = [("o1", "order_desk"), ("f1", "finance"), ("f2", "finance"), ("d1", "deputy_commander")];
    let crew = crew.map(|(id, role)| json!({ "id": id, "name": format!("Staff {id}"), "roles": [role] }));
    if let Some(staff) = facts["staff"].as_array_mut() {
        staff.extend(crew);
    }
    let tiers = json!([
        { "at_least_quantity": 100, "discount_basis_points": 200 },
        { "at_least_quantity": 200, "discount_basis_points": 300, "free_goods": [{ "sku": "K8", "quantity": 6 }],
          "gift": "kettle" },
    ]);
    facts["products"] = json!([
        { "sku": "K7", "name": "K7", "unit": "t", "list_price_minor": 5_000, "lowest_price_minor": LOWEST_MINOR,
          "stock": 900, "tiers": tiers },
        { "sku": "K8", "name": "K8", "unit": "t", "list_price_minor": 1_000 },
    ]);
    facts["gifts"] = json!([
        { "id": "kettle", "name": "Kettle", "stock": 5 },
        { "id": "watch", "name": "Watch", "stock": 6, "deposit_minor": GREEN_MINOR },
    ]);
    facts["rules"]["green_threshold_minor"] = json!(GREEN_MINOR);
    facts["rules"]["queue"] = json!({ "order_desk": true });
}

/// What somebody at this machine does next; none when there is nothing to do it with.
pub fn act(meeting: &Meeting, here: DeviceId, rng: &mut Rng) -> Option<(Actor, Command)> {
    let (who, command) = match rng.between(0, 100) {
        0..34 => slips(meeting, rng)?,
        34..46 => prices(meeting, rng)?,
        46..70 => money(meeting, here, rng)?,
        70..84 => gifts(meeting, rng)?,
        _ => queues(meeting, rng)?,
    };
    Some((Actor::Staff { id: who.into() }, command))
}

type Deed = Option<(&'static str, Command)>;

fn slips(meeting: &Meeting, rng: &mut Rng) -> Deed {
    match rng.between(0, 34) {
        0..12 => {
            Some(("o1", Command::DraftSlip { content: Box::new(content(meeting, some_dealer(meeting, rng)?, rng)?) }))
        }
        12..18 => {
            let slip = some(rng, meeting.slips().filter(|slip| slip.status() == SlipStatus::Draft))?;
            let dealer = meeting.dealer(slip.version().content.dealer)?;
            let (slip, base) = (slip.id, slip.version().stamp.event);
            Some(("o1", Command::ReviseSlip { slip, base, content: Box::new(content(meeting, dealer, rng)?) }))
        }
        18..21 => {
            let slip = some(rng, meeting.slips().filter(|slip| slip.wants_choice()))?;
            let kept = some(rng, slip.versions())?.stamp.event;
            Some(("o1", Command::ChooseSlipVersion { slip: slip.id, kept }))
        }
        21..29 => {
            let draft = |slip: &&Slip| slip.status() == SlipStatus::Draft;
            let approved = |slip: &&Slip| {
                draft(slip) && matches!(first_price(meeting, slip), Some(LineAuthority::Approved { .. }))
            };
            let slip = some(rng, meeting.slips().filter(approved)).filter(|_| rng.chance(500));
            let slip = slip.or_else(|| some(rng, meeting.slips().filter(draft)))?.id;
            Some(("o1", Command::SignSlip { slip, signer: "Guest".into(), sealed: rng.chance(800) }))
        }
        29..30 => {
            let (slip, second) = (some(rng, meeting.slips())?.id, rng.chance(700).then(|| "f1".into()));
            Some(("o1", Command::VoidSlip { slip, reason: "wrong firm".into(), second }))
        }
        30..32 => {
            let (slip, by) = (some(rng, meeting.signed_slips())?.id, some(rng, meeting.signed_slips())?.id);
            Some(("o1", Command::Desk(DeskCommand::SupersedeSlip { slip, by, reason: "more of it".into() })))
        }
        _ => {
            let slip = some(rng, meeting.slips().filter(|slip| slip.signed().is_some()))?.id;
            let copy = [SlipCopy::Stub, SlipCopy::Customer, SlipCopy::Finance][rng.index(3)];
            Some(("r1", Command::Desk(DeskCommand::ReturnCopy { slip, copy })))
        }
    }
}

fn prices(meeting: &Meeting, rng: &mut Rng) -> Deed {
    if rng.chance(500) {
        let asks = |slip: &&Slip| {
            let price = first_price(meeting, slip);
            let cheap = matches!(price, Some(LineAuthority::Unasked { .. } | LineAuthority::Outdated { .. }));
            cheap && slip.status() == SlipStatus::Draft
        };
        let slip = some(rng, meeting.slips().filter(asks))?.id;
        return Some(("o1", Command::Desk(DeskCommand::RequestDiscount { slip, line: 1, reason: String::new() })));
    }
    let discount = some(rng, meeting.open_discounts().into_iter())?.request.discount;
    let answer = if rng.chance(850) {
        DeskCommand::ApproveDiscount { discount, approver: "d1".into() }
    } else {
        DeskCommand::RefuseDiscount { discount, by: "d1".into(), reason: "too low".into() }
    };
    Some(("d1", Command::Desk(answer)))
}

fn first_price(meeting: &Meeting, slip: &Slip) -> Option<LineAuthority> {
    slip.version().content.lines.first().map(|line| meeting.line_authority(slip, line))
}

fn money(meeting: &Meeting, here: DeviceId, rng: &mut Rng) -> Deed {
    let some_payment = |rng: &mut Rng| Some(some(rng, meeting.payments())?.receipt.payment);
    match rng.between(0, 24) {
        0..10 => Some(("f1", Command::ReceivePayment(Box::new(payment(meeting, rng)?)))),
        10..18 => Some(("f1", Command::ConfirmPayment { payment: some_payment(rng)? })),
        18..20 => Some(("f2", Command::ReleasePayment { payment: some_payment(rng)? })),
        20..22 => {
            let (payment, second) = (some_payment(rng)?, rng.chance(800).then(|| "f2".into()));
            Some(("f1", Command::ReversePayment { payment, reason: "bounced".into(), second }))
        }
        _ => {
            let short = if rng.chance(300) { 100 } else { 0 };
            let counted_minor = (meeting.cash_at(here).expected_minor - short).max(0);
            let (second, note) = ("f2".into(), "one note is missing".into());
            Some(("f1", Command::Desk(DeskCommand::HandOverCash { counted_minor, second, note })))
        }
    }
}

fn gifts(meeting: &Meeting, rng: &mut Rng) -> Deed {
    let gift = if rng.chance(500) { "watch" } else { "kettle" }.into();
    let deed = match rng.between(0, 14) {
        0..8 => {
            let here = meeting.guests().filter_map(|guest| meeting.standing_badge(guest.id));
            DeskCommand::HandOverGift { badge: some(rng, here)?.id, gift }
        }
        8..10 => {
            let handover = some(rng, meeting.handovers().into_iter())?.gift.handover;
            DeskCommand::ReturnGift { handover, reason: "does not work".into() }
        }
        10..11 => DeskCommand::CountGifts { gift, stock: u32::try_from(rng.between(3, 9)).ok()? },
        11..13 => {
            let quantity = u32::try_from(rng.between(1, 5)).ok()?;
            DeskCommand::IssueMaterial { item: "banner".into(), quantity, to: Crew::Staff("r1".into()) }
        }
        _ => {
            let issue = some(rng, meeting.materials().into_iter())?.issued.issue;
            DeskCommand::ReturnMaterial { issue, quantity: u32::try_from(rng.between(1, 4)).ok()? }
        }
    };
    Some(("r1", Command::Desk(deed)))
}

fn queues(meeting: &Meeting, rng: &mut Rng) -> Deed {
    let (queue, counter) = (QUEUES[rng.index(QUEUES.len())].into(), "2".to_owned());
    let some_ticket = |rng: &mut Rng| Some(some(rng, meeting.tickets())?.id);
    let called = |rng: &mut Rng| {
        let called = meeting.tickets().filter(|ticket| matches!(ticket.state, TicketState::Called { .. }));
        Some(some(rng, called)?.id)
    };
    let deed = match rng.between(0, 16) {
        0..5 => DeskCommand::TakeTicket { queue, household: Some(some_dealer(meeting, rng)?.household) },
        5..10 => DeskCommand::CallNext { queue, counter },
        10..11 => DeskCommand::CallTicket { ticket: some_ticket(rng)?, counter },
        11..12 => DeskCommand::TransferTicket { ticket: some_ticket(rng)?, to: queue },
        12..15 => DeskCommand::ServeTicket { ticket: called(rng)? },
        _ => {
            let no_show = rng.chance(600);
            let ticket = if no_show { called(rng)? } else { some_ticket(rng)? };
            DeskCommand::DropTicket { ticket, no_show, reason: String::new() }
        }
    };
    Some(("f1", Command::Desk(deed)))
}

fn some<T>(rng: &mut Rng, of: impl Iterator<Item = T>) -> Option<T> {
    let mut all: Vec<T> = of.collect();
    if all.is_empty() { None } else { Some(all.swap_remove(rng.index(all.len()))) }
}

fn some_dealer<'a>(meeting: &'a Meeting, rng: &mut Rng) -> Option<&'a Dealer> {
    some(rng, meeting.all_dealers().map(|dealer| &**dealer).take(TRADERS))
}

/// One or two lines by the policy; sometimes below the lowest price, sometimes with a deposit.
fn content(meeting: &Meeting, dealer: &Dealer, rng: &mut Rng) -> Option<SlipContent> {
    let quantity = [1, 100, 200][rng.index(3)];
    let price = [5_000, 4_800, 4_700, 4_650][rng.index(4)];
    let sku = |code: &str| Sku::from(code);
    let mut lines = vec![meeting.priced_line(1, &sku("K7"), quantity, Some(price)).ok()?];
    if rng.chance(400) {
        lines.push(meeting.priced_line(2, &sku("K8"), 1 + quantity / 10, None).ok()?);
    }
    let total_minor: i64 = lines.iter().map(|line| line.amount_minor).sum();
    Some(SlipContent {
        dealer: dealer.id,
        household: dealer.household,
        salesperson: None,
        lines,
        policy_rev: meeting.config_rev(),
        total_minor,
        currency: meeting.config().meeting.currency,
        deposit_kind: meeting.config().rules.deposit_kind,
        deposit_minor: if rng.chance(500) { total_minor / 5 } else { 0 },
        due_on: None,
        address: None,
        phone: None,
        supplied_by: None,
        paid_to: None,
        ticket: None,
        note: String::new(),
    })
}

/// One to three tenders; few amounts and references, so that receipts look alike.
fn payment(meeting: &Meeting, rng: &mut Rng) -> Option<NewPayment> {
    let dealer = some_dealer(meeting, rng)?;
    let tenders: Vec<Tender> = (0..1 + rng.index(3)).map(|_| tender(rng)).collect();
    let sum: i64 = tenders.iter().map(|tender| tender.amount_minor).sum();
    let own = meeting.signed_slips().filter(|slip| slip.version().content.dealer == dealer.id);
    let slip: Option<SlipId> = some(rng, own).map(|slip| slip.id).filter(|_| rng.chance(600));
    Some(NewPayment {
        dealer: dealer.id,
        tenders,
        slips: slip.map(|slip| (slip, sum)).into_iter().collect(),
        prepaid: false,
        claimed: rng.chance(200),
        note: String::new(),
        total_minor: Some(sum),
        large_is_right: false,
    })
}

fn tender(rng: &mut Rng) -> Tender {
    let kind = [
        TenderKind::Cash,
        TenderKind::Cash,
        TenderKind::Transfer,
        TenderKind::Card,
        TenderKind::WechatPay,
        TenderKind::Alipay,
        TenderKind::AcceptanceBill,
        TenderKind::Rebate,
        TenderKind::Credit,
    ][rng.index(9)];
    let is_cash = kind == TenderKind::Cash;
    let reference = if is_cash { "" } else { ["", "TX 7", "tx7", "TX8", "B-9"][rng.index(5)] };
    Tender {
        kind,
        amount_minor: [100_000, 400_000, GREEN_MINOR][rng.index(3)],
        reference: reference.to_owned(),
        bag: if is_cash && rng.chance(700) { format!("B{}", rng.between(1, 99)) } else { String::new() },
        second_counter: is_cash.then(|| "f2".into()),
        due_on: None,
    }
}
