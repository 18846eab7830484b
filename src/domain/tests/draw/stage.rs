//! A meeting with a lottery: four parties with ids, orders, prizes, a chain of secrets.

use domain::config::{DepositKind, MeetingConfig, Prize, PrizePool, Text};
use domain::draw::*;
use domain::event::*;
use domain::meeting::{Round, RoundStep};
use domain::roster::Household;
use domain::{Command, DrawCommand, Event, RoundId, SlipId};

use crate::venue::{Venue, config, dealer, household, party, roster, staff};

pub const DRAW: &str = "SPRING-2027";

pub fn root() -> Root {
    Root::new(Hash256::of(b"the root").to_string().parse().expect("a secret"), links_for(10))
}

pub fn secret(link: u32) -> Secret {
    root().secret_of(link).expect("within the chain")
}

pub fn prize(id: &str, tier: u8, quantity: u32, pool: PrizePool) -> Prize {
    Prize { id: id.into(), tier, name: Text::same(id), quantity, market_value_minor: 100, picture: None, pool }
}

pub fn draw_config() -> MeetingConfig {
    let mut config = config();
    config.prizes = vec![
        prize("first", 1, 1, PrizePool::Orders),
        prize("third", 3, 5, PrizePool::Orders),
        prize("quiz", 5, 2, PrizePool::CheckedIn),
    ];
    config
}

/// Four parties with ids in the lottery; nothing ordered and nothing committed.
pub fn hall() -> Venue {
    let mut venue = Venue::new();
    venue.happens(MeetingConfigured { rev: 2, config: Box::new(draw_config()) });
    let numbered = |number: u8| Household { draw_id: Some(format!("{number:04}")), ..party(number) };
    venue.happens(RosterChanged { rev: 2, households: (1..=5).map(numbered).collect(), ..roster() });
    venue
}

pub fn slip(number: u8) -> SlipId {
    let mut bytes = [6; 16];
    bytes[15] = number;
    SlipId::from_bytes(bytes)
}

/// A signed slip of a party: its sum and its deposit in minor units.
pub fn signs(venue: &mut Venue, slip_number: u8, household_number: u8, total_minor: i64, deposit_minor: i64) {
    let content = SlipContent {
        dealer: dealer(household_number * 10 + 1),
        household: household(household_number),
        salesperson: None,
        lines: vec![],
        policy_rev: 1,
        total_minor,
        currency: Default::default(),
        deposit_kind: DepositKind::Refundable,
        deposit_minor,
        due_on: None,
        address: None,
        phone: None,
        supplied_by: None,
        paid_to: None,
        ticket: None,
        note: String::new(),
    };
    let slip = slip(slip_number);
    venue.happens(SlipSigned { slip, revision: 1, content, signer: "Wang".into(), sealed: true });
}

/// Committed, then every party of four orders without a deposit.
pub fn open_draw() -> Venue {
    let mut venue = hall();
    step(&mut venue, commit(DRAW), &["DrawCommitted"]);
    (1..=4).for_each(|number| signs(&mut venue, number, number, i64::from(number) * 1_000, 0));
    venue
}

#[track_caller]
pub fn step(venue: &mut Venue, command: DrawCommand, kinds: &[&str]) -> Vec<Event> {
    venue.check(staff("h1"), Command::Draw(Box::new(command)), kinds)
}

#[track_caller]
pub fn refused(venue: &mut Venue, command: DrawCommand, code: &str) {
    venue.check_refused(staff("h1"), Command::Draw(Box::new(command)), code);
}

pub fn commit(draw: &str) -> DrawCommand {
    let rules = "1 ticket per order\r\n".into();
    DrawCommand::Commit { draw: draw.into(), commitment: root().commitment(), links: 64, rules }
}

pub fn freeze(round: &str, prize: &str, quantity: u32) -> DrawCommand {
    DrawCommand::Freeze {
        draw: DRAW.into(),
        round: round.into(),
        prize: prize.into(),
        quantity,
        positions: vec![],
        without_those_behind: false,
    }
}

pub fn audience(round: &str, audience: &str) -> DrawCommand {
    DrawCommand::EnterAudience { draw: DRAW.into(), round: round.into(), audience: audience.into() }
}

pub fn dice() -> String {
    Audience::of_dice(&[1, 2, 3, 4, 5, 6, 1, 2, 3, 4, 5, 6, 1, 2, 3]).expect("fifteen").to_string()
}

pub fn lock(round: &str) -> DrawCommand {
    DrawCommand::Lock { draw: DRAW.into(), round: round.into() }
}

pub fn reveal(round: &str, link: u32) -> DrawCommand {
    DrawCommand::Reveal { draw: DRAW.into(), round: round.into(), secret: secret(link) }
}

pub fn claim(round: &str, pick: u32, second: Option<&str>) -> DrawCommand {
    let (draw, round, second) = (DRAW.into(), round.into(), second.map(Into::into));
    DrawCommand::Claim { draw, round, pick, proxy: String::new(), second }
}

pub fn forfeit(round: &str, pick: u32, calls: u8, second: Option<&str>) -> DrawCommand {
    let (draw, round, second) = (DRAW.into(), round.into(), second.map(Into::into));
    DrawCommand::Forfeit { draw, round, pick, calls, second }
}

pub fn void(round: &str, secret: Option<Secret>, second: Option<&str>) -> DrawCommand {
    let (draw, round, second) = (DRAW.into(), round.into(), second.map(Into::into));
    DrawCommand::Void { draw, round, secret, reason: "power cut".into(), second }
}

pub fn close() -> DrawCommand {
    DrawCommand::Close { draw: DRAW.into() }
}

/// The open draw with its first round at a step: two prizes among four.
pub fn at(wanted: RoundStep) -> Venue {
    let mut venue = open_draw();
    step(&mut venue, freeze("r1", "third", 2), &["RoundFrozen", "RoundEntriesListed"]);
    if wanted == RoundStep::Void {
        step(&mut venue, void("r1", None, Some("c1")), &["RoundVoided"]);
        return venue;
    }
    if wanted >= RoundStep::Audience {
        step(&mut venue, audience("r1", &dice()), &["AudienceEntered"]);
    }
    if wanted >= RoundStep::Locked {
        step(&mut venue, lock("r1"), &["RoundLocked"]);
    }
    if wanted >= RoundStep::Drawn {
        step(&mut venue, reveal("r1", 1), &["RoundRevealed"]);
    }
    if wanted >= RoundStep::Finished {
        step(&mut venue, claim("r1", 0, Some("r1")), &["PrizeClaimed"]);
        step(&mut venue, claim("r1", 1, Some("r1")), &["PrizeClaimed"]);
    }
    assert_eq!(round(&venue, "r1").step(), wanted);
    venue
}

pub fn round<'a>(venue: &'a Venue, id: &str) -> &'a Round {
    venue.meeting.draw(DRAW).expect("committed").round(&RoundId::new(id)).expect("frozen")
}

pub fn winners(venue: &Venue, id: &str) -> Vec<String> {
    round(venue, id).winners().iter().map(|winner| winner.id.to_string()).collect()
}
