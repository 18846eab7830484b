//! Leases of places: nodes that are cut off give away only their own, so that two never give the same.

use domain::config::LeaseRule;
use domain::event::*;
use domain::roster::{Conflict, ConflictKind};
use domain::{Actor, Command, LogEpoch, TableId, UnixMillis};

use crate::venue::*;

const MINUTE: u64 = 60_000;

fn the(number: u8) -> Party {
    Party::Household(household(number))
}

fn enrolled(venue: &mut Venue, number: u8) {
    let (epoch, prefix) = (LogEpoch::from_bytes([number; 16]), format!("K{number}"));
    let (name, public_hex, role) = (prefix.clone(), String::new(), DeviceRole::Kiosk);
    venue.happens(DeviceEnrolled { device: device(number), role, name, epoch, prefix, public_hex });
}

/// Table 5 has nine places and nobody; tables 1 and 2 keep two of nine each; table 3 keeps two of three.
fn venue(rule: LeaseRule) -> Venue {
    let mut venue = Venue::new();
    let mut config = config();
    config.rules.leases = rule;
    venue.happens(MeetingConfigured { rev: 2, config: Box::new(config) });
    let mut press = person(81, None, domain::roster::GuestRole::Press);
    press.table = None;
    venue.happens(RosterChanged { rev: 2, guests: vec![press], ..RosterChanged::default() });
    enrolled(&mut venue, K1);
    enrolled(&mut venue, K2);
    venue
}

fn usual() -> Venue {
    venue(LeaseRule::default())
}

fn leased(venue: &Venue, number: u8) -> Vec<(String, u16)> {
    let own = venue.meeting.leases().filter(|lease| lease.device == device(number));
    own.map(|lease| (lease.table.to_string(), lease.places)).collect()
}

fn lease(number: u8, table: &str, places: u16, until: Option<UnixMillis>) -> PlacesLeased {
    PlacesLeased { device: device(number), table: table.into(), places, until }
}

fn seat(number: u8, table: Option<&str>) -> Command {
    Command::SeatParty { party: the(number), table: table.map(TableId::from), reason: SeatReason::WalkIn }
}

fn free(venue: &Venue, table: &str) -> i32 {
    venue.meeting.free_places(&table.into(), venue.now())
}

#[test]
fn first_in_the_hubs_order_has_the_places() {
    let mut hub = usual();
    assert_eq!((free(&hub, "T1"), free(&hub, "T3"), free(&hub, "T5")), (7, 1, 9));
    hub.happens(lease(K1, "T5", 6, None));
    hub.happens(lease(K2, "T5", 6, None));
    assert_eq!((leased(&hub, K1), leased(&hub, K2)), (vec![("T5".into(), 6)], vec![("T5".into(), 3)]), "disjoint");
    assert_eq!(free(&hub, "T5"), 0);
    hub.happens(lease(K1, "T5", 2, None));
    assert_eq!((leased(&hub, K1), free(&hub, "T5")), (vec![("T5".into(), 2)], 4), "given back in part");
    hub.happens(lease(K2, "T5", 8, None));
    assert_eq!((leased(&hub, K2), free(&hub, "T5")), (vec![("T5".into(), 7)], 0), "asked for again");
    hub.happens(lease(K1, "T5", 0, None));
    assert_eq!((leased(&hub, K1), free(&hub, "T5")), (vec![], 2));
    hub.happens(lease(K1, "T3", 9, None));
    assert_eq!(leased(&hub, K1), [("T3".into(), 1)], "planned places come first");
}

#[test]
fn nodes_ask_for_some_places_and_renew_them_at_half_time() {
    let mut venue = usual();
    let keep = || Command::KeepLeases;
    venue.check(Actor::System, keep(), &["PlacesLeased", "PlacesLeased"]);
    assert_eq!(leased(&venue, K1).len(), 2);
    venue.check(Actor::System, keep(), &[]);
    let mut other = venue.clone().on(K2);
    other.check(Actor::System, keep(), &["PlacesLeased", "PlacesLeased"]);
    let of_two = [leased(&other, K1), leased(&other, K2)];
    for table in ["T1", "T2", "T3", "T5"] {
        assert!(free(&other, table) >= 0, "{of_two:?}");
    }
    venue.later(59 * MINUTE);
    venue.check(Actor::System, keep(), &[]);
    venue.later(MINUTE);
    venue.check(Actor::System, keep(), &["PlacesLeased", "PlacesLeased"]);
    venue.check(Actor::System, keep(), &[]);
    venue.check(staff("h1"), Command::CloseTable { table: leased(&venue, K1)[0].0.as_str().into() }, &["TableClosed"]);
    let events = venue.check(Actor::System, keep(), &["PlacesLeased", "PlacesLeased"]);
    assert!(
        matches!(&events[0], Event::PlacesLeased(gone) if gone.places == 0),
        "the closed table's go back: {events:?}"
    );

    let mut off = self::venue(LeaseRule { places: 0, ..LeaseRule::default() });
    off.check(Actor::System, keep(), &[]);
    usual().cut_off().check(Actor::System, keep(), &[]);
}

#[test]
fn node_that_is_cut_off_seats_walk_ins_out_of_its_lease_only() {
    let mut hub = usual();
    hub.happens(lease(K1, "T5", 2, None));
    let mut cut = hub.clone().cut_off();
    cut.check_refused(guest_actor(), seat(4, None), "not_authorised");
    cut.check_refused(staff("r1"), seat(4, Some("T1")), "no_lease");
    cut.happens(lease(K1, "T1", 4, None));
    cut.check_refused(staff("r1"), seat(4, Some("T1")), "no_lease");
    let events = cut.check(staff("r1"), seat(4, None), &["SeatAssigned"]);
    assert!(matches!(&events[0], Event::SeatAssigned(it) if it.table == "T5".into() && it.leased == 2), "{events:?}");
    assert_eq!((cut.table_of(4).as_deref(), leased(&cut, K1)), (Some("5"), vec![("T1".into(), 4)]));
    cut.happens(GuestAdded { guest: person(52, Some(5), domain::roster::GuestRole::Owner), was_unlisted: false });
    cut.check(staff("r1"), seat(5, None), &["SeatRefused"]);
    cut.check(staff("r1"), seat(5, None), &[]);
    let events = hub.check(staff("r1"), seat(4, Some("T1")), &["SeatAssigned"]);
    assert!(matches!(&events[0], Event::SeatAssigned(it) if it.leased == 0), "{events:?}");
}

#[test]
fn leases_of_cut_off_nodes_never_collide() {
    let mut hub = usual();
    hub.happens(lease(K1, "T5", 4, None));
    hub.happens(lease(K2, "T5", 4, None));
    let (mut one, mut two) = (hub.clone().cut_off(), hub.clone().on(K2).cut_off());
    one.check(staff("r1"), seat(4, None), &["SeatAssigned"]);
    two.check(
        staff("r1"),
        Command::SeatParty { party: Party::Guest(guest(82)), table: None, reason: SeatReason::WalkIn },
        &["SeatAssigned"],
    );
    hub.pull(&one);
    hub.pull(&two);
    assert_eq!((leased(&hub, K1), leased(&hub, K2)), (vec![("T5".into(), 2)], vec![("T5".into(), 3)]));
    assert!(free(&hub, "T5") >= 0 && hub.task_kinds().is_empty());
}

#[test]
fn lease_of_a_dead_node_ends_by_itself_or_by_staff() {
    let mut hub = usual();
    let until = UnixMillis(hub.now().0 + 10 * MINUTE);
    hub.happens(lease(K2, "T5", 9, Some(until)));
    let mut holder = hub.clone().on(K2).cut_off();
    let mut staff_end = hub.clone();
    let end = || Command::EndLease { device: device(K2), table: "T5".into() };
    staff_end.check_refused(staff("o1"), end(), "not_authorised");
    staff_end.check(staff("h1"), end(), &["PlacesLeased"]);
    staff_end.check(staff("h1"), end(), &[]);
    assert_eq!(free(&staff_end, "T5"), 9);
    let mut revoked = hub.clone();
    revoked.happens(DeviceRevoked { device: device(K2), after_cursor: 99, reason: String::new() });
    assert_eq!((free(&revoked, "T5"), leased(&revoked, K2)), (9, vec![]));
    revoked.happens(lease(K1, "T5", 9, None));
    assert_eq!((leased(&revoked, K1), leased(&revoked, K2)), (vec![("T5".into(), 9)], vec![]));
    hub.later(11 * MINUTE);
    assert_eq!(free(&hub, "T5"), 0, "its clock may be two minutes behind");
    hub.later(2 * MINUTE);
    assert_eq!(free(&hub, "T5"), 9);
    hub.happens(lease(K1, "T5", 9, None));
    assert_eq!((leased(&hub, K1), leased(&hub, K2)), (vec![("T5".into(), 9)], vec![]), "never both");
    holder.later(7 * MINUTE);
    let mut early = holder.clone();
    early.check(staff("r1"), seat(4, None), &["SeatAssigned"]);
    holder.later(2 * MINUTE);
    holder.check_refused(staff("r1"), seat(4, Some("T5")), "no_lease");
}

#[test]
fn nobody_told_is_seated_anew_and_rivals_never_meet() {
    let mut venue = usual();
    venue.act(guest_actor(), &check_in(1, &[11])).expect("allowed");
    venue.check(staff("r1"), seat(1, Some("T5")), &[]);
    venue.check_refused(staff("r1"), seat(4, Some("T9")), "unknown_table");
    venue.check_refused(staff("r1"), seat(4, Some("T3")), "no_room");
    venue.check_refused(staff("r1"), seat(9, None), "unknown_household");
    for rival in [11, 21, 31] {
        let conflict = Conflict { with: dealer(rival), kind: ConflictKind::Never, severity: 1 };
        venue.happens(ConflictDeclared { dealer: dealer(41), conflict, reason: String::new() });
    }
    let events = venue.check(staff("r1"), seat(4, None), &["SeatAssigned"]);
    assert!(matches!(&events[0], Event::SeatAssigned(it) if it.table == "T5".into()), "{events:?}");
    venue.check(staff("h1"), Command::CloseTable { table: "T5".into() }, &["TableClosed"]);
    venue.act(guest_actor(), &check_in(2, &[21])).expect("allowed");
    venue.act(guest_actor(), &check_in(3, &[31, 32])).expect("allowed");
    let events = venue.check(staff("r1"), seat(4, None), &["SeatRefused"]);
    assert!(matches!(&events[0], Event::SeatRefused(it) if it.reason == NoSeatReason::Conflict), "{events:?}");
}

#[test]
fn planned_party_keeps_its_place_before_whoever_came_by() {
    let mut venue = usual();
    venue.happens(SeatMoved { party: the(4), from: None, to: "T3".into(), reason: "override".into() });
    venue.act(guest_actor(), &check_in(4, &[41])).expect("allowed");
    venue.act(guest_actor(), &check_in(4, &[41])).expect("allowed");
    venue.happens(UnlistedCounted { household: household(4), adults: 1, children: 0 });
    venue.act(guest_actor(), &check_in(3, &[31, 32])).expect("allowed");
    let task = venue.meeting.tasks().remove(0);
    let kind = domain::meeting::TaskKind::TableOverfull { table: "T3".into(), party: the(4), heads: 4, places: 3 };
    assert_eq!(task.kind, kind, "though the planned party came last");
    assert_eq!(task.proposed_table, Some("T1".into()), "the first with room");
    let with = vec![
        Command::MoveSeat { party: the(4), to: "T1".into(), reason: "table 3 is full".into() },
        Command::ReprintBadge { guest: guest(41), reason: BadgeReason::NewTable, printer: None },
    ];
    let settle = Command::SettleTask { task: task.id, decision: Decision::Accepted, note: String::new(), with };
    let events = venue.check(staff("r1"), settle, &["TaskDecided", "SeatMoved", "BadgeRequested"]);
    assert!(matches!(&events[2], Event::BadgeRequested(it) if it.table == Some("T1".into())), "{events:?}");
    assert!(!venue.task_kinds().contains(&"table_overfull"));
}

#[test]
fn host_signs_for_chairs() {
    let mut venue = usual();
    let sign = |chairs| Command::SignChairs { table: "T3".into(), chairs };
    venue.check_refused(staff("o1"), sign(1), "not_authorised");
    venue.check_refused(staff("h1"), sign(0), "too_many");
    venue.check_refused(staff("h1"), sign(11), "too_many");
    venue.check(staff("h1"), sign(2), &["ExtraChairSigned"]);
    assert_eq!(free(&venue, "T3"), 3);
}

#[test]
fn two_tasks_are_not_offered_the_same_places() {
    let mut venue = usual();
    venue.happens(lease(K2, "T1", 9, None));
    venue.happens(lease(K2, "T2", 9, None));
    venue.happens(lease(K2, "T5", 7, None));
    for (number, guest) in [(4, 41), (6, 61)] {
        let firm = firm(guest, number, "east", "S07");
        let person = person(guest, Some(number), domain::roster::GuestRole::Owner);
        let (households, dealers, guests) = (vec![party(number)], vec![firm], vec![person]);
        venue.happens(RosterChanged { rev: 3, households, dealers, guests, ..RosterChanged::default() });
        venue.act(guest_actor(), &check_in(number, &[guest])).expect("allowed");
    }
    let proposed: Vec<_> = venue.meeting.tasks().into_iter().map(|task| task.proposed_table).collect();
    assert_eq!(proposed, [Some("T5".into()), None], "two places are left, and each wants two");
}
