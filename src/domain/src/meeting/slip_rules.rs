//! Rules of slips as far as conflicts need them: who drafts, changes, picks, signs and voids. Prices and policy come later.

use super::authority::{ANY_STAFF, reason_given};
use super::two_people::TwoPersonAct;
use super::{Meeting, Slip, SlipStatus};
use crate::actor::{Actor, Ctx};
use crate::config::Role;
use crate::event::*;
use crate::ids::{EventId, SlipId, StaffId};
use crate::refusal::Refusal;

/// Who works at the order desk.
const ORDERS: &[Role] = &[Role::OrderDesk, Role::DeputyCommander, Role::Commander];
/// Lines of one slip at most.
const MOST_LINES: u16 = 200;

impl Meeting {
    pub(super) fn draft_slip(&self, content: &SlipContent, ctx: &mut Ctx) -> Result<Vec<Event>, Refusal> {
        self.may_write_slips(content, ctx)?;
        self.slip_fits(content)?;
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
        self.slip_fits(content)?;
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
        let (id, head) = (slip.id, slip.version());
        let content = (*head.content).clone();
        Ok(vec![SlipSigned { slip: id, revision: head.revision, content, signer: signer.to_owned(), sealed }.into()])
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
    fn may_write_slips(&self, content: &SlipContent, ctx: &Ctx) -> Result<(), Refusal> {
        let dealer = self.dealer(content.dealer).ok_or(Refusal::UnknownDealer)?;
        match (&ctx.actor, &dealer.salesperson) {
            (Actor::Salesperson { .. }, Some(salesperson)) => self.need_salesperson(ctx, salesperson),
            _ => self.need(ctx, ANY_STAFF),
        }
    }

    /// A slip that may still change.
    fn slip_open(&self, slip: SlipId) -> Result<&Slip, Refusal> {
        let slip = self.slip(slip).ok_or(Refusal::UnknownSlip)?;
        match slip.status() {
            SlipStatus::Draft => Ok(slip),
            SlipStatus::TwoVersions => Err(Refusal::TwoVersions),
            SlipStatus::Signed | SlipStatus::Superseded { .. } => Err(Refusal::SlipSigned),
            SlipStatus::Void => Err(Refusal::SlipVoid),
        }
    }

    fn slip_fits(&self, content: &SlipContent) -> Result<(), Refusal> {
        let dealer = self.dealer(content.dealer).ok_or(Refusal::UnknownDealer)?;
        if content.lines.len() > usize::from(MOST_LINES) {
            return Err(Refusal::TooMany { most: MOST_LINES });
        }
        let sum = content.lines.iter().try_fold(0_i64, |sum, line| sum.checked_add(line.amount_minor));
        let amounts = content.lines.iter().all(|line| line.amount_minor >= 0 && line.unit_price_minor >= 0);
        let deposit = (0..=content.total_minor.max(0)).contains(&content.deposit_minor);
        let party = self.roster.resolve(content.household) == dealer.household;
        let fits = sum == Some(content.total_minor) && amounts && deposit && party;
        if fits { Ok(()) } else { Err(Refusal::RecordBroken) }
    }
}
