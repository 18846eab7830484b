//! Several hubs over one PostgreSQL, as processes behind a load balancer would be: one order without a
//! gap, news across them, and a server that dies in the middle.

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use postgres::{Client, NoTls};
use sync::wire::{NetFault, ProblemCode};
use sync::{Head, MeetingId};

use crate::cluster::Cluster;
use crate::http::waiting_pull;
use crate::venue::{Device, Place, Venue};

const MEETING: MeetingId = MeetingId([1; 16]);

fn place(url: &str) -> Place {
    Place::Database { url: url.to_owned(), meeting: MEETING }
}

/// What a node that follows the order sees: the cursors after the one it has, until `done`.
fn follow(url: &str, sql: &str, done: &AtomicBool) -> Vec<i64> {
    let mut client = Client::connect(url, NoTls).expect("the server runs");
    let (mut seen, mut last) = (Vec::new(), 0_i64);
    loop {
        let end = done.load(Ordering::Acquire);
        let rows = client.query(sql, &[&last]).expect("the table is there");
        seen.extend(rows.iter().map(|row| row.get::<_, i64>(0)));
        last = seen.last().copied().unwrap_or(0);
        if end {
            return seen;
        }
    }
}

/// Whether a follower saw every cursor once and in order.
fn gapless(seen: &[i64], newest: i64) -> bool {
    seen.iter().copied().eq(1..=newest)
}

#[test]
fn two_hubs_on_one_database_give_one_order_without_a_gap() {
    let Some(cluster) = Cluster::shared() else { return };
    let url = cluster.database();
    let (first, second) = (Venue::at(place(&url)), Venue::at(place(&url)));
    let devices: Vec<Device> = (1..=8).map(|seed| Device::enrolled(&first, seed, 60)).collect();
    let done = AtomicBool::new(false);
    let seen = std::thread::scope(|scope| {
        let follower =
            scope.spawn(|| follow(&url, "SELECT cursor FROM usher.events WHERE cursor > $1 ORDER BY cursor", &done));
        let pushers: Vec<_> = devices
            .iter()
            .map(|device| {
                let (first, second) = (&first, &second);
                scope.spawn(move || {
                    for (turn, events) in device.events.chunks(5).enumerate() {
                        // A balancer sends every request to another process.
                        let venue = if turn % 2 == usize::from(device.epoch.0[0] % 2) { first } else { second };
                        let reply = device.push(venue, events).unwrap();
                        assert_eq!((reply.acked, reply.fork_at), (events.last().map(Head::of), None));
                    }
                })
            })
            .collect();
        let pushed: Vec<_> = pushers.into_iter().map(|pusher| pusher.join()).collect();
        done.store(true, Ordering::Release);
        assert!(pushed.iter().all(Result::is_ok), "a push failed");
        follower.join().expect("it followed")
    });
    assert!(gapless(&seen, 1 + 8 + 8 * 60), "{seen:?}");
    let events = first.hub().events_blocking().unwrap();
    assert_eq!(events, second.hub().events_blocking().unwrap());
    for device in &devices {
        let own = events.iter().map(|(_, event)| event).filter(|event| event.log_epoch == device.epoch);
        assert!(own.eq(&device.events));
    }
}

/// Why cursors come from the meeting's row: the same follower loses an event that took its cursor from
/// a sequence and committed late.
#[test]
fn follower_of_a_bare_sequence_loses_an_event() {
    let Some(cluster) = Cluster::shared() else { return };
    let url = cluster.database();
    let connect = || Client::connect(&url, NoTls).unwrap();
    connect().batch_execute("CREATE TABLE planted (cursor bigserial PRIMARY KEY)").unwrap();
    let (mut slow, mut fast) = (connect(), connect());
    let done = AtomicBool::new(false);
    let seen = std::thread::scope(|scope| {
        let sql = "SELECT cursor FROM planted WHERE cursor > $1 ORDER BY cursor";
        let mut late = slow.transaction().unwrap();
        late.execute("INSERT INTO planted DEFAULT VALUES", &[]).unwrap();
        fast.execute("INSERT INTO planted DEFAULT VALUES", &[]).unwrap();
        let (saw, hears) = std::sync::mpsc::channel();
        let (url, done) = (&url, &done);
        let follower = scope.spawn(move || {
            let first = follow(url, sql, &AtomicBool::new(true));
            saw.send(()).unwrap();
            let mut client = Client::connect(url, NoTls).unwrap();
            let last = first.last().copied().unwrap_or(0);
            while !done.load(Ordering::Acquire) {
                std::thread::yield_now();
            }
            let rest = client.query(sql, &[&last]).unwrap();
            first.into_iter().chain(rest.iter().map(|row| row.get(0))).collect::<Vec<i64>>()
        });
        hears.recv().unwrap();
        late.commit().unwrap();
        done.store(true, Ordering::Release);
        follower.join().unwrap()
    });
    assert_eq!(seen, [2], "1 became visible behind the follower's back");
    assert!(!gapless(&seen, 2));
}

#[test]
fn pull_waiting_at_one_hub_hears_pushes_to_the_other() {
    let Some(cluster) = Cluster::shared() else { return };
    let url = cluster.database();
    let (first, second) = (Venue::at(place(&url)), Venue::at(place(&url)));
    let mut kiosk = Device::enrolled(&first, 1, 0);
    let mut took: Vec<Duration> = Vec::new();
    for round in 0..11 {
        let mut desk = Device::new(2);
        desk.enrol(&second);
        while second.hub().status().cursor < first.hub().status().cursor {
            std::thread::yield_now();
        }
        let answer = waiting_pull(&second, desk);
        kiosk.write(1);
        let begin = Instant::now();
        kiosk.push(&first, &kiosk.events[round..]).unwrap();
        assert_eq!(answer.recv_timeout(Duration::from_secs(10)), Ok(1));
        took.push(begin.elapsed());
    }
    took.sort_unstable();
    // Without notifications the slow poll alone would take half a second on the average.
    assert!(took[5] < Duration::from_millis(250), "{took:?}");
}

#[test]
fn commit_that_nobody_told_about_is_found() {
    let Some(cluster) = Cluster::shared() else { return };
    let url = cluster.database();
    let venue = Venue::at(place(&url));
    let (mut kiosk, desk) = (Device::enrolled(&venue, 1, 0), Device::enrolled(&venue, 2, 0));
    kiosk.write(1);
    let event = &kiosk.events[0];
    let answer = waiting_pull(&venue, desk);
    let mut client = Client::connect(&url, NoTls).unwrap();
    client
        .execute(
            "WITH moved AS (UPDATE usher.meetings SET cursor = cursor + 1 RETURNING meeting, cursor)
             INSERT INTO usher.events SELECT meeting, cursor, $1, $2, 0, $3, $4 FROM moved",
            &[&&event.device_id.0[..], &&event.log_epoch.0[..], &&event.hash().0[..], &event.bytes()],
        )
        .unwrap();
    assert_eq!(answer.recv_timeout(Duration::from_secs(10)), Ok(1));
    assert_eq!(kiosk.push(&venue, &kiosk.events).unwrap().acked, kiosk.events.last().map(Head::of));
}

#[test]
fn what_another_process_took_is_caught_up_with_without_its_bytes() {
    let Some(cluster) = Cluster::shared() else { return };
    let url = cluster.database();
    let venue = Venue::at(place(&url));
    let mut kiosk = Device::enrolled(&venue, 1, 0);
    let other = Device::enrolled(&venue, 2, 1);
    kiosk.write(1);
    let event = &other.events[0];
    let mut client = Client::connect(&url, NoTls).unwrap();
    client
        .execute(
            "WITH moved AS (UPDATE usher.meetings SET cursor = cursor + 1 RETURNING meeting, cursor)
             INSERT INTO usher.events SELECT meeting, cursor, $1, $2, 0, $3, '' FROM moved",
            &[&&event.device_id.0[..], &&event.log_epoch.0[..], &&event.hash().0[..]],
        )
        .unwrap();
    assert_eq!(kiosk.push(&venue, &kiosk.events).unwrap().acked, kiosk.events.last().map(Head::of));
    assert_eq!(other.push(&venue, &[]).unwrap().acked, other.events.last().map(Head::of), "and its head is known");
}

#[test]
fn pushes_that_come_while_another_process_has_the_meeting_go_in_one_transaction() {
    let Some(cluster) = Cluster::shared() else { return };
    let url = cluster.database();
    let venue = Venue::at(place(&url));
    let mut devices: Vec<Device> = (1..=6).map(|seed| Device::enrolled(&venue, seed, 0)).collect();
    // A push is noted just before it is in the queue, so that one may come too late for its round.
    let together = (0..20).any(|_| {
        devices.iter_mut().for_each(|device| device.write(1));
        push_while_locked(&url, &venue, &devices) == 1
    });
    assert!(together, "whatever came in time went in one transaction");
}

#[test]
fn what_is_not_flushed_is_neither_answered_nor_read_and_keeps_no_process_waiting() {
    let Some(cluster) = Cluster::shared() else { return };
    let url = cluster.database();
    let (first, second) = (Venue::at(place(&url)), Venue::at(place(&url)));
    let devices = [Device::enrolled(&first, 1, 1), Device::enrolled(&first, 2, 1)];
    let connect = || Client::connect(&url, NoTls).unwrap();
    let (mut holder, mut watcher) = (connect(), connect());
    let mut newest = || watcher.query_one("SELECT cursor FROM usher.meetings", &[]).unwrap().get::<_, i64>(0);
    let before = newest();
    // As if the disk took long: no process can note what it committed.
    let mut disk = holder.transaction().unwrap();
    disk.batch_execute("LOCK TABLE usher.durable IN SHARE MODE").unwrap();
    std::thread::scope(|scope| {
        let pushes = [(&devices[0], &first), (&devices[1], &second)]
            .map(|(device, venue)| scope.spawn(move || device.push(venue, &device.events).unwrap().acked));
        let begin = Instant::now();
        while newest() < before + 2 {
            assert!(begin.elapsed() < Duration::from_secs(8), "one process waits for the other's disk");
            std::thread::yield_now();
        }
        assert!(!pushes.iter().any(std::thread::ScopedJoinHandle::is_finished), "nobody is answered");
        for venue in [&first, &second] {
            let log = venue.hub().events_blocking().unwrap();
            assert_eq!(log.len() as i64, before, "nobody reads it");
        }
        disk.commit().unwrap();
        for (push, device) in pushes.into_iter().zip(&devices) {
            assert_eq!(push.join().unwrap(), device.events.last().map(Head::of));
        }
    });
    assert_eq!(second.hub().events_blocking().unwrap().len() as i64, before + 2);
}

/// All push while another process has the meeting, the first before the others; tells in how many transactions.
fn push_while_locked(url: &str, venue: &Venue, devices: &[Device]) -> u64 {
    let connect = || Client::connect(url, NoTls).expect("the server runs");
    let (mut holder, mut watcher) = (connect(), connect());
    let (before, began_ms) = (transactions(venue), venue.hub().status().now_ms);
    let mut others = holder.transaction().expect("the server runs");
    others.execute("SELECT 1 FROM usher.meetings FOR UPDATE", &[]).expect("the server runs");
    let waiting = "SELECT count(*) FROM pg_stat_activity
                   WHERE wait_event_type = 'Lock' AND datname = current_database()";
    std::thread::scope(|scope| {
        let push =
            |device: &Device| assert!(device.push(venue, &device.events).expect("the server runs").acked.is_some());
        scope.spawn(move || push(&devices[0]));
        while watcher.query_one(waiting, &[]).expect("the server runs").get::<_, i64>(0) == 0 {
            std::thread::yield_now();
        }
        devices[1..].iter().for_each(|device| drop(scope.spawn(move || push(device))));
        while venue.hub().status().nodes.iter().any(|node| node.last_seen_ms < Some(began_ms)) {
            std::thread::yield_now();
        }
        others.commit().expect("the server runs");
    });
    transactions(venue) - before
}

/// Transactions that a hub wrote so far.
fn transactions(venue: &Venue) -> u64 {
    let metrics = venue.hub().metrics();
    let count = metrics.lines().find(|line| line.contains("group_size_count")).expect("it counts");
    count.rsplit(' ').next().and_then(|count| count.parse().ok()).expect("a number")
}

#[test]
fn run_that_is_sent_again_is_looked_up_in_one_question() {
    let Some(cluster) = Cluster::shared() else { return };
    let url = cluster.told_database();
    let venue = Venue::at(place(&url));
    let device = Device::enrolled(&venue, 1, 100);
    device.push(&venue, &device.events).unwrap();
    assert_eq!(device.push(&venue, &device.events).unwrap().acked, device.events.last().map(Head::of));
    let questions = cluster.log().matches("hash FROM usher.events").count();
    assert_eq!(questions, 1, "for the push that came again, and none for the one that was new");
}

#[test]
fn new_life_begun_elsewhere_is_noticed() {
    let Some(cluster) = Cluster::shared() else { return };
    let url = cluster.database();
    let venue = Venue::at(place(&url));
    let device = Device::enrolled(&venue, 1, 2);
    device.push(&venue, &device.events).unwrap();
    let mut other = Venue::at(place(&url));
    other.stop();
    let mut log = other.log();
    let incarnation = log.begin_incarnation().unwrap();
    other.restart_with(log);
    assert_eq!(device.push(&venue, &[]).unwrap().incarnation, incarnation);
    assert_eq!(device.pull(&venue, 2, 30_000).unwrap().incarnation, incarnation);
}

/// Pushes all of a chain, as a node does that asks where the hub is; an acknowledgement never goes back.
fn push_all(venue: &Venue, device: &Device, faults: &AtomicBool) {
    let mut acked: Option<u64> = None;
    while acked.is_none_or(|acked| acked + 1 < device.events.len() as u64) {
        let from = acked.map_or(0, |acked| usize::try_from(acked).expect("small"));
        let upto = device.events.len().min(from + 3);
        match device.push(venue, &device.events[from..upto]) {
            Ok(reply) => {
                assert_eq!(reply.fork_at, None);
                let now = reply.acked.map(|head| head.seq);
                assert!(now >= acked, "{now:?} after {acked:?}");
                acked = now;
            }
            Err(NetFault::HubFailed { status: 503 }) => faults.store(true, Ordering::Release),
            // A node would not ask again so often.
            Err(NetFault::Refused(problem)) if problem.code == ProblemCode::Busy => {}
            Err(other) => panic!("{other:?}"),
        }
    }
}

#[test]
fn server_killed_in_the_middle_loses_nothing_acknowledged() {
    let Some(cluster) = Cluster::start() else { return };
    let url = cluster.database();
    let (first, second) = (Venue::at(place(&url)), Venue::at(place(&url)));
    let devices: Vec<Device> = (1..=6).map(|seed| Device::enrolled(&first, seed, 150)).collect();
    let faults = AtomicBool::new(false);
    std::thread::scope(|scope| {
        for (index, device) in devices.iter().enumerate() {
            let (venue, faults) = (if index % 2 == 0 { &first } else { &second }, &faults);
            scope.spawn(move || push_all(venue, device, faults));
        }
        for stop in 1..=2_u64 {
            while first.hub().status().cursor < 7 + stop * 100 {
                std::thread::yield_now();
            }
            cluster.stop_at_once();
            cluster.go_on();
        }
    });
    assert!(faults.load(Ordering::Acquire), "nodes were told that the hub failed");
    let events = second.hub().events_blocking().unwrap();
    assert!(events.iter().map(|(cursor, _)| *cursor).eq(1..=1 + 6 + 6 * 150));
    for device in &devices {
        let own = events.iter().map(|(_, event)| event).filter(|event| event.log_epoch == device.epoch);
        assert!(own.eq(&device.events), "each act exactly once, in its order");
        assert_eq!(device.push(&first, &[]).unwrap().acked, device.events.last().map(Head::of));
    }
    while !(first.hub().fault().is_none() && second.hub().fault().is_none()) {
        std::thread::yield_now();
    }
}
