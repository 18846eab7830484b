//! Commands of the order lottery. None names a winner: a reveal brings the secret, and who won follows from it.

use crate::config::Prize;
use crate::draw::{Hash256, Secret};
use crate::event::{DevicePosition, DrawPaper, PrintWord};
use crate::ids::{PrizeId, RoundId, StaffId};

/// A step of the order lottery.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DrawCommand {
    /// Before order taking: the hub made a root and binds itself to it.
    Commit {
        /// The draw's own id, `REHEARSAL-…` for practice.
        draw: String,
        /// `S_0`.
        commitment: Hash256,
        /// Links of the chain.
        links: u32,
        /// The rules, as they are printed.
        rules: String,
    },
    /// The host adds a prize, to be drawn in a round of its own.
    AddPrize {
        /// The draw.
        draw: String,
        /// The prize.
        prize: Box<Prize>,
    },
    /// The hub closes the list of a round.
    Freeze {
        /// The draw.
        draw: String,
        /// The round's id.
        round: RoundId,
        /// What is drawn.
        prize: PrizeId,
        /// How many.
        quantity: u32,
        /// How far each device's log is known.
        positions: Vec<DevicePosition>,
        /// The host closes without the machines that are behind.
        without_those_behind: bool,
    },
    /// The audience's part as read aloud; may be entered again until the lock.
    EnterAudience {
        /// The draw.
        draw: String,
        /// The round.
        round: RoundId,
        /// `dice:3,1,…`; empty = commitment only.
        audience: String,
    },
    /// Nothing of the round can change any more.
    Lock {
        /// The draw.
        draw: String,
        /// The round.
        round: RoundId,
    },
    /// The hub draws.
    Reveal {
        /// The draw.
        draw: String,
        /// The round.
        round: RoundId,
        /// `S_i`, which the hub derives from its root.
        secret: Secret,
    },
    /// A winner has the prize; two people saw it.
    Claim {
        /// The draw.
        draw: String,
        /// The round.
        round: RoundId,
        /// Place among the picks, from 0.
        pick: u32,
        /// Who took it in the winner's place; empty = the winner.
        proxy: String,
        /// The second person.
        second: Option<StaffId>,
    },
    /// A winner did not come; the next pick is the substitute.
    Forfeit {
        /// The draw.
        draw: String,
        /// The round.
        round: RoundId,
        /// Place among the picks, from 0.
        pick: u32,
        /// Calls made.
        calls: u8,
        /// The second person.
        second: Option<StaffId>,
    },
    /// The hub takes a round back that was not drawn; a locked one shows its secret.
    Void {
        /// The draw.
        draw: String,
        /// The round.
        round: RoundId,
        /// `S_i` of a locked round.
        secret: Option<Secret>,
        /// Why; printed.
        reason: String,
        /// The second person.
        second: Option<StaffId>,
    },
    /// A paper of the draw came out.
    ReportPaper {
        /// The draw.
        draw: String,
        /// The round, for papers of one.
        round: Option<RoundId>,
        /// Which.
        paper: DrawPaper,
        /// Who says so.
        by: PrintWord,
    },
    /// The lottery is over.
    Close {
        /// The draw.
        draw: String,
    },
}
