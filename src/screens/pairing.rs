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
