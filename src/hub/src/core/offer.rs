//! Offers: what a hub takes of chains that somebody else brings with the hub's own word for them. An
//! ordering hub takes what continues its chains; one that follows another takes that one's order as
//! it is. Signatures are checked by the caller.

use std::collections::{BTreeMap, BTreeSet};

use sync::chain::{follows, next_seq};
use sync::wire::{Offer, OfferReply, Order, Problem, ProblemCode, Vouched};
use sync::{ChainHead, DeviceId, Event, Hash, Head, Incarnation, LogEpoch, Position};

use super::ledger::{Identity, Ledger, Numbered};
use super::problem;

/// What an offer comes to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Offered {
    /// To be made durable before the reply leaves.
    pub append: Numbered,
    /// Evidence of forks: of each chain the first event that cannot stand beside a stored one.
    pub evidence: Vec<Event>,
    pub reply: OfferReply,
}

impl Ledger {
    /// Whose order this hub follows; none when it orders itself, a life of zeros before it was fed.
    pub fn follows(&self) -> Option<Incarnation> {
        self.follows
    }

    /// Takes over whose order this hub follows.
    pub fn set_follows(&mut self, follows: Option<Incarnation>) {
        self.follows = follows;
    }

    /// Epochs of the hub's own chains, one for each of its lives that this log knows, the present one's
    /// first.
    pub fn lives(&self) -> Vec<LogEpoch> {
        let Identity { device: own, epoch: present, .. } = *self.identity();
        let earlier = self.chains().heads().filter(|(device, epoch, _)| *device == own && *epoch != present);
        std::iter::once(present).chain(earlier.map(|(_, epoch, _)| epoch)).collect()
    }

    /// How many lives of the hub this log knows, by the epochs of the hub's own chains.
    pub fn life(&self) -> u64 {
        let own = self.identity().device;
        self.chains().heads().map(|(device, _, _)| u64::from(device == own)).sum()
    }

    /// The cursor to which a hub that follows has to go back before it takes this offer: the ordering
    /// hub has begun a new life, whose order differs from there on. None when it may be taken as it is.
    ///
    /// # Errors
    /// When the offer comes from a life of the ordering hub that was replaced by the one followed.
    pub fn must_rewind(&self, offer: &Offer) -> Result<Option<u64>, Problem> {
        let (Some(followed), Some(order)) = (self.follows, offer.order) else { return Ok(None) };
        // More than there is cannot be gone back to: the reply then tells where this log ends.
        if order.incarnation == followed || order.after > self.cursor() {
            return Ok(None);
        }
        if self.cursor() > 0 && order.life <= self.life() {
            return Err(problem(
                ProblemCode::Follows,
                "This hub follows a newer life of the ordering hub than the one that offers.",
                "Stop the hub that offers: another one was put in its place.",
            ));
        }
        Ok(Some(order.after))
    }

    /// Judges an offer and takes what is new of it. `stored` tells the hash of a position.
    ///
    /// # Errors
    /// When the events are of another meeting, are no runs up to vouched places, come in an order
    /// that this hub does not take, or cannot follow it. Then nothing changed.
    pub fn offer(
        &mut self,
        offer: &Offer,
        stored: impl Fn(Position) -> Option<Hash>,
        now_ms: u64,
    ) -> Result<Offered, Problem> {
        self.check_meeting(offer)?;
        check_runs(offer)?;
        match (self.follows, offer.order) {
            (None, None) => Ok(self.take(offer, stored, now_ms)),
            (Some(followed), Some(order)) => self.take_in_order(offer, followed, order, now_ms),
            (Some(_), None) => Err(self.refuse_as_follower().expect("it follows another hub")),
            (None, Some(_)) => Err(problem(
                ProblemCode::Follows,
                "This hub orders the meeting itself and takes nobody's order.",
                "Relay to a hub that was started to follow.",
            )),
        }
    }

    /// Takes what was put aside when the order changed, as far as it is not here and continues its chain.
    pub(crate) fn take_back(&mut self, aside: &[Event], now_ms: u64) -> Numbered {
        let mut taken = Numbered::new();
        for event in aside {
            if matches!(self.place(event, |_| Some(event.hash())), Place::Next) {
                taken.push((self.number(event, now_ms), event.clone()));
            }
        }
        taken
    }

    /// What is told to whoever brings something of his own to a hub that follows another.
    pub(crate) fn refuse_as_follower(&self) -> Option<Problem> {
        let followed = self.follows?;
        let life = if followed == UNFED { String::new() } else { format!(" (life {followed})") };
        Some(Problem {
            code: ProblemCode::Follows,
            message: format!("This hub only follows the venue's hub{life} and takes nothing of its own."),
            remedy: "Use the venue's hub, or promote this one in its place.".to_owned(),
        })
    }

    fn take(&mut self, offer: &Offer, stored: impl Fn(Position) -> Option<Hash>, now_ms: u64) -> Offered {
        let (mut append, mut evidence, mut fork) = (Vec::new(), Vec::new(), None);
        let mut closed = BTreeSet::new();
        for event in &offer.events {
            let chain = (event.device_id, event.log_epoch);
            if closed.contains(&chain) {
                continue;
            }
            match self.place(event, &stored) {
                Place::Next => append.push((self.number(event, now_ms), event.clone())),
                Place::Known => {}
                Place::Gap => drop(closed.insert(chain)),
                Place::Fork(at) => {
                    closed.insert(chain);
                    let position = Position { seq: at, ..event.position() };
                    self.restore_fork(position);
                    evidence.push(event.clone());
                    fork = fork.or(Some(position));
                }
            }
        }
        let Offered { reply, .. } = self.offered(offer, now_ms);
        Offered { append, evidence, reply: OfferReply { fork, ..reply } }
    }

    fn take_in_order(
        &mut self,
        offer: &Offer,
        followed: Incarnation,
        order: Order,
        now_ms: u64,
    ) -> Result<Offered, Problem> {
        if order.incarnation != followed || order.after != self.cursor() {
            // Whoever relays goes on from where this log ends.
            return Ok(self.offered(offer, now_ms));
        }
        let mut heads: BTreeMap<(DeviceId, LogEpoch), Head> = BTreeMap::new();
        for event in &offer.events {
            let chain = (event.device_id, event.log_epoch);
            let head = heads.get(&chain).copied().or_else(|| self.chains().head(event.device_id, event.log_epoch));
            if let Err(fault) = follows(head, event) {
                return Err(Problem {
                    code: ProblemCode::Malformed,
                    message: format!("The event {} does not continue what this hub has: {fault}.", event.position()),
                    remedy: "Compare both hubs with `usher verify`; this one may have to be filled anew.".to_owned(),
                });
            }
            heads.insert(chain, Head::of(event));
        }
        let append = offer.events.iter().map(|event| (self.number(event, now_ms), event.clone())).collect();
        Ok(Offered { append, ..self.offered(offer, now_ms) })
    }

    fn place(&self, event: &Event, stored: impl Fn(Position) -> Option<Hash>) -> Place {
        let head = self.chains().head(event.device_id, event.log_epoch);
        let expected = next_seq(head);
        if event.seq > expected {
            return Place::Gap;
        }
        if event.seq == expected {
            let fork = Place::Fork(event.seq.saturating_sub(1));
            return if follows(head, event).is_ok() { Place::Next } else { fork };
        }
        let known = match head {
            Some(head) if head.seq == event.seq => Some(head.hash),
            _ => stored(event.position()),
        };
        if known == Some(event.hash()) { Place::Known } else { Place::Fork(event.seq) }
    }

    /// The reply as of now, with nothing taken.
    fn offered(&self, offer: &Offer, now_ms: u64) -> Offered {
        let head = |(device, epoch)| Some(ChainHead { device, epoch, head: self.chains().head(device, epoch)? });
        let reply = OfferReply {
            incarnation: self.identity().incarnation,
            cursor: self.cursor(),
            now_ms,
            heads: offer.vouched.chains().filter_map(head).collect(),
            fork: None,
            follows: self.follows,
        };
        Offered { append: Vec::new(), evidence: Vec::new(), reply }
    }

    fn check_meeting(&self, offer: &Offer) -> Result<(), Problem> {
        let meeting = self.identity().meeting;
        if offer.meeting == meeting && offer.events.iter().all(|event| event.meeting_id == meeting) {
            return Ok(());
        }
        Err(problem(
            ProblemCode::WrongMeeting,
            "The events belong to another meeting.",
            "Give the node a data folder of this meeting.",
        ))
    }
}

/// The life that a hub follows before it was fed.
pub(crate) const UNFED: Incarnation = Incarnation([0; 16]);

enum Place {
    Next,
    Known,
    Gap,
    Fork(u64),
}

/// As every event names the one before, a run that ends at a vouched place is the hub's own; what
/// comes after the last such place could be anybody's.
fn check_runs(offer: &Offer) -> Result<(), Problem> {
    let mut last: BTreeMap<(DeviceId, LogEpoch), &Event> = BTreeMap::new();
    for event in &offer.events {
        let before = last.insert((event.device_id, event.log_epoch), event);
        let rooted = event.seq > 0 || event.prev_hash == Hash::ZERO;
        if !rooted || before.is_some_and(|before| follows(Some(Head::of(before)), event).is_err()) {
            return Err(unvouched("The offered events of a chain do not follow one another."));
        }
    }
    let vouched: &Vouched = &offer.vouched;
    if last.into_values().all(|event| vouched.names(event)) {
        return Ok(());
    }
    Err(unvouched("The hub's word does not cover all that is offered."))
}

fn unvouched(message: &str) -> Problem {
    problem(ProblemCode::Malformed, message, "Offer whole runs up to a place that a hub vouched for.")
}
