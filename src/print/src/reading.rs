//! What the strict readers of all languages share: a buffer that forgets what was read, and their errors.

/// A byte that fits nowhere. Offsets count from the first byte that was ever pushed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ParseError {
    #[error("byte {byte:02X} at {offset} begins no known command")]
    Unknown { offset: u64, byte: u8 },
    #[error("the command at {offset} has a value that it may not have")]
    OutOfRange { offset: u64 },
    #[error("the bytes end inside the command at {offset}")]
    CutOff { offset: u64 },
}

/// Bytes that were pushed and not yet read.
#[derive(Debug, Default)]
pub(crate) struct Buffer {
    bytes: Vec<u8>,
    start: usize,
    offset: u64,
}

impl Buffer {
    pub(crate) fn push(&mut self, bytes: &[u8]) {
        if self.start > 0 {
            self.bytes.drain(..self.start);
            self.start = 0;
        }
        self.bytes.extend_from_slice(bytes);
    }

    pub(crate) fn rest(&self) -> &[u8] {
        &self.bytes[self.start..]
    }

    /// Where [`Buffer::rest`] begins, counted from the first byte ever pushed.
    pub(crate) fn offset(&self) -> u64 {
        self.offset
    }

    /// Drops the first `length` bytes of [`Buffer::rest`].
    pub(crate) fn consume(&mut self, length: usize) {
        let length = length.min(self.bytes.len() - self.start);
        self.start += length;
        self.offset += length as u64;
    }

    /// The first `length` bytes, taken out; `None` until all are there.
    pub(crate) fn take(&mut self, length: usize) -> Option<Vec<u8>> {
        let taken = self.rest().get(..length)?.to_vec();
        self.consume(length);
        Some(taken)
    }
}
