//! Every scene of the hall, filled: usual, empty and with the longest of everything.

use super::words::{Words, words};
use super::{model, texts};
use slint::{ComponentHandle, ModelRc, SharedString};
use stage_ui::{
    AgendaItem, AgendaState, Arrival, Audience, AudienceScene, AudienceWindow, CalledRow, DealerRow, Lang,
    LotteryPhase, LotteryStyle, QueueCode, RegionRow, WinnerRow,
};

type Fill = fn(&AudienceWindow, &Words);

pub struct Scene {
    pub name: &'static str,
    fill: Fill,
}

impl Scene {
    pub fn show(&self, window: &AudienceWindow, lang: Lang) {
        let words = words(lang);
        let audience = window.global::<Audience>();
        audience.set_meeting(words.meeting.into());
        audience.set_emblem(words.emblem.into());
        audience.set_theme(words.theme.into());
        audience.set_clock("14:20".into());
        (self.fill)(window, words);
    }
}

pub fn all() -> Vec<Scene> {
    let scene = |(name, fill)| Scene { name, fill };
    let scenes: [(&'static str, Fill); 24] = [
        ("waiting", |window, _| window.global::<Audience>().set_scene(AudienceScene::Waiting)),
        ("welcome", |window, words| welcome(window, words, 32)),
        ("welcome-full", |window, words| welcome(window, words, 76)),
        ("welcome-empty", |window, words| welcome(window, words, 0)),
        ("agenda", |window, words| agenda(window, words, 7)),
        ("agenda-short", |window, words| agenda(window, words, 2)),
        ("standings", |window, words| standings(window, words, true)),
        ("standings-by-rank", |window, words| standings(window, words, false)),
        ("progress", |window, _| progress(window, 0.83)),
        ("progress-attendance", |window, _| progress(window, -1.0)),
        ("bulletin", |window, words| bulletin(window, words, 0)),
        ("bulletin-long", |window, words| bulletin(window, words, 2)),
        ("bulletin-empty", |window, _| window.global::<Audience>().set_scene(AudienceScene::Bulletin)),
        ("countdown", |window, _| countdown(window, false)),
        ("countdown-over", |window, _| countdown(window, true)),
        ("called", |window, _| called(window)),
        ("lottery-frozen", |window, words| round(window, words, LotteryPhase::Frozen)),
        ("lottery-dice", |window, words| dice(window, words, 11, LotteryPhase::Dice)),
        ("lottery-locked", |window, words| dice(window, words, 15, LotteryPhase::Locked)),
        ("lottery-rehearsal", |window, words| {
            dice(window, words, 4, LotteryPhase::Dice);
            window.global::<Audience>().set_rehearsal(true);
        }),
        ("lottery-void", |window, words| round(window, words, LotteryPhase::Void)),
        ("lottery-winners", |window, words| winners(window, words, 10)),
        ("lottery-winner", |window, words| winners(window, words, 1)),
        ("blank", |window, _| window.global::<Audience>().set_scene(AudienceScene::Blank)),
    ];
    scenes.into_iter().map(scene).collect()
}

fn arrival(words: &Words, at: usize) -> Arrival {
    Arrival {
        name: words.people[at % 10].into(),
        firm: words.firms[at % 10].into(),
        county: words.counties[at % 4].into(),
    }
}

fn welcome(window: &AudienceWindow, words: &Words, count: usize) {
    let audience = window.global::<Audience>();
    audience.set_scene(AudienceScene::Welcome);
    audience.set_newest(model((0..count.min(4)).map(|at| arrival(words, at)).collect()));
    audience.set_wall(model((4..count.max(4)).map(|at| arrival(words, at)).collect()));
    audience.set_present(i32::try_from(count * 4).expect("small"));
    audience.set_invited(160);
}

fn agenda(window: &AudienceWindow, words: &Words, count: usize) {
    let audience = window.global::<Audience>();
    audience.set_scene(AudienceScene::Agenda);
    let state = |at| match at {
        0 | 1 => AgendaState::Past,
        2 => AgendaState::Running,
        _ => AgendaState::Next,
    };
    let item = |(at, (time, title, speaker)): (usize, &(&str, &str, &str))| AgendaItem {
        time: (*time).into(),
        title: (*title).into(),
        speaker: (*speaker).into(),
        state: state(at),
    };
    audience.set_agenda(model(words.agenda.iter().enumerate().take(count).map(item).collect()));
}

fn standings(window: &AudienceWindow, words: &Words, by_share: bool) {
    let audience = window.global::<Audience>();
    audience.set_scene(AudienceScene::Standings);
    audience.set_by_share(by_share);
    audience.set_as_of("15:42".into());
    if by_share {
        audience.set_away("D5, K3".into());
    }
    let shares = [1.12, 0.97, 0.93, 0.81, 0.74, 0.66, 0.58];
    let region = |(at, name): (usize, &&str)| RegionRow {
        name: (*name).into(),
        rank: i32::try_from(at + 1).expect("small"),
        share: shares[at],
        figure: if by_share { format!("{:.0}%", shares[at] * 100.0) } else { String::new() }.into(),
    };
    audience.set_regions(model(words.regions.iter().enumerate().map(region).collect()));
    let dealer = |at: usize| DealerRow {
        rank: (at + 1).to_string().into(),
        firm: words.firms[at].into(),
        county: words.counties[at % 4].into(),
        amount: words.amount.into(),
        ribbon: at == 1,
    };
    audience.set_dealers(model(if by_share { (0..4).map(dealer).collect() } else { Vec::new() }));
}

fn progress(window: &AudienceWindow, signed: f32) {
    let audience = window.global::<Audience>();
    audience.set_scene(AudienceScene::Progress);
    audience.set_as_of("15:42".into());
    audience.set_present(132);
    audience.set_invited(160);
    audience.set_attendance(0.825);
    audience.set_attendance_figure("82.5%".into());
    audience.set_attendance_target(0.8);
    audience.set_signed(signed);
    audience.set_signed_figure("83%".into());
}

fn bulletin(window: &AudienceWindow, words: &Words, at: usize) {
    let audience = window.global::<Audience>();
    audience.set_scene(AudienceScene::Bulletin);
    audience.set_has_bulletin(true);
    audience.set_firm(words.firms[at].into());
    audience.set_county(words.counties[at].into());
    audience.set_region(words.regions[at].into());
    audience.set_amount(if at == 0 { words.amount } else { "" }.into());
}

fn countdown(window: &AudienceWindow, over: bool) {
    let audience = window.global::<Audience>();
    audience.set_scene(AudienceScene::Countdown);
    audience.set_left("04:59".into());
    audience.set_over(over);
    audience.set_closes(if over { "" } else { "16:00" }.into());
}

fn called(window: &AudienceWindow) {
    let audience = window.global::<Audience>();
    audience.set_scene(AudienceScene::Called);
    let row = |(number, queue, counter): &(&str, QueueCode, &str)| CalledRow {
        number: (*number).into(),
        queue: *queue,
        counter: (*counter).into(),
    };
    let rows = [
        ("G-018", QueueCode::Cashier, "D3"),
        ("N-042", QueueCode::Cashier, "D2"),
        ("N-041", QueueCode::GiftDesk, "D7"),
        ("N-040", QueueCode::OrderDesk, "D1"),
        ("N-039", QueueCode::Cashier, "D12"),
    ];
    audience.set_called(model(rows.iter().map(row).collect()));
}

pub fn round(window: &AudienceWindow, words: &Words, phase: LotteryPhase) {
    let audience = window.global::<Audience>();
    audience.set_scene(AudienceScene::Lottery);
    audience.set_has_round(true);
    audience.set_phase(phase);
    audience.set_round(2);
    audience.set_prize(words.prize.into());
    audience.set_quantity(10);
    audience.set_count(218);
    audience.set_count_figure("218".into());
    audience.set_tickets_figure("1,406".into());
    audience.set_commitment("7f3a 91c2 0be4 d85e".into());
    audience.set_entries("e21c 40fa 6b97 1d03".into());
    let card = |at: usize| SharedString::from(words.firms[at % 10]);
    audience.set_cards(model((0..60).map(card).collect()));
    audience.set_ends(texts(&words.firms[..4]));
}

const FACES: [&str; 15] = ["4", "1", "6", "2", "5", "3", "3", "6", "1", "2", "5", "4", "6", "1", "3"];

fn dice(window: &AudienceWindow, words: &Words, typed: usize, phase: LotteryPhase) {
    round(window, words, phase);
    let audience = window.global::<Audience>();
    let face = |at: usize| if at < typed { FACES[at] } else { "" };
    let rows: Vec<ModelRc<SharedString>> =
        (0..5).map(|row| texts(&[face(row * 3), face(row * 3 + 1), face(row * 3 + 2)])).collect();
    audience.set_dice(model(rows));
    if phase == LotteryPhase::Locked {
        audience.set_dice_line(FACES.join(",").into());
    }
}

fn winners(window: &AudienceWindow, words: &Words, count: usize) {
    round(window, words, LotteryPhase::Winners);
    let audience = window.global::<Audience>();
    if count == 1 {
        audience.set_prize(words.long_prize.into());
    }
    audience.set_quantity(i32::try_from(count).expect("small"));
    audience.set_dice_line(FACES.join(",").into());
    let row = |at: usize| WinnerRow {
        // One wants no name on screens.
        person: if at == 4 { "A0417" } else { words.people[(at + 2 * usize::from(count == 1)) % 10] }.into(),
        firm: if at == 4 { "" } else { words.firms[(at + 2 * usize::from(count == 1)) % 10] }.into(),
        county: if at == 4 { "" } else { words.counties[at % 4] }.into(),
        phone: if at == 4 { "" } else { "138****1234" }.into(),
        claimed: at == 1,
    };
    audience.set_winners(model((0..count).map(row).collect()));
    audience.set_page(0);
    audience.set_pages(if count > 1 { 3 } else { 1 });
}

/// A moment of an animation: `style`, and the phase.
pub fn animation(window: &AudienceWindow, lang: Lang, style: LotteryStyle, phase: LotteryPhase) {
    Scene { name: "", fill: |_, _| {} }.show(window, lang);
    let words = words(lang);
    round(window, words, phase);
    window.global::<Audience>().set_style(style);
}
