//! Rules of slips: who drafts, changes, picks, signs, replaces and voids, and what a slip must say. Prices that wait for a
//! deputy commander are in `discount_rules`.

use std::collections::BTreeSet;

use super::authority::{ANY_STAFF, reason_given};
use super::policy::{AMOUNT_OUT_OF_RANGE, MOST_AMOUNT_MINOR};
use super::two_people::TwoPersonAct;
use super::{Meeting, Slip, SlipStatus};
use crate::actor::{Actor, Ctx};
use crate::config::Role;
use crate::event::*;
use crate::ids::{EventId, SlipId, StaffId};
use crate::refusal::Refusal;

/// Who works at the order desk.
const ORDERS: &[Role] = &[Role::OrderDesk, Role::DeputyCommander, Role::Commander];
/// Who opens and closes the orders; the program does it at the time of the meeting file.
const CLOSERS: &[Role] = &[Role::Host, Role::DeputyCommander, Role::Commander];
/// Lines of one slip at most.
const MOST_LINES: u16 = 200;

impl Meeting {
    pub(super) fn draft_slip(&self, content: &SlipContent, ctx: &mut Ctx) -> Result<Vec<Event>, Refusal> {
        self.may_write_slips(content, ctx)?;
        self.slip_fits(content, ctx)?;
        let number = self.next_number("", ctx);
        Ok(vec![SlipDrafted { slip: SlipId(ctx.uuid()), number, content: content.clone() }.into()])
    }

    pub(super) fn revise_slip(
        &self,
        slip: SlipId,
        base: EventId,
        content: &SlipContent,
        ctx: &Ctx,
    ) -> Result<Vec<Event>, Refusal> {
        self.may_write_slips(content, ctx)?;
        let slip = self.slip_open(slip)?;
        self.slip_fits(content, ctx)?;
        let head = slip.version();
        if head.stamp.event != base {
            return Err(Refusal::SlipChanged { revision: head.revision });
        }
        if *head.content == *content {
            return Ok(Vec::new());
        }
        let (slip, base_rev) = (slip.id, head.revision);
        Ok(vec![SlipRevised { slip, base_rev, content: content.clone(), base: Some(base) }.into()])
    }

    pub(super) fn choose_slip_version(&self, slip: SlipId, kept: EventId, ctx: &Ctx) -> Result<Vec<Event>, Refusal> {
        self.need(ctx, ORDERS)?;
        let known = self.slip(slip).ok_or(Refusal::UnknownSlip)?;
        if !known.wants_choice() {
            return Ok(Vec::new());
        }
        let versions: Vec<EventId> = known.versions().map(|version| version.stamp.event).collect();
        if !versions.contains(&kept) {
            return Err(Refusal::SlipChanged { revision: known.version().revision });
        }
        if known.status() == SlipStatus::Signed && kept != known.version().stamp.event {
            return Err(Refusal::SlipSigned);
        }
        let dropped = versions.into_iter().filter(|version| *version != kept).collect();
        Ok(vec![SlipBranchChosen { slip, kept, dropped }.into()])
    }

    pub(super) fn sign_slip(&self, slip: SlipId, signer: &str, sealed: bool, ctx: &Ctx) -> Result<Vec<Event>, Refusal> {
        self.need(ctx, ORDERS)?;
        self.may_finalise()?;
        let slip = self.slip_open(slip)?;
        if signer.trim().is_empty() {
            return Err(Refusal::NameMissing);
        }
        self.prices_are_allowed(slip)?;
        self.policy_is_kept(&slip.version().content)?;
        let (id, head) = (slip.id, slip.version());
        let content = (*head.content).clone();
        Ok(vec![SlipSigned { slip: id, revision: head.revision, content, signer: signer.to_owned(), sealed }.into()])
    }

    /// The new slip counts already, so nothing is lost between the two.
    pub(super) fn supersede_slip(
        &self,
        slip: SlipId,
        by: SlipId,
        reason: &str,
        ctx: &Ctx,
    ) -> Result<Vec<Event>, Refusal> {
        self.need(ctx, ORDERS)?;
        let old = self.slip(slip).ok_or(Refusal::UnknownSlip)?;
        let new = self.slip(by).ok_or(Refusal::UnknownSlip)?;
        match old.status() {
            SlipStatus::Superseded { by: known } if known == by => return Ok(Vec::new()),
            SlipStatus::Superseded { .. } | SlipStatus::Void => return Err(Refusal::SlipVoid),
            SlipStatus::Draft | SlipStatus::TwoVersions => return Err(Refusal::NotSigned),
            SlipStatus::Signed => {}
        }
        if new.status() != SlipStatus::Signed {
            return Err(Refusal::NotSigned);
        }
        let party = |slip: &Slip| self.roster.resolve(slip.version().content.household);
        if slip == by || party(old) != party(new) {
            return Err(Refusal::RecordBroken);
        }
        reason_given(reason)?;
        Ok(vec![SlipSuperseded { slip, by, reason: reason.to_owned() }.into()])
    }

    /// A signed copy was scanned.
    pub(super) fn return_copy(&self, slip: SlipId, copy: SlipCopy, ctx: &Ctx) -> Result<Vec<Event>, Refusal> {
        self.need(ctx, ANY_STAFF)?;
        let known = self.slip(slip).ok_or(Refusal::UnknownSlip)?;
        if known.signed().is_none() {
            return Err(Refusal::NotSigned);
        }
        if known.returned().contains(&copy) { Ok(Vec::new()) } else { Ok(vec![SlipCopyReturned { slip, copy }.into()]) }
    }

    pub(super) fn close_orders(&self, note: &str, ctx: &Ctx) -> Result<Vec<Event>, Refusal> {
        self.may_close_orders(ctx)?;
        let closed = self.orders_closed().is_some();
        Ok(if closed { Vec::new() } else { vec![OrdersClosed { note: note.to_owned() }.into()] })
    }

    pub(super) fn reopen_orders(&self, note: &str, ctx: &Ctx) -> Result<Vec<Event>, Refusal> {
        self.may_close_orders(ctx)?;
        let closed = self.orders_closed().is_some();
        Ok(if closed { vec![OrdersReopened { note: note.to_owned() }.into()] } else { Vec::new() })
    }

    pub(super) fn void_slip(
        &self,
        slip: SlipId,
        reason: &str,
        second: Option<&StaffId>,
        ctx: &Ctx,
    ) -> Result<Vec<Event>, Refusal> {
        self.need(ctx, ORDERS)?;
        let known = self.slip(slip).ok_or(Refusal::UnknownSlip)?;
        reason_given(reason)?;
        match known.status() {
            SlipStatus::Void => return Ok(Vec::new()),
            SlipStatus::Signed | SlipStatus::Superseded { .. } => {
                self.need_second(TwoPersonAct::VoidSignedSlip, second, ctx)?;
            }
            SlipStatus::Draft | SlipStatus::TwoVersions => {}
        }
        Ok(vec![SlipVoided { slip, reason: reason.to_owned(), second: second.cloned() }.into()])
    }

    /// Staff, or the dealer's own salesperson at the table.
    pub(super) fn may_write_slips(&self, content: &SlipContent, ctx: &Ctx) -> Result<(), Refusal> {
        let dealer = self.dealer(content.dealer).ok_or(Refusal::UnknownDealer)?;
        match (&ctx.actor, &dealer.salesperson) {
            (Actor::Salesperson { .. }, Some(salesperson)) => self.need_salesperson(ctx, salesperson),
            _ => self.need(ctx, ANY_STAFF),
        }
    }

    /// A slip that may still change.
    pub(super) fn slip_open(&self, slip: SlipId) -> Result<&Slip, Refusal> {
        let slip = self.slip(slip).ok_or(Refusal::UnknownSlip)?;
        match slip.status() {
            SlipStatus::Draft => Ok(slip),
            SlipStatus::TwoVersions => Err(Refusal::TwoVersions),
            SlipStatus::Signed | SlipStatus::Superseded { .. } => Err(Refusal::SlipSigned),
            SlipStatus::Void => Err(Refusal::SlipVoid),
        }
    }

    fn slip_fits(&self, content: &SlipContent, ctx: &Ctx) -> Result<(), Refusal> {
        let dealer = self.dealer(content.dealer).ok_or(Refusal::UnknownDealer)?;
        for other in content.supplied_by.iter().chain(&content.paid_to) {
            self.dealer(*other).ok_or(Refusal::UnknownDealer)?;
        }
        if content.lines.len() > usize::from(MOST_LINES) {
            return Err(Refusal::TooMany { most: MOST_LINES });
        }
        content.lines.iter().try_for_each(|line| self.line_fits(content, line))?;
        if content.due_on.as_ref().is_some_and(|due| *due < ctx.earliest_today()) {
            return Err(Refusal::DueInThePast);
        }
        let sum = content.lines.iter().try_fold(0_i64, |sum, line| sum.checked_add(line.amount_minor));
        if sum.is_none_or(|sum| sum > MOST_AMOUNT_MINOR) || content.deposit_minor < 0 {
            return Err(AMOUNT_OUT_OF_RANGE);
        }
        let numbers: BTreeSet<u16> = content.lines.iter().map(|line| line.line).collect();
        let fits = sum == Some(content.total_minor)
            && content.deposit_minor <= content.total_minor
            && numbers.len() == content.lines.len()
            && content.currency == self.config.meeting.currency
            && self.roster.resolve(content.household) == dealer.household;
        if fits { Ok(()) } else { Err(Refusal::RecordBroken) }
    }

    /// Orders are open and the policy is today's, or a ticket from before keeps it.
    fn policy_is_kept(&self, content: &SlipContent) -> Result<(), Refusal> {
        let ticket = content.ticket.and_then(|ticket| self.ticket(ticket));
        let ticket = ticket.filter(|ticket| self.is_ticket_of(ticket, content.household));
        if let Some(closed) = self.orders_closed()
            && ticket.is_none_or(|ticket| ticket.taken.at > closed.at)
        {
            return Err(Refusal::OrdersClosed { since: closed.at });
        }
        let kept = ticket.is_some_and(|ticket| self.is_policy_of(ticket.config_rev, content));
        let stands = self.config.products.is_empty() || self.is_policy_of(self.config_rev, content);
        if stands || kept { Ok(()) } else { Err(Refusal::PolicyChanged { revision: self.config_rev }) }
    }

    fn may_close_orders(&self, ctx: &Ctx) -> Result<(), Refusal> {
        if matches!(ctx.actor, Actor::System) { Ok(()) } else { self.need(ctx, CLOSERS) }
    }
}
