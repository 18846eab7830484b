//! Totals in words, read back by a reader that knows nothing of how they are written.

use domain::config::Language;
use domain::{Currency, Money, in_words};
use proptest::prelude::*;

const CNY: Currency = Currency::CNY;
const KRW: Currency = Currency::KRW;

#[track_caller]
fn check(minor: i64, currency: Currency, language: Language, expected: &str) {
    assert_eq!(in_words(Money { minor, currency }, language).as_deref(), Some(expected), "{minor}");
}

#[test]
fn amounts_in_chinese_capitals_follow_the_rules_for_bills() {
    for (minor, expected) in [
        (0, "零元整"),
        (5, "伍分"),
        (50, "伍角整"),
        (100, "壹元整"),
        (105, "壹元零伍分"),
        (1_000, "壹拾元整"),
        (140_950, "壹仟肆佰零玖元伍角整"),
        (600_714, "陆仟零柒元壹角肆分"),
        (168_032, "壹仟陆佰捌拾元叁角贰分"),
        (1_640_902, "壹万陆仟肆佰零玖元零贰分"),
        (10_700_053, "壹拾万柒仟元伍角叁分"),
        (100_000, "壹仟元整"),
        (1_000_000, "壹万元整"),
        (1_000_100, "壹万零壹元整"),
        (1_000_000_105, "壹仟万零壹元零伍分"),
        (10_000_000_000, "壹亿元整"),
        (10_001_000_000, "壹亿零壹万元整"),
        (1_000_100_000_000, "壹佰亿零壹佰万元整"),
        (100_010_000_000_000, "壹万零壹亿元整"),
        (i64::MAX, "玖亿贰仟贰佰叁拾叁万柒仟贰佰零叁亿陆仟捌佰伍拾肆万柒仟柒佰伍拾捌元零柒分"),
    ] {
        check(minor, CNY, Language::Zh, &format!("人民币{expected}"));
    }
    check(50_000, KRW, Language::Zh, "韩币伍万元整");
}

#[test]
fn amounts_in_korean_leave_no_room_before_a_figure() {
    for (minor, expected) in [
        (0, "영"),
        (10, "일십"),
        (1_000, "일천"),
        (10_000, "일만"),
        (113_560, "일십일만삼천오백육십"),
        (100_000_000, "일억"),
        (100_000_001, "일억일"),
        (1_000_010_000, "일십억일만"),
        (i64::MAX, "구백이십이경삼천삼백칠십이조삼백육십팔억오천사백칠십칠만오천팔백칠"),
    ] {
        check(minor, KRW, Language::Ko, &format!("일금 {expected}원정"));
    }
    check(123_450, CNY, Language::Ko, "일금 일천이백삼십사위안 오십펀정");
    check(100, CNY, Language::Ko, "일금 일위안정");
}

#[test]
fn amounts_in_english_name_the_currency_and_the_hundredths() {
    check(0, KRW, Language::En, "KRW zero only");
    check(123_405, CNY, Language::En, "CNY one thousand two hundred and thirty-four and 05/100 only");
    check(1_000_001, KRW, Language::En, "KRW one million and one only");
    check(120_000, KRW, Language::En, "KRW one hundred and twenty thousand only");
    check(1_005, "KWD".parse().expect("a currency"), Language::En, "KWD one and 005/1000 only");
}

#[test]
fn what_cannot_be_said_in_words_is_none() {
    for language in [Language::Zh, Language::Ko, Language::En] {
        assert_eq!(in_words(Money { minor: -1, currency: CNY }, language), None);
        assert_eq!(in_words(Money { minor: i64::MIN, currency: KRW }, language), None);
    }
    let dollars = Money { minor: 100, currency: "USD".parse().expect("a currency") };
    assert_eq!(in_words(dollars, Language::Zh), None);
    assert_eq!(in_words(dollars, Language::Ko), None);
}

/// Reads numerals of a language with small units inside groups and big units between them.
fn read(text: &str, figures: &str, small: &str, big: &[(char, u64)]) -> u64 {
    if let Some(((unit, worth), rest)) = big.split_first() {
        return match text.rsplit_once(*unit) {
            Some((high, low)) => read(high, figures, small, big) * worth + read(low, figures, small, rest),
            None => read(text, figures, small, rest),
        };
    }
    let (mut sum, mut figure) = (0, 0);
    for letter in text.chars() {
        if let Some(at) = figures.chars().position(|known| known == letter) {
            figure = at as u64;
        } else {
            let power = small.chars().position(|known| known == letter).expect("a small unit");
            sum += figure * 10_u64.pow(power as u32 + 1);
            figure = 0;
        }
    }
    sum + figure
}

fn read_yuan(text: &str) -> u64 {
    let number = |text| read(text, "零壹贰叁肆伍陆柒捌玖", "拾佰仟", &[('亿', 100_000_000), ('万', 10_000)]);
    let text = text.trim_end_matches('整');
    let (major, rest) = text.split_once('元').map_or((0, text), |(major, rest)| (number(major), rest));
    let (jiao, rest) = rest.split_once('角').map_or((0, rest), |(jiao, rest)| (number(jiao), rest));
    major * 100 + jiao * 10 + number(rest.trim_end_matches('分'))
}

fn read_hangul(text: &str) -> u64 {
    let big = [('경', 10_u64.pow(16)), ('조', 10_u64.pow(12)), ('억', 100_000_000), ('만', 10_000)];
    read(text, "영일이삼사오육칠팔구", "십백천", &big)
}

/// Amounts of any length, and such with many noughts inside.
fn amounts() -> impl Strategy<Value = i64> {
    let sparse = proptest::collection::vec((0_u32..19, 1_i64..10), 1..4).prop_map(|figures| {
        let sum: i128 = figures.iter().map(|(power, figure)| i128::from(*figure) * 10_i128.pow(*power)).sum();
        i64::try_from(sum).unwrap_or(i64::MAX)
    });
    prop_oneof![sparse, 0..=i64::MAX, 0_i64..100_000]
}

proptest! {
    #[test]
    fn words_read_back_as_the_amount(minor in amounts()) {
        let words = |currency, language| in_words(Money { minor, currency }, language).expect("not negative");
        let zh = words(CNY, Language::Zh);
        prop_assert_eq!(read_yuan(zh.strip_prefix("人民币").expect("named")), minor as u64, "{}", zh);
        prop_assert!(!zh.contains("零零") && !zh.contains("零元") || minor == 0, "{}", zh);
        let ko = words(KRW, Language::Ko);
        let number = ko.strip_prefix("일금 ").and_then(|rest| rest.strip_suffix("원정")).expect("framed");
        prop_assert_eq!(read_hangul(number), minor as u64, "{}", ko);
    }
}
