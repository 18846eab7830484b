//! Copies a message into the properties of the audience's window. Decides nothing, keeps nothing.

use super::hall::{HallMessage, Show, ShowPhase};
use super::page::grouped;
use crate::screens::money;
use crate::screens::rows::{int, text};
use domain::config::Language;
use domain::stage::{
    AgendaLine, DealerLine, LotteryStep, LotteryView, Progress, RegionLine, SceneView, StageView, WallName, WinnerLine,
};
use slint::{ComponentHandle, Image, ModelRc, SharedString, VecModel};
use stage_ui::{
    AgendaItem, AgendaState, Arrival, Audience, AudienceScene, AudienceWindow, CalledRow, DealerRow, Lang,
    LotteryPhase, LotteryStyle, QueueCode, RegionRow, WinnerRow,
};

/// Names beside the newest ones: more would be too small for the hall.
const MOST_ON_WALL: usize = 72;
/// Rows of regions and of dealers.
const MOST_ROWS: usize = 8;
/// Rows of called numbers.
const MOST_CALLED: usize = 6;
/// Figures of a hash in the proof line.
const PROOF_FIGURES: usize = 16;

pub fn lang(language: Language) -> Lang {
    match language {
        Language::Zh => Lang::Zh,
        Language::Ko => Lang::Ko,
        Language::En => Lang::En,
    }
}

fn model<T: Clone + 'static>(rows: impl IntoIterator<Item = T>) -> ModelRc<T> {
    ModelRc::new(VecModel::from_iter(rows))
}

/// Shows a message. `picture` is the one that it names. Call it on the window's thread.
pub fn show(window: &AudienceWindow, message: &HallMessage, picture: Option<Image>) {
    let (view, show) = (&message.view, &message.show);
    let lang = lang(view.language);
    stage_ui::speak(lang);
    window.global::<stage_ui::Language>().set_current(lang);
    let audience = window.global::<Audience>();
    audience.set_meeting(text(&view.meeting));
    audience.set_theme(text(&view.theme));
    audience.set_emblem(
        view.meeting.chars().next().map(|letter| SharedString::from(letter.to_string())).unwrap_or_default(),
    );
    audience.set_rehearsal(view.rehearsal);
    audience.set_clock(text(&show.clock));
    audience.set_as_of(text(&show.as_of));
    audience.set_away(text(&view.away.join(", ")));
    let scene = match &view.scene {
        SceneView::WelcomeWall { names, present, invited } => {
            welcome(&audience, names, *present, *invited);
            AudienceScene::Welcome
        }
        SceneView::Agenda(lines) => {
            agenda(&audience, lines);
            AudienceScene::Agenda
        }
        SceneView::Standings { by_share, regions, dealers } => {
            audience.set_by_share(*by_share);
            standings(&audience, regions, dealers, view);
            AudienceScene::Standings
        }
        SceneView::Progress(progress) => {
            targets(&audience, progress, view.language);
            AudienceScene::Progress
        }
        SceneView::Bulletin { line, waiting } => {
            bulletin(&audience, line.as_ref(), view);
            audience.set_bulletins_waiting(int(*waiting));
            AudienceScene::Bulletin
        }
        SceneView::Countdown { seconds, closes } => {
            audience.set_left(text(&left(*seconds)));
            audience.set_over(*seconds == 0);
            audience.set_closes(text(closes));
            AudienceScene::Countdown
        }
        SceneView::CalledNumbers(lines) => {
            called(&audience, lines);
            AudienceScene::Called
        }
        SceneView::Lottery(round) => {
            audience.set_has_round(round.is_some());
            if let Some(round) = round {
                audience.set_prize_picture(picture.unwrap_or_default());
                lottery(&audience, round, show, view.language);
            }
            AudienceScene::Lottery
        }
        SceneView::Picture(_) => {
            audience.set_picture(picture.unwrap_or_default());
            AudienceScene::Picture
        }
        SceneView::Blank => AudienceScene::Blank,
    };
    audience.set_scene(scene);
}

fn welcome(audience: &Audience, names: &[WallName], present: usize, invited: u32) {
    let row =
        |name: &WallName| Arrival { name: text(&name.person), firm: text(&name.firm), county: text(&name.county) };
    audience.set_newest(model(names.iter().take(4).map(row)));
    audience.set_wall(model(names.iter().skip(4).take(MOST_ON_WALL).map(row)));
    audience.set_present(int(present));
    audience.set_invited(int(invited));
}

fn agenda(audience: &Audience, lines: &[AgendaLine]) {
    let running = lines.iter().position(|line| line.running);
    let state = |at: usize| match running {
        Some(running) if at < running => AgendaState::Past,
        Some(running) if at == running => AgendaState::Running,
        _ => AgendaState::Next,
    };
    // Around the running one, when there are too many for the screen.
    let from = running.unwrap_or(0).saturating_sub(2).min(lines.len().saturating_sub(MOST_ROWS));
    let row = |(at, line): (usize, &AgendaLine)| AgendaItem {
        time: text(&line.starts),
        title: text(&line.title),
        speaker: text(&line.speaker),
        state: state(at),
    };
    audience.set_agenda(model(lines.iter().enumerate().skip(from).take(MOST_ROWS).map(row)));
}

fn share(points: u32) -> f32 {
    points as f32 / 10_000.0
}

/// Whole percents: a share of 99.6 % is not "100 %" before it is.
fn percent(points: u32, language: Language) -> String {
    format!("{}%", money::count(points / 100, language))
}

fn standings(audience: &Audience, regions: &[RegionLine], dealers: &[DealerLine], view: &StageView) {
    let region = |line: &RegionLine| RegionRow {
        name: text(&line.name),
        rank: int(line.rank),
        share: line.share_basis_points.map_or(0.0, share),
        figure: text(&line.share_basis_points.map(|points| percent(points, view.language)).unwrap_or_default()),
    };
    audience.set_regions(model(regions.iter().take(MOST_ROWS).map(region)));
    let dealer = |line: &DealerLine| DealerRow {
        rank: text(&line.rank.map(|rank| rank.to_string()).unwrap_or_default()),
        firm: text(&line.firm),
        county: text(&line.county),
        amount: text(&line.amount_minor.map(|minor| whole(minor, view)).unwrap_or_default()),
        ribbon: line.ribbon,
    };
    audience.set_dealers(model(dealers.iter().take(MOST_ROWS - 1).map(dealer)));
}

/// Amounts on the wall are read from far: whole units of the currency, and which.
fn whole(minor: i64, view: &StageView) -> String {
    let units = minor / 10_i64.pow(u32::from(view.currency.decimals()));
    format!("{} {}", money::count(units, view.language), view.currency)
}

fn targets(audience: &Audience, progress: &Progress, language: Language) {
    audience.set_present(int(progress.present));
    audience.set_invited(int(progress.invited));
    audience.set_attendance(progress.attendance_basis_points.map_or(-1.0, share));
    audience.set_attendance_figure(text(
        &progress.attendance_basis_points.map(|points| percent(points, language)).unwrap_or_default(),
    ));
    audience.set_attendance_target(f32::from(progress.attendance_target_percent) / 100.0);
    audience.set_signed(progress.signed_basis_points.map_or(-1.0, share));
    audience.set_signed_figure(text(
        &progress.signed_basis_points.map(|points| percent(points, language)).unwrap_or_default(),
    ));
}

fn bulletin(audience: &Audience, line: Option<&domain::stage::BulletinLine>, view: &StageView) {
    audience.set_has_bulletin(line.is_some());
    let Some(line) = line else { return };
    audience.set_firm(text(&line.firm));
    audience.set_county(text(&line.county));
    audience.set_region(text(&line.region));
    audience.set_amount(text(&line.amount_minor.map(|minor| whole(minor, view)).unwrap_or_default()));
}

/// `04:59`, `1:04:59`.
fn left(seconds: u64) -> String {
    let (hours, minutes, seconds) = (seconds / 3_600, seconds / 60 % 60, seconds % 60);
    if hours > 0 { format!("{hours}:{minutes:02}:{seconds:02}") } else { format!("{minutes:02}:{seconds:02}") }
}

fn called(audience: &Audience, lines: &[domain::stage::CalledLine]) {
    let row = |line: &domain::stage::CalledLine| CalledRow {
        number: text(&line.number),
        queue: match line.queue.as_str() {
            domain::meeting::CASHIER => QueueCode::Cashier,
            domain::meeting::GIFT_DESK => QueueCode::GiftDesk,
            _ => QueueCode::OrderDesk,
        },
        counter: text(&line.counter),
    };
    audience.set_called(model(lines.iter().take(MOST_CALLED).map(row)));
}

fn lottery(audience: &Audience, round: &LotteryView, show: &Show, language: Language) {
    audience.set_round(int(round.link));
    audience.set_prize(text(&round.prize));
    audience.set_quantity(int(round.quantity));
    audience.set_count(int(round.count));
    audience.set_count_figure(text(&money::count(round.count, language)));
    let tickets = i64::try_from(round.tickets).unwrap_or(i64::MAX);
    audience.set_tickets_figure(text(&money::count(tickets, language)));
    audience.set_commitment(text(&grouped(&round.commitment, PROOF_FIGURES)));
    audience.set_entries(text(&grouped(&round.entries_hash, PROOF_FIGURES)));
    let faces: Vec<String> = round.dice.iter().map(u8::to_string).collect();
    audience.set_dice_line(text(&faces.join(",")));
    audience.set_dice(model(dice_rows(show)));
    audience.set_dice_wanted(int(show.dice));
    audience.set_cards(model(round.cards.iter().map(|card| text(card))));
    audience.set_ends(model(show.ends.iter().map(|end| text(end))));
    audience.set_style(if show.wall { LotteryStyle::Wall } else { LotteryStyle::Reels });
    audience.set_winners(model(round.winners.iter().map(winner)));
    audience.set_page(int(show.page));
    audience.set_pages(int(show.pages));
    audience.set_phase(match (round.step, show.phase) {
        (LotteryStep::Void, _) => LotteryPhase::Void,
        (LotteryStep::Frozen, _) if show.faces.is_empty() && show.dice == 0 => LotteryPhase::Frozen,
        (LotteryStep::Frozen, _) => LotteryPhase::Dice,
        (LotteryStep::Audience, _) => LotteryPhase::Dice,
        (LotteryStep::Locked, _) => LotteryPhase::Locked,
        (LotteryStep::Drawn | LotteryStep::Finished, ShowPhase::Spinning) => LotteryPhase::Spinning,
        (LotteryStep::Drawn | LotteryStep::Finished, ShowPhase::Settling) => LotteryPhase::Settling,
        (LotteryStep::Drawn | LotteryStep::Finished, ShowPhase::AsStored) => LotteryPhase::Winners,
    });
}

/// Rows of three, as three dice a guest are thrown; places that are still to come are empty.
fn dice_rows(show: &Show) -> Vec<ModelRc<SharedString>> {
    let places = show.dice.max(show.faces.len());
    let face = |at: usize| show.faces.get(at).map(|face| text(&face.to_string())).unwrap_or_default();
    let per_row = if places > 24 { 6 } else { 3 };
    (0..places.div_ceil(per_row))
        .map(|row| model((row * per_row..((row + 1) * per_row).min(places)).map(face)))
        .collect()
}

fn winner(line: &WinnerLine) -> WinnerRow {
    let named = !line.firm.is_empty();
    WinnerRow {
        person: text(if named { &line.person } else { &line.id }),
        firm: text(&line.firm),
        county: text(&line.county),
        phone: text(&line.phone_mask),
        claimed: line.claimed,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn time_that_is_left_has_hours_only_when_there_are_some() {
        for (seconds, expected) in [(0, "00:00"), (299, "04:59"), (3_600, "1:00:00"), (5_025, "1:23:45")] {
            assert_eq!(left(seconds), expected);
        }
    }

    #[test]
    fn share_of_a_target_is_not_rounded_up_to_it() {
        assert_eq!(percent(9_999, Language::En), "99%");
        assert_eq!(percent(12_345, Language::Zh), "123%");
    }
}
