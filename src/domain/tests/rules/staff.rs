//! Who may do what, with whom, and who did it: roles, two named people, lock-outs, names copied into the log.

use domain::config::Role;
use domain::event::*;
use domain::meeting::{MOST_WRONG_PINS, TWO_PERSON_RULES, TwoPersonAct};
use domain::{Actor, Command, NewPayment, PaymentId, UnixMillis};

use crate::slips::content;
use crate::venue::*;

/// One of each role, a salesperson, a guest, the program, the organiser.
const EVERYBODY: &[&str] = &["r1", "o1", "f1", "h1", "d1", "c1", "t1", "S07", "guest", "system", "organiser"];

fn actor(who: &str) -> Actor {
    match who {
        "guest" => Actor::Guest,
        "system" => Actor::System,
        "organiser" => Actor::Organiser,
        "S07" => sales("S07"),
        id => staff(id),
    }
}

/// A venue in which every command below has something to do.
fn busy() -> (Venue, PaymentId) {
    let mut venue = Venue::new();
    venue.act(guest_actor(), &check_in(1, &[11])).expect("allowed");
    let tender = Tender {
        kind: TenderKind::Transfer,
        amount_minor: 5,
        reference: String::new(),
        bag: String::new(),
        second_counter: None,
        due_on: None,
    };
    let (dealer, tenders) = (dealer(11), vec![tender]);
    let new = NewPayment {
        dealer,
        tenders,
        slips: vec![],
        prepaid: false,
        claimed: false,
        note: String::new(),
        total_minor: None,
        large_is_right: false,
    };
    let events = venue.act(staff("f1"), &Command::ReceivePayment(Box::new(new))).expect("allowed");
    let Event::PaymentReceived(received) = &events[0] else { panic!("{events:?}") };
    let payment = received.receipt.payment;
    (venue, payment)
}

#[track_caller]
fn check(command: impl Fn(&Venue, PaymentId) -> Command, allowed: &[&str]) {
    for who in EVERYBODY {
        let (mut venue, payment) = busy();
        let command = command(&venue, payment);
        let refused = venue.act(actor(who), &command).err().map(|refusal| refusal.code());
        let may = refused != Some("not_authorised");
        assert_eq!(may, allowed.contains(who), "{who}: {command:?} {refused:?}");
    }
}

#[test]
fn every_staff_act_has_its_roles() {
    const STAFF: &[&str] = &["r1", "o1", "f1", "h1", "d1", "c1", "t1", "organiser"];
    const RECEPTION: &[&str] = &["r1", "d1", "c1", "organiser"];
    const HALL: &[&str] = &["r1", "h1", "d1", "c1", "organiser"];
    const ORDERS: &[&str] = &["o1", "d1", "c1", "organiser"];
    const FINANCE: &[&str] = &["f1", "c1", "organiser"];
    const UNLOCKERS: &[&str] = &["d1", "c1", "t1"];
    let party = || Party::Household(household(1));
    let badge = |venue: &Venue| venue.meeting.badges_of(guest(11))[0].id;
    check(
        |_, _| Command::UndoCheckIn { guest: guest(11), reason: UndoReason::NotHere, note: String::new() },
        RECEPTION,
    );
    check(|_, _| Command::WitnessDecider { guest: guest(11) }, RECEPTION);
    check(|_, _| Command::DenyDecider { guest: guest(11), reason: "x".into() }, RECEPTION);
    check(|venue, _| Command::VoidBadge { badge: badge(venue), reason: VoidReason::Other }, RECEPTION);
    check(|_, _| Command::LeaveEarly { guests: vec![guest(11)], reason: String::new() }, STAFF);
    check(|_, _| Command::PrintAhead { guests: vec![guest(12)], printer: None }, STAFF);
    check(|_, _| Command::ReprintBadge { guest: guest(11), reason: BadgeReason::Lost, printer: None }, STAFF);
    check(|_, _| Command::ReportLastPaper { number: "x".into() }, STAFF);
    check(|_, _| Command::MoveSeat { party: party(), to: "T5".into(), reason: "x".into() }, HALL);
    check(|_, _| Command::ReleaseSeat { party: party(), reason: ReleaseReason::Staff }, HALL);
    let to_five =
        || vec![PartyMove { party: Party::Household(household(2)), from: Some("T2".into()), to: "T5".into() }];
    check(|_, _| Command::MoveParties { moves: to_five(), told_too: false, reason: String::new(), undoes: None }, HALL);
    check(|_, _| Command::LockSeat { party: party(), locked: true }, HALL);
    check(|_, _| Command::ChooseWeights { preset: domain::config::SeatingPreset::RivalsFirst }, HALL);
    check(|_, _| Command::ReopenTable { table: "T5".into() }, HALL);
    check(|_, _| Command::PartTables { from: "T5".into() }, HALL);
    check(|_, _| Command::ReleaseNoShows { given_before: None }, &[HALL, &["system"]].concat());
    check(|_, _| Command::CloseTable { table: "T5".into() }, HALL);
    check(|_, _| Command::SignChairs { table: "T5".into(), chairs: 1 }, HALL);
    check(|_, _| Command::EndLease { device: device(K2), table: "T5".into() }, HALL);
    let seat = || Command::SeatParty { party: party(), table: None, reason: SeatReason::Late };
    check(|_, _| seat(), &[STAFF, &["system"]].concat());
    let slip = domain::SlipId::from_bytes([1; 16]);
    check(|_, _| Command::SignSlip { slip, signer: "x".into(), sealed: true }, ORDERS);
    check(|_, _| Command::VoidSlip { slip, reason: "x".into(), second: None }, ORDERS);
    let kept = domain::EventId::from_bytes([1; 16]);
    check(|_, _| Command::ChooseSlipVersion { slip, kept }, ORDERS);
    check(|_, _| Command::DraftSlip { content: Box::new(content(1)) }, &[STAFF, &["S07"]].concat());
    check(|_, payment| Command::ConfirmPayment { payment }, FINANCE);
    check(|_, payment| Command::ReleasePayment { payment }, FINANCE);
    check(|_, payment| Command::ReversePayment { payment, reason: "x".into(), second: None }, FINANCE);
    check(|_, _| Command::Unlock, UNLOCKERS);
    check(|_, _| Command::UnlockDevice { device: device(K2) }, UNLOCKERS);
    check(|_, _| Command::OrderPurge { not_before: UnixMillis(0), keep_draw: true }, &["c1", "organiser"]);
    let settle = |task| Command::SettleTask { task, decision: Decision::Accepted, note: String::new(), with: vec![] };
    check(|_, _| settle(domain::TaskId([1; 16])), STAFF);
}

#[test]
fn two_named_people_are_two_by_name_and_role() {
    let second = |act: TwoPersonAct, first: &str, second: Option<&str>| {
        let (mut venue, payment) = busy();
        let second = second.map(Into::into);
        let command = match act {
            TwoPersonAct::ReversePayment => Command::ReversePayment { payment, reason: "x".into(), second },
            TwoPersonAct::CountCash => {
                let (kind, reference, bag) = (TenderKind::Cash, String::new(), "S1".into());
                let cash = Tender { kind, amount_minor: 9, reference, bag, second_counter: second, due_on: None };
                let (dealer, tenders, note) = (dealer(21), vec![cash], String::new());
                let new = NewPayment {
                    dealer,
                    tenders,
                    slips: vec![],
                    prepaid: false,
                    claimed: false,
                    note,
                    total_minor: None,
                    large_is_right: false,
                };
                Command::ReceivePayment(Box::new(new))
            }
            TwoPersonAct::VoidSignedSlip => {
                let draft = Command::DraftSlip { content: Box::new(content(1)) };
                let events = venue.act(staff("o1"), &draft).expect("allowed");
                let Event::SlipDrafted(drafted) = &events[0] else { panic!("{events:?}") };
                let slip = drafted.slip;
                let sign = Command::SignSlip { slip, signer: "x".into(), sealed: true };
                venue.act(staff("o1"), &sign).expect("allowed");
                Command::VoidSlip { slip, reason: "x".into(), second }
            }
            TwoPersonAct::ClaimPrize | TwoPersonAct::ForfeitPrize | TwoPersonAct::VoidRound => return Ok(()),
        };
        venue.act(staff(first), &command).map(|_| ()).map_err(|refusal| refusal.code())
    };
    let one_of = |roles: &[Role], but: &str| {
        let all = config().staff;
        all.iter().find(|it| it.id.as_str() != but && roles.iter().any(|role| it.is(*role))).map(|it| it.id.to_string())
    };
    assert_eq!(TWO_PERSON_RULES.len(), 6, "a row per act");
    // The last three are told by the tests of the draw.
    for rule in &TWO_PERSON_RULES[..3] {
        let first = one_of(rule.first, "").expect("there is one");
        let other = one_of(rule.second, &first).expect("there is one");
        assert_eq!(second(rule.act, &first, Some(&other)), Ok(()), "{rule:?}");
        for alone in [None, Some(first.as_str()), Some("t1")] {
            assert_eq!(second(rule.act, &first, alone), Err("second_person"), "{rule:?} {alone:?}");
        }
        assert_eq!(second(rule.act, &first, Some("x9")), Err("unknown_staff"), "{rule:?}");
        assert_eq!(second(rule.act, "t1", Some(&other)), Err("not_authorised"), "{rule:?}");
    }
}

#[test]
fn act_that_names_one_person_where_two_are_asked_for_has_no_effect_in_the_log() {
    let (mut venue, payment) = busy();
    venue.act(staff("f1"), &Command::ConfirmPayment { payment }).expect("allowed");
    let reversed =
        |second: Option<&str>| PaymentReversed { payment, reason: "x".into(), second: second.map(Into::into) };
    for (who, second) in
        [(staff("f1"), None), (staff("f1"), Some("f1")), (Actor::System, Some("f2")), (Actor::Guest, Some("f2"))]
    {
        venue.happens_by(who.clone(), reversed(second));
        assert_eq!(venue.meeting.paid_minor(), 5, "{who} {second:?}");
    }
    venue.happens_by(staff("f1"), reversed(Some("f2")));
    assert_eq!(venue.meeting.paid_minor(), 0);
}

#[test]
fn device_takes_no_pin_after_five_wrong_ones_until_it_is_time_or_unlocked() {
    let mut venue = Venue::new();
    let lock = |tries, minutes| Command::LockOut { who: Some(Crew::Staff("t1".into())), tries, minutes };
    let sign_in = |who: &str| Command::SignIn { who: Crew::Staff(who.into()), purpose: SignInPurpose::StaffMenu };
    venue.check_refused(Actor::System, lock(MOST_WRONG_PINS - 1, 5), "record_broken");
    venue.check(Actor::System, lock(MOST_WRONG_PINS, 5), &["StaffLockedOut"]);
    venue.check_refused(staff("r1"), sign_in("r1"), "locked_out");
    let mut desk = venue.clone().on(K2);
    desk.check(staff("r1"), sign_in("r1"), &["StaffSignedIn"]);
    let unlock = || Command::UnlockDevice { device: device(K1) };
    desk.check_refused(staff("r1"), unlock(), "not_authorised");
    desk.check_refused(staff("t1"), unlock(), "second_person");
    let task = desk.meeting.tasks().remove(0);
    desk.check(staff("c1"), unlock(), &["StaffUnlocked"]);
    desk.check(staff("c1"), unlock(), &[]);
    assert!(desk.task_kinds().is_empty());
    let settled = desk.meeting.settled_tasks(UnixMillis(0));
    assert_eq!((settled.len(), settled[0].task.id, settled[0].by.name.as_str()), (1, task.id, "Staff c1"));
    let mut waited = venue.clone();
    waited.later(5 * 60_000);
    waited.check(staff("r1"), sign_in("r1"), &["StaffSignedIn"]);
    let mut unlocked = desk.on(K1);
    unlocked.check(staff("r1"), sign_in("r1"), &["StaffSignedIn"]);
}

#[test]
fn log_names_who_acted_and_in_which_role() {
    let meeting = Venue::new().meeting;
    for (actor, text) in [
        (staff("f1"), "staff:f1 finance Staff f1"),
        (sales("S07"), "sales:S07 salesperson Sales S07"),
        (staff("x9"), "staff:x9"),
        (Actor::Guest, "guest"),
        (Actor::System, "system"),
        (Actor::Organiser, "organiser"),
    ] {
        assert_eq!(meeting.actor_text(&actor), text);
        assert_eq!(text.parse(), Ok(actor));
    }
}

#[test]
fn list_of_settled_tasks_says_who_did_it_when_and_how() {
    let mut venue = Venue::new();
    let ask = Command::RequestHelp { reason: HelpReason::NotMe, guest: None, household: None };
    venue.act(guest_actor(), &ask).expect("allowed");
    venue.act(guest_actor(), &check_in(4, &[41])).expect("allowed");
    let tasks = venue.meeting.tasks();
    let [help, table] = [tasks[0].id, tasks[1].id];
    venue.later(60_000);
    venue.check(staff("o1"), Command::GiveHelp { task: help }, &["HelpGiven"]);
    let between = venue.now();
    venue.later(60_000);
    let with =
        vec![Command::SeatParty { party: Party::Household(household(4)), table: None, reason: SeatReason::WalkIn }];
    let settle = |with| Command::SettleTask { task: table, decision: Decision::Accepted, note: "by hand".into(), with };
    venue.check_refused(staff("h1"), settle(vec![settle(vec![])]), "record_broken");
    venue.check_refused(staff("h1"), settle(vec![Command::Unlock; 41]), "too_many");
    venue.check(staff("h1"), settle(with), &["TaskDecided", "SeatAssigned"]);
    let all = venue.meeting.settled_tasks(UnixMillis(0));
    let seen: Vec<_> = all.iter().map(|it| (it.task.id, it.by.name.as_str(), it.decision, it.note.as_str())).collect();
    let accepted = Some(Decision::Accepted);
    assert_eq!(seen, [(table, "Staff h1", accepted, "by hand"), (help, "Staff o1", accepted, "")]);
    assert_eq!(all[0].by.roles, [Role::Host]);
    assert_eq!(venue.meeting.settled_tasks(UnixMillis(between.0 + 1)).len(), 1);
    venue.check(staff("h1"), Command::ReopenTask { task: help, reason: "again".into() }, &["TaskReopened"]);
    assert_eq!(venue.meeting.settled_tasks(UnixMillis(0)).len(), 1);
}

#[test]
fn of_two_words_on_one_task_the_first_in_the_hubs_order_counts() {
    let mut first = Venue::new();
    let ask = Command::RequestHelp { reason: HelpReason::NotMe, guest: None, household: None };
    first.act(guest_actor(), &ask).expect("allowed");
    let task = first.meeting.tasks()[0].id;
    let mut second = first.clone().on(K2);
    let decide = |decision| Command::DecideTask { task, decision, note: String::new() };
    first.check(staff("r1"), decide(Decision::LeftAsIs), &["TaskDecided"]);
    second.check(staff("o1"), decide(Decision::Accepted), &["TaskDecided"]);
    first.pull(&second);
    assert_eq!(first.meeting.task_decision(task).map(|(decision, _)| decision), Some(Decision::LeftAsIs));
    assert_eq!(first.meeting.settled_tasks(UnixMillis(0)).len(), 1);
}
