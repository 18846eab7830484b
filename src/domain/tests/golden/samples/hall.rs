//! Samples of seats, tables, queues, gifts, the draw, the stage and tasks, in two runs around the money.

use domain::Event;
use domain::config::{SeatingPreset, Table, View};
use domain::event::*;
use domain::ids::*;

use super::{bytes, guest_id, household_id};

pub fn table() -> Table {
    Table {
        id: "T12".into(),
        label: "12".into(),
        seats: 10,
        host_seat: true,
        zone: "A".into(),
        row: 2,
        x_cm: 640,
        y_cm: 480,
        view: View::Blocked,
        step_free: true,
        wheelchair_spaces: 1,
        diameter_cm: None,
    }
}

pub fn samples() -> Vec<Event> {
    let party = Party::Household(household_id(1));
    let alone = Party::Guest(guest_id(7));
    let table = || TableId::new("T12");
    vec![
        SeatAssigned {
            party,
            table: table(),
            reason: SeatReason::WalkIn,
            displaced: vec![(Party::Household(household_id(2)), "T14".into())],
            leased: 0,
        }
        .into(),
        SeatMoved { party: alone, from: Some("T11".into()), to: table(), reason: "rivals".into() }.into(),
        SeatReleased { party, table: table(), reason: ReleaseReason::NoShow }.into(),
        SeatRefused { party, heads: 3, reason: NoSeatReason::NoRoom }.into(),
        TableTold { party, table: table() }.into(),
        HouseholdSeated { party, table: table() }.into(),
        PlacesLeased { device: DeviceId::from_bytes(bytes(21)), table: table(), places: 2, until: None }.into(),
        ExtraChairSigned { table: table(), chairs: 1, by: "h1".into() }.into(),
        TableAdded { table: self::table() }.into(),
        TableClosed { table: table(), affected: vec![party, alone] }.into(),
        TablesMerged { into: table(), merged: vec!["T11".into()], seats: 18, affected: vec![party] }.into(),
        TableRenumbered { table: table(), label: "12A".into(), affected: vec![party], row: 3 }.into(),
        PartiesMoved {
            moves: vec![
                PartyMove { party, from: Some("T11".into()), to: table() },
                PartyMove { party: alone, from: None, to: "T11".into() },
            ],
            told_too: true,
            reason: "rivals".into(),
            undoes: Some(EventId::from_bytes(bytes(31))),
            part: 1,
        }
        .into(),
        SeatLocked { party, table: table() }.into(),
        SeatUnlocked { party }.into(),
        WeightsChosen { preset: SeatingPreset::RivalsFirst, weights: SeatingPreset::RivalsFirst.weights() }.into(),
        TableReopened { table: table() }.into(),
        TablesParted { from: table(), parted: vec!["T8".into()], seats: 10 }.into(),
    ]
}
