//! The short forms, for every change; `make proof` runs the long ones.

#[path = "../../../../src/hub/tests/it/cluster.rs"]
#[allow(dead_code)]
mod cluster;
mod corpus;
mod cuts;
mod disk;
mod faults;
mod flips;
mod kills;

use std::path::Path;

/// This crate's program, whose children do the work.
fn program() -> &'static Path {
    Path::new(env!("CARGO_BIN_EXE_powercut"))
}
