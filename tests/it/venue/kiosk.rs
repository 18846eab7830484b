//! A kiosk in a real window: a scanner on a pty, a printer wherever the story wants it, its control socket for questions.

use super::process::{Process, wait_for};
use super::screen::Screen;
use super::{Venue, text, usher};
use serde_json::{Value, json};
use serialport::{SerialPort, TTYPort};
use std::io::{BufRead, BufReader, Write};
use std::os::unix::net::UnixStream;
use std::path::PathBuf;
use std::time::Duration;

pub struct Kiosk {
    name: String,
    folder: PathBuf,
    hub_url: String,
    printer: String,
    screen: Screen,
    scanner: TTYPort,
    /// Kept open, so that the pty stays while the kiosk is down.
    line: TTYPort,
    process: Option<Process>,
}

impl Kiosk {
    /// A portrait kiosk of 540×960, shown at once.
    pub fn start(venue: &Venue, name: &str, printer: &str) -> Kiosk {
        let (scanner, line) = TTYPort::pair().expect("a pseudo terminal");
        let mut kiosk = Kiosk {
            name: name.into(),
            folder: venue.folder().join(name),
            hub_url: venue.hub_url(),
            printer: printer.into(),
            screen: Screen::start(540, 960),
            scanner,
            line,
            process: None,
        };
        kiosk.run();
        kiosk
    }

    /// Starts the program (again).
    pub fn run(&mut self) {
        let line = self.line.name().expect("a pty has a name");
        let mut command = usher();
        command.env("DISPLAY", self.screen.name()).env_remove("WAYLAND_DISPLAY").args([
            "kiosk",
            "--name",
            &self.name,
            "--data",
            text(&self.folder),
            "--hub",
            &self.hub_url,
            "--printer",
            &self.printer,
            "--scanner",
            &format!("serial:{line}"),
        ]);
        self.process = Some(Process::start(&self.name, command));
        wait_for("the kiosk's control socket", || self.try_state());
    }

    /// Ends it without a word, as a power cut does.
    pub fn kill(&mut self) {
        self.process = None;
    }

    pub fn process_id(&self) -> u32 {
        self.process.as_ref().expect("the kiosk runs").id()
    }

    /// What the kiosk measured of itself.
    pub fn figures(&self) -> Value {
        wait_for("the kiosk's figures", || self.ask(&json!({"do": "figures"})))
    }

    /// What the scanner sends: the code and a carriage return.
    pub fn scan(&mut self, code: &str) {
        self.scanner.write_all(format!("{code}\r").as_bytes()).expect("the pty takes a scan");
    }

    pub fn state(&self) -> Value {
        wait_for("the kiosk's state", || self.try_state())
    }

    fn try_state(&self) -> Option<Value> {
        self.ask(&json!({"do": "state"}))
    }

    /// One question over the control socket.
    pub fn ask(&self, request: &Value) -> Option<Value> {
        let mut socket = UnixStream::connect(self.folder.join("control.sock")).ok()?;
        socket.write_all(format!("{request}\n").as_bytes()).ok()?;
        let mut reply = String::new();
        BufReader::new(socket).read_line(&mut reply).ok()?;
        serde_json::from_str(&reply).ok()
    }

    /// Waits until the kiosk shows the page.
    pub fn wait_page(&self, page: &str) -> Value {
        wait_for(&format!("page {page} on {}", self.name), || self.try_state().filter(|state| state["page"] == page))
    }

    /// Waits until the state is as wanted.
    pub fn wait_state(&self, what: &str, wanted: impl Fn(&Value) -> bool) -> Value {
        wait_for(&format!("{what} on {}", self.name), || self.try_state().filter(|state| wanted(state)))
    }

    /// A touch on a named part of the page, without the window.
    pub fn tap(&self, part: &str) {
        let reply = self.ask(&json!({"do": "tap", "on": part})).expect("the kiosk answers");
        assert_eq!(reply["ok"], true, "tap on {part}: {reply}");
    }

    pub fn tap_number(&self, part: &str, number: i64) {
        let reply = self.ask(&json!({"do": "tap", "on": part, "number": number})).expect("the kiosk answers");
        assert_eq!(reply["ok"], true, "tap on {part}: {reply}");
    }

    /// Real clicks on the part that `from` shows, as an impatient finger gives them, until another page is there.
    pub fn touch(&self, from: &str, part: &str) {
        wait_for(&format!("another page than {from} after {part}"), || {
            if self.try_state()?["page"] != from {
                return Some(());
            }
            self.click(part);
            std::thread::sleep(Duration::from_millis(400));
            None
        });
    }

    /// A click where the golden pictures have the part, in per mille of the window.
    fn click(&self, part: &str) {
        let (x, y) = match part {
            "still_mine" => STILL_MINE,
            "household_confirmed" => HOUSEHOLD_CONFIRMED,
            other => panic!("nobody has said where {other} is on the screen"),
        };
        self.screen.click(x, y);
    }
}

const STILL_MINE: (u32, u32) = (500, 698);
const HOUSEHOLD_CONFIRMED: (u32, u32) = (500, 862);

/// The whole visit by real touches: the primary action lies at the same place on both pages.
pub fn visit(kiosk: &mut Kiosk, code: &str) {
    kiosk.wait_page("attract");
    kiosk.scan(code);
    let state =
        kiosk.wait_state("a recognised guest", |state| state["page"] == "phone_check" || state["page"] == "household");
    if state["page"] == "phone_check" {
        kiosk.touch("phone_check", "still_mine");
        kiosk.wait_page("household");
    }
    kiosk.touch("household", "household_confirmed");
    kiosk.wait_page("done");
}

/// Staff open the menu and answer whether the badge in doubt came out.
pub fn settle_doubt(kiosk: &Kiosk, pin: &str, came_out: bool) {
    kiosk.tap("staff_gesture");
    kiosk.wait_page("staff_pin");
    for figure in pin.bytes() {
        kiosk.tap_number("pin_digit", i64::from(figure - b'0'));
    }
    kiosk.wait_page("staff_menu");
    let before = kiosk.state()["doubtful"].as_u64();
    kiosk.tap_number("settle_doubtful", i64::from(came_out));
    kiosk.wait_state("one doubt less", |state| state["doubtful"].as_u64() < before);
    kiosk.tap("leave");
}
