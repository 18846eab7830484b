//! A venue of nodes under faults, played from a seed: the real `node` and `hub::core` with modelled disks, network, clocks,
//! printers and people. It opens no socket and no file; SQLite, HTTP and drivers have their own suites.

pub mod disk;
mod faults;
mod hall;
pub mod hub_model;
mod judge;
mod kiosk;
mod lottery;
mod lottery_judge;
mod many;
mod network;
mod paper;
mod people;
mod plant;
mod printer;
pub mod rng;
mod seats;
pub mod trade;
pub mod trade_judge;
pub mod venue;
mod world;

pub use many::{Tally, run_all};
pub use plant::Plant;
pub use world::{DRAW_FROM, Options, Report, TRADE_FROM, run};
