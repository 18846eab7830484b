//! Instants and local calendar times as data. Never reads a clock and knows no time zones: conversion belongs to the app.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

use crate::ids::BadId;

/// Milliseconds since 1970-01-01 UTC.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct UnixMillis(pub u64);

impl UnixMillis {
    /// Milliseconds from `earlier` to here; 0 when it lies ahead.
    pub fn since(self, earlier: UnixMillis) -> u64 {
        self.0.saturating_sub(earlier.0)
    }
}

/// A wall-clock time at the venue, `2026-11-28T14:00`, in the meeting's time zone.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct LocalTime(String);

impl LocalTime {
    /// `2026-11-28`.
    pub fn date(&self) -> &str {
        &self.0[..10]
    }
    /// `14:00`.
    pub fn clock(&self) -> &str {
        &self.0[11..16]
    }
    /// `2026-11-28T14:00`.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for LocalTime {
    type Err = BadId;
    /// Seconds are accepted and dropped; a space may stand for the `T`.
    fn from_str(text: &str) -> Result<LocalTime, BadId> {
        let wrong = || BadId::new(text, "a local time such as 2026-11-28T14:00");
        let date: LocalDate = text.get(..10).and_then(|d| d.parse().ok()).ok_or_else(wrong)?;
        let clock = text.get(11..16).ok_or_else(wrong)?;
        let separated = matches!(text.as_bytes()[10], b'T' | b' ');
        let rest = text.get(16..).ok_or_else(wrong)?;
        let seconds = rest.is_empty() || (rest.len() == 3 && rest.starts_with(':'));
        if !separated || !seconds || !is_clock(clock) {
            return Err(wrong());
        }
        Ok(LocalTime(format!("{date}T{clock}")))
    }
}

fn is_clock(text: &str) -> bool {
    let Some((hour, minute)) = text.split_once(':') else { return false };
    digits(hour, 2).is_some_and(|h| h < 24) && digits(minute, 2).is_some_and(|m| m < 60)
}

fn digits(text: &str, length: usize) -> Option<u32> {
    let plain = text.len() == length && text.bytes().all(|b| b.is_ascii_digit());
    if plain { text.parse().ok() } else { None }
}

/// A calendar day, `2026-11-28`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct LocalDate(String);

impl LocalDate {
    /// `2026-11-28`.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The day that it is at an instant in UTC; stops at the end of 9999.
    pub fn utc(at: UnixMillis) -> LocalDate {
        let leap = |year: u32| year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400));
        let (mut days, mut year) = (at.0 / 86_400_000, 1970);
        let length = |year| if leap(year) { 366 } else { 365 };
        while days >= length(year) && year < 9_999 {
            days -= length(year);
            year += 1;
        }
        let mut days = u32::try_from(days).unwrap_or(u32::MAX).min(365);
        let mut month = 1;
        while month < 12 && days >= days_in(year, month) {
            days -= days_in(year, month);
            month += 1;
        }
        LocalDate(format!("{year:04}-{month:02}-{:02}", days.min(30) + 1))
    }

    /// Days since 2020-01-01, as in invitation tokens; `None` before that day or after 2199.
    pub fn token_day(&self) -> Option<u16> {
        let mut parts = self.0.split('-').map(|part| part.parse::<u32>().ok());
        let (year, month, day) = (parts.next()??, parts.next()??, parts.next()??);
        if !(2020..2200).contains(&year) {
            return None;
        }
        let leap = |year: u32| year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400));
        let before = (2020..year).map(|year| if leap(year) { 366 } else { 365 }).sum::<u32>();
        let months = (1..month).map(|month| days_in(year, month)).sum::<u32>();
        u16::try_from(before + months + day - 1).ok()
    }
}

fn days_in(year: u32, month: u32) -> u32 {
    let leap = year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400));
    match month {
        2 if leap => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

impl FromStr for LocalDate {
    type Err = BadId;
    fn from_str(text: &str) -> Result<LocalDate, BadId> {
        let read = || {
            let year = digits(text.get(..4)?, 4)?;
            let month = digits(text.get(5..7)?, 2).filter(|month| (1..=12).contains(month))?;
            let day = digits(text.get(8..)?, 2)?;
            let dashes = text.as_bytes()[4] == b'-' && text.as_bytes()[7] == b'-';
            (dashes && day >= 1 && day <= days_in(year, month)).then(|| LocalDate(text.into()))
        };
        read().ok_or_else(|| BadId::new(text, "a day such as 2026-11-28"))
    }
}

macro_rules! written_as_text {
    ($($name:ident),*) => {$(
        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }
        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
                to.serialize_str(&self.0)
            }
        }
        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(from: D) -> Result<$name, D::Error> {
                from.deserialize_any(TextOrDate)?.parse().map_err(de::Error::custom)
            }
        }
    )*};
}

written_as_text!(LocalTime, LocalDate);

/// TOML's own date type arrives as a map with one private key; quoted text arrives as text.
struct TextOrDate;

impl<'de> de::Visitor<'de> for TextOrDate {
    type Value = String;
    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a date or time")
    }
    fn visit_str<E: de::Error>(self, text: &str) -> Result<String, E> {
        Ok(text.into())
    }
    fn visit_map<A: de::MapAccess<'de>>(self, mut map: A) -> Result<String, A::Error> {
        let entry: Option<(String, String)> = map.next_entry()?;
        entry.map(|(_, text)| text).ok_or_else(|| de::Error::custom("empty date"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn local_times_are_read_or_refused() {
        let check = |text: &str, expected: Option<&str>| {
            let read = text.parse::<LocalTime>().ok();
            assert_eq!(read.as_ref().map(LocalTime::as_str), expected, "{text}");
        };
        check("2026-11-28T14:00", Some("2026-11-28T14:00"));
        check("2026-11-28 14:00:59", Some("2026-11-28T14:00"));
        check("2028-02-29T00:00", Some("2028-02-29T00:00"));
        check("2026-02-29T00:00", None);
        check("2026-11-28T24:00", None);
        check("2026-11-28", None);
        check("2026-11-28T14:00+08:00", None);
        check("二〇二六年十一月", None);
        check("", None);
    }

    #[test]
    fn days_of_an_instant_are_the_calendars() {
        let check = |at, expected| assert_eq!(LocalDate::utc(UnixMillis(at)).as_str(), expected, "{at}");
        check(0, "1970-01-01");
        check(951_782_400_000, "2000-02-29");
        check(1_795_780_800_000, "2026-11-27");
        check(1_798_761_599_999, "2026-12-31");
        check(1_798_761_600_000, "2027-01-01");
        check(u64::MAX, "9999-12-31");
    }

    #[test]
    fn token_days_count_from_the_first_of_2020() {
        let check = |text: &str, expected| {
            let date: LocalDate = text.parse().expect("a day");
            assert_eq!(date.token_day(), expected, "{text}");
        };
        check("2020-01-01", Some(0));
        check("2020-12-31", Some(365));
        check("2021-01-01", Some(366));
        check("2026-11-21", Some(2516));
        check("2019-12-31", None);
        check("2199-12-31", u16::try_from(65_745).ok());
        check("9999-12-31", None);
    }
}
