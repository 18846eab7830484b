//! Cameras: a thread looks at their pictures and tells the codes that it sees over a channel. A camera that is
//! missing, is unplugged or stalls is retried until it works. While nothing moves in front of it, it does next to
//! nothing. What a code means is not decided here.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::Sender;
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use crate::Trouble;
use crate::decode::Luma;
use crate::spec::CameraSpec;

mod folder;
mod format;
mod motion;
mod node;
mod watch;

pub use node::{CameraNode, list_cameras};
use watch::Watch;

/// What a camera tells.
#[derive(Debug, Clone, PartialEq)]
pub enum CameraEvent {
    /// It is open and looks.
    Ready,
    /// A code came into view: ASCII, 1 to 512 characters, without suffix and AIM prefix. Told once until it was out
    /// of view for a second.
    Code(String),
    /// A code came into view that cannot be one of ours: too long, or not ASCII. Told as seldom as a code.
    Spoiled,
    /// What it sees: at most ten a second, and only while something moves.
    View(Preview),
    /// It cannot be opened, is gone or stalls. Told once until it is [`CameraEvent::Ready`] again or the reason changes.
    Fault(Trouble),
}

/// A grey picture for the screen, at most 640 pixels wide.
#[derive(Debug, Clone, PartialEq)]
pub struct Preview {
    pub width: u32,
    pub height: u32,
    /// Rows from the top, `width` × `height` bytes, 0 is black.
    pub luma: Arc<[u8]>,
    /// The corners of the code that was read in this picture, in its pixels.
    pub outline: Option<[(f32, f32); 4]>,
}

/// How often a missing camera is looked for, and how fast a stop is noticed.
const RETRY: Duration = Duration::from_millis(500);
const PATIENCE: Duration = Duration::from_millis(100);

/// A looking thread; dropping it stops the looking.
#[derive(Debug)]
pub struct CameraThread {
    stop: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

/// Starts looking. The thread ends when this handle is dropped or nobody listens any more; a camera that cannot be
/// opened is no error here but a [`CameraEvent::Fault`].
pub fn start(spec: CameraSpec, events: Sender<CameraEvent>) -> Result<CameraThread, Trouble> {
    let stop = Arc::new(AtomicBool::new(false));
    let outlet = Outlet { events, stop: Arc::clone(&stop), last_fault: None };
    let thread = std::thread::Builder::new().name("camera".into()).spawn(move || outlet.serve(&spec));
    let thread = thread.map_err(|error| Trouble::from_io("the camera's thread", &error))?;
    Ok(CameraThread { stop, thread: Some(thread) })
}

impl Drop for CameraThread {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::Relaxed);
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

/// Why looking ended.
enum End {
    /// The handle was dropped or the listener is gone.
    Stopped,
    /// Try again.
    Failed(Trouble),
}

/// The thread's side of the channel.
struct Outlet {
    events: Sender<CameraEvent>,
    stop: Arc<AtomicBool>,
    last_fault: Option<Trouble>,
}

impl Outlet {
    fn serve(mut self, spec: &CameraSpec) {
        loop {
            let end = match spec {
                CameraSpec::Auto => node::watch(None, &mut self),
                CameraSpec::Node(path) => node::watch(Some(path), &mut self),
                CameraSpec::Virtual { folder } => folder::watch(folder, &mut self),
            };
            match end {
                End::Stopped => return,
                End::Failed(trouble) => {
                    if !self.fail(trouble) || !self.rest(RETRY) {
                        return;
                    }
                }
            }
        }
    }

    fn is_stopped(&self) -> bool {
        self.stop.load(Ordering::Relaxed)
    }

    /// False when nobody listens.
    fn tell(&mut self, event: CameraEvent) -> bool {
        self.events.send(event).is_ok()
    }

    fn ready(&mut self) -> bool {
        self.last_fault = None;
        self.tell(CameraEvent::Ready)
    }

    /// Looks at a picture; false when nobody listens.
    fn look(&mut self, watch: &mut Watch, picture: &Luma) -> bool {
        watch.look(picture, Instant::now()).into_iter().all(|event| self.tell(event))
    }

    /// The same fault again and again is told once.
    fn fail(&mut self, trouble: Trouble) -> bool {
        if self.last_fault.as_ref() == Some(&trouble) {
            return !self.is_stopped();
        }
        self.last_fault = Some(trouble.clone());
        self.tell(CameraEvent::Fault(trouble))
    }

    /// False when it was stopped meanwhile.
    fn rest(&self, time: Duration) -> bool {
        let until = Instant::now() + time;
        while !self.is_stopped() {
            let left = until.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return true;
            }
            std::thread::sleep(left.min(PATIENCE));
        }
        false
    }
}
