//! The open connections: who sits where, and who has to go when a place is needed. Closing is the
//! connection's own work, it is only told.

use std::collections::{BTreeMap, BTreeSet};
use std::net::IpAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use sync::DeviceId;
use tokio::sync::Notify;

use super::{MAX_KNOWN, MAX_PER_DEVICE, MAX_STRANGERS, MAX_STRANGERS_PER_ADDRESS};

/// All connections of a server; clones are handles to the same ones.
#[derive(Debug, Clone, Default)]
pub(crate) struct Lobby {
    places: Arc<Mutex<Places>>,
}

/// The place of one connection, given back when dropped.
#[derive(Debug)]
pub(crate) struct Seat {
    lobby: Lobby,
    number: u64,
    close: Arc<Notify>,
}

#[derive(Debug, Default)]
struct Places {
    next: u64,
    seats: BTreeMap<u64, (Owner, Arc<Notify>)>,
    strangers: BTreeSet<u64>,
    addresses: BTreeMap<IpAddr, BTreeSet<u64>>,
    devices: BTreeMap<DeviceId, BTreeSet<u64>>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Owner {
    Stranger(IpAddr),
    Known(DeviceId),
}

impl Lobby {
    /// Takes a stranger in; the oldest stranger goes when there is no room.
    pub(crate) fn enter(&self, address: IpAddr) -> Seat {
        let close = Arc::new(Notify::new());
        let number = self.lock().enter(address, close.clone());
        Seat { lobby: self.clone(), number, close }
    }

    /// Makes room when the system has no more files: the oldest stranger goes. False when there is none.
    pub(crate) fn make_room(&self) -> bool {
        let mut places = self.lock();
        let oldest = places.strangers.first().copied();
        oldest.is_some_and(|oldest| places.dismiss(oldest))
    }

    #[cfg(test)]
    pub(crate) fn counts(&self) -> (usize, usize) {
        let places = self.lock();
        (places.strangers.len(), places.seats.len() - places.strangers.len())
    }

    fn lock(&self) -> MutexGuard<'_, Places> {
        self.places.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Seat {
    /// The one at the other end is this device. False when there is no room for more of them.
    pub(crate) fn know(&self, device: DeviceId) -> bool {
        self.lobby.lock().know(self.number, device)
    }

    pub(crate) fn is_known(&self) -> bool {
        let places = self.lobby.lock();
        matches!(places.seats.get(&self.number), Some((Owner::Known(_), _)))
    }

    /// Ends when the connection has to be closed.
    pub(crate) async fn dismissed(&self) {
        self.close.notified().await;
    }
}

impl Drop for Seat {
    fn drop(&mut self) {
        self.lobby.lock().leave(self.number);
    }
}

impl Places {
    fn enter(&mut self, address: IpAddr, close: Arc<Notify>) -> u64 {
        let number = self.next;
        self.next += 1;
        self.sit(number, Owner::Stranger(address), close);
        let here = self.addresses.get(&address);
        let oldest_here = here.filter(|here| here.len() > MAX_STRANGERS_PER_ADDRESS).and_then(|here| here.first());
        let oldest = oldest_here.or_else(|| self.strangers.first().filter(|_| self.strangers.len() > MAX_STRANGERS));
        if let Some(oldest) = oldest.copied() {
            self.dismiss(oldest);
        }
        number
    }

    fn know(&mut self, number: u64, device: DeviceId) -> bool {
        match self.seats.get(&number) {
            Some((Owner::Known(known), _)) if *known == device => return true,
            // Dismissed meanwhile.
            None => return false,
            Some(_) => {}
        }
        let full = self.seats.len() - self.strangers.len() >= MAX_KNOWN;
        let own = self.devices.get(&device);
        let oldest = own.filter(|own| own.len() >= MAX_PER_DEVICE).and_then(|own| own.first()).copied();
        if full && oldest.is_none() {
            return false;
        }
        if let Some(oldest) = oldest {
            self.dismiss(oldest);
        }
        if let Some(close) = self.leave(number) {
            self.sit(number, Owner::Known(device), close);
        }
        true
    }

    fn sit(&mut self, number: u64, owner: Owner, close: Arc<Notify>) {
        self.seats.insert(number, (owner, close));
        match owner {
            Owner::Stranger(address) => {
                self.strangers.insert(number);
                self.addresses.entry(address).or_default().insert(number);
            }
            Owner::Known(device) => {
                self.devices.entry(device).or_default().insert(number);
            }
        }
    }

    fn dismiss(&mut self, number: u64) -> bool {
        let close = self.leave(number);
        close.is_some_and(|close| {
            close.notify_one();
            true
        })
    }

    fn leave(&mut self, number: u64) -> Option<Arc<Notify>> {
        let (owner, close) = self.seats.remove(&number)?;
        match owner {
            Owner::Stranger(address) => {
                self.strangers.remove(&number);
                drop_from(&mut self.addresses, address, number);
            }
            Owner::Known(device) => drop_from(&mut self.devices, device, number),
        }
        Some(close)
    }
}

fn drop_from<K: Ord>(sets: &mut BTreeMap<K, BTreeSet<u64>>, key: K, number: u64) {
    if let Some(set) = sets.get_mut(&key) {
        set.remove(&number);
        if set.is_empty() {
            sets.remove(&key);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn address(number: usize) -> IpAddr {
        let number = u32::try_from(number).unwrap();
        std::net::Ipv4Addr::from(0x0a00_0000 + number).into()
    }

    fn was_dismissed(seat: &Seat) -> bool {
        let places = seat.lobby.lock();
        !places.seats.contains_key(&seat.number)
    }

    #[test]
    fn newest_stranger_of_an_address_takes_the_place_of_its_oldest() {
        let lobby = Lobby::default();
        let other = lobby.enter(address(1));
        let seats: Vec<Seat> = (0..100).map(|_| lobby.enter(address(2))).collect();
        assert_eq!(lobby.counts(), (1 + MAX_STRANGERS_PER_ADDRESS, 0));
        assert!(!was_dismissed(&other) && was_dismissed(&seats[35]) && !was_dismissed(&seats[36]));
    }

    #[test]
    fn strangers_of_all_addresses_are_bounded_and_known_devices_stay() {
        let lobby = Lobby::default();
        let node = lobby.enter(address(1));
        assert!(node.know(DeviceId([1; 16])) && node.know(DeviceId([1; 16])));
        let seats: Vec<Seat> = (0..10_000).map(|number| lobby.enter(address(number))).collect();
        assert_eq!(lobby.counts(), (MAX_STRANGERS, 1));
        assert!(node.is_known() && was_dismissed(&seats[0]) && !was_dismissed(&seats[9_999]));
        assert!(!seats[0].know(DeviceId([2; 16])), "too late");
        drop(seats);
        assert_eq!(lobby.counts(), (0, 1));
        drop(node);
        assert!(lobby.lock().addresses.is_empty() && lobby.lock().devices.is_empty());
    }

    #[test]
    fn device_closes_its_own_oldest_and_all_devices_are_bounded() {
        let lobby = Lobby::default();
        let enter = |device: u8| {
            let seat = lobby.enter(address(usize::from(device)));
            (seat.know(DeviceId([device; 16])), seat)
        };
        let seats: Vec<_> = (0..=MAX_PER_DEVICE).map(|_| enter(1)).collect();
        assert!(seats.iter().all(|(known, _)| *known));
        assert!(was_dismissed(&seats[0].1) && !was_dismissed(&seats[1].1));
        let more: Vec<_> = (2..=40).flat_map(|device| (0..MAX_PER_DEVICE).map(move |_| device)).map(enter).collect();
        assert_eq!(lobby.counts().1, MAX_KNOWN);
        assert!(more.iter().any(|(known, _)| !known), "no room for another device");
        assert!(enter(2).0, "a device that is there may renew its connection");
    }

    #[test]
    fn room_is_made_by_strangers_only() {
        let lobby = Lobby::default();
        let (node, stranger) = (lobby.enter(address(1)), lobby.enter(address(2)));
        assert!(node.know(DeviceId([1; 16])));
        assert!(lobby.make_room() && was_dismissed(&stranger));
        assert!(!lobby.make_room());
    }
}
