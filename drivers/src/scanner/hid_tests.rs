use super::*;
use proptest::prelude::*;

/// Report 2: length, AIM id, 56 bytes of data, symbology of the maker's page, flag "continued" and padding.
pub(in crate::scanner) const NUMBERED: &[u8] = &[
    0x05, 0x8C, 0x09, 0x02, 0xA1, 0x01, 0x09, 0x12, 0xA1, 0x02, 0x85, 0x02, 0x15, 0x00, 0x26, 0xFF, 0x00, 0x75, 0x08,
    0x95, 0x01, 0x05, 0x01, 0x09, 0x3B, 0x81, 0x02, 0x05, 0x8C, 0x95, 0x03, 0x09, 0xFB, 0x09, 0xFC, 0x09, 0xFD, 0x81,
    0x02, 0x95, 0x38, 0x09, 0xFE, 0x82, 0x02, 0x01, 0x95, 0x01, 0x06, 0x66, 0xFF, 0x09, 0x04, 0x81, 0x02, 0x05, 0x8C,
    0x09, 0xFF, 0x25, 0x01, 0x75, 0x01, 0x95, 0x01, 0x81, 0x02, 0x75, 0x07, 0x95, 0x01, 0x81, 0x01, 0xC0, 0xC0,
];

/// No report id, no length: the flag first, then seven bits of padding, then 8 bytes; usages of four bytes.
const PLAIN: &[u8] = &[
    0x05, 0x8C, 0x09, 0x02, 0xA1, 0x01, 0x75, 0x01, 0x95, 0x01, 0x0B, 0xFF, 0x00, 0x8C, 0x00, 0x81, 0x02, 0x75, 0x07,
    0x81, 0x01, 0x75, 0x08, 0x95, 0x08, 0x0B, 0xFE, 0x00, 0x8C, 0x00, 0x81, 0x02, 0xC0,
];

const KEYBOARD: &[u8] = &[
    0x05, 0x01, 0x09, 0x06, 0xA1, 0x01, 0x05, 0x07, 0x19, 0xE0, 0x29, 0xE7, 0x15, 0x00, 0x25, 0x01, 0x75, 0x01, 0x95,
    0x08, 0x81, 0x02, 0x95, 0x06, 0x75, 0x08, 0x15, 0x00, 0x25, 0x65, 0x05, 0x07, 0x19, 0x00, 0x29, 0x65, 0x81, 0x00,
    0xC0,
];

pub(in crate::scanner) fn numbered(length: u8, text: &[u8], continued: u8) -> Vec<u8> {
    let mut report = vec![2, length, b']', b'Q', b'1'];
    report.extend(text);
    report.resize(5 + 56, 0);
    report.extend([0x28, continued]);
    report
}

fn check(descriptor: &[u8], report: &[u8], expected: Option<(&[u8], bool)>) {
    let piece = Reports::of(descriptor).expect("a scanner").read(report);
    let expected = expected.map(|(bytes, continued)| Piece { bytes: bytes.to_vec(), continued });
    assert_eq!(piece, expected, "{report:02x?}");
}

#[test]
fn code_is_where_the_descriptor_says() {
    check(NUMBERED, &numbered(5, b"K2-17", 0), Some((b"K2-17", false)));
    check(NUMBERED, &numbered(56, &[b'A'; 56], 1), Some((&[b'A'; 56], true)));
    check(NUMBERED, &numbered(0, b"old", 0xFE), Some((b"", false)));
    check(PLAIN, b"\x01ABCDEFGH", Some((b"ABCDEFGH", true)));
    check(PLAIN, b"\x00AB\0\0\0\0\0\0", Some((b"AB", false)));
    assert_eq!(Reports::of(NUMBERED).map(|reports| reports.longest_bytes()), Some(63));
    assert_eq!(Reports::of(PLAIN).map(|reports| reports.longest_bytes()), Some(9));
}

#[test]
fn report_that_is_short_or_of_another_kind_is_none() {
    check(NUMBERED, &numbered(5, b"K2-17", 0)[..8], None);
    check(NUMBERED, &[3, 1, 2, 3], None);
    check(NUMBERED, &[], None);
    check(PLAIN, b"\x00AB", None);
    // A length beyond the data ends with the data.
    check(NUMBERED, &numbered(255, &[b'A'; 56], 0), Some((&[b'A'; 56], false)));
}

#[test]
fn descriptor_of_another_device_or_cut_off_is_none() {
    assert_eq!(Reports::of(KEYBOARD), None);
    assert_eq!(Reports::of(&[]), None);
    assert_eq!(Reports::of(&NUMBERED[..40]), None);
    // Claims a report of 500 MB.
    let huge = [&[0x05, 0x8C, 0x75, 0x08, 0x97, 0xFF, 0xFF, 0xFF, 0x1F, 0x09, 0xFE][..], &[0x81, 0x02]].concat();
    assert_eq!(Reports::of(&huge), None);
    // Pops what was never pushed.
    assert_eq!(Reports::of(&[0xB4]), None);
}

proptest! {
    #[test]
    fn any_descriptor_and_report_are_read_or_not(descriptor: Vec<u8>, report: Vec<u8>) {
        if let Some(reports) = Reports::of(&descriptor) {
            let _ = reports.read(&report);
        }
    }

    #[test]
    fn damaged_descriptor_never_panics(at in 0usize..77, byte: u8, cut in 0usize..78, report: Vec<u8>) {
        let mut descriptor = NUMBERED[..cut.min(NUMBERED.len())].to_vec();
        if let Some(place) = descriptor.get_mut(at) {
            *place = byte;
        }
        if let Some(reports) = Reports::of(&descriptor) {
            prop_assert!(reports.longest_bytes() <= 16_385);
            if let Some(piece) = reports.read(&report) {
                prop_assert!(piece.bytes.len() <= report.len());
            }
        }
    }
}
