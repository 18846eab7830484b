//! Turns a wall clock that jumps into a time that only rises, for deadlines. Event times do not come from here.

/// One moment in both reckonings.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Now {
    /// Unix milliseconds, as the machine believes them.
    pub wall: u64,
    /// Milliseconds since the node started, never falling.
    pub steady: u64,
}

/// The rising time. A step back of the wall clock counts as no time; a step forward counts in full, which at worst makes
/// a deadline fire early.
#[derive(Debug, Clone)]
pub(crate) struct SteadyClock {
    now: Now,
}

impl SteadyClock {
    pub(crate) fn starting(wall: u64) -> SteadyClock {
        SteadyClock { now: Now { wall, steady: 0 } }
    }

    pub(crate) fn now(&self) -> Now {
        self.now
    }

    pub(crate) fn advance(&mut self, wall: u64) -> Now {
        let steady = self.now.steady.saturating_add(wall.saturating_sub(self.now.wall));
        self.now = Now { wall, steady };
        self.now
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wall_clock_steps_back_deadlines_still_come() {
        let mut clock = SteadyClock::starting(10_000);
        assert_eq!(clock.advance(10_500).steady, 500);
        assert_eq!(clock.advance(2_000).steady, 500);
        assert_eq!(clock.advance(2_300), Now { wall: 2_300, steady: 800 });
    }
}
