//! Events that come from the hub: pulled runs, confirmation of own ones, snapshots, new incarnations.

use std::time::Instant;

use print::JobState;
use store::{Foreign, Store};
use sync::ids::Signature;
use sync::wire::Vouched;
use sync::{Event, Head, Snapshot};

use crate::support::{Author, HUB, NEW_HUB, at, job, new_store, open, snapshot};

fn contents(store: &Store) -> (Vec<(u64, Event)>, Vec<Event>, Vec<Event>) {
    let loaded = store.load().unwrap();
    (loaded.confirmed, loaded.pending, loaded.foreign.events)
}

#[test]
fn pulled_events_confirm_own_ones_in_the_hubs_order() {
    let (folder, mut store) = new_store();
    let (own, foreign) = (Author::own().run(3), Author::foreign(2).run(2));
    store.append(&own, &[]).unwrap();
    let order = at(1, &[foreign[0].clone(), own[0].clone(), foreign[1].clone(), own[1].clone()]);
    assert!(store.append_pulled(HUB, 2, &order[..2], &[]).unwrap().is_empty());
    assert!(store.append_pulled(HUB, 4, &order[2..], &[]).unwrap().is_empty());
    drop(store);

    let store = open(folder.path());
    assert_eq!(contents(&store), (order, vec![own[2].clone()], vec![]));
    let progress = store.progress().unwrap();
    assert_eq!((progress.cursor, progress.incarnation, progress.confirmed_seq), (4, Some(HUB), Some(1)));
    assert_eq!(progress.own_head, Some(Head::of(&own[2])));
}

#[test]
fn print_jobs_are_committed_with_the_events_that_ask_for_them() {
    let (_folder, mut store) = new_store();
    let foreign = Author::foreign(2).run(2);
    let (asked, doubted) = (job(1, JobState::Queued), job(2, JobState::Doubtful));
    store.append_pulled(HUB, 1, &at(1, &foreign[..1]), std::slice::from_ref(&asked)).unwrap();
    let gap = [(3, foreign[0].clone())];
    store.append_pulled(HUB, 3, &gap, std::slice::from_ref(&doubted)).unwrap_err();
    assert_eq!(store.load().unwrap().journal, std::slice::from_ref(&asked));
    store.install_snapshot(&snapshot(NEW_HUB, at(1, &foreign)), std::slice::from_ref(&doubted)).unwrap();
    assert_eq!(store.load().unwrap().journal, [asked, doubted]);
}

#[test]
fn acknowledgement_is_kept_until_the_hub_begins_anew() {
    let (_folder, mut store) = new_store();
    let own = Author::own().run(2);
    store.append(&own, &[]).unwrap();
    store.set_acked(Head::of(&own[1])).unwrap();
    assert_eq!(store.progress().unwrap().acked, Some(Head::of(&own[1])));
    store.install_snapshot(&snapshot(NEW_HUB, vec![]), &[]).unwrap();
    assert_eq!(store.progress().unwrap().acked, None);
}

/// Pulls two foreign events at 1 and 2, then tries `batch`, which must be refused with `reason` and leave no trace.
fn check_refused(batch: &[(u64, Event)], cursor: u64, reason: &str) {
    let (_folder, mut store) = new_store();
    store.append_pulled(HUB, 2, &at(1, &Author::foreign(2).run(2)), &[]).unwrap();
    let before = contents(&store);
    let error = store.append_pulled(HUB, cursor, batch, &[]).unwrap_err();
    assert_eq!(error.code(), "Rejected");
    assert!(error.to_string().contains(reason), "{error}");
    assert_eq!(contents(&store), before);
    assert_eq!(store.poisoned(), None);
}

#[test]
fn wrong_batches_of_the_hub_are_refused_as_a_whole() {
    let foreign = Author::foreign(2).run(5);
    let mut liar = Author::foreign(2);
    liar.next(b"another beginning");
    let mut forked = liar.clone();
    forked.head = forked.head.map(|head| Head { seq: 1, ..head });
    check_refused(&at(2, &foreign[2..3]), 2, "cursor 2 does not follow 2");
    check_refused(&[(4, foreign[2].clone()), (3, foreign[3].clone())], 4, "cursor 3 does not follow 4");
    check_refused(&at(3, &foreign[2..4]), 3, "cursor 3 does not follow 4");
    check_refused(&at(3, &foreign[3..4]), 3, "seq 3 follows where 2 should");
    check_refused(&at(3, &foreign[1..2]), 3, "seq 1 follows where 2 should");
    check_refused(&[(3, foreign[2].clone()), (4, foreign[4].clone())], 4, "seq 4 follows where 3 should");
    check_refused(&at(3, &forked.run(1)), 3, "does not name the hash of the one before");
}

#[test]
fn run_of_another_incarnation_is_refused() {
    let (_folder, mut store) = new_store();
    let foreign = Author::foreign(2).run(2);
    store.append_pulled(HUB, 1, &at(1, &foreign[..1]), &[]).unwrap();
    let error = store.append_pulled(NEW_HUB, 2, &at(2, &foreign[1..]), &[]).unwrap_err();
    assert!(error.to_string().contains("began anew"), "{error}");
}

#[test]
fn snapshot_of_a_new_hub_keeps_what_that_hub_lost() {
    let (folder, mut store) = new_store();
    let (own, foreign) = (Author::own().run(3), Author::foreign(2).run(3));
    store.append(&own, &[]).unwrap();
    store
        .append_pulled(HUB, 4, &at(1, &[own[0].clone(), foreign[0].clone(), foreign[1].clone(), own[1].clone()]), &[])
        .unwrap();

    let order = at(1, &[foreign[0].clone(), own[0].clone()]);
    assert!(store.install_snapshot(&snapshot(NEW_HUB, order.clone()), &[]).unwrap().is_empty());
    drop(store);
    let mut store = open(folder.path());
    assert_eq!(contents(&store), (order, own[1..].to_vec(), vec![foreign[1].clone()]));

    // What was lost comes back with other cursors.
    store.append_pulled(NEW_HUB, 4, &at(3, &foreign[1..]), &[]).unwrap();
    assert_eq!(contents(&store).2, []);
    assert!(store.verify().unwrap().damages.is_empty());
}

/// The hub's word for the heads of these events; the store looks at no signature.
fn word_for(events: &[Event]) -> Vouched {
    Vouched { heads: Vouched::places(events), signature: Signature([6; 64]) }
}

#[test]
fn what_new_hubs_lack_is_kept_in_its_order_with_the_hubs_word() {
    let (folder, mut store) = new_store();
    let (late, early) = (Author::foreign(2).run(3), Author::foreign(3).run(2));
    let pages = [vec![early[0].clone(), late[0].clone()], vec![early[1].clone(), late[1].clone()], late[2..].to_vec()];
    let words: Vec<Vouched> = pages.iter().map(|page| word_for(page)).collect();
    for (from, (page, word)) in [1, 3, 5].into_iter().zip(pages.iter().zip(&words)) {
        let cursor = from + page.len() as u64 - 1;
        store.append_vouched(HUB, cursor, &at(from, page), Some(word), &[]).unwrap();
    }
    assert_eq!(store.foreign().unwrap(), Foreign::default());

    store
        .install_snapshot(&snapshot(NEW_HUB, at(1, &[early[0].clone(), late[0].clone(), early[1].clone()])), &[])
        .unwrap();
    let lacking = Foreign { events: late[1..].to_vec(), vouched: words.clone() };
    assert_eq!(store.foreign().unwrap(), lacking);
    // A third life lacks more, which comes behind what the second lacked.
    store.install_snapshot(&snapshot(HUB, at(1, &early[..1])), &[]).unwrap();
    drop(store);
    let mut store = open(folder.path());
    let order = [&late[1..], &late[..1], &early[1..]].concat();
    assert_eq!(store.foreign().unwrap(), Foreign { events: order, vouched: words });
    assert_eq!(store.load().unwrap().foreign, store.foreign().unwrap());

    store.append_pulled(HUB, 5, &at(2, &[late, early[1..].to_vec()].concat()), &[]).unwrap();
    assert_eq!(store.foreign().unwrap(), Foreign::default());
}

#[test]
fn whole_snapshot_brings_the_only_word_that_is_needed() {
    let (_folder, mut store) = new_store();
    let foreign = Author::foreign(2).run(2);
    store.append_vouched(HUB, 1, &at(1, &foreign[..1]), Some(&word_for(&foreign[..1])), &[]).unwrap();
    let vouched = Some(word_for(&foreign));
    let whole = Snapshot { vouched: vouched.clone(), ..snapshot(NEW_HUB, at(1, &foreign)) };
    store.install_snapshot(&whole, &[]).unwrap();
    store.install_snapshot(&snapshot(HUB, vec![]), &[]).unwrap();
    assert_eq!(store.foreign().unwrap(), Foreign { events: foreign, vouched: vouched.into_iter().collect() });
}

#[test]
fn what_the_new_hub_contradicts_is_set_aside() {
    let (_folder, mut store) = new_store();
    let mut author = Author::foreign(2);
    let first = author.run(1);
    let mut clone = author.clone();
    let ours = author.run(3);
    let theirs = vec![clone.next(b"{\"from\":\"the clone\"}")];
    store.append_pulled(HUB, 4, &at(1, &[first.clone(), ours.clone()].concat()), &[]).unwrap();

    let order = at(1, &[first, theirs].concat());
    assert_eq!(store.install_snapshot(&snapshot(NEW_HUB, order.clone()), &[]).unwrap(), ours);
    assert_eq!(contents(&store), (order.clone(), vec![], vec![]));
    assert!(store.verify().unwrap().damages.is_empty());
    // The chain goes on behind the hub's word.
    let more = at(3, &clone.run(1));
    store.append_pulled(NEW_HUB, 3, &more, &[]).unwrap();
    assert_eq!(contents(&store).0, [order, more].concat());
}

#[test]
fn own_events_of_a_cloned_log_are_set_aside_when_the_clone_was_first() {
    let (_folder, mut store) = new_store();
    let (mut ours, mut clone) = (Author::own(), Author::own());
    let own = ours.run(2);
    store.append(&own, &[]).unwrap();
    let theirs = vec![clone.next(b"{\"from\":\"the clone\"}")];
    assert_eq!(store.append_pulled(HUB, 1, &at(1, &theirs), &[]).unwrap(), own);
    assert_eq!(contents(&store), (at(1, &theirs), vec![], vec![]));
}

#[test]
fn refused_snapshot_changes_nothing() {
    let (_folder, mut store) = new_store();
    let foreign = Author::foreign(2).run(4);
    store.append_pulled(HUB, 2, &at(1, &foreign[..2]), &[]).unwrap();
    let before = contents(&store);
    let gap = snapshot(NEW_HUB, vec![(1, foreign[0].clone()), (2, foreign[2].clone())]);
    assert_eq!(store.install_snapshot(&gap, &[]).unwrap_err().code(), "Rejected");
    assert_eq!(contents(&store), before);
    store.append_pulled(HUB, 4, &at(3, &foreign[2..]), &[]).unwrap();
}

#[test]
fn ten_thousand_events_are_installed_and_loaded_in_no_time() {
    let (folder, mut store) = new_store();
    let events = Author::foreign(2).run(10_000);
    let begin = Instant::now();
    store.install_snapshot(&snapshot(HUB, at(1, &events)), &[]).unwrap();
    let installed = begin.elapsed();
    drop(store);
    let begin = Instant::now();
    let loaded = open(folder.path()).load().unwrap();
    println!("10,000 events: installed in {installed:?}, opened and loaded in {:?}", begin.elapsed());
    assert_eq!(loaded.confirmed.len(), 10_000);
    // A new node has 10 s for all its work.
    assert!(begin.elapsed().as_secs() < 5 && installed.as_secs() < 5);
}
