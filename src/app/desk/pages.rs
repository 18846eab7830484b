//! What the desk has printed on A4, and what is known of it. Decides nothing.

use super::Runner;
use crate::app::pages::Page;
use crate::screens::desk::Input;
use crate::screens::desk::map::Card;
use crate::seating_papers::cards_of;
use domain::TableId;
use domain::config::Language;
use drivers::PageReport;
use drivers::queue::JobSeen;
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// Orders whose last word is kept for questions.
const MOST_KEPT: usize = 32;

/// The last word on each order of this desk, by its tag.
#[derive(Default)]
pub(super) struct Told(BTreeMap<u64, PageReport>);

/// What the map says of a card.
fn card(report: &PageReport, table: String) -> Card {
    use ui::CardState as State;
    let of = |state, words: String| Card { state, table: table.clone(), words };
    match report {
        PageReport::NoQueue => of(State::NoPrinter, String::new()),
        PageReport::Busy => of(State::Busy, String::new()),
        PageReport::NotDrawn(why) => of(State::NotDrawn, why.clone()),
        PageReport::NotTaken(error) => of(State::NotTaken, error.to_string()),
        PageReport::Taken { .. } => of(State::HandedOver, String::new()),
        PageReport::Moved { seen: JobSeen::WantsPerson { reasons }, .. } => of(State::WantsPerson, reasons.join(", ")),
        PageReport::Moved { seen: JobSeen::Printing, .. } => of(State::Prints, String::new()),
        PageReport::Moved { .. } => of(State::Waits, String::new()),
        PageReport::Completed { by_printer: true, .. } => of(State::CameOut, String::new()),
        PageReport::Completed { by_printer: false, .. } | PageReport::Unknown { .. } => {
            of(State::Unknown, String::new())
        }
        PageReport::Ended { reasons, .. } => of(State::Ended, reasons.join(", ")),
    }
}

impl Runner {
    /// Orders the card of the table with this number; the tag names the order in what follows.
    ///
    /// # Errors
    /// The last word on it: no such table, no printer named at the start, or too many orders.
    pub(super) fn print_table_card(&mut self, number: &str, language: Language) -> Result<u64, PageReport> {
        let meeting = self.station.meeting();
        let table = meeting.tables().find(|now| now.table.label == number).map(|now| now.table.id.clone());
        let missing = || PageReport::NotDrawn(format!("there is no table {number} in this meeting"));
        let cards = cards_of(meeting, &[table.ok_or_else(missing)?], language);
        let cards = cards.map_err(|error| PageReport::NotDrawn(format!("{error:#}")))?;
        self.pages.order(&format!("{} {number}", cards.title), Page::TableCards(cards))
    }

    /// The map wants a table's card; it hears what becomes of it.
    pub(super) fn print_card(&mut self, table: &TableId) {
        let meeting = self.station.meeting();
        let label = meeting.table(table).map_or_else(|| table.to_string(), |now| now.table.label.clone());
        let language = meeting.config().meeting.language();
        match self.print_table_card(&label, language) {
            Ok(tag) => self.card_ordered = Some((tag, label)),
            Err(report) => self.tell(Input::Card(card(&report, label))),
        }
    }

    pub(super) fn page_told(&mut self, tag: u64, report: PageReport) {
        tracing::info!(tag, "{}", report.words());
        self.slip_page_told(tag, &report);
        self.voucher_told(tag, &report);
        if let Some((_, label)) = self.card_ordered.clone().filter(|(ordered, _)| *ordered == tag) {
            self.tell(Input::Card(card(&report, label)));
        }
        let told = &mut self.pages_told.0;
        told.insert(tag, report);
        while told.len() > MOST_KEPT {
            told.pop_first();
        }
    }

    /// `table_card` over the control socket.
    pub(super) fn table_card(&mut self, request: &Value) -> Value {
        let language = match request["language"].as_str() {
            Some("ko") => Language::Ko,
            Some("en") => Language::En,
            _ => Language::Zh,
        };
        match self.print_table_card(request["table"].as_str().unwrap_or_default(), language) {
            Ok(tag) => json!({"ok": true, "page": tag}),
            Err(report) => json!({"ok": false, "error": report.words()}),
        }
    }

    /// `page` over the control socket: what became of an order.
    pub(super) fn page(&self, request: &Value) -> Value {
        let report = request["page"].as_u64().and_then(|tag| self.pages_told.0.get(&tag));
        match report {
            Some(report) => json!({"ok": true, "words": report.words(), "last": report.is_last()}),
            None => json!({"ok": true, "words": "on its way to the print queue", "last": false}),
        }
    }
}
