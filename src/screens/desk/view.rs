//! What the desk shows, as plain values: codes, names and figures, never sentences.

use super::cashier::view::CashierPage;
use super::counter::view::CounterPage;
use super::deeds::Question;
use super::finder::FinderView;
use super::group::view::GroupPage;
use super::guest::view::GuestPage;
use super::map::view::MapPage;
use super::slip::view::SlipPage;
use super::walk_in::view::WalkInPage;
use crate::screens::pairing::PairingPage;
use crate::screens::tasks::{SettledLine, TaskLine};
use domain::config::Language;

/// Everything on the screen at one moment.
#[derive(Debug, Clone, PartialEq)]
pub struct DeskView {
    pub language: Language,
    pub place: String,
    /// Who is signed in; empty: nobody.
    pub person: String,
    pub meeting: String,
    pub clock: String,
    pub connected: bool,
    /// Nothing can be recorded here: whoever works goes to another desk.
    pub storage_failed: bool,
    /// Own acts that the hub has not given back, and since when (`hh:mm`, empty when none waits).
    pub waiting: usize,
    pub waiting_since: String,
    /// Open tasks.
    pub tasks: usize,
    /// What is searched for, and what fits.
    pub search: FinderView,
    pub page: DeskPage,
}

#[derive(Debug, Clone, PartialEq)]
pub enum DeskPage {
    Pairing(PairingPage),
    SignIn {
        typed: usize,
        wrong: bool,
        locked_minutes: u32,
    },
    Tasks(Box<TasksPage>),
    Map(Box<MapPage>),
    /// A party, beside the list of what waits.
    Guest(Box<GuestPage>, Box<TasksPage>),
    /// The form for somebody who was not invited.
    WalkIn(Box<WalkInPage>, Box<TasksPage>),
    /// One salesperson's dealers come together.
    Group(Box<GroupPage>, Box<TasksPage>),
    Slip(Box<SlipPage>),
    Cashier(Box<CashierPage>),
    Counter(Box<CounterPage>),
}

impl DeskPage {
    /// Name for logs, the control socket and tests.
    pub fn name(&self) -> &'static str {
        match self {
            DeskPage::Pairing(_) => "pairing",
            DeskPage::SignIn { .. } => "sign_in",
            DeskPage::Tasks(_) => "tasks",
            DeskPage::Map(_) => "map",
            DeskPage::Guest(..) => "guest",
            DeskPage::WalkIn(..) => "walk_in",
            DeskPage::Group(..) => "group",
            DeskPage::Slip(_) => "slip",
            DeskPage::Cashier(_) => "payments",
            DeskPage::Counter(_) => "counter",
        }
    }
}

#[derive(Debug, Clone, PartialEq)]
pub struct TasksPage {
    pub open: Vec<TaskLine>,
    /// The newest first.
    pub settled: Vec<SettledLine>,
    /// A place in one of the two.
    pub chosen: Option<usize>,
    pub is_settled: bool,
    pub deeds: Vec<DeedLine>,
    pub asking: Option<Question>,
    /// Why the last act was refused.
    pub refused: ui::RefusedWhy,
    /// An act is being committed.
    pub busy: bool,
}

#[derive(Debug, Clone, PartialEq)]
pub struct DeedLine {
    pub code: ui::DeedCode,
    pub value: String,
}
