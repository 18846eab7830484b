//! The seating on paper: who sits where as lists (CSV, XLSX, PDF), table cards, the room as a picture. Decides nothing and
//! needs no display.

mod alphabet;
mod cards;
mod listed;
mod room;
mod sheet;
mod words;
mod workbook;

#[cfg(feature = "gui")]
pub use cards::cards_of;
pub use cards::table_cards;
pub use listed::Listed;
pub use room::{RoomFacts, room_picture};
pub use sheet::{Sheet, What};
pub use workbook::workbook;

#[cfg(all(test, feature = "gui"))]
mod tests;
