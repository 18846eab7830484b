//! A badge that waits for a printer with a fault is given to a neighbour: told to everybody in the commit that ends its
//! row, so that it can never come out twice; and the green channel comes first.

use domain::config::PrintingRule;
use domain::event::{
    BadgePrinterChanged, DeviceEnrolled, DeviceFaulted, DevicePart, DeviceRole, MeetingConfigured, NodeStarted,
    RosterChanged,
};
use domain::{BadgeId, Command, DeviceId, Event, GuestId, HouseholdId, PrinterId};
use node::{Denied, Effect, PrinterReport};
use print::{Fault, JobState};
use serde_json::json;

use crate::desk::{Author, Desk, identity};

const NEIGHBOUR: u8 = 30;
const OUT: PrinterReport = PrinterReport::Unwell { fault: Fault::PaperOut };

/// The neighbour K2 with a printer, as the hub and K2 itself told it.
fn neighbour(author: &mut Author) -> Vec<sync::Event> {
    let device = DeviceId::from_bytes([NEIGHBOUR; 16]);
    let enrolled = |device, prefix: &str| DeviceEnrolled {
        device,
        role: DeviceRole::Kiosk,
        name: prefix.into(),
        epoch: domain::LogEpoch::from_bytes([9; 16]),
        prefix: prefix.into(),
        public_hex: String::new(),
    };
    let own = DeviceId::from_bytes(identity().device.0);
    let started = NodeStarted {
        version: "1".into(),
        role: DeviceRole::Kiosk,
        clean: true,
        printers: vec![PrinterId::new("badge")],
    };
    vec![author.say(enrolled(device, "K2")), author.say(enrolled(own, "K1")), author.say(started)]
}

/// A desk whose hub knows the neighbour, with one badge asked for.
fn desk(author: &mut Author) -> Desk {
    let mut desk = Desk::new();
    for event in neighbour(author) {
        desk.hub_takes(event);
    }
    desk.pull(100);
    desk.check_in(0);
    desk
}

fn own_events(desk: &Desk) -> Vec<Event> {
    let events = desk.effects.iter().flat_map(|effect| match effect {
        Effect::Commit { events, .. } => events.clone(),
        _ => Vec::new(),
    });
    events.filter_map(|event| Event::from_payload(&event.kind, event.kind_version, &event.payload).ok()).collect()
}

fn moves(desk: &Desk) -> Vec<BadgePrinterChanged> {
    let moved = |event| match event {
        Event::BadgePrinterChanged(change) => Some(change),
        _ => None,
    };
    own_events(desk).into_iter().filter_map(moved).collect()
}

fn badge(desk: &Desk) -> BadgeId {
    desk.disk.journal[0].badge.parse().expect("a row names a badge")
}

fn wait_out(desk: &mut Desk) {
    desk.wait(u64::from(PrintingRule::default().take_over_after_s) * 1_000);
}

#[test]
fn paper_is_out_for_long_waiting_badge_goes_to_the_neighbour_once() {
    let mut desk = desk(&mut Author::new(NEIGHBOUR));
    desk.report(OUT);
    desk.wait(5_000);
    assert_eq!(moves(&desk), [], "its own printer may be well again soon");
    desk.report(OUT);
    wait_out(&mut desk);
    let expected = BadgePrinterChanged { badge: badge(&desk), printer: PrinterId::new("K2.badge"), copy: 1, hop: 1 };
    assert_eq!(moves(&desk), [expected]);
    assert_eq!(desk.disk.journal[0].state, JobState::Moved, "the row ends in the commit of the event");
    desk.report(PrinterReport::Ready { epoch: 2 });
    desk.restart();
    desk.report(PrinterReport::Ready { epoch: 3 });
    wait_out(&mut desk);
    assert_eq!(desk.prints(), [], "what was given away is never printed here");
}

/// A party with the green channel, and its one guest.
fn green_party(author: &mut Author) -> (HouseholdId, GuestId, [sync::Event; 2]) {
    let (household, guest) = (HouseholdId::from_bytes([40; 16]), GuestId::from_bytes([41; 16]));
    let dealer = domain::DealerId::from_bytes([42; 16]);
    let config = json!({ "rules": { "green_threshold_minor": 1_000 } });
    let configured = MeetingConfigured { rev: 2, config: Box::new(serde_json::from_value(config).unwrap()) };
    let party = json!({ "id": household, "name": "Green", "lead": dealer });
    let firm = json!({ "id": dealer, "household": household, "firm": "Green", "prepaid_minor": 1_000 });
    let person =
        json!({ "id": guest, "guest_no": 99, "household": household, "dealer": dealer, "name": "Gu", "role": "owner" });
    let mut change = RosterChanged { rev: 2, part: 1, parts: 1, ..RosterChanged::default() };
    change.households.push(serde_json::from_value(party).unwrap());
    change.dealers.push(serde_json::from_value(firm).unwrap());
    change.guests.push(serde_json::from_value(person).unwrap());
    (household, guest, [author.say(configured), author.say(change)])
}

#[test]
fn green_channel_is_printed_before_those_who_came_first() {
    let mut author = Author::new(NEIGHBOUR);
    let mut desk = Desk::new();
    let (household, guest, events) = green_party(&mut author);
    events.into_iter().for_each(|event| desk.hub_takes(event));
    desk.pull(100);
    desk.report(OUT);
    desk.check_in(0);
    desk.check_in(1);
    desk.check_in_of(household, guest);
    desk.report(PrinterReport::Ready { epoch: 2 });
    desk.report(PrinterReport::Ready { epoch: 2 });
    assert_eq!(desk.prints().first().map(|(job, _)| job.0), Some(3));
}

#[test]
fn badge_of_which_bytes_may_have_left_stays() {
    let mut desk = desk(&mut Author::new(NEIGHBOUR));
    desk.report(PrinterReport::Ready { epoch: 1 });
    desk.report(OUT);
    wait_out(&mut desk);
    assert_eq!((moves(&desk), desk.disk.journal[0].state), (vec![], JobState::Sending { epoch: 1, offset: 0 }));
}

#[test]
fn nobody_takes_over_from_a_neighbour_in_trouble_or_unheard() {
    let mut author = Author::new(NEIGHBOUR);
    let mut broken = desk(&mut author);
    let fault = DeviceFaulted { part: DevicePart::Printer, name: "badge".into(), code: "PA".into() };
    broken.hub_takes(author.say(fault));
    broken.pull(100);
    broken.report(OUT);
    wait_out(&mut broken);
    assert_eq!(moves(&broken), []);

    let mut alone = Desk::new();
    alone.check_in(0);
    alone.report(OUT);
    wait_out(&mut alone);
    assert_eq!(moves(&alone), [], "without a hub nobody would tell the neighbour");
}

#[test]
fn copy_that_another_printer_gives_to_this_one_is_printed_here_even_when_it_left_before() {
    let mut author = Author::new(NEIGHBOUR);
    let mut desk = desk(&mut author);
    desk.report(OUT);
    wait_out(&mut desk);
    desk.report(PrinterReport::Ready { epoch: 2 });
    let back = BadgePrinterChanged { badge: badge(&desk), printer: PrinterId::new("K1.badge"), copy: 1, hop: 2 };
    for _ in 0..desk.disk.pending.len() {
        desk.hub_takes_own();
    }
    desk.hub_takes(author.say(back));
    desk.pull(100);
    assert_eq!(desk.disk.journal.len(), 2);
    desk.report(PrinterReport::Ready { epoch: 2 });
    assert_eq!(desk.prints().len(), 1);
}

#[test]
fn move_by_hand_is_for_the_node_where_the_badge_waits() {
    let mut desk = desk(&mut Author::new(NEIGHBOUR));
    let command = || Command::MoveBadge { badge: badge(&desk), printer: PrinterId::new("K2.badge") };
    let (first, second) = (command(), command());
    desk.report(OUT);
    let tag = desk.act(first, Desk::staff());
    assert!(desk.answer(tag).is_some_and(|answer| answer.is_ok()));
    assert_eq!((moves(&desk).len(), desk.disk.journal[0].state), (1, JobState::Moved));
    let again = Command::MoveBadge { badge: badge(&desk), printer: PrinterId::new("K3.badge") };
    let tag = desk.act(again, Desk::staff());
    assert!(matches!(desk.answer(tag), Some(Err(Denied::Rule(domain::Refusal::BadgeSettled)))));
    let tag = desk.act(second, Desk::staff());
    assert!(desk.answer(tag).is_some_and(|answer| answer.is_ok_and(|answer| answer.events.is_empty())));
}
