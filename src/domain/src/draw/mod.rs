//! The order lottery's arithmetic, OLP1: secrets, entries, the audience's part, picks, and the proof that anyone can
//! recheck. Decides no rule of a meeting, makes no randomness and knows no household by name.

mod audience;
mod chain;
mod entries;
mod fault;
mod pick;
mod proof;
mod round;
mod text;
mod tickets;

pub use audience::{Audience, FEWEST_DICE, MOST_DICE, RECOMMENDED_DICE};
pub use chain::{Hash256, MOST_LINKS, Root, Secret, links_for};
pub use entries::{DrawId, Entries, Entry, LONGEST_ID, MOST_ENTRIES, shuffled_numbers};
pub use fault::DrawFault;
pub use pick::{RoundKey, picks};
pub use proof::{MOST_BYTES, Pick, RoundProof};
pub use round::{PlainName, RoundFacts, hash_of_rules, printed_form};
pub use tickets::{UNIT_BANDS, tickets};
