//! The operator's window: views come in, touches, keys and pictures go out.

use super::{Inbox, Message, Screen};
use crate::app::kiosk::Snapshot;
use crate::app::window;
use crate::screens::stage::adapter;
use anyhow::{Context, Result};
use slint::ComponentHandle;
use stage_ui::OperatorWindow;

/// Opens the window on this thread; fullscreen when no size is given.
///
/// # Errors
/// There is no display.
pub fn open(windowed: Option<(u32, u32)>, inbox: &Inbox) -> Result<OperatorWindow> {
    window::choose_renderer()?;
    let operator = OperatorWindow::new().context("the operator's window could not be opened: is a display there?")?;
    match windowed {
        Some((width, height)) => operator.window().set_size(slint::PhysicalSize::new(width, height)),
        None => operator.window().set_fullscreen(true),
    }
    let touches = inbox.clone();
    // A stage that is gone needs no message.
    adapter::listen(&operator, move |touch| drop(touches.send(Message::Touch(touch))));
    let closed = inbox.clone();
    operator.window().on_close_requested(move || {
        let _ = closed.send(Message::Quit);
        slint::CloseRequestResponse::KeepWindowShown
    });
    Ok(operator)
}

/// Where the stage's thread sends its views.
pub fn screen(operator: &OperatorWindow) -> Screen {
    let operator = operator.as_weak();
    Box::new(move |view| {
        // The window outlives the thread; when it is gone there is nobody to show anything to.
        let _ = operator.upgrade_in_event_loop(move |operator| adapter::show(&operator, &view));
    })
}

/// Makes a PNG of what the window shows.
pub fn snapshot(operator: &OperatorWindow) -> Snapshot {
    window::snapshot_of(operator)
}

/// Runs the window until the stage ends.
///
/// # Errors
/// The window system fails.
pub fn run(operator: &OperatorWindow) -> Result<()> {
    operator.show().context("the operator's window could not be shown")?;
    slint::run_event_loop_until_quit().context("the window ended with a fault")
}
