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

/// What all readers promise, for their tests.
#[cfg(test)]
pub(crate) mod promises {
    use super::ParseError;
    use proptest::prelude::*;

    /// Calls a reader's own `push` and `next_token`; the tokens and errors of `bytes` in the given pieces.
    pub(crate) fn read_in_pieces<T>(
        bytes: &[u8],
        cuts: &[usize],
        mut push_and_read: impl FnMut(&[u8]) -> Vec<Result<T, ParseError>>,
    ) -> Vec<Result<T, ParseError>> {
        let mut cuts: Vec<usize> = cuts.iter().map(|cut| cut % (bytes.len() + 1)).collect();
        cuts.extend([0, bytes.len()]);
        cuts.sort_unstable();
        cuts.windows(2).flat_map(|pair| push_and_read(&bytes[pair[0]..pair[1]])).collect()
    }

    /// Bytes made of the language's own words and of anything.
    pub(crate) fn hostile(words: &'static [&'static [u8]]) -> impl Strategy<Value = Vec<u8>> {
        let word = prop::sample::select(words).prop_map(<[u8]>::to_vec);
        let piece = prop_oneof![4 => word, 1 => prop::collection::vec(any::<u8>(), 0..40)];
        prop::collection::vec(piece, 0..40).prop_map(|pieces| pieces.concat())
    }

    /// A picture of any size up to 300 × 260 dots, made of the given bytes.
    pub(crate) fn picture(bytes: &'static [u8]) -> impl Strategy<Value = crate::Bitmap> {
        (1u32..300, 1u32..260, prop::collection::vec(prop::sample::select(bytes), 1..97)).prop_map(
            |(width, rows, dots)| {
                let count = (width.div_ceil(8) * rows) as usize;
                let bytes = dots.iter().cycle().take(count).copied().collect();
                crate::Bitmap::from_packed(width, rows, bytes).expect("sizes of the tests fit")
            },
        )
    }

    /// Whether a page shows the picture, and white where whole bytes make it wider.
    pub(crate) fn shows(page: &crate::Bitmap, picture: &crate::Bitmap) -> bool {
        page.width_dots() == picture.width_dots().next_multiple_of(8)
            && page.height_dots() == picture.height_dots()
            && page.bytes() == picture.bytes()
    }
}
