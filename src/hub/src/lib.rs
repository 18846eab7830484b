//! The hub: takes every node's log, gives the total order and serves it. `core` decides without I/O,
//! the store keeps on SQLite, the server speaks HTTP. It never judges what an event means.

pub mod core;
