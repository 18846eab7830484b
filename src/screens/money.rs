//! Amounts and counts as a reader of a language writes them. Knows no exchange rates; the currency is named elsewhere.

use domain::config::Language;
use domain::money::Currency;
use icu_decimal::DecimalFormatter;
use icu_decimal::input::Decimal;
use icu_locale_core::{Locale, locale};

fn formatter(language: Language) -> Option<DecimalFormatter> {
    let locale: Locale = match language {
        Language::Zh => locale!("zh"),
        Language::Ko => locale!("ko"),
        Language::En => locale!("en"),
    };
    DecimalFormatter::try_new(locale.into(), Default::default()).ok()
}

/// Minor units with the currency's decimals and the language's groups: `1,234.50`.
pub fn amount(minor: i64, currency: Currency, language: Language) -> String {
    scaled(minor, currency.decimals(), language)
}

/// A count with the language's groups: `1,280`.
pub fn count(number: impl Into<i64>, language: Language) -> String {
    scaled(number.into(), 0, language)
}

/// Hundredths of a percent without needless zeros: `3`, `2.5`.
pub fn percent(basis_points: u16, language: Language) -> String {
    let mut value = Decimal::from(basis_points);
    value.multiply_pow10(-2);
    value.absolute.trim_end();
    written(&value, language)
}

fn scaled(number: i64, decimals: u8, language: Language) -> String {
    let mut value = Decimal::from(number);
    value.multiply_pow10(-i16::from(decimals));
    written(&value, language)
}

fn written(value: &Decimal, language: Language) -> String {
    // The figures of these languages are part of the program: without them plain figures are still right.
    formatter(language).map_or_else(|| value.to_string(), |formatter| formatter.format(value).to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_have_groups_and_the_decimals_of_their_currency() {
        let kwd = "KWD".parse().expect("a currency");
        for (minor, currency, expected) in [
            (123_450, Currency::CNY, "1,234.50"),
            (5, Currency::CNY, "0.05"),
            (0, Currency::CNY, "0.00"),
            (-1_005, kwd, "-1.005"),
            (1_234_567, Currency::KRW, "1,234,567"),
            (100_000_000_000_000, Currency::CNY, "1,000,000,000,000.00"),
        ] {
            for language in Language::ALL {
                assert_eq!(amount(minor, currency, language), expected);
            }
        }
    }

    #[test]
    fn percents_have_no_needless_zeros() {
        let written = [0, 250, 300, 333, 10_000].map(|points| percent(points, Language::Zh));
        assert_eq!(written, ["0", "2.5", "3", "3.33", "100"]);
        assert_eq!(count(1_280_u32, Language::Ko), "1,280");
    }
}
