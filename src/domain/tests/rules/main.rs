//! The rules as people meet them: each row is a command, who gives it and what comes of it.

mod arrival;
mod badges;
mod desks_at_work;
mod figures;
mod gifts;
mod hall;
mod leases;
mod list;
mod machines;
mod moves;
mod payments;
mod policy;
mod privacy;
mod queues;
mod random;
mod replan;
mod scans;
mod seats;
mod slip_paper;
mod slips;
mod staff;
mod tasks;
mod transitions;
mod venue;
mod words;
