//! How a transaction of the hub goes, on either engine: begin, catch the ledger up with what other
//! processes wrote, decide, keep, commit. The ledger is a copy; the meeting's row is the truth.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::Arc;

use domain::Meeting;
use domain::draw::Root;
use domain::event::DevicePosition;
use sync::wire::Offer;
use sync::{BootId, DeviceId, Incarnation, LogEpoch, MeetingId};

use super::postgres::{Database, PostgresStore};
use super::sqlite::SqliteStore;
use super::{Access, Batch, EventReader, HubOptions, HubStore, Life, News, Standing, Step, random};
use crate::core::{Asked, Authored, DrawProblem, Hand, Identity, Ledger, Numbered, Roots, fold, take_step};
use crate::error::HubError;
use crate::pairing::SharedWindow;
use crate::roots::SealedRoot;
use crate::secrets::HubSecrets;

/// The hub's log. One thread owns it; every method that returns `Ok` has its data on the disk.
pub struct HubLog {
    store: Box<dyn HubStore>,
    secrets: HubSecrets,
    ledger: Ledger,
    life: Life,
    forks: u64,
    /// The meeting as far as a step of the lottery last needed it.
    folded: Folded,
    /// After an error nobody knows what is kept until the ledger was read again.
    in_doubt: bool,
}

impl HubLog {
    /// Opens the log in `folder`, or makes a new one; checks every stored event. Waits for nobody.
    ///
    /// # Errors
    /// Every `HubError` but `Author`, `Busy`, `Stopping` and those of a database.
    pub fn open(folder: &Path, options: HubOptions) -> Result<HubLog, HubError> {
        let (store, meeting) = SqliteStore::open(folder, &options)?;
        HubLog::over(Box::new(store), meeting, options)
    }

    /// Puts a backup in the place of what is in `folder` and opens it in a new life of the hub: nodes
    /// take a snapshot and push and offer what is missing. What was there is kept beside it as
    /// `replaced-N.db`.
    ///
    /// # Errors
    /// As `open`; what is there stays when the backup is not whole.
    pub fn restore(folder: &Path, backup: &Path, options: HubOptions) -> Result<HubLog, HubError> {
        SqliteStore::restore(folder, backup)?;
        HubLog::open(folder, options)
    }

    /// Opens the meeting of these keys in a database, or makes a new one; checks every stored event.
    /// Other processes may serve the same meeting.
    ///
    /// # Errors
    /// What the database did, `OtherMeeting`, `OtherKeys`, `Orders`, or where the log is damaged.
    pub fn open_in(database: &Database, options: HubOptions) -> Result<HubLog, HubError> {
        let (store, meeting) = PostgresStore::open(database, &options)?;
        HubLog::over(Box::new(store), meeting, options)
    }

    fn over(mut store: Box<dyn HubStore>, meeting: MeetingId, options: HubOptions) -> Result<HubLog, HubError> {
        let HubOptions { secrets, follow, .. } = options;
        let standing = store.begin(Access::Read)?;
        let ledger = Ledger::new(identity(meeting, &secrets, standing.life));
        let mut log =
            HubLog { store, secrets, ledger, life: standing.life, forks: 0, folded: Folded::default(), in_doubt: true };
        log.catch_up(&standing)?;
        log.store.commit()?;
        let fresh = log.ledger.cursor() == 0 && log.life.follows.is_none();
        match (log.life.follows, follow) {
            (None, true) if fresh => log.follow()?,
            (None, true) => return Err(HubError::Orders { path: log.place().to_owned() }),
            (None, false) if log.ledger.own_head().is_none() => {
                let key = log.secrets.public_key();
                log.group(|batch| {
                    batch.enrol_self(key);
                    Ok(())
                })?;
            }
            _ => {}
        }
        Ok(log)
    }

    /// The state of the meeting's log.
    pub fn ledger(&self) -> &Ledger {
        &self.ledger
    }

    /// The life that the log is in.
    pub fn life(&self) -> Life {
        self.life
    }

    /// The database file, or the database.
    pub fn place(&self) -> &Path {
        self.store.place()
    }

    /// Writes events of the hub's own, all or none, and returns the newest cursor.
    ///
    /// # Errors
    /// `Author` names an event that is too long, `Follows` says that this hub writes nothing of its own;
    /// the others say what the disk did.
    pub fn author(&mut self, events: Vec<Authored>) -> Result<u64, HubError> {
        if self.life.follows.is_some() {
            return Err(HubError::Follows);
        }
        let (written, _) = self.group(|batch| Ok(batch.author(events)?.map(|()| batch.cursor())))?;
        Ok(written?)
    }

    /// Begins a new life of the hub, as after a restore from a backup: nodes take a snapshot and push
    /// again what is missing. The hub's own log gets a new epoch; a hub that follows another still does.
    /// Returns the new incarnation.
    ///
    /// # Errors
    /// What the disk did.
    pub fn begin_incarnation(&mut self) -> Result<Incarnation, HubError> {
        let life = Life::fresh(self.life.follows);
        self.set_life(life)?;
        Ok(life.incarnation)
    }

    /// Makes a hub that follows the ordering hub, in a new life: takes back what was put aside when the
    /// hub it followed changed its order, then writes under an epoch of its own. Returns the new
    /// incarnation.
    ///
    /// # Errors
    /// `Orders` when it is the ordering hub already, or what the disk did; then it follows as before.
    pub fn promote(&mut self) -> Result<Incarnation, HubError> {
        self.refresh()?;
        if self.life.follows.is_none() {
            return Err(HubError::Orders { path: self.place().to_owned() });
        }
        let life = Life::fresh(None);
        self.live(life, |log| {
            let aside = log.store.aside()?;
            let taken = log.ledger.take_back(&aside, crate::now_ms());
            if !taken.is_empty() {
                log.store.append(&taken)?;
            }
            aside.iter().try_for_each(|event| log.store.drop_aside(event.position()))
        })?;
        Ok(life.incarnation)
    }

    /// Makes an ordering hub one that follows, as when a repaired venue hub comes back beside the one
    /// that was promoted in its place. What it has of its own stays until it is fed.
    ///
    /// # Errors
    /// What the disk did; then it orders as before.
    pub fn follow(&mut self) -> Result<(), HubError> {
        let life = Life::fresh(Some(Life::UNFED));
        self.transact(|log| {
            // Another process may have been first, and may have been fed since.
            if log.life.follows.is_some() {
                return Ok(());
            }
            log.store.set_life(&life)?;
            let standing = Standing { life, cursor: log.ledger.cursor(), forks: log.forks };
            log.catch_up(&standing)
        })
    }

    /// Goes back to a cursor to take another life's order from there on. What comes after is put aside.
    ///
    /// # Errors
    /// What the disk did; then nothing changed.
    pub(crate) fn rewind(&mut self, to: u64, offer: &Offer, follows: Incarnation) -> Result<(), HubError> {
        let life = Life::fresh(Some(follows));
        self.transact(|log| {
            // Another process may have promoted this log, or gone back for a newer life, since this was judged.
            if log.ledger.must_rewind(offer) != Ok(Some(to)) {
                return Ok(());
            }
            log.store.rewind(to)?;
            log.store.set_life(&life)?;
            let standing = Standing { life, cursor: to, forks: log.forks };
            log.catch_up(&standing)
        })
    }

    /// Goes on in another life; an ordering hub takes itself in under its new epoch.
    ///
    /// # Errors
    /// What the disk did; then the old life goes on.
    pub fn set_life(&mut self, life: Life) -> Result<(), HubError> {
        self.live(life, |_| Ok(()))
    }

    fn live(&mut self, life: Life, first: impl FnOnce(&mut HubLog) -> Result<(), HubError>) -> Result<(), HubError> {
        let key = self.secrets.public_key();
        self.transact(|log| {
            log.store.set_life(&life)?;
            let standing = Standing { life, cursor: log.ledger.cursor(), forks: log.forks };
            log.catch_up(&standing)?;
            first(log)?;
            let mut batch = Batch::new(&mut *log.store, &mut log.ledger);
            if life.follows.is_none() {
                batch.enrol_self(key);
            }
            batch.finish().map(drop)
        })
    }

    /// Takes a step of the lottery: what it decides and the root that it needs are durable together. `in_touch` are the
    /// machines that the hub hears now. Tells the newest cursor.
    ///
    /// # Errors
    /// `Follows`, or what the disk did; the inner one is why the step was not taken.
    pub fn draw(
        &mut self,
        asked: &Asked,
        in_touch: &BTreeSet<(DeviceId, LogEpoch)>,
    ) -> Result<Result<u64, DrawProblem>, HubError> {
        if self.life.follows.is_some() {
            return Err(HubError::Follows);
        }
        self.transact(|log| {
            let roots = log.kept_roots()?;
            log.folded.catch_up(&mut *log.store, &log.ledger)?;
            let hand = Hand {
                roots: &roots,
                positions: positions(&log.ledger, in_touch),
                device: domain::DeviceId::from_bytes(log.ledger.identity().device.0),
                now: domain::UnixMillis(crate::now_ms()),
                fresh: random(),
                entropy: random(),
            };
            let step = match take_step(&log.folded.meeting, asked, &hand) {
                Ok(step) => step,
                Err(problem) => return Ok(Err(problem)),
            };
            if let Some(root) = &step.root {
                let sealed = SealedRoot::seal(&log.secrets, log.ledger.identity().meeting, root, random());
                log.store.keep_root(&sealed)?;
            }
            let mut batch = Batch::new(&mut *log.store, &mut log.ledger);
            batch.author(step.events)?.map_err(HubError::from)?;
            batch.finish()?;
            Ok(Ok(log.ledger.cursor()))
        })
    }

    /// The roots of the lottery that this hub keeps: for another hub of the meeting, and for the sealed backup.
    ///
    /// # Errors
    /// What the disk did, or a root that cannot be opened.
    pub fn roots(&mut self) -> Result<Roots, HubError> {
        self.transact_as(Access::Read, |log| log.kept_roots())
    }

    /// Keeps roots that came from another hub or from a sealed backup. What is there stays.
    ///
    /// # Errors
    /// What the disk did.
    pub fn keep_roots(&mut self, roots: &[Root]) -> Result<(), HubError> {
        self.transact(|log| {
            let meeting = log.ledger.identity().meeting;
            roots
                .iter()
                .try_for_each(|root| log.store.keep_root(&SealedRoot::seal(&log.secrets, meeting, root, random())))
        })
    }

    fn kept_roots(&mut self) -> Result<Roots, HubError> {
        let (meeting, place) = (self.ledger.identity().meeting, self.place().to_owned());
        let damaged = || HubError::corrupt(&place, None, "a root of the lottery cannot be opened");
        let open = |sealed: SealedRoot| {
            sealed.open(&self.secrets, meeting).map(|root| (root.commitment(), root)).ok_or_else(damaged)
        };
        self.store.roots()?.into_iter().map(open).collect()
    }

    /// All events up to now in the hub's order.
    ///
    /// # Errors
    /// What the disk did, or where it is damaged.
    pub fn events(&self) -> Result<Numbered, HubError> {
        Ok(self.store.reader().read(0, usize::MAX, usize::MAX)?.events)
    }

    pub(crate) fn secrets(&self) -> &HubSecrets {
        &self.secrets
    }

    pub(crate) fn reader(&self) -> Arc<dyn EventReader> {
        self.store.reader()
    }

    pub(crate) fn window(&self) -> Option<Arc<dyn SharedWindow>> {
        self.store.window()
    }

    pub(crate) fn watch(&self, news: News) {
        self.store.watch(news);
    }

    /// Tells two states of the ledger apart.
    pub(crate) fn version(&self) -> (u64, Incarnation, u64) {
        (self.ledger.cursor(), self.life.incarnation, self.forks)
    }

    /// Runs `work` in one durable transaction. When anything fails, nothing of it happened, or, when
    /// the commit itself failed, nobody was told that it did. Also tells how many events became durable.
    pub(crate) fn group<R>(
        &mut self,
        work: impl FnOnce(&mut Batch<'_>) -> Result<R, HubError>,
    ) -> Result<(R, u64), HubError> {
        let done = self.transact_as(Access::Append, |log| {
            let mut batch = Batch::new(&mut *log.store, &mut log.ledger);
            let done = work(&mut batch)?;
            let finished = batch.finish()?;
            log.forks += finished.forks;
            Ok((done, finished.events))
        });
        self.ended(done)
    }

    /// Takes over what other processes wrote.
    pub(crate) fn refresh(&mut self) -> Result<(), HubError> {
        let done = self.transact_as(Access::Read, |_| Ok(()));
        self.ended(done)
    }

    fn transact<R>(&mut self, work: impl FnOnce(&mut HubLog) -> Result<R, HubError>) -> Result<R, HubError> {
        let done = self.transact_as(Access::Write, work);
        self.ended(done)
    }

    fn transact_as<R>(
        &mut self,
        access: Access,
        work: impl FnOnce(&mut HubLog) -> Result<R, HubError>,
    ) -> Result<R, HubError> {
        let standing = self.store.begin(access)?;
        self.catch_up(&standing)?;
        let done = work(self)?;
        self.store.commit()?;
        Ok(done)
    }

    fn ended<R>(&mut self, done: Result<R, HubError>) -> Result<R, HubError> {
        done.inspect_err(|error| {
            self.store.abandon();
            self.in_doubt = true;
            tracing::error!(%error, remedy = error.remedy(), "nothing of this group was acknowledged");
        })
    }

    fn catch_up(&mut self, standing: &Standing) -> Result<(), HubError> {
        let mut whole = false;
        if self.in_doubt || self.life != standing.life || standing.cursor < self.ledger.cursor() {
            let meeting = self.ledger.identity().meeting;
            self.ledger = Ledger::new(identity(meeting, &self.secrets, standing.life));
            self.ledger.set_follows(standing.life.follows);
            (self.life, self.forks) = (standing.life, 0);
            whole = true;
        }
        let (store, ledger) = (&mut self.store, &mut self.ledger);
        let place = store.place().to_owned();
        if ledger.cursor() < standing.cursor && whole {
            store.for_each(ledger.cursor(), &mut |cursor, event| {
                check_next(&place, ledger, cursor)?;
                ledger.restore(cursor, &event).map_err(|fault| HubError::corrupt(&place, Some(cursor), fault))?;
                Ok(true)
            })?;
        } else if ledger.cursor() < standing.cursor {
            for Step { cursor, place: at, event } in store.news(ledger.cursor(), ledger.identity().device)? {
                check_next(&place, ledger, cursor)?;
                let taken = match &event {
                    Some(event) => ledger.restore(cursor, event),
                    None => ledger.restore_place(cursor, at),
                };
                taken.map_err(|fault| HubError::corrupt(&place, Some(cursor), fault))?;
            }
        }
        if ledger.cursor() != standing.cursor {
            return Err(HubError::corrupt(&place, Some(standing.cursor), "the newest events are missing"));
        }
        if self.forks != standing.forks {
            store.forks()?.into_iter().for_each(|position| ledger.restore_fork(position));
            self.forks = standing.forks;
        }
        self.in_doubt = false;
        Ok(())
    }
}

/// The meeting up to a cursor of one life.
#[derive(Default)]
struct Folded {
    life: Option<Incarnation>,
    cursor: u64,
    meeting: Meeting,
}

impl Folded {
    fn catch_up(&mut self, store: &mut dyn HubStore, ledger: &Ledger) -> Result<(), HubError> {
        let life = Some(ledger.identity().incarnation);
        if self.life != life || self.cursor > ledger.cursor() {
            *self = Folded { life, ..Folded::default() };
        }
        let (place, Folded { cursor: last, meeting, .. }) = (store.place().to_owned(), self);
        store.for_each(*last, &mut |cursor, event| {
            fold(meeting, &event);
            *last = cursor;
            Ok(true)
        })?;
        if *last == ledger.cursor() {
            return Ok(());
        }
        Err(HubError::corrupt(&place, Some(*last), "the newest events are missing"))
    }
}

/// How far the hub knows each machine that takes part; behind are those that it does not hear.
fn positions(ledger: &Ledger, in_touch: &BTreeSet<(DeviceId, LogEpoch)>) -> Vec<DevicePosition> {
    let registry = ledger.registry();
    let newest: BTreeMap<DeviceId, LogEpoch> =
        registry.epochs().iter().map(|enrolled| (enrolled.device, enrolled.epoch)).collect();
    let here = newest.into_iter().filter(|(device, _)| !registry.is_revoked(*device));
    let position = |(device, epoch): (DeviceId, LogEpoch)| DevicePosition {
        device: domain::DeviceId::from_bytes(device.0),
        epoch: domain::LogEpoch::from_bytes(epoch.0),
        seq: ledger.chains().head(device, epoch).map_or(0, |head| head.seq),
        behind: !in_touch.contains(&(device, epoch)),
    };
    here.map(position).collect()
}

fn check_next(place: &Path, ledger: &Ledger, cursor: u64) -> Result<(), HubError> {
    if cursor == ledger.cursor() + 1 {
        return Ok(());
    }
    Err(HubError::corrupt(place, Some(cursor), "the cursor before is missing"))
}

fn identity(meeting: MeetingId, secrets: &HubSecrets, life: Life) -> Identity {
    Identity {
        meeting,
        incarnation: life.incarnation,
        device: secrets.device_id(),
        epoch: life.epoch,
        boot: BootId(random()),
    }
}
