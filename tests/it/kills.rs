//! kill -9 at random moments: no acknowledged check-in is lost, no badge comes out twice without a word.

use crate::venue::{Kiosk, Venue, settle_doubt};
use drivers::virtual_hw::{VirtualPrinter, serve_tcp};
use serde_json::Value;
use std::time::{Duration, Instant};

/// Rounds of the short form; `USHER_KILLS` asks for more.
const ROUNDS: usize = 6;

/// Different moments in every round, the same in every run.
fn pause(round: usize) -> Duration {
    let spread = [3, 41, 97, 170, 260, 333, 12, 64, 120, 210];
    Duration::from_millis(spread[round % spread.len()] + 7 * (round / spread.len()) as u64)
}

/// Doubtful badges are asked about once: staff look at the tray and find nothing.
fn settle_doubts(kiosk: &Kiosk, pin: &str) -> usize {
    let mut settled = 0;
    // The printer is asked first: it may say by itself that the badge came out.
    kiosk.wait_page("attract");
    while kiosk.state()["doubtful"].as_u64() > Some(0) {
        settle_doubt(kiosk, pin, false);
        settled += 1;
    }
    settled
}

#[test]
fn kiosk_killed_at_random_moments_loses_no_check_in_and_doubles_no_badge() {
    let rounds = std::env::var("USHER_KILLS").ok().and_then(|text| text.parse().ok()).unwrap_or(ROUNDS);
    let venue = Venue::open();
    let folder = venue.folder().join("printer");
    let printer = VirtualPrinter::in_folder(&folder).expect("a folder for the paper");
    printer.change(|state| state.speed_mm_per_s = Some(250));
    let server = serve_tcp("127.0.0.1:0".parse().expect("an address"), &printer).expect("a free port");
    let mut kiosk = Kiosk::start(&venue, "K1", &format!("tcp:{}", server.address()));
    let guests = venue.guests_of_parties(rounds);

    let mut acknowledged = 0;
    let mut settled = 0;
    for (round, guest) in guests.iter().enumerate() {
        kiosk.wait_page("attract");
        kiosk.scan(venue.code(*guest));
        let state = kiosk.wait_state("a guest", |state| state["page"] == "phone_check" || state["page"] == "household");
        if state["page"] == "phone_check" {
            kiosk.tap("still_mine");
        }
        kiosk.tap("household_confirmed");
        let deadline = Instant::now() + pause(round);
        let mut shown_done = false;
        while Instant::now() < deadline {
            shown_done |= kiosk.state()["page"] == "done";
        }
        kiosk.kill();
        kiosk.run();
        acknowledged += usize::from(shown_done);
        kiosk.wait_state("the log", |state| state["guests_in"].as_u64() >= Some(acknowledged as u64));
        settled += settle_doubts(&kiosk, &venue.reception_pin());
        kiosk.wait_state("no open job", |state: &Value| state["jobs"].as_array().is_some_and(Vec::is_empty));
    }

    let state = kiosk.wait_state("everything at the hub", |state| state["waiting"] == 0 && state["pending"] == 0);
    let present = state["guests_in"].as_u64().expect("a number");
    assert!(present >= acknowledged as u64, "{acknowledged} were told that they are in, {present} are");
    assert_eq!(state["badges_out"], state["guests_in"], "every guest has a badge whose printer said so: {state}");
    // A copy beyond the first exists only where staff were asked and said that none came out.
    assert_eq!(state["badge_copies"].as_u64(), Some(settled as u64));
    let pages = printer.pages() as u64;
    assert!(pages <= present + settled as u64, "{pages} pages for {present} guests and {settled} answers of staff");
}
