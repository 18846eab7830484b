use std::sync::LazyLock;

use super::*;
use crate::golden;

static FONTS: LazyLock<Fonts> = LazyLock::new(|| Fonts::find().expect("fonts-noto-cjk is installed"));
const SMALL: f64 = 0.8;

fn tender(means: &str, amount_minor: i64, reference: &str) -> TenderRow {
    TenderRow { means: means.into(), amount_minor, reference: reference.into(), ..TenderRow::default() }
}

fn part(number: &str, amount_minor: i64) -> NumberedAmount {
    NumberedAmount { number: number.into(), amount_minor }
}

/// One visit that was paid in every way there is.
fn receipt(language: &str) -> VoucherPaper {
    let (organiser, meeting, firm, counter) = match language {
        "zh" => ("澜川电器", "2027 春季订货会", "青禾海棠家电（王海棠）", "顾承远"),
        "ko" => ("모닝스타 창호", "2027 봄 오더 미팅", "한빛창호 주식회사", "박지훈"),
        _ => ("Morningstar Windows Group", "Spring Order Meeting 2027", "Harbour Glass Ltd", "Grace Hopper"),
    };
    let (currency, decimals) = if language == "ko" { ("KRW", 0) } else { ("CNY", 2) };
    let cash = TenderRow { bag: "B-000417".into(), second_counter: counter.into(), ..tender("cash", 2_000_000, "") };
    let bill = TenderRow { due_on: "2027-09-18".into(), ..tender("acceptance_bill", 5_000_000, "1304-5523-8841") };
    let tenders = vec![
        cash,
        tender("transfer", 1_500_000, "ICBC 20270318 000184417"),
        tender("card", 300_000, "****5521"),
        tender("wechat_pay", 120_000, "42000021832027031800001"),
        tender("alipay", 80_005, "2027031822001"),
        bill,
        tender("rebate", 250_000, ""),
        tender("credit", 100_000, ""),
    ];
    VoucherPaper {
        language: language.into(),
        currency: currency.into(),
        decimals,
        organiser: organiser.into(),
        meeting: meeting.into(),
        number: "D2-R0007".into(),
        print: 1,
        at: "2027-03-18 15:42".into(),
        desk: "D2".into(),
        firm: firm.into(),
        total_minor: tenders.iter().map(|row| row.amount_minor).sum(),
        total_words: if language == "zh" { "人民币玖万叁仟伍佰元零伍分".into() } else { String::new() },
        tenders,
        slips: vec![part("D2-0042", 6_925_800), part("D2-0043", 2_000_000)],
        account_minor: 424_205,
        ..VoucherPaper::default()
    }
}

fn handover() -> VoucherPaper {
    VoucherPaper {
        kind: VoucherKind::CashHandover,
        number: "D2-H0003".into(),
        firm: String::new(),
        tenders: Vec::new(),
        slips: Vec::new(),
        account_minor: 0,
        receipts: (1..=24).map(|number| part(&format!("D2-R{number:04}"), 2_000_000)).collect(),
        bags: (417..441).map(|number| format!("B-{number:06}")).collect(),
        expected_minor: 48_000_000,
        total_minor: 47_990_000,
        total_words: "人民币肆拾柒万玖仟玖佰元整".into(),
        note: "第 11 包少一张 100 元，已与交款人核对。".into(),
        ..receipt("zh")
    }
}

/// As the printer burns it.
fn burnt(page: &GreyPage) -> Vec<u8> {
    let mut out = Vec::new();
    let mut encoder = png::Encoder::new(&mut out, page.width, page.height);
    encoder.set_color(png::ColorType::Grayscale);
    let mut writer = encoder.write_header().expect("a header");
    let dots: Vec<u8> = page.dots.iter().map(|dot| if *dot < 128 { 0 } else { 255 }).collect();
    writer.write_image_data(&dots).expect("a picture");
    writer.finish().expect("a picture");
    out
}

#[test]
fn receipts_of_many_tenders_in_three_languages_look_as_approved() {
    for language in ["zh", "ko", "en"] {
        let roll = receipt(language).roll(&FONTS).expect("the receipt can be set");
        assert_eq!(roll.width, 576);
        golden::check(&format!("receipt-roll-{language}"), &burnt(&roll));
    }
    let page = receipt("zh").pngs(&FONTS, SMALL).expect("the receipt can be set");
    assert_eq!(page.len(), 1);
    golden::check("receipt-zh", &page[0]);
}

#[test]
fn reversed_claimed_and_reprinted_receipts_say_so() {
    let firm = "新疆维吾尔自治区巴音郭楞蒙古自治州库尔勒经济技术开发区宏远门窗幕墙节能科技有限责任公司";
    let reversed = VoucherPaper { void: true, print: 3, firm: firm.into(), ..receipt("zh") };
    golden::check("receipt-roll-reversed", &burnt(&reversed.roll(&FONTS).expect("it can be set")));
    let claimed = VoucherPaper { claimed: true, ..receipt("en") };
    golden::check("receipt-roll-claimed", &burnt(&claimed.roll(&FONTS).expect("it can be set")));
}

#[test]
fn hand_over_of_a_desks_cash_shows_what_is_missing() {
    let page = handover().pngs(&FONTS, SMALL).expect("it can be set");
    assert_eq!(page.len(), 1);
    golden::check("handover", &page[0]);
    assert!(matches!(
        VoucherPaper { language: "fr".into(), ..handover() }.pdf(&FONTS),
        Err(DocumentError::Language { .. })
    ));
    let unknown = VoucherPaper { tenders: vec![tender("shells", 1, "")], ..receipt("zh") };
    assert!(matches!(unknown.pdf(&FONTS), Err(DocumentError::Template(_))));
}
