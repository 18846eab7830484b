//! The node's store: every act is done on the watched disk and on a shadow that nothing befalls, and both have to
//! hold the same.

use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};
use store::{Durability, Fingerprint, Options, Store, StoreError};
use sync::Hash;

use super::script::{Act, OWN_EPOCH, Script};
use super::{Tell, Told};

/// Closes and opens the store so often, in commits: checkpoints and new write-ahead logs.
const RESTART_EVERY: u64 = 37;
/// A disk that goes on failing is given up.
const MAX_OPENINGS: usize = 3;

/// The child's side.
#[derive(Debug)]
pub struct NodeWork {
    data: PathBuf,
    shadow: PathBuf,
    durability: Durability,
}

impl NodeWork {
    pub(crate) fn new(data: &Path, shadow: &Path, is_weak: bool) -> NodeWork {
        let durability = if is_weak { Durability::Normal } else { Durability::Full };
        NodeWork { data: data.to_owned(), shadow: shadow.to_owned(), durability }
    }

    pub(crate) fn perform(&self, commits: u64, tell: &Tell) -> Result<(), String> {
        let mut shadow = Store::open(&self.shadow, &options()).map_err(|error| error.to_string())?;
        let mut script = Script::new();
        let Some(mut store) = self.open(tell) else { return Ok(()) };
        for number in 1..=commits {
            if number.is_multiple_of(RESTART_EVERY) {
                drop(store);
                let Some(opened) = self.open(tell) else { return Ok(()) };
                store = opened;
            }
            let act = script.act(number);
            let before = digest(&shadow)?;
            act.commit(&mut shadow).map_err(|error| format!("the shadow: {error}"))?;
            let after = digest(&shadow)?;
            tell.say(&format!("digest {} {after}", number - 1));
            tell.say(&format!("try {number}"));
            let Some(kept) = self.commit(store, &act, [&before, &after], tell)? else { return Ok(()) };
            store = kept;
            tell.say(&format!("ack {number}"));
        }
        tell.say("done");
        Ok(())
    }

    /// Commits, however often the disk fails; none when the disk is given up.
    fn commit(&self, store: Store, act: &Act, digests: [&str; 2], tell: &Tell) -> Result<Option<Store>, String> {
        let mut store = store;
        for _ in 0..MAX_OPENINGS {
            match act.commit(&mut store) {
                Ok(()) => return Ok(Some(store)),
                Err(error) => report(&error, tell),
            }
            let Err(StoreError::Poisoned { .. }) = act.commit(&mut store) else {
                return Err("a store that has failed took something".into());
            };
            drop(store);
            let Some(opened) = self.open(tell) else { return Ok(None) };
            store = opened;
            let found = digest(&store)?;
            if found == digests[1] {
                return Ok(Some(store));
            }
            if found != digests[0] {
                return Err("after a fault the store holds neither what was before nor what came".into());
            }
        }
        Ok(None)
    }

    fn open(&self, tell: &Tell) -> Option<Store> {
        for _ in 0..MAX_OPENINGS {
            match Store::open(&self.data, &Options { durability: self.durability, ..options() }) {
                Ok(store) => return Some(store),
                Err(error) => report(&error, tell),
            }
        }
        None
    }
}

fn report(error: &StoreError, tell: &Tell) {
    assert!(!error.remedy().is_empty());
    tell.say(&format!("fault {}", error.code()));
}

fn options() -> Options {
    Options { fingerprint: Fingerprint(Hash([5; 32])), ..Options::new(OWN_EPOCH) }
}

/// One short name for everything that the store holds.
fn digest(store: &Store) -> Result<String, String> {
    let words = |error: StoreError| error.to_string();
    let loaded = store.load().map_err(words)?;
    let mut hasher = Sha256::new();
    for (cursor, event) in &loaded.confirmed {
        hasher.update(cursor.to_be_bytes());
        hasher.update(event.hash().0);
    }
    for event in loaded.pending.iter().chain(&loaded.foreign.events).chain(&loaded.set_aside) {
        hasher.update(event.hash().0);
    }
    let rest = (loaded.progress, loaded.journal, store.setting("printer").map_err(words)?);
    hasher.update(format!("{rest:?}{:?}", store.key("device").map_err(words)?));
    Ok(Hash(hasher.finalize().into()).to_string())
}

/// All that was acknowledged and nothing that was never tried, whole, and ready for more.
pub(super) fn judge(data: &Path, told: &Told) -> Result<(), String> {
    if told.tried == 0 {
        // Nobody was promised anything: the start need only not panic.
        let _ = Store::open(data, &options());
        return Ok(());
    }
    let store = Store::open(data, &options()).map_err(|error| format!("it does not open: {error}"))?;
    let verified = store.verify().map_err(|error| format!("it cannot be read: {error}"))?;
    if let Some(damage) = verified.damages.first() {
        return Err(format!("damaged: {damage:?}"));
    }
    let found = digest(&store)?;
    let empty = told.acknowledged == 0 && verified.events == 0;
    let allowed = told.digests.iter().take(told.tried as usize).skip((told.acknowledged as usize).saturating_sub(1));
    if empty || allowed.into_iter().any(|digest| *digest == found) {
        return Ok(());
    }
    let place = told.digests.iter().position(|digest| *digest == found);
    Err(format!("{} were acknowledged, {:?} are there", told.acknowledged, place.map(|place| place + 1)))
}
