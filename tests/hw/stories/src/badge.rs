//! Badges reach the paper byte for byte, and fast enough for the head.

use std::time::{Duration, Instant};

use drivers::{Completion, Progress, Transport};
use print::escpos::encode::{EscposOptions, Fence, encode};
use print::escpos::parse::parse;

use crate::bench::{
    as_printed, badge, driver, driver_of_mute, nobody, open_transport, plug_printer, plug_recorder, silent, write_all,
};
use crate::harness::{Story, note};

pub const STORIES: &[Story] = &[
    ("badge_is_printed_dot_for_dot_and_confirmed", badge_is_printed_dot_for_dot_and_confirmed),
    ("badge_bytes_arrive_as_encoded", badge_bytes_arrive_as_encoded),
    ("fast_printer_gets_badge_faster_than_the_head_eats", fast_printer_gets_badge_faster_than_the_head_eats),
    ("slow_printer_gets_every_byte_once", slow_printer_gets_every_byte_once),
    ("mute_printer_gets_badge_unconfirmed", mute_printer_gets_badge_unconfirmed),
];

/// 576 × 800 dots.
const ROWS: u32 = 800;
/// 250 mm/s × 8 rows/mm × 72 bytes.
const HEAD_BYTES_PER_S: f64 = 144_000.0;
const ATTEMPTS: usize = 5;

fn badge_is_printed_dot_for_dot_and_confirmed() {
    let printer = plug_printer("K2-0001", |_| {});
    let mut driver = driver("usb");
    driver.preflight().expect("clean");
    let picture = badge(ROWS);
    assert_eq!(driver.print(&picture, 17, &mut nobody), Ok(Completion::Confirmed));
    assert_eq!(printer.last_page(), as_printed(&picture));
    assert_eq!(printer.inside.garbage_bytes(), 0);
    assert_eq!(driver.epoch(), 1);
}

fn badge_bytes_arrive_as_encoded() {
    let (_cable, engine) = plug_recorder("K2-0001");
    let mut transport = open_transport("usb");
    let picture = badge(ROWS);
    let options = EscposOptions { fence: Fence::Process(17), ..EscposOptions::default() };
    let mut sent = Vec::new();
    for piece in encode(&picture, &options) {
        write_all(&mut transport, &piece);
        sent.extend(piece);
    }
    assert!(engine.bytes() == sent, "{} bytes were sent, {} others arrived", sent.len(), engine.len());
    let document = parse(&engine.bytes()).expect("our own reader reads it");
    assert_eq!(document.pages.len(), 1);
    assert!(document.pages[0].bitmap == as_printed(&picture), "the picture is the same");
}

/// The best of some badges: whatever else runs on this machine only slows one down.
fn fast_printer_gets_badge_faster_than_the_head_eats() {
    let (_cable, engine) = plug_recorder("K2-0001");
    let mut transport = open_transport("usb");
    let pieces: Vec<Vec<u8>> = encode(&badge(ROWS), &EscposOptions::default()).collect();
    let total: usize = pieces.iter().map(Vec::len).sum();
    let best = (0..ATTEMPTS).map(|_| time_badge(&mut transport, &pieces)).min_by_key(|(all, _)| *all);
    assert_eq!(engine.len(), total * ATTEMPTS);
    let (all, first) = best.expect("there were attempts");
    let rate = total as f64 / all.as_secs_f64();
    note(format!("{total} bytes at {:.0} kB/s, first piece after {} ms", rate / 1000.0, first.as_millis()));
    assert!(rate > HEAD_BYTES_PER_S, "the head starves: {:.0} kB/s", rate / 1000.0);
}

/// Until everything was taken, and until the first piece was.
fn time_badge(transport: &mut dyn Transport, pieces: &[Vec<u8>]) -> (Duration, Duration) {
    let begun = Instant::now();
    write_all(transport, &pieces[0]);
    let first = begun.elapsed();
    pieces[1..].iter().for_each(|piece| write_all(transport, piece));
    (begun.elapsed(), first)
}

/// 20 kB/s: a head of 35 mm/s.
fn slow_printer_gets_every_byte_once() {
    let (cable, engine) = plug_recorder("K2-0001");
    let mut transport = open_transport("usb");
    cable.device.bus(|bus| bus.bytes_per_s = Some(20_000.0));
    let sent: Vec<u8> = (0..40_000u32).map(|i| (i / 3) as u8).collect();
    write_all(&mut transport, &sent);
    assert!(engine.bytes() == sent, "{} bytes were sent, {} others arrived", sent.len(), engine.len());
}

fn mute_printer_gets_badge_unconfirmed() {
    let printer = plug_printer("K2-0001", silent);
    let mut driver = driver_of_mute("usb");
    driver.preflight().expect("nothing speaks against it");
    let picture = badge(ROWS);
    let mut all_sent = false;
    let done = driver.print(&picture, 17, &mut |progress| all_sent |= progress == Progress::AllSent);
    assert_eq!(done, Ok(Completion::Unconfirmed));
    assert!(all_sent);
    assert_eq!(printer.last_page(), as_printed(&picture));
}
