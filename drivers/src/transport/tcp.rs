//! Printers on the network (raw port 9100). What the kernel took counts as accepted: it cannot be taken back.

use std::io::{ErrorKind, Read, Write};
use std::net::{TcpStream, ToSocketAddrs};
use std::time::Duration;

use print::Fault;

use super::{PortStatus, Transport};
use crate::Trouble;

const CONNECT: Duration = Duration::from_secs(2);
/// A printer that answers nothing to keep-alives for 3 + 3 × 2 s is gone.
const KEEP_ALIVE_AFTER: Duration = Duration::from_secs(3);
const KEEP_ALIVE_EVERY: Duration = Duration::from_secs(2);
const KEEP_ALIVE_TIMES: u32 = 3;

/// A printer at `host:port`.
#[derive(Debug)]
pub struct Tcp {
    host: String,
    port: u16,
    stream: Option<TcpStream>,
}

impl Tcp {
    pub fn new(host: impl Into<String>, port: u16) -> Tcp {
        Tcp { host: host.into(), port, stream: None }
    }

    fn stream(&mut self) -> Result<&mut TcpStream, Trouble> {
        self.stream.as_mut().ok_or_else(|| Trouble::new(Fault::Disconnected, "the connection is closed"))
    }

    fn connect(&self) -> std::io::Result<TcpStream> {
        let mut last = std::io::Error::new(ErrorKind::NotFound, "the name has no address");
        for address in (self.host.as_str(), self.port).to_socket_addrs()? {
            match TcpStream::connect_timeout(&address, CONNECT) {
                Ok(stream) => return prepare(stream),
                Err(error) => last = error,
            }
        }
        Err(last)
    }
}

fn prepare(stream: TcpStream) -> std::io::Result<TcpStream> {
    stream.set_nodelay(true)?;
    rustix::net::sockopt::set_socket_keepalive(&stream, true)?;
    rustix::net::sockopt::set_tcp_keepidle(&stream, KEEP_ALIVE_AFTER)?;
    rustix::net::sockopt::set_tcp_keepintvl(&stream, KEEP_ALIVE_EVERY)?;
    rustix::net::sockopt::set_tcp_keepcnt(&stream, KEEP_ALIVE_TIMES)?;
    Ok(stream)
}

impl Transport for Tcp {
    fn identity(&self) -> String {
        format!("tcp:{}:{}", self.host, self.port)
    }

    fn open(&mut self) -> Result<(), Trouble> {
        self.stream = None;
        let stream = self.connect().map_err(|error| {
            let detail = format!("{}: {error}; check the printer's address, cable and power", self.identity());
            Trouble::new(Fault::Disconnected, detail)
        })?;
        self.stream = Some(stream);
        Ok(())
    }

    fn is_open(&self) -> bool {
        self.stream.is_some()
    }

    fn write(&mut self, bytes: &[u8], within: Duration) -> Result<usize, Trouble> {
        let name = self.identity();
        let stream = self.stream()?;
        let result = stream.set_write_timeout(Some(at_least_1_ms(within))).and_then(|()| stream.write(bytes));
        match result {
            Ok(taken) => Ok(taken),
            Err(error) if is_time_out(&error) => Ok(0),
            Err(error) => Err(Trouble::from_io(&name, &error)),
        }
    }

    fn read(&mut self, into: &mut [u8], within: Duration) -> Result<usize, Trouble> {
        let name = self.identity();
        let stream = self.stream()?;
        let result = stream.set_read_timeout(Some(at_least_1_ms(within))).and_then(|()| stream.read(into));
        match result {
            Ok(0) => Err(Trouble::new(Fault::Disconnected, format!("{name} closed the connection"))),
            Ok(count) => Ok(count),
            Err(error) if is_time_out(&error) => Ok(0),
            Err(error) => Err(Trouble::from_io(&name, &error)),
        }
    }

    fn port_status(&mut self) -> Result<Option<PortStatus>, Trouble> {
        Ok(None)
    }

    fn close(&mut self) {
        self.stream = None;
    }
}

fn is_time_out(error: &std::io::Error) -> bool {
    matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut | ErrorKind::Interrupted)
}

/// Zero means "for ever" to the socket.
fn at_least_1_ms(within: Duration) -> Duration {
    within.max(Duration::from_millis(1))
}
