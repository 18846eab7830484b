//! Everything that reaches the core's thread, in one queue.

use crate::app::link::LinkAnswer;
use crate::screens::kiosk::{ReaderHealth, Touch};
use domain::event::DevicePart;
use node::PrinterReport;
use serde_json::Value;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::time::{Duration, Instant};

/// Messages that may wait: far above what people and devices make in a second; whoever is faster waits.
const MOST_WAITING: usize = 1_024;

pub enum Message {
    /// A whole code, and when its last character came.
    Scan {
        code: String,
        at: Instant,
    },
    /// The reader lost a part of a code.
    SpoiledScan,
    /// The scanner or the camera opened, went away or was muted.
    Reader {
        part: DevicePart,
        health: ReaderHealth,
    },
    Touch {
        touch: Touch,
        at: Instant,
    },
    Link(Box<LinkAnswer>),
    Printer {
        printer: String,
        report: PrinterReport,
    },
    /// A badge was drawn to a bitmap.
    BadgeDrawn {
        took: Duration,
    },
    /// A question over the control socket.
    Control {
        request: Value,
        reply: SyncSender<Value>,
    },
    /// A view is on the screen: how long after its cause.
    Drawn {
        since: Instant,
    },
    /// The window was closed, or the process is asked to end.
    Quit,
}

pub type Inbox = SyncSender<Message>;

pub fn inbox() -> (Inbox, Receiver<Message>) {
    sync_channel(MOST_WAITING)
}
