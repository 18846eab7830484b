//! Who enters, with how many tickets: signed and confirmed orders, parties that are here, nobody who won already.

use domain::config::{DrawCondition, PrizePool, TicketBand};
use domain::draw::Entries;
use domain::event::*;
use domain::meeting::RoundStep;
use domain::roster::Household;
use domain::{Command, Event, NewPayment, PaymentId};

use crate::stage::*;
use crate::venue::*;

fn pays(
    venue: &mut Venue,
    number: u8,
    amount_minor: i64,
    slips: Vec<(domain::SlipId, i64)>,
    confirm: bool,
) -> PaymentId {
    let tender = Tender {
        kind: TenderKind::Transfer,
        amount_minor,
        reference: String::new(),
        bag: String::new(),
        second_counter: None,
        due_on: None,
    };
    let new = NewPayment {
        dealer: dealer(number * 10 + 1),
        tenders: vec![tender],
        slips,
        prepaid: false,
        claimed: false,
        note: String::new(),
        total_minor: None,
        large_is_right: false,
    };
    let events = venue.check(staff("f1"), Command::ReceivePayment(Box::new(new)), &["PaymentReceived"]);
    let Event::PaymentReceived(received) = &events[0] else { panic!("{events:?}") };
    let payment = received.receipt.payment;
    if confirm {
        venue.check(staff("f1"), Command::ConfirmPayment { payment }, &["PaymentConfirmed"]);
    }
    payment
}

fn list(venue: &Venue, prize_id: &str) -> String {
    let draw = venue.meeting.draw(DRAW).expect("committed");
    let prize = venue.meeting.prize_of(draw, &prize_id.into()).expect("a prize");
    venue.meeting.entries_of(draw, prize).map_or_else(
        |refusal| refusal.code().to_owned(),
        |list: Entries| {
            list.iter().map(|entry| format!("{}:{}", entry.id, entry.tickets)).collect::<Vec<_>>().join(" ")
        },
    )
}

fn committed() -> Venue {
    let mut venue = hall();
    let mut config = draw_config();
    let band = |from_minor, tickets| TicketBand { from_minor, tickets };
    config.rules.draw.bands = vec![band(1_000, 1), band(3_000, 2), band(9_000, 5)];
    venue.happens(MeetingConfigured { rev: 3, config: Box::new(config) });
    step(&mut venue, commit(DRAW), &["DrawCommitted"]);
    venue
}

#[test]
fn order_enters_once_signed_with_its_deposit_confirmed() {
    let mut venue = committed();
    assert_eq!(list(&venue, "third"), "nothing_left");
    signs(&mut venue, 1, 1, 3_000, 500);
    signs(&mut venue, 2, 2, 900, 0);
    assert_eq!(list(&venue, "third"), "nothing_left", "no deposit yet, and too small an order");
    let waiting = pays(&mut venue, 1, 500, vec![(slip(1), 500)], false);
    assert_eq!(list(&venue, "third"), "nothing_left", "money that finance did not see");
    venue.check(staff("f1"), Command::ConfirmPayment { payment: waiting }, &["PaymentConfirmed"]);
    assert_eq!(list(&venue, "third"), "0001:2");
    signs(&mut venue, 3, 3, 9_000, 300);
    pays(&mut venue, 3, 299, vec![], true);
    assert_eq!(list(&venue, "third"), "0001:2");
    pays(&mut venue, 3, 2, vec![], true);
    assert_eq!(list(&venue, "third"), "0001:2 0003:5", "on account as well");
    signs(&mut venue, 4, 3, 50_000, 2);
    assert_eq!(list(&venue, "third"), "0001:2 0003:5", "the account pays one deposit once");
    venue.happens_by(staff("o1"), SlipVoided { slip: slip(3), reason: "x".into(), second: Some("c1".into()) });
    assert_eq!(list(&venue, "third"), "0001:2 0003:5", "the other slip has its deposit now");
    let reverse = Command::ReversePayment { payment: waiting, reason: "bounced".into(), second: Some("c1".into()) };
    venue.check(staff("f1"), reverse, &["PaymentReversed"]);
    assert_eq!(list(&venue, "third"), "0003:5");
}

#[test]
fn prepaid_money_covers_a_deposit_and_rules_may_want_no_deposit() {
    let mut venue = committed();
    signs(&mut venue, 1, 2, 1_000, 1);
    assert_eq!(list(&venue, "third"), "0002:1", "the list says that one minor unit was paid before");
    signs(&mut venue, 2, 1, 1_000, 1);
    assert_eq!(list(&venue, "third"), "0002:1");
    let mut config = draw_config();
    config.rules.draw.condition = DrawCondition::Signed;
    venue.happens(MeetingConfigured { rev: 4, config: Box::new(config) });
    assert_eq!(list(&venue, "third"), "0001:1 0002:1");
}

#[test]
fn orders_of_several_firms_of_one_owner_are_one_entry() {
    let mut venue = committed();
    signs(&mut venue, 1, 1, 1_000, 0);
    signs(&mut venue, 2, 2, 2_000, 0);
    venue.happens(HouseholdsJoined { into: household(1), joined: household(2), reason: String::new() });
    assert_eq!(list(&venue, "third"), "0001:2", "three thousand together");
    assert_eq!(venue.meeting.tickets_of(household(2), PrizePool::Orders), 2);
}

#[test]
fn quiz_prizes_are_among_parties_that_are_here() {
    let mut venue = committed();
    assert_eq!(list(&venue, "quiz"), "nothing_left");
    venue.act(guest_actor(), &check_in(1, &[11, 12])).expect("they come in");
    venue.check(guest_actor(), check_in(4, &[41]), &["GuestCheckedIn", "BadgeRequested", "PhoneConfirmed"]);
    assert_eq!(list(&venue, "quiz"), "0001:1 0004:1");
}

#[test]
fn winners_leave_their_pool_unless_the_rules_let_them_win_again() {
    let mut venue = at(RoundStep::Drawn);
    let first = winners(&venue, "r1");
    step(&mut venue, forfeit("r1", 0, 3, Some("r1")), &["PrizeForfeited"]);
    let won = winners(&venue, "r1");
    let entered: Vec<String> = list(&venue, "third").split(' ').map(|entry| entry[..4].to_owned()).collect();
    assert!(won.iter().all(|id| !entered.contains(id)) && entered.len() == 2, "{won:?} {entered:?}");
    assert!(entered.contains(&first[0]), "whoever forfeited won nothing");
    let mut config = draw_config();
    config.rules.draw.win_again = true;
    venue.happens(MeetingConfigured { rev: 4, config: Box::new(config) });
    assert_eq!(list(&venue, "third").split(' ').count(), 4);
}

#[test]
fn party_without_a_number_of_its_own_stops_the_freeze() {
    let mut venue = open_draw();
    venue.happens(RosterChanged { rev: 4, households: vec![party(1)], ..RosterChanged::default() });
    refused(&mut venue, freeze("r1", "third", 1), "no_draw_id");
    let twice = Household { draw_id: Some("0002".into()), ..party(1) };
    venue.happens(RosterChanged { rev: 5, households: vec![twice], ..RosterChanged::default() });
    refused(&mut venue, freeze("r1", "third", 1), "no_draw_id");
}

#[test]
fn walk_in_gets_a_number_at_the_door() {
    let mut venue = hall();
    let ids: Vec<String> = [7, 9]
        .into_iter()
        .map(|number| {
            let mut person = person(number * 10 + 1, Some(number), domain::roster::GuestRole::Owner);
            person.guest_no = None;
            let command = Command::RegisterWalkIn {
                household: Some(party(number)),
                dealers: vec![firm(number * 10 + 1, number, "east", "S07")],
                guests: vec![person],
                note: "at the door".into(),
            };
            venue.check(staff("r1"), command, &["WalkInRegistered"]);
            venue.meeting.household(household(number)).and_then(|known| known.draw_id.clone()).expect("a number")
        })
        .collect();
    assert_eq!(ids, ["K1W001", "K1W002"]);
    let id = ids[1].parse().expect("an id");
    assert_eq!(venue.meeting.household_of_draw_id(&id).map(|known| known.id), Some(household(9)));
}

#[test]
fn nothing_that_waits_for_the_hub_is_in_the_drum() {
    let mut venue = open_draw().cut_off();
    step(&mut venue.clone(), freeze("r1", "third", 1), &["RoundFrozen", "RoundEntriesListed"]);
    signs(&mut venue, 9, 1, 9_000, 0);
    refused(&mut venue, freeze("r1", "third", 1), "record_broken");
}
