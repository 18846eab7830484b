//! Plays a recording back to a driver, in the recording's own time. It is strict: a driver that says something else
//! than was recorded is contradicted, with the line.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use print::Fault;

use super::{Call, Entry, Event};
use crate::Trouble;
use crate::transport::{PortStatus, Transport};

/// Most lines of a recording that is played.
const MOST_LINES: usize = 100_000;

/// A recording that cannot be played, or was not.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("line {line} of the recording: {problem}")]
pub struct RecordingError {
    /// From 1.
    pub line: usize,
    pub problem: String,
}

/// A recording as a transport.
pub struct Replay {
    tape: Arc<Mutex<Tape>>,
}

/// Tells after a replay whether all went as recorded.
pub struct Verdict {
    tape: Arc<Mutex<Tape>>,
}

struct Tape {
    entries: VecDeque<(usize, Entry)>,
    identity: String,
    begun: Instant,
    now: Duration,
    open: bool,
    /// Bytes of the present `Sent` line that the driver has said already.
    said: usize,
    unread: VecDeque<u8>,
    port: Option<PortStatus>,
    contradiction: Option<RecordingError>,
}

impl Replay {
    /// Reads a recording's text; empty lines are nothing.
    pub fn of(text: &str) -> Result<(Replay, Verdict), RecordingError> {
        let mut tape = Tape {
            entries: entries(text)?,
            identity: "replay".to_owned(),
            begun: Instant::now(),
            now: Duration::ZERO,
            open: false,
            said: 0,
            unread: VecDeque::new(),
            port: None,
            contradiction: None,
        };
        let name = tape.entries.iter().find_map(|(_, entry)| match &entry.event {
            Event::Opened(name) => Some(name.clone()),
            _ => None,
        });
        tape.identity = name.unwrap_or(tape.identity);
        let tape = Arc::new(Mutex::new(tape));
        Ok((Replay { tape: Arc::clone(&tape) }, Verdict { tape }))
    }

    fn with<R>(&self, act: impl FnOnce(&mut Tape) -> R) -> R {
        act(&mut self.tape.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Verdict {
    /// Whether the driver said what was recorded, and all of it.
    pub fn is_as_recorded(&self) -> Result<(), RecordingError> {
        let tape = self.tape.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(contradiction) = &tape.contradiction {
            return Err(contradiction.clone());
        }
        let missing = tape.entries.iter().find(|(_, entry)| matches!(entry.event, Event::Sent(_) | Event::Failed(_)));
        missing.map_or(Ok(()), |(line, _)| {
            Err(RecordingError { line: *line, problem: "the driver never came so far".to_owned() })
        })
    }
}

fn entries(text: &str) -> Result<VecDeque<(usize, Entry)>, RecordingError> {
    let (mut entries, mut last_ms) = (VecDeque::new(), 0);
    for (line, text) in (1..).zip(text.lines()).filter(|(_, text)| !text.trim().is_empty()) {
        let wrong = |problem: String| RecordingError { line, problem };
        if line > MOST_LINES {
            return Err(wrong(format!("a recording has at most {MOST_LINES} lines")));
        }
        let entry: Entry = serde_json::from_str(text).map_err(|error| wrong(error.to_string()))?;
        if entry.at_ms < last_ms {
            return Err(wrong(format!("{} ms is earlier than the line before", entry.at_ms)));
        }
        last_ms = entry.at_ms;
        entries.push_back((line, entry));
    }
    Ok(entries)
}

impl Tape {
    fn end_of(&self, within: Duration) -> Duration {
        self.now.saturating_add(within)
    }

    /// The next line if it happens until `end`.
    fn next_until(&self, end: Duration) -> Option<&Event> {
        let (_, entry) = self.entries.front()?;
        (Duration::from_millis(entry.at_ms) <= end).then_some(&entry.event)
    }

    fn advance(&mut self) {
        if let Some((_, entry)) = self.entries.pop_front() {
            self.now = self.now.max(Duration::from_millis(entry.at_ms));
        }
    }

    fn contradict<T>(&mut self, problem: String) -> Result<T, Trouble> {
        let line = self.entries.front().map_or(0, |(line, _)| *line);
        let error = RecordingError { line, problem };
        let trouble = Trouble::new(Fault::Protocol, error.to_string());
        self.contradiction.get_or_insert(error);
        Err(trouble)
    }

    /// The failure that was recorded for this call, if it is its turn.
    fn failure(&mut self, call: Call, end: Duration) -> Result<(), Trouble> {
        let Some(Event::Failed(failed)) = self.next_until(end) else { return Ok(()) };
        if failed.call != call {
            return Ok(());
        }
        let trouble = Trouble::new(failed.fault, failed.detail.clone());
        self.advance();
        Err(trouble)
    }

    /// What was heard before the driver spoke again waits for it.
    fn keep_answers(&mut self) {
        while let Some((_, Entry { event: Event::Heard(bytes), .. })) = self.entries.front() {
            self.unread.extend(&bytes.0);
            self.advance();
        }
    }

    fn open(&mut self) -> Result<(), Trouble> {
        while let Some((_, Entry { event: Event::Closed(_) | Event::Heard(_) | Event::Port(_), .. })) =
            self.entries.front()
        {
            self.advance();
        }
        self.failure(Call::Open, Duration::MAX)?;
        match self.entries.front() {
            Some((_, Entry { event: Event::Opened(_), .. })) => self.advance(),
            other => {
                let problem =
                    format!("the driver opens the connection, recorded is {:?}", other.map(|(_, e)| &e.event));
                return self.contradict(problem);
            }
        }
        (self.open, self.said) = (true, 0);
        self.unread.clear();
        Ok(())
    }

    fn write(&mut self, bytes: &[u8], within: Duration) -> Result<usize, Trouble> {
        self.keep_answers();
        self.failure(Call::Write, Duration::MAX)?;
        let Some((_, Entry { event: Event::Sent(sent), .. })) = self.entries.front() else {
            let recorded = self.entries.front().map(|(_, entry)| entry.event.clone());
            return self.contradict(format!("the driver says {bytes:02x?}, recorded is {recorded:?}"));
        };
        let expected = &sent.0[self.said..];
        if expected.is_empty() {
            self.advance();
            self.now = self.end_of(within);
            return Ok(0);
        }
        let taken = expected.len().min(bytes.len());
        if let Some(at) = (0..taken).find(|at| expected[*at] != bytes[*at]) {
            let (said, recorded) = (bytes[at], expected[at]);
            let at = self.said + at;
            return self.contradict(format!("byte {at} is {recorded:02x}, the driver says {said:02x}"));
        }
        self.said += taken;
        if taken == expected.len() {
            self.advance();
            self.said = 0;
        }
        Ok(taken)
    }

    fn read(&mut self, into: &mut [u8], within: Duration) -> Result<usize, Trouble> {
        let end = self.end_of(within);
        if self.unread.is_empty() {
            self.failure(Call::Read, end)?;
            if let Some(Event::Heard(bytes)) = self.next_until(end) {
                let bytes = bytes.0.clone();
                self.unread.extend(bytes);
                self.advance();
            } else {
                self.now = end;
            }
        }
        let count = self.unread.len().min(into.len());
        for (place, byte) in into.iter_mut().zip(self.unread.drain(..count)) {
            *place = byte;
        }
        Ok(count)
    }

    fn port_status(&mut self) -> Result<Option<PortStatus>, Trouble> {
        self.failure(Call::Port, Duration::MAX)?;
        if let Some((_, Entry { event: Event::Port(port), .. })) = self.entries.front() {
            let super::Port { paper_empty, selected, error } = *port;
            self.port = Some(PortStatus { paper_empty, selected, error });
            self.advance();
        }
        Ok(self.port)
    }
}

impl Transport for Replay {
    fn identity(&self) -> String {
        self.with(|tape| tape.identity.clone())
    }

    fn open(&mut self) -> Result<(), Trouble> {
        self.with(Tape::open)
    }

    fn is_open(&self) -> bool {
        self.with(|tape| tape.open)
    }

    fn write(&mut self, bytes: &[u8], within: Duration) -> Result<usize, Trouble> {
        self.with(|tape| tape.write(bytes, within))
    }

    fn read(&mut self, into: &mut [u8], within: Duration) -> Result<usize, Trouble> {
        self.with(|tape| tape.read(into, within))
    }

    fn port_status(&mut self) -> Result<Option<PortStatus>, Trouble> {
        self.with(Tape::port_status)
    }

    fn close(&mut self) {
        self.with(|tape| tape.open = false);
    }

    fn now(&self) -> Instant {
        self.with(|tape| tape.begun + tape.now)
    }
}
