//! Wrong PINs and how long a machine takes none. The log's word counts, so that neither a restart nor another screen
//! opens the pad; where the log does not know of a lock (yet), the machine's own steady clock holds it.

use domain::{DeviceId, Meeting, UnixMillis};

/// Wrong PINs in a row that one device takes.
pub const MOST_TRIES: u8 = domain::meeting::MOST_WRONG_PINS;
pub const LOCK_OUT_MINUTES: u16 = 5;

/// The wrong PINs typed at one machine.
#[derive(Debug, Clone, Default)]
pub struct PinLock {
    wrong: u8,
    /// Steady time, milliseconds.
    until_ms: u64,
    /// The lock-out that was handed in last, and whether the log has it.
    told: Option<u64>,
    stands: bool,
}

impl PinLock {
    pub fn right(&mut self) {
        self.wrong = 0;
    }

    /// One more; with the last that is taken the machine is locked, and how many they were is to be told.
    pub fn wrong(&mut self, steady_ms: u64) -> Option<u8> {
        self.wrong += 1;
        if self.wrong < MOST_TRIES {
            return None;
        }
        self.until_ms = steady_ms + u64::from(LOCK_OUT_MINUTES) * 60_000;
        Some(std::mem::take(&mut self.wrong))
    }

    /// The lock-out is handed in under this tag.
    pub fn told(&mut self, tag: u64) {
        (self.told, self.stands) = (Some(tag), false);
    }

    /// The answer to an act: it may be the lock-out's.
    pub fn answered(&mut self, tag: u64, stands: bool) {
        if self.told == Some(tag) {
            (self.told, self.stands) = (None, stands);
        }
    }

    /// Milliseconds until PINs are taken again at the machine; `now_ms` is the hub's time as far as it is known.
    pub fn left_ms(&self, meeting: &Meeting, own: Option<DeviceId>, now_ms: u64, steady_ms: u64) -> u64 {
        let local_ms = self.until_ms.saturating_sub(steady_ms);
        let logged = own.and_then(|own| meeting.device(own)).and_then(|device| device.locked.as_ref());
        match logged {
            Some((_, None)) => u64::MAX,
            // A clock that was set does not shorten it.
            Some((_, Some(UnixMillis(until)))) => until.saturating_sub(now_ms).max(local_ms),
            // Somebody unlocked it.
            None if self.stands => 0,
            None => local_ms,
        }
    }
}

/// The same in minutes, rounded up.
pub fn minutes(ms: u64) -> u32 {
    u32::try_from(ms.div_ceil(60_000)).unwrap_or(u32::MAX)
}
