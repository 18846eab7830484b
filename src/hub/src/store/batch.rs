//! One transaction of the hub: core decides, this writes down. Whoever runs it answers nobody before
//! COMMIT.

use std::collections::{BTreeMap, BTreeSet};

use domain::event::DeviceForked;
use sync::ids::Key;
use sync::wire::{EnrolRequest, MAX_PUSH_EVENTS, Offer, OfferReply, Problem, PushReply, PushRequest};
use sync::{DeviceId, Event, Hash, LogEpoch, Position};

use super::{HubStore, random};
use crate::core::{AuthorError, Authored, Enrolled, Ledger, Numbered};
use crate::error::HubError;
use crate::now_ms;

/// What a transaction brought.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Finished {
    pub(crate) events: u64,
    /// Events kept as evidence.
    pub(super) forks: u64,
}

pub(crate) struct Batch<'a> {
    store: &'a mut dyn HubStore,
    ledger: &'a mut Ledger,
    /// Taken, and not yet given to the store: one statement for all requests of the transaction.
    pending: Numbered,
    forks: u64,
}

impl<'a> Batch<'a> {
    pub(super) fn new(store: &'a mut dyn HubStore, ledger: &'a mut Ledger) -> Batch<'a> {
        Batch { store, ledger, pending: Numbered::new(), forks: 0 }
    }

    pub(crate) fn cursor(&self) -> u64 {
        self.ledger.cursor()
    }

    pub(crate) fn push(&mut self, request: &PushRequest) -> Result<Result<PushReply, Problem>, HubError> {
        let forked = self.forked(&request.events);
        let ledger = &mut *self.ledger;
        let known = known(&mut *self.store, ledger, &self.pending, &request.events)?;
        let judged = ledger.push(request, |position| known.get(&position).copied(), now_ms());
        let pushed = match judged {
            Ok(pushed) => pushed,
            Err(problem) => return Ok(Err(problem)),
        };
        self.pending.extend(pushed.append);
        if let Some(evidence) = &pushed.evidence {
            self.keep_evidence(evidence, &forked)?;
        }
        Ok(Ok(pushed.reply))
    }

    pub(crate) fn offer(&mut self, offer: &Offer) -> Result<Result<OfferReply, Problem>, HubError> {
        if let Err(problem) = self.ledger.must_rewind(offer) {
            return Ok(Err(problem));
        }
        let forked = self.forked(&offer.events);
        let ledger = &mut *self.ledger;
        let known = known(&mut *self.store, ledger, &self.pending, &offer.events)?;
        let judged = ledger.offer(offer, |position| known.get(&position).copied(), now_ms());
        let offered = match judged {
            Ok(offered) => offered,
            Err(problem) => return Ok(Err(problem)),
        };
        self.pending.extend(offered.append);
        offered.evidence.iter().try_for_each(|evidence| self.keep_evidence(evidence, &forked))?;
        Ok(Ok(offered.reply))
    }

    pub(crate) fn enrol(&mut self, request: &EnrolRequest) -> Result<Result<Enrolled, Problem>, HubError> {
        match self.ledger.enrol(request, &mut random, now_ms()) {
            Ok((enrolled, append)) => {
                self.pending.extend(append);
                Ok(Ok(enrolled))
            }
            Err(problem) => Ok(Err(problem)),
        }
    }

    pub(crate) fn revoke(&mut self, device: DeviceId, reason: &str) -> Result<Result<u64, Problem>, HubError> {
        match self.ledger.revoke(device, reason, &mut random, now_ms()) {
            Ok((after_cursor, append)) => {
                self.pending.extend(append);
                Ok(Ok(after_cursor))
            }
            Err(problem) => Ok(Err(problem)),
        }
    }

    pub(crate) fn author(&mut self, events: Vec<Authored>) -> Result<Result<(), AuthorError>, HubError> {
        match self.ledger.author(events, &mut random, now_ms()) {
            Ok(append) => {
                self.pending.extend(append);
                Ok(Ok(()))
            }
            Err(error) => Ok(Err(error)),
        }
    }

    /// Another process may have been first.
    pub(super) fn enrol_self(&mut self, key: Key) {
        if self.ledger.own_head().is_none() {
            let append = self.ledger.enrol_self(key, &mut random, now_ms());
            self.pending.extend(append.expect("the hub's own enrolment is short"));
        }
    }

    /// Hands everything to the store.
    pub(super) fn finish(self) -> Result<Finished, HubError> {
        if !self.pending.is_empty() {
            self.store.append(&self.pending)?;
        }
        Ok(Finished { events: self.pending.len() as u64, forks: self.forks })
    }

    fn hash_at(&mut self, position: Position) -> Result<Option<Hash>, HubError> {
        let taken = self.pending.iter().find(|(_, event)| event.position() == position);
        if let Some((_, event)) = taken {
            return Ok(Some(event.hash()));
        }
        let Position { device, epoch, seq } = position;
        Ok(self.store.hashes(device, epoch, (seq, seq))?.pop().map(|(_, hash)| hash))
    }

    /// The chains of these events that are known to have forked.
    fn forked(&self, events: &[Event]) -> BTreeSet<(DeviceId, LogEpoch)> {
        let chains = events.iter().map(|event| (event.device_id, event.log_epoch));
        chains.filter(|(device, epoch)| self.ledger.fork_at(*device, *epoch).is_some()).collect()
    }

    /// Keeps the event aside; the first of its chain becomes known to everybody with the same commit.
    fn keep_evidence(&mut self, event: &Event, known: &BTreeSet<(DeviceId, LogEpoch)>) -> Result<(), HubError> {
        let (device, epoch) = (event.device_id, event.log_epoch);
        tracing::warn!(position = %event.position(), hash = %event.hash(), "a chain has forked: two machines write one log");
        self.forks += 1;
        self.store.keep_evidence(event)?;
        // A hub that follows another writes nothing; the ordering hub sees the fork itself.
        if known.contains(&(device, epoch)) || self.ledger.follows().is_some() {
            return Ok(());
        }
        let seq = self.ledger.fork_at(device, epoch).unwrap_or(event.seq);
        let kept = self.hash_at(Position { device, epoch, seq })?;
        let fact = DeviceForked {
            device: domain::DeviceId::from_bytes(device.0),
            epoch: domain::LogEpoch::from_bytes(epoch.0),
            seq,
            kept_hex: kept.map(|hash| hash.to_string()).unwrap_or_default(),
            // An event that names another one before it differs there already.
            other_hex: if event.seq == seq { event.hash() } else { event.prev_hash }.to_string(),
        };
        let fact = Authored { actor: "system".to_owned(), roster_rev: 0, event: fact.into() };
        self.author(vec![fact])?.map_err(HubError::from)
    }
}

/// The hashes of what is stored, or about to be, where these events say that they stand: one question
/// for each chain that is sent again.
fn known(
    store: &mut dyn HubStore,
    ledger: &Ledger,
    pending: &Numbered,
    events: &[Event],
) -> Result<BTreeMap<Position, Hash>, HubError> {
    let mut again: BTreeMap<(DeviceId, LogEpoch), (u64, u64)> = BTreeMap::new();
    for event in events {
        let (chain, seq) = ((event.device_id, event.log_epoch), event.seq);
        // The head itself is known.
        if ledger.chains().head(chain.0, chain.1).is_some_and(|head| seq < head.seq) {
            let run = again.entry(chain).or_insert((seq, seq));
            *run = (run.0.min(seq), run.1.max(seq));
        }
    }
    let mut known = BTreeMap::new();
    if again.is_empty() {
        return Ok(known);
    }
    for (_, event) in pending {
        known.insert(event.position(), event.hash());
    }
    for ((device, epoch), run) in again {
        // Longer is no run, and is refused.
        let (first, last) = (run.0, run.1.min(run.0.saturating_add(MAX_PUSH_EVENTS as u64)));
        let hashes = store.hashes(device, epoch, (first, last))?;
        known.extend(hashes.into_iter().map(|(seq, hash)| (Position { device, epoch, seq }, hash)));
    }
    Ok(known)
}
