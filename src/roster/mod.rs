//! The organiser's meeting file and guest list become events for the hub's log. Applies no event, and never shows or
//! logs a phone number; what is decided on site stays with the domain.

pub mod changes;
mod columns;
mod draft;
mod encoding;
mod fault;
mod firms;
pub mod hub_log;
pub mod invitations;
mod known;
mod lookup;
mod matching;
pub mod meeting_file;
pub mod phone;
mod pictures;
mod plan;
mod publish;
mod row;
pub mod seal;
mod sheet;
pub mod tell;
mod text;
mod words;

#[cfg(test)]
mod tests;

use std::collections::BTreeSet;
use std::path::Path;

use domain::config::MeetingConfig;
use domain::event::Event;
use domain::ids::{GuestId, TableId};
use uuid::Uuid;

pub use changes::ListChanges;
pub use fault::RowFault;
pub use known::KnownList;
pub use meeting_file::FileFault;
pub use pictures::{Picture, PictureFault};
pub use sheet::{Remark, SheetFault};

use crate::keys::MeetingKeys;
use columns::Column;
use draft::{Basis, ListDraft};
use lookup::Lookup;
use row::{Row, RowReader};
use sheet::Sheet;

/// What to import, and how.
#[derive(Debug, Clone)]
pub struct Sources<'a> {
    /// The meeting file.
    pub meeting: &'a Path,
    /// The guest list, XLSX or CSV.
    pub guests: &'a Path,
    /// A seating plan that takes the place of the list's table column.
    pub plan: Option<&'a Path>,
    /// Encoding of a CSV, when the guess would be wrong.
    pub encoding: Option<&'a str>,
    /// Leaves faulty rows out instead of importing nothing.
    pub skip_bad_rows: bool,
}

/// An import that waits for a yes.
#[derive(Debug)]
pub struct Import {
    /// The meeting file without secrets.
    pub config: MeetingConfig,
    /// What the list changes.
    pub changes: ListChanges,
    /// Events for the hub's log; empty when the nodes know it all.
    pub events: Vec<Event>,
    /// Pictures for the hub's folder; see [`Import::keep_pictures`].
    pictures: Vec<Picture>,
    /// Faults of the meeting file that do not stop it.
    pub warnings: Vec<FileFault>,
    /// Rows that are left out.
    pub skipped: Vec<RowFault>,
    /// What the reader of the list noticed.
    pub remarks: Vec<Remark>,
    /// Headers that became free columns.
    pub free_columns: Vec<String>,
    /// Rows that were read.
    pub rows: usize,
    /// Parties without anybody who decides.
    pub without_decider: usize,
    /// Phone numbers that stand in several parties.
    pub shared_phones: usize,
    /// Tables with more people than places: table, people, places.
    pub overfull: Vec<(TableId, usize, u16)>,
}

/// Why nothing can be imported.
#[derive(Debug)]
pub enum ImportFault {
    /// The meeting file is broken.
    Meeting(Vec<FileFault>),
    /// A picture that it names cannot be used.
    Picture(PictureFault),
    /// A list cannot be read at all; the file's name.
    Sheet(String, SheetFault),
    /// Rows are faulty.
    Rows {
        /// Every fault, in the order of rows.
        faults: Vec<RowFault>,
        /// Rows of the list.
        rows: usize,
    },
}

impl Import {
    /// Reads everything, compares it with what the nodes know, and makes the events. Writes nothing.
    ///
    /// # Errors
    /// See [`ImportFault`].
    pub fn prepare(
        sources: &Sources<'_>,
        keys: &MeetingKeys,
        known: &KnownList,
        new_id: &mut impl FnMut() -> Uuid,
    ) -> Result<Import, ImportFault> {
        let file = meeting_file::read(sources.meeting).map_err(ImportFault::Meeting)?;
        let mut config = file.without_secrets(keys, known.config.as_ref()).map_err(ImportFault::Meeting)?;
        let folder = sources.meeting.parent().unwrap_or(Path::new("."));
        let pictures = pictures::take_up(&mut config, folder).map_err(ImportFault::Picture)?;
        let lookup = Lookup::new(&config);
        let sheet = read_sheet(sources.guests, sources.encoding, columns::GUEST_LIST)?;
        let plan = sources.plan.map(|plan| read_sheet(plan, sources.encoding, columns::SEATING_PLAN)).transpose()?;
        let list = List::read(&sheet, plan.as_ref(), &config, &lookup);
        let with_seats = list.with_seats;
        let (rows, free_columns) = (sheet.rows.len(), list.free_columns.clone());
        let basis = Basis {
            config: &config,
            known,
            contact: &keys.contact,
            phone_key: &keys.phone_key,
            sheet: &sheet.name,
            first_is_owner: list.first_is_owner,
        };
        let (draft, skipped, shielded) = list.settle(&basis, sources.skip_bad_rows, new_id)?;
        let changes = ListChanges::between(known, &draft, &shielded, with_seats);
        let events = publish::events(known, &config, keys, Some(&changes).filter(|changes| !changes.is_empty()));
        Ok(Import {
            changes,
            events,
            pictures,
            warnings: file.warnings,
            skipped,
            remarks: sheet.remarks.clone(),
            free_columns,
            rows,
            without_decider: draft.without_decider,
            shared_phones: draft.shared_phones,
            overfull: draft.overfull,
            config,
        })
    }

    /// Writes the pictures that the meeting file names into the hub's folder.
    ///
    /// # Errors
    /// What the system said.
    pub fn keep_pictures(&self, hub_folder: &Path) -> std::io::Result<()> {
        pictures::keep(&self.pictures, hub_folder)
    }
}

fn read_sheet(path: &Path, encoding: Option<&str>, needs: columns::Needs) -> Result<Sheet, ImportFault> {
    sheet::read(path, encoding, needs).map_err(|fault| ImportFault::Sheet(path.display().to_string(), fault))
}

struct List {
    good: Vec<Row>,
    bad: Vec<Row>,
    faults: Vec<RowFault>,
    rows: usize,
    with_seats: bool,
    first_is_owner: bool,
    free_columns: Vec<String>,
}

impl List {
    fn read(sheet: &Sheet, plan: Option<&Sheet>, config: &MeetingConfig, lookup: &Lookup) -> List {
        let reader = RowReader::new(sheet, config, lookup);
        let (mut good, mut bad, mut faults) = (Vec::new(), Vec::new(), Vec::new());
        for row in &sheet.rows {
            let (row, found) = reader.read(row);
            if found.is_empty() {
                good.push(row)
            } else {
                bad.push(row)
            }
            faults.extend(found);
        }
        if let Some(plan) = plan {
            faults.extend(plan::apply(plan, lookup, &mut good));
        }
        List {
            good,
            bad,
            faults,
            rows: sheet.rows.len(),
            with_seats: plan.is_some() || reader.has(Column::Table),
            first_is_owner: !reader.has(Column::Role) && !reader.has(Column::Decides),
            free_columns: reader.free_columns().map(str::to_owned).collect(),
        }
    }

    /// The draft of all rows, or with `skip` of those without fault; the faults of the others; the guests of earlier
    /// lists that they may have meant.
    fn settle(
        mut self,
        basis: &Basis<'_>,
        skip: bool,
        new_id: &mut impl FnMut() -> Uuid,
    ) -> Result<(ListDraft, Vec<RowFault>, BTreeSet<GuestId>), ImportFault> {
        loop {
            let found = match draft::draft(&self.good, basis, new_id) {
                Ok(draft) if skip || self.faults.is_empty() => {
                    let shielded = shielded(&self.bad, basis.known, basis.phone_key);
                    self.faults.sort_by_key(|fault| (fault.row, fault.column));
                    return Ok((draft, self.faults, shielded));
                }
                Ok(_) => Vec::new(),
                Err(found) => found,
            };
            let rows: BTreeSet<usize> = found.iter().map(|fault| fault.row).collect();
            self.faults.extend(found);
            if !skip {
                self.faults.sort_by_key(|fault| (fault.row, fault.column));
                return Err(ImportFault::Rows { faults: self.faults, rows: self.rows });
            }
            // Each turn leaves at least one row out, and without rows there is no fault.
            let (bad, good) = self.good.into_iter().partition(|row| rows.contains(&row.number));
            self.good = good;
            self.bad.extend::<Vec<Row>>(bad);
        }
    }
}

/// Guests of the earlier list whom rows that are left out may mean: those are not cancelled.
fn shielded(bad: &[Row], known: &KnownList, phone_key: &[u8; 32]) -> BTreeSet<GuestId> {
    let names: BTreeSet<String> = bad.iter().map(|row| text::key(&row.guest.name)).collect();
    let ids: BTreeSet<String> = bad.iter().filter_map(|row| row.guest.list_id.as_deref().map(text::key)).collect();
    let hashes: BTreeSet<String> =
        bad.iter().filter_map(|row| row.guest.phone.as_ref().map(|phone| phone.hash(phone_key))).collect();
    let meant = |guest: &&domain::roster::Guest| {
        names.contains(&text::key(&guest.name))
            || guest.list_id.as_deref().is_some_and(|id| ids.contains(&text::key(id)))
            || guest.phone.as_ref().is_some_and(|contact| hashes.contains(&contact.phone_hash))
    };
    known.guests.values().filter(meant).map(|guest| guest.id).collect()
}
