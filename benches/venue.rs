//! The figures that people feel, measured on the real binary: a hub, two kiosks in windows, printers on TCP, 10,000 guests.
//!
//! Prints one table row per figure; `benches/run` puts them into RESULTS.md.

#[path = "../tests/it/venue/mod.rs"]
#[allow(dead_code, unused_imports)]
mod venue;

use drivers::virtual_hw::{TcpPrinter, VirtualPrinter, serve_tcp};
use serde_json::{Value, json};
use std::path::Path;
use std::time::{Duration, Instant};
use venue::{Kiosk, Venue};

/// Parties of the large meeting, four people each.
const PARTIES: usize = 2_500;
/// Visits that are measured.
const VISITS: usize = 120;
/// Visits at a kiosk that does not hear the hub for the whole meeting.
const CUT_OFF: usize = 600;
/// Events of a long meeting.
const EVENTS: u64 = 10_000;

fn main() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let list = folder.path().join("guests.csv");
    std::fs::write(&list, venue::list_of_parties(PARTIES)).expect("the list is written");

    let mut venue = Venue::imported_from(&list);
    venue.start_hub();

    let printers: Vec<_> = ["K1", "K2"].iter().map(|name| printer(folder.path(), name)).collect();
    let mut first = Kiosk::start(&venue, "K1", &printers[0].1);
    let second = Kiosk::start(&venue, "K2", &printers[1].1);
    first.wait_page("attract");
    second.wait_page("attract");

    // A kiosk that has the meeting already: cold start to the first screen that a guest can use.
    first.kill();
    let started = Instant::now();
    first.run();
    first.wait_page("attract");
    let cold = started.elapsed();
    let memory_kib = resident_kib(first.process_id());

    let everybody = venue.guests_of_parties(PARTIES);
    let (measured, others) = everybody.split_at(VISITS);
    let (cut_off, others) = others.split_at(CUT_OFF);
    for guest in measured {
        visit(&mut first, venue.code(*guest));
    }
    second.wait_state("every guest of K1", |state| state["guests_in"].as_u64() == Some(VISITS as u64));
    let (here, there) = (first.figures(), second.figures());
    let (waited, drained) = backlog(&venue, &mut first, cut_off);
    let ready = readiness(&venue, first, second, others, &printers[1].1);

    println!(
        "import of {} guests (PIN hashing, sealing, log) | {} ms | ≤ 2,000 ms",
        4 * PARTIES,
        venue.import_took().as_millis()
    );
    println!("cold start to first screen, 10,000 guests | {} ms | < 2,000 ms", cold.as_millis());
    println!("kiosk resident memory, 10,000 guests | {} MB | < 250 MB", memory_kib / 1024);
    row("scan → decision on the screen", &here["decision_us"], "p99 ≤ 100 ms");
    row("last tap → first bytes at a TCP printer", &here["first_byte_us"], "p95 ≤ 100 ms");
    row("last tap → last byte at a TCP printer", &here["bytes_us"], "p95 ≤ 400 ms");
    row("badge drawn to bitmap", &here["render_us"], "median ≤ 10 ms");
    row("check-in visible at another node, over TLS", &there["lag_us"], "p95 ≤ 500 ms");
    println!(
        "{CUT_OFF} check-ins ({waited} events) of a kiosk that was cut off, until the hub has them | {} ms | < 30,000 ms",
        drained.as_millis()
    );
    println!("kiosk with {} events ready after a restart | {} ms | < 10,000 ms", ready.events, ready.again.as_millis());
    println!("new kiosk of such a meeting ready, from its start | {} ms | < 10,000 ms", ready.new.as_millis());
}

/// How many events waited, and how long they took to the hub.
fn backlog(venue: &Venue, kiosk: &mut Kiosk, guests: &[u32]) -> (u64, Duration) {
    kiosk.ask(&json!({"do": "network", "cut": true})).expect("the kiosk answers");
    for guest in guests {
        visit(kiosk, venue.code(*guest));
    }
    let waited = kiosk.state()["pending"].as_u64().expect("a number of events");
    let started = Instant::now();
    kiosk.ask(&json!({"do": "network", "cut": false})).expect("the kiosk answers");
    kiosk.wait_state("nothing that waits", |state| state["pending"] == 0);
    (waited, started.elapsed())
}

struct Ready {
    events: u64,
    again: Duration,
    new: Duration,
}

/// The meeting grows to its full length; then one kiosk starts again, and a new one comes.
fn readiness(venue: &Venue, mut first: Kiosk, mut second: Kiosk, guests: &[u32], printer: &str) -> Ready {
    let mut guests = guests.iter();
    while first.state()["cursor"].as_u64() < Some(EVENTS) {
        visit(&mut first, venue.code(*guests.next().expect("enough guests for so many events")));
    }
    let events =
        first.wait_state("nothing that waits", |state| state["pending"] == 0)["cursor"].as_u64().expect("a cursor");
    let is_ready = |state: &Value| state["page"] == "attract" && state["cursor"].as_u64() >= Some(events);
    second.kill();
    let started = Instant::now();
    second.run();
    second.wait_state("all events", is_ready);
    let again = started.elapsed();
    let started = Instant::now();
    let third = Kiosk::start(venue, "K3", printer);
    third.wait_state("all events", is_ready);
    Ready { events, again, new: started.elapsed() }
}

fn printer(folder: &Path, name: &str) -> (TcpPrinter, String) {
    let printer = VirtualPrinter::in_folder(&folder.join(name)).expect("a folder for the paper");
    let server = serve_tcp("127.0.0.1:0".parse().expect("an address"), &printer).expect("a free port");
    let spec = format!("tcp:{}", server.address());
    (server, spec)
}

fn visit(kiosk: &mut Kiosk, code: &str) {
    kiosk.scan(code);
    let state = kiosk.wait_state("a guest", |state| state["page"] == "phone_check" || state["page"] == "household");
    if state["page"] == "phone_check" {
        kiosk.tap("still_mine");
    }
    kiosk.wait_page("household");
    kiosk.tap("household_confirmed");
    kiosk.wait_state("the badge", |state| state["page"] == "attract" || state["badges"]["stage"] == "take_it");
}

fn resident_kib(process: u32) -> u64 {
    let status = std::fs::read_to_string(format!("/proc/{process}/status")).expect("the process lives");
    let line = status.lines().find(|line| line.starts_with("VmRSS:")).expect("Linux tells the resident size");
    line.split_whitespace().nth(1).and_then(|number| number.parse().ok()).expect("a number of KiB")
}

fn row(what: &str, values: &Value, target: &str) {
    let mut values: Vec<u64> = values.as_array().into_iter().flatten().filter_map(Value::as_u64).collect();
    values.sort_unstable();
    let at = |percent: usize| {
        let rank = (values.len() * percent).div_ceil(100).saturating_sub(1);
        values.get(rank).map_or(f64::NAN, |value| *value as f64 / 1000.0)
    };
    println!("{what} | p50 {:.1}, p95 {:.1}, p99 {:.1} ms of {} | {target}", at(50), at(95), at(99), values.len());
}
