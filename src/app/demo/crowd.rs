//! The crowd: parties queue at both kiosks, scan, answer and take their badges.

use super::guests::{GuestBook, Invited};
use super::station::Station;
use anyhow::{Result, bail};
use serde_json::json;
use std::collections::VecDeque;
use std::sync::Mutex;

/// Every so-manieth party left its invitation at home and types a phone number.
const FORGETFUL: usize = 17;
/// Parties that come while K2's network is cut.
const PARTIES_OFFLINE: usize = 24;

/// Who is still outside.
pub struct Crowd {
    queue: VecDeque<Vec<Invited>>,
}

impl Crowd {
    pub fn new(book: &GuestBook) -> Crowd {
        Crowd { queue: book.parties.iter().cloned().collect() }
    }

    /// The next party of the queue.
    pub fn next(&mut self) -> Option<Vec<Invited>> {
        self.queue.pop_front()
    }

    /// The first party of which `wanted` holds.
    pub fn take(&mut self, wanted: impl Fn(&[Invited]) -> bool) -> Option<Vec<Invited>> {
        let at = self.queue.iter().position(|party| wanted(party))?;
        self.queue.remove(at)
    }

    /// Everybody of these parties is in already.
    pub fn drop_where(&mut self, is_in: impl Fn(&[Invited]) -> bool) {
        self.queue.retain(|party| !is_in(party));
    }

    /// Who stands first in the queue.
    pub fn peek(&self) -> Option<&Invited> {
        self.queue.front().and_then(|party| party.first())
    }
}

/// Both kiosks serve until nobody is outside; at first one of them has no network.
pub fn serve_all(crowd: &mut Crowd, first: &mut Station, second: &mut Station) -> Result<()> {
    second.cut_network(true)?;
    serve(crowd, PARTIES_OFFLINE, first, second)?;
    let waiting = second.state()?["waiting"].clone();
    println!("usher demo: K2 served without its network, {waiting} acts wait there; now the cable is back");
    second.cut_network(false)?;
    super::wait_for("both kiosks in agreement", || {
        let (one, two) = (first.state()?, second.state()?);
        Ok((two["pending"] == 0 && one["pending"] == 0 && one["guests_in"] == two["guests_in"]).then_some(()))
    })?;
    // What came late because of a pulled cable says nothing about the network.
    for station in [&*first, &*second] {
        station.ask(&json!({"do": "figures", "forget_lag": true}))?;
    }
    serve(crowd, usize::MAX, first, second)
}

/// Both kiosks serve the next parties, at most so many.
fn serve(crowd: &mut Crowd, most: usize, first: &mut Station, second: &mut Station) -> Result<()> {
    let parties = crowd.queue.len().min(most);
    let queue = Mutex::new(crowd.queue.drain(..parties).collect::<VecDeque<_>>());
    let work = |station: &mut Station| -> Result<()> {
        for served in 1.. {
            let Some(party) = queue.lock().map_or(None, |mut queue| queue.pop_front()) else { break };
            visit(station, &party, served % FORGETFUL == 0)?;
        }
        Ok(())
    };
    std::thread::scope(|scope| {
        let other = scope.spawn(|| work(second));
        work(first)?;
        other.join().unwrap_or_else(|_| bail!("the crowd at K2 ran away"))
    })
}

/// One party from the first scan to the last badge.
pub fn visit(station: &mut Station, party: &[Invited], forgot_invitation: bool) -> Result<()> {
    let Some(guest) = party.first() else { return Ok(()) };
    // The party before has its badges: whoever comes next finds the start page.
    if station.state()?["page"] == "done" {
        station.tap("leave")?;
    }
    match guest.phone.as_ref().filter(|_| forgot_invitation) {
        Some(phone) => by_phone(station, phone, party.len())?,
        None => {
            station.scan(&guest.code)?;
            let state = station.wait_for_any(&["phone_check", "household", "done"])?;
            if state["page"] == "phone_check" {
                station.tap("still_mine")?;
            }
        }
    }
    tick_all(station, party.len())?;
    badges_out(station)
}

/// Types the number; the page of a party follows.
pub fn by_phone(station: &Station, phone: &str, people: usize) -> Result<()> {
    station.wait_for_any(&["attract", "done"])?;
    if station.state()?["page"] == "done" {
        station.tap("leave")?;
    }
    station.tap("phone_path")?;
    for figure in phone.bytes() {
        station.tap_number("digit", i64::from(figure - b'0'))?;
    }
    station.tap("phone_confirmed")?;
    station.wait_for_any(if people > 1 { &["household"] } else { &["household", "done"] }).map(drop)
}

/// Everybody of the party is here: ticks those who are not ticked, and confirms.
pub fn tick_all(station: &Station, people: usize) -> Result<()> {
    let state = station.wait_for_any(&["household", "done"])?;
    if state["page"] == "done" {
        return Ok(());
    }
    let ticks = state["people"].as_array().cloned().unwrap_or_default();
    anyhow::ensure!(ticks.len() == people, "{} shows {} people of a party of {people}", station.name, ticks.len());
    for (index, person) in ticks.iter().enumerate() {
        if person["here"] == json!(false) {
            station.tap_number("person", i64::try_from(index)?)?;
        }
    }
    station.tap("household_confirmed")?;
    station.wait_for_page("done").map(drop)
}

/// Waits until every badge of the visit is out.
pub fn badges_out(station: &Station) -> Result<()> {
    station
        .wait_for_state("the badges", |state| state["page"] == "attract" || state["badges"]["stage"] == "take_it")
        .map(drop)
}
