//! Hardware that is not there, for demos, training and tests: a printer that writes its paper as PNG pages,
//! obeys a state that may change while it prints and speaks a real printer language, in this process or on TCP;
//! and a serial scanner on a pseudo terminal. It never pretends to be better than a real printer:
//! its buffer is small, its paper runs out in the middle of a row.

mod firmware;
mod machine;
mod page;
mod printer;
mod scanner;
mod server;
mod state;

pub use machine::{Machine, Moment};
pub use page::{How, PrintedPage};
pub use printer::{VirtualPrinter, VirtualTransport};
pub use scanner::VirtualScanner;
pub use server::{TcpPrinter, serve_tcp};
pub use state::{Dialect, Paper, VirtualState};
