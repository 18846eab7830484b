//! A virtual printer in a folder: `state.json` (read while printing, written when the printer changes by itself)
//! and its pages. Handles are cheap copies of one printer; the transport of this process is here too.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use print::Fault;

use super::machine::Machine;
use super::page::{PrintedPage, last_number};
use super::state::VirtualState;
use crate::Trouble;
use crate::transport::{PortStatus, Transport};

const STATE_FILE: &str = "state.json";
/// How often a waiting reader or writer looks again.
const STEP: Duration = Duration::from_millis(2);

/// A virtual printer; clones are the same printer.
#[derive(Clone)]
pub struct VirtualPrinter {
    inner: Arc<Mutex<Inner>>,
}

struct Inner {
    machine: Machine,
    folder: PathBuf,
    pages_written: u32,
    last_run: Instant,
    /// The file's text as last read or written: only a change by somebody else is a change.
    state_text: String,
    last_page: Option<PrintedPage>,
}

impl VirtualPrinter {
    /// Opens the printer in `folder` (made if missing); an existing `state.json` is obeyed, else one is written.
    pub fn in_folder(folder: &Path) -> io::Result<VirtualPrinter> {
        std::fs::create_dir_all(folder)?;
        let pages_written = last_number(folder)?;
        let now = Instant::now();
        let mut inner = Inner {
            machine: Machine::new(VirtualState::default()),
            folder: folder.to_owned(),
            pages_written,
            last_run: now,
            state_text: String::new(),
            last_page: None,
        };
        match std::fs::read_to_string(folder.join(STATE_FILE)) {
            Ok(text) => inner.obey(text),
            Err(error) if error.kind() == io::ErrorKind::NotFound => inner.write_state()?,
            Err(error) => return Err(error),
        }
        Ok(VirtualPrinter { inner: Arc::new(Mutex::new(inner)) })
    }

    /// The state right now.
    pub fn state(&self) -> VirtualState {
        let mut inner = self.lock();
        inner.touch();
        inner.machine.state().clone()
    }

    /// Changes the state; the file follows.
    pub fn change(&self, change: impl FnOnce(&mut VirtualState)) {
        let mut inner = self.lock();
        inner.touch();
        let mut state = inner.machine.state().clone();
        change(&mut state);
        inner.machine.set_state(state);
        inner.settle();
    }

    /// Switches off and on: everything inside is forgotten, every connection ends.
    pub fn power_cycle(&self) {
        self.change(|state| state.power_cycles += 1);
    }

    /// After `rows` more rows on paper the state changes by itself (for tests: a fault at an exact place).
    pub fn after_rows(&self, rows: u32, change: impl FnOnce(&mut VirtualState) + Send + 'static) {
        self.lock().machine.plan(rows, change);
    }

    /// Pages written since the folder exists.
    pub fn pages(&self) -> u32 {
        let mut inner = self.lock();
        inner.touch();
        inner.pages_written
    }

    /// The page that came out last, if one did since this handle's printer was opened.
    pub fn last_page(&self) -> Option<PrintedPage> {
        let mut inner = self.lock();
        inner.touch();
        inner.last_page.clone()
    }

    /// Bytes that were no command (see [`Machine::garbage_bytes`]).
    pub fn garbage_bytes(&self) -> u64 {
        self.lock().machine.garbage_bytes()
    }

    /// Real-time codes among pixels since the last loss of power.
    pub fn real_time_in_pixels(&self) -> u32 {
        self.lock().machine.real_time_in_pixels()
    }

    pub fn folder(&self) -> PathBuf {
        self.lock().folder.clone()
    }

    /// A connection to it inside this process.
    pub fn transport(&self) -> VirtualTransport {
        VirtualTransport { printer: self.clone(), generation: None }
    }

    /// The generation to connect to; `None` while it is switched off.
    pub(super) fn connect(&self) -> Option<u64> {
        let mut inner = self.lock();
        inner.touch();
        inner.machine.state().powered.then(|| inner.machine.generation())
    }

    /// Takes bytes over a connection of `generation`; `None`: that connection is dead.
    pub(super) fn receive(&self, generation: u64, bytes: &[u8]) -> Option<usize> {
        let mut inner = self.lock();
        inner.touch();
        if generation != inner.machine.generation() {
            return None;
        }
        let taken = inner.machine.receive(bytes);
        // Even if these very bytes bring the power down: they were taken, and may be on the paper.
        inner.touch();
        Some(taken)
    }

    /// What the printer says on a connection of `generation`; `None`: that connection is dead.
    pub(super) fn answers(&self, generation: u64, limit: usize) -> Option<Vec<u8>> {
        let mut inner = self.lock();
        inner.touch();
        if generation != inner.machine.generation() {
            return None;
        }
        Some(if inner.machine.state().dead { Vec::new() } else { inner.machine.take_answers(limit) })
    }

    pub(super) fn free_bytes(&self) -> usize {
        self.lock().machine.free_bytes()
    }

    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Inner {
    /// Lets time pass: the state file is looked at, the head prints, pages come out.
    fn touch(&mut self) {
        let now = Instant::now();
        self.look();
        let elapsed = now.duration_since(self.last_run);
        self.last_run = now;
        self.machine.run(elapsed);
        self.settle();
    }

    fn look(&mut self) {
        match std::fs::read_to_string(self.folder.join(STATE_FILE)) {
            Ok(text) if text != self.state_text => self.obey(text),
            // A missing or unreadable file changes nothing: somebody is just writing it.
            Ok(_) | Err(_) => {}
        }
    }

    fn obey(&mut self, text: String) {
        match serde_json::from_str::<VirtualState>(&text) {
            Ok(state) => self.machine.set_state(state),
            Err(error) => tracing::warn!(folder = %self.folder.display(), %error, "state.json is ignored"),
        }
        self.state_text = text;
    }

    /// Pages into files, and the state too when the printer changed it by itself.
    fn settle(&mut self) {
        for page in self.machine.take_pages() {
            self.pages_written += 1;
            if let Err(error) = page.write(&self.folder, self.pages_written) {
                tracing::error!(folder = %self.folder.display(), %error, "a page is lost");
            }
            self.last_page = Some(page);
        }
        let counts_rows = self.machine.state().paper_left_rows.is_some();
        if !counts_rows && serde_json::from_str(&self.state_text).ok().as_ref() != Some(self.machine.state()) {
            let result = self.write_state();
            if let Err(error) = result {
                tracing::error!(folder = %self.folder.display(), %error, "state.json cannot be written");
            }
        }
    }

    fn write_state(&mut self) -> io::Result<()> {
        let text = serde_json::to_string_pretty(self.machine.state()).map_err(io::Error::other)?;
        let draft = self.folder.join(".state.json.part");
        std::fs::write(&draft, &text)?;
        std::fs::rename(&draft, self.folder.join(STATE_FILE))?;
        self.state_text = text;
        Ok(())
    }
}

/// The transport of `virtual:FOLDER`.
pub struct VirtualTransport {
    printer: VirtualPrinter,
    generation: Option<u64>,
}

impl VirtualTransport {
    fn generation(&self) -> Result<u64, Trouble> {
        self.generation.ok_or_else(|| Trouble::new(Fault::Disconnected, "the virtual printer is closed"))
    }
}

fn switched_off() -> Trouble {
    Trouble::new(Fault::Disconnected, "the virtual printer was switched off")
}

/// Tries until something happened or the time is over.
fn wait_for<T>(
    within: Duration,
    mut attempt: impl FnMut() -> Result<Option<T>, Trouble>,
) -> Result<Option<T>, Trouble> {
    let deadline = Instant::now() + within;
    loop {
        if let Some(result) = attempt()? {
            return Ok(Some(result));
        }
        if Instant::now() >= deadline {
            return Ok(None);
        }
        std::thread::sleep(STEP);
    }
}

impl Transport for VirtualTransport {
    fn identity(&self) -> String {
        format!("virtual:{}", self.printer.folder().display())
    }

    fn open(&mut self) -> Result<(), Trouble> {
        self.generation = self.printer.connect();
        match self.generation {
            Some(generation) => self.printer.answers(generation, usize::MAX).map(|_| ()).ok_or_else(switched_off),
            None => Err(switched_off()),
        }
    }

    fn is_open(&self) -> bool {
        self.generation.is_some()
    }

    fn write(&mut self, bytes: &[u8], within: Duration) -> Result<usize, Trouble> {
        let generation = self.generation()?;
        let taken = wait_for(within, || match self.printer.receive(generation, bytes) {
            None => Err(switched_off()),
            Some(0) => Ok(None),
            Some(taken) => Ok(Some(taken)),
        })?;
        Ok(taken.unwrap_or(0))
    }

    fn read(&mut self, into: &mut [u8], within: Duration) -> Result<usize, Trouble> {
        let generation = self.generation()?;
        let said = wait_for(within, || match self.printer.answers(generation, into.len()) {
            None => Err(switched_off()),
            Some(said) => Ok((!said.is_empty()).then_some(said)),
        })?;
        let said = said.unwrap_or_default();
        into[..said.len()].copy_from_slice(&said);
        Ok(said.len())
    }

    fn port_status(&mut self) -> Result<Option<PortStatus>, Trouble> {
        Ok(None)
    }

    fn close(&mut self) {
        self.generation = None;
    }
}
