//! The cutter jams.

use print::{Fault, Language};
use proptest::prelude::*;

use crate::matrix::{Mishap, check_cause, check_rows};

/// Zebra's `~HS` has no bit for it: the printer only says that it pauses.
#[test]
fn jammed_cutter_in_mid_badge_is_named_by_every_printer_that_can() {
    check_cause(Mishap::CutterJam, &|kind| {
        Some(if kind.language == Language::Zpl { Fault::Offline } else { Fault::CutterJam })
    });
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(16))]
    #[test]
    fn jammed_cutter_at_any_byte_or_row_costs_no_badge(at in crate::matrix::any_place(), rows in 40u32..500) {
        check_rows(Mishap::CutterJam, at, rows)?;
    }
}
