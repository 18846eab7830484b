//! Refusals: a rule said no. A closed list; the screens translate each and say what to do next.

use crate::config::Role;
use crate::draw::DrawFault;
use crate::event::{NoSeatReason, Party};
use crate::ids::{BadgeId, DeviceId, GiftId, GuestId, HouseholdId, RoundId, Sku, TableId, TicketId};
use crate::meeting::RoundStep;
use crate::time::UnixMillis;

/// Why a command was refused.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// The party is not in the list here.
    #[error("this party is not in the list")]
    UnknownHousehold,
    /// The firm is not in the list here.
    #[error("this firm is not in the list")]
    UnknownDealer,
    /// The person is not in the list here.
    #[error("this person is not in the list")]
    UnknownGuest,
    /// No such badge here (it may not have synced yet): ask at the desk.
    #[error("this badge is not known here yet: ask at the desk")]
    UnknownBadge,
    /// No such session.
    #[error("this session does not exist")]
    UnknownSession,
    /// No such table.
    #[error("this table does not exist")]
    UnknownTable,
    /// No such salesperson.
    #[error("this salesperson does not exist")]
    UnknownSalesperson,
    /// No such member of staff.
    #[error("this member of staff does not exist")]
    UnknownStaff,
    /// No such notice.
    #[error("this notice does not exist")]
    UnknownNotice,
    /// No such task is open.
    #[error("this task does not exist any more")]
    UnknownTask,
    /// Somebody ticked belongs to another party.
    #[error("a ticked person belongs to another party")]
    NotOfHousehold {
        /// Who.
        guest: GuestId,
    },
    /// Somebody ticked belongs to another salesperson.
    #[error("a ticked person belongs to another salesperson")]
    NotOfSalesperson {
        /// Who.
        guest: GuestId,
    },
    /// The person belongs to a party: check the party in.
    #[error("this person belongs to a party")]
    HasHousehold,
    /// Nobody is ticked.
    #[error("nobody is ticked")]
    NobodyTicked,
    /// More people than a party can be.
    #[error("at most {most} people")]
    TooMany {
        /// The most there can be.
        most: u16,
    },
    /// Cancelled: the desk lets them in.
    #[error("this guest was cancelled: ask at the desk")]
    Cancelled {
        /// Who.
        guest: GuestId,
    },
    /// Not here, so it cannot be taken back or witnessed.
    #[error("this guest is not checked in")]
    NotCheckedIn {
        /// Who.
        guest: GuestId,
    },
    /// Does not decide the order.
    #[error("this guest does not decide the order")]
    NotDecider {
        /// Who.
        guest: GuestId,
    },
    /// A person with one of these roles must do it.
    #[error("this needs {needs:?}")]
    NotAuthorised {
        /// Any of these.
        needs: Authority,
    },
    /// Words are missing.
    #[error("a reason is needed")]
    ReasonMissing,
    /// A name is missing.
    #[error("a name is needed")]
    NameMissing,
    /// The record contradicts itself, such as a guest of another party.
    #[error("the record does not fit together")]
    RecordBroken,
    /// Only the hub may do it: `usher purge` there; the secrets of the draw.
    #[error("this is done at the hub")]
    OnlyAtTheHub,
    /// An id is taken.
    #[error("this record exists already")]
    AlreadyThere,
    /// There is a badge: reprint it instead.
    #[error("this guest has a badge already")]
    HasBadge {
        /// Which.
        badge: BadgeId,
    },
    /// A badge that was replaced: ask at the desk.
    #[error("this is an old badge: ask at the desk")]
    OldBadge {
        /// The one that counts.
        newest: BadgeId,
    },
    /// A badge that was voided: ask at the desk.
    #[error("this badge is void: ask at the desk")]
    VoidedBadge,
    /// The copy was settled already.
    #[error("this badge is settled already")]
    BadgeSettled,
    /// Not doubtful, so there is nothing to settle.
    #[error("this badge is not in doubt")]
    NotDoubtful,
    /// There is no table yet.
    #[error("there is no table yet")]
    NoTable,
    /// The hotel took that table away.
    #[error("this table was closed")]
    TableClosed {
        /// Which.
        table: TableId,
    },
    /// Sits elsewhere than the screen showed: look again.
    #[error("this party was moved meanwhile")]
    MovedMeanwhile {
        /// Who.
        party: Party,
    },
    /// Knows its table: a person may move it with a reason.
    #[error("this party was told its table")]
    KnowsTable {
        /// Who.
        party: Party,
    },
    /// Held at its table by staff: unlock it first.
    #[error("this party is locked to its table: unlock it first")]
    SeatLocked {
        /// Who.
        party: Party,
    },
    /// A hard rule would be broken at the table where the party goes.
    #[error("table {table} cannot take this party: {rule:?}")]
    MoveBreaks {
        /// Who, the first of those that are moved.
        party: Party,
        /// Where to.
        table: TableId,
        /// What stands in the way: room, a conflict or a wheelchair's space.
        rule: NoSeatReason,
    },
    /// Done before.
    #[error("this was done before")]
    AlreadyDone {
        /// When.
        at: UnixMillis,
    },
    /// No such slip here (it may not have synced yet).
    #[error("this slip is not known here yet")]
    UnknownSlip,
    /// The slip was changed meanwhile: look at the newest version first.
    #[error("this slip was changed meanwhile")]
    SlipChanged {
        /// The newest revision.
        revision: u32,
    },
    /// Two desks changed it: somebody has to pick one version first.
    #[error("this slip has two versions: pick one first")]
    TwoVersions,
    /// Signed slips never change: make a new one in its place.
    #[error("this slip is signed: make a new one in its place")]
    SlipSigned,
    /// The slip counts no more.
    #[error("this slip is void")]
    SlipVoid,
    /// No such payment here (it may not have synced yet).
    #[error("this payment is not known here yet")]
    UnknownPayment,
    /// Looks like one that was recorded before: finance compares them first.
    #[error("this payment is under review: it may be recorded twice")]
    UnderReview,
    /// The payment was taken back.
    #[error("this payment was taken back")]
    PaymentReversed,
    /// Two different named people must do it.
    #[error("a second person with another name is needed")]
    SecondPerson {
        /// The second has one of these roles.
        needs: Authority,
    },
    /// A newer version wrote events that this one cannot read: money and draws wait for the update.
    #[error("this machine is too old to settle this: update it first")]
    NewerEvents {
        /// How many events it cannot read.
        events: u64,
    },
    /// PINs are refused on this device.
    #[error("too many wrong PINs: wait, or have it unlocked")]
    LockedOut {
        /// Until when; none = until somebody unlocks it.
        until: Option<UnixMillis>,
    },
    /// No table has so many places left.
    #[error("no table has room for so many")]
    NoRoom,
    /// Cut off from the hub, and no leased places left: staff may override by moving them there.
    #[error("cut off from the hub, and no leased places are left")]
    NoLease,
    /// Not before a time, or not before it was ordered.
    #[error("it is too early for this")]
    TooEarly {
        /// From when on; none = nobody ordered it.
        from: Option<UnixMillis>,
    },
    /// The product is not in the meeting file.
    #[error("this product does not exist")]
    UnknownProduct {
        /// Which.
        sku: Sku,
    },
    /// The slip has no such line.
    #[error("this slip has no such line")]
    UnknownLine {
        /// Which.
        line: u16,
    },
    /// No such price request here (it may not have synced yet).
    #[error("this price request is not known here yet")]
    UnknownDiscount,
    /// No such queue ticket here (it may not have synced yet).
    #[error("this ticket is not known here yet")]
    UnknownTicket,
    /// A line without a quantity.
    #[error("a quantity is needed")]
    NoQuantity {
        /// Of which line.
        line: u16,
    },
    /// An amount below nothing, or absurdly large.
    #[error("an amount is below 0 or above {most_minor}")]
    AmountOutOfRange {
        /// The most there can be.
        most_minor: i64,
    },
    /// More than 100 % off.
    #[error("more than the whole price is taken off")]
    DiscountAboveWhole {
        /// Of which line.
        line: u16,
    },
    /// The line takes more or less off, or free, than the order policy gives: price it anew.
    #[error("this line differs from the order policy")]
    PolicyDiffers {
        /// Which.
        line: u16,
    },
    /// The order policy changed since the slip was written, and no ticket keeps it: price it anew.
    #[error("the order policy changed since")]
    PolicyChanged {
        /// Revision of the meeting file now.
        revision: u32,
    },
    /// The balance cannot be due before today.
    #[error("the due date is in the past")]
    DueInThePast,
    /// A line is below the lowest price and no deputy commander said yes to it as it stands.
    #[error("a price waits for the deputy commander")]
    PriceWaits {
        /// Which.
        line: u16,
    },
    /// More off than this deputy commander may give.
    #[error("this is more than this person may give")]
    BeyondAuthority {
        /// The most off the list price, hundredths of a percent.
        most_basis_points: u16,
    },
    /// The slip is not signed.
    #[error("this slip is not signed")]
    NotSigned,
    /// Orders are closed, and no ticket from before keeps them open: the slip stays a draft.
    #[error("orders are closed")]
    OrdersClosed {
        /// Since when.
        since: UnixMillis,
    },
    /// No such queue, or the meeting has none.
    #[error("this queue gives no tickets")]
    QueueClosed,
    /// The party waits in this queue already.
    #[error("this party has a ticket already")]
    HasTicket {
        /// Which.
        ticket: TicketId,
    },
    /// The queue is empty.
    #[error("nobody waits")]
    NobodyWaits,
    /// The ticket is served, or they went: take a new one.
    #[error("this ticket is settled")]
    TicketSettled,
    /// No such gift in the meeting file.
    #[error("this gift does not exist")]
    UnknownGift {
        /// Which.
        gift: GiftId,
    },
    /// Nothing of the kind was handed out here (it may not have synced yet).
    #[error("this hand-over is not known here yet")]
    UnknownHandover,
    /// No signed slip with a confirmed deposit and no confirmed receipt earns it.
    #[error("nothing has earned this yet")]
    NotEntitled,
    /// They have it.
    #[error("this was handed over already")]
    AlreadyHandedOver {
        /// When the first was.
        at: UnixMillis,
        /// At which desk.
        device: DeviceId,
    },
    /// None is left on the shelf: count it, or promise it later.
    #[error("none is left")]
    OutOfStock,
    /// The tenders do not come to the receipt, or its slips to more than it.
    #[error("{sum_minor} is not {total_minor}")]
    TendersDoNotAddUp {
        /// What the tenders or slips come to.
        sum_minor: i64,
        /// What they should come to.
        total_minor: i64,
    },
    /// Larger than any sensible payment: say that it is right.
    #[error("this is more than {usual_minor}: is it right?")]
    LargePayment {
        /// What usually is the most.
        usual_minor: i64,
    },
    /// Not a number of this meeting's papers.
    #[error("this is no number of a paper")]
    UnknownNumber,
    /// Nobody committed to such a draw.
    #[error("this draw does not exist: commit to it first")]
    UnknownDraw,
    /// The draw is over, or another one is going on.
    #[error("this draw is over, or another one is not over yet")]
    DrawNotOpen,
    /// No such round was frozen.
    #[error("this round does not exist")]
    UnknownRound,
    /// The round is not at the step before this one.
    #[error("the round is at another step: {at:?}")]
    WrongStep {
        /// Where it is.
        at: RoundStep,
    },
    /// A round is frozen or locked and not drawn yet, or winners were not called yet.
    #[error("finish the open round first")]
    RoundOpen {
        /// Which.
        round: RoundId,
    },
    /// Machines have acts that the hub does not know: wait for them, or close without them.
    #[error("{machines} machine(s) are behind: wait, or close without them")]
    MachinesBehind {
        /// How many.
        machines: u32,
    },
    /// A household that would enter has no id in the lottery, or shares one: import the list again.
    #[error("a household has no number of its own in the lottery: import the list again")]
    NoDrawId {
        /// Which.
        household: HouseholdId,
    },
    /// Nobody may enter, no such prize is left, or the chain is used up.
    #[error("nothing is left to draw")]
    NothingLeft,
    /// Neither a winner nor one whose prize is open.
    #[error("this pick has no prize to claim or forfeit")]
    NotAWinner,
    /// A prize is forfeited after so many calls.
    #[error("call {calls} times first")]
    CallAgain {
        /// Calls that are needed.
        calls: u8,
    },
    /// The rules hand prizes to the winners themselves only.
    #[error("the rules allow nobody in the winner's place")]
    NoProxies,
    /// The numbers of the draw do not fit.
    #[error("{fault}")]
    Draw {
        /// What is wrong.
        fault: DrawFault,
    },
}

impl From<DrawFault> for Refusal {
    fn from(fault: DrawFault) -> Refusal {
        Refusal::Draw { fault }
    }
}

/// Who may do something.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Authority {
    /// Staff with any of these roles.
    Roles(&'static [Role]),
    /// Staff or the salesperson concerned.
    StaffOrSalesperson,
}

impl Refusal {
    /// Stable code by which screens find their words, such as `unknown_guest`.
    pub fn code(&self) -> &'static str {
        match self {
            Refusal::UnknownHousehold => "unknown_household",
            Refusal::UnknownDealer => "unknown_dealer",
            Refusal::UnknownGuest => "unknown_guest",
            Refusal::UnknownBadge => "unknown_badge",
            Refusal::UnknownSession => "unknown_session",
            Refusal::UnknownTable => "unknown_table",
            Refusal::UnknownSalesperson => "unknown_salesperson",
            Refusal::UnknownStaff => "unknown_staff",
            Refusal::UnknownNotice => "unknown_notice",
            Refusal::UnknownTask => "unknown_task",
            Refusal::NotOfHousehold { .. } => "not_of_household",
            Refusal::NotOfSalesperson { .. } => "not_of_salesperson",
            Refusal::HasHousehold => "has_household",
            Refusal::NobodyTicked => "nobody_ticked",
            Refusal::TooMany { .. } => "too_many",
            Refusal::Cancelled { .. } => "cancelled",
            Refusal::NotCheckedIn { .. } => "not_checked_in",
            Refusal::NotDecider { .. } => "not_decider",
            Refusal::NotAuthorised { .. } => "not_authorised",
            Refusal::ReasonMissing => "reason_missing",
            Refusal::NameMissing => "name_missing",
            Refusal::RecordBroken => "record_broken",
            Refusal::OnlyAtTheHub => "only_at_the_hub",
            Refusal::AlreadyThere => "already_there",
            Refusal::HasBadge { .. } => "has_badge",
            Refusal::OldBadge { .. } => "old_badge",
            Refusal::VoidedBadge => "voided_badge",
            Refusal::BadgeSettled => "badge_settled",
            Refusal::NotDoubtful => "not_doubtful",
            Refusal::NoTable => "no_table",
            Refusal::TableClosed { .. } => "table_closed",
            Refusal::MovedMeanwhile { .. } => "moved_meanwhile",
            Refusal::KnowsTable { .. } => "knows_table",
            Refusal::SeatLocked { .. } => "seat_locked",
            Refusal::MoveBreaks { .. } => "move_breaks",
            Refusal::AlreadyDone { .. } => "already_done",
            Refusal::UnknownSlip => "unknown_slip",
            Refusal::SlipChanged { .. } => "slip_changed",
            Refusal::TwoVersions => "two_versions",
            Refusal::SlipSigned => "slip_signed",
            Refusal::SlipVoid => "slip_void",
            Refusal::UnknownPayment => "unknown_payment",
            Refusal::UnderReview => "under_review",
            Refusal::PaymentReversed => "payment_reversed",
            Refusal::SecondPerson { .. } => "second_person",
            Refusal::NewerEvents { .. } => "newer_events",
            Refusal::LockedOut { .. } => "locked_out",
            Refusal::NoRoom => "no_room",
            Refusal::NoLease => "no_lease",
            Refusal::TooEarly { .. } => "too_early",
            Refusal::UnknownProduct { .. } => "unknown_product",
            Refusal::UnknownLine { .. } => "unknown_line",
            Refusal::UnknownDiscount => "unknown_discount",
            Refusal::UnknownTicket => "unknown_ticket",
            Refusal::NoQuantity { .. } => "no_quantity",
            Refusal::AmountOutOfRange { .. } => "amount_out_of_range",
            Refusal::DiscountAboveWhole { .. } => "discount_above_whole",
            Refusal::PolicyDiffers { .. } => "policy_differs",
            Refusal::PolicyChanged { .. } => "policy_changed",
            Refusal::DueInThePast => "due_in_the_past",
            Refusal::PriceWaits { .. } => "price_waits",
            Refusal::BeyondAuthority { .. } => "beyond_authority",
            Refusal::NotSigned => "not_signed",
            Refusal::OrdersClosed { .. } => "orders_closed",
            Refusal::QueueClosed => "queue_closed",
            Refusal::HasTicket { .. } => "has_ticket",
            Refusal::NobodyWaits => "nobody_waits",
            Refusal::TicketSettled => "ticket_settled",
            Refusal::UnknownGift { .. } => "unknown_gift",
            Refusal::UnknownHandover => "unknown_handover",
            Refusal::NotEntitled => "not_entitled",
            Refusal::AlreadyHandedOver { .. } => "already_handed_over",
            Refusal::OutOfStock => "out_of_stock",
            Refusal::TendersDoNotAddUp { .. } => "tenders_do_not_add_up",
            Refusal::LargePayment { .. } => "large_payment",
            Refusal::UnknownNumber => "unknown_number",
            Refusal::UnknownDraw => "unknown_draw",
            Refusal::DrawNotOpen => "draw_not_open",
            Refusal::UnknownRound => "unknown_round",
            Refusal::WrongStep { .. } => "wrong_step",
            Refusal::RoundOpen { .. } => "round_open",
            Refusal::MachinesBehind { .. } => "machines_behind",
            Refusal::NoDrawId { .. } => "no_draw_id",
            Refusal::NothingLeft => "nothing_left",
            Refusal::NotAWinner => "not_a_winner",
            Refusal::CallAgain { .. } => "call_again",
            Refusal::NoProxies => "no_proxies",
            Refusal::Draw { .. } => "draw_unfit",
        }
    }
}
