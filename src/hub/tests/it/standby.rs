//! A hub that stands by has everything, and takes over with nothing acknowledged lost.

use hub::{HubError, HubLog, Partner, backup};
use sync::Event;
use sync::wire::{LinkTask, NetFault, PATH_HEALTH, ProblemCode};

use crate::linked::{Copy, Link, events_of, following, has_each_once, put_back, same_log, settle};
use crate::venue::{Device, Venue, authored, client, options, sent};

#[test]
fn standby_that_is_promoted_has_everything_acknowledged_exactly_once() {
    let mut leader = Venue::start();
    let nodes: Vec<Device> = (1..=3).map(|seed| Device::enrolled(&leader, seed, 400)).collect();
    let (meeting, life) = (nodes[0].grant().meeting_id, nodes[0].grant().incarnation);
    let standby = following(meeting);
    let link = Link::standby(&leader, &standby);
    std::thread::scope(|scope| {
        for node in &nodes {
            let first = &node.events[..200];
            scope.spawn(|| node.push_by(&leader, first, 20));
        }
        leader.hub().author_blocking(vec![authored("the draw begins")]).unwrap();
    });
    same_log(&leader, &standby);
    settle(&standby, "it tells that it stands by", |status| {
        status.link.as_ref().is_some_and(|link| link.task == LinkTask::Standby && link.fault.is_none())
    });
    let (status, body) = nodes[0].get(&standby, sync::wire::PATH_SNAPSHOT);
    let problem: sync::wire::Problem = serde_json::from_slice(&body).unwrap();
    assert_eq!((status, problem.code), (421, ProblemCode::Follows));
    assert!(problem.remedy.contains(&leader.url("")), "it names the hub to use: {problem}");
    // The standby is cut off; the venue goes on, and one node is still reading when the hub dies.
    drop(link);
    nodes[1].push(&leader, &nodes[1].events[200..300]).unwrap();
    let late = Device::enrolled(&leader, 9, 5);
    late.push(&leader, &late.events).unwrap();
    leader.hub().author_blocking(vec![authored("the draw's result")]).unwrap();
    let mut copy = Copy::default();
    copy.pull(&nodes[0], &leader, life);
    nodes[2].push(&leader, &nodes[2].events[200..400]).unwrap();
    let acknowledged = events_of(&leader);
    leader.stop();

    let incarnation = standby.hub().promote_blocking().unwrap();
    assert_ne!(incarnation, life);
    copy.offer(&nodes[0], &standby);
    for node in [&nodes[0], &nodes[1], &nodes[2], &late] {
        node.push_by(&standby, &node.events, 200);
    }
    has_each_once(&standby, &acknowledged);
    let written: Vec<Event> = nodes.iter().flat_map(|node| node.events.clone()).collect();
    has_each_once(&standby, &written);
    assert_eq!(standby.hub().status().follows, None);
    standby.hub().author_blocking(vec![authored("it goes on")]).unwrap();
}

#[test]
fn standby_ends_by_itself_when_it_is_promoted() {
    let leader = Venue::start();
    let node = Device::enrolled(&leader, 1, 1);
    let standby = following(node.grant().meeting_id);
    let link = Link::standby(&leader, &standby);
    same_log(&leader, &standby);
    standby.hub().promote_blocking().unwrap();
    node.push(&leader, &node.events).unwrap();
    link.join();
    assert_eq!(standby.hub().status().link, None);
    assert_eq!(events_of(&standby).len(), 3, "nothing of the old hub comes any more");
}

#[test]
fn repaired_hub_comes_back_as_a_standby_and_brings_what_only_it_had() {
    let mut first = Venue::start();
    let node = Device::enrolled(&first, 1, 30);
    let standby = following(node.grant().meeting_id);
    let link = Link::standby(&first, &standby);
    node.push(&first, &node.events[..10]).unwrap();
    same_log(&first, &standby);
    drop(link);
    node.push(&first, &node.events[10..20]).unwrap();
    first.hub().author_blocking(vec![authored("the draw's result")]).unwrap();
    let acknowledged = events_of(&first);
    first.stop();

    standby.hub().promote_blocking().unwrap();
    assert!(matches!(standby.hub().promote_blocking(), Err(HubError::Orders { .. })), "once");
    assert_eq!(standby.hub().fault(), None);
    node.push_by(&standby, &node.events, 30);
    first.restart_with(first.log());
    let _links = Link::keep(first.hub(), Some(Partner::Standby(standby.url(""))), None);
    assert!(first.hub().status().follows.is_some(), "before it serves");
    settle(&standby, "what only the first hub had is there", |status| status.cursor == 34);
    has_each_once(&standby, &acknowledged);
    same_log(&standby, &first);
}

#[test]
fn standby_of_a_restored_hub_gives_back_what_that_lost_and_follows_again() {
    let mut leader = Venue::start();
    let node = Device::enrolled(&leader, 1, 600);
    let copy = leader.folder.path().join("backup.db");
    backup(leader.folder.path(), &copy).unwrap();
    let standby = following(node.grant().meeting_id);
    let _link = Link::standby(&leader, &standby);
    node.push_by(&leader, &node.events, 200);
    leader.hub().author_blocking(vec![authored("the draw's result")]).unwrap();
    same_log(&leader, &standby);
    let acknowledged = events_of(&leader);
    let address = leader.vanish();

    leader.restart_at(address, HubLog::restore(leader.folder.path(), &copy, options()).unwrap());
    settle(&leader, "what was lost is there", |status| status.cursor == acknowledged.len() as u64 + 1);
    has_each_once(&leader, &acknowledged);
    same_log(&leader, &standby);
}

#[test]
fn hub_whose_standby_was_not_reached_at_its_start_serves_and_follows_once_it_hears_of_the_promotion() {
    let mut first = Venue::start();
    let node = Device::enrolled(&first, 1, 30);
    let mut standby = following(node.grant().meeting_id);
    let link = Link::standby(&first, &standby);
    node.push(&first, &node.events[..10]).unwrap();
    same_log(&first, &standby);
    drop(link);
    standby.hub().promote_blocking().unwrap();
    node.push(&standby, &node.events[..20]).unwrap();
    let address = standby.vanish();

    first.restart();
    let partner = Partner::Standby(format!("http://{address}"));
    let _links = Link::keep(first.hub(), Some(partner), None);
    node.push(&first, &node.events[..12]).unwrap();
    let doubt = first.hub().status().standby.expect("it asks its standby");
    assert_eq!((doubt.answered_ms, doubt.fault.as_deref()), (None, Some("the hub cannot be reached")));
    let (status, words) = sent(client().get(first.url(PATH_HEALTH)));
    assert_eq!((status, words), (200, b"usher hub\nwhether its standby took over is not known\n".to_vec()));

    let log = standby.log();
    standby.restart_at(address, log);
    settle(&first, "it follows", |status| status.follows.is_some() && status.standby.is_none());
    let refused = node.push(&first, &node.events[..13]);
    assert!(matches!(&refused, Err(NetFault::Refused(problem)) if problem.code == ProblemCode::Follows), "{refused:?}");
    same_log(&standby, &first);
    has_each_once(&standby, &node.events[..20]);
}

#[test]
fn hub_that_is_promoted_again_takes_the_place_back_and_its_standby_follows() {
    let first = Venue::start();
    let node = Device::enrolled(&first, 1, 10);
    let standby = following(node.grant().meeting_id);
    let _first_links = Link::keep(first.hub(), Some(Partner::Standby(standby.url(""))), None);
    let _standby_links = Link::keep(standby.hub(), Some(Partner::Leader(first.url(""))), None);
    same_log(&first, &standby);
    settle(&first, "it knows of its standby", |status| {
        status.standby.as_ref().is_some_and(|standby| standby.answered_ms.is_some() && standby.fault.is_none())
    });

    standby.hub().promote_blocking().unwrap();
    settle(&first, "it follows", |status| status.follows.is_some());
    node.push(&standby, &node.events).unwrap();
    same_log(&standby, &first);
    first.hub().promote_blocking().unwrap();
    settle(&standby, "it follows again", |status| status.follows.is_some());
    first.hub().author_blocking(vec![authored("it goes on")]).unwrap();
    same_log(&first, &standby);
    has_each_once(&first, &node.events);
}

#[test]
fn hub_that_stands_by_relays_nothing_before_it_is_promoted() {
    let first = Venue::start();
    let node = Device::enrolled(&first, 1, 10);
    let meeting = node.grant().meeting_id;
    let (standby, above) = (following(meeting), following(meeting));
    let _links = Link::keep(standby.hub(), Some(Partner::Leader(first.url(""))), Some(above.url("")));
    same_log(&first, &standby);
    assert_eq!(standby.hub().status().link.map(|link| link.task), Some(LinkTask::Standby));
    node.push(&first, &node.events).unwrap();
    same_log(&first, &standby);
    assert_eq!(above.hub().status().cursor, 0, "that is the ordering hub's to send");

    standby.hub().promote_blocking().unwrap();
    same_log(&standby, &above);
    settle(&standby, "it relays", |status| status.link.as_ref().is_some_and(|link| link.task == LinkTask::Relay));
}

#[test]
fn standby_notices_that_its_leader_went_back_and_goes_on_in_the_same_life() {
    let mut leader = Venue::start();
    let (early, late) = (Device::enrolled(&leader, 1, 40), Device::enrolled(&leader, 2, 60));
    let copy = leader.folder.path().join("backup.db");
    backup(leader.folder.path(), &copy).unwrap();
    let standby = following(early.grant().meeting_id);
    let link = Link::standby(&leader, &standby);
    early.push(&leader, &early.events).unwrap();
    same_log(&leader, &standby);
    let had = events_of(&standby);
    drop(link);
    put_back(&mut leader, &copy);
    late.push(&leader, &late.events).unwrap();

    let _link = Link::standby(&leader, &standby);
    settle(&standby, "it tells", |status| {
        let fault = status.link.as_ref().and_then(|link| link.fault.as_deref());
        fault.is_some_and(|fault| fault.contains("another order") && fault.contains("usher restore"))
    });
    assert_eq!(events_of(&standby), had, "nothing of the other order is taken");
}
