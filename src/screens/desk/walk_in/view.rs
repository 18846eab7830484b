//! What the form shows, as plain values: codes, names and figures, never sentences.

use super::form::{Fault, Field, Firm, Form, Looks, wants_criterion};
use super::{Fit, Step, Venue, WalkIn};

/// The whole form.
#[derive(Debug, Clone, PartialEq)]
pub struct WalkInPage {
    pub form: Form,
    pub at: Field,
    pub fill: u32,
    pub wanted: u32,
    /// What fits the field under the keys.
    pub fits: Vec<FitLine>,
    pub line: usize,
    pub faults: Vec<(Field, Fault)>,
    pub new_firm: bool,
    pub firm: FirmMark,
    pub looks: LooksMark,
    pub wants_criterion: bool,
    pub step: ui::WalkInStep,
    pub refused: ui::RefusedWhy,
    pub busy: bool,
}

/// Whether the firm is settled.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FirmMark {
    Open,
    New,
    Known,
}

/// Whether the salesperson is settled.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LooksMark {
    Open,
    Nobody,
    Known,
}

/// A firm or a salesperson that fits.
#[derive(Debug, Clone, PartialEq)]
pub struct FitLine {
    pub kind: ui::FitKind,
    pub name: String,
    /// The firm's salesperson, or the salesperson's code.
    pub aside: String,
}

impl WalkIn {
    pub fn page(&self, venue: &Venue, refused: ui::RefusedWhy, busy: bool) -> WalkInPage {
        WalkInPage {
            form: self.form.clone(),
            at: self.at,
            fill: self.fill,
            wanted: self.wanted,
            fits: self.fits(venue).iter().map(|fit| line(fit, &self.form, venue)).collect(),
            line: self.line,
            faults: self.told(venue),
            new_firm: self.form.is_new_firm(),
            firm: match self.form.firm {
                Firm::Open => FirmMark::Open,
                Firm::New => FirmMark::New,
                Firm::Known(_) => FirmMark::Known,
            },
            looks: match self.form.looks {
                Looks::Open => LooksMark::Open,
                Looks::Nobody => LooksMark::Nobody,
                Looks::By(_) => LooksMark::Known,
            },
            wants_criterion: wants_criterion(self.form.class),
            step: match self.step {
                Step::Typing => ui::WalkInStep::Typing,
                Step::Registering(_) => ui::WalkInStep::Registering,
                Step::Seating(..) => ui::WalkInStep::Seating,
                Step::CheckingIn(..) => ui::WalkInStep::CheckingIn,
            },
            refused,
            busy,
        }
    }
}

fn line(fit: &Fit, form: &Form, venue: &Venue) -> FitLine {
    let meeting = venue.meeting;
    let fit_line = |kind, name: &str, aside: &str| FitLine { kind, name: name.into(), aside: aside.into() };
    match fit {
        Fit::NewFirm => fit_line(ui::FitKind::NewFirm, form.firm_words.trim(), ""),
        Fit::Nobody => fit_line(ui::FitKind::Nobody, "", ""),
        Fit::Known(id) => {
            let dealer = meeting.dealer(*id);
            let sales = dealer.and_then(|dealer| dealer.salesperson.as_ref()).and_then(|id| meeting.salesperson(id));
            let sales = sales.map_or("", |person| person.name.as_str());
            fit_line(ui::FitKind::Firm, dealer.map_or("", |dealer| dealer.firm.as_str()), sales)
        }
        Fit::Sales(id) => {
            let name = meeting.salesperson(id).map_or("", |person| person.name.as_str());
            fit_line(ui::FitKind::Salesperson, name, id.as_str())
        }
    }
}
