//! What a running node measures of itself: the latencies that people feel. Bounded; the newest values stay.

use serde_json::{Value, json};
use std::collections::VecDeque;
use std::time::Duration;

/// Values kept per figure.
const MOST: usize = 4_096;

/// One latency in microseconds, newest last.
#[derive(Debug, Default)]
pub struct Series(VecDeque<u64>);

impl Series {
    pub fn add(&mut self, took: Duration) {
        if self.0.len() == MOST {
            self.0.pop_front();
        }
        self.0.push_back(u64::try_from(took.as_micros()).unwrap_or(u64::MAX));
    }

    pub fn values(&self) -> Vec<u64> {
        self.0.iter().copied().collect()
    }
}

#[derive(Debug, Default)]
pub struct Figures {
    /// Last character of a scan → its answer drawn.
    pub decision: Series,
    /// Last tap → last byte taken by the printer, for the first badge of a visit.
    pub bytes: Series,
    /// Last tap → first bytes taken by the printer, for the first badge of a visit.
    pub first_byte: Series,
    /// A badge drawn to a bitmap.
    pub render: Series,
    /// Check-in committed on another node → stored on this one.
    pub lag: Series,
}

impl Figures {
    pub fn json(&self) -> Value {
        json!({
            "decision_us": self.decision.values(),
            "bytes_us": self.bytes.values(),
            "first_byte_us": self.first_byte.values(),
            "render_us": self.render.values(),
            "lag_us": self.lag.values(),
        })
    }
}
