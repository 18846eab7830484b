//! What people type for amounts, counts and dates, read as they mean it: wide figures of an input method, grouping marks,
//! short dates. Rounds nothing: what cannot be meant is a fault with a name.

use domain::LocalDate;
use domain::meeting::MOST_AMOUNT_MINOR;
use domain::money::Currency;
use jiff::ToSpan;
use jiff::civil::Date;

/// Why something typed is no such value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EntryFault {
    NotANumber,
    Negative,
    /// More digits after the point than the currency has.
    Decimals,
    /// A count of pieces with a fraction.
    NotWhole,
    TooLarge,
    /// More than 100 %.
    AboveWhole,
}

/// Figures and the point as ASCII; without spaces and grouping marks.
pub fn plain(typed: &str) -> String {
    let narrow = |letter: char| match letter {
        '０'..='９' => char::from_u32(u32::from(letter) - u32::from('０') + u32::from('0')).unwrap_or(letter),
        '．' | '。' => '.',
        '－' | '−' | '—' => '-',
        '＋' => '+',
        '％' => '%',
        other => other,
    };
    let left_out = |letter: &char| letter.is_whitespace() || matches!(letter, ',' | '，' | '_' | '¥' | '￥' | '₩');
    typed.chars().filter(|letter| !left_out(letter)).map(narrow).collect()
}

/// An amount in minor units.
///
/// # Errors
/// No number, below 0, more decimals than the currency has, beyond what a slip may hold.
pub fn amount(typed: &str, currency: Currency) -> Result<i64, EntryFault> {
    fixed(&plain(typed), currency.decimals(), EntryFault::Decimals)
}

/// A count of units.
///
/// # Errors
/// No number, below 0, with a fraction, beyond 32 bits.
pub fn quantity(typed: &str) -> Result<u32, EntryFault> {
    let units = fixed(&plain(typed), 0, EntryFault::NotWhole)?;
    u32::try_from(units).map_err(|_| EntryFault::TooLarge)
}

/// `5%` as hundredths of a percent; none when it is no percentage.
pub fn percent(typed: &str) -> Option<Result<u16, EntryFault>> {
    let plain = plain(typed);
    let figures = plain.strip_suffix('%')?.trim_start_matches('-');
    Some(fixed(figures, 2, EntryFault::Decimals).and_then(|points| match u16::try_from(points) {
        Ok(points) if points <= 10_000 => Ok(points),
        _ => Err(EntryFault::AboveWhole),
    }))
}

fn fixed(plain: &str, decimals: u8, too_fine: EntryFault) -> Result<i64, EntryFault> {
    let negative = plain.starts_with('-');
    let figures = plain.trim_start_matches(['-', '+']);
    let (whole, part) = figures.split_once('.').unwrap_or((figures, ""));
    let is_figures = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    if !is_figures(whole) || !is_figures(part) || (whole.is_empty() && part.is_empty()) {
        return Err(EntryFault::NotANumber);
    }
    if negative {
        return Err(EntryFault::Negative);
    }
    let part = part.trim_end_matches('0');
    if part.len() > usize::from(decimals) {
        return Err(too_fine);
    }
    let minor: String = whole.chars().chain(part.chars()).collect();
    let zeros = u32::try_from(usize::from(decimals) - part.len()).unwrap_or(0);
    let minor = minor.trim_start_matches('0');
    if minor.is_empty() {
        return Ok(0);
    }
    let value = minor.parse::<i64>().ok().and_then(|value| value.checked_mul(10_i64.pow(zeros)));
    value.filter(|value| *value <= MOST_AMOUNT_MINOR).ok_or(EntryFault::TooLarge)
}

/// A day: `2027-04-30`, `20270430`, `4-30` or `0430` for the next such day, `+45` for so many days from today.
pub fn date(typed: &str, today: Date) -> Option<LocalDate> {
    let plain = plain(typed);
    let day = match plain.strip_prefix('+') {
        Some(days) => today.checked_add(days.parse::<i32>().ok().filter(|days| *days <= 3_650)?.days()).ok()?,
        None => calendar(&plain, today)?,
    };
    day.to_string().parse().ok()
}

fn calendar(plain: &str, today: Date) -> Option<Date> {
    let parts: Vec<&str> = plain.split(['-', '/', '.', '年', '月', '日', '년', '월', '일']).collect();
    let parts: Vec<&str> = parts.into_iter().filter(|part| !part.is_empty()).collect();
    match parts[..] {
        [year, month, day] => Date::new(year.parse().ok()?, month.parse().ok()?, day.parse().ok()?).ok(),
        [month, day] => next(month.parse().ok()?, day.parse().ok()?, today),
        [all] if all.is_ascii() && all.len() == 8 => {
            Date::new(all[..4].parse().ok()?, all[4..6].parse().ok()?, all[6..].parse().ok()?).ok()
        }
        [all] if all.is_ascii() && all.len() == 4 => next(all[..2].parse().ok()?, all[2..].parse().ok()?, today),
        _ => None,
    }
}

fn next(month: i8, day: i8, today: Date) -> Option<Date> {
    let this = Date::new(today.year(), month, day).ok();
    this.filter(|day| *day >= today).or_else(|| Date::new(today.year() + 1, month, day).ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_are_read_as_they_are_meant_and_never_rounded() {
        let check = |typed, currency, expected| assert_eq!(amount(typed, currency), expected, "{typed}");
        check("2,690", Currency::CNY, Ok(269_000));
        check("２６９０．５", Currency::CNY, Ok(269_050));
        check("¥ 0.05", Currency::CNY, Ok(5));
        check(".5", Currency::CNY, Ok(50));
        check("2690.500", Currency::CNY, Ok(269_050));
        check("2690.505", Currency::CNY, Err(EntryFault::Decimals));
        check("1,500,000", Currency::KRW, Ok(1_500_000));
        check("1500.5", Currency::KRW, Err(EntryFault::Decimals));
        check("-5", Currency::CNY, Err(EntryFault::Negative));
        check("1000000000000.01", Currency::CNY, Err(EntryFault::TooLarge));
        check("99999999999999999999999999", Currency::CNY, Err(EntryFault::TooLarge));
        for typed in ["", ".", "-", "12a", "1.2.3", "%", "一百"] {
            check(typed, Currency::CNY, Err(EntryFault::NotANumber));
        }
    }

    #[test]
    fn counts_are_whole_and_percentages_at_most_the_whole() {
        assert_eq!(quantity("1,280"), Ok(1_280));
        assert_eq!(quantity("2.5"), Err(EntryFault::NotWhole));
        assert_eq!(quantity("-1"), Err(EntryFault::Negative));
        assert_eq!(quantity("9999999999"), Err(EntryFault::TooLarge));
        assert_eq!(percent("5%"), Some(Ok(500)));
        assert_eq!(percent("-2.5％"), Some(Ok(250)));
        assert_eq!(percent("100.01%"), Some(Err(EntryFault::AboveWhole)));
        assert_eq!(percent("700%"), Some(Err(EntryFault::AboveWhole)));
        assert_eq!(percent("x%"), Some(Err(EntryFault::NotANumber)));
        assert_eq!(percent("5"), None);
    }

    #[test]
    fn dates_are_read_in_every_usual_form() {
        let today = Date::new(2027, 3, 18).expect("a day");
        let check = |typed, expected: Option<&str>| {
            assert_eq!(date(typed, today).map(|day| day.as_str().to_owned()).as_deref(), expected, "{typed}");
        };
        check("2027-04-30", Some("2027-04-30"));
        check("20270430", Some("2027-04-30"));
        check("2027年4月30日", Some("2027-04-30"));
        check("4/30", Some("2027-04-30"));
        check("0430", Some("2027-04-30"));
        check("0301", Some("2028-03-01"));
        check("+45", Some("2027-05-02"));
        check("2027-02-30", None);
        check("+99999", None);
        check("soon", None);
        check("", None);
    }
}
