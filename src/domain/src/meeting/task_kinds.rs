//! What a task can be about, how soon it wants somebody and what is proposed. Which there are is derived in `tasks`.

use super::draws::DrawDispute;
use super::machines::CLOCK_RED_MS;
use crate::event::{HelpReason, NoSeatReason, Party};
use crate::ids::{
    BadgeId, DeviceId, DiscountId, EventId, GiftId, GuestId, HandoverId, HouseholdId, PaymentId, RoundId, SlipId,
    StaffId, TableId, TaskId,
};
use crate::time::UnixMillis;

/// Something that a person must look at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Task {
    /// Hash of its kind, its subject and the events that raised it: equal at every node.
    pub id: TaskId,
    /// What it is about.
    pub kind: TaskKind,
    /// How soon.
    pub severity: Severity,
    /// When the last of its events happened.
    pub since: UnixMillis,
    /// The events that raised it.
    pub events: Vec<EventId>,
    /// What the program proposes.
    pub proposal: Proposal,
    /// The table that is proposed, where one is wanted and there is room.
    pub proposed_table: Option<TableId>,
    /// Who takes care of it.
    pub taken_by: Option<StaffId>,
}

/// What a task is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TaskKind {
    /// One guest has two badges out: companion, mistake or impostor?
    TwoBadgesOut {
        /// Whose.
        guest: GuestId,
        /// The copies, by request time.
        badges: Vec<BadgeId>,
        /// Where each was asked for.
        devices: Vec<DeviceId>,
    },
    /// Did this badge come out?
    BadgeDoubtful {
        /// Which.
        badge: BadgeId,
        /// Whose.
        guest: GuestId,
    },
    /// Somebody is here who was cancelled in the list.
    InButCancelled {
        /// Who.
        guest: GuestId,
    },
    /// The plan has another table than the one that was told.
    PlanDiffers {
        /// Who.
        party: Party,
        /// As told.
        told: TableId,
        /// As planned.
        planned: TableId,
    },
    /// Badges show another table than the party has now.
    BadgeShowsOldTable {
        /// Who.
        party: Party,
        /// Whose badges.
        guests: Vec<GuestId>,
        /// The table now.
        table: TableId,
    },
    /// Somebody is here without a table.
    NoTable {
        /// Who.
        party: Party,
        /// How many people.
        heads: u16,
        /// Why, as far as known.
        reason: NoSeatReason,
    },
    /// The hotel took the table of somebody who is here.
    TableGone {
        /// Who.
        party: Party,
        /// Which.
        table: TableId,
    },
    /// More people are here for a table than it has places; this party came last.
    TableOverfull {
        /// Which.
        table: TableId,
        /// Who came last.
        party: Party,
        /// People here for it.
        heads: u16,
        /// Its places.
        places: u16,
    },
    /// A guest needs a person.
    HelpWanted {
        /// Why.
        reason: HelpReason,
        /// At which machine.
        device: DeviceId,
        /// Who, when known.
        party: Option<Party>,
    },
    /// Part of a machine fails.
    DeviceFault {
        /// Which machine.
        device: DeviceId,
        /// Code for staff.
        code: String,
    },
    /// Too many wrong PINs at a machine.
    LockedOut {
        /// Which machine.
        device: DeviceId,
    },
    /// Two desks changed one slip: which version stands?
    SlipTwoVersions {
        /// Which slip.
        slip: SlipId,
        /// Its printed number.
        number: String,
        /// The events of the versions, the first in the hub's order first.
        versions: Vec<EventId>,
        /// Where each was written.
        devices: Vec<DeviceId>,
        /// The first was signed, so only the later ones can be dropped.
        signed: bool,
    },
    /// A payment looks like one that was recorded before: it counts once somebody has compared them.
    PaymentSuspected {
        /// The later one.
        payment: PaymentId,
        /// Those before it, which keep counting.
        resembles: Vec<PaymentId>,
        /// Where it was taken.
        device: DeviceId,
    },
    /// A price below the salesperson's waits for a deputy commander.
    PriceWanted {
        /// The request.
        discount: DiscountId,
        /// Of which slip.
        slip: SlipId,
        /// Its printed number.
        number: String,
        /// Which line.
        line: u16,
        /// Where it was asked.
        device: DeviceId,
    },
    /// A deputy commander said yes to a line that was changed: it does not count.
    ApprovalOutdated {
        /// The request.
        discount: DiscountId,
        /// Of which slip.
        slip: SlipId,
        /// Its printed number.
        number: String,
        /// Which line.
        line: u16,
        /// Where it was asked.
        device: DeviceId,
    },
    /// A gift left at two desks for one right.
    GiftTwice {
        /// Who has both.
        household: HouseholdId,
        /// Which gift.
        gift: GiftId,
        /// The handings over, the first in the hub's order first.
        handovers: Vec<HandoverId>,
        /// Where each left.
        devices: Vec<DeviceId>,
    },
    /// Two machines write one log.
    DeviceForked {
        /// Whose log.
        device: DeviceId,
        /// Where the two begin to differ.
        seq: u64,
    },
    /// A machine began a new log: does its last paper show more than the hub has?
    LogBegunAnew {
        /// Which machine.
        device: DeviceId,
        /// Number prefix of the log before.
        before: String,
    },
    /// Paper is out that no log knows: a disk died before the hub had it.
    PaperGap {
        /// Which machine, as far as known.
        device: Option<DeviceId>,
        /// Prefix and letter of the numbers, `K2-B`.
        series: String,
        /// The highest number that the log knows.
        known_to: u32,
        /// The highest found on paper.
        printed_to: u32,
    },
    /// A clock is off against the hub's.
    ClockWrong {
        /// Whose.
        device: DeviceId,
        /// Milliseconds ahead; negative behind.
        offset_ms: i64,
    },
    /// A newer program wrote what this one cannot read: it shows less, and money and draws wait.
    NewerEvents {
        /// How many events.
        events: u64,
        /// Their kinds.
        kinds: Vec<String>,
    },
    /// A machine was taken out of the meeting, and acts of it are in the log after the last that stands.
    RevokedActs {
        /// Which machine.
        device: DeviceId,
        /// Check-ins, badges, slips and payments among them.
        acts: u32,
    },
    /// The hub lives again, from a backup or on another machine: did every node send what it lacks?
    HubRestored {
        /// How many lives it had so far.
        lives: u32,
    },
    /// Two facts of the lottery contradict each other: the first in the hub's order stands.
    DrawDisputed {
        /// Which draw.
        draw: String,
        /// Which round, where it is about one.
        round: Option<RoundId>,
        /// Which pick, from 0, where it is about one.
        pick: Option<u32>,
        /// Why both cannot stand.
        why: DrawDispute,
        /// Where the one that falls was written.
        device: DeviceId,
    },
}

/// How soon a task wants somebody; the first comes first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// A guest stands and waits.
    Urgent,
    /// Soon.
    Attention,
    /// When there is time.
    Info,
}

/// What the program proposes for a task.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Proposal {
    /// Ask the guest; void the badge that is not needed.
    VoidOneBadge,
    /// Look into the tray, answer yes or no.
    SettleDoubt,
    /// Welcome them; tell the salesperson.
    Welcome,
    /// Leave them at the told table.
    KeepToldTable,
    /// Reprint the badges.
    Reprint,
    /// Find a table.
    FindTable,
    /// Move the party that came last, or sign for chairs.
    MoveLastOrAddChairs,
    /// Go there.
    GoThere,
    /// Look at both; keep one ([`crate::Command::ChooseSlipVersion`]).
    ChooseVersion,
    /// Compare; release or reverse the later one.
    ComparePayments,
    /// A deputy commander says yes or no.
    AnswerPrice,
    /// Ask for the price again, or raise it.
    AskAgain,
    /// Ask for one of them back, or leave it.
    TakeBack,
    /// Switch one of the two off; pair it again as another machine.
    PairAgain,
    /// Read the number on its last paper and enter it ([`crate::Command::ReportLastPaper`]).
    ReadLastPaper,
    /// Enter again what is on the papers.
    EnterAgain,
    /// Set the clock.
    SetClock,
    /// Update this machine.
    Update,
    /// Look through its acts.
    LookThrough,
    /// See that no machine shows waiting events any more.
    WaitForNodes,
    /// Tell the host what stands; show the printed slip to whoever asks.
    TellTheHost,
    /// Have it unlocked ([`crate::Command::UnlockDevice`]).
    Unlock,
}

impl TaskKind {
    /// Stable code by which screens find their words.
    pub fn code(&self) -> &'static str {
        match self {
            TaskKind::TwoBadgesOut { .. } => "two_badges_out",
            TaskKind::BadgeDoubtful { .. } => "badge_doubtful",
            TaskKind::InButCancelled { .. } => "in_but_cancelled",
            TaskKind::PlanDiffers { .. } => "plan_differs",
            TaskKind::BadgeShowsOldTable { .. } => "badge_shows_old_table",
            TaskKind::NoTable { .. } => "no_table",
            TaskKind::TableGone { .. } => "table_gone",
            TaskKind::TableOverfull { .. } => "table_overfull",
            TaskKind::HelpWanted { .. } => "help_wanted",
            TaskKind::DeviceFault { .. } => "device_fault",
            TaskKind::LockedOut { .. } => "locked_out",
            TaskKind::SlipTwoVersions { .. } => "slip_versions",
            TaskKind::PaymentSuspected { .. } => "payment_suspected",
            TaskKind::PriceWanted { .. } => "price_wanted",
            TaskKind::ApprovalOutdated { .. } => "approval_outdated",
            TaskKind::GiftTwice { .. } => "gift_twice",
            TaskKind::DeviceForked { .. } => "device_forked",
            TaskKind::LogBegunAnew { .. } => "log_begun_anew",
            TaskKind::PaperGap { .. } => "paper_gap",
            TaskKind::ClockWrong { .. } => "clock_wrong",
            TaskKind::NewerEvents { .. } => "unknown_kinds",
            TaskKind::RevokedActs { .. } => "device_revoked",
            TaskKind::HubRestored { .. } => "hub_restored",
            TaskKind::DrawDisputed { .. } => "draw_disputed",
        }
    }

    pub(super) fn severity(&self) -> Severity {
        match self {
            TaskKind::NoTable { .. } | TaskKind::HelpWanted { .. } | TaskKind::TableGone { .. } => Severity::Urgent,
            TaskKind::BadgeDoubtful { .. } | TaskKind::DeviceFault { .. } => Severity::Urgent,
            TaskKind::TwoBadgesOut { .. } | TaskKind::TableOverfull { .. } => Severity::Attention,
            TaskKind::InButCancelled { .. } | TaskKind::LockedOut { .. } => Severity::Attention,
            TaskKind::PlanDiffers { .. } | TaskKind::BadgeShowsOldTable { .. } => Severity::Info,
            TaskKind::ClockWrong { offset_ms, .. } if offset_ms.unsigned_abs() >= CLOCK_RED_MS => Severity::Urgent,
            TaskKind::DeviceForked { .. } | TaskKind::DrawDisputed { .. } => Severity::Urgent,
            TaskKind::PriceWanted { .. } => Severity::Urgent,
            TaskKind::ApprovalOutdated { .. } | TaskKind::GiftTwice { .. } => Severity::Attention,
            TaskKind::SlipTwoVersions { .. } | TaskKind::PaymentSuspected { .. } => Severity::Attention,
            TaskKind::LogBegunAnew { .. } | TaskKind::PaperGap { .. } => Severity::Attention,
            TaskKind::NewerEvents { .. } | TaskKind::RevokedActs { .. } => Severity::Attention,
            TaskKind::ClockWrong { .. } | TaskKind::HubRestored { .. } => Severity::Info,
        }
    }

    pub(super) fn proposal(&self) -> Proposal {
        match self {
            TaskKind::TwoBadgesOut { .. } => Proposal::VoidOneBadge,
            TaskKind::BadgeDoubtful { .. } => Proposal::SettleDoubt,
            TaskKind::InButCancelled { .. } => Proposal::Welcome,
            TaskKind::PlanDiffers { .. } => Proposal::KeepToldTable,
            TaskKind::BadgeShowsOldTable { .. } => Proposal::Reprint,
            TaskKind::NoTable { .. } | TaskKind::TableGone { .. } => Proposal::FindTable,
            TaskKind::TableOverfull { .. } => Proposal::MoveLastOrAddChairs,
            TaskKind::HelpWanted { .. } | TaskKind::DeviceFault { .. } => Proposal::GoThere,
            TaskKind::LockedOut { .. } => Proposal::Unlock,
            TaskKind::SlipTwoVersions { .. } => Proposal::ChooseVersion,
            TaskKind::PaymentSuspected { .. } => Proposal::ComparePayments,
            TaskKind::PriceWanted { .. } => Proposal::AnswerPrice,
            TaskKind::ApprovalOutdated { .. } => Proposal::AskAgain,
            TaskKind::GiftTwice { .. } => Proposal::TakeBack,
            TaskKind::DeviceForked { .. } => Proposal::PairAgain,
            TaskKind::LogBegunAnew { .. } => Proposal::ReadLastPaper,
            TaskKind::PaperGap { .. } => Proposal::EnterAgain,
            TaskKind::ClockWrong { .. } => Proposal::SetClock,
            TaskKind::NewerEvents { .. } => Proposal::Update,
            TaskKind::RevokedActs { .. } => Proposal::LookThrough,
            TaskKind::HubRestored { .. } => Proposal::WaitForNodes,
            TaskKind::DrawDisputed { .. } => Proposal::TellTheHost,
        }
    }
}
