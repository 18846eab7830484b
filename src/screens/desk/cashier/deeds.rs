//! What may be done about the receipt that is being written and about those that are there.

use super::{Cashier, Problem, Venue, payments_of, unpaid};
use crate::screens::desk::slip::deeds::second;
use crate::screens::entry;
use domain::event::TenderKind;
use domain::meeting::PaymentStatus;
use domain::{Command, DeskCommand, NewPayment, PaymentId, SlipId, StaffId};
use ui::{PayDeedCode as Code, PayFault};

/// One thing that may be done.
#[derive(Debug, Clone, PartialEq)]
pub struct Deed {
    pub code: Code,
    /// What its words name: a slip, an amount.
    pub value: String,
}

/// What a deed still wants to know.
#[derive(Debug, Clone, PartialEq)]
pub enum Ask {
    /// Whoever counted the cash a second time says so with their PIN.
    CashPin(Box<NewPayment>),
    /// More than anybody usually pays: is it right?
    Large(Box<NewPayment>),
    ReverseWhy(PaymentId),
    ReversePin(PaymentId, String),
    /// The cash of this desk, as counted.
    Counted,
    CountedWhy(i64),
    CountedPin(i64, String),
}

impl Ask {
    pub fn is_pin(&self) -> bool {
        matches!(self, Ask::CashPin(_) | Ask::ReversePin(..) | Ask::CountedPin(..))
    }
}

/// What comes of a deed or an answer.
#[derive(Debug, Clone, PartialEq)]
pub enum Step {
    Ask(Ask),
    ForSlip(Option<SlipId>),
    Print(PaymentId),
    Do(Box<Command>),
    WrongPin,
}

impl Cashier {
    /// What may be done now, the proposal first.
    pub fn deeds(&self, venue: &Venue) -> Vec<Deed> {
        let deed = |code| Deed { code, value: String::new() };
        match &self.ask {
            Some(Ask::Large(_)) => return vec![deed(Code::LargeIsRight)],
            Some(_) => return Vec::new(),
            None => {}
        }
        let chosen = self.chosen.and_then(|payment| venue.meeting.payment(payment));
        if let Some(payment) = chosen {
            return match payment.status() {
                PaymentStatus::Claimed | PaymentStatus::Received => {
                    vec![deed(Code::Confirm), deed(Code::Print), deed(Code::Reverse)]
                }
                PaymentStatus::UnderReview => vec![deed(Code::Release), deed(Code::Reverse)],
                PaymentStatus::Confirmed => vec![deed(Code::Print), deed(Code::Reverse)],
                PaymentStatus::Reversed => Vec::new(),
            };
        }
        let mut deeds = vec![deed(Code::Take), deed(Code::Claim)];
        deeds.extend(self.next_slip(venue).map(|(_, number)| Deed { code: Code::ForSlip, value: number }));
        let lies = venue.own.map_or(0, |own| venue.meeting.cash_at(own).expected_minor);
        if lies > 0 {
            let facts = &venue.meeting.config().meeting;
            let value = crate::screens::money::amount(lies, facts.currency, facts.language());
            deeds.push(Deed { code: Code::HandOver, value });
        }
        deeds
    }

    /// The next thing that may be paid for: another slip, or nothing in particular.
    fn next_slip(&self, venue: &Venue) -> Option<(Option<SlipId>, String)> {
        let mut choices: Vec<Option<SlipId>> = unpaid(venue.meeting, self.household).into_iter().map(Some).collect();
        choices.push(None);
        let at = choices.iter().position(|choice| *choice == self.slip).unwrap_or(0);
        let next = choices[(at + 1) % choices.len()];
        let number = |slip| venue.meeting.slip(slip).map(|slip| slip.number.clone()).unwrap_or_default();
        (next != self.slip).then(|| (next, next.map(number).unwrap_or_default()))
    }

    pub(super) fn step_of(&mut self, code: Code, venue: &Venue) -> Result<Step, Problem> {
        let gone = || Problem::of(PayFault::Meanwhile);
        let act = |command| Ok(Step::Do(Box::new(command)));
        match code {
            Code::Take => {
                let new = Box::new(self.receipt(false, venue)?);
                let cash = new.tenders.iter().any(|tender| tender.kind == TenderKind::Cash);
                if cash { Ok(Step::Ask(Ask::CashPin(new))) } else { act(Command::ReceivePayment(new)) }
            }
            Code::Claim => act(Command::ReceivePayment(Box::new(self.receipt(true, venue)?))),
            Code::LargeIsRight => match &self.ask {
                Some(Ask::Large(new)) => {
                    act(Command::ReceivePayment(Box::new(NewPayment { large_is_right: true, ..(**new).clone() })))
                }
                _ => Err(gone()),
            },
            Code::ForSlip => self.next_slip(venue).map(|(slip, _)| Step::ForSlip(slip)).ok_or_else(gone),
            Code::HandOver => Ok(Step::Ask(Ask::Counted)),
            Code::Confirm => act(Command::ConfirmPayment { payment: self.chosen.ok_or_else(gone)? }),
            Code::Print => self.chosen.map(Step::Print).ok_or_else(gone),
            Code::Release => act(Command::ReleasePayment { payment: self.chosen.ok_or_else(gone)? }),
            Code::Reverse => {
                let chosen = self.chosen.ok_or_else(gone)?;
                let known = payments_of(venue.meeting, self.household);
                let known = known.iter().any(|payment| payment.receipt.payment == chosen);
                if known { Ok(Step::Ask(Ask::ReverseWhy(chosen))) } else { Err(gone()) }
            }
        }
    }
}

/// What comes of words or a PIN; nothing while they are empty.
pub(super) fn answered(ask: &Ask, words: String, who: &StaffId, venue: &Venue) -> Result<Option<Step>, Problem> {
    if words.is_empty() {
        return Ok(None);
    }
    let by_second = |make: &dyn Fn(StaffId) -> Command| {
        Some(second(&words, who, venue).map_or(Step::WrongPin, |second| Step::Do(Box::new(make(second)))))
    };
    Ok(match ask {
        Ask::Large(_) => None,
        Ask::CashPin(new) => by_second(&|second| {
            let mut new = new.clone();
            for tender in new.tenders.iter_mut().filter(|tender| tender.kind == TenderKind::Cash) {
                tender.second_counter = Some(second.clone());
            }
            Command::ReceivePayment(new)
        }),
        Ask::ReverseWhy(payment) => Some(Step::Ask(Ask::ReversePin(*payment, words))),
        Ask::ReversePin(payment, reason) => by_second(&|second| Command::ReversePayment {
            payment: *payment,
            reason: reason.clone(),
            second: Some(second),
        }),
        Ask::Counted => {
            let counted = entry::amount(&words, venue.meeting.config().meeting.currency)?;
            let expected = venue.own.map_or(0, |own| venue.meeting.cash_at(own).expected_minor);
            Some(Step::Ask(if counted == expected {
                Ask::CountedPin(counted, String::new())
            } else {
                Ask::CountedWhy(counted)
            }))
        }
        Ask::CountedWhy(counted) => Some(Step::Ask(Ask::CountedPin(*counted, words))),
        Ask::CountedPin(counted, note) => by_second(&|second| {
            Command::Desk(DeskCommand::HandOverCash { counted_minor: *counted, second, note: note.clone() })
        }),
    })
}
