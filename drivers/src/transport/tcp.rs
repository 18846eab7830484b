//! Printers on the network (raw port 9100). What the kernel took counts as accepted: it cannot be taken back.

use std::io::{ErrorKind, Read, Write};
use std::net::{TcpStream, ToSocketAddrs};
use std::time::{Duration, Instant};

use print::Fault;

use super::backoff::Backoff;
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
    backoff: Backoff,
}

impl Tcp {
    pub fn new(host: impl Into<String>, port: u16) -> Tcp {
        Tcp { host: host.into(), port, stream: None, backoff: Backoff::default() }
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

/// No `TCP_USER_TIMEOUT`: it would end the connection to a printer that is alive, but takes nothing for want of paper.
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

    /// An address where nobody answers is left alone for a while, up to 4 s; the trouble of before is told meanwhile.
    fn open(&mut self) -> Result<(), Trouble> {
        self.stream = None;
        if let Some(trouble) = self.backoff.resting(Instant::now()) {
            return Err(trouble.clone());
        }
        match self.connect() {
            Ok(stream) => {
                self.backoff = Backoff::default();
                self.stream = Some(stream);
                Ok(())
            }
            Err(error) => {
                let detail = format!("{}: {error}; check the printer's address, cable and power", self.identity());
                let trouble = Trouble::new(Fault::Disconnected, detail);
                self.backoff.failed(trouble.clone(), Instant::now());
                Err(trouble)
            }
        }
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

#[cfg(test)]
mod tests {
    use std::net::TcpListener;

    use rustix::net::sockopt;

    use super::*;

    fn local() -> (TcpListener, Tcp) {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let port = listener.local_addr().expect("its address").port();
        (listener, Tcp::new("127.0.0.1", port))
    }

    #[test]
    fn open_connection_is_kept_alive() {
        let (_listener, mut tcp) = local();
        tcp.open().expect("somebody listens");
        let stream = tcp.stream().expect("it is open");
        assert_eq!(sockopt::socket_keepalive(&*stream), Ok(true));
        assert_eq!(sockopt::tcp_keepidle(&*stream), Ok(KEEP_ALIVE_AFTER));
        assert_eq!(sockopt::tcp_keepintvl(&*stream), Ok(KEEP_ALIVE_EVERY));
        assert_eq!(sockopt::tcp_keepcnt(&*stream), Ok(KEEP_ALIVE_TIMES));
    }

    #[test]
    fn printer_that_closes_the_connection_is_disconnected_and_opened_anew() {
        let (listener, mut tcp) = local();
        tcp.open().expect("somebody listens");
        drop(listener.accept().expect("the connection"));
        let trouble = tcp.read(&mut [0; 8], Duration::from_secs(5)).expect_err("it is closed");
        assert_eq!(trouble.fault, Fault::Disconnected);
        tcp.open().expect("it still listens");
        let (mut printer, _) = listener.accept().expect("the new connection");
        printer.write_all(b"ready").expect("it is open");
        let mut heard = [0; 8];
        assert_eq!(tcp.read(&mut heard, Duration::from_secs(5)), Ok(5));
    }

    #[test]
    fn printer_that_reads_nothing_takes_what_fits_and_then_nothing() {
        let (_listener, mut tcp) = local();
        tcp.open().expect("the kernel accepts for it");
        let megabyte = vec![0x55; 1 << 20];
        let mut taken = 0;
        while let Ok(count @ 1..) = tcp.write(&megabyte, Duration::from_millis(50)) {
            taken += count;
            assert!(taken < 64 << 20, "a window ends somewhere");
        }
        assert_eq!(tcp.write(&megabyte, Duration::from_millis(1)), Ok(0), "after {taken} bytes it is full, not gone");
    }

    #[test]
    fn address_without_printer_is_left_alone_until_it_rested() {
        let (listener, mut tcp) = local();
        drop(listener);
        let troubles: Vec<_> = (0..5).map(|_| tcp.open().expect_err("nobody listens")).collect();
        assert!(troubles.iter().all(|trouble| trouble == &troubles[0]), "{troubles:?}");
        assert!(tcp.backoff.resting(Instant::now()).is_some());
        assert!(tcp.backoff.resting(Instant::now() + Duration::from_secs(5)).is_none());
    }
}
