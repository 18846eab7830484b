//! The proof of a round as a file, and its check: everything that a person with the two files can see for themselves.

use std::fmt;
use std::str::FromStr;

use super::chain::{Hash256, MOST_LINKS, Secret};
use super::entries::{DrawId, Entries};
use super::fault::DrawFault;
use super::pick::picks;
use super::round::RoundFacts;
use super::text::{decimal, hash_bytes};

/// Bytes of a file of a draw at most.
pub const MOST_BYTES: usize = 8 * 1024 * 1024;

/// A pick in its order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pick {
    /// Who.
    pub id: DrawId,
    /// Did not claim the prize; the next pick of the same key is the substitute.
    pub forfeited: bool,
}

/// What the round file says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RoundProof {
    /// What the picks depend on.
    pub facts: RoundFacts,
    /// `S_(i-1)`: the commitment, or the link before.
    pub link_before: Hash256,
    /// `S_i`.
    pub secret: Secret,
    /// In their order, as many as were needed.
    pub picks: Vec<Pick>,
}

impl RoundProof {
    /// Draws the round; `forfeited` names the picks, from 0, whose prize was not claimed.
    pub fn draw(facts: RoundFacts, secret: Secret, entries: &Entries, forfeited: &[u32]) -> RoundProof {
        let quantity = usize::try_from(facts.quantity).unwrap_or(usize::MAX);
        let wanted = quantity.saturating_add(forfeited.len());
        let drawn = picks(&facts.key(&secret), entries, wanted).into_iter().zip(0..);
        let all = drawn.map(|(id, place)| Pick { id, forfeited: forfeited.contains(&place) });
        let mut kept = 0;
        let needed = all.take_while(|pick| {
            let wanted = kept < quantity;
            kept += usize::from(!pick.forfeited);
            wanted
        });
        RoundProof { picks: needed.collect(), link_before: secret.link_before(), facts, secret }
    }

    /// Reads a round file; any other spelling of it is refused.
    ///
    /// # Errors
    /// Names the first field that is not canonical.
    pub fn parse(bytes: &[u8]) -> Result<RoundProof, DrawFault> {
        if bytes.len() > MOST_BYTES {
            return Err(DrawFault::TooLong { what: "the round file", most: MOST_BYTES });
        }
        let text = std::str::from_utf8(bytes).map_err(|_| wrong("event", "the file is not plain text"))?;
        let mut lines = Lines { text };
        let facts = RoundFacts {
            event: lines.read("event")?,
            round: lines.number("round", MOST_LINKS)?,
            prize: lines.read("prize")?,
            quantity: lines.number("qty", u32::MAX)?,
            rules: lines.read("rules")?,
            entries: lines.read("entries")?,
            audience: lines.read("audience")?,
        };
        let link_before = lines.read("prev")?;
        let secret = Secret::new(hash_bytes(lines.value("seed")?).ok_or_else(|| wrong("seed", "64 small hex digits"))?);
        let picks = lines.value("picks")?.split(',').map(pick).collect::<Result<_, _>>()?;
        if !lines.text.is_empty() {
            return Err(wrong("picks", "nothing may follow them"));
        }
        Ok(RoundProof { facts, link_before, secret, picks })
    }

    /// Checks the round against the bytes of its list; gives the winners in their order.
    ///
    /// # Errors
    /// What does not fit: the secret, the list, a pick or their number.
    pub fn verify(&self, entries: &[u8]) -> Result<Vec<DrawId>, DrawFault> {
        if Hash256::of(entries) != self.facts.entries {
            return Err(DrawFault::NotTheFrozenList);
        }
        self.verify_list(&Entries::parse(entries)?)
    }

    /// The same against a list that was read already.
    ///
    /// # Errors
    /// As [`RoundProof::verify`].
    pub fn verify_list(&self, entries: &Entries) -> Result<Vec<DrawId>, DrawFault> {
        if self.secret.link_before() != self.link_before {
            return Err(DrawFault::NotTheCommittedSecret);
        }
        if entries.hash() != self.facts.entries {
            return Err(DrawFault::NotTheFrozenList);
        }
        let drawn = picks(&self.facts.key(&self.secret), entries, self.picks.len());
        let mut winners = Vec::new();
        for (at, pick) in self.picks.iter().enumerate() {
            let place = at + 1;
            let all_drawn = winners.len() as u64 >= u64::from(self.facts.quantity);
            let Some(again) = drawn.get(at).filter(|_| !all_drawn) else {
                return Err(DrawFault::PickTooMany { place });
            };
            if *again != pick.id {
                let (drawn, claimed) = (again.to_string(), pick.id.to_string());
                return Err(DrawFault::OtherWinners { place, drawn, claimed });
            }
            if !pick.forfeited {
                winners.push(pick.id.clone());
            }
        }
        let missing = u64::from(self.facts.quantity).saturating_sub(winners.len() as u64);
        let exhausted = self.picks.len() == entries.count();
        if missing > 0 && !exhausted { Err(DrawFault::PrizesLeft { missing }) } else { Ok(winners) }
    }
}

impl fmt::Display for RoundProof {
    /// The round file.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let RoundFacts { event, round, prize, quantity, rules, entries, audience } = &self.facts;
        write!(f, "event={event}\nround={round}\nprize={prize}\nqty={quantity}\nrules={rules}\nentries={entries}\n")?;
        write!(f, "audience={audience}\nprev={}\nseed={}\npicks=", self.link_before, self.secret.reveal_hex())?;
        for (at, pick) in self.picks.iter().enumerate() {
            let (comma, mark) = (if at == 0 { "" } else { "," }, if pick.forfeited { "!" } else { "" });
            write!(f, "{comma}{}{mark}", pick.id)?;
        }
        writeln!(f)
    }
}

fn wrong(field: &'static str, reason: &'static str) -> DrawFault {
    DrawFault::RoundLine { field, reason }
}

fn pick(text: &str) -> Result<Pick, DrawFault> {
    let (id, forfeited) = text.strip_suffix('!').map_or((text, false), |id| (id, true));
    let id = id.parse().map_err(|_| wrong("picks", "ids of letters and digits, joined by commas"))?;
    Ok(Pick { id, forfeited })
}

/// What is left of the file.
struct Lines<'a> {
    text: &'a str,
}

impl<'a> Lines<'a> {
    fn value(&mut self, field: &'static str) -> Result<&'a str, DrawFault> {
        let missing = || wrong(field, "its line is missing or not in its place");
        let (line, rest) = self.text.split_once('\n').ok_or_else(missing)?;
        self.text = rest;
        line.strip_prefix(field).and_then(|line| line.strip_prefix('=')).ok_or_else(missing)
    }

    fn read<T: FromStr>(&mut self, field: &'static str) -> Result<T, DrawFault> {
        self.value(field)?.parse().map_err(|_| wrong(field, "not in the form that such a value has"))
    }

    fn number(&mut self, field: &'static str, most: u32) -> Result<u32, DrawFault> {
        let number = decimal(self.value(field)?).and_then(|number| u32::try_from(number).ok());
        number.filter(|number| *number <= most).ok_or_else(|| wrong(field, "not a whole number from 1, or too large"))
    }
}
