//! Samples of slips, payments, queues, gifts, the draw, the stage and tasks.

use domain::config::{DepositKind, Prize, PrizePool, Text};
use domain::event::*;
use domain::ids::*;
use domain::{Currency, Event};

use super::{address, badge_id, bytes, contact, dealer_id, household_id};

pub fn samples() -> Vec<Event> {
    let mut all = slips();
    all.extend(payments());
    all.extend(counters());
    all.extend(draw());
    all.extend(stage_and_tasks());
    all
}

fn slip() -> SlipId {
    SlipId::from_bytes(bytes(51))
}

fn content() -> SlipContent {
    SlipContent {
        dealer: dealer_id(1),
        household: household_id(1),
        salesperson: Some("S07".into()),
        lines: vec![SlipLine {
            line: 1,
            sku: "K7".into(),
            quantity: 120,
            unit_price_minor: 4_950,
            policy_basis_points: 500,
            amount_minor: 564_300,
            free_goods: vec![("K7-mini".into(), 6)],
            gift: Some("kettle".into()),
            discount: Some(DiscountId::from_bytes(bytes(52))),
        }],
        policy_rev: 3,
        total_minor: 564_300,
        currency: Currency::CNY,
        deposit_kind: DepositKind::Forfeit,
        deposit_minor: 100_000,
        due_on: Some("2026-12-31".parse().expect("a day")),
        address: Some(address()),
        phone: Some(contact()),
        supplied_by: Some(dealer_id(3)),
        paid_to: Some(dealer_id(4)),
        ticket: Some(TicketId::from_bytes(bytes(53))),
        note: "after the banquet".into(),
    }
}

fn slips() -> Vec<Event> {
    let discount = DiscountId::from_bytes(bytes(52));
    let slip = slip();
    vec![
        SlipDrafted { slip, number: "D2-0042".into(), content: content() }.into(),
        SlipRevised { slip, base_rev: 1, content: content(), base: None }.into(),
        SlipBranchChosen { slip, kept: EventId::from_bytes(bytes(54)), dropped: vec![EventId::from_bytes(bytes(55))] }
            .into(),
        SlipPrintRequested {
            slip,
            revision: 2,
            copies: vec![SlipCopy::Stub, SlipCopy::Customer, SlipCopy::Finance],
            print: 1,
        }
        .into(),
        SlipPrinted { slip, revision: 2, copy: SlipCopy::Customer, print: 1, by: PrintWord::Unconfirmed }.into(),
        SlipSigned { slip, revision: 2, content: content(), signer: "王建国".into(), sealed: true }.into(),
        SlipSuperseded { slip, by: SlipId::from_bytes(bytes(56)), reason: String::new() }.into(),
        SlipVoided { slip, reason: "wrong firm".into(), second: Some("f1".into()) }.into(),
        SlipCopyReturned { slip, copy: SlipCopy::Stub }.into(),
        DiscountRequested {
            discount,
            slip,
            revision: 2,
            line: 1,
            sku: "K7".into(),
            quantity: 120,
            unit_price_minor: 4_500,
            reason: "pays at once".into(),
            written: None,
        }
        .into(),
        DiscountApproved { discount, slip, revision: 2, line: 1, unit_price_minor: 4_500, approver: "dc1".into() }
            .into(),
        DiscountRefused { discount, by: "dc1".into(), reason: "too low".into() }.into(),
        OrdersClosed { note: "banquet".into() }.into(),
        OrdersReopened { note: "morning".into() }.into(),
    ]
}

fn receipt() -> Receipt {
    Receipt {
        payment: PaymentId::from_bytes(bytes(61)),
        number: "D2-R0007".into(),
        dealer: dealer_id(1),
        household: household_id(1),
        currency: Currency::CNY,
        tenders: vec![Tender {
            kind: TenderKind::Cash,
            amount_minor: 10_000_000,
            reference: "B-778".into(),
            bag: "S0012".into(),
            second_counter: Some("f2".into()),
            due_on: Some("2027-03-31".parse().expect("a day")),
        }],
        slips: vec![(slip(), 10_000_000)],
        prepaid: true,
        note: "bank branch 4".into(),
    }
}

fn payments() -> Vec<Event> {
    let payment = receipt().payment;
    vec![
        PaymentClaimed { receipt: receipt() }.into(),
        PaymentReceived { receipt: receipt() }.into(),
        PaymentConfirmed { payment, green_threshold_minor: Some(10_000_000) }.into(),
        PaymentReversed { payment, reason: "bounced".into(), second: Some("f1".into()) }.into(),
        PaymentReleased { payment, compared: vec![EventId::from_bytes(bytes(62))] }.into(),
        CashHandedOver {
            handover: HandoverId::from_bytes(bytes(64)),
            number: "D2-H0003".into(),
            payments: vec![payment],
            expected_minor: 10_000_000,
            counted_minor: 9_999_000,
            bags: vec!["B7".into()],
            second: "f2".into(),
            note: "one note short".into(),
        }
        .into(),
        ReceiptPrinted { payment, print: 1, by: PrintWord::Staff }.into(),
        IncentiveSettled {
            salesperson: "S07".into(),
            text: "80 % attendance".into(),
            amount_minor: -50_000,
            currency: Currency::CNY,
        }
        .into(),
    ]
}

fn counters() -> Vec<Event> {
    let ticket = TicketId::from_bytes(bytes(53));
    let handover = HandoverId::from_bytes(bytes(63));
    vec![
        TicketTaken {
            ticket,
            number: "G012".into(),
            queue: "cashier".into(),
            household: Some(household_id(1)),
            green: true,
        }
        .into(),
        TicketCalled { ticket, counter: "2".into(), call: 1, green: false }.into(),
        TicketTransferred { ticket, to: "gift".into() }.into(),
        TicketServed { ticket }.into(),
        TicketDropped { ticket, reason: "three calls".into(), no_show: false }.into(),
        GiftHandedOver {
            handover,
            gift: "kettle".into(),
            quantity: 1,
            household: household_id(1),
            badge: Some(badge_id()),
            slip: Some(slip()),
            payment: Some(receipt().payment),
        }
        .into(),
        GiftReturned { handover, reason: "broken".into() }.into(),
        GiftStockCounted { gift: "kettle".into(), stock: 40 }.into(),
        MaterialIssued { issue: handover, item: "banner".into(), quantity: 3, to: Crew::Sales("S07".into()) }.into(),
        MaterialReturned { issue: handover, quantity: 2 }.into(),
    ]
}

fn draw() -> Vec<Event> {
    let (name, round, hex) = (|| "SPRING-2027".to_owned(), || RoundId::new("r1"), "0d".repeat(32));
    vec![
        DrawCommitted {
            draw: name(),
            commitment_hex: hex.clone(),
            links: 64,
            rules_hash_hex: hex.clone(),
            rules: String::new(),
        }
        .into(),
        RoundFrozen {
            draw: name(),
            round: round(),
            link: 1,
            prize: "p1".into(),
            quantity: 3,
            entries_hash_hex: hex.clone(),
            count: 212,
            tickets: 640,
            positions: vec![DevicePosition {
                device: DeviceId::from_bytes(bytes(21)),
                epoch: LogEpoch::from_bytes(bytes(22)),
                seq: 812,
                behind: true,
            }],
        }
        .into(),
        RoundEntriesListed {
            draw: name(),
            round: round(),
            part: 1,
            parts: 1,
            text: "OLP1-ENTRIES\t1\t3\n0421\t3\n".into(),
        }
        .into(),
        AudienceEntered { draw: name(), round: round(), audience: "dice:3,1,6".into() }.into(),
        RoundLocked { draw: name(), round: round(), audience: "dice:3,1,6".into() }.into(),
        RoundRevealed { draw: name(), round: round(), secret_hex: hex.clone(), picks: vec!["0421".into()] }.into(),
        PrizeClaimed {
            draw: name(),
            round: round(),
            pick: 0,
            household: Some(household_id(1)),
            proxy: "driver".into(),
            second: None,
        }
        .into(),
        PrizeForfeited { draw: name(), round: round(), pick: 1, calls: 3, by: vec!["h1".into(), "r1".into()] }.into(),
        RoundVoided { draw: name(), round: round(), secret_hex: Some(hex), reason: "power cut".into(), second: None }
            .into(),
        DrawProofPrinted { draw: name(), round: Some(round()), paper: DrawPaper::Proof, by: PrintWord::Printer }.into(),
        DrawClosed { draw: name() }.into(),
        PrizeAdded {
            draw: name(),
            prize: Prize {
                id: "host-1".into(),
                tier: 9,
                name: Text::same("金条"),
                quantity: 1,
                market_value_minor: 880_000,
                picture: None,
                pool: PrizePool::CheckedIn,
            },
        }
        .into(),
    ]
}

fn stage_and_tasks() -> Vec<Event> {
    let bulletin = BulletinId::from_bytes(bytes(71));
    let task = TaskId(bytes(41));
    vec![
        SceneShown { scene: Scene::Countdown { seconds: 300 } }.into(),
        BulletinPosted { bulletin, slip: slip(), household: household_id(1), with_amount: true }.into(),
        BulletinWithdrawn { bulletin, reason: "too early".into() }.into(),
        TaskDecided { task, decision: Decision::Mistake, note: "one person".into() }.into(),
        TaskTaken { task, by: "r1".into() }.into(),
        TaskReopened { task, reason: "not so".into() }.into(),
    ]
}
