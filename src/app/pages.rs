//! Pages of A4 on their way to the print queue: sets a document on the queue's thread, reads the fonts once, and knows
//! no dealer and no rule. Thermal paper is `paper`.

use anyhow::{Context, Result};
use documents::{Fonts, ListDocument, SlipForm, SlipPaper, TableCards, VoucherPaper};
use drivers::queue::Media;
use drivers::{PageOrder, PageReport, PageThread, QueueSpec};
use std::sync::{Arc, OnceLock};

/// Something that is set on A4, with all that it says.
#[derive(Debug, Clone)]
pub enum Page {
    TableCards(TableCards),
    List(ListDocument),
    Slip(Box<SlipPaper>),
    Voucher(Box<VoucherPaper>),
    /// The same on 80 mm.
    VoucherRoll(Box<VoucherPaper>),
    /// Set already.
    Pdf(Vec<u8>),
}

/// The A4 printer of this machine.
#[derive(Clone)]
pub struct Pages {
    thread: PageThread,
    fonts: Arc<OnceLock<Result<Fonts, String>>>,
    last_tag: u64,
}

impl Pages {
    /// `queue` as the command line names it; without one every order is answered with [`PageReport::NoQueue`].
    /// `tell` hears what becomes of each order, by its tag.
    ///
    /// # Errors
    /// The text names no queue, with examples; or no thread could be started.
    pub fn start(queue: Option<&str>, tell: impl Fn(u64, PageReport) + Send + 'static) -> Result<Pages> {
        Pages::start_after(0, queue, tell)
    }

    /// The same with tags from `last_tag` on, for a machine with several queues.
    ///
    /// # Errors
    /// As [`Pages::start`].
    pub fn start_after(
        last_tag: u64,
        queue: Option<&str>,
        tell: impl Fn(u64, PageReport) + Send + 'static,
    ) -> Result<Pages> {
        let queue = queue.map(QueueSpec::parse).transpose()?;
        let thread = PageThread::start(queue, tell).context("the thread of the pages could not be started")?;
        Ok(Pages { thread, fonts: Arc::default(), last_tag })
    }

    /// Whether this machine was given a queue at all.
    pub fn has_queue(&self) -> bool {
        self.thread.has_queue()
    }

    /// Orders a page and never waits; the tag names the order in every report. `title` stands in the queue's list.
    ///
    /// # Errors
    /// The last word on the order: no queue is set, or too many orders wait.
    pub fn order(&mut self, title: &str, page: Page) -> Result<u64, PageReport> {
        self.last_tag += 1;
        let fonts = Arc::clone(&self.fonts);
        let media = media(&page);
        let pdf = Box::new(move || set(page, &fonts));
        self.thread.order(PageOrder { tag: self.last_tag, title: title.to_owned(), media, pdf })?;
        Ok(self.last_tag)
    }
}

/// A continuous form is as long as the queue says.
fn media(page: &Page) -> Media {
    match page {
        Page::Slip(slip) if slip.form != SlipForm::A4 => Media::AsSet,
        Page::VoucherRoll(_) => Media::AsSet,
        Page::TableCards(_) | Page::List(_) | Page::Slip(_) | Page::Voucher(_) | Page::Pdf(_) => Media::A4,
    }
}

fn set(page: Page, fonts: &OnceLock<Result<Fonts, String>>) -> Result<Vec<u8>, String> {
    if let Page::Pdf(pdf) = page {
        return Ok(pdf);
    }
    let fonts = fonts.get_or_init(|| Fonts::find().map_err(|error| error.to_string()));
    let fonts = fonts.as_ref().map_err(Clone::clone)?;
    let pdf = match page {
        Page::TableCards(cards) => cards.pdf(fonts),
        Page::List(list) => list.pdf(fonts),
        Page::Slip(slip) => slip.pdf(fonts),
        Page::Voucher(voucher) => voucher.pdf(fonts),
        Page::VoucherRoll(voucher) => voucher.roll_pdf(fonts),
        Page::Pdf(pdf) => Ok(pdf),
    };
    pdf.map_err(|error| error.to_string())
}
