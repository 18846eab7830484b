//! What may be done about a slip and the line under the keys: each deed is a code for its words; some want a reason, a name or
//! a PIN first.

use super::details::priced_by_now;
use super::lines::summed;
use super::{Problem, Slip, Venue, slips_of};
use domain::config::Role;
use domain::event::{Crew, Party, SlipContent, SlipCopy};
use domain::meeting::{LineAuthority, Slip as SlipRecord, SlipPaper, SlipStatus, Ticket};
use domain::{Command, DeskCommand, DiscountId, Meeting, SlipId, StaffId};
use ui::{SlipDeedCode as Code, SlipFault};

/// One thing that may be done.
#[derive(Debug, Clone, PartialEq)]
pub struct Deed {
    pub code: Code,
    /// What its words name: a line, a price, a number.
    pub value: String,
    pub enabled: bool,
}

/// What a deed still wants to know.
#[derive(Debug, Clone, PartialEq)]
pub enum Ask {
    /// Who signs; the seal is on it unless they say no.
    Signer,
    PriceWhy(u16),
    /// The PIN of a deputy commander who stands at this desk.
    ApprovePin(DiscountId),
    RefuseWhy(DiscountId),
    RefusePin(DiscountId, String),
    VoidWhy,
    /// A signed slip takes two.
    VoidPin(String),
    ReplaceWhy(SlipId),
}

/// What comes of a deed or an answer.
#[derive(Debug, Clone, PartialEq)]
pub enum Step {
    Ask(Ask),
    Do(Box<Command>),
    Write(Box<SlipContent>),
    Copy(Box<SlipContent>),
    Pay,
    WrongPin,
}

impl Slip {
    /// What may be done now, the proposal first.
    pub fn deeds(&self, venue: &Venue) -> Vec<Deed> {
        let deed = |code, value: &str| Deed { code, value: value.to_owned(), enabled: true };
        match &self.ask {
            Some(Ask::Signer) => return vec![deed(Code::Sealed, ""), deed(Code::NotSealed, "")],
            Some(_) => return Vec::new(),
            None => {}
        }
        let Some(record) = self.record(venue.meeting) else { return self.of_fresh(venue.meeting) };
        if self.wants_copy() {
            return vec![deed(Code::StubBack, ""), deed(Code::FinanceBack, "")];
        }
        match record.status() {
            SlipStatus::Draft => self.of_draft(record, venue),
            SlipStatus::TwoVersions => vec![deed(Code::Void, "")],
            SlipStatus::Signed => {
                let others = self.replaceable(record, venue.meeting);
                let mut deeds: Vec<Deed> = others.map(|other| deed(Code::Replaces, &other.number)).collect();
                deeds.insert(0, deed(Code::Pay, ""));
                deeds.extend([deed(Code::WriteAgain, ""), deed(Code::Void, "")]);
                deeds
            }
            SlipStatus::Superseded { .. } | SlipStatus::Void => vec![deed(Code::WriteAgain, "")],
        }
    }

    /// One code stands on a form of several parts: a person says which of them it was.
    fn wants_copy(&self) -> bool {
        use SlipPaper::{Closed, Signed};
        matches!(self.paper, Some(Signed { copy: None, .. } | Closed { copy: None, .. }))
    }

    /// What the list expects is written down whole, or line by line as it is changed.
    fn of_fresh(&self, meeting: &Meeting) -> Vec<Deed> {
        let lines = self.content(meeting).lines.len();
        let keep = Deed { code: Code::Expected, value: lines.to_string(), enabled: true };
        (lines > 0).then_some(keep).into_iter().chain(self.other_firm(meeting)).collect()
    }

    fn of_draft(&self, record: &SlipRecord, venue: &Venue) -> Vec<Deed> {
        let meeting = venue.meeting;
        let content = &record.version().content;
        let waits = first_waiting(record, meeting).is_some();
        let mut deeds =
            vec![Deed { code: Code::Sign, value: String::new(), enabled: !waits && !content.lines.is_empty() }];
        let mut offer = |code, value: String| deeds.push(Deed { code, value, enabled: true });
        if let Some((line, authority)) = self.asked_line(record, meeting) {
            let number = line.to_string();
            match authority {
                LineAuthority::Unasked { .. } | LineAuthority::Outdated { .. } | LineAuthority::Refused { .. } => {
                    offer(Code::AskPrice, number.clone());
                    offer(Code::LowestPrice, number);
                }
                LineAuthority::Waiting { .. } => {
                    offer(Code::Approve, number.clone());
                    offer(Code::Refuse, number.clone());
                    offer(Code::LowestPrice, number);
                }
                LineAuthority::Own | LineAuthority::Approved { .. } => {}
            }
        }
        if let Some(line) = self.line {
            offer(Code::RemoveLine, line.to_string());
        }
        if let Some(ticket) = self.usable_ticket(content, meeting) {
            offer(Code::UseTicket, ticket.number.clone());
        }
        if content.policy_rev != meeting.config_rev() && content.ticket.is_none() {
            offer(Code::PriceAnew, String::new());
        }
        deeds.extend(self.other_firm(meeting));
        deeds.push(Deed { code: Code::Void, value: String::new(), enabled: true });
        deeds
    }

    /// The line under the keys, else the first that somebody has to answer for.
    pub(super) fn asked_line(&self, record: &SlipRecord, meeting: &Meeting) -> Option<(u16, LineAuthority)> {
        let lines = &record.version().content.lines;
        match self.line.and_then(|number| lines.iter().find(|line| line.line == number)) {
            Some(line) => Some((line.line, meeting.line_authority(record, line))),
            None => first_waiting(record, meeting),
        }
    }

    /// The party has several firms: the slip is for the next of them.
    fn other_firm(&self, meeting: &Meeting) -> Vec<Deed> {
        let firms: Vec<_> = meeting.dealers(self.household).collect();
        let own = self.content(meeting).dealer;
        let at = firms.iter().position(|firm| firm.id == own).unwrap_or(0);
        let next = firms.get((at + 1) % firms.len().max(1)).filter(|firm| firm.id != own);
        next.map(|firm| Deed { code: Code::OtherFirm, value: firm.firm.clone(), enabled: true }).into_iter().collect()
    }

    /// A ticket that was taken before orders closed, or before the policy changed.
    fn usable_ticket<'a>(&self, content: &SlipContent, meeting: &'a Meeting) -> Option<&'a Ticket> {
        let closed = meeting.orders_closed()?;
        if content.ticket.is_some() {
            return None;
        }
        let own = |ticket: &&Ticket| {
            let of = ticket.household.and_then(|of| meeting.household(of)).map(|household| household.id);
            of == Some(self.household) && ticket.taken.at <= closed.at
        };
        meeting.tickets().find(own)
    }

    /// Signed slips of the party that came before this one.
    fn replaceable<'a>(&'a self, record: &'a SlipRecord, meeting: &'a Meeting) -> impl Iterator<Item = &'a SlipRecord> {
        let before = move |other: &&SlipRecord| {
            let signed = other.signed().zip(record.signed());
            other.status() == SlipStatus::Signed && signed.is_some_and(|(other, own)| other.at < own.at)
        };
        let mut others: Vec<_> =
            slips_of(meeting, self.household).filter(|other| other.id != record.id).filter(before).collect();
        others.sort_by_key(|other| Some(other.id) != self.replaces);
        others.into_iter().take(2)
    }

    pub(super) fn step_of(&self, code: Code, venue: &Venue) -> Result<Step, Problem> {
        let meeting = venue.meeting;
        let gone = || Problem::of(SlipFault::Meanwhile);
        match code {
            Code::Sealed | Code::NotSealed => {
                self.sign(&self.signer, code == Code::Sealed).ok_or(Problem::of(SlipFault::Name))
            }
            Code::Sign => Ok(Step::Ask(Ask::Signer)),
            Code::AskPrice => Ok(Step::Ask(Ask::PriceWhy(self.asked(venue).ok_or_else(gone)?.0))),
            Code::LowestPrice => self
                .at_lowest(self.asked(venue).ok_or_else(gone)?.0, venue)
                .map(|content| Step::Write(Box::new(content))),
            Code::Approve | Code::Refuse => match self.asked(venue) {
                Some((_, LineAuthority::Waiting { discount })) if code == Code::Approve => {
                    Ok(Step::Ask(Ask::ApprovePin(discount)))
                }
                Some((_, LineAuthority::Waiting { discount })) => Ok(Step::Ask(Ask::RefuseWhy(discount))),
                _ => Err(gone()),
            },
            Code::RemoveLine => {
                self.without(self.line.ok_or_else(gone)?, meeting).map(|content| Step::Write(Box::new(content)))
            }
            Code::UseTicket => {
                let mut content = self.content(meeting);
                content.ticket = Some(self.usable_ticket(&content, meeting).ok_or_else(gone)?.id);
                Ok(Step::Write(Box::new(content)))
            }
            Code::PriceAnew => {
                summed(priced_by_now(self.content(meeting), venue)?).map(|content| Step::Write(Box::new(content)))
            }
            Code::OtherFirm => Ok(Step::Write(Box::new(self.for_next_firm(meeting)))),
            Code::Pay => Ok(Step::Pay),
            Code::Expected => Ok(Step::Write(Box::new(self.content(meeting)))),
            Code::StubBack | Code::FinanceBack => {
                let copy = if code == Code::StubBack { SlipCopy::Stub } else { SlipCopy::Finance };
                let command = DeskCommand::ReturnCopy { slip: self.id().ok_or_else(gone)?, copy };
                Ok(Step::Do(Box::new(Command::Desk(command))))
            }
            Code::Void => Ok(Step::Ask(Ask::VoidWhy)),
            Code::WriteAgain => {
                let content = SlipContent { ticket: None, ..self.content(meeting) };
                let today = venue.time.minute(venue.now_ms);
                let due = content.due_on.clone().filter(|due| today.get(..10).is_some_and(|day| due.as_str() >= day));
                let content = priced_by_now(SlipContent { due_on: due, ..content }, venue)?;
                summed(content).map(|content| Step::Copy(Box::new(content)))
            }
            Code::Replaces => {
                let record = self.record(meeting).ok_or_else(gone)?;
                let other = self.replaceable(record, meeting).next().ok_or_else(gone)?;
                Ok(Step::Ask(Ask::ReplaceWhy(other.id)))
            }
        }
    }

    fn asked(&self, venue: &Venue) -> Option<(u16, LineAuthority)> {
        self.asked_line(self.record(venue.meeting)?, venue.meeting)
    }

    fn for_next_firm(&self, meeting: &Meeting) -> SlipContent {
        let mut content = self.content(meeting);
        let firms: Vec<_> = meeting.dealers(self.household).collect();
        let at = firms.iter().position(|firm| firm.id == content.dealer).unwrap_or(0);
        if let Some(next) = firms.get((at + 1) % firms.len().max(1)) {
            content.dealer = next.id;
            content.salesperson.clone_from(&next.salesperson);
            content.address = next.address.clone().or(content.address);
        }
        content
    }

    /// The name that is proposed for the signature: whoever decides.
    pub(super) fn usual_signer(&self, meeting: &Meeting) -> String {
        let guests = meeting.guests_of(Party::Household(self.household)).into_iter();
        let mut guests: Vec<_> = guests.filter_map(|guest| meeting.guest(guest)).collect();
        guests.sort_by_key(|guest| (!guest.decides, !meeting.is_present(guest.id)));
        guests.first().map(|guest| guest.name.clone()).unwrap_or_default()
    }

    fn sign(&self, signer: &str, sealed: bool) -> Option<Step> {
        let (slip, signer) = (self.id()?, signer.trim().to_owned());
        (!signer.is_empty()).then(|| Step::Do(Box::new(Command::SignSlip { slip, signer, sealed })))
    }
}

/// The first line whose price nobody may give yet.
pub(super) fn first_waiting(record: &SlipRecord, meeting: &Meeting) -> Option<(u16, LineAuthority)> {
    let lines = record.version().content.lines.iter();
    let mut judged = lines.map(|line| (line.line, meeting.line_authority(record, line)));
    judged.find(|(_, authority)| !matches!(authority, LineAuthority::Own | LineAuthority::Approved { .. }))
}

/// What comes of words or a PIN.
pub(super) fn answered(ask: &Ask, words: String, who: &StaffId, page: &Slip, venue: &Venue) -> Option<Step> {
    let desk = |command| Some(Step::Do(Box::new(Command::Desk(command))));
    let slip = page.id()?;
    match ask {
        Ask::Signer => page.sign(&words, true),
        // Whoever asks may leave it to the deputy to see why.
        Ask::PriceWhy(line) => desk(DeskCommand::RequestDiscount { slip, line: *line, reason: words }),
        _ if words.is_empty() => None,
        Ask::ApprovePin(discount) => match deputy(&words, venue) {
            Some(approver) => desk(DeskCommand::ApproveDiscount { discount: *discount, approver }),
            None => Some(Step::WrongPin),
        },
        Ask::RefuseWhy(discount) => Some(Step::Ask(Ask::RefusePin(*discount, words))),
        Ask::RefusePin(discount, reason) => match deputy(&words, venue) {
            Some(by) => desk(DeskCommand::RefuseDiscount { discount: *discount, by, reason: reason.clone() }),
            None => Some(Step::WrongPin),
        },
        Ask::VoidWhy => {
            let record = venue.meeting.slip(slip)?;
            Some(match record.signed() {
                Some(_) => Step::Ask(Ask::VoidPin(words)),
                None => Step::Do(Box::new(Command::VoidSlip { slip, reason: words, second: None })),
            })
        }
        Ask::VoidPin(reason) => Some(match second(&words, who, venue) {
            Some(second) => {
                Step::Do(Box::new(Command::VoidSlip { slip, reason: reason.clone(), second: Some(second) }))
            }
            None => Step::WrongPin,
        }),
        Ask::ReplaceWhy(old) => desk(DeskCommand::SupersedeSlip { slip: *old, by: slip, reason: words }),
    }
}

/// The deputy commander whose PIN it is.
pub fn deputy(pin: &str, venue: &Venue) -> Option<StaffId> {
    let deputies = venue.meeting.config().staff.iter().filter(|staff| staff.is(Role::DeputyCommander));
    of_pin(pin, deputies.map(|staff| staff.id.clone()), venue)
}

/// Somebody else of the staff, by their PIN.
pub fn second(pin: &str, who: &StaffId, venue: &Venue) -> Option<StaffId> {
    let others = venue.meeting.config().staff.iter().filter(|staff| staff.id != *who);
    of_pin(pin, others.map(|staff| staff.id.clone()), venue)
}

fn of_pin(pin: &str, mut staff: impl Iterator<Item = StaffId>, venue: &Venue) -> Option<StaffId> {
    staff.find(|id| venue.secrets.is_pin_of(&Crew::Staff(id.clone()), pin, venue.meeting))
}
