//! The seating against the referee, against brute force, and against itself.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]
#![allow(clippy::disallowed_methods, reason = "fixtures are files")]

mod blocking;
mod chains;
mod explain;
mod files;
mod live;
mod referee;
mod small_rooms;
mod support;
