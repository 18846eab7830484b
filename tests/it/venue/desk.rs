//! A desk in a real window, driven through its control socket.

use super::process::{Process, wait_for};
use super::screen::Screen;
use super::{Venue, ask_socket, text, usher};
use serde_json::{Value, json};
use std::path::PathBuf;

pub struct Desk {
    name: String,
    folder: PathBuf,
    screen: Screen,
    process: Option<Process>,
}

impl Desk {
    /// A desk of 1280×720, shown at once and let in by the hub.
    pub fn start(venue: &Venue, name: &str) -> Desk {
        let mut desk = Desk {
            name: name.into(),
            folder: venue.folder().join(name),
            screen: Screen::start(1280, 720),
            process: None,
        };
        let mut command = usher();
        command.env("DISPLAY", desk.screen.name()).env_remove("WAYLAND_DISPLAY");
        command.args(["desk", "--name", name, "--data", text(&desk.folder), "--pair", &venue.ticket()]);
        desk.process = Some(Process::start(name, command));
        desk.wait_state("its number", |state| state["prefix"].is_string());
        desk
    }

    pub fn ask(&self, request: &Value) -> Option<Value> {
        ask_socket(&self.folder, request)
    }

    pub fn state(&self) -> Value {
        wait_for("the desk's state", || self.ask(&json!({"do": "state"})))
    }

    pub fn wait_state(&self, what: &str, wanted: impl Fn(&Value) -> bool) -> Value {
        wait_for(&format!("{what} on {}", self.name), || {
            self.ask(&json!({"do": "state"})).filter(|state| wanted(state))
        })
    }

    /// Somebody signs in.
    pub fn sign_in(&self, pin: &str) {
        // Before it has heard of the meeting it knows nobody's PIN.
        self.wait_state("the pad", |state| state["page"] == "sign_in" && state["cursor"].as_u64() > Some(3));
        for figure in pin.bytes() {
            self.tap("pin", u64::from(figure - b'0'));
        }
        self.wait_state("the list", |state| state["page"] == "tasks");
    }

    pub fn tap(&self, part: &str, number: u64) {
        let reply = self.ask(&json!({"do": "tap", "on": part, "number": number})).expect("the desk answers");
        assert_eq!(reply["ok"], true, "tap on {part}: {reply}");
    }

    pub fn tap_words(&self, part: &str, words: &str) {
        let reply = self.ask(&json!({"do": "tap", "on": part, "words": words})).expect("the desk answers");
        assert_eq!(reply["ok"], true, "tap on {part}: {reply}");
    }

    /// Types into a field of a slip (`slip`) or of a receipt (`pay`) and presses Enter.
    pub fn field(&self, part: &str, number: u64, words: &str) {
        let tap = json!({"do": "tap", "on": format!("{part}_type"), "number": number, "words": words});
        assert_eq!(self.ask(&tap).expect("the desk answers")["ok"], true, "{tap}: {}", self.state());
        self.tap(&format!("{part}_enter"), 0);
    }

    /// Opens the page of whoever is found first.
    pub fn find(&self, typed: &str) {
        self.tap_words("find", typed);
        self.wait_state("somebody", |state| state["found"].as_array().is_some_and(|found| !found.is_empty()));
        self.tap("find_open", 0);
    }

    /// Waits until the page offers a deed, and does it.
    pub fn deed(&self, part: &str, code: &str) {
        let ready = |state: &Value| deed_of(state, code).is_some() && state["busy"] == false;
        let state = self.wait_state(code, ready);
        match part {
            "guest_do" => self.tap(part, deed_of(&state, code).expect("it is there") as u64),
            _ => self.tap_words(part, code),
        }
    }

    pub fn scan(&self, code: &str) {
        let reply = self.ask(&json!({"do": "scan", "code": code})).expect("the desk answers");
        assert_eq!(reply["ok"], true, "{reply}");
    }

    /// Its cable is pulled, or put back.
    pub fn cut_network(&self, cut: bool) {
        self.ask(&json!({"do": "network", "cut": cut})).expect("the desk answers");
        self.wait_state("the network", |state| state["connected"] == !cut);
    }

    /// Chooses the open task of this kind and does the deed, then waits until it is gone from the list.
    pub fn settle(&self, kind: &str, deed: &str) {
        let state = self.wait_state(kind, |state| place_of(state, kind).is_some());
        self.tap("choose", place_of(&state, kind).expect("it is there") as u64);
        let state = self.wait_state(deed, |state| deed_of(state, deed).is_some());
        self.tap("do", deed_of(&state, deed).expect("it is there") as u64);
        self.wait_state("the task settled", |state| place_of(state, kind).is_none() && state["busy"] == false);
    }

    /// The same with a deed that wants words first.
    pub fn settle_with(&self, kind: &str, deed: &str, words: &str) {
        let state = self.wait_state(kind, |state| place_of(state, kind).is_some());
        self.tap("choose", place_of(&state, kind).expect("it is there") as u64);
        let state = self.wait_state(deed, |state| deed_of(state, deed).is_some());
        self.tap("do", deed_of(&state, deed).expect("it is there") as u64);
        let reply = self.ask(&json!({"do": "tap", "on": "typed", "words": words})).expect("the desk answers");
        assert_eq!(reply["ok"], true, "{reply}");
        self.wait_state("the task settled", |state| place_of(state, kind).is_none() && state["busy"] == false);
    }
}

fn place_of(state: &Value, kind: &str) -> Option<usize> {
    state["open"].as_array()?.iter().position(|open| open == kind)
}

fn deed_of(state: &Value, deed: &str) -> Option<usize> {
    state["deeds"].as_array()?.iter().position(|code| code == deed)
}
