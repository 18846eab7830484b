//! The desk's page of payments, filled.

use super::guests::Words;
use slint::{ComponentHandle, ModelRc, VecModel};
use ui::{
    Cashier, Desk, DeskScreen, DeskWindow, Lang, Language, PayAsk, PayDeedCode as Code, PayDeedLine, PayEntry,
    PayFault, PayField as Field, PayState, PaymentLine, TenderCode, TenderLine,
};

fn model<T: Clone + 'static>(values: Vec<T>) -> ModelRc<T> {
    ModelRc::new(VecModel::from(values))
}

fn money(lang: Lang, yuan: &str) -> String {
    if lang == Lang::Ko { format!("{},000", yuan.trim_end_matches(".00")) } else { yuan.to_owned() }
}

const KINDS: [TenderCode; 8] = [
    TenderCode::Cash,
    TenderCode::Transfer,
    TenderCode::Card,
    TenderCode::WechatPay,
    TenderCode::Alipay,
    TenderCode::AcceptanceBill,
    TenderCode::Rebate,
    TenderCode::Credit,
];

fn deeds(codes: &[(Code, String, &str)]) -> ModelRc<PayDeedLine> {
    let line = |(index, (code, value, key)): (usize, &(Code, String, &str))| PayDeedLine {
        code: *code,
        value: value.as_str().into(),
        key: (*key).into(),
        primary: index == 0,
    };
    model(codes.iter().enumerate().map(line).collect())
}

fn entries(fields: &[(Field, &str)]) -> ModelRc<PayEntry> {
    let entry = |(index, (field, typed)): (usize, &(Field, &str))| PayEntry {
        field: *field,
        text: (*typed).into(),
        current: index == 0,
    };
    model(fields.iter().enumerate().map(entry).collect())
}

fn payment(lang: Lang, number: &str, state: PayState, amount: &str, kind: TenderCode) -> PaymentLine {
    PaymentLine {
        number: number.into(),
        at: "15:42".into(),
        state,
        amount: money(lang, amount).into(),
        kind,
        more: if kind == TenderCode::Cash { 2 } else { 0 },
        slips: "D2-0042".into(),
        resembles: if state == PayState::UnderReview { "D1-R0003" } else { "" }.into(),
        chosen: state == PayState::UnderReview,
    }
}

/// Nothing was paid and nothing is typed.
pub fn empty(window: &DeskWindow, words: &Words) {
    let lang = window.global::<Language>().get_current();
    window.global::<Desk>().set_screen(DeskScreen::Payments);
    window.global::<Desk>().set_person(words.salesperson.into());
    let cashier = window.global::<Cashier>();
    cashier.set_firm(words.firm.into());
    cashier.set_currency(if lang == Lang::Ko { "KRW" } else { "CNY" }.into());
    cashier.set_threshold(money(lang, "200,000.00").into());
    cashier.set_kinds(model(KINDS.to_vec()));
    cashier.set_entries(entries(&[(Field::Amount, ""), (Field::Reference, ""), (Field::Whole, ""), (Field::Note, "")]));
    cashier.set_sum(if lang == Lang::Ko { "0" } else { "0.00" }.into());
    cashier.set_deeds(deeds(&[(Code::Take, String::new(), "F10"), (Code::Claim, String::new(), "F9")]));
}

/// A receipt of many parts beside others of every state; the longest names and amounts.
pub fn taken(window: &DeskWindow, words: &Words) {
    empty(window, words);
    let lang = window.global::<Language>().get_current();
    let cashier = window.global::<Cashier>();
    cashier.set_firm(words.long_firm.into());
    cashier.set_green(true);
    cashier.set_kind(TenderCode::AcceptanceBill);
    cashier.set_entries(entries(&[
        (Field::Amount, "3536980"),
        (Field::Reference, "5 1301 0000 0412 2027 0318 0042"),
        (Field::Due, "2027-09-18"),
        (Field::Whole, ""),
        (Field::Note, ""),
    ]));
    let tender = |(at, kind): (usize, TenderCode)| TenderLine {
        kind,
        amount: money(lang, ["50,000.00", "1,234,567,890.00", "200.00"][at % 3]).into(),
        about: ["B-17", "6222 0200 1234 5678 901 · 2027-03-18", ""][at % 3].into(),
    };
    cashier.set_tenders(model(KINDS.into_iter().enumerate().map(tender).collect()));
    cashier.set_sum(money(lang, "1,234,618,090.00").into());
    cashier.set_slip("D2-0042".into());
    cashier.set_owed(money(lang, "2,829,584.00").into());
    cashier.set_payments(model(vec![
        payment(lang, "D2-R0009", PayState::UnderReview, "200,000.00", TenderCode::Transfer),
        payment(lang, "D2-R0008", PayState::Received, "1,234,567,890.00", TenderCode::Cash),
        payment(lang, "D2-R0007", PayState::Claimed, "5,000.00", TenderCode::WechatPay),
        payment(lang, "D1-R0003", PayState::Confirmed, "200,000.00", TenderCode::Transfer),
        payment(lang, "D1-R0002", PayState::Reversed, "80.00", TenderCode::Card),
    ]));
    cashier.set_deeds(deeds(&[
        (Code::Take, String::new(), "F10"),
        (Code::Claim, String::new(), "F9"),
        (Code::ForSlip, String::new(), "F6"),
        (Code::HandOver, money(lang, "51,200.00"), "F7"),
    ]));
}

pub fn review(window: &DeskWindow, words: &Words) {
    taken(window, words);
    let cashier = window.global::<Cashier>();
    cashier.set_tenders(model(Vec::new()));
    cashier.set_deeds(deeds(&[(Code::Release, String::new(), "F9"), (Code::Reverse, String::new(), "F8")]));
}

pub fn asked(window: &DeskWindow, words: &Words, ask: PayAsk) {
    taken(window, words);
    let cashier = window.global::<Cashier>();
    cashier.set_asked(money(window.global::<Language>().get_current(), "1,234,618,090.00").into());
    cashier.set_deeds(match ask {
        PayAsk::Large => deeds(&[(Code::LargeIsRight, String::new(), "F10")]),
        _ => deeds(&[]),
    });
    cashier.set_pin_wrong(ask == PayAsk::CashPin);
    cashier.set_asking(ask);
}

pub fn wrong(window: &DeskWindow, words: &Words, fault: PayFault) {
    taken(window, words);
    let cashier = window.global::<Cashier>();
    cashier.set_fault(fault);
    cashier.set_fault_value("1,000.00 / 1,200.00".into());
}

pub const FAULTS: [PayFault; 20] = [
    PayFault::Nothing,
    PayFault::NotANumber,
    PayFault::Negative,
    PayFault::Decimals,
    PayFault::TooLarge,
    PayFault::NoDate,
    PayFault::Past,
    PayFault::Differs,
    PayFault::TooMany,
    PayFault::SlipGone,
    PayFault::UnderReview,
    PayFault::Reversed,
    PayFault::Meanwhile,
    PayFault::Role,
    PayFault::SecondPerson,
    PayFault::Reason,
    PayFault::Newer,
    PayFault::Storage,
    PayFault::Busy,
    PayFault::Other,
];

pub const ASKS: [PayAsk; 7] = [
    PayAsk::CashPin,
    PayAsk::Large,
    PayAsk::ReverseWhy,
    PayAsk::ReversePin,
    PayAsk::Counted,
    PayAsk::CountedWhy,
    PayAsk::CountedPin,
];
