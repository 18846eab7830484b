//! What the hub decides, without I/O: which part of a push is new, who gets which number prefix,
//! what comes after a cursor. Pure, so that the simulator drives what runs: no clock, no randomness,
//! ordered maps only. Making things durable is the caller's.

mod admit;
mod facts;
mod ledger;
mod lottery;
mod offer;
mod page;
mod registry;
#[cfg(test)]
mod tests;

pub use admit::{Admission, admit};
pub use ledger::{AuthorError, Authored, Entropy, Identity, Ledger, Numbered, Pushed};
pub use lottery::{Asked, DrawProblem, Hand, Roots, Step, fold, take_step};
pub use offer::Offered;
pub(crate) use offer::UNFED;
pub use page::page;
pub use registry::{Enrolled, MAX_EPOCHS, Registry};

use sync::wire::{Problem, ProblemCode};

pub(crate) fn problem(code: ProblemCode, message: &str, remedy: &str) -> Problem {
    Problem { code, message: message.to_owned(), remedy: remedy.to_owned() }
}
