//! Who may do what. PINs are compared elsewhere; here an actor is taken at its word and its roles are looked up.

use super::Meeting;
use crate::actor::{Actor, Ctx};
use crate::config::{Role, Salesperson, Staff};
use crate::ids::{SalespersonId, StaffId};
use crate::refusal::{Authority, Refusal};

/// Who takes back check-ins and vouches for deciders.
pub(super) const RECEPTION: &[Role] = &[Role::Reception, Role::DeputyCommander, Role::Commander];
/// Who moves seats and tables.
pub(super) const HALL: &[Role] = &[Role::Reception, Role::Host, Role::DeputyCommander, Role::Commander];
/// Who has PINs taken again after a lock-out.
pub(super) const UNLOCKERS: &[Role] = &[Role::Technician, Role::DeputyCommander, Role::Commander];
/// Everybody on the staff.
pub(super) const ANY_STAFF: &[Role] = &[
    Role::Reception,
    Role::OrderDesk,
    Role::Finance,
    Role::Host,
    Role::DeputyCommander,
    Role::Commander,
    Role::Technician,
];

impl Meeting {
    /// A member of staff by code.
    pub fn staff(&self, id: &StaffId) -> Option<&Staff> {
        self.config.staff.iter().find(|staff| staff.id == *id)
    }

    /// A salesperson by code.
    pub fn salesperson(&self, id: &SalespersonId) -> Option<&Salesperson> {
        self.config.salespeople.iter().find(|salesperson| salesperson.id == *id)
    }

    /// Staff with one of the roles, or the organiser.
    pub(super) fn need(&self, ctx: &Ctx, roles: &'static [Role]) -> Result<(), Refusal> {
        let allowed = match &ctx.actor {
            Actor::Organiser => true,
            Actor::Staff { id } => self.staff(id).is_some_and(|staff| roles.iter().any(|role| staff.is(*role))),
            Actor::Guest | Actor::Salesperson { .. } | Actor::System => false,
        };
        if allowed { Ok(()) } else { Err(Refusal::NotAuthorised { needs: Authority::Roles(roles) }) }
    }

    /// The salesperson themself, or any staff.
    pub(super) fn need_salesperson(&self, ctx: &Ctx, id: &SalespersonId) -> Result<(), Refusal> {
        let own = matches!(&ctx.actor, Actor::Salesperson { id: actor } if actor == id);
        let refused = |_| Refusal::NotAuthorised { needs: Authority::StaffOrSalesperson };
        if own { Ok(()) } else { self.need(ctx, ANY_STAFF).map_err(refused) }
    }
}

/// A reason in words.
pub(super) fn reason_given(words: &str) -> Result<(), Refusal> {
    if words.trim().is_empty() { Err(Refusal::ReasonMissing) } else { Ok(()) }
}
