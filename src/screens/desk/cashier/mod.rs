//! Payments of one party: a receipt of any number of tenders, closed in one visit, and what finance says about receipts that
//! are there. Whatever is typed stays on the screen until the receipt stands.

pub mod adapter;
pub mod deeds;
mod problem;
#[cfg(test)]
mod tests;
pub mod view;

pub use super::Outcome;
use super::Venue;
use crate::screens::Failed;
use crate::screens::entry;
use deeds::{Ask, Deed, Step};
use domain::event::{Tender, TenderKind};
use domain::meeting::{Payment, SlipStatus};
use domain::{Command, DealerId, HouseholdId, Meeting, NewPayment, PaymentId, SlipId, StaffId};
use jiff::civil::Date;
pub use problem::Problem;
use ui::{PayFault, PayField as Field};

/// Letters of one field.
const MOST_TYPED: usize = 200;

pub const FIELDS: [Field; 6] = [Field::Amount, Field::Reference, Field::Bag, Field::Due, Field::Whole, Field::Note];

pub const KINDS: [TenderKind; 8] = [
    TenderKind::Cash,
    TenderKind::Transfer,
    TenderKind::Card,
    TenderKind::WechatPay,
    TenderKind::Alipay,
    TenderKind::AcceptanceBill,
    TenderKind::Rebate,
    TenderKind::Credit,
];

/// What a person does on the page.
#[derive(Debug, Clone, PartialEq)]
pub enum Touch {
    Edit(Field, String),
    Focus(Field),
    Enter,
    Onward(i8),
    /// Means of payment, up or down.
    Step(i8),
    Kind(usize),
    /// A tender of the receipt that is being written.
    DropTender(usize),
    /// A receipt that is there.
    Pick(usize),
    Do(Deed),
    /// A reason, a count or a PIN.
    Typed(String),
    Back,
}

/// The page of one party's payments.
#[derive(Debug, Clone, PartialEq)]
pub struct Cashier {
    pub household: HouseholdId,
    dealer: DealerId,
    kind: TenderKind,
    field: Field,
    typed: Vec<(Field, String)>,
    tenders: Vec<Tender>,
    /// For which slip; none: on account.
    slip: Option<SlipId>,
    /// The receipt under the keys.
    chosen: Option<PaymentId>,
    ask: Option<Ask>,
    problem: Option<Problem>,
    pin_wrong: bool,
    /// Wanted on paper once more.
    paper: Option<PaymentId>,
    /// What was sent and not answered yet.
    sent: Option<Command>,
    turn: i32,
}

impl Cashier {
    /// The payments of a party; a slip that was open is what is paid for.
    pub fn open(meeting: &Meeting, household: HouseholdId, slip: Option<SlipId>) -> Option<Cashier> {
        let household = meeting.household(household)?.id;
        let slip = slip.or_else(|| unpaid(meeting, household).first().copied());
        let of_slip = slip.and_then(|slip| meeting.slip(slip)).map(|slip| slip.version().content.dealer);
        let lead = || meeting.lead(household).or_else(|| meeting.dealers(household).next()).map(|dealer| dealer.id);
        Some(Cashier {
            household,
            dealer: of_slip.or_else(lead)?,
            kind: TenderKind::Transfer,
            field: Field::Amount,
            typed: Vec::new(),
            tenders: Vec::new(),
            slip,
            chosen: None,
            ask: None,
            problem: None,
            pin_wrong: false,
            paper: None,
            sent: None,
            turn: 0,
        })
    }

    /// The receipt that is wanted on paper once more, once.
    pub fn take_receipt(&mut self) -> Option<PaymentId> {
        self.paper.take()
    }

    pub fn asks_pin(&self) -> bool {
        self.ask.as_ref().is_some_and(Ask::is_pin)
    }

    pub fn touch(&mut self, touch: Touch, who: &StaffId, venue: &Venue) -> Outcome {
        if !matches!(touch, Touch::Focus(_)) {
            self.problem = None;
        }
        match touch {
            Touch::Edit(field, words) => self.edit(field, words),
            Touch::Focus(field) => self.field = field,
            Touch::Enter => self.enter(venue),
            Touch::Onward(by) => self.move_on(by),
            Touch::Step(by) => {
                let at = KINDS.iter().position(|kind| *kind == self.kind).unwrap_or(0);
                let at = at.saturating_add_signed(isize::from(by)).min(KINDS.len() - 1);
                self.kind = KINDS[at];
            }
            Touch::Kind(at) => self.kind = KINDS.get(at).copied().unwrap_or(self.kind),
            Touch::DropTender(at) if at < self.tenders.len() => drop(self.tenders.remove(at)),
            Touch::DropTender(_) => {}
            Touch::Pick(at) => self.pick(at, venue.meeting),
            Touch::Do(deed) => return self.act(&deed, venue),
            Touch::Typed(words) => return self.answer(&words, who, venue),
            Touch::Back => return self.back(),
        }
        Outcome::Nothing
    }

    fn edit(&mut self, field: Field, words: String) {
        let words: String = words.chars().filter(|letter| !letter.is_control()).take(MOST_TYPED).collect();
        self.field = field;
        match self.typed.iter_mut().find(|(known, _)| *known == field) {
            Some((_, known)) => *known = words,
            None => self.typed.push((field, words)),
        }
    }

    fn pick(&mut self, at: usize, meeting: &Meeting) {
        let picked = payments_of(meeting, self.household).get(at).map(|payment| payment.receipt.payment);
        self.chosen = if self.chosen == picked { None } else { picked };
    }

    fn back(&mut self) -> Outcome {
        self.pin_wrong = false;
        if self.ask.take().is_some() || self.chosen.take().is_some() {
            return Outcome::Nothing;
        }
        if !self.typed.is_empty() || !self.tenders.is_empty() {
            self.typed.clear();
            self.tenders.pop();
            self.field = Field::Amount;
            self.turn += 1;
            return Outcome::Nothing;
        }
        Outcome::Leave
    }

    // ── One tender ──

    /// The fields that a means of payment has.
    fn wants(&self, field: Field) -> bool {
        match field {
            Field::Amount | Field::Whole | Field::Note => true,
            Field::Bag => self.kind == TenderKind::Cash,
            Field::Due => self.kind == TenderKind::AcceptanceBill,
            Field::Reference => !matches!(self.kind, TenderKind::Cash | TenderKind::Rebate | TenderKind::Credit),
        }
    }

    fn move_on(&mut self, by: i8) {
        let mut at = FIELDS.iter().position(|field| *field == self.field).unwrap_or(0);
        for _ in 0..FIELDS.len() {
            at = at.saturating_add_signed(isize::from(by)) % FIELDS.len();
            if self.wants(FIELDS[at]) {
                break;
            }
        }
        self.field = FIELDS[at];
    }

    fn enter(&mut self, venue: &Venue) {
        let of_tender = |field: &Field| !matches!(field, Field::Whole | Field::Note);
        let last = FIELDS.iter().copied().rfind(|field| of_tender(field) && self.wants(*field));
        if !of_tender(&self.field) {
            self.field = Field::Amount;
        } else if Some(self.field) != last {
            // An amount that is none is not left behind.
            if self.field == Field::Amount && !self.text(Field::Amount).is_empty() {
                self.problem = self.amount(Field::Amount, venue.meeting).err();
            }
            if self.problem.is_none() {
                self.move_on(1);
            }
        } else {
            self.problem = self.add_tender(venue).err();
        }
    }

    fn add_tender(&mut self, venue: &Venue) -> Result<(), Problem> {
        let amount_minor = self.amount(Field::Amount, venue.meeting).inspect_err(|_| self.field = Field::Amount)?;
        let due_on = match self.text(Field::Due) {
            typed if self.wants(Field::Due) && !typed.is_empty() => {
                let today: Option<Date> = venue.time.minute(venue.now_ms).get(..10).and_then(|day| day.parse().ok());
                let day = today.and_then(|today| entry::date(&typed, today));
                Some(day.ok_or_else(|| Problem::with(PayFault::NoDate, &typed))?)
            }
            _ => None,
        };
        let worded = |field| if self.wants(field) { self.text(field) } else { String::new() };
        let (reference, bag) = (worded(Field::Reference), worded(Field::Bag));
        let tender = Tender { kind: self.kind, amount_minor, reference, bag, second_counter: None, due_on };
        self.tenders.push(tender);
        self.typed.retain(|(field, _)| matches!(field, Field::Whole | Field::Note));
        self.field = Field::Amount;
        self.turn += 1;
        Ok(())
    }

    fn amount(&self, field: Field, meeting: &Meeting) -> Result<i64, Problem> {
        match entry::amount(&self.text(field), meeting.config().meeting.currency)? {
            0 => Err(Problem::of(PayFault::Nothing)),
            minor => Ok(minor),
        }
    }

    fn text(&self, field: Field) -> String {
        let typed = self.typed.iter().find(|(known, _)| *known == field);
        typed.map(|(_, words)| words.trim().to_owned()).unwrap_or_default()
    }

    // ── The receipt ──

    /// The receipt as it stands; a tender that is still typed belongs to it.
    fn receipt(&mut self, claimed: bool, venue: &Venue) -> Result<NewPayment, Problem> {
        if !self.text(Field::Amount).is_empty() {
            self.add_tender(venue)?;
        }
        if self.tenders.is_empty() {
            return Err(Problem::of(PayFault::Nothing));
        }
        let total_minor = match self.text(Field::Whole) {
            typed if typed.is_empty() => None,
            _ => Some(self.amount(Field::Whole, venue.meeting).inspect_err(|_| self.field = Field::Whole)?),
        };
        let sum = self.sum_minor();
        let part = |slip: SlipId| {
            let owed = owed_minor(venue.meeting, slip);
            Some((slip, sum.min(owed))).filter(|(_, part)| *part > 0)
        };
        Ok(NewPayment {
            dealer: self.dealer,
            tenders: self.tenders.clone(),
            slips: self.slip.and_then(part).into_iter().collect(),
            prepaid: false,
            claimed,
            note: self.text(Field::Note),
            total_minor,
            large_is_right: false,
        })
    }

    fn sum_minor(&self) -> i64 {
        self.tenders.iter().fold(0, |sum, tender| sum.saturating_add(tender.amount_minor))
    }

    fn act(&mut self, shown: &Deed, venue: &Venue) -> Outcome {
        if !self.deeds(venue).contains(shown) {
            return Outcome::Nothing;
        }
        match self.step_of(shown.code, venue) {
            Ok(step) => self.follow(step),
            Err(problem) => {
                self.problem = Some(problem);
                Outcome::Nothing
            }
        }
    }

    fn answer(&mut self, words: &str, who: &StaffId, venue: &Venue) -> Outcome {
        self.pin_wrong = false;
        let words: String = words.trim().chars().filter(|letter| !letter.is_control()).take(MOST_TYPED).collect();
        let Some(ask) = self.ask.clone() else { return Outcome::Nothing };
        match deeds::answered(&ask, words, who, venue) {
            Ok(Some(step)) => self.follow(step),
            Ok(None) => Outcome::Nothing,
            Err(problem) => {
                self.problem = Some(problem);
                Outcome::Nothing
            }
        }
    }

    fn follow(&mut self, step: Step) -> Outcome {
        match step {
            Step::Ask(ask) => {
                self.ask = Some(ask);
                Outcome::Nothing
            }
            Step::ForSlip(slip) => {
                self.slip = slip;
                Outcome::Nothing
            }
            Step::Print(payment) => {
                self.paper = Some(payment);
                Outcome::Nothing
            }
            Step::WrongPin => {
                self.pin_wrong = true;
                Outcome::WrongPin
            }
            Step::Do(command) => {
                self.sent = Some((*command).clone());
                Outcome::Submit(command)
            }
        }
    }

    /// What was wanted stands, or not. An unusual amount is asked about; nothing typed is lost.
    pub fn answered(&mut self, result: &Result<(), Failed>, venue: &Venue) {
        let Some(sent) = self.sent.take() else { return };
        match (result, sent) {
            (Ok(()), sent) => {
                self.ask = None;
                if matches!(sent, Command::ReceivePayment(_)) {
                    self.typed.clear();
                    self.tenders.clear();
                    self.slip = unpaid(venue.meeting, self.household).first().copied();
                    self.chosen = payments_of(venue.meeting, self.household).first().map(|new| new.receipt.payment);
                    self.field = Field::Amount;
                }
                self.turn += 1;
            }
            (Err(Failed::Rule(domain::Refusal::LargePayment { .. })), Command::ReceivePayment(new)) => {
                self.ask = Some(Ask::Large(new));
            }
            (Err(failed), _) => {
                self.ask = self.ask.take().filter(Ask::is_pin);
                self.problem = Some(problem::of(failed, venue));
            }
        }
    }
}

/// Receipts of a party, the newest first.
pub fn payments_of(meeting: &Meeting, household: HouseholdId) -> Vec<&Payment> {
    let own = |payment: &&Payment| {
        let of = payment.receipt.household;
        meeting.household(of).map_or(of, |known| known.id) == household
    };
    let mut payments: Vec<&Payment> = meeting.payments().filter(own).collect();
    payments.sort_by_key(|payment| std::cmp::Reverse((payment.stamp.at, payment.stamp.order)));
    payments
}

/// Signed slips of a party on which something is still to be paid, the newest first.
fn unpaid(meeting: &Meeting, household: HouseholdId) -> Vec<SlipId> {
    let slips = super::slip::slips_of(meeting, household).filter(|slip| slip.status() == SlipStatus::Signed);
    let mut slips: Vec<_> = slips.filter(|slip| owed_minor(meeting, slip.id) > 0).collect();
    slips.sort_by_key(|slip| std::cmp::Reverse(slip.version().stamp.at));
    slips.into_iter().map(|slip| slip.id).collect()
}

/// What is owed on a slip after every receipt that names it and was not taken back.
fn owed_minor(meeting: &Meeting, slip: SlipId) -> i64 {
    let total = meeting.slip(slip).map_or(0, |slip| slip.version().content.total_minor);
    let standing = meeting.payments().filter(|payment| payment.reversed().is_none());
    let parts = standing.flat_map(|payment| &payment.receipt.slips).filter(|(of, _)| *of == slip);
    parts.fold(total, |owed, (_, part)| owed.saturating_sub(*part)).max(0)
}
