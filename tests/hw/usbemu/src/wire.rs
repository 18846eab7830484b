//! The messages of USB/IP, each with a header of 48 bytes in network order (usbip_protocol.rst).

use std::io::{self, Read};

const HEADER_BYTES: usize = 48;
const SUBMIT: u32 = 1;
const UNLINK: u32 = 2;
const SUBMITTED: u32 = 3;
const UNLINKED: u32 = 4;
const TO_HOST: u32 = 1;

/// The endpoint stalled (-EPIPE).
pub const STALLED: i32 = -32;
/// The host took the transfer back (-ECONNRESET).
pub const TAKEN_BACK: i32 = -104;

/// What the host wants.
pub enum Request {
    /// A transfer; endpoint 0 comes with its setup packet, others with bit 7 set when they lead to the host.
    Submit { sequence: u32, endpoint: u8, length: usize, setup: [u8; 8], data: Vec<u8> },
    /// Takes a transfer back.
    Unlink { sequence: u32, victim: u32 },
}

/// Reads the next request; an error ends the connection.
pub fn read_request(from: &mut impl Read) -> io::Result<Request> {
    let mut header = [0u8; HEADER_BYTES];
    from.read_exact(&mut header)?;
    let word = |at: usize| u32::from_be_bytes([header[at], header[at + 1], header[at + 2], header[at + 3]]);
    let (command, sequence, direction, number) = (word(0), word(4), word(12), header[19]);
    match command {
        SUBMIT => {
            let length = word(24) as usize;
            let mut data = vec![0; if direction == TO_HOST { 0 } else { length }];
            from.read_exact(&mut data)?;
            let endpoint = if number != 0 && direction == TO_HOST { number | 0x80 } else { number };
            let mut setup = [0; 8];
            setup.copy_from_slice(&header[40..]);
            Ok(Request::Submit { sequence, endpoint, length, setup, data })
        }
        UNLINK => Ok(Request::Unlink { sequence, victim: word(20) }),
        _ => Err(io::Error::new(io::ErrorKind::InvalidData, format!("USB/IP command {command}"))),
    }
}

/// A transfer is over: how it ended, how many bytes were moved, and what goes to the host.
pub fn submitted(sequence: u32, status: i32, moved: usize, data: &[u8]) -> Vec<u8> {
    let mut message = header(SUBMITTED, sequence, status, moved);
    message.extend_from_slice(data);
    message
}

/// A transfer was taken back, or (status 0) was over already.
pub fn unlinked(sequence: u32, status: i32) -> Vec<u8> {
    header(UNLINKED, sequence, status, 0)
}

fn header(command: u32, sequence: u32, status: i32, moved: usize) -> Vec<u8> {
    let mut header = vec![0u8; HEADER_BYTES];
    header[0..4].copy_from_slice(&command.to_be_bytes());
    header[4..8].copy_from_slice(&sequence.to_be_bytes());
    header[20..24].copy_from_slice(&status.to_be_bytes());
    header[24..28].copy_from_slice(&(moved as u32).to_be_bytes());
    header
}
