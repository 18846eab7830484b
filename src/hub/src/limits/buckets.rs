//! Requests counted by who asks: token buckets in a table of bounded size. Time is an argument.

use std::collections::BTreeMap;

use super::MAX_COUNTED;

/// How many at once, and how many a second in the long run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Rate {
    pub(crate) burst: u32,
    pub(crate) per_second: u32,
}

/// One bucket per caller.
#[derive(Debug)]
pub(crate) struct Buckets<K> {
    rate: Rate,
    buckets: BTreeMap<K, Bucket>,
}

#[derive(Debug, Clone, Copy)]
struct Bucket {
    /// Thousandths of a request that are still allowed.
    left: u64,
    at_ms: u64,
}

impl<K: Ord + Copy> Buckets<K> {
    pub(crate) fn new(rate: Rate) -> Buckets<K> {
        Buckets { rate, buckets: BTreeMap::new() }
    }

    /// Counts one request of `who`; false when it is one too many.
    pub(crate) fn take(&mut self, who: K, now_ms: u64) -> bool {
        if self.buckets.len() >= MAX_COUNTED && !self.buckets.contains_key(&who) {
            self.forget(now_ms);
        }
        let full = u64::from(self.rate.burst) * 1_000;
        let bucket = self.buckets.entry(who).or_insert(Bucket { left: full, at_ms: now_ms });
        let gained = now_ms.saturating_sub(bucket.at_ms).saturating_mul(u64::from(self.rate.per_second));
        *bucket = Bucket { left: bucket.left.saturating_add(gained).min(full), at_ms: now_ms.max(bucket.at_ms) };
        let allowed = bucket.left >= 1_000;
        if allowed {
            bucket.left -= 1_000;
        }
        allowed
    }

    /// Forgets those that would be full again, and if all are busy the half that is silent longest.
    fn forget(&mut self, now_ms: u64) {
        let refill_ms = u64::from(self.rate.burst) * 1_000 / u64::from(self.rate.per_second.max(1));
        self.buckets.retain(|_, bucket| now_ms.saturating_sub(bucket.at_ms) < refill_ms);
        if self.buckets.len() < MAX_COUNTED {
            return;
        }
        let mut times: Vec<u64> = self.buckets.values().map(|bucket| bucket.at_ms).collect();
        let middle = times.len() / 2;
        let (_, median, _) = times.select_nth_unstable(middle);
        let median = *median;
        let mut spare = MAX_COUNTED / 2;
        self.buckets.retain(|_, bucket| {
            let goes = bucket.at_ms <= median && spare > 0;
            spare -= usize::from(goes);
            !goes
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const RATE: Rate = Rate { burst: 3, per_second: 2 };

    fn taken(buckets: &mut Buckets<u32>, who: u32, tries: u32, now_ms: u64) -> usize {
        (0..tries).filter(|_| buckets.take(who, now_ms)).count()
    }

    #[test]
    fn burst_passes_and_then_only_the_rate() {
        let mut buckets = Buckets::new(RATE);
        assert_eq!(taken(&mut buckets, 1, 10, 0), 3);
        assert_eq!(taken(&mut buckets, 1, 10, 499), 0);
        assert_eq!(taken(&mut buckets, 1, 10, 500), 1);
        assert_eq!(taken(&mut buckets, 1, 10, 60_000), 3, "never more than the burst");
        assert_eq!(taken(&mut buckets, 1, 10, 0), 0, "a clock that falls brings nothing");
        assert_eq!(taken(&mut buckets, 2, 1, 60_000), 1, "the other one is not touched");
    }

    #[test]
    fn table_stays_bounded_whoever_comes() {
        let mut buckets = Buckets::new(RATE);
        for who in 0..20_000_u32 {
            assert!(buckets.take(who, u64::from(who) / 100));
            assert!(buckets.buckets.len() <= MAX_COUNTED);
        }
    }
}
