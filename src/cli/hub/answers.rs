//! What the running hub answers over its control socket.

use super::failure;
use crate::roster::hub_log;
use hub::{Hub, PairingState};
use serde_json::{Value, json};
use sync::DeviceId;
use sync::pairing::KeyHash;

/// What the answers need of the process.
pub struct House {
    pub hub: Hub,
    /// How machines reach this hub.
    pub url: String,
    pub pin: KeyHash,
}

impl House {
    /// Answers one request.
    pub fn answer(&self, request: &Value) -> Value {
        match request["do"].as_str() {
            Some("status") => {
                serde_json::to_value(self.hub.status()).unwrap_or_else(|error| failure(&error.to_string()))
            }
            Some("enroll") => self.enroll(request),
            Some("pairing") => self.pairing(),
            Some("close_pairing") => {
                self.hub.close_pairing();
                json!({"ok": true})
            }
            Some("devices") => self.devices(),
            Some("revoke") => self.revoke(request),
            Some("promote") => match self.hub.promote_blocking() {
                Ok(incarnation) => json!({"ok": true, "incarnation": incarnation.to_string()}),
                Err(error) => failure(&format!("{error}; {}", error.remedy())),
            },
            Some("draw_roots") => match self.hub.roots_blocking() {
                Ok(roots) => {
                    let roots: Vec<Value> = roots.values().map(hub_log::root_record).collect();
                    json!({"roots": roots})
                }
                Err(error) => failure(&format!("{error}; {}", error.remedy())),
            },
            Some("keep_draw_roots") => {
                match hub_log::roots_of(request).map(|roots| self.hub.keep_roots_blocking(roots)) {
                    Some(Ok(())) => json!({"ok": true}),
                    Some(Err(error)) => failure(&format!("{error}; {}", error.remedy())),
                    None => failure("no roots to keep"),
                }
            }
            _ => {
                let read = || self.hub.events_blocking();
                let write = |events| self.hub.author_blocking(events);
                hub_log::answer(request, read, write).unwrap_or_else(|| {
                    failure(
                        "known are: status, enroll, pairing, close_pairing, devices, revoke, promote, list_events, all_events, author, draw_roots, keep_draw_roots",
                    )
                })
            }
        }
    }

    fn enroll(&self, request: &Value) -> Value {
        let url = request["url"].as_str().unwrap_or(&self.url);
        let ticket = self.hub.open_pairing(url, self.pin);
        json!({"ok": true, "ticket": ticket.text(), "url": ticket.url, "code": ticket.code.grouped()})
    }

    fn pairing(&self) -> Value {
        match self.hub.pairing() {
            PairingState::Closed => json!({"ok": true, "open": false}),
            PairingState::Open { left_ms, tries_left } => {
                json!({"ok": true, "open": true, "left_ms": left_ms, "tries_left": tries_left})
            }
        }
    }

    fn devices(&self) -> Value {
        let device = |device: &hub::Device| {
            json!({
                "device": device.device.to_string(),
                "role": device.role,
                "name": device.name,
                "numbers": device.prefixes,
                "revoked_after": device.revoked_after,
                "last_seen_ms": device.last_seen_ms,
            })
        };
        json!({"ok": true, "devices": self.hub.devices().iter().map(device).collect::<Vec<_>>()})
    }

    fn revoke(&self, request: &Value) -> Value {
        let device = request["device"].as_str().and_then(|device| device.parse::<DeviceId>().ok());
        let Some(device) = device else { return failure("no such device") };
        match self.hub.revoke_blocking(device, request["reason"].as_str().unwrap_or_default()) {
            Ok(cursor) => json!({"ok": true, "after_cursor": cursor}),
            Err(problem) => failure(&problem.to_string()),
        }
    }
}
