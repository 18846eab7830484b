//! How far the machine's clock is from the hub's, as far as answers prove it. It corrects nothing and reads no clock.

/// From this difference on the screens warn, milliseconds.
pub const CLOCK_AMBER_MS: u64 = 2_000;
/// From this difference on staff have to set the clock, milliseconds.
pub const CLOCK_RED_MS: u64 = 120_000;

/// A round trip up to this long measures the clock; a longer one can only prove that it is wrong.
const MAX_ROUND_TRIP_MS: u64 = 1_000;
/// Smaller differences than this are the network's, not the clock's.
const OFFSET_NOISE_MS: u64 = 250;

/// What the machine's clock deserves.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub enum ClockGuard {
    /// Nothing speaks against it.
    #[default]
    Good,
    /// It is 2 s or more from the hub's.
    Amber,
    /// It is 2 min or more from the hub's.
    Red,
}

/// The hub's clock as heard.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct HubClock {
    offset_ms: i64,
    /// None before the first answer that tells something.
    heard: Option<(ClockGuard, i64)>,
}

impl HubClock {
    /// Goes on with an offset that was known before; nothing is held against the clock yet.
    pub(crate) fn known(offset_ms: i64) -> HubClock {
        HubClock { offset_ms, heard: None }
    }

    /// Hub clock minus own wall clock as far as known, in milliseconds.
    pub(crate) fn offset_ms(&self) -> i64 {
        self.offset_ms
    }

    pub(crate) fn guard(&self) -> ClockGuard {
        self.heard.map_or(ClockGuard::Good, |(guard, _)| guard)
    }

    /// What was heard since the start, and the difference that speaks for it: hub clock minus own, in milliseconds.
    pub(crate) fn heard(&self) -> Option<(ClockGuard, i64)> {
        self.heard
    }

    /// The hub said `hub_now` at some moment of a call of `round_trip_ms` that ends at `wall`.
    pub(crate) fn hear(&mut self, hub_now: u64, round_trip_ms: u64, wall: u64) {
        let least = least_difference(hub_now, round_trip_ms, wall);
        let proven = guard_of(least.unsigned_abs());
        let measured = round_trip_ms <= MAX_ROUND_TRIP_MS;
        if measured || proven > self.guard() {
            self.heard = Some((proven, least));
        }
        if !measured {
            return;
        }
        let offset_ms = difference(hub_now, wall.saturating_sub(round_trip_ms / 2));
        if offset_ms.abs_diff(self.offset_ms) >= OFFSET_NOISE_MS {
            self.offset_ms = offset_ms;
        }
    }
}

/// What the clocks differ by at least, whenever during the call the hub looked at its own.
fn least_difference(hub_now: u64, round_trip_ms: u64, wall: u64) -> i64 {
    let asked = wall.saturating_sub(round_trip_ms);
    difference(hub_now, hub_now.clamp(asked, wall))
}

fn guard_of(difference_ms: u64) -> ClockGuard {
    match difference_ms {
        CLOCK_RED_MS.. => ClockGuard::Red,
        CLOCK_AMBER_MS.. => ClockGuard::Amber,
        _ => ClockGuard::Good,
    }
}

/// `left - right`, cut to what fits.
pub(crate) fn difference(left: u64, right: u64) -> i64 {
    let size = i64::try_from(left.abs_diff(right)).unwrap_or(i64::MAX);
    if left < right { -size } else { size }
}

#[cfg(test)]
mod tests {
    use super::*;

    const WALL: u64 = 1_000_000_000;

    /// The own clock shows `WALL` when an answer arrives after `round_trip_ms`; the hub's was `hub_ahead_ms` from it.
    fn check(before: ClockGuard, hub_ahead_ms: i64, round_trip_ms: u64, expected: ClockGuard) {
        let mut clock = HubClock { offset_ms: 0, heard: Some((before, 0)) };
        clock.hear(WALL.saturating_add_signed(hub_ahead_ms), round_trip_ms, WALL);
        assert_eq!(clock.guard(), expected, "{before:?}, {hub_ahead_ms} ms ahead in {round_trip_ms} ms");
    }

    #[test]
    fn difference_to_the_hub_shows_amber_and_red_beyond_the_round_trip() {
        use ClockGuard::{Amber, Good, Red};
        for (ahead, round_trip, expected) in [
            (1_999, 10, Good),
            (2_000, 10, Amber),
            (119_999, 10, Amber),
            (120_000, 10, Red),
            (-2_009, 10, Good),
            (-2_010, 10, Amber),
            (-120_010, 10, Red),
            (-2_900, 1_000, Good),
            (-20_000, 25_000, Good),
            (-146_000, 25_000, Red),
            (3_000, 25_000, Amber),
        ] {
            check(Good, ahead, round_trip, expected);
        }
    }

    #[test]
    fn slow_answer_never_clears_the_clock() {
        check(ClockGuard::Red, 0, 1_001, ClockGuard::Red);
        check(ClockGuard::Amber, 130_000, 20_000, ClockGuard::Red);
        check(ClockGuard::Red, 0, 1_000, ClockGuard::Good);
        check(ClockGuard::Red, 5_000, 20, ClockGuard::Amber);
    }

    #[test]
    fn offset_follows_quick_answers_only() {
        for (ahead, round_trip, expected) in [(5_000, 100, 5_050), (5_000, 2_000, 0), (200, 10, 0), (-9_000, 0, -9_000)]
        {
            let mut clock = HubClock::default();
            clock.hear(WALL.saturating_add_signed(ahead), round_trip, WALL);
            assert_eq!(clock.offset_ms(), expected);
        }
    }
}
