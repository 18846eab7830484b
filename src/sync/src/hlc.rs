//! The hybrid clock: follows the wall clock, never goes back, and follows the others' clocks within
//! a bound. The wall clock itself is an argument.

use serde::{Deserialize, Serialize};

/// How far ahead of the own wall clock a remote time may be and still be followed.
pub const MAX_AHEAD_MS: u64 = 60_000;

const COUNTER_BITS: u32 = 16;
const MAX_MILLIS: u64 = (1 << 48) - 1;

/// Unix milliseconds (48 bits) and a counter (16 bits), so that the order of numbers is the order of
/// time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
pub struct Hlc(pub u64);

impl Hlc {
    /// The first time stamp of a millisecond; times beyond 48 bits are cut to the last one.
    pub fn at(millis: u64) -> Hlc {
        Hlc(millis.min(MAX_MILLIS) << COUNTER_BITS)
    }

    /// Unix milliseconds.
    pub fn millis(self) -> u64 {
        self.0 >> COUNTER_BITS
    }

    /// Position within the millisecond.
    pub fn counter(self) -> u16 {
        (self.0 & u64::from(u16::MAX)) as u16
    }
}

/// The clock of one device. Give it the last stamp of the stored log at start, so that it rises over
/// restarts too.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct HlcClock {
    last: Hlc,
}

impl HlcClock {
    /// A clock that continues after `last`.
    pub fn after(last: Hlc) -> HlcClock {
        HlcClock { last }
    }

    /// The last stamp given or adopted.
    pub fn last(&self) -> Hlc {
        self.last
    }

    /// A stamp for an own event: strictly after every stamp before, also when the wall clock went
    /// back. A full counter runs over into the next millisecond.
    pub fn tick(&mut self, now_ms: u64) -> Hlc {
        self.last = Hlc::at(now_ms).max(Hlc(self.last.0.saturating_add(1)));
        self.last
    }

    /// Follows a remote stamp, so that what was seen comes before what is done next. Returns false,
    /// and follows nothing, when it is more than 60 s ahead of the own wall clock.
    pub fn observe(&mut self, remote: Hlc, now_ms: u64) -> bool {
        if remote.millis() > now_ms.saturating_add(MAX_AHEAD_MS) {
            return false;
        }
        self.last = self.last.max(remote);
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn wall_clock_steps_back_stamps_still_rise() {
        let mut clock = HlcClock::default();
        let before = clock.tick(5_000);
        let after = clock.tick(1_000);
        assert!(after > before);
        assert_eq!((after.millis(), after.counter()), (5_000, 1));
    }

    #[test]
    fn counter_is_full_next_millisecond_begins() {
        let mut clock = HlcClock::after(Hlc(7_000 << 16 | 0xffff));
        let stamp = clock.tick(7_000);
        assert_eq!((stamp.millis(), stamp.counter()), (7_001, 0));
    }

    #[test]
    fn remote_within_a_minute_is_followed() {
        let mut clock = HlcClock::default();
        assert!(clock.observe(Hlc::at(61_000), 1_000));
        assert!(clock.tick(1_000) > Hlc::at(61_000));
    }

    #[test]
    fn remote_beyond_a_minute_is_not_adopted() {
        let mut clock = HlcClock::default();
        assert!(!clock.observe(Hlc::at(61_001), 1_000));
        assert_eq!(clock.tick(1_000), Hlc::at(1_000));
    }

    proptest! {
        #[test]
        fn any_wall_clock_stamps_strictly_rise(steps in proptest::collection::vec((any::<u32>(), any::<Option<u32>>()), 1..50)) {
            let mut clock = HlcClock::default();
            let mut last = None;
            for (now, remote) in steps {
                if let Some(remote) = remote {
                    clock.observe(Hlc::at(u64::from(remote)), u64::from(now));
                }
                let stamp = clock.tick(u64::from(now));
                prop_assert!(last < Some(stamp));
                last = Some(stamp);
            }
        }
    }
}
