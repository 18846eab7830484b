//! Somebody who was not invited: a form, its mistakes, and the steps from the list to the table and the badge.
//! Decides no rule and draws nothing; what is typed stays until it is registered or thrown away.

pub mod adapter;
mod fits;
pub mod form;
mod records;
#[cfg(test)]
mod tests;
pub mod view;

use super::Venue;
use domain::event::{NoSeatReason, Party};
use domain::meeting::{PhoneMatch, SeatHow, TaskKind};
use domain::{Command, DealerId, GuestId, Meeting, SalespersonId, StaffId, TableId};
use form::{Choice, Field, Firm, Form, Looks};
use records::Newcomer;
pub use records::assurance;
use std::collections::BTreeMap;

/// Figures that are a phone number rather than a name, in what was searched for.
const LEAST_PHONE: usize = 7;

/// What a person does on the form.
#[derive(Debug, Clone, PartialEq)]
pub enum Touch {
    /// The keys are in this field.
    At(Field),
    Typed(Field, String),
    Choose(Choice),
    /// One more or one less of the adults or the children.
    Count(Field, i8),
    /// A line of what fits.
    Pick(usize),
    /// The line under the keys, up or down.
    Step(i8),
    /// A field is done.
    Onward(Field),
    Register,
    /// The form is thrown away.
    Clear,
    Back,
}

/// What comes of a touch or an answer.
#[derive(Debug, PartialEq)]
pub enum Outcome {
    Nothing,
    Submit(Box<Command>),
    /// The page of a party is shown, with what there is to say about it.
    Open(Party, GuestId, Option<Said>),
    Leave,
}

/// What the page of a party says first.
#[derive(Debug, Clone, PartialEq)]
pub enum Said {
    /// The typed number is theirs.
    NumberIsTheirs,
    Table {
        table: String,
        why: WhyTable,
    },
    NoTable {
        heads: u16,
        reason: NoSeatReason,
    },
}

/// Why this table.
#[derive(Debug, Clone, PartialEq)]
pub enum WhyTable {
    /// Their party sits there.
    Theirs,
    /// So does another party of their salesperson.
    WithSalesperson(String),
    /// It has room.
    HasRoom,
    /// Somebody who was told nothing goes elsewhere.
    MadeRoom { who: String, to: String },
}

/// A line of what fits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fit {
    NewFirm,
    Known(DealerId),
    Nobody,
    Sales(SalespersonId),
}

/// How far a registration is.
#[derive(Debug, Clone, PartialEq)]
enum Step {
    Typing,
    Registering(Newcomer),
    /// With where everybody sat before.
    Seating(Newcomer, BTreeMap<Party, TableId>),
    CheckingIn(Newcomer, BTreeMap<Party, TableId>),
}

/// The form of one person at the desk.
#[derive(Debug, Clone, PartialEq)]
pub struct WalkIn {
    /// Whose form it is: it waits for them.
    pub by: StaffId,
    form: Form,
    at: Field,
    /// The line of what fits under the keys.
    line: usize,
    /// Fields that were done once: only their mistakes are told.
    judged: Vec<Field>,
    /// Grows when the controller itself wrote into fields.
    fill: u32,
    /// Grows when the keys are to go to `at`.
    wanted: u32,
    step: Step,
}

impl WalkIn {
    /// A form, begun with what was searched for.
    pub fn open(by: StaffId, searched: &str) -> WalkIn {
        let mut walk_in = WalkIn {
            by,
            form: Form::default(),
            at: Field::Phone,
            line: 0,
            judged: Vec::new(),
            fill: 1,
            wanted: 1,
            step: Step::Typing,
        };
        walk_in.begin_with(searched);
        walk_in
    }

    /// A form that waits is opened again; what was searched for meanwhile goes where nothing is typed yet.
    pub fn begin_with(&mut self, searched: &str) {
        let figures = searched.chars().filter(char::is_ascii_digit).count();
        let field = if figures >= LEAST_PHONE { Field::Phone } else { Field::Name };
        if !searched.trim().is_empty() && self.form.words(field).is_empty() {
            self.form.write(field, searched.trim());
        }
        self.fill += 1;
        self.go_to(if self.form.phone.is_empty() { Field::Phone } else { Field::PhoneAgain });
    }

    pub fn touch(&mut self, touch: Touch, venue: &Venue) -> Outcome {
        match touch {
            Touch::Back => return Outcome::Leave,
            _ if self.step != Step::Typing => {}
            Touch::At(field) if field != self.at => (self.at, self.line) = (field, 0),
            Touch::At(_) => {}
            Touch::Typed(field, words) => {
                self.form.write(field, &words);
                (self.at, self.line) = (field, 0);
            }
            Touch::Choose(choice) => {
                self.form.choose(choice);
                self.line = 0;
            }
            Touch::Count(field, by) => {
                self.form.count(field, by);
                self.fill += 1;
            }
            Touch::Pick(line) => self.pick(line, venue),
            Touch::Step(by) => {
                let most = self.fits(venue).len().saturating_sub(1);
                self.line = self.line.saturating_add_signed(by.into()).min(most);
            }
            Touch::Onward(field) => return self.onward(field, venue),
            Touch::Register => return self.register(venue),
            Touch::Clear => {
                let (fill, wanted) = (self.fill + 1, self.wanted + 1);
                *self = WalkIn { fill, wanted, ..WalkIn::open(self.by.clone(), "") };
            }
        }
        Outcome::Nothing
    }

    /// The known ones first: a second record of one firm is worse than one more key.
    pub fn fits(&self, venue: &Venue) -> Vec<Fit> {
        match self.at {
            Field::Firm if self.form.of_firm && self.form.firm == Firm::Open => {
                let known = fits::firms(&self.form.firm_words, venue).into_iter().map(Fit::Known);
                let new = (!self.form.firm_words.trim().is_empty()).then_some(Fit::NewFirm);
                known.chain(new).collect()
            }
            Field::Salesperson if self.form.is_new_firm() && self.form.looks == Looks::Open => {
                let known = fits::salespeople(&self.form.sales_words, venue).into_iter().map(Fit::Sales);
                known.chain([Fit::Nobody]).collect()
            }
            _ => Vec::new(),
        }
    }

    fn pick(&mut self, line: usize, venue: &Venue) {
        let Some(fit) = self.fits(venue).into_iter().nth(line) else { return };
        match fit {
            Fit::NewFirm => self.form.firm = Firm::New,
            Fit::Known(dealer) => {
                let name = venue.meeting.dealer(dealer).map(|dealer| dealer.firm.clone());
                self.form.write(Field::Firm, &name.unwrap_or_default());
                self.form.firm = Firm::Known(dealer);
            }
            Fit::Nobody => self.form.looks = Looks::Nobody,
            Fit::Sales(id) => {
                let name = venue.meeting.salesperson(&id).map(|person| person.name.clone());
                self.form.write(Field::Salesperson, &name.unwrap_or_default());
                self.form.looks = Looks::By(id);
            }
        }
        self.fill += 1;
        self.judge(self.at);
        self.go_to(self.next_of(self.at));
    }

    fn onward(&mut self, field: Field, venue: &Venue) -> Outcome {
        self.at = field;
        self.judge(field);
        if field == Field::PhoneAgain
            && self.form.has_phone(venue)
            && let Some(known) = self.known(venue)
        {
            return known;
        }
        if !self.fits(venue).is_empty() {
            self.pick(self.line, venue);
            return Outcome::Nothing;
        }
        let stays = self.told(venue).into_iter().any(|(wrong, _)| wrong == field);
        if field == Field::Note {
            return self.register(venue);
        }
        self.go_to(if stays { field } else { self.next_of(field) });
        Outcome::Nothing
    }

    /// Who has the typed number already.
    fn known(&self, venue: &Venue) -> Option<Outcome> {
        let hash = self.form.phone_hash(venue)?;
        match venue.meeting.by_phone(&hash) {
            PhoneMatch::One { party, guests } => {
                let said = Some(Said::NumberIsTheirs);
                guests.first().map(|guest| Outcome::Open(party, *guest, said))
            }
            PhoneMatch::Nobody | PhoneMatch::Several => None,
        }
    }

    fn register(&mut self, venue: &Venue) -> Outcome {
        if self.form.has_phone(venue)
            && let Some(known) = self.known(venue)
        {
            return known;
        }
        if self.form.of_firm && self.form.firm == Firm::Open && fits::firms(&self.form.firm_words, venue).is_empty() {
            self.form.firm = Firm::New;
        }
        let faults = self.form.faults(venue);
        if let Some((first, _)) = faults.first() {
            faults.iter().for_each(|(field, _)| self.judge(*field));
            self.go_to(*first);
            return Outcome::Nothing;
        }
        let Some((newcomer, command)) = records::register(&self.form, venue) else { return Outcome::Nothing };
        self.step = Step::Registering(newcomer);
        Outcome::Submit(Box::new(command))
    }

    /// The answer to the last command; what comes next.
    pub fn answered(&mut self, stands: bool, who: &StaffId, venue: &Venue) -> Outcome {
        match std::mem::replace(&mut self.step, Step::Typing) {
            Step::Typing => Outcome::Nothing,
            Step::Registering(_) if !stands => Outcome::Nothing,
            Step::Registering(newcomer) => {
                let before = venue.meeting.seats_now().into_iter().map(|seat| (seat.party, seat.table)).collect();
                match records::seat(newcomer, venue) {
                    Some(command) => {
                        self.step = Step::Seating(newcomer, before);
                        Outcome::Submit(Box::new(command))
                    }
                    None => self.check_in(newcomer, before, who, venue),
                }
            }
            // Without a table they come in all the same.
            Step::Seating(newcomer, before) => self.check_in(newcomer, before, who, venue),
            Step::CheckingIn(newcomer, before) => {
                let said = said(newcomer.party, &before, venue.meeting);
                Outcome::Open(newcomer.party, newcomer.guest, said)
            }
        }
    }

    /// Whether the party is on the list, whatever becomes of the rest.
    pub fn is_registered(&self) -> bool {
        matches!(self.step, Step::Seating(..) | Step::CheckingIn(..))
    }

    /// Nobody waits for the answer any more; whether they are on the list.
    pub fn left_alone(&mut self, stands: bool) -> bool {
        match std::mem::replace(&mut self.step, Step::Typing) {
            Step::Typing => false,
            Step::Registering(_) => stands,
            Step::Seating(..) | Step::CheckingIn(..) => true,
        }
    }

    fn check_in(
        &mut self,
        newcomer: Newcomer,
        before: BTreeMap<Party, TableId>,
        who: &StaffId,
        venue: &Venue,
    ) -> Outcome {
        let command = records::check_in(newcomer, &self.form, who, venue);
        self.step = Step::CheckingIn(newcomer, before);
        Outcome::Submit(Box::new(command))
    }

    fn judge(&mut self, field: Field) {
        if !self.judged.contains(&field) {
            self.judged.push(field);
        }
    }

    fn go_to(&mut self, field: Field) {
        (self.at, self.line) = (field, 0);
        self.wanted += 1;
    }

    /// The mistakes of the fields that were done once.
    fn told(&self, venue: &Venue) -> Vec<(Field, form::Fault)> {
        let mut faults = self.form.faults(venue);
        faults.retain(|(field, _)| self.judged.contains(field));
        faults
    }

    fn next_of(&self, field: Field) -> Field {
        let order = [
            (Field::Phone, true),
            (Field::PhoneAgain, true),
            (Field::Name, true),
            (Field::Title, true),
            (Field::Firm, true),
            (Field::Salesperson, self.form.is_new_firm()),
            (Field::Adults, self.form.of_firm),
            (Field::Children, self.form.of_firm),
            (Field::Note, true),
        ];
        let after = order.iter().skip_while(|(one, _)| *one != field).skip(1);
        after.filter(|(_, shown)| *shown).map(|(one, _)| *one).next().unwrap_or(Field::Note)
    }
}

/// Where they sit and why, or why not.
fn said(party: Party, before: &BTreeMap<Party, TableId>, meeting: &Meeting) -> Option<Said> {
    let Some(spot) = meeting.table_spot(party) else {
        let wants = |kind: &TaskKind| match kind {
            TaskKind::NoTable { party: who, heads, reason } if *who == party => Some((*heads, *reason)),
            _ => None,
        };
        let (heads, reason) = meeting.tasks().iter().find_map(|task| wants(&task.kind))?;
        return Some(Said::NoTable { heads, reason });
    };
    let seats = meeting.seats_now();
    let gone = seats.iter().find(|seat| {
        let left = before.get(&seat.party) == Some(&spot.id) && seat.table != spot.id;
        left && seat.party != party && seat.how != SeatHow::Told
    });
    let why = if before.get(&party) == Some(&spot.id) {
        WhyTable::Theirs
    } else if let Some(gone) = gone {
        let to = meeting.table(&gone.table).map_or_else(|| gone.table.to_string(), |now| now.table.label.clone());
        WhyTable::MadeRoom { who: name_of(gone.party, meeting), to }
    } else {
        let sales = |party| match party {
            Party::Household(household) => meeting.salesperson_of(household),
            Party::Guest(_) => None,
        };
        let own = sales(party);
        let beside = seats.iter().any(|seat| seat.party != party && seat.table == spot.id && sales(seat.party) == own);
        let name = own.filter(|_| beside).and_then(|id| meeting.salesperson(&id)).map(|person| person.name.clone());
        name.map_or(WhyTable::HasRoom, WhyTable::WithSalesperson)
    };
    Some(Said::Table { table: spot.label, why })
}

fn name_of(party: Party, meeting: &Meeting) -> String {
    let name = match party {
        Party::Household(id) => meeting.household(id).map(|household| household.name.clone()),
        Party::Guest(id) => meeting.guest(id).map(|guest| guest.name.clone()),
    };
    name.unwrap_or_default()
}
