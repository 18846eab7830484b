//! The hub on real SQLite and real sockets of the loopback interface.

mod backup;
mod follow;
mod http;
mod limits;
mod linked;
mod offer;
mod relay;
mod replica;
mod standby;
mod store;
mod venue;
mod walls;
