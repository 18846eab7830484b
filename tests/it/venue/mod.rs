//! A venue for one test: its folder, its hub, its kiosks. Everything ends when it is dropped.

mod desk;
mod guests;
mod kiosk;
mod printer;
mod process;
mod screen;
mod stage;
mod standby;

pub use desk::Desk;
pub use guests::list_of_parties;
pub use kiosk::{Kiosk, settle_doubt, visit};
pub use printer::{NetworkPrinter, decoded};
pub use process::{Process, wait_for};
pub use stage::Stage;
pub use standby::Standby;

use serde_json::Value;
use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Write};
use std::os::unix::net::UnixStream;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::time::{Duration, Instant};

/// How long a story waits for something that takes milliseconds on a quiet machine.
pub const PATIENCE: Duration = Duration::from_secs(20);

/// The program under test.
pub fn usher() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_usher"));
    // What goes wrong is worth reading in a failed run; what goes well is not.
    command.stdin(Stdio::null()).env("USHER_LOG", "error");
    command
}

/// Runs it to its end; panics with its words when it fails.
pub fn usher_ok(arguments: &[&str]) -> Output {
    let output = usher().args(arguments).output().expect("the binary starts");
    assert!(
        output.status.success(),
        "usher {arguments:?} failed: {}{}",
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    );
    output
}

/// Runs it to its end; panics when it succeeds. Its words.
pub fn usher_fails(arguments: &[&str]) -> String {
    let output = usher().args(arguments).output().expect("the binary starts");
    assert!(!output.status.success(), "usher {arguments:?} succeeded: {}", String::from_utf8_lossy(&output.stdout));
    String::from_utf8_lossy(&output.stderr).into_owned()
}

/// One question over the control socket of the process that runs on a folder.
pub fn ask_socket(folder: &Path, request: &Value) -> Option<Value> {
    let mut socket = UnixStream::connect(folder.join("control.sock")).ok()?;
    socket.write_all(format!("{request}\n").as_bytes()).ok()?;
    let mut reply = String::new();
    BufReader::new(socket).read_line(&mut reply).ok()?;
    serde_json::from_str(&reply).ok()
}

/// The sample meeting of `usher demo`.
pub fn sample(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("assets/sample").join(name)
}

pub struct Venue {
    folder: tempfile::TempDir,
    hub: Option<Process>,
    /// Fixed after the first start, so that a hub comes back where the kiosks look for it.
    address: Option<String>,
    codes: BTreeMap<u32, String>,
    firms: BTreeMap<u32, String>,
    /// Guests by party, in the order of the list.
    parties: BTreeMap<String, Vec<u32>>,
    import_took: Duration,
}

impl Venue {
    /// Imports the sample meeting; the hub is not running yet.
    pub fn imported() -> Venue {
        Venue::imported_from(&sample("guests.csv"))
    }

    /// The sample meeting with another guest list.
    pub fn imported_from(guests: &Path) -> Venue {
        Venue::imported_with(guests, |meeting| meeting)
    }

    /// The same with a changed meeting file.
    pub fn imported_with(guests: &Path, change: impl FnOnce(String) -> String) -> Venue {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let hub = folder.path().join("hub");
        let meeting = folder.path().join("meeting.toml");
        let text_of = std::fs::read_to_string(sample("meeting.toml")).expect("the sample");
        std::fs::write(&meeting, change(text_of)).expect("the folder is writable");
        for entry in std::fs::read_dir(sample("")).expect("the samples").flatten() {
            let target = folder.path().join(entry.file_name());
            if entry.path().is_file() && !target.exists() {
                std::fs::copy(entry.path(), target).expect("the folder is writable");
            }
        }
        let started = Instant::now();
        usher_ok(&["import", text(&meeting), text(guests), "--data", text(&hub), "--yes"]);
        let import_took = started.elapsed();
        let codes = folder.path().join("codes.csv");
        usher_ok(&["invite", "--data", text(&hub), "--codes", text(&codes), "--expires", "2199-01-01"]);
        let Codes { codes, firms, parties } = read_codes(&codes);
        Venue { folder, hub: None, address: None, codes, firms, parties, import_took }
    }

    /// The same with a running hub.
    pub fn open() -> Venue {
        let mut venue = Venue::imported();
        venue.start_hub();
        venue
    }

    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    pub fn hub_folder(&self) -> PathBuf {
        self.folder.path().join("hub")
    }

    pub fn start_hub(&mut self) {
        let listen = self.address.clone().unwrap_or_else(|| "127.0.0.1:0".into());
        let mut command = usher();
        command.args(["hub", "--data", text(&self.hub_folder()), "--listen", &listen]);
        self.hub = Some(Process::start("hub", command));
        let file = self.hub_folder().join("address");
        let address = wait_for("the hub's address", || {
            let address = std::fs::read_to_string(&file).ok()?;
            (!address.is_empty() && health(&address)).then_some(address)
        });
        self.address = Some(address);
    }

    /// Ends the hub without a word, as a power cut does.
    pub fn kill_hub(&mut self) {
        self.hub = None;
    }

    /// Kills the hub for good, as a dead mini-PC does.
    pub fn stop_answering(&self) {
        let id = self.hub.as_ref().expect("the hub runs").id();
        let killed = Command::new("kill").args(["-KILL", &id.to_string()]).status();
        assert!(killed.is_ok_and(|status| status.success()), "the hub takes a signal");
    }

    /// Asks the hub to end, and waits until it did.
    pub fn stop_hub(&mut self) {
        if let Some(mut hub) = self.hub.take() {
            hub.terminate();
        }
    }

    /// A second machine with the same keys that follows the hub.
    pub fn start_standby(&self) -> Standby {
        Standby::start(self)
    }

    /// Where the hub listens.
    pub fn hub_url(&self) -> String {
        format!("https://{}", self.address.as_deref().expect("the hub was started once"))
    }

    /// A fresh pairing code for one machine, as the hub's screen shows it.
    pub fn ticket(&self) -> String {
        let output = usher_ok(&["hub", "enroll", "--json", "--data", text(&self.hub_folder())]);
        let ticket: Value = serde_json::from_slice(&output.stdout).expect("a ticket is JSON");
        ticket["ticket"].as_str().expect("a ticket").to_owned()
    }

    /// The hub's own words about itself, through its command line.
    pub fn hub_status(&self) -> Value {
        let output = usher_ok(&["hub", "status", "--data", text(&self.hub_folder()), "--json"]);
        serde_json::from_slice(&output.stdout).expect("status is JSON")
    }

    /// The signed code of a guest's invitation.
    pub fn code(&self, guest_no: u32) -> &str {
        self.codes.get(&guest_no).unwrap_or_else(|| panic!("guest {guest_no} has no invitation"))
    }

    /// The firm of a guest.
    pub fn firm_of(&self, guest_no: u32) -> String {
        self.firms.get(&guest_no).cloned().unwrap_or_else(|| panic!("guest {guest_no} has no firm"))
    }

    /// How long `usher import` ran, from start to exit.
    pub fn import_took(&self) -> Duration {
        self.import_took
    }

    /// The first guest of a party with several people.
    pub fn guest_of_a_party(&self) -> u32 {
        self.guests_of_parties(1)[0]
    }

    /// The first guests of so many parties that are asked who came.
    pub fn guests_of_parties(&self, count: usize) -> Vec<u32> {
        let guests: Vec<_> = self.parties.values().filter(|party| party.len() > 1).map(|party| party[0]).collect();
        assert!(guests.len() >= count, "the sample has {} parties of several people", guests.len());
        guests[..count].to_vec()
    }

    /// The PIN of somebody with the staff menu, as the sample meeting's file has it.
    pub fn reception_pin(&self) -> String {
        self.pin_of("reception")
    }

    /// The PIN of the first of the staff with a role.
    pub fn pin_of(&self, role: &str) -> String {
        let file = std::fs::read_to_string(sample("meeting.toml")).expect("the sample");
        let file: toml::Table = file.parse().expect("the sample is TOML");
        let staff = file["staff"].as_array().expect("staff");
        let person = staff.iter().find(|person| {
            person["roles"].as_array().is_some_and(|roles| roles.iter().any(|known| known.as_str() == Some(role)))
        });
        person.expect("somebody with the role")["pin"].as_str().expect("a PIN").to_string()
    }
}

/// Whether somebody listens there; what it says is the hub's own tests' matter.
fn health(address: &str) -> bool {
    std::net::TcpStream::connect(address).is_ok()
}

/// What `usher invite --codes` writes.
#[derive(Default)]
struct Codes {
    codes: BTreeMap<u32, String>,
    firms: BTreeMap<u32, String>,
    parties: BTreeMap<String, Vec<u32>>,
}

fn read_codes(file: &Path) -> Codes {
    let mut reader = csv::Reader::from_path(file).expect("the codes were written");
    let headers = reader.headers().expect("a head line").clone();
    let column = |name: &str| headers.iter().position(|header| header == name).expect("the column is there");
    let (number, code, household) = (column("guest_no"), column("code"), column("household"));
    let firm = column("firm");
    let mut read = Codes::default();
    for record in reader.records() {
        let record = record.expect("a line of codes");
        let guest = record[number].parse().expect("a number");
        read.codes.insert(guest, record[code].to_string());
        read.firms.insert(guest, record[firm].to_string());
        if !record[household].is_empty() {
            read.parties.entry(record[household].to_string()).or_default().push(guest);
        }
    }
    read
}

/// A path as the command line takes it.
pub fn text(path: &Path) -> &str {
    path.to_str().expect("temporary paths are text")
}
