//! The order lottery: its published vectors, what holds for every list, what no file can make it do; and its steps in a
//! meeting, who enters, what contradicts, what may be shown.

mod conflicts;
mod core;
mod files;
mod hall_view;
mod papers;
mod peers;
mod pools;
mod produced;
mod scenes;
mod shown;
mod stage;
mod steps;
mod vectors;
#[path = "../rules/venue.rs"]
#[expect(dead_code, reason = "the tests of the rules do more with it")]
mod venue;
