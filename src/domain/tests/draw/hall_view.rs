//! The view of the hall: every scene from the meeting alone, nothing that a dealer does not allow, nothing too early.

use domain::config::{AgendaItem, Disclosure, Language, Text};
use domain::event::*;
use domain::meeting::RoundStep;
use domain::stage::*;
use domain::{LocalTime, RoundId, UnixMillis};

use crate::shown::{ALL, standing};
use crate::stage::*;
use crate::venue::*;

const AT: UnixMillis = UnixMillis(NOON);

fn now(scene: &Scene) -> StageNow<'_> {
    StageNow {
        now: AT,
        clock: None,
        language: Language::Zh,
        scene,
        since: AT,
        draw: DRAW,
        durable: u64::MAX,
        away: &[],
        bulletin: None,
        waiting: 0,
    }
}

fn lottery() -> Scene {
    Scene::Lottery(RoundId::new("r1"))
}

fn every_scene() -> Vec<Scene> {
    vec![
        Scene::WelcomeWall,
        Scene::Agenda,
        Scene::Standings,
        Scene::Progress,
        Scene::Bulletin,
        Scene::Countdown { seconds: 60 },
        lottery(),
        Scene::CalledNumbers,
        Scene::Blank,
        Scene::Picture("0e".repeat(32)),
    ]
}

fn shown(venue: &Venue, scene: &Scene) -> SceneView {
    stage_view(&venue.meeting, &now(scene)).scene
}

/// Everything that any scene shows, as it goes over the socket, without the regions' sums of three and more.
fn everything(venue: &Venue) -> String {
    let mut queue = BulletinQueue::default();
    let mut texts = Vec::new();
    for turn in 0..6 {
        let at = UnixMillis(NOON + turn * BULLETIN_MS);
        let line = queue.turn(&venue.meeting, Language::Zh, at);
        let scene = Scene::Bulletin;
        let view = stage_view(&venue.meeting, &StageNow { bulletin: line.as_ref(), ..now(&scene) });
        texts.push(serde_json::to_string(&view).expect("JSON"));
    }
    for scene in every_scene() {
        let mut view = stage_view(&venue.meeting, &now(&scene));
        match &mut view.scene {
            SceneView::Standings { regions, .. } => regions.clear(),
            SceneView::Progress(progress) => progress.signed_basis_points = None,
            _ => {}
        }
        texts.push(serde_json::to_string(&view).expect("JSON"));
    }
    texts.join("\n")
}

#[test]
fn no_amount_rank_or_ribbon_of_a_dealer_who_does_not_allow_it_reaches_a_view() {
    for hidden in 0..4_usize {
        let mut allowed = [ALL; 4];
        allowed[hidden] = Disclosure::default();
        let seen = [1, 777, 99_999].map(|amount| {
            let mut orders = [100, 200, 300, 400];
            orders[hidden] = amount;
            let venue = standing(ALL, allowed, orders);
            let SceneView::Standings { dealers, .. } = shown(&venue, &Scene::Standings) else { panic!("standings") };
            assert_eq!(dealers.len(), 3);
            everything(&venue)
        });
        assert!(seen.iter().all(|one| *one == seen[0]), "dealer {hidden} shows through:\n{}\n{}", seen[0], seen[1]);
    }
    // The meeting's own setting counts likewise.
    let closed = [1, 777].map(|amount| everything(&standing(Disclosure::default(), [ALL; 4], [amount, 2, 3, 4])));
    assert_eq!(closed[0], closed[1]);
}

#[test]
fn part_that_is_allowed_is_shown_so_that_its_absence_means_something() {
    let venue = standing(ALL, [ALL; 4], [100, 200, 300, 400]);
    let SceneView::Standings { by_share, regions, dealers } = shown(&venue, &Scene::Standings) else { panic!() };
    assert!(by_share && regions.len() == 2 && regions.iter().all(|region| region.share_basis_points.is_some()));
    assert_eq!(dealers.iter().map(|line| line.amount_minor).collect::<Vec<_>>(), [400, 300, 200, 100].map(Some));
    assert!(dealers.iter().all(|line| line.ribbon && line.rank.is_some()));
    let SceneView::Progress(progress) = shown(&venue, &Scene::Progress) else { panic!() };
    assert_eq!(progress.signed_basis_points, Some(500), "1,000 of 20,000");
    let by_rank = standing(Disclosure { ranks: true, ..Disclosure::default() }, [ALL; 4], [100, 200, 300, 400]);
    let SceneView::Standings { by_share, regions, .. } = shown(&by_rank, &Scene::Standings) else { panic!() };
    assert!(!by_share && regions.iter().all(|region| region.share_basis_points.is_none()));
    let SceneView::Progress(progress) = shown(&by_rank, &Scene::Progress) else { panic!() };
    assert_eq!(progress.signed_basis_points, None);
}

#[test]
fn figures_carry_their_time_and_the_machines_that_are_not_heard() {
    let mut venue = standing(ALL, [ALL; 4], [100, 200, 300, 400]);
    venue.happens(DeviceEnrolled {
        device: device(K2),
        epoch: domain::LogEpoch::from_bytes([K2; 16]),
        prefix: "D2".into(),
        name: "order desk".into(),
        role: DeviceRole::Desk,
        public_hex: String::new(),
    });
    let away = [device(K2)];
    let of = |scene: &Scene| stage_view(&venue.meeting, &StageNow { away: &away, ..now(scene) });
    for scene in every_scene() {
        let view = of(&scene);
        let has_figures = matches!(scene, Scene::Standings | Scene::Progress | Scene::Bulletin);
        assert_eq!(view.as_of.is_some(), has_figures, "{scene:?}");
        assert_eq!(view.away.len(), 1, "{scene:?}");
    }
    assert_eq!(of(&Scene::Standings).as_of, venue.meeting.signed_as_of().map(|at| at.0));
}

#[test]
fn bulletins_come_one_after_the_other_and_none_comes_twice() {
    let mut venue = standing(ALL, [ALL, Disclosure::default(), ALL, ALL], [100, 200, 300, 400]);
    let mut queue = BulletinQueue::begin(&venue.meeting);
    let at = |seconds: u64| UnixMillis(NOON + seconds * 1_000);
    let firm = |line: Option<BulletinLine>| line.map(|line| (line.firm, line.amount_minor));
    assert_eq!(queue.turn(&venue.meeting, Language::Zh, at(0)), None, "what was signed before is past");
    for (number, amount) in [(1, 11), (2, 22), (3, 33)] {
        signs(&mut venue, number + 10, number, amount, 0);
    }
    let first = firm(queue.turn(&venue.meeting, Language::Zh, at(1)));
    assert_eq!((first.as_ref().and_then(|(_, amount)| *amount), queue.waiting()), (Some(11), 2));
    assert_eq!(firm(queue.turn(&venue.meeting, Language::Zh, at(8))), first, "for eight seconds");
    let second = firm(queue.turn(&venue.meeting, Language::Zh, at(9)));
    assert_eq!(
        second.as_ref().and_then(|(_, amount)| *amount),
        Some(33),
        "the one who does not allow it is passed over"
    );
    assert_eq!(firm(queue.turn(&venue.meeting, Language::Zh, at(60))), second, "until there is another");
    venue.happens_by(staff("h1"), SlipVoided { slip: slip(13), reason: "typo".into(), second: Some("c1".into()) });
    assert_eq!(queue.turn(&venue.meeting, Language::Zh, at(61)), None, "what does not stand is not celebrated");
}

#[test]
fn round_shows_its_winners_only_when_two_machines_have_them() {
    let venue = at(RoundStep::Drawn);
    let of = |durable| {
        let scene = lottery();
        match stage_view(&venue.meeting, &StageNow { durable, ..now(&scene) }).scene {
            SceneView::Lottery(view) => view,
            other => panic!("{other:?}"),
        }
    };
    assert_eq!(of(0), None);
    let folded = venue.meeting.folded();
    let locked = of(folded - 1).expect("frozen");
    assert_eq!((locked.step, locked.winners.len(), locked.cards.len()), (LotteryStep::Locked, 0, 4));
    assert_eq!((locked.dice.len(), locked.count, locked.quantity), (15, 4, 2));
    let drawn = of(folded).expect("drawn");
    assert_eq!((drawn.step, drawn.winners.len(), drawn.cards.len()), (LotteryStep::Drawn, 2, 2));
    let ids: Vec<String> = drawn.winners.iter().map(|line| line.id.clone()).collect();
    assert_eq!(ids, winners(&venue, "r1"));
    assert!(drawn.winners.iter().all(|line| !line.claimed && line.phone_mask.starts_with("138****")));
}

#[test]
fn programme_marks_what_is_going_on() {
    let mut venue = hall();
    let mut config = draw_config();
    let time = |text: &str| -> LocalTime { serde_json::from_value(text.into()).expect("a time") };
    let item = |starts: &str, title: &str| AgendaItem {
        starts: time(starts),
        title: Text::same(title),
        speaker: Text::default(),
        session: None,
    };
    config.agenda =
        vec![item("2026-11-28T15:00", "draw"), item("2026-11-28T14:00", "policy"), item("2026-11-29T09:00", "tour")];
    venue.happens(MeetingConfigured { rev: 9, config: Box::new(config) });
    let check = |clock: &str, expected: &[(&str, bool)]| {
        let clock = time(clock);
        let scene = Scene::Agenda;
        let view = stage_view(&venue.meeting, &StageNow { clock: Some(&clock), ..now(&scene) });
        let SceneView::Agenda(lines) = view.scene else { panic!() };
        let seen: Vec<(&str, bool)> = lines.iter().map(|line| (line.title.as_str(), line.running)).collect();
        assert_eq!(seen, expected, "{clock:?}");
    };
    check("2026-11-28T13:59", &[("policy", false), ("draw", false)]);
    check("2026-11-28T14:00", &[("policy", true), ("draw", false)]);
    check("2026-11-28T15:30", &[("policy", false), ("draw", true)]);
    check("2026-11-29T08:00", &[("tour", false)]);
}

#[test]
fn countdown_runs_to_nothing_and_a_view_survives_its_way_to_the_window() {
    let venue = at(RoundStep::Drawn);
    let scene = Scene::Countdown { seconds: 60 };
    let left = |after_ms| {
        let moment = StageNow { now: UnixMillis(NOON + after_ms), ..now(&scene) };
        match stage_view(&venue.meeting, &moment).scene {
            SceneView::Countdown { seconds, .. } => seconds,
            other => panic!("{other:?}"),
        }
    };
    assert_eq!([0, 1_500, 59_999, 60_000, 90_000].map(left), [60, 59, 1, 0, 0]);
    for scene in every_scene() {
        let view = stage_view(&venue.meeting, &now(&scene));
        let text = serde_json::to_string(&view).expect("JSON");
        assert_eq!(serde_json::from_str::<StageView>(&text).expect("the same"), view, "{text}");
    }
}
