//! What staff wrote down about a party: the newest words stand on its page at every desk. Kept until the purge.

use std::collections::BTreeMap;

use super::authority::ANY_STAFF;
use super::{Meeting, Stamp};
use crate::actor::Ctx;
use crate::event::{Event, NoteWritten, Party};
use crate::ids::HouseholdId;
use crate::refusal::Refusal;

/// Letters of one note.
pub const MOST_NOTE_LETTERS: u16 = 200;

/// One note.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PartyNote {
    /// As written.
    pub text: String,
    /// When, where, by whom.
    pub stamp: Stamp,
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct PartyNotes(BTreeMap<Party, Vec<PartyNote>>);

impl PartyNotes {
    pub fn write(&mut self, party: Party, stamp: &Stamp, text: &str) {
        self.0.entry(party).or_default().push(PartyNote { text: text.to_owned(), stamp: stamp.clone() });
    }

    /// Two households became one.
    pub fn join(&mut self, into: HouseholdId, gone: HouseholdId) {
        if let Some(notes) = self.0.remove(&Party::Household(gone)) {
            self.0.entry(Party::Household(into)).or_default().extend(notes);
        }
    }

    pub fn count(&self) -> usize {
        self.0.values().map(Vec::len).sum()
    }

    pub fn forget(&mut self) {
        self.0.clear();
    }
}

impl Meeting {
    pub(super) fn write_note(&self, party: Party, text: &str, ctx: &Ctx) -> Result<Vec<Event>, Refusal> {
        self.need(ctx, ANY_STAFF)?;
        let party = self.known_party(party)?;
        let text = text.trim();
        if text.is_empty() {
            return Err(Refusal::ReasonMissing);
        }
        if text.chars().count() > usize::from(MOST_NOTE_LETTERS) {
            return Err(Refusal::TooMany { most: MOST_NOTE_LETTERS });
        }
        Ok(vec![NoteWritten { party, text: text.to_owned() }.into()])
    }

    /// What was written about a party, the newest first.
    pub fn notes_about(&self, party: Party) -> Vec<&PartyNote> {
        let mut notes: Vec<&PartyNote> =
            self.party_notes.0.get(&self.resolve_party(party)).into_iter().flatten().collect();
        notes.sort_by_key(|note| std::cmp::Reverse((note.stamp.at, note.stamp.event)));
        notes
    }
}
