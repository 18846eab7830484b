use super::view::CashierPage;
use super::*;
use crate::screens::desk::tests::Hall;
use crate::screens::desk::view::DeskPage;
use crate::screens::desk::{Touch as DeskTouch, finder, guest};
use crate::screens::fixture::{FINANCE_PIN, ORDERS_PIN, id, trade};
use domain::event::{PaymentReceived, Receipt};
use ui::{PayAsk, PayDeedCode as Code, PayState, TenderCode};

/// Finance at work with the payments of 青禾.
fn opened() -> Hall {
    let mut hall = Hall::of(trade());
    hall.type_pin(FINANCE_PIN);
    hall.touch(DeskTouch::Search(finder::Touch::Typed("wht".into())));
    hall.touch(DeskTouch::Search(finder::Touch::Open(0)));
    let DeskPage::Guest(page, _) = hall.page() else { panic!("the page of the party") };
    let pay = *page.deeds.iter().find(|deed| deed.code == ui::GuestDeedCode::Payments).expect("the deed");
    hall.touch(DeskTouch::Guest(guest::Touch::Do(pay)));
    hall
}

#[track_caller]
fn page(hall: &mut Hall) -> CashierPage {
    match hall.page() {
        DeskPage::Cashier(page) => *page,
        other => panic!("{other:?}"),
    }
}

fn touch(hall: &mut Hall, touch: Touch) -> CashierPage {
    hall.touch(DeskTouch::Cashier(touch));
    page(hall)
}

#[track_caller]
fn deed(hall: &mut Hall, code: Code) -> CashierPage {
    let shown = page(hall);
    let found = shown.deeds.iter().find(|deed| deed.code == code).unwrap_or_else(|| panic!("{code:?} in {shown:?}"));
    touch(hall, Touch::Do(found.clone()))
}

fn tender(hall: &mut Hall, kind: TenderKind, fields: &[(Field, &str)]) -> CashierPage {
    let at = KINDS.iter().position(|known| *known == kind).expect("a means of payment");
    touch(hall, Touch::Kind(at));
    for (field, typed) in fields {
        touch(hall, Touch::Edit(*field, (*typed).into()));
        touch(hall, Touch::Enter);
    }
    page(hall)
}

fn fault(page: &CashierPage) -> PayFault {
    page.problem.as_ref().map_or(PayFault::None, |problem| problem.fault)
}

#[test]
fn one_receipt_takes_many_tenders_and_cash_a_second_counter() {
    let mut hall = opened();
    tender(&mut hall, TenderKind::Transfer, &[(Field::Amount, "150,000"), (Field::Reference, "ICBC 778")]);
    tender(&mut hall, TenderKind::Cash, &[(Field::Amount, "50000"), (Field::Bag, "B-17")]);
    let shown = tender(
        &mut hall,
        TenderKind::AcceptanceBill,
        &[(Field::Amount, "0.05"), (Field::Reference, "HP9"), (Field::Due, "+90")],
    );
    assert_eq!((shown.tenders.len(), shown.sum.as_str()), (3, "200,000.05"));
    assert_eq!(deed(&mut hall, Code::Take).asking, PayAsk::CashPin);
    assert!(touch(&mut hall, Touch::Typed(FINANCE_PIN.into())).pin_wrong, "one person is not two");
    let shown = touch(&mut hall, Touch::Typed(ORDERS_PIN.into()));
    let receipt = &shown.payments[0];
    assert_eq!((receipt.state, receipt.amount.as_str(), receipt.chosen), (PayState::Received, "200,000.05", true));
    assert!(!shown.green, "finance has not seen the money");
    let shown = deed(&mut hall, Code::Confirm);
    assert_eq!((shown.payments[0].state, shown.green), (PayState::Confirmed, true));
}

#[test]
fn parts_that_do_not_come_to_the_whole_are_answered_and_stay() {
    let mut hall = opened();
    tender(&mut hall, TenderKind::Transfer, &[(Field::Amount, "1000"), (Field::Reference, "A1")]);
    touch(&mut hall, Touch::Edit(Field::Whole, "1200".into()));
    let shown = deed(&mut hall, Code::Take);
    assert_eq!(fault(&shown), PayFault::Differs);
    assert_eq!(shown.problem.expect("a problem").value, "1,000.00 / 1,200.00");
    assert_eq!((shown.tenders.len(), shown.payments.len()), (1, 0));
    tender(&mut hall, TenderKind::Card, &[(Field::Amount, "200"), (Field::Reference, "A2")]);
    assert_eq!(deed(&mut hall, Code::Take).payments.len(), 1);
}

#[test]
fn unusual_payment_is_asked_about_again_and_nothing_is_lost() {
    let mut hall = opened();
    tender(&mut hall, TenderKind::Transfer, &[(Field::Amount, "20000000.01"), (Field::Reference, "A1")]);
    let shown = deed(&mut hall, Code::Take);
    assert_eq!((shown.asking, shown.asked.as_str(), shown.tenders.len()), (PayAsk::Large, "20,000,000.01", 1));
    let shown = touch(&mut hall, Touch::Back);
    assert_eq!((shown.asking, shown.payments.len(), shown.tenders.len()), (PayAsk::Nothing, 0, 1));
    deed(&mut hall, Code::Take);
    assert_eq!(deed(&mut hall, Code::LargeIsRight).payments.len(), 1);
}

#[test]
fn what_is_typed_wrong_is_answered() {
    let check = |field: Field, typed: &str, expected: PayFault| {
        let mut hall = opened();
        let kind = if field == Field::Due { TenderKind::AcceptanceBill } else { TenderKind::Transfer };
        let fields: &[(Field, &str)] = if field == Field::Due {
            &[(Field::Amount, "10"), (Field::Reference, "A"), (field, typed)]
        } else {
            &[(field, typed)]
        };
        let shown = tender(&mut hall, kind, fields);
        assert_eq!(fault(&shown), expected, "{typed}");
        let kept = shown.entries.iter().find(|row| row.field == field).expect("the field");
        assert_eq!(kept.text, typed, "nothing typed is lost");
    };
    check(Field::Amount, "0", PayFault::Nothing);
    check(Field::Amount, "-5", PayFault::Negative);
    check(Field::Amount, "1.005", PayFault::Decimals);
    check(Field::Amount, "lots", PayFault::NotANumber);
    check(Field::Amount, "9999999999999999", PayFault::TooLarge);
    check(Field::Due, "someday", PayFault::NoDate);
    let mut hall = opened();
    assert_eq!(fault(&deed(&mut hall, Code::Take)), PayFault::Nothing);
}

#[test]
fn receipt_of_another_desk_with_the_same_reference_is_compared_before_it_counts() {
    let mut hall = opened();
    let receipt: Receipt = serde_json::from_value(serde_json::json!({"payment": id(500), "number": "D9-R0001",
        "dealer": id(2), "household": id(1), "currency": "CNY",
        "tenders": [{"kind": "transfer", "amount_minor": 100_000, "reference": "icbc778"}]}))
    .expect("a receipt");
    hall.event(PaymentReceived { receipt }.into());
    tender(&mut hall, TenderKind::Transfer, &[(Field::Amount, "1000"), (Field::Reference, "ICBC 778")]);
    let shown = deed(&mut hall, Code::Take);
    let own = shown.payments.iter().find(|payment| payment.state == PayState::UnderReview).expect("under review");
    assert_eq!(own.resembles, "D9-R0001");
    let shown = deed(&mut hall, Code::Release);
    assert!(shown.payments.iter().all(|payment| payment.state == PayState::Received));
}

#[test]
fn confirmed_receipt_is_taken_back_by_two_with_a_reason() {
    let mut hall = opened();
    tender(&mut hall, TenderKind::WechatPay, &[(Field::Amount, "1000"), (Field::Reference, "W1")]);
    deed(&mut hall, Code::Take);
    deed(&mut hall, Code::Confirm);
    assert_eq!(deed(&mut hall, Code::Reverse).asking, PayAsk::ReverseWhy);
    assert_eq!(touch(&mut hall, Touch::Typed("误收".into())).asking, PayAsk::ReversePin);
    assert!(touch(&mut hall, Touch::Typed("0000".into())).pin_wrong);
    let shown = touch(&mut hall, Touch::Typed(crate::screens::fixture::DEPUTY_PIN.into()));
    assert_eq!(shown.payments[0].state, PayState::Reversed);
}

#[test]
fn cash_of_the_desk_is_counted_by_two_and_a_difference_wants_words() {
    let mut hall = opened();
    tender(&mut hall, TenderKind::Cash, &[(Field::Amount, "500"), (Field::Bag, "B-1")]);
    deed(&mut hall, Code::Take);
    touch(&mut hall, Touch::Typed(ORDERS_PIN.into()));
    touch(&mut hall, Touch::Back);
    let asked = deed(&mut hall, Code::HandOver);
    assert_eq!((asked.asking, asked.asked.as_str()), (PayAsk::Counted, "500.00"));
    assert_eq!(touch(&mut hall, Touch::Typed("499.50".into())).asking, PayAsk::CountedWhy);
    touch(&mut hall, Touch::Typed("找零有误".into()));
    let shown = touch(&mut hall, Touch::Typed(ORDERS_PIN.into()));
    assert!(shown.deeds.iter().all(|deed| deed.code != Code::HandOver), "it left the desk");
    let handover = hall.meeting().cash_handovers().next().expect("a hand-over");
    assert_eq!((handover.cash.expected_minor, handover.cash.counted_minor), (50_000, 49_950));
}

#[test]
fn claim_earns_nothing_until_finance_saw_the_money() {
    let mut hall = opened();
    tender(&mut hall, TenderKind::Alipay, &[(Field::Amount, "300000"), (Field::Reference, "Z1")]);
    let shown = deed(&mut hall, Code::Claim);
    assert_eq!((shown.payments[0].state, shown.green), (PayState::Claimed, false));
    assert_eq!(shown.payments[0].kinds, [TenderCode::Alipay]);
    assert!(deed(&mut hall, Code::Confirm).green);
}
