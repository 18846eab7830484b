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
    /// Thousandths of what is still allowed; below zero it is owed.
    left: i64,
    at_ms: u64,
}

impl<K: Ord + Copy> Buckets<K> {
    pub(crate) fn new(rate: Rate) -> Buckets<K> {
        Buckets { rate, buckets: BTreeMap::new() }
    }

    /// Counts one request of `who`; false when it is one too many.
    pub(crate) fn take(&mut self, who: K, now_ms: u64) -> bool {
        self.take_many(who, 1, now_ms).is_ok()
    }

    /// Counts so many, not more than the burst; else tells after how many milliseconds they would pass.
    pub(crate) fn take_many(&mut self, who: K, count: u32, now_ms: u64) -> Result<(), u64> {
        let (wanted, per_second) = (i64::from(count) * 1_000, i64::from(self.rate.per_second.max(1)));
        let bucket = self.bucket(who, now_ms);
        if bucket.left >= wanted {
            bucket.left -= wanted;
            return Ok(());
        }
        Err(u64::try_from((wanted - bucket.left) / per_second + 1).unwrap_or(0))
    }

    /// Counts what was given already. Nobody owes more than a burst.
    pub(crate) fn owe(&mut self, who: K, count: u64, now_ms: u64) {
        let full = i64::from(self.rate.burst) * 1_000;
        let given = i64::try_from(count).unwrap_or(i64::MAX).saturating_mul(1_000);
        let bucket = self.bucket(who, now_ms);
        bucket.left = bucket.left.saturating_sub(given).max(-full);
    }

    fn bucket(&mut self, who: K, now_ms: u64) -> &mut Bucket {
        if self.buckets.len() >= MAX_COUNTED && !self.buckets.contains_key(&who) {
            self.forget(now_ms);
        }
        let full = i64::from(self.rate.burst) * 1_000;
        let bucket = self.buckets.entry(who).or_insert(Bucket { left: full, at_ms: now_ms });
        let passed = i64::try_from(now_ms.saturating_sub(bucket.at_ms)).unwrap_or(i64::MAX);
        let gained = passed.saturating_mul(i64::from(self.rate.per_second));
        *bucket = Bucket { left: bucket.left.saturating_add(gained).min(full), at_ms: now_ms.max(bucket.at_ms) };
        bucket
    }

    /// Forgets those that would be full again, and if all are busy the half that is silent longest.
    fn forget(&mut self, now_ms: u64) {
        // Twice, for those that owe.
        let refill_ms = u64::from(self.rate.burst) * 2_000 / u64::from(self.rate.per_second.max(1));
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
    fn many_at_once_wait_until_there_are_so_many_and_debts_are_paid_first() {
        let mut buckets = Buckets::new(RATE);
        assert_eq!(buckets.take_many(1, 3, 0), Ok(()));
        assert_eq!(buckets.take_many(1, 2, 0), Err(1_001));
        assert_eq!(buckets.take_many(1, 2, 1_001), Ok(()));
        buckets.owe(1, 1_000, 1_001);
        assert_eq!(buckets.take_many(1, 1, 2_501), Err(501), "it owed a burst and no more");
        assert_eq!(buckets.take_many(1, 1, 3_002), Ok(()));
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
