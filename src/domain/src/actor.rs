//! Who acts, when and where: what an envelope tells the fold, and what a decision may take from outside.

use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;

use sha2::{Digest, Sha256};
use uuid::Uuid;

use crate::ids::{BadId, BadgeId, DeviceId, EventId, SalespersonId, StaffId};
use crate::time::{LocalDate, UnixMillis};

/// What the envelope says about an event.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Meta {
    /// Of this very event.
    pub event_id: EventId,
    /// Whose log it is in.
    pub device: DeviceId,
    /// When, by the author's clock.
    pub at: UnixMillis,
    /// Who.
    pub actor: Actor,
}

/// Who acts. Text form in the envelope: `guest`, `staff:r1`, `sales:S07`, `system`, `organiser`; after a space, role and
/// name may be copied in for whoever reads the log later (`staff:r1 reception 王芳`), which is no part of the actor.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Actor {
    /// Whoever stands at a kiosk.
    Guest,
    /// A member of staff, by PIN.
    Staff {
        /// Who.
        id: StaffId,
    },
    /// A salesperson, by PIN.
    Salesperson {
        /// Who.
        id: SalespersonId,
    },
    /// The program itself.
    System,
    /// The organiser, through the hub.
    Organiser,
}

impl fmt::Display for Actor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Actor::Guest => f.write_str("guest"),
            Actor::Staff { id } => write!(f, "staff:{id}"),
            Actor::Salesperson { id } => write!(f, "sales:{id}"),
            Actor::System => f.write_str("system"),
            Actor::Organiser => f.write_str("organiser"),
        }
    }
}

impl FromStr for Actor {
    type Err = BadId;
    fn from_str(text: &str) -> Result<Actor, BadId> {
        match text.split_once(':') {
            Some(("staff", id)) => Ok(Actor::Staff { id: StaffId::new(code_of(id)) }),
            Some(("sales", id)) => Ok(Actor::Salesperson { id: SalespersonId::new(code_of(id)) }),
            None if text == "guest" => Ok(Actor::Guest),
            None if text == "system" => Ok(Actor::System),
            None if text == "organiser" => Ok(Actor::Organiser),
            _ => Err(BadId::new(text, "an actor such as guest or staff:r1")),
        }
    }
}

/// All that a decision may take from outside the log.
#[derive(Clone, Debug)]
pub struct Ctx {
    /// Now, by the node's clock.
    pub now: UnixMillis,
    /// Who acts.
    pub actor: Actor,
    /// On which device.
    pub device: DeviceId,
    /// Number prefix of the device's log, `K1`.
    pub prefix: String,
    /// How the node and the hub stand.
    pub hub: HubReach,
    today: Option<LocalDate>,
    entropy: [u8; 32],
    drawn: u32,
    numbers: BTreeMap<String, u32>,
}

/// Without the role and name that may be copied in.
fn code_of(text: &str) -> &str {
    text.split_once(' ').map_or(text, |(code, _)| code)
}

/// How a node and the hub stand while it decides.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct HubReach {
    /// Events that the hub has given back: what was folded later is only this node's word.
    pub confirmed: u64,
    /// The hub answers.
    pub connected: bool,
}

impl Ctx {
    /// `entropy` must be fresh random bytes for every decision: ids are made of it.
    pub fn new(now: UnixMillis, actor: Actor, device: DeviceId, prefix: &str, entropy: [u8; 32]) -> Ctx {
        let hub = HubReach { confirmed: u64::MAX, connected: true };
        let prefix = prefix.to_owned();
        Ctx { now, actor, device, prefix, hub, today: None, entropy, drawn: 0, numbers: BTreeMap::new() }
    }

    /// The same on a node that may be behind the hub, or cut off. Without it all is confirmed and the hub answers.
    #[must_use]
    pub fn with_hub(mut self, confirmed: u64, connected: bool) -> Ctx {
        self.hub = HubReach { confirmed, connected };
        self
    }

    /// The same with the day at the venue, which the app knows by the meeting's time zone.
    #[must_use]
    pub fn with_today(mut self, today: LocalDate) -> Ctx {
        self.today = Some(today);
        self
    }

    /// Today at the venue; where nobody said, the earliest day that it is anywhere on earth.
    pub(crate) fn earliest_today(&self) -> LocalDate {
        const TWELVE_HOURS_MS: u64 = 12 * 3_600_000;
        let anywhere = || LocalDate::utc(UnixMillis(self.now.0.saturating_sub(TWELVE_HOURS_MS)));
        self.today.clone().unwrap_or_else(anywhere)
    }

    /// The next running number of a series after the highest that is known: none is given twice in one decision.
    pub(crate) fn number_after(&mut self, letter: &str, known: u32) -> u32 {
        let last = self.numbers.entry(letter.to_owned()).or_default();
        *last = known.max(*last).saturating_add(1);
        *last
    }

    /// A new UUIDv7 of this instant.
    pub fn uuid(&mut self) -> Uuid {
        let random = self.draw();
        let mut tail = [0; 10];
        tail.copy_from_slice(&random[..10]);
        uuid::Builder::from_unix_timestamp_millis(self.now.0, &tail).into_uuid()
    }

    /// A new badge id.
    pub fn badge_id(&mut self) -> BadgeId {
        let random = self.draw();
        let mut bits = [0; 8];
        bits.copy_from_slice(&random[..8]);
        BadgeId::from_bits(u64::from_be_bytes(bits))
    }

    fn draw(&mut self) -> [u8; 32] {
        self.drawn += 1;
        let mut hash = Sha256::new();
        hash.update(b"usher/ctx/1\n");
        hash.update(self.entropy);
        hash.update(self.drawn.to_be_bytes());
        hash.finalize().into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn actors_survive_their_text_form() {
        let check = |actor: Actor, text: &str| {
            assert_eq!(actor.to_string(), text);
            assert_eq!(text.parse(), Ok(actor));
        };
        check(Actor::Guest, "guest");
        check(Actor::Staff { id: "r1".into() }, "staff:r1");
        check(Actor::Salesperson { id: "S07".into() }, "sales:S07");
        check(Actor::System, "system");
        check(Actor::Organiser, "organiser");
        for (text, actor) in [
            ("staff:r1 reception 王芳", Actor::Staff { id: "r1".into() }),
            ("staff:f1 finance+commander Anna von der Heide", Actor::Staff { id: "f1".into() }),
            ("sales:S07 salesperson 李强", Actor::Salesperson { id: "S07".into() }),
        ] {
            assert_eq!(text.parse(), Ok(actor), "{text}");
        }
        assert!("root".parse::<Actor>().is_err());
        assert!("guest:7".parse::<Actor>().is_err());
    }

    #[test]
    fn ids_of_one_decision_differ_and_repeat_with_the_same_entropy() {
        let ctx =
            || Ctx::new(UnixMillis(1_795_000_000_000), Actor::Guest, DeviceId::from_bytes([1; 16]), "K1", [9; 32]);
        let (mut one, mut two) = (ctx(), ctx());
        let first = one.uuid();
        assert_eq!(first, two.uuid());
        assert_ne!(first, one.uuid());
        assert_eq!(first.get_version_num(), 7);
        assert_eq!(first.get_timestamp().map(|t| t.to_unix().0), Some(1_795_000_000));
        assert_eq!(one.badge_id(), {
            two.uuid();
            two.badge_id()
        });
    }
}
