//! The desk's window: views come in, touches, keys and pictures go out.

use super::{Inbox, Message, Screen};
use crate::app::kiosk::Snapshot;
use crate::app::window;
use crate::screens::desk::adapter;
use anyhow::{Context, Result};
use slint::ComponentHandle;
use ui::DeskWindow;

/// Opens the window on this thread; fullscreen when no size is given.
///
/// # Errors
/// There is no display.
pub fn open(windowed: Option<(u32, u32)>, inbox: &Inbox) -> Result<DeskWindow> {
    window::choose_renderer()?;
    let desk = DeskWindow::new().context("the desk's window could not be opened: is a display there?")?;
    match windowed {
        Some((width, height)) => desk.window().set_size(slint::PhysicalSize::new(width, height)),
        None => desk.window().set_fullscreen(true),
    }
    let touches = inbox.clone();
    // A desk that is gone needs no message.
    adapter::listen(&desk, move |touch| drop(touches.send(Message::Touch(touch))));
    let closed = inbox.clone();
    desk.window().on_close_requested(move || {
        let _ = closed.send(Message::Quit);
        slint::CloseRequestResponse::KeepWindowShown
    });
    Ok(desk)
}

/// Where the desk's thread sends its views.
pub fn screen(desk: &DeskWindow) -> Screen {
    let desk = desk.as_weak();
    Box::new(move |view| {
        // The window outlives the thread; when it is gone there is nobody to show anything to.
        let _ = desk.upgrade_in_event_loop(move |desk| adapter::show(&desk, &view));
    })
}

/// Makes a PNG of what the window shows.
pub fn snapshot(desk: &DeskWindow) -> Snapshot {
    window::snapshot_of(desk)
}

/// Runs the window until the desk ends.
///
/// # Errors
/// The window system fails.
pub fn run(desk: &DeskWindow) -> Result<()> {
    desk.show().context("the desk's window could not be shown")?;
    slint::run_event_loop_until_quit().context("the window ended with a fault")
}
