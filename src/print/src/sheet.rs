//! The paper of a strict reader: rows are put where a command says, and a page is taken off.

use crate::bitmap::{Bitmap, MAX_HEIGHT_DOTS, MAX_WIDTH_DOTS};
use crate::escpos::Cut;

/// A page that is being drawn. Its size is that of what was drawn.
#[derive(Debug, Default)]
pub struct Sheet {
    rows: Vec<Vec<u8>>,
}

impl Sheet {
    pub fn new() -> Sheet {
        Sheet::default()
    }

    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// Rows from the top to the lowest one drawn.
    pub fn rows(&self) -> usize {
        self.rows.len()
    }

    pub fn clear(&mut self) {
        self.rows.clear();
    }

    /// Draws a packed row (1 = black) over whatever is there, beginning `x_bytes` × 8 dots from the left; an empty row
    /// is blank paper. What lies outside of the largest possible picture is lost.
    pub fn place(&mut self, x_bytes: usize, y: u32, row: &[u8]) {
        let room = (MAX_WIDTH_DOTS as usize / 8).saturating_sub(x_bytes);
        let row = &row[..row.len().min(room)];
        if y >= MAX_HEIGHT_DOTS {
            return;
        }
        let y = y as usize;
        if self.rows.len() <= y {
            self.rows.resize(y + 1, Vec::new());
        }
        let line = &mut self.rows[y];
        if !row.is_empty() && line.len() < x_bytes + row.len() {
            line.resize(x_bytes + row.len(), 0);
        }
        if let Some(place) = line.get_mut(x_bytes..x_bytes + row.len()) {
            place.copy_from_slice(row);
        }
    }

    /// Draws a row below the others.
    pub fn push(&mut self, row: &[u8]) {
        self.place(0, self.rows.len() as u32, row);
    }

    /// The page as one picture, as wide as its widest row; empties the sheet. `None` when nothing was drawn.
    pub fn take(&mut self) -> Option<Bitmap> {
        let rows = std::mem::take(&mut self.rows);
        let stride = rows.iter().map(Vec::len).max().filter(|stride| *stride > 0)?;
        let mut bytes = Vec::with_capacity(stride * rows.len());
        for row in &rows {
            bytes.extend_from_slice(row);
            bytes.resize(bytes.len() + stride - row.len(), 0);
        }
        Bitmap::from_packed(stride as u32 * 8, rows.len() as u32, bytes).ok()
    }
}

/// One piece of paper.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page {
    /// As wide as whole bytes make it.
    pub bitmap: Bitmap,
    /// `None`: it was not cut.
    pub cut: Option<Cut>,
}
