//! A stage with both its windows, driven through its control socket.

use super::process::{Process, wait_for};
use super::screen::Screen;
use super::{Venue, ask_socket, text, usher};
use serde_json::{Value, json};
use std::path::PathBuf;

pub struct Stage {
    name: String,
    folder: PathBuf,
    screen: Screen,
    process: Option<Process>,
}

impl Stage {
    /// A stage whose windows share a screen of 1280×720, let in by the hub.
    pub fn start(venue: &Venue, name: &str) -> Stage {
        let folder = venue.folder().join(name);
        let mut stage = Stage { name: name.into(), folder, screen: Screen::start(1280, 720), process: None };
        stage.run(&["--pair", &venue.ticket()]);
        stage.wait_state("its number", |state| state["prefix"].is_string());
        stage
    }

    fn run(&mut self, more: &[&str]) {
        let mut command = usher();
        command.env("DISPLAY", self.screen.name()).env_remove("WAYLAND_DISPLAY");
        command.args(["stage", "--name", &self.name, "--data", text(&self.folder)]);
        command.args(["--windowed", "800x600", "--hall", "960x540"]).args(more);
        self.process = Some(Process::start(&self.name, command));
    }

    /// The machine loses its power: both processes end without a word.
    pub fn kill(&mut self) {
        self.process.take().into_iter().for_each(|mut process| process.kill());
        self.kill_hall();
    }

    /// The operator's process alone ends without a word.
    pub fn kill_operator(&mut self) {
        self.process.take().into_iter().for_each(|mut process| process.kill());
    }

    /// The window of the hall ends without a word.
    pub fn kill_hall(&self) {
        for id in self.halls() {
            let _ = std::process::Command::new("kill").args(["-KILL", &id.to_string()]).status();
        }
    }

    /// Processes that show this stage's hall.
    pub fn halls(&self) -> Vec<u32> {
        let ours = |id: &u32| {
            let line = std::fs::read(format!("/proc/{id}/cmdline")).unwrap_or_default();
            let line = String::from_utf8_lossy(&line).into_owned();
            line.contains("--audience\0") && line.contains(text(&self.folder))
        };
        let all = std::fs::read_dir("/proc").expect("Linux").flatten();
        all.filter_map(|entry| entry.file_name().to_str()?.parse().ok()).filter(ours).collect()
    }

    pub fn start_again(&mut self) {
        self.run(&[]);
        self.wait_state("its number", |state| state["prefix"].is_string());
    }

    pub fn ask(&self, request: &Value) -> Option<Value> {
        ask_socket(&self.folder, request)
    }

    pub fn wait_state(&self, what: &str, wanted: impl Fn(&Value) -> bool) -> Value {
        let mut last = Value::Null;
        let waited = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
            wait_for(&format!("{what} on {}", self.name), || {
                last = self.ask(&json!({"do": "state"}))?;
                wanted(&last).then(|| last.clone())
            })
        }));
        waited.unwrap_or_else(|_| panic!("no {what} on {}: {last:#}", self.name))
    }

    pub fn sign_in(&self, pin: &str) {
        self.wait_state("the pad", |state| state["page"] == "sign_in" && state["cursor"].as_u64() > Some(3));
        for figure in pin.bytes() {
            let reply = self.ask(&json!({"do": "tap", "on": "pin", "number": figure - b'0'}));
            assert_eq!(reply.expect("the stage answers")["ok"], true);
        }
        self.wait_state("the work", |state| state["page"] == "work");
    }

    pub fn keys(&self, letters: &str) {
        for letter in letters.chars() {
            let reply = self.ask(&json!({"do": "tap", "on": "key", "words": letter.to_string()}));
            assert_eq!(reply.expect("the stage answers")["ok"], true);
        }
    }

    /// Does a deed as soon as it is offered.
    pub fn perform(&self, deed: &str) {
        let offered = |state: &Value| state["deeds"].as_array().is_some_and(|deeds| deeds.iter().any(|it| it == deed));
        self.wait_state(deed, |state| offered(state) && state["busy"] == false);
        let reply = self.ask(&json!({"do": "tap", "on": "do", "words": deed})).expect("the stage answers");
        assert_eq!(reply["ok"], true, "{deed}: {reply}");
    }

    /// Ids of the winners that the hall sees.
    pub fn winners(&self) -> Vec<String> {
        let shown = |state: &Value| state["hall"]["winners"].as_array().is_some_and(|won| !won.is_empty());
        let state = self.wait_state("winners", shown);
        let winners = state["hall"]["winners"].as_array().expect("winners").iter();
        winners.map(|id| id.as_str().expect("an id").to_owned()).collect()
    }
}

impl Drop for Stage {
    fn drop(&mut self) {
        self.kill();
    }
}
