//! The order policy, prices that wait for a deputy commander, the deadline, slips in place of others.

use domain::config::{FreeGoods, PolicyTier, Product, Text};
use domain::event::*;
use domain::meeting::{DiscountState, LineAuthority, NextTier, SlipStatus, line_amount};
use domain::{Command, DeskCommand, DiscountId, LocalDate, MeetingConfig, SlipId};

use crate::slips::content;
use crate::venue::*;

fn tier(at_least_quantity: u32, discount_basis_points: u16) -> PolicyTier {
    PolicyTier { at_least_quantity, discount_basis_points, free_goods: vec![], gift: None }
}

/// K7 lists at 50.00, may go to 48.00, 2 % off from 100 units and 3 % with six free K8 from 200; 250 in stock.
pub fn with_products(rev: u32) -> MeetingConfigured {
    let product = |sku: &str, list_price_minor| Product {
        sku: sku.into(),
        erp_code: None,
        name: Text::same(sku),
        unit: Text::same("t"),
        list_price_minor,
        lowest_price_minor: None,
        featured: false,
        stock: None,
        lead_days: None,
        tiers: vec![],
    };
    let free_goods = vec![FreeGoods { sku: "K8".into(), quantity: 6 }];
    let best = PolicyTier { free_goods, gift: Some("kettle".into()), ..tier(200, 300) };
    let k7 = Product {
        lowest_price_minor: Some(4_800),
        stock: Some(250),
        lead_days: Some(14),
        tiers: vec![tier(100, 200), best],
        ..product("K7", 5_000)
    };
    let config = MeetingConfig { products: vec![k7, product("K8", 1_000)], ..config() };
    MeetingConfigured { rev, config: Box::new(config) }
}

fn venue() -> Venue {
    let mut venue = Venue::new();
    venue.happens(with_products(2));
    venue
}

/// One line of K7 and one of K8, priced by the policy.
pub fn priced(venue: &Venue, quantity: u32, unit_price_minor: i64) -> SlipContent {
    let line = venue.meeting.priced_line(1, &"K7".into(), quantity, Some(unit_price_minor)).expect("priced");
    let other = venue.meeting.priced_line(2, &"K8".into(), 1, None).expect("priced");
    let total_minor = line.amount_minor + other.amount_minor;
    SlipContent { lines: vec![line, other], total_minor, policy_rev: venue.meeting.config_rev(), ..content(1) }
}

fn draft(content: SlipContent) -> Command {
    Command::DraftSlip { content: Box::new(content) }
}

pub fn drafted(venue: &mut Venue, content: SlipContent) -> SlipId {
    let events = venue.check(staff("o1"), draft(content), &["SlipDrafted"]);
    let Event::SlipDrafted(drafted) = &events[0] else { panic!("{events:?}") };
    drafted.slip
}

fn revise(venue: &mut Venue, slip: SlipId, content: SlipContent) {
    let base = venue.meeting.slip(slip).expect("known").version().stamp.event;
    venue.check(staff("o1"), Command::ReviseSlip { slip, base, content: Box::new(content) }, &["SlipRevised"]);
}

pub fn sign(slip: SlipId) -> Command {
    Command::SignSlip { slip, signer: "Guest 11".into(), sealed: true }
}

fn ask(slip: SlipId, line: u16) -> Command {
    Command::Desk(DeskCommand::RequestDiscount { slip, line, reason: "pays at once".into() })
}

fn asked(venue: &mut Venue, slip: SlipId) -> DiscountId {
    let events = venue.check(staff("o1"), ask(slip, 1), &["DiscountRequested"]);
    let Event::DiscountRequested(asked) = &events[0] else { panic!("{events:?}") };
    asked.discount
}

fn approve(discount: DiscountId, approver: &str) -> Command {
    Command::Desk(DeskCommand::ApproveDiscount { discount, approver: approver.into() })
}

fn refuse(discount: DiscountId, reason: &str) -> Command {
    Command::Desk(DeskCommand::RefuseDiscount { discount, by: "d1".into(), reason: reason.into() })
}

fn authority(venue: &Venue, slip: SlipId) -> LineAuthority {
    let slip = venue.meeting.slip(slip).expect("known");
    venue.meeting.line_authority(slip, &slip.version().content.lines[0])
}

#[test]
fn policy_says_what_a_quantity_earns_and_what_is_missing_to_more() {
    let mut venue = venue();
    let check = |venue: &Venue, quantity, off, missing: Option<u32>, short| {
        let word = venue.meeting.policy_word(&"K7".into(), quantity).expect("known");
        assert_eq!(word.tier.map(|tier| tier.discount_basis_points), off, "{quantity}");
        assert_eq!(word.next.map(|NextTier { missing, .. }| missing), missing, "{quantity}");
        assert_eq!((word.short_of_stock, word.lead_days), (Some(short), Some(14)), "{quantity}");
    };
    check(&venue, 0, None, Some(100), 0);
    check(&venue, 90, None, Some(10), 0);
    check(&venue, 100, Some(200), Some(100), 0);
    check(&venue, 199, Some(200), Some(1), 0);
    check(&venue, 260, Some(300), None, 10);
    let content = priced(&venue, 200, 5_000);
    let slip = drafted(&mut venue, content);
    venue.check(staff("o1"), sign(slip), &["SlipSigned"]);
    check(&venue, 90, None, Some(10), 40);
    assert_eq!(venue.meeting.signed_units(&"K8".into()), 7, "free goods leave the stock too");
    let unknown = venue.meeting.policy_word(&"K9".into(), 1).map_err(|refusal| refusal.code());
    assert_eq!(unknown, Err("unknown_product"));
}

#[test]
fn lines_are_exact_to_the_minor_unit_or_refused() {
    for (quantity, unit, off, expected) in [
        (120, 4_950, 500, Some(564_300)),
        (1, 1, 5_000, Some(1)),
        (1, 1, 5_001, Some(0)),
        (3, 333, 333, Some(966)),
        (u32::MAX, 0, 0, Some(0)),
        (7, 100, 10_000, Some(0)),
        (7, 100, 10_001, None),
        (1, -1, 0, None),
        (1, 100_000_000_000_000, 0, Some(100_000_000_000_000)),
        (1, 100_000_000_000_001, 0, None),
        (u32::MAX, i64::MAX, 0, None),
    ] {
        assert_eq!(line_amount(quantity, unit, off), expected, "{quantity} × {unit} − {off}");
    }
}

#[test]
fn slips_that_do_not_fit_the_policy_are_refused_each_with_its_answer() {
    let mut venue = venue();
    let good = priced(&venue, 200, 5_000);
    assert_eq!((good.total_minor, good.lines[0].free_goods.len()), (971_000, 1));
    let with = |edit: &dyn Fn(&mut SlipLine)| {
        let mut content = good.clone();
        edit(&mut content.lines[0]);
        content.total_minor = content.lines.iter().map(|line| line.amount_minor).sum();
        content
    };
    let day = |text: &str| text.parse::<LocalDate>().ok();
    let rows: Vec<(SlipContent, &str)> = vec![
        (with(&|line| line.sku = "K9".into()), "unknown_product"),
        (with(&|line| line.quantity = 0), "no_quantity"),
        (with(&|line| line.policy_basis_points = 10_001), "discount_above_whole"),
        (with(&|line| line.unit_price_minor = -5), "amount_out_of_range"),
        (with(&|line| line.unit_price_minor = i64::MAX), "amount_out_of_range"),
        (with(&|line| line.amount_minor -= 1), "record_broken"),
        (with(&|line| line.free_goods.clear()), "policy_differs"),
        (with(&|line| line.gift = None), "policy_differs"),
        (with(&|line| (line.policy_basis_points, line.amount_minor) = (400, 960_000)), "policy_differs"),
        (with(&|line| line.line = 2), "record_broken"),
        (SlipContent { deposit_minor: -1, ..good.clone() }, "amount_out_of_range"),
        (SlipContent { deposit_minor: 971_001, ..good.clone() }, "record_broken"),
        (SlipContent { currency: domain::Currency::KRW, ..good.clone() }, "record_broken"),
        (SlipContent { due_on: day("2026-11-26"), ..good.clone() }, "due_in_the_past"),
        (SlipContent { supplied_by: Some(dealer(99)), ..good.clone() }, "unknown_dealer"),
        (SlipContent { paid_to: Some(dealer(99)), ..good.clone() }, "unknown_dealer"),
    ];
    for (content, code) in rows {
        venue.check_refused(staff("o1"), draft(content), code);
    }
    let filled = SlipContent {
        due_on: day("2026-11-27"),
        supplied_by: Some(dealer(31)),
        paid_to: Some(dealer(31)),
        deposit_minor: 200_000,
        deposit_kind: domain::config::DepositKind::Forfeit,
        ..good.clone()
    };
    assert_eq!((filled.balance_minor(), filled.beyond_forfeit_minor()), (771_000, 5_800));
    let slip = drafted(&mut venue, filled.clone());
    assert_eq!(*venue.meeting.slip(slip).expect("known").version().content, filled);
}

#[test]
fn price_below_the_lowest_waits_for_a_deputy_while_other_lines_go_on() {
    let mut venue = venue();
    let content = priced(&venue, 100, 4_700);
    let slip = drafted(&mut venue, content.clone());
    assert_eq!(authority(&venue, slip), LineAuthority::Unasked { lowest_minor: 4_800 });
    venue.check_refused(staff("o1"), sign(slip), "price_waits");
    venue.check_refused(guest_actor(), ask(slip, 1), "not_authorised");
    venue.check_refused(staff("o1"), ask(slip, 7), "unknown_line");
    venue.check(staff("o1"), ask(slip, 2), &[]);
    let discount = asked(&mut venue, slip);
    venue.check(staff("o1"), ask(slip, 1), &[]);
    assert_eq!((venue.meeting.open_discounts().len(), venue.task_kinds()), (1, vec!["price_wanted"]));
    let more = SlipContent { note: "after the banquet".into(), ..content };
    revise(&mut venue, slip, more);
    assert_eq!(authority(&venue, slip), LineAuthority::Waiting { discount }, "another field does not touch the line");
    for nobody in ["o1", "c1"] {
        venue.check_refused(staff("o1"), approve(discount, nobody), "not_authorised");
    }
    venue.check_refused(staff("o1"), approve(discount, "x9"), "unknown_staff");
    venue.check_refused(guest_actor(), approve(discount, "d1"), "not_authorised");
    venue.check(staff("o1"), approve(discount, "d1"), &["DiscountApproved"]);
    let settled = venue.meeting.settled_tasks(domain::UnixMillis(0)).len();
    assert_eq!((venue.task_kinds().len(), settled), (0, 1), "the answer settles the task");
    assert_eq!(authority(&venue, slip), LineAuthority::Approved { discount, by: "d1".into() });
    venue.check_refused(staff("o1"), refuse(discount, "no"), "already_done");
    venue.check(staff("o1"), sign(slip), &["SlipSigned"]);
    assert_eq!(authority(&venue, slip), LineAuthority::Approved { discount, by: "d1".into() }, "the name is printed");
}

#[test]
fn approval_is_void_once_its_line_changes_even_there_and_back() {
    let mut venue = venue();
    let cheap = priced(&venue, 100, 4_700);
    let slip = drafted(&mut venue, cheap.clone());
    let discount = asked(&mut venue, slip);
    venue.check(staff("o1"), approve(discount, "d1"), &["DiscountApproved"]);
    let cheaper = priced(&venue, 100, 4_600);
    revise(&mut venue, slip, cheaper);
    let outdated = LineAuthority::Outdated { discount, revision: 1 };
    assert_eq!(authority(&venue, slip), outdated);
    revise(&mut venue, slip, cheap);
    assert_eq!(authority(&venue, slip), outdated, "the same words, but changed in between");
    assert_eq!(venue.meeting.outdated_approvals().len(), 1);
    venue.check_refused(staff("o1"), sign(slip), "price_waits");
    let again = asked(&mut venue, slip);
    assert!(venue.meeting.outdated_approvals().is_empty());
    venue.check_refused(staff("o1"), refuse(again, " "), "reason_missing");
    venue.check(staff("o1"), refuse(again, "too much"), &["DiscountRefused"]);
    let LineAuthority::Refused { reason, .. } = authority(&venue, slip) else { panic!("refused") };
    assert_eq!(reason, "too much");
    venue.check_refused(staff("o1"), sign(slip), "price_waits");
    let dear = priced(&venue, 100, 4_800);
    revise(&mut venue, slip, dear);
    venue.check(staff("o1"), sign(slip), &["SlipSigned"]);
}

#[test]
fn old_revision_approved_while_cut_off_does_not_count_and_says_so() {
    let mut desk = venue();
    let content = priced(&desk, 100, 4_700);
    let slip = drafted(&mut desk, content);
    let discount = asked(&mut desk, slip);
    let mut deputy = desk.clone().on(K2);
    let changed = priced(&desk, 120, 4_700);
    revise(&mut desk, slip, changed);
    desk.check_refused(staff("o1"), approve(discount, "d1"), "slip_changed");
    deputy.check(staff("d1"), approve(discount, "d1"), &["DiscountApproved"]);
    desk.pull(&deputy);
    assert_eq!(authority(&desk, slip), LineAuthority::Outdated { discount, revision: 1 });
    assert_eq!(desk.meeting.outdated_approvals()[0].request.discount, discount);
    assert!(desk.meeting.open_discounts().is_empty());
    assert_eq!(desk.task_kinds(), ["approval_outdated"]);
    desk.check_refused(staff("o1"), sign(slip), "price_waits");
}

#[test]
fn deputy_approves_what_the_meeting_file_states_and_any_price_where_it_states_nothing() {
    let check = |stated: Option<u16>, price: i64, may: bool| {
        let mut venue = venue();
        let mut configured = with_products(3);
        let deputy = configured.config.staff.iter_mut().find(|staff| staff.id == "d1".into()).expect("there");
        deputy.discount_basis_points = stated;
        venue.happens(configured);
        let content = priced(&venue, 1, price);
        let slip = drafted(&mut venue, content);
        let discount = asked(&mut venue, slip);
        if may {
            venue.check(staff("d1"), approve(discount, "d1"), &["DiscountApproved"]);
        } else {
            venue.check_refused(staff("d1"), approve(discount, "d1"), "beyond_authority");
        }
    };
    check(Some(600), 4_700, true);
    check(Some(600), 4_699, false);
    check(Some(0), 4_749, false);
    check(Some(10_000), 0, true);
    check(None, 4_700, true);
    check(None, 0, true);
}

#[test]
fn every_transition_of_a_price_request_has_its_outcome() {
    let (requested, by) = (DiscountState::Requested, domain::StaffId::from("d2"));
    let approved = DiscountState::Approved { by: "d1".into() };
    let refused = DiscountState::Refused { by: "d1".into(), reason: "no".into() };
    let check = |from: &DiscountState, yes: DiscountState, no: DiscountState| {
        assert_eq!(from.clone().approve(&by), yes, "{from:?}");
        assert_eq!(from.clone().refuse(&by, "late"), no, "{from:?}");
    };
    let by = by.clone();
    check(&requested, DiscountState::Approved { by: by.clone() }, DiscountState::Refused { by, reason: "late".into() });
    check(&approved, approved.clone(), approved.clone());
    check(&refused, refused.clone(), refused.clone());
}

#[test]
fn orders_close_and_a_ticket_from_before_keeps_policy_and_day() {
    let mut venue = venue();
    let mut configured = with_products(2);
    configured.config.rules.queue.order_desk = true;
    venue.happens(configured);
    let take = |household| Command::Desk(DeskCommand::TakeTicket { queue: "order".into(), household: Some(household) });
    let events = venue.check(guest_actor(), take(household(1)), &["TicketTaken"]);
    let Event::TicketTaken(taken) = &events[0] else { panic!("{events:?}") };
    let content = priced(&venue, 200, 5_000);
    let held = drafted(&mut venue, SlipContent { ticket: Some(taken.ticket), ..content.clone() });
    let late = drafted(&mut venue, content.clone());
    let close = || Command::Desk(DeskCommand::CloseOrders { note: String::new() });
    venue.check_refused(staff("o1"), close(), "not_authorised");
    venue.check(domain::Actor::System, close(), &["OrdersClosed"]);
    venue.check(staff("h1"), close(), &[]);
    venue.check_refused(staff("o1"), sign(late), "orders_closed");
    venue.check(staff("o1"), sign(held), &["SlipSigned"]);
    let held = drafted(&mut venue, SlipContent { ticket: Some(taken.ticket), ..content });
    let mut dearer = with_products(3);
    dearer.config.products[0].tiers.truncate(1);
    venue.happens(dearer);
    venue.check(staff("h1"), Command::Desk(DeskCommand::ReopenOrders { note: String::new() }), &["OrdersReopened"]);
    venue.check_refused(staff("o1"), sign(late), "policy_changed");
    venue.check(staff("o1"), sign(held), &["SlipSigned"]);
    let content = priced(&venue, 200, 5_000);
    assert_eq!(content.lines[0].policy_basis_points, 200);
    revise(&mut venue, late, content);
    venue.check(staff("o1"), sign(late), &["SlipSigned"]);
}

#[test]
fn signed_slip_gives_way_only_to_a_signed_one_and_never_in_a_circle() {
    let mut venue = venue();
    let [old, new] = [1, 2].map(|quantity| {
        let content = priced(&venue, quantity, 5_000);
        drafted(&mut venue, content)
    });
    let replace =
        |slip, by, reason: &str| Command::Desk(DeskCommand::SupersedeSlip { slip, by, reason: reason.into() });
    venue.check_refused(staff("o1"), replace(old, new, "more"), "not_signed");
    venue.check(staff("o1"), sign(old), &["SlipSigned"]);
    venue.check_refused(staff("o1"), replace(old, new, "more"), "not_signed");
    venue.check(staff("o1"), sign(new), &["SlipSigned"]);
    venue.check_refused(staff("o1"), replace(old, old, "more"), "record_broken");
    venue.check_refused(staff("o1"), replace(old, new, ""), "reason_missing");
    venue.check_refused(sales("S07"), replace(old, new, "more"), "not_authorised");
    let mut other = venue.clone().on(K2);
    venue.check(staff("o1"), replace(old, new, "more"), &["SlipSuperseded"]);
    venue.check(staff("o1"), replace(old, new, "more"), &[]);
    other.check(staff("o1"), replace(new, old, "less"), &["SlipSuperseded"]);
    venue.pull(&other);
    let status = |slip| venue.meeting.slip(slip).expect("known").status();
    assert_eq!((status(old), status(new)), (SlipStatus::Superseded { by: new }, SlipStatus::Signed));
    assert_eq!(venue.meeting.signed_slips().count(), 1);
}

#[test]
fn signed_copies_that_are_not_back_are_listed() {
    let mut venue = venue();
    let content = priced(&venue, 1, 5_000);
    let slip = drafted(&mut venue, content);
    let back = |copy| Command::Desk(DeskCommand::ReturnCopy { slip, copy });
    venue.check_refused(staff("o1"), back(SlipCopy::Stub), "not_signed");
    venue.check(staff("o1"), sign(slip), &["SlipSigned"]);
    assert_eq!(venue.meeting.missing_copies(), [(slip, SlipCopy::Stub), (slip, SlipCopy::Finance)]);
    venue.check(staff("o1"), back(SlipCopy::Stub), &["SlipCopyReturned"]);
    venue.check(staff("o1"), back(SlipCopy::Stub), &[]);
    assert_eq!(venue.meeting.missing_copies(), [(slip, SlipCopy::Finance)]);
}

#[test]
fn answer_that_comes_before_its_question_counts_for_the_words_of_the_question() {
    let check = |unit_price_minor: i64, counts: bool| {
        let mut venue = venue();
        let content = priced(&venue, 100, 4_700);
        let slip = drafted(&mut venue, content);
        let discount = DiscountId::from_bytes([9; 16]);
        let approved =
            DiscountApproved { discount, slip, revision: 1, line: 1, unit_price_minor, approver: "d1".into() };
        venue.happens(approved);
        assert!(venue.meeting.discount(discount).is_none());
        let (sku, reason, written) = ("K7".into(), String::new(), None);
        let (quantity, line, revision) = (100, 1, 1);
        venue.happens(DiscountRequested {
            discount,
            slip,
            revision,
            line,
            sku,
            quantity,
            unit_price_minor: 4_700,
            reason,
            written,
        });
        let expected = if counts {
            LineAuthority::Approved { discount, by: "d1".into() }
        } else {
            LineAuthority::Waiting { discount }
        };
        assert_eq!(authority(&venue, slip), expected);
    };
    check(4_700, true);
    check(4_600, false);
}
