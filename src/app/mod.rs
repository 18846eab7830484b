//! The running node: threads, disk, network, devices, windows. It moves what the pure crates decide.

#[cfg(feature = "gui")]
pub mod clock;
pub mod control;
#[cfg(feature = "gui")]
pub mod core;
#[cfg(feature = "gui")]
pub mod demo;
#[cfg(feature = "gui")]
pub mod desk;
#[cfg(feature = "gui")]
pub mod devices;
#[cfg(feature = "gui")]
mod figures;
#[cfg(feature = "gui")]
pub mod inbox;
#[cfg(feature = "gui")]
pub mod kiosk;
#[cfg(feature = "gui")]
pub mod link;
#[cfg(feature = "gui")]
pub mod pages;
#[cfg(feature = "gui")]
pub mod paper;
#[cfg(feature = "gui")]
pub mod readers;
#[cfg(feature = "gui")]
pub mod secrets;
#[cfg(feature = "gui")]
pub mod stage;
#[cfg(feature = "gui")]
pub mod station;
#[cfg(feature = "gui")]
pub mod window;
