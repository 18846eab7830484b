//! Descriptors of the emulated devices: USB 2.0 chapter 9 and the classes' own documents.

use std::collections::HashMap;

use crate::device::Identity;

/// How fast a device is, as the virtual controller numbers it (enum usb_device_speed).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Speed {
    Full = 2,
    High = 3,
}

/// Class, subclass and protocol of a device whose interfaces say what it is.
const BY_INTERFACE: [u8; 3] = [0, 0, 0];
/// The same with interfaces that belong together.
const BY_ASSOCIATION: [u8; 3] = [0xEF, 2, 1];

fn device(class: [u8; 3], vendor: u16, product: u16) -> [u8; 18] {
    let ([v0, v1], [p0, p1]) = (vendor.to_le_bytes(), product.to_le_bytes());
    [18, 1, 0, 2, class[0], class[1], class[2], 64, v0, v1, p0, p1, 0, 1, 1, 2, 3, 1]
}

/// Self-powered, 100 mA.
fn configuration(interfaces: u8, body: &[u8]) -> Vec<u8> {
    let [low, high] = ((body.len() + 9) as u16).to_le_bytes();
    let mut all = vec![9, 2, low, high, interfaces, 1, 0, 0xC0, 50];
    all.extend_from_slice(body);
    all
}

fn identity(device: [u8; 18], configuration: Vec<u8>, speed: Speed, strings: [&str; 3]) -> Identity {
    let strings = strings.iter().map(|&text| text.to_owned()).collect();
    Identity { device, configuration, strings, others: HashMap::new(), speed }
}

/// Printer class, bidirectional, bulk endpoints 1 and 0x82 of 64 bytes.
pub fn printer(vendor: u16, product: u16, serial: &str) -> Identity {
    let body = [9, 4, 0, 0, 2, 7, 1, 2, 0, 7, 5, 0x01, 2, 64, 0, 0, 7, 5, 0x82, 2, 64, 0, 0];
    let strings = ["LAB", "TM-LAB80 Receipt Printer", serial];
    identity(device(BY_INTERFACE, vendor, product), configuration(1, &body), Speed::Full, strings)
}

/// The boot keyboard's report (HID 1.11, appendix B.1).
#[rustfmt::skip]
const KEYBOARD_REPORT: &[u8] = &[
    0x05, 1, 0x09, 6, 0xA1, 1,
    0x05, 7, 0x19, 0xE0, 0x29, 0xE7, 0x15, 0, 0x25, 1, 0x75, 1, 0x95, 8, 0x81, 2,
    0x95, 1, 0x75, 8, 0x81, 1,
    0x95, 5, 0x75, 1, 0x05, 8, 0x19, 1, 0x29, 5, 0x91, 2, 0x95, 1, 0x75, 3, 0x91, 1,
    0x95, 6, 0x75, 8, 0x15, 0, 0x25, 0x65, 0x05, 7, 0x19, 0, 0x29, 0x65, 0x81, 0,
    0xC0,
];

pub const POS_REPORT_ID: u8 = 2;
pub const POS_DATA_BYTES: usize = 56;
/// Id, length, AIM identifier (3), data, symbology, "continued".
pub const POS_REPORT_BYTES: usize = 1 + 1 + 3 + POS_DATA_BYTES + 1 + 1;

/// Usage page 0x8C: length, AIM identifier, decoded data, a vendor's symbology, data continued.
#[rustfmt::skip]
const POS_REPORT: &[u8] = &[
    0x05, 0x8C, 0x09, 0x02, 0xA1, 1, 0x09, 0x12, 0xA1, 2, 0x85, POS_REPORT_ID,
    0x15, 0, 0x26, 0xFF, 0, 0x75, 8, 0x95, 1, 0x05, 1, 0x09, 0x3B, 0x81, 2,
    0x05, 0x8C, 0x95, 3, 0x09, 0xFB, 0x09, 0xFC, 0x09, 0xFD, 0x81, 2,
    0x95, POS_DATA_BYTES as u8, 0x09, 0xFE, 0x82, 2, 1,
    0x95, 1, 0x06, 0x66, 0xFF, 0x09, 4, 0x81, 2,
    0x05, 0x8C, 0x09, 0xFF, 0x25, 1, 0x75, 1, 0x95, 1, 0x81, 2, 0x75, 7, 0x95, 1, 0x81, 1,
    0xC0, 0xC0,
];

/// A HID device with one interrupt endpoint, polled every millisecond. `class` is subclass and protocol.
fn hid(ids: (u16, u16), class: [u8; 2], report: &[u8], packet_bytes: u8, name: &str) -> Identity {
    let [low, high] = (report.len() as u16).to_le_bytes();
    let hid = [9, 0x21, 0x11, 1, 0, 1, 0x22, low, high];
    let mut body = vec![9, 4, 0, 0, 1, 3, class[0], class[1], 0];
    body.extend(hid);
    body.extend([7, 5, 0x81, 3, packet_bytes, 0, 1]);
    let device = device(BY_INTERFACE, ids.0, ids.1);
    let mut identity = identity(device, configuration(1, &body), Speed::Full, ["LAB", name, "S0001"]);
    identity.others.insert((0x22, 0), report.to_vec());
    identity.others.insert((0x21, 0), hid.to_vec());
    identity
}

pub fn hid_keyboard(vendor: u16, product: u16) -> Identity {
    hid((vendor, product), [1, 1], KEYBOARD_REPORT, 8, "LAB Wedge Scanner")
}

pub fn hid_pos(vendor: u16, product: u16) -> Identity {
    hid((vendor, product), [0, 0], POS_REPORT, 64, "LAB HID POS Scanner")
}

/// Modifier and usage that type an ASCII letter on a US keyboard; (0, 0) for a letter that it does not know.
pub fn key(letter: u8) -> (u8, u8) {
    const SHIFT: u8 = 2;
    const ABOVE_DIGITS: &[u8] = b"!@#$%^&*()";
    match letter {
        b'a'..=b'z' => (0, letter - b'a' + 0x04),
        b'A'..=b'Z' => (SHIFT, letter - b'A' + 0x04),
        b'1'..=b'9' => (0, letter - b'1' + 0x1E),
        b'0' => (0, 0x27),
        b'\n' => (0, 0x28),
        b' ' => (0, 0x2C),
        b'-' => (0, 0x2D),
        b'_' => (SHIFT, 0x2D),
        b'=' => (0, 0x2E),
        b'+' => (SHIFT, 0x2E),
        b';' => (0, 0x33),
        b':' => (SHIFT, 0x33),
        b',' => (0, 0x36),
        b'.' => (0, 0x37),
        b'/' => (0, 0x38),
        b'?' => (SHIFT, 0x38),
        _ => {
            let above = ABOVE_DIGITS.iter().position(|&sign| sign == letter);
            above.map_or((0, 0), |digit| (SHIFT, 0x1E + digit as u8))
        }
    }
}

/// Control interface with its interrupt endpoint, data interface with two bulk endpoints (CDC 1.2, PSTN 1.2).
#[rustfmt::skip]
pub fn cdc_acm(vendor: u16, product: u16, serial: &str) -> Identity {
    let body = [
        8, 11, 0, 2, 2, 2, 1, 0,
        9, 4, 0, 0, 1, 2, 2, 1, 0,
        5, 0x24, 0, 0x10, 1, 5, 0x24, 1, 0, 1, 4, 0x24, 2, 2, 5, 0x24, 6, 0, 1,
        7, 5, 0x83, 3, 16, 0, 16,
        9, 4, 1, 0, 2, 10, 0, 0, 0,
        7, 5, 0x02, 2, 64, 0, 0, 7, 5, 0x81, 2, 64, 0, 0,
    ];
    let strings = ["LAB", "LAB Serial Scanner", serial];
    identity(device(BY_ASSOCIATION, vendor, product), configuration(2, &body), Speed::Full, strings)
}

pub const CAMERA_STREAM_INTERFACE: u8 = 1;
/// 30 frames a second, in units of 100 ns.
pub const CAMERA_FRAME_INTERVAL: u32 = 333_333;

/// One bulk streaming endpoint; format 1 is MJPEG, format 2 is YUY2, one frame size each (UVC 1.0, section 3).
pub fn camera(vendor: u16, product: u16, width: u16, height: u16) -> Identity {
    let mut formats = vec![11, 0x24, 6, 1, 1, 1, 1, 0, 0, 0, 0];
    formats.extend(frame(7, width, height));
    formats.extend(COLOURS);
    formats.extend([27, 0x24, 4, 2, 1]);
    formats.extend(*b"YUY2\x00\x00\x10\x00\x80\x00\x00\xAA\x00\x38\x9B\x71");
    formats.extend([16, 1, 0, 0, 0, 0]);
    formats.extend(frame(5, width, height));
    formats.extend(COLOURS);

    let terminals = [&[18, 0x24, 2, 1, 1, 2, 0, 0, 0, 0, 0, 0, 0, 0, 3, 0, 0, 0][..], &[9, 0x24, 3, 2, 1, 1, 0, 1, 0]];
    let terminals = terminals.concat();
    let [control_low, control_high] = ((13 + terminals.len()) as u16).to_le_bytes();
    let [stream_low, stream_high] = ((15 + formats.len()) as u16).to_le_bytes();

    let mut body = vec![8, 11, 0, 2, 14, 3, 0, 0];
    body.extend([9, 4, 0, 0, 0, 14, 1, 0, 0]);
    body.extend([13, 0x24, 1, 0, 1, control_low, control_high, 0x80, 0x8D, 0x5B, 0, 1, 1]);
    body.extend(terminals);
    body.extend([9, 4, CAMERA_STREAM_INTERFACE, 0, 1, 14, 2, 0, 0]);
    body.extend([15, 0x24, 1, 2, stream_low, stream_high, 0x81, 0, 2, 0, 0, 0, 1, 0, 0]);
    body.extend(formats);
    body.extend([7, 5, 0x81, 2, 0, 2, 0]);
    let strings = ["LAB", "LAB UVC Camera", "C0001"];
    identity(device(BY_ASSOCIATION, vendor, product), configuration(2, &body), Speed::High, strings)
}

/// Colour matching of BT.709 (section 3.9.2.6).
const COLOURS: [u8; 6] = [6, 0x24, 13, 1, 1, 4];

fn frame(kind: u8, width: u16, height: u16) -> Vec<u8> {
    let frame_bytes = u32::from(width) * u32::from(height) * 2;
    let bits_per_s = (frame_bytes * 8 * 30).to_le_bytes();
    let interval = CAMERA_FRAME_INTERVAL.to_le_bytes();
    let mut frame = vec![30, 0x24, kind, 1, 0];
    frame.extend(width.to_le_bytes());
    frame.extend(height.to_le_bytes());
    frame.extend(bits_per_s);
    frame.extend(bits_per_s);
    frame.extend(frame_bytes.to_le_bytes());
    frame.extend(interval);
    frame.push(1);
    frame.extend(interval);
    frame
}
