//! Points of the seating plan's soft rules, and the choices of them that a desk offers. Plans nothing.

use serde::{Deserialize, Serialize};

/// Points of the seating plan's soft rules.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct SeatingWeights {
    /// Per severity of a pair in conflict at one table.
    pub conflict: u32,
    /// Per table beyond the fewest for a salesperson's dealers.
    pub salesperson_spread: u32,
    /// Per row behind the first, by tier (gold first).
    pub vip_row: [u32; 3],
    /// A VIP behind a pillar.
    pub vip_blocked_view: u32,
    /// A used table without a key customer.
    pub no_key_customer: u32,
    /// Per guest missing to 70 % at a used table.
    pub looks_empty: u32,
    /// A household already told another table.
    pub told_again: u32,
}

impl Default for SeatingWeights {
    fn default() -> SeatingWeights {
        SeatingWeights {
            conflict: 60,
            salesperson_spread: 20,
            vip_row: [16, 8, 4],
            vip_blocked_view: 8,
            no_key_customer: 25,
            looks_empty: 3,
            told_again: 40,
        }
    }
}

/// What matters most in the seating, as a host chooses it with one touch.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SeatingPreset {
    /// The points of the meeting file.
    #[default]
    AsInFile,
    /// Rivals apart before all else.
    RivalsFirst,
    /// The dealers of a salesperson together.
    SalespeopleFirst,
    /// Guests of honour near the stage and in full view.
    HonourFirst,
}

impl SeatingPreset {
    /// All, in the order of the buttons.
    pub const ALL: [SeatingPreset; 4] = [
        SeatingPreset::AsInFile,
        SeatingPreset::RivalsFirst,
        SeatingPreset::SalespeopleFirst,
        SeatingPreset::HonourFirst,
    ];

    /// Its points; none: those of the file. What comes first is worth so much that one break of it weighs more than one
    /// of any other rule: 180 points for a pair of rivals; 80 for a table too many, and 40 for rivals; 64, 32 and 16 for a
    /// row by tier and 64 for a pillar. All else is as usual.
    pub fn weights(self) -> Option<SeatingWeights> {
        let usual = SeatingWeights::default();
        match self {
            SeatingPreset::AsInFile => None,
            SeatingPreset::RivalsFirst => Some(SeatingWeights { conflict: 180, ..usual }),
            SeatingPreset::SalespeopleFirst => Some(SeatingWeights { salesperson_spread: 80, conflict: 40, ..usual }),
            SeatingPreset::HonourFirst => Some(SeatingWeights { vip_row: [64, 32, 16], vip_blocked_view: 64, ..usual }),
        }
    }
}
