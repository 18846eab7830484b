//! Rules of badges: who gets a copy, who may ask for another, what an outcome means. The printing itself is the node's.

use super::authority::{ANY_STAFF, RECEPTION};
use super::{Badge, BadgeStatus, Meeting};
use crate::actor::Ctx;
use crate::event::*;
use crate::ids::{BadgeId, GuestId, PrinterId};
use crate::refusal::Refusal;
use crate::roster::Guest;

/// Badges of one command at most.
const MOST_AHEAD: u16 = 300;

impl Meeting {
    /// The badge of somebody who has none; asks for none when one stands, printed beforehand or by another kiosk.
    pub(super) fn first_badge(&self, guest: &Guest, printer: &Option<PrinterId>, ctx: &mut Ctx) -> Option<Event> {
        if self.badges.of(guest.id).any(|badge| badge.is_standing()) {
            return None;
        }
        Some(self.copy(guest.id, BadgeReason::First, false, printer, ctx))
    }

    fn copy(
        &self,
        guest: GuestId,
        reason: BadgeReason,
        ahead: bool,
        printer: &Option<PrinterId>,
        ctx: &mut Ctx,
    ) -> Event {
        BadgeRequested {
            badge: ctx.badge_id(),
            guest,
            copy: self.next_copy(guest),
            printer: printer.clone().or_else(|| self.printer_for(guest, ctx.device)),
            table: self.usable_table(self.party_of(guest)),
            reason,
            ahead,
            number: self.next_number("B", ctx),
        }
        .into()
    }

    pub(super) fn print_ahead(
        &self,
        guests: &[GuestId],
        printer: &Option<PrinterId>,
        ctx: &mut Ctx,
    ) -> Result<Vec<Event>, Refusal> {
        self.need(ctx, ANY_STAFF)?;
        if guests.len() > usize::from(MOST_AHEAD) {
            return Err(Refusal::TooMany { most: MOST_AHEAD });
        }
        let mut asked: Vec<GuestId> = Vec::new();
        let mut events = Vec::new();
        for id in guests {
            let guest = self.known_guest(*id)?;
            let has_badge = self.badges.of(guest.id).any(|badge| badge.is_standing());
            if has_badge || self.roster.is_cancelled(guest) || asked.contains(id) {
                continue;
            }
            asked.push(*id);
            events.push(self.copy(*id, BadgeReason::First, true, printer, ctx));
        }
        Ok(events)
    }

    pub(super) fn reprint(
        &self,
        guest: GuestId,
        reason: BadgeReason,
        printer: &Option<PrinterId>,
        ctx: &mut Ctx,
    ) -> Result<Vec<Event>, Refusal> {
        self.need(ctx, ANY_STAFF)?;
        if reason == BadgeReason::First {
            return Err(Refusal::ReasonMissing);
        }
        let guest = self.known_guest(guest)?;
        let ahead = !self.is_present(guest.id);
        let had_one = self.badges.of(guest.id).next().is_some();
        if ahead && !had_one {
            return Err(Refusal::NotCheckedIn { guest: guest.id });
        }
        Ok(vec![self.copy(guest.id, reason, ahead, printer, ctx)])
    }

    pub(super) fn move_badge(&self, badge: BadgeId, printer: &PrinterId) -> Result<Vec<Event>, Refusal> {
        let badge = self.known_badge(badge)?;
        match badge.status {
            BadgeStatus::Waiting if badge.printer.as_ref() == Some(printer) => Ok(Vec::new()),
            BadgeStatus::Waiting => {
                let (printer, copy, hop) = (printer.clone(), badge.copy, badge.hop.saturating_add(1));
                Ok(vec![BadgePrinterChanged { badge: badge.id, printer, copy, hop }.into()])
            }
            _ => Err(Refusal::BadgeSettled),
        }
    }

    pub(super) fn report_printed(&self, badge: BadgeId, by: PrintWord, ctx: &Ctx) -> Result<Vec<Event>, Refusal> {
        if by == PrintWord::Staff {
            self.need(ctx, ANY_STAFF)?;
        }
        let badge = self.known_badge(badge)?;
        let known = match badge.status {
            BadgeStatus::Printed(word) => word <= by,
            BadgeStatus::NotOut | BadgeStatus::Voided(_) => false,
            BadgeStatus::Waiting | BadgeStatus::Doubtful => false,
        };
        Ok(if known { Vec::new() } else { vec![BadgePrinted { badge: badge.id, copy: badge.copy, by }.into()] })
    }

    pub(super) fn report_doubtful(&self, badge: BadgeId, fault: &str) -> Result<Vec<Event>, Refusal> {
        let badge = self.known_badge(badge)?;
        let open = badge.status == BadgeStatus::Waiting;
        let fault = fault.chars().take(40).collect();
        Ok(if open { vec![BadgeDoubtful { badge: badge.id, copy: badge.copy, fault }.into()] } else { Vec::new() })
    }

    /// Asked once: a "no" voids this copy and asks for a new one with the next number.
    pub(super) fn settle_doubt(
        &self,
        badge: BadgeId,
        came_out: bool,
        printer: &Option<PrinterId>,
        ctx: &mut Ctx,
    ) -> Result<Vec<Event>, Refusal> {
        self.need(ctx, ANY_STAFF)?;
        let badge = self.known_badge(badge)?;
        match badge.status {
            BadgeStatus::Doubtful | BadgeStatus::Printed(PrintWord::Unconfirmed) => {}
            BadgeStatus::Waiting => return Err(Refusal::NotDoubtful),
            BadgeStatus::Printed(_) | BadgeStatus::NotOut | BadgeStatus::Voided(_) => {
                return Err(Refusal::BadgeSettled);
            }
        }
        let mut events = vec![DoubtSettled { badge: badge.id, copy: badge.copy, came_out }.into()];
        let another = self.badges.of(badge.guest).any(|other| other.id != badge.id && other.is_standing());
        // Of somebody whom nobody knows any more no copy can be made: whoever it is has to be taken in anew.
        if !came_out && !another && self.guest(badge.guest).is_some() {
            events.push(self.copy(badge.guest, BadgeReason::NotPrinted, badge.ahead, printer, ctx));
        }
        Ok(events)
    }

    pub(super) fn void_badge(&self, badge: BadgeId, reason: VoidReason, ctx: &Ctx) -> Result<Vec<Event>, Refusal> {
        self.need(ctx, RECEPTION)?;
        let badge = self.known_badge(badge)?;
        let known = matches!(badge.status, BadgeStatus::Voided(_));
        Ok(if known { Vec::new() } else { vec![BadgeVoided { badge: badge.id, reason }.into()] })
    }

    /// Staff or the guest's salesperson give a badge that was printed beforehand; its table is told by that.
    pub(super) fn hand_over(&self, badge: BadgeId, ctx: &Ctx) -> Result<Vec<Event>, Refusal> {
        let badge = self.known_badge(badge)?;
        let household = self.roster.guests.get(&badge.guest).and_then(|guest| guest.household);
        match household.and_then(|household| self.salesperson_of(household)) {
            Some(salesperson) => self.need_salesperson(ctx, &salesperson)?,
            None => self.need(ctx, ANY_STAFF)?,
        }
        match badge.status {
            BadgeStatus::Voided(_) | BadgeStatus::NotOut => Err(Refusal::VoidedBadge),
            _ if badge.handed_over.is_some() => Ok(Vec::new()),
            _ => Ok(vec![BadgeHandedOver { badge: badge.id }.into()]),
        }
    }

    fn known_badge(&self, id: BadgeId) -> Result<Badge, Refusal> {
        self.badges.get(id).ok_or(Refusal::UnknownBadge)
    }
}
