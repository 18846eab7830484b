//! What can be done with the round in hand, and what it comes to. Each deed is one command or one question to the hub.

use super::{Action, Key, PAGE, PIN_FIGURES, Phase, SETTLE_MS, Stage, Venue, staff_of_pin};
use domain::config::Prize;
use domain::draw::{Audience, FEWEST_DICE, MOST_DICE};
use domain::meeting::{Draw, FEWEST_CALLS, PickState, PickView, RoundStep};
use domain::{Command, DrawAsk, DrawCommand, RoundId, StaffId};
use stage_ui::{LotteryStyle, StageAsk, StageDeed, StageSaid};

/// Letters of a reason.
const MOST_REASON: usize = 200;

/// A deed as it is offered.
#[derive(Debug, Clone, PartialEq)]
pub struct Deed {
    pub code: StageDeed,
    pub key: &'static str,
    pub value: String,
    pub primary: bool,
    pub enabled: bool,
}

/// A prize that can be drawn, and how many of it are left.
pub struct Drawable<'a> {
    pub prize: &'a Prize,
    pub left: u32,
}

fn deed(code: StageDeed, key: &'static str) -> Deed {
    Deed { code, key, value: String::new(), primary: false, enabled: true }
}

fn first(code: StageDeed) -> Deed {
    Deed { primary: true, ..deed(code, "␣") }
}

/// Whether figures are dice now.
pub fn takes_dice(stage: &Stage, venue: &Venue) -> bool {
    stage.seen(venue).is_some_and(|view| matches!(view.step, RoundStep::Frozen | RoundStep::Audience))
}

/// What can be done now, the next step first.
pub fn of(stage: &Stage, venue: &Venue) -> Vec<Deed> {
    let practise = if stage.practising { deed(StageDeed::ToLive, "R") } else { deed(StageDeed::Practise, "R") };
    if stage.draw(venue).is_none() {
        return vec![first(StageDeed::Commit), practise];
    }
    let Some(view) = stage.seen(venue) else {
        let freeze = if stage.behind { StageDeed::FreezeWithout } else { StageDeed::Freeze };
        return vec![
            Deed { enabled: stage.drawable(venue).is_some_and(|it| it.left > 0), ..first(freeze) },
            deed(StageDeed::Fewer, "-"),
            deed(StageDeed::More, "+"),
            practise,
            deed(StageDeed::Close, "X"),
        ];
    };
    let void = deed(StageDeed::Void, "V");
    match view.step {
        RoundStep::Frozen | RoundStep::Audience => {
            let entered = view.audience.as_ref().map(Audience::faces).unwrap_or_default();
            let confirmed = view.step == RoundStep::Audience && entered == stage.typed_faces(venue);
            let next = if confirmed { first(StageDeed::Lock) } else { first(StageDeed::ConfirmDice) };
            let enough = stage.typed_faces(venue).len() >= FEWEST_DICE;
            let without = (!stage.wants_dice(venue)).then(|| deed(StageDeed::WithoutDice, "0"));
            let mut deeds = vec![Deed { enabled: confirmed || enough, ..next }, deed(StageDeed::EraseDie, "⌫")];
            deeds.extend(without);
            deeds.push(void);
            deeds
        }
        RoundStep::Locked => vec![first(StageDeed::Reveal), deed(StageDeed::Animation, "A"), void],
        RoundStep::Void => vec![first(StageDeed::OtherRound)],
        RoundStep::Drawn | RoundStep::Finished => of_drawn(stage, venue, view.step),
    }
}

fn of_drawn(stage: &Stage, venue: &Venue, step: RoundStep) -> Vec<Deed> {
    match stage.phase {
        Phase::Spinning(_) => return vec![first(StageDeed::Stop)],
        Phase::Settling(..) => return vec![Deed { enabled: false, ..first(StageDeed::Stop) }],
        Phase::Stored | Phase::Asked(_) => {}
    }
    let mut deeds = Vec::new();
    if step == RoundStep::Finished {
        deeds.push(first(StageDeed::OtherRound));
    } else {
        let pick = stage.chosen_pick(venue);
        let chosen = stage.picks(venue).into_iter().find(|it| Some(it.pick) == pick);
        let won = chosen.as_ref().is_some_and(|it| stage.waits(it, venue));
        let value = chosen.map(|it| it.id.to_string()).unwrap_or_default();
        deeds.push(Deed { enabled: won, ..first(StageDeed::Claim) });
        deeds.push(Deed { value, enabled: won, ..deed(StageDeed::Call, "C") });
        deeds.push(Deed { enabled: won, ..deed(StageDeed::Forfeit, "F") });
    }
    if stage.pages(venue) > 1 {
        deeds.push(deed(StageDeed::NextPage, "PgDn"));
    }
    if step == RoundStep::Drawn {
        deeds.push(deed(StageDeed::OtherRound, "N"));
    }
    deeds
}

impl Stage {
    pub(super) fn perform(&mut self, code: StageDeed, venue: &Venue) -> Vec<Action> {
        let offered = of(self, venue).into_iter().find(|deed| deed.code == code);
        let free = matches!(code, StageDeed::NextPage | StageDeed::LastPage);
        if self.waiting_for.is_some() || !(free || offered.is_some_and(|deed| deed.enabled)) {
            return Vec::new();
        }
        match code {
            StageDeed::Commit => return self.commit(venue),
            StageDeed::Practise | StageDeed::ToLive => {
                (self.practising, self.left, self.prize_at, self.quantity) = (!self.practising, None, 0, None);
                self.faces.clear();
            }
            StageDeed::Freeze => return self.freeze(false, venue),
            StageDeed::FreezeWithout => return self.freeze(true, venue),
            StageDeed::ConfirmDice => return self.confirm_dice(venue),
            StageDeed::WithoutDice => {
                self.faces.clear();
                return self.enter(&Audience::commitment_only(), venue);
            }
            StageDeed::EraseDie => {
                let mut faces = self.typed_faces(venue);
                faces.pop();
                self.faces = faces;
            }
            StageDeed::Lock => {
                let step = self.in_hand(venue).map(|(draw, round)| DrawCommand::Lock { draw, round });
                return step.map(|step| self.submit(Command::Draw(Box::new(step)))).unwrap_or_default();
            }
            StageDeed::Reveal => return self.reveal(venue),
            StageDeed::Stop => {
                if let Phase::Spinning(round) = &self.phase {
                    self.phase = Phase::Settling(round.clone(), venue.steady_ms + SETTLE_MS);
                    self.page = 0;
                }
            }
            StageDeed::NextPage => self.page = (self.page + 1) % self.pages(venue).max(1),
            StageDeed::LastPage => self.page = self.page.saturating_sub(1),
            StageDeed::Call => self.call(venue),
            StageDeed::Claim => self.ask(StageAsk::ClaimPin),
            StageDeed::Forfeit => return self.forfeit(venue),
            StageDeed::Void => self.ask(StageAsk::VoidReason),
            StageDeed::OtherRound => {
                self.left = self.round(venue).map(|round| round.id.clone());
                (self.faces, self.phase, self.page, self.chosen) = (Vec::new(), Phase::Stored, 0, None);
            }
            StageDeed::Close => self.ask(StageAsk::Close),
            StageDeed::More => self.change_quantity(true, venue),
            StageDeed::Fewer => self.change_quantity(false, venue),
            StageDeed::Animation => self.style = Some(other_style(self.style_of(venue))),
        }
        Vec::new()
    }

    fn in_hand(&self, venue: &Venue) -> Option<(String, RoundId)> {
        Some((self.draw(venue)?.name.to_string(), self.round(venue)?.id.clone()))
    }

    fn commit(&mut self, venue: &Venue) -> Vec<Action> {
        let Some(rules) = rules(venue) else { return self.tell(StageSaid::NoRules) };
        let made = venue.meeting.all_draws().count() + 1;
        let id: String = venue.meeting.config().meeting.id.chars().filter(char::is_ascii_alphanumeric).collect();
        let draw = if self.practising { format!("REHEARSAL-{made}") } else { format!("{}-{made}", id.to_uppercase()) };
        self.ask_hub(DrawAsk::Commit { draw, rules })
    }

    // ── Closing the list ──

    pub(super) fn prizes<'a>(&self, venue: &Venue<'a>) -> Vec<Drawable<'a>> {
        let Some(draw) = self.draw(venue) else { return Vec::new() };
        let mut prizes: Vec<&Prize> = venue.meeting.config().prizes.iter().chain(&draw.prizes_added).collect();
        // The small prizes come first, the top one last.
        prizes.sort_by_key(|prize| std::cmp::Reverse(prize.tier));
        prizes.into_iter().map(|prize| Drawable { prize, left: left_of(draw, prize) }).collect()
    }

    pub(super) fn drawable<'a>(&self, venue: &Venue<'a>) -> Option<Drawable<'a>> {
        self.prizes(venue).into_iter().nth(self.prize_at)
    }

    pub(super) fn wanted(&self, drawable: &Drawable) -> u32 {
        self.quantity.unwrap_or(drawable.left).clamp(drawable.left.min(1), drawable.left)
    }

    fn change_quantity(&mut self, more: bool, venue: &Venue) {
        let Some(drawable) = self.drawable(venue) else { return };
        let now = self.wanted(&drawable);
        let wanted = if more { now.saturating_add(1) } else { now.saturating_sub(1) };
        self.quantity = Some(wanted.clamp(drawable.left.min(1), drawable.left));
    }

    fn freeze(&mut self, without_those_behind: bool, venue: &Venue) -> Vec<Action> {
        let (Some(draw), Some(drawable)) = (self.draw(venue), self.drawable(venue)) else { return Vec::new() };
        let number = draw.rounds().count() + 1;
        // Rounds of rehearsals have ids of their own: a scene names a round by its id alone.
        let place =
            if draw.is_rehearsal() { draw.name.as_str().replace("REHEARSAL-", "P") + "-" } else { String::new() };
        let round = RoundId::new(&format!("{place}R{number}"));
        let ask = DrawAsk::Freeze {
            draw: draw.name.to_string(),
            round: round.clone(),
            prize: drawable.prize.id.clone(),
            quantity: self.wanted(&drawable),
            without_those_behind,
        };
        (self.closing, self.left) = (Some(round), None);
        (self.faces, self.phase, self.page, self.chosen) = (Vec::new(), Phase::Stored, 0, None);
        self.ask_hub(ask)
    }

    // ── Dice ──

    pub(super) fn wants_dice(&self, venue: &Venue) -> bool {
        let prize = self.round(venue).and_then(|round| venue.meeting.prize_of(self.draw(venue)?, &round.prize));
        prize.is_some_and(|prize| prize.tier <= venue.meeting.config().rules.draw.dice_tiers)
    }

    /// What is typed here; where nothing is, what is stored: another machine may have taken it.
    pub(super) fn typed_faces(&self, venue: &Venue) -> Vec<u8> {
        if !self.faces.is_empty() {
            return self.faces.clone();
        }
        self.seen(venue).and_then(|view| view.audience).map(|audience| audience.faces()).unwrap_or_default()
    }

    pub(super) fn face(&mut self, face: u8, venue: &Venue) {
        let mut faces = self.typed_faces(venue);
        if faces.len() < MOST_DICE.min(self.dice_wanted(venue)) {
            faces.push(face);
        }
        self.faces = faces;
    }

    pub(super) fn dice_wanted(&self, venue: &Venue) -> usize {
        usize::from(venue.meeting.config().rules.draw.dice).clamp(FEWEST_DICE, MOST_DICE)
    }

    fn confirm_dice(&mut self, venue: &Venue) -> Vec<Action> {
        match Audience::of_dice(&self.typed_faces(venue)) {
            Ok(audience) => self.enter(&audience, venue),
            Err(_) => self.tell(StageSaid::TooFewDice),
        }
    }

    fn enter(&mut self, audience: &Audience, venue: &Venue) -> Vec<Action> {
        let Some((draw, round)) = self.in_hand(venue) else { return Vec::new() };
        let audience = audience.to_string();
        self.submit(Command::Draw(Box::new(DrawCommand::EnterAudience { draw, round, audience })))
    }

    // ── The draw and its winners ──

    fn reveal(&mut self, venue: &Venue) -> Vec<Action> {
        let Some((draw, round)) = self.in_hand(venue) else { return Vec::new() };
        let actions = self.ask_hub(DrawAsk::Reveal { draw, round: round.clone() });
        if !actions.is_empty() {
            self.phase = Phase::Asked(round);
        }
        actions
    }

    pub(super) fn picks(&self, venue: &Venue) -> Vec<PickView> {
        match self.phase {
            // The operator's own screen gives nothing away either.
            Phase::Spinning(_) | Phase::Settling(..) => Vec::new(),
            Phase::Stored | Phase::Asked(_) => self.seen(venue).map(|view| view.picks).unwrap_or_default(),
        }
    }

    /// The pick that is called: the chosen one, else the first that waits.
    pub(super) fn chosen_pick(&self, venue: &Venue) -> Option<u32> {
        let picks = self.picks(venue);
        let chosen = picks.iter().find(|pick| Some(pick.pick) == self.chosen);
        let waits = || picks.iter().find(|pick| self.waits(pick, venue));
        chosen.or_else(waits).map(|pick| pick.pick)
    }

    /// Whether the prize waits for its winner; an act that is on its way to the second machine counts already.
    fn waits(&self, pick: &PickView, venue: &Venue) -> bool {
        let known = self.round(venue).map(|round| round.winners()).unwrap_or_default();
        pick.state == PickState::Won && known.iter().any(|it| it.pick == pick.pick && it.claim.is_none())
    }

    pub(super) fn choose_pick(&mut self, at: usize, venue: &Venue) {
        self.chosen = self.window(venue).get(at).map(|pick| pick.pick);
    }

    pub(super) fn pages(&self, venue: &Venue) -> usize {
        let shown = |pick: &&PickView| matches!(pick.state, PickState::Won | PickState::Claimed);
        self.picks(venue).iter().filter(shown).count().div_ceil(PAGE)
    }

    pub(super) fn has_next_page(&self, venue: &Venue) -> bool {
        self.page + 1 < self.pages(venue)
    }

    fn call(&mut self, venue: &Venue) {
        if let (Some(pick), Some(round)) = (self.chosen_pick(venue), self.round(venue)) {
            let calls = self.calls.entry((round.id.clone(), pick)).or_default();
            *calls = calls.saturating_add(1);
            self.said = (StageSaid::Nothing, String::new());
        }
    }

    pub(super) fn calls_of(&self, round: &RoundId, pick: u32) -> u8 {
        self.calls.get(&(round.clone(), pick)).copied().unwrap_or(0)
    }

    fn forfeit(&mut self, venue: &Venue) -> Vec<Action> {
        let (Some(pick), Some(round)) = (self.chosen_pick(venue), self.round(venue)) else { return Vec::new() };
        if self.calls_of(&round.id, pick) < FEWEST_CALLS {
            self.said = (StageSaid::CallAgain, FEWEST_CALLS.to_string());
            return Vec::new();
        }
        self.ask(StageAsk::ForfeitPin);
        Vec::new()
    }

    pub(super) fn style_of(&self, venue: &Venue) -> LotteryStyle {
        let one = self.round(venue).is_some_and(|round| round.quantity == 1);
        self.style.unwrap_or(if one { LotteryStyle::Wall } else { LotteryStyle::Reels })
    }

    // ── Questions ──

    pub(super) fn typed(&mut self, words: &str) -> Vec<Action> {
        let words: String = words.trim().chars().filter(|letter| !letter.is_control()).take(MOST_REASON).collect();
        if self.asking == StageAsk::VoidReason && !words.is_empty() {
            self.reason = words;
            self.ask(StageAsk::VoidPin);
        }
        Vec::new()
    }

    pub(super) fn answer_key(&mut self, key: Key, venue: &Venue) -> Vec<Action> {
        match (self.asking, key) {
            (_, Key::Escape) => self.ask(StageAsk::Nothing),
            (StageAsk::Close, Key::Letter('y' | 'Y')) => {
                self.ask(StageAsk::Nothing);
                let close = self.draw(venue).map(|draw| DrawCommand::Close { draw: draw.name.to_string() });
                return close.map(|close| self.submit(Command::Draw(Box::new(close)))).unwrap_or_default();
            }
            (StageAsk::Close, Key::Letter('n' | 'N')) => self.ask(StageAsk::Nothing),
            (StageAsk::ClaimPin | StageAsk::ForfeitPin | StageAsk::VoidPin, Key::Backspace) => {
                self.asked_pin.pop();
            }
            (StageAsk::ClaimPin | StageAsk::ForfeitPin | StageAsk::VoidPin, Key::Letter(figure @ '0'..='9')) => {
                if self.locked_ms(venue) > 0 {
                    return self.tell(StageSaid::PinLocked);
                }
                self.asked_pin.push(figure);
                if self.asked_pin.len() >= PIN_FIGURES {
                    let pin = std::mem::take(&mut self.asked_pin);
                    return self.second(&pin, venue);
                }
            }
            _ => {}
        }
        Vec::new()
    }

    /// The second person stands by with their own PIN.
    fn second(&mut self, pin: &str, venue: &Venue) -> Vec<Action> {
        let Some(second) = staff_of_pin(pin, self.who.as_ref(), venue) else { return self.wrong_pin(venue) };
        self.lock.right();
        let Some((draw, round)) = self.in_hand(venue) else { return Vec::new() };
        let asked = self.asking;
        self.ask(StageAsk::Nothing);
        match asked {
            StageAsk::VoidPin => {
                let reason = std::mem::take(&mut self.reason);
                self.ask_hub(DrawAsk::Void { draw, round, reason, second: Some(second) })
            }
            StageAsk::ClaimPin | StageAsk::ForfeitPin => self.settle(asked, (draw, round), second, venue),
            StageAsk::Nothing | StageAsk::VoidReason | StageAsk::Close => Vec::new(),
        }
    }

    fn settle(
        &mut self,
        asked: StageAsk,
        (draw, round): (String, RoundId),
        second: StaffId,
        venue: &Venue,
    ) -> Vec<Action> {
        let Some(pick) = self.chosen_pick(venue) else { return Vec::new() };
        let calls = self.calls_of(&round, pick);
        let second = Some(second);
        self.chosen = None;
        self.submit(Command::Draw(Box::new(if asked == StageAsk::ClaimPin {
            DrawCommand::Claim { draw, round, pick, proxy: String::new(), second }
        } else {
            DrawCommand::Forfeit { draw, round, pick, calls, second }
        })))
    }
}

/// The rules that are printed: of the file that the stage was started with, else the meeting's, in each of its languages.
fn rules(venue: &Venue) -> Option<String> {
    let of_meeting = || {
        let facts = &venue.meeting.config().meeting;
        let rules = &venue.meeting.config().rules.draw.rules;
        let texts: Vec<&str> = facts.languages.iter().map(|language| rules.get(*language)).collect();
        texts.join("\n\n")
    };
    let rules = venue.rules.map_or_else(of_meeting, str::to_owned);
    (!rules.trim().is_empty()).then_some(rules)
}

fn left_of(draw: &Draw, prize: &Prize) -> u32 {
    let drawn = draw.rounds().filter(|round| !round.is_void() && round.prize == prize.id);
    drawn.fold(prize.quantity, |left, round| left.saturating_sub(round.quantity))
}

fn other_style(style: LotteryStyle) -> LotteryStyle {
    match style {
        LotteryStyle::Reels => LotteryStyle::Wall,
        LotteryStyle::Wall => LotteryStyle::Reels,
    }
}
