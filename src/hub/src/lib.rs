//! The hub: takes every node's log, gives the total order and serves it. `core` decides without I/O,
//! the store keeps on SQLite, the server speaks HTTP. It never judges what an event means, but for the
//! lottery's steps that need its secrets.

mod address;
pub mod client;
pub mod core;
mod entrance;
mod error;
mod folder;
mod guard;
mod http;
mod hubs;
mod limits;
mod link;
mod links;
mod metrics;
mod pairing;
pub mod relay;
mod roots;
mod secrets;
mod server;
mod service;
mod snapshot;
pub mod standby;
mod store;
pub mod tls;
mod writer;

pub use address::{AddressError, check_address};
pub use core::{Asked, Authored, DrawProblem};
pub use entrance::Device;
pub use error::HubError;
pub use hubs::Hubs;
pub use link::link_client;
pub use links::{Links, Partner};
pub use pairing::{PAIRING_MS, PAIRING_TRIES, PairingState};
pub use secrets::{HubSecrets, operator_token, relay_token};
pub use server::{serve, serve_tls};
pub use service::Hub;
pub use store::{
    Access, Database, Durability, Each, EventReader, HubLog, HubOptions, HubStore, Life, News, Run, Standing, backup,
};

/// The wall clock, Unix milliseconds.
pub(crate) fn now_ms() -> u64 {
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
    since.map_or(0, |since| u64::try_from(since.as_millis()).unwrap_or(u64::MAX))
}
