//! What a child does on its disk, told line by line, and whether a disk that was left behind holds it.

mod device;
mod hub;
mod node;
mod script;

use std::ffi::OsString;
use std::fs::File;
use std::io::Write;
use std::path::Path;

pub use device::Device;
pub use hub::HubWork;
pub use node::NodeWork;
pub use script::Chain;

/// Whose store is under test.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum Subject {
    Node,
    Hub,
}

impl Subject {
    /// Both.
    pub const ALL: [Subject; 2] = [Subject::Node, Subject::Hub];

    /// Its name on the command line.
    pub fn word(self) -> &'static str {
        match self {
            Subject::Node => "node",
            Subject::Hub => "hub",
        }
    }
}

/// A run of one child.
#[derive(Debug, Clone, Copy)]
pub struct Work {
    pub subject: Subject,
    /// Commits to be acknowledged.
    pub commits: u64,
    /// `synchronous=NORMAL`, which has to be found out.
    pub is_weak: bool,
}

impl Work {
    pub(crate) fn arguments(&self, data: &Path, shadow: &Path, marks: &Path) -> Vec<OsString> {
        let mut arguments: Vec<OsString> = vec!["child".into(), self.subject.word().into()];
        arguments.extend([data, shadow, marks].map(|path| path.as_os_str().to_owned()));
        arguments.push(self.commits.to_string().into());
        arguments.extend(self.is_weak.then(|| "--weak".into()));
        arguments
    }

    /// Does it, as the child.
    ///
    /// # Errors
    /// In words, when the store did what it must not.
    pub fn perform(&self, data: &Path, shadow: &Path, marks: &Path) -> Result<(), String> {
        let tell = Tell(File::options().append(true).open(marks).map_err(|error| error.to_string())?);
        match self.subject {
            Subject::Node => NodeWork::new(data, shadow, self.is_weak).perform(self.commits, &tell),
            Subject::Hub => HubWork::new(data, self.is_weak).perform(self.commits, &tell),
        }
    }

    /// Opens what is in `data` and judges it by what the child had told.
    ///
    /// # Errors
    /// In words: what was lost, damaged or invented.
    pub fn judge(&self, data: &Path, told: &Told) -> Result<(), String> {
        match self.subject {
            Subject::Node => node::judge(data, told),
            Subject::Hub => hub::judge(data, told),
        }
    }
}

/// How a child tells what it did.
#[derive(Debug)]
pub struct Tell(File);

impl Tell {
    pub(crate) fn say(&self, line: &str) {
        (&self.0).write_all(format!("{line}\n").as_bytes()).expect("the child's words can be written");
    }
}

/// What a child had told at one moment.
#[derive(Debug, Clone, Default)]
pub struct Told {
    /// The last commit that was begun, and the last that was acknowledged. 0: none.
    pub tried: u64,
    pub acknowledged: u64,
    /// The digest after every commit that was begun, by its number minus one (nodes only).
    pub digests: Vec<String>,
    /// What the hub acknowledged of each device, and the words of its own.
    pub heads: std::collections::BTreeMap<u8, u64>,
    pub words: Vec<u64>,
    /// Codes of the faults that the store reported.
    pub faults: Vec<String>,
    /// The child wrote that it came to its end.
    pub is_done: bool,
}

impl Told {
    /// Takes one line in.
    ///
    /// # Panics
    /// At a line that no child writes.
    pub fn hear(&mut self, line: &str) {
        let mut parts = line.split(' ');
        let word = parts.next().unwrap_or_default();
        let mut number = || parts.next().and_then(|part| part.parse::<u64>().ok()).expect("a number");
        match word {
            "try" => self.tried = number(),
            "digest" => {
                let place = number() as usize;
                self.digests.truncate(place);
                self.digests.push(parts.next().expect("a digest").to_owned());
            }
            "ack" => self.acknowledged = number(),
            "head" => {
                let device = u8::try_from(number()).expect("a device");
                self.heads.insert(device, number());
            }
            "word" => self.words.push(number()),
            "fault" => self.faults.push(line.trim_start_matches("fault ").to_owned()),
            "done" => self.is_done = true,
            other => panic!("a child wrote {other}"),
        }
    }
}
