//! States of the operator's window, filled.

use super::words::{Words, words};
use super::{model, texts};
use slint::{ComponentHandle, Image};
use stage_ui::*;

type Fill = fn(&OperatorWindow, &Words);

pub struct State {
    pub name: &'static str,
    fill: Fill,
}

impl State {
    pub fn show(&self, window: &OperatorWindow, lang: Lang) {
        let words = words(lang);
        let operator = window.global::<Operator>();
        operator.set_screen(OperatorScreen::Work);
        operator.set_place("S1".into());
        operator.set_person(words.host.into());
        operator.set_meeting(words.meeting.into());
        operator.set_clock("16:18".into());
        operator.set_scenes(model(scenes()));
        operator.set_devices(model(devices()));
        operator.set_steps(model(steps(0)));
        operator.set_preview(preview(lang));
        (self.fill)(window, words);
    }
}

pub fn all() -> Vec<State> {
    let state = |(name, fill)| State { name, fill };
    let states: [(&'static str, Fill); 9] = [
        ("pairing", |window, _| window.global::<Operator>().set_screen(OperatorScreen::Pairing)),
        ("sign-in", |window, _| window.global::<Operator>().set_screen(OperatorScreen::SignIn)),
        ("no-draw", no_draw),
        ("rounds", rounds),
        ("behind", |window, words| {
            rounds(window, words);
            let operator = window.global::<Operator>();
            operator.set_behind("D5, K3".into());
            operator.set_said(StageSaid::Behind);
            operator.set_said_value("2".into());
        }),
        ("dice", dice),
        ("picks", picks),
        ("claim", |window, words| {
            picks(window, words);
            let operator = window.global::<Operator>();
            operator.set_asking(StageAsk::ClaimPin);
            operator.set_asking_about(words.people[2].into());
            operator.set_typed_figures(2);
        }),
        ("void-reason", |window, words| {
            dice(window, words);
            window.global::<Operator>().set_asking(StageAsk::VoidReason);
        }),
    ];
    states.into_iter().map(state).collect()
}

/// What the hall sees meanwhile.
fn preview(lang: Lang) -> Image {
    let window = super::audience(lang, 528, 297);
    let scene = super::hall::all().into_iter().find(|scene| scene.name == "lottery-dice").expect("it is there");
    scene.show(&window, lang);
    i_slint_backend_testing::mock_elapsed_time(std::time::Duration::from_millis(1));
    Image::from_rgba8(window.window().take_snapshot().expect("the software renderer draws"))
}

fn scenes() -> Vec<SceneLine> {
    let codes = [
        (SceneCode::Welcome, "F1"),
        (SceneCode::Agenda, "F2"),
        (SceneCode::Standings, "F3"),
        (SceneCode::Progress, "F4"),
        (SceneCode::Bulletin, "F5"),
        (SceneCode::Countdown, "F6"),
        (SceneCode::Lottery, "F7"),
        (SceneCode::Called, "F8"),
        (SceneCode::Picture, "F9"),
        (SceneCode::Blank, "."),
    ];
    let line = |(code, key): (SceneCode, &str)| SceneLine { code, key: key.into(), shown: code == SceneCode::Lottery };
    codes.into_iter().map(line).collect()
}

fn devices() -> Vec<StageDeviceLine> {
    let line =
        |code, name: &str, value: &str, tone| StageDeviceLine { code, name: name.into(), value: value.into(), tone };
    vec![
        line(StageDevice::Silent, "D5", "16:11", Tone::Attention),
        line(StageDevice::AllIn, "", "", Tone::Good),
        line(StageDevice::AudienceInStep, "", "", Tone::Good),
    ]
}

fn steps(now: usize) -> Vec<StepLine> {
    let codes = [StepCode::Commit, StepCode::Freeze, StepCode::Dice, StepCode::Lock, StepCode::Reveal, StepCode::Claim];
    let results = ["09:12", "218 / 1,406", "11 / 15", "", "", "1 / 10"];
    let state = |at: usize| match at.cmp(&now) {
        std::cmp::Ordering::Less => StepState::Done,
        std::cmp::Ordering::Equal => StepState::Now,
        std::cmp::Ordering::Greater => StepState::Later,
    };
    let line = |(at, code): (usize, StepCode)| StepLine {
        code,
        state: state(at),
        result: if at <= now { results[at] } else { "" }.into(),
    };
    codes.into_iter().enumerate().map(line).collect()
}

fn deeds(window: &OperatorWindow, codes: &[(StageDeed, &str, &str)]) {
    let line = |(at, (code, key, value)): (usize, &(StageDeed, &str, &str))| StageDeedLine {
        code: *code,
        key: (*key).into(),
        value: (*value).into(),
        primary: at == 0,
        enabled: true,
    };
    window.global::<Operator>().set_deeds(model(codes.iter().enumerate().map(line).collect()));
}

fn no_draw(window: &OperatorWindow, _: &Words) {
    window.global::<Operator>().set_panel(WorkPanel::NoDraw);
    deeds(window, &[(StageDeed::Commit, "␣", ""), (StageDeed::Practise, "R", "")]);
}

fn committed(window: &OperatorWindow) {
    let operator = window.global::<Operator>();
    operator.set_draw("SPRING-2027".into());
    operator.set_commitment("7f3a 91c2 0be4 d85e 6b10 5c9d 22ef 8a47".into());
    operator.set_rules("0c58 e7b2 19fd 4a60 d3c1 7e96 58b4 2f0a".into());
}

fn rounds(window: &OperatorWindow, words: &Words) {
    committed(window);
    let operator = window.global::<Operator>();
    operator.set_panel(WorkPanel::Rounds);
    operator.set_steps(model(steps(1)));
    let line = |(at, state): (i32, RoundState)| RoundLine {
        prize: if at == 0 { words.long_prize } else { words.prize }.into(),
        quantity: if at == 3 { 50 } else { at + 1 },
        left: if at == 3 { 100 } else { at + 1 },
        checked_in: at == 3,
        state,
        chosen: at == 2,
    };
    let states = [RoundState::Open, RoundState::Open, RoundState::Open, RoundState::Open, RoundState::Finished];
    operator.set_rounds(model((0..).zip(states).map(line).collect()));
    deeds(
        window,
        &[
            (StageDeed::Freeze, "␣", ""),
            (StageDeed::Fewer, "−", ""),
            (StageDeed::More, "+", ""),
            (StageDeed::Practise, "R", ""),
        ],
    );
}

fn in_hand(window: &OperatorWindow, words: &Words) {
    committed(window);
    let operator = window.global::<Operator>();
    operator.set_round(2);
    operator.set_prize(words.prize.into());
    operator.set_quantity(10);
    operator.set_frozen(true);
    operator.set_entries("e21c 40fa 6b97 1d03 94d8 07be 31a5 c6f0".into());
}

fn dice(window: &OperatorWindow, words: &Words) {
    in_hand(window, words);
    let operator = window.global::<Operator>();
    operator.set_panel(WorkPanel::Dice);
    operator.set_steps(model(steps(2)));
    operator.set_behind("D5".into());
    operator.set_dice_typed(11);
    operator.set_dice_wanted(15);
    let throw = |faces: [&str; 3], current| DiceOfGuest { faces: texts(&faces), current };
    operator.set_dice(model(vec![
        throw(["4", "1", "6"], false),
        throw(["2", "5", "3"], false),
        throw(["3", "6", "1"], false),
        throw(["2", "5", ""], true),
        throw(["", "", ""], false),
    ]));
    deeds(
        window,
        &[
            (StageDeed::ConfirmDice, "␣", ""),
            (StageDeed::EraseDie, "⌫", ""),
            (StageDeed::WithoutDice, "0", ""),
            (StageDeed::Void, "V", ""),
        ],
    );
}

fn picks(window: &OperatorWindow, words: &Words) {
    in_hand(window, words);
    let operator = window.global::<Operator>();
    operator.set_panel(WorkPanel::Picks);
    operator.set_steps(model(steps(5)));
    let state = |at: usize| match at {
        0 => StagePickState::Claimed,
        1 => StagePickState::Forfeited,
        7.. => StagePickState::Substitute,
        _ => StagePickState::Won,
    };
    let line = |at: usize| PickLine {
        place: (at + 1).to_string().into(),
        id: format!("{:04}", 417 * (at + 1)).into(),
        person: words.people[at].into(),
        firm: words.firms[at].into(),
        county: words.counties[at % 4].into(),
        phone: "138****1234".into(),
        state: state(at),
        calls: i32::from(at == 2) * 2,
        chosen: at == 2,
    };
    operator.set_picks(model((0..8).map(line).collect()));
    deeds(
        window,
        &[
            (StageDeed::Claim, "G", ""),
            (StageDeed::Call, "C", "0417"),
            (StageDeed::Forfeit, "F", ""),
            (StageDeed::NextPage, "PgDn", ""),
            (StageDeed::OtherRound, "N", ""),
        ],
    );
}
