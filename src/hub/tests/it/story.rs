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
    noisy_clones_leave_room_for_the_evidence_of_others(&mut venue, place);
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

/// Machines show ever new events at a place that is taken; of another's the first is kept all the same, and where
/// each chain forked is known after a restart.
fn noisy_clones_leave_room_for_the_evidence_of_others(venue: &mut Venue, place: &Place) {
    let meeting = venue.hub().meeting();
    let mut clones: Vec<Device> = [6, 7, 8].map(|seed| Device::enrolled(venue, seed, 2)).into();
    let forks = |venue: &Venue| -> Vec<Option<u64>> {
        let nodes = venue.hub().status().nodes;
        nodes.iter().filter(|node| (6..=8).contains(&node.epoch.0[0])).map(|node| node.fork_at).collect()
    };
    for device in &mut clones {
        device.push(venue, &device.events).expect("the hub answers");
        device.events.pop();
    }
    let (quiet, noisy) = clones.split_last_mut().expect("three");
    for number in 0..510 {
        for device in &*noisy {
            let other = device.next(&format!("[{number}]"), meeting);
            let reply = device.push(venue, &[device.events[0].clone(), other]).expect("the hub answers");
            assert_eq!(reply.fork_at, Some(1));
        }
    }
    // An event at a free place that names another one before it: the chains differ there already.
    quiet.events.push(quiet.next("[]", meeting));
    let third = quiet.next("[]", meeting);
    assert_eq!(quiet.push(venue, &[third]).expect("the hub answers").fork_at, Some(1));
    assert_eq!([6, 7, 8].map(|seed| evidence(venue, place, seed)), [16, 16, 1]);
    assert_eq!(forks(venue), [Some(1); 3]);
    venue.restart();
    assert_eq!(forks(venue), [Some(1); 3], "also after a restart");
}

/// Events kept of the forked chain with this epoch.
fn evidence(venue: &Venue, place: &Place, seed: u8) -> i64 {
    let epoch = [seed; 16];
    match place {
        Place::Folder => {
            let file = rusqlite::Connection::open(venue.folder.path().join("hub.db")).expect("the hub's file");
            let counted = file.query_row("SELECT count(*) FROM forks WHERE epoch = ?1", [epoch], |row| row.get(0));
            counted.expect("a number")
        }
        Place::Database { url, .. } => {
            let mut client = postgres::Client::connect(url, postgres::NoTls).expect("the server runs");
            let counted = client.query_one("SELECT count(*) FROM usher.forks WHERE epoch = $1", &[&epoch.as_slice()]);
            counted.expect("a number").get(0)
        }
    }
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
