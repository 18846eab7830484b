//! Who prints, what goes wrong, when, and how a person mends it.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use drivers::models;
use drivers::virtual_hw::{Dialect, Moment, Paper, VirtualPrinter, VirtualState};
use print::Model;
use print::model::{Language, StatusDialect};

/// A printer of the matrix.
#[derive(Debug, Clone, Copy)]
pub struct Kind {
    pub name: &'static str,
    pub model: &'static str,
    pub language: Language,
    pub dialect: Dialect,
    /// Its connection keeps what it said while nobody listened, as USB does.
    pub keeps_answers: bool,
}

const fn kind(name: &'static str, model: &'static str, language: Language, dialect: Dialect) -> Kind {
    Kind { name, model, language, dialect, keeps_answers: false }
}

pub const PRINTERS: [Kind; 12] = [
    kind("escpos process id", "epson-tm-t20iii", Language::Escpos, Dialect::Full),
    Kind { keeps_answers: true, ..kind("escpos process id, usb", "epson-tm-t20iii", Language::Escpos, Dialect::Full) },
    kind("escpos fence", "xprinter-xp80", Language::Escpos, Dialect::NoProcessId),
    kind("escpos status", "xprinter-xp80", Language::Escpos, Dialect::StatusOnly),
    kind("escpos mute", "generic-escpos-80", Language::Escpos, Dialect::Mute),
    kind("tspl", "generic-escpos-80", Language::Tspl, Dialect::Full),
    kind("tspl mute", "generic-escpos-80", Language::Tspl, Dialect::Mute),
    kind("zpl odometer", "generic-escpos-80", Language::Zpl, Dialect::Full),
    kind("zpl", "generic-escpos-80", Language::Zpl, Dialect::NoProcessId),
    kind("zpl old", "generic-escpos-80", Language::Zpl, Dialect::StatusOnly),
    kind("brother", "generic-escpos-80", Language::BrotherQl, Dialect::Full),
    kind("brother replies", "generic-escpos-80", Language::BrotherQl, Dialect::StatusOnly),
];

impl Kind {
    /// The shipped model, or one that speaks the language on the same paper.
    pub fn model(&self) -> Model {
        let model = models::find(self.model).expect("a shipped model").clone();
        let speed_mm_per_s = Some(super::trial::SPEED_MM_PER_S);
        let status = if self.language == Language::Escpos { model.status } else { StatusDialect::default() };
        Model { language: self.language, speed_mm_per_s, status, ..model }
    }

    pub fn is_mute(&self) -> bool {
        self.dialect == Dialect::Mute
    }

    /// Says what is wrong while something is wrong.
    pub fn answers_in_trouble(&self) -> bool {
        let is_old_zebra = self.language == Language::Zpl && self.dialect == Dialect::StatusOnly;
        // A Brother is not asked while it prints: one that pushes nothing is silent until the paper's time is over.
        let pushes_nothing = self.language == Language::BrotherQl && self.dialect != Dialect::Full;
        !self.is_mute() && !is_old_zebra && !pushes_nothing
    }
}

/// The rows of the matrix.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Mishap {
    PaperOut,
    CoverOpen,
    CutterJam,
    Overheated,
    CablePulled,
    PowerCut,
    Crash,
    Dead,
    Slow,
}

/// When it strikes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum When {
    /// Before the printer was asked whether it is ready.
    BeforeAsking,
    /// After it was asked.
    At(Moment),
}

#[derive(Debug, Clone, Copy)]
pub struct Strike {
    pub mishap: Mishap,
    pub when: When,
}

impl Mishap {
    pub const ALL: [Mishap; 9] = [
        Mishap::PaperOut,
        Mishap::CoverOpen,
        Mishap::CutterJam,
        Mishap::Overheated,
        Mishap::CablePulled,
        Mishap::PowerCut,
        Mishap::Crash,
        Mishap::Dead,
        Mishap::Slow,
    ];

    pub fn name(self) -> &'static str {
        match self {
            Mishap::PaperOut => "paper out",
            Mishap::CoverOpen => "cover open",
            Mishap::CutterJam => "cutter jam",
            Mishap::Overheated => "overheated",
            Mishap::CablePulled => "cable pulled",
            Mishap::PowerCut => "power cut",
            Mishap::Crash => "crash",
            Mishap::Dead => "dead",
            Mishap::Slow => "slow",
        }
    }

    fn breaks(self, state: &mut VirtualState) {
        match self {
            Mishap::PaperOut => state.paper = Paper::Out,
            Mishap::CoverOpen => state.cover_open = true,
            Mishap::CutterJam => state.cutter_jammed = true,
            Mishap::Overheated => state.overheated = true,
            Mishap::CablePulled => state.connected = false,
            Mishap::PowerCut => state.powered = false,
            Mishap::Crash => {}
            Mishap::Dead => state.dead = true,
            Mishap::Slow => state.speed_mm_per_s = Some(6),
        }
    }

    /// What staff do about it; a printer that hangs is switched off and on.
    fn is_mended(self, state: &mut VirtualState) {
        match self {
            Mishap::PaperOut => state.paper = Paper::Ok,
            Mishap::CoverOpen => state.cover_open = false,
            Mishap::CutterJam => state.cutter_jammed = false,
            Mishap::Overheated => state.overheated = false,
            Mishap::CablePulled => state.connected = true,
            Mishap::PowerCut => state.powered = true,
            Mishap::Crash => {}
            Mishap::Dead if state.dead => {
                state.dead = false;
                state.power_cycles += 1;
            }
            Mishap::Dead => {}
            Mishap::Slow => state.speed_mm_per_s = Some(super::trial::SPEED_MM_PER_S),
        }
    }
}

impl Strike {
    /// Lets it happen, now or at its moment. `crashed` is set when it is our own process that dies.
    pub fn arm(self, printer: &VirtualPrinter, crashed: &Arc<AtomicBool>) {
        let crashed = Arc::clone(crashed);
        let change = move |state: &mut VirtualState| {
            self.mishap.breaks(state);
            crashed.store(self.mishap == Mishap::Crash, Ordering::Relaxed);
        };
        match self.when {
            When::BeforeAsking => printer.change(change),
            When::At(moment) => printer.plan(moment, change),
        }
    }

    pub fn mend(self, printer: &VirtualPrinter) {
        printer.change(|state| self.mishap.is_mended(state));
    }
}
