//! Rows of a list on a screen, and plain values as Slint takes them. Knows no screen.

use slint::{Model, ModelRc, SharedString, VecModel};

/// Brings the rows on the screen up to date; a new model only where their number changed. A new model makes new cards, and a
/// finger that is down on an old one would lose its tap.
pub fn changed<T: Clone + PartialEq + 'static>(shown: &ModelRc<T>, items: Vec<T>) -> Option<ModelRc<T>> {
    if shown.row_count() != items.len() {
        return Some(ModelRc::new(VecModel::from(items)));
    }
    for (row, item) in items.into_iter().enumerate() {
        if shown.row_data(row).as_ref() != Some(&item) {
            shown.set_row_data(row, item);
        }
    }
    None
}

/// Counts on a screen are small; one that is not stops at Slint's largest.
pub fn int(number: impl TryInto<i32>) -> i32 {
    number.try_into().unwrap_or(i32::MAX)
}

pub fn text(words: &str) -> SharedString {
    SharedString::from(words)
}
