//! The frozen list of a round in its one canonical form. Knows ids and tickets, never names.

use std::collections::BTreeSet;
use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

use super::chain::Hash256;
use super::fault::DrawFault;
use super::pick::{RoundKey, uniform};
use super::proof::MOST_BYTES;
use super::text::{decimal, no_name};

/// Households of one list at most.
pub const MOST_ENTRIES: usize = 100_000;
/// Characters of a draw id at most.
pub const LONGEST_ID: usize = 32;
const HEAD: &str = "OLP1-ENTRIES";

/// A household's id in the lottery, printed on its slips only: `[0-9A-Za-z]+`.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct DrawId(Arc<str>);

impl DrawId {
    /// The id itself.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// One household of the list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Who.
    pub id: DrawId,
    /// How many tickets, from 1.
    pub tickets: u32,
}

/// The list of a round; its bytes are canonical by construction.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entries {
    entries: Vec<Entry>,
    total: u64,
    text: String,
    hash: Hash256,
}

impl Entries {
    /// The list of these households, in whatever order they come.
    ///
    /// # Errors
    /// Nobody, too many, an id twice, or a household without tickets.
    pub fn of(entries: impl IntoIterator<Item = Entry>) -> Result<Entries, DrawFault> {
        let mut entries: Vec<Entry> = entries.into_iter().collect();
        entries.sort_by(|one, other| one.id.cmp(&other.id));
        let refused = |reason| Err(DrawFault::Entries { reason });
        if entries.is_empty() {
            return refused("nobody is in it");
        }
        if entries.len() > MOST_ENTRIES {
            return refused("more than 100,000 households");
        }
        if entries.iter().any(|entry| entry.tickets == 0) {
            return refused("a household has no tickets");
        }
        if entries.windows(2).any(|pair| pair[0].id == pair[1].id) {
            return refused("two households have one id");
        }
        let total = entries.iter().map(|entry| u64::from(entry.tickets)).sum();
        let mut text = format!("{HEAD}\t{}\t{total}\n", entries.len());
        for entry in &entries {
            text.push_str(&format!("{}\t{}\n", entry.id, entry.tickets));
        }
        let hash = Hash256::of(text.as_bytes());
        Ok(Entries { entries, total, text, hash })
    }

    /// Reads a list; any other spelling of it is refused.
    ///
    /// # Errors
    /// Names the first line that is not canonical.
    pub fn parse(bytes: &[u8]) -> Result<Entries, DrawFault> {
        if bytes.len() > MOST_BYTES {
            return Err(DrawFault::TooLong { what: "the entry list", most: MOST_BYTES });
        }
        let wrong = |line: usize, reason| DrawFault::EntryLine { line, reason };
        let text = std::str::from_utf8(bytes).map_err(|_| wrong(1, "not a text of letters and digits"))?;
        let Some(text) = text.strip_suffix('\n') else {
            return Err(wrong(text.matches('\n').count() + 1, "the last line has no line feed"));
        };
        let mut lines = text.split('\n');
        let head = lines.next().unwrap_or_default();
        let entries: Vec<Entry> = lines
            .zip(2..)
            .map(|(line, at)| entry(line).map_err(|reason| wrong(at, reason)))
            .collect::<Result<_, _>>()?;
        if let Some(at) = entries.windows(2).position(|pair| pair[0].id >= pair[1].id) {
            return Err(wrong(at + 3, "ids are not strictly ascending"));
        }
        let list = Entries::of(entries)?;
        let canonical = list.text.split('\n').next().unwrap_or_default();
        if head == canonical { Ok(list) } else { Err(wrong(1, "the header disagrees with the lines below")) }
    }

    /// Every household, ids ascending by bytes.
    pub fn iter(&self) -> std::slice::Iter<'_, Entry> {
        self.entries.iter()
    }

    /// Households in the list, from 1.
    pub fn count(&self) -> usize {
        self.entries.len()
    }

    /// Tickets of all.
    pub fn tickets(&self) -> u64 {
        self.total
    }

    /// The canonical text, ended by a line feed.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// `E`, the hash of the text.
    pub fn hash(&self) -> Hash256 {
        self.hash
    }

    /// Tickets of a household; none when it is not in the list.
    pub fn tickets_of(&self, id: &DrawId) -> Option<u32> {
        let at = self.entries.binary_search_by(|entry| entry.id.cmp(id)).ok()?;
        self.entries.get(at).map(|entry| entry.tickets)
    }
}

fn entry(line: &str) -> Result<Entry, &'static str> {
    let (id, tickets) = line.split_once('\t').ok_or("no tab between id and tickets")?;
    let id = id.parse().map_err(|_| "the id is not of letters and digits")?;
    let tickets = decimal(tickets).and_then(|tickets| u32::try_from(tickets).ok());
    Ok(Entry { id, tickets: tickets.ok_or("tickets are not a whole number from 1 to 4294967295")? })
}

/// `wanted` four-digit numbers (longer ones when they run out), shuffled by a secret, none of them in `taken`: ids for an
/// imported list that tell nothing about its order.
pub fn shuffled_numbers(shuffle: &[u8; 32], wanted: usize, taken: &BTreeSet<DrawId>) -> Vec<DrawId> {
    let key = RoundKey::new(shuffle, b"OLP1/draw-ids\n");
    let mut width = 4;
    let mut free: Vec<DrawId> = Vec::new();
    while free.len() < wanted.min(MOST_ENTRIES) {
        let numbers = (if width == 4 { 0 } else { 10_u64.pow(width - 1) })..10_u64.pow(width);
        let width_now = usize::try_from(width).unwrap_or(4);
        let ids = numbers.map(|number| DrawId(Arc::from(format!("{number:0width_now$}"))));
        free.extend(ids.filter(|id| !taken.contains(id)));
        width += 1;
    }
    let mut drawn = Vec::with_capacity(wanted.min(free.len()));
    for place in 0..wanted.min(free.len()) {
        let left = (free.len() - place) as u64;
        let (at, _) = uniform(&key, place, left);
        free.swap(place, place + usize::try_from(at).unwrap_or(0));
        drawn.push(free[place].clone());
    }
    drawn
}

impl FromStr for DrawId {
    type Err = DrawFault;
    fn from_str(text: &str) -> Result<DrawId, DrawFault> {
        let plain = (1..=LONGEST_ID).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_alphanumeric());
        if plain { Ok(DrawId(Arc::from(text))) } else { Err(no_name(text, "a draw id of letters and digits")) }
    }
}

impl fmt::Display for DrawId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for DrawId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "DrawId({})", self.0)
    }
}
