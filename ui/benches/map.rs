//! What drawing the desk's map costs: the whole window in software at 1920×1080, for halls of 16, 75 and 600 tables, after a
//! change of every table's figure and after one step of the finger. Prints the median of 40 in CPU milliseconds.

#[path = "../tests/common/mod.rs"]
mod common;

use slint::platform::software_renderer::{MinimalSoftwareWindow, RepaintBufferType};
use slint::platform::{Platform, PlatformError, WindowAdapter};
use slint::{ComponentHandle, Model, PhysicalSize, Rgb8Pixel};
use std::rc::Rc;
use std::time::{Duration, Instant};
use ui::{DeskWindow, HallMap, Lang, Language};

const WIDTH: u32 = 1920;
const HEIGHT: u32 = 1080;
const ROUNDS: usize = 40;

struct Memory(Rc<MinimalSoftwareWindow>);

impl Platform for Memory {
    fn create_window_adapter(&self) -> Result<Rc<dyn WindowAdapter>, PlatformError> {
        Ok(Rc::clone(&self.0) as Rc<dyn WindowAdapter>)
    }
}

fn main() {
    let window = MinimalSoftwareWindow::new(RepaintBufferType::ReusedBuffer);
    slint::platform::set_platform(Box::new(Memory(Rc::clone(&window)))).expect("the first platform of this thread");
    window.set_size(PhysicalSize::new(WIDTH, HEIGHT));
    let desk = DeskWindow::new().expect("a window in memory");
    ui::speak(Lang::Zh);
    desk.global::<Language>().set_current(Lang::Zh);
    desk.show().expect("a window in memory");
    let words = common::guests::words(Lang::Zh);
    let mut pixels = vec![Rgb8Pixel::new(0, 0, 0); (WIDTH * HEIGHT) as usize];
    let mut draw = || {
        slint::platform::update_timers_and_animations();
        window.draw_if_needed(|renderer| {
            renderer.render(&mut pixels, WIDTH as usize);
        });
    };
    for (tables, columns) in [(16, 4), (75, 15), (600, 30)] {
        common::hall::plan(&desk, &words, tables, columns);
        draw();
        let map = desk.global::<HallMap>();
        let all = median(|round| {
            let cells = map.get_tables();
            for (place, mut cell) in cells.iter().enumerate() {
                cell.note = format!("{}/10", (round + place) % 10).as_str().into();
                cells.set_row_data(place, cell);
            }
            cpu(&mut draw)
        });
        let chosen = median(|round| {
            let cell = map.get_tables().row_data(round % tables).expect("there are so many");
            map.set_has_chosen(true);
            map.set_chosen_x(cell.x);
            map.set_chosen_y(cell.y);
            cpu(&mut draw)
        });
        map.set_zoom(1.5);
        let moved = median(|round| {
            map.set_look_x(round as f32);
            cpu(&mut draw)
        });
        map.set_zoom(1.0);
        map.set_look_x(0.0);
        println!(
            "map of {tables} tables: every figure new {all:.1} ms, another table chosen {chosen:.1} ms, moved {moved:.1} ms"
        );
    }
}

fn median(mut work: impl FnMut(usize) -> Duration) -> f64 {
    let mut times: Vec<Duration> = (0..ROUNDS).map(&mut work).collect();
    times.sort_unstable();
    times[ROUNDS / 2].as_secs_f64() * 1_000.0
}

/// CPU time of this thread; the clock where the kernel does not tell.
fn cpu(work: &mut impl FnMut()) -> Duration {
    let (before, began) = (own_cpu(), Instant::now());
    work();
    match (before, own_cpu()) {
        (Some(before), Some(after)) => after.saturating_sub(before),
        _ => began.elapsed(),
    }
}

/// Nanoseconds on a processor, the first figure of the scheduler's statistics (proc(5)).
fn own_cpu() -> Option<Duration> {
    let told = std::fs::read_to_string("/proc/thread-self/schedstat").ok()?;
    told.split_whitespace().next()?.parse().ok().map(Duration::from_nanos)
}
