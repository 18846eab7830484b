//! The node from outside: inputs in, effects out.
#![allow(clippy::unwrap_used, reason = "a test that fails here says so by its panic")]

mod desk;
mod jobs;
mod new_hub;
mod overlay;
mod take_over;
mod writing;
