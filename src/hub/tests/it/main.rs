//! The hub on real SQLite and real sockets of the loopback interface.

mod http;
mod limits;
mod replica;
mod store;
mod venue;
mod walls;
