//! One controller per screen: plain Rust that turns touches and scans into commands and the meeting into a view.
//!
//! A controller never draws: the adapter beside it copies its view into Slint's properties.

pub mod kiosk;
