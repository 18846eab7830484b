//! A scanner on a serial line (CDC-ACM or a real one): the best kind, no keyboard layout can spoil it.

use std::io::{ErrorKind, Read};
use std::path::Path;
use std::time::{Duration, Instant};

use print::Fault;
use serialport::{FlowControl, SerialPort};

use super::line::LineReader;
use super::{End, Outlet, PATIENCE};
use crate::Trouble;
use crate::transport::serial::open_tty;

/// A line whose end does not come for so long was cut off: a code arrives within some 100 ms.
const LINE_TIMEOUT: Duration = Duration::from_secs(1);

pub(super) fn read(path: &Path, baud: u32, outlet: &mut Outlet) -> End {
    let name = path.display().to_string();
    let mut port = match open_tty(&name, baud, FlowControl::None) {
        Ok(port) => port,
        Err(trouble) => return End::Failed(trouble),
    };
    if let Err(error) = port.set_timeout(PATIENCE) {
        return End::Failed(Trouble::new(Fault::Protocol, format!("{name}: {error}")));
    }
    if !outlet.ready() {
        return End::Stopped;
    }
    let mut lines = LineReader::new();
    let mut last_byte = Instant::now();
    let mut buffer = [0u8; 256];
    while outlet.goes_on() {
        let events = match port.read(&mut buffer) {
            Ok(0) => return End::Failed(Trouble::new(Fault::Disconnected, format!("{name} is gone"))),
            Ok(count) => {
                last_byte = Instant::now();
                lines.push(&buffer[..count])
            }
            Err(error) if matches!(error.kind(), ErrorKind::TimedOut | ErrorKind::Interrupted) => {
                let late = lines.is_in_line() && last_byte.elapsed() > LINE_TIMEOUT;
                if late { lines.give_up().into_iter().collect() } else { Vec::new() }
            }
            Err(error) => return End::Failed(Trouble::new(Fault::Disconnected, format!("{name}: {error}"))),
        };
        if !events.into_iter().all(|event| outlet.tell(event)) {
            return End::Stopped;
        }
    }
    End::Stopped
}
