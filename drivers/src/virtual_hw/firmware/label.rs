//! Labels on their way from memory to paper: what all label printers do alike.

use std::collections::VecDeque;

use print::Bitmap;

use super::super::page::How;
use super::Act;

/// Labels that wait; more are forgotten, as by a printer whose memory is full.
const MOST_LABELS: usize = 8;

/// One label, and what is said before and after it.
#[derive(Debug, Clone)]
pub(super) struct Label {
    pub picture: Bitmap,
    pub how: How,
    pub say_first: Vec<u8>,
    pub say_last: Vec<u8>,
}

/// The labels of a printer.
#[derive(Debug, Default)]
pub(super) struct Labels {
    waiting: VecDeque<Label>,
    /// The label under the head, and its acts that are still to come.
    current: Option<(Label, VecDeque<Act>)>,
    printed: u64,
    /// Whether a spoilt label is printed once more when the fault is gone.
    pub reprint: bool,
}

impl Labels {
    /// Of a printer that reprints until it is told not to.
    pub fn that_reprint() -> Labels {
        Labels { reprint: true, ..Labels::default() }
    }

    pub fn print(&mut self, label: Label) {
        if self.waiting.len() < MOST_LABELS {
            self.waiting.push_back(label);
        }
    }

    /// What waits behind the label under the head is forgotten.
    pub fn forget_waiting(&mut self) {
        self.waiting.clear();
    }

    pub fn next_act(&mut self) -> Option<Act> {
        if let Some((_, acts)) = &mut self.current {
            if let Some(act) = acts.pop_front() {
                return Some(act);
            }
            self.current = None;
            self.printed += 1;
        }
        let label = self.waiting.pop_front()?;
        let (rows, height) = (&label.picture, label.picture.height_dots());
        let mut acts: VecDeque<Act> = (0..height).map(|y| Act::Row(rows.row(y).to_vec())).collect();
        acts.push_back(Act::Finish(label.how));
        acts.push_back(Act::Say(label.say_last.clone()));
        let first = Act::Say(label.say_first.clone());
        self.current = Some((label, acts));
        Some(first)
    }

    /// A fault struck: a spoilt label is given up or printed once more; one that was not begun still waits.
    pub fn interrupted(&mut self, spoilt: bool) {
        let Some((label, acts)) = self.current.take() else { return };
        let is_out = !spoilt && !acts.iter().any(|act| matches!(act, Act::Finish(_)));
        if is_out {
            self.printed += 1;
        } else if !spoilt || self.reprint {
            self.waiting.push_front(label);
        }
    }

    pub fn is_printing(&self) -> bool {
        self.current.is_some()
    }

    pub fn waiting(&self) -> usize {
        self.waiting.len()
    }

    /// Labels that came out whole.
    pub fn printed(&self) -> u64 {
        self.printed
    }
}
