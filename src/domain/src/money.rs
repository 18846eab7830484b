//! Money as integers of the currency's smallest unit. Knows no exchange rates and no rounding rules.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

use crate::ids::BadId;

/// An ISO 4217 currency, by its three letters.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Currency([u8; 3]);

impl Currency {
    /// Chinese yuan.
    pub const CNY: Currency = Currency(*b"CNY");
    /// South Korean won.
    pub const KRW: Currency = Currency(*b"KRW");

    /// The three letters.
    pub fn code(&self) -> &str {
        std::str::from_utf8(&self.0).expect("only capital letters get in")
    }

    /// Digits after the decimal point (ISO 4217, list one).
    pub fn decimals(&self) -> u8 {
        match &self.0 {
            b"BIF" | b"CLP" | b"DJF" | b"GNF" | b"ISK" | b"JPY" | b"KMF" | b"KRW" | b"PYG" | b"RWF" | b"UGX"
            | b"UYI" | b"VND" | b"VUV" | b"XAF" | b"XOF" | b"XPF" => 0,
            b"BHD" | b"IQD" | b"JOD" | b"KWD" | b"LYD" | b"OMR" | b"TND" => 3,
            _ => 2,
        }
    }
}

impl Default for Currency {
    fn default() -> Currency {
        Currency::CNY
    }
}

impl FromStr for Currency {
    type Err = BadId;
    fn from_str(text: &str) -> Result<Currency, BadId> {
        let letters: Option<[u8; 3]> = text.as_bytes().try_into().ok();
        letters
            .filter(|letters| letters.iter().all(u8::is_ascii_uppercase))
            .map(Currency)
            .ok_or_else(|| BadId::new(text, "a currency such as CNY or KRW"))
    }
}

impl fmt::Display for Currency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

impl fmt::Debug for Currency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

impl Serialize for Currency {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_str(self.code())
    }
}

impl<'de> Deserialize<'de> for Currency {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Currency, D::Error> {
        String::deserialize(from)?.parse().map_err(de::Error::custom)
    }
}

/// An amount: `minor` units of `currency` (1,234.50 CNY is 123450).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Money {
    /// In the smallest unit; negative for money given back.
    pub minor: i64,
    /// Whose unit it is.
    pub currency: Currency,
}

impl Money {
    /// The sum, or `None` for two currencies or beyond 64 bits.
    pub fn plus(self, other: Money) -> Option<Money> {
        if self.currency != other.currency {
            return None;
        }
        let minor = self.minor.checked_add(other.minor)?;
        Some(Money { minor, ..self })
    }
}

impl fmt::Display for Money {
    /// Plain digits with the currency's decimals, no grouping: `1234.50 CNY`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let decimals = usize::from(self.currency.decimals());
        let unit = 10_u64.pow(decimals as u32);
        let (sign, size) = (if self.minor < 0 { "-" } else { "" }, self.minor.unsigned_abs());
        write!(f, "{sign}{}", size / unit)?;
        if decimals > 0 {
            write!(f, ".{:0decimals$}", size % unit)?;
        }
        write!(f, " {}", self.currency)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_print_with_the_decimals_of_their_currency() {
        let check = |minor, currency: &str, expected: &str| {
            let currency = currency.parse().expect("a currency of the table");
            assert_eq!(Money { minor, currency }.to_string(), expected);
        };
        check(123_450, "CNY", "1234.50 CNY");
        check(-5, "CNY", "-0.05 CNY");
        check(50_000, "KRW", "50000 KRW");
        check(1_005, "KWD", "1.005 KWD");
        check(i64::MIN, "KRW", "-9223372036854775808 KRW");
    }

    #[test]
    fn two_currencies_never_add_up() {
        let yuan = Money { minor: 1, currency: Currency::CNY };
        let won = Money { minor: 1, currency: Currency::KRW };
        assert_eq!(yuan.plus(won), None);
        assert_eq!(yuan.plus(yuan).map(|sum| sum.minor), Some(2));
        assert_eq!(Money { minor: i64::MAX, ..yuan }.plus(yuan), None);
    }
}
