//! What was learnt about each unit by asking it, and how much paper it used: to be kept by the caller, since a failed
//! probe costs seconds and a roll outlives the process. A unit with other firmware is another unit.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// Everything that is remembered about printers.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Memories {
    /// By unit and firmware.
    units: BTreeMap<String, UnitMemory>,
    /// Dots fed since the roll was changed, by unit.
    roll_dots: BTreeMap<String, u64>,
}

/// What one unit answers; `None`: it was never asked.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct UnitMemory {
    /// ESC/POS: `GS ( H` function 48.
    pub process_id: Option<bool>,
    /// ESC/POS: `GS r 1`.
    pub fence: Option<bool>,
    /// ZPL: `odometer.total_label_count`.
    pub odometer: Option<bool>,
    /// Brother: tells by itself what happens while it prints.
    pub pushes: Option<bool>,
}

impl Memories {
    pub fn new() -> Memories {
        Memories::default()
    }

    /// What was learnt about `unit` with this firmware.
    pub fn unit(&self, unit: &str, firmware: &str) -> Option<UnitMemory> {
        self.units.get(&key(unit, firmware)).copied()
    }

    /// Whether `unit` ever answered, whatever its firmware was.
    pub fn knows(&self, unit: &str) -> bool {
        let prefix = key(unit, "");
        self.units.range(prefix.clone()..).next().is_some_and(|(key, _)| key.starts_with(&prefix))
    }

    pub(super) fn learn(&mut self, unit: &str, firmware: &str, learnt: UnitMemory) {
        self.units.insert(key(unit, firmware), learnt);
    }

    /// Dots fed since the roll of `unit` was changed.
    pub fn roll_dots(&self, unit: &str) -> u64 {
        self.roll_dots.get(unit).copied().unwrap_or(0)
    }

    pub(super) fn fed(&mut self, unit: &str, dots: u64) {
        let used = self.roll_dots.entry(unit.to_owned()).or_default();
        *used = used.saturating_add(dots);
    }

    pub(super) fn new_roll(&mut self, unit: &str) {
        self.roll_dots.remove(unit);
    }
}

fn key(unit: &str, firmware: &str) -> String {
    format!("{unit} firmware {firmware}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn unit_with_new_firmware_is_known_but_to_be_asked_again() {
        let mut memories = Memories::new();
        let learnt = UnitMemory { fence: Some(true), ..UnitMemory::default() };
        memories.learn("usb:A1", "rom 0A", learnt);
        assert_eq!(memories.unit("usb:A1", "rom 0A"), Some(learnt));
        assert_eq!(memories.unit("usb:A1", "rom 0B"), None);
        assert!(memories.knows("usb:A1") && !memories.knows("usb:A") && !memories.knows("usb:A12"));
    }

    #[test]
    fn memory_file_of_an_earlier_version_is_learnt_anew() {
        let old = r#"{"usb:A1":{"process_id":true,"fence":null}}"#;
        assert_eq!(serde_json::from_str::<Memories>(old).expect("unknown names are left out"), Memories::new());
    }
}
