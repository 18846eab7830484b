//! End-to-end stories with the real binary: a hub over TLS, kiosks in real windows under Xvfb, scanners on ptys,
//! printers on TCP. A file per story or fault.

mod conflict;
mod desks_cut_off;
mod full_disk;
mod import;
mod kills;
mod kiosk_morning;
mod lottery;
mod pairing;
mod printer_trouble;
mod privacy;
mod slip_over_two_desks;
mod standby;
// The bench uses what the stories do not.
#[allow(dead_code)]
mod venue;
mod walk_in;
