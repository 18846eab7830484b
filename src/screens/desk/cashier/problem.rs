//! What is wrong with a receipt or an act about one, as a code and the value that its words name.

use super::Venue;
use crate::screens::Failed;
use crate::screens::entry::EntryFault;
use crate::screens::money::amount;
use domain::Refusal;
use ui::PayFault;

#[derive(Debug, Clone, PartialEq)]
pub struct Problem {
    pub fault: PayFault,
    pub value: String,
}

impl Problem {
    pub fn of(fault: PayFault) -> Problem {
        Problem { fault, value: String::new() }
    }

    pub fn with(fault: PayFault, value: &str) -> Problem {
        Problem { fault, value: value.to_owned() }
    }
}

impl From<EntryFault> for Problem {
    fn from(fault: EntryFault) -> Problem {
        Problem::of(match fault {
            EntryFault::NotANumber | EntryFault::NotWhole | EntryFault::AboveWhole => PayFault::NotANumber,
            EntryFault::Negative => PayFault::Negative,
            EntryFault::Decimals => PayFault::Decimals,
            EntryFault::TooLarge => PayFault::TooLarge,
        })
    }
}

pub fn of(failed: &Failed, venue: &Venue) -> Problem {
    let refusal = match failed {
        Failed::Busy => return Problem::of(PayFault::Busy),
        Failed::Storage => return Problem::of(PayFault::Storage),
        Failed::Rule(refusal) => refusal,
    };
    match refusal {
        Refusal::TendersDoNotAddUp { sum_minor, total_minor } => {
            let facts = &venue.meeting.config().meeting;
            let money = |minor| amount(minor, facts.currency, facts.language());
            Problem { fault: PayFault::Differs, value: format!("{} / {}", money(*sum_minor), money(*total_minor)) }
        }
        Refusal::AmountOutOfRange { .. } => Problem::of(PayFault::TooLarge),
        Refusal::TooMany { most } => Problem { fault: PayFault::TooMany, value: most.to_string() },
        Refusal::DueInThePast => Problem::of(PayFault::Past),
        Refusal::SlipVoid | Refusal::UnknownSlip => Problem::of(PayFault::SlipGone),
        Refusal::UnderReview => Problem::of(PayFault::UnderReview),
        Refusal::PaymentReversed => Problem::of(PayFault::Reversed),
        Refusal::NotAuthorised { .. } => Problem::of(PayFault::Role),
        Refusal::SecondPerson { .. } => Problem::of(PayFault::SecondPerson),
        Refusal::ReasonMissing => Problem::of(PayFault::Reason),
        Refusal::NewerEvents { .. } => Problem::of(PayFault::Newer),
        Refusal::AlreadyDone { .. } => Problem::of(PayFault::Meanwhile),
        _ => Problem::of(PayFault::Other),
    }
}
