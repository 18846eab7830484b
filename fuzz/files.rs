//! Files of people: the meeting's facts and guest lists.

use domain::config::MeetingConfig;

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
