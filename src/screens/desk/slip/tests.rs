use super::view::{PolicyLine, SlipPage};
use super::*;
use crate::screens::desk::finder;
use crate::screens::desk::tests::Hall;
use crate::screens::desk::view::DeskPage;
use crate::screens::desk::{Desk, Input, Touch as DeskTouch};
use crate::screens::fixture::{DEPUTY_PIN, FINANCE_PIN, ORDERS_PIN, trade};
use domain::DeskCommand;
use domain::event::{OrdersClosed, SlipCopy, TicketTaken};
use ui::{LineMark, SlipAsk, SlipDeedCode as Code, SlipFault, SlipNotice, SlipState};

/// The order desk at work with a new slip of 青禾.
fn begun() -> Hall {
    let mut hall = Hall::of(trade());
    hall.type_pin(ORDERS_PIN);
    find(&mut hall, "wht");
    let new = deed_of_party(&mut hall, ui::GuestDeedCode::NewSlip);
    hall.touch(DeskTouch::Guest(crate::screens::desk::guest::Touch::Do(new)));
    hall
}

fn find(hall: &mut Hall, typed: &str) {
    hall.touch(DeskTouch::Search(finder::Touch::Typed(typed.into())));
    hall.touch(DeskTouch::Search(finder::Touch::Open(0)));
}

#[track_caller]
fn deed_of_party(hall: &mut Hall, code: ui::GuestDeedCode) -> crate::screens::desk::guest::deeds::Deed {
    match hall.page() {
        DeskPage::Guest(page, _) => *page.deeds.iter().find(|deed| deed.code == code).expect("the deed"),
        other => panic!("{other:?}"),
    }
}

#[track_caller]
fn page(hall: &mut Hall) -> SlipPage {
    match hall.page() {
        DeskPage::Slip(page) => *page,
        other => panic!("{other:?}"),
    }
}

fn touch(hall: &mut Hall, touch: Touch) -> SlipPage {
    hall.touch(DeskTouch::Slip(touch));
    page(hall)
}

#[track_caller]
fn deed(hall: &mut Hall, code: Code) -> SlipPage {
    let shown = page(hall);
    let found = shown.deeds.iter().find(|deed| deed.code == code).unwrap_or_else(|| panic!("{code:?} in {shown:?}"));
    touch(hall, Touch::Do(found.clone()))
}

/// Presses the keys of a keyboard one by one, `⏎` for Enter and `⇥` for Tab, and counts them.
fn keys(hall: &mut Hall, pressed: &str) -> usize {
    for key in pressed.chars() {
        let shown = page(hall);
        let rows = shown.entries.iter().chain(&shown.details);
        let current = rows.into_iter().find(|row| row.current).expect("a field under the keys").clone();
        let fresh = current.field == Field::Product && !shown.changing.is_empty();
        match key {
            '⏎' => touch(hall, Touch::Enter),
            '⇥' => touch(hall, Touch::Onward(1)),
            letter if fresh => touch(hall, Touch::Edit(current.field, letter.to_string())),
            letter => touch(hall, Touch::Edit(current.field, format!("{}{letter}", current.text))),
        };
    }
    pressed.chars().count()
}

fn fault(page: &SlipPage) -> SlipFault {
    page.problem.as_ref().map_or(SlipFault::None, |problem| problem.fault)
}

#[test]
fn slip_of_ten_lines_takes_at_most_90_keys() {
    let mut hall = begun();
    let lines = ["w7", "w9", "d6", "ygf", "hw", "ykc", "rsm", "w70", "d60", "s20"];
    let pressed: usize = lines.iter().map(|product| keys(&mut hall, &format!("{product}⏎120⏎⏎"))).sum();
    let shown = page(&mut hall);
    assert_eq!(shown.lines.iter().filter(|line| line.line.is_some()).count(), 10, "{shown:?}");
    assert!(pressed <= 90, "{pressed} keys");
    assert_eq!((shown.revision, shown.state), (10, SlipState::Draft), "each line went to the log at once");
}

#[test]
fn prepared_draft_is_signed_with_at_most_12_keys() {
    let mut hall = begun();
    keys(&mut hall, "w70⏎200⏎⏎");
    hall.touch(DeskTouch::Slip(Touch::Back));
    // One for the deed on the page of the party, F10, Enter.
    let open = deed_of_party(&mut hall, ui::GuestDeedCode::OpenDraft);
    hall.touch(DeskTouch::Guest(crate::screens::desk::guest::Touch::Do(open)));
    let asked = deed(&mut hall, Code::Sign);
    assert_eq!((asked.asking, asked.proposed.as_str()), (SlipAsk::Signer, "王海棠"));
    let shown = touch(&mut hall, Touch::Typed(asked.proposed));
    assert_eq!((shown.state, shown.notice.code, shown.open), (SlipState::Signed, SlipNotice::Signed, false));
    assert!(matches!(hall.commands.last(), Some(Command::SignSlip { sealed: true, signer, .. }) if signer == "王海棠"));
    assert!(hall.take_signed().is_some(), "its papers are wanted");
    assert_eq!(hall.take_signed(), None, "once");
}

#[test]
fn policy_is_applied_and_says_what_a_little_more_would_reach() {
    let mut hall = begun();
    keys(&mut hall, "w70⏎490⏎⏎");
    let shown = page(&mut hall);
    let line = &shown.lines[0];
    assert_eq!((line.price.as_str(), line.off.as_str(), line.amount.as_str()), ("680.00", "3", "323,204.00"));
    assert_eq!((line.lead_days, line.short.as_str()), (Some(15), ""));
    let next = PolicyLine {
        reached: false,
        product: "70 系列断桥窗".into(),
        quantity: "10".into(),
        unit: "平方米".into(),
        percent: "6".into(),
        free: "五金套装 × 20".into(),
        gift: String::new(),
    };
    assert_eq!((shown.policy[0].reached, &shown.policy[1]), (true, &next));
    assert_eq!((shown.totals.list.as_str(), shown.totals.policy_off.as_str()), ("333,200.00", "−9,996.00"));
    keys(&mut hall, "w70⏎20000⏎⏎");
    let shown = page(&mut hall);
    let marks: Vec<LineMark> = shown.lines.iter().map(|line| line.mark).collect();
    assert_eq!(marks, [LineMark::Normal, LineMark::Normal, LineMark::Free, LineMark::Gift]);
    assert_eq!(shown.lines[1].short, "8,000");
}

#[test]
fn what_is_typed_wrong_is_answered_and_stays() {
    let check = |field: Field, typed: &str, expected: SlipFault| {
        let mut hall = begun();
        keys(&mut hall, "w70⏎10⏎⏎");
        match field {
            Field::Quantity => drop(keys(&mut hall, "w90⏎")),
            Field::Price => drop(keys(&mut hall, "w90⏎5⏎")),
            _ => drop(touch(&mut hall, Touch::Focus(field))),
        }
        let before = hall.commands.len();
        touch(&mut hall, Touch::Edit(field, typed.into()));
        let shown = touch(&mut hall, Touch::Enter);
        assert_eq!(fault(&shown), expected, "{typed}");
        let kept = shown.entries.iter().chain(&shown.details).find(|row| row.field == field).expect("the field");
        assert_eq!(kept.text, typed, "nothing typed is lost");
        let refused = hall.commands.len() - before;
        assert!(refused <= 1, "and little is tried");
    };
    check(Field::Product, "zzz", SlipFault::UnknownProduct);
    check(Field::Quantity, "", SlipFault::NoQuantity);
    check(Field::Quantity, "0", SlipFault::NoQuantity);
    check(Field::Quantity, "-3", SlipFault::Negative);
    check(Field::Quantity, "2.5", SlipFault::NotWhole);
    check(Field::Quantity, "99999999999", SlipFault::TooLarge);
    check(Field::Price, "-1", SlipFault::Negative);
    check(Field::Price, "12.345", SlipFault::Decimals);
    check(Field::Price, "abc", SlipFault::NotANumber);
    check(Field::Price, "999999999999999999999", SlipFault::TooLarge);
    check(Field::Price, "101%", SlipFault::AboveWhole);
    check(Field::Deposit, "-1", SlipFault::Negative);
    check(Field::Deposit, "6800.01", SlipFault::DepositAbove);
    check(Field::Due, "2020-01-01", SlipFault::Past);
    check(Field::Due, "soon", SlipFault::NoDate);
    check(Field::SuppliedBy, "nobody", SlipFault::UnknownFirm);
    check(Field::Phone, "12", SlipFault::NoPhone);
    check(Field::Address, "永顺路 86 号", SlipFault::NoKey);
}

#[test]
fn every_confirmed_field_survives_a_crash() {
    let mut hall = begun();
    keys(&mut hall, "w70⏎100⏎650⏎");
    keys(&mut hall, "⇥20%⏎+30⏎青禾⏎⏎");
    let before = page(&mut hall);
    assert_eq!((before.totals.deposit.as_str(), before.totals.balance.as_str()), ("13,000.00", "52,000.00"));
    assert_eq!(before.totals.due, "2027-04-17");
    assert_eq!(before.details[2].text, "青禾海棠家电");
    hall.set_desk(Desk::new());
    hall.type_pin(ORDERS_PIN);
    find(&mut hall, &before.number);
    let after = page(&mut hall);
    assert_eq!((after.lines, after.totals), (before.lines, before.totals));
    assert_eq!(after.details[2].text, before.details[2].text);
}

#[test]
fn line_is_changed_and_taken_away_by_the_keys() {
    let mut hall = begun();
    keys(&mut hall, "w70⏎10⏎⏎w90⏎5⏎⏎");
    touch(&mut hall, Touch::Step(-1));
    let shown = touch(&mut hall, Touch::Enter);
    assert_eq!((shown.changing.as_str(), shown.entries[1].text.as_str()), ("2", "5"));
    touch(&mut hall, Touch::Edit(Field::Quantity, "7".into()));
    let shown = touch(&mut hall, Touch::Enter);
    assert_eq!(shown.entries[2].text, "1280.00", "the price of before");
    let shown = touch(&mut hall, Touch::Enter);
    assert_eq!(shown.lines[1].quantity, "7");
    touch(&mut hall, Touch::Step(1));
    let shown = deed(&mut hall, Code::RemoveLine);
    assert_eq!(shown.lines.len(), 1);
    assert_eq!(shown.lines[0].sku.as_str(), "W90");
}

#[test]
fn price_below_the_lowest_waits_for_a_deputy_and_any_change_asks_anew() {
    let mut hall = begun();
    keys(&mut hall, "w70⏎100⏎600⏎");
    let shown = page(&mut hall);
    assert_eq!((shown.lines[0].mark, shown.notice.code), (LineMark::Unasked, SlipNotice::Unasked));
    assert!(!shown.deeds[0].enabled, "it cannot be signed");
    deed(&mut hall, Code::AskPrice);
    let shown = touch(&mut hall, Touch::Typed("第一单".into()));
    assert_eq!((shown.lines[0].mark, shown.notice.code), (LineMark::Waiting, SlipNotice::Waiting));
    keys(&mut hall, "w90⏎5⏎⏎");
    assert_eq!(page(&mut hall).lines[0].mark, LineMark::Waiting, "other lines stay editable");
    deed(&mut hall, Code::Approve);
    assert!(touch(&mut hall, Touch::Typed(ORDERS_PIN.into())).pin_wrong, "not a deputy's");
    let shown = touch(&mut hall, Touch::Typed(DEPUTY_PIN.into()));
    assert_eq!((shown.lines[0].mark, shown.lines[0].who.as_str()), (LineMark::Approved, "顾承远"));
    assert!(shown.deeds[0].enabled);
    touch(&mut hall, Touch::PickLine(0));
    touch(&mut hall, Touch::Enter);
    touch(&mut hall, Touch::Edit(Field::Quantity, "101".into()));
    let shown = keys(&mut hall, "⏎⏎");
    assert_eq!(shown, 2);
    let shown = page(&mut hall);
    assert_eq!((shown.lines[0].mark, shown.notice.code), (LineMark::Outdated, SlipNotice::Outdated));
    let shown = deed(&mut hall, Code::LowestPrice);
    assert_eq!((shown.lines[0].mark, shown.lines[0].price.as_str()), (LineMark::Normal, "620.00"));
}

#[test]
fn request_appears_where_a_deputy_is_signed_in_and_a_refusal_says_why() {
    let mut hall = begun();
    keys(&mut hall, "w70⏎100⏎600⏎");
    deed(&mut hall, Code::AskPrice);
    touch(&mut hall, Touch::Typed(String::new()));
    let number = page(&mut hall).number;
    let wanted = |hall: &mut Hall| {
        let DeskPage::Tasks(page) = hall.page() else { panic!("the list of tasks") };
        page.open.iter().any(|line| line.code == ui::TaskCode::PriceWanted && line.who == "青禾海棠家电")
    };
    hall.touch(DeskTouch::SignOut);
    hall.type_pin(ORDERS_PIN);
    assert!(!wanted(&mut hall), "the order desk gives no prices");
    hall.touch(DeskTouch::SignOut);
    hall.type_pin(DEPUTY_PIN);
    assert!(wanted(&mut hall));
    let refuse = hall.deed(ui::DeedCode::RefusePrice);
    hall.touch(DeskTouch::Do(refuse));
    hall.touch(DeskTouch::Typed("低于成本".into()));
    assert!(!wanted(&mut hall), "it is answered");
    find(&mut hall, &number);
    let shown = page(&mut hall);
    assert_eq!((shown.notice.code, shown.notice.other.as_str()), (SlipNotice::Refused, "低于成本"));
}

#[test]
fn deputy_gives_a_price_in_the_list_by_pin_and_wrong_ones_lock_the_desk() {
    let mut hall = begun();
    keys(&mut hall, "w70⏎100⏎600⏎");
    deed(&mut hall, Code::AskPrice);
    touch(&mut hall, Touch::Typed(String::new()));
    hall.touch(DeskTouch::SignOut);
    hall.type_pin(DEPUTY_PIN);
    let give = hall.deed(ui::DeedCode::GivePrice);
    hall.touch(DeskTouch::Do(give));
    for _ in 0..6 {
        hall.touch(DeskTouch::Typed("0000".into()));
    }
    assert!(hall.commands.iter().any(|command| matches!(command, Command::LockOut { .. })));
    hall.touch(DeskTouch::Typed(DEPUTY_PIN.into()));
    let given = |hall: &Hall| {
        let approved = |command: &Command| matches!(command, Command::Desk(DeskCommand::ApproveDiscount { .. }));
        hall.commands.iter().any(approved)
    };
    assert!(!given(&hall), "also the right one is not taken now");
    hall.wait_ms(5 * 60_000);
    hall.input(Input::Tick);
    hall.type_pin(DEPUTY_PIN);
    let give = hall.deed(ui::DeedCode::GivePrice);
    hall.touch(DeskTouch::Do(give));
    hall.touch(DeskTouch::Typed(DEPUTY_PIN.into()));
    assert!(given(&hall));
}

#[test]
fn after_the_deadline_only_a_ticket_from_before_lets_a_slip_be_signed() {
    let mut hall = begun();
    keys(&mut hall, "w70⏎10⏎⏎");
    let household = page(&mut hall).number;
    assert!(!household.is_empty());
    let taken = TicketTaken {
        ticket: domain::TicketId(uuid::Uuid::from_u128(77)),
        number: "D1-C0007".into(),
        queue: domain::QueueId::new(domain::meeting::CASHIER),
        household: Some(crate::screens::fixture::id(1).parse().expect("an id")),
        green: false,
    };
    hall.event(taken.into());
    hall.wait_ms(1_000);
    hall.event(OrdersClosed { note: String::new() }.into());
    assert_eq!(page(&mut hall).notice.code, SlipNotice::Closed);
    deed(&mut hall, Code::Sign);
    let shown = touch(&mut hall, Touch::Typed("王海棠".into()));
    assert_eq!((fault(&shown), shown.state), (SlipFault::Closed, SlipState::Draft));
    touch(&mut hall, Touch::Back);
    deed(&mut hall, Code::UseTicket);
    deed(&mut hall, Code::Sign);
    assert_eq!(touch(&mut hall, Touch::Typed("王海棠".into())).state, SlipState::Signed);
}

#[test]
fn signed_slip_is_replaced_by_a_new_one_and_voided_by_two() {
    let mut hall = begun();
    keys(&mut hall, "w70⏎10⏎⏎");
    deed(&mut hall, Code::Sign);
    let old = deed(&mut hall, Code::NotSealed);
    assert_eq!(old.state, SlipState::Signed);
    hall.wait_ms(1_000);
    let copy = deed(&mut hall, Code::WriteAgain);
    assert_eq!((copy.state, copy.lines.len()), (SlipState::Draft, 1));
    assert_ne!(copy.number, old.number);
    deed(&mut hall, Code::Sign);
    deed(&mut hall, Code::Sealed);
    deed(&mut hall, Code::Replaces);
    touch(&mut hall, Touch::Typed("数量写错".into()));
    let superseded = |command: &Command| matches!(command, Command::Desk(DeskCommand::SupersedeSlip { reason, .. }) if reason == "数量写错");
    assert!(hall.commands.iter().any(superseded));
    deed(&mut hall, Code::Void);
    assert_eq!(touch(&mut hall, Touch::Typed("客户反悔".into())).asking, SlipAsk::VoidPin);
    assert!(touch(&mut hall, Touch::Typed(ORDERS_PIN.into())).pin_wrong, "one person is not two");
    let shown = touch(&mut hall, Touch::Typed(FINANCE_PIN.into()));
    let voided = shown.state == SlipState::Void;
    let needs = fault(&shown) == SlipFault::SecondPerson;
    assert!(voided || needs, "{shown:?}");
    if needs {
        let shown = touch(&mut hall, Touch::Typed(DEPUTY_PIN.into()));
        assert_eq!(shown.state, SlipState::Void);
    }
}

#[test]
fn scan_and_number_of_a_slip_open_it() {
    let mut hall = begun();
    keys(&mut hall, "w70⏎10⏎⏎");
    let number = page(&mut hall).number;
    hall.touch(DeskTouch::Slip(Touch::Back));
    assert!(matches!(hall.page(), DeskPage::Guest(page, _) if page.slips.len() == 1 && page.slips[0].number == number));
    hall.touch(DeskTouch::OpenSlip(0));
    let id = hall.meeting().slips().next().expect("the slip").id;
    assert_eq!(page(&mut hall).number, number);
    hall.touch(DeskTouch::Slip(Touch::Back));
    hall.input(Input::Scan(format!("USL{id}")));
    assert_eq!(page(&mut hall).number, number);
}

#[test]
fn slip_that_somebody_changed_meanwhile_keeps_what_is_typed() {
    let mut hall = begun();
    keys(&mut hall, "w70⏎10⏎⏎w90⏎5");
    hall.fail_next();
    let shown = {
        keys(&mut hall, "⏎⏎");
        page(&mut hall)
    };
    assert_eq!(fault(&shown), SlipFault::Storage);
    assert_eq!((shown.entries[0].text.as_str(), shown.entries[1].text.as_str()), ("W90", "5"));
    keys(&mut hall, "⏎");
    assert_eq!(page(&mut hall).lines.len(), 2);
}

#[test]
fn scan_of_a_signed_copy_marks_it_as_back_once_and_tells_other_paper_apart() {
    let mut hall = begun();
    keys(&mut hall, "w70⏎10⏎⏎");
    let paper = |hall: &mut Hall, copy| {
        let slip = hall.meeting().slips().next().expect("a slip").clone();
        hall.meeting().slip_code(&slip, copy).to_string()
    };
    let scan = |hall: &mut Hall, code: &str| {
        hall.input(Input::Scan(code.into()));
        page(hall)
    };
    let early = paper(&mut hall, Some(SlipCopy::Stub));
    assert_eq!(scan(&mut hall, &early).notice.code, SlipNotice::NotSigned);
    keys(&mut hall, "w90⏎5⏎⏎");
    deed(&mut hall, Code::Sign);
    deed(&mut hall, Code::Sealed);
    let slip = hall.take_signed().expect("its papers are wanted");
    let printed = domain::event::SlipPrintRequested { slip, revision: 2, copies: vec![SlipCopy::Stub], print: 1 };
    hall.event(printed.into());
    let shown = scan(&mut hall, &early);
    assert_eq!((shown.notice.code, shown.back), (SlipNotice::OtherRevision, Some((false, false))));
    let stub = paper(&mut hall, Some(SlipCopy::Stub));
    let shown = scan(&mut hall, &stub);
    assert_eq!((shown.notice.code, shown.back), (SlipNotice::StubBack, Some((true, false))));
    assert_eq!(scan(&mut hall, &stub).notice.code, SlipNotice::BackBefore);
    let customers = paper(&mut hall, Some(SlipCopy::Customer));
    assert_eq!(scan(&mut hall, &customers).notice.code, SlipNotice::CustomerCopy);
    let form = paper(&mut hall, None);
    assert_eq!(scan(&mut hall, &form).notice.code, SlipNotice::WhichCopy);
    let shown = deed(&mut hall, Code::FinanceBack);
    assert_eq!((shown.notice.code, shown.back), (SlipNotice::Signed, Some((true, true))));
}

#[test]
fn first_slip_of_a_party_begins_with_what_the_list_expects_and_one_key_writes_it_down() {
    let mut hall = Hall::of(trade());
    let mut list = crate::screens::fixture::roster();
    let expected = |sku: &str, quantity| domain::ExpectedLine { sku: sku.into(), quantity };
    list.dealers[0].expected_lines = vec![expected("W70", 200), expected("GONE", 3), expected("HW1", 20)];
    hall.event(list.into());
    hall.type_pin(ORDERS_PIN);
    find(&mut hall, "wht");
    let new = deed_of_party(&mut hall, ui::GuestDeedCode::NewSlip);
    hall.touch(DeskTouch::Guest(crate::screens::desk::guest::Touch::Do(new)));
    let shown = page(&mut hall);
    assert_eq!((shown.state, shown.lines.len(), shown.number.as_str()), (SlipState::Fresh, 2, ""));
    assert_eq!(shown.lines[0].off, "3", "the policy in force: {:?}", shown.lines[0]);
    assert!(hall.meeting().slips().next().is_none(), "nothing is recorded yet");
    let shown = deed(&mut hall, Code::Expected);
    assert_eq!((shown.state, shown.lines.len()), (SlipState::Draft, 2));
    assert!(shown.deeds.iter().any(|deed| deed.code == Code::Sign && deed.enabled));
    deed(&mut hall, Code::Sign);
    deed(&mut hall, Code::Sealed);
    hall.touch(DeskTouch::Slip(Touch::Back));
    let new = deed_of_party(&mut hall, ui::GuestDeedCode::NewSlip);
    hall.touch(DeskTouch::Guest(crate::screens::desk::guest::Touch::Do(new)));
    assert!(page(&mut hall).lines.is_empty(), "a second slip begins empty");
}
