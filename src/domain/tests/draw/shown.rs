//! What the hall may see: no amount, rank or ribbon of a dealer who does not allow it, no state that one machine alone
//! knows.

use domain::config::{Disclosure, Notice, NoticeKind, Text};
use domain::event::*;
use domain::meeting::{PickState, RoundStep};
use domain::roster::Dealer;
use domain::{Meeting, RoundId, UnixMillis};

use crate::stage::*;
use crate::venue::*;

pub const ALL: Disclosure = Disclosure { amounts: true, ranks: true, ribbon: true, bulletin: true, photo: true };

/// Orders of four dealers, the setting of the meeting and what dealers 1 to 4 allow.
pub fn standing(setting: Disclosure, allowed: [Disclosure; 4], orders: [i64; 4]) -> Venue {
    let mut venue = hall();
    let mut config = draw_config();
    config.rules.disclosure = setting;
    config.rules.green_threshold_minor = Some(1);
    config.notices.push(Notice {
        id: "screen".into(),
        kind: NoticeKind::ScreenName,
        text: Text::same("Name?"),
        rev: 1,
    });
    config.regions[0].targets.on_site_sales_minor = 10_000;
    config.regions[1].targets.on_site_sales_minor = 10_000;
    venue.happens(MeetingConfigured { rev: 9, config: Box::new(config) });
    let firms = (1..=4_u8).zip(allowed).map(|(number, may_disclose)| {
        let region = if number == 4 { "north" } else { "east" };
        Dealer { may_disclose, prepaid_minor: 5, ..firm(number * 10 + 1, number, region, "S07") }
    });
    venue.happens(RosterChanged { rev: 9, dealers: firms.collect(), ..RosterChanged::default() });
    for (number, amount) in (1..).zip(orders) {
        signs(&mut venue, number, number, amount, 0);
    }
    venue
}

/// All that a stage can show of dealers, as text.
fn everything(meeting: &Meeting) -> String {
    let bulletins: Vec<_> = (1..=4).map(|number| meeting.stage_bulletin(slip(number))).collect();
    format!("{:?} {bulletins:?}", meeting.dealer_standings())
}

#[test]
fn nothing_of_a_dealer_who_does_not_allow_it_is_in_what_the_stage_shows() {
    // Whatever that dealer orders, the hall sees the same.
    for hidden in 0..4_usize {
        let mut allowed = [ALL; 4];
        allowed[hidden] = Disclosure::default();
        let seen = [1, 777, 99_999].map(|amount| {
            let mut orders = [100, 200, 300, 400];
            orders[hidden] = amount;
            let venue = standing(ALL, allowed, orders);
            let number = u8::try_from(hidden + 1).expect("small");
            let shown = venue.meeting.dealer_standings();
            assert!(shown.iter().all(|line| line.dealer != dealer(number * 10 + 1)));
            assert_eq!(shown.len(), 3);
            everything(&venue.meeting)
        });
        assert!(seen.iter().all(|one| *one == seen[0]), "{seen:?}");
    }
}

#[test]
fn each_part_needs_the_setting_and_the_dealers_word() {
    let check = |setting: Disclosure, own: Disclosure, rank: Option<u32>, amount: Option<i64>, ribbon: bool| {
        let venue = standing(setting, [own, ALL, ALL, ALL], [100, 200, 300, 400]);
        let shown = venue.meeting.dealer_standings();
        let line = shown.iter().find(|line| line.dealer == dealer(11));
        let expected = (rank.is_some() || amount.is_some()).then_some((rank, amount, ribbon));
        assert_eq!(line.map(|line| (line.rank, line.amount_minor, line.ribbon)), expected, "{setting:?} {own:?}");
    };
    let none = Disclosure::default();
    check(ALL, ALL, Some(4), Some(100), true);
    check(ALL, Disclosure { ribbon: false, ..ALL }, Some(4), Some(100), false);
    check(ALL, Disclosure { ranks: false, ..ALL }, None, Some(100), true);
    check(ALL, Disclosure { amounts: false, ..ALL }, Some(4), None, true);
    check(ALL, none, None, None, false);
    check(none, ALL, None, None, false);
    check(Disclosure { ranks: true, ..none }, ALL, Some(4), None, false);
    let bulletin = |setting, own| {
        let venue = standing(setting, [own, ALL, ALL, ALL], [100, 200, 300, 400]);
        venue.meeting.stage_bulletin(slip(1)).map(|shown| shown.amount_minor)
    };
    assert_eq!(bulletin(ALL, ALL), Some(Some(100)));
    assert_eq!(bulletin(ALL, Disclosure { amounts: false, ..ALL }), Some(None));
    assert_eq!(bulletin(ALL, Disclosure { bulletin: false, ..ALL }), None);
    assert_eq!(bulletin(none, ALL), None);
}

#[test]
fn sum_of_a_region_is_shown_when_it_tells_no_single_order() {
    let none = Disclosure::default();
    let regions = |setting, allowed| {
        let venue = standing(setting, allowed, [1_000, 2_000, 3_000, 5_000]);
        let shown = venue.meeting.region_standings();
        shown.iter().map(|it| (it.region.to_string(), it.rank, it.share_basis_points)).collect::<Vec<_>>()
    };
    let east = |share| ("east".to_owned(), 1, share);
    let north = |share| ("north".to_owned(), 2, share);
    assert_eq!(regions(ALL, [ALL; 4]), [east(Some(6_000)), north(Some(5_000))]);
    assert_eq!(regions(ALL, [none; 4]), [east(Some(6_000)), north(None)], "the north has one order");
    assert_eq!(regions(none, [ALL; 4]), [east(None), north(None)], "by rank alone");
}

#[test]
fn who_wants_no_name_on_screens_is_not_named() {
    let mut venue = at(RoundStep::Drawn);
    let mut config = draw_config();
    config.notices.push(Notice {
        id: "screen".into(),
        kind: NoticeKind::ScreenName,
        text: Text::same("Name?"),
        rev: 1,
    });
    venue.happens(MeetingConfigured { rev: 9, config: Box::new(config) });
    let cards = |venue: &Venue| venue.meeting.winner_cards(DRAW, &RoundId::new("r1"), u64::MAX);
    let before = cards(&venue);
    assert_eq!(before.len(), 2);
    assert!(before.iter().all(|card| card.firm.starts_with("Party") && card.phone_mask.starts_with("138****")));
    let winner = venue.meeting.household_of_draw_id(&before[0].id).expect("known").id;
    let guest = venue.meeting.guests_of(Party::Household(winner))[0];
    venue.happens(ConsentRecorded { guest, notice: "screen".into(), rev: 1, given: false, by: ConsentBy::Kiosk });
    let after = cards(&venue);
    assert_eq!((after[0].firm.as_str(), after[0].person.as_str(), after[0].phone_mask.as_str()), ("", "", ""));
    assert_eq!(after[0].id, before[0].id, "the proof goes on naming the number");
    assert_eq!(after[1], before[1]);
}

#[test]
fn step_is_shown_once_two_machines_have_it() {
    use RoundStep::*;
    let mut venue = at(Frozen);
    let r1 = RoundId::new("r1");
    let mut durable = venue.meeting.folded();
    let mut take = |venue: &mut Venue, command, kinds: &[&str], before: RoundStep, after: RoundStep| {
        step(venue, command, kinds);
        let shown = |upto| venue.meeting.round_shown(DRAW, &r1, upto).expect("frozen");
        assert_eq!(shown(durable).step, before, "only this machine has it");
        durable = venue.meeting.folded();
        assert_eq!(shown(durable).step, after);
    };
    take(&mut venue, audience("r1", &dice()), &["AudienceEntered"], Frozen, Audience);
    take(&mut venue, lock("r1"), &["RoundLocked"], Audience, Locked);
    take(&mut venue, reveal("r1", 1), &["RoundRevealed"], Locked, Drawn);
    take(&mut venue, claim("r1", 0, Some("r1")), &["PrizeClaimed"], Drawn, Drawn);
    take(&mut venue, forfeit("r1", 1, 3, Some("r1")), &["PrizeForfeited"], Drawn, Drawn);
    take(&mut venue, claim("r1", 2, Some("r1")), &["PrizeClaimed"], Drawn, Finished);
    let picks = |upto| venue.meeting.round_shown(DRAW, &r1, upto).expect("frozen").picks;
    let states: Vec<PickState> = picks(u64::MAX).iter().map(|pick| pick.state).collect();
    assert_eq!(states, [PickState::Claimed, PickState::Forfeited, PickState::Claimed, PickState::Substitute]);
    assert!(picks(durable - 4).is_empty() && venue.meeting.round_shown(DRAW, &r1, 1).is_none());
    assert!(venue.meeting.signed_as_of() > Some(UnixMillis(NOON)));
}
