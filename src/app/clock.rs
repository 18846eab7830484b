//! The clock and the randomness of the operating system, and local time at the venue. The pure crates get all three from here.

use anyhow::{Context, Result};
use domain::LocalTime;
use jiff::Timestamp;
use jiff::tz::TimeZone;
use std::time::{SystemTime, UNIX_EPOCH};

/// Days from 1970-01-01 to 2020-01-01, the first day that invitation codes count.
const TOKEN_DAY_ZERO: i64 = 18_262;

/// Unix milliseconds of this machine's clock.
pub fn now_ms() -> u64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    u64::try_from(since.as_millis()).unwrap_or(u64::MAX)
}

/// Fresh random bytes.
pub fn entropy<const N: usize>() -> Result<[u8; N]> {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes)
        .map_err(|error| anyhow::anyhow!("{error}"))
        .context("the system gave no random bytes")?;
    Ok(bytes)
}

/// Wall-clock time at the venue.
#[derive(Clone)]
pub struct VenueTime {
    zone: TimeZone,
}

impl VenueTime {
    /// The zone of an IANA name; this machine's own where the name is empty or unknown.
    pub fn of(zone: &str) -> VenueTime {
        VenueTime { zone: TimeZone::get(zone).unwrap_or_else(|_| TimeZone::system()) }
    }

    /// `hh:mm`.
    pub fn clock(&self, at_ms: u64) -> String {
        self.local(at_ms).strftime("%H:%M").to_string()
    }

    /// `2027-03-18T14:05`, comparable with the meeting file's local times.
    pub fn minute(&self, at_ms: u64) -> String {
        self.local(at_ms).strftime("%Y-%m-%dT%H:%M").to_string()
    }

    /// When it is a local time of the meeting file at the venue, in milliseconds since 1970; where clocks go forward over
    /// it, the moment after.
    pub fn unix_ms(&self, local: &LocalTime) -> Option<u64> {
        let local: jiff::civil::DateTime = local.as_str().parse().ok()?;
        let instant = local.to_zoned(self.zone.clone()).ok()?;
        u64::try_from(instant.timestamp().as_millisecond()).ok()
    }

    /// Days since 2020-01-01, as in invitation codes.
    pub fn token_day(&self, at_ms: u64) -> u16 {
        let local = self.local(at_ms).date();
        let days = local.since(jiff::civil::date(1970, 1, 1)).map_or(0, |span| i64::from(span.get_days()));
        u16::try_from(days - TOKEN_DAY_ZERO).unwrap_or(0)
    }

    fn local(&self, at_ms: u64) -> jiff::Zoned {
        let millis = i64::try_from(at_ms).unwrap_or(i64::MAX);
        Timestamp::from_millisecond(millis).unwrap_or(Timestamp::MAX).to_zoned(self.zone.clone())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn venue_time_follows_the_zone_and_counts_token_days() {
        let shanghai = VenueTime::of("Asia/Shanghai");
        // 2026-11-21 23:30 UTC is the next morning in Shanghai.
        let at_ms = 1_795_303_800_000;
        assert_eq!(shanghai.minute(at_ms), "2026-11-22T07:30");
        assert_eq!(shanghai.clock(at_ms), "07:30");
        assert_eq!(shanghai.token_day(at_ms), 2517);
        assert_eq!(VenueTime::of("UTC").token_day(at_ms), 2516);
        let seven = "2026-11-22T07:30".parse().expect("a local time");
        assert_eq!(shanghai.unix_ms(&seven), Some(at_ms));
    }
}
