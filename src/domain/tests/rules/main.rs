//! The rules as people meet them: each row is a command, who gives it and what comes of it.

mod arrival;
mod badges;
mod figures;
mod hall;
mod list;
mod random;
mod scans;
mod tasks;
mod venue;
