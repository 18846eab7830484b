//! What goes with the lines: deposit, due date, who supplies and who is paid, address, phone, note. A new slip takes from the
//! list what is known there.

use super::lines::summed;
use super::problem::refused;
use super::{Outcome, Pending, Problem, Slip, Venue, slips_of};
use crate::screens::entry;
use crate::screens::search::letters::{found_at, plain};
use domain::event::{SlipContent, SlipLine};
use domain::{Contact, Dealer, DealerId, ExpectedLine, HouseholdId, Meeting};
use jiff::civil::Date;
use ui::{SlipFault, SlipField as Field};

/// A slip that nobody wrote on yet; what the list expects of the party stands on its first one.
pub(super) fn fresh(household: HouseholdId, dealer: DealerId, meeting: &Meeting) -> SlipContent {
    let config = meeting.config();
    let firm = meeting.dealer(dealer);
    let empty = SlipContent {
        dealer,
        household,
        salesperson: firm.and_then(|firm| firm.salesperson.clone()),
        lines: Vec::new(),
        policy_rev: meeting.config_rev(),
        total_minor: 0,
        currency: config.meeting.currency,
        deposit_kind: config.rules.deposit_kind,
        deposit_minor: 0,
        due_on: None,
        address: firm.and_then(|firm| firm.address.clone()),
        phone: phone_of(household, meeting),
        supplied_by: firm.and_then(|firm| firm.supplied_by),
        paid_to: firm.and_then(|firm| firm.paid_to),
        ticket: None,
        note: String::new(),
    };
    let lines = expected_lines(household, firm.map(|firm| &firm.expected_lines[..]).unwrap_or_default(), meeting);
    summed(SlipContent { lines, ..empty.clone() }).unwrap_or(empty)
}

/// Lines at list prices, under the policy in force; what is not sold any more is left out.
fn expected_lines(household: HouseholdId, expected: &[ExpectedLine], meeting: &Meeting) -> Vec<SlipLine> {
    if slips_of(meeting, household).next().is_some() {
        return Vec::new();
    }
    let known = expected.iter().filter(|line| meeting.product(&line.sku).is_some());
    let priced = (1..).zip(known).map(|(number, line)| meeting.priced_line(number, &line.sku, line.quantity, None));
    priced.filter_map(Result::ok).collect()
}

/// Whoever decides is called about the delivery.
fn phone_of(household: HouseholdId, meeting: &Meeting) -> Option<Contact> {
    let guests = meeting.guests_of(domain::event::Party::Household(household)).into_iter();
    let mut guests: Vec<_> =
        guests.filter_map(|guest| meeting.guest(guest)).filter(|guest| guest.phone.is_some()).collect();
    guests.sort_by_key(|guest| !guest.decides);
    guests.first().and_then(|guest| guest.phone.clone())
}

/// The same lines under the policy in force; those of a ticket keep the one under which they were written.
pub(super) fn priced_by_now(mut content: SlipContent, venue: &Venue) -> Result<SlipContent, Problem> {
    let meeting = venue.meeting;
    if content.ticket.is_some() || meeting.config().products.is_empty() || content.policy_rev == meeting.config_rev() {
        return Ok(content);
    }
    for line in &mut content.lines {
        let priced = meeting.priced_line(line.line, &line.sku, line.quantity, Some(line.unit_price_minor));
        *line = priced.map_err(|refusal| refused(&refusal, venue))?;
    }
    content.policy_rev = meeting.config_rev();
    Ok(content)
}

impl Slip {
    pub(super) fn enter_detail(&mut self, field: Field, venue: &Venue) -> Result<Outcome, Problem> {
        let Some(typed) = self.text(field).map(|typed| typed.trim().to_owned()) else {
            self.move_on(1);
            return Ok(Outcome::Nothing);
        };
        let mut content = priced_by_now(self.content(venue.meeting), venue)?;
        let before = content.clone();
        self.fill(&mut content, field, &typed, venue)?;
        let content = summed(content)?;
        if content == before {
            self.typed.retain(|(known, _)| *known != field);
            self.move_on(1);
            return Ok(Outcome::Nothing);
        }
        Ok(self.submit(content, Pending::Field(field), venue.meeting))
    }

    fn fill(&mut self, content: &mut SlipContent, field: Field, typed: &str, venue: &Venue) -> Result<(), Problem> {
        let meeting = venue.meeting;
        let empty = typed.is_empty();
        match field {
            Field::Deposit if empty => content.deposit_minor = 0,
            Field::Deposit => content.deposit_minor = deposit(typed, content)?,
            Field::Due if empty => content.due_on = None,
            Field::Due => content.due_on = Some(due(typed, venue)?),
            Field::SuppliedBy if empty => content.supplied_by = None,
            Field::SuppliedBy => content.supplied_by = Some(firm(typed, meeting)?),
            Field::PaidTo if empty => content.paid_to = None,
            Field::PaidTo => content.paid_to = Some(firm(typed, meeting)?),
            Field::Address if empty => (content.address, self.address) = (None, String::new()),
            Field::Address => {
                let sealed = venue.secrets.seal_text(typed, meeting).ok_or(Problem::of(SlipFault::NoKey))?;
                (content.address, self.address) = (Some(sealed), typed.to_owned());
            }
            Field::Phone if empty => content.phone = None,
            Field::Phone => {
                let sealed = venue.secrets.seal_phone(typed, meeting);
                content.phone = Some(sealed.ok_or_else(|| Problem::with(SlipFault::NoPhone, typed))?);
            }
            Field::Note => typed.clone_into(&mut content.note),
            Field::Product | Field::Quantity | Field::Price => {}
        }
        Ok(())
    }
}

/// An amount, or a percentage of what is owed.
fn deposit(typed: &str, content: &SlipContent) -> Result<i64, Problem> {
    let minor = match entry::percent(typed) {
        Some(points) => {
            let part = i128::from(content.total_minor) * i128::from(points?);
            i64::try_from((part + 5_000) / 10_000).unwrap_or(i64::MAX)
        }
        None => entry::amount(typed, content.currency)?,
    };
    if minor > content.total_minor { Err(Problem::of(SlipFault::DepositAbove)) } else { Ok(minor) }
}

fn due(typed: &str, venue: &Venue) -> Result<domain::LocalDate, Problem> {
    let minute = venue.time.minute(venue.now_ms);
    let today: Option<Date> = minute.get(..10).and_then(|day| day.parse().ok());
    let unread = || Problem::with(SlipFault::NoDate, typed);
    let today = today.ok_or_else(unread)?;
    let day = entry::date(typed, today).ok_or_else(unread)?;
    if day.as_str() < today.to_string().as_str() { Err(Problem::with(SlipFault::Past, day.as_str())) } else { Ok(day) }
}

/// The firm whose name begins so or has it in it, the shortest first.
pub(super) fn firms<'a>(typed: &str, meeting: &'a Meeting) -> Option<&'a Dealer> {
    let typed = plain(typed);
    let place = |dealer: &&Dealer| found_at(&plain(&dealer.firm), &typed);
    let fitting = meeting.all_dealers().map(|dealer| &**dealer).filter(|dealer| place(dealer).is_some());
    fitting.min_by_key(|dealer| (place(dealer), dealer.firm.chars().count(), dealer.firm.clone()))
}

fn firm(typed: &str, meeting: &Meeting) -> Result<DealerId, Problem> {
    firms(typed, meeting).map(|dealer| dealer.id).ok_or_else(|| Problem::with(SlipFault::UnknownFirm, typed))
}
