//! The store on real SQLite and real disks: one binary, a file per subject.
#![allow(clippy::unwrap_used)]

mod backup;
mod crash;
mod damage;
mod faults;
mod formats;
mod hub_order;
mod log;
mod support;
