//! Letting a new device in: a window that staff open, and keyed hashes by which both sides show each
//! other that they know its code.
//!
//! A typed code comes without the hub's key, so the node takes whatever key it is shown, for this one
//! exchange. Somebody in the middle shows his own, and the hash, which names the key that the node
//! saw, then does not fit at the hub; nor can he answer with the hash that the node expects back. The
//! code itself never travels, and guessing its 40 bits from the hash within the node's ten seconds of
//! patience is what argon2id makes too dear.

mod place;
mod proof;
mod window;

pub(crate) use place::Place;
pub use place::SharedWindow;
pub(crate) use proof::PairingKey;
pub use window::PairingState;
pub(crate) use window::Window;
pub use window::{Refusal, Try};

/// How long a code can be used.
pub const PAIRING_MS: u64 = 10 * 60 * 1000;
/// Wrong tries after which the window closes.
pub const PAIRING_TRIES: u32 = 5;
