//! Commands of the desks beyond slips and receipts: prices, closing of orders, copies, cash, gifts, materials, queues.

use crate::event::{Crew, ReceiptPrinted, SlipCopy, SlipPrinted};
use crate::ids::{BadgeId, DiscountId, GiftId, HandoverId, HouseholdId, QueueId, SlipId, StaffId, TicketId};

/// What a desk wants done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DeskCommand {
    /// A line is below the salesperson's lowest price: a deputy commander is asked.
    RequestDiscount {
        /// Which slip.
        slip: SlipId,
        /// Which line of its newest version.
        line: u16,
        /// Why; may be empty.
        reason: String,
    },
    /// A deputy commander says yes (the app compared the PIN).
    ApproveDiscount {
        /// The request.
        discount: DiscountId,
        /// Whose name is printed.
        approver: StaffId,
    },
    /// A deputy commander says no.
    RefuseDiscount {
        /// The request.
        discount: DiscountId,
        /// Who.
        by: StaffId,
        /// Must not be empty.
        reason: String,
    },
    /// A new signed slip takes the place of a signed one.
    SupersedeSlip {
        /// The old one.
        slip: SlipId,
        /// The new one.
        by: SlipId,
        /// Must not be empty.
        reason: String,
    },
    /// Paper of a slip is wanted; the parts that come out are told by `ReportSlipPrinted`.
    PrintSlip {
        /// Of which slip, as it stands.
        slip: SlipId,
        /// Which parts, each once.
        copies: Vec<SlipCopy>,
    },
    /// A part of a slip came out of a printer.
    ReportSlipPrinted(SlipPrinted),
    /// Paper of a receipt came out of a printer.
    ReportReceiptPrinted(ReceiptPrinted),
    /// A signed copy is back in the organiser's hands.
    ReturnCopy {
        /// Of which slip.
        slip: SlipId,
        /// Which part.
        copy: SlipCopy,
    },
    /// Later slips stay drafts, but for tickets taken before.
    CloseOrders {
        /// In words, for the screens.
        note: String,
    },
    /// Slips can be signed again.
    ReopenOrders {
        /// In words, for the screens.
        note: String,
    },
    /// This desk's cash is counted by two and leaves it.
    HandOverCash {
        /// What was there, in minor units.
        counted_minor: i64,
        /// Who takes it and counts too.
        second: StaffId,
        /// About a difference.
        note: String,
    },
    /// A gift leaves the desk against a scanned badge.
    HandOverGift {
        /// Whose.
        badge: BadgeId,
        /// Which gift.
        gift: GiftId,
    },
    /// A gift comes back.
    ReturnGift {
        /// Which handing over.
        handover: HandoverId,
        /// Must not be empty.
        reason: String,
    },
    /// The shelf was counted.
    CountGifts {
        /// Which gift.
        gift: GiftId,
        /// How many are there.
        stock: u32,
    },
    /// Material leaves the store.
    IssueMaterial {
        /// What.
        item: String,
        /// How many.
        quantity: u32,
        /// Who answers for it.
        to: Crew,
    },
    /// Material comes back.
    ReturnMaterial {
        /// Which issue.
        issue: HandoverId,
        /// How many.
        quantity: u32,
    },
    /// A queue ticket is wanted.
    TakeTicket {
        /// Where.
        queue: QueueId,
        /// Whose; staff may leave it out.
        household: Option<HouseholdId>,
    },
    /// The next one of a queue.
    CallNext {
        /// Which queue.
        queue: QueueId,
        /// To which counter.
        counter: String,
    },
    /// This one, for the first time or again.
    CallTicket {
        /// Which.
        ticket: TicketId,
        /// To which counter.
        counter: String,
    },
    /// It waits in another queue, with the time of its ticket.
    TransferTicket {
        /// Which.
        ticket: TicketId,
        /// Where.
        to: QueueId,
    },
    /// Done.
    ServeTicket {
        /// Which.
        ticket: TicketId,
    },
    /// Nobody came, or they went.
    DropTicket {
        /// Which.
        ticket: TicketId,
        /// Called, and nobody came.
        no_show: bool,
        /// In words; may be empty.
        reason: String,
    },
}
