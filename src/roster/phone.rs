//! Phone numbers as people write them, brought to one form that the keyed hash can compare. Stores and logs none.

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

use super::text;

const CHINA: &str = "86";
const KOREA: &str = "82";

/// A number with its country code, digits only. `Debug` shows no digits.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct PhoneNumber(String);

impl PhoneNumber {
    /// Reads `text`; a number without a country code gets `country` (such as `86`).
    /// `None` when it cannot be a phone number of that country.
    pub fn read(text: &str, country: &str) -> Option<PhoneNumber> {
        let digits = strip(text)?;
        match digits {
            Digits::International(digits) => international(&digits),
            Digits::National(digits) => national(&digits, country),
        }
    }

    /// Every number that somebody typing `text` at a kiosk may mean, the meeting's own country first.
    // A hub on a server has no kiosk.
    #[cfg_attr(not(feature = "gui"), allow(dead_code))]
    pub fn candidates(text: &str, country: &str) -> Vec<PhoneNumber> {
        let mut found: Vec<PhoneNumber> = Vec::new();
        for country in [country, CHINA, KOREA] {
            if let Some(number) = PhoneNumber::read(text, country)
                && !found.contains(&number)
            {
                found.push(number);
            }
        }
        found
    }

    /// Digits with the country code, without `+`.
    pub fn digits(&self) -> &str {
        &self.0
    }

    /// As it is written for people abroad: `+86 138 0000 1234`, `+82 10-1234-5678`.
    pub fn international(&self) -> String {
        let digits = &self.0;
        let grouped = |country: &str, between: &str| {
            let rest = digits.strip_prefix(country).filter(|rest| (9..=11).contains(&rest.len()))?;
            let (head, tail) = rest.split_at(rest.len() - 4);
            let (head, middle) = head.split_at(head.len() - 4);
            Some(format!("+{country} {head}{between}{middle}{between}{tail}"))
        };
        let known = grouped(CHINA, " ").or_else(|| grouped(KOREA, "-"));
        known.unwrap_or_else(|| format!("+{digits}"))
    }

    /// Lower-case hex HMAC-SHA-256 of the digits under the meeting's phone key.
    pub fn hash(&self, phone_key: &[u8; 32]) -> String {
        let mut mac = Hmac::<Sha256>::new_from_slice(phone_key).expect("HMAC takes a key of any length");
        mac.update(self.0.as_bytes());
        data_encoding::HEXLOWER.encode(&mac.finalize().into_bytes())
    }

    /// `138****1234`: as its owner would write it, the middle hidden.
    pub fn mask(&self) -> String {
        let national = self.national();
        let (head, tail) = (national.get(..3), national.len().checked_sub(4).and_then(|at| national.get(at..)));
        match (head, tail) {
            (Some(head), Some(tail)) if national.len() >= 9 => format!("{head}****{tail}"),
            (_, Some(tail)) => format!("****{tail}"),
            _ => "****".to_owned(),
        }
    }

    fn national(&self) -> String {
        if let Some(rest) = self.0.strip_prefix(CHINA).filter(|rest| is_chinese_mobile(rest)) {
            return rest.to_owned();
        }
        match self.0.strip_prefix(KOREA) {
            Some(rest) if (8..=10).contains(&rest.len()) => format!("0{rest}"),
            _ => self.0.clone(),
        }
    }
}

impl std::fmt::Debug for PhoneNumber {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("PhoneNumber(…)")
    }
}

enum Digits {
    International(String),
    National(String),
}

fn strip(written: &str) -> Option<Digits> {
    if written.len() > 64 {
        return None;
    }
    let plain = text::plain(written);
    let body = plain.trim_start_matches(['\'', ' ']);
    // A spreadsheet that took the number for a quantity writes 13800001234.0.
    let body = body.strip_suffix(".0").unwrap_or(body);
    let (plus, body) = match body.strip_prefix('+') {
        Some(rest) => (true, rest),
        None => (false, body),
    };
    let separator = |c: char| matches!(c, ' ' | '-' | '.' | '(' | ')' | '/' | '‐' | '–' | '—' | '·');
    let digits: String = body.chars().filter(|c| !separator(*c)).collect();
    if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    match (plus, digits.strip_prefix("00")) {
        (true, _) => Some(Digits::International(digits)),
        (false, Some(rest)) => Some(Digits::International(rest.to_owned())),
        (false, None) => Some(Digits::National(digits)),
    }
}

fn international(digits: &str) -> Option<PhoneNumber> {
    if let Some(rest) = digits.strip_prefix(CHINA) {
        return chinese(rest);
    }
    if let Some(rest) = digits.strip_prefix(KOREA) {
        return korean(rest);
    }
    let plausible = (8..=15).contains(&digits.len()) && !digits.starts_with('0');
    plausible.then(|| PhoneNumber(digits.to_owned()))
}

fn national(digits: &str, country: &str) -> Option<PhoneNumber> {
    match country {
        CHINA => chinese(digits)
            .or_else(|| digits.strip_prefix(CHINA).filter(|rest| is_chinese_mobile(rest)).and_then(chinese)),
        KOREA => korean(digits).or_else(|| digits.strip_prefix(KOREA).and_then(korean)),
        other => {
            let body = digits.trim_start_matches('0');
            let length = body.len() + other.len();
            (body.len() >= 6 && length <= 15).then(|| PhoneNumber(format!("{other}{body}")))
        }
    }
}

/// A mobile number of 11 digits, or a landline with its area code's zero.
fn chinese(digits: &str) -> Option<PhoneNumber> {
    let landline = digits.strip_prefix('0').filter(|rest| (9..=11).contains(&rest.len()) && !rest.starts_with('0'));
    let body = if is_chinese_mobile(digits) { Some(digits) } else { landline };
    body.map(|body| PhoneNumber(format!("{CHINA}{body}")))
}

fn is_chinese_mobile(digits: &str) -> bool {
    digits.len() == 11 && digits.starts_with('1') && matches!(digits.as_bytes()[1], b'3'..=b'9')
}

/// 010-1234-5678; also 10-1234-5678, whose zero a spreadsheet swallowed; also landlines such as 02-123-4567.
fn korean(digits: &str) -> Option<PhoneNumber> {
    let body = digits.strip_prefix('0').unwrap_or(digits);
    let mobile =
        matches!(body.get(..2), Some("10" | "11" | "16" | "17" | "18" | "19")) && (9..=10).contains(&body.len());
    let landline =
        digits.starts_with('0') && (8..=10).contains(&body.len()) && matches!(body.as_bytes()[0], b'2'..=b'7');
    (mobile || landline).then(|| PhoneNumber(format!("{KOREA}{body}")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_as_people_write_them_come_to_one_form() {
        let check = |text: &str, country: &str, expected: Option<&str>| {
            let number = PhoneNumber::read(text, country);
            assert_eq!(number.as_ref().map(PhoneNumber::digits), expected, "{text} in {country}");
        };
        check("13800001234", "86", Some("8613800001234"));
        check(" 138-0000 1234", "86", Some("8613800001234"));
        check("+86 138 0000 1234", "82", Some("8613800001234"));
        check("008613800001234", "86", Some("8613800001234"));
        check("8613800001234", "86", Some("8613800001234"));
        check("１３８０００01234", "86", Some("8613800001234"));
        check("13800001234.0", "86", Some("8613800001234"));
        check("'13800001234", "86", Some("8613800001234"));
        check("010-62345678", "86", Some("861062345678"));
        check("1380000123", "86", None);
        check("12800001234", "86", None);
        check("1.38E+10", "86", None);
        check("138****1234", "86", None);
        check("010-1234-5678", "82", Some("821012345678"));
        check("1012345678", "82", Some("821012345678"));
        check("+82-10-1234-5678", "86", Some("821012345678"));
        check("+82 (0)10 1234 5678", "86", Some("821012345678"));
        check("02-123-4567", "82", Some("8221234567"));
        check("010-1234", "82", None);
        check("+1 415 555 0100", "86", Some("14155550100"));
        check("+1 41", "86", None);
        check("", "86", None);
        check("请咨询", "86", None);
        check(&"1".repeat(80), "86", None);
    }

    #[test]
    fn masks_show_head_and_tail_only() {
        let check = |text: &str, expected: &str| {
            let number = PhoneNumber::read(text, "86").expect("a number");
            assert_eq!(number.mask(), expected);
        };
        check("13800001234", "138****1234");
        check("+82 10 1234 5678", "010****5678");
        check("+1 415 555 0100", "141****0100");
        check("+65612345", "****2345");
    }

    #[test]
    fn numbers_are_grouped_for_paper() {
        let check = |text: &str, expected: &str| {
            let number = PhoneNumber::read(text, "86").expect("a number");
            assert_eq!(number.international(), expected);
        };
        check("13800001234", "+86 138 0000 1234");
        check("+82 10 1234 5678", "+82 10-1234-5678");
        check("+1 415 555 0100", "+14155550100");
    }

    #[test]
    fn korean_number_typed_at_a_chinese_meeting_is_also_tried_as_korean() {
        let found = PhoneNumber::candidates("01012345678", "86");
        let digits: Vec<&str> = found.iter().map(PhoneNumber::digits).collect();
        assert_eq!(digits, ["861012345678", "821012345678"]);
    }

    #[test]
    fn hash_is_stable_and_keyed() {
        let number = PhoneNumber::read("13800001234", "86").expect("a number");
        assert_eq!(number.hash(&[7; 32]), number.hash(&[7; 32]));
        assert_ne!(number.hash(&[7; 32]), number.hash(&[8; 32]));
        assert_eq!(number.hash(&[7; 32]).len(), 64);
        assert_eq!(format!("{number:?}"), "PhoneNumber(…)");
    }
}
