//! Rules of price requests: who asks, who answers. A PIN is compared elsewhere; the approver is named here.

use super::authority::{ANY_STAFF, reason_given};
use super::discounts::{DiscountState, LineAuthority};
use super::{Discount, Meeting, Slip};
use crate::actor::Ctx;
use crate::config::{Role, Staff};
use crate::event::*;
use crate::ids::{DiscountId, SlipId, StaffId};
use crate::refusal::{Authority, Refusal};

/// The only role that gives exceptional discounts.
const APPROVERS: &[Role] = &[Role::DeputyCommander];

impl Meeting {
    pub(super) fn request_discount(
        &self,
        slip: SlipId,
        line: u16,
        reason: &str,
        ctx: &mut Ctx,
    ) -> Result<Vec<Event>, Refusal> {
        let slip = self.slip_open(slip)?;
        let head = slip.version();
        self.may_write_slips(&head.content, ctx)?;
        let found = head.content.lines.iter().find(|known| known.line == line).ok_or(Refusal::UnknownLine { line })?;
        match self.line_authority(slip, found) {
            LineAuthority::Own | LineAuthority::Waiting { .. } | LineAuthority::Approved { .. } => Ok(Vec::new()),
            LineAuthority::Unasked { .. } | LineAuthority::Refused { .. } | LineAuthority::Outdated { .. } => {
                let request = DiscountRequested {
                    discount: DiscountId(ctx.uuid()),
                    slip: slip.id,
                    revision: head.revision,
                    line,
                    sku: found.sku.clone(),
                    quantity: found.quantity,
                    unit_price_minor: found.unit_price_minor,
                    reason: reason.to_owned(),
                    written: head.written_by(line),
                };
                Ok(vec![request.into()])
            }
        }
    }

    pub(super) fn approve_discount(
        &self,
        discount: DiscountId,
        approver: &StaffId,
        ctx: &Ctx,
    ) -> Result<Vec<Event>, Refusal> {
        self.need(ctx, ANY_STAFF)?;
        let known = self.discount_open(discount)?;
        let approver = self.approver(approver)?;
        self.within_authority(approver, &known.request)?;
        let DiscountRequested { slip, revision, line, unit_price_minor, .. } = *known.request;
        let approver = approver.id.clone();
        Ok(vec![DiscountApproved { discount, slip, revision, line, unit_price_minor, approver }.into()])
    }

    pub(super) fn refuse_discount(
        &self,
        discount: DiscountId,
        by: &StaffId,
        reason: &str,
        ctx: &Ctx,
    ) -> Result<Vec<Event>, Refusal> {
        self.need(ctx, ANY_STAFF)?;
        self.discount_open(discount)?;
        let by = self.approver(by)?.id.clone();
        reason_given(reason)?;
        Ok(vec![DiscountRefused { discount, by, reason: reason.to_owned() }.into()])
    }

    /// Every line has a price that somebody may give.
    pub(super) fn prices_are_allowed(&self, slip: &Slip) -> Result<(), Refusal> {
        for line in &slip.version().content.lines {
            match self.line_authority(slip, line) {
                LineAuthority::Own | LineAuthority::Approved { .. } => {}
                LineAuthority::Unasked { .. }
                | LineAuthority::Waiting { .. }
                | LineAuthority::Refused { .. }
                | LineAuthority::Outdated { .. } => return Err(Refusal::PriceWaits { line: line.line }),
            }
        }
        Ok(())
    }

    fn approver(&self, id: &StaffId) -> Result<&Staff, Refusal> {
        let staff = self.staff(id).ok_or(Refusal::UnknownStaff)?;
        let may = APPROVERS.iter().any(|role| staff.is(*role));
        if may { Ok(staff) } else { Err(Refusal::NotAuthorised { needs: Authority::Roles(APPROVERS) }) }
    }

    /// The request waits, and for the line as it stands.
    fn discount_open(&self, discount: DiscountId) -> Result<&Discount, Refusal> {
        let known = self.discount(discount).ok_or(Refusal::UnknownDiscount)?;
        if known.state != DiscountState::Requested {
            let at = known.answered.as_ref().map(|stamp| stamp.at).unwrap_or_default();
            return Err(Refusal::AlreadyDone { at });
        }
        let slip = self.slip_open(known.request.slip)?;
        let waits = self.open_discounts().iter().any(|open| open.request.discount == discount);
        if waits { Ok(known) } else { Err(Refusal::SlipChanged { revision: slip.version().revision }) }
    }

    /// A deputy with a stated authority gives no more than that off the list price, with 0 nothing; where the meeting file
    /// states none, the role alone is the authority, for any price.
    fn within_authority(&self, approver: &Staff, request: &DiscountRequested) -> Result<(), Refusal> {
        let Some(most_basis_points) = approver.discount_basis_points else { return Ok(()) };
        let product = self.product(&request.sku);
        let Some(list) = product.map(|product| i128::from(product.list_price_minor)) else { return Ok(()) };
        let least = list * (10_000 - i128::from(most_basis_points));
        let within = i128::from(request.unit_price_minor) * 10_000 >= least;
        if within { Ok(()) } else { Err(Refusal::BeyondAuthority { most_basis_points }) }
    }
}
