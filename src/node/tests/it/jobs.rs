//! The life of a copy: what each word of the printer leads to, and that nothing is ever printed twice by itself.

use domain::event::{BadgeReason, BadgeRequested, BadgeVoided, UndoReason, VoidReason};
use domain::{BadgeId, Command, GuestId, PrinterId};
use node::{Completion, Effect, PrinterReport};
use print::{Fault, JobId, JobState};
use proptest::prelude::*;

use crate::desk::{Author, Desk, PEOPLE, guest};

/// A word of the printer, or of fate.
#[derive(Debug, Clone, Copy)]
enum Word {
    Ready,
    Unwell(Fault),
    Progress,
    Sent,
    Done(Completion),
    Failed(Fault, u64),
    /// The same, of an attempt that was long ago.
    LateDone,
    Wait(u64),
    Restart,
    Remembered,
}

fn say(desk: &mut Desk, word: Word) {
    let (job, attempt) = desk.prints().last().copied().unwrap_or((JobId(1), 1));
    match word {
        Word::Ready => desk.report(PrinterReport::Ready { epoch: 1 }),
        Word::Unwell(fault) => desk.report(PrinterReport::Unwell { fault }),
        Word::Progress => desk.report(PrinterReport::Progress { job, attempt, bytes_accepted: 500 }),
        Word::Sent => desk.report(PrinterReport::Sent { job, attempt, id: 7 }),
        Word::Done(completion) => desk.report(PrinterReport::Done { job, attempt, completion }),
        Word::Failed(fault, bytes_accepted) => {
            desk.report(PrinterReport::Failed { job, attempt, fault, bytes_accepted });
        }
        Word::LateDone => {
            desk.report(PrinterReport::Done { job, attempt: attempt + 1_000, completion: Completion::Printer });
        }
        Word::Wait(ms) => desk.wait(ms),
        Word::Restart => desk.restart(),
        Word::Remembered => desk.report(PrinterReport::Remembered { job }),
    }
}

fn name(state: JobState) -> &'static str {
    match state {
        JobState::Queued => "queued",
        JobState::Preflight => "preflight",
        JobState::Sending { .. } => "sending",
        JobState::Sent { .. } => "sent",
        JobState::Confirmed { .. } => "confirmed",
        JobState::PrintedUnconfirmed => "unconfirmed",
        JobState::Blocked { .. } => "blocked",
        JobState::Doubtful => "doubtful",
        JobState::Void => "void",
        JobState::Moved => "moved",
    }
}

/// One badge is asked for, the printer says `words`; then its row is `state`, it was printed `prints` times and the log
/// has `outcomes`.
fn check(words: &[Word], state: &str, prints: usize, outcomes: &[&str]) {
    let mut desk = Desk::new();
    desk.check_in(0);
    for word in words {
        say(&mut desk, *word);
    }
    assert_eq!(name(desk.disk.journal[0].state), state, "{words:?}");
    assert_eq!(desk.prints().len(), prints, "{words:?}");
    assert_eq!(desk.outcomes(), outcomes, "{words:?}");
}

const PRINTED: Word = Word::Done(Completion::Printer);
const CLEAN: Word = Word::Done(Completion::Unconfirmed);

#[test]
fn printer_says_that_the_paper_is_out_copy_is_confirmed() {
    check(&[Word::Ready, Word::Sent, PRINTED], "confirmed", 1, &["BadgePrinted"]);
    check(&[Word::Ready, Word::Progress, Word::Progress, PRINTED], "confirmed", 1, &["BadgePrinted"]);
}

#[test]
fn printer_that_cannot_say_so_leaves_the_copy_unconfirmed() {
    check(&[Word::Ready, Word::Sent, CLEAN], "unconfirmed", 1, &["BadgePrinted"]);
}

#[test]
fn paper_out_before_the_first_byte_blocks_and_resumes_alone() {
    let out = Word::Unwell(Fault::PaperOut);
    check(&[out], "blocked", 0, &[]);
    check(&[out, Word::Ready, Word::Ready, Word::Sent, PRINTED], "confirmed", 1, &["BadgePrinted"]);
    let failed = Word::Failed(Fault::PaperOut, 0);
    check(&[Word::Ready, failed], "blocked", 1, &[]);
    check(&[Word::Ready, failed, Word::Ready, Word::Ready, Word::Sent, PRINTED], "confirmed", 2, &["BadgePrinted"]);
}

#[test]
fn fault_after_the_first_byte_is_doubt_and_never_sent_again() {
    let failed = Word::Failed(Fault::PaperOut, 1);
    check(&[Word::Ready, failed], "doubtful", 1, &["BadgeDoubtful"]);
    check(&[Word::Ready, failed, Word::Ready, Word::Wait(60_000), Word::Ready], "doubtful", 1, &["BadgeDoubtful"]);
    check(&[Word::Ready, Word::Progress, Word::Failed(Fault::Busy, 0)], "doubtful", 1, &["BadgeDoubtful"]);
    check(&[Word::Ready, Word::Sent, Word::Failed(Fault::Disconnected, 0)], "doubtful", 1, &["BadgeDoubtful"]);
}

#[test]
fn process_restarts_what_was_sent_is_doubtful_what_was_not_goes_on() {
    check(&[Word::Restart, Word::Ready, Word::Sent, PRINTED], "confirmed", 1, &["BadgePrinted"]);
    check(&[Word::Ready, Word::Restart, Word::Ready], "doubtful", 1, &["BadgeDoubtful"]);
    check(&[Word::Ready, Word::Sent, Word::Restart, PRINTED], "doubtful", 1, &["BadgeDoubtful"]);
    let told = &["BadgeDoubtful", "BadgePrinted"];
    check(&[Word::Ready, Word::Sent, Word::Restart, Word::Remembered], "confirmed", 1, told);
    check(&[Word::Restart, Word::Remembered, Word::Ready, Word::Sent, PRINTED], "confirmed", 1, &["BadgePrinted"]);
    check(&[Word::Unwell(Fault::CoverOpen), Word::Restart, Word::Ready, PRINTED], "confirmed", 1, &["BadgePrinted"]);
}

#[test]
fn silent_printer_is_given_up() {
    check(&[Word::Wait(15_000)], "blocked", 0, &[]);
    check(&[Word::Ready, Word::Wait(180_000)], "doubtful", 1, &["BadgeDoubtful"]);
    check(&[Word::Ready, Word::Wait(100_000), Word::Progress, Word::Wait(100_000)], "sending", 1, &[]);
}

#[test]
fn printer_answers_after_all_settles_the_doubt() {
    let late = [Word::Ready, Word::Failed(Fault::Disconnected, 9), PRINTED];
    check(&late, "confirmed", 1, &["BadgeDoubtful", "BadgePrinted"]);
}

#[test]
fn late_word_of_another_attempt_is_dropped() {
    check(&[Word::Ready, Word::LateDone], "sending", 1, &[]);
}

#[test]
fn low_paper_is_shown_and_prints_on() {
    check(&[Word::Unwell(Fault::PaperLow), Word::Sent, PRINTED], "confirmed", 1, &["BadgePrinted"]);
    let mut desk = Desk::new();
    desk.report(PrinterReport::Unwell { fault: Fault::PaperLow });
    desk.report(PrinterReport::Ready { epoch: 1 });
    assert_eq!(desk.node.printers()[0].fault, Some(Fault::PaperLow));
    desk.wait(1_000);
    desk.report(PrinterReport::Ready { epoch: 1 });
    assert_eq!(desk.node.printers()[0].fault, None);
}

#[test]
fn one_job_is_in_flight_per_printer() {
    let mut desk = Desk::new();
    (0..4).for_each(|number| {
        desk.check_in(number);
    });
    desk.report(PrinterReport::Ready { epoch: 1 });
    desk.report(PrinterReport::Ready { epoch: 1 });
    assert_eq!(desk.prints().len(), 1);
    assert_eq!(desk.node.jobs().count(), 4);
    assert_eq!(desk.node.printers()[0].waiting, 4);
}

#[test]
fn staff_settle_a_doubt_once() {
    let mut desk = Desk::new();
    desk.check_in(0);
    say(&mut desk, Word::Ready);
    say(&mut desk, Word::Failed(Fault::PaperOut, 100));
    let badge = desk.node.meeting().badges_of(guest(0))[0].id;
    let tag = desk.act(Command::SettleDoubt { badge, came_out: false, printer: None }, Desk::staff());
    assert!(matches!(desk.answer(tag), Some(Ok(_))), "{:?}", desk.answer(tag));
    let states: Vec<&str> = desk.disk.journal.iter().map(|row| name(row.state)).collect();
    assert_eq!(states[0], "void");
    assert_eq!(states.len(), 2, "a new copy with a new id is asked for");
    assert_ne!(desk.disk.journal[1].badge, desk.disk.journal[0].badge);
    let again = desk.act(Command::SettleDoubt { badge, came_out: true, printer: None }, Desk::staff());
    assert!(matches!(desk.answer(again), Some(Err(_))));
}

#[test]
fn check_in_is_undone_before_its_badge_prints_nothing_is_printed() {
    let mut desk = Desk::new();
    say(&mut desk, Word::Unwell(Fault::PaperOut));
    desk.check_in(0);
    let undo = Command::UndoCheckIn { guest: guest(0), reason: UndoReason::WrongGuest, note: String::new() };
    desk.act(undo, Desk::staff());
    say(&mut desk, Word::Ready);
    say(&mut desk, Word::Ready);
    assert_eq!(name(desk.disk.journal[0].state), "void");
    assert_eq!(desk.prints().len(), 0);
}

fn reprint(author: &mut Author, printer: &str) -> sync::Event {
    reprint_for(guest(0), author, printer)
}

fn reprint_for(guest: GuestId, author: &mut Author, printer: &str) -> sync::Event {
    author.say(BadgeRequested {
        badge: BadgeId::from_bits(4_711),
        guest,
        copy: 1,
        printer: Some(PrinterId::new(printer)),
        table: None,
        reason: BadgeReason::Damaged,
        ahead: false,
        number: String::new(),
    })
}

#[test]
fn reprint_asked_for_elsewhere_prints_at_the_printer_that_it_names() {
    for (printer, prints) in [("K1.badge", 1), ("K2.badge", 0), ("badge", 0), ("K1.other", 0), ("K11.badge", 0)] {
        let mut desk = Desk::new();
        let request = reprint(&mut Author::new(30), printer);
        desk.hub_takes(request);
        desk.pull(10);
        say(&mut desk, Word::Ready);
        assert_eq!(desk.prints().len(), prints, "{printer}");
    }
}

#[test]
fn journal_is_lost_every_unsettled_copy_is_doubtful() {
    let mut desk = Desk::new();
    desk.check_in(0);
    desk.check_in(1);
    desk.disk.journal.clear();
    desk.restart();
    say(&mut desk, Word::Ready);
    assert_eq!(desk.outcomes(), ["BadgeDoubtful", "BadgeDoubtful"]);
    assert_eq!(desk.prints().len(), 0);
    desk.restart();
    assert_eq!(desk.outcomes().len(), 2, "said once");
}

#[test]
fn void_that_everybody_else_forgot_leaves_the_copy_doubtful() {
    let mut desk = Desk::new();
    desk.check_in(0);
    let badge = desk.disk.journal[0].badge.parse().expect("a row names a badge");
    desk.hub_takes(Author::new(30).say(BadgeVoided { badge, reason: VoidReason::CheckInUndone }));
    desk.pull(100);
    desk.restart();
    desk.pull(100);
    assert_eq!((desk.disk.journal[0].state, desk.outcomes().len()), (JobState::Void, 0), "the word stands");
    desk.hub.pop();
    desk.disk.confirmed.pop();
    desk.disk.cursor -= 1;
    desk.restart();
    assert_eq!(desk.outcomes().len(), 0, "the hub may still bring it");
    desk.pull(100);
    desk.report(PrinterReport::Ready { epoch: 1 });
    desk.pull(100);
    assert_eq!((desk.outcomes(), desk.prints().len()), (vec!["BadgeDoubtful".to_owned()], 0));
}

#[test]
fn copy_for_somebody_whom_nobody_knows_is_asked_about_after_a_minute() {
    let mut desk = Desk::new();
    desk.hub_takes(reprint_for(guest(PEOPLE + 9), &mut Author::new(30), "K1.badge"));
    desk.pull(10);
    say(&mut desk, Word::Ready);
    desk.wait(59_000);
    assert_eq!(desk.outcomes().len(), 0, "their registration may still come");
    desk.wait(1_000);
    assert_eq!((desk.outcomes(), desk.prints().len()), (vec!["BadgeDoubtful".to_owned()], 0));
    desk.wait(600_000);
    assert_eq!(desk.outcomes().len(), 1, "said once");
}

#[test]
fn disk_is_reborn_waiting_copies_are_doubtful() {
    let mut desk = Desk::new();
    desk.check_in(0);
    desk.disk.reborn = true;
    desk.disk.pending.clear();
    desk.restart();
    assert_eq!(desk.outcomes(), ["BadgeDoubtful"]);
}

#[test]
fn rows_are_durable_before_the_bytes() {
    let mut desk = Desk::new();
    desk.check_in(0);
    desk.commits = false;
    say(&mut desk, Word::Ready);
    assert_eq!(desk.prints().len(), 0, "the row is not durable yet");
    let effect = desk.effects.iter().rev().find(|effect| matches!(effect, Effect::Commit { .. })).cloned().unwrap();
    let input = desk.store(&effect).unwrap();
    desk.feed(input);
    assert_eq!(desk.prints().len(), 1);
}

fn words() -> impl Strategy<Value = Word> {
    prop_oneof![
        4 => Just(Word::Ready),
        1 => Just(Word::Unwell(Fault::CoverOpen)),
        1 => Just(Word::Unwell(Fault::PaperLow)),
        2 => Just(Word::Progress),
        3 => Just(Word::Sent),
        3 => Just(PRINTED),
        1 => Just(CLEAN),
        1 => Just(Word::Failed(Fault::PaperOut, 0)),
        1 => Just(Word::Failed(Fault::Stalled, 800)),
        1 => Just(Word::LateDone),
        1 => (0_u64..200_000).prop_map(Word::Wait),
        1 => Just(Word::Restart),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// Whatever a printer says in whatever order: a copy goes to paper again only when no byte of it was ever taken.
    #[test]
    fn any_words_of_a_printer_no_copy_is_sent_twice(script in proptest::collection::vec((words(), 0..PEOPLE), 1..60)) {
        let mut desk = Desk::new();
        let mut spent: Vec<JobId> = Vec::new();
        let mut printed = 0;
        for (word, number) in script {
            if number % 3 == 0 {
                desk.check_in(number);
            }
            let current = desk.prints().last().copied();
            let harmless = matches!(word, Word::Failed(_, 0) | Word::Ready | Word::Unwell(_) | Word::LateDone | Word::Wait(_));
            let row = |job: JobId| desk.disk.journal.iter().find(|row| row.job == job).map(|row| name(row.state));
            if let (Some((job, _)), false) = (current, harmless)
                && matches!(row(job), Some("sending" | "sent"))
            {
                spent.push(job);
            }
            say(&mut desk, word);
            for (job, _) in &desk.prints()[printed..] {
                prop_assert!(!spent.contains(job), "job {} again", job);
            }
            printed = desk.prints().len();
            // Waiting takes no byte, but what it leaves in doubt is spent as well.
            spent.extend(desk.disk.journal.iter().filter(|row| name(row.state) == "doubtful").map(|row| row.job));
        }
    }
}
