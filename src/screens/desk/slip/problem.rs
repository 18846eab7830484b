//! What is wrong with what was typed or wanted, as a code and the value that its words name.

use super::Venue;
use crate::screens::Failed;
use crate::screens::entry::EntryFault;
use domain::Refusal;
use ui::SlipFault;

#[derive(Debug, Clone, PartialEq)]
pub struct Problem {
    pub fault: SlipFault,
    pub value: String,
}

impl Problem {
    pub fn of(fault: SlipFault) -> Problem {
        Problem { fault, value: String::new() }
    }

    pub fn with(fault: SlipFault, value: &str) -> Problem {
        Problem { fault, value: value.to_owned() }
    }
}

impl From<EntryFault> for Problem {
    fn from(fault: EntryFault) -> Problem {
        Problem::of(match fault {
            EntryFault::NotANumber => SlipFault::NotANumber,
            EntryFault::Negative => SlipFault::Negative,
            EntryFault::Decimals => SlipFault::Decimals,
            EntryFault::NotWhole => SlipFault::NotWhole,
            EntryFault::TooLarge => SlipFault::TooLarge,
            EntryFault::AboveWhole => SlipFault::AboveWhole,
        })
    }
}

pub fn of(failed: &Failed, venue: &Venue) -> Problem {
    match failed {
        Failed::Busy => Problem::of(SlipFault::Busy),
        Failed::Storage => Problem::of(SlipFault::Storage),
        Failed::Rule(refusal) => refused(refusal, venue),
    }
}

pub fn refused(refusal: &Refusal, venue: &Venue) -> Problem {
    let line = |fault, line: u16| Problem { fault, value: line.to_string() };
    match refusal {
        Refusal::UnknownProduct { sku } => Problem::with(SlipFault::UnknownProduct, sku.as_str()),
        Refusal::NoQuantity { .. } => Problem::of(SlipFault::NoQuantity),
        Refusal::AmountOutOfRange { .. } => Problem::of(SlipFault::TooLarge),
        Refusal::DiscountAboveWhole { .. } => Problem::of(SlipFault::AboveWhole),
        Refusal::DueInThePast => Problem::of(SlipFault::Past),
        Refusal::UnknownDealer => Problem::of(SlipFault::UnknownFirm),
        Refusal::TooMany { most } => line(SlipFault::TooManyLines, *most),
        Refusal::PriceWaits { line: at } => line(SlipFault::PriceWaits, *at),
        Refusal::BeyondAuthority { most_basis_points } => {
            let language = venue.meeting.config().meeting.language();
            Problem::with(SlipFault::Beyond, &crate::screens::money::percent(*most_basis_points, language))
        }
        Refusal::OrdersClosed { since } => Problem::with(SlipFault::Closed, &venue.time.clock(since.0)),
        Refusal::PolicyChanged { .. } => Problem::of(SlipFault::PolicyChanged),
        Refusal::PolicyDiffers { line: at } => line(SlipFault::PolicyDiffers, *at),
        Refusal::SlipChanged { .. } | Refusal::AlreadyDone { .. } | Refusal::UnknownLine { .. } => {
            Problem::of(SlipFault::Meanwhile)
        }
        Refusal::TwoVersions => Problem::of(SlipFault::TwoVersions),
        Refusal::SlipSigned => Problem::of(SlipFault::Signed),
        Refusal::SlipVoid => Problem::of(SlipFault::Void),
        Refusal::NotAuthorised { .. } => Problem::of(SlipFault::Role),
        Refusal::SecondPerson { .. } => Problem::of(SlipFault::SecondPerson),
        Refusal::ReasonMissing => Problem::of(SlipFault::Reason),
        Refusal::NameMissing => Problem::of(SlipFault::Name),
        Refusal::NewerEvents { .. } => Problem::of(SlipFault::Newer),
        _ => Problem::of(SlipFault::Other),
    }
}
