//! The operator's window as plain values. The adapter copies them into Slint's properties.

use super::deeds::Deed;
use crate::screens::pairing::PairingPage;
use domain::config::Language;
use stage_ui::{
    RoundState, SceneCode, StageAsk, StageDevice, StagePickState, StageSaid, StepCode, StepState, Tone, WorkPanel,
};

#[derive(Debug, Clone, PartialEq)]
pub struct OperatorView {
    pub language: Language,
    pub place: String,
    pub person: String,
    pub meeting: String,
    pub clock: String,
    pub connected: bool,
    pub storage_failed: bool,
    pub waiting: usize,
    pub waiting_since: String,
    pub page: OperatorPage,
}

#[derive(Debug, Clone, PartialEq)]
pub enum OperatorPage {
    Pairing(PairingPage),
    SignIn { typed: usize, wrong: bool, locked_minutes: u32 },
    Work(Box<WorkPage>),
}

#[derive(Debug, Clone, PartialEq)]
pub struct WorkPage {
    /// Scene, its key, and whether the hall sees it.
    pub scenes: Vec<(SceneCode, String, bool)>,
    pub panel: WorkPanel,
    pub rehearsal: bool,
    pub draw: String,
    pub round: u32,
    pub prize: String,
    pub quantity: u32,
    pub checked_in: bool,
    pub void_reason: String,
    pub steps: Vec<(StepCode, StepState, String)>,
    pub rounds: Vec<RoundRow>,
    pub faces: Vec<u8>,
    pub dice_wanted: usize,
    pub behind: String,
    pub frozen: bool,
    pub picks: Vec<PickRow>,
    pub commitment: String,
    pub entries: String,
    pub rules: String,
    pub deeds: Vec<Deed>,
    pub devices: Vec<(StageDevice, String, String, Tone)>,
    pub asking: StageAsk,
    pub asking_about: String,
    pub typed_figures: usize,
    pub said: (StageSaid, String),
    pub busy: bool,
}

#[derive(Debug, Clone, PartialEq)]
pub struct RoundRow {
    pub prize: String,
    pub quantity: u32,
    pub left: u32,
    pub checked_in: bool,
    pub state: RoundState,
    pub chosen: bool,
}

#[derive(Debug, Clone, PartialEq)]
pub struct PickRow {
    pub pick: u32,
    pub id: String,
    pub person: String,
    pub firm: String,
    pub county: String,
    pub phone: String,
    pub state: StagePickState,
    pub calls: u8,
    pub chosen: bool,
}

impl OperatorPage {
    /// For logs, the control socket and tests.
    pub fn name(&self) -> &'static str {
        match self {
            OperatorPage::Pairing(_) => "pairing",
            OperatorPage::SignIn { .. } => "sign_in",
            OperatorPage::Work(_) => "work",
        }
    }
}
