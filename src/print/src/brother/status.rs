//! `ESC i S` and the 32-byte block that answers it, and that a QL pushes by itself while it prints (section "ESC i S").

use crate::fault::Fault;
use crate::status::Report;

/// `ESC i S`: asks for a block. Only before a job, never while one is printed.
pub const ASK_STATUS: [u8; 3] = [0x1B, 0x69, 0x53];

/// Length of a block.
pub const BLOCK_BYTES: usize = 32;

/// Why a block was sent (table "Status type").
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StatusType {
    Reply,
    PrintingCompleted,
    Error,
    TurnedOff,
    Notification,
    PhaseChange,
    Other(u8),
}

/// What the printer is doing (table "Phase type").
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Phase {
    /// It waits for data.
    Receiving,
    Printing,
    Other(u8),
}

/// One status block.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Block {
    bytes: [u8; BLOCK_BYTES],
}

impl Block {
    /// `None` unless head mark, size and the fixed third byte are right.
    pub fn from_bytes(bytes: [u8; BLOCK_BYTES]) -> Option<Block> {
        bytes.starts_with(&HEAD).then_some(Block { bytes })
    }

    pub fn status_type(&self) -> StatusType {
        match self.bytes[18] {
            0x00 => StatusType::Reply,
            0x01 => StatusType::PrintingCompleted,
            0x02 => StatusType::Error,
            0x04 => StatusType::TurnedOff,
            0x05 => StatusType::Notification,
            0x06 => StatusType::PhaseChange,
            other => StatusType::Other(other),
        }
    }

    pub fn phase(&self) -> Phase {
        match self.bytes[19] {
            0x00 => Phase::Receiving,
            0x01 => Phase::Printing,
            other => Phase::Other(other),
        }
    }

    /// The head cools; printing goes on by itself afterwards (table "Notification number": 03 begins, 04 ends).
    pub fn cools(&self) -> bool {
        self.status_type() == StatusType::Notification && self.bytes[22] == 0x03
    }

    /// Width of the medium in mm, 0 when there is none.
    pub fn media_width_mm(&self) -> u8 {
        self.bytes[10]
    }

    /// Length of a die-cut label in mm, 0 for continuous tape.
    pub fn media_length_mm(&self) -> u8 {
        self.bytes[17]
    }

    /// See [`super::encode::CONTINUOUS`] and [`super::encode::DIE_CUT`]; 0 without a medium.
    pub fn media_type(&self) -> u8 {
        self.bytes[11]
    }

    /// Faults, the one a person must mend first at the front (tables "Error information 1" and "2").
    /// A roll of the wrong kind is mended like a missing one.
    pub fn report(&self) -> Report {
        let (one, two) = (self.bytes[8], self.bytes[9]);
        let faults = [
            (two & 0x10 != 0, Fault::CoverOpen),
            (one & 0x03 != 0 || two & 0x41 != 0, Fault::PaperOut),
            (one & 0x04 != 0, Fault::CutterJam),
            (self.cools(), Fault::Overheated),
            (one & 0x10 != 0, Fault::Busy),
            (one & 0x60 != 0 || two & 0xA0 != 0 || self.status_type() == StatusType::TurnedOff, Fault::Offline),
            (two & 0x0E != 0, Fault::Protocol),
        ];
        let mut report = Report::of(&faults, self.phase() == Phase::Printing);
        if report.faults.is_empty() && self.status_type() == StatusType::Error {
            report.faults.push(Fault::Offline);
        }
        report
    }
}

/// Head mark, size, and the fixed "B".
const HEAD: [u8; 3] = [0x80, 0x20, 0x42];

/// Takes bytes as they come and gives whole blocks; what cannot begin a block is skipped.
#[derive(Debug, Default)]
pub struct BlockReader {
    seen: Vec<u8>,
}

impl BlockReader {
    pub fn new() -> BlockReader {
        BlockReader::default()
    }

    /// Forgets a half-received block.
    pub fn reset(&mut self) {
        self.seen.clear();
    }

    /// All blocks that are complete with these bytes.
    pub fn push(&mut self, bytes: &[u8]) -> Vec<Block> {
        bytes.iter().filter_map(|byte| self.push_byte(*byte)).collect()
    }

    fn push_byte(&mut self, byte: u8) -> Option<Block> {
        self.seen.push(byte);
        while !self.seen.is_empty() && !could_begin(&self.seen) {
            self.seen.remove(0);
        }
        let bytes = <[u8; BLOCK_BYTES]>::try_from(self.seen.as_slice()).ok()?;
        self.seen.clear();
        Block::from_bytes(bytes)
    }
}

fn could_begin(seen: &[u8]) -> bool {
    seen.iter().zip(HEAD).all(|(byte, wanted)| *byte == wanted)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// A block of an idle QL-820NWB with 62 mm continuous tape, changed where the pairs say.
    fn bytes(changes: &[(usize, u8)]) -> [u8; BLOCK_BYTES] {
        let mut bytes = [0; BLOCK_BYTES];
        for (at, value) in [(0, 0x80), (1, 0x20), (2, 0x42), (3, 0x34), (4, 0x41), (5, 0x30), (10, 62), (11, 0x0A)] {
            bytes[at] = value;
        }
        changes.iter().for_each(|(at, value)| bytes[*at] = *value);
        bytes
    }

    fn check(changes: &[(usize, u8)], kind: StatusType, faults: &[Fault], works: bool) {
        let blocks = BlockReader::new().push(&bytes(changes));
        let [block] = blocks[..] else { panic!("{changes:?} → {blocks:?}") };
        assert_eq!(block.status_type(), kind, "{changes:?}");
        assert_eq!(block.report(), Report { faults: faults.to_vec(), works }, "{changes:?}");
    }

    #[test]
    fn blocks_of_the_manual_name_their_faults() {
        check(&[], StatusType::Reply, &[], false);
        check(&[(18, 6), (19, 1)], StatusType::PhaseChange, &[], true);
        check(&[(18, 1)], StatusType::PrintingCompleted, &[], false);
        check(&[(18, 2), (8, 0x01)], StatusType::Error, &[Fault::PaperOut], false);
        check(&[(18, 2), (8, 0x02)], StatusType::Error, &[Fault::PaperOut], false);
        check(&[(18, 2), (8, 0x04)], StatusType::Error, &[Fault::CutterJam], false);
        check(&[(18, 2), (9, 0x01)], StatusType::Error, &[Fault::PaperOut], false);
        check(&[(18, 2), (9, 0x10)], StatusType::Error, &[Fault::CoverOpen], false);
        check(&[(18, 2), (9, 0x50)], StatusType::Error, &[Fault::CoverOpen, Fault::PaperOut], false);
        check(&[(18, 2), (9, 0x04)], StatusType::Error, &[Fault::Protocol], false);
        check(&[(18, 2), (9, 0x80)], StatusType::Error, &[Fault::Offline], false);
        check(&[(18, 2), (8, 0x10)], StatusType::Error, &[Fault::Busy], false);
        check(&[(18, 2)], StatusType::Error, &[Fault::Offline], false);
        check(&[(18, 4)], StatusType::TurnedOff, &[Fault::Offline], false);
        check(&[(18, 5), (22, 3), (19, 1)], StatusType::Notification, &[Fault::Overheated], true);
        check(&[(18, 5), (22, 4)], StatusType::Notification, &[], false);
        check(&[(18, 9)], StatusType::Other(9), &[], false);
    }

    #[test]
    fn medium_is_told() {
        let block = Block::from_bytes(bytes(&[(11, 0x0B), (17, 100)])).expect("a block");
        assert_eq!((block.media_type(), block.media_width_mm(), block.media_length_mm()), (0x0B, 62, 100));
        assert_eq!(Block::from_bytes([0; BLOCK_BYTES]), None);
    }

    proptest! {
        #[test]
        fn any_bytes_in_any_pieces_give_the_same_blocks(
            noise in prop::collection::vec(prop::sample::select(vec![0x80u8, 0x20, 0x42, 0, 1, 0xFF]), 0..80),
            cut in 0usize..200,
        ) {
            let stream = [&noise[..], &bytes(&[]), &noise, &bytes(&[(18, 1)])].concat();
            let whole = BlockReader::new().push(&stream);
            let mut reader = BlockReader::new();
            let cut = cut.min(stream.len());
            let mut pieces = reader.push(&stream[..cut]);
            pieces.extend(reader.push(&stream[cut..]));
            prop_assert!(reader.seen.len() < BLOCK_BYTES);
            prop_assert_eq!(whole, pieces);
        }
    }
}
