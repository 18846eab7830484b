//! The desk's order slip, filled: short and long, in yuan and in won.

use super::guests::Words;
use slint::{ComponentHandle, ModelRc, VecModel};
use ui::{
    Desk, DeskScreen, DeskWindow, Lang, Language, LineMark, OrderSlip, PolicyRow, ProductHint, SlipAsk,
    SlipDeedCode as Code, SlipDeedLine, SlipEntry, SlipFault, SlipField as Field, SlipLineRow, SlipNotice, SlipState,
};

fn model<T: Clone + 'static>(values: Vec<T>) -> ModelRc<T> {
    ModelRc::new(VecModel::from(values))
}

/// Products and units as a meeting file of each language names them.
fn goods(lang: Lang) -> [(&'static str, &'static str, &'static str); 4] {
    match lang {
        Lang::Zh => [
            ("CG-01", "春耕一号复合肥 45%　50 kg", "吨"),
            ("TW-20", "田旺钾肥　25 kg", "吨"),
            ("YM-07", "叶满水溶肥　1 kg × 12", "箱"),
            ("JQ8-W-PRO-MAX-2027", "恒温净饮机 Q8 旗舰增强款（含四级滤芯与上门安装调试）", "台"),
        ],
        Lang::Ko => [
            ("CG-01", "봄갈이 1호 복합비료 45% 50 kg", "톤"),
            ("TW-20", "밭왕 칼리비료 25 kg", "톤"),
            ("YM-07", "잎가득 수용성비료 1 kg × 12", "상자"),
            ("JQ8-W-PRO-MAX-2027", "항온 정수기 Q8 플래그십 강화형 (4단계 필터 및 방문 설치 포함)", "대"),
        ],
        Lang::En => [
            ("CG-01", "Spring No. 1 compound fertiliser 45 %, 50 kg", "t"),
            ("TW-20", "Field King potash 25 kg", "t"),
            ("YM-07", "Full Leaf water-soluble 1 kg × 12", "boxes"),
            (
                "JQ8-W-PRO-MAX-2027",
                "Constant-temperature water purifier Q8 flagship plus, with filters and installation",
                "pieces",
            ),
        ],
    }
}

/// Figures of a currency: won have no decimals and three figures more.
fn money(lang: Lang, yuan: &str) -> String {
    if lang == Lang::Ko { format!("{},000", yuan.trim_end_matches(".00")) } else { yuan.to_owned() }
}

fn line(lang: Lang, number: usize, at: usize) -> SlipLineRow {
    let (sku, product, unit) = goods(lang)[at % 4];
    let (quantity, price, amount) = [
        ("1,280", "2,690.00", "3,443,200.00"),
        ("20", "3,150.00", "63,000.00"),
        ("150", "216.00", "30,780.00"),
        ("12,000,000", "1,234,567.00", "14,814,804,000,000.00"),
    ][at % 4];
    SlipLineRow {
        number: number.to_string().into(),
        sku: sku.into(),
        product: product.into(),
        quantity: quantity.into(),
        unit: unit.into(),
        list_price: money(lang, ["2,860.00", "3,150.00", "216.00", "1,250,000.00"][at % 4]).into(),
        price: money(lang, price).into(),
        amount: money(lang, amount).into(),
        mark: [LineMark::Waiting, LineMark::Normal, LineMark::Normal, LineMark::Approved][at % 4],
        who: if at % 4 == 3 { "顾承远" } else { "" }.into(),
        off: if at % 4 == 2 { "5" } else { "" }.into(),
        short: if at % 4 == 3 { "8,000" } else { "" }.into(),
        lead_days: if at % 4 == 1 { -1 } else { 15 },
        chosen: false,
    }
}

fn free(lang: Lang) -> SlipLineRow {
    SlipLineRow {
        number: "".into(),
        quantity: "24".into(),
        list_price: "".into(),
        price: money(lang, "0.00").into(),
        amount: money(lang, "0.00").into(),
        mark: LineMark::Free,
        lead_days: -1,
        ..line(lang, 1, 0)
    }
}

fn entry(field: Field, text: &str, current: Field) -> SlipEntry {
    SlipEntry { field, text: text.into(), hint: "".into(), open: false, current: field == current }
}

fn deeds(codes: &[(Code, &str, &str)], enabled: bool) -> ModelRc<SlipDeedLine> {
    let line = |(index, (code, value, key)): (usize, &(Code, &str, &str))| SlipDeedLine {
        code: *code,
        value: (*value).into(),
        key: (*key).into(),
        primary: index == 0,
        enabled: enabled || index > 0,
    };
    model(codes.iter().enumerate().map(line).collect())
}

fn policy(lang: Lang) -> ModelRc<PolicyRow> {
    let [first, second, third, _] = goods(lang);
    let row = |goods: (&str, &str, &str), reached, quantity: &str, percent: &str, free: String, gift: &str| PolicyRow {
        reached,
        product: goods.1.into(),
        quantity: quantity.into(),
        unit: goods.2.into(),
        percent: percent.into(),
        free: free.into(),
        gift: gift.into(),
    };
    model(vec![
        row(first, true, "1,000", "", format!("{} × 24", first.1), "TV"),
        row(third, true, "100", "5", String::new(), ""),
        row(second, false, "10", "3", String::new(), ""),
    ])
}

/// A draft of so many lines; the first waits for the deputy commander.
pub fn draft(window: &DeskWindow, words: &Words, lines: usize) {
    let lang = window.global::<Language>().get_current();
    window.global::<Desk>().set_screen(DeskScreen::Slip);
    window.global::<Desk>().set_person(words.salesperson.into());
    let slip = window.global::<OrderSlip>();
    slip.set_number("D2-0042".into());
    slip.set_state(SlipState::Draft);
    slip.set_revision(3);
    slip.set_firm(words.firm.into());
    slip.set_about(format!("{} · {} · 18", words.guest, words.zone).into());
    slip.set_salesperson(words.salesperson.into());
    slip.set_green(true);
    slip.set_currency(if lang == Lang::Ko { "KRW" } else { "CNY" }.into());
    let mut rows: Vec<SlipLineRow> = (0..lines).map(|at| line(lang, at + 1, at % 3)).collect();
    if lines > 1 {
        rows.insert(1, free(lang));
    }
    slip.set_lines(model(rows));
    slip.set_open(true);
    slip.set_entries(model(vec![
        SlipEntry { hint: "".into(), ..entry(Field::Product, "tw", Field::Product) },
        entry(Field::Quantity, "", Field::Product),
        entry(Field::Price, "", Field::Product),
    ]));
    let hint =
        |at: usize| ProductHint { sku: goods(lang)[at].0.into(), name: goods(lang)[at].1.into(), chosen: at == 1 };
    slip.set_hints(model(vec![hint(0), hint(1), hint(2)]));
    slip.set_details(model(vec![
        entry(Field::Deposit, &money(lang, "707,396.00"), Field::Product),
        entry(Field::Due, "2027-04-30", Field::Product),
        SlipEntry { hint: words.firm.into(), open: true, ..entry(Field::SuppliedBy, "qh", Field::Product) },
        entry(Field::PaidTo, words.long_firm, Field::Product),
    ]));
    slip.set_places(model(vec![
        entry(Field::Address, words.theme, Field::Product),
        entry(Field::Phone, "186****5520", Field::Product),
        entry(Field::Note, "", Field::Product),
    ]));
    slip.set_policy(policy(lang));
    slip.set_list_total(money(lang, "3,756,200.00").into());
    slip.set_special_off(format!("−{}", money(lang, "217,600.00")).into());
    slip.set_policy_off(format!("−{}", money(lang, "1,620.00")).into());
    slip.set_total(money(lang, "3,536,980.00").into());
    slip.set_deposit(money(lang, "707,396.00").into());
    slip.set_balance(money(lang, "2,829,584.00").into());
    slip.set_due("2027-04-30".into());
    slip.set_deeds(deeds(&[(Code::Sign, "", "F10"), (Code::Void, "", "")], true));
}

/// Nothing on it yet.
pub fn fresh(window: &DeskWindow, words: &Words) {
    draft(window, words, 0);
    let slip = window.global::<OrderSlip>();
    slip.set_number("".into());
    slip.set_state(SlipState::Fresh);
    slip.set_green(false);
    slip.set_hints(model(Vec::new()));
    slip.set_entries(model(
        [Field::Product, Field::Quantity, Field::Price].map(|field| entry(field, "", Field::Product)).to_vec(),
    ));
    slip.set_policy(model(Vec::new()));
    let nothing = if window.global::<Language>().get_current() == Lang::Ko { "0" } else { "0.00" };
    for set in [OrderSlip::set_list_total, OrderSlip::set_total, OrderSlip::set_deposit, OrderSlip::set_balance] {
        set(&slip, nothing.into());
    }
    slip.set_special_off("".into());
    slip.set_policy_off("".into());
    slip.set_due("".into());
    slip.set_deeds(deeds(&[(Code::OtherFirm, words.long_firm, "")], true));
}

/// A price waits, with everything that may be done about it; the names are the longest.
pub fn waits(window: &DeskWindow, words: &Words) {
    draft(window, words, 4);
    let lang = window.global::<Language>().get_current();
    let slip = window.global::<OrderSlip>();
    slip.set_firm(words.long_firm.into());
    slip.set_salesperson(words.long_salesperson.into());
    slip.set_about(format!("{} · {} · 18", words.long_guest, words.zone).into());
    let mut rows: Vec<SlipLineRow> = (0..4).map(|at| line(lang, at + 1, at)).collect();
    rows[0].chosen = true;
    rows.insert(1, free(lang));
    slip.set_lines(model(rows));
    slip.set_chosen(0);
    notice(window, SlipNotice::Waiting, "15:38");
    slip.set_deeds(deeds(
        &[
            (Code::Sign, "", "F10"),
            (Code::Approve, "1", "F7"),
            (Code::Refuse, "1", ""),
            (Code::LowestPrice, "1", "F6"),
            (Code::RemoveLine, "1", "F8"),
            (Code::Void, "", ""),
        ],
        false,
    ));
}

pub fn notice(window: &DeskWindow, notice: SlipNotice, since: &str) {
    let lang = window.global::<Language>().get_current();
    let slip = window.global::<OrderSlip>();
    slip.set_notice(notice);
    slip.set_notice_line(1);
    slip.set_notice_price(money(lang, "2,690.00").into());
    slip.set_notice_other(money(lang, "2,740.00").into());
    slip.set_notice_since(since.into());
}

pub fn signed(window: &DeskWindow, words: &Words) {
    draft(window, words, 3);
    let slip = window.global::<OrderSlip>();
    slip.set_state(SlipState::Signed);
    slip.set_open(false);
    slip.set_copies_told(true);
    slip.set_stub_back(true);
    slip.set_forfeit(true);
    slip.set_beyond(money(window.global::<Language>().get_current(), "12,345.00").into());
    slip.set_hints(model(Vec::new()));
    notice(window, SlipNotice::Signed, "15:42");
    slip.set_deeds(deeds(&[(Code::Replaces, "D2-0038", ""), (Code::WriteAgain, "", ""), (Code::Void, "", "")], true));
}

pub fn asked(window: &DeskWindow, words: &Words, ask: SlipAsk) {
    draft(window, words, 3);
    let slip = window.global::<OrderSlip>();
    slip.set_hints(model(Vec::new()));
    let codes: &[(Code, &str, &str)] = match ask {
        SlipAsk::Signer => &[(Code::Sealed, "", "F10"), (Code::NotSealed, "", "F9")],
        _ => &[],
    };
    slip.set_deeds(deeds(codes, true));
    slip.set_proposed(words.long_name.into());
    slip.set_pin_wrong(ask == SlipAsk::ApprovePin);
    slip.set_asking(ask);
}

/// A line is being changed, and what was typed is wrong.
pub fn wrong(window: &DeskWindow, words: &Words, fault: SlipFault) {
    draft(window, words, 3);
    let slip = window.global::<OrderSlip>();
    slip.set_hints(model(Vec::new()));
    slip.set_changing("2".into());
    slip.set_entries(model(vec![
        entry(Field::Product, "TW-20", Field::Price),
        entry(Field::Quantity, "20", Field::Price),
        entry(Field::Price, "3150.505", Field::Price),
    ]));
    slip.set_fault(fault);
    slip.set_fault_value("zzz 9".into());
}

/// Every answer to what is typed wrong or not allowed.
pub const FAULTS: [SlipFault; 32] = [
    SlipFault::UnknownProduct,
    SlipFault::NoQuantity,
    SlipFault::NotWhole,
    SlipFault::NotANumber,
    SlipFault::Negative,
    SlipFault::Decimals,
    SlipFault::TooLarge,
    SlipFault::AboveWhole,
    SlipFault::NoDate,
    SlipFault::Past,
    SlipFault::DepositAbove,
    SlipFault::UnknownFirm,
    SlipFault::NoPhone,
    SlipFault::TooManyLines,
    SlipFault::NothingOrdered,
    SlipFault::PriceWaits,
    SlipFault::Beyond,
    SlipFault::Closed,
    SlipFault::PolicyChanged,
    SlipFault::PolicyDiffers,
    SlipFault::Meanwhile,
    SlipFault::TwoVersions,
    SlipFault::Signed,
    SlipFault::Void,
    SlipFault::Role,
    SlipFault::SecondPerson,
    SlipFault::Reason,
    SlipFault::Name,
    SlipFault::Newer,
    SlipFault::NoKey,
    SlipFault::Storage,
    SlipFault::Busy,
];

pub const NOTICES: [SlipNotice; 17] = [
    SlipNotice::Unasked,
    SlipNotice::Refused,
    SlipNotice::Outdated,
    SlipNotice::Closed,
    SlipNotice::PolicyChanged,
    SlipNotice::TwoVersions,
    SlipNotice::Superseded,
    SlipNotice::Void,
    SlipNotice::Signed,
    SlipNotice::StubBack,
    SlipNotice::FinanceBack,
    SlipNotice::CustomerCopy,
    SlipNotice::BackBefore,
    SlipNotice::WhichCopy,
    SlipNotice::OtherRevision,
    SlipNotice::Altered,
    SlipNotice::NotSigned,
];

pub const ASKS: [SlipAsk; 8] = [
    SlipAsk::Signer,
    SlipAsk::PriceWhy,
    SlipAsk::ApprovePin,
    SlipAsk::RefuseWhy,
    SlipAsk::RefusePin,
    SlipAsk::VoidWhy,
    SlipAsk::VoidPin,
    SlipAsk::ReplaceWhy,
];
