//! The crowd: parties queue at both kiosks, scan, answer and take their badges.

use super::guests::{GuestBook, Invited};
use super::station::Station;
use anyhow::{Result, bail};
use serde_json::json;
use std::collections::VecDeque;
use std::sync::Mutex;

/// Every so-manieth party left its invitation at home and types a phone number.
const FORGETFUL: usize = 17;
/// Parties that K2 serves while its network is cut.
const PARTIES_OFFLINE: usize = 12;

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

/// Both kiosks serve until nobody is outside; for a while one of them has no network.
pub fn serve_all(crowd: &mut Crowd, first: &mut Station, second: &mut Station) -> Result<()> {
    let queue = Mutex::new(std::mem::take(&mut crowd.queue));
    let next = || queue.lock().map_or(None, |mut queue| queue.pop_front());
    std::thread::scope(|scope| {
        let other = scope.spawn(|| -> Result<()> {
            for served in 0.. {
                match served {
                    PARTIES_OFFLINE => second.cut_network(true)?,
                    _ if served == 2 * PARTIES_OFFLINE => second.cut_network(false)?,
                    _ => {}
                }
                let Some(party) = next() else { break };
                visit(second, &party, served % FORGETFUL == FORGETFUL - 1)?;
            }
            second.cut_network(false)
        });
        let mut served = 0;
        while let Some(party) = next() {
            visit(first, &party, served % FORGETFUL == FORGETFUL - 1)?;
            served += 1;
        }
        match other.join() {
            Ok(done) => done,
            Err(_) => bail!("the crowd at K2 ran away"),
        }
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
