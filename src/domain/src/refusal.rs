//! Refusals: a rule said no. A closed list; the screens translate each and say what to do next.

use crate::config::Role;
use crate::ids::{BadgeId, GuestId, TableId};
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
    /// Done before.
    #[error("this was done before")]
    AlreadyDone {
        /// When.
        at: UnixMillis,
    },
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
            Refusal::AlreadyThere => "already_there",
            Refusal::HasBadge { .. } => "has_badge",
            Refusal::OldBadge { .. } => "old_badge",
            Refusal::VoidedBadge => "voided_badge",
            Refusal::BadgeSettled => "badge_settled",
            Refusal::NotDoubtful => "not_doubtful",
            Refusal::NoTable => "no_table",
            Refusal::TableClosed { .. } => "table_closed",
            Refusal::AlreadyDone { .. } => "already_done",
        }
    }
}
