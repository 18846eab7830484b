//! The order lottery: its published vectors, what holds for every list, and what no file can make it do.

mod core;
mod files;
mod peers;
mod vectors;
