//! Events of the stage: what the hall was shown. Pictures and motion are not events.

use serde::{Deserialize, Serialize};

use crate::ids::{BulletinId, HouseholdId, RoundId, SlipId};

/// The host chose a scene.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SceneShown {
    /// Which.
    pub scene: Scene,
}

/// Scenes of the audience's screen.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Scene {
    /// Names as guests arrive.
    WelcomeWall,
    /// The programme.
    Agenda,
    /// Region against region.
    Standings,
    /// Towards the target.
    Progress,
    /// A signing bulletin.
    Bulletin,
    /// Until something begins.
    Countdown {
        /// Seconds from here.
        seconds: u32,
    },
    /// A round of the lottery.
    Lottery(RoundId),
    /// Numbers called at the counters.
    CalledNumbers,
    /// Nothing.
    Blank,
    /// A picture, named by its SHA-256.
    Picture(String),
}

/// A signed order is celebrated.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BulletinPosted {
    /// Its id.
    pub bulletin: BulletinId,
    /// The order.
    pub slip: SlipId,
    /// Whose.
    pub household: HouseholdId,
    /// Whether the amount may be shown.
    pub with_amount: bool,
}

/// It is taken back.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BulletinWithdrawn {
    /// Which.
    pub bulletin: BulletinId,
    /// Why.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub reason: String,
}
