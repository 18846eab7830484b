//! Files of people: the meeting's facts and guest lists.

use domain::config::MeetingConfig;
use domain::seating::{Arrivals, Instance, Outcome, Search, check, explain, settle, solve};

#[path = "../src/roster/columns.rs"]
mod columns;
#[path = "../src/roster/encoding.rs"]
mod encoding;
#[path = "../src/roster/sheet.rs"]
mod sheet_reader;
#[path = "../src/roster/text.rs"]
mod text;

/// The meeting file: refused, or every fault of it told.
pub fn meeting(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    if let Ok(config) = toml::from_str::<MeetingConfig>(text) {
        config.validate().into_iter().for_each(|fault| assert!(!fault.reason.is_empty()));
    }
}

/// Guest lists, CSV of any encoding or XLSX; the first byte chooses whether somebody named the encoding.
pub fn sheet(bytes: &[u8]) {
    let Some((choice, bytes)) = bytes.split_first() else { return };
    let named = [None, Some("gb18030"), Some("euc-kr"), Some("utf-8"), Some("nonsense")][usize::from(choice % 5)];
    let name = if bytes.starts_with(b"PK") { "guests.xlsx" } else { "guests.csv" };
    let read = sheet_reader::read_bytes(name, bytes.to_vec(), named, columns::GUEST_LIST);
    if let Ok(sheet) = read {
        assert!(sheet.rows.len() <= sheet_reader::MAX_ROWS);
    }
}

/// Rooms and arrivals: refused with a reason, or planned so that the cost adds up and every rule is kept.
pub fn seating(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    let _ = Arrivals::parse(text).map(|arrivals| arrivals.len());
    let Ok(Instance { room, .. }) = Instance::parse(text) else { return };
    if !(1..=12).contains(&room.households()) || room.tables() > 6 {
        return;
    }
    if let Outcome::Plan(found) = settle(&room, solve(&room, &Search { iterations: 64, seed: 1 })) {
        let (cost, breaks) = check(&room, &found.plan);
        assert_eq!((cost.total(), breaks), (found.cost, Vec::new()));
        explain(&room, &found.plan, 0);
    }
}
