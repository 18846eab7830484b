//! The hub on real SQLite, real PostgreSQL and real sockets of the loopback interface.

mod backup;
mod cluster;
mod database;
mod door;
mod door_flood;
mod door_pairing;
mod door_venue;
mod follow;
mod http;
mod killed;
mod limits;
mod linked;
mod lottery;
mod meetings;
mod offer;
mod processes;
mod relay;
mod replica;
mod standby;
mod store;
mod story;
mod venue;
mod walls;
