//! An order slip: lines by sku, name or initials, what goes with them, and what may be done about the whole. Every field that
//! is confirmed becomes an event at once; what is only typed stays on the screen until it is right.
//!
//! Computes no price and no policy: the meeting does.

pub mod adapter;
pub mod deeds;
mod details;
mod lines;
mod problem;
#[cfg(test)]
mod tests;
pub mod view;

pub use super::Outcome;
use super::Venue;
use crate::screens::Failed;
use deeds::{Ask, Deed, Step};
use domain::event::SlipContent;
use domain::meeting::{Slip as SlipRecord, SlipPaper, SlipStatus};
use domain::{Command, DealerId, HouseholdId, Meeting, Sku, SlipId, StaffId};
pub use problem::Problem;
use std::collections::BTreeSet;
use ui::SlipField as Field;

/// Letters of one field.
const MOST_TYPED: usize = 200;

/// The fields in the order of the keys.
pub const FIELDS: [Field; 10] = [
    Field::Product,
    Field::Quantity,
    Field::Price,
    Field::Deposit,
    Field::Due,
    Field::SuppliedBy,
    Field::PaidTo,
    Field::Address,
    Field::Phone,
    Field::Note,
];

/// What a person does on the page.
#[derive(Debug, Clone, PartialEq)]
pub enum Touch {
    /// What a field holds now.
    Edit(Field, String),
    Focus(Field),
    /// The field under the keys is right.
    Enter,
    /// To the next field or the one before.
    Onward(i8),
    /// Lines, or products that fit, up or down.
    Step(i8),
    /// A line is to be changed.
    PickLine(usize),
    PickHint(usize),
    /// The deed as it was shown.
    Do(Deed),
    /// A reason, a name or a PIN, as far as it is typed.
    Words(String),
    /// It is whole.
    Typed(String),
    Back,
}

/// What is being written down, to know what to do once it stands.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Pending {
    Line,
    Field(Field),
    Copy,
    Sign,
    /// A copy is back; the paper stays on the screen.
    Paper,
    Other,
}

/// The page of one slip, or of one that has no line yet.
#[derive(Debug, Clone, PartialEq)]
pub struct Slip {
    pub household: HouseholdId,
    /// None before the first field stands.
    slip: Option<SlipId>,
    dealer: DealerId,
    field: Field,
    typed: Vec<(Field, String)>,
    /// The product of the line that is being written.
    product: Option<Sku>,
    /// The line under the keys, and whether the fields change it.
    line: Option<u16>,
    changing: bool,
    /// Of the products that fit.
    hint: usize,
    ask: Option<Ask>,
    /// The name that is typed for the signature.
    signer: String,
    problem: Option<Problem>,
    pin_wrong: bool,
    pending: Option<Pending>,
    /// Slips of the party that were there before the first field.
    before: BTreeSet<SlipId>,
    /// The signed slip that this one was copied from.
    replaces: Option<SlipId>,
    signed: bool,
    /// Grows with every field that is filled or emptied by the program.
    turn: i32,
    /// Its paper, as it was scanned last.
    paper: Option<SlipPaper>,
    /// An address as it was typed here: the log has it sealed.
    address: String,
}

impl Slip {
    /// The page of a slip; none where it is not known here.
    pub fn open(meeting: &Meeting, slip: SlipId) -> Option<Slip> {
        let record = meeting.slip(slip)?;
        let content = &record.version().content;
        let household = meeting.household(content.household).map_or(content.household, |known| known.id);
        Some(Slip { slip: Some(slip), ..Slip::empty(household, content.dealer) })
    }

    /// The page of a new slip of a party.
    pub fn begin(meeting: &Meeting, household: HouseholdId) -> Option<Slip> {
        let household = meeting.household(household)?.id;
        let dealer = meeting.lead(household).or_else(|| meeting.dealers(household).next())?;
        Some(Slip::empty(household, dealer.id))
    }

    fn empty(household: HouseholdId, dealer: DealerId) -> Slip {
        Slip {
            household,
            slip: None,
            dealer,
            field: Field::Product,
            typed: Vec::new(),
            product: None,
            line: None,
            changing: false,
            hint: 0,
            ask: None,
            signer: String::new(),
            problem: None,
            pin_wrong: false,
            pending: None,
            before: BTreeSet::new(),
            replaces: None,
            signed: false,
            turn: 0,
            paper: None,
            address: String::new(),
        }
    }

    /// The slip of the page; none before its first field stands.
    pub fn id(&self) -> Option<SlipId> {
        self.slip
    }

    /// Paper of this slip was scanned; `marks`: a copy of it is being marked as back.
    pub fn hold_paper(&mut self, paper: SlipPaper, marks: bool) {
        self.paper = Some(paper);
        if marks {
            self.pending = Some(Pending::Paper);
        }
    }

    /// What is being typed is a PIN.
    pub fn asks_pin(&self) -> bool {
        matches!(self.ask, Some(Ask::ApprovePin(_) | Ask::RefusePin(..) | Ask::VoidPin(_)))
    }

    /// The slip that was signed here, once: its papers are wanted.
    pub fn take_signed(&mut self) -> Option<SlipId> {
        std::mem::take(&mut self.signed).then_some(self.slip).flatten()
    }

    pub fn touch(&mut self, touch: Touch, who: &StaffId, venue: &Venue) -> Outcome {
        match touch {
            Touch::Edit(field, words) => self.edit(field, words),
            Touch::Focus(field) => self.field = field,
            Touch::Step(by) => self.step(by, venue),
            Touch::PickLine(at) => self.pick_line(at, venue.meeting),
            Touch::PickHint(at) => {
                self.hint = at;
                self.field = Field::Product;
                return self.enter(venue);
            }
            Touch::Enter => return self.enter(venue),
            Touch::Onward(by) => return self.onward(by, venue),
            Touch::Do(deed) => return self.act(&deed, venue),
            Touch::Words(words) => self.signer = words.chars().take(MOST_TYPED).collect(),
            Touch::Typed(words) => return self.answer(&words, who, venue),
            Touch::Back => return self.back(),
        }
        Outcome::Nothing
    }

    fn edit(&mut self, field: Field, words: String) {
        // Dots stand for an address that this desk cannot read: they are none of it.
        let typed = |letter: &char| !letter.is_control() && *letter != '•';
        let words: String = words.chars().filter(typed).take(MOST_TYPED).collect();
        (self.problem, self.paper) = (None, None);
        self.field = field;
        if field == Field::Product {
            (self.product, self.hint) = (None, 0);
        }
        self.set(field, words);
    }

    fn back(&mut self) -> Outcome {
        self.problem = None;
        self.pin_wrong = false;
        if self.ask.take().is_some() || self.paper.take().is_some() {
            return Outcome::Nothing;
        }
        if self.changing || self.product.is_some() || !self.typed.is_empty() {
            self.clear_entry();
            self.typed.clear();
            self.turn += 1;
            return Outcome::Nothing;
        }
        Outcome::Leave
    }

    fn enter(&mut self, venue: &Venue) -> Outcome {
        self.problem = None;
        if !self.is_open(venue.meeting) {
            return Outcome::Nothing;
        }
        let done = match self.field {
            Field::Product | Field::Quantity | Field::Price => self.enter_line(venue),
            field => self.enter_detail(field, venue),
        };
        done.unwrap_or_else(|problem| {
            self.problem = Some(problem);
            Outcome::Nothing
        })
    }

    /// Forward is what Enter does as far as something was typed; back never writes anything down.
    fn onward(&mut self, by: i8, venue: &Venue) -> Outcome {
        let typed = self.text(self.field).is_some_and(|text| !text.trim().is_empty());
        if by > 0 && (typed || self.product.is_some()) {
            return self.enter(venue);
        }
        self.move_on(by);
        Outcome::Nothing
    }

    fn move_on(&mut self, by: i8) {
        let at = FIELDS.iter().position(|field| *field == self.field).unwrap_or(0);
        let mut at = at.saturating_add_signed(isize::from(by));
        if by > 0 && at <= 2 && self.product.is_none() {
            at = 3;
        }
        self.field = if at >= FIELDS.len() { Field::Product } else { FIELDS[at] };
    }

    fn act(&mut self, shown: &Deed, venue: &Venue) -> Outcome {
        self.problem = None;
        if !self.deeds(venue).iter().any(|deed| deed == shown && deed.enabled) {
            return Outcome::Nothing;
        }
        match self.step_of(shown.code, venue) {
            Ok(step) => self.follow(step, venue.meeting),
            Err(problem) => {
                self.problem = Some(problem);
                Outcome::Nothing
            }
        }
    }

    fn answer(&mut self, words: &str, who: &StaffId, venue: &Venue) -> Outcome {
        self.problem = None;
        self.pin_wrong = false;
        let words: String = words.trim().chars().filter(|letter| !letter.is_control()).take(MOST_TYPED).collect();
        let Some(ask) = self.ask.clone() else { return Outcome::Nothing };
        match deeds::answered(&ask, words, who, self, venue) {
            Some(step) => self.follow(step, venue.meeting),
            None => Outcome::Nothing,
        }
    }

    fn follow(&mut self, step: Step, meeting: &Meeting) -> Outcome {
        match step {
            Step::Ask(ask) => {
                if ask == Ask::Signer {
                    self.signer = self.usual_signer(meeting);
                }
                self.ask = Some(ask);
                Outcome::Nothing
            }
            Step::Pay => Outcome::Pay,
            Step::WrongPin => {
                self.pin_wrong = true;
                Outcome::WrongPin
            }
            Step::Write(content) => self.submit(*content, Pending::Line, meeting),
            Step::Copy(content) => {
                // A slip of its own.
                self.replaces = self.slip.take();
                self.submit(*content, Pending::Copy, meeting)
            }
            Step::Do(command) => {
                let signs = matches!(*command, Command::SignSlip { .. });
                self.pending = Some(if signs { Pending::Sign } else { Pending::Other });
                Outcome::Submit(command)
            }
        }
    }

    /// The whole content as one event: the draft, or what follows the version that is on the screen.
    fn submit(&mut self, content: SlipContent, pending: Pending, meeting: &Meeting) -> Outcome {
        let content = Box::new(content);
        let command = match self.record(meeting) {
            Some(record) => Command::ReviseSlip { slip: record.id, base: record.version().stamp.event, content },
            None => {
                self.before = slips_of(meeting, self.household).map(|slip| slip.id).collect();
                Command::DraftSlip { content }
            }
        };
        self.pending = Some(pending);
        Outcome::Submit(Box::new(command))
    }

    /// What was wanted stands, or not.
    pub fn answered(&mut self, result: &Result<(), Failed>, venue: &Venue) {
        let Some(pending) = self.pending.take() else { return };
        if let Err(failed) = result {
            self.problem = Some(problem::of(failed, venue));
            if pending == Pending::Copy {
                self.slip = self.replaces.take();
            }
            return;
        }
        if self.slip.is_none() {
            let new = slips_of(venue.meeting, self.household).map(|slip| slip.id).find(|id| !self.before.contains(id));
            self.slip = new;
        }
        match pending {
            Pending::Line => self.clear_entry(),
            Pending::Field(field) => {
                self.typed.retain(|(known, _)| *known != field);
                self.move_on(1);
            }
            Pending::Sign => (self.signed, self.ask) = (true, None),
            Pending::Paper => {}
            Pending::Copy | Pending::Other => (self.ask, self.paper) = (None, None),
        }
        self.turn += 1;
    }

    // ── What is at hand ──

    fn record<'a>(&self, meeting: &'a Meeting) -> Option<&'a SlipRecord> {
        meeting.slip(self.slip?)
    }

    fn status(&self, meeting: &Meeting) -> Option<SlipStatus> {
        self.record(meeting).map(SlipRecord::status)
    }

    /// It may still change.
    fn is_open(&self, meeting: &Meeting) -> bool {
        matches!(self.status(meeting), None | Some(SlipStatus::Draft))
    }

    fn content(&self, meeting: &Meeting) -> SlipContent {
        match self.record(meeting) {
            Some(record) => (*record.version().content).clone(),
            None => details::fresh(self.household, self.dealer, meeting),
        }
    }

    fn text(&self, field: Field) -> Option<&str> {
        self.typed.iter().find(|(known, _)| *known == field).map(|(_, words)| words.as_str())
    }

    fn set(&mut self, field: Field, words: String) {
        match self.typed.iter_mut().find(|(known, _)| *known == field) {
            Some((_, known)) => *known = words,
            None => self.typed.push((field, words)),
        }
    }
}

/// The slips of a party by number, those without one first.
pub fn slips_of(meeting: &Meeting, household: HouseholdId) -> impl Iterator<Item = &SlipRecord> {
    let same = move |slip: &&SlipRecord| {
        let of = slip.version().content.household;
        meeting.household(of).map_or(of, |known| known.id) == household
    };
    meeting.slips().filter(same)
}
