use std::sync::LazyLock;

use super::*;
use crate::golden;

static FONTS: LazyLock<Fonts> = LazyLock::new(|| Fonts::find().expect("fonts-noto-cjk is installed"));
/// An A4 page of about 595 × 842 pixels.
const SMALL: f64 = 1.0;

const CODE: &str = "USL-0192F5C47E8A7C3E9B1D2A4F6C8E0D1B.2.S.MZXW6YTBOI2DGNBV";

struct Words {
    organiser: &'static str,
    meeting: &'static str,
    firm: &'static str,
    address: &'static str,
    goods: [(&'static str, &'static str, &'static str); 4],
    free: &'static str,
    gift: &'static str,
    approved: &'static str,
    people: [&'static str; 4],
    /// Of no amount in particular.
    in_words: &'static str,
}

const ZH: Words = Words {
    organiser: "澜川电器",
    meeting: "2027 春季订货会",
    firm: "青禾海棠家电（王海棠）",
    address: "青禾县永顺路 86 号 海棠家电仓库",
    goods: [
        ("JQ8-W", "恒温净饮机 Q8", "台"),
        ("YV3-90", "变频油烟机 V3", "台"),
        ("ZX1P-S", "集成灶 X1 Pro 蒸烤一体", "台"),
        ("LX4-SET", "四级滤芯套装", "套"),
    ],
    free: "四级滤芯套装 20 套",
    gift: "养生壶 1 台",
    approved: "副总指挥 顾承远 15:38",
    people: ["王海棠", "林若溪 · 东部区", "云栖商贸有限公司", "澜川电器销售有限公司"],
    in_words: "人民币叁拾肆万陆仟贰佰玖拾元零伍角叁分",
};
const KO: Words = Words {
    organiser: "모닝스타 창호",
    meeting: "2027 봄 오더 미팅",
    firm: "한빛창호 주식회사",
    address: "경기도 수원시 권선구 세류로 86번길 12, 한빛창호 물류창고",
    goods: [
        ("WD-120", "시스템 창호 120", "짝"),
        ("GL-24", "로이 복층유리 24T", "장"),
        ("DR-7S", "현관 방화문 7S 프리미엄", "짝"),
        ("HD-SET", "손잡이 세트", "세트"),
    ],
    free: "손잡이 세트 20세트",
    gift: "공기청정기 1대",
    approved: "행사 부총괄 박지훈 15:38",
    people: ["김민수 대표", "이서연 · 동부", "대성유리", "모닝스타 창호 판매"],
    in_words: "일금 일억이천삼백사십오만육천칠백원정",
};
const EN: Words = Words {
    organiser: "Morningstar Windows Group",
    meeting: "Spring Order Meeting 2027",
    firm: "Harbour Glass Ltd",
    address: "Unit 12, 86 Yongshun Road, Qinghe",
    goods: [
        ("WD-120", "Window system 120", "pc"),
        ("GL-24", "Insulating glass 24 mm", "pc"),
        ("DR-7S", "Fire door 7S Premium, left-hand", "pc"),
        ("HD-SET", "Handle set", "set"),
    ],
    free: "Handle set, 20 sets",
    gift: "Air purifier, 1",
    approved: "Grace Hopper, deputy commander, 15:38",
    people: ["Ingrid Lindqvist", "Per Lindqvist · East", "Lakeside Hardware", "Morningstar Sales"],
    in_words: "CNY three hundred and forty-six thousand two hundred and ninety and 53/100 only",
};

fn words(language: &str) -> &'static Words {
    match language {
        "zh" => &ZH,
        "ko" => &KO,
        _ => &EN,
    }
}

/// A slip of so many lines; CNY but for Korean.
fn slip(language: &str, lines: u16) -> SlipPaper {
    let words = words(language);
    let (currency, decimals, unit) = if language == "ko" { ("KRW", 0, 1_000) } else { ("CNY", 2, 100) };
    let row = |at: u16| {
        let (sku, name, unit_word) = words.goods[usize::from(at % 4)];
        let (quantity, unit_price_minor) = (u32::from(20 + at * 7 % 90), (168 + i64::from(at) * 37 % 2_000) * unit);
        let full = i64::from(quantity) * unit_price_minor;
        let policy_basis_points = if at.is_multiple_of(4) { 325 } else { 0 };
        SlipRow {
            line: at + 1,
            sku: sku.into(),
            name: name.into(),
            unit: unit_word.into(),
            quantity,
            unit_price_minor,
            policy_basis_points,
            amount_minor: full - full * i64::from(policy_basis_points) / 10_000,
            free_goods: if at.is_multiple_of(4) { vec![words.free.into()] } else { Vec::new() },
            gift: if at.is_multiple_of(8) { words.gift.into() } else { String::new() },
            approved: if at % 4 == 2 { words.approved.into() } else { String::new() },
        }
    };
    let lines: Vec<SlipRow> = (0..lines).map(row).collect();
    let total_minor = lines.iter().map(|line| line.amount_minor).sum();
    let deposit_minor = total_minor / 4;
    SlipPaper {
        language: language.into(),
        parts: vec![SlipPart { copy: PartName::Customer, code: CODE.into() }],
        currency: currency.into(),
        decimals,
        organiser: words.organiser.into(),
        meeting: words.meeting.into(),
        number: "D2-0042".into(),
        revision: 2,
        print: 1,
        signed_at: "2027-03-18 15:42".into(),
        desk: "D2".into(),
        firm: words.firm.into(),
        signer: words.people[0].into(),
        phone: "138****1234".into(),
        address: words.address.into(),
        salesperson: words.people[1].into(),
        supplied_by: words.people[2].into(),
        paid_to: words.people[3].into(),
        goods_minor: lines.iter().map(|line| i64::from(line.quantity) * line.unit_price_minor).sum(),
        total_minor,
        total_words: words.in_words.into(),
        deposit_words: words.in_words.into(),
        deposit_kind: DepositWord::Forfeit,
        deposit_minor,
        beyond_forfeit_minor: deposit_minor - total_minor / 5,
        balance_minor: total_minor - deposit_minor,
        due_on: "2027-04-30".into(),
        lines,
        ..SlipPaper::default()
    }
}

fn all_parts() -> Vec<SlipPart> {
    [PartName::Stub, PartName::Customer, PartName::Finance].map(|copy| SlipPart { copy, code: CODE.into() }).to_vec()
}

/// Sets the slip and compares these pages of it.
fn check(name: &str, slip: &SlipPaper, pages: usize, looked_at: &[usize]) {
    let pictures = slip.pngs(&FONTS, SMALL).expect("the slip can be set");
    assert_eq!(pictures.len(), pages, "{name}");
    for page in looked_at {
        golden::check(&format!("slip-{name}-{page}"), &pictures[page - 1]);
    }
}

#[test]
fn slips_in_three_languages_look_as_approved() {
    check("zh", &slip("zh", 5), 1, &[1]);
    check("ko", &slip("ko", 5), 1, &[1]);
    check("en", &slip("en", 5), 1, &[1]);
}

#[test]
fn long_slip_carries_its_sum_from_page_to_page_in_every_part() {
    check("one-line", &slip("zh", 1), 1, &[1]);
    check("forty-lines", &slip("ko", 40), 2, &[1, 2]);
    check("two-hundred-lines", &slip("zh", 200), 7, &[1, 2, 7]);
    let triplicate = SlipPaper { parts: all_parts(), ..slip("zh", 30) };
    check("triplicate", &triplicate, 6, &[2, 3]);
}

#[test]
fn carbonless_forms_are_filled_page_by_page() {
    let every = vec![SlipPart { copy: PartName::Every, code: CODE.into() }];
    let third = SlipPaper { form: SlipForm::CarbonlessThird, parts: every.clone(), ..slip("zh", 2) };
    check("carbonless-third", &third, 2, &[1, 2]);
    let half = SlipPaper { form: SlipForm::CarbonlessHalf, parts: every, ..slip("ko", 12) };
    check("carbonless-half", &half, 2, &[1, 2]);
}

#[test]
fn reprint_of_a_replaced_slip_with_long_names_says_so() {
    let mut slip = slip("zh", 3);
    slip.firm =
        "新疆维吾尔自治区巴音郭楞蒙古自治州库尔勒经济技术开发区宏远门窗幕墙节能科技有限责任公司（上官皇甫慕容尉迟）"
            .into();
    slip.address =
        "新疆维吾尔自治区巴音郭楞蒙古自治州库尔勒经济技术开发区石化大道与迎宾路交叉口东北角宏远物流园 12 号库 3 层 301"
            .into();
    slip.lines[0].name =
        "超长品名：高层建筑用断桥铝合金三玻两腔低辐射中空玻璃内开内倒系统窗（含防盗纱窗、儿童安全锁、隐藏式排水）"
            .into();
    slip.lines[1].sku = "ZX1P-S-2027-EXPORT-LEFTHAND-RAL7016".into();
    slip.note = "客户要求 4 月 10 日前送第一批，其余 4 月底前送齐；卸货由客户自理。".into();
    slip.deposit_kind = DepositWord::Refundable;
    slip.print = 2;
    slip.standing = SlipStanding::Replaced("D2-0057".into());
    check("reprint-long", &slip, 1, &[1]);
    let empty =
        SlipPaper { phone: String::new(), deposit_minor: 0, lines: Vec::new(), standing: SlipStanding::Void, ..slip };
    check("void-empty", &empty, 1, &[1]);
}

#[test]
fn slip_in_another_language_and_a_wrong_code_are_refused() {
    let wrong = SlipPaper { language: "fr".into(), ..slip("zh", 1) };
    assert!(matches!(wrong.pdf(&FONTS), Err(DocumentError::Language { .. })));
    let wrong =
        SlipPaper { parts: vec![SlipPart { copy: PartName::Stub, code: "small letters".into() }], ..slip("zh", 1) };
    assert!(matches!(wrong.pdf(&FONTS), Err(DocumentError::Code { .. })));
    assert!(slip("en", 1).pdf(&FONTS).expect("it can be set").starts_with(b"%PDF-"));
}

/// The dots that the printer burns, as a picture.
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
fn rolls_of_an_80_mm_printer_look_as_approved() {
    for language in ["zh", "ko", "en"] {
        let rolls = slip(language, 5).rolls(&FONTS).expect("the slip can be set");
        assert_eq!(rolls.iter().map(|roll| roll.width).collect::<Vec<_>>(), [576]);
        golden::check(&format!("slip-roll-{language}"), &burnt(&rolls[0]));
    }
    let mut long = slip("zh", 3);
    long.firm =
        "新疆维吾尔自治区巴音郭楞蒙古自治州库尔勒经济技术开发区宏远门窗幕墙节能科技有限责任公司（上官皇甫慕容尉迟）"
            .into();
    long.lines[0].name =
        "超长品名：高层建筑用断桥铝合金三玻两腔低辐射中空玻璃内开内倒系统窗（含防盗纱窗、儿童安全锁）".into();
    long.lines[1].sku = "ZX1P-S-2027-EXPORT-LEFTHAND-RAL7016-WITH-EVERYTHING-ELSE".into();
    (long.print, long.standing) = (2, SlipStanding::Void);
    golden::check("slip-roll-reprint-long", &burnt(&long.rolls(&FONTS).expect("it can be set")[0]));
    let triplicate = SlipPaper { parts: all_parts(), ..slip("zh", 40) };
    let rolls = triplicate.rolls(&FONTS).expect("it can be set");
    assert_eq!(rolls.len(), 3);
    assert!(rolls.iter().all(|roll| roll.width == 576 && (3_000..8_000).contains(&roll.height)), "{}", rolls[0].height);
}
