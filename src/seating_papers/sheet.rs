//! The three lists as lines of cells in sections: what CSV, XLSX and PDF have in common.

use anyhow::{Context, Result};
use documents::{Column, Fonts, ListDocument, Section};
use domain::Meeting;
use domain::config::Language;

use super::Listed;
use super::alphabet::{Alphabet, by_number};
use super::words::{Words, words};

/// Which list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum What {
    /// Who sits at each table.
    Tables,
    /// Where each salesperson's dealers sit.
    Salespeople,
    /// Everybody by name, for the door.
    Door,
}

impl What {
    /// Every list there is.
    pub const ALL: [What; 3] = [What::Tables, What::Salespeople, What::Door];

    /// Name of its file.
    pub fn file(self) -> &'static str {
        match self {
            What::Tables => "tables",
            What::Salespeople => "salespeople",
            What::Door => "door",
        }
    }
}

/// A list. The first `heading` cells of a line are the same within a section: paper shows them once, as its heading.
#[derive(Debug, Clone)]
pub struct Sheet {
    /// Its title in the language.
    pub title: String,
    pub(super) language: Language,
    pub(super) columns: Vec<Column>,
    pub(super) heading: usize,
    pub(super) sections: Vec<Section>,
}

impl Sheet {
    /// One of the lists in a language.
    ///
    /// # Errors
    /// The order of the language is missing in this build.
    pub fn of(listed: &[Listed], what: What, language: Language) -> Result<Sheet> {
        let (alphabet, words) = (Alphabet::of(language)?, words(language));
        Ok(match what {
            What::Tables => per_table(listed, &alphabet, words, language),
            What::Salespeople => per_salesperson(listed, &alphabet, words, language),
            What::Door => for_the_door(listed, &alphabet, words, language),
        })
    }

    /// How many lines it has.
    pub fn len(&self) -> usize {
        self.sections.iter().map(|section| section.rows.len()).sum()
    }

    /// With a byte order mark, so that spreadsheets read Chinese and Korean names.
    ///
    /// # Errors
    /// None that a list of ours can bring about.
    pub fn csv(&self) -> Result<Vec<u8>> {
        let mut csv = csv::Writer::from_writer(Vec::from("\u{feff}"));
        csv.write_record(self.columns.iter().map(|column| &column.title)).context("the heads")?;
        for row in self.sections.iter().flat_map(|section| &section.rows) {
            csv.write_record(row.iter().map(|cell| harmless(cell))).context("a line")?;
        }
        csv.into_inner().map_err(|fault| fault.into_error()).context("the last line")
    }

    /// A4, for the hand.
    ///
    /// # Errors
    /// The fonts are missing (with the package that has them).
    pub fn pdf(&self, meeting: &Meeting, fonts: &Fonts) -> Result<Vec<u8>> {
        let shown = |section: &Section| Section {
            rows: section.rows.iter().map(|row| row[self.heading..].to_vec()).collect(),
            ..section.clone()
        };
        let list = ListDocument {
            title: self.title.clone(),
            subtitle: meeting.config().meeting.name.get(self.language).to_owned(),
            language: self.language.code().to_owned(),
            columns: self.columns[self.heading..].to_vec(),
            sections: self.sections.iter().map(shown).collect(),
        };
        Ok(list.pdf(fonts)?)
    }
}

/// A column, and what stands in it of a party.
struct Field {
    title: &'static str,
    share: u16,
    strong: bool,
    cell: fn(&Listed, &Words) -> String,
}

impl Field {
    fn column(&self) -> Column {
        column(self.title, self.share, self.strong)
    }
}

fn cells(fields: &[Field], party: &Listed, words: &Words) -> Vec<String> {
    fields.iter().map(|field| (field.cell)(party, words)).collect()
}

/// Where a party sits, and who it is.
fn seats(words: &Words) -> [Field; 6] {
    [
        Field { title: words.table, share: 2, strong: true, cell: |party, _| party.table.clone() },
        Field { title: words.zone, share: 2, strong: false, cell: |party, _| party.zone.clone() },
        Field { title: words.row, share: 1, strong: false, cell: |party, _| row_of(party.row) },
        Field { title: words.firm, share: 8, strong: true, cell: |party, _| party.firm.clone() },
        Field { title: words.guests, share: 8, strong: false, cell: names },
        Field { title: words.heads, share: 2, strong: false, cell: |party, _| party.heads.to_string() },
    ]
}

fn salesperson(words: &Words, strong: bool) -> Field {
    Field { title: words.salesperson, share: 4, strong, cell: |party, _| party.salesperson.clone() }
}

fn column(title: &str, share: u16, strong: bool) -> Column {
    Column { title: title.to_owned(), share, strong }
}

fn names(party: &Listed, words: &Words) -> String {
    party.people.iter().map(|one| one.full.as_str()).collect::<Vec<_>>().join(words.between)
}

fn row_of(row: u16) -> String {
    if row == 0 { String::new() } else { row.to_string() }
}

/// Lines in their order, a section for each run of the same key.
fn sections<T>(
    lines: &[T],
    key: impl Fn(&T) -> String,
    heading: impl Fn(&[T]) -> (String, String),
    rows: impl Fn(&T) -> Vec<String>,
) -> Vec<Section> {
    let runs = lines.chunk_by(|a, b| key(a) == key(b));
    runs.map(|run| {
        let (heading, note) = heading(run);
        Section { heading, note, rows: run.iter().map(&rows).collect() }
    })
    .collect()
}

fn heads(run: &[&Listed], words: &Words) -> String {
    words.count(run.iter().map(|party| usize::from(party.heads)).sum())
}

fn per_table(listed: &[Listed], alphabet: &Alphabet, words: &Words, language: Language) -> Sheet {
    let mut lines: Vec<&Listed> = listed.iter().collect();
    lines.sort_by(|a, b| {
        let numbers = a.table.is_empty().cmp(&b.table.is_empty()).then_with(|| by_number(&a.table, &b.table));
        numbers.then_with(|| alphabet.compare(&a.firm, &b.firm)).then_with(|| names(a, words).cmp(&names(b, words)))
    });
    let heading = |run: &[&Listed]| {
        let Listed { table, zone, row, .. } = run[0];
        if table.is_empty() {
            return (words.no_table.to_owned(), heads(run, words));
        }
        let spot = words.spot(zone, *row);
        let note = [spot, heads(run, words)].into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>();
        (format!("{} {table}", words.table), note.join(" · "))
    };
    let fields: Vec<Field> = seats(words).into_iter().chain([salesperson(words, false)]).collect();
    Sheet {
        title: words.tables.to_owned(),
        language,
        columns: fields.iter().map(Field::column).collect(),
        heading: 3,
        sections: sections(&lines, |party| party.table.clone(), heading, |party| cells(&fields, party, words)),
    }
}

fn per_salesperson(listed: &[Listed], alphabet: &Alphabet, words: &Words, language: Language) -> Sheet {
    let mut lines: Vec<&Listed> = listed.iter().collect();
    lines.sort_by(|a, b| {
        let people = a.salesperson.is_empty().cmp(&b.salesperson.is_empty());
        let people = people.then_with(|| alphabet.compare(&a.salesperson, &b.salesperson));
        people.then_with(|| by_number(&a.table, &b.table)).then_with(|| alphabet.compare(&a.firm, &b.firm))
    });
    let heading = |run: &[&Listed]| {
        let name = &run[0].salesperson;
        (if name.is_empty() { words.no_salesperson.to_owned() } else { name.clone() }, heads(run, words))
    };
    let fields: Vec<Field> = [salesperson(words, true)].into_iter().chain(seats(words)).collect();
    Sheet {
        title: words.salespeople.to_owned(),
        language,
        columns: fields.iter().map(Field::column).collect(),
        heading: 1,
        sections: sections(&lines, |party| party.salesperson.clone(), heading, |party| cells(&fields, party, words)),
    }
}

fn for_the_door(listed: &[Listed], alphabet: &Alphabet, words: &Words, language: Language) -> Sheet {
    let people = listed.iter().flat_map(|party| party.people.iter().map(move |one| (one, party)));
    let mut lines: Vec<(String, _, &Listed)> =
        people.map(|(one, party)| (alphabet.initial(&one.name), one, party)).collect();
    lines.sort_by(|(_, a, one), (_, b, other)| {
        alphabet
            .compare(&a.name, &b.name)
            .then_with(|| alphabet.compare(&a.firm, &b.firm))
            .then_with(|| by_number(&one.table, &other.table))
    });
    // What a collation puts between two letters, such as a name in another script, must not split a section.
    let order: Vec<String> = lines.iter().map(|(letter, ..)| letter.clone()).fold(Vec::new(), |mut seen, letter| {
        if !seen.contains(&letter) {
            seen.push(letter);
        }
        seen
    });
    lines.sort_by_key(|(letter, ..)| order.iter().position(|one| one == letter));
    let heading = |run: &[(String, _, &Listed)]| (run[0].0.clone(), words.count(run.len()));
    let row = |(letter, one, party): &(String, &super::listed::Listable, &Listed)| {
        let cells = [letter, &one.full, &one.firm, &party.table, &party.zone, &row_of(party.row), &party.salesperson];
        cells.into_iter().cloned().collect()
    };
    Sheet {
        title: words.door.to_owned(),
        language,
        columns: vec![
            column(words.initial, 1, false),
            column(words.name, 6, true),
            column(words.firm, 9, false),
            column(words.table, 3, true),
            column(words.zone, 2, false),
            column(words.row, 2, false),
            column(words.salesperson, 4, false),
        ],
        heading: 1,
        sections: sections(&lines, |(letter, ..)| letter.clone(), heading, row),
    }
}

/// A cell that no spreadsheet takes for a formula.
fn harmless(cell: &str) -> String {
    if cell.starts_with(['=', '+', '-', '@', '\t', '\r']) { format!("'{cell}") } else { cell.to_owned() }
}

#[cfg(test)]
mod tests;
