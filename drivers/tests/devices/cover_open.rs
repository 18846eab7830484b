//! The cover is opened while a badge is on its way.

use print::Fault;
use proptest::prelude::*;

use crate::matrix::{Mishap, check_cause, check_rows};

#[test]
fn open_cover_in_mid_badge_is_named_by_every_printer_that_can() {
    check_cause(Mishap::CoverOpen, &|_| Some(Fault::CoverOpen));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(16))]
    #[test]
    fn open_cover_at_any_byte_or_row_costs_no_badge(at in crate::matrix::any_place(), rows in 40u32..500) {
        check_rows(Mishap::CoverOpen, at, rows)?;
    }
}
