//! A scanner that repeats garbage is muted until it was quiet: a torn code under its window, a wrong speed or a
//! poster before it would keep the guests from theirs. Time is an argument.

use std::collections::VecDeque;
use std::time::{Duration, Instant};

use super::ScannerEvent;

/// So many spoiled scans, or so many codes of any kind, within this time are no guests.
const WITHIN: Duration = Duration::from_secs(10);
const MOST_SPOILED: usize = 8;
const MOST_LINES: usize = 60;
/// It is heard again after being quiet for so long; twice as long each time that it starts anew, up to the longest.
const QUIET: Duration = Duration::from_secs(3);
const LONGEST_QUIET: Duration = Duration::from_secs(60);
/// After so long without trouble all is forgotten.
const FORGIVEN: Duration = Duration::from_secs(600);

#[derive(Debug)]
struct Muted {
    since: Instant,
    last_noise: Instant,
}

/// What passes between a scanner and its listener.
#[derive(Debug, Default)]
pub(super) struct Mute {
    spoiled: VecDeque<Instant>,
    lines: VecDeque<Instant>,
    muted: Option<Muted>,
    /// How often it was muted lately, and until when that counts.
    times: u32,
    forgiven: Option<Instant>,
}

impl Mute {
    /// What of `event` is told at `now`.
    pub(super) fn pass(&mut self, event: ScannerEvent, now: Instant) -> Option<ScannerEvent> {
        let (scans, most) = match event {
            ScannerEvent::Spoiled => (&mut self.spoiled, MOST_SPOILED),
            ScannerEvent::Line(_) => (&mut self.lines, MOST_LINES),
            ScannerEvent::Ready | ScannerEvent::Fault(_) | ScannerEvent::Muted { .. } | ScannerEvent::Unmuted => {
                return Some(event);
            }
        };
        if let Some(muted) = &mut self.muted {
            muted.last_noise = now;
            return None;
        }
        scans.push_back(now);
        while scans.front().is_some_and(|first| now.saturating_duration_since(*first) > WITHIN) {
            scans.pop_front();
        }
        if scans.len() <= most {
            return Some(event);
        }
        let what = if most == MOST_SPOILED { "scans that cannot be read" } else { "codes" };
        let reason = format!("{} {what} within {} s", scans.len(), WITHIN.as_secs());
        self.mute(now);
        Some(ScannerEvent::Muted { reason })
    }

    /// To be asked often: the end of the silence.
    pub(super) fn tick(&mut self, now: Instant) -> Option<ScannerEvent> {
        let muted = self.muted.as_ref()?;
        let quiet = QUIET.saturating_mul(1 << (self.times - 1).min(5)).min(LONGEST_QUIET);
        let is_over = now.saturating_duration_since(muted.last_noise) >= quiet;
        let since = muted.since;
        is_over.then(|| self.unmute(since))
    }

    /// It was unplugged: whatever comes next starts anew.
    pub(super) fn unplugged(&mut self) -> Option<ScannerEvent> {
        let since = self.muted.as_ref()?.since;
        Some(self.unmute(since))
    }

    fn mute(&mut self, now: Instant) {
        if self.forgiven.is_none_or(|forgiven| now >= forgiven) {
            self.times = 0;
        }
        self.times += 1;
        self.forgiven = Some(now + FORGIVEN);
        self.muted = Some(Muted { since: now, last_noise: now });
        self.spoiled.clear();
        self.lines.clear();
    }

    fn unmute(&mut self, since: Instant) -> ScannerEvent {
        tracing::info!("scanner heard again, it was muted for {} s", since.elapsed().as_secs());
        self.muted = None;
        ScannerEvent::Unmuted
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Scans, one each `every_ms`: `x` spoiled, anything else a code, a blank nothing. Told: `M` and `U` in between.
    fn check(every_ms: u64, scans: &str, expected: &str) {
        let (mut mute, start) = (Mute::default(), Instant::now());
        let mut told = String::new();
        for (index, scan) in scans.chars().enumerate() {
            let now = start + Duration::from_millis(every_ms * index as u64);
            let event = match scan {
                'x' => Some(ScannerEvent::Spoiled),
                ' ' => None,
                other => Some(ScannerEvent::Line(other.to_string())),
            };
            let ended = mute.tick(now);
            for event in ended.into_iter().chain(event.and_then(|event| mute.pass(event, now))) {
                told.push(match event {
                    ScannerEvent::Spoiled => 'x',
                    ScannerEvent::Line(line) => line.chars().next().expect("one character"),
                    ScannerEvent::Muted { .. } => 'M',
                    ScannerEvent::Unmuted => 'U',
                    other => panic!("{other:?}"),
                });
            }
        }
        assert_eq!(told, expected, "{scans}");
    }

    #[test]
    fn garbage_mutes_until_it_was_quiet() {
        check(500, "xxxxxxxxxxxxxxxx      a", "xxxxxxxxMUa");
        check(500, "xxxxxxxxxaaa", "xxxxxxxxM");
        check(2000, "xxxxxxxxxxxxxxxx", "xxxxxxxxxxxxxxxx");
        check(500, "axaxaxaxbxbxa", "axaxaxaxbxbxa");
    }

    #[test]
    fn second_silence_is_twice_as_long() {
        check(500, "xxxxxxxxx      xxxxxxxxx      a     a            a", "xxxxxxxxMUxxxxxxxxMUa");
    }

    #[test]
    fn flood_of_codes_is_garbage_too() {
        let flood = "a".repeat(70);
        check(100, &flood, &format!("{}M", "a".repeat(60)));
    }

    #[test]
    fn unplugging_ends_the_silence() {
        let (mut mute, now) = (Mute::default(), Instant::now());
        assert_eq!(mute.unplugged(), None);
        let told = (0..9).filter_map(|_| mute.pass(ScannerEvent::Spoiled, now)).last();
        assert_eq!(told, Some(ScannerEvent::Muted { reason: "9 scans that cannot be read within 10 s".into() }));
        assert_eq!(mute.unplugged(), Some(ScannerEvent::Unmuted));
        assert_eq!(mute.pass(ScannerEvent::Spoiled, now), Some(ScannerEvent::Spoiled));
    }
}
