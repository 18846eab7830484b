//! Slips that two desks work on: which version stands, what can be signed, what is in the drum.

use domain::config::DepositKind;
use domain::event::*;
use domain::meeting::{Proposal, SlipStatus, TaskKind};
use domain::{Command, Currency, EventId, Meeting, SlipId};

use crate::venue::*;

pub fn content(total_minor: i64) -> SlipContent {
    SlipContent {
        dealer: dealer(11),
        household: household(1),
        salesperson: Some("S07".into()),
        lines: vec![SlipLine {
            line: 1,
            sku: "K7".into(),
            quantity: 1,
            unit_price_minor: total_minor,
            policy_basis_points: 0,
            amount_minor: total_minor,
            free_goods: vec![],
            gift: None,
            discount: None,
        }],
        policy_rev: 1,
        total_minor,
        currency: Currency::CNY,
        deposit_kind: DepositKind::Refundable,
        deposit_minor: 0,
        due_on: None,
        address: None,
        phone: None,
        supplied_by: None,
        paid_to: None,
        ticket: None,
        note: String::new(),
    }
}

fn drafted(venue: &mut Venue, total_minor: i64) -> SlipId {
    let draft = Command::DraftSlip { content: Box::new(content(total_minor)) };
    let events = venue.check(staff("o1"), draft, &["SlipDrafted"]);
    let Event::SlipDrafted(drafted) = &events[0] else { panic!("{events:?}") };
    drafted.slip
}

fn head(meeting: &Meeting, slip: SlipId) -> EventId {
    meeting.slip(slip).expect("known").version().stamp.event
}

fn total(meeting: &Meeting, slip: SlipId) -> i64 {
    meeting.slip(slip).expect("known").version().content.total_minor
}

fn status(meeting: &Meeting, slip: SlipId) -> SlipStatus {
    meeting.slip(slip).expect("known").status()
}

fn revise(venue: &Venue, slip: SlipId, total_minor: i64) -> Command {
    Command::ReviseSlip { slip, base: head(&venue.meeting, slip), content: Box::new(content(total_minor)) }
}

fn sign(slip: SlipId) -> Command {
    Command::SignSlip { slip, signer: "Guest 11".into(), sealed: true }
}

/// One draft changed at two desks; the hub has the first desk's change before the second's.
fn two_desks() -> (Venue, Venue, SlipId) {
    let mut first = Venue::new();
    let slip = drafted(&mut first, 100);
    let mut second = first.clone().on(K2);
    first.check(staff("o1"), revise(&first, slip, 200), &["SlipRevised"]);
    second.check(staff("o1"), revise(&second, slip, 300), &["SlipRevised"]);
    second.check(staff("o1"), revise(&second, slip, 350), &["SlipRevised"]);
    assert_eq!((total(&first.meeting, slip), total(&second.meeting, slip)), (200, 350), "each desk: its own draft");
    first.pull(&second);
    (first, second, slip)
}

#[test]
fn slip_changed_at_two_desks_keeps_both_and_asks_which() {
    let (mut hub, _, slip) = two_desks();
    assert_eq!((total(&hub.meeting, slip), status(&hub.meeting, slip)), (200, SlipStatus::TwoVersions));
    let task = hub.meeting.tasks().remove(0);
    let TaskKind::SlipTwoVersions { versions, devices, number, signed, .. } = &task.kind else { panic!("{task:?}") };
    assert_eq!(
        (versions.len(), number.as_str(), *signed),
        (2, "K1-0001", false),
        "the desk's second change is its branch"
    );
    assert_eq!((*devices == [device(K1), device(K2)], task.proposal), (true, Proposal::ChooseVersion));
    let kept = versions[1];
    hub.check_refused(staff("o1"), sign(slip), "two_versions");
    hub.check_refused(staff("o1"), revise(&hub, slip, 1), "two_versions");
    assert_eq!(hub.meeting.signed_slips().count(), 0);
    let choose = |kept| Command::ChooseSlipVersion { slip, kept };
    hub.check_refused(guest_actor(), choose(kept), "not_authorised");
    hub.check_refused(staff("o1"), choose(EventId::from_bytes([1; 16])), "slip_changed");
    hub.check(staff("o1"), choose(kept), &["SlipBranchChosen"]);
    assert_eq!((total(&hub.meeting, slip), status(&hub.meeting, slip)), (350, SlipStatus::Draft));
    assert!(hub.task_kinds().is_empty());
    let settled = hub.meeting.settled_tasks(domain::UnixMillis(0));
    assert_eq!((settled.len(), settled[0].task.id, settled[0].by.name.as_str()), (1, task.id, "Staff o1"));
    hub.check(staff("o1"), choose(kept), &[]);
    hub.check(staff("o1"), sign(slip), &["SlipSigned"]);
    assert_eq!((status(&hub.meeting, slip), hub.meeting.signed_slips().count()), (SlipStatus::Signed, 1));
    hub.check_refused(staff("o1"), revise(&hub, slip, 1), "slip_signed");
    hub.check_refused(staff("o1"), sign(slip), "slip_signed");
}

#[test]
fn of_two_choices_the_first_in_the_hubs_order_counts() {
    let (mut first, mut second, slip) = {
        let (hub, _, slip) = two_desks();
        (hub.clone(), hub.on(K2), slip)
    };
    let versions: Vec<EventId> = first.meeting.slip(slip).expect("known").versions().map(|it| it.stamp.event).collect();
    let choose = |kept| Command::ChooseSlipVersion { slip, kept };
    first.check(staff("o1"), choose(versions[0]), &["SlipBranchChosen"]);
    second.check(staff("o1"), choose(versions[1]), &["SlipBranchChosen"]);
    first.pull(&second);
    assert_eq!((total(&first.meeting, slip), status(&first.meeting, slip)), (200, SlipStatus::Draft));
    assert!(first.task_kinds().is_empty());
}

#[test]
fn slip_signed_at_one_desk_and_changed_at_another() {
    // What reaches the hub first, what the slip is then, what it comes to once the signed words are picked.
    let check = |signed_first: bool, before: SlipStatus| {
        let mut desk = Venue::new();
        let slip = drafted(&mut desk, 100);
        let mut other = desk.clone().on(K2);
        desk.check(staff("o1"), sign(slip), &["SlipSigned"]);
        other.check(staff("o1"), revise(&other, slip, 300), &["SlipRevised"]);
        let mut hub = if signed_first { desk.clone() } else { other.clone() };
        hub.pull(if signed_first { &other } else { &desk });
        assert_eq!(status(&hub.meeting, slip), before);
        assert_eq!(hub.task_kinds(), ["slip_versions"], "in either order");
        let known = hub.meeting.slip(slip).expect("known");
        let pick = |total| known.versions().find(|it| it.content.total_minor == total).map(|it| it.stamp.event);
        let (paper, later) = (pick(100).expect("there"), pick(300).expect("there"));
        if signed_first {
            hub.check_refused(staff("o1"), Command::ChooseSlipVersion { slip, kept: later }, "slip_signed");
            hub.happens(SlipBranchChosen { slip, kept: later, dropped: vec![paper] });
            assert_eq!((status(&hub.meeting, slip), total(&hub.meeting, slip)), (before, 100), "signed never changes");
        }
        hub.check(staff("o1"), Command::ChooseSlipVersion { slip, kept: paper }, &["SlipBranchChosen"]);
        assert_eq!((status(&hub.meeting, slip), total(&hub.meeting, slip)), (SlipStatus::Signed, 100));
        assert!(hub.task_kinds().is_empty());
    };
    check(true, SlipStatus::Signed);
    check(false, SlipStatus::TwoVersions);
}

#[test]
fn signed_slip_whose_draft_died_with_a_disk_stands_on_its_own_words() {
    let mut venue = Venue::new();
    let slip = SlipId::from_bytes([7; 16]);
    let signed =
        |revision, total| SlipSigned { slip, revision, content: content(total), signer: "x".into(), sealed: false };
    venue.happens(signed(2, 100));
    assert_eq!((status(&venue.meeting, slip), total(&venue.meeting, slip)), (SlipStatus::Signed, 100));
    venue.happens(signed(2, 400));
    assert_eq!((status(&venue.meeting, slip), venue.task_kinds()), (SlipStatus::Signed, vec!["slip_versions"]));
}

#[test]
fn changes_of_before_the_base_was_an_event_follow_their_own_desk() {
    let mut first = Venue::new();
    let slip = drafted(&mut first, 100);
    let mut second = first.clone().on(K2);
    let revised = |base_rev, total| SlipRevised { slip, base_rev, content: content(total), base: None };
    first.happens(revised(1, 200));
    second.happens(revised(1, 300));
    second.happens(revised(2, 350));
    first.pull(&second);
    let totals: Vec<i64> =
        first.meeting.slip(slip).expect("known").versions().map(|it| it.content.total_minor).collect();
    assert_eq!(totals, [200, 350], "revision 2 of the second desk is not that of the first");
}

#[test]
fn same_change_at_two_desks_is_no_conflict() {
    let mut first = Venue::new();
    let slip = drafted(&mut first, 100);
    let mut second = first.clone().on(K2);
    first.check(staff("o1"), revise(&first, slip, 200), &["SlipRevised"]);
    second.check(staff("o1"), revise(&second, slip, 200), &["SlipRevised"]);
    first.pull(&second);
    assert_eq!(status(&first.meeting, slip), SlipStatus::Draft);
}

#[test]
fn slips_fit_together_or_are_refused() {
    let mut venue = Venue::new();
    let draft = |content| Command::DraftSlip { content: Box::new(content) };
    venue.check_refused(guest_actor(), draft(content(100)), "not_authorised");
    venue.check_refused(sales("S08"), draft(content(100)), "not_authorised");
    venue.check(sales("S07"), draft(content(100)), &["SlipDrafted"]);
    for broken in [
        SlipContent { total_minor: 99, ..content(100) },
        SlipContent { household: household(2), ..content(100) },
        SlipContent { deposit_minor: 101, ..content(100) },
    ] {
        venue.check_refused(staff("o1"), draft(broken), "record_broken");
    }
    venue.check_refused(staff("o1"), draft(content(-1)), "amount_out_of_range");
    venue.check_refused(staff("o1"), draft(SlipContent { dealer: dealer(99), ..content(1) }), "unknown_dealer");
    let slip = drafted(&mut venue, 100);
    assert_eq!(venue.meeting.slip(slip).map(|slip| slip.number.clone()).as_deref(), Some("K1-0002"));
    venue.check(staff("o1"), revise(&venue, slip, 100), &[]);
    let stale = Command::ReviseSlip { slip, base: EventId::from_bytes([1; 16]), content: Box::new(content(1)) };
    venue.check_refused(staff("o1"), stale, "slip_changed");
    venue.check_refused(staff("o1"), sign(SlipId::from_bytes([9; 16])), "unknown_slip");
    venue.check_refused(sales("S07"), sign(slip), "not_authorised");
    let nobody = Command::SignSlip { slip, signer: " ".into(), sealed: false };
    venue.check_refused(staff("o1"), nobody, "name_missing");
    let void =
        |second: Option<&str>| Command::VoidSlip { slip, reason: "wrong firm".into(), second: second.map(Into::into) };
    venue.check(staff("o1"), void(None), &["SlipVoided"]);
    venue.check_refused(staff("o1"), sign(slip), "slip_void");
    venue.check(staff("o1"), void(None), &[]);
}
