//! The window as a state machine: closed, or open with a code, tries left and an end. Time is an
//! argument (steady milliseconds), so that a clock set back keeps nothing open.

use std::sync::atomic::{AtomicU64, Ordering};

use sync::pairing::PairingCode;

use super::{PAIRING_MS, PAIRING_TRIES};

static OPENINGS: AtomicU64 = AtomicU64::new(1);

/// Whether a new device can be let in now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PairingState {
    Closed,
    Open {
        /// Milliseconds until it closes by itself, ≤ 600,000.
        left_ms: u64,
        /// Wrong codes that are still allowed, 1 to 5.
        tries_left: u32,
    },
}

/// Why a new device stays out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refusal {
    /// Nobody opened it, it ended, or its code was used.
    Closed,
    /// The code does not fit; so many tries are left.
    WrongCode { tries_left: u32 },
}

/// The window of one meeting. At most one code is good at a time, for one device.
#[derive(Debug, Default)]
pub(crate) struct Window {
    open: Option<Open>,
    /// Which opening this is, of all windows, so that an answer of an earlier one changes nothing.
    opening: u64,
}

#[derive(Debug)]
struct Open {
    code: PairingCode,
    tries_left: u32,
    end_ms: u64,
}

/// A try under way: the code is checked outside, because that takes long.
#[derive(Debug, Clone, Copy)]
pub struct Try {
    pub code: PairingCode,
    /// A later one is greater.
    pub opening: u64,
}

impl Window {
    /// Opens it for one device; an earlier code is worth nothing from here on.
    pub(crate) fn open(&mut self, code: PairingCode, now_ms: u64) {
        self.opening = OPENINGS.fetch_add(1, Ordering::Relaxed);
        self.open = Some(Open { code, tries_left: PAIRING_TRIES, end_ms: now_ms.saturating_add(PAIRING_MS) });
    }

    pub(crate) fn close(&mut self) {
        self.open = None;
    }

    pub(crate) fn state(&self, now_ms: u64) -> PairingState {
        match self.open.as_ref().filter(|open| now_ms < open.end_ms) {
            None => PairingState::Closed,
            Some(open) => PairingState::Open { left_ms: open.end_ms - now_ms, tries_left: open.tries_left },
        }
    }

    /// Begins a try. It is paid for at once, so that many at the same time are not more than five.
    pub(crate) fn begin(&mut self, now_ms: u64) -> Result<Try, Refusal> {
        let open = self.open.as_mut().filter(|open| now_ms < open.end_ms && open.tries_left > 0);
        let open = open.ok_or(Refusal::Closed)?;
        open.tries_left -= 1;
        Ok(Try { code: open.code, opening: self.opening })
    }

    /// The code of now, for a try that is paid for at another window.
    pub(crate) fn look(&self, now_ms: u64) -> Result<Try, Refusal> {
        let open = self.open.as_ref().filter(|open| now_ms < open.end_ms && open.tries_left > 0);
        Ok(Try { code: open.ok_or(Refusal::Closed)?.code, opening: self.opening })
    }

    /// The try was meant for another window.
    pub(crate) fn give_back(&mut self, tried: Try) {
        if let Some(open) = self.open.as_mut().filter(|_| self.opening == tried.opening) {
            open.tries_left = (open.tries_left + 1).min(PAIRING_TRIES);
        }
    }

    /// Ends a try: a right code is used up, the last wrong one closes the window.
    pub(crate) fn end(&mut self, tried: Try, right: bool) -> Result<(), Refusal> {
        let open = self.open.as_ref().filter(|_| self.opening == tried.opening).ok_or(Refusal::Closed)?;
        let tries_left = open.tries_left;
        if right || tries_left == 0 {
            self.open = None;
        }
        if right { Ok(()) } else { Err(Refusal::WrongCode { tries_left }) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const CODE: PairingCode = PairingCode([1; 5]);

    fn opened() -> Window {
        let mut window = Window::default();
        window.open(CODE, 1_000);
        window
    }

    fn attempt(window: &mut Window, right: bool, now_ms: u64) -> Result<(), Refusal> {
        let tried = window.begin(now_ms)?;
        window.end(tried, right)
    }

    #[test]
    fn closed_window_lets_nobody_in() {
        assert_eq!(attempt(&mut Window::default(), true, 0), Err(Refusal::Closed));
        let mut window = opened();
        window.close();
        assert_eq!(attempt(&mut window, true, 1_000), Err(Refusal::Closed));
    }

    #[test]
    fn right_code_works_once() {
        let mut window = opened();
        assert_eq!(attempt(&mut window, false, 1_000), Err(Refusal::WrongCode { tries_left: 4 }));
        assert_eq!(attempt(&mut window, true, 2_000), Ok(()));
        assert_eq!(attempt(&mut window, true, 3_000), Err(Refusal::Closed));
    }

    #[test]
    fn fifth_wrong_code_closes() {
        let mut window = opened();
        for tries_left in [4, 3, 2, 1, 0] {
            assert_eq!(attempt(&mut window, false, 1_000), Err(Refusal::WrongCode { tries_left }));
        }
        assert_eq!(attempt(&mut window, true, 1_000), Err(Refusal::Closed));
        assert_eq!(window.state(1_000), PairingState::Closed);
    }

    #[test]
    fn window_ends_after_ten_minutes() {
        let mut window = opened();
        assert_eq!(window.state(1_000), PairingState::Open { left_ms: PAIRING_MS, tries_left: 5 });
        assert!(window.begin(1_000 + PAIRING_MS - 1).is_ok());
        assert_eq!(window.state(1_000 + PAIRING_MS), PairingState::Closed);
        assert!(matches!(window.begin(1_000 + PAIRING_MS), Err(Refusal::Closed)));
    }

    #[test]
    fn tries_at_the_same_time_are_five_too_and_one_wins() {
        let mut window = opened();
        let tries: Vec<Try> = (0..PAIRING_TRIES).map(|_| window.begin(1_000).unwrap()).collect();
        assert!(matches!(window.begin(1_000), Err(Refusal::Closed)));
        assert_eq!(window.end(tries[0], true), Ok(()));
        assert_eq!(window.end(tries[1], true), Err(Refusal::Closed), "the code was used");
    }

    #[test]
    fn try_of_an_earlier_opening_is_too_late() {
        let mut window = opened();
        let late = window.begin(1_000).unwrap();
        window.open(PairingCode([2; 5]), 2_000);
        assert_eq!(window.end(late, true), Err(Refusal::Closed));
        assert_eq!(attempt(&mut window, true, 2_000), Ok(()), "the new code is still good");
    }
}
