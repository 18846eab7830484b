//! Pages to print queues: CUPS's own IPP printer `ippeveprinter` and its server `cupsd` at the far end, and servers
//! that misbehave.

#[path = "pages/cups.rs"]
mod cups;
#[path = "pages/odd_servers.rs"]
mod odd_servers;
#[path = "pages/printer.rs"]
mod printer;
#[path = "pages/programs.rs"]
mod programs;
