//! The options of every role that say where the hub is and how to get in.

use crate::app::station::Way;
use clap::Args;

#[derive(Args)]
pub struct WayArgs {
    /// An address of the hub, as https://192.168.1.20:7400; give a second one for its standby. Kept after the pairing
    #[arg(long, value_name = "URL")]
    hub: Vec<String>,
    /// The pairing code that `usher hub enroll` shows: the scanned text, or the short code together with --hub
    #[arg(long, value_name = "CODE")]
    pair: Option<String>,
}

impl WayArgs {
    pub fn way(self) -> Way {
        Way { hubs: self.hub, pair: self.pair }
    }
}
