//! The head gets too hot.

use print::{Fault, Language};
use proptest::prelude::*;

use crate::matrix::{Mishap, check_cause, check_rows};

/// TSPL's `<ESC>!?` and Brother's block have one bit for several errors.
#[test]
fn hot_head_in_mid_badge_is_named_by_every_printer_that_can() {
    check_cause(Mishap::Overheated, &|kind| {
        let named = matches!(kind.language, Language::Escpos | Language::Zpl);
        Some(if named { Fault::Overheated } else { Fault::Offline })
    });
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(16))]
    #[test]
    fn hot_head_at_any_byte_or_row_costs_no_badge(at in crate::matrix::any_place(), rows in 40u32..500) {
        check_rows(Mishap::Overheated, at, rows)?;
    }
}
