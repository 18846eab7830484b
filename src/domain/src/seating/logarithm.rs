//! Acceptance without floats: how much worse a plan may become, from a table of negative natural logarithms in integers.

use std::sync::LazyLock;

/// Entries of the table.
const ENTRIES: usize = 4096;
/// ln 2 in 1/65536.
const LN_2: u64 = 45_426;

static LOGARITHMS: LazyLock<Logarithms> =
    LazyLock::new(|| Logarithms { table: (0..ENTRIES as u64).map(|entry| minus_ln(2 * entry + 1)).collect() });

/// `-ln((i + 1/2) / 4096)` in 1/65536 for every `i`.
#[derive(Debug)]
pub(super) struct Logarithms {
    table: Vec<u32>,
}

impl Logarithms {
    /// The table, reckoned once.
    pub fn get() -> &'static Logarithms {
        &LOGARITHMS
    }

    /// The most a move may cost at a temperature (in 1/65536 points) for twelve random bits: Metropolis turned round,
    /// `delta <= -ln(u) * temperature`.
    #[inline]
    pub fn most(&self, bits: u64, temperature: u64) -> i64 {
        let ln = u64::from(self.table[bits as usize & (ENTRIES - 1)]);
        ((ln * temperature) >> 32) as i64
    }
}

/// `-ln(odd / 8192)` in 1/65536 by squaring: each squaring gives one binary digit of the logarithm to base 2.
fn minus_ln(odd: u64) -> u32 {
    let whole = odd.ilog2();
    let mut mantissa = odd << (30 - whole);
    let mut digits = 0_u64;
    for _ in 0..20 {
        mantissa = (mantissa * mantissa) >> 30;
        digits <<= 1;
        if mantissa >= 2 << 30 {
            mantissa >>= 1;
            digits |= 1;
        }
    }
    let log2 = (u64::from(whole) << 20) + digits;
    ((((13 << 20) - log2) * LN_2) >> 20) as u32
}

#[cfg(test)]
mod tests {
    use super::Logarithms;

    #[test]
    fn table_is_the_logarithm() {
        let logarithms = Logarithms::get();
        for (entry, value) in logarithms.table.iter().enumerate() {
            let true_value = -((entry as f64 + 0.5) / 4096.0).ln() * 65536.0;
            assert!((f64::from(*value) - true_value).abs() < 8.0, "entry {entry}: {value}, {true_value}");
        }
    }

    #[test]
    fn frozen_search_takes_no_worse_plan() {
        let logarithms = Logarithms::get();
        assert!((0..4096).all(|bits| logarithms.most(bits, 0) == 0));
        assert!(logarithms.most(0, 10 << 16) > 80);
    }
}
