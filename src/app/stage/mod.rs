//! The running stage: one thread takes everything that happens, in order, keeps the operator's window served, and sends the
//! audience's window whole messages. Several stages of a meeting show the same scene: it is in the log.

pub mod audience;
pub mod hall;
mod pictures;
mod preview;
mod questions;
pub mod window;

use crate::app::clock::VenueTime;
use crate::app::core::{self, Disk, Told};
use crate::app::kiosk::Snapshot;
use crate::app::link::LinkAnswer;
use crate::app::station::{Standing, Station, StationParts, Way};
use crate::screens::pairing;
use crate::screens::stage::view::{OperatorPage, OperatorView};
use crate::screens::stage::{Action, Away, HallMessage, Input, Stage, StepFault, Touch, Venue};
use anyhow::Result;
use hall::Hall;
pub use pictures::Pictures;
pub use preview::Preview;
use serde_json::Value;
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, sync_channel};
use std::time::{Duration, Instant};
use sync::Role;
use sync::wire::{Status, StepReply};

/// Messages that may wait: far above what people make in a second; whoever is faster waits.
const MOST_WAITING: usize = 1_024;
/// A countdown and a clock show seconds; an animation is the window's own matter.
const REFRESH_MS: u64 = 200;
/// How often the hub is asked which machines it hears.
const ASK_STATUS: Duration = Duration::from_secs(3);
/// A machine that the hub has not heard for so long, milliseconds, may have more than the hub knows.
const SILENT_MS: u64 = 60_000;

/// Everything that reaches the stage's thread, in one queue.
pub enum Message {
    Touch(Touch),
    Link(Box<LinkAnswer>),
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
pub type Screen = Box<dyn Fn(OperatorView) + Send>;

pub fn inbox() -> (Inbox, Receiver<Message>) {
    sync_channel(MOST_WAITING)
}

/// What a stage is started with.
pub struct Parts {
    pub name: String,
    pub way: Way,
    pub disk: Disk,
    pub inbox: Inbox,
    pub screen: Screen,
    pub preview: Preview,
    /// The way to the audience's window.
    pub hall: Hall,
    pub pictures: Pictures,
    /// Text of the printed rules.
    pub rules: Option<String>,
    /// Makes a PNG of the operator's window.
    pub snapshot: Snapshot,
    pub quit: Box<dyn Fn() + Send>,
}

/// The stage's thread.
pub struct Runner {
    station: Station,
    stage: Stage,
    time: VenueTime,
    screen: Screen,
    preview: Preview,
    hall: Hall,
    pictures: Pictures,
    rules: Option<String>,
    snapshot: Snapshot,
    quit: Box<dyn Fn() + Send>,
    shown: Option<OperatorView>,
    sent: Option<HallMessage>,
    away: Vec<Away>,
    status_at: Instant,
    started: Instant,
}

impl Runner {
    /// # Errors
    /// A wrong address or code of the hub, or what the disk did.
    pub fn new(parts: Parts) -> Result<Runner> {
        let inbox = parts.inbox;
        let (station, told) = Station::start(StationParts {
            role: Role::Stage,
            name: parts.name,
            disk: parts.disk,
            printers: Vec::new(),
            attached: Vec::new(),
            way: parts.way,
            // A stage that is gone needs no answer.
            on_answer: Box::new(move |answer| drop(inbox.send(Message::Link(Box::new(answer))))),
        })?;
        let mut runner = Runner {
            station,
            stage: Stage::default(),
            time: VenueTime::of(""),
            screen: parts.screen,
            preview: parts.preview,
            hall: parts.hall,
            pictures: parts.pictures,
            rules: parts.rules,
            snapshot: parts.snapshot,
            quit: parts.quit,
            shown: None,
            sent: None,
            away: Vec::new(),
            status_at: Instant::now(),
            started: Instant::now(),
        };
        runner.note_meeting();
        runner.told(told);
        Ok(runner)
    }

    /// Runs until the stage is asked to end.
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
            self.ask_status();
            self.tell(Input::Tick);
            self.refresh();
        }
        self.station.close();
        (self.quit)();
    }

    fn take(&mut self, message: Message) {
        match message {
            Message::Touch(touch) => self.tell(Input::Touch(touch)),
            Message::Link(answer) => self.hear(*answer),
            Message::Control { request, reply } => self.control(&request, reply),
            Message::Quit => {}
        }
    }

    fn hear(&mut self, answer: LinkAnswer) {
        match answer {
            LinkAnswer::Stepped { tag, result } => {
                let result = match result {
                    Ok(StepReply::Done { .. }) => Ok(()),
                    Ok(StepReply::Refused { code, message }) => {
                        tracing::info!(code, message, "the hub did not take the step");
                        Err(StepFault::Refused(code))
                    }
                    Err(fault) => {
                        tracing::warn!("the hub did not answer: {fault}");
                        Err(StepFault::Unreachable)
                    }
                };
                self.tell(Input::Stepped { tag, result });
            }
            LinkAnswer::Status { result } => {
                if let Ok(status) = result {
                    self.away = away(&status);
                }
            }
            answer => match self.station.hear(answer) {
                Ok(told) => self.told(told),
                Err(error) => {
                    tracing::error!("{error:#}");
                    (self.quit)();
                }
            },
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
                // A stage has no printer of its own; the rest is the station's own matter.
                Told::Pulled(_) | Told::Preflight | Told::Print { .. } => {}
                Told::NeedsEnrolment | Told::NeedsNewEpoch { .. } => {}
            }
        }
    }

    fn note_meeting(&mut self) {
        self.time = VenueTime::of(&self.station.meeting().config().meeting.time_zone);
    }

    fn tell(&mut self, input: Input) {
        for action in self.with_venue(|stage, venue| stage.handle(input, venue)) {
            match action {
                Action::Act { tag, command, actor } => {
                    let told = self.station.act(tag, *command, actor);
                    self.told(told);
                }
                Action::Ask { tag, ask, actor } => {
                    if !self.station.ask_step(tag, &ask, &actor) {
                        self.tell(Input::Stepped { tag, result: Err(StepFault::Unreachable) });
                    }
                }
            }
        }
    }

    fn ask_status(&mut self) {
        if self.station.standing() == Standing::AtWork && self.status_at <= Instant::now() {
            self.status_at = Instant::now() + ASK_STATUS;
            self.station.ask_status();
        }
    }

    fn refresh(&mut self) {
        let (mut view, message) = self.with_venue(|stage, venue| (stage.view(venue), stage.hall(venue)));
        if self.station.standing() != Standing::AtWork {
            view.page = OperatorPage::Pairing(pairing::page(&self.station));
        }
        // Before the hub was met there is nothing to show.
        if self.station.node().is_some() && self.sent.as_ref() != Some(&message) {
            self.hall.send(&message);
            self.preview.show(message.clone());
            self.sent = Some(message);
        }
        self.preview.offer();
        if self.shown.as_ref() != Some(&view) {
            (self.screen)(view.clone());
            self.shown = Some(view);
        }
    }

    fn with_venue<T>(&mut self, work: impl FnOnce(&mut Stage, &Venue) -> T) -> T {
        let node = self.station.node();
        let sync = node.map(node::Node::sync_state);
        let prefix = node.map(|node| node.identity().prefix.clone()).unwrap_or_default();
        let name = self.station.name();
        let venue = Venue {
            meeting: self.station.meeting(),
            durable: node.map_or(0, |node| node.confirmed().folded()),
            away: &self.away,
            own: node.map(|node| domain::DeviceId::from_bytes(node.identity().device.0)),
            secrets: self.station.secrets(),
            time: &self.time,
            place: if prefix.is_empty() || prefix == name { name.to_owned() } else { format!("{prefix} · {name}") },
            connected: sync.as_ref().is_some_and(|sync| sync.connected),
            waiting: sync.as_ref().map_or(0, |sync| usize::try_from(sync.waiting).unwrap_or(usize::MAX)),
            waiting_since: sync.and_then(|sync| sync.since),
            storage_failed: self.station.storage_failed(),
            rules: self.rules.as_deref(),
            picture: self.pictures.first(),
            audience: self.hall.state(),
            now_ms: self.station.now_ms(),
            steady_ms: u64::try_from(self.started.elapsed().as_millis()).unwrap_or(u64::MAX),
        };
        work(&mut self.stage, &venue)
    }
}

/// Machines that the hub does not hear: what they did meanwhile is not in the figures.
fn away(status: &Status) -> Vec<Away> {
    let silent = |seen: Option<u64>| seen.is_none_or(|at| status.now_ms.saturating_sub(at) > SILENT_MS);
    let last =
        |node: &sync::wire::NodeStatus| status.nodes.iter().rfind(|it| it.device == node.device).map(|it| it.epoch);
    let newest = status.nodes.iter().filter(|node| last(node) == Some(node.epoch));
    let machines = newest.filter(|node| node.role != Role::Stage && silent(node.last_seen_ms));
    machines
        .map(|node| Away {
            device: domain::DeviceId::from_bytes(node.device.0),
            name: node.prefix.clone(),
            since_ms: node.last_seen_ms,
        })
        .collect()
}
