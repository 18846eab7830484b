//! What the audience's window is sent: the whole view, and how the host's hand moves it. Nothing of the lottery is in it
//! that two machines do not have, and no winner while the reels turn.

use super::{PAGE, Phase, Stage, Venue};
use domain::event::Scene;
use domain::stage::{BulletinQueue, LotteryStep, SceneView, StageNow, StageView, stage_view};
use domain::{LocalTime, UnixMillis};
use serde::{Deserialize, Serialize};
use stage_ui::LotteryStyle;

/// Columns of the reels at most.
const MOST_REELS: usize = 4;

/// Everything that the audience's window gets, each time whole.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct HallMessage {
    pub view: StageView,
    pub show: Show,
}

/// What is not of the meeting: the clock, dice as they are typed, the animation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Show {
    /// `14:20` at the venue.
    pub clock: String,
    /// When the figures are of, at the venue.
    pub as_of: String,
    /// Faces as they are typed.
    pub faces: Vec<u8>,
    /// Dice that are to come in all; 0 = none.
    pub dice: usize,
    pub phase: ShowPhase,
    pub wall: bool,
    /// Names where the animation ends.
    pub ends: Vec<String>,
    pub page: usize,
    pub pages: usize,
    /// File of the picture that is shown: of the prize, or the scene's.
    pub picture: Option<String>,
}

/// How the winners come onto the screen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ShowPhase {
    AsStored,
    Spinning,
    Settling,
}

impl Stage {
    /// What the hall sees now.
    pub fn hall(&mut self, venue: &Venue) -> HallMessage {
        let meeting = venue.meeting;
        let language = meeting.config().meeting.language();
        let queue = self.bulletins.get_or_insert_with(|| BulletinQueue::begin(meeting));
        let now = UnixMillis(venue.now_ms);
        let (since, scene) =
            meeting.scene_shown().map_or((now, Scene::WelcomeWall), |(stamp, scene)| (stamp.at, scene.clone()));
        let on_show = matches!(scene, Scene::Bulletin);
        let line = on_show.then(|| queue.turn(meeting, language, now)).flatten();
        let waiting = queue.waiting();
        let draw = match &scene {
            Scene::Lottery(round) => meeting.draw_of_round(round).map(|draw| draw.name.to_string()),
            _ => None,
        };
        let clock: Option<LocalTime> = venue.time.minute(venue.now_ms).parse().ok();
        let away: Vec<_> = venue.away.iter().map(|away| away.device).collect();
        let mut view = stage_view(
            meeting,
            &StageNow {
                now,
                clock: clock.as_ref(),
                language,
                scene: &scene,
                since,
                draw: draw.as_deref().unwrap_or_default(),
                durable: venue.durable,
                away: &away,
                bulletin: line.as_ref(),
                waiting,
            },
        );
        let show = self.show_of(&mut view, &scene, venue);
        HallMessage { view, show }
    }

    /// The host's hand; takes winners out of the view that are not to be seen yet, and leaves one page of them.
    fn show_of(&self, view: &mut StageView, scene: &Scene, venue: &Venue) -> Show {
        let mut show = Show {
            clock: venue.time.clock(venue.now_ms),
            as_of: view.as_of.map(|at| venue.time.clock(at)).unwrap_or_default(),
            faces: Vec::new(),
            dice: 0,
            phase: ShowPhase::AsStored,
            wall: false,
            ends: Vec::new(),
            page: 0,
            pages: 1,
            picture: None,
        };
        if let SceneView::Picture(hash) = &view.scene {
            show.picture = Some(hash.clone());
        }
        let SceneView::Lottery(Some(lottery)) = &mut view.scene else { return show };
        show.picture = lottery.picture.clone();
        let in_hand = matches!(scene, Scene::Lottery(round) if self.round(venue).is_some_and(|it| it.id == *round));
        show.faces = if in_hand && matches!(lottery.step, LotteryStep::Frozen | LotteryStep::Audience) {
            self.typed_faces(venue)
        } else {
            lottery.dice.clone()
        };
        let open = matches!(lottery.step, LotteryStep::Frozen | LotteryStep::Audience);
        let wanted = if in_hand && open && self.wants_dice(venue) { self.dice_wanted(venue) } else { 0 };
        show.dice = if show.faces.is_empty() { wanted } else { show.faces.len().max(self.dice_wanted(venue)) };
        show.wall = in_hand && self.style_of(venue) == LotteryStyle::Wall;
        show.phase = match &self.phase {
            Phase::Spinning(round) if *round == lottery.round => ShowPhase::Spinning,
            Phase::Settling(round, _) if *round == lottery.round => ShowPhase::Settling,
            _ => ShowPhase::AsStored,
        };
        let reels = lottery.winners.len().clamp(1, MOST_REELS);
        let ends = lottery.winners.iter().take(reels).map(|won| if won.firm.is_empty() { &won.id } else { &won.firm });
        show.ends = match show.phase {
            // Until "stop" not even this window knows.
            ShowPhase::Spinning => vec![String::new(); reels],
            ShowPhase::Settling => ends.cloned().collect(),
            ShowPhase::AsStored => Vec::new(),
        };
        show.pages = lottery.winners.len().div_ceil(PAGE).max(1);
        show.page = if in_hand { self.page.min(show.pages - 1) } else { 0 };
        lottery.winners = match show.phase {
            ShowPhase::Spinning | ShowPhase::Settling => Vec::new(),
            ShowPhase::AsStored => lottery.winners.iter().skip(show.page * PAGE).take(PAGE).cloned().collect(),
        };
        show
    }
}
