//! Every scene of the hall and every state of the operator's window looks as somebody once looked at and found good.
//! `UPDATE_GOLDEN=1 cargo test -p stage-ui --test stage_golden` renews the pictures; a failure writes what differs.

mod common;

use common::pictures::{Picture, compare, left_over};
use common::{audience, hall, operator};
use stage_ui::{Lang, LotteryPhase, LotteryStyle};
use std::time::Duration;

fn check(kind: &str, pictures: Vec<(String, Picture)>) {
    let faults: Vec<String> =
        pictures.iter().filter_map(|(name, picture)| compare(kind, name, picture).err()).collect();
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

/// Half of a projector's size, for the files' sake; the layout test looks at the others.
fn draw(lang: Lang) -> Vec<(String, Picture)> {
    let mut pictures = Vec::new();
    for scene in hall::all() {
        let window = audience(lang, 960, 540);
        scene.show(&window, lang);
        pictures.push((format!("{}-{}", scene.name, lang.code()), Picture::of(&window)));
    }
    pictures
}

#[test]
fn hall_in_chinese_looks_as_approved() {
    check("stage", draw(Lang::Zh));
}

#[test]
fn hall_in_korean_looks_as_approved() {
    check("stage", draw(Lang::Ko));
}

#[test]
fn hall_in_english_looks_as_approved() {
    check("stage", draw(Lang::En));
}

/// The welcome wall and the winners at the other sizes.
#[test]
fn hall_at_other_sizes_looks_as_approved() {
    let mut pictures = Vec::new();
    for (width, height) in [(1024, 768), (3840, 2160)] {
        for scene in hall::all().iter().filter(|scene| ["welcome", "lottery-winners"].contains(&scene.name)) {
            let window = audience(Lang::Zh, width, height);
            scene.show(&window, Lang::Zh);
            pictures.push((format!("{}-zh-{width}", scene.name), Picture::of(&window)));
        }
    }
    check("stage-sizes", pictures);
}

/// Pictures of both animations: turning, coming to rest, at rest on the stored names.
#[test]
fn animations_run_and_end_at_the_stored_names() {
    let mut pictures = Vec::new();
    for (name, style) in [("reels", LotteryStyle::Reels), ("wall", LotteryStyle::Wall)] {
        let window = audience(Lang::Zh, 960, 540);
        hall::animation(&window, Lang::Zh, style, LotteryPhase::Spinning);
        for moment in 0..2_u32 {
            i_slint_backend_testing::mock_elapsed_time(Duration::from_millis(330));
            pictures.push((format!("{name}-{moment}-turning"), Picture::of(&window)));
        }
        hall::animation(&window, Lang::Zh, style, LotteryPhase::Settling);
        for (moment, word) in [(2, "slower"), (3, "slow"), (4, "at-rest")] {
            i_slint_backend_testing::mock_elapsed_time(Duration::from_millis(if moment == 4 { 2_000 } else { 500 }));
            pictures.push((format!("{name}-{moment}-{word}"), Picture::of(&window)));
        }
    }
    let of = |name: &str| pictures.iter().find(|(known, _)| known == name).map(|(_, picture)| picture.pixels.clone());
    for name in ["reels", "wall"] {
        assert!(of(&format!("{name}-0-turning")) != of(&format!("{name}-1-turning")), "{name} stands still");
        assert!(of(&format!("{name}-2-slower")) != of(&format!("{name}-4-at-rest")), "{name} stands still");
    }
    check("stage-animations", pictures);
}

#[test]
fn operator_looks_as_approved() {
    let mut pictures = Vec::new();
    for lang in Lang::ALL {
        for state in operator::all() {
            let window = operator(lang, 1280, 720);
            state.show(&window, lang);
            pictures.push((format!("{}-{}", state.name, lang.code()), Picture::of(&window)));
        }
    }
    check("stage-operator", pictures);
}

#[test]
fn golden_folders_hold_nothing_else() {
    let scenes = hall::all().into_iter().map(|scene| scene.name);
    let scenes: Vec<String> = scenes.flat_map(|name| Lang::ALL.map(|lang| format!("{name}-{}", lang.code()))).collect();
    let states = operator::all().into_iter().map(|state| state.name);
    let states: Vec<String> = states.flat_map(|name| Lang::ALL.map(|lang| format!("{name}-{}", lang.code()))).collect();
    let empty: Vec<String> = Vec::new();
    assert_eq!(left_over("stage", &scenes), empty);
    assert_eq!(left_over("stage-operator", &states), empty);
}
