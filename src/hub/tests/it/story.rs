//! One story of a hub, told on both engines: a node hears the same whatever keeps the log.

use std::time::Duration;

use hub::HubError;
use sync::wire::PullRequest;
use sync::{Head, MeetingId};

use crate::cluster::Cluster;
use crate::http::waiting_pull;
use crate::venue::{Device, Place, Venue, authored};

#[test]
fn hub_story_on_sqlite() {
    story(&Place::Folder, &Place::Folder);
}

#[test]
fn hub_story_on_postgresql() {
    let Some(cluster) = Cluster::shared() else { return };
    let url = cluster.database();
    let place = |meeting| Place::Database { url: url.clone(), meeting: MeetingId([meeting; 16]) };
    story(&place(1), &place(2));
}

fn story(place: &Place, elsewhere: &Place) {
    let mut venue = Venue::at(place.clone());
    let mut kiosk = enrolling_gives_each_its_prefix(&mut venue);
    pushes_are_taken_once(&venue, &mut kiosk);
    clone_is_kept_as_evidence(&mut venue, &mut kiosk);
    everybody_pulls_one_order(&venue, &kiosk);
    snapshot_is_the_whole_log(&venue, &kiosk);
    waiting_pull_hears_the_commit(&venue, &mut kiosk);
    event_too_long_writes_nothing_of_its_batch(&venue);
    restart_loses_nothing(&mut venue, &kiosk);
    new_life_has_a_new_name(&mut venue, &kiosk);
    meetings_are_apart(&venue, elsewhere);
}

fn head(device: &Device, at: usize) -> Option<Head> {
    Some(Head::of(&device.events[at]))
}

fn enrolling_gives_each_its_prefix(venue: &mut Venue) -> Device {
    let mut kiosk = Device::new(1);
    let grant = kiosk.enrol(venue);
    assert_eq!(grant.prefix, "K1");
    assert_eq!(kiosk.enrol(venue), grant, "the answer was lost");
    assert_eq!(Device::new(2).enrol(venue).prefix, "K2");
    venue.restart();
    assert_eq!(kiosk.enrol(venue), grant);
    kiosk
}

fn pushes_are_taken_once(venue: &Venue, kiosk: &mut Device) {
    kiosk.write(5);
    assert_eq!(kiosk.push(venue, &[]).expect("the hub answers").acked, None);
    assert_eq!(kiosk.push(venue, &kiosk.events[..3]).expect("the hub answers").acked, head(kiosk, 2));
    assert_eq!(
        kiosk.push(venue, &kiosk.events[..3]).expect("the hub answers").acked,
        head(kiosk, 2),
        "the answer was lost"
    );
    assert_eq!(
        kiosk.push(venue, &kiosk.events[4..]).expect("the hub answers").acked,
        head(kiosk, 2),
        "a gap takes nothing"
    );
    let reply = kiosk.push(venue, &kiosk.events[1..]).expect("the hub answers");
    assert_eq!((reply.acked, reply.fork_at), (head(kiosk, 4), None));
    assert_eq!(reply.cursor, 1 + 2 + 5, "the hub, two enrolments, five events");
}

fn clone_is_kept_as_evidence(venue: &mut Venue, kiosk: &mut Device) {
    let meeting = kiosk.grant().meeting_id;
    let cloned = kiosk.next("[]", meeting);
    kiosk.write(1);
    kiosk.push(venue, &kiosk.events[4..]).expect("the hub answers");
    let reply = kiosk.push(venue, &[kiosk.events[4].clone(), cloned.clone()]).expect("the hub answers");
    assert_eq!((reply.fork_at, reply.acked), (Some(5), head(kiosk, 5)));
    kiosk.push(venue, &[kiosk.events[4].clone(), cloned]).expect("the hub answers");
    let told = venue.hub().events_blocking().expect("the log is good");
    let told: Vec<_> = told.iter().filter(|(_, event)| event.kind == "DeviceForked").collect();
    assert_eq!(told.len(), 1, "everybody is told, once");
    assert_eq!(venue.hub().status().nodes[0].fork_at, Some(5));
    venue.restart();
    assert_eq!(venue.hub().status().nodes[0].fork_at, Some(5));
    assert_eq!(kiosk.push(venue, &kiosk.events).expect("the hub answers").fork_at, None, "the first machine goes on");
}

fn everybody_pulls_one_order(venue: &Venue, kiosk: &Device) {
    let mut desk = Device::enrolled(venue, 3, 250);
    desk.push(venue, &desk.events[..200]).expect("the hub answers");
    desk.push(venue, &desk.events[200..]).expect("the hub answers");
    desk.write(300);
    desk.push(venue, &desk.events[249..400]).expect("the hub answers");
    desk.push(venue, &desk.events[400..]).expect("the hub answers");
    let (mut cursor, mut pages, mut pulled) = (0, Vec::new(), Vec::new());
    loop {
        let reply = kiosk.pull(venue, cursor, 0).expect("the hub answers");
        if reply.events.is_empty() {
            break;
        }
        cursor = reply.cursor;
        pages.push(reply.events.len());
        pulled.extend(reply.events);
    }
    assert!(pages[0] == 500 && pages.len() == 2, "{pages:?}");
    assert!(pulled.iter().map(|(cursor, _)| *cursor).eq(1..=cursor));
    let of = |device: &Device| -> Vec<_> {
        let own = pulled.iter().filter(|(_, event)| event.log_epoch == device.epoch);
        own.map(|(_, event)| event.clone()).collect()
    };
    assert!(of(kiosk) == kiosk.events && of(&desk) == desk.events, "every byte, also of kinds that nobody knows");
    assert_eq!(pulled, venue.hub().events_blocking().expect("the hub answers"));
}

fn snapshot_is_the_whole_log(venue: &Venue, kiosk: &Device) {
    let snapshot = kiosk.snapshot(venue).expect("the hub answers");
    assert_eq!(snapshot.cursor, venue.hub().status().cursor);
    assert_eq!(snapshot.events, venue.hub().events_blocking().expect("the hub answers"));
}

fn waiting_pull_hears_the_commit(venue: &Venue, kiosk: &mut Device) {
    let mut desk = Device::new(3);
    desk.enrol(venue);
    let answer = waiting_pull(venue, desk);
    kiosk.write(3);
    kiosk.push(venue, &kiosk.events[5..]).expect("the hub answers");
    assert_eq!(answer.recv_timeout(Duration::from_secs(10)), Ok(3));
}

fn event_too_long_writes_nothing_of_its_batch(venue: &Venue) {
    let before = venue.hub().status().cursor;
    let error =
        venue.hub().author_blocking(vec![authored("1"), authored(&"x".repeat(200_000))]).expect_err("it is too long");
    assert!(matches!(&error, HubError::Author(error) if error.index == 1), "{error}");
    assert_eq!(venue.hub().author_blocking(vec![authored("1"), authored("2")]), Ok(before + 2));
    assert_eq!(venue.hub().events_blocking().expect("the hub answers").len() as u64, before + 2);
}

fn restart_loses_nothing(venue: &mut Venue, kiosk: &Device) {
    let (acked, events) =
        (kiosk.push(venue, &[]).expect("the hub answers"), venue.hub().events_blocking().expect("the hub answers"));
    venue.restart();
    let again = kiosk.push(venue, &[]).expect("the hub answers");
    assert_eq!((again.acked, again.incarnation, again.cursor), (acked.acked, acked.incarnation, acked.cursor));
    assert_eq!(venue.hub().events_blocking().expect("the hub answers"), events);
}

fn new_life_has_a_new_name(venue: &mut Venue, kiosk: &Device) {
    let old = venue.hub().events_blocking().expect("the hub answers");
    venue.stop();
    let mut log = venue.log();
    let incarnation = log.begin_incarnation().expect("the hub answers");
    venue.restart_with(log);
    let reply = kiosk.pull(venue, 2, 30_000).expect("the hub answers");
    assert_eq!((reply.incarnation, reply.events.len()), (incarnation, 0), "it does not wait");
    assert_eq!(kiosk.push(venue, &kiosk.events).expect("the hub answers").acked, kiosk.events.last().map(Head::of));
    let new = venue.hub().events_blocking().expect("the hub answers");
    assert_eq!(new[..old.len()], old);
    assert_eq!(new.len(), old.len() + 1, "the hub itself under its new epoch");
    let news = PullRequest { cursor: old.len() as u64, incarnation, wait_ms: 0 };
    assert_eq!(kiosk.pull_request(venue, news).expect("the hub answers").events.len(), 1);
    venue.restart();
    assert_eq!(venue.hub().status().incarnation, incarnation);
}

fn meetings_are_apart(venue: &Venue, elsewhere: &Place) {
    let before = venue.hub().events_blocking().expect("the hub answers");
    let other = Venue::at(elsewhere.clone());
    assert_ne!(other.hub().meeting(), venue.hub().meeting());
    let device = Device::enrolled(&other, 1, 4);
    assert_eq!(device.push(&other, &device.events).expect("the hub answers").cursor, 2 + 4);
    assert_eq!(other.hub().status().nodes.len(), 1);
    assert_eq!(device.snapshot(&other).expect("the hub answers").events.len(), 6);
    assert_eq!(venue.hub().events_blocking().expect("the hub answers"), before);
}
