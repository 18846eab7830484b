//! Table cards: a tent of A4 for every table, or for one.

use anyhow::{Context, Result};
use documents::{CardParty, Fonts, TableCard, TableCards};
use domain::config::Language;
use domain::meeting::TableNow;
use domain::{Meeting, TableId};

use super::alphabet::{Alphabet, by_number};
use super::listed::listed;

/// The cards of these tables as one PDF, a page each, in the order of their numbers. Takes a second where the fonts are
/// not read yet.
///
/// # Errors
/// No such table, no fonts (with the package that has them), or names that fit in no size (with the table).
pub fn table_cards(meeting: &Meeting, tables: &[TableId], language: Language) -> Result<Vec<u8>> {
    Ok(cards_of(meeting, tables, language)?.pdf(&Fonts::find()?)?)
}

/// What these tables' cards say, not set yet; the desk asks for one.
///
/// # Errors
/// No such table.
pub fn cards_of(meeting: &Meeting, tables: &[TableId], language: Language) -> Result<TableCards> {
    let alphabet = Alphabet::of(language)?;
    let now = |id| meeting.table(id).with_context(|| format!("there is no table {id} in this meeting"));
    let mut tables = tables.iter().map(now).collect::<Result<Vec<&TableNow>>>()?;
    tables.sort_by(|a, b| by_number(&a.table.label, &b.table.label));
    let facts = &meeting.config().meeting;
    let names = [facts.organiser.get(language), facts.name.get(language)];
    Ok(TableCards {
        title: facts.name.get(language).to_owned(),
        meeting: names.into_iter().filter(|name| !name.is_empty()).collect::<Vec<_>>().join(" · "),
        language: language.code().to_owned(),
        cards: tables.iter().map(|now| card(meeting, now, &alphabet)).collect(),
    })
}

fn card(meeting: &Meeting, now: &TableNow, alphabet: &Alphabet) -> TableCard {
    let parties = meeting.parties_at(&now.table.id).into_iter().map(|party| listed(meeting, party));
    let mut parties: Vec<CardParty> = parties
        .filter(|party| !party.people.is_empty())
        .map(|party| CardParty { firm: party.firm, names: party.people.into_iter().map(|one| one.full).collect() })
        .collect();
    parties.sort_by(|a, b| alphabet.compare(&a.firm, &b.firm).then_with(|| a.names.cmp(&b.names)));
    TableCard { number: now.table.label.clone(), zone: now.table.zone.clone(), row: now.table.row, parties }
}
