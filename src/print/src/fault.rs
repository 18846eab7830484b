//! What can be wrong with a printer, as a closed list. Texts here are for logs and technicians;
//! what a guest or a member of staff reads is translated by the screens from the variant.

use serde::{Deserialize, Serialize};

/// A device failed or wants a person. Every variant tells what that person should do ([`Fault::remedy`]).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, thiserror::Error)]
pub enum Fault {
    #[error("paper out")]
    PaperOut,
    /// A warning: the printer still prints.
    #[error("paper nearly out")]
    PaperLow,
    #[error("cover open")]
    CoverOpen,
    #[error("cutter jammed")]
    CutterJam,
    #[error("print head too hot")]
    Overheated,
    #[error("printer is off line")]
    Offline,
    #[error("printer is in use by another program")]
    Busy,
    #[error("printer is not connected")]
    Disconnected,
    #[error("printer takes no data")]
    Stalled,
    #[error("no permission to open the printer")]
    Denied,
    #[error("printer answered something that nobody understands")]
    Protocol,
}

impl Fault {
    /// All faults, in the order of their declaration.
    pub const ALL: [Fault; 11] = [
        Fault::PaperOut,
        Fault::PaperLow,
        Fault::CoverOpen,
        Fault::CutterJam,
        Fault::Overheated,
        Fault::Offline,
        Fault::Busy,
        Fault::Disconnected,
        Fault::Stalled,
        Fault::Denied,
        Fault::Protocol,
    ];

    /// Whether printing may go on: true for warnings only.
    pub fn is_warning(self) -> bool {
        self == Fault::PaperLow
    }

    /// What a technician should do.
    pub fn remedy(self) -> &'static str {
        match self {
            Fault::PaperOut => "put in a new roll and close the cover",
            Fault::PaperLow => "have a new roll ready",
            Fault::CoverOpen => "close the cover until it clicks",
            Fault::CutterJam => "open the cover, free the cutter, close the cover",
            Fault::Overheated => "wait a minute, the head cools by itself",
            Fault::Offline => "press FEED or switch the printer off and on",
            Fault::Busy => "close the other program that uses the printer",
            Fault::Disconnected => "check cable, power and address of the printer",
            Fault::Stalled => "check paper and cover, then switch the printer off and on",
            Fault::Denied => "install the udev rule (usher doctor prints it) and plug the printer in again",
            Fault::Protocol => "check that the model in the settings is the printer on the table",
        }
    }
}
