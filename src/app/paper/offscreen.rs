//! Draws Slint components into grey pixels without a window, on the thread that made it.
//!
//! Slint's platform belongs to a thread: whoever draws paper sets this one first and keeps its components there.

use anyhow::{Context, Result};
use print::Grey;
use slint::platform::software_renderer::{MinimalSoftwareWindow, RepaintBufferType};
use slint::platform::{Platform, WindowAdapter, WindowEvent};
use slint::{PhysicalSize, PlatformError, Rgb8Pixel};
use std::cell::RefCell;
use std::rc::Rc;
use std::time::{Duration, Instant};

struct PaperPlatform {
    last: Rc<RefCell<Option<Rc<MinimalSoftwareWindow>>>>,
    started: Instant,
}

impl Platform for PaperPlatform {
    fn create_window_adapter(&self) -> Result<Rc<dyn WindowAdapter>, PlatformError> {
        let window = MinimalSoftwareWindow::new(RepaintBufferType::NewBuffer);
        self.last.replace(Some(window.clone()));
        Ok(window)
    }

    fn duration_since_start(&self) -> Duration {
        self.started.elapsed()
    }
}

/// The drawing board of one thread.
pub struct Offscreen {
    last: Rc<RefCell<Option<Rc<MinimalSoftwareWindow>>>>,
}

impl Offscreen {
    /// Takes this thread's Slint platform; fails when the thread already has one.
    pub fn new() -> Result<Offscreen> {
        let last = Rc::new(RefCell::new(None));
        let platform = PaperPlatform { last: last.clone(), started: Instant::now() };
        slint::platform::set_platform(Box::new(platform)).context("this thread already draws a screen")?;
        Ok(Offscreen { last })
    }

    /// Makes a component and keeps the window that it draws into.
    pub fn sheet<C: slint::ComponentHandle>(
        &self,
        make: impl FnOnce() -> Result<C, PlatformError>,
    ) -> Result<Sheet<C>> {
        let component = make().context("the paper's component could not be made")?;
        component.show().context("the paper's component could not be shown")?;
        let window = self.last.take().context("the component made no window")?;
        Ok(Sheet { component, window })
    }
}

/// A component with its own off-screen window; made once and filled again for every page.
pub struct Sheet<C> {
    pub component: C,
    window: Rc<MinimalSoftwareWindow>,
}

impl<C> Sheet<C> {
    /// Draws the component as it stands, `width` × `height` of its own pixels, each `scale` dots wide.
    pub fn draw(&self, width: u32, height: u32, scale: f32) -> Result<Grey> {
        let dots = |pixels: u32| (pixels as f32 * scale).floor() as u32;
        let (width, height) = (dots(width), dots(height));
        let pixels = self.dots(width, height, scale).iter().map(|pixel| luma(*pixel)).collect();
        Grey::new(width, height, pixels).context("the paper has no area")
    }

    /// The same in colour, one dot a pixel.
    pub fn pixels(&self, width: u32, height: u32) -> Vec<Rgb8Pixel> {
        self.dots(width, height, 1.0)
    }

    fn dots(&self, width: u32, height: u32, scale: f32) -> Vec<Rgb8Pixel> {
        if self.window.scale_factor() != scale {
            self.window.dispatch_event(WindowEvent::ScaleFactorChanged { scale_factor: scale });
        }
        self.window.set_size(PhysicalSize::new(width, height));
        let mut pixels = vec![Rgb8Pixel::new(255, 255, 255); (width * height) as usize];
        // The first pass lets the hidden probe texts find the size that fits; the second draws with it.
        for _ in 0..2 {
            slint::platform::update_timers_and_animations();
            self.window.request_redraw();
            self.window.draw_if_needed(|renderer| {
                renderer.render(&mut pixels, width as usize);
            });
        }
        pixels
    }
}

/// ITU-R BT.601 luma in integers.
fn luma(pixel: Rgb8Pixel) -> u8 {
    let sum = 299 * u32::from(pixel.r) + 587 * u32::from(pixel.g) + 114 * u32::from(pixel.b);
    u8::try_from(sum / 1000).unwrap_or(u8::MAX)
}
