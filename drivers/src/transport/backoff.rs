//! How long an address where nobody answers is left alone.

use std::time::{Duration, Instant};

use crate::Trouble;

/// A cable that is just being plugged in, a printer that is just starting: the first attempts are free.
const FREE_ATTEMPTS: u32 = 3;
const FIRST_REST: Duration = Duration::from_millis(500);
const LONGEST_REST: Duration = Duration::from_secs(4);

/// Attempts that failed one after the other; a fresh one after a success.
#[derive(Debug, Clone, Default)]
pub(super) struct Backoff {
    failures: u32,
    last: Option<(Trouble, Instant)>,
}

impl Backoff {
    pub(super) fn failed(&mut self, trouble: Trouble, now: Instant) {
        self.failures = self.failures.saturating_add(1);
        self.last = Some((trouble, now));
    }

    /// Why the last attempt failed, while it is too early for another.
    pub(super) fn resting(&self, now: Instant) -> Option<&Trouble> {
        let (trouble, failed_at) = self.last.as_ref()?;
        (now.saturating_duration_since(*failed_at) < self.rest()).then_some(trouble)
    }

    fn rest(&self) -> Duration {
        match self.failures.checked_sub(FREE_ATTEMPTS) {
            None => Duration::ZERO,
            Some(doublings) => FIRST_REST.saturating_mul(1 << doublings.min(8)).min(LONGEST_REST),
        }
    }
}

#[cfg(test)]
mod tests {
    use print::Fault;

    use super::*;

    #[test]
    fn rest_doubles_after_the_free_attempts_up_to_its_bound() {
        let begun = Instant::now();
        let mut backoff = Backoff::default();
        for (failure, rest_ms) in [(1, 0), (2, 0), (3, 500), (4, 1_000), (5, 2_000), (6, 4_000), (7, 4_000)] {
            backoff.failed(Trouble::plain(Fault::Disconnected), begun);
            let rest = Duration::from_millis(rest_ms);
            assert!(backoff.resting(begun + rest).is_none(), "failure {failure}: rested");
            let early = rest.checked_sub(Duration::from_millis(1));
            assert!(early.is_none_or(|early| backoff.resting(begun + early).is_some()), "failure {failure}: too early");
        }
    }
}
