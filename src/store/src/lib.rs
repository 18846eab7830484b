//! What a node keeps on its disk: the raw events of everybody, how far it is with the hub, the print
//! journal, settings and keys, in one SQLite file. Folds nothing and knows no payload; time and
//! randomness come from the caller. One process holds a store; others ask it through its socket.

mod backup;
mod error;
mod folder;
mod foreign;
mod journal;
mod keep;
mod load;
mod log;
mod machine;
mod open;
mod row;
mod schema;
mod verify;

pub use error::{Rejection, StoreError};
pub use foreign::Foreign;
pub use load::{Loaded, Progress};
pub use log::{MAX_BATCH_EVENTS, MAX_SNAPSHOT_EVENTS};
pub use machine::Fingerprint;
pub use open::{Durability, Epoch, EpochReason, Hardware, Options, Store};
pub use verify::{Damage, Verified};
