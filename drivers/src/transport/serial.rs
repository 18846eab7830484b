//! Printers on a serial line. 115,200 baud carry a badge in 5 s: fit for a spare printer, not for a queue.

use std::io::{ErrorKind, Read, Write};
use std::time::Duration;

use print::Fault;
use serialport::{ClearBuffer, FlowControl, SerialPort, TTYPort};

use super::{PortStatus, Transport};
use crate::Trouble;
use crate::spec::{Flow, SerialSpec};

/// A printer behind a tty.
#[derive(Debug)]
pub struct Serial {
    spec: SerialSpec,
    port: Option<TTYPort>,
    has_warned: bool,
}

/// 576 × 800 dots.
const BADGE_BYTES: u32 = 57_600;
/// Start bit, 8 data bits, stop bit.
const BITS_PER_BYTE: u32 = 10;
/// A guest who waits longer looks for help.
const SLOW_BADGE: Duration = Duration::from_secs(2);

/// How long the line itself needs for a badge.
fn badge_time(baud: u32) -> Duration {
    Duration::from_secs_f64(f64::from(BADGE_BYTES * BITS_PER_BYTE) / f64::from(baud.max(1)))
}

impl Serial {
    pub fn new(spec: SerialSpec) -> Serial {
        Serial { spec, port: None, has_warned: false }
    }

    fn port(&mut self) -> Result<&mut TTYPort, Trouble> {
        self.port.as_mut().ok_or_else(|| Trouble::new(Fault::Disconnected, "the serial line is closed"))
    }
}

/// Opens a tty raw, 8N1, for this process only.
pub(crate) fn open_tty(path: &str, baud: u32, flow: FlowControl) -> Result<TTYPort, Trouble> {
    let port = serialport::new(path, baud).flow_control(flow).timeout(Duration::from_millis(50)).open_native();
    let port = port.map_err(|error| trouble_of(path, &error))?;
    port.clear(ClearBuffer::Input).map_err(|error| trouble_of(path, &error))?;
    Ok(port)
}

fn trouble_of(path: &str, error: &serialport::Error) -> Trouble {
    let kind = match error.kind() {
        serialport::ErrorKind::Io(kind) => kind,
        serialport::ErrorKind::NoDevice => ErrorKind::NotFound,
        serialport::ErrorKind::InvalidInput => ErrorKind::InvalidInput,
        serialport::ErrorKind::Unknown => ErrorKind::Other,
    };
    if kind == ErrorKind::PermissionDenied {
        let detail = format!("{path}: {error}; add the user to the group dialout: usermod -aG dialout usher");
        return Trouble::new(Fault::Denied, detail);
    }
    if std::path::Path::new(path).exists() && kind == ErrorKind::NotFound {
        return Trouble::new(Fault::Busy, format!("{path}: {error}; another program holds it"));
    }
    Trouble::from_io(path, &std::io::Error::new(kind, error.to_string()))
}

impl Transport for Serial {
    fn identity(&self) -> String {
        format!("serial:{}", self.spec.path.display())
    }

    fn open(&mut self) -> Result<(), Trouble> {
        self.port = None;
        let flow = match self.spec.flow {
            Flow::None => FlowControl::None,
            Flow::RtsCts => FlowControl::Hardware,
            Flow::XonXoff => FlowControl::Software,
        };
        if !self.has_warned && badge_time(self.spec.baud) > SLOW_BADGE {
            let (printer, seconds) = (self.identity(), badge_time(self.spec.baud).as_secs_f32());
            tracing::warn!(printer, "this serial line needs {seconds:.1} s for each badge; prefer USB or the network");
            self.has_warned = true;
        }
        self.port = Some(open_tty(&self.spec.path.to_string_lossy(), self.spec.baud, flow)?);
        Ok(())
    }

    fn is_open(&self) -> bool {
        self.port.is_some()
    }

    fn write(&mut self, bytes: &[u8], within: Duration) -> Result<usize, Trouble> {
        let name = self.identity();
        let port = self.port()?;
        port.set_timeout(within).map_err(|error| trouble_of(&name, &error))?;
        match port.write(bytes) {
            Ok(taken) => Ok(taken),
            Err(error) if error.kind() == ErrorKind::TimedOut => Ok(0),
            Err(error) => Err(Trouble::from_io(&name, &error)),
        }
    }

    fn read(&mut self, into: &mut [u8], within: Duration) -> Result<usize, Trouble> {
        let name = self.identity();
        let port = self.port()?;
        port.set_timeout(within).map_err(|error| trouble_of(&name, &error))?;
        match port.read(into) {
            Ok(0) => Err(Trouble::new(Fault::Disconnected, format!("{name} is gone"))),
            Ok(count) => Ok(count),
            Err(error) if error.kind() == ErrorKind::TimedOut => Ok(0),
            Err(error) => Err(Trouble::from_io(&name, &error)),
        }
    }

    fn port_status(&mut self) -> Result<Option<PortStatus>, Trouble> {
        Ok(None)
    }

    fn close(&mut self) {
        self.port = None;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn badge_takes_as_long_as_its_bits() {
        for (baud, expected_ms) in [(9_600, 60_000), (115_200, 5_000), (921_600, 625)] {
            assert_eq!(badge_time(baud).as_millis(), expected_ms, "{baud} baud");
        }
        assert!(badge_time(115_200) > SLOW_BADGE && badge_time(921_600) < SLOW_BADGE);
        assert!(badge_time(0) > SLOW_BADGE);
    }
}
