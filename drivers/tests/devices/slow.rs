//! The printer is slower than its model says.

use proptest::prelude::*;

use crate::matrix::{Mishap, check_cause, check_rows};

/// Forty times slower than its model says.
#[test]
fn printer_that_crawls_is_waited_for() {
    check_cause(Mishap::Slow, &|_| None);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(16))]
    #[test]
    fn crawling_from_any_byte_or_row_costs_no_badge(at in crate::matrix::any_place(), rows in 40u32..500) {
        check_rows(Mishap::Slow, at, rows)?;
    }
}
