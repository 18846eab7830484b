//! Picks: exactly uniform over the tickets that are left, without floats; who is picked leaves with all tickets.

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

use super::entries::{DrawId, Entries, Entry};

/// `K` of a round: an HMAC-SHA-256 key by which every pick is made.
#[derive(Clone)]
pub struct RoundKey(Hmac<Sha256>);

impl RoundKey {
    /// `K = HMAC-SHA-256(secret, message)`.
    pub fn new(secret: &[u8; 32], message: &[u8]) -> RoundKey {
        let mut mac = keyed(secret);
        mac.update(message);
        RoundKey(keyed(&mac.finalize().into_bytes().into()))
    }

    /// From the key's own bytes.
    pub fn of_bytes(key: &[u8; 32]) -> RoundKey {
        RoundKey(keyed(key))
    }

    fn number(&self, pick: usize, attempt: u32) -> u64 {
        let mut mac = self.0.clone();
        mac.update(format!("OLP1/pick\n{pick}\n{attempt}\n").as_bytes());
        let digest: [u8; 32] = mac.finalize().into_bytes().into();
        digest.first_chunk().map_or(0, |head| u64::from_be_bytes(*head))
    }

    /// Number below `below` (1 to 2⁶³) for a pick, and how many tries were thrown away.
    pub fn uniform(&self, pick: usize, below: u64) -> (u64, u32) {
        uniform(self, pick, below)
    }
}

/// The first `wanted` picks, fewer when the list is shorter.
pub fn picks(key: &RoundKey, entries: &Entries, wanted: usize) -> Vec<DrawId> {
    let entries: Vec<&Entry> = entries.iter().collect();
    let mut drum = Drum::of(&entries);
    (0..wanted.min(entries.len()))
        .map(|pick| {
            let (ticket, _) = uniform(key, pick, drum.tickets);
            let at = drum.holder_of(ticket);
            drum.take_out(at, entries[at].tickets);
            entries[at].id.clone()
        })
        .collect()
}

pub(super) fn uniform(key: &RoundKey, pick: usize, below: u64) -> (u64, u32) {
    let below = u128::from(below.max(1));
    // The largest multiple of `below` that is not above 2⁶⁴: what lies beyond would favour small numbers.
    let limit = (1_u128 << 64) - (1_u128 << 64) % below;
    let mut attempt = 0;
    loop {
        let number = u128::from(key.number(pick, attempt));
        if number < limit {
            let number = u64::try_from(number % below).expect("smaller than a 64-bit number");
            return (number, attempt);
        }
        attempt += 1;
    }
}

/// Tickets that are left, as a tree of partial sums: a pick walks the list in the order of ids in logarithmic time.
struct Drum {
    sums: Vec<u64>,
    tickets: u64,
}

impl Drum {
    fn of(entries: &[&Entry]) -> Drum {
        let mut sums = vec![0_u64; entries.len() + 1];
        for at in 1..sums.len() {
            sums[at] += u64::from(entries[at - 1].tickets);
            let parent = at + lowest_bit(at);
            if parent < sums.len() {
                sums[parent] += sums[at];
            }
        }
        Drum { sums, tickets: entries.iter().map(|entry| u64::from(entry.tickets)).sum() }
    }

    /// The place of the household whose interval holds the ticket.
    fn holder_of(&self, mut ticket: u64) -> usize {
        let mut at = 0;
        let mut step = self.sums.len().next_power_of_two() / 2;
        while step > 0 {
            if let Some(sum) = self.sums.get(at + step).filter(|sum| **sum <= ticket) {
                ticket -= sum;
                at += step;
            }
            step /= 2;
        }
        at
    }

    fn take_out(&mut self, place: usize, tickets: u32) {
        self.tickets -= u64::from(tickets);
        let mut at = place + 1;
        while at < self.sums.len() {
            self.sums[at] -= u64::from(tickets);
            at += lowest_bit(at);
        }
    }
}

fn lowest_bit(number: usize) -> usize {
    number & number.wrapping_neg()
}

fn keyed(key: &[u8; 32]) -> Hmac<Sha256> {
    Hmac::new_from_slice(key).expect("HMAC takes keys of any length")
}

impl std::fmt::Debug for RoundKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("RoundKey(…)")
    }
}
