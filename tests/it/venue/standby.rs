//! A second mini-PC with the same keys, that follows the hub and can take its place.

use super::process::{Process, wait_for};
use super::{Venue, text, usher, usher_ok};
use serde_json::Value;
use std::fs;
use std::os::unix::fs::{DirBuilderExt, PermissionsExt};
use std::path::PathBuf;

pub struct Standby {
    folder: PathBuf,
    address: String,
    _process: Process,
}

impl Standby {
    pub fn start(venue: &Venue) -> Standby {
        let folder = venue.folder().join("standby");
        // As a technician does with a stick: the keys, nothing else.
        fs::DirBuilder::new().recursive(true).mode(0o700).create(folder.join("keys")).expect("a folder");
        for name in ["meeting.json", "meeting.id"] {
            let file = folder.join("keys").join(name);
            fs::copy(venue.hub_folder().join("keys").join(name), &file).expect("the keys");
            fs::set_permissions(&file, fs::Permissions::from_mode(0o600)).expect("our own file");
        }
        let mut command = usher();
        command.args(["hub", "--data", text(&folder), "--listen", "127.0.0.1:0", "--standby-of", &venue.hub_url()]);
        let process = Process::start("standby", command);
        let address = wait_for("the standby's address", || {
            fs::read_to_string(folder.join("address")).ok().filter(|address| !address.is_empty())
        });
        Standby { folder, address, _process: process }
    }

    pub fn url(&self) -> String {
        format!("https://{}", self.address)
    }

    pub fn status(&self) -> Value {
        let output = usher_ok(&["hub", "status", "--data", text(&self.folder), "--json"]);
        serde_json::from_slice(&output.stdout).expect("status is JSON")
    }

    /// Waits until it has all but so many events of the hub.
    pub fn wait_lag(&self, most: u64) {
        wait_for("the standby beside the hub", || {
            let link = self.status()["link"].clone();
            (link["worked_ms"].is_u64() && link["lag"].as_u64() <= Some(most)).then_some(())
        });
    }

    pub fn promote(&self) {
        usher_ok(&["hub", "promote", "--data", text(&self.folder)]);
    }

    /// A fresh pairing code of this hub.
    pub fn ticket(&self) -> String {
        let output = usher_ok(&["hub", "enroll", "--json", "--data", text(&self.folder)]);
        let ticket: Value = serde_json::from_slice(&output.stdout).expect("a ticket is JSON");
        ticket["ticket"].as_str().expect("a ticket").to_owned()
    }
}
