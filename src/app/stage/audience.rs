//! The audience's process: a window and a way to the operator, nothing else: no store, no list, no key. When the operator is
//! gone it keeps what it shows, and asks again until the operator is back.

use super::hall::{MOST_BYTES, connect};
use super::pictures::Pictures;
use crate::app::window;
use crate::screens::stage::{HallMessage, audience};
use anyhow::{Context, Result};
use serde_json::{Value, json};
use slint::ComponentHandle;
use stage_ui::AudienceWindow;
use std::io::{BufRead, BufReader, Read, Write};
use std::os::unix::net::UnixStream;
use std::path::{Path, PathBuf};
use std::sync::mpsc::{SyncSender, sync_channel};
use std::thread;
use std::time::Duration;

/// How often a lost operator is asked.
const AGAIN: Duration = Duration::from_millis(100);
/// Messages that wait to be drawn: the window skips to the newest.
const MOST_DRAWN: usize = 64;

/// How the audience's process is started.
pub struct AudienceStart {
    /// The operator's data folder.
    pub folder: PathBuf,
    pub pictures: Option<PathBuf>,
    /// Width and height in pixels; fullscreen when none.
    pub windowed: Option<(u32, u32)>,
    /// Where the window is put: for a second output of the same screen.
    pub position: Option<(i32, i32)>,
}

/// Shows what the operator sends until the operator ends.
///
/// # Errors
/// There is no display.
pub fn run(start: &AudienceStart) -> Result<()> {
    window::choose_renderer()?;
    let shown = AudienceWindow::new().context("the audience's window could not be opened: is a display there?")?;
    if let Some((x, y)) = start.position {
        shown.window().set_position(slint::PhysicalPosition::new(x, y));
    }
    match start.windowed {
        Some((width, height)) => shown.window().set_size(slint::PhysicalSize::new(width, height)),
        None => shown.window().set_fullscreen(true),
    }
    let (folder, pictures) = (start.folder.clone(), start.pictures.clone());
    let weak = shown.as_weak();
    thread::Builder::new()
        .name("operator".into())
        .spawn(move || follow(&folder, pictures.as_deref(), &weak))
        .context("no thread for the operator's messages")?;
    // Closed by hand it ends, and the operator opens it again: hidden it would pass for shown.
    shown.window().on_close_requested(|| {
        let _ = slint::quit_event_loop();
        slint::CloseRequestResponse::HideWindow
    });
    shown.show().context("the audience's window could not be shown")?;
    slint::run_event_loop_until_quit().context("the window ended with a fault")
}

/// Listens, as long as the operator has not ended.
fn follow(folder: &Path, pictures: Option<&Path>, window: &slint::Weak<AudienceWindow>) {
    let pictures = Pictures::of(pictures);
    loop {
        if let Ok(stream) = connect(folder)
            && listen(stream, &pictures, window)
        {
            let _ = slint::quit_event_loop();
            return;
        }
        thread::sleep(AGAIN);
    }
}

/// True when the operator said that it is over.
fn listen(stream: UnixStream, pictures: &Pictures, window: &slint::Weak<AudienceWindow>) -> bool {
    let Ok(answers) = stream.try_clone() else { return false };
    let (drawn, numbers) = sync_channel::<u64>(MOST_DRAWN);
    let told = thread::Builder::new().name("drawn".into()).spawn(move || tell(answers, &numbers));
    if let Err(error) = told {
        tracing::warn!("nobody tells the operator what is drawn: {error}");
    }
    let mut lines = BufReader::new(stream);
    loop {
        let mut line = String::new();
        match lines.by_ref().take(MOST_BYTES).read_line(&mut line) {
            Ok(0) | Err(_) => return false,
            Ok(_) => {}
        }
        let Ok(mut word) = serde_json::from_str::<Value>(&line) else {
            tracing::warn!("the operator sent something else than JSON; is it another version?");
            return false;
        };
        if word["quit"] == true {
            return true;
        }
        let number = word["number"].as_u64().unwrap_or_default();
        match serde_json::from_value::<HallMessage>(word["message"].take()) {
            Ok(message) => put(window, message, number, pictures, drawn.clone()),
            Err(error) => tracing::warn!("the operator's message means nothing here: {error}"),
        }
    }
}

fn put(
    window: &slint::Weak<AudienceWindow>,
    message: HallMessage,
    number: u64,
    pictures: &Pictures,
    drawn: SyncSender<u64>,
) {
    let picture = message.show.picture.as_deref().and_then(|hash| pictures.load(hash));
    let _ = window.upgrade_in_event_loop(move |window| {
        audience::show(&window, &message, picture.map(slint::Image::from_rgba8));
        window.window().request_redraw();
        // The loop draws before it takes the second message.
        let _ = slint::invoke_from_event_loop(move || {
            let _ = slint::invoke_from_event_loop(move || _ = drawn.try_send(number));
        });
    });
}

fn tell(mut answers: UnixStream, numbers: &std::sync::mpsc::Receiver<u64>) {
    while let Ok(number) = numbers.recv() {
        let mut line = json!({ "drawn": number }).to_string();
        line.push('\n');
        if answers.write_all(line.as_bytes()).is_err() {
            return;
        }
    }
}
