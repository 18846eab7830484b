//! What a frame of the hall costs in software at 1920×1080: both animations with 160 names, and a still scene drawn anew.
//! Prints CPU milliseconds: the median of 60 frames, each 33 ms of the animation after the one before.

#[path = "../tests/common/mod.rs"]
mod common;

use slint::platform::software_renderer::{MinimalSoftwareWindow, RepaintBufferType};
use slint::platform::{Platform, PlatformError, WindowAdapter};
use slint::{ComponentHandle, PhysicalSize, Rgb8Pixel, SharedString};
use stage_ui::{Audience, AudienceWindow, Lang, Language, LotteryPhase, LotteryStyle};
use std::cell::Cell;
use std::rc::Rc;
use std::time::{Duration, Instant};

const WIDTH: u32 = 1920;
const HEIGHT: u32 = 1080;
const FRAMES: usize = 60;
const FRAME: Duration = Duration::from_millis(33);
/// As many as ever move, of however many entries.
const NAMES: usize = 160;

struct Memory {
    window: Rc<MinimalSoftwareWindow>,
    now: Rc<Cell<Duration>>,
}

impl Platform for Memory {
    fn create_window_adapter(&self) -> Result<Rc<dyn WindowAdapter>, PlatformError> {
        Ok(Rc::clone(&self.window) as Rc<dyn WindowAdapter>)
    }

    fn duration_since_start(&self) -> Duration {
        self.now.get()
    }
}

fn main() {
    let window = MinimalSoftwareWindow::new(RepaintBufferType::ReusedBuffer);
    let now = Rc::new(Cell::new(Duration::ZERO));
    let platform = Memory { window: Rc::clone(&window), now: Rc::clone(&now) };
    slint::platform::set_platform(Box::new(platform)).expect("the first platform of this thread");
    window.set_size(PhysicalSize::new(WIDTH, HEIGHT));
    let hall = AudienceWindow::new().expect("a window in memory");
    stage_ui::speak(Lang::Zh);
    hall.global::<Language>().set_current(Lang::Zh);
    hall.show().expect("a window in memory");
    let mut pixels = vec![Rgb8Pixel::new(0, 0, 0); (WIDTH * HEIGHT) as usize];
    let mut frame = || {
        now.set(now.get() + FRAME);
        let before = Instant::now();
        let cpu = own_cpu();
        slint::platform::update_timers_and_animations();
        let drawn = window.draw_if_needed(|renderer| {
            renderer.render(&mut pixels, WIDTH as usize);
        });
        let took = match (cpu, own_cpu()) {
            (Some(before), Some(after)) => after.saturating_sub(before),
            _ => before.elapsed(),
        };
        (took, drawn)
    };
    for (name, style) in [("reels", LotteryStyle::Reels), ("wall", LotteryStyle::Wall)] {
        common::hall::animation(&hall, Lang::Zh, style, LotteryPhase::Spinning);
        let words = common::words::words(Lang::Zh);
        let card = |at: usize| SharedString::from(format!("{} {at}", words.firms[at % 10]));
        hall.global::<Audience>().set_cards(common::model((0..NAMES).map(card).collect()));
        frame();
        let mut times: Vec<Duration> = (0..FRAMES).map(|_| frame().0).collect();
        times.sort_unstable();
        let (median, slow) = (times[FRAMES / 2], times[FRAMES * 95 / 100]);
        println!("{name}, {NAMES} names: median {:.1} ms, p95 {:.1} ms", ms(median), ms(slow));
    }
    let still = common::hall::all().into_iter().find(|scene| scene.name == "welcome-full").expect("it is there");
    still.show(&hall, Lang::Zh);
    let (first, _) = frame();
    let idle = (0..FRAMES).filter(|_| frame().1).count();
    println!("welcome wall drawn anew {:.1} ms; of {FRAMES} idle frames {idle} were drawn", ms(first));
}

fn ms(time: Duration) -> f64 {
    time.as_secs_f64() * 1_000.0
}

/// Nanoseconds on a processor, the first figure of the scheduler's statistics (proc(5)).
fn own_cpu() -> Option<Duration> {
    let statistics = std::fs::read_to_string("/proc/thread-self/schedstat").ok()?;
    let nanoseconds = statistics.split_whitespace().next()?.parse().ok()?;
    Some(Duration::from_nanos(nanoseconds))
}
