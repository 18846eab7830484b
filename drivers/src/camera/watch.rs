//! What becomes of a camera's pictures: when one is read, what is told and what is kept back. Time is an argument.

use std::sync::Arc;
use std::time::{Duration, Instant};

use super::motion::Motion;
use super::{CameraEvent, Preview};
use crate::decode::{self, Effort, Found, Luma};
use crate::scanner::line::{Code, clean};

/// A code that was out of view for so long is a new one when it comes back.
const GONE: Duration = Duration::from_secs(1);
/// After something moved, every picture is read for so long: hands come to rest before a code is sharp.
const ALERT: Duration = Duration::from_secs(3);
/// While nothing moves a picture is read so often nevertheless.
const HEARTBEAT: Duration = Duration::from_secs(1);
/// At most ten pictures a second are shown.
const BETWEEN_VIEWS: Duration = Duration::from_millis(100);
/// The widest picture that is shown.
const WIDEST_VIEW: u32 = 640;
/// So many codes are in view at once at most.
const IN_VIEW: usize = 4;

/// One camera's memory.
#[derive(Debug, Default)]
pub(super) struct Watch {
    motion: Motion,
    moved: Option<Instant>,
    read: Option<Instant>,
    turn: usize,
    shown: Option<Instant>,
    /// Codes in view, and when each was read last.
    in_view: Vec<(String, Instant)>,
}

impl Watch {
    /// What this picture, seen at `now`, gives to tell.
    pub(super) fn look(&mut self, picture: &Luma, now: Instant) -> Vec<CameraEvent> {
        if self.motion.changed(picture) {
            self.moved = Some(now);
        }
        if !self.is_alert(now) && self.read.is_some_and(|read| now.saturating_duration_since(read) < HEARTBEAT) {
            return Vec::new();
        }
        self.read = Some(now);
        self.turn = self.turn.wrapping_add(1);
        let found = decode::decode(picture, Effort::Frame { turn: self.turn });
        let mut events: Vec<CameraEvent> = self.news(found.as_ref(), now).into_iter().collect();
        events.extend(self.view(picture, found.as_ref(), now, !events.is_empty()));
        events
    }

    /// Whether something moved a short while ago: then more pictures are worth looking at.
    pub(super) fn is_alert(&self, now: Instant) -> bool {
        self.moved.is_some_and(|moved| now.saturating_duration_since(moved) < ALERT)
    }

    fn news(&mut self, found: Option<&Found>, now: Instant) -> Option<CameraEvent> {
        // Between two readings of a camera that rests lies a second already: only a reading without it tells that
        // a code is gone.
        self.in_view.retain(|(text, seen)| {
            found.is_some_and(|found| found.text == *text) || now.saturating_duration_since(*seen) < GONE
        });
        let text = &found?.text;
        if let Some((_, seen)) = self.in_view.iter_mut().find(|(known, _)| known == text) {
            *seen = now;
            return None;
        }
        if self.in_view.len() == IN_VIEW {
            self.in_view.remove(0);
        }
        self.in_view.push((text.clone(), now));
        match clean(text.as_bytes()) {
            Code::Good(code) => Some(CameraEvent::Code(code)),
            Code::Spoiled => Some(CameraEvent::Spoiled),
            Code::Empty => None,
        }
    }

    /// A picture with news is always shown: its outline says what was read.
    fn view(&mut self, picture: &Luma, found: Option<&Found>, now: Instant, news: bool) -> Option<CameraEvent> {
        let due = self.shown.is_none_or(|shown| now.saturating_duration_since(shown) >= BETWEEN_VIEWS);
        let worth = news || (due && self.is_alert(now));
        worth.then(|| {
            self.shown = Some(now);
            CameraEvent::View(preview(picture, found))
        })
    }
}

fn preview(picture: &Luma, found: Option<&Found>) -> Preview {
    let mut outline = found.map(|found| found.corners);
    let mut smaller: Option<Luma> = None;
    while let Some(half) =
        Some(smaller.as_ref().unwrap_or(picture)).filter(|p| p.width() > WIDEST_VIEW).and_then(Luma::half)
    {
        outline = outline.map(|corners| corners.map(|(x, y)| (x / 2.0, y / 2.0)));
        smaller = Some(half);
    }
    let shown = smaller.as_ref().unwrap_or(picture);
    Preview { width: shown.width(), height: shown.height(), luma: Arc::from(shown.pixels()), outline }
}

#[cfg(test)]
mod tests {
    use super::*;
    use qrcode::{Color, QrCode};

    /// A table, or a code held over it, `left` pixels from the edge.
    fn picture(code: Option<(&str, usize)>) -> Luma<'static> {
        let mut pixels = vec![180u8; 320 * 240];
        if let Some((text, left)) = code {
            let code = QrCode::new(text).expect("a short text");
            for (index, color) in code.to_colors().into_iter().enumerate() {
                let (x, y) = (index % code.width() * 4 + left, index / code.width() * 4 + 60);
                let shade = if color == Color::Dark { 20 } else { 240 };
                (0..16).for_each(|i| pixels[(y + i / 4) * 320 + x + i % 4] = shade);
            }
        }
        Luma::new(320, 240, pixels).expect("240 rows of 320")
    }

    /// What a run of pictures gives, each at its millisecond: codes by their text, views as `-`.
    fn check(seen: &[(u64, Option<(&str, usize)>)], expected: &str) {
        let (mut watch, start) = (Watch::default(), Instant::now());
        let mut told = Vec::new();
        for (ms, code) in seen {
            for event in watch.look(&picture(*code), start + Duration::from_millis(*ms)) {
                told.push(match event {
                    CameraEvent::Code(text) => text,
                    CameraEvent::View(view) if view.outline.is_some() => "[]".to_owned(),
                    CameraEvent::View(_) => "-".to_owned(),
                    other => format!("{other:?}"),
                });
            }
        }
        assert_eq!(told.join(" "), expected, "{seen:?}");
    }

    const HERE: usize = 60;
    const THERE: usize = 120;

    #[test]
    fn code_in_view_is_told_once_until_it_was_away_for_a_second() {
        check(&[(0, Some(("A", HERE))), (50, Some(("A", THERE))), (90, Some(("A", HERE)))], "A []");
        check(&[(0, Some(("A", HERE))), (500, None), (900, Some(("A", HERE)))], "A [] - []");
        check(&[(0, Some(("A", HERE))), (500, None), (1600, None), (1700, Some(("A", HERE)))], "A [] - - A []");
        check(&[(0, Some(("A", HERE))), (50, Some(("B", HERE))), (90, Some(("A", HERE)))], "A [] B []");
    }

    #[test]
    fn code_that_rests_in_view_is_told_once_and_shown_no_more() {
        let resting: Vec<(u64, Option<(&str, usize)>)> = (0..100).map(|tick| (tick * 150, Some(("A", HERE)))).collect();
        let shown = ["[]"; 20].join(" ");
        check(&resting, &format!("A {shown}"));
    }

    #[test]
    fn empty_table_is_not_shown() {
        let empty: Vec<(u64, Option<(&str, usize)>)> = (0..100).map(|tick| (3_100 + tick * 150, None)).collect();
        check(&empty, &["-"; 20].join(" "));
    }

    #[test]
    fn foreign_codes_are_spoiled_once() {
        check(&[(0, Some(("胸卡", HERE))), (300, Some(("胸卡", HERE)))], "Spoiled [] []");
    }
}
