//! One kiosk of the demo as a person stands before it: scan, touch, look, take the paper out, pull the cable.

use super::process::{Child, guarded};
use super::{Venue, log_file, wait_for};
use crate::app::control;
use anyhow::{Context, Result, bail};
use drivers::virtual_hw::{Paper, VirtualScanner, VirtualState};
use serde_json::{Value, json};
use std::path::{Path, PathBuf};
use std::process::Stdio;

/// Paper feed of the demo's printers, as of a common 80 mm printer.
const SPEED_MM_PER_S: u32 = 250;

pub struct Station {
    pub name: &'static str,
    folder: PathBuf,
    printer: PathBuf,
    scanner: VirtualScanner,
    child: Child,
}

impl Station {
    /// Starts the program on `display` (the session's own when none), fullscreen or in a window.
    pub fn start(name: &'static str, venue: &Venue, display: Option<&str>, window: Option<&str>) -> Result<Station> {
        let folder = venue.folder.join(name);
        let printer = venue.folder.join(format!("{name}-printer"));
        std::fs::create_dir_all(&printer)?;
        let scanner = VirtualScanner::plug().context("a pseudo terminal for the scanner could not be made")?;
        let asked = control::ask(&venue.folder.join("hub"), &json!({"do": "enroll"}))?;
        let ticket = asked["ticket"].as_str().context("the hub lets no kiosk in")?;
        let mut command = guarded(std::env::current_exe()?);
        command
            .args(["kiosk", "--name", name, "--pair", ticket, "--data"])
            .arg(&folder)
            .arg(format!("--printer=virtual:{}", printer.display()))
            .arg(format!("--scanner=serial:{}", scanner.path().display()))
            .stdout(Stdio::null())
            .stderr(log_file(&venue.folder, name)?);
        if let Some(display) = display {
            command.env("DISPLAY", display).env_remove("WAYLAND_DISPLAY");
        }
        if let Some(window) = window {
            command.args(["--cursor", "--typed-scans", "--windowed", window]);
        }
        let mut station = Station { name, folder, printer, scanner, child: Child::start(name, command)? };
        station.set_printer(|_| {})?;
        wait_for(name, || match station.child.ended() {
            Some(status) => bail!("{name} ended ({status}); see {name}.log in {}", venue.folder.display()),
            // The next machine's ticket would make this one's worthless.
            None => Ok(station.ask(&json!({"do": "state"})).ok().filter(|state| state["prefix"].is_string())),
        })?;
        Ok(station)
    }

    /// The same code read by this station's scanner.
    pub fn scan(&mut self, code: &str) -> Result<()> {
        Ok(self.scanner.scan(code)?)
    }

    pub fn ask(&self, request: &Value) -> Result<Value> {
        Ok(control::ask(&self.folder, request)?)
    }

    pub fn state(&self) -> Result<Value> {
        self.ask(&json!({"do": "state"}))
    }

    /// Touches a part of the page.
    pub fn tap(&self, part: &str) -> Result<()> {
        self.tap_number(part, 0)
    }

    pub fn tap_number(&self, part: &str, number: i64) -> Result<()> {
        let reply = self.ask(&json!({"do": "tap", "on": part, "number": number}))?;
        anyhow::ensure!(reply["ok"] == true, "{} does not take a touch on {part}: {reply}", self.name);
        Ok(())
    }

    pub fn wait_for_page(&self, page: &str) -> Result<Value> {
        self.wait_for_any(&[page])
    }

    pub fn wait_for_any(&self, pages: &[&str]) -> Result<Value> {
        let mut last = Value::Null;
        let found = wait_for(&format!("{} on {}", pages.join(" or "), self.name), || {
            last = self.state()?;
            Ok(pages.iter().any(|page| last["page"] == **page).then(|| last.clone()))
        });
        found.with_context(|| format!("{} shows {last}", self.name))
    }

    /// Waits until the state is as wanted.
    pub fn wait_for_state(&self, what: &str, wanted: impl Fn(&Value) -> bool) -> Result<Value> {
        wait_for(&format!("{what} on {}", self.name), || Ok(Some(self.state()?).filter(|state| wanted(state))))
    }

    /// A picture of the window.
    pub fn picture(&self, file: &Path) -> Result<()> {
        let reply = self.ask(&json!({"do": "snapshot", "file": file}))?;
        anyhow::ensure!(reply["ok"] == true, "{} gave no picture: {reply}", self.name);
        Ok(())
    }

    /// Changes the printer as a hand would, while it prints or not.
    pub fn set_printer(&self, change: impl FnOnce(&mut VirtualState)) -> Result<()> {
        let fresh = || VirtualState { speed_mm_per_s: Some(SPEED_MM_PER_S), ..VirtualState::default() };
        let mut state = self.printer_state().unwrap_or_else(|_| fresh());
        change(&mut state);
        let (file, fresh) = (self.printer.join("state.json"), self.printer.join("state.json.new"));
        std::fs::write(&fresh, serde_json::to_vec_pretty(&state)?)?;
        Ok(std::fs::rename(fresh, file)?)
    }

    /// How the printer is now.
    pub fn printer_state(&self) -> Result<VirtualState> {
        Ok(serde_json::from_slice(&std::fs::read(self.printer.join("state.json"))?)?)
    }

    pub fn set_paper(&self, there: bool) -> Result<()> {
        self.set_printer(|state| state.paper = if there { Paper::Ok } else { Paper::Out })
    }

    /// Pulls this machine's network cable, or puts it back.
    pub fn cut_network(&self, cut: bool) -> Result<()> {
        self.ask(&json!({"do": "network", "cut": cut})).map(drop)
    }

    /// What came out of the printer so far, oldest first.
    pub fn pages(&self) -> Result<Vec<PathBuf>> {
        let entries = std::fs::read_dir(&self.printer)?;
        let mut pages: Vec<_> = entries
            .filter_map(|entry| Some(entry.ok()?.path()))
            .filter(|path| path.extension().is_some_and(|ending| ending == "png"))
            .collect();
        pages.sort();
        Ok(pages)
    }

    /// Asks the program to end, and waits for it.
    pub fn end(&mut self) {
        // One that does not answer is ended by force.
        let _ = self.ask(&json!({"do": "quit"}));
        self.child.wait_or_kill();
    }
}
