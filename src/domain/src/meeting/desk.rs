//! Which rule answers which command of a desk.

use super::Meeting;
use crate::actor::Ctx;
use crate::desk_command::DeskCommand;
use crate::event::Event;
use crate::refusal::Refusal;

impl Meeting {
    pub(super) fn decide_desk(&self, command: &DeskCommand, ctx: &mut Ctx) -> Result<Vec<Event>, Refusal> {
        match command {
            DeskCommand::RequestDiscount { slip, line, reason } => self.request_discount(*slip, *line, reason, ctx),
            DeskCommand::ApproveDiscount { discount, approver } => self.approve_discount(*discount, approver, ctx),
            DeskCommand::RefuseDiscount { discount, by, reason } => self.refuse_discount(*discount, by, reason, ctx),
            DeskCommand::SupersedeSlip { slip, by, reason } => self.supersede_slip(*slip, *by, reason, ctx),
            DeskCommand::ReturnCopy { slip, copy } => self.return_copy(*slip, *copy, ctx),
            DeskCommand::PrintSlip { slip, copies } => self.print_slip(*slip, copies, ctx),
            DeskCommand::ReportSlipPrinted(told) => self.slip_printed(told, ctx),
            DeskCommand::ReportReceiptPrinted(told) => self.receipt_printed(told, ctx),
            DeskCommand::CloseOrders { note } => self.close_orders(note, ctx),
            DeskCommand::ReopenOrders { note } => self.reopen_orders(note, ctx),
            DeskCommand::HandOverCash { counted_minor, second, note } => {
                self.hand_over_cash(*counted_minor, second, note, ctx)
            }
            DeskCommand::HandOverGift { badge, gift } => self.hand_over_gift(*badge, gift, ctx),
            DeskCommand::ReturnGift { handover, reason } => self.return_gift(*handover, reason, ctx),
            DeskCommand::CountGifts { gift, stock } => self.count_gifts(gift, *stock, ctx),
            DeskCommand::IssueMaterial { item, quantity, to } => self.issue_material(item, *quantity, to, ctx),
            DeskCommand::ReturnMaterial { issue, quantity } => self.return_material(*issue, *quantity, ctx),
            DeskCommand::TakeTicket { queue, household } => self.take_ticket(queue, *household, ctx),
            DeskCommand::CallNext { queue, counter } => self.call_next(queue, counter, ctx),
            DeskCommand::CallTicket { ticket, counter } => self.call_ticket(*ticket, counter, ctx),
            DeskCommand::TransferTicket { ticket, to } => self.transfer_ticket(*ticket, to, ctx),
            DeskCommand::ServeTicket { ticket } => self.serve_ticket(*ticket, ctx),
            DeskCommand::DropTicket { ticket, no_show, reason } => self.drop_ticket(*ticket, *no_show, reason, ctx),
        }
    }
}
