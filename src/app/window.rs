//! The kiosk's window: the thread that Slint belongs to. Views come in, touches and pictures go out.

use crate::app::inbox::{Inbox, Message};
use crate::app::kiosk::{Screen, Snapshot};
use crate::app::paper;
use crate::app::readers::Viewer;
use crate::screens::kiosk::adapter;
use anyhow::{Context, Result};
use serde_json::{Value, json};
use slint::{ComponentHandle, Image};
use std::cell::{Cell, RefCell};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::SyncSender;
use std::time::Instant;
use ui::{Kiosk, KioskWindow};

mod camera_picture;

/// Letters of a typed code; the longest of ours has 122.
const MOST_TYPED: usize = 512;

/// How the window appears.
#[derive(Debug, Clone, Copy)]
pub struct Appearance {
    /// Width and height in pixels; fullscreen when none.
    pub windowed: Option<(u32, u32)>,
    pub hide_cursor: bool,
    /// Codes may be typed, ended by Enter: for a demo without any scanner. Layouts and input methods garble real ones.
    pub typed_scans: bool,
}

/// Opens the window on this thread.
pub fn open(appearance: Appearance, inbox: &Inbox) -> Result<KioskWindow> {
    choose_renderer()?;
    let window = KioskWindow::new().context("the kiosk's window could not be opened: is a display there?")?;
    match appearance.windowed {
        Some((width, height)) => window.window().set_size(slint::PhysicalSize::new(width, height)),
        None => window.window().set_fullscreen(true),
    }
    window.global::<Kiosk>().set_hide_cursor(appearance.hide_cursor);
    let touches = inbox.clone();
    adapter::listen(&window, move |touch| post(&touches, Message::Touch { touch, at: Instant::now() }));
    if appearance.typed_scans {
        listen_to_keys(&window, inbox.clone());
    }
    let closed = inbox.clone();
    window.window().on_close_requested(move || {
        post(&closed, Message::Quit);
        slint::CloseRequestResponse::KeepWindowShown
    });
    Ok(window)
}

/// Chooses how windows of this process are drawn.
///
/// # Errors
/// There is no display.
pub fn choose_renderer() -> Result<()> {
    // Measured on two cores without a GPU: the software renderer costs less than a software OpenGL.
    slint::BackendSelector::new()
        .backend_name("winit".into())
        .renderer_name("software".into())
        .select()
        .context("no window can be opened: is DISPLAY or WAYLAND_DISPLAY set, and libxkbcommon-x11-0 installed?")
}

/// The organiser's logo on the first screen.
pub fn set_logo(window: &KioskWindow, file: &Path) -> Result<()> {
    window.global::<ui::Brand>().set_logo(paper::picture(file)?);
    Ok(())
}

/// Keys until Enter are a scan.
fn listen_to_keys(window: &KioskWindow, inbox: Inbox) {
    let line = RefCell::new(String::new());
    window.global::<Kiosk>().on_typed_key(move |key| {
        let mut line = line.borrow_mut();
        match key.as_str() {
            "\n" | "\r" => {
                let code = std::mem::take(&mut *line);
                if !code.is_empty() {
                    post(&inbox, Message::Scan { code, at: Instant::now() });
                }
            }
            key if key.chars().all(|letter| letter.is_ascii_graphic()) && line.len() < MOST_TYPED => line.push_str(key),
            _ => {}
        }
    });
}

/// Where the core sends its views.
pub fn screen(window: &KioskWindow, inbox: &Inbox) -> Screen {
    let (window, inbox) = (window.as_weak(), inbox.clone());
    Box::new(move |view, since| {
        let inbox = inbox.clone();
        // The window outlives the core's thread; when it is gone there is nobody to show anything to.
        let _ = window.upgrade_in_event_loop(move |window| {
            adapter::show(&window, &view);
            if let Some(since) = since {
                after_drawing(&window, move || post(&inbox, Message::Drawn { since }));
            }
        });
    })
}

/// Where the camera's pictures go. `alone`: codes are read by the camera and by nothing else.
pub fn viewer(window: &KioskWindow, alone: bool) -> Viewer {
    window.global::<Kiosk>().set_camera_only(alone);
    let window = window.as_weak();
    let waiting = Arc::new(AtomicBool::new(false));
    let empty = Cell::new(true);
    Box::new(move |preview| {
        if preview.is_none() && empty.replace(true) {
            return;
        }
        empty.set(preview.is_none());
        // A window that is busy skips pictures, never the end of them.
        if waiting.swap(true, Ordering::AcqRel) && preview.is_some() {
            return;
        }
        let picture = preview.map(|preview| camera_picture::of(&preview));
        let shown = waiting.clone();
        let asked = window.upgrade_in_event_loop(move |window| {
            shown.store(false, Ordering::Release);
            window.global::<Kiosk>().set_camera_picture(picture.map(Image::from_rgb8).unwrap_or_default());
        });
        if asked.is_err() {
            tracing::debug!("the window is closed");
        }
    })
}

/// Calls `done` once the change that was just made is on the screen: the loop draws before it takes the second message.
fn after_drawing(window: &KioskWindow, done: impl FnOnce() + Send + 'static) {
    window.window().request_redraw();
    let _ = slint::invoke_from_event_loop(move || {
        let _ = slint::invoke_from_event_loop(done);
    });
}

/// Makes a PNG of what the window shows.
pub fn snapshot(window: &KioskWindow) -> Snapshot {
    snapshot_of(window)
}

/// The same of any window.
pub fn snapshot_of<W: ComponentHandle + 'static>(window: &W) -> Snapshot {
    let window = window.as_weak();
    Box::new(move |file, reply| {
        let file = file.to_string();
        let answered = reply.clone();
        let asked = window.upgrade_in_event_loop(move |window| answer(&answered, save(&window, Path::new(&file))));
        if asked.is_err() {
            answer(&reply, Err(anyhow::anyhow!("the window is closed")));
        }
    })
}

fn answer(reply: &SyncSender<Value>, saved: Result<()>) {
    // Whoever asked may have gone.
    let _ = reply.send(match saved {
        Ok(()) => json!({"ok": true}),
        Err(error) => json!({"ok": false, "error": format!("{error:#}")}),
    });
}

fn save(window: &impl ComponentHandle, file: &Path) -> Result<()> {
    let picture = window.window().take_snapshot().context("the window gave no picture")?;
    let out = std::fs::File::create(file).with_context(|| format!("{} cannot be written", file.display()))?;
    let mut encoder = png::Encoder::new(std::io::BufWriter::new(out), picture.width(), picture.height());
    encoder.set_color(png::ColorType::Rgba);
    encoder.write_header()?.write_image_data(picture.as_bytes())?;
    Ok(())
}

/// A closure that ends the event loop, for the core's thread.
pub fn quit() -> Box<dyn Fn() + Send> {
    Box::new(|| {
        let _ = slint::quit_event_loop();
    })
}

/// Runs the window until the kiosk ends.
pub fn run(window: &KioskWindow) -> Result<()> {
    window.show().context("the kiosk's window could not be shown")?;
    slint::run_event_loop_until_quit().context("the window ended with a fault")
}

/// A core that is gone needs no message.
fn post(inbox: &Inbox, message: Message) {
    let _ = inbox.send(message);
}
