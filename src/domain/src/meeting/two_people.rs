//! Acts that two named people do together: which, and with which roles. Looked up by `decide` and by the fold alike.

use super::Meeting;
use super::authority::ANY_STAFF;
use crate::actor::{Actor, Ctx};
use crate::config::Role;
use crate::ids::StaffId;
use crate::refusal::{Authority, Refusal};

/// An act that needs two people.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum TwoPersonAct {
    /// Cash goes into its sealed bag.
    CountCash,
    /// A payment is taken back.
    ReversePayment,
    /// A slip that was signed is voided.
    VoidSignedSlip,
    /// A winner has the prize.
    ClaimPrize,
    /// A winner did not come.
    ForfeitPrize,
    /// A frozen or locked round does not count.
    VoidRound,
}

/// Who does an act together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TwoPersonRule {
    /// Which act.
    pub act: TwoPersonAct,
    /// One of these does it; the organiser may.
    pub first: &'static [Role],
    /// One of these, by another name, stands by with their own PIN.
    pub second: &'static [Role],
}

/// Who handles money.
pub(super) const FINANCE: &[Role] = &[Role::Finance, Role::Commander];
const ORDERS: &[Role] = &[Role::OrderDesk, Role::DeputyCommander, Role::Commander];
const SECOND_AT_THE_MONEY: &[Role] = &[Role::Finance, Role::OrderDesk, Role::DeputyCommander, Role::Commander];
const WHO_ANSWERS_FOR_IT: &[Role] = &[Role::Finance, Role::DeputyCommander, Role::Commander];

const AT_THE_PRIZES: &[Role] =
    &[Role::Host, Role::OrderDesk, Role::Reception, Role::Finance, Role::DeputyCommander, Role::Commander];
/// Who leads the draw.
pub(super) const STAGE: &[Role] = &[Role::Host, Role::DeputyCommander, Role::Commander];

/// Every act that two people do together.
pub const TWO_PERSON_RULES: &[TwoPersonRule] = &[
    TwoPersonRule { act: TwoPersonAct::CountCash, first: FINANCE, second: SECOND_AT_THE_MONEY },
    TwoPersonRule { act: TwoPersonAct::ReversePayment, first: FINANCE, second: WHO_ANSWERS_FOR_IT },
    TwoPersonRule { act: TwoPersonAct::VoidSignedSlip, first: ORDERS, second: WHO_ANSWERS_FOR_IT },
    TwoPersonRule { act: TwoPersonAct::ClaimPrize, first: AT_THE_PRIZES, second: ANY_STAFF },
    TwoPersonRule { act: TwoPersonAct::ForfeitPrize, first: STAGE, second: ANY_STAFF },
    TwoPersonRule { act: TwoPersonAct::VoidRound, first: STAGE, second: WHO_ANSWERS_FOR_IT },
];

impl TwoPersonAct {
    /// Who does it.
    pub fn rule(self) -> &'static TwoPersonRule {
        TWO_PERSON_RULES.iter().find(|rule| rule.act == self).expect("the table has a row per act")
    }
}

/// Whether an event of the log names two different people, so that it takes effect. Which roles they had then is not
/// judged again: the log of a machine that was cut off is folded under later facts.
pub(super) fn are_two(first: &Actor, second: Option<&StaffId>) -> bool {
    match (first, second) {
        (Actor::Staff { id }, Some(second)) => id != second,
        (Actor::Organiser, Some(_)) => true,
        (Actor::Guest | Actor::Salesperson { .. } | Actor::System, _) | (_, None) => false,
    }
}

impl Meeting {
    /// The actor and another named person, both with a role for it.
    pub(super) fn need_second(&self, act: TwoPersonAct, second: Option<&StaffId>, ctx: &Ctx) -> Result<(), Refusal> {
        let rule = act.rule();
        self.need(ctx, rule.first)?;
        let missing = Refusal::SecondPerson { needs: Authority::Roles(rule.second) };
        let second = second.ok_or_else(|| missing.clone())?;
        let known = self.staff(second).ok_or(Refusal::UnknownStaff)?;
        let has_role = rule.second.iter().any(|role| known.is(*role));
        if has_role && are_two(&ctx.actor, Some(second)) { Ok(()) } else { Err(missing) }
    }
}
