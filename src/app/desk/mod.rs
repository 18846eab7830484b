//! The running desk: one thread takes everything that happens, in order, and keeps the screen served.

mod no_shows;
mod pages;
mod questions;
mod slip_papers;
mod voucher_papers;
pub mod window;

use crate::app::clock::VenueTime;
use crate::app::core::{self, Disk, Told};
use crate::app::kiosk::Snapshot;
use crate::app::link::LinkAnswer;
use crate::app::pages::Pages;
use crate::app::station::{Standing, Station, StationParts, Way};
use crate::screens::desk::map::Job;
use crate::screens::desk::view::{DeskPage, DeskView};
use crate::screens::desk::{Action, Desk, Input, Touch, Venue};
use crate::screens::pairing;
use anyhow::Result;
use documents::SlipForm;
use domain::meeting::{Replanned, Task};
use drivers::PageReport;
use no_shows::NoShows;
use serde_json::Value;
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, sync_channel};
use std::time::{Duration, Instant};
use sync::Role;

/// Messages that may wait: far above what people make in a second; whoever is faster waits.
const MOST_WAITING: usize = 1_024;
/// The clock on the screen shows minutes, waiting times grow by the minute.
const REFRESH_MS: u64 = 1_000;

/// Everything that reaches the desk's thread, in one queue.
pub enum Message {
    Touch(Touch),
    /// A whole code from the scanner or from the control socket.
    Scan(String),
    Link(Box<LinkAnswer>),
    /// A search for a better plan ended.
    Replanned {
        number: u64,
        answer: Option<Box<Replanned>>,
    },
    /// What became of a page that was ordered from the A4 printer.
    Page {
        tag: u64,
        report: PageReport,
    },
    /// A question over the control socket.
    Control {
        request: Value,
        reply: SyncSender<Value>,
    },
    /// The window was closed, or the process is asked to end.
    Quit,
}

pub type Inbox = SyncSender<Message>;

/// Where views go: the window's thread.
pub type Screen = Box<dyn Fn(DeskView) + Send>;

pub fn inbox() -> (Inbox, Receiver<Message>) {
    sync_channel(MOST_WAITING)
}

/// What a desk is started with.
pub struct Parts {
    pub name: String,
    pub way: Way,
    pub disk: Disk,
    /// The A4 printer.
    pub pages: Pages,
    /// The printer of order slips, where it is another.
    pub slips: Option<Pages>,
    /// What order slips are printed on.
    pub slip_form: SlipForm,
    pub inbox: Inbox,
    pub screen: Screen,
    /// Makes a PNG of the window.
    pub snapshot: Snapshot,
    pub quit: Box<dyn Fn() + Send>,
}

/// The desk's thread.
pub struct Runner {
    station: Station,
    desk: Desk,
    time: VenueTime,
    tasks: Vec<Task>,
    inbox: Inbox,
    screen: Screen,
    snapshot: Snapshot,
    quit: Box<dyn Fn() + Send>,
    shown: Option<DeskView>,
    started: Instant,
    no_shows: NoShows,
    pages: Pages,
    slips: Option<Pages>,
    slip_form: SlipForm,
    pages_told: pages::Told,
    slip_papers: slip_papers::SlipPapers,
    voucher_papers: voucher_papers::VoucherPapers,
    /// The card that the map asked for last.
    card_ordered: Option<(u64, String)>,
}

impl Runner {
    /// # Errors
    /// A wrong address or code of the hub, or what the disk did.
    pub fn new(parts: Parts) -> Result<Runner> {
        let (inbox, own) = (parts.inbox.clone(), parts.inbox);
        let (station, told) = Station::start(StationParts {
            role: Role::Desk,
            name: parts.name,
            disk: parts.disk,
            printers: Vec::new(),
            attached: Vec::new(),
            way: parts.way,
            // A desk that is gone needs no answer.
            on_answer: Box::new(move |answer| drop(inbox.send(Message::Link(Box::new(answer))))),
        })?;
        let mut runner = Runner {
            station,
            desk: Desk::new(),
            time: VenueTime::of(""),
            tasks: Vec::new(),
            inbox: own,
            screen: parts.screen,
            snapshot: parts.snapshot,
            quit: parts.quit,
            shown: None,
            started: Instant::now(),
            no_shows: NoShows::default(),
            pages: parts.pages,
            slips: parts.slips,
            slip_form: parts.slip_form,
            pages_told: pages::Told::default(),
            slip_papers: slip_papers::SlipPapers::since_now(),
            voucher_papers: voucher_papers::VoucherPapers::since_now(),
            card_ordered: None,
        };
        runner.told(told);
        Ok(runner)
    }

    /// Runs until the desk is asked to end.
    pub fn run(mut self, messages: &Receiver<Message>) {
        self.refresh();
        loop {
            let rest = Duration::from_millis(self.station.wake_in_ms().min(REFRESH_MS));
            match messages.recv_timeout(rest) {
                Ok(Message::Quit) | Err(RecvTimeoutError::Disconnected) => break,
                Ok(message) => self.take(message),
                Err(RecvTimeoutError::Timeout) => {}
            }
            let told = self.station.tick();
            self.told(told);
            self.release_no_shows();
            self.tell(Input::Tick);
            self.refresh();
        }
        self.station.close();
        (self.quit)();
    }

    fn take(&mut self, message: Message) {
        match message {
            Message::Touch(touch) => self.tell(Input::Touch(touch)),
            Message::Scan(code) => {
                // A hub's ticket is the station's; every other code shows its party.
                if !self.station.scan(&code) {
                    self.tell(Input::Scan(code));
                }
            }
            Message::Link(answer) => match self.station.hear(*answer) {
                Ok(told) => self.told(told),
                Err(error) => {
                    tracing::error!("{error:#}");
                    (self.quit)();
                }
            },
            Message::Replanned { number, answer } => self.tell(Input::Replanned { number, answer }),
            Message::Page { tag, report } => self.page_told(tag, report),
            Message::Control { request, reply } => self.control(&request, reply),
            Message::Quit => {}
        }
    }

    fn told(&mut self, told: Vec<Told>) {
        for told in told {
            match told {
                Told::Answer { tag, result } => {
                    self.tell(Input::Answer { tag, result: result.map(drop).map_err(core::failed) });
                }
                Told::Changed => self.note_meeting(),
                Told::Purged => (self.quit)(),
                Told::Broken(error) => {
                    tracing::error!("{error:#}");
                    (self.quit)();
                }
                // A desk has no printer yet; the rest is the station's own matter.
                Told::Pulled(_) | Told::Preflight | Told::Print { .. } => {}
                Told::NeedsEnrolment | Told::NeedsNewEpoch { .. } => {}
            }
        }
    }

    fn note_meeting(&mut self) {
        self.tasks = self.station.meeting().tasks();
        self.time = VenueTime::of(&self.station.meeting().config().meeting.time_zone);
        self.order_wanted_slips();
        self.order_vouchers();
    }

    fn tell(&mut self, input: Input) {
        for Action { tag, command, actor } in self.with_venue(|desk, venue| desk.handle(input, venue)) {
            let told = self.station.act(tag, *command, actor);
            self.told(told);
        }
        if let Some(slip) = self.desk.take_signed() {
            self.signed(slip);
        }
        if let Some(payment) = self.desk.take_receipt() {
            self.print_receipt(payment);
        }
        if let Some(job) = self.desk.take_job() {
            self.search(job);
        }
        if let Some(table) = self.desk.take_card() {
            self.print_card(&table);
        }
    }

    /// Seconds of work: on a thread of its own, so that the desk goes on.
    fn search(&mut self, job: Job) {
        let (inbox, number) = (self.inbox.clone(), job.number);
        let work = move || {
            let answer = job.work().map(Box::new);
            // A desk that is gone needs no answer.
            let _ = inbox.send(Message::Replanned { number, answer });
        };
        if let Err(error) = std::thread::Builder::new().name("replan".into()).spawn(work) {
            tracing::warn!("no thread for a new plan: {error}");
            self.tell(Input::Replanned { number, answer: None });
        }
    }

    fn release_no_shows(&mut self) {
        let connected = self.station.node().is_some_and(|node| node.sync_state().connected);
        if self.station.standing() != Standing::AtWork || !connected {
            return;
        }
        let due = self.no_shows.due(self.station.meeting(), &self.time, self.station.now_ms());
        if let Some(command) = due {
            let told = self.station.report(command);
            self.told(told);
        }
    }

    fn refresh(&mut self) {
        let mut view = self.with_venue(|desk, venue| desk.view(venue));
        if self.station.standing() != Standing::AtWork {
            view.page = DeskPage::Pairing(pairing::page(&self.station));
        }
        if self.shown.as_ref() == Some(&view) {
            return;
        }
        (self.screen)(view.clone());
        self.shown = Some(view);
    }

    fn with_venue<T>(&mut self, work: impl FnOnce(&mut Desk, &Venue) -> T) -> T {
        let node = self.station.node();
        let sync = node.map(node::Node::sync_state);
        let prefix = node.map(|node| node.identity().prefix.clone()).unwrap_or_default();
        let name = self.station.name();
        let venue = Venue {
            meeting: self.station.meeting(),
            tasks: &self.tasks,
            own: node.map(|node| domain::DeviceId::from_bytes(node.identity().device.0)),
            secrets: self.station.secrets(),
            time: &self.time,
            place: if prefix.is_empty() || prefix == name { name.to_owned() } else { format!("{prefix} · {name}") },
            connected: sync.as_ref().is_some_and(|sync| sync.connected),
            waiting: sync.as_ref().map_or(0, |sync| usize::try_from(sync.waiting).unwrap_or(usize::MAX)),
            waiting_since: sync.and_then(|sync| sync.since),
            storage_failed: self.station.storage_failed(),
            now_ms: self.station.now_ms(),
            steady_ms: u64::try_from(self.started.elapsed().as_millis()).unwrap_or(u64::MAX),
        };
        work(&mut self.desk, &venue)
    }
}
