//! The running node: the one writer. It owns the pure node and its store, and does the node's effects in order.
//!
//! It decides nothing: rules are in `domain`, the life of a print job in `print`, replication in `sync`.

use crate::app::clock;
use crate::app::link::Link;
use crate::screens::Failed;
use anyhow::{Context, Result, anyhow};
use domain::{Actor, Command};
use ed25519_dalek::SigningKey;
use node::{Answer, BadgeFacts, Denied, Effect, Identity, Input, Node};
use print::{JobId, JobState};
use std::collections::VecDeque;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};
use store::{EpochReason, Hardware, Options, Store, StoreError};
use sync::{BootId, EnrolRequest, Grant, Incarnation, LogEpoch, Role};

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
        if !self.is_of_this_machine() {
            return Ok(None);
        }
        self.store.grant().map_err(told)
    }

    /// False where the disk was copied or moved from another machine and was not paired here yet.
    pub fn is_of_this_machine(&self) -> bool {
        self.store.hardware() != Hardware::Other
    }

    /// Another machine's disk begins a new epoch here, because somebody pairs it here.
    pub fn be_of_this_machine(&mut self) -> Result<()> {
        if self.is_of_this_machine() {
            return Ok(());
        }
        let epoch = LogEpoch(clock::entropy()?);
        self.store.begin_epoch(epoch, EpochReason::OtherHardware).map_err(told)
    }

    /// What was written so far stays as evidence.
    pub fn begin_epoch(&mut self) -> Result<()> {
        let epoch = LogEpoch(clock::entropy()?);
        self.store.begin_epoch(epoch, EpochReason::Forked).map_err(told)
    }

    /// "This is my key, this log begins."
    pub fn enrolment(&mut self, role: Role, name: &str) -> Result<EnrolRequest> {
        let public_key = sync::ids::Key(self.device_key()?.verifying_key().to_bytes());
        Ok(EnrolRequest { public_key, epoch: self.store.epoch().epoch, role, name: name.to_owned() })
    }

    /// The device's own key, made once.
    pub fn device_key(&mut self) -> Result<SigningKey> {
        const NAME: &str = "device";
        if let Some(bytes) = self.store.key(NAME)? {
            let bytes: [u8; 32] = bytes.as_slice().try_into().map_err(|_| anyhow!("the device key is damaged"))?;
            return Ok(SigningKey::from_bytes(&bytes));
        }
        let bytes = clock::entropy()?;
        self.store.set_key(NAME, &bytes)?;
        Ok(SigningKey::from_bytes(&bytes))
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
    /// The hub does not know this machine (any more).
    NeedsEnrolment,
    /// The hub's copy of this log and the log itself contradict each other.
    NeedsNewEpoch { reason: String },
    /// The meeting's data on this machine are destroyed; nothing can go on.
    Purged,
    /// Nothing can be mended from inside: whoever watches the service starts it anew.
    Broken(anyhow::Error),
    /// The printer is to be asked how it is.
    Preflight,
    /// A copy is to be printed; its intent is durable.
    Print { job: JobId, attempt: u64, badge: Box<BadgeFacts> },
}

/// What a screen makes of an act that does not stand; rules are noted for whoever reads the log.
pub fn failed(denied: Denied) -> Failed {
    match denied {
        Denied::Rule(refusal) => {
            tracing::info!(reason = refusal.code(), "refused");
            Failed::Rule(refusal)
        }
        Denied::Busy | Denied::TooLarge => Failed::Busy,
        Denied::Storage | Denied::LogFrozen => Failed::Storage,
    }
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
    /// The life of the hub whose order is stored here.
    incarnation: Option<Incarnation>,
}

impl Core {
    /// Folds the log and begins to sync and print.
    pub fn start(disk: Disk, grant: &Grant, printers: Vec<String>, link: Link) -> Result<(Core, Vec<Told>)> {
        let identity = Identity::new(grant, BootId(clock::entropy()?), printers);
        let loaded = load(&disk.store)?;
        let incarnation = loaded.incarnation;
        let node = Node::restore(loaded, identity, clock::now_ms());
        let mut core = Core {
            folder: disk.folder,
            store: Some(disk.store),
            node,
            link,
            wake_at: Instant::now(),
            reopen_at: None,
            incarnation,
        };
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

    /// The life of the hub whose order is stored here; none before the first contact.
    pub fn incarnation(&self) -> Option<Incarnation> {
        self.incarnation
    }

    pub fn link(&self) -> &Link {
        &self.link
    }

    /// Keeps a setting of this machine; one that is lost is asked for again.
    pub fn keep_setting(&mut self, name: &str, value: &str) {
        if let Err(reason) = self.with_store(|store| store.set_setting(name, value)) {
            tracing::warn!(name, "a setting could not be kept: {reason}");
        }
    }

    /// Keeps a newer grant of the same epoch.
    pub fn keep_grant(&mut self, grant: &Grant) -> Result<()> {
        self.with_store(|store| store.set_grant(grant)).map_err(|reason| anyhow!(reason))
    }

    /// For asking the hub again.
    pub fn enrolment(&mut self, role: Role, name: &str) -> Result<EnrolRequest> {
        let store = self.store.take().context("the store is closed")?;
        let mut disk = Disk { folder: self.folder.clone(), store };
        let request = disk.enrolment(role, name);
        self.store = Some(disk.store);
        request
    }

    /// Ends the node and gives back what it worked on.
    pub fn into_parts(self) -> Result<(Disk, Link)> {
        let store = match self.store {
            Some(store) => store,
            None => open_store(&self.folder)?,
        };
        Ok((Disk { folder: self.folder, store }, self.link))
    }

    /// Ends the node and destroys everything that its folder holds of the meeting.
    pub fn destroy(self) -> Result<()> {
        self.close();
        let Core { folder, store, link, .. } = self;
        drop((store, link));
        destroy_data(&folder)
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
                    self.incarnation = Some(incarnation);
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
                if done.is_ok() {
                    self.incarnation = Some(snapshot.incarnation);
                }
                inputs.push_back(match done {
                    Ok(()) => Input::Installed { batch, foreign: of_others(foreign) },
                    Err(reason) => Input::CommitFailed { batch, reason },
                });
            }
            Effect::Answer { tag, result } => told.push(Told::Answer { tag, result }),
            Effect::Push { call, request } => self.link.push(call, request),
            Effect::Pull { call, request } => self.link.pull(call, request),
            Effect::FetchSnapshot { call } => self.link.snapshot(call),
            Effect::Offer { call, offer } => self.link.offer(call, offer),
            Effect::NeedsEnrolment => told.push(Told::NeedsEnrolment),
            Effect::NeedsNewEpoch { reason } => told.push(Told::NeedsNewEpoch { reason: format!("{reason:?}") }),
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

/// Files of a data folder that hold something of the meeting.
const DATA: [&str; 4] = ["usher.db", "usher.db-wal", "usher.db-shm", RUNNING];

/// Overwrites and removes a node's data. What a disk keeps behind the file system's back is the encryption's matter.
pub fn destroy_data(folder: &Path) -> Result<()> {
    for name in DATA {
        let path = folder.join(name);
        let Ok(size) = std::fs::metadata(&path).map(|of| of.len()) else { continue };
        let wiped = std::fs::OpenOptions::new().write(true).open(&path).and_then(|mut file| {
            std::io::copy(&mut std::io::repeat(0).take(size), &mut file)?;
            file.sync_all()
        });
        wiped.and_then(|()| std::fs::remove_file(&path)).with_context(|| format!("{} stays", path.display()))?;
    }
    Ok(())
}
