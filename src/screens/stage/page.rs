//! What the operator's window shows of the meeting and of the round in hand.

use super::view::{OperatorPage, OperatorView, PickRow, RoundRow, WorkPage};
use super::{AudienceState, SCENES, Stage, Venue, deeds};
use crate::screens::lock;
use crate::screens::money;
use domain::config::{Language, PrizePool};
use domain::draw::Hash256;
use domain::event::Scene;
use domain::meeting::{PickState, PickView, RoundStep, RoundView};
use stage_ui::{RoundState, SceneCode, StageAsk, StageDevice, StagePickState, StepCode, StepState, Tone, WorkPanel};

/// Picks on the screen at once.
const MOST_PICKS: usize = 8;
/// Machines that are named; more are a network that failed, which the bar says.
const MOST_AWAY: usize = 8;

impl Stage {
    /// What the operator sees now.
    pub fn view(&self, venue: &Venue) -> OperatorView {
        let config = venue.meeting.config();
        let language = self.language_of(venue.meeting);
        let person = self.who.as_ref().and_then(|id| venue.meeting.staff(id)).map(|staff| staff.name.clone());
        OperatorView {
            language,
            place: venue.place.clone(),
            person: person.unwrap_or_default(),
            meeting: config.meeting.name.get(language).to_owned(),
            clock: venue.time.clock(venue.now_ms),
            connected: venue.connected,
            storage_failed: venue.storage_failed,
            waiting: venue.waiting,
            waiting_since: venue.waiting_since.map(|at| venue.time.clock(at)).unwrap_or_default(),
            page: match &self.who {
                Some(_) => OperatorPage::Work(Box::new(self.work(language, venue))),
                None => OperatorPage::SignIn {
                    typed: self.pin.len(),
                    wrong: self.wrong,
                    locked_minutes: lock::minutes(self.locked_ms(venue)),
                },
            },
        }
    }

    fn work(&self, language: Language, venue: &Venue) -> WorkPage {
        let draw = self.draw(venue);
        let round = self.round(venue);
        let seen = self.seen(venue);
        let prize = round.and_then(|round| venue.meeting.prize_of(draw?, &round.prize));
        let names = |devices: &[domain::DeviceId]| {
            let name = |id: &domain::DeviceId| venue.meeting.device(*id).map(|it| it.station().to_owned());
            devices.iter().filter_map(name).collect::<Vec<_>>().join(", ")
        };
        let behind = match &seen {
            Some(view) => names(&view.behind),
            None if self.behind => venue.away.iter().map(|it| it.name.clone()).collect::<Vec<_>>().join(", "),
            None => String::new(),
        };
        WorkPage {
            scenes: scenes(venue),
            panel: match (&draw, seen.as_ref().map(|view| view.step)) {
                (None, _) => WorkPanel::NoDraw,
                (Some(_), None) => WorkPanel::Rounds,
                (Some(_), Some(RoundStep::Drawn | RoundStep::Finished)) => WorkPanel::Picks,
                (Some(_), Some(_)) => WorkPanel::Dice,
            },
            rehearsal: draw.map_or(self.practising, domain::meeting::Draw::is_rehearsal),
            draw: draw.map(|draw| draw.name.to_string()).unwrap_or_default(),
            round: seen.as_ref().map_or(0, |view| view.link),
            prize: prize.map(|prize| prize.name.get(language).to_owned()).unwrap_or_default(),
            quantity: round.map_or(0, |round| round.quantity),
            checked_in: prize.is_some_and(|prize| prize.pool == PrizePool::CheckedIn),
            void_reason: round.and_then(|round| round.void_reason()).unwrap_or_default().to_owned(),
            steps: self.steps(seen.as_ref(), language, venue),
            rounds: self.round_rows(language, venue),
            faces: self.typed_faces(venue),
            dice_wanted: self.dice_wanted(venue),
            behind,
            frozen: seen.is_some(),
            picks: self.window(venue).iter().map(|pick| self.pick_row(pick, venue)).collect(),
            commitment: draw.map(|draw| fours(&draw.commitment)).unwrap_or_default(),
            entries: seen.as_ref().map(|view| fours(&view.entries_hash)).unwrap_or_default(),
            rules: draw.map(|draw| fours(&draw.rules_hash)).unwrap_or_default(),
            deeds: deeds::of(self, venue),
            devices: devices(venue),
            asking: self.asking,
            asking_about: self.asking_about(venue),
            typed_figures: self.asked_pin.len(),
            said: self.said.clone(),
            busy: self.waiting_for.is_some(),
        }
    }

    fn asking_about(&self, venue: &Venue) -> String {
        if !matches!(self.asking, StageAsk::ClaimPin | StageAsk::ForfeitPin) {
            return String::new();
        }
        let chosen = self.chosen_pick(venue);
        let pick = self.picks(venue).into_iter().find(|pick| Some(pick.pick) == chosen);
        let row = pick.map(|pick| self.pick_row(&pick, venue));
        row.map(|row| if row.person.is_empty() { row.id } else { row.person }).unwrap_or_default()
    }

    fn steps(&self, seen: Option<&RoundView>, language: Language, venue: &Venue) -> Vec<(StepCode, StepState, String)> {
        let draw = self.draw(venue);
        let at = match seen.map(|view| view.step) {
            None if draw.is_none() => 0,
            None | Some(RoundStep::Void) => 1,
            Some(RoundStep::Frozen) => 2,
            Some(RoundStep::Audience) => 3,
            Some(RoundStep::Locked) => 4,
            Some(RoundStep::Drawn) => 5,
            Some(RoundStep::Finished) => 6,
        };
        let committed = draw.map(|draw| venue.time.clock(draw.committed.at.0)).unwrap_or_default();
        let list = seen.map(|view| {
            let tickets = i64::try_from(view.tickets).unwrap_or(i64::MAX);
            format!("{} / {}", money::count(view.count, language), money::count(tickets, language))
        });
        let faces = self.typed_faces(venue).len();
        let dice = if faces > 0 { format!("{faces} / {}", self.dice_wanted(venue)) } else { String::new() };
        let claimed = seen.map(|view| view.picks.iter().filter(|pick| pick.state == PickState::Claimed).count());
        let claims =
            seen.zip(claimed).filter(|_| at >= 5).map(|(view, claimed)| format!("{claimed} / {}", view.quantity));
        let results = [
            (StepCode::Commit, committed),
            (StepCode::Freeze, list.unwrap_or_default()),
            (StepCode::Dice, dice),
            (StepCode::Lock, String::new()),
            (StepCode::Reveal, String::new()),
            (StepCode::Claim, claims.unwrap_or_default()),
        ];
        let state = |place: usize| match place.cmp(&at) {
            std::cmp::Ordering::Less => StepState::Done,
            std::cmp::Ordering::Equal => StepState::Now,
            std::cmp::Ordering::Greater => StepState::Later,
        };
        results.into_iter().enumerate().map(|(place, (code, result))| (code, state(place), result)).collect()
    }

    fn round_rows(&self, language: Language, venue: &Venue) -> Vec<RoundRow> {
        let row = |(at, it): (usize, deeds::Drawable)| RoundRow {
            prize: it.prize.name.get(language).to_owned(),
            quantity: if at == self.prize_at { self.wanted(&it) } else { it.left },
            left: it.left,
            checked_in: it.prize.pool == PrizePool::CheckedIn,
            state: if it.left == 0 { RoundState::NoneLeft } else { RoundState::Open },
            chosen: at == self.prize_at,
        };
        self.prizes(venue).into_iter().enumerate().map(row).collect()
    }

    /// The picks around the chosen one.
    pub(super) fn window(&self, venue: &Venue) -> Vec<PickView> {
        let picks = self.picks(venue);
        let chosen = self.chosen_pick(venue);
        let at = picks.iter().position(|pick| Some(pick.pick) == chosen).unwrap_or(0);
        let from = at.saturating_sub(MOST_PICKS / 2).min(picks.len().saturating_sub(MOST_PICKS));
        picks.into_iter().skip(from).take(MOST_PICKS).collect()
    }

    fn pick_row(&self, pick: &PickView, venue: &Venue) -> PickRow {
        let card = venue.meeting.pick_card(pick.pick, pick.id.clone());
        PickRow {
            pick: pick.pick,
            id: pick.id.to_string(),
            person: card.person,
            firm: card.firm,
            county: card.county,
            phone: card.phone_mask,
            state: match pick.state {
                PickState::Won => StagePickState::Won,
                PickState::Claimed => StagePickState::Claimed,
                PickState::Forfeited => StagePickState::Forfeited,
                PickState::Substitute => StagePickState::Substitute,
            },
            calls: self.round(venue).map_or(0, |round| self.calls_of(&round.id, pick.pick)),
            chosen: self.chosen_pick(venue) == Some(pick.pick),
        }
    }
}

fn scenes(venue: &Venue) -> Vec<(SceneCode, String, bool)> {
    let shown = venue.meeting.scene_shown().map_or(SceneCode::Welcome, |(_, scene)| code_of(scene));
    let keys = SCENES.iter().enumerate().map(|(at, code)| (*code, format!("F{}", at + 1)));
    keys.chain([(SceneCode::Blank, ".".to_owned())]).map(|(code, key)| (code, key, code == shown)).collect()
}

fn code_of(scene: &Scene) -> SceneCode {
    match scene {
        Scene::WelcomeWall => SceneCode::Welcome,
        Scene::Agenda => SceneCode::Agenda,
        Scene::Standings => SceneCode::Standings,
        Scene::Progress => SceneCode::Progress,
        Scene::Bulletin => SceneCode::Bulletin,
        Scene::Countdown { .. } => SceneCode::Countdown,
        Scene::Lottery(_) => SceneCode::Lottery,
        Scene::CalledNumbers => SceneCode::Called,
        Scene::Blank => SceneCode::Blank,
        Scene::Picture(_) => SceneCode::Picture,
    }
}

fn devices(venue: &Venue) -> Vec<(StageDevice, String, String, Tone)> {
    let away = venue.away.iter().take(MOST_AWAY).map(|away| {
        let since = away.since_ms.map(|at| venue.time.clock(at)).unwrap_or_else(|| "–".to_owned());
        (StageDevice::Silent, away.name.clone(), since, Tone::Attention)
    });
    let mut lines: Vec<_> = away.collect();
    if lines.is_empty() && venue.connected {
        lines.push((StageDevice::AllIn, String::new(), String::new(), Tone::Good));
    }
    lines.push(match venue.audience {
        AudienceState::InStep => (StageDevice::AudienceInStep, String::new(), String::new(), Tone::Good),
        AudienceState::Late => (StageDevice::AudienceLate, String::new(), String::new(), Tone::Attention),
        AudienceState::Gone => (StageDevice::AudienceGone, String::new(), String::new(), Tone::Stop),
    });
    lines
}

/// The first 32 of the 64 figures in fours, as people compare them with paper.
fn fours(hash: &Hash256) -> String {
    grouped(&hash.to_string(), 32)
}

/// The first `figures` of a hash in fours.
pub fn grouped(hash: &str, figures: usize) -> String {
    let figures: Vec<char> = hash.chars().take(figures).collect();
    figures.chunks(4).map(|four| four.iter().collect::<String>()).collect::<Vec<_>>().join(" ")
}
