//! What a task can be about, how soon it wants somebody and what is proposed. Which there are is derived in `tasks`.

use crate::event::{HelpReason, NoSeatReason, Party};
use crate::ids::{BadgeId, DeviceId, EventId, GuestId, StaffId, TableId, TaskId};
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
        }
    }

    pub(super) fn severity(&self) -> Severity {
        match self {
            TaskKind::NoTable { .. } | TaskKind::HelpWanted { .. } | TaskKind::TableGone { .. } => Severity::Urgent,
            TaskKind::BadgeDoubtful { .. } | TaskKind::DeviceFault { .. } => Severity::Urgent,
            TaskKind::TwoBadgesOut { .. } | TaskKind::TableOverfull { .. } => Severity::Attention,
            TaskKind::InButCancelled { .. } | TaskKind::LockedOut { .. } => Severity::Attention,
            TaskKind::PlanDiffers { .. } | TaskKind::BadgeShowsOldTable { .. } => Severity::Info,
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
            TaskKind::HelpWanted { .. } | TaskKind::DeviceFault { .. } | TaskKind::LockedOut { .. } => {
                Proposal::GoThere
            }
        }
    }
}
