//! What a machine shows that takes no part in a meeting. The same on every role's window.

use crate::app::station::{Standing, Station};
use crate::screens::rows::text;
use slint::ComponentHandle;
use sync::pairing::TicketError;
use ui::PairingStep;

#[derive(Debug, Clone, PartialEq)]
pub struct PairingPage {
    pub standing: Standing,
    /// The hub's address; empty before a code was read.
    pub hub: String,
    /// Name of this machine.
    pub machine: String,
}

/// How the station stands.
pub fn page(station: &Station) -> PairingPage {
    PairingPage { standing: station.standing(), hub: station.hub_name(), machine: station.name().to_owned() }
}

/// Copies the page into a window's properties.
pub fn show<'a, W: ComponentHandle>(window: &'a W, page: &PairingPage)
where
    ui::Pairing<'a>: slint::Global<'a, W>,
{
    let pairing = window.global::<ui::Pairing>();
    pairing.set_step(step(page.standing));
    pairing.set_hub(text(&page.hub));
    pairing.set_machine(text(&page.machine));
}

/// The same on the stage's window, whose words are of another crate.
pub fn show_on_stage(window: &stage_ui::OperatorWindow, page: &PairingPage) {
    use stage_ui::PairingStep as Step;
    let pairing = window.global::<stage_ui::Pairing>();
    pairing.set_step(match step(page.standing) {
        PairingStep::Wanted => Step::Wanted,
        PairingStep::Asking => Step::Asking,
        PairingStep::Unreachable => Step::Unreachable,
        PairingStep::NotATicket => Step::NotATicket,
        PairingStep::Damaged => Step::Damaged,
        PairingStep::Newer => Step::Newer,
        PairingStep::Refused => Step::Refused,
        PairingStep::OtherHub => Step::OtherHub,
        PairingStep::Revoked => Step::Revoked,
        PairingStep::WrongRole => Step::WrongRole,
        PairingStep::OtherMachine => Step::OtherMachine,
    });
    pairing.set_hub(text(&page.hub));
    pairing.set_machine(text(&page.machine));
}

impl PairingPage {
    /// For logs, the control socket and tests.
    pub fn word(&self) -> &'static str {
        match self.standing {
            Standing::AtWork => "at_work",
            Standing::Wanted => "wanted",
            Standing::OtherMachine => "other_machine",
            Standing::Asking => "asking",
            Standing::Unreachable => "unreachable",
            Standing::Ticket(_) => "no_ticket",
            Standing::Refused => "refused",
            Standing::OtherHub => "other_hub",
            Standing::Revoked => "revoked",
            Standing::WrongRole => "wrong_role",
        }
    }
}

fn step(standing: Standing) -> PairingStep {
    match standing {
        Standing::AtWork | Standing::Wanted => PairingStep::Wanted,
        Standing::OtherMachine => PairingStep::OtherMachine,
        Standing::Asking => PairingStep::Asking,
        Standing::Unreachable => PairingStep::Unreachable,
        Standing::Ticket(TicketError::NotATicket | TicketError::BadCode) => PairingStep::NotATicket,
        Standing::Ticket(TicketError::Damaged) => PairingStep::Damaged,
        Standing::Ticket(TicketError::Newer) => PairingStep::Newer,
        Standing::Refused => PairingStep::Refused,
        Standing::OtherHub => PairingStep::OtherHub,
        Standing::Revoked => PairingStep::Revoked,
        Standing::WrongRole => PairingStep::WrongRole,
    }
}
