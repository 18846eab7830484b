//! A virtual printer in a folder: `state.json` (read while printing, written when the printer changes by itself)
//! and its pages. Handles are cheap copies of one printer; the transport of this process is here too.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use print::Fault;

use super::machine::{Machine, Moment};
use super::page::{PrintedPage, last_number};
use super::state::VirtualState;
use crate::Trouble;
use crate::transport::{PortStatus, Transport};

const STATE_FILE: &str = "state.json";
/// How often a waiting reader or writer looks again.
const STEP: Duration = Duration::from_millis(2);
/// The same for a simulated one: its time costs nothing, looking does.
const SIMULATED_STEP: Duration = Duration::from_millis(10);

/// A virtual printer; clones are the same printer.
#[derive(Clone)]
pub struct VirtualPrinter {
    inner: Arc<Mutex<Inner>>,
}

struct Inner {
    machine: Machine,
    /// `None`: pages stay in memory and the state is nobody else's.
    folder: Option<PathBuf>,
    /// `None`: the world's time passes, else only this one.
    own_time: Option<Instant>,
    kept_pages: Vec<PrintedPage>,
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
        let mut inner = Inner::new(VirtualState::default());
        inner.folder = Some(folder.to_owned());
        inner.pages_written = last_number(folder)?;
        match std::fs::read_to_string(folder.join(STATE_FILE)) {
            Ok(text) => inner.obey(text),
            Err(error) if error.kind() == io::ErrorKind::NotFound => inner.write_state()?,
            Err(error) => return Err(error),
        }
        Ok(VirtualPrinter { inner: Arc::new(Mutex::new(inner)) })
    }

    /// A printer without files whose time passes only while somebody waits for it: hours of faults in a second.
    pub fn simulated(state: VirtualState) -> VirtualPrinter {
        let mut inner = Inner::new(state);
        inner.own_time = Some(inner.last_run);
        VirtualPrinter { inner: Arc::new(Mutex::new(inner)) }
    }

    /// Lets so much time pass for a simulated printer; a real one's passes by itself.
    pub fn pass(&self, time: Duration) {
        let mut inner = self.lock();
        inner.own_time = inner.own_time.map(|now| now + time);
        inner.touch();
    }

    /// Pages of a simulated printer so far, oldest first.
    pub fn kept_pages(&self) -> Vec<PrintedPage> {
        let mut inner = self.lock();
        inner.touch();
        inner.kept_pages.clone()
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
        self.plan(Moment::Rows(rows), change);
    }

    /// At `moment` the state changes by itself.
    pub fn plan(&self, moment: Moment, change: impl FnOnce(&mut VirtualState) + Send + 'static) {
        self.lock().machine.plan(moment, change);
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

    /// Where its pages go; `None` for a simulated one.
    pub fn folder(&self) -> Option<PathBuf> {
        self.lock().folder.clone()
    }

    /// A connection to it inside this process. Like a network's, it forgets what was said to the one before.
    pub fn transport(&self) -> VirtualTransport {
        VirtualTransport { printer: self.clone(), generation: None, keeps_answers: false }
    }

    /// A connection that still brings what was said while nobody listened, as a USB printer's endpoint does.
    pub fn usb_like_transport(&self) -> VirtualTransport {
        VirtualTransport { printer: self.clone(), generation: None, keeps_answers: true }
    }

    /// The time as this printer sees it.
    pub fn now(&self) -> Instant {
        self.lock().now()
    }

    /// Rests for one look at the printer.
    fn rest(&self) {
        let mut inner = self.lock();
        match &mut inner.own_time {
            Some(now) => *now += SIMULATED_STEP,
            None => {
                drop(inner);
                std::thread::sleep(STEP);
            }
        }
    }

    /// The generation to connect to; `None` while it is switched off.
    pub(super) fn connect(&self) -> Option<u64> {
        let mut inner = self.lock();
        inner.touch();
        let state = inner.machine.state();
        (state.powered && state.connected).then(|| inner.machine.generation())
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
    fn new(state: VirtualState) -> Inner {
        Inner {
            machine: Machine::new(state),
            folder: None,
            own_time: None,
            kept_pages: Vec::new(),
            pages_written: 0,
            last_run: Instant::now(),
            state_text: String::new(),
            last_page: None,
        }
    }

    fn now(&self) -> Instant {
        self.own_time.unwrap_or_else(Instant::now)
    }

    /// Lets time pass: the state file is looked at, the head prints, pages come out.
    fn touch(&mut self) {
        let now = self.now();
        self.look();
        let elapsed = now.duration_since(self.last_run);
        self.last_run = now;
        self.machine.run(elapsed);
        self.settle();
    }

    fn look(&mut self) {
        let Some(folder) = &self.folder else { return };
        match std::fs::read_to_string(folder.join(STATE_FILE)) {
            Ok(text) if text != self.state_text => self.obey(text),
            // A missing or unreadable file changes nothing: somebody is just writing it.
            Ok(_) | Err(_) => {}
        }
    }

    fn obey(&mut self, text: String) {
        match serde_json::from_str::<VirtualState>(&text) {
            Ok(state) => self.machine.set_state(state),
            Err(error) => tracing::warn!(folder = ?self.folder, %error, "state.json is ignored"),
        }
        self.state_text = text;
    }

    /// Pages into files, and the state too when the printer changed it by itself.
    fn settle(&mut self) {
        for page in self.machine.take_pages() {
            self.pages_written += 1;
            self.last_page = Some(page.clone());
            let Some(folder) = &self.folder else {
                self.kept_pages.push(page);
                continue;
            };
            if let Err(error) = page.write(folder, self.pages_written) {
                tracing::error!(folder = %folder.display(), %error, "a page is lost");
            }
        }
        let is_followed = self.folder.is_some() && self.machine.state().paper_left_rows.is_none();
        if is_followed && serde_json::from_str(&self.state_text).ok().as_ref() != Some(self.machine.state()) {
            let result = self.write_state();
            if let Err(error) = result {
                tracing::error!(folder = ?self.folder, %error, "state.json cannot be written");
            }
        }
    }

    fn write_state(&mut self) -> io::Result<()> {
        let Some(folder) = &self.folder else { return Ok(()) };
        let text = serde_json::to_string_pretty(self.machine.state()).map_err(io::Error::other)?;
        let draft = folder.join(".state.json.part");
        std::fs::write(&draft, &text)?;
        std::fs::rename(&draft, folder.join(STATE_FILE))?;
        self.state_text = text;
        Ok(())
    }
}

/// The transport of `virtual:FOLDER`.
pub struct VirtualTransport {
    printer: VirtualPrinter,
    generation: Option<u64>,
    keeps_answers: bool,
}

impl VirtualTransport {
    fn generation(&self) -> Result<u64, Trouble> {
        self.generation.ok_or_else(|| Trouble::new(Fault::Disconnected, "the virtual printer is closed"))
    }
}

fn switched_off() -> Trouble {
    Trouble::new(Fault::Disconnected, "the virtual printer was switched off or its cable pulled")
}

/// Tries until something happened or the time is over.
fn wait_for<T>(
    printer: &VirtualPrinter,
    within: Duration,
    mut attempt: impl FnMut() -> Result<Option<T>, Trouble>,
) -> Result<Option<T>, Trouble> {
    let deadline = printer.now() + within;
    loop {
        if let Some(result) = attempt()? {
            return Ok(Some(result));
        }
        if printer.now() >= deadline {
            return Ok(None);
        }
        printer.rest();
    }
}

impl Transport for VirtualTransport {
    fn identity(&self) -> String {
        self.printer.folder().map_or_else(|| "virtual".to_owned(), |folder| format!("virtual:{}", folder.display()))
    }

    fn open(&mut self) -> Result<(), Trouble> {
        self.generation = self.printer.connect();
        match self.generation {
            Some(_) if self.keeps_answers => Ok(()),
            Some(generation) => self.printer.answers(generation, usize::MAX).map(|_| ()).ok_or_else(switched_off),
            None => Err(switched_off()),
        }
    }

    fn is_open(&self) -> bool {
        self.generation.is_some()
    }

    fn write(&mut self, bytes: &[u8], within: Duration) -> Result<usize, Trouble> {
        let generation = self.generation()?;
        let taken = wait_for(&self.printer, within, || match self.printer.receive(generation, bytes) {
            None => Err(switched_off()),
            Some(0) => Ok(None),
            Some(taken) => Ok(Some(taken)),
        })?;
        Ok(taken.unwrap_or(0))
    }

    fn read(&mut self, into: &mut [u8], within: Duration) -> Result<usize, Trouble> {
        let generation = self.generation()?;
        let said = wait_for(&self.printer, within, || match self.printer.answers(generation, into.len()) {
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

    fn now(&self) -> Instant {
        self.printer.now()
    }
}
