//! What is typed about somebody who was not invited, and what is wrong with it. Keeps every letter; makes no record.

use super::fits;
use crate::screens::desk::Venue;
use crate::screens::search::letters::plain;
use domain::meeting::{MOST_UNLISTED, PhoneMatch};
use domain::roster::{ClassCriterion, CustomerClass, GuestRole};
use domain::{DealerId, SalespersonId};
use std::collections::BTreeSet;
pub use ui::{WalkInFault as Fault, WalkInField as Field};

/// Letters of one line.
const MOST_TYPED: usize = 80;

/// The firm that was meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Firm {
    Open,
    New,
    Known(DealerId),
}

/// Who looks after the firm.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Looks {
    Open,
    Nobody,
    By(SalespersonId),
}

/// A choice by a touch or a key.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Choice {
    /// Of a firm, or a guest without one.
    OfFirm(bool),
    Role(GuestRole),
    Decides(bool),
    /// None: it is judged later.
    Class(Option<CustomerClass>),
    Criterion(ClassCriterion),
}

/// The form as it stands.
#[derive(Debug, Clone, PartialEq)]
pub struct Form {
    pub of_firm: bool,
    pub phone: String,
    pub phone_again: String,
    pub name: String,
    pub title: String,
    /// Of a firm, or where a guest without one works.
    pub firm_words: String,
    pub firm: Firm,
    pub sales_words: String,
    pub looks: Looks,
    pub role: GuestRole,
    pub decides: bool,
    /// With the named one.
    pub adults: String,
    pub children: String,
    pub class: Option<CustomerClass>,
    pub criteria: BTreeSet<ClassCriterion>,
    pub note: String,
}

impl Default for Form {
    fn default() -> Form {
        Form {
            of_firm: true,
            phone: String::new(),
            phone_again: String::new(),
            name: String::new(),
            title: String::new(),
            firm_words: String::new(),
            firm: Firm::Open,
            sales_words: String::new(),
            looks: Looks::Open,
            role: GuestRole::Owner,
            decides: true,
            adults: "1".into(),
            children: "0".into(),
            class: None,
            criteria: BTreeSet::new(),
            note: String::new(),
        }
    }
}

impl Form {
    pub fn words(&self, field: Field) -> &str {
        match field {
            Field::Phone => &self.phone,
            Field::PhoneAgain => &self.phone_again,
            Field::Name => &self.name,
            Field::Title => &self.title,
            Field::Firm => &self.firm_words,
            Field::Salesperson => &self.sales_words,
            Field::Adults => &self.adults,
            Field::Children => &self.children,
            Field::Note => &self.note,
            Field::Class => "",
        }
    }

    pub fn write(&mut self, field: Field, words: &str) {
        let words: String = words.chars().filter(|letter| !letter.is_control()).take(MOST_TYPED).collect();
        match field {
            Field::Phone => self.phone = words,
            Field::PhoneAgain => self.phone_again = words,
            Field::Name => self.name = words,
            Field::Title => self.title = words,
            Field::Firm => (self.firm_words, self.firm) = (words, Firm::Open),
            Field::Salesperson => (self.sales_words, self.looks) = (words, Looks::Open),
            Field::Adults => self.adults = words,
            Field::Children => self.children = words,
            Field::Note => self.note = words,
            Field::Class => {}
        }
    }

    pub fn choose(&mut self, choice: Choice) {
        match choice {
            Choice::OfFirm(of_firm) if of_firm != self.of_firm => {
                self.of_firm = of_firm;
                (self.role, self.decides) = if of_firm { (GuestRole::Owner, true) } else { (GuestRole::Press, false) };
            }
            Choice::OfFirm(_) => {}
            Choice::Role(role) => (self.role, self.decides) = (role, role == GuestRole::Owner),
            Choice::Decides(decides) => self.decides = decides && self.of_firm,
            Choice::Class(class) => {
                self.class = class;
                if !wants_criterion(class) {
                    self.criteria.clear();
                }
            }
            Choice::Criterion(criterion) => {
                if !self.criteria.remove(&criterion) && wants_criterion(self.class) {
                    self.criteria.insert(criterion);
                }
            }
        }
    }

    /// One more or one less, as far as a party goes.
    pub fn count(&mut self, field: Field, by: i8) {
        let (least, most) = bounds(field);
        let now = number(self.words(field)).unwrap_or(least);
        let now = now.saturating_add_signed(by.into()).clamp(least, most.max(now));
        self.write(field, &now.to_string());
    }

    /// Adults without the named one, and children, when both are sensible.
    pub fn unlisted(&self) -> Option<(u8, u8)> {
        if !self.of_firm {
            return Some((0, 0));
        }
        let within = |field| {
            let (least, most) = bounds(field);
            number(self.words(field)).filter(|count| (least..=most).contains(count))
        };
        let (adults, children) = (within(Field::Adults)?, within(Field::Children)?);
        Some((u8::try_from(adults - 1).ok()?, u8::try_from(children).ok()?))
    }

    /// Whether the firm is a new one, so that it wants a salesperson and a class.
    pub fn is_new_firm(&self) -> bool {
        self.of_firm && !matches!(self.firm, Firm::Known(_))
    }

    /// What is wrong, in the order of the form.
    pub fn faults(&self, venue: &Venue) -> Vec<(Field, Fault)> {
        let mut faults = Vec::new();
        let mut say = |field, fault: Option<Fault>| faults.extend(fault.map(|fault| (field, fault)));
        say(Field::Phone, self.phone_fault(venue));
        let differ = self.phone_differs(venue);
        say(Field::PhoneAgain, differ.then_some(Fault::PhonesDiffer));
        say(Field::Name, self.name.trim().is_empty().then_some(Fault::NameMissing));
        if self.of_firm {
            say(Field::Firm, self.firm_fault(venue));
            for field in [Field::Adults, Field::Children] {
                let (least, most) = bounds(field);
                let fits = number(self.words(field)).is_some_and(|count| (least..=most).contains(&count));
                say(field, (!fits).then_some(Fault::TooManyHeads));
            }
        }
        if self.is_new_firm() {
            say(Field::Salesperson, (self.looks == Looks::Open).then_some(Fault::SalespersonMissing));
            let unproved = wants_criterion(self.class) && self.criteria.is_empty();
            say(Field::Class, unproved.then_some(Fault::CriterionMissing));
        }
        faults
    }

    fn phone_fault(&self, venue: &Venue) -> Option<Fault> {
        if self.phone.trim().is_empty() {
            // Nobody without a firm is kept at the door for a number.
            let wanted = self.of_firm || !self.phone_again.trim().is_empty();
            return wanted.then_some(Fault::PhoneMissing);
        }
        match self.phone_hash(venue) {
            None => Some(Fault::NoPhone),
            Some(hash) => (venue.meeting.by_phone(&hash) == PhoneMatch::Several).then_some(Fault::PhoneInSeveral),
        }
    }

    pub fn phone_hash(&self, venue: &Venue) -> Option<String> {
        venue.secrets.phone_hash(self.phone.trim(), venue.meeting)
    }

    fn phone_differs(&self, venue: &Venue) -> bool {
        let again = self.phone_again.trim();
        again != self.phone.trim() && venue.secrets.phone_hash(again, venue.meeting) != self.phone_hash(venue)
            || again.is_empty() != self.phone.trim().is_empty()
    }

    /// Whether the number is whole and was typed twice.
    pub fn has_phone(&self, venue: &Venue) -> bool {
        self.phone_hash(venue).is_some() && !self.phone_differs(venue)
    }

    fn firm_fault(&self, venue: &Venue) -> Option<Fault> {
        if plain(&self.firm_words).is_empty() {
            return Some(Fault::FirmMissing);
        }
        let doubtful = self.firm == Firm::Open && !fits::firms(&self.firm_words, venue).is_empty();
        doubtful.then_some(Fault::FirmOpen)
    }
}

/// A or B by at least one criterion; C is the rest.
pub fn wants_criterion(class: Option<CustomerClass>) -> bool {
    matches!(class, Some(CustomerClass::A | CustomerClass::B))
}

fn bounds(field: Field) -> (u16, u16) {
    let most = u16::from(MOST_UNLISTED);
    if field == Field::Adults { (1, most + 1) } else { (0, most) }
}

fn number(words: &str) -> Option<u16> {
    words.trim().parse().ok()
}
