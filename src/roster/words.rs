//! Words and amounts of cells in Chinese, Korean and English: yes and no, roles, tiers, money. Looks nothing up in the meeting.

use domain::config::{Disclosure, Language};
use domain::money::Currency;
use domain::roster::{ClassCriterion, CustomerClass, Gender, GuestRole, Rsvp, VipTier};

use super::text;

/// A column's words and the list that a fault shows.
pub struct Words<T: 'static> {
    /// Shown in faults.
    pub choices: &'static str,
    table: &'static [(T, &'static [&'static str])],
}

impl<T: Copy> Words<T> {
    /// What a cell means; `None` for an unknown word.
    pub fn read(&self, cell: &str) -> Option<T> {
        let written = text::plain(cell).to_lowercase();
        let bare = text::key(cell);
        let found = |names: &[&str]| names.iter().any(|name| *name == written || *name == bare);
        self.table.iter().find(|(_, names)| found(names)).map(|(value, _)| *value)
    }
}

/// Yes and no.
pub const YES_NO: Words<bool> = Words {
    choices: "yes, no, 是, 否, 예, 아니오",
    table: &[
        (
            true,
            &[
                "yes", "y", "true", "1", "o", "○", "√", "✓", "✔", "是", "有", "对", "能", "可", "可以", "同意", "需要",
                "예", "네", "유", "있음", "동의", "필요", "가능",
            ],
        ),
        (
            false,
            &[
                "no",
                "n",
                "false",
                "0",
                "-",
                "x",
                "×",
                "否",
                "无",
                "没有",
                "不",
                "不能",
                "不可",
                "不同意",
                "不需要",
                "아니오",
                "아니요",
                "무",
                "없음",
                "미동의",
                "불가",
            ],
        ),
    ],
};

/// Roles.
pub const ROLE: Words<GuestRole> = Words {
    choices: "owner, partner, staff, family, press, expert, company (老板, 合伙人, 员工, 家属, 媒体, 专家, 公司人员; 대표, 동업자, 직원, 가족, 기자, 전문가, 본사)",
    table: &[
        (
            GuestRole::Owner,
            &["owner", "boss", "老板", "负责人", "法人", "总经理", "경영주", "대표", "대리점주", "사장"],
        ),
        (GuestRole::Partner, &["partner", "合伙人", "股东", "동업자", "파트너"]),
        (GuestRole::Staff, &["staff", "employee", "员工", "店员", "经理", "同事", "직원", "임직원", "사원"]),
        (GuestRole::Family, &["family", "spouse", "家属", "配偶", "夫人", "家人", "가족", "배우자"]),
        (GuestRole::Press, &["press", "media", "媒体", "记者", "기자", "언론", "미디어"]),
        (GuestRole::Expert, &["expert", "speaker", "专家", "讲师", "嘉宾", "전문가", "강사", "연사"]),
        (GuestRole::Company, &["company", "host", "厂家", "公司人员", "总部", "본사", "주최", "주최사"]),
    ],
};

/// Genders.
pub const GENDER: Words<Gender> = Words {
    choices: "female, male, 女, 男, 여, 남",
    table: &[
        (Gender::Female, &["female", "f", "w", "woman", "女", "女士", "여", "여성", "여자"]),
        (Gender::Male, &["male", "m", "man", "男", "先生", "남", "남성", "남자"]),
    ],
};

/// Languages.
pub const LANGUAGE: Words<Language> = Words {
    choices: "zh, ko, en, 中文, 한국어, English",
    table: &[
        (Language::Zh, &["zh", "zh-cn", "zhcn", "cn", "chinese", "中文", "汉语", "中", "중국어", "중문"]),
        (Language::Ko, &["ko", "ko-kr", "kokr", "kr", "korean", "韩文", "韩语", "한국어", "국문", "한글"]),
        (Language::En, &["en", "en-us", "en-gb", "english", "英文", "英语", "영어", "영문"]),
    ],
};

/// Customer classes.
pub const CLASS: Words<CustomerClass> = Words {
    choices: "A, B, C",
    table: &[
        (CustomerClass::A, &["a", "a类", "a级", "a등급"]),
        (CustomerClass::B, &["b", "b类", "b级", "b등급"]),
        (CustomerClass::C, &["c", "c类", "c级", "c등급"]),
    ],
};

/// Criteria of a class.
pub const CRITERION: Words<ClassCriterion> = Words {
    choices: "market, strength, willingness, 市场, 实力, 意愿, 시장, 역량, 의지",
    table: &[
        (ClassCriterion::Market, &["market", "市场", "시장"]),
        (ClassCriterion::Strength, &["strength", "实力", "역량", "자금력"]),
        (ClassCriterion::Willingness, &["willingness", "意愿", "의지", "의향"]),
    ],
};

/// Tiers of guests of honour; a plain yes is the lowest.
pub const VIP: Words<Option<VipTier>> = Words {
    choices: "gold, silver, bronze, no, 金, 银, 铜, 否, 골드, 실버, 브론즈",
    table: &[
        (Some(VipTier::Gold), &["gold", "1", "金", "金牌", "金卡", "钻石", "골드"]),
        (Some(VipTier::Silver), &["silver", "2", "银", "银牌", "银卡", "실버"]),
        (
            Some(VipTier::Bronze),
            &["bronze", "3", "yes", "y", "vip", "铜", "铜牌", "铜卡", "是", "√", "✓", "브론즈", "예", "o"],
        ),
        (None, &["no", "n", "0", "-", "否", "无", "아니오", "없음", "x", "×"]),
    ],
};

/// Answers to the invitation.
pub const RSVP: Words<Rsvp> = Words {
    choices: "yes, no, maybe, open, 参加, 不参加, 待定, 참석, 불참, 미정",
    table: &[
        (Rsvp::Yes, &["yes", "y", "1", "是", "参加", "确认", "确认参加", "참석", "예", "참가"]),
        (Rsvp::No, &["no", "n", "0", "否", "不参加", "불참", "아니오"]),
        (Rsvp::Maybe, &["maybe", "perhaps", "可能", "待定", "미정", "보류"]),
        (Rsvp::Open, &["open", "未回复", "미회신", "-"]),
    ],
};

/// What may be shown, one word of the cell.
pub const DISCLOSE: Words<Disclosure> = Words {
    choices: "amounts, ranks, ribbon, bulletin, photo, all, none (金额, 排名, 绶带, 喜报, 照片, 全部, 无; 금액, 순위, 리본, 속보, 사진, 전체, 없음)",
    table: &[
        (Disclosure { amounts: true, ..NOTHING }, &["amounts", "amount", "金额", "금액"]),
        (Disclosure { ranks: true, ..NOTHING }, &["ranks", "rank", "排名", "순위"]),
        (Disclosure { ribbon: true, ..NOTHING }, &["ribbon", "绶带", "리본"]),
        (Disclosure { bulletin: true, ..NOTHING }, &["bulletin", "喜报", "속보"]),
        (Disclosure { photo: true, ..NOTHING }, &["photo", "照片", "拍照", "사진"]),
        (
            Disclosure { amounts: true, ranks: true, ribbon: true, bulletin: true, photo: true },
            &["all", "yes", "全部", "是", "전체", "예"],
        ),
        (NOTHING, &["none", "no", "无", "否", "없음", "아니오"]),
    ],
};

const NOTHING: Disclosure = Disclosure { amounts: false, ranks: false, ribbon: false, bulletin: false, photo: false };

/// The parts of a cell that lists several things.
pub fn several(cell: &str) -> impl Iterator<Item = String> + '_ {
    cell.split([',', '，', '、', ';', '；', '|', '/', '\n']).map(text::clean).filter(|part| !part.is_empty())
}

/// An amount in minor units: `200,000`, `¥20万`, `1.5万`, `₩5,000,000`, `500만 원`. Never negative, at most 10¹⁵.
pub fn amount(cell: &str, currency: Currency) -> Option<i64> {
    let plain = text::plain(cell).to_uppercase();
    let mut rest: String = plain.chars().filter(|c| !matches!(c, ' ' | ',' | '\'' | '¥' | '₩' | '$')).collect();
    for unit in ["CNY", "RMB", "KRW", "USD", "人民币", "元", "圆", "원"] {
        rest = rest.replace(unit, "");
    }
    let (digits, tens) = match rest.chars().last()? {
        '万' | '만' => (rest.trim_end_matches(['万', '만']), 4),
        '亿' | '억' => (rest.trim_end_matches(['亿', '억']), 8),
        _ => (rest.as_str(), 0),
    };
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    let all_digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
    if whole.is_empty() || !all_digits(whole) || !all_digits(fraction) || whole.len() > 15 || fraction.len() > 12 {
        return None;
    }
    let places = tens + usize::from(currency.decimals());
    let fraction = fraction.trim_end_matches('0');
    if fraction.len() > places {
        return None;
    }
    let shifted = format!("{whole}{fraction:0<places$}");
    shifted.parse::<i64>().ok().filter(|minor| *minor <= 1_000_000_000_000_000)
}

/// A whole number from 0 to `most`.
pub fn number(cell: &str, most: u16) -> Option<u16> {
    let plain = text::plain(cell);
    let digits = plain.trim_end_matches(['人', '명', '位']).trim_end();
    let digits = digits.strip_suffix(".0").unwrap_or(digits);
    digits.parse::<u16>().ok().filter(|number| *number <= most)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_of_three_languages_are_read_and_others_refused() {
        assert_eq!(YES_NO.read("是"), Some(true));
        assert_eq!(YES_NO.read(" Ｙｅｓ "), Some(true));
        assert_eq!(YES_NO.read("√"), Some(true));
        assert_eq!(YES_NO.read("아니요"), Some(false));
        assert_eq!(YES_NO.read("perhaps"), None);
        assert_eq!(ROLE.read("老板"), Some(GuestRole::Owner));
        assert_eq!(ROLE.read("대표"), Some(GuestRole::Owner));
        assert_eq!(ROLE.read("king"), None);
        assert_eq!(CLASS.read("Ａ类"), Some(CustomerClass::A));
        assert_eq!(CLASS.read("D"), None);
        assert_eq!(VIP.read("金牌"), Some(Some(VipTier::Gold)));
        assert_eq!(VIP.read("否"), Some(None));
        assert_eq!(LANGUAGE.read("한국어"), Some(Language::Ko));
        assert_eq!(GENDER.read("女"), Some(Gender::Female));
        assert_eq!(RSVP.read("참석"), Some(Rsvp::Yes));
    }

    #[test]
    fn amounts_are_read_without_floats() {
        let check = |cell: &str, currency: Currency, expected| assert_eq!(amount(cell, currency), expected, "{cell}");
        check("200,000", Currency::CNY, Some(20_000_000));
        check("¥20万", Currency::CNY, Some(20_000_000));
        check("1.25万元", Currency::CNY, Some(1_250_000));
        check("0.1", Currency::CNY, Some(10));
        check("0.001", Currency::CNY, None);
        check("500만 원", Currency::KRW, Some(5_000_000));
        check("₩5,000,000", Currency::KRW, Some(5_000_000));
        check("0.5", Currency::KRW, None);
        check("RMB 300000.00", Currency::CNY, Some(30_000_000));
        check("-5", Currency::CNY, None);
        check("about 5", Currency::CNY, None);
        check("99999999999999999", Currency::CNY, None);
        check("", Currency::CNY, None);
        check("万", Currency::CNY, None);
    }

    #[test]
    fn numbers_stay_in_their_range() {
        let check = |cell: &str, expected| assert_eq!(number(cell, 50), expected, "{cell}");
        check("3", Some(3));
        check("３人", Some(3));
        check("2.0", Some(2));
        check("51", None);
        check("-1", None);
        check("two", None);
    }
}
