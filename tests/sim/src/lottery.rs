//! The lottery on whatever machine plays the stage: commit, freeze, dice, lock, reveal, claim, forfeit, void, given what
//! that machine shows. Chooses by chance, also steps that are not due, and judges nothing.

use domain::config::{Prize, PrizePool, Text};
use domain::draw::Audience;
use domain::meeting::{Draw, Round, RoundStep};
use domain::{Actor, Command, DrawAsk, DrawCommand, RoundId};
use hub::core::Asked;
use serde_json::json;
use sync::DeviceId;

use crate::people::{Visit, Want};
use crate::rng::Rng;
use crate::venue::{RECEPTION, TECHNICIAN, Venue};
use crate::world::{Happening, STORM_MS, World};

/// The draw of these worlds.
pub const DRAW: &str = "SIM-2027";
/// Who leads it.
const HOST: &str = "h1";

/// Gives every party of the list its number, and the meeting its prizes and a host.
pub fn equip(mut venue: Venue) -> Venue {
    for event in &mut venue.events {
        match event {
            domain::Event::MeetingConfigured(configured) => {
                let prize = |id: &str, tier: u8, quantity: u32, pool: PrizePool| Prize {
                    id: id.into(),
                    tier,
                    name: Text::same(id),
                    quantity,
                    market_value_minor: 100,
                    picture: None,
                    pool,
                };
                let prizes = [prize("first", 1, 4, PrizePool::CheckedIn), prize("third", 3, 6, PrizePool::Orders)];
                configured.config.prizes.extend(prizes);
                let host = json!({ "id": HOST, "name": "Host", "roles": ["host"] });
                configured.config.staff.push(serde_json::from_value(host).expect("a host is staff"));
            }
            domain::Event::RosterChanged(change) => {
                for (number, household) in (1..).zip(&mut change.households) {
                    household.draw_id = Some(format!("{number:04}"));
                }
            }
            _ => {}
        }
    }
    venue
}

impl World {
    pub(crate) fn plan_draw(&mut self) {
        for _ in 0..self.rng.between(50, 110) {
            let want = Want::Draw { chance: self.rng.next() };
            let kiosk = self.rng.index(self.kiosks.len());
            let at = self.now + self.rng.between(1_000, STORM_MS);
            self.come(at, Visit { want, kiosk, tries: 0 });
        }
    }

    /// The step that the hub has to take, if the next one is of that kind.
    pub(crate) fn what_to_ask(&self, index: usize, chance: u64) -> Option<DrawAsk> {
        let meeting = self.kiosks[index].node.as_ref()?.meeting();
        let mut rng = Rng::new(chance);
        let draw = DRAW.to_owned();
        let Some(known) = meeting.draw(DRAW) else {
            return Some(DrawAsk::Commit { draw, rules: "1 ticket per order\n".into() });
        };
        let Some(round) = current(known) else { return Some(freeze(known, &mut rng)) };
        let (id, step) = (round.id.clone(), round.step());
        let hurries = rng.chance(80);
        if step < RoundStep::Drawn && rng.chance(60) {
            let (reason, second) = ("the hall objects".into(), rng.chance(700).then(|| TECHNICIAN.into()));
            let second = second.or(Some(RECEPTION.into()));
            return Some(DrawAsk::Void { draw, round: id, reason, second });
        }
        match step {
            RoundStep::Locked => Some(DrawAsk::Reveal { draw, round: id }),
            RoundStep::Frozen | RoundStep::Audience if hurries => Some(DrawAsk::Reveal { draw, round: id }),
            RoundStep::Drawn if hurries => Some(freeze(known, &mut rng)),
            RoundStep::Frozen | RoundStep::Audience | RoundStep::Drawn | RoundStep::Finished | RoundStep::Void => None,
        }
    }

    /// A step that the machine itself takes.
    pub(crate) fn stage_command(&self, index: usize, chance: u64) -> Option<(Command, Actor)> {
        let meeting = self.kiosks[index].node.as_ref()?.meeting();
        let mut rng = Rng::new(chance ^ 0x57e9);
        let round = current(meeting.draw(DRAW)?)?;
        let (draw, id) = (DRAW.to_owned(), round.id.clone());
        let step = match round.step() {
            RoundStep::Frozen => {
                let faces: Vec<u8> = (0..15).map(|_| u8::try_from(rng.between(1, 7)).unwrap_or(1)).collect();
                let audience = Audience::of_dice(&faces).ok()?.to_string();
                DrawCommand::EnterAudience { draw, round: id, audience }
            }
            RoundStep::Audience => DrawCommand::Lock { draw, round: id },
            RoundStep::Drawn => {
                let waiting: Vec<u32> =
                    round.winners().iter().filter(|winner| winner.claim.is_none()).map(|winner| winner.pick).collect();
                let (pick, second) = (waiting[rng.index(waiting.len())], Some(RECEPTION.into()));
                if rng.chance(750) {
                    DrawCommand::Claim { draw, round: id, pick, proxy: String::new(), second }
                } else {
                    DrawCommand::Forfeit { draw, round: id, pick, calls: 3, second }
                }
            }
            RoundStep::Locked | RoundStep::Finished | RoundStep::Void => return None,
        };
        Some((Command::Draw(Box::new(step)), Actor::Staff { id: HOST.into() }))
    }

    /// Over the line, if there is one now; whoever gets no answer looks at the screen again.
    pub(crate) fn ask_the_hub(&mut self, index: usize, ask: DrawAsk) {
        let (linked, hub_up) = (self.kiosks[index].linked, self.hub.up);
        let Some(node) = self.kiosks[index].node.as_ref().filter(|_| linked && hub_up) else { return };
        let of_this_life = self.kiosks[index].disk.durable().incarnation() == Some(self.hub.incarnation());
        let stored = if of_this_life { node.confirmed().folded() } else { 0 };
        let asked = Asked { actor: Actor::Staff { id: HOST.into() }, ask, stored };
        let away = self.kiosks.iter().filter(|kiosk| !kiosk.linked || kiosk.node.is_none());
        let behind: Vec<DeviceId> = away.map(|kiosk| kiosk.disk.durable().device).collect();
        let done = self.hub.draw(&asked, &behind, self.now);
        self.say(|| format!("the hub is asked {:?}: {done:?}", asked.ask));
        self.judge.hub_log(&self.hub);
        let life = self.hub.life;
        self.after(1, Happening::HubSynced { life });
    }
}

/// The round that is not over.
fn current(draw: &Draw) -> Option<&Round> {
    draw.rounds().find(|round| !matches!(round.step(), RoundStep::Finished | RoundStep::Void))
}

fn freeze(draw: &Draw, rng: &mut Rng) -> DrawAsk {
    let round = RoundId::new(&format!("r{}", draw.next_link().unwrap_or(99)));
    let prize = if rng.chance(400) { "first" } else { "third" }.into();
    let quantity = u32::try_from(rng.between(1, 4)).unwrap_or(1);
    DrawAsk::Freeze { draw: DRAW.into(), round, prize, quantity, without_those_behind: rng.chance(700) }
}
