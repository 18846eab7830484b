//! The few events of the domain that the hub itself reads and writes: who was taken in. The only
//! place where `hub::core` touches the domain's vocabulary.

use domain::event::{DeviceEnrolled, DeviceRevoked, DeviceRole, EpochOpened};
use sync::ids::Key;
use sync::wire::Role;
use sync::{DeviceId, Event, LogEpoch, Position};

/// Something about a device that the hub decided.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Fact {
    Enrolled { device: DeviceId, epoch: LogEpoch, role: Option<Role>, name: String, prefix: String, key: Key },
    Opened { device: DeviceId, epoch: LogEpoch, prefix: String },
    Revoked { device: DeviceId, after_cursor: u64, reason: String },
}

/// Where a chain forked, when the hub wrote that down.
pub(crate) fn fork_of(event: &Event) -> Option<Position> {
    match domain::Event::from_payload(&event.kind, event.kind_version, &event.payload).ok()? {
        domain::Event::DeviceForked(forked) => Some(Position {
            device: DeviceId(forked.device.bytes()),
            epoch: LogEpoch(forked.epoch.bytes()),
            seq: forked.seq,
        }),
        _ => None,
    }
}

impl Fact {
    /// What an event of the hub's own log says about a device, if it does.
    pub(crate) fn of(event: &Event) -> Option<Fact> {
        match domain::Event::from_payload(&event.kind, event.kind_version, &event.payload).ok()? {
            domain::Event::DeviceEnrolled(enrolled) => Some(Fact::Enrolled {
                device: DeviceId(enrolled.device.bytes()),
                epoch: LogEpoch(enrolled.epoch.bytes()),
                role: role_of(enrolled.role),
                name: enrolled.name,
                prefix: enrolled.prefix,
                key: enrolled.public_hex.parse().ok()?,
            }),
            domain::Event::EpochOpened(opened) => Some(Fact::Opened {
                device: DeviceId(opened.device.bytes()),
                epoch: LogEpoch(opened.epoch.bytes()),
                prefix: opened.prefix,
            }),
            domain::Event::DeviceRevoked(revoked) => Some(Fact::Revoked {
                device: DeviceId(revoked.device.bytes()),
                after_cursor: revoked.after_cursor,
                reason: revoked.reason,
            }),
            _ => None,
        }
    }

    /// The event that says it.
    pub(crate) fn event(self) -> domain::Event {
        match self {
            Fact::Enrolled { device, epoch, role, name, prefix, key } => DeviceEnrolled {
                device: domain::DeviceId::from_bytes(device.0),
                role: device_role(role),
                name,
                epoch: domain::LogEpoch::from_bytes(epoch.0),
                prefix,
                public_hex: key.to_string(),
            }
            .into(),
            Fact::Opened { device, epoch, prefix } => EpochOpened {
                device: domain::DeviceId::from_bytes(device.0),
                epoch: domain::LogEpoch::from_bytes(epoch.0),
                prefix,
            }
            .into(),
            Fact::Revoked { device, after_cursor, reason } => {
                DeviceRevoked { device: domain::DeviceId::from_bytes(device.0), after_cursor, reason }.into()
            }
        }
    }
}

fn role_of(role: DeviceRole) -> Option<Role> {
    match role {
        DeviceRole::Kiosk => Some(Role::Kiosk),
        DeviceRole::Desk => Some(Role::Desk),
        DeviceRole::Stage => Some(Role::Stage),
        DeviceRole::Hub => None,
    }
}

fn device_role(role: Option<Role>) -> DeviceRole {
    match role {
        Some(Role::Kiosk) => DeviceRole::Kiosk,
        Some(Role::Desk) => DeviceRole::Desk,
        Some(Role::Stage) => DeviceRole::Stage,
        None => DeviceRole::Hub,
    }
}
