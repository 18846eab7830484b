//! Tells a repeated scan from a new one: the same code within 5 s on one node is the same scan (rule 3). It does not
//! read codes and keeps no clock.

use std::collections::VecDeque;

/// How long a code stays the same scan, in milliseconds.
pub const SAME_SCAN_MS: u64 = 5_000;
/// Codes remembered at once; a scanner cannot read more than this in [`SAME_SCAN_MS`].
const REMEMBERED: usize = 64;

/// Remembers the codes of the last seconds.
#[derive(Debug, Clone, Default)]
pub struct ScanGate {
    seen: VecDeque<(String, u64)>,
}

impl ScanGate {
    /// An empty gate.
    pub fn new() -> ScanGate {
        ScanGate::default()
    }

    /// True when `code` is a new scan at `now_ms`, false when it repeats one of the last 5 s. The window starts at the
    /// first scan and is not prolonged by repeats. A clock that jumped more than 5 s either way forgets.
    pub fn admit(&mut self, code: &str, now_ms: u64) -> bool {
        self.seen.retain(|(_, at_ms)| now_ms.abs_diff(*at_ms) < SAME_SCAN_MS);
        if self.seen.iter().any(|(seen, _)| seen == code) {
            return false;
        }
        if self.seen.len() == REMEMBERED {
            self.seen.pop_front();
        }
        self.seen.push_back((code.to_owned(), now_ms));
        true
    }

    /// Forgets everything, so that the next scan of any code counts (a new guest stepped up after "not me").
    pub fn forget(&mut self) {
        self.seen.clear();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(scans: &[(&str, u64, bool)]) {
        let mut gate = ScanGate::new();
        for (code, at_ms, new) in scans {
            assert_eq!(gate.admit(code, *at_ms), *new, "{code} at {at_ms}");
        }
    }

    #[test]
    fn same_code_within_five_seconds_is_one_scan() {
        check(&[("A", 0, true), ("A", 4_999, false), ("A", 5_000, true)]);
        check(&[("A", 0, true), ("B", 10, true), ("A", 20, false)]);
    }

    #[test]
    fn repeats_do_not_prolong_the_window() {
        check(&[("A", 0, true), ("A", 4_000, false), ("A", 5_500, true)]);
    }

    #[test]
    fn clock_jump_backwards_does_not_lock_a_code_out() {
        check(&[("A", 3_600_000, true), ("A", 10, true), ("A", 20, false)]);
    }

    #[test]
    fn flood_of_codes_stays_bounded() {
        let mut gate = ScanGate::new();
        for number in 0..1_000 {
            assert!(gate.admit(&number.to_string(), 1));
        }
        assert_eq!(gate.seen.len(), REMEMBERED);
    }
}
