//! The one writer: nothing is answered before its commit, one batch is out, and a failed disk acknowledges nothing.

use domain::Command;
use domain::event::{HelpReason, UndoReason};
use node::{Denied, Effect, Input, MAX_WAITING_ACTS};

use crate::desk::{Desk, guest};

fn commits(desk: &Desk) -> Vec<Effect> {
    desk.effects.iter().filter(|effect| matches!(effect, Effect::Commit { .. })).cloned().collect()
}

fn ask_for_help(desk: &mut Desk) -> u64 {
    desk.act(Command::RequestHelp { reason: HelpReason::Asked, guest: None, household: None }, domain::Actor::Guest)
}

#[test]
fn act_is_answered_after_its_commit() {
    let mut desk = Desk::new();
    desk.commits = false;
    let tag = desk.check_in(0);
    assert_eq!(desk.answer(tag), None);
    assert!(desk.node.meeting().badges_of(guest(0)).is_empty(), "and not shown either");
    let effect = commits(&desk)[0].clone();
    let Effect::Commit { events, journal, .. } = &effect else { unreachable!() };
    assert!(events.iter().any(|event| event.kind == "GuestCheckedIn"));
    assert_eq!(journal.len(), 1, "the print intent is in the same batch");
    let input = desk.store(&effect).unwrap();
    desk.feed(input);
    let Some(Ok(answer)) = desk.answer(tag) else { panic!("no answer") };
    assert_eq!(answer.jobs, [journal[0].job]);
}

#[test]
fn one_batch_is_out_and_acts_wait_in_order() {
    let mut desk = Desk::new();
    desk.commits = false;
    let tags = [ask_for_help(&mut desk), ask_for_help(&mut desk), ask_for_help(&mut desk)];
    for (index, tag) in tags.into_iter().enumerate() {
        let out = commits(&desk);
        assert_eq!(out.len(), index + 1);
        assert_eq!(desk.answer(tag), None);
        let input = desk.store(&out[index]).unwrap();
        desk.feed(input);
        assert!(desk.answer(tag).is_some());
    }
    let seqs: Vec<u64> = desk.disk.pending.iter().map(|event| event.seq).collect();
    assert_eq!(seqs, [0, 1, 2]);
    assert!(desk.disk.pending.windows(2).all(|pair| pair[0].hash() == pair[1].prev_hash && pair[0].hlc < pair[1].hlc));
}

#[test]
fn too_many_waiting_acts_are_refused_honestly() {
    let mut desk = Desk::new();
    desk.commits = false;
    let tags: Vec<u64> = (0..MAX_WAITING_ACTS + 3).map(|_| ask_for_help(&mut desk)).collect();
    // One is with the disk, the queue is full behind it.
    let busy = tags.iter().filter(|tag| desk.answer(**tag) == Some(Err(Denied::Busy))).count();
    assert_eq!(busy, 2);
}

#[test]
fn failed_commit_acknowledges_nothing_and_asks_to_reopen() {
    let mut desk = Desk::new();
    desk.commits = false;
    let (first, second) = (desk.check_in(0), ask_for_help(&mut desk));
    let Effect::Commit { batch, .. } = commits(&desk)[0].clone() else { unreachable!() };
    desk.feed(Input::CommitFailed { batch, reason: "disk full".to_owned() });
    assert_eq!(desk.answer(first), Some(Err(Denied::Storage)));
    assert_eq!(desk.answer(second), Some(Err(Denied::Storage)));
    assert_eq!(desk.node.storage_fault(), Some("disk full"));
    assert!(desk.effects.iter().any(|effect| matches!(effect, Effect::Reopen { .. })));
    let third = ask_for_help(&mut desk);
    assert_eq!(desk.answer(third), Some(Err(Denied::Storage)));
    desk.commits = true;
    desk.feed(Input::Reopened(Box::new(desk.disk.clone())));
    assert_eq!(desk.node.storage_fault(), None);
    let again = desk.check_in(0);
    assert!(matches!(desk.answer(again), Some(Ok(_))));
    assert_eq!(desk.disk.pending[0].seq, 0, "the failed batch left no gap");
}

#[test]
fn refusal_needs_no_commit() {
    let mut desk = Desk::new();
    desk.commits = false;
    let undo = Command::UndoCheckIn { guest: guest(0), reason: UndoReason::WrongGuest, note: String::new() };
    let tag = desk.act(undo, Desk::staff());
    assert!(matches!(desk.answer(tag), Some(Err(Denied::Rule(_)))));
    assert!(commits(&desk).is_empty());
}

#[test]
fn clock_steps_back_stamps_rise_and_acts_keep_the_wall_clocks_time() {
    let mut desk = Desk::new();
    ask_for_help(&mut desk);
    desk.now -= 3_600_000;
    let tag = ask_for_help(&mut desk);
    let own = &desk.disk.pending;
    assert!(own[0].hlc < own[1].hlc);
    let Some(Ok(answer)) = desk.answer(tag) else { panic!("no answer") };
    assert_eq!(answer.events[0].0.at.0, desk.now);
}

#[test]
fn late_word_about_an_old_batch_changes_nothing() {
    let mut desk = Desk::new();
    desk.commits = false;
    let tag = ask_for_help(&mut desk);
    desk.feed(Input::Committed { batch: 999 });
    desk.feed(Input::CommitFailed { batch: 999, reason: "late".to_owned() });
    assert_eq!(desk.answer(tag), None);
    assert_eq!(desk.node.storage_fault(), None);
}
