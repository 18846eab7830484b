//! The controller without a window: a small meeting with a real hub's steps behind it, keys in, commands and pages out.

use super::hall::ShowPhase;
use super::view::{OperatorPage, WorkPage};
use super::{Action, AudienceState, HallMessage, Input, Key, SETTLE_MS, Stage, StepFault, Touch, Venue};
use crate::app::clock::VenueTime;
use crate::app::secrets::Secrets;
use crate::keys::pin::hash_pin;
use crate::screens::Failed;
use crate::screens::fixture::{PHONE_KEY, START_MS, config, id, roster};
use domain::config::{Prize, PrizePool, Text};
use domain::event::{Event, MeetingConfigured, RosterChanged, Scene};
use domain::stage::SceneView;
use domain::{Actor, Ctx, DeviceId, EventId, Household, Meeting, MeetingConfig, Meta, UnixMillis};
use hub::core::{Asked, Hand, Roots, take_step};
use serde_json::json;
use stage_ui::{StageAsk, StageDeed, StagePickState, StageSaid, WorkPanel};

const HUB: DeviceId = DeviceId::from_bytes([9; 16]);
const S1: DeviceId = DeviceId::from_bytes([8; 16]);
const HOST: &str = "7011";
const SECOND: &str = "8111";
const DICE: &str = "416253361254613";

/// A stage at a hub that answers at once, unless it is cut off.
struct Hall {
    meeting: Meeting,
    stage: Stage,
    roots: Roots,
    now_ms: u64,
    events: u128,
    cut_off: bool,
    /// Events of which no second machine knows.
    behind: u64,
}

impl Hall {
    fn open() -> Hall {
        let mut hall = Hall {
            meeting: Meeting::new(),
            stage: Stage::default(),
            roots: Roots::new(),
            now_ms: START_MS,
            events: 0,
            cut_off: false,
            behind: 0,
        };
        hall.apply(HUB, &MeetingConfigured { rev: 1, config: Box::new(prizes()) }.into(), &Actor::Organiser);
        hall.apply(HUB, &parties().into(), &Actor::Organiser);
        for number in 1..=4 {
            let household = id(number).parse().expect("an id");
            let guest = id(10 + number).parse().expect("an id");
            let came = domain::Command::CheckIn {
                household,
                scanned: None,
                present: vec![guest],
                unlisted_adults: 0,
                children: 0,
                phone: domain::PhoneCheck::Skipped,
                via: domain::event::Via::Desk,
                assurance: domain::event::Assurance::Declared,
                printer: None,
            };
            hall.decide(&came, &Actor::Staff { id: "h1".into() }).expect("a party comes");
        }
        hall
    }

    fn apply(&mut self, device: DeviceId, event: &Event, actor: &Actor) {
        self.events += 1;
        let event_id = EventId(uuid::Uuid::from_u128(1_000_000 + self.events));
        let meta = Meta { event_id, device, at: UnixMillis(self.now_ms), actor: actor.clone() };
        self.meeting.apply(&meta, event);
    }

    fn decide(&mut self, command: &domain::Command, actor: &Actor) -> Result<(), Failed> {
        self.events += 1;
        let mut entropy = [0; 32];
        entropy[..16].copy_from_slice(&self.events.to_be_bytes());
        let mut ctx = Ctx::new(UnixMillis(self.now_ms), actor.clone(), S1, "S1", entropy);
        let events = self.meeting.decide(command, &mut ctx).map_err(Failed::Rule)?;
        events.iter().for_each(|event| self.apply(S1, event, actor));
        Ok(())
    }

    /// Does with what the controller wants as station and hub do.
    fn perform(&mut self, action: Action) {
        let input = match action {
            Action::Act { tag, command, actor } => Input::Answer { tag, result: self.decide(&command, &actor) },
            Action::Ask { tag, .. } if self.cut_off => Input::Stepped { tag, result: Err(StepFault::Unreachable) },
            Action::Ask { tag, ask, actor } => {
                let asked = Asked { actor, ask, stored: self.meeting.folded() };
                self.events += 1;
                let hand = Hand {
                    roots: &self.roots,
                    positions: Vec::new(),
                    device: HUB,
                    now: UnixMillis(self.now_ms),
                    fresh: [7; 32],
                    entropy: [self.events as u8; 32],
                };
                let result = match take_step(&self.meeting, &asked, &hand) {
                    Ok(step) => {
                        step.root.into_iter().for_each(|root| _ = self.roots.insert(root.commitment(), root));
                        for it in &step.events {
                            self.apply(HUB, &it.event, &it.actor.parse().expect("an actor"));
                        }
                        Ok(())
                    }
                    Err(problem) => Err(StepFault::Refused(problem.code().to_owned())),
                };
                Input::Stepped { tag, result }
            }
        };
        self.tell(input);
    }

    fn with<T>(&mut self, work: impl FnOnce(&mut Stage, &Venue) -> T) -> T {
        let secrets = Secrets::none();
        let venue = Venue {
            meeting: &self.meeting,
            durable: self.meeting.folded() - self.behind,
            away: &[],
            own: Some(S1),
            secrets: &secrets,
            time: &VenueTime::of("Asia/Shanghai"),
            place: "S1".into(),
            connected: !self.cut_off,
            waiting: 0,
            waiting_since: None,
            storage_failed: false,
            rules: Some("Everybody who is here takes part."),
            picture: None,
            audience: AudienceState::InStep,
            now_ms: self.now_ms,
            steady_ms: self.now_ms,
        };
        work(&mut self.stage, &venue)
    }

    fn tell(&mut self, input: Input) {
        let actions = self.with(|stage, venue| stage.handle(input, venue));
        actions.into_iter().for_each(|action| self.perform(action));
    }

    fn touch(&mut self, touch: Touch) {
        self.now_ms += 1_000;
        self.tell(Input::Touch(touch));
        self.tell(Input::Tick);
    }

    fn keys(&mut self, letters: &str) {
        letters.chars().for_each(|letter| self.touch(Touch::Key(Key::Letter(letter))));
    }

    fn next(&mut self) {
        self.touch(Touch::Key(Key::Next));
    }

    fn work(&mut self) -> WorkPage {
        match self.with(|stage, venue| stage.view(venue)).page {
            OperatorPage::Work(page) => *page,
            other => panic!("nobody works here: {other:?}"),
        }
    }

    fn hall(&mut self) -> HallMessage {
        self.with(|stage, venue| stage.hall(venue))
    }

    /// Ids of winners on the hall's screen.
    fn winners(&mut self) -> Vec<String> {
        match self.hall().view.scene {
            SceneView::Lottery(Some(round)) => round.winners.iter().map(|won| won.id.clone()).collect(),
            other => panic!("no round is shown: {other:?}"),
        }
    }

    fn primary(&mut self) -> Option<StageDeed> {
        self.work().deeds.iter().find(|deed| deed.primary && deed.enabled).map(|deed| deed.code)
    }

    fn signed_in() -> Hall {
        let mut hall = Hall::open();
        hall.keys(HOST);
        hall
    }

    /// Committed, list closed.
    fn frozen() -> Hall {
        let mut hall = Hall::signed_in();
        hall.next();
        hall.next();
        hall
    }

    /// Up to the lock, with dice.
    fn locked() -> Hall {
        let mut hall = Hall::frozen();
        hall.keys(DICE);
        hall.next();
        hall.next();
        hall
    }

    fn drawn() -> Hall {
        let mut hall = Hall::locked();
        hall.next();
        hall.next();
        hall.now_ms += SETTLE_MS;
        hall.tell(Input::Tick);
        hall
    }
}

fn prizes() -> MeetingConfig {
    let mut config = config();
    for (who, role, pin) in [("h1", "host", HOST), ("d1", "deputy_commander", SECOND)] {
        let hash = hash_pin(pin, &format!("staff:{who}"), &PHONE_KEY).expect("a PIN");
        let staff = json!({"id": who, "name": who, "roles": [role, "reception"], "pin_hash": hash});
        config.staff.push(serde_json::from_value(staff).expect("staff"));
    }
    config.prizes = vec![Prize {
        id: "quiz".into(),
        tier: 1,
        name: Text::same("电饭煲"),
        quantity: 2,
        market_value_minor: 100,
        picture: None,
        pool: PrizePool::CheckedIn,
    }];
    config
}

/// The fixture's party and three like it, all with numbers in the lottery.
fn parties() -> RosterChanged {
    let mut list = roster();
    let (dealer, guest) = (list.dealers[0].clone(), list.guests[0].clone());
    list.households.clear();
    list.dealers.clear();
    list.guests.clear();
    for number in 1..=4_u128 {
        let household = json!({"id": id(number), "name": format!("第{number}家"), "lead": id(100 + number),
            "draw_id": format!("{:04}", number * 11)});
        let household: Household = serde_json::from_value(household).expect("a party");
        let mut dealer = dealer.clone();
        (dealer.id, dealer.household) = (id(100 + number).parse().expect("an id"), household.id);
        let mut guest = guest.clone();
        (guest.id, guest.household) = (id(10 + number).parse().expect("an id"), Some(household.id));
        guest.guest_no = serde_json::from_value(json!(u32::try_from(number).expect("small"))).ok();
        list.households.push(household);
        list.dealers.push(dealer);
        list.guests.push(guest);
    }
    list
}

#[test]
fn round_is_led_with_the_next_key_alone_and_ends_at_the_stored_winners() {
    let mut hall = Hall::signed_in();
    let led = [StageDeed::Commit, StageDeed::Freeze];
    for deed in led {
        assert_eq!(hall.primary(), Some(deed));
        hall.next();
        assert_eq!(hall.work().said.0, StageSaid::Nothing);
    }
    assert_eq!(hall.work().panel, WorkPanel::Dice);
    assert_eq!(hall.primary(), None, "no dice, no step");
    hall.keys(DICE);
    for deed in [StageDeed::ConfirmDice, StageDeed::Lock, StageDeed::Reveal] {
        assert_eq!(hall.primary(), Some(deed));
        hall.next();
    }
    assert_eq!(hall.hall().show.phase, ShowPhase::Spinning);
    assert!(hall.winners().is_empty(), "no winner before the stop");
    assert!(hall.work().picks.is_empty(), "nor on the operator's screen");
    hall.next();
    assert_eq!(hall.hall().show.phase, ShowPhase::Settling);
    hall.now_ms += SETTLE_MS;
    hall.tell(Input::Tick);
    let stored: Vec<String> = {
        let draw = hall.meeting.live_draw().expect("a draw");
        let round = draw.rounds().last().expect("a round");
        round.winners().iter().map(|winner| winner.id.to_string()).collect()
    };
    assert_eq!(hall.winners(), stored);
    assert_eq!(stored.len(), 2);
}

#[test]
fn dice_are_echoed_as_they_are_typed_and_corrected() {
    let mut hall = Hall::frozen();
    hall.keys("416");
    hall.touch(Touch::Key(Key::Backspace));
    hall.keys("97");
    assert_eq!(hall.hall().show.faces, [4, 1], "a die has no seven");
    hall.keys("5");
    assert_eq!(hall.hall().show.faces, [4, 1, 5]);
    assert_eq!(hall.hall().show.dice, 15);
}

#[test]
fn stage_that_starts_anew_shows_what_is_stored() {
    let mut hall = Hall::locked();
    hall.stage = Stage::default();
    hall.keys(HOST);
    assert_eq!(hall.primary(), Some(StageDeed::Reveal), "between lock and reveal");
    hall.next();
    assert_eq!(hall.hall().show.phase, ShowPhase::Spinning);
    hall.stage = Stage::default();
    let winners = hall.winners();
    assert_eq!((winners.len(), hall.hall().show.phase), (2, ShowPhase::AsStored), "in the middle of the animation");
    hall.keys(HOST);
    assert_eq!(hall.winners(), winners);
}

#[test]
fn step_that_one_machine_alone_has_is_not_shown() {
    let mut hall = Hall::locked();
    hall.cut_off = true;
    hall.next();
    assert_eq!(hall.work().said.0, StageSaid::Unreachable);
    assert_eq!(hall.hall().show.phase, ShowPhase::AsStored);
    hall.cut_off = false;
    hall.next();
    hall.behind = 1;
    hall.stage = Stage::default();
    assert!(hall.winners().is_empty(), "the reveal is on one machine");
    hall.behind = 0;
    assert_eq!(hall.winners().len(), 2);
}

#[test]
fn prize_is_handed_over_by_two_and_forfeited_after_three_calls() {
    let mut hall = Hall::drawn();
    hall.keys("F");
    assert_eq!(hall.work().said, (StageSaid::CallAgain, "3".to_owned()));
    hall.next();
    assert_eq!(hall.work().asking, StageAsk::ClaimPin);
    hall.keys(HOST);
    assert_eq!(hall.work().said.0, StageSaid::PinWrong, "the second is another person");
    hall.keys(SECOND);
    assert_eq!(hall.work().picks[0].state, StagePickState::Claimed);
    let before = hall.winners();
    hall.keys("CCCF");
    hall.keys(SECOND);
    let page = hall.work();
    assert_eq!(page.picks[1].state, StagePickState::Forfeited);
    assert_eq!(page.picks[2].state, StagePickState::Won, "the substitute");
    let after = hall.winners();
    assert_eq!(after[0], before[0]);
    assert_ne!(after[1], before[1]);
}

#[test]
fn prize_whose_claim_is_on_its_way_is_not_offered_again() {
    let mut hall = Hall::drawn();
    let folded = hall.meeting.folded();
    hall.next();
    hall.keys(SECOND);
    hall.behind = hall.meeting.folded() - folded;
    let page = hall.work();
    assert_eq!(page.picks[0].state, StagePickState::Won, "one machine alone knows of the claim");
    assert!(page.picks[1].chosen, "the next winner is called");
}

#[test]
fn locked_round_is_taken_back_by_two_with_a_reason() {
    let mut hall = Hall::locked();
    hall.keys("V");
    assert_eq!(hall.work().asking, StageAsk::VoidReason);
    hall.touch(Touch::Typed("a die fell off the table".into()));
    hall.keys(SECOND);
    let page = hall.work();
    assert_eq!(page.void_reason, "a die fell off the table");
    assert_eq!(hall.primary(), Some(StageDeed::OtherRound));
    hall.next();
    assert_eq!(hall.work().rounds[0].left, 2, "the prizes are drawn again");
}

#[test]
fn rehearsal_has_a_draw_of_its_own() {
    let mut hall = Hall::signed_in();
    hall.keys("R");
    hall.next();
    hall.next();
    let page = hall.work();
    assert!(page.rehearsal && page.draw.starts_with("REHEARSAL-"), "{}", page.draw);
    assert!(hall.hall().view.rehearsal);
    assert!(hall.meeting.live_draw().is_none());
}

#[test]
fn bouncing_remote_takes_one_step() {
    let mut hall = Hall::signed_in();
    hall.tell(Input::Touch(Touch::Key(Key::Next)));
    hall.now_ms += 40;
    hall.tell(Input::Touch(Touch::Key(Key::Next)));
    assert_eq!(hall.primary(), Some(StageDeed::Freeze), "committed once, no list closed");
}

#[test]
fn full_stop_blanks_and_brings_back_what_was_there() {
    let mut hall = Hall::signed_in();
    hall.touch(Touch::Key(Key::Function(3)));
    assert!(matches!(hall.hall().view.scene, SceneView::Standings { .. }));
    hall.keys(".");
    assert_eq!(hall.hall().view.scene, SceneView::Blank);
    hall.keys(".");
    assert!(matches!(hall.hall().view.scene, SceneView::Standings { .. }));
    assert_eq!(hall.meeting.scene_shown().map(|(_, scene)| scene.clone()), Some(Scene::Standings));
}

#[test]
fn nobody_who_is_not_signed_in_moves_anything() {
    let mut hall = Hall::open();
    for key in [Key::Next, Key::Letter('.'), Key::Function(2), Key::Letter('R')] {
        hall.touch(Touch::Key(key));
    }
    assert!(hall.meeting.scene_shown().is_none() && hall.meeting.all_draws().count() == 0);
    hall.keys("0000");
    assert!(matches!(hall.with(|stage, venue| stage.view(venue)).page, OperatorPage::SignIn { wrong: true, .. }));
}
