//! Tent cards for tables: A4, folded across the middle, the number on both faces. Knows no plan: the caller says who sits there.

use serde::Serialize;
use typst_layout::PagedDocument;

use crate::text::{breakable, known_language};
use crate::typesetter::{self, DocumentError, Fonts};

const TEMPLATE: &str = include_str!("../../../assets/table-card.typ");
/// What the template says when a card's names fit in no size.
const TOO_LONG: &str = "too long for the table card: ";

/// People at a table who belong together.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct CardParty {
    /// Their firm; may be empty. Left out when it would make the names too small to read.
    pub firm: String,
    /// Their names, in the order in which they are printed.
    pub names: Vec<String>,
}

/// What stands on one card.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct TableCard {
    /// What stands on the table: up to 12 letters.
    pub number: String,
    /// Part of the hall; may be empty.
    pub zone: String,
    /// Row counted from the stage; 0 leaves it out.
    pub row: u16,
    /// Who sits there; may be empty.
    pub parties: Vec<CardParty>,
}

/// Cards that share a look; a page of A4 each.
#[derive(Debug, Clone, Default)]
pub struct TableCards {
    /// Title in the PDF's properties.
    pub title: String,
    /// The meeting's name, small above the number.
    pub meeting: String,
    /// `zh`, `ko` or `en`.
    pub language: String,
    /// One page each, in this order.
    pub cards: Vec<TableCard>,
}

impl TableCards {
    /// One PDF, a page per card.
    ///
    /// # Errors
    /// Names that fit in no size (with the table), or an unknown language.
    pub fn pdf(&self, fonts: &Fonts) -> Result<Vec<u8>, DocumentError> {
        typesetter::pdf(&self.set(fonts)?)
    }

    /// One PNG per card at `pixels_per_point` (72 points are an inch).
    ///
    /// # Errors
    /// As [`TableCards::pdf`].
    pub fn pngs(&self, fonts: &Fonts, pixels_per_point: f64) -> Result<Vec<Vec<u8>>, DocumentError> {
        typesetter::pngs(&self.set(fonts)?, pixels_per_point)
    }

    fn set(&self, fonts: &Fonts) -> Result<PagedDocument, DocumentError> {
        known_language(&self.language, "table cards")?;
        let cards: Vec<TableCard> = self.cards.iter().map(with_breaks).collect();
        let (language, meeting) = (&self.language, breakable(&self.meeting));
        let data = SheetData { title: &self.title, language, meeting: &meeting, cards: &cards };
        let data = serde_json::to_vec(&data).map_err(|fault| DocumentError::Template(fault.to_string()))?;
        typesetter::set(fonts, TEMPLATE, data).map_err(blame)
    }
}

#[derive(Serialize)]
struct SheetData<'a> {
    title: &'a str,
    language: &'a str,
    meeting: &'a str,
    cards: &'a [TableCard],
}

fn with_breaks(card: &TableCard) -> TableCard {
    let party = |party: &CardParty| CardParty {
        firm: breakable(&party.firm),
        names: party.names.iter().map(|name| breakable(name)).collect(),
    };
    TableCard { parties: card.parties.iter().map(party).collect(), ..card.clone() }
}

/// The template panics with the table's number, so that whoever reads it knows which list to shorten.
fn blame(fault: DocumentError) -> DocumentError {
    let DocumentError::Template(what) = &fault else { return fault };
    match what.split_once(TOO_LONG) {
        Some((_, table)) => DocumentError::TooLong {
            card: format!("of table {}", table.trim_end_matches('"')),
            what: "its names do not fit in the smallest size".into(),
        },
        None => fault,
    }
}

#[cfg(test)]
mod tests;
