//! Writes down what crosses a connection, one JSON object per line, so that a device's behaviour can be kept, sent to
//! somebody and played back in tests. Made-up recordings are named `*.synth.jsonl`.
//! A recording holds pictures of badges: whoever keeps one keeps guests' names.

use std::io::Write;
use std::time::{Duration, Instant};

use print::Fault;
use serde::{Deserialize, Serialize};

use crate::Trouble;
use crate::transport::{PortStatus, Transport};

mod replay;

pub use replay::{RecordingError, Replay, Verdict};

/// One line of a recording.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    /// Since the recording began.
    pub at_ms: u64,
    #[serde(flatten)]
    pub event: Event,
}

/// What happened.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Event {
    /// A connection was made; to whom.
    Opened(String),
    /// Bytes that were taken, in hexadecimal; empty: none were.
    Sent(Hex),
    /// Bytes that came.
    Heard(Hex),
    Port(Port),
    /// A call failed.
    Failed(Failed),
    /// We closed the connection.
    Closed(bool),
    /// The recording's limit was reached; what came later is not in it.
    Full(bool),
}

/// The port's own status.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Port {
    pub paper_empty: bool,
    pub selected: bool,
    pub error: bool,
}

/// Which call failed, and why.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Failed {
    pub call: Call,
    pub fault: Fault,
    pub detail: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Call {
    Open,
    Write,
    Read,
    Port,
}

/// Bytes as hexadecimal digits.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Hex(pub Vec<u8>);

impl From<Hex> for String {
    fn from(hex: Hex) -> String {
        hex.0.iter().map(|byte| format!("{byte:02x}")).collect()
    }
}

impl TryFrom<String> for Hex {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Hex, &'static str> {
        let digit = |byte: &u8| (*byte as char).to_digit(16).map(|digit| digit as u8);
        let digits: Option<Vec<u8>> = text.as_bytes().iter().map(digit).collect();
        let digits = digits.ok_or("bytes are not hexadecimal digits")?;
        if !digits.len().is_multiple_of(2) {
            return Err("bytes have half a digit pair");
        }
        Ok(Hex(digits.chunks_exact(2).map(|pair| pair[0] << 4 | pair[1]).collect()))
    }
}

/// A transport with somebody who writes along.
pub struct Recorder<W: Write + Send> {
    inner: Box<dyn Transport>,
    /// `None`: full, or it could not be written.
    into: Option<W>,
    bytes_left: u64,
    begun: Instant,
}

impl<W: Write + Send> Recorder<W> {
    /// Records into `into`, at most `limit_bytes` of text.
    pub fn new(inner: Box<dyn Transport>, into: W, limit_bytes: u64) -> Recorder<W> {
        let begun = inner.now();
        Recorder { inner, into: Some(into), bytes_left: limit_bytes, begun }
    }

    fn note(&mut self, event: Event) {
        let at = self.inner.now().saturating_duration_since(self.begun);
        let entry = Entry { at_ms: u64::try_from(at.as_millis()).unwrap_or(u64::MAX), event };
        let Ok(mut line) = serde_json::to_vec(&entry) else { return };
        line.push(b'\n');
        let Some(into) = &mut self.into else { return };
        let fits = line.len() as u64 <= self.bytes_left;
        if !fits {
            line = format!("{{\"at_ms\":{},\"full\":true}}\n", entry.at_ms).into_bytes();
        }
        self.bytes_left = self.bytes_left.saturating_sub(line.len() as u64);
        let written = into.write_all(&line).and_then(|()| into.flush());
        if let Err(error) = &written {
            tracing::warn!(%error, "the recording ends: it cannot be written");
        }
        if written.is_err() || !fits {
            self.into = None;
        }
    }

    fn note_failure<T>(&mut self, call: Call, result: &Result<T, Trouble>) {
        if let Err(trouble) = result {
            self.note(Event::Failed(Failed { call, fault: trouble.fault, detail: trouble.detail.clone() }));
        }
    }
}

impl<W: Write + Send> Transport for Recorder<W> {
    fn identity(&self) -> String {
        self.inner.identity()
    }

    fn open(&mut self) -> Result<(), Trouble> {
        let result = self.inner.open();
        self.note_failure(Call::Open, &result);
        if result.is_ok() {
            self.note(Event::Opened(self.inner.identity()));
        }
        result
    }

    fn is_open(&self) -> bool {
        self.inner.is_open()
    }

    fn write(&mut self, bytes: &[u8], within: Duration) -> Result<usize, Trouble> {
        let result = self.inner.write(bytes, within);
        self.note_failure(Call::Write, &result);
        if let Ok(taken) = result {
            self.note(Event::Sent(Hex(bytes[..taken.min(bytes.len())].to_vec())));
        }
        result
    }

    fn read(&mut self, into: &mut [u8], within: Duration) -> Result<usize, Trouble> {
        let result = self.inner.read(into, within);
        self.note_failure(Call::Read, &result);
        if let Ok(count @ 1..) = result {
            self.note(Event::Heard(Hex(into[..count.min(into.len())].to_vec())));
        }
        result
    }

    fn port_status(&mut self) -> Result<Option<PortStatus>, Trouble> {
        let result = self.inner.port_status();
        self.note_failure(Call::Port, &result);
        if let Ok(Some(PortStatus { paper_empty, selected, error })) = result {
            self.note(Event::Port(Port { paper_empty, selected, error }));
        }
        result
    }

    fn close(&mut self) {
        if self.inner.is_open() {
            self.note(Event::Closed(true));
        }
        self.inner.close();
    }

    fn now(&self) -> Instant {
        self.inner.now()
    }
}
