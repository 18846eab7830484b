//! A fault together with what exactly was seen, for logs and technicians.

use print::Fault;

/// What went wrong at a device. Screens look at `fault` only; `detail` is English for a technician.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{fault}: {detail}")]
pub struct Trouble {
    pub fault: Fault,
    pub detail: String,
}

impl Trouble {
    pub fn new(fault: Fault, detail: impl Into<String>) -> Trouble {
        Trouble { fault, detail: detail.into() }
    }

    /// The fault with its usual remedy as detail.
    pub fn plain(fault: Fault) -> Trouble {
        Trouble::new(fault, fault.remedy())
    }

    /// From an error of the operating system about `what` (a path or an address).
    pub fn from_io(what: &str, error: &std::io::Error) -> Trouble {
        use std::io::ErrorKind;
        let fault = match error.kind() {
            ErrorKind::PermissionDenied => Fault::Denied,
            ErrorKind::ResourceBusy | ErrorKind::AddrInUse => Fault::Busy,
            ErrorKind::InvalidData | ErrorKind::InvalidInput => Fault::Protocol,
            _ => Fault::Disconnected,
        };
        Trouble::new(fault, format!("{what}: {error}"))
    }
}
