//! The running node: the one writer. It owns the pure node and its store, and does the node's effects in order.
//!
//! It decides nothing: rules are in `domain`, the life of a print job in `print`, replication in `sync`.

use crate::app::clock;
use crate::app::link::Link;
use anyhow::{Context, Result};
use domain::{Actor, Command};
use node::{Answer, BadgeFacts, Denied, Effect, Identity, Input, Node};
use print::{JobId, JobState};
use std::collections::VecDeque;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};
use store::{EpochReason, Hardware, Options, Store, StoreError};
use sync::{BootId, Grant, LogEpoch, NetFault};

/// Stands in the data folder while the program runs.
const RUNNING: &str = "running";
/// How often a failed store is opened again.
const REOPEN: Duration = Duration::from_secs(2);
/// How long nothing can be due when the node named no time.
const LONG: Duration = Duration::from_secs(60);

/// A store that is open, before the hub has granted anything or after.
pub struct Disk {
    folder: PathBuf,
    pub store: Store,
}

impl Disk {
    /// Opens the data folder; a new file begins a log epoch.
    pub fn open(folder: &Path) -> Result<Disk> {
        let store = open_store(folder)?;
        Ok(Disk { folder: folder.to_path_buf(), store })
    }

    /// Copies that may have been in the printer when this machine stopped.
    pub fn unsettled(&self) -> Result<Vec<JobId>> {
        let journal = self.store.load().map_err(told)?.journal;
        let may_be_out = |state: JobState| !state.is_terminal() && !state.is_certainly_unprinted();
        Ok(journal.iter().filter(|row| may_be_out(row.state)).map(|row| row.job).collect())
    }

    /// Notes that the program runs; false when it did not end properly the last time.
    pub fn mark_running(&self) -> bool {
        let marker = self.folder.join(RUNNING);
        let clean = !marker.exists();
        if let Err(error) = std::fs::write(&marker, "") {
            tracing::warn!("{} cannot be written: {error}", marker.display());
        }
        clean
    }

    /// The grant of the present epoch; none before the hub was met, or when the disk came from another machine.
    pub fn grant(&mut self) -> Result<Option<Grant>> {
        if self.store.hardware() == Hardware::Other {
            let epoch = LogEpoch(clock::entropy()?);
            self.store.begin_epoch(epoch, EpochReason::OtherHardware).map_err(told)?;
        }
        self.store.grant().map_err(told)
    }
}

/// What a running node tells its role.
pub enum Told {
    /// The outcome of an act.
    Answer { tag: u64, result: Result<Answer, Denied> },
    /// Everybody's new events, as they came in from the hub and are stored.
    Pulled(Vec<(u64, sync::Event)>),
    /// Screens may have to change.
    Changed,
    /// The printer is to be asked how it is.
    Preflight,
    /// A copy is to be printed; its intent is durable.
    Print { job: JobId, attempt: u64, badge: Box<BadgeFacts> },
}

/// A node at work.
pub struct Core {
    folder: PathBuf,
    /// Closed while it has to be opened again.
    store: Option<Store>,
    node: Node,
    link: Link,
    /// Not by the wall clock: that one may be put back an hour.
    wake_at: Instant,
    reopen_at: Option<Instant>,
}

impl Core {
    /// Folds the log and begins to sync and print.
    pub fn start(disk: Disk, grant: &Grant, printers: Vec<String>, link: Link) -> Result<(Core, Vec<Told>)> {
        let identity = Identity::new(grant, BootId(clock::entropy()?), printers);
        let loaded = load(&disk.store)?;
        let node = Node::restore(loaded, identity, clock::now_ms());
        let mut core =
            Core { folder: disk.folder, store: Some(disk.store), node, link, wake_at: Instant::now(), reopen_at: None };
        let told = core.feed(Input::Tick);
        Ok((core, told))
    }

    /// The program ends properly.
    pub fn close(&self) {
        // One that stays makes the next start call this end a crash: a pity, no fault.
        let _ = std::fs::remove_file(self.folder.join(RUNNING));
    }

    pub fn node(&self) -> &Node {
        &self.node
    }

    pub fn link(&self) -> &Link {
        &self.link
    }

    /// Hands a command in; its answer comes as [`Told::Answer`] with the same tag, at once or later.
    pub fn act(&mut self, tag: u64, command: Command, actor: Actor) -> Vec<Told> {
        match clock::entropy() {
            Ok(entropy) => self.feed(Input::Act { tag, command, actor, entropy }),
            Err(error) => {
                tracing::error!("{error:#}");
                vec![Told::Answer { tag, result: Err(Denied::Storage) }]
            }
        }
    }

    /// Takes one input and does all that follows from it.
    pub fn feed(&mut self, input: Input) -> Vec<Told> {
        let mut inputs = VecDeque::from([input]);
        let mut told = Vec::new();
        while let Some(input) = inputs.pop_front() {
            for effect in self.node.handle(input, clock::now_ms()) {
                self.perform(effect, &mut inputs, &mut told);
            }
        }
        told
    }

    /// Milliseconds until [`Core::tick`] has something to do.
    pub fn wake_in_ms(&self) -> u64 {
        let next = self.reopen_at.map_or(self.wake_at, |at| at.min(self.wake_at));
        u64::try_from(next.saturating_duration_since(Instant::now()).as_millis()).unwrap_or(u64::MAX)
    }

    /// Does what is due.
    pub fn tick(&mut self) -> Vec<Told> {
        let now = Instant::now();
        if self.reopen_at.is_some_and(|at| at <= now) {
            return self.reopen();
        }
        if self.wake_at <= now {
            self.wake_at = now + LONG;
            return self.feed(Input::Tick);
        }
        Vec::new()
    }

    fn perform(&mut self, effect: Effect, inputs: &mut VecDeque<Input>, told: &mut Vec<Told>) {
        match effect {
            Effect::Commit { batch, events, journal } => {
                let done = self.with_store(|store| store.append(&events, &journal));
                inputs.push_back(committed(batch, done));
            }
            Effect::StorePulled { batch, incarnation, cursor, vouched, events, journal } => {
                let done = self.with_store(|store| {
                    store.append_vouched(incarnation, cursor, &events, vouched.as_ref(), &journal).map(drop)
                });
                if done.is_ok() {
                    told.push(Told::Pulled(events));
                }
                inputs.push_back(committed(batch, done));
            }
            Effect::InstallSnapshot { batch, snapshot, journal } => {
                let mut foreign = store::Foreign::default();
                let done = self.with_store(|store| {
                    store.install_snapshot(&snapshot, &journal)?;
                    foreign = store.foreign()?;
                    Ok(())
                });
                inputs.push_back(match done {
                    Ok(()) => Input::Installed { batch, foreign: of_others(foreign) },
                    Err(reason) => Input::CommitFailed { batch, reason },
                });
            }
            Effect::Answer { tag, result } => told.push(Told::Answer { tag, result }),
            Effect::Push { call, request } => self.link.push(call, request),
            Effect::Pull { call, request } => self.link.pull(call, request),
            Effect::FetchSnapshot { call } => self.link.snapshot(call),
            // The link cannot carry it yet: what the hub lost of others waits on the disk.
            Effect::Offer { call, .. } => {
                inputs.push_back(Input::OfferAnswered { call, result: Err(NetFault::Unreachable) });
            }
            Effect::NeedsEnrolment => tracing::error!("the hub does not know this machine: pair it again"),
            Effect::NeedsNewEpoch { reason } => {
                tracing::error!(?reason, "the hub's log contradicts this machine's: pair it again");
            }
            // A kiosk has one printer; a desk with several will name it.
            Effect::Preflight { .. } => told.push(Told::Preflight),
            Effect::Print { job, attempt, badge, .. } => told.push(Told::Print { job, attempt, badge }),
            Effect::Changed => told.push(Told::Changed),
            Effect::Reopen { reason } => {
                tracing::error!(reason, "the store is closed and opened again");
                self.store = None;
                self.reopen_at = Some(Instant::now());
                told.push(Told::Changed);
            }
            Effect::WakeIn { ms } => self.wake_at = Instant::now() + Duration::from_millis(ms),
        }
    }

    fn with_store(&mut self, work: impl FnOnce(&mut Store) -> Result<(), StoreError>) -> Result<(), String> {
        let Some(store) = &mut self.store else { return Err("the store is closed".into()) };
        work(store).map_err(|error| format!("{error} ({}): {}", error.code(), error.remedy()))
    }

    fn reopen(&mut self) -> Vec<Told> {
        match open_store(&self.folder).and_then(|store| Ok((load(&store)?, store))) {
            Ok((loaded, store)) => {
                self.store = Some(store);
                self.reopen_at = None;
                self.feed(Input::Reopened(Box::new(loaded)))
            }
            Err(error) => {
                tracing::error!("{error:#}");
                self.reopen_at = Some(Instant::now() + REOPEN);
                vec![Told::Changed]
            }
        }
    }
}

fn committed(batch: u64, done: Result<(), String>) -> Input {
    match done {
        Ok(()) => Input::Committed { batch },
        Err(reason) => Input::CommitFailed { batch, reason },
    }
}

fn open_store(folder: &Path) -> Result<Store> {
    let epoch = LogEpoch(clock::entropy()?);
    Store::open(folder, &Options::new(epoch)).map_err(told)
}

fn load(store: &Store) -> Result<node::Loaded> {
    let loaded = store.load().map_err(told).context("the log cannot be read")?;
    Ok(node::Loaded {
        incarnation: loaded.progress.incarnation,
        cursor: loaded.progress.cursor,
        confirmed: loaded.confirmed,
        // What the hub's order contradicted is an act all the same: it is issued again under its own id.
        pending: [loaded.pending, loaded.set_aside].concat(),
        foreign: of_others(loaded.foreign),
        journal: loaded.journal,
        reborn: loaded.epoch.reason != EpochReason::Created,
    })
}

/// What the hub lost of other machines.
fn of_others(foreign: store::Foreign) -> node::Foreign {
    node::Foreign { events: foreign.events, vouched: foreign.vouched }
}

/// A store's error with its remedy.
fn told(error: StoreError) -> anyhow::Error {
    let remedy = error.remedy();
    anyhow::Error::new(error).context(remedy)
}
