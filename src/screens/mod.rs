//! One controller per screen: plain Rust that turns touches and scans into commands and the meeting into a view.
//!
//! A controller never draws: the adapter beside it copies its view into Slint's properties.

pub mod desk;
pub mod entry;
#[cfg(test)]
pub(crate) mod fixture;
pub mod kiosk;
pub mod lock;
pub mod money;
pub mod pairing;
pub mod rows;
pub mod search;
pub mod stage;
pub mod tasks;

/// An act that does not stand.
#[derive(Debug, Clone)]
pub enum Failed {
    Rule(domain::Refusal),
    Busy,
    Storage,
}
