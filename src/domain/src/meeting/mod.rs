//! The meeting as known from its log: a fold over events, and the rules that make new ones.

use std::sync::Arc;

use crate::actor::{Ctx, Meta};
use crate::command::Command;
use crate::config::MeetingConfig;
use crate::event::Event;
use crate::refusal::Refusal;

/// The meeting: what the log says so far. Cloning is cheap.
#[derive(Clone, Debug, Default)]
pub struct Meeting {
    config: Arc<MeetingConfig>,
}

impl Meeting {
    /// A meeting of which nothing is known yet.
    pub fn new() -> Meeting {
        Meeting::default()
    }

    /// The facts of the meeting.
    pub fn config(&self) -> &MeetingConfig {
        &self.config
    }

    /// What a command makes happen; nothing is changed here.
    ///
    /// # Errors
    /// A refusal names the rule that said no.
    pub fn decide(&self, _command: &Command, _ctx: &mut Ctx) -> Result<Vec<Event>, Refusal> {
        Ok(Vec::new())
    }

    /// Folds an event in; total: whatever the event, it never fails.
    pub fn apply(&mut self, _meta: &Meta, event: &Event) {
        if let Event::MeetingConfigured(payload) = event {
            self.config = Arc::new((*payload.config).clone());
        }
    }
}
