//! A virtual printer as a network printer: one connection at a time on a port, as real ones have it.
//! Switched off, the port is closed.

use std::io::{self, ErrorKind, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::mpsc::{self, RecvTimeoutError};
use std::thread::JoinHandle;
use std::time::Duration;

use super::printer::VirtualPrinter;

/// The printer's own pulse: how long it rests when nothing happens.
const PULSE: Duration = Duration::from_millis(3);

/// A printer on a port, until it is dropped.
pub struct TcpPrinter {
    address: SocketAddr,
    stop: Option<mpsc::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl TcpPrinter {
    /// Where it listens; with port 0 asked for, the port that it got.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Serves until the process ends.
    pub fn wait(mut self) {
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

impl Drop for TcpPrinter {
    fn drop(&mut self) {
        self.stop = None;
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

/// Puts a virtual printer on `address` (port 0: any free one).
pub fn serve_tcp(address: SocketAddr, printer: &VirtualPrinter) -> io::Result<TcpPrinter> {
    let listener = listen(address)?;
    let address = listener.local_addr()?;
    let (stop, stopped) = mpsc::channel();
    let device =
        Device { printer: printer.clone(), address, listener: Some(listener), guest: None, unsent: Vec::new() };
    let thread = std::thread::Builder::new().name(format!("virtual printer {address}"));
    let thread = thread.spawn(move || device.live(&stopped))?;
    Ok(TcpPrinter { address, stop: Some(stop), thread: Some(thread) })
}

fn listen(address: SocketAddr) -> io::Result<TcpListener> {
    let listener = TcpListener::bind(address)?;
    listener.set_nonblocking(true)?;
    Ok(listener)
}

struct Device {
    printer: VirtualPrinter,
    address: SocketAddr,
    listener: Option<TcpListener>,
    guest: Option<(TcpStream, u64)>,
    unsent: Vec<u8>,
}

impl Device {
    fn live(mut self, stopped: &mpsc::Receiver<()>) {
        loop {
            let busy = self.pulse();
            let rest = if busy { Duration::ZERO } else { PULSE };
            match stopped.recv_timeout(rest) {
                Err(RecvTimeoutError::Timeout) => {}
                Ok(()) | Err(RecvTimeoutError::Disconnected) => return,
            }
        }
    }

    /// One look at everything; true when something moved.
    fn pulse(&mut self) -> bool {
        let Some(generation) = self.printer.connect() else {
            (self.listener, self.guest) = (None, None);
            return false;
        };
        if self.listener.is_none() {
            self.listener = listen(self.address).ok();
        }
        match self.guest.take() {
            None => self.accept(generation),
            Some((stream, since)) if since == generation => self.serve(stream, generation),
            // Switched off and on in between: the connection dies with what it held.
            Some(_) => true,
        }
    }

    fn accept(&mut self, generation: u64) -> bool {
        let Some(Ok((stream, _))) = self.listener.as_ref().map(TcpListener::accept) else { return false };
        if stream.set_nonblocking(true).is_ok() {
            let _ = stream.set_nodelay(true);
            self.unsent.clear();
            // What was said to the connection before is nobody's.
            let _ = self.printer.answers(generation, usize::MAX);
            self.guest = Some((stream, generation));
        }
        true
    }

    /// Keeps the guest unless the connection ended.
    fn serve(&mut self, mut stream: TcpStream, generation: u64) -> bool {
        let (Some(read), Some(written)) = (self.read(&mut stream, generation), self.write(&mut stream, generation))
        else {
            return true;
        };
        self.guest = Some((stream, generation));
        read || written
    }

    fn read(&mut self, stream: &mut TcpStream, generation: u64) -> Option<bool> {
        let mut buffer = [0u8; 4096];
        let free = self.printer.free_bytes().min(buffer.len());
        if free == 0 {
            return Some(false);
        }
        match stream.read(&mut buffer[..free]) {
            Ok(0) => None,
            Ok(count) => self.printer.receive(generation, &buffer[..count]).map(|_| true),
            Err(error) if is_pause(&error) => Some(false),
            Err(_) => None,
        }
    }

    fn write(&mut self, stream: &mut TcpStream, generation: u64) -> Option<bool> {
        self.unsent.extend(self.printer.answers(generation, 1024)?);
        if self.unsent.is_empty() {
            return Some(false);
        }
        match stream.write(&self.unsent) {
            Ok(count) => {
                self.unsent.drain(..count);
                Some(true)
            }
            Err(error) if is_pause(&error) => Some(false),
            Err(_) => None,
        }
    }
}

fn is_pause(error: &io::Error) -> bool {
    matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::Interrupted)
}
