//! What the map shows, as the plain values that the screen takes: codes, names and figures, never sentences.

use std::sync::Arc;

/// The map of the hall at one moment.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct MapPage {
    pub rule: ui::MapRule,
    pub tables: Arc<Vec<ui::TableCell>>,
    pub areas: Arc<Vec<ui::FloorArea>>,
    pub width: f32,
    pub depth: f32,
    /// Across one table, in centimetres.
    pub table_size: f32,
    /// The meeting file places no table.
    pub tidy: bool,
    pub chosen: Option<(f32, f32)>,
    pub aim: Option<(f32, f32)>,
    /// Grows when the chosen table shall come into view.
    pub reveal: i32,
    pub finding: bool,
    pub wanted: String,
    pub found: Vec<ui::FoundLine>,
    pub found_chosen: usize,
    pub plan: PlanSide,
    pub side: Side,
    pub carried: Option<Carried>,
    pub asked: Asked,
    pub may: May,
    pub card: super::Card,
    pub refused: ui::RefusedWhy,
    /// An act is being committed.
    pub busy: bool,
}

/// What may be done here now.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct May {
    pub weigh: bool,
    pub replan: bool,
    pub lock: bool,
    pub print: bool,
    /// The act that would be taken back.
    pub undo: Option<ui::PlanLine>,
}

/// What the side of the map shows.
#[derive(Debug, Clone, Default, PartialEq)]
pub enum Side {
    #[default]
    Plan,
    Table {
        facts: ui::TableFacts,
        parties: Vec<ui::PartyLine>,
    },
    Unseated {
        parties: Vec<ui::PartyLine>,
    },
    Party(Box<PartySide>),
}

/// What the plan costs.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct PlanSide {
    /// Places for guests.
    pub chairs: i32,
    pub heads: i32,
    pub present: i32,
    pub told: i32,
    /// Parties.
    pub without_table: i32,
    pub free_tables: i32,
    pub has_plan: bool,
    /// A bound of the seating is passed: nothing has a price.
    pub unpriced: bool,
    pub points: i32,
    pub sums: Vec<ui::RuleSum>,
    pub lines: Arc<Vec<ui::PlanLine>>,
    pub more_lines: i32,
    pub preset: ui::MapPreset,
}

/// Why a party is where it is.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct PartySide {
    pub party: ui::PartyLine,
    pub reasons: Vec<ui::PlanLine>,
    pub elsewhere: Vec<ui::Elsewhere>,
    /// Tables where it cannot go.
    pub blocked: i32,
    pub swap: Option<ui::Elsewhere>,
}

/// A party that is being moved.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Carried {
    pub party: ui::PartyLine,
    /// The table it is held over, what that would cost, and by which rules.
    pub aim: Option<(ui::Elsewhere, Vec<ui::RuleSum>)>,
}

/// What is asked before something is done.
#[derive(Debug, Clone, Default, PartialEq)]
pub enum Asked {
    #[default]
    Nothing,
    WhyMoved {
        who: Box<ui::PartyLine>,
        table: String,
    },
    Close,
    Merge {
        /// "8 · 9".
        with: String,
        seats: u16,
    },
    Renumber,
    Add,
    ReplanRunning,
    Replan {
        moves: i32,
        before: i32,
        after: i32,
        changes: Vec<ui::RuleSum>,
    },
    ReplanFailed(ui::ReplanFault),
}

impl Asked {
    pub fn code(&self) -> ui::MapQuestion {
        match self {
            Asked::Nothing => ui::MapQuestion::None,
            Asked::WhyMoved { .. } => ui::MapQuestion::WhyMoved,
            Asked::Close => ui::MapQuestion::Close,
            Asked::Merge { .. } => ui::MapQuestion::Merge,
            Asked::Renumber => ui::MapQuestion::Renumber,
            Asked::Add => ui::MapQuestion::Add,
            Asked::ReplanRunning => ui::MapQuestion::ReplanRunning,
            Asked::Replan { .. } => ui::MapQuestion::Replan,
            Asked::ReplanFailed(_) => ui::MapQuestion::ReplanFailed,
        }
    }
}
