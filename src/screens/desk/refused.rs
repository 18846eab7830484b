//! What whoever acts at the desk can do about a refusal: codes, never sentences.

use crate::screens::Failed;
use domain::Refusal;
use domain::event::NoSeatReason;
use ui::RefusedWhy;

/// What whoever acts can do about it.
pub(super) fn why(result: &Result<(), Failed>) -> RefusedWhy {
    match result {
        Ok(()) => RefusedWhy::None,
        Err(Failed::Busy) => RefusedWhy::Busy,
        Err(Failed::Storage) => RefusedWhy::Storage,
        Err(Failed::Rule(refusal)) => match refusal {
            Refusal::NotAuthorised { .. } => RefusedWhy::Role,
            Refusal::SecondPerson { .. } => RefusedWhy::SecondPerson,
            Refusal::NoRoom | Refusal::NoLease | Refusal::NoTable | Refusal::TableClosed { .. } => RefusedWhy::NoPlace,
            Refusal::UnknownNumber => RefusedWhy::Number,
            Refusal::AlreadyThere => RefusedWhy::Taken,
            Refusal::NameMissing => RefusedWhy::Label,
            Refusal::TooMany { .. } => RefusedWhy::TooMany,
            Refusal::ReasonMissing => RefusedWhy::Reason,
            Refusal::SeatLocked { .. } => RefusedWhy::Locked,
            Refusal::KnowsTable { .. } => RefusedWhy::Knows,
            Refusal::MoveBreaks { rule: NoSeatReason::Conflict, .. } => RefusedWhy::Rivals,
            Refusal::MoveBreaks { rule: NoSeatReason::Wheelchair, .. } => RefusedWhy::Wheelchair,
            Refusal::MoveBreaks { .. } => RefusedWhy::NoPlace,
            Refusal::MovedMeanwhile { .. } => RefusedWhy::Meanwhile,
            Refusal::BeyondAuthority { .. } => RefusedWhy::Beyond,
            Refusal::AlreadyDone { .. }
            | Refusal::BadgeSettled
            | Refusal::NotDoubtful
            | Refusal::UnknownTask
            | Refusal::VoidedBadge
            | Refusal::SlipChanged { .. }
            | Refusal::SlipSigned
            | Refusal::SlipVoid
            | Refusal::PaymentReversed => RefusedWhy::Meanwhile,
            _ => RefusedWhy::Other,
        },
    }
}
