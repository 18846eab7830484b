//! What the hall sees is the host's word, the same on every machine, and no scene is more than a scene.

use domain::event::Scene;
use domain::{Command, RoundId};

use crate::stage::*;
use crate::venue::*;

#[track_caller]
fn check(who: &str, scene: Scene, outcome: &str) {
    let mut venue = at(domain::meeting::RoundStep::Frozen);
    let said = match venue.act(staff(who), &Command::ShowScene { scene: scene.clone() }) {
        Ok(events) => events.iter().map(domain::Event::kind).collect::<Vec<_>>().join(" "),
        Err(refusal) => refusal.code().to_owned(),
    };
    assert_eq!(said, outcome, "{scene:?} by {who}");
    let stands = venue.meeting.scene_shown().map(|(_, shown)| shown.clone());
    assert_eq!(stands, (outcome == "SceneShown").then_some(scene));
}

#[test]
fn scene_is_the_hosts_word_and_nothing_that_is_none() {
    for scene in [Scene::WelcomeWall, Scene::Standings, Scene::Blank, Scene::Countdown { seconds: 300 }] {
        check("h1", scene, "SceneShown");
    }
    check("h1", Scene::Lottery(RoundId::new("r1")), "SceneShown");
    check("r1", Scene::Blank, "not_authorised");
    check("h1", Scene::Lottery(RoundId::new("r9")), "unknown_round");
    check("h1", Scene::Countdown { seconds: 0 }, "record_broken");
    check("h1", Scene::Countdown { seconds: 90_000 }, "record_broken");
    check("h1", Scene::Picture("../etc".into()), "record_broken");
    check("h1", Scene::Picture("0e".repeat(32)), "SceneShown");
}

#[test]
fn later_word_counts_on_every_machine() {
    let mut venue = at(domain::meeting::RoundStep::Frozen);
    for scene in [Scene::Agenda, Scene::Lottery(RoundId::new("r1"))] {
        venue.act(staff("h1"), &Command::ShowScene { scene }).expect("the host may");
    }
    let (_, shown) = venue.meeting.scene_shown().expect("one is shown");
    assert_eq!(*shown, Scene::Lottery(RoundId::new("r1")));
    let of_round = venue.meeting.draw_of_round(&RoundId::new("r1")).map(|draw| draw.name.to_string());
    assert_eq!(of_round.as_deref(), Some(DRAW));
}
