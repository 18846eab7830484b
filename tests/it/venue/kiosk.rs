//! A kiosk in a real window: a scanner on a pty, a printer wherever the story wants it, its control socket for questions.

use super::process::{Process, wait_for};
use super::screen::Screen;
use super::{Venue, ask_socket, text, usher};
use serde_json::{Value, json};
use serialport::{SerialPort, TTYPort};
use std::fs::OpenOptions;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::time::Duration;

pub struct Kiosk {
    name: String,
    folder: PathBuf,
    log: PathBuf,
    printer: String,
    screen: Screen,
    scanner: TTYPort,
    /// Kept open, so that the pty stays while the kiosk is down.
    line: TTYPort,
    process: Option<Process>,
}

impl Kiosk {
    /// A portrait kiosk of 540×960, shown at once and let in by the hub.
    pub fn start(venue: &Venue, name: &str, printer: &str) -> Kiosk {
        Kiosk::start_with_ticket(venue, name, printer, &venue.ticket())
    }

    /// The same with a ticket of another hub of the meeting.
    pub fn start_with_ticket(venue: &Venue, name: &str, printer: &str, ticket: &str) -> Kiosk {
        Kiosk::let_in(venue, name, printer, &["--pair", ticket])
    }

    /// The same, told several addresses of its hub.
    pub fn start_knowing(venue: &Venue, name: &str, printer: &str, hubs: &[&str]) -> Kiosk {
        let ticket = venue.ticket();
        let mut arguments = vec!["--pair", ticket.as_str()];
        for hub in hubs {
            arguments.extend(["--hub", *hub]);
        }
        Kiosk::let_in(venue, name, printer, &arguments)
    }

    /// A kiosk that nobody has let in yet.
    pub fn unpaired(venue: &Venue, name: &str, printer: &str) -> Kiosk {
        let mut kiosk = Kiosk::off(venue, name, printer);
        kiosk.run();
        kiosk
    }

    fn let_in(venue: &Venue, name: &str, printer: &str, arguments: &[&str]) -> Kiosk {
        let mut kiosk = Kiosk::off(venue, name, printer);
        kiosk.start_with(arguments);
        // The next machine's ticket would make this one's worthless.
        kiosk.wait_state("its number", |state| state["prefix"].is_string());
        kiosk
    }

    fn off(venue: &Venue, name: &str, printer: &str) -> Kiosk {
        let (scanner, line) = TTYPort::pair().expect("a pseudo terminal");
        Kiosk {
            name: name.into(),
            folder: venue.folder().join(name),
            log: venue.folder().join(format!("{name}.log")),
            printer: printer.into(),
            screen: Screen::start(540, 960),
            scanner,
            line,
            process: None,
        }
    }

    /// Starts the program again.
    pub fn run(&mut self) {
        self.start_with(&[]);
    }

    /// Starts the program again, which has something to do that ends it.
    pub fn run_to_its_end(&mut self) {
        self.spawn(&[]);
        let process = self.process.as_mut().expect("the kiosk was started");
        wait_for("the kiosk's end", || process.ended().then_some(()));
    }

    fn start_with(&mut self, more: &[&str]) {
        self.spawn(more);
        wait_for("the kiosk's control socket", || self.try_state());
    }

    fn spawn(&mut self, more: &[&str]) {
        let line = self.line.name().expect("a pty has a name");
        let log = OpenOptions::new().create(true).append(true).open(&self.log).expect("the folder is writable");
        let mut command = usher();
        // Everything that a support person could ever be sent.
        command.env("USHER_LOG", "info").stderr(log);
        command.env("DISPLAY", self.screen.name()).env_remove("WAYLAND_DISPLAY").args([
            "kiosk",
            "--name",
            &self.name,
            "--data",
            text(&self.folder),
            "--printer",
            &self.printer,
            "--scanner",
            &format!("serial:{line}"),
        ]);
        command.args(more);
        self.process = Some(Process::start(&self.name, command));
    }

    /// Where its log is.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// What it wrote for technicians so far.
    pub fn log(&self) -> Vec<u8> {
        std::fs::read(&self.log).expect("the kiosk wrote a log")
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
        ask_socket(&self.folder, request)
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
