//! From a signed slip to what its paper says.

use super::*;
use crate::screens::fixture::{START_MS, config, id, roster};
use domain::config::{Product, Text};
use domain::event::{Event, MeetingConfigured, SlipDrafted, SlipSigned};
use domain::time::UnixMillis;
use domain::{Actor, Currency, DeviceId, EventId, Meta};

fn slip_id() -> SlipId {
    SlipId(uuid::Uuid::from_u128(42))
}

fn content() -> SlipContent {
    let line = SlipLine {
        line: 1,
        sku: "JQ8-W".into(),
        quantity: 60,
        unit_price_minor: 218_000,
        policy_basis_points: 300,
        amount_minor: 12_687_600,
        free_goods: vec![("JQ8-W".into(), 2), ("GONE".into(), 1)],
        gift: None,
        discount: None,
    };
    SlipContent {
        dealer: roster_dealer(),
        household: id(1).parse().expect("an id"),
        salesperson: Some("S01".into()),
        lines: vec![line],
        policy_rev: 1,
        total_minor: 12_687_600,
        currency: Currency::CNY,
        deposit_kind: DepositKind::Forfeit,
        deposit_minor: 3_000_000,
        due_on: "2027-04-30".parse().ok(),
        address: None,
        phone: None,
        supplied_by: None,
        paid_to: Some(roster_dealer()),
        ticket: None,
        note: "两批送货".into(),
    }
}

fn roster_dealer() -> DealerId {
    roster().dealers.first().expect("it has dealers").id
}

fn meeting() -> Meeting {
    let mut config = config();
    config.products.push(Product {
        sku: "JQ8-W".into(),
        erp_code: None,
        name: Text::same("恒温净饮机 Q8"),
        unit: Text::same("台"),
        list_price_minor: 218_000,
        lowest_price_minor: None,
        featured: true,
        stock: None,
        lead_days: None,
        tiers: Vec::new(),
    });
    let mut meeting = Meeting::new();
    let slip = slip_id();
    let events: [Event; 4] = [
        MeetingConfigured { rev: 1, config: Box::new(config) }.into(),
        roster().into(),
        SlipDrafted { slip, number: "D2-0042".into(), content: content() }.into(),
        SlipSigned { slip, revision: 1, content: content(), signer: "王海棠".into(), sealed: true }.into(),
    ];
    for (number, event) in (1..).zip(&events) {
        let event_id = EventId(uuid::Uuid::from_u128(number));
        let device = DeviceId::from_bytes([1; 16]);
        meeting.apply(&Meta { event_id, device, at: UnixMillis(START_MS), actor: Actor::Organiser }, event);
    }
    meeting
}

fn paper(form: SlipForm) -> SlipPaper {
    let copies = vec![SlipCopy::Stub, SlipCopy::Finance];
    let wanted = Wanted { language: Language::Zh, form, copies, print: 2, desk: "D2".into() };
    slip_paper(&meeting(), slip_id(), &wanted, &VenueTime::of("Asia/Shanghai")).expect("there is such a slip")
}

#[test]
fn signed_slip_says_the_same_on_paper_as_in_the_log() {
    let paper = paper(SlipForm::A4);
    assert_eq!((paper.number.as_str(), paper.revision, paper.print), ("D2-0042", 1, 2));
    assert_eq!(paper.total_words, "人民币壹拾贰万陆仟捌佰柒拾陆元整");
    assert_eq!((paper.goods_minor, paper.total_minor, paper.balance_minor), (13_080_000, 12_687_600, 9_687_600));
    assert_eq!((paper.deposit_kind, paper.beyond_forfeit_minor), (DepositWord::Forfeit, 462_480));
    let row = &paper.lines[0];
    assert_eq!((row.name.as_str(), row.unit.as_str()), ("恒温净饮机 Q8", "台"));
    assert_eq!(row.free_goods, ["恒温净饮机 Q8 2 台", "GONE 1"], "a product that is gone keeps its code");
    assert_eq!((paper.due_on.as_str(), paper.note.as_str()), ("2027-04-30", "两批送货"));
    assert_eq!(paper.firm, paper.paid_to);
    assert_eq!((paper.firm.as_str(), paper.salesperson.as_str(), paper.phone.as_str()), ("青禾海棠家电", "林若溪", ""));
}

#[test]
fn every_part_has_a_code_of_its_own_that_the_meeting_reads_back() {
    let meeting = meeting();
    let parts = paper(SlipForm::A4).parts;
    assert_eq!(parts.iter().map(|part| part.copy).collect::<Vec<_>>(), [PartName::Stub, PartName::Finance]);
    for (part, copy) in parts.iter().zip([SlipCopy::Stub, SlipCopy::Finance]) {
        let known = domain::meeting::SlipPaper::Signed { slip: slip_id(), copy: Some(copy), returned: false };
        assert_eq!(meeting.read_slip_paper(&part.code), Some(known));
    }
    let parts = paper(SlipForm::CarbonlessHalf).parts;
    assert_eq!(parts.iter().map(|part| part.copy).collect::<Vec<_>>(), [PartName::Every]);
}

#[test]
fn receipt_and_cash_hand_over_say_the_same_on_paper_as_in_the_log() {
    use domain::event::{CashHandedOver, PaymentReceived, Receipt};
    let mut meeting = meeting();
    let payment = domain::PaymentId::from_bytes([7; 16]);
    let handover = domain::HandoverId::from_bytes([8; 16]);
    let receipt: Receipt = serde_json::from_value(serde_json::json!({"payment": payment, "number": "D2-R0007",
        "dealer": roster_dealer(), "household": id(1), "currency": "CNY", "slips": [[slip_id(), 3_000_000]],
        "tenders": [{"kind": "cash", "amount_minor": 2_000_000, "bag": "B-17", "second_counter": "gone"},
            {"kind": "transfer", "amount_minor": 1_500_000, "reference": "A1"}]}))
    .expect("a receipt");
    let cash = CashHandedOver {
        handover,
        number: "D2-H0001".into(),
        payments: vec![payment],
        expected_minor: 2_000_000,
        counted_minor: 1_990_000,
        bags: vec!["B-17".into()],
        second: "gone".into(),
        note: "one note short".into(),
    };
    for (number, event) in (100..).zip([Event::from(PaymentReceived { receipt }), cash.into()]) {
        let event_id = EventId(uuid::Uuid::from_u128(number));
        let device = DeviceId::from_bytes([1; 16]);
        meeting.apply(&Meta { event_id, device, at: UnixMillis(START_MS), actor: Actor::Organiser }, &event);
    }
    let wanted = VoucherWanted { language: Language::Zh, print: 2, desk: "D2".into() };
    let time = VenueTime::of("Asia/Shanghai");
    let paper = receipt_paper(&meeting, payment, &wanted, &time).expect("a receipt");
    assert_eq!((paper.number.as_str(), paper.print, paper.claimed, paper.void), ("D2-R0007", 2, false, false));
    assert_eq!(
        (paper.total_minor, paper.account_minor, paper.slips[0].number.as_str()),
        (3_500_000, 500_000, "D2-0042")
    );
    assert_eq!(paper.total_words, "人民币叁万伍仟元整");
    let means: Vec<_> = paper.tenders.iter().map(|row| (row.means.as_str(), row.second_counter.as_str())).collect();
    assert_eq!(means, [("cash", "gone"), ("transfer", "")], "whoever left the staff keeps the id");
    let paper = handover_paper(&meeting, handover, &wanted, &time).expect("a hand-over");
    assert_eq!(
        (paper.expected_minor, paper.total_minor, paper.note.as_str()),
        (2_000_000, 1_990_000, "one note short")
    );
    assert_eq!((paper.receipts[0].number.as_str(), paper.receipts[0].amount_minor), ("D2-R0007", 2_000_000));
    assert!(receipt_paper(&meeting, domain::PaymentId::from_bytes([9; 16]), &wanted, &time).is_none());
}
