//! An ordered map in 64 parts behind counters: a clone copies none, a write copies one. Iterates in a fixed order, not a sorted one.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::event::Party;
use crate::ids::{BadgeId, DealerId, EventId, GuestId, GuestNo, HouseholdId};

const PARTS: usize = 64;

/// A key that says which part it lives in.
pub(crate) trait Spread: Ord + Clone {
    fn spread(&self) -> usize;
}

macro_rules! spread_by_last_byte {
    ($($name:ident),*) => {$(
        impl Spread for $name {
            fn spread(&self) -> usize {
                usize::from(self.bytes()[15])
            }
        }
    )*};
}

spread_by_last_byte!(EventId, DealerId, HouseholdId, GuestId);

impl Spread for GuestNo {
    fn spread(&self) -> usize {
        self.0 as usize
    }
}

impl Spread for BadgeId {
    fn spread(&self) -> usize {
        self.as_str().bytes().map(usize::from).sum()
    }
}

impl Spread for String {
    fn spread(&self) -> usize {
        self.bytes().take(8).map(usize::from).sum()
    }
}

impl Spread for Party {
    fn spread(&self) -> usize {
        match self {
            Party::Household(id) => id.spread(),
            Party::Guest(id) => id.spread(),
        }
    }
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Sharded<K: Spread, V: Clone> {
    parts: Vec<Arc<BTreeMap<K, V>>>,
}

impl<K: Spread, V: Clone> Default for Sharded<K, V> {
    fn default() -> Sharded<K, V> {
        Sharded { parts: (0..PARTS).map(|_| Arc::default()).collect() }
    }
}

impl<K: Spread, V: Clone> Sharded<K, V> {
    pub fn get(&self, key: &K) -> Option<&V> {
        self.parts[key.spread() % PARTS].get(key)
    }

    pub fn contains(&self, key: &K) -> bool {
        self.get(key).is_some()
    }

    pub fn insert(&mut self, key: K, value: V) -> Option<V> {
        self.part(&key).insert(key, value)
    }

    pub fn remove(&mut self, key: &K) -> Option<V> {
        if self.contains(key) { self.part(key).remove(key) } else { None }
    }

    pub fn iter(&self) -> impl Iterator<Item = (&K, &V)> {
        self.parts.iter().flat_map(|part| part.iter())
    }

    pub fn values(&self) -> impl Iterator<Item = &V> {
        self.iter().map(|(_, value)| value)
    }

    pub fn len(&self) -> usize {
        self.parts.iter().map(|part| part.len()).sum()
    }

    fn part(&mut self, key: &K) -> &mut BTreeMap<K, V> {
        Arc::make_mut(&mut self.parts[key.spread() % PARTS])
    }
}

impl<K: Spread, V: Clone + Default> Sharded<K, V> {
    pub fn or_default(&mut self, key: K) -> &mut V {
        self.part(&key).entry(key).or_default()
    }
}

impl<K: Spread, V: Clone + Default> Sharded<K, Arc<V>> {
    /// The value for writing, made when missing, copied when shared.
    pub fn edit(&mut self, key: K) -> &mut V {
        Arc::make_mut(self.or_default(key))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn clone_keeps_its_values_when_the_original_changes() {
        let mut map: Sharded<GuestNo, u32> = Sharded::default();
        for number in 0..1000 {
            map.insert(GuestNo(number), number);
        }
        let before = map.clone();
        *map.or_default(GuestNo(7)) = 0;
        map.remove(&GuestNo(8));
        assert_eq!((before.get(&GuestNo(7)), before.len()), (Some(&7), 1000));
        assert_eq!((map.get(&GuestNo(7)), map.get(&GuestNo(8)), map.len()), (Some(&0), None, 999));
        assert_eq!(before.iter().count(), 1000);
    }
}
