//! Threads of printers: orders in, reports out. What a report means is decided by the node.

use crate::app::inbox::{Inbox, Message};
use crate::app::paper::{BadgeSheet, PaperSize, Press, TestSheet};
use anyhow::{Context, Result};
use drivers::record::Recorder;
use drivers::{Memories, Printer, PrinterSpec, Progress, Transport, Trouble, models};
use node::{Completion, PrinterReport};
use print::{Bitmap, Fault, JobId, Model};
use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, sync_channel};
use std::thread;
use std::time::{Duration, Instant};

/// How often an idle printer is asked how it is.
const LOOK_EVERY: Duration = Duration::from_millis(800);
/// A roll with so little left is changed soon.
const PAPER_LOW_PERCENT: u32 = 10;
/// Bytes of a recording: some five hundred badges.
const LONGEST_RECORDING: u64 = 64 * 1024 * 1024;
/// Orders that may wait: the node has one job out per printer, the rest are questions and test pages.
const MOST_ORDERS: usize = 16;
/// What was learnt about printers, beside the store.
const MEMORY_FILE: &str = "printers.json";

/// What a printer's thread is asked to do.
pub enum Order {
    Preflight,
    Print { job: JobId, attempt: u64, sheet: Box<BadgeSheet> },
    TestPage(Box<TestSheet>),
}

/// A printer as it is named at the start.
pub struct PrinterSetup<'a> {
    /// The node's name of it.
    pub name: &'a str,
    pub spec: &'a PrinterSpec,
    pub model: &'a Model,
    /// Where what is learnt about it is kept.
    pub folder: &'a Path,
    /// What is in it.
    pub paper: PaperSize,
    /// Length of a new roll, where the technician knows better than the model.
    pub roll_mm: Option<u32>,
    /// Where what crosses its line is written down, for whoever has to find out why it is odd.
    pub record: Option<&'a Path>,
    /// Copies that may have been in it when this machine stopped.
    pub unsettled: Vec<JobId>,
}

/// Starts the printer's thread. It opens the printer itself, now and whenever it comes back.
pub fn start_printer(setup: &PrinterSetup, press: Press, inbox: Inbox) -> Result<SyncSender<Order>> {
    let memory = setup.folder.join(MEMORY_FILE);
    let transport = transport(setup)?;
    let mut printer = Printer::new(transport, setup.model.clone(), recall(&memory));
    if let Some(length) = setup.roll_mm {
        printer = printer.with_roll_mm(length);
    }
    let (orders, work) = sync_channel(MOST_ORDERS);
    watch_plugs(setup.spec, orders.clone());
    let thread = PrinterThread {
        name: setup.name.to_string(),
        scale: setup.paper.scale(setup.model),
        unsettled: setup.unsettled.clone(),
        printer,
        press,
        inbox,
        memory,
        last: None,
    };
    thread::Builder::new()
        .name(format!("printer {}", setup.name))
        .spawn(move || thread.run(&work))
        .context("the printer's thread could not be started")?;
    Ok(orders)
}

/// The way to the printer, written along where that is wanted.
fn transport(setup: &PrinterSetup) -> Result<Box<dyn Transport>> {
    let transport = Printer::transport(setup.spec).map_err(trouble)?;
    let Some(file) = setup.record else { return Ok(transport) };
    let out = std::fs::File::create(file).with_context(|| format!("{} cannot be written", file.display()))?;
    Ok(Box::new(Recorder::new(transport, out, LONGEST_RECORDING)))
}

struct PrinterThread {
    name: String,
    printer: Printer,
    press: Press,
    inbox: Inbox,
    memory: PathBuf,
    /// Dots of the head for one of the paper's.
    scale: f32,
    unsettled: Vec<JobId>,
    /// How the printer was when it was last asked.
    last: Option<Result<(), Fault>>,
}

impl PrinterThread {
    fn run(mut self, work: &Receiver<Order>) {
        self.ask_about_before();
        loop {
            match work.recv_timeout(LOOK_EVERY) {
                Ok(Order::Preflight) => {
                    let state = self.look();
                    self.report_state(state);
                }
                Ok(Order::Print { job, attempt, sheet }) => self.print(job, attempt, *sheet),
                Ok(Order::TestPage(sheet)) => self.test_page(*sheet),
                Err(RecvTimeoutError::Timeout) => {
                    let before = self.last;
                    let state = self.look();
                    if before != Some(state) {
                        self.report_state(state);
                    }
                }
                Err(RecvTimeoutError::Disconnected) => return,
            }
        }
    }

    /// A printer that was not switched off may still say that a copy of before the restart came out.
    fn ask_about_before(&mut self) {
        if self.unsettled.is_empty() {
            return;
        }
        for job in std::mem::take(&mut self.unsettled) {
            let word = self.printer.ask_pending(number_of(job));
            tracing::info!(printer = self.name, job = job.0, ?word, "asked about a copy of before the restart");
            if word == Some(true) {
                self.report(PrinterReport::Remembered { job });
            }
        }
        self.printer.expect_leftovers();
    }

    /// Asks the printer; keeps what was learnt about it.
    fn look(&mut self) -> Result<(), Fault> {
        let known = self.printer.memories().clone();
        let state = match self.printer.preflight() {
            Ok(status) => status.warning().or(self.paper_low()).map_or(Ok(()), Err),
            Err(trouble) => {
                if self.last != Some(Err(trouble.fault)) {
                    tracing::warn!(printer = self.name, "{trouble}; {}", trouble.fault.remedy());
                }
                Err(trouble.fault)
            }
        };
        self.keep(&known);
        self.last = Some(state);
        state
    }

    /// Counted, not measured: from the dots printed and the roll's length.
    fn paper_low(&self) -> Option<Fault> {
        self.printer.paper_left_percent().is_some_and(|left| left <= PAPER_LOW_PERCENT).then_some(Fault::PaperLow)
    }

    fn keep(&self, known: &Memories) {
        if self.printer.memories() != known {
            remember(&self.memory, self.printer.memories());
        }
    }

    fn report_state(&self, state: Result<(), Fault>) {
        self.report(match state {
            Ok(()) => PrinterReport::Ready { epoch: self.printer.epoch() },
            Err(fault) => PrinterReport::Unwell { fault },
        });
    }

    fn print(&mut self, job: JobId, attempt: u64, sheet: BadgeSheet) {
        let begun = Instant::now();
        let bitmap = match self.press.badge(sheet, self.scale) {
            Ok(bitmap) => bitmap,
            Err(error) => {
                tracing::error!("a badge could not be drawn: {error:#}");
                let report = PrinterReport::Failed { job, attempt, fault: Fault::Protocol, bytes_accepted: 0 };
                return self.report(report);
            }
        };
        post(&self.inbox, Message::BadgeDrawn { took: begun.elapsed() });
        let known = self.printer.memories().clone();
        let report = self.send(job, attempt, &bitmap);
        self.keep(&known);
        self.report(report);
    }

    fn send(&mut self, job: JobId, attempt: u64, bitmap: &Bitmap) -> PrinterReport {
        let (inbox, name) = (self.inbox.clone(), self.name.clone());
        let id = number_of(job);
        let mut told = 0;
        let done = self.printer.print(bitmap, id, &mut |progress| {
            let report = match progress {
                Progress::Accepted { bytes, total } => {
                    // The screen's bar moves in tenths; more would only fill the queue.
                    if told > 0 && bytes < total && bytes < told + total / 10 {
                        return;
                    }
                    told = bytes;
                    PrinterReport::Progress { job, attempt, bytes_accepted: bytes }
                }
                Progress::AllSent => PrinterReport::Sent { job, attempt, id },
            };
            post(&inbox, Message::Printer { printer: name.clone(), report });
        });
        match done {
            Ok(drivers::Completion::Confirmed) => PrinterReport::Done { job, attempt, completion: Completion::Printer },
            Ok(drivers::Completion::Unconfirmed) => {
                PrinterReport::Done { job, attempt, completion: Completion::Unconfirmed }
            }
            Err(failed) => {
                tracing::warn!(printer = self.name, job = job.0, "{failed}");
                let bytes_accepted = failed.bytes_accepted;
                PrinterReport::Failed { job, attempt, fault: failed.fault, bytes_accepted }
            }
        }
    }

    fn test_page(&mut self, sheet: TestSheet) {
        let printed = self.press.test_page(sheet, self.scale).and_then(|bitmap| {
            self.printer.preflight().map_err(trouble)?;
            Ok(self.printer.print(&bitmap, 1, &mut |_| {})?)
        });
        if let Err(error) = printed {
            tracing::warn!(printer = self.name, "the test page did not come out: {error:#}");
        }
        let state = self.look();
        self.report_state(state);
    }

    fn report(&self, report: PrinterReport) {
        post(&self.inbox, Message::Printer { printer: self.name.clone(), report });
    }
}

/// The model that the technician named, or the one that the printer's own ids suggest.
pub fn model_of(spec: &PrinterSpec, named: Option<&str>) -> Result<&'static Model> {
    let Some(id) = named else { return Ok(models::suggest(spec)) };
    models::find(id).with_context(|| {
        let known: Vec<_> = models::all().iter().map(|model| model.id.as_str()).collect();
        format!("no printer model is called '{id}'; known are {}", known.join(", "))
    })
}

/// What a printer repeats in its confirmation of a job; 0 would mean "cannot say".
fn number_of(job: JobId) -> u32 {
    u32::try_from(job.0 % u64::from(u32::MAX)).unwrap_or(0) + 1
}

/// A USB printer that comes or goes is asked at once.
fn watch_plugs(spec: &PrinterSpec, orders: SyncSender<Order>) {
    if !matches!(spec, PrinterSpec::Usb(_)) {
        return;
    }
    // Without the watch the printer is asked a little later.
    match drivers::transport::usb::watch_usb(move || drop(orders.try_send(Order::Preflight))) {
        // It lasts as long as the program.
        Ok(watch) => std::mem::forget(watch),
        Err(trouble) => tracing::warn!("{trouble}"),
    }
}

/// A core that is gone needs no report.
pub(super) fn post(inbox: &Inbox, message: Message) {
    let _ = inbox.send(message);
}

/// A memory that cannot be read is learnt anew: it costs a few seconds, nothing else.
fn recall(file: &Path) -> Memories {
    std::fs::read(file).ok().and_then(|bytes| serde_json::from_slice(&bytes).ok()).unwrap_or_default()
}

fn remember(file: &Path, memories: &Memories) {
    let written =
        serde_json::to_vec(memories).map_err(std::io::Error::from).and_then(|bytes| std::fs::write(file, bytes));
    if let Err(error) = written {
        tracing::warn!("{} could not be written: {error}", file.display());
    }
}

pub(super) fn trouble(trouble: Trouble) -> anyhow::Error {
    let remedy = trouble.fault.remedy();
    anyhow::Error::new(trouble).context(remedy)
}
