//! The hub on real SQLite and real sockets of the loopback interface.

mod backup;
mod follow;
mod http;
mod limits;
mod offer;
mod replica;
mod store;
mod venue;
mod walls;
