//! Totals in words as papers of law want them: Chinese financial capitals, Korean, English. Prints no figures and groups
//! nothing; what cannot be said in words is none, and the paper then shows the figures alone.

use crate::config::Language;
use crate::money::{Currency, Money};

const CAPITALS: [&str; 10] = ["零", "壹", "贰", "叁", "肆", "伍", "陆", "柒", "捌", "玖"];
const HANGUL: [&str; 10] = ["", "일", "이", "삼", "사", "오", "육", "칠", "팔", "구"];
const UNDER_TWENTY: [&str; 20] = [
    "zero",
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
    "thirteen",
    "fourteen",
    "fifteen",
    "sixteen",
    "seventeen",
    "eighteen",
    "nineteen",
];
const TENS: [&str; 10] = ["", "", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"];

/// The amount in words: `人民币壹仟贰佰叁拾肆元伍角整`, `일금 일백만원정`, `CNY one thousand two hundred and thirty-four and
/// 50/100 only`. None for a negative amount and, but in English, for a currency other than CNY and KRW.
pub fn in_words(amount: Money, language: Language) -> Option<String> {
    let minor = u64::try_from(amount.minor).ok()?;
    let unit = 10_u64.pow(u32::from(amount.currency.decimals()));
    let (major, fraction) = (minor / unit, minor % unit);
    match (language, amount.currency) {
        (Language::Zh, Currency::CNY) => Some(format!("人民币{}", yuan(major, fraction))),
        (Language::Zh, Currency::KRW) => Some(format!("韩币{}元整", capitals(major))),
        (Language::Ko, Currency::KRW) => Some(format!("일금 {}원정", hangul(major))),
        (Language::Ko, Currency::CNY) if fraction == 0 => Some(format!("일금 {}위안정", hangul(major))),
        (Language::Ko, Currency::CNY) => Some(format!("일금 {}위안 {}펀정", hangul(major), hangul(fraction))),
        (Language::Zh | Language::Ko, _) => None,
        (Language::En, currency) => {
            let cents = if fraction == 0 { String::new() } else { format!(" and {}/{unit}", padded(fraction, unit)) };
            Some(format!("{currency} {}{cents} only", english(major)))
        }
    }
}

/// By the rules of the People's Bank for bills: 整 after 元 and 角, a 零 where 角 is missing before 分.
fn yuan(major: u64, fen: u64) -> String {
    let (jiao, fen) = (usize::try_from(fen / 10).unwrap_or(0), usize::try_from(fen % 10).unwrap_or(0));
    let whole = if major == 0 && jiao + fen > 0 { String::new() } else { format!("{}元", capitals(major)) };
    match (jiao, fen) {
        (0, 0) => format!("{whole}整"),
        (0, fen) if whole.is_empty() => format!("{}分", CAPITALS[fen]),
        (0, fen) => format!("{whole}零{}分", CAPITALS[fen]),
        (jiao, 0) => format!("{whole}{}角整", CAPITALS[jiao]),
        (jiao, fen) => format!("{whole}{}角{}分", CAPITALS[jiao], CAPITALS[fen]),
    }
}

/// One 零 for any run of noughts between figures, none at the end; 拾 always with its 壹.
fn capitals(number: u64) -> String {
    if let Some(figure) = usize::try_from(number).ok().and_then(|figure| CAPITALS.get(figure)) {
        return (*figure).to_owned();
    }
    let units = [(100_000_000, "亿"), (10_000, "万"), (1_000, "仟"), (100, "佰"), (10, "拾")];
    let Some((unit, name)) = units.into_iter().find(|(unit, _)| number >= *unit) else { return String::new() };
    let (high, low) = (capitals(number / unit), number % unit);
    let nought = if low < unit / 10 { "零" } else { "" };
    if low == 0 { format!("{high}{name}") } else { format!("{high}{name}{nought}{}", capitals(low)) }
}

/// Every 십, 백 and 천 with its 일, so that nothing can be written in front.
fn hangul(number: u64) -> String {
    if number == 0 {
        return "영".to_owned();
    }
    let big = ["경", "조", "억", "만", ""];
    let mut words = String::new();
    for (at, name) in big.into_iter().enumerate() {
        let power = u32::try_from(4 * (big.len() - 1 - at)).unwrap_or(0);
        let group = number / 10_u64.pow(power) % 10_000;
        for (unit, small) in [(1_000, "천"), (100, "백"), (10, "십"), (1, "")] {
            let figure = usize::try_from(group / unit % 10).unwrap_or(0);
            if figure > 0 {
                words.push_str(HANGUL[figure]);
                words.push_str(small);
            }
        }
        if group > 0 {
            words.push_str(name);
        }
    }
    words
}

fn english(number: u64) -> String {
    let joined = |unit: u64, name: &str, glue: &str| {
        let (high, low) = (english(number / unit), number % unit);
        if low == 0 { format!("{high} {name}") } else { format!("{high} {name}{glue}{}", english(low)) }
    };
    let small = usize::try_from(number).unwrap_or(usize::MAX);
    match number {
        0..20 => UNDER_TWENTY[small].to_owned(),
        20..100 if small % 10 == 0 => TENS[small / 10].to_owned(),
        20..100 => format!("{}-{}", TENS[small / 10], UNDER_TWENTY[small % 10]),
        100..1_000 => joined(100, "hundred", " and "),
        _ => {
            let scales = ["thousand", "million", "billion", "trillion", "quadrillion", "quintillion"];
            let power = number.ilog10() / 3;
            let name = scales.get(power as usize - 1).copied().unwrap_or_default();
            let unit = 1_000_u64.pow(power);
            joined(unit, name, if number % unit < 100 { " and " } else { " " })
        }
    }
}

fn padded(fraction: u64, unit: u64) -> String {
    let width = unit.ilog10() as usize;
    format!("{fraction:0width$}")
}
