//! What the hall sees, small, in the operator's window: the same component, drawn off-screen in a thread of its own, at most
//! some times a second. An animation stands still in it.

use crate::app::paper::offscreen::Offscreen;
use crate::screens::stage::{HallMessage, audience};
use anyhow::{Context, Result};
use slint::{ComponentHandle, Rgb8Pixel, SharedPixelBuffer};
use stage_ui::{AudienceWindow, Canvas, Operator, OperatorWindow};
use std::sync::mpsc::{Receiver, SyncSender, TrySendError, sync_channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::Duration;

/// As wide as the operator's window shows it on a canvas 1920 wide; a picture that is scaled looks rough.
const WIDTH: f32 = 488.0;
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
    let scale = Arc::new(Mutex::new(1.0_f32));
    while let Ok(message) = messages.recv() {
        audience::show(&sheet.component, &message, None);
        let width = (WIDTH * *scale.lock().unwrap_or_else(PoisonError::into_inner)).round() as u32;
        let (width, height) = (width, width * 9 / 16);
        let pixels = sheet.pixels(width, height);
        let mut picture = SharedPixelBuffer::<Rgb8Pixel>::new(width, height);
        picture.make_mut_slice().copy_from_slice(&pixels);
        let next = scale.clone();
        let gone = window.upgrade_in_event_loop(move |window| {
            window.global::<Operator>().set_preview(slint::Image::from_rgb8(picture));
            let scale = window.global::<Canvas>().get_scale().clamp(0.5, 4.0);
            *next.lock().unwrap_or_else(PoisonError::into_inner) = scale;
        });
        if gone.is_err() {
            return Ok(());
        }
        thread::sleep(REST);
    }
    Ok(())
}
