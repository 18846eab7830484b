//! A printed list: A4, sections with headings, the heads of columns on every page. Sorts and chooses nothing.

use serde::Serialize;
use typst_layout::PagedDocument;

use crate::text::{breakable, known_language};
use crate::typesetter::{self, DocumentError, Fonts};

const TEMPLATE: &str = include_str!("../../../assets/list.typ");

/// A column of a list.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Column {
    /// Its head.
    pub title: String,
    /// Its part of the width, against the other columns'.
    pub share: u16,
    /// Set bold: what the reader looks for.
    pub strong: bool,
}

/// Lines under one heading.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Section {
    /// Heading; repeated where the section goes on over the page.
    pub heading: String,
    /// Small beside the heading; may be empty.
    pub note: String,
    /// As many cells each as there are columns.
    pub rows: Vec<Vec<String>>,
}

/// A list with its look.
#[derive(Debug, Clone, Default)]
pub struct ListDocument {
    /// Above the list and at the foot of every page.
    pub title: String,
    /// Under the title: whose list this is; may be empty.
    pub subtitle: String,
    /// `zh`, `ko` or `en`.
    pub language: String,
    /// Heads of the columns.
    pub columns: Vec<Column>,
    /// In the order in which they are printed.
    pub sections: Vec<Section>,
}

impl ListDocument {
    /// One PDF of as many pages as it takes.
    ///
    /// # Errors
    /// An unknown language.
    pub fn pdf(&self, fonts: &Fonts) -> Result<Vec<u8>, DocumentError> {
        typesetter::pdf(&self.set(fonts)?)
    }

    /// One PNG per page at `pixels_per_point` (72 points are an inch).
    ///
    /// # Errors
    /// As [`ListDocument::pdf`].
    pub fn pngs(&self, fonts: &Fonts, pixels_per_point: f64) -> Result<Vec<Vec<u8>>, DocumentError> {
        typesetter::pngs(&self.set(fonts)?, pixels_per_point)
    }

    fn set(&self, fonts: &Fonts) -> Result<PagedDocument, DocumentError> {
        known_language(&self.language, "list")?;
        let section = |section: &Section| Section {
            heading: breakable(&section.heading),
            note: breakable(&section.note),
            rows: section.rows.iter().map(|row| row.iter().map(|cell| breakable(cell)).collect()).collect(),
        };
        let data = ListData {
            title: &self.title,
            subtitle: &self.subtitle,
            language: &self.language,
            columns: &self.columns,
            sections: self.sections.iter().map(section).collect(),
        };
        let data = serde_json::to_vec(&data).map_err(|fault| DocumentError::Template(fault.to_string()))?;
        typesetter::set(fonts, TEMPLATE, data)
    }
}

#[derive(Serialize)]
struct ListData<'a> {
    title: &'a str,
    subtitle: &'a str,
    language: &'a str,
    columns: &'a [Column],
    sections: Vec<Section>,
}

#[cfg(test)]
mod tests;
