//! Running numbers on paper: the next one of this log, the highest that the log knows, and what staff read off paper
//! when a disk died. A number is a log's prefix, a letter for the series and digits: `K2-B0820`, `D2-0042`, `D2-R0007`.

use std::collections::BTreeMap;

use super::authority::ANY_STAFF;
use super::{Meeting, Stamp};
use crate::actor::Ctx;
use crate::event::{Event, LastPaperReported};
use crate::ids::DeviceId;
use crate::refusal::Refusal;

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Papers {
    /// By series such as `K2-B`: the highest number in the log.
    highest: BTreeMap<String, u32>,
    /// By series: the highest number that staff found on paper, and who read it.
    found: BTreeMap<String, (u32, Stamp)>,
}

/// Paper that is out while the log does not know it: acts to enter again.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PaperGap {
    /// Prefix and letter, `K2-B`.
    pub series: String,
    /// The machine, as far as known.
    pub device: Option<DeviceId>,
    /// The highest number that the log knows; 0 = none.
    pub known_to: u32,
    /// The highest number found on paper.
    pub printed_to: u32,
    /// When staff read it.
    pub(super) reported: Stamp,
}

impl PaperGap {
    /// How many acts to enter again.
    pub fn missing(&self) -> u32 {
        self.printed_to.saturating_sub(self.known_to)
    }
}

impl Papers {
    /// A number in the log.
    pub fn see(&mut self, number: &str) {
        let Some((series, number)) = split(number) else { return };
        let highest = self.highest.entry(series.to_owned()).or_default();
        *highest = number.max(*highest);
    }

    pub fn find(&mut self, stamp: &Stamp, number: &str) {
        let Some((series, number)) = split(number) else { return };
        if self.found.get(series).is_none_or(|(known, _)| *known < number) {
            self.found.insert(series.to_owned(), (number, stamp.clone()));
        }
    }

    /// Whether staff read the last paper of a log with this prefix.
    pub fn is_found(&self, prefix: &str) -> bool {
        self.found.keys().any(|series| prefix_of(series) == prefix)
    }
}

/// The series and the figure of a number on paper.
fn split(number: &str) -> Option<(&str, u32)> {
    let digits = number.bytes().rev().take_while(u8::is_ascii_digit).count();
    let (series, figure) = number.split_at_checked(number.len() - digits)?;
    let known = series.len() <= 40 && series.contains('-');
    Some((series, figure.parse().ok()?)).filter(|_| known)
}

fn prefix_of(series: &str) -> &str {
    series.rsplit_once('-').map_or(series, |(prefix, _)| prefix)
}

impl Meeting {
    /// The next running number of this log; `letter` names the series, empty for slips.
    pub(super) fn next_number(&self, letter: &str, ctx: &mut Ctx) -> String {
        let series = format!("{}-{letter}", ctx.prefix);
        let known = self.papers.highest.get(&series).copied().unwrap_or(0);
        format!("{series}{:04}", ctx.number_after(letter, known))
    }

    /// What is on paper and not in the log, by series.
    pub fn paper_gaps(&self) -> Vec<PaperGap> {
        let gap = |(series, (printed_to, stamp)): (&String, &(u32, Stamp))| PaperGap {
            series: series.clone(),
            device: self.device_of_prefix(prefix_of(series)),
            known_to: self.papers.highest.get(series).copied().unwrap_or(0),
            printed_to: *printed_to,
            reported: stamp.clone(),
        };
        self.papers.found.iter().map(gap).filter(|gap| gap.missing() > 0).collect()
    }

    /// The highest running number that the log knows of a series such as `K2-B`; 0 = none.
    pub fn known_number(&self, series: &str) -> u32 {
        self.papers.highest.get(series).copied().unwrap_or(0)
    }

    fn device_of_prefix(&self, prefix: &str) -> Option<DeviceId> {
        let has = |device: &super::Device| device.epochs.iter().any(|(_, known)| known == prefix);
        self.devices().find(|(_, device)| has(device)).map(|(id, _)| id)
    }

    pub(super) fn report_last_paper(&self, number: &str, ctx: &Ctx) -> Result<Vec<Event>, Refusal> {
        self.need(ctx, ANY_STAFF)?;
        let number = number.trim().to_uppercase();
        let (series, _) = split(&number).ok_or(Refusal::UnknownNumber)?;
        self.device_of_prefix(prefix_of(series)).ok_or(Refusal::UnknownNumber)?;
        Ok(vec![LastPaperReported { number }.into()])
    }
}

#[cfg(test)]
mod tests {
    use super::split;

    #[test]
    fn numbers_on_paper_have_a_series_and_a_figure() {
        for (number, expected) in [
            ("K2-B0820", Some(("K2-B", 820))),
            ("D2-0042", Some(("D2-", 42))),
            ("D12AB-R0007", Some(("D12AB-R", 7))),
            ("0042", None),
            ("K2-B", None),
            ("K2-B99999999999", None),
            ("王-7", Some(("王-", 7))),
            ("", None),
        ] {
            assert_eq!(split(number), expected, "{number}");
        }
    }
}
