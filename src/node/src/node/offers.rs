//! What an earlier life of the hub had of other machines and the present one lacks: this node still has it, with the hub's
//! word for it, and gives it back. It waits here until it comes back by a pull; the disk keeps it all the while.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use sync::wire::{MAX_PUSH_EVENTS, NetFault, Offer, OfferReply, Vouched};
use sync::{DeviceId, Event, Hash, LogEpoch, MeetingId, ReplicaInput};

use super::Node;
use crate::effect::Effect;
use crate::loaded::Foreign;
use crate::steady::Now;

type Chain = (DeviceId, LogEpoch);

/// Events to be given back.
#[derive(Debug, Default)]
pub(super) struct Offers {
    /// In the order of the hub's earlier life.
    waiting: VecDeque<Event>,
    vouched: Vec<Vouched>,
    /// Which voucher names a place, the newest one.
    places: BTreeMap<(Chain, u64), usize>,
}

impl Offers {
    pub(super) fn of(foreign: Foreign) -> Offers {
        let mut places = BTreeMap::new();
        for (index, vouched) in foreign.vouched.iter().enumerate() {
            places.extend(vouched.heads.iter().map(|place| (((place.device, place.epoch), place.head.seq), index)));
        }
        let mut offers = Offers { waiting: in_chains(foreign.events), vouched: foreign.vouched, places };
        offers.drop_unvouched();
        offers
    }

    pub(super) fn count(&self) -> u64 {
        self.waiting.len() as u64
    }

    /// The next offer, with the oldest event that can be offered; none when nobody vouches for any.
    fn next(&self, meeting: MeetingId) -> Option<Offer> {
        let mut tried = BTreeSet::new();
        let mut firsts = self.waiting.iter().filter(|event| tried.insert(chain_of(event)));
        firsts.find_map(|first| self.offer_from(first, meeting))
    }

    /// The longest run from `first` on that the hub vouched for, and whatever the same voucher covers beside it.
    fn offer_from(&self, first: &Event, meeting: MeetingId) -> Option<Offer> {
        let chain = chain_of(first);
        let from = first.seq;
        let to = from.saturating_add(MAX_PUSH_EVENTS as u64 - 1);
        let mut places = self.places.range((chain, from)..=(chain, to)).rev();
        places.find_map(|(_, index)| {
            let vouched = self.vouched.get(*index)?;
            let covered = |event: &&Event| {
                let chain = chain_of(event);
                vouched.head(chain.0, chain.1).is_some_and(|head| event.seq <= head.seq)
            };
            let offer = Offer::gather(meeting, vouched, self.waiting.iter().filter(covered).cloned())?;
            offer.events.iter().any(|event| event.hash() == first.hash()).then_some(offer)
        })
    }

    /// Takes out what stands at or below the hub's heads, and what the hub has otherwise: that stays evidence here.
    fn answered(&mut self, reply: &OfferReply) {
        let forked = |event: &Event| {
            reply.fork.is_some_and(|fork| chain_of(event) == (fork.device, fork.epoch) && event.seq >= fork.seq)
        };
        let there =
            |event: &Event| reply.head(event.device_id, event.log_epoch).is_some_and(|head| event.seq <= head.seq);
        self.waiting.retain(|event| !there(event) && !forked(event));
    }

    /// The hub's order brought these: nothing of them waits, and nothing that they contradict.
    pub(super) fn came_back(&mut self, events: &[(u64, Event)]) {
        if self.waiting.is_empty() {
            return;
        }
        let mut heads: BTreeMap<Chain, (u64, Hash)> = BTreeMap::new();
        for (_, event) in events {
            heads.insert(chain_of(event), (event.seq, event.hash()));
        }
        let mut contradicted: BTreeSet<Chain> = BTreeSet::new();
        for event in &self.waiting {
            let chain = chain_of(event);
            if heads.get(&chain).is_some_and(|(seq, hash)| event.seq == *seq && event.hash() != *hash) {
                contradicted.insert(chain);
            }
        }
        self.waiting.retain(|event| {
            let chain = chain_of(event);
            !contradicted.contains(&chain) && heads.get(&chain).is_none_or(|(seq, _)| event.seq > *seq)
        });
    }

    /// An older hub gave no word for some: nobody can be shown that they are true.
    fn drop_unvouched(&mut self) {
        let mut last: BTreeMap<Chain, u64> = BTreeMap::new();
        for (chain, seq) in self.places.keys() {
            last.insert(*chain, *seq);
        }
        self.waiting.retain(|event| last.get(&chain_of(event)).is_some_and(|seq| event.seq <= *seq));
    }
}

impl Node {
    /// The disk holds this of others in a new life of the hub.
    pub(super) fn take_foreign(&mut self, foreign: Foreign) {
        self.offers = Offers::of(foreign);
    }

    pub(super) fn make_offer(&mut self, now: Now, effects: &mut Vec<Effect>) {
        match self.offers.next(self.author.identity().meeting) {
            Some(offer) => {
                let call = self.calls.begin();
                self.calls.offer = Some((call, now.steady));
                effects.push(Effect::Offer { call, offer: Box::new(offer) });
            }
            None => {
                self.offers = Offers::default();
                let result = Err(NetFault::Unreachable);
                self.sync_step(ReplicaInput::OfferAnswered { result, lacking: 0 }, now, effects);
            }
        }
    }

    pub(super) fn offer_answered(
        &mut self,
        call: u64,
        result: Result<OfferReply, NetFault>,
        now: Now,
        effects: &mut Vec<Effect>,
    ) {
        let Some((_, since)) = self.calls.offer.take_if(|(under_way, _)| *under_way == call) else { return };
        self.heard(result.as_ref().map(|reply| reply.now_ms), since, now, effects);
        let result = result.map(|reply| {
            self.offers.answered(&reply);
            reply.incarnation
        });
        let lacking = self.offers.count();
        self.sync_step(ReplicaInput::OfferAnswered { result, lacking }, now, effects);
    }
}

/// Several lives of the hub may have left their orders one behind the other, an older event of a chain behind a newer one:
/// then the whole beginning of the chain comes where its newer event stands, because a hub takes no chain with a gap.
fn in_chains(events: Vec<Event>) -> VecDeque<Event> {
    let mut places: Vec<(usize, Event)> = events.into_iter().enumerate().collect();
    places.sort_by_key(|(_, event)| (chain_of(event), event.seq));
    let mut newer: Option<(Chain, usize)> = None;
    for (place, event) in places.iter_mut().rev() {
        let chain = chain_of(event);
        *place = newer.filter(|(of, _)| *of == chain).map_or(*place, |(_, first)| first.min(*place));
        newer = Some((chain, *place));
    }
    // Stable: within a place the chain's order stands.
    places.sort_by_key(|(place, _)| *place);
    places.into_iter().map(|(_, event)| event).collect()
}

fn chain_of(event: &Event) -> Chain {
    (event.device_id, event.log_epoch)
}
