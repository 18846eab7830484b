//! The printer hangs: it takes nothing and says nothing.

use print::Fault;
use proptest::prelude::*;

use crate::matrix::{Mishap, check_cause, check_rows};

#[test]
fn hanging_printer_is_stalled_not_printed() {
    check_cause(Mishap::Dead, &|_| Some(Fault::Stalled));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(16))]
    #[test]
    fn hanging_at_any_byte_or_row_costs_no_badge(at in crate::matrix::any_place(), rows in 40u32..500) {
        check_rows(Mishap::Dead, at, rows)?;
    }
}
