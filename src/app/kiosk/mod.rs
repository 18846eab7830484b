//! The running kiosk: one thread takes everything that happens, in order, and keeps screen, printer and hub served.
//!
//! It moves messages between the parts; what they mean is decided by the node and by the screen's controller.

mod questions;

use crate::app::clock::{self, VenueTime};
use crate::app::core::{self, Disk, Told};
use crate::app::devices::Order;
use crate::app::figures::Figures;
use crate::app::inbox::{Inbox, Message};
use crate::app::link::LinkAnswer;
use crate::app::paper::{BadgeSheet, PaperSize, TestSheet};
use crate::app::station::{Standing, Station, StationParts, Way};
use crate::screens::kiosk::view::{BadgeStage, KioskView, OrderCode, Page};
use crate::screens::kiosk::{Action, Devices, Done, Input, Kiosk, Reader, Settings, Touch, Venue, look};
use crate::screens::{pairing, tasks};
use anyhow::Result;
use domain::event::DevicePart;
use domain::meeting::Task;
use domain::{BadgeId, Command, Event};
use node::{Denied, Input as NodeInput};
use print::{JobId, JobState};
use serde_json::Value;
use std::collections::BTreeMap;
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender};
use std::time::{Duration, Instant};
use sync::Role;

/// The node's name of its one printer.
pub const PRINTER: &str = "badge";
/// Bytes of a badge that the screen's bar takes for all of it: 576 × 760 dots.
const BADGE_BYTES: u64 = 54_720;
/// How long devices may take to be opened after the start before that is told.
const DEVICES_OPEN_WITHIN: Duration = Duration::from_secs(3);

/// Where views go: the window's thread.
pub type Screen = Box<dyn Fn(KioskView, Option<Instant>) + Send>;
/// Makes a PNG of the window.
pub type Snapshot = Box<dyn Fn(&str, SyncSender<Value>) + Send>;

/// What a kiosk is started with.
pub struct Parts {
    pub settings: Settings,
    pub way: Way,
    pub printer_name: String,
    pub scanner_name: String,
    pub camera_name: String,
    pub paper: PaperSize,
    pub disk: Disk,
    pub inbox: Inbox,
    /// None: no printer was named.
    pub orders: Option<SyncSender<Order>>,
    pub screen: Screen,
    pub snapshot: Snapshot,
    pub quit: Box<dyn Fn() + Send>,
}

/// The kiosk's thread.
pub struct Runner {
    name: String,
    paper: PaperSize,
    station: Station,
    time: VenueTime,
    kiosk: Kiosk,
    devices: Devices,
    orders: Option<SyncSender<Order>>,
    screen: Screen,
    snapshot: Snapshot,
    quit: Box<dyn Fn() + Send>,
    shown: Option<KioskView>,
    figures: Figures,
    /// When the tap came that made the act, and then the job.
    tap: Option<Instant>,
    taps: BTreeMap<u64, Instant>,
    tap_of_job: BTreeMap<JobId, Instant>,
    /// How much of a job the printer took, in per mille.
    progress: BTreeMap<JobId, u16>,
    started: Instant,
    /// What the meeting was told of the devices.
    told_faults: BTreeMap<DevicePart, &'static str>,
    /// The open tasks that concern this kiosk; found anew when the meeting changed.
    tasks: Vec<Task>,
}

impl Runner {
    pub fn new(parts: Parts) -> Result<Runner> {
        let devices = Devices {
            printer_name: parts.printer_name,
            scanner: Reader { name: parts.scanner_name, ..Reader::default() },
            camera: Reader { name: parts.camera_name, ..Reader::default() },
            ..Devices::default()
        };
        let inbox = parts.inbox;
        let attached = if parts.orders.is_some() { vec![PRINTER.into()] } else { Vec::new() };
        let (station, told) = Station::start(StationParts {
            role: Role::Kiosk,
            name: parts.settings.name.clone(),
            disk: parts.disk,
            printers: vec![PRINTER.into()],
            attached,
            way: parts.way,
            // A core that is gone needs no answer.
            on_answer: Box::new(move |answer| drop(inbox.send(Message::Link(Box::new(answer))))),
        })?;
        let mut runner = Runner {
            name: parts.settings.name.clone(),
            paper: parts.paper,
            station,
            time: VenueTime::of(""),
            kiosk: Kiosk::new(parts.settings),
            devices,
            orders: parts.orders,
            screen: parts.screen,
            snapshot: parts.snapshot,
            quit: parts.quit,
            shown: None,
            figures: Figures::default(),
            tap: None,
            taps: BTreeMap::new(),
            tap_of_job: BTreeMap::new(),
            progress: BTreeMap::new(),
            started: Instant::now(),
            told_faults: BTreeMap::new(),
            tasks: Vec::new(),
        };
        runner.told(told);
        Ok(runner)
    }

    /// Runs until the kiosk is asked to end.
    pub fn run(mut self, messages: &Receiver<Message>) {
        self.refresh(None);
        loop {
            let message = match messages.recv_timeout(self.rest()) {
                Ok(Message::Quit) | Err(RecvTimeoutError::Disconnected) => break,
                Ok(message) => Some(message),
                Err(RecvTimeoutError::Timeout) => None,
            };
            let cause = match &message {
                Some(Message::Scan { at, .. }) => Some(*at),
                _ => None,
            };
            if let Some(message) = message {
                self.take(message);
            }
            self.tick();
            self.refresh(cause);
        }
        self.station.close();
        (self.quit)();
    }

    /// How long nothing can be due.
    fn rest(&self) -> Duration {
        let ms = self.station.wake_in_ms().min(self.kiosk.wake_in_ms().unwrap_or(u64::MAX)).min(1_000);
        Duration::from_millis(ms)
    }

    fn take(&mut self, message: Message) {
        match message {
            Message::Scan { code, .. } => {
                if !self.station.scan(&code) {
                    self.tell_kiosk(Input::Scan(code));
                }
            }
            Message::SpoiledScan => self.tell_kiosk(Input::SpoiledScan),
            Message::Reader { part, health } => match part {
                DevicePart::Camera => self.devices.camera.health = health,
                _ => self.devices.scanner.health = health,
            },
            Message::Touch { touch, at } => self.touch(touch, at),
            Message::Link(answer) => self.answered(*answer),
            Message::Printer { printer, report } => self.printer_said(printer, report),
            Message::Control { request, reply } => self.control(&request, reply),
            Message::BadgeDrawn { took } => self.figures.render.add(took),
            Message::Drawn { since } => self.figures.decision.add(since.elapsed()),
            Message::Quit => {}
        }
    }

    fn tick(&mut self) {
        let told = self.station.tick();
        self.told(told);
        self.tell_kiosk(Input::Tick);
    }

    // ── Between the parts ──

    fn touch(&mut self, touch: Touch, at: Instant) {
        self.tap = Some(at);
        self.tell_kiosk(Input::Touch(touch));
        self.tap = None;
    }

    fn tell_kiosk(&mut self, input: Input) {
        let actions = self.with_venue(|kiosk, venue| kiosk.handle(input, venue));
        for action in actions {
            self.perform(action);
        }
    }

    fn perform(&mut self, action: Action) {
        match action {
            Action::Act { tag, command, actor } => {
                if let Some(tap) = self.tap {
                    self.taps.insert(tag, tap);
                }
                let told = self.station.act(tag, *command, actor);
                self.told(told);
            }
            Action::TestPrint => self.test_print(),
            Action::ShutDown => (self.quit)(),
        }
    }

    fn told(&mut self, told: Vec<Told>) {
        for told in told {
            match told {
                Told::Answer { tag, result } => self.act_answered(tag, result),
                Told::Pulled(events) => self.measure_lag(&events),
                Told::Changed => self.note_node(),
                Told::Purged => (self.quit)(),
                Told::Broken(error) => {
                    tracing::error!("{error:#}");
                    (self.quit)();
                }
                // The station's own matter.
                Told::NeedsEnrolment | Told::NeedsNewEpoch { .. } => {}
                Told::Preflight => self.order(Order::Preflight),
                Told::Print { job, attempt, badge } => {
                    let sheet = Box::new(BadgeSheet::of(self.station.meeting(), &badge, self.paper));
                    self.order(Order::Print { job, attempt, sheet });
                }
            }
        }
    }

    fn act_answered(&mut self, tag: u64, result: Result<node::Answer, Denied>) {
        let tap = self.taps.remove(&tag);
        let result = match result {
            Ok(answer) => {
                if let (Some(tap), Some(first)) = (tap, answer.jobs.first()) {
                    self.tap_of_job.insert(*first, tap);
                }
                Ok(Done { badges: answer.events.iter().filter_map(|(_, event)| requested(event)).collect() })
            }
            Err(denied) => Err(core::failed(denied)),
        };
        self.tell_kiosk(Input::Answer { tag, result });
    }

    /// Answers of the hub.
    fn answered(&mut self, answer: LinkAnswer) {
        match self.station.hear(answer) {
            Ok(told) => self.told(told),
            Err(error) => {
                tracing::error!("{error:#}");
                (self.quit)();
            }
        }
    }

    fn tell_core(&mut self, input: NodeInput) {
        let told = self.station.feed(input);
        self.told(told);
    }

    fn printer_said(&mut self, printer: String, report: node::PrinterReport) {
        use node::PrinterReport as Report;
        match report {
            Report::Ready { .. } => (self.devices.printer_fault, self.devices.printer_seen) = (None, true),
            Report::Unwell { fault } => (self.devices.printer_fault, self.devices.printer_seen) = (Some(fault), true),
            Report::Progress { job, bytes_accepted, .. } => {
                let per_mille = (bytes_accepted * 1_000 / BADGE_BYTES).min(1_000);
                let before = self.progress.insert(job, u16::try_from(per_mille).unwrap_or(1_000));
                if let (None, Some(tap)) = (before, self.tap_of_job.get(&job)) {
                    self.figures.first_byte.add(tap.elapsed());
                }
            }
            Report::Sent { job, .. } => {
                self.progress.insert(job, 1_000);
                if let Some(tap) = self.tap_of_job.remove(&job) {
                    self.figures.bytes.add(tap.elapsed());
                }
            }
            Report::Done { job, .. } | Report::Failed { job, .. } | Report::Remembered { job } => {
                self.progress.remove(&job);
                self.tap_of_job.remove(&job);
            }
        }
        if let Report::Failed { fault, .. } = report {
            (self.devices.printer_fault, self.devices.printer_seen) = (Some(fault), true);
        }
        self.tell_core(NodeInput::Printer { printer, report });
    }

    /// The node changed: what the screen needs to know of it beside the meeting.
    fn note_node(&mut self) {
        self.devices.hub_name = self.station.hub_name();
        let Some(node) = self.station.node() else { return };
        self.devices.station = node.identity().station().to_owned();
        let sync = node.sync_state();
        self.devices.hub_connected = sync.connected;
        self.devices.clock = sync.clock;
        self.devices.clock_offset_ms = sync.clock_offset_ms;
        self.devices.badges_queued = node.jobs().filter(|job| job.state != JobState::Doubtful).count();
        self.devices.doubtful =
            node.jobs().filter(|job| job.state == JobState::Doubtful).find_map(|job| job.badge.parse().ok());
        self.time = VenueTime::of(&node.meeting().config().meeting.time_zone);
        let own = domain::DeviceId::from_bytes(node.identity().device.0);
        let meeting = node.meeting();
        self.tasks = meeting.tasks();
        self.tasks.retain(|task| tasks::concerns(task, own, meeting));
    }

    /// Notes since when the kiosk serves nobody, and tells the meeting.
    fn note_trouble(&mut self) {
        self.devices.storage_failed = self.station.storage_failed();
        let hub_never_met = self.station.meeting().config().meeting.id.is_empty();
        let trouble = match self.devices.trouble() {
            Some(OrderCode::Storage) => Some(OrderCode::Storage),
            _ if hub_never_met => Some(OrderCode::Hub),
            trouble => trouble,
        };
        let now = self.station.now_ms();
        self.devices.out_of_order = match (trouble, self.devices.out_of_order) {
            (None, _) => None,
            (Some(code), Some((before, since))) if code == before => Some((code, since)),
            (Some(code), _) => Some((code, now)),
        };
        self.tell_faults();
    }

    /// Everybody's list of what needs staff; told when it changes.
    fn tell_faults(&mut self) {
        // A device that was not heard yet is no fault of its own.
        if self.station.node().is_none() || self.started.elapsed() < DEVICES_OPEN_WITHIN {
            return;
        }
        let now: BTreeMap<DevicePart, &str> = self.devices.faults().into_iter().collect();
        if now == self.told_faults {
            return;
        }
        let before = std::mem::replace(&mut self.told_faults, now.clone());
        for part in before.keys().filter(|part| !now.contains_key(part)) {
            self.act_by_itself(Command::ReportRecovery { part: *part, name: part_name(*part).into() });
        }
        for (part, code) in now.iter().filter(|(part, code)| before.get(part) != Some(code)) {
            let (name, code) = (part_name(*part).into(), (*code).into());
            self.act_by_itself(Command::ReportFault { part: *part, name, code });
        }
    }

    fn act_by_itself(&mut self, command: Command) {
        let told = self.station.report(command);
        self.told(told);
    }

    fn order(&self, order: Order) {
        // A printer that takes none for so long is asked again by the node; a lost test page costs a tap.
        if let Some(orders) = &self.orders
            && orders.try_send(order).is_err()
        {
            tracing::warn!("the printer's thread takes no more orders");
        }
    }

    fn test_print(&self) {
        let language = self.shown.as_ref().map(|view| view.language).unwrap_or_default();
        self.order(Order::TestPage(Box::new(TestSheet {
            paper: self.paper,
            language,
            kiosk: self.name.clone(),
            printer: self.devices.printer_name.clone(),
            at: self.time.minute(clock::now_ms()).replace('T', " "),
        })));
    }

    /// Check-ins of other nodes: how long they took to get here. On one machine both clocks are the same.
    fn measure_lag(&mut self, events: &[(u64, sync::Event)]) {
        let Some(own) = self.station.node().map(|node| node.identity().device) else { return };
        let now = clock::now_ms();
        for (_, event) in events.iter().filter(|(_, event)| event.device_id != own && event.kind == "GuestCheckedIn") {
            self.figures.lag.add(Duration::from_millis(now.saturating_sub(event.hlc.millis())));
        }
    }

    // ── The screen ──

    fn refresh(&mut self, cause: Option<Instant>) {
        self.note_trouble();
        let mut view = self.with_venue(|kiosk, venue| kiosk.view(venue));
        if self.station.standing() != Standing::AtWork {
            view.page = Page::Pairing(pairing::page(&self.station));
        }
        if self.shown.as_ref() == Some(&view) {
            return;
        }
        (self.screen)(view.clone(), cause);
        self.shown = Some(view);
    }

    fn with_venue<T>(&mut self, work: impl FnOnce(&mut Kiosk, &Venue) -> T) -> T {
        let node = self.station.node();
        let meeting = self.station.meeting();
        let progress = &self.progress;
        let badge = |id: BadgeId| stage(node, progress, id);
        let sync = node.map(node::Node::sync_state);
        let venue = Venue {
            meeting,
            tasks: &self.tasks,
            own: node.map(|node| domain::DeviceId::from_bytes(node.identity().device.0)),
            secrets: self.station.secrets(),
            time: &self.time,
            devices: &self.devices,
            badge: &badge,
            waiting: sync.as_ref().map_or(0, |sync| usize::try_from(sync.waiting).unwrap_or(usize::MAX)),
            waiting_since: sync.and_then(|sync| sync.since),
            now_ms: self.station.now_ms(),
            steady_ms: u64::try_from(self.started.elapsed().as_millis()).unwrap_or(u64::MAX),
        };
        work(&mut self.kiosk, &venue)
    }
}

/// How a badge of this kiosk fares: its open job, else what the log says of it.
fn stage(node: Option<&node::Node>, progress: &BTreeMap<JobId, u16>, badge: BadgeId) -> (BadgeStage, u16) {
    let Some(node) = node else { return (BadgeStage::None, 0) };
    let Some(job) = node.jobs().find(|job| job.badge == badge.as_str()) else {
        return (look::settled_stage(node.meeting(), badge), 1_000);
    };
    let taken = progress.get(&job.job).copied().unwrap_or(0);
    match job.state {
        JobState::Queued | JobState::Preflight => (BadgeStage::Queued, 0),
        JobState::Sending { .. } | JobState::Sent { .. } => (BadgeStage::Printing, taken),
        JobState::Blocked { .. } => (BadgeStage::Waiting, 0),
        JobState::Doubtful | JobState::Void | JobState::Moved => (BadgeStage::Doubtful, 0),
        JobState::Confirmed { .. } => (BadgeStage::TakeIt, 1_000),
        JobState::PrintedUnconfirmed => (BadgeStage::Unconfirmed, 1_000),
    }
}

/// The node's name of a part in events: it has one of each.
fn part_name(part: DevicePart) -> &'static str {
    match part {
        DevicePart::Printer => PRINTER,
        DevicePart::Scanner => "scanner",
        DevicePart::Camera => "camera",
        DevicePart::Storage => "storage",
        DevicePart::Network => "network",
    }
}

fn requested(event: &Event) -> Option<BadgeId> {
    match event {
        Event::BadgeRequested(request) => Some(request.badge),
        _ => None,
    }
}
