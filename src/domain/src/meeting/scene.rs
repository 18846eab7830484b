//! What the hall sees by the host's last word: every stage of the meeting shows it, so that another machine takes over where
//! one died. Draws nothing; what is in a scene is `stage`'s.

use super::{Meeting, Stamp};
use crate::actor::Ctx;
use crate::config::Role;
use crate::event::{Event, Scene, SceneShown};
use crate::refusal::Refusal;

/// Who leads the draw, and who works the machines.
const AT_THE_STAGE: &[Role] = &[Role::Host, Role::DeputyCommander, Role::Commander, Role::Technician];

/// The longest countdown, seconds.
const LONGEST_COUNTDOWN: u32 = 24 * 3_600;

impl Meeting {
    /// The scene of now with the word that chose it; none before anybody chose one.
    pub fn scene_shown(&self) -> Option<(&Stamp, &Scene)> {
        self.scene.as_deref().map(|(stamp, scene)| (stamp, scene))
    }

    /// The draw that a round is of: of several with such a round, the one that was frozen last.
    pub fn draw_of_round(&self, round: &crate::ids::RoundId) -> Option<&super::Draw> {
        let frozen = |draw: &&super::Draw| draw.round(round).map(|round| round.frozen.order);
        self.all_draws().filter(|draw| frozen(draw).is_some()).max_by_key(frozen)
    }

    pub(super) fn show_scene(&self, scene: &Scene, ctx: &Ctx) -> Result<Vec<Event>, Refusal> {
        self.need(ctx, AT_THE_STAGE)?;
        match scene {
            Scene::Countdown { seconds } if *seconds == 0 || *seconds > LONGEST_COUNTDOWN => Err(Refusal::RecordBroken),
            Scene::Lottery(round) if self.draw_of_round(round).is_none() => Err(Refusal::UnknownRound),
            Scene::Picture(hash) if hash.len() != 64 || !hash.bytes().all(|it| it.is_ascii_hexdigit()) => {
                Err(Refusal::RecordBroken)
            }
            Scene::WelcomeWall
            | Scene::Agenda
            | Scene::Standings
            | Scene::Progress
            | Scene::Bulletin
            | Scene::Countdown { .. }
            | Scene::Lottery(_)
            | Scene::CalledNumbers
            | Scene::Blank
            | Scene::Picture(_) => Ok(vec![SceneShown { scene: scene.clone() }.into()]),
        }
    }
}
