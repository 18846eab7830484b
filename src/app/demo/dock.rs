//! The demo with a display: a kiosk's window, a dock to play fate with, and the printed badges beside it.

use super::crowd::{self, Crowd};
use super::station::Station;
use super::summary::Summary;
use super::{Venue, display};
use anyhow::{Context, Result};
use drivers::virtual_hw::{Paper, VirtualState};
use slint::{ComponentHandle, Image, ModelRc, SharedString, Timer, TimerMode, VecModel};
use std::cell::RefCell;
use std::path::{Path, PathBuf};
use std::rc::Rc;
use std::time::Duration;
use ui::{DemoDock, Dock, DockBadge, DockKiosk, Lang};

/// How often the dock looks at the kiosks.
const LOOK_EVERY: Duration = Duration::from_millis(400);
/// Badges shown, newest first.
const BADGES_SHOWN: usize = 6;
const WINDOW: &str = "540x960";

/// What the dock's buttons work on.
struct Play {
    stations: Vec<Station>,
    crowd: Crowd,
    invited: usize,
    /// The party that stands before each kiosk with its invitation in hand.
    network_up: bool,
    running: bool,
}

/// Opens both kiosks and the dock; returns when the dock is closed.
pub fn run(venue: &Venue, out: &Path) -> Result<Summary> {
    // The second kiosk needs no window on the desk; without Xvfb it gets one all the same.
    let hidden = display::start_virtual(540, 960).ok();
    let first = Station::start("K1", venue, None, Some(WINDOW))?;
    let second = Station::start("K2", venue, hidden.as_ref().map(|display| display.name.as_str()), Some(WINDOW))?;
    let play = Rc::new(RefCell::new(Play {
        stations: vec![first, second],
        crowd: Crowd::new(&venue.guests),
        invited: venue.guests.guests(),
        network_up: true,
        running: false,
    }));
    let window = DemoDock::new().context("the dock's window could not be opened")?;
    let lang = std::env::var("LANG").ok().and_then(|code| Lang::of_code(&code)).unwrap_or(Lang::En);
    ui::speak(lang);
    window.global::<ui::Language>().set_current(lang);
    listen(&window, &play);
    let timer = Timer::default();
    let (weak, looked) = (window.as_weak(), play.clone());
    timer.start(TimerMode::Repeated, LOOK_EVERY, move || {
        if let Some(window) = weak.upgrade() {
            show(&window, &mut looked.borrow_mut());
        }
    });
    println!("usher demo: scan with the dock's button; close the dock to end");
    window.run().context("the dock ended with a fault")?;
    drop(timer);
    // The window's callbacks still hold the play; the stations are all that is needed of it.
    let mut stations = std::mem::take(&mut play.borrow_mut().stations);
    for station in &stations {
        station.cut_network(false)?;
        station.set_printer(|state| (state.paper, state.connected, state.cover_open) = (Paper::Ok, true, false))?;
    }
    Summary::take_part(venue, &mut stations, out)
}

fn listen(window: &DemoDock, play: &Rc<RefCell<Play>>) {
    let dock = window.global::<Dock>();
    let with = |work: fn(&mut Play) -> Result<()>| {
        let play = play.clone();
        move || told(work(&mut play.borrow_mut()))
    };
    dock.on_scan_next(with(|play| play.scan_next(0)));
    dock.on_end(|| {
        let _ = slint::quit_event_loop();
    });
    let scan = play.clone();
    dock.on_scan(move |kiosk| told(scan.borrow_mut().scan_next(index(kiosk))));
    let paper = play.clone();
    dock.on_paper(move |kiosk, there| {
        let play = paper.borrow();
        told(play.stations.get(index(kiosk)).map_or(Ok(()), |station| station.set_paper(there)));
    });
    let cable = play.clone();
    dock.on_cable(move |kiosk, plugged| {
        told(cable.borrow().change_printer(kiosk, |state| state.connected = plugged));
    });
    let cover = play.clone();
    dock.on_cover(move |kiosk, closed| {
        told(cover.borrow().change_printer(kiosk, |state| state.cover_open = !closed));
    });
    let network = play.clone();
    dock.on_network(move |up| {
        let mut play = network.borrow_mut();
        play.network_up = up;
        told(play.stations.iter().try_for_each(|station| station.cut_network(!up)));
    });
    let crowd = play.clone();
    dock.on_crowd(move |run| crowd.borrow_mut().running = run);
}

impl Play {
    fn change_printer(&self, kiosk: i32, change: impl FnOnce(&mut VirtualState)) -> Result<()> {
        self.stations.get(index(kiosk)).map_or(Ok(()), |station| station.set_printer(change))
    }

    /// The next guest of the queue holds the invitation under the scanner.
    fn scan_next(&mut self, kiosk: usize) -> Result<()> {
        let Some(station) = self.stations.get_mut(kiosk) else { return Ok(()) };
        if station.state()?["page"] == "out_of_order" {
            return Ok(());
        }
        let Some(party) = self.crowd.next() else { return Ok(()) };
        station.scan(&party[0].code)
    }

    /// The crowd's next party goes through the kiosk that nobody watches, a step at every look.
    fn walk(&mut self) -> Result<()> {
        if !self.running {
            return Ok(());
        }
        let Some(station) = self.stations.last_mut() else { return Ok(()) };
        match station.state()?["page"].as_str() {
            Some("attract" | "done" | "already" | "refused") => {
                let Some(party) = self.crowd.next() else {
                    self.running = false;
                    return Ok(());
                };
                station.scan(&party[0].code)
            }
            Some("phone_check") => station.tap("still_mine"),
            Some("household") => {
                let people = station.state()?["people"].as_array().map_or(0, Vec::len);
                crowd::tick_all(station, people)
            }
            _ => Ok(()),
        }
    }
}

fn show(window: &DemoDock, play: &mut Play) {
    told(play.walk());
    let dock = window.global::<Dock>();
    let mut kiosks = Vec::new();
    let mut pages: Vec<(std::time::SystemTime, PathBuf, &'static str)> = Vec::new();
    let mut guests_in = 0;
    for station in &play.stations {
        let (state, printed) = (station.state().unwrap_or_default(), station.pages().unwrap_or_default());
        let number = |name: &str| i32::try_from(state[name].as_i64().unwrap_or(0)).unwrap_or(i32::MAX);
        guests_in = guests_in.max(number("guests_in"));
        let printer = station.printer_state().unwrap_or_default();
        let fault = state["printer_fault"].as_str().unwrap_or_default();
        kiosks.push(DockKiosk {
            name: station.name.into(),
            printer_fault: fault.into(),
            paper_in: printer.paper != Paper::Out,
            cable_in: printer.connected,
            cover_closed: !printer.cover_open,
            connected: state["connected"].as_bool().unwrap_or(false),
            guests: number("guests_in"),
            badges: i32::try_from(printed.len()).unwrap_or(i32::MAX),
            waiting: number("waiting"),
        });
        let at = |path: &PathBuf| path.metadata().and_then(|data| data.modified()).unwrap_or(std::time::UNIX_EPOCH);
        pages.extend(printed.into_iter().map(|page| (at(&page), page, station.name)));
    }
    let badges_out = pages.len();
    pages.sort_by(|a, b| b.cmp(a));
    let badges = pages.into_iter().take(BADGES_SHOWN).filter_map(|(at, page, kiosk)| {
        let clock = jiff::Timestamp::try_from(at).ok()?.to_zoned(jiff::tz::TimeZone::system()).strftime("%H:%M:%S");
        Some(DockBadge {
            picture: Image::load_from_path(&page).ok()?,
            kiosk: kiosk.into(),
            at: clock.to_string().into(),
        })
    });
    dock.set_badges(ModelRc::new(VecModel::from_iter(badges)));
    dock.set_kiosks(ModelRc::new(VecModel::from(kiosks)));
    dock.set_network_up(play.network_up);
    dock.set_guests_in(guests_in);
    dock.set_guests_all(i32::try_from(play.invited).unwrap_or(i32::MAX));
    dock.set_badges_out(i32::try_from(badges_out).unwrap_or(i32::MAX));
    dock.set_next_guest(play.crowd.peek().map(|guest| SharedString::from(guest.name.as_str())).unwrap_or_default());
    dock.set_crowd_running(play.running);
}

fn index(kiosk: i32) -> usize {
    usize::try_from(kiosk).unwrap_or(0)
}

/// A kiosk that does not answer is not the dock's end.
fn told(done: Result<()>) {
    if let Err(error) = done {
        tracing::warn!("{error:#}");
    }
}
