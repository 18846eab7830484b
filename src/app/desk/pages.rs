//! What the desk has printed on A4, and what is known of it. Decides nothing.

use super::Runner;
use crate::app::pages::Page;
use crate::seating_papers::cards_of;
use domain::config::Language;
use drivers::PageReport;
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// Orders whose last word is kept for questions.
const MOST_KEPT: usize = 32;

/// The last word on each order of this desk, by its tag.
#[derive(Default)]
pub(super) struct Told(BTreeMap<u64, PageReport>);

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

    pub(super) fn page_told(&mut self, tag: u64, report: PageReport) {
        tracing::info!(tag, "{}", report.words());
        self.slip_page_told(tag, &report);
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
