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
