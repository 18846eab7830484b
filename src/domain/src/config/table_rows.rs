//! Tables written row by row: a short form of the file. Facts hold single tables only.

use serde::{Deserialize, Serialize};

use super::room::{Table, View};
use super::{ConfigFault, Gravity, MeetingConfig};
use crate::ids::TableId;

/// Tables of one row at most.
const MOST_LABELS: usize = 200;

/// Tables side by side at equal distances.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TableRow {
    /// What stands on the tables, from left to right; a table's code is `t` and its label.
    pub labels: Vec<String>,
    /// Row counted from the stage, from 1.
    pub row: u16,
    /// Part of the hall.
    #[serde(default)]
    pub zone: String,
    /// Chairs of each, the host's among them.
    pub seats: u16,
    /// Whether one chair of each is kept for a staff host.
    #[serde(default = "yes")]
    pub host_seat: bool,
    /// Centre of the first table, from the left of the room.
    #[serde(default)]
    pub x_cm: i32,
    /// Centre of the tables, from the stage's wall.
    #[serde(default)]
    pub y_cm: i32,
    /// From centre to centre.
    #[serde(default)]
    pub step_cm: i32,
    /// Across, where it does not follow from the chairs.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub diameter_cm: Option<u16>,
    /// Whether the stage is seen.
    #[serde(default)]
    pub view: View,
    /// Reached without steps.
    #[serde(default)]
    pub step_free: bool,
    /// Places for wheelchairs at each.
    #[serde(default)]
    pub wheelchair_spaces: u8,
}

fn yes() -> bool {
    true
}

impl MeetingConfig {
    /// Makes single tables of the rows, after those that the file names singly. Gives back where each table stands in
    /// the file (`tables[3]`, `table_rows[0].labels[2]`), and what is wrong with the rows themselves.
    pub fn place_rows(&mut self) -> (Vec<String>, Vec<ConfigFault>) {
        let mut origins: Vec<String> = (0..self.tables.len()).map(|at| format!("tables[{at}]")).collect();
        let mut faults = Vec::new();
        for (at, row) in std::mem::take(&mut self.table_rows).into_iter().enumerate() {
            let mut fault = |key: &str, reason: &str, remedy: &str| {
                let (path, reason, remedy) = (format!("table_rows[{at}].{key}"), reason.into(), remedy.into());
                faults.push(ConfigFault { path, reason, remedy, gravity: Gravity::Error });
            };
            if row.labels.is_empty() || row.labels.len() > MOST_LABELS {
                fault("labels", "does not name 1 to 200 tables", "write labels = [\"1\", \"2\", \"3\"]");
                continue;
            }
            if row.labels.len() > 1 && row.step_cm == 0 && (row.x_cm, row.y_cm) != (0, 0) {
                fault(
                    "step_cm",
                    "is missing: the tables would stand on one spot",
                    "write the distance from centre to centre, such as step_cm = 360",
                );
                continue;
            }
            origins.extend((0..row.labels.len()).map(|label| format!("table_rows[{at}].labels[{label}]")));
            self.tables.extend(row.tables());
        }
        (origins, faults)
    }
}

impl TableRow {
    fn tables(&self) -> impl Iterator<Item = Table> + '_ {
        (0..).zip(&self.labels).map(|(number, label)| Table {
            id: TableId::new(&format!("t{}", label.trim())),
            label: label.trim().to_owned(),
            seats: self.seats,
            host_seat: self.host_seat,
            zone: self.zone.clone(),
            row: self.row,
            x_cm: self.x_cm.saturating_add(self.step_cm.saturating_mul(number)),
            y_cm: self.y_cm,
            diameter_cm: self.diameter_cm,
            view: self.view,
            step_free: self.step_free,
            wheelchair_spaces: self.wheelchair_spaces,
        })
    }
}
