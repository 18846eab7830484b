//! What the demo can vouch for at its end, counted from the programs' own words and from the paper.

use super::station::Station;
use super::{Venue, wait_for};
use anyhow::{Context, Result};
use serde_json::{Value, json};
use std::fmt;
use std::path::{Path, PathBuf};

/// Everything counted; one last line for scripts.
pub struct Summary {
    invited: usize,
    /// Present by the log of each kiosk.
    guests: Vec<usize>,
    /// Badges whose printer said that they are out.
    badges: usize,
    /// Pages that came out of both printers.
    pages: usize,
    /// Copies that staff asked for beside the first.
    copies: usize,
    /// Acts that a kiosk still has for itself.
    unsent: usize,
    /// Badges that staff are asked about: neither out nor lost.
    doubtful: usize,
    decision_us: Vec<u64>,
    bytes_us: Vec<u64>,
    lag_us: Vec<u64>,
    out: PathBuf,
}

impl Summary {
    /// The same of a demo that a person ended before everybody was in: whoever is still outside is not lost.
    pub fn take_part(venue: &Venue, stations: &mut [Station], out: &Path) -> Result<Summary> {
        let mut summary = Summary::take(venue, stations, out)?;
        summary.invited = summary.guests_in();
        Ok(summary)
    }

    /// Waits until both kiosks and the hub agree, counts, ends the kiosks and keeps the paper.
    pub fn take(venue: &Venue, stations: &mut [Station], out: &Path) -> Result<Summary> {
        for station in stations.iter() {
            wait_for(&format!("{} in agreement with the hub", station.name), || {
                let state = station.state()?;
                // A badge in doubt waits for a person, however long.
                let printing =
                    state["jobs"].as_array().is_some_and(|jobs| jobs.iter().any(|job| job["state"] != "Doubtful"));
                let settled = state["waiting"] == 0 && state["pending"] == 0 && !printing;
                Ok((settled && same_guests(stations)?).then_some(()))
            })?;
        }
        let mut summary = Summary {
            invited: venue.guests.guests(),
            guests: Vec::new(),
            badges: 0,
            pages: 0,
            copies: 0,
            unsent: 0,
            doubtful: 0,
            decision_us: Vec::new(),
            bytes_us: Vec::new(),
            lag_us: Vec::new(),
            out: out.to_path_buf(),
        };
        for station in stations.iter_mut() {
            summary.count(station)?;
            keep_paper(station, out)?;
            station.end();
        }
        Ok(summary)
    }

    fn count(&mut self, station: &Station) -> Result<()> {
        let state = station.state()?;
        let number = |value: &Value| value.as_u64().and_then(|number| usize::try_from(number).ok()).unwrap_or(0);
        self.guests.push(number(&state["guests_in"]));
        self.unsent += number(&state["waiting"]);
        self.doubtful += number(&state["doubtful"]);
        // Both know all badges; one of them is asked, and the pages tell whether it is true.
        self.badges = number(&state["badges_out"]);
        self.copies = number(&state["badge_copies"]);
        self.pages += station.pages()?.len();
        let figures = station.ask(&json!({"do": "figures"}))?;
        for (name, into) in
            [("decision_us", &mut self.decision_us), ("bytes_us", &mut self.bytes_us), ("lag_us", &mut self.lag_us)]
        {
            into.extend(figures[name].as_array().into_iter().flatten().filter_map(Value::as_u64));
        }
        Ok(())
    }

    fn guests_in(&self) -> usize {
        self.guests.iter().copied().min().unwrap_or(0)
    }

    /// Pages beyond one for each copy that somebody asked for.
    fn doubled(&self) -> usize {
        self.pages.saturating_sub(self.badges + self.copies + self.doubtful)
    }

    /// Guests who stand here without a badge, and acts that the hub does not have.
    fn lost(&self) -> usize {
        self.invited.saturating_sub(self.guests_in())
            + self.guests_in().saturating_sub(self.badges + self.doubtful)
            + self.unsent
    }

    pub fn is_ok(&self) -> bool {
        self.doubled() == 0 && self.lost() == 0 && self.guests.iter().all(|guests| *guests == self.invited)
    }
}

impl fmt::Display for Summary {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let row = |f: &mut fmt::Formatter<'_>, words: &str, values: &[u64]| {
            let [p50, p95, p99] = [50, 95, 99].map(|percent| percentile_ms(values, percent));
            writeln!(f, "  {words:<44} p50 {p50:>7.1} ms   p95 {p95:>7.1} ms   p99 {p99:>7.1} ms   of {}", values.len())
        };
        writeln!(
            f,
            "  guests in {} of {}, badges {} ({} pages, {} copies)",
            self.guests_in(),
            self.invited,
            self.badges,
            self.pages,
            self.copies
        )?;
        row(f, "scan → decision on the screen", &self.decision_us)?;
        row(f, "last tap → last byte at the printer", &self.bytes_us)?;
        row(f, "check-in here → known at the other kiosk", &self.lag_us)?;
        if self.doubtful > 0 {
            writeln!(f, "  {} badges in doubt: staff would be asked whether they came out", self.doubtful)?;
        }
        writeln!(f, "  pictures of every screen and badge: {}", self.out.display())?;
        write!(
            f,
            "demo: {} guests={} badges={} doubled={} lost={} decision_ms_p99={:.1} bytes_ms_p95={:.1} lag_ms_p95={:.1} out={}",
            if self.is_ok() { "ok" } else { "failed" },
            self.guests_in(),
            self.badges,
            self.doubled(),
            self.lost(),
            percentile_ms(&self.decision_us, 99),
            percentile_ms(&self.bytes_us, 95),
            percentile_ms(&self.lag_us, 95),
            self.out.display()
        )
    }
}

/// Both kiosks count the same people.
fn same_guests(stations: &[Station]) -> Result<bool> {
    let mut counts = Vec::new();
    for station in stations {
        counts.push(station.state()?["guests_in"].clone());
    }
    Ok(counts.windows(2).all(|pair| pair[0] == pair[1]))
}

/// The printed pages move to the pictures.
fn keep_paper(station: &Station, out: &Path) -> Result<()> {
    let folder = out.join("badges");
    std::fs::create_dir_all(&folder)?;
    for page in station.pages()? {
        let name = page.file_name().context("a page has a name")?.to_string_lossy().into_owned();
        std::fs::copy(&page, folder.join(format!("{}-{name}", station.name)))?;
    }
    Ok(())
}

/// The value below which `percent` of all lie (nearest rank), in milliseconds; 0 of none.
fn percentile_ms(values: &[u64], percent: usize) -> f64 {
    let mut sorted = values.to_vec();
    sorted.sort_unstable();
    let rank = (sorted.len() * percent).div_ceil(100).saturating_sub(1);
    sorted.get(rank).map_or(0.0, |value| *value as f64 / 1000.0)
}

#[cfg(test)]
mod tests {
    use super::percentile_ms;

    #[test]
    fn percentiles_are_nearest_ranks() {
        let values: Vec<u64> = (1..=100).map(|value| value * 1_000).collect();
        assert_eq!(percentile_ms(&values, 50), 50.0);
        assert_eq!(percentile_ms(&values, 99), 99.0);
        assert_eq!(percentile_ms(&[7_000], 95), 7.0);
        assert_eq!(percentile_ms(&[], 95), 0.0);
    }
}
