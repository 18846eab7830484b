//! A printer as a thing in the room: it has paper or not, a cable, power, and pages come out of it. The thread that talks
//! to it belongs to the kiosk's process and dies with it; the printer does not.

use node::Completion;
use print::{Fault, JobId};

/// One page, or the beginning of one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page {
    /// The badge printed on it.
    pub badge: String,
    /// Its copy number.
    pub copy: u32,
    /// Whether all of it came out.
    pub complete: bool,
    /// When it began, true time.
    pub at: u64,
}

/// What is printing.
#[derive(Debug, Clone)]
pub struct Printing {
    /// Which start of the process sent it.
    pub life: u64,
    /// Which job and printing reports must name.
    pub job: JobId,
    /// See `job`.
    pub attempt: u64,
    /// Index in `pages`.
    pub page: usize,
    /// Whether the printer has all bytes, so that it finishes without the kiosk.
    pub all_bytes: bool,
    /// Tells a finished printing from a new one.
    pub number: u64,
}

/// A printer.
#[derive(Debug)]
pub struct Printer {
    /// Whether it can say that the paper is out.
    pub completion: Completion,
    /// What a person would see.
    pub trouble: Option<Fault>,
    /// Counts the openings of the connection.
    pub epoch: u64,
    /// What is in it.
    pub printing: Option<Printing>,
    /// What lies in the tray.
    pub pages: Vec<Page>,
    started: u64,
}

impl Printer {
    /// A printer in order.
    pub fn new(completion: Completion) -> Printer {
        Printer { completion, trouble: None, epoch: 1, printing: None, pages: Vec::new(), started: 0 }
    }

    /// The first dot of a page is on the paper. Returns the number of the printing.
    pub fn start(&mut self, life: u64, job: JobId, attempt: u64, badge: &str, copy: u32, at: u64) -> u64 {
        self.started += 1;
        let page = Page { badge: badge.to_owned(), copy, complete: false, at };
        self.pages.push(page);
        let page = self.pages.len() - 1;
        self.printing = Some(Printing { life, job, attempt, page, all_bytes: false, number: self.started });
        self.started
    }

    /// Paper out, cover, power: the page in work stays incomplete.
    pub fn stop(&mut self, fault: Fault) -> Option<Printing> {
        self.trouble = Some(fault);
        self.printing.take()
    }

    /// The page in work is out.
    pub fn finish(&mut self) -> Option<Printing> {
        let printing = self.printing.take()?;
        if let Some(page) = self.pages.get_mut(printing.page) {
            page.complete = true;
        }
        Some(printing)
    }

    /// Whether a whole page of this copy lies in the tray.
    pub fn came_out(&self, badge: &str) -> bool {
        self.pages.iter().any(|page| page.badge == badge && page.complete)
    }
}
