//! Changes as events of the hub's log, in parts that fit an envelope. Sends them nowhere.

use domain::config::MeetingConfig;
use domain::event::{
    ContactKeyPublished, Event, InvitationKeyPublished, MeetingConfigured, RosterChanged, SeatsPlanned,
};
use serde::Serialize;

use super::changes::ListChanges;
use super::known::KnownList;
use crate::keys::MeetingKeys;

/// An envelope carries 128 KiB at most; this leaves room for the frame of a part.
const PART_BYTES: usize = 90_000;
/// A planned seat is a UUID and a code: some 80 bytes.
const SEATS_PER_PART: usize = 1_000;

/// Everything to tell the nodes, in the order of telling. Empty when they know it all.
pub fn events(
    known: &KnownList,
    config: &MeetingConfig,
    keys: &MeetingKeys,
    changes: Option<&ListChanges>,
) -> Vec<Event> {
    let mut events = key_events(known, keys);
    if known.config.as_ref() != Some(config) {
        events.push(MeetingConfigured { rev: known.config_rev + 1, config: Box::new(config.clone()) }.into());
    }
    if let Some(changes) = changes {
        events.extend(roster_events(known.roster_rev + 1, changes));
        events.extend(seat_events(known.seats_rev + 1, changes));
    }
    events
}

fn key_events(known: &KnownList, keys: &MeetingKeys) -> Vec<Event> {
    let mut events = Vec::new();
    let invitation = keys.invitation_public_hex();
    if known.invitation_keys.get(&keys.invitation_key) != Some(&invitation) {
        events.push(InvitationKeyPublished { key: keys.invitation_key, public_hex: invitation }.into());
    }
    let contact = keys.contact_public_hex();
    if known.contact_key.as_ref() != Some(&contact) {
        events.push(ContactKeyPublished { public_hex: contact }.into());
    }
    events
}

fn roster_events(rev: u32, changes: &ListChanges) -> Vec<Event> {
    let mut parts: Parts = Parts { parts: Vec::new(), bytes: 0 };
    // Firms before parties before people: a part that is applied refers to nothing that comes later.
    for dealer in changes.dealers.upserts() {
        parts.room_for(&dealer).dealers.push(dealer);
    }
    for household in changes.households.upserts() {
        parts.room_for(&household).households.push(household);
    }
    for guest in changes.guests.upserts() {
        parts.room_for(&guest).guests.push(guest);
    }
    for guest in &changes.cancelled_guests {
        parts.room_for(guest).cancelled_guests.push(*guest);
    }
    for dealer in &changes.cancelled_dealers {
        parts.room_for(dealer).cancelled_dealers.push(*dealer);
    }
    for household in &changes.cancelled_households {
        parts.room_for(household).cancelled_households.push(*household);
    }
    let count = u16::try_from(parts.parts.len()).expect("50,000 rows make some hundred parts");
    let number = |(index, part): (u16, RosterChanged)| RosterChanged { rev, part: index + 1, parts: count, ..part };
    (0..count).zip(parts.parts).map(number).map(Event::from).collect()
}

struct Parts {
    parts: Vec<RosterChanged>,
    bytes: usize,
}

impl Parts {
    fn room_for(&mut self, record: &impl Serialize) -> &mut RosterChanged {
        let size = serde_json::to_vec(record).map_or(0, |json| json.len() + 1);
        if self.parts.is_empty() || self.bytes + size > PART_BYTES {
            self.parts.push(RosterChanged::default());
            self.bytes = 0;
        }
        self.bytes += size;
        self.parts.last_mut().expect("one was pushed if there was none")
    }
}

fn seat_events(rev: u32, changes: &ListChanges) -> Vec<Event> {
    let seats = changes.seats.chunks(SEATS_PER_PART).map(|seats| SeatsPlanned {
        rev,
        seats: seats.to_vec(),
        unplanned: Vec::new(),
    });
    let freed = changes.unplanned.chunks(SEATS_PER_PART);
    let freed = freed.map(|freed| SeatsPlanned { rev, seats: Vec::new(), unplanned: freed.to_vec() });
    freed.chain(seats).map(Event::from).collect()
}
