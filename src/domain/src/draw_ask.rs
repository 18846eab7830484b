//! What a stage asks the hub for: the steps of the order lottery that need its secrets or its order. None holds a secret,
//! and none names a winner.

use serde::{Deserialize, Serialize};

use crate::ids::{PrizeId, RoundId, StaffId};

/// A step that only the hub can take.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "step", rename_all = "snake_case", deny_unknown_fields)]
pub enum DrawAsk {
    /// Before order taking: make a root and bind the meeting to it.
    Commit {
        /// The draw's own id, `REHEARSAL-…` for practice.
        draw: String,
        /// The rules, as they are printed.
        rules: String,
    },
    /// Close the list of a round.
    Freeze {
        /// The draw.
        draw: String,
        /// The round's id.
        round: RoundId,
        /// What is drawn.
        prize: PrizeId,
        /// How many.
        quantity: u32,
        /// The host closes without the machines that are behind.
        without_those_behind: bool,
    },
    /// Draw.
    Reveal {
        /// The draw.
        draw: String,
        /// The round.
        round: RoundId,
    },
    /// Take back what was not drawn.
    Void {
        /// The draw.
        draw: String,
        /// The round.
        round: RoundId,
        /// Why; printed.
        reason: String,
        /// The second person.
        second: Option<StaffId>,
    },
}

impl DrawAsk {
    /// Of which draw.
    pub fn draw(&self) -> &str {
        match self {
            DrawAsk::Commit { draw, .. }
            | DrawAsk::Freeze { draw, .. }
            | DrawAsk::Reveal { draw, .. }
            | DrawAsk::Void { draw, .. } => draw,
        }
    }
}
