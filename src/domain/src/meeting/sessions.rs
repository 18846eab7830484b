//! Rules of sessions and of leaving early. Arrival has its own module.

use super::authority::{ANY_STAFF, RECEPTION, reason_given};
use super::{BadgeWorth, Meeting};
use crate::actor::Ctx;
use crate::config::Session;
use crate::event::*;
use crate::ids::{BadgeId, GuestId, SessionId};
use crate::refusal::Refusal;

impl Meeting {
    /// A session by code.
    pub fn session(&self, id: &SessionId) -> Option<&Session> {
        self.config.sessions.iter().find(|session| session.id == *id)
    }

    /// Whether a guest checked in to a session.
    pub fn is_at(&self, guest: GuestId, session: &SessionId) -> bool {
        self.arrival(guest).is_some_and(|arrival| arrival.session_entries(session).next().is_some())
    }

    /// A scan of a badge printed beforehand also proves that it was handed over.
    pub(super) fn check_in_session(&self, badge: BadgeId, session: &SessionId) -> Result<Vec<Event>, Refusal> {
        self.known_session(session)?;
        let known = self.badges.get(badge).ok_or(Refusal::UnknownBadge)?;
        match self.badge_worth(badge) {
            None => return Err(Refusal::UnknownBadge),
            Some(BadgeWorth::Void) => return Err(Refusal::VoidedBadge),
            Some(BadgeWorth::Old { newest }) => return Err(Refusal::OldBadge { newest }),
            Some(BadgeWorth::Good) => {}
        }
        let mut events = Vec::new();
        if known.ahead && known.handed_over.is_none() {
            events.push(BadgeHandedOver { badge }.into());
        }
        if !self.is_at(known.guest, session) {
            let entered = SessionCheckedIn { guest: known.guest, session: session.clone(), badge: Some(badge) };
            events.push(entered.into());
        }
        Ok(events)
    }

    pub(super) fn check_in_session_by_name(
        &self,
        guest: GuestId,
        session: &SessionId,
        ctx: &Ctx,
    ) -> Result<Vec<Event>, Refusal> {
        self.need(ctx, ANY_STAFF)?;
        self.known_session(session)?;
        self.known_guest(guest)?;
        if self.is_at(guest, session) {
            return Ok(Vec::new());
        }
        Ok(vec![SessionCheckedIn { guest, session: session.clone(), badge: None }.into()])
    }

    pub(super) fn undo_session(
        &self,
        guest: GuestId,
        session: &SessionId,
        reason: &str,
        ctx: &Ctx,
    ) -> Result<Vec<Event>, Refusal> {
        self.need(ctx, ANY_STAFF)?;
        reason_given(reason)?;
        let arrival = self.arrival(guest).ok_or(Refusal::NotCheckedIn { guest })?;
        let check_ins: Vec<_> = arrival.session_entries(session).map(|stamp| stamp.event).collect();
        if check_ins.is_empty() {
            return Err(Refusal::NotCheckedIn { guest });
        }
        let reason = reason.to_owned();
        Ok(vec![SessionCheckInUndone { guest, session: session.clone(), check_ins, reason }.into()])
    }

    pub(super) fn leave_early(&self, guests: &[GuestId], reason: &str, ctx: &Ctx) -> Result<Vec<Event>, Refusal> {
        self.need(ctx, ANY_STAFF)?;
        let mut leaving: Vec<GuestId> = Vec::new();
        for guest in guests {
            self.known_guest(*guest)?;
            if !self.is_present(*guest) {
                return Err(Refusal::NotCheckedIn { guest: *guest });
            }
            if self.is_in_the_hall(*guest) && !leaving.contains(guest) {
                leaving.push(*guest);
            }
        }
        let left = |guest| GuestLeftEarly { guest, reason: reason.to_owned() }.into();
        Ok(leaving.into_iter().map(left).collect())
    }

    pub(super) fn come_back(&self, guest: GuestId, ctx: &Ctx) -> Result<Vec<Event>, Refusal> {
        self.need(ctx, ANY_STAFF)?;
        if !self.is_present(guest) {
            return Err(Refusal::NotCheckedIn { guest });
        }
        Ok(if self.is_in_the_hall(guest) { Vec::new() } else { vec![GuestCameBack { guest }.into()] })
    }

    pub(super) fn count_unlisted(&self, unlisted: &crate::command::Unlisted, ctx: &Ctx) -> Result<Vec<Event>, Refusal> {
        self.need(ctx, RECEPTION)?;
        Ok(self.unlisted_counted(unlisted)?.into_iter().collect())
    }

    fn known_session(&self, session: &SessionId) -> Result<&Session, Refusal> {
        self.session(session).ok_or(Refusal::UnknownSession)
    }
}
