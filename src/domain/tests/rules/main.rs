//! The rules as people meet them: each row is a command, who gives it and what comes of it.

mod arrival;
mod badges;
mod figures;
mod hall;
mod leases;
mod list;
mod machines;
mod payments;
mod privacy;
mod random;
mod scans;
mod seats;
mod slips;
mod staff;
mod tasks;
mod venue;
mod words;
