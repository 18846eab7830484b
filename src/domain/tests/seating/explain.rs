//! "Why here?": every other table by rule, as the full count says it, and the best swap.

use domain::seating::{NOWHERE, NoSeat, Search, Seating, check, explain, seat_one, solve};

use crate::support::instance;

#[test]
fn every_table_and_the_best_swap_are_as_the_full_count_says() {
    let instance = instance("om300t-s1");
    let room = &instance.room;
    let plan = solve(room, &Search { iterations: 20_000, seed: 1 }).plan;
    let (cost, breaks) = check(room, &plan);
    assert_eq!(breaks, []);
    for who in [0_u16, 7, 80, 158] {
        let answer = explain(room, &plan, who);
        assert_eq!((answer.table, answer.cost), (Some(plan[usize::from(who)]), cost));
        assert_eq!(answer.elsewhere.len(), room.tables() - 1);
        for other in &answer.elsewhere {
            let mut moved = plan.clone();
            moved[usize::from(who)] = other.table;
            let (then, breaks) = check(room, &moved);
            assert_eq!(
                (then - cost, breaks.is_empty()),
                (other.change, other.is_possible()),
                "{who} at {}",
                other.table
            );
        }
        let best = best_swap(&plan, who, |plan| check(room, plan).1.is_empty().then(|| check(room, plan).0.total()));
        let swap = answer.best_swap.map(|swap| swap.change.total());
        assert_eq!(swap, best.map(|total| total - cost.total()), "{who}");
    }
}

fn best_swap(plan: &[u16], who: u16, total: impl Fn(&[u16]) -> Option<i64>) -> Option<i64> {
    let who = usize::from(who);
    let others = (0..plan.len()).filter(|other| plan[*other] != plan[who]);
    let swapped = others.filter_map(|other| {
        let mut swapped = plan.to_vec();
        swapped.swap(who, other);
        total(&swapped)
    });
    swapped.min()
}

#[test]
fn hopeless_plan_is_explained_without_a_panic() {
    let instance = instance("om300-s1");
    let everybody_at_one = vec![3; instance.room.households()];
    for who in [0, 80, 161] {
        let answer = explain(&instance.room, &everybody_at_one, who);
        assert_eq!((answer.table, answer.elsewhere.len()), (Some(3), instance.room.tables() - 1));
        assert!(matches!(seat_one(&instance.room, &everybody_at_one, who, Some(3), |_| true), Seating::Direct { .. }));
    }
    let nobody = vec![NOWHERE; instance.room.households()];
    assert_eq!(explain(&instance.room, &nobody, 0).best_swap, None);
    assert_eq!(explain(&instance.room, &[], 0).table, None);
}

#[test]
fn household_beyond_every_table_has_no_seat() {
    let mut instance = instance("om100-s1");
    instance.question.households[0].heads = 30;
    let room = domain::seating::Room::new(&instance.question).unwrap();
    let nobody = vec![NOWHERE; room.households()];
    assert_eq!(seat_one(&room, &nobody, 0, None, |_| false), Seating::NoSeat(NoSeat::TooLarge));
}
