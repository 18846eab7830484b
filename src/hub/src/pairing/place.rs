//! Where a meeting's window is: with the process, or with all processes that serve the meeting. Asking may
//! take as long as a database does: not for async code.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use sync::pairing::PairingCode;

use super::{PairingState, Refusal, Try, Window};
use crate::error::HubError;

/// A window that several processes see, as `Window` is for one. The errors are those of the storage.
pub trait SharedWindow: Send + Sync {
    fn open(&self, code: PairingCode) -> Result<(), HubError>;
    fn close(&self) -> Result<(), HubError>;
    fn state(&self) -> Result<PairingState, HubError>;
    /// The code of now, for a try that is paid for at another window.
    fn look(&self) -> Result<Result<Try, Refusal>, HubError>;
    /// Begins a try, which is paid for at once.
    fn begin(&self) -> Result<Result<Try, Refusal>, HubError>;
    fn give_back(&self, tried: Try) -> Result<(), HubError>;
    fn end(&self, tried: Try, right: bool) -> Result<Result<(), Refusal>, HubError>;
}

/// The window of one meeting, and the clock that closes it.
pub(crate) struct Place {
    own: Mutex<Window>,
    started: Instant,
    shared: Option<Arc<dyn SharedWindow>>,
}

impl Place {
    pub(crate) fn new(shared: Option<Arc<dyn SharedWindow>>) -> Place {
        Place { own: Mutex::new(Window::default()), started: Instant::now(), shared }
    }

    /// Where the others cannot be told, the code is good at this process alone.
    pub(crate) fn open(&self, code: PairingCode) {
        let told = self.shared.as_ref().map(|shared| shared.open(code));
        match told {
            Some(Ok(())) => self.own().close(),
            Some(Err(error)) => {
                tracing::warn!(%error, "the pairing code is good at this process of the hub only");
                self.own().open(code, self.now_ms());
            }
            None => self.own().open(code, self.now_ms()),
        }
    }

    pub(crate) fn close(&self) {
        self.own().close();
        if let Some(Err(error)) = self.shared.as_ref().map(|shared| shared.close()) {
            tracing::warn!(%error, "the pairing window is open until its ten minutes are over");
        }
    }

    pub(crate) fn state(&self) -> PairingState {
        let own = self.own().state(self.now_ms());
        match &self.shared {
            Some(shared) if own == PairingState::Closed => shared.state().unwrap_or(PairingState::Closed),
            _ => own,
        }
    }

    pub(crate) fn look(&self) -> Result<Try, Refusal> {
        let own = self.own().look(self.now_ms());
        own.or_else(|closed| self.elsewhere(|shared| shared.look()).unwrap_or(Err(closed)))
    }

    pub(crate) fn begin(&self) -> Result<Try, Refusal> {
        let own = self.own().begin(self.now_ms());
        own.or_else(|closed| self.elsewhere(|shared| shared.begin()).unwrap_or(Err(closed)))
    }

    pub(crate) fn give_back(&self, tried: Try) {
        self.own().give_back(tried);
        self.elsewhere(|shared| shared.give_back(tried));
    }

    pub(crate) fn end(&self, tried: Try, right: bool) -> Result<(), Refusal> {
        match self.own().end(tried, right) {
            Err(Refusal::Closed) => self.elsewhere(|shared| shared.end(tried, right)).unwrap_or(Err(Refusal::Closed)),
            ended => ended,
        }
    }

    /// None where there is no other place, or it cannot be asked: nobody is let in then.
    fn elsewhere<T>(&self, ask: impl FnOnce(&dyn SharedWindow) -> Result<T, HubError>) -> Option<T> {
        let asked = ask(&**self.shared.as_ref()?);
        asked.inspect_err(|error| tracing::warn!(%error, "the pairing window cannot be asked")).ok()
    }

    fn own(&self) -> MutexGuard<'_, Window> {
        self.own.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn now_ms(&self) -> u64 {
        u64::try_from(self.started.elapsed().as_millis()).unwrap_or(u64::MAX)
    }
}
