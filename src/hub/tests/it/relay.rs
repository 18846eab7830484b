//! A venue's hub relays its order to the hub above it.

use hub::client::Client;
use hub::{Database, HubLog, HubOptions, backup, relay_token};
use sync::wire::{LinkTask, NetFault, PullRequest};
use sync::{Incarnation, MeetingId, PushRequest};

use crate::cluster::Cluster;
use crate::door_venue::{EVIL, TlsHub, pin, run};
use crate::linked::{Link, events_of, following, has_each_once, log_of, put_back, same_log, settle};
use crate::venue::{Device, SECRETS, Venue, authored, open, options};

#[test]
fn chain_of_hubs_has_the_venues_order_event_for_event() {
    let venue = Venue::start();
    let nodes: Vec<Device> = (1..=3).map(|seed| Device::enrolled(&venue, seed, 300)).collect();
    let meeting = nodes[0].grant().meeting_id;
    let (region, center) = (following(meeting), following(meeting));
    let _links = [Link::relay(&venue, &region), Link::relay(&region, &center)];
    std::thread::scope(|scope| {
        for node in &nodes {
            scope.spawn(|| node.push_by(&venue, &node.events, 20));
        }
        for number in 0..20 {
            venue.hub().author_blocking(vec![authored(&format!("{number}"))]).unwrap();
        }
    });
    same_log(&venue, &region);
    same_log(&venue, &center);
    assert_eq!(log_of(&center).len(), 1 + 3 + 3 * 300 + 20);
    settle(&venue, "everything is relayed", |status| {
        let link = status.link.as_ref().expect("it relays");
        (link.task, link.lag, &link.fault) == (LinkTask::Relay, 0, &None) && link.worked_ms.is_some()
    });
}

#[test]
fn hub_above_that_comes_back_from_a_backup_is_filled_up() {
    let venue = Venue::start();
    let node = Device::enrolled(&venue, 1, 900);
    let mut above = following(node.grant().meeting_id);
    let _link = Link::relay(&venue, &above);
    node.push(&venue, &node.events[..100]).unwrap();
    same_log(&venue, &above);
    let copy = above.folder.path().join("backup.db");
    backup(above.folder.path(), &copy).unwrap();
    node.push(&venue, &node.events[100..300]).unwrap();
    same_log(&venue, &above);
    let address = above.vanish();
    node.push_by(&venue, &node.events[300..], 200);
    settle(&venue, "the status tells the fault", |status| {
        status.link.as_ref().is_some_and(|link| link.fault.as_deref() == Some("the hub cannot be reached"))
    });
    above.restart_at(address, HubLog::restore(above.folder.path(), &copy, options()).unwrap());
    same_log(&venue, &above);
    settle(&venue, "the fault is over", |status| status.link.as_ref().is_some_and(|link| link.fault.is_none()));
}

#[test]
fn restored_venue_hub_takes_back_from_above_what_it_lost() {
    let mut venue = Venue::start();
    let early = Device::enrolled(&venue, 1, 50);
    let above = following(early.grant().meeting_id);
    let link = Link::relay(&venue, &above);
    early.push(&venue, &early.events[..20]).unwrap();
    let copy = venue.folder.path().join("backup.db");
    backup(venue.folder.path(), &copy).unwrap();
    let late = Device::enrolled(&venue, 2, 700);
    late.push_by(&venue, &late.events, 200);
    early.push(&venue, &early.events[20..40]).unwrap();
    venue.hub().author_blocking(vec![authored("the draw")]).unwrap();
    same_log(&venue, &above);
    let acknowledged = events_of(&venue);
    drop(link);
    venue.stop();

    venue.restart_with(HubLog::restore(venue.folder.path(), &copy, options()).unwrap());
    // Work goes on before the hub above is reached.
    early.push(&venue, &early.events[20..50]).unwrap();
    assert_eq!(late.push(&venue, &late.events[..1]), Err(NetFault::Denied));
    let link = Link::relay(&venue, &above);
    settle(&venue, "what was lost is there", |status| status.cursor == acknowledged.len() as u64 + 1 + 10);
    has_each_once(&venue, &acknowledged);
    same_log(&venue, &above);
    assert!(late.push(&venue, &late.events[690..]).is_ok(), "its enrolment is back");

    // The old machine comes back with its old folder: the hub above no longer takes its order.
    drop(link);
    let old = Venue::start_with(|folder| {
        std::fs::copy(venue.folder.path().join("replaced-1.db"), folder.join("hub.db")).unwrap();
        let wal = venue.folder.path().join("replaced-1.db-wal");
        std::fs::copy(wal, folder.join("hub.db-wal")).unwrap();
        open(folder)
    });
    let _zombie = Link::relay(&old, &above);
    settle(&old, "the old hub is told", |status| {
        let fault = status.link.as_ref().and_then(|link| link.fault.as_deref());
        fault.is_some_and(|fault| fault.contains("another one was put in its place"))
    });
    same_log(&venue, &above);
}

/// Another process over one PostgreSQL, which follows.
fn following_in(url: &str, meeting: MeetingId) -> Venue {
    Venue::start_with(|_| {
        let database = Database::connect(url).expect("the database is there");
        HubLog::open_in(&database, HubOptions::following(meeting, SECRETS)).expect("the log is good")
    })
}

#[test]
fn central_processes_on_postgresql_follow_a_venue_through_its_restore_and_take_its_place() {
    let Some(cluster) = Cluster::shared() else { return };
    let url = cluster.database();
    let mut venue = Venue::start();
    let node = Device::enrolled(&venue, 1, 300);
    let meeting = node.grant().meeting_id;
    let (first, second) = (following_in(&url, meeting), following_in(&url, meeting));
    let link = Link::relay(&venue, &first);
    node.push(&venue, &node.events[..50]).unwrap();
    let copy = venue.folder.path().join("backup.db");
    backup(venue.folder.path(), &copy).unwrap();
    node.push(&venue, &node.events[50..200]).unwrap();
    venue.hub().author_blocking(vec![authored("the draw")]).unwrap();
    same_log(&venue, &first);
    same_log(&venue, &second);
    let acknowledged = events_of(&venue);
    drop(link);
    venue.stop();

    venue.restart_with(HubLog::restore(venue.folder.path(), &copy, options()).unwrap());
    // A balancer would send the relay to any process.
    let link = Link::relay(&venue, &second);
    settle(&venue, "what was lost is there", |status| status.cursor == acknowledged.len() as u64 + 1);
    has_each_once(&venue, &acknowledged);
    same_log(&venue, &second);
    same_log(&venue, &first);

    drop(link);
    venue.stop();
    first.hub().promote_blocking().unwrap();
    settle(&second, "every process knows", |status| status.follows.is_none());
    node.push(&second, &node.events[190..300]).unwrap();
    has_each_once(&first, &acknowledged);
    has_each_once(&first, &node.events);
}

#[test]
fn relay_to_a_hub_that_orders_itself_changes_nothing_there() {
    let (venue, above) = (Venue::start(), Venue::start());
    let before = log_of(&above);
    let _link = Link::relay(&venue, &above);
    settle(&venue, "the status tells the fault", |status| {
        let fault = status.link.as_ref().and_then(|link| link.fault.as_deref());
        fault.is_some_and(|fault| fault.contains("does not know"))
    });
    let same = Venue::start_with(|folder| {
        HubLog::open(folder, HubOptions { meeting: Some(venue.hub().meeting()), ..options() }).unwrap()
    });
    let _other = Link::relay(&venue, &same);
    settle(&venue, "the status tells the fault", |status| {
        let fault = status.link.as_ref().and_then(|link| link.fault.as_deref());
        fault.is_some_and(|fault| fault.contains("orders the meeting itself"))
    });
    assert_eq!((log_of(&above), log_of(&same).len()), (before, 1));
}

#[test]
fn links_over_tls_show_the_meetings_key_on_both_ends() {
    let venue = TlsHub::start();
    let mut node = venue.pair(1);
    node.write(20);
    let meeting = node.grant().meeting_id;
    let follower =
        || TlsHub::start_with(|folder| HubLog::open(folder, HubOptions::following(meeting, SECRETS)).unwrap());
    let (above, standby) = (follower(), follower());
    let _links = [Link::relay_to(&venue.hub, above.url()), Link::standby_of(venue.url(), &standby.hub)];
    let push = PushRequest::gather(node.grant().device_id, node.epoch, node.events.clone());
    run(node.client().push(&push)).unwrap();
    let log = venue.hub.events_blocking().unwrap();
    for hub in [&above.hub, &standby.hub] {
        let mut request = PullRequest { cursor: 0, incarnation: Incarnation([0; 16]), wait_ms: 1_000 };
        for _ in 0..60 {
            let page = run(hub.pull(request)).unwrap();
            request = PullRequest { cursor: page.cursor, incarnation: page.incarnation, ..request };
            if request.cursor == log.len() as u64 {
                break;
            }
        }
        assert_eq!(hub.events_blocking().unwrap(), log);
    }
    // Whoever has the token and another key gets nothing.
    let token = relay_token(&SECRETS, meeting);
    let thief = Client::new(&venue.url(), Some(pin()), Some(token)).unwrap().with_key(&EVIL.signing_seed);
    assert_eq!(run(thief.snapshot()), Err(NetFault::Denied));
}

#[test]
fn relay_notices_that_its_own_log_went_back_and_goes_on_in_the_same_life() {
    let mut venue = Venue::start();
    let (early, late) = (Device::enrolled(&venue, 1, 40), Device::enrolled(&venue, 2, 60));
    let copy = venue.folder.path().join("backup.db");
    backup(venue.folder.path(), &copy).unwrap();
    let above = following(early.grant().meeting_id);
    let link = Link::relay(&venue, &above);
    early.push(&venue, &early.events).unwrap();
    same_log(&venue, &above);
    let had = events_of(&above);
    drop(link);
    put_back(&mut venue, &copy);
    late.push(&venue, &late.events).unwrap();

    let _link = Link::relay(&venue, &above);
    settle(&venue, "it tells", |status| {
        let fault = status.link.as_ref().and_then(|link| link.fault.as_deref());
        fault.is_some_and(|fault| fault.contains("another order") && fault.contains("usher restore"))
    });
    assert_eq!(events_of(&above), had, "nothing of the other order is sent");
}
