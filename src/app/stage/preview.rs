//! What the hall sees, small, in the operator's window: the same component, drawn off-screen in a thread of its own, at most
//! some times a second. An animation stands still in it.

use crate::app::paper::offscreen::Offscreen;
use crate::screens::stage::{HallMessage, audience};
use anyhow::{Context, Result};
use slint::{ComponentHandle, Rgb8Pixel, SharedPixelBuffer};
use stage_ui::{AudienceWindow, Operator, OperatorWindow};
use std::sync::mpsc::{Receiver, SyncSender, TrySendError, sync_channel};
use std::thread;
use std::time::Duration;

const WIDTH: u32 = 960;
const HEIGHT: u32 = 540;
/// No more pictures than people see while they work.
const REST: Duration = Duration::from_millis(100);

/// Draws the newest message.
pub struct Preview {
    messages: SyncSender<HallMessage>,
    kept: Option<HallMessage>,
}

impl Preview {
    /// # Errors
    /// There is no thread.
    pub fn start(window: slint::Weak<OperatorWindow>) -> Result<Preview> {
        let (messages, waiting) = sync_channel(1);
        thread::Builder::new()
            .name("preview".into())
            .spawn(move || {
                if let Err(error) = work(&waiting, &window) {
                    tracing::warn!("no preview: {error:#}");
                }
            })
            .context("no thread for the preview")?;
        Ok(Preview { messages, kept: None })
    }

    /// Draws this one, or the one after it when there is no time.
    pub fn show(&mut self, message: HallMessage) {
        self.kept = Some(message);
        self.offer();
    }

    /// Hands on what could not be drawn yet.
    pub fn offer(&mut self) {
        if let Some(message) = self.kept.take()
            && let Err(TrySendError::Full(message)) = self.messages.try_send(message)
        {
            self.kept = Some(message);
        }
    }
}

fn work(messages: &Receiver<HallMessage>, window: &slint::Weak<OperatorWindow>) -> Result<()> {
    let board = Offscreen::new()?;
    let sheet = board.sheet(AudienceWindow::new)?;
    while let Ok(message) = messages.recv() {
        audience::show(&sheet.component, &message, None);
        let pixels = sheet.pixels(WIDTH, HEIGHT);
        let mut picture = SharedPixelBuffer::<Rgb8Pixel>::new(WIDTH, HEIGHT);
        picture.make_mut_slice().copy_from_slice(&pixels);
        let gone = window.upgrade_in_event_loop(move |window| {
            window.global::<Operator>().set_preview(slint::Image::from_rgb8(picture));
        });
        if gone.is_err() {
            return Ok(());
        }
        thread::sleep(REST);
    }
    Ok(())
}
